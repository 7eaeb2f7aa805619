"""Inverse roots by estimates, squares that are added with one rounding, and rows that are folded together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum.codegen.compiler import machine
from symnum.ops.reference import fma

Array = np.ndarray[Any, Any]
DTYPES = ("float64", "float32")
ROOTS: dict[str, Callable[[Any, Any], Any]] = {
    "inverse": lambda np_or_sn, x: 1 / np_or_sn.sqrt(x), "cubed": lambda np_or_sn, x: 1 / (x * np_or_sn.sqrt(x))}
# Largest errors, in halves of a unit in the last place of numbers just above a power of 2.
MOST = {("inverse", "float64"): 1.6, ("inverse", "float32"): 1.7, ("cubed", "float64"): 2.1, ("cubed", "float32"): 4.0}


def function_of(step: Callable[..., Any], dtype: str, rank: int = 1, **options: Any) -> Any:
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,) * rank)
    return sn.function([x], step(x), mode="c", **options)


def errors(found: Array, expected: Any) -> Array:
    return np.asarray(abs(found - expected) / expected / (np.finfo(found.dtype).eps / 2), np.float64)


def positive(dtype: str, size: int) -> Array:
    """Numbers of all sizes whose power -3/2 is one too."""
    most = 600 if dtype == "float64" else 80
    random = np.random.default_rng(0)
    return (random.uniform(1, 4, size) * 2.0 ** random.integers(-most, most, size)).astype(dtype)


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_inverse_roots_are_near(name: str, dtype: str) -> None:
    x = positive(dtype, 200_000)
    found = function_of(lambda v: ROOTS[name](sn, v), dtype)(x)
    assert errors(found, ROOTS[name](np, x.astype(np.longdouble))).max() < MOST[name, dtype]


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_inverse_roots_of_special_numbers(name: str, dtype: str) -> None:
    info = np.finfo(dtype)
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -1.0, info.smallest_subnormal, info.tiny / 8, info.tiny, info.max,
                  1.0, 4.0], dtype)
    found = function_of(lambda v: ROOTS[name](sn, v), dtype)(x)
    with np.errstate(all="ignore"):
        expected = ROOTS[name](np, x.astype(np.longdouble)).astype(dtype)
    np.testing.assert_allclose(found, expected, rtol=2 * info.eps, atol=info.smallest_subnormal)
    finite = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(found[finite]), np.signbit(expected[finite]))


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_an_inverse_root_has_one_value(name: str, dtype: str) -> None:
    """Elementwise, of a single number, and in a fold, whole vectors or not."""
    step = ROOTS[name]
    plain = function_of(lambda v: step(sn, v), dtype)
    largest = function_of(lambda v: sn.max(step(sn, v), axis=1), dtype, 2)
    for value in positive(dtype, 3):
        one = plain(np.array([value], dtype))[0]
        assert function_of(lambda v: step(sn, v), dtype, 0)(value) == one
        for length in range(1, 81):
            assert np.all(plain(np.full(length, value, dtype)) == one)
            assert np.all(largest(np.full((3, length), value, dtype)) == one)


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_rewrites_roots_are_divided_by(dtype: str) -> None:
    x = positive(dtype, 1000)
    for step in ROOTS.values():
        f = function_of(lambda v, step=step: step(sn, v), dtype, rewrites="off")
        np.testing.assert_array_equal(f(x), step(np, x))
        assert "sn_estimate" not in f.source("c")


@pytest.mark.skipif(" avx512f " not in machine(), reason="needs the instruction")
@pytest.mark.parametrize("dtype", DTYPES)
def test_estimates_are_taken_of_whole_vectors(dtype: str) -> None:
    for name, step in ROOTS.items():
        text = function_of(lambda v, step=step: sn.sum(step(sn, v[:, None] - v), axis=1), dtype).source("c")
        assert "sn_estimate_" in text and "sqrt(" not in text.partition("#endif\n}")[2], name
        assert "vrsqrt" not in function_of(lambda v, step=step: step(sn, v), dtype).source("c99")


def test_a_root_of_a_root_is_estimated_twice() -> None:
    x = positive("float64", 1000)
    f = function_of(lambda v: 1 / sn.sqrt(1 + sn.exp(-1 / sn.sqrt(v))), "float64")
    np.testing.assert_allclose(f(x), 1 / np.sqrt(1 + np.exp(-1 / np.sqrt(x))), rtol=2e-15)


# squares ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", DTYPES)
def test_squares_are_added_with_one_rounding(dtype: str) -> None:
    x = np.random.default_rng(0).normal(size=1000).astype(dtype)
    y = x[::-1].copy()
    f = function_of(lambda v: v * v + v[::-1] * v[::-1], dtype)
    assert "sn_add_square" in f.source("c") and " fma" in f.source("c")
    fused = (fma(x, x, y * y), fma(y, y, x * x))
    assert any(np.array_equal(f(x), expected) for expected in (*fused, x * x + y * y))
    off = function_of(lambda v: v * v + v[::-1] * v[::-1], dtype, rewrites="off")
    np.testing.assert_array_equal(off(x), x * x + y * y)


def test_differences_of_squares_cancel() -> None:
    f = function_of(lambda v: v * v - v[::-1] * v[::-1] + (v * v - 1), "float64")
    assert "sn_add_square" not in f.source("c")
    g = function_of(lambda v: v * v - v[::-1] * v[::-1], "float64")
    assert np.all(g(np.full(9, 0.1)) == 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_of_squares(dtype: str) -> None:
    x = np.random.default_rng(0).normal(size=(70, 500)).astype(dtype)
    for axis in (None, 0, 1):
        f = function_of(lambda v, axis=axis: sn.sum(v * v, axis=axis), dtype, 2)
        expected = (x.astype(np.longdouble) ** 2).sum(axis)
        assert "sn_add_square" in f.source("c") and errors(np.asarray(f(x)), expected).max() < 40
        assert np.isnan(f(np.full((3, 40), np.nan, dtype))).all() and np.all(f(np.zeros((3, 40), dtype)) == 0)


# rows -----------------------------------------------------------------------------------------------------------

def nearest(x: Any, y: Any) -> Any:
    return sn.min(sn.sum((x[:, None, :] - y) ** 2, axis=2), axis=1)


def forces(x: Any, y: Any) -> Any:
    dx, dy = x[:, 0, None] - y[:, 0], x[:, 1, None] - y[:, 1]
    weights = 1 / (dx * dx + dy * dy + 0.01) ** 1.5
    return sn.sum(weights * dx, axis=1) - sn.sum(weights * dy, axis=1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("step", [nearest, forces])
def test_rows_together_have_the_bits_of_single_rows(step: Callable[..., Any], dtype: str) -> None:
    x, y = (sn.tensor.tensor(name, dtype=dtype, shape=(None, None)) for name in "xy")
    f, random = sn.function([x, y], step(x, y), mode="c"), np.random.default_rng(0)
    for columns in (1, 31, 64, 301):
        points, others = (random.normal(size=(n, 3)).astype(dtype) for n in (11, columns))
        whole = f(points, others)
        for k in range(len(points)):
            np.testing.assert_array_equal(f(points[k:k + 1], others), whole[k:k + 1])
            np.testing.assert_array_equal(f(points[k:], others), whole[k:])


def test_rows_that_share_what_they_load_are_folded_together() -> None:
    x, y, m = *sn.tensor.dvectors("x", "y"), sn.tensor.dmatrix("m")
    shared = sn.function([x, y], sn.max(abs(x[:, None] - y), axis=1), mode="c").source("c")
    own = sn.function([m], sn.max(abs(m), axis=1), mode="c").source("c")
    assert ") / 4;" in shared and ") / 4;" not in own
