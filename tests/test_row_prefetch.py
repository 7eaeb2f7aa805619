"""The next row is fetched: of rows that have been read once, and of columns, whose rows lie apart."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnum as sn
from symnum.codegen.sinks import LANES

# A hint for what lies a distance ahead that depends on lengths.
NEXT_ROW = r"__builtin_prefetch\(x\d+ \+ i\d+ \+ i\d+\);"

@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_later_phases_of_rows_fetch_the_next_row(dtype):
    x = sn.tensor.matrix("x", dtype=dtype)
    f = sn.function([x], sn.log(sn.exp(x).sum(axis=1)), mode="c")
    text = f.source("c")
    assert "__builtin_prefetch(" in text
    assert f"sn_least(n1, {(1 << 17) // np.dtype(dtype).itemsize})" in text
    assert "prefetch" not in f.source("c99")
    values = np.random.default_rng(0).normal(size=(7, 40_000)).astype(dtype)
    np.testing.assert_allclose(f(values), np.log(np.exp(values.astype(np.float64)).sum(1)), 1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sums_in_lanes_fetch_the_next_row(dtype):
    x, columns = sn.tensor.matrix("x", dtype=dtype), sn.tensor.vector("y", dtype=dtype)
    centered = x - x.mean(axis=1, keepdims=True)
    f = sn.function([x, columns], (centered * centered * columns).sum(axis=1), mode="c")
    # A line for each 64 bytes of x, which has rows, none for the other, which has not.
    assert f.source("c").count("__builtin_prefetch(b0 ") == LANES * np.dtype(dtype).itemsize // 64
    assert "__builtin_prefetch(b1 " not in f.source("c")
    assert "prefetch" not in f.source("c99")
    values = np.random.default_rng(2).normal(size=(5, 40_001)).astype(dtype)
    weights = np.arange(40_001).astype(dtype) / 40_001
    exact = values.astype(np.float64)
    expected = ((exact - exact.mean(1, keepdims=True)) ** 2 * weights).sum(1)
    np.testing.assert_allclose(f(values, weights), expected, 1e-4)


def test_what_is_read_once_is_not_fetched():
    x = sn.tensor.matrix("x", dtype="float64")
    for formula in (sn.exp(x), sn.exp(x).sum(axis=1), sn.exp(x - x.max())):
        assert not re.findall(NEXT_ROW, sn.function([x], formula, mode="c").source("c"))


@pytest.mark.parametrize("shape", [(0, 5), (1, 1), (300, 130), (130, 40_000)])
def test_columns_fetch_the_next_row(shape):
    x = sn.tensor.matrix("x", dtype="float64")
    f = sn.function([x], sn.exp(x).sum(axis=0), mode="c")
    assert len(re.findall(NEXT_ROW, f.source("c"))) == 1
    values = np.random.default_rng(1).normal(size=shape)
    np.testing.assert_allclose(f(values), np.exp(values).sum(0), 1e-12)
