"""For each point of one set the squared distance to the nearest of another."""

from __future__ import annotations

from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    random = np.random.default_rng(0)
    return random.normal(size=(size["n"], size["d"])), random.normal(size=(size["n"], size["d"]))


def with_numpy(size: Any, x: Any, y: Any) -> Any:
    return by_product(x, y).min(1)


def by_product(x: Any, y: Any) -> Any:
    """Squares through one product of matrices, which loses digits of small distances."""
    return (x * x).sum(1)[:, None] + (y * y).sum(1) - 2 * (x @ y.T)


def with_symnum(sn: Any, size: Any, x: Any, y: Any) -> Any:
    return sn.min(sn.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=2), axis=1)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def nearest(x: Any, y: Any) -> Any:
        result = np.empty(x.shape[0], x.dtype)
        across = y.T.copy()
        for i in numba.prange(x.shape[0]):
            squares = np.zeros(y.shape[0], x.dtype)
            for k in range(x.shape[1]):
                for j in range(y.shape[0]):
                    squares[j] += (x[i, k] - across[k, j]) ** 2
            result[i] = squares.min()
        return result
    return nearest


def with_jax(jax: Any, size: Any, x: Any, y: Any) -> Any:
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(2).min(1)


def with_torch(torch: Any, size: Any, x: Any, y: Any) -> Any:
    return by_product(x, y).amin(1)


def with_pytensor(pytensor: Any, size: Any, x: Any, y: Any) -> Any:
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2).min(axis=1)
