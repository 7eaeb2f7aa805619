"""One training step of a perceptron with one hidden layer: loss before it, weights after it."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 0.01


def arrays(size: Any) -> Any:
    random = np.random.default_rng(0)
    n, d, hidden, classes = size["n"], size["d"], size["hidden"], size["classes"]
    labels = np.eye(classes)[random.integers(0, classes, n)]
    return (random.normal(size=(n, d)), labels, random.normal(size=(d, hidden)) / d**0.5, np.zeros(hidden),
            random.normal(size=(hidden, classes)) / hidden**0.5, np.zeros(classes))


def with_numpy(size: Any, x: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return by_hand(np, {"keepdims": True}, x, labels, w1, b1, w2, b2)


def by_hand(m: Any, keep: Any, x: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    h = m.tanh(x @ w1 + b1)
    z = h @ w2 + b2
    e = m.exp(z)
    total = e.sum(1, **keep)
    cost = (m.log(total[:, 0]) - (labels * z).sum(1)).mean()
    dz = (e / total - labels) / x.shape[0]
    dh = (dz @ w2.T) * (1 - h * h)
    return (cost, w1 - RATE * (x.T @ dh), b1 - RATE * dh.sum(0), w2 - RATE * (h.T @ dz), b2 - RATE * dz.sum(0))


def loss(m: Any, x: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    z = m.tanh(x @ w1 + b1) @ w2 + b2
    return (m.log(m.exp(z).sum(1)) - (labels * z).sum(1)).mean()


def with_symnum(sn: Any, size: Any, x: Any, labels: Any, *weights: Any) -> Any:
    cost = loss(sn, x, labels, *weights)
    return (cost, *(w - RATE * g for w, g in zip(weights, sn.grad(cost, list(weights)), strict=True)))


def with_jax(jax: Any, size: Any, x: Any, labels: Any, *weights: Any) -> Any:
    cost, gradients = jax.value_and_grad(lambda weights: loss(jax.numpy, x, labels, *weights))(weights)
    return (cost, *(w - RATE * g for w, g in zip(weights, gradients, strict=True)))


def with_torch(torch: Any, size: Any, *x: Any) -> Any:
    return by_hand(torch, {"keepdim": True}, *x)


def with_pytensor(pytensor: Any, size: Any, x: Any, labels: Any, *weights: Any) -> Any:
    cost = loss(pytensor.tensor, x, labels, *weights)
    rate = np.dtype(x.dtype).type(RATE)
    return (cost, *(w - rate * g for w, g in zip(weights, pytensor.grad(cost, list(weights)), strict=True)))
