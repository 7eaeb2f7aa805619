"""Angles: differences that cancel, and arguments whose own rounding costs more than the function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import permutations
from types import MappingProxyType

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..cancellation import ROOTS, negated, radicand
from ..edits import Value, as_node, changed
from ..match import Match
from ..numbers import constant_like, magnitude
from ..pattern import AnyNode, AnySum, p, wilds
from ..polynomial import ONE, Bases, added, value_of
from ..rule import CANONICALIZE, STABILIZE, Rule
from ..terms import Leaf
from ..views import Term, Views

_x, _y = wilds("x y")
_sin, _cos, _tan, _sinh, _cosh, _tanh = p.sin, p.cos, p.tan, p.sinh, p.cosh, p.tanh
_half, _half_sin, _half_sinh = _x * 0.5, p.sin(_x * 0.5), p.sinh(_x * 0.5)
_other_sin = p.sin(_y * 0.5)
_NOT_ZERO = {"x": Interval(-1e300, 1e300, avoid=(0.0,))}
_MOST_TERMS = 12    # of a sum that are looked at
_ONE_FUNCTION = "one function instead of two, and no difference that cancels"
_NEAR_ONE = "the function is near 1 for small arguments, and the difference cancels"

_ROUNDED = "the sum is rounded to 1, where the angle is the root of what was lost"


# differences of one function at two near arguments --------------------------------------------------------------

def near_difference(views: Views, a: Node, b: Node) -> Node | None:
    """a - b without the terms that both hold; None if they hold none in common."""
    mine, other = views.terms(a), views.terms(b)
    gone_a: dict[Leaf, Value | None] = {}
    gone_b: dict[Leaf, Value | None] = {}
    for term in mine:
        twin = next((t for t in other if t.leaf not in gone_b and _is_equal(t, term)), None)
        if twin is not None:
            gone_a[term.leaf] = gone_b[twin.leaf] = None
    if not gone_a:
        return None
    left, right = (changed(views.sum(node), gone) for node, gone in ((a, gone_a), (b, gone_b)))
    if right is None:
        return as_node(left, views.sum(a))
    if left is None:
        return as_node(Value(right.node, -right.sign), views.sum(b))
    return o.subtract(as_node(left, views.sum(a)), as_node(right, views.sum(b)))


def _is_equal(a: Term, b: Term) -> bool:
    return a.key != frozenset() and a.key == b.key and a.coefficient == b.coefficient


def _sines(a: Node, b: Node, d: Node) -> Node:
    """sin(b + d) - sin(b), with no rounding of b + d"""
    h = o.multiply(d, 0.5)
    s = o.sin(h)
    return o.multiply(o.multiply(2.0, s), o.subtract(o.multiply(o.cos(b), o.cos(h)), o.multiply(o.sin(b), s)))


def _cosines(a: Node, b: Node, d: Node) -> Node:
    """cos(b + d) - cos(b), with no rounding of b + d"""
    h = o.multiply(d, 0.5)
    s = o.sin(h)
    return o.multiply(o.multiply(-2.0, s), o.add(o.multiply(o.sin(b), o.cos(h)), o.multiply(o.cos(b), s)))


def _tangents(a: Node, b: Node, d: Node) -> Node:
    """tan(b + d) - tan(b), with no rounding of b + d"""
    t, u = o.tan(b), o.tan(d)
    return o.true_divide(o.multiply(u, o.add(o.multiply(t, t), 1.0)), o.subtract(1.0, o.multiply(t, u)))


def _arctangents(a: Node, b: Node, d: Node) -> Node:
    """the angle between (1, a) and (1, b)"""
    return o.arctan2(d, o.add(o.multiply(a, b), 1.0))


def _hyperbolic_sines(a: Node, b: Node, d: Node) -> Node:
    """sinh(b + d) - sinh(b), of the half of d and the mean"""
    h = o.multiply(d, 0.5)
    return o.multiply(o.multiply(2.0, o.sinh(h)), o.cosh(o.add(b, h)))


def _hyperbolic_cosines(a: Node, b: Node, d: Node) -> Node:
    """cosh(b + d) - cosh(b), of the half of d and the mean"""
    h = o.multiply(d, 0.5)
    return o.multiply(o.multiply(2.0, o.sinh(h)), o.sinh(o.add(b, h)))


def _hyperbolic_tangents(a: Node, b: Node, d: Node) -> Node:
    """tanh(b + d) - tanh(b) by the tangent of the difference"""
    return o.multiply(o.tanh(d), o.subtract(1.0, o.multiply(o.tanh(a), o.tanh(b))))


_DIFFERENCES: Mapping[str, Callable[[Node, Node, Node], Node]] = MappingProxyType(
    {"sin": _sines, "cos": _cosines, "tan": _tangents, "arctan": _arctangents, "sinh": _hyperbolic_sines,
     "cosh": _hyperbolic_cosines, "tanh": _hyperbolic_tangents})


def difference_of_angles(m: Match) -> Node | None:
    """f(x + d) - f(x) by the difference d, for f = sin, cos, tan, arctan, sinh, cosh, tanh"""
    for first, second in _pairs(m.views.terms(m.node)):
        assert isinstance(first.key, Node) and isinstance(second.key, Node)
        a, b = first.key.operands[0], second.key.operands[0]
        if len(m.views.terms(a)) < len(m.views.terms(b)):
            continue
        d = near_difference(m.views, a, b)
        if d is not None:
            new = _DIFFERENCES[first.key.op.name](a, b, d)
            return _put(m, first, second, new)
    return None


def _pairs(terms: tuple[Term, ...]) -> Iterator[tuple[Term, Term]]:
    """Two terms of opposite coefficients that are one function of two arguments."""
    found = [t for t in terms if isinstance(t.key, Node) and t.key.op.name in _DIFFERENCES]
    for first, second in permutations(found[:_MOST_TERMS], 2):
        assert isinstance(first.key, Node) and isinstance(second.key, Node)
        if first.key.op is second.key.op and first.coefficient == -second.coefficient:
            yield first, second


def _put(m: Match, first: Term, second: Term, new: Node) -> Node:
    """The sum with two terms replaced by ``new`` times the coefficient of the first."""
    view, size = m.views.sum(m.node), magnitude(first.coefficient)
    scaled = new if size == 1 else o.multiply(constant_like(size, new), new)
    changes = {second.leaf: None, first.leaf: Value(scaled, 1 if first.coefficient > 0 else -1)}
    return as_node(changed(view, changes), view)


def by_sides(m: Match) -> Node | None:
    """arctan2(sqrt(1 - w), sqrt(w)), from arccos(sqrt(w)), and so for arcsin, if 1 - w has fewer terms than w"""
    root, bases = m.node.operands[0], Bases(m.views)
    inside = radicand(bases, root)
    if inside is None or ONE not in inside:
        return None
    other = added(({ONE: 1}, negated(inside)))
    rest = value_of(other, bases, root) if ONE not in other and len(other) < len(inside) else None
    if rest is None:
        return None
    sides = o.sqrt(as_node(rest, m.views.sum(root))), root
    return o.arctan2(*(sides if m.node.op.name == "arccos" else sides[::-1]))


RULES = (
    # half angles
    Rule(name="tan_of_half_angle", phase=CANONICALIZE, lhs=(1 - _cos(_x)) / _sin(_x), rhs=_tan(_half),
         domain=_NOT_ZERO, why=_ONE_FUNCTION),
    Rule(name="sin_over_one_plus_cos", phase=CANONICALIZE, lhs=_sin(_x) / (1 + _cos(_x)), rhs=_tan(_half),
         domain=_NOT_ZERO, why=_ONE_FUNCTION),
    Rule(name="cot_of_half_angle", phase=CANONICALIZE, lhs=_sin(_x) / (1 - _cos(_x)), rhs=1 / _tan(_half),
         domain=_NOT_ZERO, why=_ONE_FUNCTION),
    Rule(name="tanh_of_half", phase=CANONICALIZE, lhs=(_cosh(_x) - 1) / _sinh(_x), rhs=_tanh(_half),
         domain=_NOT_ZERO, why=_ONE_FUNCTION),
    Rule(name="sinh_over_one_plus_cosh", phase=CANONICALIZE, lhs=_sinh(_x) / (1 + _cosh(_x)), rhs=_tanh(_half),
         domain=_NOT_ZERO, why=_ONE_FUNCTION),
    Rule(name="one_minus_cos", phase=STABILIZE, lhs=1 - _cos(_x),
         rhs=2 * p.multiply(_half_sin, _half_sin), why=_NEAR_ONE),
    Rule(name="cosh_minus_one", phase=STABILIZE, lhs=_cosh(_x) - 1,
         rhs=2 * p.multiply(_half_sinh, _half_sinh), why=_NEAR_ONE),
    Rule(name="exponentials_minus_two", phase=STABILIZE, lhs=p.exp(_x) + p.exp(-_x) - 2,
         rhs=4 * p.multiply(_half_sinh, _half_sinh), why="the exponentials are near 1 for small arguments, and cancel"),
    # inverses beside 1
    Rule(name="arccos_beside_one", phase=STABILIZE, lhs=p.arccos(1 - _x), rhs=2 * p.arctan2(p.sqrt(_x), p.sqrt(2 - _x)),
         domain={"x": Interval(0.0, 2.0)}, why=_ROUNDED, extreme=True),
    Rule(name="arccosh_beside_one", phase=STABILIZE, lhs=p.arccosh(1 + _x), rhs=2 * p.arcsinh(p.sqrt(_x * 0.5)),
         domain={"x": Interval(0.0, 1e300)}, why=_ROUNDED, extreme=True),
    Rule(name="angle_of_root", phase=STABILIZE, lhs=AnyNode(("arccos", "arcsin"), having=ROOTS), rhs=by_sides,
         why="the sum is rounded to 1, where the angle, or what it lacks of a right one, is the root of what was lost",
         domain={"x": Interval(-1.0, 1.0)}, extreme=True,
         examples=lambda: ((p.arccos(p.sqrt(1 - _x * _x)), None), (p.arccos(p.sqrt(1 - p.absolute(_x))), None)),
         stays=lambda: (p.arccos(p.sqrt(_x)), p.arccos(p.sqrt(2 - _x)))),
    Rule(name="one_minus_cosines", phase=STABILIZE, lhs=1 - _cos(_x) * _cos(_y),
         rhs=2 * p.multiply(_half_sin, _half_sin) + 2 * p.multiply(_cos(_x), p.multiply(_other_sin, _other_sin)),
         why=_NEAR_ONE, domain={name: Interval(-0.1, 0.1) for name in "xy"}),
    # near arguments
    Rule(name="difference_of_angles", phase=STABILIZE, lhs=AnySum(having=tuple(_DIFFERENCES)), rhs=difference_of_angles,
         why="the values of a function at two near arguments cancel, and the sum of the arguments is rounded",
         examples=lambda: ((_tan(_x + _y * 0.001) - _tan(_x), None), (_sin(_x + _y) - _sin(_x), None),
                           (2 * _cos(_x) - 2 * _cos(_x + _y), None), (p.arctan(_x + 1) - p.arctan(_x), None),
                           (_sinh(_x + _y) - _sinh(_x), None), (_cosh(_x + _y) - _cosh(_x), None),
                           (_tanh(_x + _y) - _tanh(_x), None)),
         stays=lambda: (_sin(_x) - _sin(_y), _sin(_x + _y) + _sin(_x), _sin(_x + _y) - _cos(_x))),
)
