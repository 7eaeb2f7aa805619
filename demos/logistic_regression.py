"""Logistic regression on real data: write the likelihood as in a textbook, and let symnum do the rest.

Run it with ``make demo``.  It trains on the breast-cancer data of scikit-learn (569 tumours, 30 measurements each),
prints what was rewritten and how fast a step is beside NumPy, and saves the loss curve as ``loss.png``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import symnum as sn
from symnum import tensor as T

RATE, PENALTY, STEPS = 0.1, 0.01, 500
Array = np.ndarray[Any, Any]


def data(seed: int = 0) -> tuple[Array, Array, Array, Array]:
    """Standardised measurements and labels: a training part, and a quarter that is held back."""
    from sklearn.datasets import load_breast_cancer

    values, labels = load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(labels))
    values, labels = values[order], labels[order].astype(float)
    cut = len(labels) * 3 // 4
    mean, scale = values[:cut].mean(axis=0), values[:cut].std(axis=0)
    values = (values - mean) / scale
    return values[:cut], labels[:cut], values[cut:], labels[cut:]


def model(n_features: int) -> tuple[sn.Function, sn.Function]:
    """A training step, which returns the cost, and a predictor; both share the weights."""
    x, y = T.dmatrix("x"), T.dvector("y")
    w, b = sn.shared(np.zeros(n_features), name="w"), sn.shared(0.0, name="b")
    p = 1 / (1 + T.exp(-(x @ w) - b))
    loss = -y * T.log(p) - (1 - y) * T.log(1 - p)        # log(0) at the first confident point, as written
    cost = loss.mean() + PENALTY * (w**2).sum()
    by_w, by_b = sn.grad(cost, [w, b])
    train = sn.function([x, y], cost, updates={w: w - RATE * by_w, b: b - RATE * by_b}, name="train")
    predict = sn.function([x], p > 0.5, name="predict")
    return train, predict


def numpy_step(x: Array, y: Array, w: Array, b: float) -> tuple[float, Array, float]:
    """The same step by hand, stable and in NumPy."""
    z = x @ w + b
    cost = np.mean(np.logaddexp(0, z) - y * z) + PENALTY * np.sum(w**2)
    error = (1 / (1 + np.exp(-z)) - y) / len(y)
    return float(cost), w - RATE * (x.T @ error + 2 * PENALTY * w), b - RATE * float(error.sum())


def microseconds(steps: list[Callable[[], object]], rounds: int = 300) -> list[float]:
    """Median time of each step, the steps taking turns."""
    found: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, times in zip(steps, found, strict=True):
            begin = time.perf_counter()
            step()
            times.append((time.perf_counter() - begin) * 1e6)
    return [statistics.median(times) for times in found]


def save_curve(costs: list[float], path: Path) -> None:
    """The loss curve as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot(costs)
    axes.set(xlabel="step", ylabel="cost", yscale="log", title="Logistic regression, breast-cancer data")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main() -> None:
    """Train, compare with NumPy, and report."""
    x, y, x_held, y_held = data()
    train, predict = model(x.shape[1])
    costs, w_numpy, b_numpy = [], np.zeros(x.shape[1]), 0.0
    worst = 0.0
    for _ in range(STEPS):
        expected, w_numpy, b_numpy = numpy_step(x, y, w_numpy, b_numpy)
        costs.append(float(train(x, y)))
        worst = max(worst, abs(costs[-1] - expected))
    accuracy = float(np.mean(predict(x_held) == (y_held > 0.5)))
    print(f"cost {costs[0]:.6f} -> {costs[-1]:.6f} in {STEPS} steps; "
          f"largest difference from a stable NumPy computation {worst:.1e}")
    print(f"accuracy on {len(y_held)} held-back tumours: {accuracy:.1%}\n")
    print("What was rewritten, and which kernels run:")
    print(train.explain())
    text = train.source("c")
    print(f"\nGenerated C: {len(text.splitlines())} lines, {len(text)} characters")
    own, by_hand = microseconds([lambda: train(x, y), lambda: numpy_step(x, y, w_numpy, b_numpy)])
    print(f"Time of a step: symnum {own:.1f} us, NumPy {by_hand:.1f} us ({by_hand / own:.1f}x)")
    path = Path("loss.png")
    save_curve(costs, path)
    print(f"Loss curve: {path.resolve().name}")


if __name__ == "__main__":
    main()
