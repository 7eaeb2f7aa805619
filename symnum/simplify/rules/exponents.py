"""Exponents: powers of powers, products of exponentials and of powers with one base, and roots beside their squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed
from ..match import Match
from ..moves import below_moves
from ..numbers import Exact, constant_like, exact_of, is_held, magnitude
from ..pattern import AnyNode, AnyProduct, as_pattern, number, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule
from ..terms import Leaf, power_of
from ..views import Views

Changes = dict[Leaf, Value | None]
_EXPONENTIALS = ("exp", "exp2")


# products -----------------------------------------------------------------------------------------------------

def beside(m: Match) -> Node | None:
    """a*exp(-b), from a/exp(b), and exp(4*x), from exp(x)**4"""
    view = m.views.product(m.node)
    for leaf in view.leaves:
        factor, count = power_of(leaf.node)
        inner, moves = below_moves(factor)
        if inner.op.name not in _EXPONENTIALS or leaf.kept or leaf.shared or m.views.count(inner) > 1:
            continue
        exponent = moves(inner.inputs[0])
        size, sign = count, leaf.sign
        if size & (size - 1) or (size, sign) in ((1, 1), (2, 1)):
            continue  # the exponent would be rounded, or nothing gained
        new = getattr(o, inner.op.name)(_times(sign * size, exponent))
        after = as_node(changed(view, {leaf: Value(new)}), view)
        if _divisions(m.views, after) < _divisions(m.views, m.node) or size > 2:
            return after
    return None


def one_exponential(m: Match) -> Node | None:
    """exp(a + b) * (1 + e), from exp(a) * exp(b), where a + b + e is the exact sum"""
    view, changes = m.views.product(m.node), Changes()
    for name in _EXPONENTIALS:
        found = [leaf for leaf in view.leaves if leaf.node.op.name == name and leaf.sign > 0
                 and not (leaf.kept or leaf.shared or leaf.moved)]
        if len(found) > 1:
            changes |= {**dict.fromkeys(found), found[0]: Value(_of_sum(name, [leaf.node.inputs[0] for leaf in found]))}
    return as_node(changed(view, changes), view) if changes else None


def _of_sum(name: str, exponents: Sequence[Node]) -> Node:
    """The exponential of a sum, times what each addition loses."""
    total, lost = exponents[0], list[Node]()
    for x in exponents[1:]:
        error = o.sum_error(total, x)
        lost.append(o.multiply(error, math.log(2)) if name == "exp2" else error)
        total = o.add(total, x)
    found = getattr(o, name)(total)
    for error in reversed(lost):
        found = o.multiply(found, o.add(1.0, error))
    return found  # type: ignore[no-any-return]


def _times(count: int, x: Node) -> Node:
    return o.negative(x) if count == -1 else o.multiply(constant_like(count, x), x)


def exact_multiple(m: Match) -> Node | None:
    """exp(4*x), from exp(x)**4"""
    count = exact_of(m["c"])
    exact = isinstance(count, int) and abs(count) > 2 and abs(count) & (abs(count) - 1) == 0
    return o.exp(_times(count, m["x"])) if exact and isinstance(count, int) else None


def _divisions(views: Views, node: Node) -> int:
    return sum(part.node.op.name in ("true_divide", "reciprocal") for part in views.product(node).parts if part.below)


def roots(m: Match) -> Node | None:
    """sqrt(x), from x / sqrt(x)"""
    view = m.views.product(m.node)
    free = [leaf for leaf in view.leaves if not leaf.kept]
    for leaf in free:
        inner, moves = below_moves(leaf.node)
        for other in free if inner.op.name == "sqrt" else ():
            if other.node is moves(inner.inputs[0]) and other.sign != leaf.sign:
                changes: Changes = {leaf: Value(leaf.node, inverse=other.sign < 0), other: None}
                return as_node(changed(view, changes), view)
    return None


# powers -------------------------------------------------------------------------------------------------------

def power_of_power(m: Match) -> Node | None:
    """x**(a*b), from (x**a)**b with whole a and b, or x that is not negative; |x|**(a*b) with even a"""
    outer = exact_of(m.node.inputs[1])
    inner, moves = below_moves(m.node.inputs[0])
    first = _exponent(inner)
    if outer is None or first is None:
        return None
    total = Fraction(outer) * first
    if not is_held(total, m.node.dtype) or (m.node.dtype.kind != "f" and min(outer, first) < 0):
        return None
    if m.node.dtype.kind == "f" and max(magnitude(outer), magnitude(first)) <= _BY_PRODUCTS < magnitude(total):
        return None  # products cost less than one power
    x = moves(inner.inputs[0])
    if (isinstance(first, int) and isinstance(outer, int)) or m.views.facts(x).nonnegative:
        return o.power(x, constant_like(total, x))
    return o.power(o.absolute(x), constant_like(total, x)) if isinstance(first, int) and first % 2 == 0 else None


def _exponent(node: Node) -> Exact | None:
    if node.op.name == "square":
        return 2
    return exact_of(node.inputs[1]) if node.op.name == "power" else None


def whole_power(m: Match) -> Node | None:
    """squares and products of them"""
    left = exact_of(m["c"])
    if not isinstance(left, int) or not 0 < left <= _MOST:
        return None
    square, found = m["x"], None
    while left:
        if left % 2:
            found = square if found is None else o.multiply(found, square)
        left //= 2
        square = o.multiply(square, square) if left else square
    return found


_x, _y, _z = wilds("x y z")
_c = number("c")
_MOST = 1 << 16
_BY_PRODUCTS = 5  # powers of floats up to this become products: see power_by_products
_NOT_ZERO, _POSITIVE = Interval(-1e300, 1e300, avoid=(0.0,)), Interval(0.0, 1e300, avoid=(0.0,))
_pow = p.power

RULES = (
    Rule(name="exponential_below", phase=CANONICALIZE, lhs=AnyProduct(having=_EXPONENTIALS), rhs=beside,
         why="a multiplication costs less than a division or a power, and exp(-x) is a number where exp(x) is none",
         examples=lambda: ((_x / p.exp(_y), _x * p.exp(-_y)), (1 / p.exp2(_y), p.exp2(-_y)),
                   (_y * _pow(p.exp(_x), 4), _y * p.exp(4 * _x)), (_x / p.square(p.exp(_y)), _x * p.exp(-2 * _y))),
         stays=lambda: (p.exp(_x) * p.exp(_y), _x * p.exp(_y), _x / (_y * p.exp(_z)), _y * _pow(p.exp(_x), 3))),
    Rule(name="power_of_exponential", phase=CANONICALIZE, lhs=_pow(p.exp(_x), _c), rhs=exact_multiple,
         why="an exponential of an exact multiple needs no power",
         examples=lambda: ((_pow(p.exp(_x), 4), p.exp(4 * _x)), (_pow(p.exp(_x), -8), p.exp(-8 * _x))),
         stays=lambda: (_pow(p.exp(_x), 3), _pow(p.exp(_x), 2), _pow(p.exp(_x), 0.5))),
    Rule(name="one_exponential", phase=SPECIALIZE, lhs=AnyProduct(having=_EXPONENTIALS), rhs=one_exponential,
         why="one exponential instead of two that may overflow; what its exponent loses is put back", extreme=True,
         shapes=dict.fromkeys("xyz", (3, 4)),
         examples=lambda: ((p.exp(_x) * p.exp(_y), p.exp(p.add(_x, _y)) * (1 + p.sum_error(_x, _y))),
                           (p.exp2(_x) * _z * p.exp2(_y), None)),
         stays=lambda: (p.exp(_x) * p.exp2(_y), p.exp(_x) * _y, _pow(_x, _y) * _pow(_x, _z))),
    Rule(name="opposite_exponentials", phase=CANONICALIZE, lhs=p.exp(_x) * p.exp(-_x), rhs=as_pattern(1),
         why="factors that cancel can neither overflow nor underflow"),
    Rule(name="root_beside_square", phase=CANONICALIZE, lhs=AnyProduct(having=("sqrt",)), rhs=roots,
         why="a number above 0 is the square of its root", domain={"x": _POSITIVE},
         examples=lambda: ((_x / p.sqrt(_x), p.sqrt(_x)), (p.sqrt(_x) / _x, 1 / p.sqrt(_x)),
                           (_y * _x / p.sqrt(_x), _y * p.sqrt(_x))),
         stays=lambda: (_x * p.sqrt(_x), _y / p.sqrt(_x))),
    Rule(name="power_of_power", phase=CANONICALIZE, lhs=AnyNode(("power",), having=("power", "square")),
         rhs=power_of_power, why="one power instead of two", domain={"x": _NOT_ZERO},
         examples=lambda: ((_pow(_pow(_x, 2), 2), _pow(_x, 4)), (_pow(_pow(_x, 7), -2), _pow(_x, -14)),
                           (_pow(_pow(_x, 2), 1.5), _pow(p.absolute(_x), 3)),
                           (_pow(p.square(_x), 0.75), _pow(p.absolute(_x), 1.5))),
         stays=lambda: (_pow(_pow(_x, 3), 0.5), _pow(_pow(_x, 0.5), 4), _pow(_pow(_x, 2), 3), _pow(_pow(_x, _y), 2))),
    Rule(name="power_of_power_of_integers", phase=CANONICALIZE, lhs=AnyNode(("power",), having=("power", "square")),
         rhs=power_of_power, why="one power instead of two", keeps="bits", dtypes="iu",
         examples=lambda: ((_pow(_pow(_x, 3), 2), _pow(_x, 6)),), stays=lambda: (_pow(_pow(_x, _y), 2),)),
    Rule(name="power_of_one", phase=CANONICALIZE, lhs=_pow(1, _x), rhs=as_pattern(1), keeps="bits",
         why="every power of 1 is 1, also with NaN"),
    Rule(name="power_of_two", phase=SPECIALIZE, lhs=_pow(2, _x), rhs=p.exp2(_x), keeps="specials",
         why="an exponential of base 2 costs less than a power"),
    Rule(name="whole_power_of_integers", phase=SPECIALIZE, lhs=_pow(_x, _c), rhs=whole_power, keeps="bits",
         dtypes="iu", why="multiplications cost less than a power",
         examples=lambda: ((_pow(_x, 5), None), (_pow(_x, 12), None)), stays=lambda: (_pow(_x, _y),)),
)
