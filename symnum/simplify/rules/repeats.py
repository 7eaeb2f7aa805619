"""Reductions of what is repeated: every element is looked at once, however often it stands there."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir import dims
from ...ir.build import broadcast_to, constant, convert, o
from ...ir.node import Dim, Node
from ..edits import by_squares
from ..match import Match
from ..pattern import AnyNode, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule
from .reductions import reduced

_MOST_SQUARES = 1 << 16     # times that a number is multiplied by itself; a power costs less than more of them


def repeated(m: Match) -> Node | None:
    """the same of each element once"""
    found = _once(m.node)
    if found is None or any(not isinstance(n, int) or n == 0 for n in found[1]):
        return None
    return broadcast_to(convert(found[0], m.node.dtype), m.node.shape)


def repeated_sum(m: Match) -> Node | None:
    """n * sum(x), where x was repeated n times"""
    found = _once(m.node)
    if found is None or found[0].dtype != m.node.dtype:
        return None
    total, lengths = found
    if lengths:
        total = o.multiply(_as_number(dims.product(lengths), m.node), total)
    return broadcast_to(total, m.node.shape)


def repeated_prod(m: Match) -> Node | None:
    """prod(x)**n by squares, where x was repeated n times"""
    found = _once(m.node)
    if found is None or found[0].dtype != m.node.dtype:
        return None
    total, count = found[0], dims.product(found[1])
    if isinstance(count, int) and 0 < count <= _MOST_SQUARES:
        return broadcast_to(by_squares(total, count), m.node.shape)
    return broadcast_to(o.power(total, _as_number(count, m.node)), m.node.shape)


def _as_number(length: Dim, like: Node) -> Node:
    return convert(length, like.dtype) if isinstance(length, Node) else constant(length, like.dtype)


def _once(node: Node) -> tuple[Node, Sequence[Dim]] | None:
    """The reduction of what is repeated, and how often it is repeated along reduced axes; None if nothing is gained."""
    wide, axis = node.inputs[0], node.attr("axis")
    if wide.op.name != "broadcast_to":
        return None
    x = wide.inputs[0]
    lead = wide.ndim - x.ndim
    spread = [k for k, n in enumerate(wide.shape) if k < lead or (x.shape[k - lead] == 1 and n != 1)]
    if not spread:
        return None
    own = [k - lead for k in spread if k >= lead]
    narrow = o.squeeze(x, axis=tuple(own)) if own else x
    found = reduced(node.op.name, narrow, [k - lead - sum(s < k - lead for s in own) for k in axis if k not in spread])
    kept = [k for k in range(lead, wide.ndim) if k not in axis]
    ones = tuple(place for place, k in enumerate(kept) if k in spread)
    return o.expand_dims(found, axis=ones) if ones else found, [wide.shape[k] for k in axis if k in spread]


_x = wilds("x")[0]
_ONCE = "elements that are repeated need one look"
_thick = p.broadcast_to(_x, shape=(2, 3, 4))
_spread = p.broadcast_to(p.expand_dims(_x, axis=(1,)), shape=(3, 5, 4))

RULES = (
    Rule(name="reduce_repeated", phase=CANONICALIZE, lhs=AnyNode(("max", "min", "any", "all"), having=("broadcast_to",)),
         rhs=repeated, why=_ONCE, dtypes="fiub", keeps="bits",
         examples=lambda: ((p.max(_thick, axis=(0,)), _x), (p.all(_spread, axis=(1, 2)), p.all(_x, axis=(1,))),
                           (p.max(_spread, axis=(0,)), None)),
         stays=lambda: (p.max(_x, axis=(0,)),)),
    Rule(name="repeated_sum", phase=CANONICALIZE, lhs=AnyNode(("sum",), having=("broadcast_to",)), rhs=repeated_sum,
         why="one multiplication instead of many additions",
         examples=lambda: ((p.sum(_thick, axis=(0,)), 2 * _x), (p.sum(_thick, axis=(0, 2)), 2 * p.sum(_x, axis=(1,))),
                           (p.sum(_spread, axis=(1,)), None), (p.sum(_spread, axis=(0,)), None)),
         stays=lambda: (p.sum(_x, axis=(0,)),)),
    Rule(name="repeated_prod", phase=SPECIALIZE, lhs=AnyNode(("prod",), having=("broadcast_to",)), rhs=repeated_prod,
         why="a power instead of many multiplications",
         examples=lambda: ((p.prod(_thick, axis=(0,)), None), (p.prod(_spread, axis=(0, 1)), None)),
         stays=lambda: (p.prod(_x, axis=(0,)),)),
)
