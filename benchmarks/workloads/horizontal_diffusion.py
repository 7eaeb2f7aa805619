"""Horizontal diffusion of a field (height, y, x) with limited fluxes, as in weather models."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 0.025


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(size=(size["levels"], size["n"], size["n"])),)


def diffused(where: Any, x: Any) -> Any:
    laplacian = (4 * x[:, 1:-1, 1:-1] - x[:, :-2, 1:-1] - x[:, 2:, 1:-1] - x[:, 1:-1, :-2] - x[:, 1:-1, 2:])
    across = laplacian[:, 1:-1, 1:] - laplacian[:, 1:-1, :-1]
    across = where(across * (x[:, 2:-2, 2:-1] - x[:, 2:-2, 1:-2]) > 0, 0.0, across)
    along = laplacian[:, 1:, 1:-1] - laplacian[:, :-1, 1:-1]
    along = where(along * (x[:, 2:-1, 2:-2] - x[:, 1:-2, 2:-2]) > 0, 0.0, along)
    return x[:, 2:-2, 2:-2] - RATE * (across[:, :, 1:] - across[:, :, :-1] + along[:, 1:, :] - along[:, :-1, :])


def with_numpy(size: Any, x: Any) -> Any:
    return diffused(np.where, x)


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    return diffused(sn.where, x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(inline="always")
    def laplacian(x: Any, k: Any, i: Any, j: Any) -> Any:
        return x.dtype.type(4) * x[k, i, j] - x[k, i - 1, j] - x[k, i + 1, j] - x[k, i, j - 1] - x[k, i, j + 1]

    @numba.njit(parallel=True, fastmath=True)
    def limited(x: Any) -> Any:
        levels, rows, columns = x.shape
        zero, rate = x.dtype.type(0), x.dtype.type(RATE)
        result = np.empty((levels, rows - 4, columns - 4), x.dtype)
        for k in numba.prange(levels):
            made = np.empty((rows, columns), x.dtype)
            for i in range(1, rows - 1):
                for j in range(1, columns - 1):
                    made[i, j] = laplacian(x, k, i, j)
            for i in range(2, rows - 2):
                for j in range(2, columns - 2):
                    east, west = made[i, j + 1] - made[i, j], made[i, j] - made[i, j - 1]
                    south, north = made[i + 1, j] - made[i, j], made[i, j] - made[i - 1, j]
                    east = zero if east * (x[k, i, j + 1] - x[k, i, j]) > zero else east
                    west = zero if west * (x[k, i, j] - x[k, i, j - 1]) > zero else west
                    south = zero if south * (x[k, i + 1, j] - x[k, i, j]) > zero else south
                    north = zero if north * (x[k, i, j] - x[k, i - 1, j]) > zero else north
                    result[k, i - 2, j - 2] = x[k, i, j] - rate * (east - west + south - north)
        return result
    return limited


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return diffused(jax.numpy.where, x)


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    return diffused(torch.where, x)


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    return diffused(lambda c, a, b: pytensor.tensor.where(c, pytensor.tensor.zeros_like(b), b), x)
