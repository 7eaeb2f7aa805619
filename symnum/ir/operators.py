"""Python's operators as ops of the table, and ``Formula``: a node under them, as the partials of rows are written.

Nodes themselves carry no operators: the compiler compares them with ``is``, and a formula says where it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..ops.table import TABLE
from . import build
from .node import Node, Shape

# The stem of Python's special method -> the row that it means.
BINARY: Mapping[str, str] = MappingProxyType({
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "lshift": "left_shift", "rshift": "right_shift", "matmul": "matmul"})
COMPARISON: Mapping[str, str] = MappingProxyType({
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal"})
UNARY: Mapping[str, str] = MappingProxyType({
    "neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"})

_Binary = Callable[["Formula", Any], "Formula"]


def bare(value: Any) -> Any:
    """The node of a formula; any other value as it is."""
    return value.node if isinstance(value, Formula) else value


def _pair(stem: str) -> tuple[_Binary, _Binary]:
    """An operator and its reflection."""
    name = BINARY[stem]

    def method(self: Formula, other: Any) -> Formula:
        return Formula(build.apply(TABLE[name], self.node, bare(other)))

    def reflected(self: Formula, other: Any) -> Formula:
        return Formula(build.apply(TABLE[name], bare(other), self.node))

    return method, reflected


class Formula:
    """A node under ``+ - * / **`` and unary ``-``; each operator builds the node of its row.

    >>> x = Formula(build.input_leaf("x", "float64", ()))
    >>> (1 - x * x).node
    <Node subtract float64 ()>
    """

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    @property
    def dtype(self) -> np.dtype[Any]:
        """The node's dtype."""
        return self.node.dtype

    @property
    def shape(self) -> Shape:
        """The node's shape."""
        return self.node.shape

    __add__, __radd__ = _pair("add")
    __sub__, __rsub__ = _pair("sub")
    __mul__, __rmul__ = _pair("mul")
    __truediv__, __rtruediv__ = _pair("truediv")
    __pow__, __rpow__ = _pair("pow")

    def __neg__(self) -> Formula:
        return Formula(build.apply(TABLE[UNARY["neg"]], self.node))

    def __repr__(self) -> str:
        return f"Formula({self.node!r})"


class Formulas:
    """The constructors of all rows, from formulas, nodes, arrays and numbers to formulas.

    >>> x = Formula(build.input_leaf("x", "float64", ()))
    >>> (2 / Formulas().sqrt(x)).node
    <Node true_divide float64 ()>
    """

    def __getattr__(self, name: str) -> Any:
        op = TABLE.get(name)
        if op is None:
            raise AttributeError(f"no op {name!r} in the table")
        def constructor(*operands: Any, **attrs: Any) -> Formula:
            return Formula(build.apply(op, *map(bare, operands), **attrs))
        setattr(self, name, constructor)
        return constructor

    @staticmethod
    def attr(formula: Any, name: str) -> Any:
        """An attribute of a node, with its slots filled in."""
        return build.o.attr(bare(formula), name)


formulas = Formulas()
