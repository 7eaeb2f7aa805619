"""Differences of roots, fractions and logarithms that cancel: the cancellation is done on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..cancellation import ROOTS, cancels, divided, negated, radicand, radicand_over, total
from ..edits import Value, as_node, changed, scaled
from ..match import Match
from ..numbers import exact_of, magnitude
from ..pattern import AnyProduct, AnySum, p, wilds
from ..polynomial import (
    ONE,
    Bases,
    Polynomial,
    added,
    atoms,
    atoms_of_sum,
    may_share,
    multiplied,
    of_sum,
    of_term,
    value_of,
)
from ..rule import CANONICALIZE, STABILIZE, Rule
from ..terms import power_of
from ..views import Term, Views

_MOST_OTHERS = 3
_MOST_TERMS = 6    # of a sum in which all pairs are looked at
_CANCELS = "the difference loses digits where its terms are nearly equal"


# square roots -------------------------------------------------------------------------------------------------

def conjugate_of_root(m: Match) -> Node | None:
    """(a - b**2) / (sqrt(a) + |b|) where sqrt(a) - b cancels, if a - b**2 has fewer terms"""
    terms = m.views.terms(m.node)
    for root in _of_ops(terms, ROOTS):
        for others in _groups(m.views, terms, root):
            new = conjugated(m, root, others)
            if new is not None:
                return _put(m, root, others, new)
    return None


def _of_ops(terms: Sequence[Term], ops: Sequence[str]) -> list[Term]:
    return [t for t in terms if isinstance(t.key, Node) and t.key.op.name in ops]


def _groups(views: Views, terms: Sequence[Term], first: Term) -> Iterator[Sequence[Term]]:
    """All other terms together, and each that may cancel with the root ``first``."""
    if len(terms) > _MOST_TERMS:
        return
    inside = _below(views, first)
    others = [t for t in terms if t is not first]
    if 1 < len(others) <= _MOST_OTHERS:
        yield others
    yield from ([t] for t in others if not inside.isdisjoint(_below(views, t)))


def _below(views: Views, term: Term) -> set[object]:
    """What a power of a term, which may be a root, is made of."""
    if isinstance(term.key, Node) and term.key.op.name in (*ROOTS, "cbrt"):
        return set[object]().union(*(atoms_of_sum(views, x) for x in term.key.operands))
    return atoms(views, term)


def _put(m: Match, first: Term, others: Sequence[Term], new: Value) -> Node:
    view = m.views.sum(m.node)
    return as_node(changed(view, {**dict.fromkeys(t.leaf for t in others), first.leaf: new}), view)


def conjugated(m: Match, root: Term, others: Sequence[Term]) -> Value | None:
    """``root + others`` without cancellation: |r| sqrt(a) + w with the sign of r."""
    sign = -1 if root.coefficient < 0 else 1
    rest = total(others)
    rest = Value(rest.node, rest.sign * sign)
    facts = m.views.facts(rest.node)
    if facts.nonnegative if rest.sign > 0 else facts.nonpositive:
        return None
    bases = Bases(m.views)
    assert isinstance(root.key, Node)
    above, line = _difference_of_squares(bases, root, others), None
    if above is None:
        above, line = _difference_over_line(bases, root, others)
    value = None if above is None else value_of(above, bases, m.node)
    if value is None:
        return None
    if line is not None:
        value = Value(divided(value.node, line), value.sign)
    size = scaled(magnitude(root.coefficient), root.key).node
    if facts.nonpositive if rest.sign > 0 else facts.nonnegative:
        below = o.subtract(size, rest.node) if rest.sign > 0 else o.add(size, rest.node)
        return Value(divided(value.node, _not_zero(below, value.node)), sign * value.sign)
    over = divided(value.node, o.add(size, o.absolute(rest.node)))
    test = o.less(rest.node, 0.0) if rest.sign > 0 else o.greater(rest.node, 0.0)
    return Value(o.where(test, o.negative(over) if value.sign < 0 else over, _farther(size, rest)), sign)


def _farther(size: Node, rest: Value) -> Node:
    """size + rest where rest is not negative.  Its slope at 0 is right, as that of |rest| is not."""
    if rest.sign > 0:
        return o.add(size, o.maximum(rest.node, -1.0))
    return o.subtract(size, o.minimum(rest.node, 1.0))


def _not_zero(node: Node, numerator: Node) -> Node:
    """A divisor that is 0 only where the numerator is: there the quotient is 0."""
    return node if exact_of(numerator) else o.where(o.equal(node, 0.0), 1.0, node)


def _difference_of_squares(bases: Bases, root: Term, others: Sequence[Term]) -> Polynomial | None:
    assert isinstance(root.key, Node)
    inside = radicand(bases, root.key)
    if inside is None:
        return None
    first = multiplied(inside, {frozenset(): root.coefficient ** 2})
    second = _square(bases, others)
    parts = [first, negated(second)] if second is not None else []
    return added(parts) if parts and cancels(parts) else None


def _difference_over_line(bases: Bases, root: Term, others: Sequence[Term]) -> tuple[Polynomial | None, Node | None]:
    """The same, of the root of a quotient: the difference times what is below the line, and that."""
    assert isinstance(root.key, Node)
    inside, second = radicand_over(bases, root.key), _square(bases, others)
    below = None if inside is None else of_sum(bases, inside[1])
    if inside is None or second is None or below is None or len(second) > 1:
        return None, None
    parts = [multiplied(inside[0], {frozenset(): root.coefficient ** 2}), negated(multiplied(second, below))]
    return (added(parts), inside[1]) if cancels(parts) else (None, None)


def _square(bases: Bases, terms: Sequence[Term]) -> Polynomial | None:
    if len(terms) == 1 and isinstance(terms[0].key, Node) and terms[0].key.op.name in ROOTS:
        inside = radicand(bases, terms[0].key)
        return None if inside is None else multiplied(inside, {frozenset(): terms[0].coefficient ** 2})
    whole = _polynomial(bases, terms)
    return None if whole is None else multiplied(whole, whole)


def _polynomial(bases: Bases, terms: Sequence[Term]) -> Polynomial | None:
    parts = [of_term(bases, term) for term in terms]
    found = [part for part in parts if part is not None]
    return added(found) if len(found) == len(parts) else None


# cube roots ---------------------------------------------------------------------------------------------------

def conjugate_of_cube_root(m: Match) -> Node | None:
    """(a - b) / (p*p + p*q + q*q) with p = cbrt(a), q = cbrt(b), if a - b has fewer terms"""
    terms = m.views.terms(m.node)
    for first in _of_ops(terms, ("cbrt",)):
        for others in _groups(m.views, terms, first):
            new = over_squares(m, first, others)
            if new is not None:
                return _put(m, first, others, new)
    return None


def over_squares(m: Match, first: Term, others: Sequence[Term]) -> Value | None:
    """``first + others``, one of them a cube root, without cancellation; None if nothing cancels."""
    a, b = total([first]), total(others)
    if a.sign == b.sign:
        return None
    bases = Bases(m.views)
    parts = [_cube(bases, [first]), _cube(bases, others)]
    found = [part for part in parts if part is not None]
    value = value_of(added(found), bases, m.node) if len(found) == 2 and cancels(found) else None
    if value is None:
        return None
    squares = o.add(o.multiply(a.node, a.node), o.multiply(b.node, b.node))
    below = o.add(squares, o.multiply(a.node, b.node))
    return Value(divided(value.node, _not_zero(below, value.node)), value.sign)


def _cube(bases: Bases, terms: Sequence[Term]) -> Polynomial | None:
    if len(terms) == 1 and isinstance(terms[0].key, Node) and terms[0].key.op.name == "cbrt":
        inside = _polynomial(bases, bases.views.terms(terms[0].key.inputs[0]))
        return None if inside is None else multiplied(inside, {frozenset(): terms[0].coefficient ** 3})
    whole = _polynomial(bases, terms)
    return None if whole is None else multiplied(whole, multiplied(whole, whole))


# fractions ----------------------------------------------------------------------------------------------------

def common_denominator(m: Match) -> Node | None:
    """one fraction, if its numerator has fewer terms"""
    terms = m.views.terms(m.node)
    if len(terms) > _MOST_TERMS or not any(map(_is_fraction, terms)):
        return None
    made = [_made_of(m.views, term) for term in terms]
    for (first, (above, below)), (second, (over, under)) in combinations(zip(terms, made, strict=True), 2):
        if (below or under) and not (above | under).isdisjoint(over | below):
            new = _one_fraction(m, first, second)
            if new is not None:
                return _put(m, first, [second], new)
    return None


def _one_fraction(m: Match, first: Term, second: Term) -> Value | None:
    powers = [_powers(m, term) for term in (first, second)]
    divisors = {base: max(0, *(-found.get(base, 0) for found in powers)) for base in {**powers[0], **powers[1]}}
    divisors = {base: exponent for base, exponent in divisors.items() if exponent > 0}
    if not divisors:
        return None
    above = [{base: found.get(base, 0) + divisors.get(base, 0) for base in {**found, **divisors}} for found in powers]
    if not _may_meet(m.views, *([base for base, exponent in found.items() if exponent] for found in above)):
        return None
    bases, parts = Bases(m.views), list[Polynomial]()
    for term, found in zip((first, second), above, strict=True):
        part = _times(bases, term, found)
        if part is None:
            return None
        parts.append(part)
    value = value_of(added(parts), bases, m.node) if cancels(parts) else None
    if value is None:
        return None
    new = value.node
    for base, exponent in divisors.items():
        for _ in range(exponent):
            new = o.true_divide(new, base)
    return Value(new, value.sign)


def _may_meet(views: Views, a: Sequence[Node], b: Sequence[Node]) -> bool:
    """Whether two products may have a monomial in common once their sums are multiplied out."""
    of_a, of_b = (set[object]().union(*(atoms_of_sum(views, base) for base in found)) for found in (a, b))
    return may_share(views, a, of_b) and may_share(views, b, of_a)


def _is_fraction(term: Term) -> bool:
    return not isinstance(term.key, Node) and any(exponent < 0 for _, exponent in term.key) and not any(
        base.op.name == "inverse_scale" for base, _ in term.key)      # its factors belong to what they scale


def _made_of(views: Views, term: Term) -> tuple[set[object], set[object]]:
    """What the monomials above and below the line are made of."""
    above, below = set[object](), set[object]()
    for base, exponent in [(term.key, 1)] if isinstance(term.key, Node) else term.key:
        (above if exponent > 0 else below).update(atoms_of_sum(views, base))
    return above or {ONE}, below


def _powers(m: Match, term: Term) -> dict[Node, int]:
    if isinstance(term.key, Node):
        return {term.key: 1}
    return dict(term.key)


def _times(bases: Bases, term: Term, powers: dict[Node, int]) -> Polynomial | None:
    """A term's number times powers of nodes, sums multiplied out."""
    found: Polynomial = {frozenset(): term.coefficient}
    for base, exponent in powers.items():
        part = of_sum(bases, base)
        for _ in range(exponent):
            if part is None or len(part) * len(found) > 16:
                return None
            found = multiplied(found, part)
    return found


