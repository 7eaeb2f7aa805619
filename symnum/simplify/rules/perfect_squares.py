"""Sums that are the square of a sum, and differences of odd powers: what cancels in them is one small factor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from functools import reduce
from itertools import permutations

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ...records import dataclass
from ..choices import same
from ..edits import Value, as_node, changed, plus, powered, scaled, times
from ..match import Match, Moves
from ..moves import below_moves, term_below
from ..numbers import Exact, constant_like, is_held, magnitude
from ..pattern import AnySum, p, wilds
from ..polynomial import ONE, Bases, Polynomial, multiplied, of_sum
from ..rule import STABILIZE, Rule
from ..terms import Leaf, is_transparent
from ..traits import OPPOSITE, PRODUCTS
from ..views import Term, Views
from .squares import root_of, spread

_MOST_TERMS = 6     # of a sum in which all triples are looked at
_ODD = (3, 5, 7)
_SUMS = ("add", "subtract")
_NO_MOVES = Moves(())
_WHY = "the rounding errors of the terms are what is left where they cancel"


# squares ------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Monomial:
    """A number times whole powers of nodes and an exponential, whose exponent is 0 if there is none."""

    number: Exact
    powers: Mapping[Node, int]
    exponent: Node

    def root(self, number: Exact) -> Value:
        """``number`` times the root of the powers and of the exponential."""
        found = [part for base, e in self.powers.items() if (part := powered(base, e // 2)) is not None]
        if self.exponent.op.name != "constant":
            found.append(Value(o.exp(o.multiply(0.5, self.exponent))))
        return scaled(number, reduce(times, found).node if found else constant_like(1, self.exponent))


def _monomial(number: Exact, powers: Mapping[Node, int], like: Node) -> Monomial | None:
    """A monomial without divisors and with at most one exponential; None of others."""
    exponents = [base.operands[0] for base, e in powers.items() if base.op.name == "exp" for _ in range(e)]
    if len(exponents) > 1 or any(e < 0 for e in powers.values()):
        return None
    exponent = exponents[0] if exponents else constant_like(0, like)
    return Monomial(number, {base: e for base, e in powers.items() if base.op.name != "exp"}, exponent)


def perfect_square(m: Match) -> Node | None:
    """(x - y)**2, from x*x - 2*x*y + y*y"""
    terms, view = m.views.terms(m.node), m.views.sum(m.node)
    if not 1 < len(terms) <= _MOST_TERMS or sum(map(_may_be_square, terms)) < 2:
        return None
    monomials = [_monomial(*_powers(m.views, t), m.node) for t in terms] if _may_be_square_of_sum(terms) else []
    for places, square in _squares(m.views, monomials):
        changes: dict[Leaf, Value | None] = {terms[place].leaf: None for place in places}
        return as_node(changed(view, {**changes, terms[min(places)].leaf: square}), view)
    found = _multiplied_out(m, terms) if any(map(_may_open, terms)) else None
    squares = [] if found is None or len(found) != 3 else [square for _, square in _squares(m.views, found)]
    return as_node(squares[0], view) if squares else None


def _may_be_square(term: Term) -> bool:
    """Whether a term may be a square, or hold one: a number, an exponential, an even power, something below moves or a sum."""
    key = term.key
    if isinstance(key, Node):
        return key.op.name == "exp" or is_transparent(key) or (key.op.name in _SUMS and abs(term.coefficient) != 1)
    return all(e % 2 == 0 for _, e in key)


def _may_be_square_of_sum(terms: Sequence[Term]) -> bool:
    """Whether numbers of three terms are those of a square; what stands below moves may have any."""
    numbers = [None if _is_below_moves(term) else term.coefficient for term in terms]
    return any(_are_of_square(a, b, c) for (i, a), (j, b), (_, c) in permutations(enumerate(numbers), 3) if i < j)


def _are_of_square(first: Exact | None, second: Exact | None, mixed: Exact | None) -> bool:
    return first is None or second is None or mixed is None or (
        first * second > 0 and mixed * mixed == 4 * first * second)


def _is_below_moves(term: Term) -> bool:
    return is_transparent(term.key) if isinstance(term.key, Node) else any(is_transparent(base) for base, _ in term.key)


def _powers(views: Views, term: Term, multiples: bool = False) -> tuple[Exact, dict[Node, int]]:
    """A term as a number and powers, those below moves too, and those of ``multiples`` that are taken to a power."""
    number, whole, moves = term_below(views, term)
    return _below_moves(views, number, ((whole, 1),) if isinstance(whole, Node) else tuple(whole), moves, multiples)


def _below_moves(views: Views, number: Exact, powers: Sequence[tuple[Node, int]], moves: Moves = _NO_MOVES,
                 multiples: bool = False) -> tuple[Exact, dict[Node, int]]:
    """A number times powers, with products that stand below moves as powers of their own factors."""
    found = dict[Node, int]()
    for base, exponent in powers:
        inner, outer = below_moves(base)
        scale, key = views.monomial(inner)
        if not scale or not (inner is not base or (multiples and isinstance(key, Node))):
            scale, key, outer = 1, base, _NO_MOVES
        number = number * Fraction(scale) ** exponent
        for part, e in ((key, 1),) if isinstance(key, Node) else key:
            moved = spread(part, (*moves.movers, *outer.movers))
            found[moved] = found.get(moved, 0) + e * exponent
    return number, found


def _may_open(term: Term) -> bool:
    """Whether a term is a multiple of a sum, or a power of one or of a quotient of one."""
    if isinstance(term.key, Node):
        return term.key.op.name in _SUMS
    return any(e == 2 and base.op.name in (*_SUMS, "multiply", "true_divide") for base, e in term.key)


def _multiplied_out(m: Match, terms: Sequence[Term]) -> list[Monomial | None] | None:
    """The monomials of a sum of which one term is a multiple or power of a sum; None if there is none."""
    powers = [_powers(m.views, term, multiples=True) for term in terms]
    if not any(base.op.name in _SUMS for _, found in powers for base in found):
        return None
    bases, total = Bases(m.views), dict[frozenset[tuple[Node, int]], tuple[Exact, dict[Node, int]]]()
    for number, found in powers:
        part: Polynomial = {ONE: number}
        for base, e in found.items():
            factor = of_sum(bases, base)
            if factor is None or not 0 < e < 4 or len(factor) > 4:
                return None
            part = reduce(multiplied, [factor] * e, part)
        nodes = bases.nodes()
        for monomial, coefficient in part.items():
            each, made = _below_moves(m.views, coefficient, [(nodes[place], e) for place, e in sorted(monomial)])
            key = frozenset(made.items())
            total[key] = (total[key][0] if key in total else 0) + each, made
    return [_monomial(number, made, m.node) for number, made in total.values() if number]


def _squares(views: Views, monomials: Sequence[Monomial | None]) -> Iterator[tuple[tuple[int, int, int], Value]]:
    """The places of x*x, y*y and of plus or minus 2*x*y, and the square."""
    known = [(k, each) for k, each in enumerate(monomials) if each is not None]
    for (k, first), (n, second), (j, mixed) in permutations(known, 3):
        if k < n and first.number * second.number > 0 and mixed.number ** 2 == 4 * first.number * second.number and (
                _is_middle(views, mixed, first, second)):
            square = _square(first, second, mixed)
            if square is not None:
                yield (k, n, j), square


def _is_middle(views: Views, mixed: Monomial, first: Monomial, second: Monomial) -> bool:
    """Whether the square of a monomial is the product of two that are squares, apart from the numbers."""
    if any(e % 2 for each in (first, second) for e in each.powers.values()):
        return False
    whole = {base: first.powers.get(base, 0) + second.powers.get(base, 0) for base in {**first.powers, **second.powers}}
    if whole != {base: 2 * e for base, e in mixed.powers.items()}:
        return False
    above, twice = o.add(first.exponent, second.exponent), o.add(mixed.exponent, mixed.exponent)
    return same(views, o.add(above, 1.0), o.add(twice, 1.0))     # beside 1, as both may be 0, which is like nothing


def _square(first: Monomial, second: Monomial, mixed: Monomial) -> Value | None:
    """The square of the sum or difference of two roots, times a number that leaves them as few numbers as can be."""
    number = first.number
    ratio = root_of(Fraction(second.number) / number)
    if ratio is None or not all(is_held(x, first.exponent.dtype) for x in (number, ratio)):
        return None
    other = second.root(ratio)
    sign = 1 if (mixed.number > 0) == (number > 0) else -1
    inner = plus(first.root(1), Value(other.node, other.sign * sign)).node
    return scaled(number, o.multiply(inner, inner))


# odd powers ---------------------------------------------------------------------------------------------------

def difference_of_odd_powers(m: Match) -> Node | None:
    """(x - y)*(x*x + x*y + y*y), from x**3 - y**3, and the same for other odd powers"""
    terms, view = m.views.terms(m.node), m.views.sum(m.node)
    if len(terms) > _MOST_TERMS or not any(map(_may_be_odd_power, terms)):
        return None
    for first, second in permutations(terms, 2):
        number = first.coefficient
        if number < 0 or second.coefficient >= 0:
            continue
        for n in _ODD:
            roots = [_root(m.views, term, Fraction(number), n) for term in (first, second)]
            if roots[0] is not None and roots[1] is not None and not _are_of_polynomial(m.views, terms, first, second):
                new = scaled(number, _factored(roots[0], roots[1], n))
                return as_node(changed(view, {first.leaf: new, second.leaf: None}), view)
    return None


def _are_of_polynomial(views: Views, terms: Sequence[Term], first: Term, second: Term) -> bool:
    """Whether another term has a base of one of two, as in x**3 - 3*x**2 + 3*x - 1: nothing is gained by their roots."""
    bases = Bases(views)
    places = [_places(bases, term) for term in terms]
    mine = {place for term, each in zip(terms, places, strict=True) if term in (first, second) for place in each}
    return any(mine & each for term, each in zip(terms, places, strict=True) if term not in (first, second))


def _places(bases: Bases, term: Term) -> AbstractSet[int]:
    return {place for monomial in of_sum(bases, term.leaf.node) or () for place, _ in monomial}


def _may_be_odd_power(term: Term) -> bool:
    """Whether a term is a power that is odd, or something below moves that may be one."""
    key = term.key
    return is_transparent(key) if isinstance(key, Node) else any(e in _ODD for _, e in key)


def _root(views: Views, term: Term, number: Fraction, n: int) -> Node | None:
    """The root of a power that stands beside a number; None if it is no power."""
    beside, powers = _powers(views, term)
    if magnitude(beside) != number or not all(e % n == 0 and e > 0 for e in powers.values()):
        return None
    parts = [part for base, e in powers.items() if (part := powered(base, e // n)) is not None]
    return reduce(times, parts).node if parts else constant_like(1, term.leaf.node)


def _factored(x: Node, y: Node, n: int) -> Node:
    """(x - y) times the sum of x**k * y**(n-1-k), by Horner's rule."""
    whole = o.add(x, y)
    power = y
    for _ in range(n - 2):
        power = o.multiply(power, y)
        whole = o.add(o.multiply(whole, x), power)
    return o.multiply(o.subtract(x, y), whole)


