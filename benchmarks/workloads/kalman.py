"""One step of a Kalman filter: 4 states, 2 measured."""

from __future__ import annotations

from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    random = np.random.default_rng(0)
    step, measured = np.eye(4) + 0.1 * np.eye(4, k=2), np.eye(2, 4)
    return random.normal(size=4), np.eye(4) * 0.5, random.normal(size=2), step, measured, np.eye(4) * 0.01, np.eye(2)


def filtered(inverse: Any, eye: Any, x: Any, p: Any, z: Any, f: Any, h: Any, q: Any, r: Any) -> Any:
    x = f @ x
    p = f @ p @ f.T + q
    gain = p @ h.T @ inverse(h @ p @ h.T + r)
    return x + gain @ (z - h @ x), (eye - gain @ h) @ p


def with_numpy(size: Any, *x: Any) -> Any:
    return filtered(np.linalg.inv, np.eye(4), *x)


def with_symnum(sn: Any, size: Any, *x: Any) -> Any:
    return filtered(sn.linalg.inv, np.eye(4, dtype=x[0].dtype), *x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit
    def step(x: Any, p: Any, z: Any, f: Any, h: Any, q: Any, r: Any) -> Any:
        x = f @ x
        p = f @ p @ f.T + q
        gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
        return x + gain @ (z - h @ x), (np.eye(4, dtype=x.dtype) - gain @ h) @ p
    return step


def with_jax(jax: Any, size: Any, *x: Any) -> Any:
    return filtered(jax.numpy.linalg.inv, jax.numpy.eye(4, dtype=x[0].dtype), *x)


def with_torch(torch: Any, size: Any, *x: Any) -> Any:
    return filtered(torch.linalg.inv, torch.eye(4, dtype=x[0].dtype), *x)


def with_pytensor(pytensor: Any, size: Any, *x: Any) -> Any:
    return filtered(pytensor.tensor.linalg.inv, np.eye(4, dtype=x[0].dtype), *x)


def with_casadi(casadi: Any, size: Any, *x: Any) -> Any:
    return filtered(casadi.inv, casadi.DM.eye(4), *x)
