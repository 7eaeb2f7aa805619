"""Sorting, places in sorted vectors, medians and quantiles: NumPy's values, dtypes and errors, and derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_values import same, value
from programs import Native, shares_of
from programs import same as same_bits
from test_autodiff_structure import check
from test_scans import arrays, total

import symnum as sn
from symnum import tensor as T
from symnum.codegen.lower import lower
from symnum.errors import ArgumentValueError, AxisError, DTypeError, ShapeError, UnknownNameError
from symnum.ir.build import input_leaf, o
from symnum.ops.sorting import sort as sort_row
from symnum.ops.spec import Routine

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(5)
few = settings(deadline=None, max_examples=40, derandomize=True)
METHODS = ["linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf", "averaged_inverted_cdf",
           "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased"]


# sort -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["sort", "argsort"])
@given(data=st.data())
@few
def test_sorts_are_numpys(name: str, data: st.DataObject) -> None:
    x, array = data.draw(arrays())
    axis = data.draw(st.none() | st.integers(-array.ndim, array.ndim - 1))
    same(value(getattr(T, name)(x, axis), {x: array}), getattr(np, name)(array, axis, kind="stable"))


@given(data=st.data())
@few
def test_descending_sorts_keep_the_order_of_equal_elements(data: st.DataObject) -> None:
    x, array = data.draw(arrays())
    places = value(T.argsort(x, 0, descending=True), {x: array})
    ordered = value(T.sort(x, 0, descending=True), {x: array})
    same(ordered, np.flip(np.sort(array, 0), 0))
    np.testing.assert_array_equal(np.take_along_axis(array, places, 0), ordered)
    before, after = ordered[:-1], ordered[1:]
    equal = (before == after) | (np.isnan(before) & np.isnan(after)) if array.dtype.kind == "f" else before == after
    assert (np.diff(places, axis=0)[equal] > 0).all()


def test_sorts_of_vectors_and_wrong_axes() -> None:
    same(value(T.sort(T.as_tensor(3), None)), np.array([3]))
    for function in (T.sort, T.argsort, T.median, lambda x, axis: T.topk(x, 1, axis)):
        with pytest.raises(AxisError):
            function(T.dmatrix("x"), axis=2)


@pytest.mark.parametrize("shape, axis", [((1 << 18,), 0), ((3, 1 << 17), 1), ((1 << 17, 3), 0), ((1, 1 << 18), 1)])
@pytest.mark.parametrize("zeros", [False, True])
def test_several_threads_sort_as_one_does(shape: tuple[int, ...], axis: int, zeros: bool) -> None:
    assert isinstance(sort_row.lower, Routine) and sort_row.lower.into
    array = RNG.normal(size=shape)
    array.flat[7] = np.nan
    if zeros:
        array.flat[1::3], array.flat[::5] = 0.0, -0.0
    got = []
    for threads in (1, 2, 3):
        result = np.empty(shape)
        sort_row.lower.into([result], threads, array, axis)
        got.append(result)
    assert all(same_bits(x, got[0]) for x in got) and same_bits(got[0], np.sort(array, axis))


def test_several_threads_sort_complex_numbers_as_one_does() -> None:
    assert isinstance(sort_row.lower, Routine) and sort_row.lower.into
    array = RNG.integers(-2, 3, 1 << 18) * -1.0 + 0j
    results = [np.empty_like(array) for _ in range(2)]
    for threads, result in enumerate(results, 1):
        sort_row.lower.into([result], threads, array, 0)
    assert same_bits(results[0].real, results[1].real)


def test_topk() -> None:
    x, array = T.dmatrix("x"), np.array([[3.0, 9.0, 4.0, 9.0], [1.0, 0.0, np.nan, 1.0]])
    values, indices = T.topk(x, 3)
    same(value(indices, {x: array}), np.array([[1, 3, 2], [2, 0, 3]]))
    same(value(values, {x: array}), np.array([[9, 9, 4], [np.nan, 1, 1]]))
    same(value(T.topk(x, 1, 0, largest=False).indices, {x: array}), np.array([[1, 1, 0, 1]]))
    for k in (-1, 5):
        with pytest.raises(ArgumentValueError, match="topk: k"):
            T.topk(T.tensor("y", shape=(4,)), k)


def test_lexsort_is_numpys() -> None:
    keys = [RNG.integers(0, 3, (2, 20)) for _ in range(3)]
    for axis in (0, 1, -1):
        same(value(T.lexsort(keys, axis)), np.lexsort(keys, axis))
    same(value(T.lexsort(np.array(keys)[:, 0])), np.lexsort(np.array(keys)[:, 0]))
    with pytest.raises(DTypeError, match="one key"):
        T.lexsort([])


# places in sorted vectors -----------------------------------------------------------------------------------

@given(data=st.data())
@few
def test_searchsorted_is_numpys(data: st.DataObject) -> None:
    v, array = data.draw(arrays(0))
    dtype, n, seed = data.draw(st.sampled_from(["int8", "float32", "int64"])), data.draw(st.integers(0, 9)), 3
    vector = np.random.default_rng(seed).integers(-3, 4, n).astype(dtype)
    a, side = T.tensor("a", dtype=dtype, shape=(None,)), data.draw(st.sampled_from(["left", "right"]))
    order = np.argsort(vector, kind="stable")
    same(value(T.searchsorted(a, v, side), {a: vector[order], v: array}), np.searchsorted(vector[order], array, side))
    same(value(T.searchsorted(a, v, side, order), {a: vector, v: array}),
         np.searchsorted(vector, array, side, sorter=order))


@pytest.mark.parametrize("dtype", ["float64", "uint8"])
def test_native_search_has_numpys_places(dtype: str) -> None:
    a, v = input_leaf("a", dtype, (None,)), input_leaf("v", dtype, (None, 3))
    native = Native(lower("f", [a, v], [o.searchsorted(a, v, side=side) for side in ("left", "right")]))
    keys = RNG.integers(0, 20, (40, 3)).astype(dtype)
    for n in (0, 1, 2, 3, 17, 1000):
        vector = np.sort(RNG.integers(0, 20, n).astype(dtype))
        if dtype == "float64":
            keys[3], vector[n - n // 4:] = np.nan, np.nan
        for shares in (shares_of(1), shares_of(2, threads=True)):
            for side, got in zip(("left", "right"), native(vector, keys, shares=shares), strict=True):
                assert same_bits(got, np.searchsorted(vector, keys, side))


def test_digitize_is_numpys() -> None:
    x, b = T.dmatrix("x"), T.dvector("b")
    array = RNG.integers(-1, 6, (4, 5)).astype(float)
    for edges in (np.arange(5.0), np.arange(5.0)[::-1], np.array([2.0]), np.array([1.0, 1.0, 3.0])):
        for right in (False, True):
            for bins in (b, T.as_tensor(edges)):
                same(value(T.digitize(x, bins, right), {x: array, b: edges}), np.digitize(array, edges, right))


def test_searches_refuse() -> None:
    x = T.dmatrix("x")
    for function in (T.searchsorted, lambda a, v: T.digitize(v, a)):
        with pytest.raises(ShapeError, match="vector"):
            function(x, x)
    with pytest.raises(ArgumentValueError, match="side"):
        T.searchsorted(T.dvector("a"), x, "middle")
    with pytest.raises(DTypeError, match="sorter"):
        T.searchsorted(T.dvector("a"), x, sorter=[0.5])


# quantiles --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("method", METHODS)
def test_quantiles_are_numpys(method: str) -> None:
    """At places that are whole, half and broken, for each parity of the length."""
    q = np.array([[0.0, 0.1, 0.25, 0.3], [0.5, 0.75, 0.9, 1.0]])
    for n in (1, 2, 5, 8, 11):
        array = RNG.permutation(n * 3).reshape(3, n).astype(float)
        x = T.tensor("x", shape=(3, n) if n % 2 else (None, None))
        np.testing.assert_allclose(value(T.quantile(x, q, 1, method=method), {x: array}),
                                   np.quantile(array, q, 1, method=method), rtol=1e-14)


@given(data=st.data())
@few
def test_medians_and_quantiles_over_axes(data: st.DataObject) -> None:
    x, array = data.draw(arrays().filter(lambda pair: pair[1].size and pair[1].dtype != bool))
    rank = array.ndim
    axes = data.draw(st.none() | st.integers(-rank, rank - 1) | st.permutations(range(rank)).map(tuple))
    options = {"axis": axes, "keepdims": data.draw(st.booleans())}
    same(value(T.median(x, **options), {x: array}), np.median(array, **options))
    same(value(T.percentile(x, 50, **options, method="lower"), {x: array}),
         np.percentile(array, 50, **options, method="lower"))
    for q in (0.3, [0.2, 1.0]):
        got, wanted = value(T.quantile(x, q, **options), {x: array}), np.quantile(array, q, **options)
        assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
        np.testing.assert_allclose(got, wanted, rtol=1e-6)


@pytest.mark.filterwarnings("ignore:All-NaN slice")
def test_quantiles_without_nan() -> None:
    array = RNG.normal(size=(4, 9))
    array[0, ::2], array[1], array[2, 3] = np.nan, np.nan, np.nan
    x = T.tensor("x", shape=(4, None))
    for axis in (None, 0, 1):
        np.testing.assert_allclose(value(T.nanmedian(x, axis), {x: array}), np.nanmedian(array, axis), rtol=1e-14)
        for method in ("linear", "lower", "weibull"):
            np.testing.assert_allclose(value(T.nanpercentile(x, [10, 60], axis, method=method), {x: array}),
                                       np.nanpercentile(array, [10, 60], axis, method=method), rtol=1e-14)
    np.testing.assert_allclose(value(T.nanquantile(x, 0.4, 1), {x: array}), np.nanquantile(array, 0.4, 1), rtol=1e-14)


def test_quantiles_of_infinities_and_nothing() -> None:
    assert value(T.quantile([1.0, np.inf, np.inf], 0.75)) == np.inf
    x = T.tensor("x", shape=(None, 2))
    assert np.isnan(value(T.median(x, 0), {x: np.zeros((0, 2))})).all()


def test_quantiles_refuse() -> None:
    x = T.dvector("x")
    for q in (-0.1, [0.5, 1.5]):
        with pytest.raises(ArgumentValueError, match="from 0 to 1"):
            T.quantile(x, q)
    with pytest.raises(UnknownNameError, match="did you mean 'linear'"):
        T.quantile(x, 0.5, method="linea")
    with pytest.raises(DTypeError, match="no order"):
        T.median(T.zvector("z"))


# all modes, derivatives -------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", ["c", "numpy", "cython"])
def test_compiled(mode: str) -> None:
    x, q = T.dmatrix("x"), T.dvector("q")
    functions: list[tuple[Any, Callable[..., Any]]] = [
        (T.sort(x, 0), lambda a, q: np.sort(a, 0)), (T.argsort(x), lambda a, q: np.argsort(a, kind="stable")),
        (T.median(x, 1), lambda a, q: np.median(a, 1)), (T.quantile(x, q), np.quantile),
        (T.nanmedian(x, 0), lambda a, q: np.nanmedian(a, 0)),
        (T.searchsorted(T.sort(q), x), lambda a, q: np.searchsorted(np.sort(q), a)),
        (T.topk(x, 2).values, lambda a, q: np.sort(a)[:, :-3:-1])]
    array, fractions = RNG.normal(size=(5, 6)), RNG.random(4)
    got = sn.function([x, q], [output for output, _ in functions], mode=mode)(array, fractions)
    for found, (_, reference) in zip(got, functions, strict=True):
        np.testing.assert_allclose(found, reference(array, fractions), rtol=1e-14)


@pytest.mark.parametrize("axis", [0, 1])
def test_derivatives(axis: int) -> None:
    x = input_leaf("x", "float64", (3, 4))
    array = RNG.normal(size=(3, 4))
    check([x], total(o.sort(x, axis=axis)), [array])
    check([x], total(o.ranked(x, np.array([0, 2, 2]), axis=axis)), [array])


def test_derivative_of_a_median() -> None:
    x = T.tensor("x", shape=(5,))
    gradient = sn.expand_derivatives(sn.grad(T.median(x), x))
    same(value(gradient, {x: [3.0, 9.0, 5.0, 1.0, 7.0]}), np.array([0, 0, 1.0, 0, 0]))


