"""Circular and hyperbolic functions and their inverses, in radians."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import complex_circular, dtype_rules
from .elementwise import LIBRARY, composed, head, row
from .spec import Interval, OpSpec, Text

_ANGLE, _WIDE, _UNIT = Interval(-1e3, 1e3), Interval(-1e3, 1e3), Interval(-0.999, 0.999)
_DEGREES = 57.29577951308232
# Coefficients in u**2 of the derivative of sin(u)/u, after a factor -u; enough for u < 0.8.
_SINC_SLOPE = tuple((-1) ** k * 2 * (k + 1) / math.factorial(2 * k + 3) for k in range(8))


def _c(name: str) -> Text:
    return Text(f=name + "{s}({0})")


def _sinc_partials(o: Any, z: Any, x: Any) -> tuple[Any]:
    """cos(pi x)/x - sinc(x)/x, and its power series where the two cancel."""
    u = math.pi * x
    square, series = u * u, _SINC_SLOPE[-1]
    for coefficient in reversed(_SINC_SLOPE[:-1]):
        series = coefficient + square * series
    near = (-math.pi) * u * series
    return (o.where(o.less(o.absolute(x), 0.25), near, (o.cos(u) - z) / x),)


sin = row(
    "sin", "Sine; NaN at infinities.", np.sin, _ANGLE, partials=lambda o, z, x: (o.cos(x),),
    sympy=head("sin"), c=_c("sin"), facts="odd smooth zero_preserving", tol=LIBRARY, cost=13.0,
    complex=complex_circular.sin)

cos = row(
    "cos", "Cosine; NaN at infinities.", np.cos, _ANGLE, partials=lambda o, z, x: (-o.sin(x),),
    sympy=head("cos"), c=_c("cos"), facts="even smooth", tol=LIBRARY, cost=13.0, complex=complex_circular.cos)

tan = row(
    "tan", "Tangent; NaN at infinities.", np.tan, Interval(-1.5, 1.5),
    partials=lambda o, z, x: (1.0 + z * z,), sympy=head("tan"), c=_c("tan"),
    facts="odd smooth zero_preserving", tol=LIBRARY, cost=18.0, complex=complex_circular.tan)

arcsin = row(
    "arcsin", "Inverse sine in [-pi/2, pi/2]; NaN outside [-1, 1].", np.arcsin, _UNIT,
    partials=lambda o, z, x: (o.reciprocal(o.sqrt((1.0 - x) * (1.0 + x))),), sympy=head("asin"), c=_c("asin"),
    facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=20.0, aliases=("asin",),
    complex=complex_circular.arcsin)

arccos = row(
    "arccos", "Inverse cosine in [0, pi]; NaN outside [-1, 1].", np.arccos, _UNIT,
    partials=lambda o, z, x: (-o.reciprocal(o.sqrt((1.0 - x) * (1.0 + x))),), sympy=head("acos"),
    c=_c("acos"), facts="smooth", tol=LIBRARY, cost=22.0, aliases=("acos",), complex=complex_circular.arccos)

arctan = row(
    "arctan", "Inverse tangent in [-pi/2, pi/2].", np.arctan, _WIDE,
    partials=lambda o, z, x: (o.reciprocal(1.0 + x * x),), sympy=head("atan"), c=_c("atan"),
    facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=24.0, aliases=("atan",),
    complex=complex_circular.arctan)


def _arctan2_partials(o: Any, z: Any, y: Any, x: Any) -> tuple[Any, Any]:
    r = o.hypot(y, x)
    return x / r / r, -(y / r / r)


arctan2 = row(
    "arctan2", "Angle of the point (x, y) from the positive x-axis, operands (y, x), in [-pi, pi]; signed "
    "zeros and infinities as in C.  Its derivative at the origin is NaN.",
    np.arctan2, Interval(-1e3, 1e3, avoid=(0.0,)), partials=_arctan2_partials, sympy=head("atan2"),
    c=Text(f="atan2{s}({0}, {1})"), facts="smooth zero_preserving", tol=LIBRARY, cost=33.0,
    aliases=("atan2",))

sinh = row(
    "sinh", "Hyperbolic sine.", np.sinh, Interval(-700.0, 700.0), partials=lambda o, z, x: (o.cosh(x),),
    sympy=head("sinh"), c=_c("sinh"), facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=20.0,
    complex=complex_circular.sinh)

cosh = row(
    "cosh", "Hyperbolic cosine.", np.cosh, Interval(-700.0, 700.0), partials=lambda o, z, x: (o.sinh(x),),
    sympy=head("cosh"), c=_c("cosh"), facts="even smooth", tol=LIBRARY, cost=14.0, complex=complex_circular.cosh)

# 1 - tanh(x)**2 would have lost all its digits at x = 19.
tanh = row(
    "tanh", "Hyperbolic tangent; its derivative is 1/cosh(x)**2, accurate for large x too.", np.tanh,
    Interval(-300.0, 300.0), partials=lambda o, z, x: (o.square(o.reciprocal(o.cosh(x))),),
    sympy=head("tanh"), c=_c("tanh"), facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=32.0,
    complex=complex_circular.tanh)

def _arcsinh_partials(o: Any, z: Any, x: Any) -> tuple[Any]:
    """1/sqrt(1 + x*x); of real numbers without overflow in between."""
    return (o.reciprocal(o.sqrt(1.0 + x * x) if x.dtype.kind == "c" else o.hypot(x, 1.0)),)


arcsinh = row(
    "arcsinh", "Inverse hyperbolic sine.", np.arcsinh, Interval(-1e6, 1e6),
    partials=_arcsinh_partials, sympy=head("asinh"), c=_c("asinh"),
    facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=45.0, aliases=("asinh",),
    complex=complex_circular.arcsinh)

arccosh = row(
    "arccosh", "Inverse hyperbolic cosine, not negative; NaN below 1.", np.arccosh, Interval(1.001, 1e6),
    partials=lambda o, z, x: (o.reciprocal(o.sqrt(x - 1.0) * o.sqrt(x + 1.0)),), sympy=head("acosh"),
    c=_c("acosh"), facts="increasing smooth", tol=LIBRARY, cost=46.0, aliases=("acosh",),
    complex=complex_circular.arccosh)

arctanh = row(
    "arctanh", "Inverse hyperbolic tangent; infinite at -1 and 1, NaN outside.", np.arctanh, _UNIT,
    partials=lambda o, z, x: (o.reciprocal((1.0 - x) * (1.0 + x)),), sympy=head("atanh"), c=_c("atanh"),
    facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=32.0, aliases=("atanh",),
    complex=complex_circular.arctanh)

# The factors are rounded quotients of the rounded pi, as in NumPy.
deg2rad = row(
    "deg2rad", "Degrees to radians: x * (pi / 180).", np.deg2rad, _WIDE,
    partials=lambda o, z, x: (1.0 / _DEGREES,), sympy=composed(lambda S, x: x * S.pi / 180),
    c=Text(f="{0} * (({T})3.141592653589793 / ({T})180)"),
    facts="exact increasing linear odd smooth zero_preserving", aliases=("radians",))

rad2deg = row(
    "rad2deg", "Radians to degrees: x * (180 / pi).", np.rad2deg, _WIDE,
    partials=lambda o, z, x: (_DEGREES,), sympy=composed(lambda S, x: x * 180 / S.pi),
    c=Text(f="{0} * (({T})180 / ({T})3.141592653589793)"),
    facts="exact increasing linear odd smooth zero_preserving", aliases=("degrees",))

sinc = row(
    "sinc", "sin(pi x) / (pi x), 1 at 0; the product pi x is rounded, as in NumPy.", np.sinc,
    Interval(-20.0, 20.0, avoid=(0.0,)), arity=1, dtype=dtype_rules.inexact, partials=_sinc_partials,
    sympy=composed(lambda S, x: S.sinc(S.pi * x)), c=Text(f="sn_sinc_{k}({0})"), facts="even smooth",
    tol=LIBRARY, cost=19.0)

ROWS: tuple[OpSpec, ...] = (
    sin, cos, tan, arcsin, arccos, arctan, arctan2, sinh, cosh, tanh, arcsinh, arccosh, arctanh, deg2rad,
    rad2deg, sinc)
