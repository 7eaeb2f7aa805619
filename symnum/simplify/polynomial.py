"""Sums as polynomials: exact coefficients of monomials in what a sum is made of, for rules that expand and divide.

Factors that are sums themselves are multiplied out, as far as that stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field
from fractions import Fraction

from ..ir.build import o
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .edits import Value, cost_beside, plus, powered, scaled, times
from .numbers import Exact, constant_like, is_held, magnitude, wrapped
from .terms import SUM, coefficient_of, is_joined, power_of
from .views import Term, Views

Monomial = frozenset[tuple[int, int]]  # places of bases, with exponents
Polynomial = Mapping[Monomial, Exact]

ONE: Monomial = frozenset()
_MOST_MONOMIALS, _MOST_EXPONENT, _DEEPEST = 32, 4, 3


@dataclass(slots=True)
class Bases:
    """What polynomials are in, each with its place: the order in which the nodes were met."""

    views: Views
    places: dict[Node, int] = field(default_factory=dict)

    def nodes(self) -> list[Node]:
        """The bases by place."""
        return list(self.places)

    def place(self, node: Node) -> int:
        """The place of a base, which gets one if it has none."""
        return self.places.setdefault(node, len(self.places))

    def renamed(self, others: Sequence[Node], polynomial: Polynomial | None) -> Polynomial | None:
        """A polynomial in the nodes ``others``, all of which get places here, in these bases."""
        places = [self.places.setdefault(node, len(self.places)) for node in others]
        if polynomial is None or places == list(range(len(places))):
            return polynomial
        return {frozenset([(places[k], e) for k, e in monomial]): number for monomial, number in polynomial.items()}


# from graphs --------------------------------------------------------------------------------------------------

def factors(views: Views, term: Term) -> Mapping[Node, int]:
    """What a term multiplies, with exponents."""
    if term.key == frozenset():
        return {}
    found: dict[Node, int] = {}
    for leaf in views.product(term.leaf.node).leaves:
        if coefficient_of(leaf) is None:
            base, exponent = power_of(leaf.node)
            found[base] = found.get(base, 0) + leaf.sign * exponent
    return {base: exponent for base, exponent in found.items() if exponent}


def opens(base: Node, exponent: int) -> bool:
    """Whether a factor is a power of a sum that may be multiplied out."""
    return 0 < exponent <= _MOST_EXPONENT and base.op.name in ("add", "subtract") and is_joined(base, SUM)


def of_sum(bases: Bases, node: Node, deepest: int = _DEEPEST) -> Polynomial | None:
    """A sum as a polynomial; None if it has too many monomials.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> found = of_sum(Bases(Views({})), o.subtract(o.multiply(o.add(x, 1.0), o.subtract(x, 1.0)), 2.0))
    >>> [(sorted(exponent for _, exponent in monomial), number) for monomial, number in found.items()]
    [([2], 1), ([], -3)]
    """
    terms = bases.views.terms(node)
    if len(terms) == 1:
        return of_term(bases, terms[0], deepest)
    return bases.renamed(*bases.views.remembered(("sum", node, deepest), lambda: _of_sum(bases.views, node, deepest)))


def _of_sum(views: Views, node: Node, deepest: int) -> tuple[list[Node], Polynomial | None]:
    bases, parts = Bases(views), list[Polynomial]()
    for term in views.terms(node):
        part = of_term(bases, term, deepest)
        if part is None:
            return bases.nodes(), None
        parts.append(part)
    return bases.nodes(), added(parts)


def of_term(bases: Bases, term: Term, deepest: int = _DEEPEST) -> Polynomial | None:
    """A term of a sum, multiplied out; None if it has too many monomials."""
    if not term.key:
        return {ONE: term.coefficient}
    if isinstance(term.key, Node) and not opens(term.key, 1):
        return {frozenset(((bases.place(term.key), 1),)): term.coefficient}
    return bases.renamed(*bases.views.remembered(("term", term.leaf.node, term.coefficient, deepest),
                                                 lambda: _of_term(bases.views, term, deepest)))


def _of_term(views: Views, term: Term, deepest: int) -> tuple[list[Node], Polynomial | None]:
    bases = Bases(views)
    found = _multiplied_out(bases, term, deepest)
    return bases.nodes(), found


def _multiplied_out(bases: Bases, term: Term, deepest: int) -> Polynomial | None:
    opened, closed = list[tuple[Node, int]](), list[tuple[int, int]]()
    for base, exponent in factors(bases.views, term).items():
        if deepest and opens(base, exponent):
            opened.append((base, exponent))
        else:
            closed.append((bases.place(base), exponent))
    found: Polynomial = {frozenset(closed): term.coefficient}
    for base, exponent in opened:
        factor = of_sum(bases, base, deepest - 1)
        for _ in range(exponent):
            if factor is None or len(found) * len(factor) > _MOST_MONOMIALS:
                return None
            found = multiplied(found, factor)
    return found


def atoms(views: Views, term: Term, deepest: int = _DEEPEST) -> set[object]:
    """What the monomials of a term are made of when it is multiplied out; ``ONE`` if one may be a number."""
    if isinstance(term.key, Node):
        return {term.key}
    found: set[object] = {ONE} if all(opens(*factor) for factor in term.key) else set()
    for base, exponent in term.key:
        if deepest and opens(base, exponent):
            found |= atoms_of_sum(views, base, deepest - 1)
        else:
            found.add(base)
    return found


def atoms_of_sum(views: Views, node: Node, deepest: int = _DEEPEST) -> set[object]:
    """What the monomials of a sum are made of."""
    return views.remembered(("atoms", node, deepest), lambda: set[object]().union(
        *(atoms(views, term, deepest) for term in views.terms(node))))


def may_hold_only(views: Views, term: Term, others: AbstractSet[object]) -> bool:
    """Whether a monomial of a term, multiplied out, may be made of ``others``: each factor gives it one of its own."""
    if isinstance(term.key, Node):
        return True
    return _each_may_give([atoms_of_sum(views, base, _DEEPEST - 1) if opens(base, exponent) else {base}
                           for base, exponent in term.key], others)


def _each_may_give(factors: Sequence[AbstractSet[object]], others: AbstractSet[object]) -> bool:
    """Whether each factor, given as what it is made of, has a part among ``others`` or one that may cancel."""
    return all(ONE in one or not one.isdisjoint(others) or any(
        k != n and not one.isdisjoint(other) for n, other in enumerate(factors)) for k, one in enumerate(factors))


def may_share(views: Views, factors: Iterable[Node], others: AbstractSet[object]) -> bool:
    """Whether a product of factors, multiplied out, may have a monomial that is made of ``others``."""
    return _each_may_give([atoms_of_sum(views, x) for x in factors], others)


# arithmetic ---------------------------------------------------------------------------------------------------

def added(parts: Iterable[Polynomial]) -> Polynomial:
    """The sum of polynomials; monomials that cancel are gone."""
    total: dict[Monomial, Exact] = {}
    for part in parts:
        for monomial, coefficient in part.items():
            total[monomial] = total[monomial] + coefficient if monomial in total else coefficient
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def multiplied(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product of polynomials."""
    total: dict[Monomial, Exact] = {}
    for m, c in a.items():
        for n, d in b.items():
            monomial, number = product(m, n), d if c == 1 else c * d
            total[monomial] = total[monomial] + number if monomial in total else number
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def product(a: Monomial, b: Monomial, inverse: bool = False) -> Monomial:
    """The product of monomials; the quotient, if the second is to be inverted."""
    if not b or not (a or inverse):
        return a or b
    exponents = dict(a)
    for place, exponent in b:
        exponents[place] = exponents.get(place, 0) + (-exponent if inverse else exponent)
    return frozenset([(place, e) for place, e in exponents.items() if e])


