"""Products and powers: like factors, numbers and signs of a whole product, and powers as products."""

from __future__ import annotations

from fractions import Fraction

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ...ops.table import TABLE
from ..edits import Value, as_node, by_squares, changed, edited, is_cheaper, powered, price
from ..match import Match
from ..numbers import Exact, constant_like, exact_of, is_held, is_normal, wrapped
from ..pattern import AnyProduct, as_pattern, number, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule
from ..terms import Leaf, coefficient_of, constant_factor, power_of
from ..traits import LIKE, NUMBERS, SIGNS

Changes = dict[Leaf, Value | None]


# whole products -----------------------------------------------------------------------------------------------

def like_factors(m: Match) -> Node | None:
    """powers of one base become one power"""
    view = m.views.product(m.node)
    groups: dict[Node, list[Leaf]] = {}
    for leaf in view.leaves:
        if coefficient_of(leaf) is None:
            groups.setdefault(power_of(leaf.node)[0], []).append(leaf)
    changes: Changes = {}
    for base, group in groups.items():
        changes.update(_merged(base, group) if len(group) > 1 else {})
    new = as_node(changed(view, changes), view) if changes else m.node
    return new if changes and is_cheaper(m.views, new, view) else None


def _merged(base: Node, group: list[Leaf]) -> Changes:
    """One power in the place of several; nothing, if that costs as much."""
    exponent = sum(leaf.sign * power_of(leaf.node)[1] for leaf in group)
    before = sum(1 + (price(leaf.node) if leaf.node is not base else 0.0) for leaf in group)
    after = abs(exponent) if -2 < exponent <= 3 else 1 + TABLE["power"].cost
    if after >= before:
        return {}
    changes: Changes = dict.fromkeys(group)
    changes[group[0]] = powered(base, exponent)
    return changes


# numbers and signs --------------------------------------------------------------------------------------------

def numbers(m: Match) -> Node | None:
    """the numbers and signs of a product become one number, if that needs no rounding"""
    view = m.views.product(m.node)
    found = [leaf for leaf in view.leaves if coefficient_of(leaf) is not None]
    if len(found) + bool(view.negations) < 2:
        return None
    total = wrapped(constant_factor(view), m.node.dtype)
    factor = _factor(total, m.node)
    if factor is None and abs(total) != 1:
        return None
    changes: Changes = dict.fromkeys(found)
    changes[found[0]] = factor
    value = changed(view, changes, loose=True) or Value(constant_like(1, m.node))
    new = as_node(Value(value.node, -1 if total == -1 else 1, value.inverse), view)
    return new if is_cheaper(m.views, new, view) else None


def _factor(value: Exact, node: Node) -> Value | None:
    """A number as a factor, or as a divisor if only its inverse needs no rounding; None for 1 and -1, and if both do."""
    if abs(value) == 1:
        return None
    if is_held(value, node.dtype):
        return Value(constant_like(value, node))
    inverse = 1 / Fraction(value)
    return Value(constant_like(inverse, node), inverse=True) if is_held(inverse, node.dtype) else None


def signs(m: Match) -> Node | None:
    """pairs of negatives vanish"""
    view = m.views.product(m.node)
    if view.negations < 2:
        return None
    new = as_node(edited(view, {}, loose=True), view)
    return new if is_cheaper(m.views, new, view) else None


# powers -------------------------------------------------------------------------------------------------------

def by_inverse(m: Match) -> Node | None:
    """x * (1 / c), where 1 / c needs no rounding"""
    value = exact_of(m["c"])
    inverse = 1 / Fraction(value) if value else None
    if inverse is None or not is_held(inverse, m.node.dtype) or not is_normal(inverse, m.node.dtype):
        return None
    return o.multiply(m["x"], constant_like(inverse, m.node))


def square_of_inverse(m: Match) -> Node:
    """r*r, where r = 1/x"""
    inverse = o.true_divide(constant_like(1, m.node), m["x"])
    return o.multiply(inverse, inverse)


def fourth_power(m: Match) -> Node:
    """s*s, where s = x*x"""
    square = o.multiply(m["x"], m["x"])
    return o.multiply(square, square)


def by_products(m: Match) -> Node | None:
    """products, a root for a half, and a division for a negative exponent"""
    value = exact_of(m["c"])
    if value is None:  # infinite, or NaN
        return None
    exponent = Fraction(value)
    whole, half = divmod(abs(exponent), 1)
    roundings = whole - 1 + (2 if half else 0) + (exponent < 0)
    if half not in (0, Fraction(1, 2)) or whole == 0 or roundings > _MOST_ROUNDINGS:
        return None
    if exponent < 0:
        return _inverse_power(m["x"], int(whole), bool(half))
    product = by_squares(m["x"], int(whole))
    return o.multiply(product, o.sqrt(m["x"])) if half else product


