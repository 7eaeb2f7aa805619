"""Reference functions of rows that NumPy does not have, on float32 and float64 arrays."""

from __future__ import annotations

import importlib
import math
from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


# stable functions -----------------------------------------------------------------------------------------

def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow in between.

    >>> sigmoid(np.array([-np.inf, 0.0, np.inf]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.where(np.less(x, 0), e, np.ones_like(e)) / (1 + e)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow in between.

    >>> softplus(np.array([-800.0, 800.0]))
    array([  0., 800.])
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log1mexp(x: Any) -> Any:
    """log(1 - exp(x)), by expm1 where that is small, and by log1p elsewhere.

    >>> log1mexp(np.array([-np.inf, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(all="ignore"):
        return np.where(np.greater(x, -0.6931471805599453), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))[()]


def compound(x: Any, y: Any) -> Any:
    """(1 + x)**y, by log1p for small x.

    >>> round(float(compound(1e-12, 1e12)), 12)
    2.718281828458
    """
    x, y = _floats(x, y)
    with np.errstate(all="ignore"):
        return np.where(np.abs(x) < 1 / 64, np.exp(y * np.log1p(x)), np.power(1 + x, y))[()]


def compoundm1(x: Any, y: Any) -> Any:
    """(1 + x)**y - 1, by log1p and expm1 where x or the result is small.

    >>> float(compoundm1(1e-20, 3.0))
    3e-20
    """
    x, y = _floats(x, y)
    with np.errstate(all="ignore"):
        exponent = y * np.log1p(x)
        near = (np.abs(exponent) < 1) | ((np.abs(x) < 1 / 64) & ~np.isnan(exponent))
        return np.where(near, np.expm1(exponent), np.power(1 + x, y) - 1)[()]


def _floats(x: Any, y: Any) -> tuple[Array, Array]:
    """Operands as arrays of their common float dtype."""
    dtype = np.exp(np.zeros((), np.result_type(x, y))).dtype
    return np.asarray(x, dtype), np.asarray(y, dtype)


def erfc(x: Any) -> Any:
    """1 - erf(x), as ``math.erfc``: SciPy's loses three digits for large x.

    >>> float(erfc(np.float64(0.0)))
    1.0
    """
    x = np.asarray(x)
    if x.dtype.kind == "c":
        return importlib.import_module("scipy.special").erfc(x)
    found = np.fromiter(map(math.erfc, x.ravel().tolist()), np.float64, x.size)
    return found.reshape(x.shape).astype(x.dtype)[()]


# half turns ------------------------------------------------------------------------------------------------

def _as_float(x: Any) -> Any:
    """Numbers in the dtype that NumPy's functions of floats give them."""
    x = np.asarray(x)
    return x.astype(np.sin(x[:0] if x.ndim else x.reshape(1)[:0]).dtype)


def sinpi(x: Any) -> Any:
    """sin(pi * x), with the argument reduced exactly.

    >>> sinpi(np.array([0.5, 1e22, -3.0]))
    array([ 1.,  0., -0.])
    """
    x = _as_float(x)
    r = x - 2 * np.rint(x / 2)
    t = np.where(np.abs(r) > 0.5, np.copysign(1, r) - r, r).astype(x.dtype)
    return np.where(t == 0, 0 * x, np.sin(np.pi * t))[()]


def cospi(x: Any) -> Any:
    """cos(pi * x), with the argument reduced exactly.

    >>> cospi(np.array([0.5, 1e22, -3.0]))
    array([ 0.,  1., -1.])
    """
    x = _as_float(x)
    return np.sin(np.pi * (0.5 - np.abs(x - 2 * np.rint(x / 2))))


# roots and squares ----------------------------------------------------------------------------------------

def square(x: Any) -> Any:
    """x * x, of floats.

    >>> float(square(np.float64(-3.0)))
    9.0
    """
    return np.multiply(x, x)


def rsqrt(x: Any) -> Any:
    """1 / sqrt(x).

    >>> rsqrt(np.array([0.25, np.inf]))
    array([2., 0.])
    """
    return 1 / np.sqrt(x)


def rsqrt_cubed(x: Any) -> Any:
    """1 / (x * sqrt(x)).

    >>> rsqrt_cubed(np.array([0.25, np.inf]))
    array([8., 0.])
    """
    return 1 / (x * np.sqrt(x))


def inverse_scale(x: Any) -> Any:
    """The power of two by which x comes to [1, 2), where that is normal.

    >>> inverse_scale(np.array([3.0, -0.25, 0.0, np.inf])).tolist()
    [0.5, 4.0, 4.49423283715579e+307, 2.2250738585072014e-308]
    """
    x = _as_float(x)
    limits = np.finfo(x.dtype)
    exponent = np.where(np.isfinite(x), np.where(x == 0, limits.minexp, np.frexp(x)[1] - 1), limits.maxexp)
    return np.ldexp(np.ones((), x.dtype), -np.clip(exponent, limits.minexp, limits.maxexp - 2))[()]


def sqrt_product(x: Any, y: Any) -> Any:
    """sqrt(x * y), without overflow in between.

    >>> float(sqrt_product(np.float64(1e300), np.float64(4e200)))
    2e+250
    """
    dtype = np.sqrt(np.ones((), np.result_type(x, y))).dtype
    (a, n), (b, m) = (np.frexp(np.asarray(operand).astype(dtype)) for operand in (x, y))
    even = (n + m) // 2
    return np.ldexp(np.sqrt(np.ldexp(a * b, n + m - 2 * even)), even)


def discriminant_root(b: Any, a: Any, c: Any) -> Any:
    """sqrt(b*b - a*c) of scaled operands, with the errors of both products (Kahan, "On the Cost of Floating-Point
    Computation Without Extra-Precise Arithmetic", 2004).

    >>> float(discriminant_root(np.float64(5e200), np.float64(4e200), np.float64(4e200)))
    3e+200
    """
    dtype = np.sqrt(np.ones((), np.result_type(b, a, c))).dtype
    b, a, c = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (b, a, c)))
    with np.errstate(all="ignore"):
        if dtype.itemsize < 8:
            return np.sqrt(b * b - a * c).astype(dtype)[()]
        (b, eb), (a, ea), (c, ec) = map(_parts, (b, a, c))
        half = (np.maximum(2 * eb, ea + ec) + 1) >> 1
        square, lost = _two_product(*(np.ldexp(b, np.maximum(eb - half, -2000)),) * 2)
        product, rest = _two_product(np.ldexp(a, np.maximum(ea + ec - 2 * half, -900)), c)
        both = lost - rest
        return np.ldexp(np.sqrt(square - product + np.where(np.isfinite(both), both, 0)), half)[()]


