"""Results that are known from facts of operands: conditions, larger and smaller ones, rounding of whole numbers."""

from __future__ import annotations

import math

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..facts import Facts
from ..match import Match
from ..numbers import constant_like
from ..pattern import AnyNode, as_pattern, p, wilds
from ..rule import CANONICALIZE, Rule
from ..transfers_truth import compared
from .assumptions import assumed


def operand(m: Match) -> Node:
    """x"""
    return m.node.inputs[0]


_x, _y = wilds("x y")
_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
_CHECKS = ("isnan", "isinf", "isfinite", "signbit")
_POSITIVE, _UNIT, _HIGH = Interval(0.0, 1e300, avoid=(0.0,)), Interval(0.0, 1.0), Interval(1.0, 1e300)
_QUARTER_TURN = Interval(-1.5, 1.5)


# conditions ---------------------------------------------------------------------------------------------------

def decided(m: Match) -> Node | None:
    """True or False, where facts of the operands decide it"""
    facts = m.views.facts(m.node)
    return constant_like(bool(facts.lower), m.node) if facts.lower == facts.upper else None


def decided_for_numbers(m: Match) -> Node | None:
    """True or False, where facts of the operands decide it for all numbers; NaN is none"""
    truth = compared(m.node.op.name, *(m.views.facts(x) for x in m.node.operands))
    return None if truth is None else constant_like(truth, m.node)


# choices ------------------------------------------------------------------------------------------------------

def extreme(m: Match) -> Node | None:
    """the operand that is never beaten"""
    return _unbeaten(m, to_the_bit=False)


def extreme_to_the_bit(m: Match) -> Node | None:
    """the operand that is never beaten, where no NaN and no sign of zero is lost"""
    return _unbeaten(m, to_the_bit=True)


def _unbeaten(m: Match, to_the_bit: bool) -> Node | None:
    a, b = m.node.operands
    first, second = m.views.facts(a), m.views.facts(b)
    for x, own, other in ((a, first, second), (b, second, first)):
        ahead = own.lower >= other.upper if m.node.op.name == "maximum" else own.upper <= other.lower
        if ahead and not (to_the_bit and (other.nan or _differ_in_zeros(own, other))):
            return x
    return None


def _differ_in_zeros(a: Facts, b: Facts) -> bool:
    return 0 in a.range and 0 in b.range and (a.minus_zero or b.minus_zero)


def clipped(m: Match) -> Node | None:
    """x, or the one limit that it can reach"""
    x, low, high = m.node.operands
    own, least, most = (m.views.facts(y) for y in m.node.operands)
    above, below = own.lower >= least.upper, own.upper <= most.lower
    if above and below:
        return x
    if below and least.upper <= most.lower:
        return o.maximum(x, low)
    return o.minimum(x, high) if above else None


# whole numbers and remainders ----------------------------------------------------------------------------------

def is_whole(m: Match) -> bool:
    """Whether the operand is a whole number."""
    return m.views.facts(m.node.inputs[0]).integer


def is_remainder(m: Match) -> bool:
    """Whether x lies between 0 and y."""
    x, y = m.views.facts(m["x"]), m.views.facts(m["y"])
    return x.nonnegative and _is_below(x, y)


def is_small(m: Match) -> bool:
    """Whether x lies between -y and y."""
    x, y = m.views.facts(m["x"]), m.views.facts(m["y"])
    return _is_below(x, y) and _is_below(Facts(-x.range), y)


def _is_below(x: Facts, y: Facts) -> bool:
    return x.upper < y.lower or (x.upper == y.lower < math.inf and (x.range.upper_open or y.range.lower_open))


# angles -------------------------------------------------------------------------------------------------------

def is_acute(m: Match) -> bool:
    """Whether x lies within a quarter turn of 0."""
    return _within(m, -math.pi / 2, math.pi / 2)


def is_in_upper_half(m: Match) -> bool:
    """Whether x lies between 0 and half a turn."""
    return _within(m, 0.0, math.pi)


def _within(m: Match, low: float, high: float) -> bool:
    """Whether x lies between two angles, as its dtype has them."""
    x, number = m.views.facts(m["x"]), m.node.dtype.type
    return x.lower >= float(number(low)) and x.upper <= float(number(high))


_acute = assumed(_x, lower=-1.5, upper=1.5)
_INVERSE = "in this range one function undoes the other"

