"""Layer normalization of rows, with scale and shift."""

from __future__ import annotations

from typing import Any

import numpy as np

SMALL = 1e-5


def arrays(size: Any) -> Any:
    random, rows, columns = np.random.default_rng(0), size["rows"], size["columns"]
    return random.normal(size=(rows, columns)), random.normal(size=columns), random.normal(size=columns)


def formula(sqrt: Any, keep: Any, x: Any, scale: Any, shift: Any) -> Any:
    centered = x - x.mean(1, **keep)
    return centered / sqrt((centered * centered).mean(1, **keep) + SMALL) * scale + shift


def with_numpy(size: Any, *x: Any) -> Any:
    return formula(np.sqrt, {"keepdims": True}, *x)


def with_symnum(sn: Any, size: Any, *x: Any) -> Any:
    return formula(sn.sqrt, {"keepdims": True}, *x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def normalized(x: Any, scale: Any, shift: Any) -> Any:
        result = np.empty_like(x)
        n = x.dtype.type(x.shape[1])
        for i in numba.prange(x.shape[0]):
            total, squares = x.dtype.type(0), x.dtype.type(0)
            for j in range(x.shape[1]):
                total += x[i, j]
            mean = total / n
            for j in range(x.shape[1]):
                squares += (x[i, j] - mean) * (x[i, j] - mean)
            factor = x.dtype.type(1) / np.sqrt(squares / n + x.dtype.type(SMALL))
            for j in range(x.shape[1]):
                result[i, j] = (x[i, j] - mean) * factor * scale[j] + shift[j]
        return result
    return normalized


def with_jax(jax: Any, size: Any, *x: Any) -> Any:
    return formula(jax.numpy.sqrt, {"keepdims": True}, *x)


def with_torch(torch: Any, size: Any, x: Any, scale: Any, shift: Any) -> Any:
    return torch.nn.functional.layer_norm(x, (x.shape[1],), scale, shift, SMALL)


def with_pytensor(pytensor: Any, size: Any, *x: Any) -> Any:
    return formula(pytensor.tensor.sqrt, {"keepdims": True}, *x)
