"""Scans, differences and integrals along an axis: NumPy's values, dtypes and errors, and derivatives."""

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

import symnum as sn
from symnum import tensor as T
from symnum.codegen.lower import lower
from symnum.errors import ArgumentValueError, AxisError, DTypeError, ShapeError
from symnum.ir.build import input_leaf, o
from symnum.tensor import Tensor

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(11)
few = settings(deadline=None, max_examples=40, derandomize=True)
DTYPES = ["bool", "int8", "uint16", "int64", "float32", "float64"]
EXTREMES: dict[str, Callable[..., Any]] = {
    "cummax": np.maximum.accumulate, "cummin": np.minimum.accumulate}


def expected(name: str, array: Array, axis: int | None) -> Array:
    if name in EXTREMES:
        return EXTREMES[name](array.ravel() if axis is None else array, 0 if axis is None else axis)  # type: ignore
    return getattr(np, name)(array, axis=axis)  # type: ignore[no-any-return]


@st.composite
def arrays(draw: st.DrawFn, rank: int = 1) -> tuple[Tensor, Array]:
    """An input, some of whose lengths are unknown, and whole numbers for it, some NaN among floats."""
    shape = tuple(draw(st.lists(st.integers(0, 5), min_size=rank, max_size=3)))
    dtype = draw(st.sampled_from(DTYPES))
    known = tuple(n if draw(st.booleans()) else None for n in shape)
    rng, least = np.random.default_rng(draw(st.integers(0, 99))), 0 if dtype in ("bool", "uint16") else -3
    numbers = rng.integers(least, 4, shape)
    array = numbers.astype(dtype)
    if array.dtype.kind == "f" and draw(st.booleans()):
        array[array == 3] = np.nan
    return T.tensor("x", dtype=dtype, shape=known), array


# values -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["cumsum", "cumprod", "cummax", "cummin", "nancumsum", "nancumprod"])
@given(data=st.data())
@few
def test_scans_are_numpys(name: str, data: st.DataObject) -> None:
    x, array = data.draw(arrays())
    axis = data.draw(st.none() | st.integers(-array.ndim, array.ndim - 1))
    same(value(getattr(T, name)(x, axis=axis), {x: array}), expected(name, array, axis))


@pytest.mark.parametrize("dtype", ["int8", "float32", "bool", "uint64"])
def test_scans_in_another_dtype(dtype: str) -> None:
    array = RNG.integers(-100, 100, (4, 5))
    for name in ("cumsum", "cumprod"):
        same(value(getattr(T, name)(array, 1, dtype)), getattr(np, name)(array, 1, dtype))


def test_cumulative_functions_of_the_array_api() -> None:
    array = RNG.integers(-3, 4, (2, 3))
    x = T.tensor("x", dtype="int64", shape=(None, 3))
    for name in ("cumulative_sum", "cumulative_prod"):
        for initial in (False, True):
            options = {"axis": 1, "include_initial": initial}
            same(value(getattr(T, name)(x, **options), {x: array}), getattr(np, name)(array, **options))
        same(value(getattr(T, name)([1, 2, 3])), getattr(np, name)([1, 2, 3]))
        with pytest.raises(ArgumentValueError, match="axis="):
            getattr(T, name)(x)


@pytest.mark.parametrize("function", [T.cumsum, T.cumprod, T.cummax, T.logcumsumexp, T.diff, T.trapezoid, T.gradient])
def test_axes_outside_are_refused(function: Callable[..., Any]) -> None:
    for axis in (2, -3):
        with pytest.raises(AxisError):
            function(T.dmatrix("x"), axis=axis)


def test_logcumsumexp_does_not_overflow() -> None:
    array = np.array([[1000.0, 1000.0, -1000.0], [-np.inf, -np.inf, 3.0], [-1e3, -1e3, -1e3], [0, np.inf, 1]])
    np.testing.assert_allclose(value(T.logcumsumexp(array, 1)), np.logaddexp.accumulate(array, 1), rtol=1e-15)


# native code ------------------------------------------------------------------------------------------------

SHAPES = [(1000,), (33, 7), (7, 33), (3, 40, 600), (0, 3), (3, 0), (1,)]


@pytest.mark.parametrize("rank, axis, dtype", [(1, 0, "float64"), (2, 0, "float32"), (2, 1, "int64"), (3, 1, "float64"),
                                               (3, 2, "int8")])