def _inverse_power(x: Node, n: int, half: bool) -> Node:
    """x to the power -n, or -n - 1/2; the division comes first, as x**n may be too large where 1/x**n is a number."""
    base, n = (o.multiply(x, x), n // 2) if n % 2 == 0 and not half else (x, n)
    inverse = o.true_divide(constant_like(1, x), base)
    if not half:
        return by_squares(inverse, n)
    found = o.multiply(inverse, o.sqrt(inverse))
    for _ in range(n - 1):
        found = o.multiply(found, inverse)
    return found


_x, _y, _z = wilds("x y z")
_c = number("c")
# Each product may err by half a unit in the last place, or by one where a result is just below a power of 2.  An
# inverse that is multiplied brings its own error each time, but no more than four units in all.
_MOST_ROUNDINGS = 4
_power = p.power
_NOT_ZERO = Interval(-1e300, 1e300, avoid=(0.0,))
_POSITIVE = Interval(0.0, 1e300, avoid=(0.0,))
_CHEAPER = "multiplications cost less than a power"

RULES = (
    Rule(name="like_factors", phase=CANONICALIZE, lhs=AnyProduct((LIKE,)), rhs=like_factors, dtypes="fiuc",
         why="fewer operations; factors that cancel can neither overflow nor underflow", domain={"x": _NOT_ZERO},
         examples=lambda: ((_x * _y / _x, _y), (-_x * _y / _x, -_y), (-_x / _x, as_pattern(-1)), (_power(_x, 2) * _power(_x, 3), _power(_x, 5)), (_x * _x * _y / _x, _x * _y),
                           (_x / _x, as_pattern(1)), (_x / (_x * _x), 1 / _x),
                           (_y * _power(_x, 4) / p.square(_x), _y * (_x * _x))),
         stays=lambda: (_x * _x, _x * _y * _x, _x * _x * _x * _x)),
    Rule(name="numbers_of_product", phase=CANONICALIZE, lhs=AnyProduct((NUMBERS,)), sight=0, rhs=numbers, dtypes="fiu",
         why="one number instead of several",
         examples=lambda: ((2 * _x * 4, 8 * _x), ((2 * _x) / (4 * _y), _x * 0.5 / _y), (_x * 2 / 6, _x / 3), (3 * -_x, -3 * _x),
                           (2 * (_x / 2), _x), (-2 * (_x / 2), -_x), (as_pattern(-2) / 2, as_pattern(-1))),
         stays=lambda: (2 * _x, 0.1 * (_x * 0.1))),
    Rule(name="signs_of_product", phase=CANONICALIZE, lhs=AnyProduct((SIGNS,)), rhs=signs, dtypes="fiu", keeps="bits",
         why="fewer negations",
         examples=lambda: ((-_x * -_y, _x * _y), (-_x / -_y, _x / _y), (-(-_x * _y), _x * _y), (-_x * -_y * -_z, -(_x * _y * _z))),
         stays=lambda: (-_x * _y, _x * _y)),
    Rule(name="power_zero", phase=CANONICALIZE, lhs=_power(_x, 0), rhs=as_pattern(1), dtypes="fiuc", keeps="bits",
         why="the power 0 is 1, of every number and of NaN"),
    Rule(name="power_one", phase=CANONICALIZE, lhs=_power(_x, 1), rhs=_x, dtypes="fiuc", keeps="bits",
         why="the first power is the number itself"),
    Rule(name="power_two", phase=SPECIALIZE, lhs=_power(_x, 2), rhs=p.multiply(_x, _x), dtypes="fiu", keeps="specials",
         why=_CHEAPER),
    Rule(name="power_two_complex", phase=SPECIALIZE, lhs=_power(_x, 2), rhs=p.multiply(_x, _x), dtypes="c", why=_CHEAPER),
    Rule(name="power_three", phase=SPECIALIZE, lhs=_power(_x, 3), rhs=p.multiply(p.multiply(_x, _x), _x), dtypes="fiu",
         why=_CHEAPER),
    Rule(name="power_four", phase=SPECIALIZE, lhs=_power(_x, 4), rhs=fourth_power, dtypes="fiu", why=_CHEAPER),
    Rule(name="power_minus_one", phase=SPECIALIZE, lhs=_power(_x, -1), rhs=p.true_divide(1, _x), keeps="specials",
         domain={"x": _NOT_ZERO}, why="a division costs less than a power"),
    Rule(name="power_minus_two", phase=SPECIALIZE, lhs=_power(_x, -2), rhs=square_of_inverse, domain={"x": _NOT_ZERO},
         why=_CHEAPER),
    Rule(name="power_half", phase=SPECIALIZE, lhs=_power(_x, 0.5), rhs=p.sqrt(_x), domain={"x": Interval(0.0, 1e300)},
         why="a root costs less than a power"),
    Rule(name="power_minus_half", phase=SPECIALIZE, lhs=_power(_x, -0.5), rhs=p.rsqrt(_x),
         domain={"x": _POSITIVE}, why="a root and a division cost less than a power"),
    Rule(name="power_by_products", phase=SPECIALIZE, lhs=_power(_x, _c), rhs=by_products, domain={"x": _POSITIVE},
         why=_CHEAPER,
         examples=lambda: ((_power(_x, 5), (_x * _x) * (_x * _x) * _x), (_power(_x, 1.5), _x * p.sqrt(_x)),
                           (_power(_x, -3), (1 / _x) * (1 / _x) * (1 / _x)), (_power(_x, 2.5), _x * _x * p.sqrt(_x)),
                           (_power(_x, -1.5), (1 / _x) * p.sqrt(1 / _x))),
         stays=lambda: (_power(_x, 0.3), _power(_x, float("inf")), _power(_x, 7), _power(_x, 4.5), _power(_x, -5))),
    Rule(name="divide_by_number", phase=SPECIALIZE, lhs=p.true_divide(_x, _c), rhs=by_inverse, keeps="bits",
         why="a multiplication costs less than a division",
         examples=lambda: ((_x / 4, _x * 0.25), (_x / -0.5, _x * -2)),
         stays=lambda: (_x / 3, _x / 0, _x / 2.0 ** -1030)),
)
