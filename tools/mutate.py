"""Seeded faults in rows, rules and the index arithmetic of kernels: each must make a test fail.

``python tools/mutate.py`` (or ``make mutate``) plants 50 faults, one at a time, in a copy of the tree.  A fault is
first tried with the tests of its own row or rule, and if they pass with all tests that are made from its table.  A
fault that no test notices is printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parent.parent
COPIED = ("symnum", "tests", "conftest.py", "pyproject.toml")
MUTATED = ("symnum/simplify/rules/*.py", "symnum/ops/*.py", "symnum/codegen/*.py")
SKIPPED = {"table.py", "spec.py", "__init__.py", "leaves.py", "dtype_rules.py", "scalars.py", "elementwise.py",
           "reference.py", "scipy_reference.py", "support.py"}
# The tests that prove one column of an elementwise row, and all that are made from one table.
COLUMNS = {
    "c": ("test_rows_c.py", "test_rows_special.py"), "sympy": ("test_rows_sympy.py", "test_bridge_rows.py"),
    "partials": ("test_rows_partials.py", "test_autodiff_rows.py"), "": ()}
ROWS = ("test_rows_partials.py", "test_rows_sympy.py", "test_autodiff_rows.py", "test_bridge_rows.py", "test_rows_*.py",
        "test_complex*.py")
MOVES = ("test_lower.py", "test_autodiff_structure.py", "test_tensor_functions.py", "test_rows_*.py")
RULES = ("test_rules*.py",)
PROGRAMS = ("test_array_programs.py", "test_lower_random.py", "test_random_programs.py")
# The files of kernels that have faults planted, and the tests that prove them.
KERNELS = {
    "chains.py": ("test_chains.py", *PROGRAMS), "tiles.py": ("test_chains.py", *PROGRAMS),
    "regions.py": ("test_chains.py", *PROGRAMS), "quotients.py": ("test_quotients.py", *PROGRAMS),
    "packing.py": ("test_nested_folds.py", *PROGRAMS), "walks.py": ("test_nested_folds.py", *PROGRAMS),
    "spans.py": ("test_chains.py", "test_bits.py", *PROGRAMS), "sinks.py": ("test_column_folds.py", *PROGRAMS),
    "folds.py": ("test_column_folds.py", "test_nested_folds.py", "test_bits.py", *PROGRAMS),
    "products.py": ("test_products.py", "test_small_matrices.py", "test_allocation.py", *PROGRAMS)}
# By the beginning of the name of a file of rows.
FAMILIES = {
    "structure": MOVES, "reductions": MOVES, "scans": ("test_scans.py",), "sorting": ("test_sorting.py",),
    "along": ("test_scans.py", "test_sorting.py"), "indexing": ("test_gather.py",),
    "linalg": ("test_linalg*.py", "test_einsum.py"), "fft": ("test_fft.py",),
    "counting": ("test_counting.py",), "windows": ("test_language_convolution.py",),
    "complex": ("test_complex*.py", "test_rows_sympy.py", "test_bridge*.py")}
# The first parameter of a function tells the column that it belongs to.
COLUMN_OF = {"o": "partials", "S": "sympy"}
# Columns and calls that hold no mathematics.
REMARKS = {"when", "facts", "doc", "cost", "tol", "domain", "name", "why", "examples", "stays", "keeps", "dtypes",
           "inverts", "aliases", "attrs"}
NO_MATHEMATICS = re.compile(r"Interval|finfo|Absent|frozenset|isinstance|\w*Error")
COMMUTATIVE = re.compile(r"[\w{}]*(logaddexp2?|gcd|lcm|hypot)_?\{")
INDICES = {"add": "subtract", "subtract": "add", "minimum": "maximum", "maximum": "minimum", "floor_divide": "multiply"}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPARED = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "==": "!=", "!=": "=="}
ORDERED = {"subtract", "true_divide", "power", "arctan2", "less", "greater", "where", "copysign", "fmod", "dot"}
MOST_SECONDS = 900.0  # of all tests without a fault
MOST_NAMES = 8  # of rows or rules that depend on a fault; with more, all tests run at once
# Faults that change nothing that can be observed, by how their text begins, with the reason.
EQUIVALENT = {
    "<= at '({R})({0} < 0 ? 0u": "absolute: the negative of the integer 0 is 0",
    "<= at '{T})1, {0}) < 0": "signbit: 1 with a sign is never 0",
    "o.sign(x) * o.copysign(1.0, y) with another": "copysign: to divide by 1 or -1 is to multiply",
    "0.5 * one(o, x) with another": "maximum: one is 1",
    "t.coefficient * sign with another": "sigmoid, softplus: to divide by 1 or -1 is to multiply",
    "guard len(node.inputs) != len(node.operands)": "fold_constants: what depends on a dim has no value either way",
    "guard view.negations < 2": "signs_of_product: a product of fewer negatives gets no cheaper",
    "<= at 'return (x < 0 ? e": "sigmoid: exp(0) is 1",
    "< at 't pole = (x <= 0)": "polygamma: at 0 the argument is x - floor(x) = 0 too",
    "<= at 'if ((x < 0) & !pole)": "polygamma: 0 is a pole",
    ">= at '_order = (n > 0)": "polygamma: order 0 has been returned as digamma",
    ">= at '} above = x > low": "clip of integers: equal operands are the same number",
    "<= at 'eturn above < high": "clip of integers: equal operands are the same number",
    "<= at '!= 0) & ((b < 0)": "floor_divide: division by 0 is decided later",
    "<= at ' < 0) != (m < 0)) ? q": "floor_divide: the remainder is not 0 here",
    "<= at ' != 0 && (r < 0)": "floor_divide: the remainder is not 0 here",
    "<= at ' < 0) != (d < 0)": "floor_divide: the divisor is not 0 here",
    "<= at ' moved = (b < 0)": "remainder: that by 0 is NaN in both cases",
    "<= at ' < 0) != (m < 0) ? m + b": "remainder: that of 0 is decided later",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One edit of a file: the text at [begin, end) is replaced; ``names`` are the rows or rules that depend on it."""

    path: str
    line: int
    begin: int
    end: int
    text: str
    what: str
    column: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