def test_native_scans_have_the_interpreters_bits(rank: int, axis: int, dtype: str) -> None:
    """However the work is shared out."""
    x = input_leaf("x", dtype, (None,) * rank)
    outputs = [o.cumsum(x, axis=axis), o.cumprod(x, axis=axis), o.cummax(x, axis=axis), o.cummin(x, axis=axis),
               o.recurrence(x, o.negative(x), axis=axis)]
    native = Native(lower("f", [x], outputs))
    for shape in (s for s in SHAPES if len(s) == rank):
        array = RNG.normal(size=shape).astype(dtype) if "float" in dtype else RNG.integers(-3, 4, shape).astype(dtype)
        if array.size and "float" in dtype:
            array.flat[array.size // 2] = np.nan
        wanted = [node.op.reference()(*(x for x in (array.astype(node.inputs[0].dtype), -array)[:len(node.inputs)]),
                                      axis=axis) for node in outputs]
        for shares in (shares_of(1), shares_of(1000), shares_of(2, threads=True)):
            for got, reference in zip(native(array, shares=shares), wanted, strict=True):
                assert same_bits(got, reference)


@pytest.mark.parametrize("mode", ["c", "cython"])
def test_scans_compiled(mode: str) -> None:
    x = T.dmatrix("x")
    outputs = [T.cumsum(x, axis=0), T.cumprod(x), T.nancumsum(x, axis=1), T.logcumsumexp(x, axis=1), T.diff(x, 2, 0),
               T.trapezoid(x * x, dx=0.5), *T.gradient(x, 0.1)]
    got = sn.function([x], outputs, mode=mode)(array := RNG.normal(size=(5, 6)))
    for found, output in zip(got, outputs, strict=True):
        np.testing.assert_allclose(found, value(output, {x: array}), rtol=1e-14)


# derivatives ------------------------------------------------------------------------------------------------

def total(node: Any) -> Any:
    return o.sum(o.multiply(o.sin(node), np.cos(np.arange(1, 1 + node.shape[0] * node.shape[1])).reshape(node.shape)),
                 axis=(0, 1))


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"])
@pytest.mark.parametrize("axis", [0, 1])
def test_derivatives(name: str, axis: int) -> None:
    x = input_leaf("x", "float64", (3, 4))
    check([x], total(getattr(o, name)(x, axis=axis)), [RNG.normal(size=(3, 4))])


def test_derivative_of_products_with_zeros() -> None:
    x = input_leaf("x", "float64", (1, 5))
    for row in ([2.0, 0.0, 3.0, 4.0, 5.0], [2.0, 0.0, 3.0, 0.0, 5.0], [0.0, 0.0, 0.0, 1.0, 2.0]):
        check([x], total(o.cumprod(x, axis=1)), [np.array([row])])


@pytest.mark.parametrize("axis", [0, 1])
def test_derivatives_of_recurrences(axis: int) -> None:
    a, b = input_leaf("a", "float64", (3, 4)), input_leaf("b", "float64", (3, 4))
    check([a, b], total(o.recurrence(a, b, axis=axis)), [RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))])


def test_derivatives_of_empty_axes() -> None:
    x = T.tensor("x", shape=(0, 3))
    for name in ("cumsum", "cumprod", "cummax", "logcumsumexp"):
        gradient = sn.expand_derivatives(sn.grad(getattr(T, name)(x, axis=0).sum(), x))
        assert value(gradient, {x: np.zeros((0, 3))}).shape == (0, 3)


def test_extremes_give_their_derivative_to_the_first_of_equal_elements() -> None:
    x = T.tensor("x", shape=(4,))
    gradient = sn.expand_derivatives(sn.grad(T.cummax(x).sum(), x))
    same(value(gradient, {x: [1.0, 3.0, 3.0, 2.0]}), np.array([1.0, 3.0, 0.0, 0.0]))


def test_derivative_of_logcumsumexp_is_stable() -> None:
    x = T.tensor("x", shape=(3,))
    gradient = sn.expand_derivatives(sn.grad(T.logcumsumexp(x)[2], x))
    np.testing.assert_allclose(value(gradient, {x: [1000.0, 1000.0, -1000.0]}), [0.5, 0.5, 0.0], atol=1e-15)
    np.testing.assert_allclose(value(gradient, {x: [-800.0, -800.0, -800.0]}), [1 / 3] * 3, rtol=1e-12)


