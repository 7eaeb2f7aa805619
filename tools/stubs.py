"""Writes the type stubs of the modules whose names are made from tables, so that editors and mypy see them.

``python tools/stubs.py`` (or ``make reference``) writes them; a test says when they are out of date.  Signatures come
from the functions themselves; names in annotations are imported from where the functions' modules have them.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib.util
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, get_origin, overload

import numpy as np

import symnum
from symnum import array_api, tensor
from symnum.tensor import linalg

ROOT = Path(__file__).resolve().parent.parent
LINE = 120

_HEAD = '"""{doc}"""\n\n# Written by tools/stubs.py; `make reference` writes it again.\n\n'


def stub(module: ModuleType, names: Iterable[str]) -> str:
    """The stub of a module with the public ``names``."""
    public = sorted(names)
    imports, lines = Imports(module), [_listed(public)]
    for name in public:
        lines += _declared(name, getattr(module, name), imports)
    doc = (module.__doc__ or "").partition("\n")[0]
    head = [*imports.lines(), *imports.results.values()]
    return _HEAD.format(doc=doc) + "\n".join([*head, *lines, ""])


def stub_of_imports(module: ModuleType) -> str:
    """The stub of a module that only hands on names of others."""
    found: dict[str, list[str]] = {}
    for name in module.__all__:
        if not name.startswith("__"):
            source, own = _origin(module, name)
            found.setdefault(source, []).append(name if name == own else f"{own} as {name}")
    lines = [_import(source, names) for source, names in sorted(found.items())]
    doc = (module.__doc__ or "").partition("\n")[0]
    return _HEAD.format(doc=doc) + "\n".join([*lines, "\n__version__: str", _listed(sorted(module.__all__)), ""])


def _origin(module: ModuleType, name: str) -> tuple[str, str]:
    """The module that a name is imported from, as seen from its package, and the name there."""
    later = vars(module)["_LATER"]
    if name in later:
        source, own = later[name]
        return (f".{source}", own) if own else (".", source)
    source = _imported_from(module.__name__, name) or f"{module.__name__}.tensor"
    return "." + source.removeprefix(module.__name__).removeprefix("."), name


def _import(source: str, names: Iterable[str]) -> str:
    ordered = sorted(names)
    line = f"from {source} import {', '.join(ordered)}"
    if len(line) <= LINE:
        return line
    return f"from {source} import (\n{textwrap.indent(textwrap.fill(', '.join(ordered), LINE - 4), '    ')},\n)"


def _listed(names: Iterable[str]) -> str:
    listed = textwrap.fill(", ".join(f'"{name}"' for name in names), LINE - 4)
    return f"__all__ = [\n{textwrap.indent(listed, '    ')},\n]"


class Imports:
    """What a stub must import for its annotations, by module; names of its own shadow none of them."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.package = module, module.__package__ or ""
        self.results: dict[str, str] = {}  # named tuples of tensors, declared by the stub itself
        self._found: dict[str, tuple[str, str]] = {}  # name in the stub -> module, name there

    def use(self, name: str, value: object, home: str) -> str:
        """The name under which ``value``, which module ``home`` has as ``name``, stands in the stub."""
        if _is_result(value):
            shown = name if name in self.module.__all__ else f"_{name}"
            self.results[shown] = self._result(shown, value)
            return shown
        own = getattr(value, "__module__", None) if _is_definition(value) else None
        source = own if own not in (None, "types") else defined_in(home, name)
        wanted = (source, name)
        shown = f"_{name}"
        count = 2
        while self._found.get(shown, wanted) != wanted and not self._same(shown, value):
            shown, count = f"_{name}{count}", count + 1
        self._found.setdefault(shown, wanted)
        return shown

    def _same(self, shown: str, value: object) -> bool:
        source, name = self._found[shown]
        return bool(getattr(sys.modules[source], name, None) == value)

    def _result(self, shown: str, value: Any) -> str:
        """A named tuple whose fields are nodes inside and tensors outside."""
        base = self.use("NamedTuple", NamedTuple, "typing")
        tensor_name = self.use("Tensor", tensor.Tensor, tensor.Tensor.__module__)
        fields = "\n".join(f"    {field}: {tensor_name}" for field in value._fields)
        return f'class {shown}({base}):\n    """{_first_line(value)}"""\n\n{fields}\n'

    def export(self, value: type, name: str) -> None:
        """A class that the stub hands on under ``name``."""
        self._found[name] = (value.__module__, value.__name__)

    def lines(self) -> Iterator[str]:
        """The import statements: the standard library, NumPy, symnum."""
        found = sorted((self._line(shown, *found) for shown, found in self._found.items()), key=_order)
        for section in range(3):
            lines = [line for line in found if _section(line) == section]
            if lines:
                yield "\n".join(lines) + "\n"

    def _line(self, shown: str, source: str, name: str) -> str:
        if isinstance(getattr(sys.modules[source], name), ModuleType):
            return f"import {getattr(sys.modules[source], name).__name__} as {shown}"
        return f"from {relative(source, self.package)} import {name} as {shown}"


