"""Arrays whose elements lie apart in memory, as arguments: the elements are the same in every layout."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn

DTYPES = ("bool", "uint8", "int16", "float32", "float64", "complex64", "complex128")
LONGEST = {1: 9000, 2: 200, 3: 40, 4: 12}


@lru_cache
def same(dtype: str, rank: int) -> Any:
    """A compiled function that gives its argument back, in order."""
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,) * rank)
    return sn.function([x], x)


@given(st.data())
@settings(deadline=None)
def test_elements_are_the_same_in_every_layout(data: st.DataObject) -> None:
    rank, dtype = data.draw(st.integers(1, 4)), data.draw(st.sampled_from(DTYPES))
    shape = data.draw(st.tuples(*[st.integers(0, LONGEST[rank])] * rank))
    array = (100 * np.random.default_rng(0).random(shape)).astype(dtype)
    array = array.transpose(data.draw(st.permutations(range(rank))))
    array = array[tuple(slice(None, None, data.draw(st.sampled_from((1, 2, 3, -1, -2)))) for _ in range(rank))]
    repeated = data.draw(st.integers(0, rank))
    if repeated < rank and array.shape[repeated]:
        array = np.broadcast_to(array.take([0], axis=repeated), array.shape)
    found = same(dtype, rank)(array)
    assert found.flags.c_contiguous and found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("dtype", DTYPES)
def test_large_arrays_are_shared_by_threads(dtype: str) -> None:
    array = (100 * np.random.default_rng(1).random((3, 515, 403))).astype(dtype)
    for turned in (array.transpose(2, 1, 0), array.transpose(0, 2, 1)[:, ::-1, ::2], array[:, :, ::3]):
        np.testing.assert_array_equal(same(dtype, 3)(turned), turned)


def test_wrong_shapes_are_named_in_every_layout() -> None:
    x = sn.tensor.tensor("x", shape=(None, 3))
    f = sn.function([x], x + 1.0)
    with pytest.raises(sn.errors.ShapeError, match=r"x.*\(3, 4\)"):
        f(np.ones((4, 3)).T)


def test_shared_values_lie_in_any_layout() -> None:
    value = np.asfortranarray(np.random.default_rng(2).random((70, 90)))
    w = sn.shared(value, borrow=True)
    f = sn.function([], w * 2.0)
    np.testing.assert_array_equal(f(), 2 * value)
