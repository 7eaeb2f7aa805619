"""Roots of sums of squares and other powers: scaled by the largest element's power of two, so that no power overflows."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from ...ir.build import o
from ...ir.node import Node
from ...ir.walk import topological
from ...ops.spec import Interval
from ..match import Match
from ..moves import below_moves
from ..numbers import MOVERS, exact_of
from ..pattern import AnyNode, Attr, Moved, Pattern, p, wild
from ..rule import STABILIZE, Rule
from ..terms import power_of
from ..views import Views
from .softmax import spread

_MOST_TERMS = 4     # of a sum of powers


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


# other powers -----------------------------------------------------------------------------------------------------

def scaled_p_norm(m: Match) -> Node | None:
    """(sum((s*|x|)**p))**(1/p)/s, where s is a power of two near 1/max(|x|)"""
    total = m.node.operands[0]
    inner, moves = below_moves(total)
    if inner.op.name == "sum":
        found = _power(m.views, inner.inputs[0])
        x, p_of_x = found if found is not None else (None, None)
        if x is None or _is_scaled(x) or not _is_inverse(m.node, p_of_x) or m.views.count(inner) > 1:
            return None
        axis = inner.attr("axis")
        scale = o.inverse_scale(o.peak(x, axis=axis))
        raised = _raised(_scaled_size(x, spread(scale, x, axis)), p_of_x)
        return o.true_divide(_like(m.node, moves(o.sum(raised, axis=axis))), moves(scale))
    terms = m.views.terms(total)
    parts = [_power(m.views, t.leaf.node) for t in terms if t.coefficient == 1 and t.leaf.sign > 0]
    known = [part for part in parts if part is not None]
    if not 1 < len(known) == len(terms) <= _MOST_TERMS or not all(_is_inverse(m.node, e) for _, e in known) or (
            any(_is_scaled(x) for x, _ in known)):
        return None
    scale = o.inverse_scale(reduce(o.maximum, (x for x, _ in known)))
    return o.true_divide(_like(m.node, reduce(o.add, (_raised(_scaled_size(x, scale), e) for x, e in known))), scale)


Exponent = Node | int


def _power(views: Views, node: Node) -> tuple[Node, Exponent] | None:
    """x and p of a power x**p of an x that is not negative, p being above 2 or unknown; None of anything else."""
    inner, moves = below_moves(node)
    if inner.op.name == "power" and exact_of(inner.operands[1]) is None:
        base, exponent = moves(inner.operands[0]), moves(inner.operands[1])
        return (base, exponent) if views.facts(base).nonnegative else None
    number, key = views.monomial(inner)
    if number != 1 or isinstance(key, Node) or len(key) != 1:
        return None
    (base, count), = key
    return (moves(base), count) if count > 2 and views.facts(base).nonnegative else None


def _is_inverse(root: Node, exponent: Exponent | None) -> bool:
    """Whether a root is the power of 1/p."""
    if root.op.name == "cbrt":
        return exponent == 3
    own = root.operands[1]
    if isinstance(exponent, int):
        number = exact_of(own)
        return number is not None and number == Fraction(float(own.dtype.type(1) / own.dtype.type(exponent)))
    inner, _ = below_moves(own)
    return exponent is not None and inner.op.name == "true_divide" and exact_of(inner.operands[0]) == 1 and (
        below_moves(inner.operands[1])[0] is below_moves(exponent)[0])


def _scaled_size(x: Node, scale: Node) -> Node:
    """x * scale, below the size that x may be."""
    return o.absolute(o.multiply(x.operands[0], scale)) if x.op.name == "absolute" else o.multiply(x, scale)


def _raised(x: Node, exponent: Exponent | None) -> Node:
    return o.power(x, float(exponent) if isinstance(exponent, int) else exponent)


def _like(root: Node, x: Node) -> Node:
    """The same root of something else."""
    return o.cbrt(x) if root.op.name == "cbrt" else o.power(x, root.operands[1])


def _root(square: Node) -> Node | None:
    """The x of x*x, in every spelling."""
    if square.op.name == "multiply":
        return square.operands[0] if square.operands[0] is square.operands[1] else None
    base, exponent = power_of(square)
    return base if exponent == 2 else None


def _is_scaled(x: Node) -> bool:
    """Whether a product, or its size, has a scale as factor."""
    x = x.operands[0] if x.op.name == "absolute" else x
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
    Rule(name="scaled_p_norm", phase=STABILIZE, lhs=AnyNode(("power", "cbrt"), having=("sum", "add")), rhs=scaled_p_norm,
         extreme=True, domain={"x": _NOT_ZERO, "y": _NOT_ZERO, "n": Interval(3.0, 5.0)},
         why="the powers overflow, or underflow to 0, where the root of their sum is an ordinary number",
         examples=lambda: ((p.cbrt(p.absolute(_x)**3 + p.absolute(_y)**3), None),
                           (p.power(p.sum(p.power(p.absolute(_x), 4), axis=(1,)), 0.25), None),
                           (p.power(p.sum(p.power(p.absolute(_x), _n), axis=(1,)), 1 / _n), None)),
         stays=lambda: (p.cbrt(_x**3 + _y**3), p.power(p.absolute(_x)**3 + p.absolute(_y)**3, 0.5))),
)
