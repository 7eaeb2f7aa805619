"""Truth values and bits: neutral and absorbing operands, operands that are equal or opposite, and negations."""

from __future__ import annotations

from typing import Any

from ...dtypes import FLOAT64, INT64
from ..match import Match
from ..pattern import Pattern, as_pattern, p, wilds
from ..rule import CANONICALIZE, Rule

_x, _y = wilds("x y")
_and, _or, _xor, _not = p.logical_and, p.logical_or, p.logical_xor, p.logical_not
_KNOWN = "the result is known"
_SAME = "the operation changes nothing"
_ONE = "one operation instead of two"
_NAME = "one name for what is the same on bools"


def _rule(name: str, lhs: Pattern, rhs: Pattern | bool | int, why: str, dtypes: str = "b", **columns: Any) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=as_pattern(rhs), why=why, keeps="bits", dtypes=dtypes, **columns)


def is_total_order(m: Match) -> bool:
    """Whether the operands are integers or bools, of which one of any two is the larger or they are equal."""
    return m["x"].dtype.kind in "iub"


def _opposite(name: str, before: str, after: str) -> Rule:
    """The opposite of an order, where no operand can be NaN."""
    lhs, rhs = getattr(p, before), getattr(p, after)
    whole, real = p.cast(_x, dtype=INT64), p.cast(_x, dtype=FLOAT64)
    return _rule(name, _not(lhs(_x, _y)), rhs(_x, _y), "one operation instead of two; no integer is NaN",
                 when=is_total_order,
                 examples=lambda: ((_not(lhs(_x, _y)), rhs(_x, _y)), (_not(lhs(whole, _y)), rhs(whole, _y))),
                 stays=lambda: (_not(lhs(real, _y)),))


_NAMES = (
    _rule("bitwise_and_of_bools", p.bitwise_and(_x, _y), _and(_x, _y), _NAME),
    _rule("bitwise_or_of_bools", p.bitwise_or(_x, _y), _or(_x, _y), _NAME),
    _rule("bitwise_xor_of_bools", p.bitwise_xor(_x, _y), _xor(_x, _y), _NAME),
    _rule("invert_bool", p.invert(_x), _not(_x), _NAME),
    _rule("equal_true", p.equal(_x, True), _x, _SAME),
    _rule("equal_false", p.equal(_x, False), _not(_x), _NAME),
    _rule("not_equal_true", p.not_equal(_x, True), _not(_x), _NAME),
    _rule("not_equal_false", p.not_equal(_x, False), _x, _SAME),
)

_TRUTH = (
    _rule("xor_same", _xor(_x, _x), False, _KNOWN),
    _rule("xor_false", _xor(_x, False), _x, _SAME),
    _rule("xor_true", _xor(_x, True), _not(_x), "a negation needs no second operand"),
    _rule("and_opposite", _and(_x, _not(_x)), False, _KNOWN),
    _rule("or_opposite", _or(_x, _not(_x)), True, _KNOWN),
    _rule("xor_opposite", _xor(_x, _not(_x)), True, _KNOWN),
    _rule("and_or_absorbed", _and(_x, _or(_x, _y)), _x, _KNOWN),
    _rule("or_and_absorbed", _or(_x, _and(_x, _y)), _x, _KNOWN),
    _rule("and_of_negations", _and(_not(_x), _not(_y)), _not(_or(_x, _y)), "two operations instead of three"),
    _rule("or_of_negations", _or(_not(_x), _not(_y)), _not(_and(_x, _y)), "two operations instead of three"),
)

_OPPOSITES = (
    _rule("not_equal_from_not", _not(p.equal(_x, _y)), p.not_equal(_x, _y), _ONE),
    _rule("equal_from_not", _not(p.not_equal(_x, _y)), p.equal(_x, _y), _ONE),
    _opposite("not_less", "less", "greater_equal"),
    _opposite("not_less_equal", "less_equal", "greater"),
    _opposite("not_greater", "greater", "less_equal"),
    _opposite("not_greater_equal", "greater_equal", "less"),
)

_BITS = (
    _rule("bits_and_zero", p.bitwise_and(_x, 0), 0, _KNOWN, "iu"),
    _rule("bits_and_ones", p.bitwise_and(_x, -1), _x, _SAME, "i"),
    _rule("bits_and_same", p.bitwise_and(_x, _x), _x, _SAME, "iu"),
    _rule("bits_or_zero", p.bitwise_or(_x, 0), _x, _SAME, "iu"),
    _rule("bits_or_ones", p.bitwise_or(_x, -1), -1, _KNOWN, "i"),
    _rule("bits_or_same", p.bitwise_or(_x, _x), _x, _SAME, "iu"),
    _rule("bits_xor_zero", p.bitwise_xor(_x, 0), _x, _SAME, "iu"),
    _rule("bits_xor_ones", p.bitwise_xor(_x, -1), p.invert(_x), "an inversion needs no second operand", "i"),
    _rule("bits_xor_same", p.bitwise_xor(_x, _x), 0, _KNOWN, "iu"),
    _rule("invert_twice", p.invert(p.invert(_x)), _x, "two inversions undo each other", "iu"),
)

RULES = (*_NAMES, *_TRUTH, *_OPPOSITES, *_BITS)
