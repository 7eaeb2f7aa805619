"""Neutral and absorbing elements, negations, and operands that are equal."""

from __future__ import annotations

from typing import Any

from ...ops.spec import Interval
from ..pattern import Pattern, as_pattern, p, wilds
from ..rule import CANONICALIZE, Rule

_a, _b, _x, _y = wilds("a b x y")
_SAME = "the operation changes nothing"
_NO_PARTS = "the operation changes nothing, but makes NaN of an infinite part and 0"
_NOT_ZERO = Interval(-1e300, 1e300, avoid=(0.0,))


def _rule(name: str, lhs: Pattern, rhs: Pattern | bool | int, why: str, keeps: str = "bits", dtypes: str = "fiu",
          **columns: Any) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=as_pattern(rhs), why=why, keeps=keeps, dtypes=dtypes, **columns)


_NEUTRAL = (
    _rule("add_negative_zero", p.add(_x, -0.0), _x, _SAME, dtypes="f"),
    _rule("add_zero", p.add(_x, 0), _x, _SAME, "real", "fiuc"),
    _rule("subtract_zero", p.subtract(_x, 0.0), _x, _SAME, examples=lambda: ((p.subtract(_x, 0), _x),)),
    _rule("subtract_negative_zero", p.subtract(_x, -0.0), _x, _SAME, "real", "f"),
    _rule("subtract_from_negative_zero", p.subtract(-0.0, _x), p.negative(_x), "a negation needs no number", dtypes="f"),
    _rule("subtract_from_zero", p.subtract(0, _x), p.negative(_x), "a negation needs no number", "real", "fiuc"),
    _rule("multiply_one", p.multiply(_x, 1), _x, _SAME),
    _rule("multiply_minus_one", p.multiply(_x, -1), p.negative(_x), "a negation needs no number", dtypes="fi"),
    _rule("divide_one", p.true_divide(_x, 1), _x, _SAME, dtypes="f"),
    _rule("multiply_one_complex", p.multiply(_x, 1), _x, _NO_PARTS, "real", "c"),
    _rule("divide_one_complex", p.true_divide(_x, 1), _x, _NO_PARTS, "real", "c"),
    _rule("divide_minus_one", p.true_divide(_x, -1), p.negative(_x), "a negation costs less than a division",
          dtypes="f"),
    _rule("floor_divide_one", p.floor_divide(_x, 1), _x, _SAME, dtypes="iu"),
    _rule("positive", p.positive(_x), _x, _SAME, dtypes="fiuc"),
    _rule("and_true", p.logical_and(_x, True), _x, _SAME, dtypes="b"),
    _rule("or_false", p.logical_or(_x, False), _x, _SAME, dtypes="b"),
)

_ABSORBING = (
    _rule("multiply_zero", p.multiply(_x, 0), 0, "zero times any number is zero", "real", "fiuc"),
    _rule("zero_divided", p.true_divide(0, _x), 0, "zero divided by any other number is zero", "real", "f",
          domain={"x": _NOT_ZERO}),
    _rule("and_false", p.logical_and(_x, False), False, "false whatever the other operand", dtypes="b"),
    _rule("or_true", p.logical_or(_x, True), True, "true whatever the other operand", dtypes="b"),
)


_NEGATION = (
    _rule("double_negation", p.negative(p.negative(_x)), _x, "two negations undo each other", dtypes="fiuc"),
    _rule("not_not", p.logical_not(p.logical_not(_x)), _x, "two negations undo each other", dtypes="b"),
    _rule("add_negative", p.add(_a, p.negative(_b)), p.subtract(_a, _b), "one operation instead of two", dtypes="fiuc"),
    _rule("subtract_negative", p.subtract(_a, p.negative(_b)), p.add(_a, _b), "one operation instead of two", dtypes="fiuc"),
    _rule("absolute_negative", p.absolute(p.negative(_x)), p.absolute(_x), "the sign does not matter", dtypes="fi"),
    _rule("absolute_absolute", p.absolute(p.absolute(_x)), p.absolute(_x), "the sign is gone already", dtypes="fi"),
)

_EQUAL = (
    _rule("maximum_same", p.maximum(_x, _x), _x, "the operands are equal", dtypes="fiub"),
    _rule("minimum_same", p.minimum(_x, _x), _x, "the operands are equal", dtypes="fiub"),
    _rule("and_same", p.logical_and(_x, _x), _x, "the operands are equal", dtypes="b"),
    _rule("or_same", p.logical_or(_x, _x), _x, "the operands are equal", dtypes="b"),
    _rule("less_same", p.less(_x, _x), False, "nothing is less than itself", dtypes="fiub"),
    _rule("greater_same", p.greater(_x, _x), False, "nothing is greater than itself", dtypes="fiub"),
    _rule("equal_same", p.equal(_x, _x), True, "all numbers but NaN equal themselves", dtypes="iub"),
    _rule("not_equal_same", p.not_equal(_x, _x), False, "all numbers but NaN equal themselves", dtypes="iub"),
    _rule("less_equal_same", p.less_equal(_x, _x), True, "all numbers but NaN equal themselves", dtypes="iub"),
    _rule("greater_equal_same", p.greater_equal(_x, _x), True, "all numbers but NaN equal themselves", dtypes="iub"),
)

RULES = (*_NEUTRAL, *_ABSORBING, *_NEGATION, *_EQUAL)
