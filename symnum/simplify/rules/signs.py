"""Sizes and signs of numbers whose sign is known, and roots, powers and logarithms of them."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..match import Match
from ..numbers import Exact, constant_like, exact_of, is_held
from ..pattern import AnyNode, as_pattern, p, wilds
from ..rule import CANONICALIZE, STABILIZE, Rule
from ..terms import power_of
from .assumptions import assumed

_x, _y = wilds("x y")
_POSITIVE, _NEGATIVE = Interval(0.0, 1e300, avoid=(0.0,)), Interval(-1e300, 0.0, avoid=(0.0,))
_NOT_NEGATIVE, _NOT_POSITIVE = Interval(0.0, 1e300), Interval(-1e300, 0.0)
_ROOT_RANGE = "a square overflows, or underflows to 0, where the number itself does not"


# guards -------------------------------------------------------------------------------------------------------

def is_plain_positive(m: Match) -> bool:
    """Whether x is not negative, and no -0.0."""
    x = m.views.facts(m["x"])
    return x.nonnegative and not x.minus_zero


def is_nonnegative(m: Match) -> bool:
    """Whether x is not negative."""
    return m.views.facts(m["x"]).nonnegative


def is_below_zero(m: Match) -> bool:
    """Whether x is negative, and not rounded to 0."""
    x = m.views.facts(m["x"])
    return x.nonpositive and 0 not in x.range


def is_nonpositive(m: Match) -> bool:
    """Whether x is not positive."""
    return m.views.facts(m["x"]).nonpositive


def has_plus(m: Match) -> bool:
    """Whether the sign of y is plus, also where it is rounded to 0."""
    y = m.views.facts(m["y"])
    return y.nonnegative and not y.minus_zero


def is_positive(m: Match) -> bool:
    """Whether the real value of x is above 0."""
    return m.views.facts(m["x"]).positive


def is_negative(m: Match) -> bool:
    """Whether the real value of x is below 0."""
    return m.views.facts(m["x"]).negative


# roots and logarithms -----------------------------------------------------------------------------------------

def root_of_power(m: Match) -> Node | None:
    """|x**n * y**k|, from sqrt(x**(2*n) * y**(2*k))"""
    coefficient, key = m.views.monomial(m.node.inputs[0])
    if coefficient != 1 or isinstance(key, Node) or not key or any(exponent % 2 for _, exponent in key):
        return None
    halves = sorted(key, key=lambda item: item[1] < 0)
    if len(halves) == 1:
        base, exponent = halves[0]
        return _size(base, exponent // 2) if exponent > 0 else None
    return _size_of_product(m, halves)


def _size(base: Node, exponent: int) -> Node:
    size = base if exponent % 2 == 0 else o.absolute(base)
    return size if exponent == 1 else o.power(size, constant_like(exponent, size))


def _size_of_product(m: Match, powers: Sequence[tuple[Node, int]]) -> Node | None:
    """|x * y / z|, from the squares of these; None if there is another power."""
    bases = {base: exponent // 2 for base, exponent in powers}
    if any(abs(exponent) != 1 for exponent in bases.values()):
        return None
    order = [base for leaf in m.views.product(m.node.inputs[0]).leaves for base in [power_of(leaf.node)[0]]]
    kept = sorted(bases, key=lambda base: (bases[base] < 0, order.index(base) if base in order else 0))
    found = kept[0] if bases[kept[0]] > 0 else o.true_divide(constant_like(1, kept[0]), kept[0])
    for base in kept[1:]:
        found = o.multiply(found, base) if bases[base] > 0 else o.true_divide(found, base)
    return o.absolute(found)


def log_of_power(m: Match) -> Node | None:
    """n * log(x), or n * log(|x|) for an even n, from log(x**n)"""
    found = _power(m, m.node.inputs[0])
    if found is None:
        return None
    base, exponent = found
    even = isinstance(exponent, int) and exponent % 2 == 0
    size = o.absolute(base) if even else base
    return o.multiply(constant_like(exponent, size), getattr(o, m.node.op.name)(size))


def _power(m: Match, node: Node) -> tuple[Node, Exact] | None:
    """A constant power of something as base and exponent, where the exponent needs no rounding."""
    coefficient, key = m.views.monomial(node)
    if coefficient == 1 and not isinstance(key, Node) and len(key) == 1:
        (base, whole), = key
        return base, whole
    exponent = exact_of(node.inputs[1]) if node.op.name == "power" else None
    return (node.inputs[0], exponent) if exponent and is_held(exponent, node.dtype) else None


RULES = (
    Rule(name="size_of_plain_positive", phase=CANONICALIZE, lhs=p.absolute(_x), rhs=_x, when=is_plain_positive,
         keeps="bits", dtypes="fi", why="it has that sign", domain={"x": _POSITIVE},
         examples=lambda: ((p.absolute(assumed(_x, "positive")), assumed(_x, "positive")),
                           (p.absolute(p.exp(_x)), p.exp(_x))),
         stays=lambda: (p.absolute(_x), p.absolute(assumed(_x, lower=-1)))),
    Rule(name="size_of_unsigned", phase=CANONICALIZE, lhs=p.absolute(_x), rhs=_x, keeps="bits", dtypes="u",
         why="it has no sign"),
    Rule(name="size_of_nonnegative", phase=CANONICALIZE, lhs=p.absolute(_x), rhs=_x, when=is_nonnegative,
         why="it has that sign; only a -0.0 is lost", domain={"x": _NOT_NEGATIVE},
         examples=lambda: ((p.absolute(assumed(_x, "nonnegative")), assumed(_x, "nonnegative")),
                           (p.absolute(p.sqrt(_x)), p.sqrt(_x))),
         stays=lambda: (p.absolute(_x),)),
    Rule(name="size_of_negative", phase=CANONICALIZE, lhs=p.absolute(_x), rhs=p.negative(_x), when=is_below_zero,
         keeps="bits", dtypes="fi", why="it has the other sign", domain={"x": _NEGATIVE},
         examples=lambda: ((p.absolute(assumed(_x, "negative")), p.negative(assumed(_x, "negative"))),),
         stays=lambda: (p.absolute(_x), p.absolute(assumed(_x, upper=1)))),
    Rule(name="size_of_nonpositive", phase=CANONICALIZE, lhs=p.absolute(_x), rhs=p.negative(_x), when=is_nonpositive,
         why="it has the other sign; the sign of zero is lost", domain={"x": _NOT_POSITIVE},
         examples=lambda: ((p.absolute(assumed(_x, "nonpositive")), p.negative(assumed(_x, "nonpositive"))),),
         stays=lambda: (p.absolute(_x),)),
    Rule(name="sign_above_zero", phase=CANONICALIZE, lhs=p.sign(_x), rhs=as_pattern(1), when=is_positive,
         why="it has that sign", domain={"x": _POSITIVE},
         examples=lambda: ((p.sign(assumed(_x, "positive")), as_pattern(1)), (p.sign(p.exp(_x)), as_pattern(1))),
         stays=lambda: (p.sign(_x), p.sign(assumed(_x, "nonnegative")), p.sign(p.expm1(assumed(_x, "nonnegative"))))),
    Rule(name="sign_below_zero", phase=CANONICALIZE, lhs=p.sign(_x), rhs=as_pattern(-1), when=is_negative,
         why="it has that sign", domain={"x": _NEGATIVE},
         examples=lambda: ((p.sign(assumed(_x, "negative")), as_pattern(-1)),),
         stays=lambda: (p.sign(_x), p.sign(assumed(_x, "nonpositive")))),
    Rule(name="sign_of_positive", phase=CANONICALIZE, lhs=p.copysign(_x, _y), rhs=p.absolute(_x), when=has_plus,
         why="the sign is known", domain={"y": _POSITIVE},
         examples=lambda: ((p.copysign(_x, assumed(_y, "positive")), p.absolute(_x)),
                   (p.copysign(_x, 2), p.absolute(_x))), stays=lambda: (p.copysign(_x, assumed(_y, "nonnegative")),)),
    Rule(name="root_of_power", phase=CANONICALIZE, lhs=AnyNode(("sqrt",)), rhs=root_of_power, why=_ROOT_RANGE,
         examples=lambda: ((p.sqrt(_x * _x), p.absolute(_x)), (p.sqrt(p.square(_x)), p.absolute(_x)),
                   (p.sqrt(p.power(_x, 4)), p.power(_x, 2)), (p.sqrt(p.power(_x, 6)), p.power(p.absolute(_x), 3)),
                           (p.sqrt(_x * _x * _y * _y), p.absolute(_x * _y)),
                           (p.sqrt(p.square(_x) / p.square(_y)), p.absolute(_x / _y))),
         stays=lambda: (p.sqrt(_x), p.sqrt(_x * _x * _x), p.sqrt(2 * (_x * _x)), p.sqrt(p.power(_x, -2)), p.sqrt(_x * _x * _y))),
    Rule(name="root_of_exponential", phase=CANONICALIZE, lhs=p.sqrt(p.exp(_x)), rhs=p.exp(_x * 0.5),
         why="exp overflows where its root does not"),
    Rule(name="log_of_inverse", phase=CANONICALIZE, lhs=p.log(p.true_divide(1, _x)), rhs=-p.log(_x), domain={"x": _POSITIVE},
         why="the inverse of a small number overflows"),
    Rule(name="log_of_root", phase=CANONICALIZE, lhs=p.log(p.sqrt(_x)), rhs=0.5 * p.log(_x), domain={"x": _POSITIVE},
         why="no root"),
    Rule(name="log1p_beside_one", phase=STABILIZE, lhs=p.log1p(_x - 1), rhs=p.log(_x), domain={"x": _POSITIVE},
         why="x - 1 has lost the digits of a small x"),
    Rule(name="expm1_beside_one", phase=CANONICALIZE, lhs=p.expm1(_x) + 1, rhs=p.exp(_x), why="one operation instead of two"),
    Rule(name="log_of_power", phase=STABILIZE, lhs=AnyNode(("log", "log2", "log10"), having=("power", "multiply", "square")),
         rhs=log_of_power, domain={"x": _POSITIVE}, why="a power overflows where its logarithm is an ordinary number",
         examples=lambda: ((p.log(p.power(_x, 300)), 300 * p.log(p.absolute(_x))),
                           (p.log(p.power(_x, 0.75)), 0.75 * p.log(_x)), (p.log2(_x * _x), 2 * p.log2(p.absolute(_x)))),
         stays=lambda: (p.log(_x), p.log(p.power(_x, _y)), p.log(2 * (_x * _x)))),
    Rule(name="log_of_power_of_positive", phase=STABILIZE, lhs=p.log(p.power(_x, _y)), rhs=_y * p.log(_x),
         when=is_positive, domain={"x": _POSITIVE}, why="a power overflows where its logarithm is an ordinary number",
         examples=lambda: ((p.log(p.power(assumed(_x, "positive"), _y)), _y * p.log(assumed(_x, "positive"))),),
         stays=lambda: (p.log(p.power(_x, _y)),)),
)
