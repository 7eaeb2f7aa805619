"""One step of gradient descent for logistic regression: loss before it, weights after it."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 0.1


def arrays(size: Any) -> Any:
    random = np.random.default_rng(0)
    x = random.normal(size=(size["n"], size["d"]))
    w = random.normal(size=size["d"])
    return x, (x @ w > 0) * 1.0, random.normal(size=size["d"])


def loss(log1p: Any, exp: Any, x: Any, y: Any, w: Any) -> Any:
    return log1p(exp(-(2 * y - 1) * (x @ w))).mean()


def with_numpy(size: Any, x: Any, y: Any, w: Any) -> Any:
    sign = 2 * y - 1
    e = np.exp(-sign * (x @ w))
    return np.log1p(e).mean(), w + RATE / len(x) * ((sign * e / (1 + e)) @ x)


def with_symnum(sn: Any, size: Any, x: Any, y: Any, w: Any) -> Any:
    cost = loss(sn.log1p, sn.exp, x, y, w)
    return cost, w - RATE * sn.grad(cost, w)


def with_jax(jax: Any, size: Any, x: Any, y: Any, w: Any) -> Any:
    cost, g = jax.value_and_grad(lambda w: loss(jax.numpy.log1p, jax.numpy.exp, x, y, w))(w)
    return cost, w - RATE * g


def with_torch(torch: Any, size: Any, x: Any, y: Any, w: Any) -> Any:
    sign = 2 * y - 1
    e = torch.exp(-sign * (x @ w))
    return torch.log1p(e).mean(), w + RATE / x.shape[0] * ((sign * e / (1 + e)) @ x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, fastmath=True)
    def step(x: Any, y: Any, w: Any) -> Any:
        one, n = x.dtype.type(1), x.dtype.type(x.shape[0])
        scores = x @ w
        total = x.dtype.type(0)
        for i in numba.prange(scores.size):
            sign = y[i] + y[i] - one
            e = np.exp(-sign * scores[i])
            total += np.log1p(e)
            scores[i] = sign * e / (one + e)
        return total / n, w + x.dtype.type(RATE) / n * (scores @ x)
    return step


def with_pytensor(pytensor: Any, size: Any, x: Any, y: Any, w: Any) -> Any:
    cost = loss(pytensor.tensor.log1p, pytensor.tensor.exp, x, y, w)
    return cost, w - np.dtype(w.dtype).type(RATE) * pytensor.grad(cost, w)