def _is_definition(value: object) -> bool:
    """Whether a value knows where it was defined: an alias of a generic class names the class."""
    return inspect.isfunction(value) or (inspect.isclass(value) and get_origin(value) is None)


def defined_in(module: str, name: str) -> str:
    """The module that a name of ``module`` is imported from, followed to where it is assigned."""
    while (source := _imported_from(module, name)) is not None:
        module = source
    return module


@functools.lru_cache
def _imported_from(module: str, name: str) -> str | None:
    if not f"{module}.".startswith("symnum."):
        return None
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.ImportFrom) and any((alias.asname or alias.name) == name for alias in node.names):
            package = sys.modules[module].__package__ or ""
            return importlib.util.resolve_name("." * node.level + (node.module or ""), package)
    return None


def relative(module: str, package: str) -> str:
    """The name of a module of symnum as seen from a package of it; other names as they are."""
    if not module.startswith("symnum."):
        return module
    parts, own = module.split("."), package.split(".")
    common = next((k for k, (a, b) in enumerate(zip(parts, own, strict=False)) if a != b), len(own))
    return "." * (len(own) - common + 1) + ".".join(parts[common:])


def _section(line: str) -> int:
    return 2 if line.startswith("from .") else 1 if line.startswith("import numpy") else 0


def _order(line: str) -> tuple[object, ...]:
    words = line.split()
    dots = len(words[1]) - len(words[1].lstrip("."))
    return words[0] == "from", -dots, words[1].lower(), words[3][:1].islower(), words[3].lower()


def _is_result(value: object) -> bool:
    return isinstance(value, type) and hasattr(value, "_fields")


def _declared(name: str, value: object, imports: Imports) -> Iterator[str]:
    if _is_result(value):
        imports.use(name, value, "")
    elif isinstance(value, type):
        imports.export(value, name)
    elif callable(value):
        yield from _function(name, value, imports)
    elif isinstance(value, np.dtype):
        shown = imports.use("np", np, "symnum.dtypes")
        yield f"{name}: {shown}.dtype[{imports.use('Any', Any, 'typing')}]"
    elif isinstance(value, ModuleType) or value is None:
        yield f"{name}: {imports.use('Any', Any, 'typing')}"
    else:
        kind = type(value)
        yield f"{name}: {kind.__name__ if hasattr(builtins, kind.__name__) else imports.use(kind.__name__, kind, '')}"


def _function(name: str, function: Callable[..., Any], imports: Imports) -> Iterator[str]:
    signatures = _overloads(inspect.signature(function))
    home = getattr(inspect.unwrap(function), "__globals__", {})
    for signature in signatures:
        if len(signatures) > 1:
            yield f"@{imports.use('overload', overload, 'typing')}"
        parts = list(_parameters(signature.parameters.values(), home, imports))
        result = _annotation(signature.return_annotation, home, imports)
        head = f"def {name}({', '.join(parts)}) -> {result}:"
        if len(head) > LINE:
            head = f"def {name}(\n    " + ",\n    ".join(parts) + f",\n) -> {result}:"
        yield head
        yield f'    """{_first_line(function)}"""'


# Arguments that choose between one result and several, as they are in the first overload.
_CHOICES: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("retstep", "returned", "return_counts", "return_index", "return_indices", "return_inverse",
                     "return_sign", "sparse", "permute_l"), "Literal[False]"),
    "compute_uv": "Literal[True]", "mode": "Literal['reduced', 'complete']"})


