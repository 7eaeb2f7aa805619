"""Folds of columns: every number of rows, and what is computed once for a tile of columns."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnum as sn


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
    assert len(re.findall(r" = t\d+ / t\d+;", text)) == 2
