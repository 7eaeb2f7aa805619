"""Value and gradient of Rosenbrock's function."""

from __future__ import annotations

from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(size=size["n"]),)


def value(x: Any) -> Any:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def with_numpy(size: Any, x: Any) -> Any:
    step, rest = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    gradient = np.zeros_like(x)
    gradient[1:] = 200 * step
    gradient[:-1] -= 400 * x[:-1] * step + 2 * rest
    return (100 * step**2 + rest**2).sum(), gradient


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    cost = value(x)
    return cost, sn.grad(cost, x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(fastmath=True)
    def both(x: Any) -> Any:
        gradient, total = np.zeros_like(x), x.dtype.type(0)
        for i in range(x.size - 1):
            step, rest = x[i + 1] - x[i] * x[i], x.dtype.type(1) - x[i]
            total += x.dtype.type(100) * step * step + rest * rest
            gradient[i] -= x.dtype.type(400) * x[i] * step + rest + rest
            gradient[i + 1] = x.dtype.type(200) * step
        return total, gradient
    return both


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return jax.value_and_grad(value)(x)


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    step, rest = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    pad = torch.nn.functional.pad
    return (100 * step**2 + rest**2).sum(), pad(200 * step, (1, 0)) - pad(400 * x[:-1] * step + 2 * rest, (0, 1))


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    cost = value(x)
    return cost, pytensor.grad(cost, x)


def with_casadi(casadi: Any, size: Any, x: Any) -> Any:
    cost = casadi.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    return cost, casadi.gradient(cost, x)
