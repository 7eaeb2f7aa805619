"""Softened gravitational forces between n bodies: three coordinates in, three components out."""

from __future__ import annotations

from typing import Any

import numpy as np

SOFT = 0.01


def arrays(size: Any) -> Any:
    random, n = np.random.default_rng(0), size["n"]
    return (*random.normal(size=(3, n)), random.uniform(0.5, 1.5, n))


def forces(sqrt: Any, x: Any, y: Any, z: Any, mass: Any) -> Any:
    dx, dy, dz = (u[None, :] - u[:, None] for u in (x, y, z))
    squares = dx * dx + dy * dy + dz * dz + SOFT
    weights = mass[None, :] / (squares * sqrt(squares))
    return (weights * dx).sum(1), (weights * dy).sum(1), (weights * dz).sum(1)


def with_numpy(size: Any, *x: Any) -> Any:
    return forces(np.sqrt, *x)


def with_symnum(sn: Any, size: Any, *x: Any) -> Any:
    return forces(sn.sqrt, *x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def summed(x: Any, y: Any, z: Any, mass: Any) -> Any:
        fx, fy, fz = np.empty_like(x), np.empty_like(x), np.empty_like(x)
        for i in numba.prange(x.size):
            a = b = c = x.dtype.type(0)
            for j in range(x.size):
                dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
                squares = dx * dx + dy * dy + dz * dz + x.dtype.type(SOFT)
                weight = mass[j] / (squares * np.sqrt(squares))
                a += weight * dx
                b += weight * dy
                c += weight * dz
            fx[i], fy[i], fz[i] = a, b, c
        return fx, fy, fz
    return summed


def with_jax(jax: Any, size: Any, *x: Any) -> Any:
    return forces(jax.numpy.sqrt, *x)


def with_torch(torch: Any, size: Any, *x: Any) -> Any:
    return forces(torch.sqrt, *x)


def with_pytensor(pytensor: Any, size: Any, *x: Any) -> Any:
    return forces(pytensor.tensor.sqrt, *(u for u in x))
