"""Norms over axes, as they are written by hand: no square overflows, and bits stay where none would."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import tensor as T

Array = np.ndarray[Any, Any]
FORMS: dict[str, Any] = {
    "root of a sum": (lambda x: sn.sqrt(sn.sum(x**2, axis=1)), 25.0),
    "with a kept axis": (lambda x: sn.sqrt((x * x).sum(1, keepdims=True))[:, 0], 25.0),
    "root of a mean": (lambda x: sn.sqrt((x * x).mean(axis=1)), 12.5),
}


@pytest.mark.parametrize("mode", ["c", "numpy"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", FORMS)
def test_squares_neither_overflow_nor_underflow(name: str, dtype: str, mode: str) -> None:
    form, square = FORMS[name]
    x = T.matrix("x", dtype=dtype)
    top = 500 if dtype == "float64" else 60
    scales = np.array([2.0**top, 2.0**-top, 2.0 ** (2 * top - 10), 2.0 ** (10 - 2 * top), 1.0])[:, None]
    values = (np.array([[3.0, -4.0]]) * scales).astype(dtype)
    found = sn.function([x], form(x), mode=mode)(values)
    np.testing.assert_array_equal(found, (np.sqrt(dtype_of(square, dtype)) * scales[:, 0]).astype(dtype))


def dtype_of(value: float, dtype: str) -> Any:
    return np.dtype(dtype).type(value)


@pytest.mark.parametrize("name", FORMS)
def test_special_elements_stay(name: str) -> None:
    x = T.dmatrix("x")
    values = np.array([[0.0, -0.0], [np.inf, 1.0], [np.nan, 1.0], [-np.inf, np.nan]])
    f = sn.function([x], FORMS[name][0](x), mode="c")
    np.testing.assert_array_equal(f(values), [0.0, np.inf, np.nan, np.nan])
    np.testing.assert_array_equal(f(np.empty((2, 0))), [0.0, 0.0] if "sum" in name or "axis" in name else [np.nan] * 2)


def test_bits_stay_where_no_square_overflows() -> None:
    x = T.dmatrix("x")
    values = np.random.default_rng(0).normal(size=(50, 77))
    scaled, plain = (sn.function([x], sn.sqrt(sn.sum(x * x, axis=1)), mode="c", rewrites=rules)
                     for rules in (sn.rules, sn.rules.without("scaled_norm")))
    np.testing.assert_array_equal(scaled(values), plain(values))


def test_gradients_of_large_vectors_are_directions() -> None:
    x = T.dvector("x")
    gradient = sn.function([x], sn.grad(sn.sqrt(sn.sum(x**2)), x), mode="c")
    np.testing.assert_allclose(gradient(np.array([3e200, 4e200])), [0.6, 0.8], rtol=1e-15)
    np.testing.assert_allclose(gradient(np.array([3e-200, 4e-200])), [0.6, 0.8], rtol=1e-15)
