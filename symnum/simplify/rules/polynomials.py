"""Polynomials: products multiplied out where terms cancel, exact quotients, and Horner's form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed, plus, powered, times
from ..match import Match
from ..numbers import constant_like, exact_of
from ..pattern import AnyProduct, AnySum, as_pattern, wilds
from ..polynomial import (
    ONE,
    Bases,
    added,
    atoms,
    atoms_of_sum,
    factors,
    is_cheaper,
    may_hold_only,
    of_sum,
    of_term,
    opens,
    quotient,
    value_of,
)
from ..rule import CANONICALIZE, SPECIALIZE, Rule
from ..terms import Leaf, power_of
from ..traits import OPENED, QUOTIENT
from ..views import Term, Views

_FEW = 8  # terms of which all pairs are looked at


# terms that cancel --------------------------------------------------------------------------------------------

def multiplied_out(m: Match) -> Node | None:
    """terms that cancel once a product of sums is multiplied out are gone"""
    terms, bases = m.views.terms(m.node), Bases(m.views)
    if len(terms) < 2 or not _may_cancel(m.views, terms):
        return None
    parts = [of_term(bases, term) for term in terms]
    found = [(term, part) for term, part in zip(terms, parts, strict=True) if part is not None]
    shares = Counter(monomial for _, part in found for monomial in part)
    left = added(part for _, part in found)
    gone = {monomial for monomial, count in shares.items() if count > 1 and monomial not in left}
    taken = [(term, part) for term, part in found if not gone.isdisjoint(part)]
    value = value_of(added(part for _, part in taken), bases, m.node) if taken else None
    if value is None:
        return None
    view = m.views.sum(m.node)
    new = as_node(changed(view, {**dict.fromkeys(term.leaf for term, _ in taken), taken[0][0].leaf: value}), view)
    return new if is_cheaper(m.views, new, m.node, bases) else None


def _may_cancel(views: Views, terms: Sequence[Term]) -> bool:
    """Whether a product of sums, multiplied out, has something in common with another term."""
    products = [not isinstance(term.key, Node) and any(opens(*factor) for factor in term.key) for term in terms]
    if not any(products):
        return False
    if len(terms) <= _FEW:
        return _meet(views, terms, products)
    seen, opened = set[object](), set[object]()
    for term, is_product in zip(terms, products, strict=True):
        found = atoms(views, term)
        if not found.isdisjoint(seen if is_product else opened):
            return True
        seen |= found
        opened |= found if is_product else set()
    return False


def _meet(views: Views, terms: Sequence[Term], products: Sequence[bool]) -> bool:
    """As ``_may_cancel``, of few terms: all that a term is made of must be found in the product that it cancels with."""
    made = [(term, atoms(views, term), is_product) for term, is_product in zip(terms, products, strict=True)]
    return any((not a.isdisjoint(b) if a_is and b_is else a <= b if b_is else b <= a)
               and may_hold_only(views, one, b) and may_hold_only(views, other, a)
               for (one, a, a_is), (other, b, b_is) in combinations(made, 2) if a_is or b_is)


# quotients ----------------------------------------------------------------------------------------------------

def exact_quotient(m: Match) -> Node | None:
    """the quotient of two sums, if it is a polynomial"""
    view = m.views.product(m.node)
    above, below = ([leaf for leaf in view.leaves if leaf.sign == sign and opens(*power_of(leaf.node))]
                    for sign in (1, -1))
    made_of, changes = dict[object, dict[Leaf, None]](), dict[Leaf, Value | None]()
    for leaf in above:
        for atom in atoms_of_sum(m.views, leaf.node):
            made_of.setdefault(atom, {})[leaf] = None
    for divisor in below:
        atoms_below = atoms_of_sum(m.views, divisor.node) - {ONE}
        fewest = min((made_of.get(atom, {}) for atom in atoms_below), key=len, default={})
        for leaf in fewest:
            found = None if leaf in changes else _quotient(m, leaf, divisor)
            if found is not None:
                changes |= {divisor: None, leaf: found}
                break
    return as_node(changed(view, changes), view) if changes else None


def _quotient(m: Match, above: Leaf, below: Leaf) -> Value | None:
    """The quotient of two factors, if it is exact and costs less."""
    bases = Bases(m.views)
    value = _divided(bases, above.node, below.node)
    if value is None or not is_cheaper(m.views, value.node, o.true_divide(above.node, below.node), bases):
        return None
    return value


def _divided(bases: Bases, a: Node, b: Node) -> Value | None:
    """The quotient of two sums, of which the first has more terms or higher powers, if it is exact."""
    if not atoms_of_sum(bases.views, b) <= atoms_of_sum(bases.views, a) | {ONE}:
        return None
    over, under = of_sum(bases, a), of_sum(bases, b)
    if not over or not under or any(exponent < 0 for part in (over, under) for monomial in part for _, exponent in monomial):
        return None
    found = quotient(over, under)
    return None if found is None else value_of(found, bases, a)


# Horner's form ------------------------------------------------------------------------------------------------

def horner(m: Match) -> Node | None:
    """powers of one base are taken out of all terms that hold them, the lowest first"""
    terms = m.views.terms(m.node)
    if len(terms) < 2 or sum(not isinstance(term.key, Node) for term in terms) == 0:
        return None
    powers: dict[Node, list[tuple[Term, Mapping[Node, int]]]] = {}
    for term in terms:
        found = {} if term.leaf.shared else factors(m.views, term)
        for base, exponent in found.items():
            if exponent > 0:
                powers.setdefault(base, []).append((term, found))
    view, changes = m.views.sum(m.node), dict[Leaf, Value | None]()
    for base, several in powers.items():
        left = [(term, found) for term, found in several if term.leaf not in changes]
        if len({found[base] for _, found in left}) > 1:
            value = _nested(m.views, base, left)
            if value is not None:
                places = sorted([term.leaf for term, _ in left], key=lambda leaf: leaf.place)
                changes |= {**dict.fromkeys(places), places[0]: value}
    return as_node(changed(view, changes), view) if changes else None


def _nested(views: Views, base: Node, powers: Sequence[tuple[Term, Mapping[Node, int]]]) -> Value | None:
    """Terms with powers of a base, nested; None if that does not cost less."""
    bases, groups, old = Bases(views), dict[int, list[Term]](), None
    for term, found in powers:
        for each in found:
            bases.place(each)
        groups.setdefault(found[base], []).append(term)
        part = Value(term.leaf.node, term.leaf.sign)
        old = part if old is None else plus(old, part, loose=True)
    degrees = sorted(groups, reverse=True)
    value = _cofactors(views, groups[degrees[0]], base)
    for degree, lower in zip(degrees, (*degrees[1:], 0), strict=True):
        value = _times_power(value, base, degree - lower)
        if lower:
            value = plus(value, _cofactors(views, groups[lower], base), loose=True)
    assert old is not None
    return value if is_cheaper(views, value.node, old.node, bases) else None


def _times_power(value: Value, base: Node, exponent: int) -> Value:
    power = powered(base, exponent)
    assert power is not None
    return times(value, power)


def _cofactors(views: Views, terms: Sequence[Term], base: Node) -> Value:
    """The sum of terms without the powers of a base."""
    total: Value | None = None
    for term in terms:
        product = views.product(term.leaf.node)
        gone = dict.fromkeys(leaf for leaf in product.leaves if power_of(leaf.node)[0] is base)
        value = changed(product, gone) or Value(constant_like(1, term.leaf.node))
        divisor = exact_of(value.node) if value.inverse else None
        rest = constant_like(1 / Fraction(divisor), value.node) if divisor else as_node(
            Value(value.node, 1, value.inverse), product)
        part = Value(rest, term.leaf.sign * value.sign)
        total = part if total is None else plus(total, part, loose=True)
    assert total is not None
    return total


_a, _b, _c, _x, _y = wilds("a b c x y")
_FEWER = "fewer operations, and nothing is left to cancel"

RULES = (
    Rule(name="multiplied_out", phase=CANONICALIZE, lhs=AnySum((OPENED,)), sight=0, rhs=multiplied_out, dtypes="fiu", why=_FEWER,
         examples=lambda: (((_x + _y)**2 - _x**2 - 2 * _x * _y - _y**2, as_pattern(0)),
                           ((_x - _y)**2 + 2 * _x * _y, None), ((_x + 1) * (_x - 1) + 1, None),
                           (_a * (_x + _y) - _a * _x, _a * _y), (_x * (_x - 1) - _x * _x, -_x)),
         stays=lambda: ((_x + 1) * (_x - 1), (_x + _y) * (_x - _y) + _a, (_x - 1)**2 - _y)),
    Rule(name="exact_quotient", phase=CANONICALIZE, lhs=AnyProduct((QUOTIENT,)), sight=0, rhs=exact_quotient,
         why="the quotient is a polynomial: fewer operations, and a number where both sums are 0",
         domain={"x": Interval(0.0, 1e300, avoid=(0.0,)), "y": Interval(-1e300, 0.0, avoid=(0.0,))},
         examples=lambda: (((_x**2 - _y**2) / (_x - _y), _x + _y), ((_x**3 - _y**3) / (_x - _y), None)),
         stays=lambda: ((_x**2 + _y**2) / (_x - _y), (_x**2 - 1) / (_y - 1))),
    Rule(name="horner", phase=SPECIALIZE, lhs=AnySum(), sight=0, rhs=horner, dtypes="fiu", why="fewer multiplications",
         examples=lambda: ((_x**4 + 2 * _x**3 + 3 * _x**2 + 4 * _x + 5, None), (_a * _x * _x + _b * _x + _c, (_a * _x + _b) * _x + _c),
                           (1 + _x + _x**2 / 2 + _x**3 / 4, None)),
         stays=lambda: (_x * _x + _y, _x * _x + _y * _y, _a * _x + _b * _y)),
)
