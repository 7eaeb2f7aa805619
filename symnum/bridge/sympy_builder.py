"""``Builder``: values of SymPy expressions while they become graphs."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy

from .. import dtypes
from ..dtypes import FLOAT64, INT64
from ..ir import build
from ..ir.node import Node
from ..ops.table import TABLE
from .sympy_numbers import rounded

# A node, or an expression that is a number (or true, or false): its dtype depends on what it meets.
Value = Any


class Builder:
    """The values found so far, by the identity of their expressions; ``home`` is the dtype of a number alone."""

    def __init__(self, home: np.dtype[Any] | None) -> None:
        self.home = home
        self.values: dict[int, Value] = {}

    def of(self, e: Any) -> Value:
        """The value of an expression that was visited before."""
        return self.values[id(e)]

    def apply(self, name: str, *values: Value) -> Node:
        """The op ``name`` of values, the numbers among them in the dtype of the nodes."""
        nodes = [v for v in values if isinstance(v, Node)]
        return build.apply(TABLE[name], *(self.operand(v, nodes) for v in values))

    def operand(self, value: Value, others: list[Node]) -> Node:
        """A value as a node; a number in the dtype that a Python number would have beside ``others``."""
        if isinstance(value, Node):
            return value
        if isinstance(value, sympy.logic.boolalg.BooleanAtom):
            return build.constant(bool(value))
        whole = is_whole(value)
        kinds: list[Any] = [x.dtype for x in others if x.dtype.kind != "b"]
        if value.has(sympy.I):
            return _complex(value, dtypes.promote([*kinds, complex]))
        if not kinds:
            kinds = [self.home or (INT64 if whole else FLOAT64)]
        found = dtypes.promote([*kinds, int if whole else float])
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
    """Whether a value is not a node yet."""
    return not isinstance(value, Node)
