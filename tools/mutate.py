"""Seeded faults in rows and rules: each must make a test fail.

``python tools/mutate.py`` (or ``make mutate``) plants 50 faults, one at a time, in a copy of the tree, and runs the tests
that are generated from the tables.  A fault that no test notices is printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("symnum", "tests", "tools", "conftest.py", "pyproject.toml")
# Which tests are made from which tables.
PROOFS = (
    ("symnum/simplify/rules/*.py", ("tests/test_rules*.py", "tests/test_engine*.py")),
    ("symnum/ops/support*.py", ("tests/test_rows_c*.py",)),
    ("symnum/ops/[a-r]*.py", ("tests/test_rows*.py", "tests/test_autodiff*.py", "tests/test_bridge*.py")),
    ("symnum/ops/s[et]*.py", ("tests/test_rows*.py", "tests/test_autodiff*.py", "tests/test_lower*.py")),
    ("symnum/ops/t[r]*.py", ("tests/test_rows*.py", "tests/test_autodiff*.py", "tests/test_bridge*.py")),
)
SKIPPED = {"table.py", "spec.py", "__init__.py", "leaves.py", "dtype_rules.py", "scalars.py", "elementwise.py",
           "reference.py", "scipy_reference.py", "support.py"}
# Columns and calls that hold no mathematics.
REMARKS = {"facts", "doc", "cost", "tol", "domain", "name", "why", "examples", "stays", "keeps", "dtypes", "inverts",
           "aliases", "attrs", "needs"}
VALUES_FOR_TESTS = {"Interval", "finfo", "Absent", "frozenset"}
COMMUTATIVE = re.compile(r"[\w{}]*(logaddexp2?|gcd|lcm|hypot)_?\{")
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPARED = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "==": "!=", "!=": "=="}
ORDERED = {"subtract", "true_divide", "power", "arctan2", "less", "greater", "where", "copysign", "fmod", "dot"}
# Faults that change nothing that can be observed, with the reason.
EQUIVALENT: dict[tuple[str, str], str] = {}


@dataclass(frozen=True, slots=True)
class Fault:
    """One edit of a file: the text at [begin, end) is replaced."""

    path: str
    begin: int
    end: int
    text: str
    what: str


def faults(path: Path) -> Iterator[Fault]:
    """All faults that can be planted in a file."""
    source = path.read_text()
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    name = path.relative_to(ROOT).as_posix()

    def fault(node: ast.expr, text: str, what: str) -> Fault:
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        return Fault(name, begin, end, text, f"line {node.lineno}: {what}")

    for node in _formulas(ast.parse(source)):
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            changed = ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
            yield fault(node, f"({ast.unparse(changed)})", f"{ast.unparse(node)} with another operator")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield fault(node, f"({ast.unparse(node.operand)})", f"{ast.unparse(node)} without its sign")
        elif isinstance(node, ast.Call) and _ordered(node) and len(node.args) >= 2:
            args = [*node.args[:-2], node.args[-1], node.args[-2]]
            swapped = ast.Call(node.func, args, node.keywords)
            yield fault(node, ast.unparse(swapped), f"{ast.unparse(node)} with operands swapped")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "{0}" in node.value:
            yield from (fault(node, repr(t), f"{node.value!r} as {t!r}") for t in _texts(node.value))
        elif isinstance(node, ast.keyword) and node.arg == "when" and not isinstance(node.value, ast.Constant):
            yield fault(node.value, "None", f"guard {ast.unparse(node.value)} dropped")


def _ordered(call: ast.Call) -> bool:
    return getattr(call.func, "attr", getattr(call.func, "id", "")) in ORDERED


def _texts(text: str) -> Iterator[str]:
    """Faulty variants of C text."""
    if "{1}" in text and not _is_symmetric(text):
        yield text.replace("{0}", "{#}").replace("{1}", "{0}").replace("{#}", "{1}")
    for match in re.finditer(r"(?<![<>=!-])([<>]=?|[=!]=)(?![<>=])", text):
        yield text[:match.start()] + COMPARED[match[1]] + text[match.end():]
    for match in re.finditer(r" ([+*-]) ", text):
        yield text[:match.start(1)] + ("-" if match[1] == "+" else "+") + text[match.end(1):]


def _is_symmetric(text: str) -> bool:
    """Whether the operands can be swapped without a change."""
    return bool(COMMUTATIVE.search(text)) or (text.count("{0}") == text.count("{1}") == 1
                                              and bool(re.search(r" ([+*&|^]|[!=]=) ", text)))


def _formulas(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes inside lambdas and calls that are mathematics: the columns of rows, and the two sides of rules."""
    todo: list[tuple[ast.AST, bool]] = [(tree, False)]
    while todo:
        node, inside = todo.pop()
        if isinstance(node, ast.keyword) and node.arg in REMARKS:
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in VALUES_FOR_TESTS:
            continue
        if isinstance(node, ast.JoinedStr) or _is_text(node):
            continue
        if inside:
            yield node
        deeper = inside or isinstance(node, ast.Lambda | ast.Call)
        todo += [(part, deeper) for part in reversed(list(ast.iter_child_nodes(node)))]