# choices ------------------------------------------------------------------------------------------------------

def divisor_into_choice(m: Match) -> Node | None:
    """where(c, x, y / a), from where(c, a * x, y) / a"""
    view = m.views.product(m.node)
    for leaf in view.leaves:
        if leaf.node.op.name != "where" or leaf.sign < 0 or leaf.shared:
            continue
        test, *branches = leaf.node.inputs
        for other in view.leaves:
            if other.sign > 0 or other is leaf:
                continue
            new = [_without(m, branch, other.node) for branch in branches]
            if any(new):
                made = [o.true_divide(old, other.node) if found is None else found
                        for old, found in zip(branches, new, strict=True)]
                return as_node(changed(view, {leaf: Value(o.where(test, *made)), other: None}), view)
    return None


def _without(m: Match, product: Node, factor: Node) -> Node | None:
    """A product without one factor; None if it has no such factor."""
    view, (base, count) = m.views.product(product), power_of(factor)
    alike = [leaf for leaf in view.leaves if leaf.sign > 0 and not leaf.kept and leaf.node in (base, factor)]
    whole = [leaf for leaf in alike if leaf.node is factor][:1] or alike[:count]
    gone = 0 < count == sum(power_of(leaf.node)[1] if leaf.node is factor else 1 for leaf in whole)
    return as_node(changed(view, dict.fromkeys(whole)), view) if gone and len(view.leaves) > len(whole) else None


