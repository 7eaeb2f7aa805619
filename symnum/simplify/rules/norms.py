"""Roots of sums of squares over axes: scaled by the largest element's power of two, so that no square overflows."""

from __future__ import annotations

from ...ir.build import o
from ...ir.node import Node
from ...ir.walk import topological
from ...ops.spec import Interval
from ..match import Match
from ..numbers import MOVERS
from ..pattern import Attr, Moved, Pattern, p, wild
from ..rule import STABILIZE, Rule
from ..terms import power_of
from .softmax import spread


def scaled_norm(m: Match) -> Node | None:
    """sqrt(sum((s*x)**2))/s, where s is a power of two near 1/max(|x|)"""
    found = _scaled(m)
    return None if found is None else o.true_divide(o.sqrt(found[0]), found[1])


def scaled_mean(m: Match) -> Node | None:
    """sqrt(sum((s*x)**2)/n)/s, where s is a power of two near 1/max(|x|)"""
    found = _scaled(m)
    return None if found is None else o.true_divide(o.sqrt(o.true_divide(found[0], m["n"])), found[1])


def _scaled(m: Match) -> tuple[Node, Node] | None:
    """The sum of squares of scaled elements, and the scale, which are where the sum was; None of sums that are no such
    thing, or are needed by others too."""
    x, axis = _root(m["y"]), m["axis"]
    total = o.sum(m["y"], axis=axis)
    if x is None or _is_scaled(x) or m.views.count(total) > 1 or not _is_whole(x):
        return None
    scale = o.inverse_scale(o.peak(o.absolute(x), axis=axis))
    scaled = o.multiply(x, spread(scale, x, axis))
    return m["moves"](o.sum(o.multiply(scaled, scaled), axis=axis)), m["moves"](scale)


def _root(square: Node) -> Node | None:
    """The x of x*x, in every spelling."""
    if square.op.name == "multiply":
        return square.operands[0] if square.operands[0] is square.operands[1] else None
    base, exponent = power_of(square)
    return base if exponent == 2 else None


def _is_scaled(x: Node) -> bool:
    """Whether a product has a scale as factor."""
    return x.op.name == "multiply" and any(_unmoved(factor).op.name == "inverse_scale" for factor in x.operands)


def _is_whole(x: Node) -> bool:
    """Whether something in an elementwise expression has all its elements, and is not repeated to its shape.

    What is repeated only, as points are in the distances of all pairs of them, is folded without being stored; a
    scale would have to be found for each pair first.
    """
    parts = topological([x], lambda node: node.operands if node.op.kind == "elementwise" else ())
    return any(node.op.kind != "elementwise" and node.op.name not in ("broadcast_to", "constant") for node in parts)


def _unmoved(node: Node) -> Node:
    while node.op.name in MOVERS:
        node = node.inputs[0]
    return node


_x, _y, _n, _axis = wild("x"), wild("y"), wild("n"), Attr("axis")
_OVERFLOWS = "the squares overflow, or underflow to 0, where the root of their sum is an ordinary number"
_NOT_ZERO = Interval(-1e300, 1e300, avoid=(0.0,))


def _sum(y: Pattern) -> Pattern:
    return Moved("moves", p.sum(y, axis=_axis))


RULES = (
    Rule(name="scaled_norm", phase=STABILIZE, lhs=p.sqrt(_sum(_y)), rhs=scaled_norm, keeps="specials", extreme=True,
         domain={"x": _NOT_ZERO}, why=_OVERFLOWS,
         examples=lambda: ((p.sqrt(_sum(p.multiply(_x, _x))), None), (p.sqrt(_sum(p.square(_x))), None)),
         stays=lambda: (p.sqrt(_sum(_x)),)),
    Rule(name="scaled_root_mean_square", phase=STABILIZE, lhs=p.sqrt(p.true_divide(_sum(_y), _n)), rhs=scaled_mean,
         extreme=True, domain={"x": _NOT_ZERO, "n": Interval(1.0, 1e3)}, why=_OVERFLOWS,
         examples=lambda: ((p.sqrt(p.true_divide(_sum(p.multiply(_x, _x)), _n)), None),),
         stays=lambda: (p.sqrt(p.true_divide(_sum(_x), _n)),)),
)
