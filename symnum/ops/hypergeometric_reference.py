"""References of generalised hypergeometric series: many at once, in pairs of doubles, as the C text sums them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import special_limits as limits

# h + l, with twice the digits of a double.
Pair = tuple[Any, Any]
_SPLIT = 134217729.0    # 2**27 + 1


def _normal(h: Any, e: Any) -> Pair:
    s = h + e
    return s, e - (s - h)


def _product(x: Any, y: Any) -> Pair:
    """x y exactly (T. J. Dekker, Numerische Mathematik 18, 1971)."""
    p = x * y
    (xh, xl), (yh, yl) = _halves(x), _halves(y)
    return p, ((xh * yh - p) + xh * yl + xl * yh) + xl * yl


def _halves(x: Any) -> Pair:
    t = _SPLIT * x
    high = t - (t - x)
    return high, x - high


def _times(x: Pair, y: Pair) -> Pair:
    p, e = _product(x[0], y[0])
    return _normal(p, e + (x[0] * y[1] + x[1] * y[0]))


def _over(x: Pair, y: Pair) -> Pair:
    q = x[0] / y[0]
    p, e = _product(q, y[0])
    return _normal(q, (((x[0] - p) - e) + x[1] - q * y[1]) / y[0])


def _sum(x: Any, y: Any) -> Pair:
    """x + y exactly."""
    s = x + y
    v = s - x
    return s, (x - (s - v)) + (y - v)


def _plus(x: Pair, y: Pair) -> Pair:
    s, e = _sum(x[0], y[0])
    return _normal(s, e + (x[1] + y[1]))


def _fits(a: Any, b: Any) -> tuple[Any, Any]:
    """Whether parameters have a sum, and whether it is one of finitely many terms; equal ones become 1."""
    for x in a:
        found = np.zeros(x.shape, bool)
        for y in b:
            same = (x == y) & (x != 1) & ~found
            y[same], found = 1, found | same
        x[found] = 1
    small = np.all([(x > -limits.SERIES_TERMS) & (x <= limits.SERIES_PARAMETER) for x in (*a, *b)], axis=0)
    last, pole = (np.min([np.full(a.shape[1], np.inf), *(np.where((x <= 0) & (x == np.floor(x)), -x, np.inf)
                                                         for x in xs)], axis=0) for xs in (a, b))
    return small & ((last < pole) | np.isinf(pole)), last < pole


def _largest_ratio(a: Any, b: Any, z: Any, k: int) -> Any:
    """Of one term to the one before it, from term k on: each factor tends to 1 or falls."""
    most = np.abs(z)
    below = [1.0 + k, *(y + k for y in b)]
    for x, y in zip(a, below, strict=False):
        most = most * np.maximum((x + k) / y, 1)
    for y in below[len(a):]:
        most = most / y
    return most


def series(a: Any, b: Any, z: Any) -> Any:
    """The sum for parameters a and b, arrays with one row for each, and one-dimensional z; see the C text.

    >>> series(np.array([[1.0]]), np.array([[2.0]]), np.array([1.0])) - np.expm1(1.0)
    array([0.])
    """
    a, b, result = a.copy(), b.copy(), np.full(z.shape, np.nan)
    fits, ends = _fits(a, b)
    fits &= np.abs(z) < limits.SERIES_OPERAND
    if len(a) > len(b):
        fits &= ends | (np.abs(z) < 1)
    where = np.flatnonzero(fits)
    a, b, z = a[:, where], b[:, where], z[where]
    zero, one = np.zeros(z.shape), np.ones(z.shape)
    term, total, slope, most = (one, zero), (one, zero), (zero, zero), one
    for k in range(limits.SERIES_TERMS):
        up, down = (z, np.zeros(z.shape)), (np.full(z.shape, k + 1.0), np.zeros(z.shape))
        for x in a:
            up = _times(up, _sum(x, float(k)))
        for y in b:
            down = _times(down, _sum(y, float(k)))
        settled = np.min([*a, *b], axis=0) + k > 0
        ratio = _largest_ratio(a, b, z, k)
        size = np.abs(total[0])
        close = settled & (np.abs(term[0]) <= limits.SERIES_CLOSE * size) & (ratio < 1)
        done = (up[0] == 0) | (close & (np.abs(term[0]) * ratio / (1 - ratio) <= limits.SERIES_REST * size))
        kept = most <= limits.SERIES_LOSS * np.maximum(size, np.abs(slope[0]))
        result[where[done]] = np.where(kept, total[0], np.nan)[done]
        sign = np.where(term[0] < 0, -1.0, 1.0)
        term = _times(term, _over(up, down))
        total = _plus(total, term)
        slope = _plus(slope, _times(term, (k + 1.0, 0.0)))
        most = np.maximum(most, np.abs(term[0]))
        beyond = ~done & ~(np.abs(total[0]) < 1.7e308)
        result[where[beyond]] = np.where((z > 0) & settled, sign * np.inf, np.nan)[beyond]
        left = ~(done | beyond)
        if not left.any():
            break
        if not left.all():
            a, b, z, where, most = a[:, left], b[:, left], z[left], where[left], most[left]
            term, total, slope = ((h[left], low[left]) for h, low in (term, total, slope))
    return result


def _of_counts(p: int) -> Callable[..., Any]:
    def call(*operands: Any) -> Any:
        arrays = np.broadcast_arrays(*operands)
        flat = np.array([x.astype(np.float64).ravel() for x in arrays])
        with np.errstate(all="ignore"):
            found = series(flat[:p], flat[p:-1], flat[-1])
        return found.reshape(arrays[-1].shape).astype(arrays[-1].dtype)[()]
    return call


hyp0f4, hyp1f4, hyp2f4, hyp3f4, hyp4f4, hyp5f4 = (_of_counts(p) for p in range(limits.SERIES_LOWER + 2))
