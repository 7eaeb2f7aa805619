"""Quotients by what is the same for many elements: the bits of division, without a division for each element."""

from __future__ import annotations

import numpy as np
import pytest

import symnum as sn

SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -1e-310, 2.3e-308, 1e-290, 1.7e308, -1.7e308, 1.0, 3.0])
# Below this size a quotient may be off by a unit in the last place.
SMALL = 1e-288


def assert_quotients(found: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    with np.errstate(all="ignore"):
        expected = np.divide(x, y)
    small = (abs(expected) < SMALL) & (expected != 0)
    np.testing.assert_array_equal(found[~small], expected[~small])
    np.testing.assert_array_equal(np.signbit(found)[~np.isnan(expected)], np.signbit(expected)[~np.isnan(expected)])
    with np.errstate(all="ignore"):
        assert np.all(abs(found[small] - expected[small]) <= np.spacing(abs(expected[small])))


def test_quotients_by_a_scalar_are_those_of_division():
    x, y = sn.tensor.vector("x", dtype="float64"), sn.tensor.scalar("y", dtype="float64")
    f, random = sn.function([x, y], x / y, mode="c"), np.random.default_rng(0)
    for k in range(300):
        bits = random.integers(-2 ** 63, 2 ** 63 - 1, 50).view(np.float64)
        near = random.normal(size=50) * 10.0 ** random.uniform(-100, 100)
        values = np.concatenate([bits, near, SPECIAL])
        divisor = (SPECIAL[k % len(SPECIAL)], near[0], bits[0])[k % 3]
        assert_quotients(f(values, divisor), values, divisor)


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


def test_rows_are_divided_by_one_reciprocal():
    x = sn.tensor.matrix("x", dtype="float64")
    text = sn.function([x], x / x.sum(axis=1, keepdims=True), mode="c").source("c")
    assert "sn_divided_f64(" in text
    narrow = sn.tensor.matrix("x", dtype="float32")
    assert "sn_divided" not in sn.function([narrow], narrow / narrow.sum(axis=1, keepdims=True), mode="c").source("c")


def test_what_differs_from_element_to_element_is_divided():
    x, y = sn.tensor.vector("x", dtype="float64"), sn.tensor.vector("y", dtype="float64")
    assert "sn_divided" not in sn.function([x, y], x / y, mode="c").source("c")
    assert "sn_divided" not in sn.function([x], x.mean(), mode="c").source("c")
