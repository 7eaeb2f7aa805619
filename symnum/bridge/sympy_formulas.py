"""Formulas of values: heads of SymPy's classes that are written with operators and with names of ops."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sympy

from ..ir.node import Node
from ..records import dataclass
from .sympy_builder import Builder, Value, is_number

# What ops do to numbers, which stay exact until they meet a node.
_EXACT: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType({
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "true_divide": operator.truediv,
    "power": operator.pow, "equal": sympy.Eq, "less": sympy.Lt, "logical_and": sympy.And})


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A value in a formula: a node, or an exact number."""

    builder: Builder
    value: Value

    @property
    def number(self) -> Any:
        """The number that it is, or None."""
        return self.value if is_number(self.value) else None

    @property
    def is_complex(self) -> bool:
        """Whether it is a complex number, or a node of complex ones."""
        if isinstance(self.value, Node):
            return self.value.dtype.kind == "c"
        return bool(is_number(self.value) and self.value.has(sympy.I))

    def __neg__(self) -> Term:
        return Term(self.builder, -self.value) if is_number(self.value) else apply("negative", self)

    def __add__(self, other: Any) -> Term:
        return apply("add", self, other)

    def __radd__(self, other: Any) -> Term:
        return apply("add", other, self)

    def __sub__(self, other: Any) -> Term:
        return apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Term:
        return apply("subtract", other, self)

    def __mul__(self, other: Any) -> Term:
        return apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Term:
        return apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Term:
        return apply("true_divide", self, other)

    def __rtruediv__(self, other: Any) -> Term:
        return apply("true_divide", other, self)

    def __pow__(self, other: Any) -> Term:
        return apply("power", self, other)

    def __rpow__(self, other: Any) -> Term:
        return apply("power", other, self)


def apply(name: str, *operands: Any) -> Term:
    """The op ``name`` of terms and numbers, at least one of which is a term."""
    builder = next(x.builder for x in operands if isinstance(x, Term))
    values = [x.value if isinstance(x, Term) else sympy.sympify(x) for x in operands]
    if name in _EXACT and all(map(is_number, values)):
        return Term(builder, _EXACT[name](*values))
    return Term(builder, builder.apply(name, *values))


def formula(function: Callable[..., Term]) -> Callable[[Builder, Any], Node]:
    """The head that computes a class's value from the terms of its arguments."""
    def head(b: Builder, e: Any) -> Node:
        found = function(*(Term(b, b.of(a)) for a in e.args))
        return b.operand(found.value, [])
    return head


def op(name: str) -> Callable[..., Term]:
    """The function of terms that is an op."""
    return lambda *operands: apply(name, *operands)
