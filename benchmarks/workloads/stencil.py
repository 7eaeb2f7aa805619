"""Twenty sweeps of a five-point stencil, the border fixed: the graph holds each sweep."""

from __future__ import annotations

from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(size=(size["n"], size["n"])),)


def inner(x: Any) -> Any:
    return 0.25 * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:])


def with_numpy(size: Any, x: Any) -> Any:
    x = x.copy()
    for _ in range(size["sweeps"]):
        x[1:-1, 1:-1] = inner(x)
    return x


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    for _ in range(size["sweeps"]):
        x = x.at[1:-1, 1:-1].set(inner(x))
    return x


def with_numba(numba: Any, size: Any) -> Any:
    sweeps = size["sweeps"]

    @numba.njit(parallel=True, fastmath=True)
    def swept(x: Any) -> Any:
        old, new, quarter = x.copy(), x.copy(), x.dtype.type(0.25)
        for _ in range(sweeps):
            for i in numba.prange(1, x.shape[0] - 1):
                for j in range(1, x.shape[1] - 1):
                    new[i, j] = quarter * (old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1])
            old, new = new, old
        return old
    return swept


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    for _ in range(size["sweeps"]):
        x = x.at[1:-1, 1:-1].set(inner(x))
    return x


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    for _ in range(size["sweeps"]):
        new = x.clone()
        new[1:-1, 1:-1] = inner(x)
        x = new
    return x


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    for _ in range(size["sweeps"]):
        x = pytensor.tensor.set_subtensor(x[1:-1, 1:-1], inner(x))
    return x
