"""The problems of ``benchmarks/stability*.toml``: formulas as trees, and points drawn evenly over floats."""

from __future__ import annotations

import ast
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import tomllib
from scipy import special

from symnum.sympy_engine.floats import Values, drawn

Points = dict[str, Values]
_FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
# The given problems, and others of the same families.
TABLES: Mapping[str, Path] = {"given": _FOLDER / "stability.toml", "families": _FOLDER / "stability_families.toml"}
_BLOCK = 1 << 15
_MOST_BLOCKS = 400


@dataclass(frozen=True)
class Problem:
    """One section of the file."""

    name: str
    formula: str
    group: str = ""
    domain: str = ""
    most: float = 64.0      # bits that may be wrong in symnum's results

    @property
    def tree(self) -> ast.expr:
        """The formula, parsed."""
        return ast.parse(self.formula, mode="eval").body

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables, in order of first occurrence."""
        nodes = list(ast.walk(self.tree))
        called = [x.func for x in nodes if isinstance(x, ast.Call)]
        names = [x for x in nodes if isinstance(x, ast.Name) and x not in called]
        return tuple(dict.fromkeys(x.id for x in sorted(names, key=lambda x: x.col_offset) if x.id != "pi"))


def problems(table: str = "given") -> dict[str, Problem]:
    """All of a table, in the order of its file."""
    found: dict[str, dict[str, Any]] = tomllib.loads(TABLES[table].read_text(encoding="utf-8"))
    return {name: Problem(name, **columns) for name, columns in found.items()}


# formulas -----------------------------------------------------------------------------------------------------

class Algebra(Protocol):
    """What a formula is evaluated in: numbers, names and functions; operators are Python's."""

    def number(self, value: int | float, text: str) -> Any:
        """The value of a number, which is written as ``text``."""

    def name(self, name: str) -> Any:
        """The value of a variable, or of pi."""

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """The value of a function with NumPy's name."""


_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a ** b}
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: lambda a, b: a < b, ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b, ast.Eq: lambda a, b: a == b}


def value(tree: ast.expr, algebra: Algebra, text: str) -> Any:
    """A formula's value, each operation in the order in which it is written."""
    match tree:
        case ast.Constant(number) if isinstance(number, int | float):
            return algebra.number(number, ast.get_source_segment(text, tree) or str(number))
        case ast.Name(name):
            return algebra.name(name)
        case ast.UnaryOp(ast.USub(), operand):
            return -value(operand, algebra, text)
        case ast.BinOp(left, op, right):
            return _BINARY[type(op)](value(left, algebra, text), value(right, algebra, text))
        case ast.Call(ast.Name(name), arguments):
            return algebra.call(name, [value(x, algebra, text) for x in arguments])
        case ast.Compare(left, [op], [right]):
            return _COMPARED[type(op)](value(left, algebra, text), value(right, algebra, text))
        case ast.BoolOp(op, parts):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return reduce(lambda a, b: join(a, b), [value(x, algebra, text) for x in parts])
    raise ValueError(f"{ast.unparse(tree)} is no formula of numbers, names, operators and functions")


@dataclass(frozen=True)
class AsWritten:
    """NumPy's functions, in one float dtype."""

    points: Mapping[str, Values]
    dtype: np.dtype[Any]

    def number(self, value: int | float, text: str) -> Any:
        """As in ``Algebra``."""
        return self.dtype.type(value)

    def name(self, name: str) -> Any:
        """As in ``Algebra``."""
        return self.dtype.type(np.pi) if name == "pi" else self.points[name]

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """As in ``Algebra``."""
        return getattr(np if hasattr(np, name) else special, name)(*arguments)


# points -------------------------------------------------------------------------------------------------------

Bounds = dict[str, tuple[float, float]]


def candidates(problem: Problem, dtype: np.dtype[Any], more: str = "") -> Iterator[Points]:
    """Points of the domain without end, block by block: the same ones each time."""
    rng = np.random.default_rng(zlib.crc32(f"{problem.formula} {problem.domain} {dtype}{more}".encode()))
    if not problem.domain:
        choices: list[Bounds] = [{}]
        inside = None
    else:
        inside = ast.parse(problem.domain, mode="eval").body
        choices = [_bounds(part) for part in _alternatives(inside)]
    for _ in range(_MOST_BLOCKS):
        bounds = choices[rng.integers(len(choices))]
        points = {name: drawn(rng, *bounds.get(name, (-np.inf, np.inf)), _BLOCK, dtype) for name in problem.variables}
        if inside is not None:
            with np.errstate(over="ignore"):
                kept = np.broadcast_to(value(inside, AsWritten(points, dtype), problem.domain), _BLOCK)
            points = {name: x[kept] for name, x in points.items()}
        yield points


def _alternatives(tree: ast.expr) -> list[ast.expr]:
    return tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or) else [tree]


def _bounds(tree: ast.expr) -> Bounds:
    """The least and greatest value of each variable that a domain compares with a number."""
    found: Bounds = {}
    for part in ast.walk(tree):
        if not isinstance(part, ast.Compare):
            continue
        for name, low, high in _limits(part.left, part.ops[0], part.comparators[0]):
            old = found.get(name, (-np.inf, np.inf))
            found[name] = max(old[0], low), min(old[1], high)
    return found


def _limits(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Iterator[tuple[str, float, float]]:
    if isinstance(op, ast.Gt | ast.GtE):
        left, right = right, left
    for a, b, sides in ((left, right, (False, True)), (right, left, (True, False))):
        if (limit := _number(b)) is None:
            continue
        low, high = (limit if sides[0] else -np.inf), (limit if sides[1] else np.inf)
        if isinstance(op, ast.Eq):
            low = high = limit
        if isinstance(a, ast.Name):
            yield a.id, low, high
        elif isinstance(a, ast.Call) and isinstance(a.args[0], ast.Name) and high < np.inf:
            yield a.args[0].id, -high, high      # abs(x) <= limit


def _number(tree: ast.expr) -> float | None:
    try:
        return float(eval(compile(ast.Expression(tree), "", "eval"), {"__builtins__": {}}))
    except (NameError, TypeError):
        return None
