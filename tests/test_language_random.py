"""Functions of arrays of random shapes, dtypes and axes, some lengths unknown: NumPy's results."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_cases import agree
from numpy_values import value

from symnum import tensor as T
from symnum.tensor import Tensor

Array = np.ndarray[Any, Any]
DTYPES = ("bool", "int8", "uint16", "int64", "float32", "float64")
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@st.composite
def arrays(draw: st.DrawFn, shortest: int = 0) -> tuple[Tensor, Array]:
    """An input, some of whose lengths are unknown, and numbers for it (NaN among floats)."""
    shape = tuple(draw(st.lists(st.integers(shortest, 4), min_size=1, max_size=3)))
    dtype = draw(st.sampled_from(DTYPES))
    lowest = 0 if dtype in ("bool", "uint16") else -3
    numbers = np.random.default_rng(draw(st.integers(0, 99))).integers(lowest, 4, shape)
    array = numbers.astype(dtype)
    if dtype.startswith("float") and draw(st.booleans()):
        array[numbers == 3] = np.nan
    known = tuple(None if draw(st.booleans()) else n for n in shape)
    return T.tensor("x", dtype=dtype, shape=known), array


def compare(call: Any, x: Tensor, array: Array) -> None:
    """The same call of both modules."""
    with np.errstate(all="ignore"):
        wanted = call(np, array)
    results = call(T, x)
    pairs = zip(results, wanted, strict=True) if isinstance(wanted, list | tuple) else [(results, wanted)]
    for got, want in pairs:
        agree(value(got, {x: array}), np.asarray(want), "")


def axis_of(data: st.DataObject, array: Array) -> int:
    return data.draw(st.integers(-array.ndim, array.ndim - 1))


@given(data=st.data(), given_=arrays(shortest=1))
@settings(max_examples=120)
def test_shapes(data: st.DataObject, given_: tuple[Tensor, Array]) -> None:
    x, array = given_
    axis, count = axis_of(data, array), data.draw(st.integers(1, 3))
    mode = data.draw(st.sampled_from(["constant", "edge", "symmetric", "wrap"]))
    widths = [(data.draw(st.integers(0, n)), data.draw(st.integers(0, n))) for n in array.shape]
    numbers = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
    place = data.draw(st.integers(-array.shape[axis], array.shape[axis] - 1))
    for call in (
            lambda m, a: m.repeat(a, count, axis), lambda m, a: m.tile(a, numbers), lambda m, a: m.pad(a, widths, mode),
            lambda m, a: m.array_split(a, count + 1, axis), lambda m, a: m.delete(a, place, axis),
            lambda m, a: m.insert(a, place, 1, axis), lambda m, a: m.ravel(a, order="F"),
            lambda m, a: m.concatenate([a, a[:1]], axis=0), lambda m, a: m.append(a, a), lambda m, a: m.tril(a, place),
            lambda m, a: m.rollaxis(a, axis), lambda m, a: m.split(a, [1, place], axis)):
        compare(call, x, array)


@given(data=st.data(), given_=arrays())
@settings(max_examples=120)
def test_reductions_and_statistics(data: st.DataObject, given_: tuple[Tensor, Array]) -> None:
    x, array = given_
    mask = np.random.default_rng(data.draw(st.integers(0, 9))).integers(0, 2, array.shape).astype(bool)
    options = {"axis": data.draw(st.none() | st.just(axis_of(data, array))), "keepdims": data.draw(st.booleans())}
    for call in (
            lambda m, a: m.sum(a, where=mask, initial=2, **options), lambda m, a: m.prod(a, where=mask, **options),
            lambda m, a: m.max(a, where=mask, initial=0, **options), lambda m, a: m.min(a, initial=1, **options),
            lambda m, a: m.any(a, where=mask, **options), lambda m, a: m.all(a, where=mask, **options),
            lambda m, a: m.count_nonzero(a, **options), lambda m, a: m.nansum(a, **options),
            lambda m, a: m.nanprod(a, **options)):
        compare(call, x, array)
    if array.size and array.dtype != np.bool_:
        for call in (
                lambda m, a: m.mean(a, where=mask, **options), lambda m, a: m.var(a, where=mask, ddof=1, **options),
                lambda m, a: m.nanmean(a, **options), lambda m, a: m.nanmax(a, **options),
                lambda m, a: m.nanvar(a, **options), lambda m, a: m.ptp(a, **options)):
            compare(call, x, array)


@given(data=st.data(), given_=arrays(shortest=1))
@settings(max_examples=60)
def test_sums_of_exponentials(data: st.DataObject, given_: tuple[Tensor, Array]) -> None:
    import scipy.special
    x, array = given_
    axis = data.draw(st.none() | st.just(axis_of(data, array)))
    for name in ("logsumexp", "softmax", "log_softmax"):
        got = value(getattr(T, name)(x, axis=axis), {x: array})
        wide = array if array.dtype.kind == "f" else array.astype("float64")
        wanted = np.asarray(getattr(scipy.special, name)(wide, axis=axis))
        agree(got, wanted, name)
