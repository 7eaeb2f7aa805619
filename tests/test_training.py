"""The logistic regression that users of such libraries learned with, which elsewhere has cost NaN at first."""

from __future__ import annotations

import numpy as np
import pytest

import symnum as sn


def programs(rng, mode):
    n, features = 400, 784
    x, y = sn.tensor.dmatrix("x"), sn.tensor.dvector("y")
    w, b = sn.shared(rng.normal(size=features), name="w"), sn.shared(0.0, name="b")
    p = 1 / (1 + sn.exp(-x @ w - b))
    entropy = -y * sn.log(p) - (1 - y) * sn.log(1 - p)
    cost = entropy.mean() + 0.01 * (w**2).sum()
    by_w, by_b = sn.grad(cost, [w, b])
    train = sn.function([x, y], cost, updates=((w, w - 0.1 * by_w), (b, b - 0.1 * by_b)), mode=mode)
    return train, rng.normal(size=(n, features)), rng.integers(0, 2, size=n).astype(float), w


def stable_costs(x, y, w, b, steps):
    for _ in range(steps):
        z = x @ w + b
        yield np.mean(np.logaddexp(0, z) - y * z) + 0.01 * np.sum(w**2)
        error = np.exp(-np.logaddexp(0, -z)) - y
        w, b = w - 0.1 * (x.T @ error / len(y) + 0.02 * w), b - 0.1 * error.mean()


@pytest.mark.parametrize("mode, steps", [("c", 1000), ("numpy", 50)])
def test_every_cost_is_finite_and_right(mode, steps):
    train, x, y, w = programs(np.random.default_rng(0), mode)
    start = w.get_value()
    found = np.array([float(train(x, y)) for _ in range(steps)])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, list(stable_costs(x, y, start, 0.0, steps)), rtol=1e-10)


def test_as_written_it_would_not_be_finite():
    _, x, y, w = programs(np.random.default_rng(0), "numpy")
    z = x @ w.get_value()
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        naive = -y * np.log(p) - (1 - y) * np.log(1 - p)
    assert not np.isfinite(naive).all()
