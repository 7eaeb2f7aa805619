"""Linear algebra of matrices that are known to be small: native loops, without libraries or memory of the pool."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import symnum as sn

CASES = [(1, "float64"), (2, "float64"), (3, "float32"), (4, "float64"), (8, "float64")]


@cache
def compiled(n: int, dtype: str) -> Callable[..., Any]:
    x = sn.tensor.tensor("x", dtype=dtype, shape=(n, n))
    b = sn.tensor.tensor("b", dtype=dtype, shape=(n, 2))
    sign, logarithm = sn.linalg.slogdet(x)
    results = (sn.linalg.inv(x), sn.linalg.solve(x, b), sn.linalg.det(x), sign, logarithm)
    f: Callable[..., Any] = sn.function([x, b], results)
    return f


def expected(x: Any, b: Any) -> tuple[Any, ...]:
    return (np.linalg.inv(x), np.linalg.solve(x, b), np.linalg.det(x), *np.linalg.slogdet(x))


def matrices(n: int, dtype: str) -> list[Any]:
    """Such that rows must be exchanged, in all ways for few of them, and such that must not."""
    random = np.random.default_rng(n)
    turned = [np.roll(np.diag(random.uniform(1, 2, n)), k, axis=0) for k in range(n)]
    return [x.astype(dtype) for x in (*turned, random.normal(size=(n, n)), np.tri(n) + np.eye(n), -np.eye(n)[::-1])]


@pytest.mark.parametrize(("n", "dtype"), CASES)
def test_solutions_are_as_exact_as_those_of_lapack(n: int, dtype: str) -> None:
    f = compiled(n, dtype)
    tolerance = 200 * n * np.finfo(dtype).eps
    for x in matrices(n, dtype):
        b = np.arange(2 * n, dtype=dtype).reshape(n, 2)
        for found, wanted in zip(f(x, b), expected(x, b), strict=True):
            assert found.dtype == dtype
            np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * np.abs(wanted).max())


@pytest.mark.parametrize(("n", "dtype"), CASES)
def test_residuals_stay_small_where_a_pivot_is_tiny(n: int, dtype: str) -> None:
    x = np.random.default_rng(n).normal(size=(n, n)).astype(dtype)
    x[0, 0] = 1e-6 if dtype == "float32" else 1e-15
    if n > 1:
        inverse = compiled(n, dtype)(x, np.ones((n, 2), dtype))[0]
        residual = np.abs(x @ inverse - np.eye(n)).max()
        assert residual < 50 * n * np.finfo(dtype).eps * np.linalg.cond(x)


@pytest.mark.parametrize(("n", "dtype"), CASES)
def test_singular_matrices_are_refused_as_numpy_does(n: int, dtype: str) -> None:
    x = np.ones((n, n), dtype)
    x[:, -1] = 0
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        compiled(n, dtype)(x, np.ones((n, 2), dtype))


def test_nan_goes_through() -> None:
    x = np.full((4, 4), np.nan)
    assert all(np.isnan(value).any() for value in compiled(4, "float64")(x, np.ones((4, 2)))[:3])


@pytest.mark.parametrize(("n", "dtype"), CASES)
def test_they_need_no_library_no_host_and_no_memory(n: int, dtype: str) -> None:
    f: Any = compiled(n, dtype)
    assert not f.interface.hosts and not f.interface.blas
    assert "rt->alloc" not in f.source().split("sn_rt;")[1]
    assert f.interface.cost < 10_000     # so cheap that a call does not release the interpreter's lock
    f(np.eye(n, dtype=dtype), np.ones((n, 2), dtype))
    before = sn.pool_info()
    f(np.eye(n, dtype=dtype), np.ones((n, 2), dtype))
    assert sn.pool_info().hits == before.hits and sn.pool_info().misses == before.misses


def test_a_chain_of_small_matrices_stays_cheap() -> None:
    a, b = (sn.tensor.tensor(name, dtype="float64", shape=(4, 4)) for name in "ab")
    f: Any = sn.function([a, b], a @ b @ a.T @ b.T @ a)
    assert f.interface.cost < 10_000
    x, y = np.random.default_rng(0).normal(size=(2, 4, 4))
    np.testing.assert_allclose(f(x, y), x @ y @ x.T @ y.T @ x, rtol=1e-12)
