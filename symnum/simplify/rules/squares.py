"""Squares in roots, quotients and differences: they overflow, underflow and cancel where their bases do not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations

import numpy as np

from ...ir.build import broadcast_to, o
from ...ir.node import Node
from ...ops.spec import Interval
from ...records import dataclass
from ..edits import Value, as_node, changed, powered, times
from ..match import Match
from ..numbers import Exact, constant_like, is_held, magnitude
from ..pattern import AnyNode, AnyProduct, AnySum, p, wilds
from ..rule import STABILIZE, Rule
from ..terms import PRODUCT, coefficient_of, constant_factor, is_joined, is_transparent, moved, power_of
from ..traits import OPPOSITE, POWERS
from ..views import Key, Term, Views

_x, _y, _z = wilds("x y z")
_MOST_TERMS, _MOST_SQUARES = 4, 12   # of a sum that are looked at


@dataclass(frozen=True, slots=True)
class Square:
    """A term of a sum that is a number times a square, or a number alone: its product stands below ``movers``."""

    term: Term
    coefficient: Exact
    product: Node
    movers: tuple[Node, ...]
    key: Key

    def root(self, views: Views, number: Exact) -> Node:
        """``number`` times the root of the square; its sign does not matter."""
        factors = [found.node for base, e in bases_of(views, self.product).items()
                   if (found := powered(base, e // 2)) is not None]
        if number != 1 or not factors:
            factors.append(constant_like(number, self.product))
        return spread(reduce(o.multiply, factors), self.movers)


def as_square(views: Views, term: Term) -> Square | None:
    """A term as a square; None if it is none."""
    movers: tuple[Node, ...] = ()
    node, coefficient, key = term.leaf.node, term.coefficient, term.key
    while isinstance(key, Node) and is_transparent(key):
        movers, node = (*movers, key), key.inputs[0]
        inner, key = views.monomial(node)
        coefficient = coefficient * inner
    is_even = not isinstance(key, Node) and all(e > 0 and e % 2 == 0 for _, e in key)
    return Square(term, coefficient, node, movers, key) if is_even else None


def bases_of(views: Views, node: Node) -> dict[Node, int]:
    """The bases of a product that are no numbers, in order, with their exponents."""
    found: dict[Node, int] = {}
    for leaf in views.product(node).leaves:
        if coefficient_of(leaf) is None:
            for base, exponent in _opened(views, leaf.node):
                found[base] = found.get(base, 0) + leaf.sign * exponent
    return found


def _opened(views: Views, factor: Node) -> list[tuple[Node, int]]:
    """A factor as a power, or as the factors that stand below its moves."""
    movers: tuple[Node, ...] = ()
    inner = factor
    while is_transparent(inner):
        movers, inner = (*movers, inner), inner.inputs[0]
    coefficient, key = views.monomial(inner)
    if not movers or coefficient != 1 or isinstance(key, Node):
        return [power_of(factor)]
    return [(spread(base, movers), exponent) for base, exponent in bases_of(views, inner).items()]


def spread(node: Node, movers: Sequence[Node]) -> Node:
    """A node under ``movers``, repeated once instead of in several steps."""
    found = moved(node, movers)
    while found.op.name == "broadcast_to" and found.inputs[0].op.name == "broadcast_to":
        found = broadcast_to(found.inputs[0].inputs[0], found.shape)
    return found


# roots of sums of squares -----------------------------------------------------------------------------------------

def without_squares(m: Match) -> Node | None:
    """sqrt(x*x + y*y) as hypot(x, y), sqrt(k*x*x) as |x| sqrt(k)"""
    return _norm(m.views, m.node.operands[0])


def log_of_norm(m: Match) -> Node | None:
    """log(x*x + y*y) as 2*log(hypot(x, y))"""
    inside = m.node.operands[0]
    if any(term.key == frozenset() for term in m.views.terms(inside)):     # a matter of log1p
        return None
    norm = _norm(m.views, inside)
    return None if norm is None or norm.op.name != "hypot" else o.multiply(2.0, o.log(norm))


def _norm(views: Views, inside: Node) -> Node | None:
    """The root of a sum of squares, without squares; None if the sum is none, or needs no such root."""
    terms = views.terms(inside)
    if len(terms) > _MOST_TERMS:
        return None
    squares = [found for term in terms if (found := as_square(views, term)) is not None]
    sizes: dict[tuple[Key, tuple[Node, ...]], Exact] = {}
    for each in squares:
        sizes[each.key, each.movers] = sizes.get((each.key, each.movers), 0) + each.coefficient
    if len(squares) < len(terms) or min(sizes.values(), default=0) <= 0 or all(not each.key for each in squares):
        return None
    if len(sizes) > 1 and (views.count(inside) > 1 or is_safe(views, squares, inside)):
        return None
    first = {(each.key, each.movers): each for each in reversed(squares)}
    roots = [first[key].root(views, _irrational_root(size)) for key, size in sizes.items()]
    return o.absolute(roots[0]) if len(roots) == 1 else reduce(o.hypot, roots)


def is_safe(views: Views, squares: Sequence[Square], node: Node) -> bool:
    """Whether facts say that no square overflows, and that one term does not underflow."""
    info = np.finfo(node.dtype)
    top, least = math.sqrt(float(info.max)) / _MOST_TERMS, math.sqrt(float(info.tiny)) / float(info.eps)
    large, small = True, False
    for each in squares:
        ranges = [(views.facts(base).range, e) for base, e in bases_of(views, each.product).items()]
        large = large and all(max(abs(r.lower), abs(r.upper)) < top ** (2 / (e * len(ranges))) for r, e in ranges)
        small = small or all(max(r.lower, -r.upper) >= least ** (1 / len(ranges)) for r, _ in ranges)
    return large and small


def _irrational_root(value: Exact) -> Exact:
    """The square root of a positive number, to more digits than any dtype has."""
    exact, scale = Fraction(value), 1 << 1200
    return root_of(exact) or Fraction(math.isqrt(exact.numerator * scale * scale // exact.denominator), scale)


# roots of products ------------------------------------------------------------------------------------------------

def root_of_product(m: Match) -> Node | None:
    """sqrt(x*y) as sqrt_product(x, y)"""
    inside = m.node.operands[0]
    sized = inside.op.name == "absolute"
    view = m.views.product(inside.operands[0] if sized else inside)
    factors = [leaf for leaf in view.leaves if coefficient_of(leaf) is None]
    if len(factors) < 2 or m.views.count(inside) > 1 or sum(is_large(m.views, leaf.node) for leaf in factors) < 2:
        return None
    ups, downs = ([leaf for leaf in factors if leaf.sign == sign] for sign in (1, -1))
    apart = [*ups[1::2], *downs[1::2]] or downs
    first = as_node(changed(view, dict.fromkeys(apart)), view)
    second = as_node(reduce(times, (Value(leaf.node, 1, leaf.sign < 0) for leaf in apart)), view)
    return o.sqrt_product(*(o.absolute(x) if sized else x for x in (first, second)))


def is_large(views: Views, factor: Node) -> bool:
    """Whether a factor may be so large that a product with another one overflows."""
    found = views.facts(factor).range
    return not max(abs(found.lower), abs(found.upper)) < math.sqrt(float(np.finfo(factor.dtype).max))


# powers of one product --------------------------------------------------------------------------------------------

def common_power(m: Match) -> Node | None:
    """x*x*y*y as (x*y)**2, x*x/(y*y) as (x/y)**2"""
    view = m.views.product(m.node)
    if not _may_be_power(m.views, m.node) or any(leaf.kept for leaf in view.leaves):
        return None
    bases, number = bases_of(m.views, m.node), constant_factor(view)
    power = math.gcd(*bases.values()) if len(bases) > 1 else 1
    if any(is_joined(base, PRODUCT) for base in bases):     # not all of the product is seen
        return None
    if power < 2 or any(_is_power_of(m.views, part.node, bases) for part in view.parts):
        return None
    whole = reduce(times, (found for base, e in bases.items() if (found := powered(base, e // power)) is not None))
    inner = o.true_divide(1.0, whole.node) if whole.inverse else whole.node
    result = powered(inner, power)
    assert result is not None
    return result.node if number == 1 else o.multiply(constant_like(number, result.node), result.node)


def _may_be_power(views: Views, node: Node) -> bool:
    """Whether a product has no factor that occurs once only, as far as it does not stand below moves."""
    key = views.monomial(node)[1]
    return not isinstance(key, Node) and len(key) > 1 and all(abs(e) > 1 or is_transparent(base) for base, e in key)


def _is_power_of(views: Views, node: Node, bases: Mapping[Node, int]) -> bool:
    """Whether a node is a whole power of one product of all these bases already."""
    base, power = power_of(node)
    if node.op.name == "multiply" and node.inputs[0] is node.inputs[1]:
        base, power = node.inputs[0], 2
    return power > 1 and base.op.name in ("multiply", "true_divide") and bases_of(views, base).keys() == bases.keys()


# differences of squares -------------------------------------------------------------------------------------------

def difference_of_squares(m: Match) -> Node | None:
    """x*x - y*y as (x - y)*(x + y)"""
    for first, second in _opposite_squares(m):
        factor, a, b = _scales(first.coefficient, second.coefficient)
        if not all(is_held(value, m.node.dtype) for value in (factor, a, b)):
            continue
        x, y = first.root(m.views, a), second.root(m.views, b)
        new = o.multiply(o.subtract(x, y), o.add(x, y))
        value = new if factor == 1 else o.multiply(constant_like(factor, new), new)
        view, sign = m.views.sum(m.node), 1 if first.coefficient > 0 else -1
        return as_node(changed(view, {second.term.leaf: None, first.term.leaf: Value(value, sign)}), view)
    return None


def _opposite_squares(m: Match) -> Iterator[tuple[Square, Square]]:
    """Two terms of opposite signs whose quotient is a square, one of them no number."""
    terms = m.views.terms(m.node)
    if len(terms) < 2 or all(term.coefficient > 0 for term in terms) or all(term.coefficient < 0 for term in terms):
        return
    squares = [found for term in terms if (found := as_square(m.views, term)) is not None][:_MOST_SQUARES]
    for first, second in combinations(squares, 2):
        ratio = Fraction(first.coefficient) / -second.coefficient if second.coefficient else Fraction()
        if ratio > 0 and (first.key or second.key) and root_of(ratio) is not None:
            yield first, second


def _scales(first: Exact, second: Exact) -> tuple[Exact, Exact, Exact]:
    """f, a and b with f*a*a and f*b*b the sizes of two coefficients."""
    root, other = root_of(Fraction(magnitude(first))), root_of(Fraction(magnitude(second)))
    if root is not None and other is not None:
        return 1, root, other
    ratio = root_of(Fraction(magnitude(first)) / magnitude(second))
    assert ratio is not None
    return (magnitude(second), ratio, 1) if ratio >= 1 else (magnitude(first), 1, 1 / ratio)


def root_of(value: Fraction) -> Fraction | None:
    """The square root of a positive number, if it is a fraction."""
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    return Fraction(above, below) if above * above == value.numerator and below * below == value.denominator else None


_WHY = "the squares overflow, or underflow to 0, where the root is an ordinary number"

RULES = (
    Rule(name="root_of_squares", phase=STABILIZE, lhs=AnyNode(("sqrt",)), rhs=without_squares, why=_WHY,
         extreme=True, domain={"z": Interval(1.0, 1e300)},
         examples=lambda: ((p.sqrt(_x * _x + _y * _y), p.hypot(_x, _y)), (p.sqrt(4 * _x * _x), p.absolute(p.multiply(_x, 2.0))),
                           (p.sqrt(_x**2 * _y**2 + _z**2), p.hypot(p.multiply(_x, _y), _z))),
         stays=lambda: (p.sqrt(_x), p.sqrt(_x * _x - _y * _y), p.sqrt(_x * _x + _y), p.sqrt(_x * _y * _y))),
    Rule(name="log_of_squares", phase=STABILIZE, lhs=AnyNode(("log",), having=("add",)), rhs=log_of_norm, extreme=True,
         why="the squares overflow, or underflow to 0, where the logarithm of their sum is an ordinary number",
         domain={"x": Interval(-1e300, 1e300, avoid=(0.0,))},
         examples=lambda: ((p.log(_x * _x + _y * _y), 2 * p.log(p.hypot(_x, _y))),),
         stays=lambda: (p.log(_x * _x + _y), p.log(_x * _x + 1), p.log(_x * _x))),
    Rule(name="root_of_product", phase=STABILIZE, lhs=AnyNode(("sqrt",)), rhs=root_of_product, extreme=True,
         why="the product overflows, or underflows to 0, where its root is an ordinary number",
         domain={name: Interval(0.0, 1e300, avoid=(0.0,)) for name in "xyz"},
         examples=lambda: ((p.sqrt(_x * _y), p.sqrt_product(_x, _y)), (p.sqrt(2 * _x / (_y * _z)), None),
                           (p.sqrt(_x / _y), None), (p.sqrt(p.absolute((_x - _y) * _z)), None)),
         stays=lambda: (p.sqrt(2 * _x), p.sqrt(_x * p.sin(_y)), p.sqrt(_x * p.tanh(_y)))),
    Rule(name="common_power", phase=STABILIZE, lhs=AnyProduct((POWERS,)), rhs=common_power, extreme=True,
         why="powers of the factors overflow or underflow where the power of their product does not",
         domain={name: Interval(-1e300, 1e300, avoid=(0.0,)) for name in "xyz"},
         examples=lambda: (((_x * _x) / (_y * _y), (_x / _y)**2), (3 * _x**2 * _y**2, 3 * (_x * _y)**2),
                           (_x**4 / _y**2, None), (_x**3 * _y**3, None)),
         stays=lambda: (_x**2 * _y, _x * _y, _x**2 / _y**3, (_x * _y)**2, _x**4)),
    Rule(name="difference_of_squares", phase=STABILIZE, lhs=AnySum((OPPOSITE,)), sight=0, rhs=difference_of_squares,
         why="the rounding errors of two squares are what is left where they are nearly equal",
         domain={"x": Interval(0.999, 1.001), "y": Interval(0.999, 1.001)},
         examples=lambda: ((_x * _x - _y * _y, (_x - _y) * (_x + _y)), (1 - _x * _x, (1 - _x) * (1 + _x)),
                           (2 * _x**2 - 8 * _y**2, None), (9 * _x**4 - _y**2 + _z, None)),
         stays=lambda: (_x * _x + _y * _y, _x * _x - 2, _x * _x - 3 * _y * _y, _x**2 - _y, _x**2 - _y**3)),
)
