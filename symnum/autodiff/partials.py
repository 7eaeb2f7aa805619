"""Derivatives of one node, from its row: what reverse and forward mode have in common, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..dtypes import INT64
from ..errors import UnsupportedError
from ..ir import build
from ..ir.build import o
from ..ir.node import Node, Shape
from ..ir.operators import Formula, bare, formulas
from ..ops.spec import Absent
from .masked import Masked, converted, gathered, scaled, settled

# Ops that move elements and compute nothing: a mask moves as its value does.
_MOVES = frozenset({"reshape", "transpose", "expand_dims", "squeeze", "slice", "embed", "concatenate", "sum_to",
                    "broadcast_to"})


def is_float(node: Node) -> bool:
    """Whether the values of a node form a continuum, which derivatives need."""
    return node.dtype.kind == "f"


def partials(node: Node) -> Sequence[Node | float | None]:
    """Partial derivatives of an elementwise node by its operands; None where zero.

    Raises:
        UnsupportedError: the op has no derivative.
    """
    rule = node.op.partials
    if isinstance(rule, Absent):
        _check_constant(node, rule)
        return [None] * len(node.operands)
    found = rule(formulas, Formula(node), *map(Formula, node.operands))
    return [bare(p) for p in found]


def _check_constant(node: Node, column: Absent) -> None:
    if "locally_constant" not in node.op.facts:
        raise UnsupportedError(f"{node.op.name} cannot be differentiated: {column.reason}")


def fitted(value: Node, shape: Shape) -> Node:
    """``value`` under a shape that is spelled otherwise but equal when it runs."""
    return value if value.shape == shape else o.broadcast_to(value, shape=shape)  # type: ignore[no-any-return]


# reverse ------------------------------------------------------------------------------------------------------

def pulled(node: Node, cotangent: Masked) -> Iterator[tuple[Node, Masked]]:
    """The cotangents that a node's cotangent gives to its float operands."""
    if node.op.kind == "elementwise":
        for x, partial in zip(node.operands, partials(node), strict=True):
            if partial is not None and is_float(x):
                yield x, converted(scaled(cotangent, partial), x)
        return
    rule = node.op.vjp
    if isinstance(rule, Absent):
        return _check_constant(node, rule)
    found = rule(o, node, settled(cotangent))
    for k, (x, value) in enumerate(zip(node.operands, found, strict=True)):
        if value is not None and is_float(x):
            mask = None if cotangent.mask is None else _pulled_mask(node, k, cotangent.mask)
            yield x, Masked(fitted(value, x.shape), mask, clean=node.op.name in (*_MOVES, "sum"))


def _pulled_mask(node: Node, k: int, mask: Node) -> Node | None:
    """Where the cotangent of operand ``k`` can differ from zero, if the node's cotangent does so under ``mask``."""
    name, x = node.op.name, node.operands[k]
    if name == "broadcast_to":
        return _any_to(mask, x.shape)
    if name in _MOVES:
        return fitted(node.op.vjp(o, node, mask)[k], x.shape)  # type: ignore[operator]
    if name == "dot":
        return _factor_mask(node, k, mask)
    if node.op.kind == "reduction":
        return o.broadcast_to(o.expand_dims(mask, axis=node.attr("axis")), shape=x.shape)  # type: ignore[no-any-return]
    return None


def _any_to(mask: Node, shape: Shape) -> Node:
    """Whether any of the elements that broadcasting from ``shape`` made is true."""
    if mask.op.name == "broadcast_to" and mask.inputs[0].shape == shape:
        return mask.inputs[0]
    count = o.sum_to(o.cast(mask, dtype=INT64), shape=shape)
    return o.not_equal(count, 0)  # type: ignore[no-any-return]


def _factor_mask(node: Node, k: int, mask: Node) -> Node:
    """An element of a factor of ``dot`` counts if any product that it enters counts."""
    x, other = node.operands[k], node.operands[1 - k]
    if len(other.shape) == 2:
        axis = (len(mask.shape) - 1,) if k == 0 else (0,)
        mask = o.any(mask, axis=axis)
    inner = len(x.shape) - 1 if k == 0 else 0
    return o.broadcast_to(o.expand_dims(mask, axis=(inner,)), shape=x.shape)  # type: ignore[no-any-return]


# forward ------------------------------------------------------------------------------------------------------

def pushed(node: Node, tangents: Mapping[Node, Masked]) -> Masked | None:
    """The tangent of a node from those of its operands; None if it is zero.

    Raises:
        UnsupportedError: the op has no derivative.
    """
    if node.op.kind == "elementwise":
        parts = [converted(scaled(tangents[x], partial), node)
                 for x, partial in zip(node.operands, partials(node), strict=True)
                 if partial is not None and x in tangents]
        return gathered(parts) if parts else None
    if isinstance(node.op.vjp, Absent):
        return _check_constant(node, node.op.vjp)
    given = [tangents.get(x) for x in node.operands]
    value = _pushed_value(node, [None if t is None else settled(t) for t in given])
    mask = _pushed_mask(node, given[0].mask) if len(given) == 1 and given[0] and given[0].mask else None
    return Masked(fitted(value, node.shape), mask)


def _pushed_value(node: Node, tangents: Sequence[Node | None]) -> Node:
    rule = node.op.jvp
    if not isinstance(rule, Absent):
        return rule(o, node, tangents)  # type: ignore[no-any-return]
    # A row without jvp is linear: the op itself, applied to the tangents.
    operands = [zeros(x) if t is None else t for x, t in zip(node.operands, tangents, strict=True)]
    return build.make(node.op, operands, build.filled_attrs(node))


def _pushed_mask(node: Node, mask: Node) -> Node | None:
    if node.op.name not in _MOVES - {"sum_to"}:
        return None
    return build.make(node.op, (mask,), build.filled_attrs(node))


def zeros(node: Node) -> Node:
    """Zeros with the dtype and shape of a node."""
    return build.broadcast_to(build.convert(0, node.dtype), node.shape)


def ones(node: Node) -> Node:
    """Ones with the dtype and shape of a node."""
    return build.broadcast_to(build.convert(1, node.dtype), node.shape)
