"""Derivatives of one node, from its row: what both modes share, and where they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..dtypes import INT64, is_complex
from ..errors import UnsupportedError
from ..ir import build, dims
from ..ir.build import o
from ..ir.node import Node, Shape
from ..ops.spec import Absent
from .formula import Formula, bare, formulas
from .masked import Masked, converted, gathered, opened, scaled, settled

# Ops that move elements and compute nothing: a mask moves as its value does.
_MOVES = frozenset({"reshape", "transpose", "expand_dims", "squeeze", "slice", "embed", "concatenate",
                    "broadcast_to", "sum_to", "shear", "unshear", "stored"})


def is_float(node: Node) -> bool:
    """Whether the values of a node form a continuum, which derivatives need."""
    return node.dtype.kind in "fc"


def _has_partials(node: Node) -> bool:
    """Whether a node is elementwise, and differentiable in the complex sense if it is complex.

    Rows that are not have vjp and jvp for complex operands, such as conjugate.
    """
    return node.op.kind == "elementwise" and (isinstance(node.op.vjp, Absent) or not is_complex(node.operands[0].dtype))


def partials(node: Node, active: Collection[Node]) -> Iterator[tuple[Node, Node | complex]]:
    """The ``active`` operands of an elementwise node, each with the partial derivative by it if not zero.

    The tangent of a real result is the real part of partial times tangent; a cotangent, which holds derivatives by real
    part and imaginary part, is multiplied by the partial's conjugate.

    Raises:
        UnsupportedError: the op has no derivative by an active operand.
    """
    rule = node.op.partials
    if isinstance(rule, Absent):
        return _check_constant(node, rule)
    found = rule(formulas, Formula(node), *map(Formula, node.operands))
    for x, partial in zip(node.operands, map(bare, found), strict=True):
        if x in active and is_float(x) and partial is not None:
            if isinstance(partial, Absent):
                raise _undefined(node, partial)
            yield x, partial


def _check_constant(node: Node, column: Absent) -> None:
    if "locally_constant" not in node.op.facts:
        raise _undefined(node, column)


def _undefined(node: Node, column: Absent) -> UnsupportedError:
    return UnsupportedError(f"{node.op.name} cannot be differentiated: {column.reason}")


def fitted(value: Node, shape: Shape) -> Node:
    """``value`` under a shape that is spelled otherwise but equal when it runs."""
    return build.broadcast_to(value, shape)


def zeros(node: Node) -> Node:
    """Zeros with the dtype and shape of a node."""
    return build.broadcast_to(build.convert(0, node.dtype), node.shape)


def ones(node: Node) -> Node:
    """Ones with the dtype and shape of a node."""
    return build.broadcast_to(build.convert(1, node.dtype), node.shape)


# reverse ----------------------------------------------------------------------------------------------------

def pulled(node: Node, cotangent: Masked, active: Collection[Node]) -> Iterator[tuple[Node, Masked]]:
    """The cotangents that a node's cotangent gives to its active float operands.

    Raises:
        UnsupportedError: the op has no derivative by one of them.
    """
    if _has_partials(node):
        for x, partial in partials(node, active):
            yield x, converted(scaled(cotangent, partial, (node, *node.operands), conjugated=True), x)
        return
    rule = node.op.vjp
    if isinstance(rule, Absent):
        return _check_constant(node, rule)
    found = rule(o, node, settled(cotangent))
    for k, (x, value) in enumerate(zip(node.operands, found, strict=True)):
        if x in active and is_float(x) and value is not None:
            mask = None if cotangent.mask is None else _pulled_mask(node, k, cotangent.mask)
            clean = node.op.name == "sum" or node.op.name in _MOVES
            part = Masked(fitted(resolved(value), x.shape), mask, clean)
            yield x, opened(part) if node.op.kind == "reduction" else part


def resolved(node: Node) -> Node:
    """A ``sum_to`` as a sum over its axes of length 1, if it is known which those are; other nodes stay.

    Graphs that are specialised already must not get new ``sum_to``.
    """
    if node.op.name != "sum_to":
        return node
    x, lead = node.operands[0], len(node.operands[0].shape) - len(node.shape)
    pairs = list(zip(node.shape, x.shape[lead:], strict=True))
    if not all(isinstance(a, int) or dims.equal(a, b) for a, b in pairs):
        return node
    ones = tuple(k for k, (a, b) in enumerate(pairs) if dims.equal(a, 1) and not dims.equal(b, 1))
    axes = (*range(lead), *(lead + k for k in ones))
    total = o.sum(x, axis=axes) if axes else x
    return o.expand_dims(total, axis=ones) if ones else total


def _pulled_mask(node: Node, k: int, mask: Node) -> Node | None:
    """Where the cotangent of operand ``k`` can differ from zero if that of the node does under ``mask``."""
    name, x = node.op.name, node.operands[k]
    if node.op.kind == "elementwise":
        return mask
    if name == "broadcast_to":
        return _any_to(mask, x.shape)
    if name in _MOVES:
        return fitted(node.op.vjp(o, node, mask)[k], x.shape)  # type: ignore[operator]  # structural rows have it
    if name == "dot":
        return _factor_mask(node, k, mask)
    if node.op.kind == "reduction":
        return build.broadcast_to(o.expand_dims(mask, axis=node.attr("axis")), x.shape)
    return None


def _any_to(mask: Node, shape: Shape) -> Node:
    """Whether any of the elements that broadcasting from ``shape`` made is true."""
    if mask.op.name == "broadcast_to" and mask.inputs[0].shape == shape:
        return mask.inputs[0]
    count = resolved(o.sum_to(o.cast(mask, dtype=INT64), shape=shape))
    return o.not_equal(count, 0)


def _factor_mask(node: Node, k: int, mask: Node) -> Node:
    """An element of a factor of ``dot`` counts if any product that it enters counts."""
    x, other = node.operands[k], node.operands[1 - k]
    if len(other.shape) == 2:
        axis = (len(mask.shape) - 1,) if k == 0 else (0,)
        mask = o.any(mask, axis=axis)
    inner = len(x.shape) - 1 if k == 0 else 0
    return build.broadcast_to(o.expand_dims(mask, axis=(inner,)), x.shape)


# forward ----------------------------------------------------------------------------------------------------

def pushed(node: Node, tangents: Mapping[Node, Masked]) -> Masked | None:
    """The tangent of a node from those of its operands; None if it is zero.

    Raises:
        UnsupportedError: the op has no derivative.
    """
    if _has_partials(node):
        given = (node, *node.operands)
        parts = [converted(scaled(tangents[x], p, given), node) for x, p in partials(node, tangents.keys())]
        return gathered(parts) if parts else None
    if isinstance(node.op.vjp, Absent):
        _check_constant(node, node.op.vjp)
        return None
    parts_of = [tangents.get(x) for x in node.operands]
    value = _pushed_value(node, [None if t is None else settled(t) for t in parts_of])
    return Masked(fitted(value, node.shape), _pushed_mask(node, parts_of))


def _pushed_value(node: Node, tangents: Sequence[Node | None]) -> Node:
    rule = node.op.jvp
    if not isinstance(rule, Absent):
        found: Node = rule(o, node, tangents)
        return found
    # A row without jvp is linear: the op itself, applied to the tangents.
    operands = [zeros(x) if t is None else t for x, t in zip(node.operands, tangents, strict=True)]
    return build.make(node.op, operands, build.filled_attrs(node))


def _pushed_mask(node: Node, tangents: Sequence[Masked | None]) -> Node | None:
    first = tangents[0]
    if first is None or first.mask is None or len(tangents) > 1 or node.op.name not in _MOVES - {"sum_to"}:
        return None
    return build.make(node.op, (first.mask,), build.filled_attrs(node))