def _overloads(signature: inspect.Signature) -> list[inspect.Signature]:
    """The signature; where there are two kinds of results, first that of the calls that give the first of them."""
    parameters = list(signature.parameters.values())
    first, _, second = str(signature.return_annotation).partition(" | ")
    if not second or not (first == "Tensor" or first.endswith("Result")):
        return [signature]
    if [p.kind for p in parameters] == [inspect.Parameter.VAR_POSITIONAL]:
        single = parameters[0].replace(name="x", kind=inspect.Parameter.POSITIONAL_ONLY, annotation="ArrayLike")
        return [signature.replace(parameters=[single], return_annotation="Tensor"), signature]
    if "condition" in signature.parameters:  # where: the elements chosen, or the places of what is true
        needed = [p.replace(default=p.empty, annotation="ArrayLike") for p in parameters]
        return [signature.replace(parameters=needed, return_annotation="Tensor"),
                signature.replace(parameters=needed[:1], return_annotation="tuple[Tensor, ...]")]
    chosen = [p.replace(annotation=_CHOICES.get(p.name, p.annotation)) for p in parameters]
    return [signature] if chosen == parameters else [
        signature.replace(parameters=chosen, return_annotation=first), signature]


def _parameters(parameters: Iterable[inspect.Parameter], home: Mapping[str, Any], imports: Imports) -> Iterator[str]:
    before: Any = None
    for p in parameters:
        if before is p.POSITIONAL_ONLY and p.kind is not p.POSITIONAL_ONLY:
            yield "/"
        if p.kind is p.KEYWORD_ONLY and before not in (p.KEYWORD_ONLY, p.VAR_POSITIONAL):
            yield "*"
        stars = "*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else ""
        default = "" if p.default is p.empty else f" = {_default(p.default)}"
        yield f"{stars}{p.name}: {_annotation(p.annotation, home, imports)}{default}"
        before = p.kind
    if before is inspect.Parameter.POSITIONAL_ONLY:
        yield "/"


def _default(value: object) -> str:
    plain = value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and value == value)
    return repr(value) if plain and repr(value) not in ("inf", "-inf") else "..."


def _annotation(annotation: object, home: Mapping[str, Any], imports: Imports) -> str:
    """An annotation with its names imported."""
    if annotation is inspect.Parameter.empty:
        return imports.use("Any", Any, "typing")
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    tree = ast.parse(text.strip("'"), mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = _resolved(node.id, home, imports)
    return ast.unparse(tree)


# Names of annotations that lifted functions get in place of nodes.
_LIFTED: Mapping[str, str] = MappingProxyType({
    "ArrayLike": "symnum.tensor.convert", "Tensor": "symnum.tensor.symbolic", "Literal": "typing"})


def _resolved(name: str, home: Mapping[str, Any], imports: Imports) -> str:
    if name not in home and name not in _LIFTED and hasattr(builtins, name):
        return _builtin(name, imports)
    source = home.get("__name__", "") if name in home else _LIFTED[name]
    value = home[name] if name in home else getattr(sys.modules[source], name)
    return imports.use(name, value, "typing" if value is Any else source)


def _builtin(name: str, imports: Imports) -> str:
    """A built-in type, also where the module has a public function of its name, such as ``bool``."""
    if not hasattr(imports.module, name):
        return name
    return f"{imports.use('builtins', builtins, __name__)}.{name}"


def _first_line(function: object) -> str:
    """The first sentence of a docstring, as far as one line holds it."""
    text = " ".join(re.split(r"\n\s*\n", inspect.getdoc(function) or "")[0].split())
    sentence = re.split(r"(?<=\.)\s", text)[0].replace("\\", "\\\\").replace('"""', "'''")
    return sentence if len(sentence) <= LINE - 10 else sentence[: LINE - 14].rpartition(" ")[0] + " ..."


STUBS: Mapping[str, Callable[[], str]] = MappingProxyType({
    "symnum/__init__.pyi": lambda: stub_of_imports(symnum),
    "symnum/tensor/__init__.pyi": lambda: stub(tensor, tensor.__all__),
    "symnum/tensor/linalg.pyi": lambda: stub(linalg, linalg.__all__),
    "symnum/array_api/__init__.pyi": lambda: stub(array_api, array_api.__all__)})


def main() -> None:
    """Write the stubs."""
    for name, text in STUBS.items():
        (ROOT / name).write_text(text())
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
