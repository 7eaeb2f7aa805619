"""``Builder``: values of SymPy expressions while they become graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy

from .. import dtypes
from ..dtypes import FLOAT64, INT64
from ..errors import UnsupportedError
from ..ir import build
from ..ir.node import Node
from ..ops.spec import OnHost
from ..ops.table import TABLE
from ..records import dataclass
from .sympy_numbers import rounded
from .sympy_quadrature import NODES, TOLERANCE

# A node, or an expression that is a number (or true, or false), or an array of numbers: its dtype depends on what it
# meets.
Value = Any


@dataclass(frozen=True, slots=True)
class NumberArray:
    """An array of numbers, made in the dtype that it gets; ``whole`` says whether all are integers."""

    make: Callable[[np.dtype[Any]], Node]
    whole: bool


# Ops of indices whose results are indices; others see them as numbers of the dtype of the rest.
_WHOLE = frozenset({"add", "subtract", "multiply", "negative", "absolute", "square", "maximum", "minimum", "remainder",
                    "floor", "ceil", "sign", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal"})


class Builder:
    """The values found so far, by the identity of their expressions; ``home`` is the dtype of a number alone.

    ``ranks`` says how many axes an expression itself has, the last ones of its value: 2 of a matrix.  ``axes`` are
    the indices that run in this scope, each along an axis of its own, last of all in scalar values; ``running`` says
    on which of them a value depends, and those ``implied`` are summed over in products, without a Sum.  ``weak`` are
    integers without a dtype of their own, because SymPy made them: the indices, and what is made of them.
    """

    def __init__(self, home: np.dtype[Any] | None, symbols: Mapping[Any, Node] = MappingProxyType({}),
                 axes: tuple[Any, ...] = (), implied: frozenset[Any] = frozenset(),
                 weak: set[Node] | None = None) -> None:
        self.home = home
        # First and last number of a variable that runs, where both are the same for all elements.
        self.ends: dict[Any, tuple[Any, Any]] = {}
        self.nodes, self.tolerance = NODES, TOLERANCE      # of integrals
        self.weak: set[Node] = set() if weak is None else weak
        self.symbols = symbols
        self.axes = axes
        self.implied = implied
        self.values: dict[int, Value] = {}
        self.ranks: dict[int, int] = {}
        self.running: dict[int, frozenset[Any]] = {}

    def visit(self, e: Any) -> Any:
        """Find the values of an expression and all below it; the expression itself is returned."""
        raise NotImplementedError

    def inside(self, bound: Mapping[Any, Node], rank: int, axes: tuple[Any, ...] = (),
               implied: frozenset[Any] = frozenset()) -> Builder:
        """A builder for a body in which some symbols are bound; others have ``rank`` more axes, of length 1."""
        raise NotImplementedError

    def call(self, function: Any, nodes: Sequence[Value], rank: int) -> Node:
        """A Lambda or class of functions of nodes, element by element of arrays of ``rank``."""
        if not isinstance(function, sympy.Lambda):
            variables = [sympy.Dummy() for _ in nodes]
            function = sympy.Lambda(variables, function(*variables))
        inner = self.inside(dict(zip(function.variables, nodes, strict=True)), rank)
        return inner.node(inner.visit(function.expr))

    def parts(self, e: Any) -> tuple[Any, ...]:
        """The expressions that the value of ``e`` is made of, the same objects at every call."""
        raise NotImplementedError

    def refusal(self, e: Any, why: str, cure: str) -> UnsupportedError:
        """The error for what is not supported, with its place."""
        raise NotImplementedError

    def of(self, e: Any) -> Value:
        """The value of an expression that was visited before."""
        return self.values[id(e)]

    def apply(self, name: str, *values: Value) -> Node:
        """The op ``name`` of values, the numbers among them in the dtype of the nodes."""
        nodes = [v for v in values if isinstance(v, Node)]
        if not self.weak.isdisjoint(nodes):
            return self._of_weak(name, values, nodes)
        if isinstance(TABLE[name].complex, OnHost) and any(x.dtype.kind == "c" for x in nodes):
            return build.apply(TABLE[name], *(self._parameter(v, nodes) for v in values[:-1]),
                               self.operand(values[-1], nodes))
        return build.apply(TABLE[name], *(self.operand(v, nodes) for v in values))

    def _parameter(self, value: Value, nodes: list[Node]) -> Node:
        """A parameter beside a complex argument, which is real itself."""
        if isinstance(value, Node | NumberArray) or value.has(sympy.I):
            return self.operand(value, nodes)
        return build.constant(rounded(value, dtypes.part_of(dtypes.promote([x.dtype for x in nodes]))))

    def _of_weak(self, name: str, values: Sequence[Value], nodes: list[Node]) -> Node:
        """An op of weak integers among others: they take the dtype of the others, as numbers do."""
        firm = [x.dtype for x in nodes if x not in self.weak and x.dtype.kind != "b"]
        whole = name in _WHOLE and all(isinstance(v, Node) or is_whole(v) for v in values)
        if whole and not firm:
            found = build.apply(TABLE[name], *(self.operand(v, nodes) for v in values))
            if found.dtype.kind == "i":
                self.weak.add(found)
            return found
        target = dtypes.promote(firm if whole else [*firm, float] if firm else [self.fraction])
        same = [build.convert(v, target) if isinstance(v, Node) and v in self.weak else v for v in values]
        return build.apply(TABLE[name], *(self.operand(v, [x for x in same if isinstance(x, Node)]) for v in same))

    @property
    def fraction(self) -> np.dtype[Any]:
        """The dtype of a fraction alone."""
        return FLOAT64 if self.home is None or self.home.kind not in "fc" else self.home

    def operand(self, value: Value, others: list[Node]) -> Node:
        """A value as a node; a number in the dtype that a Python number would have beside ``others``."""
        if isinstance(value, Node):
            return value
        if isinstance(value, sympy.logic.boolalg.BooleanAtom):
            return build.constant(bool(value))
        kinds: list[Any] = [x.dtype for x in others if x.dtype.kind != "b"]
        if isinstance(value, NumberArray):
            return value.make(dtypes.promote([*(kinds or [self.home or INT64]), int if value.whole else float]))
        whole = is_whole(value)
        if value.has(sympy.I):
            return _complex(value, dtypes.promote([*kinds, complex]))
        if not kinds:
            kinds = [self.home or (INT64 if whole else FLOAT64)]
        found = dtypes.promote([*kinds, int if whole else float])
        if found.kind == "c":
            return _complex(value, found)
        if found.kind == "f":
            return build.constant(rounded(value, found))
        return build.convert(int(value), found)

    def node(self, e: Any) -> Node:
        """The value of a whole expression."""
        return self.operand(self.of(e), [])


def _complex(number: Any, dtype: np.dtype[Any]) -> Node:
    re, im = (rounded(part, dtypes.part_of(dtype)) for part in number.as_real_imag())
    return build.constant(complex(re, im), dtype)


def is_whole(number: Any) -> bool:
    """Whether a number is an integer by its type; a Float never is."""
    return bool(number.is_Integer)


def is_number(value: Value) -> bool:
    """Whether a value is a number, or true or false."""
    return not isinstance(value, Node | NumberArray)