_x, _y, _z = wilds("x y z")
_NEAR = {name: Interval(0.999, 1.001) for name in "xy"}

RULES = (
    Rule(name="perfect_square", phase=STABILIZE, lhs=AnySum((OPPOSITE, PRODUCTS)), rhs=perfect_square, why=_WHY, domain=_NEAR,
         examples=lambda: ((_x * _x - 2 * _x * _y + _y * _y, (_x - _y)**2), (_x**2 + 4 - 4 * _x, None),
                           ((_x * _x + _y * _y) / 2 - ((_x + _y) / 2)**2, None),
                           (p.exp(2 * _x) - 2 * p.exp(_x) + 1, None), (0.5 * (p.exp(_x) + p.exp(-_x)) - 1, None)),
         stays=lambda: (_x * _x - 2 * _x * _y + 2 * _y * _y, _x * _x - _x * _y + _y * _y, _x * _x - 2 * _x * _y - _y * _y)),
    Rule(name="difference_of_odd_powers", phase=STABILIZE, lhs=AnySum((OPPOSITE,)), sight=0, rhs=difference_of_odd_powers,
         why=_WHY, domain=_NEAR,
         examples=lambda: ((_x**3 - _y**3, None), (2 * _x**5 - 2 * _y**5 + _z, None), (1 - _x**3, None)),
         stays=lambda: (_x**3 + _y**3, _x**3 - _y**2, _x**3 - 2 * _y**3, _x - _y, _x**3 - 3 * _x * _x + 3 * _x - 1)),
)
