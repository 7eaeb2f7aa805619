"""Quotients of sums that overflow or underflow together: both are scaled by one power of two, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed, core
from ..match import Match
from ..numbers import Exact, constant_like
from ..pattern import AnyProduct, AnySum, wilds
from ..rule import STABILIZE, Rule
from ..terms import Leaf, is_transparent, moved, power_of
from ..views import Term, Views
from .squares import Square, as_square, bases_of, is_safe, spread

_a, _b, _c, _d, _x, _y = wilds("a b c d x y")
_MOST_TERMS = 4


# linear over squares ----------------------------------------------------------------------------------------------

def over_squares(m: Match) -> Node | None:
    """(a*c + b*d)/(c*c + d*d) of c and d divided by the larger one's power of two"""
    view = m.views.product(m.node)
    for below in view.leaves:
        bases = _squared(m.views, below) if below.sign < 0 else None
        if bases is None:
            continue
        scale = o.inverse_scale(reduce(o.maximum, map(o.absolute, bases)))
        scaled = {base: o.multiply(base, scale) for base in bases}
        for above in view.leaves:
            top = _linear(m.views, above.node, scaled) if above.sign > 0 else None
            if top is not None:
                bottom = reduce(o.add, (o.multiply(x, x) for x in scaled.values()))
                changes = {above: Value(top), below: Value(bottom, inverse=True)}
                return o.multiply(as_node(changed(view, changes), view), scale)
    return None


def _squared(views: Views, leaf: Leaf) -> tuple[Node, ...] | None:
    """The bases of a sum of squares that may overflow or underflow."""
    terms = views.terms(leaf.node)
    if not 1 < len(terms) <= _MOST_TERMS or leaf.shared:
        return None
    squares = [found for term in terms if (found := as_square(views, term)) is not None]
    roots = [_base(views, each) for each in squares]
    bases = tuple(x for x in roots if x is not None)
    return None if len(bases) < len(terms) or is_safe(views, squares, leaf.node) else bases


def _base(views: Views, square: Square) -> Node | None:
    """The x of a term x*x; None of other squares."""
    bases = bases_of(views, square.product)
    return square.root(views, 1) if square.coefficient == 1 and list(bases.values()) == [2] else None


def _linear(views: Views, node: Node, scaled: Mapping[Node, Node]) -> Node | None:
    """A sum, each term of which has one factor of ``scaled``, with that factor scaled; None if it is none."""
    if node in scaled:
        return scaled[node]
    view, changes = views.sum(node), dict[Leaf, Value | None]()
    for term in views.terms(node):
        value = _linear_term(views, term.leaf.node, scaled)
        if value is None:
            return None
        changes[term.leaf] = Value(value, term.leaf.sign)
    return as_node(changed(view, changes), view) if len(changes) > 1 else None


def _linear_term(views: Views, node: Node, scaled: Mapping[Node, Node]) -> Node | None:
    """A product, one factor of which is in ``scaled``, with that factor scaled; None if it is none."""
    movers: tuple[Node, ...] = ()
    inner = node
    while is_transparent(inner):
        movers, inner = (*movers, inner), inner.inputs[0]
    product = views.product(inner)
    found = [leaf for leaf in product.leaves if spread(power_of(leaf.node)[0], movers) in scaled]
    if len(found) != 1 or found[0].sign < 0 or spread(found[0].node, movers) not in scaled:
        return None
    factor = scaled[spread(found[0].node, movers)]
    if not movers:
        return as_node(changed(product, {found[0]: Value(factor)}), product)
    return o.multiply(moved(as_node(changed(product, {found[0]: None}), product), movers), factor)


# places in an interval --------------------------------------------------------------------------------------------

def in_interval(m: Match) -> Node | None:
    """(x - a)/(b - a) of halves, where b - a overflows"""
    view = m.views.product(m.node)
    sums = [leaf for leaf in view.leaves if not leaf.kept and len(m.views.terms(leaf.node)) == 2]
    for below in sums:
        for above in sums:
            if (above.sign > 0 > below.sign and _have_common_term(m.views, above.node, below.node)
                    and not m.views.facts(below.node).finite):
                scale = o.where(o.isfinite(below.node), 1.0, 0.5)
                changes = {leaf: Value(_times(m.views, leaf.node, scale), 1, leaf.sign < 0) for leaf in (above, below)}
                return as_node(changed(view, changes), view)
    return None


