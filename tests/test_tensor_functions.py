"""Reductions, shapes and products: NumPy's values, dtypes and errors, for known and unknown lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_values import same, value

from symnum import tensor as T
from symnum.errors import ArgumentValueError, AxisError, DTypeError, ShapeError
from symnum.tensor import Tensor

Array = np.ndarray[Any, Any]
REDUCTIONS = ["sum", "prod", "max", "min", "any", "all", "mean", "var", "std"]
DTYPES = ["bool", "int8", "uint16", "int64", "float32", "float64"]


@st.composite
def arrays(draw: st.DrawFn, lengths: st.SearchStrategy[list[int]]) -> tuple[Tensor, Array]:
    """An input, some of whose lengths are unknown, and whole numbers for it."""
    shape = tuple(draw(lengths))
    hidden = draw(st.lists(st.booleans(), min_size=len(shape), max_size=len(shape)))
    dtype = draw(st.sampled_from(DTYPES))
    lowest, seed = 0 if dtype in ("bool", "uint16") else -3, draw(st.integers(0, 99))
    numbers = np.random.default_rng(seed).integers(lowest, 4, shape)
    known = tuple(None if h else n for n, h in zip(shape, hidden, strict=True))
    return T.tensor("x", dtype=dtype, shape=known), numbers.astype(dtype)


SHAPES = st.lists(st.integers(0, 4), max_size=4)
FULL_SHAPES = st.lists(st.integers(1, 4), max_size=4)


# reductions -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", REDUCTIONS)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_reductions_are_numpys(name: str, data: st.DataObject) -> None:
    x, array = data.draw(arrays(SHAPES if name in ("sum", "prod", "any", "all") else FULL_SHAPES))
    rank = array.ndim
    axes = data.draw(st.none() | st.integers(-rank, rank - 1) | st.permutations(range(rank)).flatmap(
        lambda ks: st.integers(0, rank).map(lambda n: tuple(ks[:n])))) if rank else None
    options = {"axis": axes, "keepdims": data.draw(st.booleans())}
    expected = getattr(np, name)(array, **options)
    for result in (getattr(T, name)(x, **options), getattr(x, name)(**options)):
        found = value(result, {x: array})
        if name in ("mean", "var", "std"):
            assert found.dtype == expected.dtype
            assert found.shape == expected.shape
            np.testing.assert_allclose(found, expected, rtol=1e-6)
        else:
            same(found, expected)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_positions_are_numpys(name: str, data: st.DataObject) -> None:
    x, array = data.draw(arrays(FULL_SHAPES))
    axis = data.draw(st.none() | st.integers(-array.ndim, array.ndim - 1)) if array.ndim else None
    options = {"axis": axis, "keepdims": data.draw(st.booleans())}
    same(value(getattr(x, name)(**options), {x: array}), getattr(np, name)(array, **options))


def test_reductions_of_special_values_are_numpys() -> None:
    x, array = T.dvector("x"), np.array([1.0, np.nan, np.inf])
    for name in ("sum", "max", "min", "argmax", "argmin", "any", "all", "mean"):
        same(value(getattr(T, name)(x), {x: array}), getattr(np, name)(array))


def test_more_arguments_of_reductions() -> None:
    x, array = T.ivector("x"), np.array([1, 2, 4], "int32")
    same(value(x.sum(dtype="float32"), {x: array}), array.sum(dtype="float32"))
    same(value(x.prod(dtype="int64"), {x: array}), array.prod(dtype="int64"))
    same(value(x.mean(dtype="float32"), {x: array}), array.mean(dtype="float32"))
    for ddof in (0, 1, 2):
        np.testing.assert_allclose(value(x.var(ddof=ddof), {x: array}), array.var(ddof=ddof))
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning):
        expected = array.var(ddof=5)
    np.testing.assert_array_equal(value(x.var(ddof=5), {x: array}), expected)
    assert np.isnan(value(T.mean(np.zeros(0))))
    same(value(T.sum(np.ones((2, 3)), axis=()), {}), np.ones((2, 3)))


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda x: T.sum(x, axis=2), AxisError, "sum: axis 2 is out of bounds for an operand of rank 2"),
    (lambda x: x.sum(axis=(0, -2)), AxisError, "named twice"),
    (lambda x: x.mean(axis=-3), AxisError, "mean: axis -3"),
    (lambda x: x.argmax(axis=(0, 1)), DTypeError, "axis of argmax must be an integer"),
    (lambda x: x.sum(axis=1.5), DTypeError, "axis of sum must be an integer"),
    (lambda x: T.max(np.zeros((0, 3)), axis=0), ArgumentValueError, "max of an empty axis has no value"),
    (lambda x: x.transpose(0), AxisError, "transpose: axes (0,) do not name each of the 2 axes once"),
    (lambda x: x.transpose(0, 0), AxisError, "do not name each"),
    (lambda x: T.swapaxes(x, 0, 2), AxisError, "swapaxes"),
    (lambda x: T.moveaxis(x, (0, 1), 0), AxisError, "moveaxis: 2 axes are moved to 1 places"),
    (lambda x: T.expand_dims(x, 4), AxisError, "expand_dims"),
    (lambda x: x.reshape(7), ShapeError, "cannot reshape (2, 3) (6 elements) to (7,) (7 elements)"),
    (lambda x: x.reshape(-1, -1), ShapeError, "only one length may be -1; given 2"),
    (lambda x: x.reshape(4, -1), ShapeError, "6 elements are not a multiple of 4"),
    (lambda x: x.reshape(0, -1), ShapeError, "not a multiple of 0"),
    (lambda x: x.reshape(-2, 3), ShapeError, "must be at least 0; given -2"),
    (lambda x: x.reshape(1.5), DTypeError, "a length of the shape must be an integer"),
    (lambda x: x.reshape(x.shape[0] / T.dim("n"), 2), DTypeError, "divide lengths with //"),
    (lambda x: T.broadcast_to(x, (2, 4)), ShapeError, "cannot be broadcast to (2, 4)"),
    (lambda x: T.squeeze(x, 0), ShapeError, "squeeze: axis 0"),
    (lambda x: T.dot(x, x), ShapeError, "do not fit"),
    (lambda x: x @ 2.0, ShapeError, "operands of rank 0"),
    (lambda x: T.matmul(np.zeros((4, 2, 3)), np.zeros((4, 2, 3))), ShapeError, "do not fit"),
    (lambda x: T.matmul(np.zeros((4, 2, 3)), np.zeros((5, 3, 2))), ShapeError, "do not broadcast"),
    (lambda x: T.matmul(np.zeros((4, 2, 3)), np.zeros(2)), ShapeError, "do not fit"),
    (lambda x: T.tensordot(x, x, axes=((0, 1), (0,))), AxisError, "2 axes of the first are paired with 1"),
    (lambda x: T.tensordot(x, x, axes=1), ShapeError, "do not fit"),
    (lambda x: T.tensordot(x, x, axes=3), AxisError, "tensordot"),
    (lambda x: T.concatenate([]), ShapeError, "at least one operand"),
    (lambda x: T.concatenate([x, 1.0]), ShapeError, "rank 0"),
    (lambda x: T.concatenate([x, x[0]]), ShapeError, "differ elsewhere"),
    (lambda x: T.concatenate([x, x], axis=2), AxisError, "concatenate: axis 2"),
    (lambda x: T.concatenate(3), DTypeError, "takes a sequence"),
    (lambda x: T.stack([x, x.T]), ShapeError, "stack: shapes (2, 3) and (3, 2) differ"),
    (lambda x: T.stack([x, 1.0]), ShapeError, "stack"),
    (lambda x: x.astype("clongdouble"), DTypeError, "is not supported"),
    (lambda x: x.astype("what"), DTypeError, "is not a dtype"),
])
def test_wrong_arguments_are_refused_when_the_graph_is_built(
        call: Callable[[Tensor], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call(T.tensor("x", shape=(2, 3)))
    assert words in str(raised.value)
    assert f"at {__file__}" in str(raised.value)


@pytest.mark.parametrize(("call", "length", "error"), [
    (lambda x: x.max(), 0, ArgumentValueError),
    (lambda x: x.argmin(), 0, ArgumentValueError),
    (lambda x: x.reshape(2, 2), 5, ShapeError),
    (lambda x: x.reshape(-1, 2), 5, ShapeError),
    (lambda x: T.squeeze(x, 0), 2, ShapeError),
    (lambda x: T.broadcast_to(x, (3,)), 2, ShapeError),
    (lambda x: x + np.zeros(3), 2, ShapeError),
    (lambda x: x @ np.zeros(3), 2, ShapeError),
    (lambda x: T.matmul(x, np.zeros((2, 3, 4))), 1, ShapeError),
    (lambda x: T.matmul(T.broadcast_to(x, (2, 4, x.shape[0])), np.zeros((2, 3, 4))), 1, ShapeError),
    (lambda x: T.matmul(np.zeros((2, 4, 3)), T.broadcast_to(x[:, None], (2, x.shape[0], 4))), 1, ShapeError),
    (lambda x: T.stack([x, np.zeros(3)]), 2, ShapeError),
])
def test_unknown_lengths_are_checked_when_the_graph_runs(
        call: Callable[[Tensor], Tensor], length: int, error: type[Exception]) -> None:
    x = T.dvector("x")
    expression = call(x)
    with pytest.raises(error):
        value(expression, {x: np.zeros(length)})


# shapes -----------------------------------------------------------------------------------------------------

def divisors(shape: tuple[int, ...]) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes with as many elements."""
    size = int(np.prod(shape))
    fits = [(size,), (1, size), (size, 1), *((k, size // k) for k in range(1, size + 1) if size % k == 0)]
    return st.sampled_from([*fits, shape, (*shape, 1)])


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_reshape_is_numpys(data: st.DataObject) -> None:
    x, array = data.draw(arrays(FULL_SHAPES))
    shape = list(data.draw(divisors(array.shape)))
    if shape and data.draw(st.booleans()):
        shape[data.draw(st.integers(0, len(shape) - 1))] = -1
    same(value(x.reshape(*shape), {x: array}), array.reshape(shape))
    same(value(T.reshape(x, tuple(shape)), {x: array}), array.reshape(shape))
    same(value(x.ravel(), {x: array}), array.ravel())
    same(value(x.flatten(), {x: array}), array.flatten())


def test_lengths_that_follow_are_simple() -> None:
    n, m = T.dim("n"), T.dim("m")
    x = T.tensor("x", shape=(n, m, 6))
    assert repr(x.reshape(n, -1)) == "<Tensor: float64 (n, 6*m)>"
    assert x.reshape(n, -1, 6).shape[1].same_as(m)
    assert x.reshape(-1, m, 6).shape[0].same_as(n)
    assert x.reshape(x.shape).same_as(x)
    assert x.ravel().reshape(n * m * 6).same_as(x.ravel())
    y = T.tensor("y", shape=(n, 6))
    assert y.reshape(-1, 3).shape[0].same_as(T.full(2 * n, 0).shape[0])
    assert y.ravel().shape[0].same_as(T.tensor("w", shape=(6 * n,)).shape[0])
    assert T.tensor("z", shape=(2 * n,)).reshape(2, -1).shape[1].same_as(n)


def test_lengths_may_be_arithmetic() -> None:
    x = T.dmatrix("x")
    n, m = x.shape
    array = np.arange(12.0).reshape(3, 4)
    same(value(x.reshape(n * m), {x: array}), array.ravel())
    same(value(x.reshape((m, n)), {x: array}), array.reshape(4, 3))
    same(value(T.zeros((n + 1, T.maximum(m - 5, 0))), {x: array}), np.zeros((4, 0)))
    same(value(T.ones((-n + 4) * 2), {x: array}), np.ones(2))
    same(value(T.full(T.minimum(n, m) // 2, 7), {x: array}), np.full(1, 7))
    same(value(T.broadcast_to(x[0], (n // 2, m)), {x: array}), np.broadcast_to(array[0], (1, 4)))


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_axes_in_another_order_are_numpys(data: st.DataObject) -> None:
    x, array = data.draw(arrays(SHAPES))
    rank = array.ndim
    axes = data.draw(st.none() | st.permutations(range(-rank, 0)))
    same(value(T.transpose(x, axes), {x: array}), np.transpose(array, axes))
    same(value(x.T, {x: array}), array.T)
    if axes:
        same(value(x.transpose(*axes), {x: array}), array.transpose(axes))
        same(value(x.transpose(axes), {x: array}), array.transpose(axes))
        a, b = axes[0], axes[-1]
        same(value(x.swapaxes(a, b), {x: array}), array.swapaxes(a, b))
        same(value(T.moveaxis(x, a, b), {x: array}), np.moveaxis(array, a, b))
        many = list(axes[:data.draw(st.integers(1, rank))])
        places = data.draw(st.permutations(range(rank)))[:len(many)]
        same(value(T.moveaxis(x, many, places), {x: array}), np.moveaxis(array, many, places))


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_new_and_dropped_axes_are_numpys(data: st.DataObject) -> None:
    x, array = data.draw(arrays(st.lists(st.integers(1, 2), max_size=4)))
    place = data.draw(st.integers(-array.ndim - 1, array.ndim))
    same(value(T.expand_dims(x, place), {x: array}), np.expand_dims(array, place))
    ones = tuple(k for k, n in enumerate(array.shape) if n == 1)
    same(value(T.squeeze(x, ones), {x: array}), np.squeeze(array, ones))
    known = tuple(k for k, n in enumerate(x.node.shape) if isinstance(n, int) and n == 1)
    same(value(x.squeeze(), {x: array}), np.squeeze(array, known))
    same(value(T.atleast_1d(x), {x: array}), np.atleast_1d(array))
    shape = (3, *(3 if n == 1 else n for n in array.shape))
    same(value(T.broadcast_to(x, shape), {x: array}), np.broadcast_to(array, shape))


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_joining_is_numpys(data: st.DataObject) -> None:
    x, array = data.draw(arrays(st.lists(st.integers(0, 3), min_size=1, max_size=3)))
    y = T.tensor("y", dtype="float32", shape=(None,) * array.ndim)
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    other = np.concatenate([array, array], axis).astype("float32")
    given = {x: array, y: other}
    same(value(T.concatenate([x, y, x], axis), given), np.concatenate([array, other, array], axis))
    same(value(T.concatenate([x, y], None), given), np.concatenate([array, other], None))
    place = data.draw(st.integers(-array.ndim - 1, array.ndim))
    same(value(T.stack([x, x + 1], place), {x: array}), np.stack([array, array + 1], place))


def test_numbers_in_a_stack_are_weak() -> None:
    x = T.fscalar("x")
    same(value(T.stack([x, 1.5, 2]), {x: np.float32(0.5)}), np.array([0.5, 1.5, 2], "float32"))
    assert T.as_tensor([x, 1.5]).dtype == np.dtype("float32")
    assert T.as_tensor([[x, x], [1, 2]]).ndim == 2


# elements ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", DTYPES)
def test_conversion_clipping_and_rounding_are_numpys(dtype: str) -> None:
    x = T.tensor("x", dtype=dtype, shape=(None,))
    array = np.array([0, 1, 3, 5], dtype) if dtype in ("bool", "uint16") else np.array([-25, 15, 3, 5], dtype)
    for to in DTYPES:
        same(value(x.astype(to), {x: array}), array.astype(to))
    for bounds in ((1, None), (None, 2), (1, 2), (None, None)):
        same(value(x.clip(*bounds), {x: array}), array if bounds == (None, None) else array.clip(*bounds))
    if dtype != "bool":
        for decimals in (0, 1, -1):
            same(value(x.round(decimals), {x: array}), array.round(decimals))


def test_rounding_of_floats_is_numpys() -> None:
    x, array = T.dvector("x"), np.array([0.125, 2.675, -1.5, 0.5, np.nan, np.inf, -0.0])
    for decimals in (0, 1, 2, 3, -1):
        same(value(T.round(x, decimals), {x: array}), np.round(array, decimals))


# products ---------------------------------------------------------------------------------------------------

def pair(data: st.DataObject, a: tuple[int, ...], b: tuple[int, ...]) -> tuple[list[Tensor], list[Array]]:
    dtype = data.draw(st.sampled_from(["bool", "int8", "float64"]))
    xs, found = [], []
    for k, shape in enumerate((a, b)):
        hidden = data.draw(st.lists(st.booleans(), min_size=len(shape), max_size=len(shape)))
        xs.append(T.tensor("ab"[k], dtype=dtype, shape=tuple(
            None if h else n for n, h in zip(shape, hidden, strict=True))))
        ends = (0, 2) if dtype == "bool" else (-4, 5)
        numbers = np.random.default_rng(k).integers(*ends, shape)
        found.append(numbers.astype(dtype))
    return xs, found


LENGTH = st.integers(0, 3)


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_dot_is_numpys_for_every_rank(data: st.DataObject) -> None:
    k = data.draw(st.integers(1, 3))
    a = (*data.draw(st.lists(LENGTH, max_size=2)), k) if data.draw(st.booleans()) else ()
    b = data.draw(st.lists(LENGTH, max_size=3))
    second = (*b[:-1], k, *b[-1:]) if data.draw(st.booleans()) else ()
    (x, y), (p, q) = pair(data, a, second)
    same(value(T.dot(x, y), {x: p, y: q}), np.dot(p, q))
    same(value(x.dot(y), {x: p, y: q}), np.dot(p, q))


@given(data=st.data())
@settings(deadline=None, max_examples=200)
def test_matmul_is_numpys_for_every_rank(data: st.DataObject) -> None:
    k = data.draw(st.integers(1, 3))
    stack = data.draw(st.lists(st.integers(1, 3), max_size=2))
    first = [1 if data.draw(st.booleans()) else n for n in stack]
    start = st.integers(0, len(stack))
    a = (k,) if data.draw(st.booleans()) else (*first[data.draw(start):], data.draw(LENGTH), k)
    b = (k,) if data.draw(st.booleans()) else (*stack[data.draw(start):], k, data.draw(LENGTH))
    (x, y), (p, q) = pair(data, a, b)
    same(value(x @ y, {x: p, y: q}), p @ q)
    same(value(T.matmul(p, y), {y: q}), p @ q)


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_tensordot_and_outer_are_numpys(data: st.DataObject) -> None:
    common = tuple(data.draw(st.lists(st.integers(1, 3), max_size=2)))
    left, right = (tuple(data.draw(st.lists(LENGTH, max_size=2))) for _ in range(2))
    (x, y), (p, q) = pair(data, (*left, *common), (*common, *right))
    n = len(common)
    same(value(T.tensordot(x, y, n), {x: p, y: q}), np.tensordot(p, q, n))
    order = data.draw(st.permutations(range(n)))
    pairs = ([len(left) + k for k in order], [k - y.ndim for k in order])
    same(value(T.tensordot(x, y, pairs), {x: p, y: q}), np.tensordot(p, q, pairs))
    same(value(T.outer(x, y), {x: p, y: q}), np.outer(p, q))


def test_products_of_matrices_are_one_dot() -> None:
    x, y = T.dmatrices("x", "y")
    for product in (x @ y, T.dot(x, y)):
        assert product.node.op.name == "dot"
        assert product.node.operands == (x.node, y.node)
    batch = T.dtensor3("z") @ y
    assert batch.node.op.name == "reshape"
    assert batch.node.inputs[0].op.name == "dot"