# differences ------------------------------------------------------------------------------------------------

@given(data=st.data())
@few
def test_diff_is_numpys(data: st.DataObject) -> None:
    x, array = data.draw(arrays())
    axis, n = data.draw(st.integers(-array.ndim, array.ndim - 1)), data.draw(st.integers(0, 3))
    same(value(T.diff(x, n, axis), {x: array}), np.diff(array, n, axis))


def test_diff_with_edges() -> None:
    array, edge = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 2))
    x = T.tensor("x", shape=(2, None))
    for options in ({"prepend": 0.0}, {"append": edge}, {"prepend": edge, "append": 1, "n": 2}):
        same(value(T.diff(x, **options), {x: array}), np.diff(array, **options))
    with pytest.raises(ArgumentValueError, match="n must be"):
        T.diff(x, -1)
    with pytest.raises(ShapeError, match="rank 1"):
        T.diff(T.dscalar("y"))


def test_ediff1d_is_numpys() -> None:
    for array in (RNG.integers(0, 9, (2, 3)), RNG.normal(size=5), np.array([], np.float32)):
        for options in ({}, {"to_begin": 1}, {"to_end": [1, 2], "to_begin": 0}):
            same(value(T.ediff1d(array, **options)), np.ediff1d(array, **options))
    with pytest.raises(DTypeError):
        T.ediff1d([1, 2], to_end=0.5)


@given(data=st.data())
@few
def test_gradient_is_numpys(data: st.DataObject) -> None:
    rank = data.draw(st.integers(1, 3))
    shape = tuple(data.draw(st.lists(st.integers(3, 6), min_size=rank, max_size=rank)))
    array = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=shape)
    x = T.tensor("x", shape=tuple(None if data.draw(st.booleans()) else n for n in shape))
    axes = data.draw(st.permutations(range(rank)))[:data.draw(st.integers(1, rank))]
    kinds = data.draw(st.lists(st.booleans(), min_size=len(axes), max_size=len(axes)))
    spaces = [np.cumsum(1.0 + np.arange(shape[k]) % 3) if vector else 0.5 + k
              for k, vector in zip(axes, kinds, strict=True)]
    options = {"axis": tuple(axes), "edge_order": data.draw(st.sampled_from([1, 2]))}
    found, wanted = T.gradient(x, *spaces, **options), np.gradient(array, *spaces, **options)
    for got, reference in zip(*((r if isinstance(r, list | tuple) else [r]) for r in (found, wanted)), strict=True):
        np.testing.assert_allclose(value(got, {x: array}), reference, rtol=1e-12, atol=1e-12)


def test_gradient_refuses() -> None:
    x = T.dmatrix("x")
    with pytest.raises(ArgumentValueError, match="edge_order"):
        T.gradient(x, edge_order=3)
    with pytest.raises(ArgumentValueError, match="length 1"):
        T.gradient(T.tensor("y", shape=(1, 4)))
    with pytest.raises(TypeError, match="distances"):
        T.gradient(x, 1.0, 2.0, 3.0)
    with pytest.raises(ShapeError, match="coordinates"):
        T.gradient(T.tensor("y", shape=(4,)), [1.0, 2.0])
    assert T.gradient(T.fvector("z")).dtype == np.float32 and T.gradient(T.lvector("z")).dtype == np.float64


def test_trapezoid_is_numpys() -> None:
    integrate = getattr(np, "trapezoid", None) or getattr(np, "trapz")  # noqa: B009  (its name before NumPy 2)
    array, places = RNG.normal(size=(4, 5)), np.sort(RNG.normal(size=(4, 5)), 0)
    y = T.tensor("y", shape=(None, 5))
    for options in ({}, {"axis": 0}, {"dx": 0.1}, {"x": np.arange(5.0) ** 2}, {"x": places, "axis": 0},
                    {"x": [0, 1, 3, 4], "axis": -2}):
        found = value(T.trapezoid(y, **options), {y: array})
        np.testing.assert_allclose(found, integrate(array, **options), rtol=1e-13)
    np.testing.assert_allclose(value(T.trapezoid([1, 2, 4])), 4.5)
    with pytest.raises(ShapeError, match="places"):
        T.trapezoid(y, x=[1.0, 2.0])