# faults -------------------------------------------------------------------------------------------------------

def faults(file: str, root: Path = ROOT) -> Iterator[Fault]:
    """All faults that can be planted in a file, but for equivalent ones."""
    source = (root / file).read_text(encoding="utf-8")
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    definitions = list(_definitions(ast.parse(source)))
    for definition in definitions:
        names = tuple(sorted(_dependent(definition, definitions)))
        for node, text, what, column in _edits(definition):
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            if not what.startswith(tuple(EQUIVALENT)):
                yield Fault(file, node.lineno, begin, end, text, what, column, names)


def _edits(definition: ast.AST) -> Iterator[tuple[ast.expr, str, str, str]]:
    """Expressions with a faulty text, what it is, and its column."""
    for node, column in _formulas(definition):
        yield from ((node, text, what, column) for text, what in _variants(node))
    for guard, text in _guards(definition):
        yield guard, text, f"guard {ast.unparse(guard)} dropped", ""


def _definitions(tree: ast.Module) -> Iterator[ast.AST]:
    """Top-level statements; each row or rule of a tuple by itself."""
    for statement in tree.body:
        rows = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if isinstance(rows, ast.Tuple) and any(isinstance(row, ast.Call) for row in rows.elts):
            yield from rows.elts
        else:
            yield statement


def _dependent(definition: ast.AST, definitions: Sequence[ast.AST]) -> set[str]:
    """Names of the rows and rules that are made with a definition."""
    found, todo = {definition}, [definition]
    while todo:
        bound = _bound(todo.pop())
        users = [d for d in definitions if d not in found and bound & {
            n.id for n in ast.walk(d) if isinstance(n, ast.Name)}]
        found.update(users)
        todo += users
    return {name for d in found for name in _names(d)}


def _bound(definition: ast.AST) -> set[str]:
    if isinstance(definition, ast.FunctionDef):
        return {definition.name}
    targets = definition.targets if isinstance(definition, ast.Assign) else []
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _names(definition: ast.AST) -> Iterator[str]:
    """What a row, rule or support function is called, if it is one."""
    call = definition.value if isinstance(definition, ast.Assign) else definition
    if isinstance(call, ast.Call):
        yield from (name.strip("_") for name in _bound(definition))
        named = [k.value for k in call.keywords if k.arg == "name"] + call.args[:1]
        yield from (x.value for x in named if isinstance(x, ast.Constant) and isinstance(x.value, str))


