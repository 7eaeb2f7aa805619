"""Reference functions of rows that NumPy does not have, on float32 and float64 arrays."""

from __future__ import annotations

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


def erfc(x: Any) -> Any:
    """1 - erf(x), as ``math.erfc``: SciPy's loses three digits for large x.

    >>> float(erfc(np.float64(0.0)))
    1.0
    """
    x = np.asarray(x)
    found = np.fromiter(map(math.erfc, x.ravel().tolist()), np.float64, x.size)
    return found.reshape(x.shape).astype(x.dtype)[()]


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


# fused multiply-add ---------------------------------------------------------------------------------------

def fma(x: Any, y: Any, z: Any) -> Any:
    """x * y + z rounded once.

    >>> bool(fma(np.float64(1 + 2**-52), np.float64(1 - 2**-52), np.float64(-1.0)) == -(2.0**-104))
    True
    """
    x, y, z = np.broadcast_arrays(*map(np.asarray, (x, y, z)))
    with np.errstate(all="ignore"):
        result = _fma32(x, y, z) if x.dtype == np.float32 else _fma64(x, y, z)
    return result[()]


def _fma32(x: Array, y: Array, z: Array) -> Array:
    """The product is exact in float64; rounding the sum to odd there makes the second rounding right."""
    return _odd_sum(x.astype(np.float64) * y, z.astype(np.float64)).astype(np.float32)


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
