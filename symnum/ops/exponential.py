"""Exponentials, logarithms, and the logistic family that is built from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import complex_parts, dtype_rules
from .elementwise import LIBRARY, composed, head, row
from .reference import sigmoid as stable_sigmoid
from .reference import softplus as stable_softplus
from .spec import Interval, OpSpec, Text

_LN2, _LOG2_E, _LOG10_E = 0.6931471805599453, 1.4426950408889634, 0.4342944819032518
_EXPONENT, _POSITIVE = Interval(-700.0, 700.0), Interval(1e-6, 1e6)
_ABOVE_MINUS_1, _TERM = Interval(-0.999, 1e6), Interval(-300.0, 300.0)


def _share(o: Any, u: Any, v: Any, difference: Any) -> Any:
    """The part of the first term in a sum of exponentials; 1/2 for equal infinities too."""
    return o.where(o.equal(u, v), 0.5, o.sigmoid(difference))


exp = row(
    "exp", "e to the power x; 0 at -inf.", np.exp, _EXPONENT, partials=lambda o, z, x: (z,),
    sympy=head("exp"), c=Text(f="exp{s}({0})"), facts="increasing smooth", tol=LIBRARY, cost=8.0,
    complex=complex_parts.exp)

exp2 = row(
    "exp2", "2 to the power x; 0 at -inf.", np.exp2, Interval(-1000.0, 1000.0),
    partials=lambda o, z, x: (_LN2 * z,), sympy=composed(lambda S, x: S.Integer(2) ** x),
    c=Text(f="exp2{s}({0})"), facts="increasing smooth", tol=LIBRARY, cost=8.0, complex=complex_parts.exp2)

expm1 = row(
    "expm1", "exp(x) - 1 without cancellation near 0.", np.expm1, _EXPONENT,
    partials=lambda o, z, x: (o.exp(x),), sympy=composed(lambda S, x: S.exp(x) - 1),
    c=Text(f="expm1{s}({0})"), facts="increasing smooth zero_preserving", tol=LIBRARY, cost=10.0,
    complex=complex_parts.expm1)

log = row(
    "log", "Natural logarithm; -inf at 0, NaN below.", np.log, _POSITIVE,
    partials=lambda o, z, x: (o.reciprocal(x),), sympy=head("log"), c=Text(f="log{s}({0})"),
    facts="increasing smooth", tol=LIBRARY, cost=12.0, complex=complex_parts.log)

log2 = row(
    "log2", "Logarithm to base 2; -inf at 0, NaN below.", np.log2, _POSITIVE,
    partials=lambda o, z, x: (_LOG2_E / x,), sympy=composed(lambda S, x: S.log(x) / S.log(2)),
    c=Text(f="log2{s}({0})"), facts="increasing smooth", tol=LIBRARY, cost=12.0, complex=complex_parts.log2)

log10 = row(
    "log10", "Logarithm to base 10; -inf at 0, NaN below.", np.log10, _POSITIVE,
    partials=lambda o, z, x: (_LOG10_E / x,), sympy=composed(lambda S, x: S.log(x) / S.log(10)),
    c=Text(f="log10{s}({0})"), facts="increasing smooth", tol=LIBRARY, cost=12.0, complex=complex_parts.log10)

log1p = row(
    "log1p", "log(1 + x) without cancellation near 0; -inf at -1, NaN below.", np.log1p, _ABOVE_MINUS_1,
    partials=lambda o, z, x: (o.reciprocal(1.0 + x),), sympy=composed(lambda S, x: S.log(1 + x)),
    c=Text(f="log1p{s}({0})"), facts="increasing smooth zero_preserving", tol=LIBRARY, cost=16.0,
    complex=complex_parts.log1p)

logaddexp = row(
    "logaddexp", "log(exp(x) + exp(y)) without overflow: the larger operand + log1p(exp(-|x - y|)).  The "
    "derivatives are sigmoid(x - y) and sigmoid(y - x), each 1/2 where x = y.",
    np.logaddexp, _TERM, c=Text(f="sn_logaddexp_{k}({0}, {1})"),
    partials=lambda o, z, x, y: (_share(o, x, y, x - y), _share(o, x, y, y - x)),
    sympy=composed(lambda S, x, y: S.log(S.exp(x) + S.exp(y))),
    facts="associative commutative increasing smooth", tol=LIBRARY, cost=50.0)

logaddexp2 = row(
    "logaddexp2", "log2(2**x + 2**y) without overflow: the larger operand + log2(1 + 2**-|x - y|).",
    np.logaddexp2, _TERM, c=Text(f="sn_logaddexp2_{k}({0}, {1})"),
    partials=lambda o, z, x, y: (_share(o, x, y, (x - y) * _LN2), _share(o, x, y, (y - x) * _LN2)),
    sympy=composed(lambda S, x, y: S.log(S.Integer(2) ** x + S.Integer(2) ** y) / S.log(2)),
    facts="associative commutative increasing smooth", tol=LIBRARY, cost=50.0)

sigmoid = row(
    "sigmoid", "Logistic function 1 / (1 + exp(-x)), computed from exp(-|x|): 0 at -inf, 1 at inf.",
    stable_sigmoid, _EXPONENT, arity=1, dtype=dtype_rules.floating, c=Text(f="sn_sigmoid_{k}({0})"),
    partials=lambda o, z, x: (z * o.sigmoid(-x),), sympy=composed(lambda S, x: 1 / (1 + S.exp(-x))),
    facts="increasing smooth", tol=LIBRARY, cost=18.0, aliases=("expit",))

softplus = row(
    "softplus", "log(1 + exp(x)), computed as max(x, 0) + log1p(exp(-|x|)): 0 at -inf, inf at inf.  "
    "log(sigmoid(x)) is -softplus(-x).",
    stable_softplus, _EXPONENT, arity=1, dtype=dtype_rules.floating, c=Text(f="sn_softplus_{k}({0})"),
    partials=lambda o, z, x: (o.sigmoid(x),), sympy=composed(lambda S, x: S.log(1 + S.exp(x))),
    facts="increasing smooth", tol=LIBRARY, cost=45.0)

ROWS: tuple[OpSpec, ...] = (
    exp, exp2, expm1, log, log2, log10, log1p, logaddexp, logaddexp2, sigmoid, softplus)
