"""Quotients by what is the same for many elements: the bits of division, without a division for each element."""

from __future__ import annotations

import numpy as np
import pytest

import symnum as sn

SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -1e-310, 2.3e-308, 1e-290, 1.7e308, -1.7e308, 1.0, 3.0])
NARROW = np.array([0, -0.0, np.inf, -np.inf, np.nan, 1.5e-45, -1e-40, 1.2e-38, 1e-31, 3e38, -3e38, 1, 3], np.float32)
# Below this size a quotient may be off by a unit in the last place.
SMALL = {"float64": 1e-288, "float32": 1e-30}


def assert_quotients(found: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    with np.errstate(all="ignore"):
        expected = np.divide(x, y)
    assert found.dtype == expected.dtype
    small = (abs(expected) < SMALL[str(x.dtype)]) & (expected != 0)
    np.testing.assert_array_equal(found[~small], expected[~small])
    np.testing.assert_array_equal(np.signbit(found)[~np.isnan(expected)], np.signbit(expected)[~np.isnan(expected)])
    with np.errstate(all="ignore"):
        assert np.all(abs(found[small] - expected[small]) <= np.spacing(abs(expected[small])))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_quotients_by_a_scalar_are_those_of_division(dtype):
    x, y = sn.tensor.vector("x", dtype=dtype), sn.tensor.scalar("y", dtype=dtype)
    f, random = sn.function([x, y], x / y, mode="c"), np.random.default_rng(0)
    special, whole, span = (SPECIAL, np.int64, 100) if dtype == "float64" else (NARROW, np.int32, 10)
    for k in range(300):
        bits = random.integers(np.iinfo(whole).min, np.iinfo(whole).max, 50, whole).view(dtype)
        near = (random.normal(size=50) * 10.0 ** random.uniform(-span, span)).astype(dtype)
        values = np.concatenate([bits, near, special])
        divisor = (special[k % len(special)], near[0], bits[0])[k % 3]
        assert_quotients(f(values, divisor), values, np.asarray(divisor))


def test_an_infinite_number_divided_by_a_power_of_two_is_infinite():
    x, y = sn.tensor.vector("x", dtype="float64"), sn.tensor.scalar("y", dtype="float64")
    f = sn.function([x, y], x / y, mode="c")
    for divisor in (*2.0 ** np.arange(-1074, 1024, 7), *-2.0 ** np.arange(-1020, 1024, 70)):
        assert_quotients(f(SPECIAL, divisor), SPECIAL, np.asarray(divisor))


@pytest.mark.parametrize("shape", [(9, 5), (5, 33), (300, 7), (3, 5000)])
@pytest.mark.parametrize("axis", [0, 1])
def test_quotients_beside_folds_are_those_of_division(shape, axis):
    x = sn.tensor.matrix("x", dtype="float64")
    total = x.sum(axis=axis, keepdims=True)
    spread = sn.sum(abs(x / total), axis=axis)
    f = sn.function([x], [total, x / total, spread], mode="c")
    values = np.random.default_rng(1).normal(size=shape)
    sums, quotients, _ = f(values)
    assert_quotients(quotients, values, np.broadcast_to(sums, shape))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_are_divided_by_one_reciprocal(dtype):
    x = sn.tensor.matrix("x", dtype=dtype)
    text = sn.function([x], x / x.sum(axis=1, keepdims=True), mode="c").source("c")
    assert f"sn_divided_f{dtype[-2:]}(" in text


def test_what_differs_from_element_to_element_is_divided():
    x, y = sn.tensor.vector("x", dtype="float64"), sn.tensor.vector("y", dtype="float64")
    assert "sn_divided" not in sn.function([x, y], x / y, mode="c").source("c")
    assert "sn_divided" not in sn.function([x], x.mean(), mode="c").source("c")
