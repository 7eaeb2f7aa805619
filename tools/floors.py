"""Checks that the modules of symnum import downwards only.

The floors and the doors are the two tables below.  A unit is a module or package directly below ``symnum``.
``python tools/floors.py`` prints each violation with its place and its cure, and exits 1 if there is one.
"""

from __future__ import annotations

import ast
import graphlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import EllipsisType
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "symnum"

# Units by floor, lowest first; ``...`` stands for every unit that is not named here.
FLOORS: tuple[frozenset[str] | EllipsisType, ...] = (
    frozenset({"docstrings", "errors", "options", "dtypes", "records", "shapes"}),
    frozenset({"ops"}),
    frozenset({"ir"}),
    frozenset({"tensor", "simplify", "autodiff", "bridge"}),
    frozenset({"codegen", "array_api"}),
    ...,
    frozenset({"algebra", "sympy_engine"}),
    frozenset({"formulas", "problems"}),
    frozenset({""}),  # symnum/__init__.py
)
REST = FLOORS.index(...)

# Module -> what its functions may import when they are called; such an import may go upwards.
Doors = Mapping[str, frozenset[str]]
DOORS: Doors = {
    # What few programs call: f.explain(), f.source(), f.export_c(), mode="cython".
    "symnum.inspection": frozenset({"symnum.export", "symnum.making", "symnum.seeing"}),
    "symnum.function": frozenset({"symnum.cython_mode", "symnum.making"}),
    # A function that is found in the cache needs no passes.
    "symnum.artifact": frozenset({"symnum.ahead", "symnum.making"}),
    "symnum.stages": frozenset({"symnum.making"}),  # only functions with stages rewrite before they compile
    "symnum.settings": frozenset({"symnum.simplify.catalogue"}),  # nor rules
    # Neither passes nor rules, until something is simplified.
    "symnum.rewriting": frozenset({"symnum.autodiff.derivative", "symnum.engines", "symnum.simplify.cost"}),
    "symnum.engines": frozenset({"symnum.sympy_engine.engine"}),  # only one of them needs SymPy
    # Only functions with gradients need derivatives, and only those of symbols SymPy.
    "symnum.grad": frozenset({"symnum.autodiff.derivative", "symnum.operands"}),
    "symnum.in_out": frozenset({"symnum.operands"}),
    "symnum.functiongraph": frozenset({"symnum.operands"}),
    # Ready problems of tensors need no SymPy, and function pointers are made only where they are asked for.
    "symnum.problems.odes": frozenset({"symnum.problems.equations", "symnum.problems.low_level", "symnum.operands"}),
    "symnum.problems.minimizers": frozenset({"symnum.operands"}),
    "symnum.problems.integrands": frozenset({"symnum.problems.low_level"}),
    # x.eval(), x.sympy(), np.sum(x)
    "symnum.tensor.symbolic": frozenset({"symnum.function", "symnum.operands"}),
    "symnum.tensor.operators": frozenset({"symnum.tensor.protocols"}),
    "symnum.tensor.convert": frozenset({"symnum.operands"}),  # a tensor meets an object of SymPy
    "symnum.tensor.standard": frozenset({"symnum.array_api"}),  # x.__array_namespace__()
    "symnum.ops.spec": frozenset({"symnum.ops.table"}),  # a pickled row is found again by its name
}

# Packages that `import symnum` must not load, and audit events that it must not cause.
HEAVY = ("sympy", "scipy", "mpmath", "pycuda", "Cython", "setuptools", "distutils", "dask", "matplotlib")
PROCESS_EVENTS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.fork", "os.forkpty")
CUDA_LIBRARIES = ("cuda", "nvrtc", "cublas")

PROBE = """
import json, sys
root, package, heavy, events, libraries = json.loads(sys.argv[1])
sys.path.insert(0, root)
import numpy
before, found = set(sys.modules), []
def hook(event, args):
    if event in events:
        found.append("starts the process " + repr(args[0]))
    elif event == "ctypes.dlopen" and any(name in str(args[0]).rpartition("/")[2] for name in libraries):
        found.append("opens the library " + repr(args[0]))
sys.addaudithook(hook)
__import__(package)
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
found += ["loads the package " + name for name in heavy if name in loaded]
print(json.dumps(found))
"""

When = Literal["import", "types", "call"]  # when the module is imported, never (annotations), when called
Kind = Literal["upward", "sideways", "cycle", "lazy", "stale door", "import symnum"]


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module of the package by another."""

    source: str
    target: str
    line: int
    when: When


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, where, and how to put it right."""

    kind: Kind
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}: {self.message}"


def check(root: Path = ROOT, doors: Doors = DOORS) -> list[Violation]:
    """All violations in the source below ``root/symnum``, in the order of the files; nothing is imported.

    Raises:
        SyntaxError: a file is not Python.
    """
    paths = modules(root)
    imports = [found for name, path in paths.items() for found in imports_of(name, path, paths)]
    places = {name: path.relative_to(root).as_posix() for name, path in paths.items()}
    return [
        *(v for one in imports for v in _of_import(one, paths, places, doors)),
        *_cycles(imports, places),
        *_stale(imports, doors),
    ]


