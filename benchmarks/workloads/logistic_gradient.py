"""The gradient of the summed logistic function."""

from __future__ import annotations

from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(scale=3.0, size=size["n"]),)


def with_numpy(size: Any, x: Any) -> Any:
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    return sn.grad((1 / (1 + sn.exp(-x))).sum(), x)


def with_numexpr(numexpr: Any, size: Any, x: Any) -> Any:
    names = {"x": x, "one": x.dtype.type(1)}
    s = numexpr.evaluate("one / (one + exp(-x))", local_dict=names)
    return numexpr.evaluate("s * (one - s)", local_dict={"s": s, **names})


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, error_model="numpy")
    def gradient(x: Any) -> Any:
        result = np.empty_like(x)
        one = x.dtype.type(1)
        for i in numba.prange(x.size):
            s = one / (one + np.exp(-x[i]))
            result[i] = s * (one - s)
        return result
    return gradient


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return jax.grad(lambda x: (1 / (1 + jax.numpy.exp(-x))).sum())(x)


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    s = 1 / (1 + torch.exp(-x))
    return s * (1 - s)


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    s = 1 / (1 + pytensor.tensor.exp(-x))
    return s * (1 - s)