def _is_text(node: ast.AST) -> bool:
    """Whether a sum joins texts or tuples instead of numbers."""
    if not isinstance(node, ast.BinOp):
        return False
    return any(isinstance(part, ast.JoinedStr | ast.Tuple | ast.List)
               or (isinstance(part, ast.Constant) and isinstance(part.value, str)) or part_name(part).isupper()
               for part in ast.walk(node) if isinstance(part, ast.expr))


def part_name(part: ast.expr) -> str:
    """The name of a private constant, such as a joined text (numbers like ``_LN2`` hold digits)."""
    name = part.id if isinstance(part, ast.Name) else ""
    return name if name.startswith("_") and not any(map(str.isdigit, name)) else ""


def chosen(count: int, seed: int) -> list[Fault]:
    """``count`` faults drawn over all files, the same for the same seed."""
    paths = sorted({p for pattern, _ in PROOFS for p in ROOT.glob(pattern) if p.name not in SKIPPED})
    groups = [found for p in paths if (found := [f for f in faults(p) if (f.path, f.what) not in EQUIVALENT])]
    draw = random.Random(seed)
    picked: list[Fault] = []
    for group in groups:
        draw.shuffle(group)
    while len(picked) < count and any(groups):
        picked += [group.pop() for group in groups if group]
    return picked[:count]


def proofs(path: str) -> list[str]:
    """The tests that must notice a fault in a file."""
    patterns = next(tests for pattern, tests in PROOFS if Path(path).match(pattern))
    return sorted({p.relative_to(ROOT).as_posix() for t in patterns for p in ROOT.glob(t)})


def caught(fault: Fault, seconds: int) -> bool:
    """Whether a test fails (or never ends) with the fault planted."""
    with tempfile.TemporaryDirectory(prefix="symnum-fault-") as folder:
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, Path(folder) / name)
        target = Path(folder) / fault.path
        text = target.read_bytes()
        target.write_bytes(text[:fault.begin] + fault.text.encode() + text[fault.end:])
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *proofs(fault.path)]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds, check=False,
                                  env={"PYTHONPATH": folder, "PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": folder})
        except subprocess.TimeoutExpired:
            return True
        return done.returncode == 1 or (done.returncode == 2 and b"rror" in done.stdout)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant the faults and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=600, help="longest run of the tests of one fault")
    parser.add_argument("--list", action="store_true", help="list the faults and stop")
    given = parser.parse_args(arguments)
    planted = chosen(given.count, given.seed)
    if given.list:
        print("\n".join(f"{f.path}: {f.what}" for f in planted))
        return 0
    with ThreadPoolExecutor(given.jobs) as pool:
        results = pool.map(lambda f: caught(f, given.seconds), planted)
        missed = 0
        for number, (fault, found) in enumerate(zip(planted, results, strict=True), 1):
            missed += not found
            print(f"{number:3} {'caught' if found else 'MISSED'}  {fault.path}: {fault.what}", flush=True)
    print(f"{len(planted) - missed} of {len(planted)} faults caught")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
