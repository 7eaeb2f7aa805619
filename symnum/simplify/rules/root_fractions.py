"""Fractions with roots below the line: over one line, their numerators are differences that conjugates mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..cancellation import ROOTS
from ..edits import Value, as_node, changed, plus, powered, scaled, times
from ..match import Match
from ..numbers import constant_like
from ..pattern import AnySum, p, wilds
from ..rule import STABILIZE, Rule
from ..views import Term, Views
from .differences import conjugated, over_squares

_MOST_TERMS = 6    # of a sum in which all pairs are looked at
_CUBE = ("cbrt",)


def over_roots(m: Match) -> Node | None:
    """(b - a) / (r*s*(r + s)) with r = sqrt(a), s = sqrt(b), from 1/r - 1/s, if b - a has fewer terms"""
    terms = m.views.terms(m.node)
    if len(terms) > _MOST_TERMS:
        return None
    for first, second in combinations(terms, 2):
        powers = [_powers(term) for term in (first, second)]
        below = {base: -exponent for found in powers for base, exponent in found.items() if exponent < 0}
        if not below or any(e != 1 or base.op.name not in (*ROOTS, *_CUBE) for base, e in below.items()):
            continue
        new = _over_one_line(m, (first, second), powers, list(below))
        if new is not None:
            return as_node(changed(m.views.sum(m.node), {first.leaf: new, second.leaf: None}), m.views.sum(m.node))
    return None


def _powers(term: Term) -> dict[Node, int]:
    return {term.key: 1} if isinstance(term.key, Node) else dict(term.key)


def _over_one_line(m: Match, terms: Sequence[Term], powers: Sequence[Mapping[Node, int]],
                   below: Sequence[Node]) -> Value | None:
    above = [_product(m, term, {**found, **{base: found.get(base, 0) + 1 for base in below}})
             for term, found in zip(terms, powers, strict=True)]
    whole = plus(above[0], above[1], loose=True)
    mended = _mended(m, m.views, whole.node)
    if mended is None:
        return None
    line = below[0]
    for base in below[1:]:
        line = o.multiply(line, base)
    return Value(o.true_divide(mended.node, line), whole.sign * mended.sign)


def _product(m: Match, term: Term, powers: Mapping[Node, int]) -> Value:
    found: Value | None = None
    for base, exponent in powers.items():
        factor = powered(base, exponent)
        if factor is not None:
            found = factor if found is None else times(found, factor)
    number = scaled(term.coefficient, constant_like(1, m.node) if found is None else found.node)
    return number if found is None else Value(number.node, number.sign * found.sign)


def _mended(m: Match, views: Views, numerator: Node) -> Value | None:
    """A difference of two terms, one of which is a root, by its conjugate."""
    terms = views.terms(numerator)
    if len(terms) != 2:
        return None
    for root, other in (terms, terms[::-1]):
        if isinstance(root.key, Node) and root.key.op.name in ROOTS:
            return conjugated(m, root, [other])
        if isinstance(root.key, Node) and root.key.op.name in _CUBE:
            return over_squares(m, root, [other])
    return None


_x, _y = wilds("x y")
_sqrt, _cbrt = p.sqrt, p.cbrt
_POSITIVE = Interval(0.0, 1e300, avoid=(0.0,))

RULES = (
    Rule(name="over_roots", phase=STABILIZE, lhs=AnySum(("true_divide", "reciprocal")), rhs=over_roots,
         why="the difference loses digits where its terms are nearly equal", domain={"x": _POSITIVE},
         examples=lambda: ((1 / _sqrt(_x) - 1 / _sqrt(_x + 1), None), (1 - _x / _sqrt(_x * _x + 1), None),
                           (1 / _cbrt(_x) - 1 / _cbrt(_x + 1), None)),
         stays=lambda: (1 / _sqrt(_x) - 1 / _sqrt(_y), 1 / _sqrt(_x) - _y, 1 / _sqrt(_x) + 1)),
)