def _formulas(definition: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Expressions of a definition that are mathematics, and the column that they belong to."""
    todo: list[tuple[ast.AST, bool, str]] = [(definition, False, "")]
    while todo:
        node, inside, column = todo.pop()
        if _is_no_mathematics(node):
            continue
        if isinstance(node, ast.Lambda | ast.FunctionDef) and node.args.args:
            column = column or COLUMN_OF.get(node.args.args[0].arg, "")
        if inside and isinstance(node, ast.expr):
            yield node, "c" if isinstance(node, ast.Constant) and isinstance(node.value, str) else column
        deeper = inside or isinstance(node, ast.Lambda | ast.Call | ast.FunctionDef)
        todo += [(part, deeper, column) for part in reversed(list(_parts(node)))]


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node, but for the examples of a rule."""
    is_rule = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_rule"
    yield from (part for part in ast.iter_child_nodes(node) if not (is_rule and isinstance(part, ast.Tuple)))


def _is_no_mathematics(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in REMARKS
    if isinstance(node, ast.Call):
        return bool(NO_MATHEMATICS.fullmatch(getattr(node.func, "id", "")))
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and _is_text(node))


def _is_text(node: ast.BinOp) -> bool:
    """Whether a sum joins texts or tuples instead of numbers."""
    return any(isinstance(part, ast.JoinedStr | ast.Tuple | ast.List)
               or (isinstance(part, ast.Constant) and isinstance(part.value, str))
               or (isinstance(part, ast.Name) and re.fullmatch("_[A-Z_]+", part.id))
               for part in ast.walk(node))


# one expression -----------------------------------------------------------------------------------------------

def _variants(node: ast.expr) -> Iterator[tuple[str, str]]:
    """Faulty texts in the place of an expression, and what they are."""
    was = ast.unparse(node)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        changed = ast.unparse(ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right))
        yield f"({changed})", f"{was} with another operator"
    elif isinstance(node, ast.Call) and was.startswith("dims.") and was[5:was.index("(")] in INDICES:
        name = was[5:was.index("(")]
        yield f"dims.{INDICES[name]}{was[was.index('('):]}", f"{_short(was)} with another function"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"({ast.unparse(node.operand)})", f"{was} without its sign"
    elif isinstance(node, ast.Call) and _is_ordered(node):
        swapped = [*node.args[:-2], node.args[-1], node.args[-2]]
        yield ast.unparse(ast.Call(node.func, swapped, node.keywords)), f"{was} with operands swapped"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\{0\}|return ", node.value):
        yield from ((repr(text), f"{change} in {_short(node.value)}") for text, change in _texts(node.value))


def _is_ordered(call: ast.Call) -> bool:
    """Whether a call has two last operands that are different and not interchangeable."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in ORDERED and len(call.args) >= 2 and ast.unparse(call.args[-1]) != ast.unparse(call.args[-2])


def _short(text: str) -> str:
    return " ".join(text.split()) if len(text) < 100 else f"...{' '.join(text[-60:].split())}"


def _texts(text: str) -> Iterator[tuple[str, str]]:
    """Faulty variants of C text."""
    if "{1}" in text and not _is_symmetric(text):
        yield text.replace("{0}", "{#}").replace("{1}", "{0}").replace("{#}", "{1}"), "operands swapped"
    for match in re.finditer(r"(?<![<>=!-])([<>]=?|[=!]=)(?![<>=])|(?<= )[+-](?= )", text):
        new = COMPARED.get(match[0], "-" if match[0] == "+" else "+")
        around = text[max(match.start() - 12, 0):match.end() + 12].split("\n")
        place = next(line for line in around if match[0] in line)
        yield text[:match.start()] + new + text[match.end():], f"{new} at '{place}'"


def _is_symmetric(text: str) -> bool:
    """Whether the operands can be swapped without a change."""
    return bool(COMMUTATIVE.search(text)) or (text.count("{0}") == text.count("{1}") == 1
                                              and bool(re.search(r" ([+*&|^]|[!=]=) ", text)))


def _guards(definition: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Conditions of rules that can be dropped, with what takes their place."""
    for node in ast.walk(definition):
        if isinstance(node, ast.keyword) and node.arg == "when":
            yield node.value, "None"
        elif isinstance(node, ast.If) and ast.unparse(node.body[0]) in ("return None", "return {}"):
            test = node.test
            parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
            yield from ((part, "False") for part in parts if not ast.unparse(part).endswith("is None"))


def chosen(count: int, seed: int, root: Path = ROOT) -> list[Fault]:
    """``count`` faults drawn over all files, the same for the same seed."""
    paths = sorted({p for pattern in MUTATED for p in root.glob(pattern)
                    if p.name in KERNELS or (p.parent.name != "codegen" and p.name not in SKIPPED)})
    groups = [list(faults(p.relative_to(root).as_posix(), root)) for p in paths]
    draw = random.Random(seed)
    picked: list[Fault] = []
    for group in groups:
        draw.shuffle(group)
    while len(picked) < count and any(groups):
        picked += [group.pop() for group in groups if group]
    return picked[:count]


