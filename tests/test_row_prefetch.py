"""Vector bodies fetch the next row: of rows that have been read once, and of columns, whose rows lie apart."""

from __future__ import annotations

import numpy as np
import pytest

import symnum as sn


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_later_phases_of_rows_fetch_the_next_row(dtype):
    x = sn.tensor.matrix("x", dtype=dtype)
    f = sn.function([x], sn.log(sn.exp(x).sum(axis=1)), mode="c")
    text = f.source("c")
    assert text.count("__builtin_prefetch(") == 1
    assert f"sn_least({(1 << 17) // np.dtype(dtype).itemsize} / sn_most(n1, 1), 1)" in text
    assert "prefetch" not in f.source("c99")
    values = np.random.default_rng(0).normal(size=(7, 40_000)).astype(dtype)
    np.testing.assert_allclose(f(values), np.log(np.exp(values.astype(np.float64)).sum(1)), 1e-5)


def test_what_is_read_once_is_not_fetched():
    x = sn.tensor.matrix("x", dtype="float64")
    for formula in (sn.exp(x), sn.exp(x).sum(axis=1), sn.exp(x - x.max())):
        assert "prefetch" not in sn.function([x], formula, mode="c").source("c")


@pytest.mark.parametrize("shape", [(0, 5), (1, 1), (300, 130), (130, 40_000)])
def test_columns_fetch_the_next_row(shape):
    x = sn.tensor.matrix("x", dtype="float64")
    f = sn.function([x], sn.exp(x).sum(axis=0), mode="c")
    assert f.source("c").count("__builtin_prefetch(") == 1
    values = np.random.default_rng(1).normal(size=shape)
    np.testing.assert_allclose(f(values), np.exp(values).sum(0), 1e-12)
