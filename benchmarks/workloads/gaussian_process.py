"""Negative log likelihood of a Gaussian process and its gradient in the logarithms of three parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def arrays(size: Any) -> Any:
    random, n = np.random.default_rng(0), size["n"]
    x = random.uniform(0, 10, n)
    return x, np.sin(x) + 0.1 * random.normal(size=n), np.array([0.1, 0.2, -1.0])


def with_numpy(size: Any, x: Any, y: Any, p: Any) -> Any:
    from scipy.linalg import cho_solve

    n, (length, signal, noise) = len(x), np.exp(p)
    squares = (x[:, None] - x) ** 2
    smooth = signal * np.exp(-0.5 / length**2 * squares)
    factor = np.linalg.cholesky(smooth + noise * np.eye(n))
    alpha = cho_solve((factor, True), y)
    inner = cho_solve((factor, True), np.eye(n)) - np.outer(alpha, alpha)
    value = 0.5 * y @ alpha + np.log(np.diag(factor)).sum() + 0.5 * n * math.log(2 * math.pi)
    slopes = ((inner * smooth * squares).sum() / length**2, (inner * smooth).sum(), noise * np.trace(inner))
    return value, 0.5 * np.array(slopes)


def likelihood(m: Any, n: int, solve: Any, x: Any, y: Any, p: Any) -> Any:
    length, signal, noise = m.exp(p[0]), m.exp(p[1]), m.exp(p[2])
    squares = (x[:, None] - x[None, :]) ** 2
    covariance = signal * m.exp(-0.5 / length**2 * squares) + noise * m.eye(n, dtype=x.dtype)
    factor = m.linalg.cholesky(covariance)
    z = solve(factor, y)
    return 0.5 * (z * z).sum() + m.log(m.diagonal(factor)).sum() + 0.5 * n * math.log(2 * math.pi)


def with_symnum(sn: Any, size: Any, x: Any, y: Any, p: Any) -> Any:
    value = likelihood(sn, size["n"], lambda a, b: sn.linalg.solve_triangular(a, b, lower=True), x, y, p)
    return value, sn.grad(value, p)


def with_jax(jax: Any, size: Any, x: Any, y: Any, p: Any) -> Any:
    def solve(a: Any, b: Any) -> Any:
        return jax.scipy.linalg.solve_triangular(a, b, lower=True)
    return jax.value_and_grad(lambda p: likelihood(jax.numpy, size["n"], solve, x, y, p))(p)


def with_torch(torch: Any, size: Any, x: Any, y: Any, p: Any) -> Any:
    n, (length, signal, noise) = size["n"], torch.exp(p)
    squares = (x[:, None] - x) ** 2
    smooth = signal * torch.exp(-0.5 / length**2 * squares)
    factor = torch.linalg.cholesky(smooth + noise * torch.eye(n, dtype=x.dtype))
    inverse = torch.cholesky_inverse(factor)
    alpha = inverse @ y
    inner = inverse - torch.outer(alpha, alpha)
    value = 0.5 * y @ alpha + torch.log(torch.diagonal(factor)).sum() + 0.5 * n * math.log(2 * math.pi)
    slopes = ((inner * smooth * squares).sum() / length**2, (inner * smooth).sum(), noise * torch.trace(inner))
    return value, 0.5 * torch.stack(slopes)


def with_pytensor(pytensor: Any, size: Any, x: Any, y: Any, p: Any) -> Any:
    tensor, n = pytensor.tensor, size["n"]
    length, signal, noise = tensor.exp(p[0]), tensor.exp(p[1]), tensor.exp(p[2])
    squares = (x[:, None] - x[None, :]) ** 2
    factor = tensor.linalg.cholesky(signal * tensor.exp(-0.5 / length**2 * squares) + noise * tensor.eye(n))
    z = tensor.linalg.solve_triangular(factor, y, lower=True)
    value = 0.5 * (z * z).sum() + tensor.log(tensor.diagonal(factor)).sum() + 0.5 * n * math.log(2 * math.pi)
    return value, pytensor.grad(value, p)