def _parts(x: Array) -> tuple[Array, Array]:
    """Mantissa and exponent: that of 0 is below all others, that of an infinity above."""
    mantissa, exponent = np.frexp(x)
    return mantissa, np.where(mantissa == 0, -5000, np.where(np.isfinite(x), exponent, 5000))


# fused multiply-add ---------------------------------------------------------------------------------------

def fma(x: Any, y: Any, z: Any) -> Any:
    """x * y + z rounded once.

    >>> bool(fma(np.float64(1 + 2**-52), np.float64(1 - 2**-52), np.float64(-1.0)) == -(2.0**-104))
    True
    """
    x, y, z = np.broadcast_arrays(*map(np.asarray, (x, y, z)))
    with np.errstate(all="ignore"):
        result = _fma64(x, y, z) if x.dtype == np.float64 else _fma_narrow(x, y, z)
    return result[()]


def _fma_narrow(x: Array, y: Array, z: Array) -> Array:
    """The product is exact in float64; rounding the sum to odd there makes the second rounding right."""
    return _odd_sum(x.astype(np.float64) * y, z.astype(np.float64)).astype(x.dtype)


def _fma64(x: Array, y: Array, z: Array) -> Array:
    finite = np.isfinite(x) & np.isfinite(y)
    result = np.where(finite & ~np.isfinite(z), z, x * y + z)
    fast = _moderate(x, 480) & _moderate(y, 480) & _moderate(z, 960)
    result = np.where(fast, _fma_by_parts(x, y, z), result)
    slow = finite & np.isfinite(z) & ~fast & (x != 0) & (y != 0)
    result[slow] = [_fma_by_fractions(*map(float, v)) for v in zip(x[slow], y[slow], z[slow], strict=True)]
    return result


def _moderate(x: Array, limit: int) -> Array:
    """Exponents for which no part below over- or underflows."""
    size = np.abs(x)
    inside: Array = (size > 2.0 ** -limit) & (size < 2.0 ** limit)
    return inside


def _fma_by_parts(x: Array, y: Array, z: Array) -> Array:
    """Boldo and Melquiond, "Emulation of FMA and correctly rounded sums" (IEEE Trans. Computers 57, 2008)."""
    high, low = _two_product(x, y)
    middle, tail = _two_sum(z, low)
    top, rest = _two_sum(high, middle)
    return top + _odd_sum(tail, rest)


def _two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded sum and its error, exactly (Knuth)."""
    s = a + b
    other = s - a
    return s, (a - (s - other)) + (b - other)


def _two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded product and its error, exactly (Dekker)."""
    p = a * b
    (ah, al), (bh, bl) = _halves(a), _halves(b)
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


def _halves(a: Array) -> tuple[Array, Array]:
    scaled = a * 134217729.0
    high = scaled - (scaled - a)
    return high, a - high


def _odd_sum(a: Array, b: Array) -> Array:
    """a + b in float64, rounded to the neighbour with an odd last bit if it is not exact."""
    s, error = _two_sum(a, b)
    even = (s.view(np.int64) & 1) == 0
    move = even & np.isfinite(s) & (error != 0)
    odd: Array = np.where(move, np.nextafter(s, np.copysign(np.inf, error)), s)
    return odd


def _fma_by_fractions(x: float, y: float, z: float) -> float:
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if exact == 0:
        return x * y + z
    try:
        return float(exact)
    except OverflowError:
        return float("inf") if exact > 0 else float("-inf")
