"""References of functions that SciPy has not: mpmath's, one element after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath
import numpy as np
from scipy import special

from . import special_limits as limits

_DIRECT = 0.95  # up to here so many terms are all that count


def _elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    """In double precision, on arrays of one shape, in the dtype of the last operand."""
    call = np.vectorize(function, otypes=[np.float64])

    def on_arrays(*operands: Any) -> Any:
        arrays = np.broadcast_arrays(*operands)
        with np.errstate(all="ignore"):
            found = call(*(x.astype(np.float64) for x in arrays)) if arrays[0].size else np.empty(arrays[0].shape)
            return np.asarray(found).astype(arrays[-1].dtype)[()]
    return on_arrays


@_elementwise
def polylog(s: float, z: float) -> float:
    """Polylogarithm, NaN where it is complex or where the row has no formula for it.

    >>> float(polylog(2.0, np.float64(1.0)).round(12))
    1.644934066848
    """
    whole = round(s) if abs(s) < limits.LERCH_ORDER else 0
    if not (-limits.LERCH_OPERAND < z <= 1 and abs(s) < limits.LERCH_ORDER):
        return math.nan
    if s != whole and ((z < -1 and math.log(-z) > limits.POLYLOG_LOG) or _alternates(z, s)):
        return math.nan
    if z in (0, 1):
        return z if z == 0 else math.inf if s <= 1 else float(mpmath.zeta(s))
    if -1 <= z <= _DIRECT and (s > 0 or s != whole):
        return z * (_first_terms(z, s, 1, _count(s)) if z > -0.5 else _alternating(-z, s, 1))
    if abs(s - whole) < 1e-25:
        return _of_whole_order(whole, z)
    if z < -1:
        return _by_logarithm(s, math.log(-z))
    with mpmath.workdps(18 + math.ceil(-math.log10(abs(s - whole)))):  # two poles lose digits
        return float(mpmath.re(mpmath.polylog(mpmath.mpf(s), z)))


def _by_logarithm(s: float, log: float) -> float:
    """The series of log(-z), with Dirichlet's eta function."""
    k = np.arange(100.0)
    eta = -np.expm1((1 - (s - k)) * math.log(2)) * special.zeta(s - k)
    return -float(np.sum(np.where(s - k == 1, math.log(2), eta) * log**k / special.factorial(k)))


def _alternates(z: float, s: float) -> bool:
    """Whether terms of large size and both signs cancel."""
    return z < 0 and s < limits.ALTERNATING_ORDER


def _of_whole_order(s: int, z: float) -> float:
    if s > 0:
        return float(mpmath.re(mpmath.polylog(s, z)))
    with mpmath.workdps(100):
        x = mpmath.mpf(z)
        return float(x * mpmath.polyval(_eulerian(-s), x) / (1 - x) ** (1 - s))


@cache
def _eulerian(n: int) -> tuple[int, ...]:
    """Coefficients of (1 - z)**(n + 1) / z times the polylogarithm of order -n (DLMF 26.14.6 and 26.14.8)."""
    row = [1]
    for m in range(2, n + 1):
        row = [(j + 1) * after + (m - j) * before for j, (before, after) in enumerate(
            zip([0, *row], [*row, 0], strict=True))]
    return tuple(row)


@_elementwise
def lerch(z: float, s: float, x: float) -> float:
    """Lerch's function for |z| <= 1 and x > 0, else NaN.

    >>> float(lerch(0.5, 1.0, np.float64(1.0)).round(12))
    1.38629436112
    """
    if not (0 < x < limits.LERCH_OPERAND and abs(z) <= 1 and abs(s) < limits.LERCH_ORDER):
        return math.nan
    if _alternates(z, s) or (limits.NEAR_ONE < z < 1 and x > limits.FAR and (s >= 12 or x * math.log(z) <= -1)):
        return math.nan
    if z == 1:
        return float(mpmath.zeta(s, x)) if s > 1 else math.inf
    if z < -0.5:
        return _alternating(-z, s, x)
    return _near_one(z, s, x) if z > _DIRECT else _first_terms(z, s, x, _count(s))


def _count(s: float) -> int:
    return 10_000 if s < -5 else 1000


def _first_terms(z: float, s: float, x: float, count: int) -> float:
    k, peak = np.arange(float(count)), 1.0
    if s < 0 and z != 0:  # of terms that may overflow before they vanish
        peak = max(1, min(s / math.log(abs(z)), count) + x)
    return float(np.sum(z**k * ((k + x) / peak) ** -s) * np.float64(peak) ** -s)


def _near_one(z: float, s: float, x: float) -> float:
    """By Euler's and Maclaurin's formula (DLMF 2.10.1), whose integral is an incomplete gamma function."""
    n, terms = 400, 10
    with mpmath.workdps(25):
        log, y, order = mpmath.log(mpmath.mpf(z)), mpmath.mpf(x) + n, mpmath.mpf(s)
        integral = mpmath.mpf(z) ** -x * (-log) ** (order - 1) * mpmath.gammainc(1 - order, -log * y)
        # Derivative number m is the term times the sum of binom(m, i) log(z)**(m - i) (-s)(-s - 1).. / y**i.
        powers = [mpmath.ff(-order, i) / y**i for i in range(2 * terms)]
        rest = mpmath.mpf(1) / 2
        for j in range(1, terms + 1):
            m = 2 * j - 1
            slope = sum(mpmath.binomial(m, i) * log ** (m - i) * powers[i] for i in range(m + 1))
            rest -= mpmath.bernoulli(2 * j) / mpmath.factorial(2 * j) * slope
        return _first_terms(z, s, x, n) + float(integral + mpmath.mpf(z) ** n * y**-order * rest)


def _alternating(w: float, s: float, x: float) -> float:
    """The accelerated sum of (-w)**k / (k + x)**s for 0 <= w <= 1: see ``support_polylog.alternating``."""
    n = 50
    with mpmath.workdps(50):
        root = (3 + mpmath.sqrt(8)) ** n
        d, b, total = (root + 1 / root) / 2, mpmath.mpf(-1), mpmath.mpf(0)
        c = -d
        for k in range(n):
            c = b - c
            total += c * mpmath.mpf(w) ** k * (mpmath.mpf(x) + k) ** -mpmath.mpf(s)
            b *= (k + n) * (k - n) / ((k + mpmath.mpf(0.5)) * (k + 1))
        return float(total / d)
