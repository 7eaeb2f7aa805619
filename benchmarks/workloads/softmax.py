"""Softmax over rows (axis 1) or columns (axis 0), in its stable form."""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 128   # columns a thread takes at a time


def arrays(size: Any) -> Any:
    return (np.random.default_rng(0).normal(size=(size["rows"], size["columns"])),)


def with_numpy(size: Any, x: Any) -> Any:
    e = np.exp(x - x.max(size["axis"], keepdims=True))
    return e / e.sum(size["axis"], keepdims=True)


def with_symnum(sn: Any, size: Any, x: Any) -> Any:
    e = sn.exp(x - sn.max(x, axis=size["axis"], keepdims=True))
    return e / sn.sum(e, axis=size["axis"], keepdims=True)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def rows(x: Any) -> Any:
        result = np.empty_like(x)
        for i in numba.prange(x.shape[0]):
            largest = x[i, 0]
            for j in range(x.shape[1]):
                largest = max(largest, x[i, j])
            total = x.dtype.type(0)
            for j in range(x.shape[1]):
                result[i, j] = np.exp(x[i, j] - largest)
                total += result[i, j]
            for j in range(x.shape[1]):
                result[i, j] /= total
        return result

    @numba.njit(parallel=True, fastmath=True)
    def columns(x: Any) -> Any:
        result = np.empty_like(x)
        for b in numba.prange((x.shape[1] + BLOCK - 1) // BLOCK):
            part, made = x[:, b * BLOCK:(b + 1) * BLOCK], result[:, b * BLOCK:(b + 1) * BLOCK]
            largest, total = part[0].copy(), np.zeros(part.shape[1], x.dtype)
            for i in range(part.shape[0]):
                for j in range(part.shape[1]):
                    largest[j] = max(largest[j], part[i, j])
            for i in range(part.shape[0]):
                for j in range(part.shape[1]):
                    made[i, j] = np.exp(part[i, j] - largest[j])
                    total[j] += made[i, j]
            for i in range(part.shape[0]):
                for j in range(part.shape[1]):
                    made[i, j] /= total[j]
        return result
    return rows if size["axis"] else columns


def with_jax(jax: Any, size: Any, x: Any) -> Any:
    return jax.nn.softmax(x, axis=size["axis"])


def with_torch(torch: Any, size: Any, x: Any) -> Any:
    return torch.softmax(x, size["axis"])


def with_pytensor(pytensor: Any, size: Any, x: Any) -> Any:
    return pytensor.tensor.special.softmax(x, axis=size["axis"])
