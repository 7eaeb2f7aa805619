"""Sorting, places in sorted vectors, medians and quantiles: NumPy's values, dtypes and errors, and derivatives."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_values import same, value
from programs import FLAGS, Native, shares_of
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


# argsort, native ---------------------------------------------------------------------------------------------

KINDS = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")


def specials(dtype: Any) -> Array:
    """Extremes, and for floats all that is no ordinary number, NaN of both signs among them."""
    if dtype.kind != "f":
        info = np.iinfo(dtype) if dtype.kind in "iu" else None
        return np.array([info.min, info.max, info.min + 1, 0, 1] if info else [False, True], dtype)
    info = np.finfo(dtype)
    positive = np.array([0, info.smallest_subnormal, info.tiny, 1, info.max, np.inf, np.nan], dtype)
    return np.concatenate([positive, np.copysign(positive, dtype.type(-1))])


def numbers(dtype: Any, size: int, kind: str, seed: int = 0) -> Array:
    """Numbers of a dtype: any bits, specials alone, or neighbours of one number with one far away."""
    rng = np.random.default_rng(seed)
    if kind == "specials":
        return rng.choice(specials(dtype), size)
    if kind == "bits" or dtype.kind == "b":
        bits = rng.integers(0, 256, size * dtype.itemsize, dtype=np.uint8)
        return (bits % 2 == 1) if dtype.kind == "b" else bits.view(dtype)
    one = np.array(1, dtype).view(f"u{dtype.itemsize}")
    near = (one + rng.integers(0, 100 if dtype.itemsize == 1 else 1 << 14, size).astype(one.dtype)).view(dtype)
    near[size // 2:][:1] = specials(dtype)[1 if dtype.kind in "iu" else 4]
    return near


@functools.cache
def native_argsorts() -> Native:
    """Of arrays of rank 3 along axis 1, one for each dtype."""
    inputs = [input_leaf(f"x{k}", dtype, (None, None, None)) for k, dtype in enumerate(KINDS)]
    return Native(lower("f", inputs, [o.argsort(x, axis=1) for x in inputs]),
                  flags=("-O1", *FLAGS))


@pytest.mark.parametrize("kind", ["bits", "specials", "near"])
@given(outer=st.integers(0, 3), inner=st.integers(0, 3), seed=st.integers(0, 99), shares=st.integers(1, 3))
@settings(few, max_examples=12)
def test_native_argsorts_are_numpys(kind: str, outer: int, inner: int, seed: int, shares: int) -> None:
    for n in (0, 1, 2, 7, 24, 25, 40, 63, 64, 100, 650, 6100):
        shape = (outer, n, inner)
        arrays = [numbers(np.dtype(dtype), outer * n * inner, kind, seed).reshape(shape) for dtype in KINDS]
        for array, got in zip(arrays, native_argsorts()(*arrays, shares=shares_of(shares)), strict=True):
            assert same_bits(got, np.argsort(array, 1, kind="stable")), (array.dtype, n)


def along(n: int, steps: int) -> Array:
    """Runs of neighbours, ``steps`` of them: shorter than a part, or over several parts."""
    rng = np.random.default_rng(steps)
    array = 1 + rng.integers(0, steps, n) + rng.integers(0, 1 << 9, n) * 2.0 ** -40
    array[::1000], array[1::1000] = -1e300, np.nan
    return array


@pytest.mark.parametrize("array", [
    RNG.normal(size=140_000), along(300_000, 1), along(300_000, 2), along(300_000, 5), along(200_000, 1000),
    np.zeros(200_000), RNG.choice([1, 1.5], 1 << 17) + np.repeat([2.0 ** -52, 0], 1 << 16)], ids=range(7))
def test_long_rows_do_not_depend_on_threads(array: Array) -> None:
    expected = np.argsort(array, kind="stable")
    x = T.dvector("x")
    f = sn.function([x], T.argsort(x), mode="c")
    before = sn.get_num_threads()
    try:
        for threads in (1, 2, 3, 7):
            sn.set_num_threads(threads)
            assert same_bits(f(array), expected)
    finally:
        sn.set_num_threads(before)


def test_parts_of_a_long_row_in_any_order() -> None:
    x = input_leaf("x", "float64", (None, 2))
    native = Native(lower("f", [x], [o.argsort(x, axis=0)]))
    array = np.stack([along(300_000, 2), RNG.normal(size=300_000)], 1)
    for shares in (shares_of(1), shares_of(2), shares_of(1, threads=True)):
        assert same_bits(native(array, shares=shares)[0], np.argsort(array, 0, kind="stable"))


def test_argsort_without_memory_fails() -> None:
    shares = shares_of(1)
    shares.memory = False  # type: ignore[attr-defined]
    arrays = [numbers(np.dtype(dtype), 30, "bits").reshape(1, 30, 1) for dtype in KINDS]
    with pytest.raises(AssertionError, match="code 7"):
        native_argsorts()(*arrays, shares=shares)


def test_an_interrupt_stops_argsort() -> None:
    x = T.dvector("x")
    f = sn.function([x], T.argsort(x), mode="c")
    array = RNG.random(1 << 23)

    def repeatedly() -> None:
        for _ in range(100):
            f(array)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGINT))
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            repeatedly()
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_exported_argsorts(tmp_path: Path) -> None:
    """Of all dtypes, without warnings and with OpenMP."""
    inputs = [T.tensor(f"x{k}", dtype=dtype, shape=(2, 40, 3)) for k, dtype in enumerate(KINDS)]
    sn.function(inputs, [T.argsort(x, axis=1) for x in inputs], mode="numpy").export_c(str(tmp_path), "places")
    subprocess.run(["gcc", "-std=c99", "-O1", "-fopenmp", "-Wall", "-Wextra", "-Werror", "places.c", "main.c", "-o",
                    "places", "-lm"], cwd=tmp_path, check=True)
    printed = subprocess.run(["./places"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    places = np.array([int(line.split()[-1]) for line in printed.splitlines()]).reshape(len(KINDS), 2, 40, 3)
    for dtype, got in zip(KINDS, places, strict=True):
        values = np.arange(240) % 2 if dtype == "bool" else 0.125 * (np.arange(240) % 7 + 1)
        np.testing.assert_array_equal(got, np.argsort(values.astype(dtype).reshape(2, 40, 3), 1, kind="stable"))


@pytest.mark.parametrize("dtype", ["float16", "complex64", "complex128"])
def test_argsorts_of_other_numbers(dtype: str) -> None:
    array = RNG.integers(-3, 4, (4, 50)).astype(dtype)
    array[1, 3], array[2, 5] = np.nan, -np.inf
    if array.dtype.kind == "c":
        array += 1j * RNG.integers(0, 2, (4, 50))
    x = T.tensor("x", dtype=dtype, shape=(None, None))
    for axis in (0, 1):
        got = sn.function([x], T.argsort(x, axis=axis), mode="c")(array)
        assert same_bits(got, np.argsort(array, axis, kind="stable"))


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