def quotient(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """The polynomial that times ``b`` is ``a``; None if there is none.

    >>> x, y = frozenset({(0, 1)}), frozenset({(1, 1)})
    >>> quotient({product(x, x): 1, product(y, y): -1}, {x: 1, y: -1}) == {x: 1, y: 1}
    True
    """
    leading = max(b, key=_rank)
    left, found = a, dict[Monomial, Exact]()
    while left:
        top = max(left, key=_rank)
        monomial = product(top, leading, inverse=True)
        if any(exponent < 0 for _, exponent in monomial) or len(found) > _MOST_MONOMIALS:
            return None
        found[monomial] = _simple(Fraction(left[top]) / b[leading])
        left = added((left, multiplied({monomial: -found[monomial]}, b)))
    return found


def _rank(monomial: Monomial) -> list[tuple[int, int]]:
    """An order that products keep: by the exponent of the first base, then of the second, and so on."""
    return sorted((-place, exponent) for place, exponent in monomial)[::-1]


def _simple(value: Fraction) -> Exact:
    return int(value) if value.denominator == 1 else value


# to graphs ----------------------------------------------------------------------------------------------------

def value_of(polynomial: Polynomial, bases: Bases, root: Node) -> Value | None:
    """A polynomial as a part of a sum of the dtype and shape of ``root``; None if a coefficient needs rounding."""
    nodes, total = bases.nodes(), None
    for monomial, coefficient in polynomial.items():
        number = wrapped(coefficient, root.dtype)
        if not is_held(number, root.dtype):
            return None
        term = _term(monomial, number, nodes, root)
        total = term if total is None else plus(total, term, loose=True)
    return total or Value(constant_like(0, root))


def _term(monomial: Monomial, number: Exact, nodes: Sequence[Node], root: Node) -> Value:
    found: Value | None = None
    for place, exponent in sorted(monomial):
        factor = powered(nodes[place], exponent)
        assert factor is not None
        found = factor if found is None else times(found, factor)
    sign = -1 if number < 0 else 1
    if found is None or found.inverse:
        over = constant_like(magnitude(number), root)
        return Value(over if found is None else o.true_divide(over, found.node), sign)
    return scaled(number, found.node)


# cost ---------------------------------------------------------------------------------------------------------

def is_cheaper(views: Views, new: Node, root: Node, bases: Bases, others: Iterable[Node] = ()) -> bool:
    """Whether a node costs less than ``root``, both made of ``bases`` and ``others``; what others need of it stays."""
    ends = {*bases.places, *others}
    order = topological([root], lambda node: () if node in ends else node.operands)
    needed = Counter(x for node in order if node not in ends for x in node.operands)
    kept = set(ends)
    for node in reversed(order[:-1]):
        if node not in ends and (node in kept or views.count(node) > needed[node]):
            kept.update((node, *node.operands))
    old = sum(cost_beside(root, node) for node in order if node not in kept)
    made = topological([new], lambda node: () if node in kept else node.operands)
    return sum(cost_beside(root, node) for node in made if node not in kept) < old
