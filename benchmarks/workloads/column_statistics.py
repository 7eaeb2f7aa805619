"""Mean, variance, minimum and maximum of the columns of a tall matrix."""

from __future__ import annotations

from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(loc=1.0, size=(size["rows"], size["columns"])),)


def with_numpy(size: Any, x: Any) -> Any:
    return x.mean(0), x.var(0), x.min(0), x.max(0)


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    return x.mean(0), x.var(0), x.min(0), x.max(0)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def statistics(x: Any) -> Any:
        rows, columns = x.shape
        parts = numba.get_num_threads()
        sums, squares = np.zeros((parts, columns), x.dtype), np.zeros((parts, columns), x.dtype)
        low, high = np.empty((parts, columns), x.dtype), np.empty((parts, columns), x.dtype)
        origin = x[0].copy()
        for p in numba.prange(parts):
            low[p], high[p] = origin, origin
            for i in range(rows * p // parts, rows * (p + 1) // parts):
                for j in range(columns):
                    value = x[i, j] - origin[j]
                    sums[p, j] += value
                    squares[p, j] += value * value
                    low[p, j] = min(low[p, j], x[i, j])
                    high[p, j] = max(high[p, j], x[i, j])
        mean = sums.sum(0) / x.dtype.type(rows)
        variance = squares.sum(0) / x.dtype.type(rows) - mean * mean
        smallest, largest = low[0].copy(), high[0].copy()
        for p in range(1, parts):
            smallest, largest = np.minimum(smallest, low[p]), np.maximum(largest, high[p])
        return mean + origin, variance, smallest, largest
    return statistics


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return x.mean(0), x.var(0), x.min(0), x.max(0)


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    return x.mean(0), x.var(0, correction=0), x.amin(0), x.amax(0)


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    return x.mean(axis=0), x.var(axis=0), x.min(axis=0), x.max(axis=0)