def _have_common_term(views: Views, above: Node, below: Node) -> bool:
    """Whether two differences of two terms, neither a number nor scaled already, subtract the same."""
    pairs = [views.terms(node) for node in (above, below)]
    if any(len(terms) != 2 or not all(map(_is_plain, terms)) for terms in pairs):
        return False
    shared = [a for a in pairs[0] for b in pairs[1] if a.key == b.key and a.coefficient == b.coefficient]
    return len(shared) == 1 and all(sum(term.coefficient > 0 for term in terms) == 1 for terms in pairs)


def _is_plain(term: Term) -> bool:
    return term.key != frozenset() and abs(term.coefficient) == 1 and isinstance(term.key, Node)


def _times(views: Views, node: Node, factor: Node) -> Node:
    """A sum with each term multiplied."""
    view = views.sum(node)
    changes: dict[Leaf, Value | None] = {
        leaf: Value(o.multiply(factor, leaf.node), leaf.sign) for leaf in view.leaves}
    return as_node(changed(view, changes), view)


# numbers ----------------------------------------------------------------------------------------------------------

def common_number(m: Match) -> Node | None:
    """c*x - c as c*(x - 1)"""
    terms = m.views.terms(m.node)
    if len(terms) != 2:
        return None
    for first, second in (terms, terms[::-1]):
        number = first.coefficient
        if second.key == frozenset() != first.key and second.coefficient == -number and not _is_power_of_two(number):
            difference = o.subtract(core(m.views, first.leaf.node), 1.0)
            return o.multiply(constant_like(number, difference), difference)
    return None


def _is_power_of_two(number: Exact) -> bool:
    """Whether a product by a number is exact."""
    exact = abs(Fraction(number))
    return all(n & (n - 1) == 0 for n in (exact.numerator, exact.denominator))


_NOT_ZERO = {name: Interval(-1e300, 1e300, avoid=(0.0,)) for name in "abcdxy"}

RULES = (
    Rule(name="over_squares", phase=STABILIZE, lhs=AnyProduct(having=("add",)), sight=0, rhs=over_squares, extreme=True,
         why="squares below a quotient overflow or underflow where it is an ordinary number", domain=_NOT_ZERO,
         examples=lambda: (((_a * _c + _b * _d) / (_c * _c + _d * _d), None), (_c / (_c * _c + _d * _d), None),
                           ((_b * _c - _a * _d) / (_c**2 + _d**2), None)),
         stays=lambda: (_a / (_c * _c + _d * _d), (_a + _c) / (_c * _c + _d * _d), _c / (_c * _c + _d), _c / (1 + _c * _c))),
    Rule(name="in_interval", phase=STABILIZE, lhs=AnyProduct(having=("subtract",)), sight=0, rhs=in_interval, extreme=True,
         why="the length of the interval overflows although both ends are numbers",
         domain={"a": Interval(-1.7e308, -1e308), "b": Interval(1e308, 1.7e308), "x": Interval(-1e308, 1e308)},
         examples=lambda: (((_x - _a) / (_b - _a), None), ((_b - _x) / (_b - _a), None)),
         stays=lambda: ((_x - _a) / (_b - _c), (_x - 1) / (_y - 1), (_x + _a) / (_b + _a), _x / (_b - _a))),
    Rule(name="common_number", phase=STABILIZE, lhs=AnySum(having=("constant",)), sight=0, rhs=common_number,
         why="the rounding error of the product is what is left where the other factor is near 1",
         domain={"x": Interval(0.999, 1.001)},
         examples=lambda: ((3 * _x - 3, 3 * (_x - 1)), (0.1 - 0.1 * _x, None)),
         stays=lambda: (3 * _x - 2, 3 * _x + 3, 2 * _x - 2, _x - 1, 3 * _x - 3 * _y)),
)
