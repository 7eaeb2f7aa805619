"""log(sum(exp(x))) as it is written in books, over rows (axis 1) or columns (axis 0)."""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 128   # columns a thread takes at a time


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(size=(size["rows"], size["columns"])),)


def with_numpy(size: Any, x: Any) -> Any:
    return np.log(np.exp(x).sum(size["axis"]))


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    return sn.log(sn.sum(sn.exp(x), axis=size["axis"]))


def with_numexpr(numexpr: Any, size: Any, x: Any) -> Any:
    return np.log(numexpr.evaluate(f"sum(exp(x), axis={size['axis']})", local_dict={"x": x}))


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def rows(x: Any) -> Any:
        result = np.empty(x.shape[0], x.dtype)
        for i in numba.prange(x.shape[0]):
            total = x.dtype.type(0)
            for j in range(x.shape[1]):
                total += np.exp(x[i, j])
            result[i] = np.log(total)
        return result

    @numba.njit(parallel=True, fastmath=True)
    def columns(x: Any) -> Any:
        result = np.empty(x.shape[1], x.dtype)
        for b in numba.prange((x.shape[1] + BLOCK - 1) // BLOCK):
            part = x[:, b * BLOCK:(b + 1) * BLOCK]
            total = np.zeros(part.shape[1], x.dtype)
            for i in range(part.shape[0]):
                for j in range(part.shape[1]):
                    total[j] += np.exp(part[i, j])
            result[b * BLOCK:(b + 1) * BLOCK] = np.log(total)
        return result
    return rows if size["axis"] else columns


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return jax.numpy.log(jax.numpy.exp(x).sum(size["axis"]))


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    return torch.log(torch.exp(x).sum(size["axis"]))


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    return pytensor.tensor.log(pytensor.tensor.exp(x).sum(axis=size["axis"]))
