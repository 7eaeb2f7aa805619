"""Folds inside other folds: computed for a tile of elements side by side, and never stored."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnum as sn

SIZES = [(5, 7, 3), (40, 300, 8), (130, 257, 9), (3, 5000, 2), (20, 40, 200), (1, 1, 1), (0, 4, 2), (4, 9, 0)]


def squares(x, y):
    return sn.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=2)


def kernels(text):
    return len(set(re.findall(r"static int sn_program_k\d+\(", text)))


def example(size, dtype):
    random, (m, n, k) = np.random.default_rng(0), size
    a, b = random.normal(size=(m, k)).astype(dtype), random.normal(size=(n, k)).astype(dtype)
    return a, b, ((a[:, None, :].astype(np.float64) - b[None, :, :].astype(np.float64)) ** 2).sum(2)


@pytest.fixture(scope="module", params=["float64", "float32"])
def nearest(request):
    x, y = sn.tensor.matrix("x", dtype=request.param), sn.tensor.matrix("y", dtype=request.param)
    d = squares(x, y)
    return request.param, sn.function([x, y], [sn.min(d, axis=1), sn.argmin(d, axis=1)], mode="c"), \
        sn.function([x, y], sn.sum(sn.exp(-sn.sqrt(d)), axis=1), mode="c")


@pytest.mark.parametrize("size", SIZES)
def test_folds_of_distances(nearest, size):
    dtype, closest, kernel_sum = nearest
    a, b, expected = example(size, dtype)
    least, place = closest(a, b)
    tolerance = 1e-13 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(least, expected.min(1), tolerance)
    if size[2]:
        np.testing.assert_array_equal(place, expected.argmin(1))
    np.testing.assert_allclose(kernel_sum(a, b), np.exp(-np.sqrt(expected)).sum(1), 10 * tolerance)


def test_distances_are_not_stored(nearest):
    for f in nearest[1:]:
        assert kernels(f.source("c")) == 1


def test_bits_do_not_depend_on_the_number_of_threads(nearest):
    dtype, *functions = nearest
    a, b, _ = example((300, 700, 9), dtype)
    before, found = sn.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            sn.set_num_threads(threads)
            found.append([np.asarray(r).tobytes() for f in functions for r in np.atleast_2d(f(a, b))])
    finally:
        sn.set_num_threads(before)
    assert found[0] == found[1] == found[2]


def test_what_is_as_large_as_the_fold_is_stored_in_between():
    x = sn.tensor.tensor3("x", dtype="float64")
    f = sn.function([x], sn.max(sn.sum(x * x, axis=2), axis=1), mode="c")
    assert kernels(f.source("c")) == 2
    values = np.random.default_rng(2).normal(size=(4, 30, 50))
    np.testing.assert_allclose(f(values), (values * values).sum(2).max(1), 1e-13)


def test_overlapping_windows_of_folds_are_computed_once():
    x, y = sn.tensor.matrix("x", dtype="float64"), sn.tensor.matrix("y", dtype="float64")
    d = squares(x, y)
    f = sn.function([x, y], sn.max(sn.stack([d[:, k:d.shape[1] - 2 + k] for k in range(3)]), axis=0), mode="c")
    a, b, expected = example((6, 40, 5), "float64")
    windows = np.stack([expected[:, k:38 + k] for k in range(3)]).max(0)
    np.testing.assert_allclose(f(a, b), windows, 1e-13)
    assert kernels(f.source("c")) > 1