def check_import(root: Path = ROOT) -> list[Violation]:
    """What ``import symnum`` does that it must not: heavy packages, compilers and CUDA (in a new process).

    Raises:
        subprocess.CalledProcessError: the import failed.
    """
    request = json.dumps([str(root), PACKAGE, HEAVY, PROCESS_EVENTS, CUDA_LIBRARIES])
    command = [sys.executable, "-c", PROBE, request]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [Violation("import symnum", PACKAGE, f"this {what}; do it inside the function that needs it")
            for what in json.loads(done.stdout)]


def modules(root: Path) -> dict[str, Path]:
    """Dotted name -> file of every module of the package (``.py`` and ``.pyx``), sorted by name."""
    files = [path for suffix in ("py", "pyx") for path in (root / PACKAGE).rglob(f"*.{suffix}")]
    return dict(sorted((_dotted(path.relative_to(root)), path) for path in files))


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports_of(name: str, path: Path, known: Iterable[str]) -> Iterator[Import]:
    """Imports of the package's own modules by one module; those of a ``.pyx`` file are not read."""
    if path.suffix != ".py":
        return
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node, when in _walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        for target in _targets(node, package, frozenset(known)):
            yield Import(name, target, node.lineno, when)


def unit(name: str) -> str:
    """The unit of a module: ``"ir"`` for ``symnum.ir.node``, ``""`` for ``symnum`` itself."""
    return name.split(".")[1] if "." in name else ""


def floor(name: str) -> int:
    """The number of a module's floor."""
    own = unit(name)
    return next((number for number, units in enumerate(FLOORS) if units is not ... and own in units), REST)


def _walk(tree: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, When]]:
    stack: list[tuple[ast.AST, When]] = [(tree, "import")]
    while stack:
        node, when = stack.pop()
        if isinstance(node, ast.stmt | ast.expr):
            yield node, when
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and when == "import":
            when = "call"
        guarded = node.body if isinstance(node, ast.If) and _names(node.test, "TYPE_CHECKING") else []
        stack += [(child, "types" if child in guarded else when) for child in ast.iter_child_nodes(node)]


def _names(node: ast.expr, name: str) -> bool:
    return name in (getattr(node, "id", None), getattr(node, "attr", None))


def _targets(node: ast.AST, package: str, known: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names if _own(alias.name))
        case ast.ImportFrom(module=module, names=names, level=level):
            base = _absolute(module or "", level, package)
            if _own(base):
                yield from sorted({full if (full := f"{base}.{a.name}") in known else base for a in names})
        case ast.Call(func=func, args=[ast.Constant(value=str(text)), *_]) if _names(func, "import_module"):
            dots = len(text) - len(text.lstrip("."))
            if _own(target := _absolute(text[dots:], dots, package)):
                yield target


def _absolute(module: str, level: int, package: str) -> str:
    if level == 0:
        return module
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


def _own(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")


def _of_import(
    one: Import, paths: Mapping[str, Path], places: Mapping[str, str], doors: Doors
) -> Iterator[Violation]:
    place = f"{places[one.source]}:{one.line}"
    if one.when == "call":
        if one.target not in doors.get(one.source, ()):
            yield Violation("lazy", place, f"a function imports {one.target}; import it at the top of the "
                            "file, or list it in DOORS if it is a convenience of the public face")
        return
    here, there = floor(one.source), floor(one.target)
    if there > here:
        yield Violation("upward", place, f"floor {here} imports {one.target} of floor {there}; "
                        "move what both need down, or let the caller hand it in")
    units = {unit(one.source), unit(one.target)}
    if there == here and len(units) == 2 and units & _packages(paths):
        yield Violation("sideways", place, f"{one.target} stands on the same floor {here}; "
                        "compose the two on a higher floor, or move what both need down")


def _packages(paths: Mapping[str, Path]) -> set[str]:
    return {unit(name) for name, path in paths.items() if name != PACKAGE and path.name == "__init__.py"}


def _cycles(imports: Iterable[Import], places: Mapping[str, str]) -> list[Violation]:
    graph: dict[str, set[str]] = {name: set() for name in places}
    for one in imports:
        if one.when == "import" and floor(one.target) <= floor(one.source):  # the others are reported already
            graph[one.source].add(one.target)
    found: list[Violation] = []
    while True:
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            cycle = error.args[1][::-1]  # the sorter lists the imported module first
            message = " imports ".join(cycle) + "; move what they share into a module below them"
            found.append(Violation("cycle", places[cycle[0]], message))
            graph[cycle[0]].discard(cycle[1])
        else:
            return found


def _stale(imports: Iterable[Import], doors: Doors) -> Iterator[Violation]:
    used = {(one.source, one.target) for one in imports if one.when == "call"}
    for source, targets in doors.items():
        for target in sorted(targets):
            if (source, target) not in used:
                yield Violation("stale door", source, f"no function imports {target}; drop it from DOORS")


def main() -> int:
    """Check the repository; the exit status."""
    found = [*check(), *check_import()]
    for violation in found:
        print(violation)
    print(f"floors: {len(modules(ROOT))} modules, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
