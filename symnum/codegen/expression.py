"""The scalar expression of one node at an index, given the values of its operands."""

from __future__ import annotations

from typing import cast

from ..dtypes import BOOL
from ..ir.build import constant
from ..ir.nest import axis, fold
from ..ir.node import Node, intern
from ..ops.spec import Pull, Reduce
from ..ops.table import TABLE
from .indices import ZERO, Context, Index, is_one, linear_position
from .traits import fold_lengths, reduced_axes

_ADD, _MULTIPLY, _AND = TABLE["add"], TABLE["multiply"], TABLE["logical_and"]


def expression(kind: str, node: Node, index: Index, context: Context, axes: tuple[int, ...]) -> Node:
    """The value of ``node`` at ``index``; ``axes`` are the nest's axes that a fold runs over."""
    if kind == "scalar":
        return _elementwise(node, index, context)
    if kind == "fold":
        return _fold(node, index, context, axes)
    if node.op is TABLE["reshape"]:
        return context.value(node.inputs[0], _refitted(node, index))
    pull = cast(Pull, node.op.lower)  # of all kinds of columns, pulls alone are left
    return cast(Node, pull(context, node, index))


def _elementwise(node: Node, index: Index, context: Context) -> Node:
    values = tuple(context.value(x, index) for x in node.operands)
    return intern(node.op, values + node.inputs[len(values):], node.attrs, node.dtype, ())


def _refitted(node: Node, index: Index) -> Index:
    """The operand's index for a reshape that only adds or drops lengths of 1."""
    rest = iter(i for i, n in zip(index, node.shape, strict=True) if not is_one(n))
    return tuple(ZERO if is_one(n) else next(rest) for n in node.inputs[0].shape)


def _fold(node: Node, index: Index, context: Context, axes: tuple[int, ...]) -> Node:
    numbers = iter(axes)
    places = tuple(ZERO if is_one(n) else axis(next(numbers)) for n in fold_lengths(node))
    if not isinstance(node.op.lower, Reduce):
        return _dot(node, index, context, places[0], axes)
    own = dict(zip(reduced_axes(node), places, strict=True))
    rest = iter(index)
    x = node.inputs[0]
    value = context.value(x, tuple(own[k] if k in own else next(rest) for k in range(len(x.shape))))
    combine = node.op.lower.combine
    if combine in ("argmax", "argmin"):
        position = linear_position(places, fold_lengths(node))
        return fold(combine, axes, value, position) if axes else ZERO
    return fold(combine, axes, value) if axes else _alone(combine, value)


def _alone(combine: str, value: Node) -> Node:
    """A fold of one element: a sum starts from 0, so that it is never -0.0."""
    if combine != "add" or value.dtype.kind != "f":
        return value
    return intern(_ADD, (constant(0, value.dtype), value), (), value.dtype, ())


def _dot(node: Node, index: Index, context: Context, k: Node, axes: tuple[int, ...]) -> Node:
    a, b = node.operands
    rows = len(a.shape) - 1
    values = context.value(a, (*index[:rows], k)), context.value(b, (k, *index[rows:]))
    combine, op = ("logical_or", _AND) if node.dtype == BOOL else ("add", _MULTIPLY)
    product = intern(op, values, (), node.dtype, ())
    return fold(combine, axes, product) if axes else product