# tests --------------------------------------------------------------------------------------------------------

def proofs(fault: Fault) -> tuple[str, ...]:
    """The tests that must notice a fault; those of its column come first."""
    if "/rules/" in fault.path:
        return RULES
    if "/codegen/" in fault.path:
        return KERNELS[Path(fault.path).name]
    family = next((tests for begin, tests in FAMILIES.items() if Path(fault.path).name.startswith(begin)), None)
    if family:
        return family
    return COLUMNS["c"] if "support" in fault.path else (*COLUMNS[fault.column], *ROWS)


def stages(fault: Fault) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Names of files and options of pytest: a quick selection first."""
    files = proofs(fault)
    if 0 < len(fault.names) <= MOST_NAMES:
        yield COLUMNS[fault.column] or files, ("-k", " or ".join(fault.names))
    yield files, ()


def failure(folder: Path, names: Sequence[str], options: Sequence[str], seconds: float) -> str:
    """How a test in a copy of the tree fails, crashes, or does not end; nothing if all pass."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    found = dict.fromkeys(p for name in names for p in sorted((folder / "tests").glob(name)))
    if not found:
        return ""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *map(str, found), *options]
    try:
        done = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, timeout=seconds,
                              check=False, text=True)
    except subprocess.TimeoutExpired:
        return f"not ended after {seconds} s"
    if done.returncode in (3, 4):  # of pytest itself
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    passes = done.returncode in (0, 5)  # 5: nothing was selected
    return "" if passes else f"{done.stdout[-2000:]}exit status {done.returncode}"


def _environment(folder: Path) -> dict[str, str]:
    """The copy stands before the installed package, and has a cache of kernels of its own."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "PYTHONPATH": str(folder),
            "SYMNUM_CACHE_DIR": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}


def copied(folder: Path) -> Path:
    """A copy of what the tests need; imports there find the copy."""
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    done = subprocess.run([sys.executable, "-c", "import symnum; print(symnum.__file__)"], cwd=folder, text=True,
                          env=_environment(folder), capture_output=True, check=True)
    if Path(done.stdout.strip()) != folder / "symnum" / "__init__.py":
        raise SystemExit(f"the tests would run on {done.stdout.strip()} instead of the copy in {folder}")
    return folder


def caught(fault: Fault, folders: Queue[Path], seconds: float) -> tuple[bool, float]:
    """Whether a test notices a fault, and after how many seconds."""
    folder, begin = folders.get(), time.monotonic()
    target = folder / fault.path
    text = target.read_bytes()
    try:
        target.write_bytes(text[:fault.begin] + fault.text.encode() + text[fault.end:])
        found = any(failure(folder, names, quick, seconds / 4 if quick else seconds) for names, quick in stages(fault))
        return found, time.monotonic() - begin
    finally:
        target.write_bytes(text)
        folders.put(folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant the faults and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="faults whose line of text holds this")
    parser.add_argument("--list", action="store_true", help="list the faults and stop")
    given = parser.parse_args(arguments)
    if given.list:
        print(*chosen(given.count, given.seed), sep="\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="symnum-faults-") as folder:
        folders = [copied(Path(folder) / str(k)) for k in range(given.jobs)]
        planted = [f for f in chosen(given.count, given.seed, folders[0]) if given.only in str(f)]
        return tried(planted, folders)


def tried(planted: Sequence[Fault], folders: Sequence[Path]) -> int:
    """Run the tests without a fault, then with each; what takes twice as long as all of them does not end.

    A quick selection has half the time of all tests.
    """
    begin = time.monotonic()
    files = sorted({name for fault in planted for name in proofs(fault)})
    free: Queue[Path] = Queue()
    with ThreadPoolExecutor(len(folders)) as pool:
        shares = [(folder, files[k::len(folders)], (), MOST_SECONDS) for k, folder in enumerate(folders)]
        if failures := "".join(pool.map(lambda share: failure(*share), shares)):
            print(f"the tests fail without a fault:\n{failures}")
            return 2
        for folder in folders:
            free.put(folder)
        seconds = 2 * (time.monotonic() - begin)
        results = pool.map(lambda fault: caught(fault, free, seconds), planted)
        missed = 0
        for number, (fault, (found, took)) in enumerate(zip(planted, results, strict=True), 1):
            missed += not found
            print(f"{number:3} {'caught' if found else 'MISSED'} {took:5.1f} s  {fault}", flush=True)
    print(f"{len(planted) - missed} of {len(planted)} faults caught")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
