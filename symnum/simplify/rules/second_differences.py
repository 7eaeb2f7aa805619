"""Second differences f(x + h) - 2*f(x) + f(x - h): nearly all digits cancel, and a formula gives what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from types import MappingProxyType

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..choices import same
from ..edits import as_node, changed, scaled
from ..match import Match
from ..pattern import AnySum, p, wilds
from ..rule import STABILIZE, Rule
from .angles import near_difference

_MOST_TERMS = 6     # of a sum in which all triples are looked at


def _roots(a: Node, b: Node, c: Node, h: Node) -> Node:
    """-2*h*h / ((r + t)*(r + s)*(s + t)) of the roots r, s and t"""
    r, s, t = o.sqrt(a), o.sqrt(b), o.sqrt(c)
    found = o.true_divide(o.true_divide(h, o.add(r, s)), o.add(s, t))
    return o.negative(o.multiply(o.true_divide(o.multiply(2.0, h), o.add(r, t)), found))


def _waves(f: Callable[[Node], Node], half: Callable[[Node], Node], sign: float) -> Callable[[Node, Node, Node, Node], Node]:
    def found(a: Node, b: Node, c: Node, h: Node) -> Node:
        s = half(o.multiply(0.5, h))
        return o.multiply(o.multiply(o.multiply(sign, s), s), f(b))
    return found


_FORMULAS: Mapping[str, Callable[[Node, Node, Node, Node], Node]] = MappingProxyType({
    "sqrt": _roots, "sin": _waves(lambda x: o.sin(x), lambda x: o.sin(x), -4.0),
    "cos": _waves(lambda x: o.cos(x), lambda x: o.sin(x), -4.0),
    "sinh": _waves(lambda x: o.sinh(x), lambda x: o.sinh(x), 4.0),
    "cosh": _waves(lambda x: o.cosh(x), lambda x: o.sinh(x), 4.0)})


def second_difference(m: Match) -> Node | None:
    """f(x + h) - 2*f(x) + f(x - h) by the difference h, for f = sqrt, sin, cos, sinh, cosh"""
    terms = [t for t in m.views.terms(m.node) if isinstance(t.key, Node) and t.key.op.name in _FORMULAS]
    if not 2 < len(terms) <= _MOST_TERMS:
        return None
    for middle, first, last in permutations(terms, 3):
        if first.coefficient != last.coefficient or middle.coefficient != -2 * first.coefficient:
            continue
        nodes = [t.key for t in (first, middle, last) if isinstance(t.key, Node)]
        a, b, c = (x.operands[0] for x in nodes)
        h, below = near_difference(m.views, a, b), near_difference(m.views, b, c)
        if len({x.op for x in nodes}) == 1 and h is not None and below is not None and same(m.views, h, below):
            new = scaled(first.coefficient, _FORMULAS[nodes[0].op.name](a, b, c, h))
            view = m.views.sum(m.node)
            return as_node(changed(view, {first.leaf: new, middle.leaf: None, last.leaf: None}), view)
    return None




_x, _y = wilds("x y")
_sqrt, _sin = p.sqrt, p.sin

RULES = (
    Rule(name="second_difference", phase=STABILIZE, lhs=AnySum(tuple(_FORMULAS)), rhs=second_difference,
         why="both differences of the values cancel, and their difference in turn", domain={
             "x": Interval(2.0, 1e300), "y": Interval(0.001, 1.0)},
         examples=lambda: ((_sqrt(_x + 1) - 2 * _sqrt(_x) + _sqrt(_x - 1), None),
                           (_sin(_x + _y) - 2 * _sin(_x) + _sin(_x - _y), None)),
         stays=lambda: (_sqrt(_x + 1) - 2 * _sqrt(_x) + _sqrt(_x - 2), _sin(_x + 1) - _sin(_x) + _sin(_x - 1))),
)
