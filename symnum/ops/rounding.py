"""Rounding to whole numbers, and the parts of a float: sign, exponent, mantissa, neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import complex_parts, dtype_rules
from .elementwise import NOT_REAL, composed, head, locally_constant, one, row
from .spec import Interval, OpSpec, Text

_WIDE, _NOT_ZERO = Interval(-1e3, 1e3), Interval(-1e3, 1e3, avoid=(0.0,))
_WHOLE = "exact idempotent increasing locally_constant"


def _c(name: str) -> Text:
    """Whole numbers are left as they are."""
    return Text(f=name + "{s}({0})", i="{0}", u="{0}", b="{0}")


def _half_even(S: Any, x: Any) -> Any:
    """floor(x + 1/2), less 1 where that rounds a half up to an odd number."""
    shifted = x + S.Rational(1, 2)
    return S.floor(shifted) - S.Piecewise((1, S.Eq(S.Mod(shifted, 2), 1)), (0, True))


def _exponent(S: Any, x: Any) -> Any:
    return S.Piecewise((0, S.Eq(x, 0)), (S.floor(S.log(S.Abs(x)) / S.log(2)) + 1, True))


floor = row(
    "floor", "Largest whole number that is not above x.", np.floor, _WIDE, partials=locally_constant,
    sympy=head("floor"), c=_c("floor"), facts=_WHOLE + " zero_preserving")

ceil = row(
    "ceil", "Smallest whole number that is not below x.", np.ceil, _WIDE, partials=locally_constant,
    sympy=head("ceiling"), c=_c("ceil"), facts=_WHOLE + " zero_preserving")

trunc = row(
    "trunc", "x without its fraction.", np.trunc, _WIDE, partials=locally_constant,
    sympy=composed(lambda S, x: S.sign(x) * S.floor(S.Abs(x))), c=_c("trunc"),
    facts=_WHOLE + " odd zero_preserving")

rint = row(
    "rint", "Nearest whole number, halves to the even one; always a float.", np.rint, _WIDE,
    partials=locally_constant, sympy=composed(_half_even), c=Text(f="rint{s}({0})"),
    facts=_WHOLE + " odd zero_preserving", complex=complex_parts.rint)

copysign = row(
    "copysign", "The size of x with the sign of y, of zeros and NaN too.", np.copysign, _NOT_ZERO,
    partials=lambda o, z, x, y: (o.sign(x) * o.copysign(1.0, y), None),
    sympy=composed(lambda S, x, y: S.Abs(x) * S.Piecewise((-1, y < 0), (1, True))),
    c=Text(f="copysign{s}({0}, {1})"), facts="associative exact idempotent zero_preserving")

nextafter = row(
    "nextafter", "The float after x on the way to y; y itself if they are equal, NaN if one of them is.  "
    "Its derivative by x is 1.",
    np.nextafter, _NOT_ZERO, partials=lambda o, z, x, y: (1.0, None), sympy=NOT_REAL,
    c=Text(f="sn_nextafter_{k}({0}, {1})"), facts="exact idempotent zero_preserving", cost=3.0)

spacing = row(
    "spacing", "Distance from x to the next float away from 0, with x's sign; NaN at infinities.", np.spacing,
    _NOT_ZERO, partials=locally_constant, sympy=NOT_REAL, c=Text(f="sn_spacing_{k}({0})"),
    facts="exact locally_constant", cost=2.0)

ldexp = row(
    "ldexp", "x * 2**n for an integer n (int32 or int64), rounded once.", np.ldexp, _WIDE,
    Interval(-20, 20, integer=True), partials=lambda o, z, x, n: (o.ldexp(one(o, x), n), None),
    sympy=composed(lambda S, x, n: x * S.Integer(2) ** n), c=Text(f="sn_ldexp_{k}({0}, {1})"),
    facts="exact smooth zero_preserving", cost=16.0)

# The two results of NumPy's frexp, which is made of them.
frexp_mantissa = row(
    "frexp_mantissa", "x * 2**-frexp_exponent(x), in [1/2, 1) by size; x itself if it is 0, infinite or NaN.",
    lambda x: np.frexp(x)[0], _NOT_ZERO, arity=1, dtype=dtype_rules.by_ufunc(np.spacing),
    partials=lambda o, z, x: (o.ldexp(one(o, x), -o.frexp_exponent(x)),),
    sympy=composed(lambda S, x: x * S.Integer(2) ** -_exponent(S, x)),
    c=Text(f="sn_frexp_mantissa_{k}({0})"), facts="exact idempotent odd zero_preserving", cost=3.0)

frexp_exponent = row(
    "frexp_exponent", "The int32 n with |x| in [2**(n-1), 2**n); 0 if x is 0, infinite or NaN.",
    lambda x: np.frexp(x)[1], _NOT_ZERO, arity=1, dtype=dtype_rules.exponent, partials=locally_constant,
    sympy=composed(_exponent), c=Text(f="sn_frexp_exponent_{k}({0})"),
    facts="exact even locally_constant zero_preserving", cost=3.0)

ROWS: tuple[OpSpec, ...] = (
    floor, ceil, trunc, rint, copysign, nextafter, spacing, ldexp, frexp_mantissa, frexp_exponent)
