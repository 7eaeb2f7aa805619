"""Numbers between NumPy and SymPy: exact there, rounded once here."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from ..errors import UnsupportedError

_WHOLE, _DENOMINATOR = 2 ** 53, 2 ** 10      # beyond these a float is written as a Float
_DIGITS = 50
_LIMITS = {sympy.oo: math.inf, -sympy.oo: -math.inf, sympy.nan: math.nan}
_HUGE = 1200                                   # a power of two that is infinite, or whose inverse is zero


def to_number(value: Any) -> Any:
    """A NumPy scalar as a SymPy number of the same value, or None for what SymPy does not have.

    Whole numbers become Integers, and fractions such as 0.5 Rationals, so that SymPy can reason with them; other
    floats become Floats with all their bits.  The float nearest to π or e is taken to mean π or e.  SymPy has no
    −0.0, and refuses to compare NaN.

    >>> [to_number(np.float64(x)) for x in (2.0, 0.375, math.pi, -0.0)]
    [2, 3/8, pi, None]
    """
    if isinstance(value, np.bool_):
        return sympy.true if value else sympy.false
    if isinstance(value, np.integer):
        return sympy.Integer(int(value))
    if isinstance(value, np.complexfloating):
        parts = to_number(value.real), to_number(value.imag)
        return None if None in parts else parts[0] + sympy.I * parts[1]
    x = float(value)
    if math.isnan(x) or (x == 0 and math.copysign(1, x) < 0):
        return None
    if math.isinf(x):
        return sympy.oo if x > 0 else -sympy.oo
    for number, constant in ((math.pi, sympy.pi), (math.e, sympy.E)):
        if value == type(value)(number):
            return constant
    p, q = x.as_integer_ratio()
    simple = abs(p) < _WHOLE and q <= _DENOMINATOR
    return sympy.Rational(p, q) if simple else sympy.Float(x, precision=53)


def exact(number: Any) -> Fraction | None:
    """The value of an Integer, Rational or Float of moderate size; None for other numbers.

    >>> exact(sympy.Rational(1, 3))
    Fraction(1, 3)
    """
    if isinstance(number, sympy.Rational):
        return Fraction(int(number.p), int(number.q))
    if isinstance(number, sympy.Float):
        sign, mantissa, exponent, bits = map(int, number._mpf_)
        if abs(exponent + bits) < _HUGE:
            size = Fraction(mantissa << exponent if exponent > 0 else mantissa, 1 << max(-exponent, 0))
            return -size if sign else size
    return None


def rounded(number: Any, dtype: np.dtype[Any]) -> Any:
    """The value of a SymPy number in a float dtype, rounded once, to the nearest.

    Raises:
        UnsupportedError: it is not a real number.

    >>> rounded(sympy.Rational(1, 10), np.dtype("float32"))
    np.float32(0.1)
    """
    value = exact(number)
    if value is None:
        found = number.evalf(_DIGITS, maxn=10 * _DIGITS) if isinstance(number, sympy.Expr) else number
        if found in _LIMITS:
            return dtype.type(_LIMITS[found])
        if not isinstance(found, sympy.Float):
            raise UnsupportedError(f"{number} is not a real number; from_sympy reads real numbers only in this version")
        value = exact(found)
        if value is None:
            return dtype.type(_beyond(found))
    return nearest(value, dtype)


def _beyond(found: Any) -> float:
    """A Float that no dtype holds: an infinity or a zero."""
    sign, _, exponent, bits = found._mpf_
    return math.copysign(math.inf if exponent + bits > 0 else 0.0, -1.0 if sign else 1.0)


def nearest(value: Fraction, dtype: np.dtype[Any]) -> Any:
    """The float nearest to a fraction, to even between two.

    >>> nearest(Fraction(1, 3), np.dtype("float64"))
    np.float64(0.3333333333333333)
    """
    try:
        close = np.float64(value.numerator / value.denominator)
    except OverflowError:
        close = np.float64(math.copysign(math.inf, value))
    if dtype == np.float64:
        return close
    # Rounding twice can miss by one place where the first rounding lands between two floats.
    with np.errstate(all="ignore"):
        first = np.float32(close)
        around = [first, *(np.nextafter(first, np.float32(side)) for side in (-np.inf, np.inf))]
    if not np.isfinite(first):
        return first
    return min(filter(np.isfinite, around), key=lambda x: abs(Fraction(float(x)) - value))
