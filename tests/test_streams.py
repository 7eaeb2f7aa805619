"""Long loops go in strips of whole vectors, with hints for the memory that they are about to read and store."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnum as sn

HINT = r"__builtin_prefetch\(b(\d+) \+ ([^;]*)\);"


def inside(x):
    c = x[1:-1, 1:-1]
    return c + 0.25 * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:] - 4 * c)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_only_the_foremost_of_the_places_in_a_buffer_is_fetched(dtype):
    x = sn.tensor.matrix("x", dtype=dtype)
    f = sn.function([x], inside(x), mode="c")
    hints = re.findall(HINT, f.source("c"))
    assert [buffer for buffer, _ in hints] == ["0", "1"]
    assert "2 * n1" in hints[0][1]
    assert "prefetch" not in f.source("c99")


def test_what_is_stored_is_not_fetched_beyond_a_share():
    x = sn.tensor.dvector("x")
    for y in (x * 2 + 1, sn.exp(x)):
        assert re.search(r"__builtin_prefetch\([by]\d \+ sn_least\(", sn.function([x], y, mode="c").source("c"))


def test_short_rows_and_reversed_ones_have_no_strips():
    x, short = sn.tensor.dvector("x"), sn.tensor.tensor("y", dtype="float64", shape=(40,))
    assert "prefetch" not in sn.function([x], x[::-1] + 1, mode="c").source("c")
    assert "prefetch" not in sn.function([short], short + 1, mode="c").source("c")


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "bool"])
def test_every_length_and_every_place_is_computed_once(dtype):
    x = sn.tensor.vector("x", dtype=dtype)
    narrow = sn.function([x], [x[1:] ^ x[:-1] if dtype == "bool" else x[1:] - x[:-1], x == x[0]], mode="c")
    for length in (*range(1, 150, 7), 4090, *range(4095, 4240), 5000):   # from 4,096 elements on there are strips
        values = (np.arange(length) * 7 % 31).astype(dtype)
        change, same = narrow(values)
        expected = values[1:] ^ values[:-1] if dtype == "bool" else values[1:] - values[:-1]
        np.testing.assert_array_equal(change, expected)
        np.testing.assert_array_equal(same, values == values[0])


@pytest.mark.parametrize("length", [17, 70, 5000, 100_003])
def test_what_is_changed_in_place_is_changed_once(length):
    x = sn.tensor.dvector("x")
    f = sn.function([x], sn.cumsum(sn.cumsum(x) * 2 + 1), mode="c")
    # No restrict: both are the same memory.
    assert all(f"double *{b}" in f.source("c") and f"*restrict {b}," not in f.source("c") for b in ("b2", "b3"))
    values = np.arange(length) % 17.0
    np.testing.assert_array_equal(f(values), np.cumsum(np.cumsum(values) * 2 + 1))


@pytest.mark.parametrize("shape", [(3, 3), (5, 18), (40, 19), (70, 500), (900, 333)])
def test_threads_and_rows_of_any_length_give_the_same_bits(shape):
    x = sn.tensor.dmatrix("x")
    f = sn.function([x], inside(x), mode="c")
    values = np.random.default_rng(0).normal(size=shape)
    threads = sn.get_num_threads()
    try:
        for count in (1, 2, 3):
            sn.set_num_threads(count)
            np.testing.assert_array_equal(f(values), inside(values))
    finally:
        sn.set_num_threads(threads)