_a, _b, _c, _x, _y, _z = wilds("a b c x y z")
_sqrt, _cbrt = p.sqrt, p.cbrt
_LARGE = Interval(0.0, 1e300, avoid=(0.0,))
_NOT_ZERO = Interval(-1e300, 1e300, avoid=(0.0, -1.0))

RULES = (
    Rule(name="conjugate", phase=STABILIZE, lhs=AnySum(ROOTS), rhs=conjugate_of_root, why=_CANCELS,
         domain={"x": _LARGE},
         examples=lambda: ((_sqrt(_x + 1) - _sqrt(_x), 1 / (_sqrt(_x + 1) + _sqrt(_x))),
                   (_sqrt(_x * _x + _a) - _x, None), (_y - _sqrt(_y * _y - 1), None), (p.hypot(_x, _y) - _x, None),
                   (_sqrt((2 + _x) / (1 + _x)) - 1, None)),
         stays=lambda: (_sqrt(_x + 1) + _sqrt(_x), _sqrt(_x) - _sqrt(_y), _sqrt(_x) - _y, p.absolute(_x) + _sqrt(_x * _x + _y))),
    Rule(name="conjugate_of_cube_root", phase=STABILIZE, lhs=AnySum(("cbrt",)), rhs=conjugate_of_cube_root, why=_CANCELS,
         examples=lambda: ((_cbrt(_x + 1) - _cbrt(_x), None), (_cbrt(_x * _x * _x + _a) - _x, None)),
         stays=lambda: (_cbrt(_x) - _cbrt(_y), _cbrt(_x) + 1)),
    Rule(name="common_denominator", phase=STABILIZE, lhs=AnySum(("true_divide", "reciprocal", "power")), sight=0,
         rhs=common_denominator, why=_CANCELS, domain={"x": _NOT_ZERO},
         examples=lambda: ((1 / (_x + 1) - 1 / _x, -1 / (_x + 1) / _x), (1 - _x / (1 + _x), 1 / (1 + _x)),
                           (_a / (1 - _b) - _a, _a * _b / (1 - _b))),
         stays=lambda: (1 / _x - 1 / _y, 1 / (_x - 1) + _x / (_x + 1), _a / _b + _c)),
    Rule(name="divisor_into_choice", phase=CANONICALIZE, lhs=AnyProduct(("where",)), rhs=divisor_into_choice,
         why="a factor and a divisor that cancel can neither overflow nor underflow", domain={"a": _NOT_ZERO},
         examples=lambda: ((p.where(_c, _a * _x, _y) / _a, p.where(_c, _x, _y / _a)),
                           (p.where(_c, _a * (_a * _x), _y) / p.power(_a, 2), None)),
         stays=lambda: (p.where(_c, _x, _y) / _a,)),
)
