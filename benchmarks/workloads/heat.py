"""One step of the heat equation in three dimensions; the result is the inside."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 0.1


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(size=(size["n"],) * 3),)


def step(x: Any) -> Any:
    c = x[1:-1, 1:-1, 1:-1]
    return c + RATE * (x[:-2, 1:-1, 1:-1] + x[2:, 1:-1, 1:-1] + x[1:-1, :-2, 1:-1] + x[1:-1, 2:, 1:-1]
                       + x[1:-1, 1:-1, :-2] + x[1:-1, 1:-1, 2:] - 6 * c)


def with_numpy(size: Any, x: Any) -> Any:
    return step(x)


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    return step(x)


def with_numexpr(numexpr: Any, size: Any, x: Any) -> Any:
    names = {"c": x[1:-1, 1:-1, 1:-1], "n": x[:-2, 1:-1, 1:-1], "s": x[2:, 1:-1, 1:-1], "w": x[1:-1, :-2, 1:-1],
             "e": x[1:-1, 2:, 1:-1], "d": x[1:-1, 1:-1, :-2], "u": x[1:-1, 1:-1, 2:],
             "rate": x.dtype.type(RATE), "six": x.dtype.type(6)}
    return numexpr.evaluate("c + rate * (n + s + w + e + d + u - six * c)", local_dict=names)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def stepped(x: Any) -> Any:
        a, b, c = x.shape
        result = np.empty((a - 2, b - 2, c - 2), x.dtype)
        rate, six = x.dtype.type(RATE), x.dtype.type(6)
        for i in numba.prange(1, a - 1):
            for j in range(1, b - 1):
                for k in range(1, c - 1):
                    around = (x[i - 1, j, k] + x[i + 1, j, k] + x[i, j - 1, k] + x[i, j + 1, k]
                              + x[i, j, k - 1] + x[i, j, k + 1])
                    result[i - 1, j - 1, k - 1] = x[i, j, k] + rate * (around - six * x[i, j, k])
        return result
    return stepped


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return step(x)


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    return step(x)


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    return step(x)
