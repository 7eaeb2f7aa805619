"""Where sums cancel: polynomials whose largest or smallest terms are equal and opposite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product as choices

from ..ir.build import o
from ..ir.node import Node
from .edits import Value, plus
from .numbers import Exact
from .polynomial import Bases, Monomial, Polynomial, added, multiplied, of_sum
from .views import Term

ROOTS = ("sqrt", "hypot", "discriminant_root", "sqrt_product")
_MOST_BASES, _MOST_MONOMIALS = 4, 16


def cancels(parts: Sequence[Polynomial]) -> bool:
    """Whether a monomial is gone from the sum of ``parts`` that is the largest of all for some values of the bases.

    >>> x, one = frozenset({(0, 1)}), frozenset()
    >>> cancels([{x: 1, one: 1}, {x: -1}]), cancels([{x: 1, one: 1}, {x: 1}])
    (True, False)
    """
    shares = Counter(monomial for part in parts for monomial in part)
    total = added(parts)
    gone = [monomial for monomial, count in shares.items() if count > 1 and monomial not in total]
    return bool(gone) and any(_is_extreme(monomial, list(shares)) for monomial in gone)


def _is_extreme(monomial: Monomial, among: Sequence[Monomial]) -> bool:
    """Whether a monomial is larger than all others if its bases are large or small enough."""
    places = sorted({place for one in among for place, _ in one})
    if len(places) > _MOST_BASES:
        return True
    exponents = [[dict(one).get(place, 0) for place in places] for one in among if one != monomial]
    own = [dict(monomial).get(place, 0) for place in places]
    return any(all(_dot(own, way) > _dot(other, way) for other in exponents)
               for way in choices((-1, 0, 1), repeat=len(places)) if any(way)) or len(among) == 1


def _dot(exponents: Sequence[int], way: Sequence[int]) -> int:
    return sum(e * w for e, w in zip(exponents, way, strict=True))


def radicand(bases: Bases, root: Node) -> Polynomial | None:
    """What the square of a root is; None if that has too many terms, or the node is no root."""
    name = root.op.name
    if name == "sqrt":
        return of_sum(bases, root.inputs[0])
    if name not in ROOTS:
        return None
    parts = [of_sum(bases, x) for x in root.inputs]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    if name == "hypot":
        return added(multiplied(x, x) for x in found)
    if name == "sqrt_product":
        return multiplied(*found)
    b, a, c = found
    return added((multiplied(b, b), negated(multiplied(a, c))))


def radicand_over(bases: Bases, root: Node) -> tuple[Polynomial, Node] | None:
    """What the square of the root of a quotient is, times the sum below the line, and that sum; None of other nodes."""
    number: Exact = 1
    powers = Counter[Node]()
    for x in root.operands if root.op.name in ("sqrt", "sqrt_product") else ():
        factor, key = bases.views.monomial(x)
        number *= factor
        powers.update({key: 1} if isinstance(key, Node) else dict(key))
    below = [base for base, e in powers.items() if e < 0]
    if len(below) != 1 or powers[below[0]] != -1 or below[0].op.name not in ("add", "subtract"):
        return None
    found: Polynomial = {frozenset(): number}
    for base, exponent in powers.items():
        part = of_sum(bases, base) if exponent > 0 else {frozenset(): 1}
        for _ in range(abs(exponent)):
            if part is None or len(part) * len(found) > _MOST_MONOMIALS:
                return None
            found = multiplied(found, part)
    return found, below[0]


def negated(polynomial: Polynomial) -> Polynomial:
    """Minus a polynomial."""
    return {monomial: -coefficient for monomial, coefficient in polynomial.items()}


def total(terms: Sequence[Term]) -> Value:
    """The sum of terms, as one value."""
    found = Value(terms[0].leaf.node, terms[0].leaf.sign)
    for term in terms[1:]:
        found = plus(found, Value(term.leaf.node, term.leaf.sign), loose=True)
    return found


def divided(node: Node, divisor: Node) -> Node:
    """``node / divisor``, of a product its last factor, so that the product does not overflow before."""
    if node.op.name == "multiply":
        return o.multiply(node.inputs[0], divided(node.inputs[1], divisor))
    return o.true_divide(node, divisor)