RULES = (
    Rule(name="decided", phase=CANONICALIZE, lhs=AnyNode((*_COMPARISONS, *_CHECKS)), rhs=decided, keeps="bits",
         dtypes="fiu", why="known before anything is computed", domain={"x": _POSITIVE},
         examples=lambda: ((p.less(assumed(_x, "nonnegative"), 0), as_pattern(False)),
                           (p.greater(assumed(_x, "positive", "finite"), 0), as_pattern(True)),
                           (p.isfinite(p.tanh(assumed(_x, "finite"))), as_pattern(True)),
                           (p.signbit(p.exp(assumed(_x, "finite"))), as_pattern(False))),
         stays=lambda: (p.less(_x, 5), p.equal(_x, _y), p.greater(assumed(_x, lower=1), 1))),
    Rule(name="decided_for_numbers", phase=CANONICALIZE, lhs=AnyNode(_COMPARISONS), rhs=decided_for_numbers,
         why="known before anything is computed; a NaN counts as any number", domain={"x": _POSITIVE},
         examples=lambda: ((p.greater(assumed(_x, "positive"), 0), as_pattern(True)),
                           (p.greater_equal(p.multiply(_x, _x), 0), as_pattern(True)),
                           (p.less_equal(p.tanh(_x), 1), as_pattern(True)),
                           (p.not_equal(p.add(p.exp(_x), 1), 0.5), as_pattern(True))),
         stays=lambda: (p.greater(_x, 0), p.greater(p.exp(_x), 0), p.equal(_x, _y))),
    Rule(name="extreme", phase=CANONICALIZE, lhs=AnyNode(("maximum", "minimum")), rhs=extreme_to_the_bit, keeps="bits",
         dtypes="fiu", why="one operand is never beaten", domain={"x": _UNIT, "y": _HIGH},
         examples=lambda: ((p.maximum(assumed(_x, "nonnegative"), -1), assumed(_x, "nonnegative")),
                           (p.minimum(assumed(_x, upper=1), 1), assumed(_x, upper=1)),
                           (p.maximum(assumed(_x, "finite", upper=1), assumed(_y, lower=1)), None)),
         stays=lambda: (p.maximum(assumed(_x, "nonnegative"), 1), p.maximum(assumed(_x, upper=1), assumed(_y, lower=0)))),
    Rule(name="extreme_of_numbers", phase=CANONICALIZE, lhs=AnyNode(("maximum", "minimum")), rhs=extreme,
         why="one operand is never beaten; a NaN or a sign of zero of the other is lost",
         domain={"x": _UNIT, "y": _HIGH},
         examples=lambda: ((p.maximum(assumed(_x, "nonnegative"), 0), assumed(_x, "nonnegative")),
                           (p.maximum(0, p.square(_x)), p.square(_x)), (p.minimum(p.tanh(_x), p.cosh(_y)), p.tanh(_x))),
         stays=lambda: (p.maximum(_x, 0), p.maximum(assumed(_x, upper=1), assumed(_y, lower=0)))),
    Rule(name="clip_beyond", phase=CANONICALIZE, lhs=AnyNode(("clip",)), rhs=clipped, dtypes="fiu",
         why="a limit is never reached", domain={"x": Interval(1.0, 3.0)},
         examples=lambda: ((p.clip(assumed(_x, lower=0, upper=3), 0, 4), assumed(_x, lower=0, upper=3)),
                           (p.clip(assumed(_x, upper=3), 1, 4), p.maximum(assumed(_x, upper=3), 1)),
                           (p.clip(assumed(_x, lower=1), 1, 2), p.minimum(assumed(_x, lower=1), 2))),
         stays=lambda: (p.clip(_x, 1, 2), p.clip(assumed(_x, upper=3), 1, 2))),
    Rule(name="whole_rounded", phase=CANONICALIZE, lhs=AnyNode(("floor", "ceil", "trunc", "rint")),
         rhs=operand, when=is_whole, keeps="bits", why="a whole number is not rounded",
         domain={"x": Interval(-1e15, 1e15, integer=True)},
         examples=lambda: ((p.floor(assumed(_x, "integer")), assumed(_x, "integer")), (p.rint(p.multiply(p.ceil(_x), p.floor(_x))), None)),
         stays=lambda: (p.floor(_x), p.ceil(p.true_divide(p.floor(_x), 2)))),
    Rule(name="remainder_of_smaller", phase=CANONICALIZE, lhs=p.remainder(_x, _y), rhs=_x, when=is_remainder,
         dtypes="fiu", why="it is its own remainder", domain={"x": _UNIT},
         examples=lambda: ((p.remainder(assumed(_x, lower=0, upper=1), 2), assumed(_x, lower=0, upper=1)),),
         stays=lambda: (p.remainder(_x, 2), p.remainder(assumed(_x, lower=0, upper=2), 2))),
    Rule(name="fmod_of_smaller", phase=CANONICALIZE, lhs=p.fmod(_x, _y), rhs=_x, when=is_small,
         dtypes="fiu", why="it is its own remainder", domain={"x": _UNIT},
         examples=lambda: ((p.fmod(assumed(_x, lower=-1, upper=1), 2), assumed(_x, lower=-1, upper=1)),),
         stays=lambda: (p.fmod(_x, 2), p.fmod(assumed(_x, upper=2), 2))),
    Rule(name="quotient_of_smaller", phase=CANONICALIZE, lhs=p.floor_divide(_x, _y), rhs=as_pattern(0),
         when=is_remainder, dtypes="fiu", why="the divisor does not fit in", domain={"x": _UNIT},
         examples=lambda: ((p.floor_divide(assumed(_x, lower=0, upper=1), 2), as_pattern(0)),),
         stays=lambda: (p.floor_divide(_x, 2), p.floor_divide(assumed(_x, lower=0, upper=2), 2))),
    Rule(name="arcsin_sin", phase=CANONICALIZE, lhs=p.arcsin(p.sin(_x)), rhs=_x, when=is_acute, why=_INVERSE,
         domain={"x": _QUARTER_TURN},
         examples=lambda: ((p.arcsin(p.sin(_acute)), _acute),),
         stays=lambda: (p.arcsin(p.sin(_x)),)),
    Rule(name="arctan_tan", phase=CANONICALIZE, lhs=p.arctan(p.tan(_x)), rhs=_x, when=is_acute, why=_INVERSE,
         domain={"x": _QUARTER_TURN},
         examples=lambda: ((p.arctan(p.tan(_acute)), _acute),),
         stays=lambda: (p.arctan(p.tan(_x)),)),
    Rule(name="arccos_cos", phase=CANONICALIZE, lhs=p.arccos(p.cos(_x)), rhs=_x, when=is_in_upper_half, why=_INVERSE,
         domain={"x": Interval(0.0, 3.0)},
         examples=lambda: ((p.arccos(p.cos(assumed(_x, lower=0, upper=3))), assumed(_x, lower=0, upper=3)),),
         stays=lambda: (p.arccos(p.cos(_x)), p.arccos(p.cos(_acute)))),
)
