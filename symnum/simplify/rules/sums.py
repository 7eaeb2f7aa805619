"""Sums: like terms, common factors, numbers and signs.  These rules look at all terms of a sum at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce

from ...ir.build import o
from ...ir.node import Node
from ..edits import Value, as_node, changed, core, edited, is_cheaper, plus, scaled
from ..match import Match
from ..numbers import Exact, constant_like, is_held, is_normal, magnitude, wrapped
from ..pattern import AnySum, as_pattern, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule
from ..terms import PRODUCT, Chain, Leaf, coefficient_of, power_of
from ..traits import LIKE, NUMBERS, PRODUCTS, SIGNS
from ..views import Key, Term, Views

_NUMBER: Key = frozenset()
Changes = dict[Leaf, Value | None]


def _if_cheaper(m: Match, changes: Changes) -> Node | None:
    """The sum with ``changes``, if that costs less."""
    view = m.views.sum(m.node)
    new = as_node(changed(view, changes), view) if changes else m.node
    return new if changes and is_cheaper(m.views, new, view) else None


# like terms ---------------------------------------------------------------------------------------------------

def like_terms(m: Match) -> Node | None:
    """equal monomials are added up"""
    groups: dict[Key, list[Term]] = {}
    for term in m.views.terms(m.node):
        if term.key != _NUMBER:
            groups.setdefault(term.key, []).append(term)
    changes: Changes = {}
    for group in groups.values():
        changes.update(_merged(m, group) if len(group) > 1 else {})
    return _if_cheaper(m, changes)


def _merged(m: Match, group: Sequence[Term]) -> Changes:
    """One term in the place of a group of like terms; nothing, if that takes as many operations."""
    total = wrapped(sum(t.coefficient for t in group), m.node.dtype)
    before = len(group) + sum(abs(t.coefficient) != 1 for t in group)
    after = bool(total) + (magnitude(total) not in (0, 1))
    if after >= before or (total and not is_normal(total, m.node.dtype)):
        return {}
    first = group[0].leaf
    changes: Changes = {t.leaf: None for t in group}
    changes[first] = scaled(total, core(m.views, first.node)) if total else None
    return changes


# numbers ------------------------------------------------------------------------------------------------------

def numbers(m: Match) -> Node | None:
    """the numbers of a sum become one, if that needs no rounding"""
    dtype = m.node.dtype
    found = [t for t in m.views.terms(m.node) if t.key == _NUMBER]
    if len(found) < 2:
        return None
    total = wrapped(sum(t.coefficient for t in found), dtype)
    if not is_held(total, dtype):
        return None
    changes: Changes = {t.leaf: None for t in found}
    changes[found[0].leaf] = Value(constant_like(magnitude(total), m.node), -1 if total < 0 else 1) if total else None
    return _if_cheaper(m, changes)


# common factors -----------------------------------------------------------------------------------------------

Factor = tuple[Node, int]


def common_factor(m: Match) -> Node | None:
    """a factor of several terms is taken out"""
    found: dict[Factor, list[tuple[Term, Leaf]]] = {}
    for term in m.views.terms(m.node):
        for factor, leaf in _factors(m.views, term).items():
            found.setdefault(factor, []).append((term, leaf))
    changes: Changes = {}
    for places in sorted(found.values(), key=len, reverse=True):
        free = [(term, leaf) for term, leaf in places if term.leaf not in changes]
        if len(free) > 1:
            changes.update(_taken_out(m.views, free))
    return _if_cheaper(m, changes)


def _taken_out(views: Views, places: Sequence[tuple[Term, Leaf]]) -> Changes:
    """A product or quotient in the place of the first of several terms."""
    rest, factor = _total(views, places), places[0][1]
    new = o.multiply(factor.node, rest.node) if factor.sign > 0 else o.true_divide(rest.node, factor.node)
    changes: Changes = {term.leaf: None for term, _ in places}
    changes[places[0][0].leaf] = Value(new, rest.sign)
    return changes


def _factors(views: Views, term: Term) -> Mapping[Factor, Leaf]:
    """The factors of a term without which it costs less; none, if others need the term as it is."""
    if term.leaf.shared or (isinstance(term.key, Node) and abs(term.coefficient) == 1):
        return {}
    key = frozenset(((term.key, 1),)) if isinstance(term.key, Node) else term.key
    product = views.product(term.leaf.node)
    above = sum(leaf.sign > 0 for leaf in product.leaves)
    found: dict[Factor, Leaf] = {}
    for leaf in product.leaves:
        if coefficient_of(leaf) is None and not leaf.kept:
            base, exponent = power_of(leaf.node)
            factor = (base, leaf.sign * exponent)
            if factor in key and (leaf.sign < 0 or above > 1):
                found[factor] = leaf
    return {**found, **_shared_factors(product)}


def _shared_factors(product: Chain) -> Mapping[Factor, Leaf]:
    """The operands of a product that are products themselves, and that others need too."""
    root = product.parts[0]
    places = root.below if root.node.op.name == "multiply" else root.below[:1] if len(root.below) == 2 else ()
    parts = [(place, product.parts[place]) for place in places]
    return {(part.node, 1): Leaf(part.node, 1, place, False, False, True) for place, part in parts
            if part.shared and part.below and part.node.dtype == root.node.dtype}


def _total(views: Views, places: Sequence[tuple[Term, Leaf]]) -> Value:
    """The sum of what is left of terms without one of their factors."""
    total: Value | None = None
    for term, leaf in places:
        product = views.product(term.leaf.node)
        value = changed(product, {leaf: None})
        sign = term.leaf.sign * (1 if value is None else value.sign)
        part = Value(as_node(None if value is None else Value(value.node, 1, value.inverse), product), sign)
        total = part if total is None else plus(total, part, loose=True)
    assert total is not None
    return total


def number_of_terms(m: Match) -> Node | None:
    """a number that multiplies several terms multiplies their sum"""
    found: dict[Exact, list[Term]] = {}
    for term in m.views.terms(m.node):
        if term.key != _NUMBER and abs(term.coefficient) != 1 and not (term.leaf.shared or term.leaf.moved):
            found.setdefault(magnitude(term.coefficient), []).append(term)
    changes: Changes = {}
    for number, terms in found.items():
        if len(terms) > 1:
            parts = [Value(core(m.views, term.leaf.node), -1 if term.coefficient < 0 else 1) for term in terms]
            total = reduce(partial(plus, loose=True), parts)
            changes.update({term.leaf: None for term in terms})
            changes[terms[0].leaf] = Value(o.multiply(constant_like(number, m.node), total.node), total.sign)
    return _if_cheaper(m, changes)


# signs --------------------------------------------------------------------------------------------------------

def signs(m: Match) -> Node | None:
    """negatives become additions and subtractions"""
    view = m.views.sum(m.node)
    flips = {leaf.place: _flipped(m.views, leaf) for leaf in view.leaves if not leaf.moved}
    edits: dict[int, Value | None] = {place: value for place, value in flips.items() if value is not None}
    if not edits and not view.negations:
        return None
    new = as_node(edited(view, edits, loose=True), view)
    return new if new is not m.node and is_cheaper(m.views, new, view) else None


def _flipped(views: Views, leaf: Leaf) -> Value | None:
    """A term that is a product with an odd number of negatives, as minus a product with one less; else None."""
    if leaf.shared or leaf.node.op.name not in PRODUCT:
        return None
    product = views.product(leaf.node)
    if product.negations % 2 == 0:
        return None
    value = edited(product, {}, loose=True)
    assert value is not None
    return Value(as_node(Value(value.node, 1, value.inverse), product), value.sign)


_a, _b, _c, _x, _y = wilds("a b c x y")

RULES = (
    Rule(name="like_terms", phase=CANONICALIZE, lhs=AnySum((LIKE,)), sight=0, rhs=like_terms, dtypes="fiuc",
         why="fewer operations, and terms that cancel leave no rounding errors behind",
         examples=lambda: ((2 * _x + 3 * _x, 5 * _x), (_x + _y - _x, _y), (_x - _x, as_pattern(0)),
                           (_a * _b - _b * _a, as_pattern(0)), (_x + _y + 2 * _x - _y, 3 * _x),
                           ((_x + _y) + _c - (_x + (_y + _c)), as_pattern(0)),
                           (_x + _x + _x, 3 * _x), (_x - 3 * _x + _y, _y - 2 * _x)),
         stays=lambda: (_x + _x, _x + _y + _x, 2 * _x + _y)),
    Rule(name="numbers_of_sum", phase=CANONICALIZE, lhs=AnySum((NUMBERS,)), sight=0, rhs=numbers, dtypes="fiu",
         why="one number instead of several",
         examples=lambda: (((_x + 1) + 2, _x + 3), ((1 + _x) - 1, _x), ((3 - _x) + (_y - 5), _y - _x - 2)),
         stays=lambda: (_x + 1,)),
    Rule(name="common_factor", phase=CANONICALIZE, lhs=AnySum((PRODUCTS,)), sight=0, rhs=common_factor, dtypes="fiuc",
         why="one multiplication or division instead of several",
         examples=lambda: ((_a * _b + _a * _c, _a * (_b + _c)), (_a * _b + _x - _c * _a, _a * (_b - _c) + _x),
                           (_a / _y + _b / _y, (_a + _b) / _y), (_x * _y + 3 * _x, _x * (_y + 3)), (_x / _y + (1 - _x) / _y, 1 / _y)),
         stays=lambda: (_a * _b + _a, _a * _b + _c, _a / _b + _a / _c * 2)),
    Rule(name="signs_of_sum", phase=CANONICALIZE, lhs=AnySum((SIGNS,)), sight=0, rhs=signs, dtypes="fiuc",
         why="fewer negations",
         examples=lambda: ((-(_x - _y), _y - _x), (-_x - _y + _a, _a - (_x + _y)), (-(-_x - _y), _x + _y),
                           (_a - (-_x) * _y, _a + _x * _y), (-_x + (-_y), -(_x + _y))),
         stays=lambda: (-_x, -_x - _y, _x - _y)),
)
# Tried after Horner's form, which takes out powers as well.
LAST = (
    Rule(name="number_of_terms", phase=SPECIALIZE, lhs=AnySum((PRODUCTS,)), sight=0, rhs=number_of_terms, dtypes="fi",
         why="one multiplication instead of several", shapes=dict.fromkeys("axy", (3, 4)),
         examples=lambda: ((2 * _x + 2 * _y, 2 * (_x + _y)), (3 * _x - 3 * _y + _a, 3 * (_x - _y) + _a)),
         stays=lambda: (2 * _x + 3 * _y, 2 * _x + 2, _x + _y)),
)
