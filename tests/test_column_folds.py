"""Folds of columns: every number of rows, and what is computed once for a tile of columns."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnum as sn
from symnum.options import current


@pytest.fixture(scope="module")
def statistics():
    x = sn.tensor.matrix("x", dtype="float64")
    return sn.function([x], [x.sum(axis=0), x.var(axis=0), x.max(axis=0), sn.argmin(x, axis=0)], mode="c")


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 7, 8, 127, 128, 129, 131, 8191, 8195])
@pytest.mark.parametrize("columns", [1, 8, 129])
def test_every_number_of_rows(statistics, rows, columns):
    values = np.random.default_rng(rows).normal(loc=3.0, size=(rows, columns))
    total, variance, largest, place = statistics(values)
    np.testing.assert_allclose(total, values.sum(0), 1e-13)
    np.testing.assert_allclose(variance, values.var(0), 1e-11, 1e-25)
    np.testing.assert_array_equal(largest, values.max(0))
    np.testing.assert_array_equal(place, values.argmin(0))


@pytest.mark.parametrize("rows", [1023, 1024, 1025, 8191, 70_003])
@pytest.mark.parametrize("columns", [0, 1, 2, 3, 8, 63, 64, 65, 130])
def test_rows_of_narrow_matrices_are_folded_together(rows, columns):
    x, weights = sn.tensor.matrix("x", dtype="float64"), sn.tensor.vector("w", dtype="float64")
    products = x * sn.exp(weights)
    outputs = [x.sum(axis=0), x.var(axis=0), x.min(axis=0), products.sum(axis=0), (x > weights).any(axis=0)]
    f = sn.function([x, weights], outputs, mode="c")
    values, given = np.random.default_rng(rows).normal(loc=3.0, size=(rows, columns)), np.linspace(-1, 7, columns)
    total, variance, smallest, weighted, larger = f(values, given)
    np.testing.assert_allclose(total, values.sum(0), 1e-13)
    np.testing.assert_allclose(variance, values.var(0), 1e-11)
    np.testing.assert_array_equal(smallest, values.min(0))
    np.testing.assert_allclose(weighted, (values * np.exp(given)).sum(0), 1e-13)
    np.testing.assert_array_equal(larger, (values > given).any(0))


def test_what_differs_from_row_to_row_keeps_rows_apart():
    x, factors = sn.tensor.matrix("x", dtype="float64"), sn.tensor.vector("y", dtype="float64")
    f = sn.function([x, factors], [(x * factors[:, None]).sum(axis=0), sn.argmax(x, axis=0)], mode="c")
    values, given = np.random.default_rng(5).normal(size=(3001, 5)), np.arange(3001.0)
    total, place = f(values, given)
    np.testing.assert_allclose(total, (values * given[:, None]).sum(0), 1e-10)
    np.testing.assert_array_equal(place, values.argmax(0))


def test_nan_and_the_number_of_threads_with_rows_folded_together():
    x = sn.tensor.matrix("x", dtype="float32")
    f = sn.function([x], [x.var(axis=0), x.max(axis=0)], mode="c")
    values = np.random.default_rng(6).normal(size=(300_001, 8)).astype(np.float32)
    values[300_000, 3] = values[17, 5] = np.nan
    before, found = sn.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            sn.set_num_threads(threads)
            found.append(f(values))
    finally:
        sn.set_num_threads(before)
    for variance, largest in found:
        np.testing.assert_array_equal(np.isnan(largest), [k in (3, 5) for k in range(8)])
        np.testing.assert_array_equal(variance, found[0][0])


@pytest.mark.parametrize("columns", [127, 1023, 1024, 1025, 2100])
@pytest.mark.parametrize("rows", [255, 257, 700])
def test_wide_rows_have_the_same_bits_for_every_number_of_threads(columns, rows):
    x = sn.tensor.matrix("x", dtype="float64")
    values = np.random.default_rng(columns).normal(loc=3.0, size=(rows, columns))
    found = []
    for threads in (1, 2, 3):
        with current().but(threads=threads).active():
            f = sn.function([x], [sn.log(sn.sum(sn.exp(x), axis=0)), x.max(axis=0)], mode="c")
            found.append(f(values))
    np.testing.assert_allclose(found[0][0], np.log(np.exp(values).sum(0)), 1e-14)
    np.testing.assert_array_equal(found[0][1], values.max(0))
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


def test_rows_are_added_one_after_the_other():
    x = sn.tensor.matrix("x", dtype="float64")
    f = sn.function([x], x.sum(axis=0), mode="c")
    values = np.random.default_rng(0).normal(size=(127, 9))
    expected = np.zeros(9)
    for row in values:
        expected = expected + row
    np.testing.assert_array_equal(f(values), expected)


def test_nan_stays_in_its_column(statistics):
    values = np.random.default_rng(1).normal(size=(30, 5))
    for row in range(30):
        given = values.copy()
        given[row, 2] = np.nan
        total, variance, largest, place = statistics(given)
        for found in (total, variance, largest):
            np.testing.assert_array_equal(np.isnan(found), [False, False, True, False, False])
        assert place[2] == row


def test_means_are_divided_once_for_a_column():
    x = sn.tensor.matrix("x", dtype="float64")
    text = sn.function([x], x.var(axis=0), mode="c").source("c")
    assert len(re.findall(r"double tree\d+\[", text)) == 2, "the mean is computed again for each row"
    # The third is for the rows that are left when several are folded as one.
    assert len(re.findall(r" = t\d+ / t\d+;", text)) == 3
