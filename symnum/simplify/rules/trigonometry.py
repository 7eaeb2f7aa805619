"""Circular and hyperbolic functions: squares that add up, quotients and products of two of them."""

from __future__ import annotations

from typing import Any

from ...ir.build import o
from ...ops.spec import Interval
from ..match import Match
from ..pattern import Pattern, as_pattern, p, wild
from ..rule import CANONICALIZE, STABILIZE, Rule

_x = wild("x")
_sin, _cos, _tan, _sinh, _cosh, _tanh = p.sin, p.cos, p.tan, p.sinh, p.cosh, p.tanh
_NOT_ZERO = {"x": Interval(-1e300, 1e300, avoid=(0.0,))}
_CANCELS = "the difference cancels where the square is near 1"


def _rule(name: str, phase: str, lhs: Pattern, rhs: Pattern | int, why: str, **columns: Any) -> Rule:
    return Rule(name=name, phase=phase, lhs=lhs, rhs=as_pattern(rhs), why=why, **columns)


def is_sole_pair(m: Match) -> bool:
    """Whether sin(x) and cos(x) are not both needed by others."""
    return _is_sole(m, "sin", "cos")


def is_sole_hyperbolic_pair(m: Match) -> bool:
    """Whether sinh(x) and cosh(x) are not both needed by others."""
    return _is_sole(m, "sinh", "cosh")


def _is_sole(m: Match, *names: str) -> bool:
    return any(m.views.count(getattr(o, name)(m["x"])) <= 1 for name in names)


RULES = (
    # squares
    _rule("sin_cos_squares", CANONICALIZE, _sin(_x)**2 + _cos(_x)**2, 1, "the sum is 1 everywhere"),
    _rule("cosh_sinh_squares", CANONICALIZE, _cosh(_x)**2 - _sinh(_x)**2, 1, "the difference is 1 everywhere"),
    _rule("one_minus_sin_square", CANONICALIZE, 1 - _sin(_x)**2, _cos(_x)**2, f"one operation less, and {_CANCELS}"),
    _rule("one_minus_cos_square", STABILIZE, 1 - _cos(_x)**2, _sin(_x)**2, _CANCELS),
    _rule("one_minus_tanh_square", STABILIZE, 1 - _tanh(_x)**2, 1 / _cosh(_x)**2, _CANCELS),
    _rule("cosh_square_minus_one", STABILIZE, _cosh(_x)**2 - 1, _sinh(_x)**2, _CANCELS),
    _rule("one_plus_sinh_square", CANONICALIZE, 1 + _sinh(_x)**2, _cosh(_x)**2, "one operation less"),
    # two functions of one argument
    _rule("sin_over_cos", CANONICALIZE, _sin(_x) / _cos(_x), _tan(_x), "one function instead of two",
          when=is_sole_pair, stays=lambda: (_sin(_x) / _cos(_x) + _sin(_x) * p.exp(_cos(_x)),)),
    _rule("tan_times_cos", CANONICALIZE, _tan(_x) * _cos(_x), _sin(_x), "one function instead of two"),
    _rule("sinh_over_cosh", CANONICALIZE, _sinh(_x) / _cosh(_x), _tanh(_x),
          "one function instead of two, which does not overflow", when=is_sole_hyperbolic_pair,
          stays=lambda: (_sinh(_x) / _cosh(_x) + _sinh(_x) * p.exp(_cosh(_x)),)),
    _rule("cosh_over_sinh", STABILIZE, _cosh(_x) / _sinh(_x), 1 / _tanh(_x), "both overflow where their quotient is near 1",
          domain={"x": Interval(-1e4, 1e4, avoid=(0.0,))}),
    _rule("tanh_times_cosh", CANONICALIZE, _tanh(_x) * _cosh(_x), _sinh(_x), "one function instead of two"),
)
