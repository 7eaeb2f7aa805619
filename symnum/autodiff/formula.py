"""``Formula``: a node under Python's operators, as the partials of rows are written.

Nodes themselves carry no operators: compiler code compares them with ``is`` and builds them by constructors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir import build
from ..ir.node import Node, Shape
from ..ops.table import TABLE

_Binary = Callable[["Formula", Any], "Formula"]


def bare(value: Any) -> Any:
    """The node of a formula; any other value as it is."""
    return value.node if isinstance(value, Formula) else value


def _pair(name: str) -> tuple[_Binary, _Binary]:
    """An operator and its reflection."""
    op = TABLE[name]

    def method(self: Formula, other: Any) -> Formula:
        return Formula(build.apply(op, self.node, bare(other)))

    def reflected(self: Formula, other: Any) -> Formula:
        return Formula(build.apply(op, bare(other), self.node))

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
    __sub__, __rsub__ = _pair("subtract")
    __mul__, __rmul__ = _pair("multiply")
    __truediv__, __rtruediv__ = _pair("true_divide")
    __pow__, __rpow__ = _pair("power")

    def __neg__(self) -> Formula:
        return Formula(build.apply(TABLE["negative"], self.node))

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
    def constant(value: object, dtype: object = None) -> Formula:
        """A constant; see :func:`build.constant`."""
        return Formula(build.constant(value, dtype))


formulas = Formulas()
