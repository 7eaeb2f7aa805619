"""Inputs of every dtype and rank, dims, constants and filled arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy_values import same, value

from symnum import tensor as T
from symnum.dtypes import CODES
from symnum.errors import ArgumentError, DTypeError, ShapeError, UnsupportedError
from symnum.options import current
from symnum.tensor import Tensor

KINDS: dict[str, tuple[int | None, ...]] = {
    "scalar": (), "vector": (None,), "row": (1, None), "col": (None, 1), "matrix": (None, None),
    "tensor3": (None,) * 3, "tensor4": (None,) * 4, "tensor5": (None,) * 5, "tensor6": (None,) * 6,
    "tensor7": (None,) * 7}
PLURALS = {kind: f"{kind}s" for kind in KINDS} | {"matrix": "matrices"}


def lengths(x: Tensor) -> tuple[int | None, ...]:
    return tuple(n if isinstance(n, int) else None for n in x.shape)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ["", *CODES])
def test_constructors_of_every_code_and_rank(code: str, kind: str) -> None:
    wanted = CODES[code] if code else np.dtype("float64")
    make, several = getattr(T, f"{code}{kind}"), getattr(T, f"{code}{PLURALS[kind]}")
    named, unnamed = make("x"), make()
    for x in (named, unnamed, *several("x", "y"), *several(2)):
        assert isinstance(x, Tensor)
        assert x.node.op.name == "input"
        assert (x.dtype, lengths(x)) == (wanted, KINDS[kind])
    assert (named.name, unnamed.name) == ("x", None)
    assert [x.name for x in several("x", "y")] == ["x", "y"]
    assert [x.name for x in several(3)] == [None] * 3
    assert [x.name for x in several("xyz")] == ["xyz"]
    assert not named.same_as(make("x"))
    assert {f"{code}{kind}", f"{code}{PLURALS[kind]}"} <= set(T.__all__)
    assert ">>>" in (make.__doc__ or "")


def test_codes_are_theanos() -> None:
    assert {code: dtype.name for code, dtype in CODES.items()} == {
        "b": "int8", "w": "int16", "i": "int32", "l": "int64", "f": "float32", "d": "float64", "c": "complex64",
        "z": "complex128"}


def test_letterless_constructors_take_the_option_and_a_dtype() -> None:
    with current().but(float_dtype="float32").active():
        for x in (T.scalar("x"), *T.matrices(2), T.tensor("x"), T.zeros(3), T.ones(3), T.eye(2)):
            assert x.dtype == np.dtype("float32")
        assert T.dscalar("x").dtype == np.dtype("float64")
    assert T.vector("x", dtype="int16").dtype == np.dtype("int16")


def test_tensor_takes_numbers_none_and_dims() -> None:
    n = T.dim("n")
    x = T.tensor("x", dtype="uint8", shape=(n, 3, None))
    y = T.tensor("y", shape=[None, n + 1])
    assert repr(x) == "<Tensor x: uint8 (n, 3, x.shape[2])>"
    assert repr(y) == "<Tensor y: float64 (y.shape[0], n + 1)>"
    assert x.shape[0].same_as(n)
    assert lengths(T.tensor("z", shape=4)) == (4,)
    assert lengths(T.tensor("z", shape=n)) == (None,)
    with pytest.raises(ShapeError, match="y: expected shape"):
        value(x[..., 0].sum() + y.sum(), {x: np.zeros((2, 3, 1), "uint8"), y: np.zeros((2, 2))})


def test_dims_are_leaves_of_their_own() -> None:
    n = T.dim("n")
    assert (n.name, n.dtype, n.shape) == ("n", np.dtype("int64"), ())
    assert not T.dim("n").same_as(n)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: T.tensor("x", dtype="longdouble"), DTypeError, "is not supported"),
    (lambda: T.tensor("x", dtype="clongdouble"), DTypeError, "is not supported"),
    (lambda: T.tensor("x", shape=(-1,)), ShapeError, "must be at least 0; given -1"),
    (lambda: T.tensor("x", shape=(1.5,)), DTypeError, "must be an integer"),
    (lambda: T.tensor("x", shape=(T.dvector("n"),)), DTypeError, "an integer of rank 0; given float64"),
    (lambda: T.tensor("x", shape=(T.lscalar("n"),)), UnsupportedError, "depends on the values of others"),
    (lambda: T.dmatrices(1.5), DTypeError, "the number of inputs must be an integer"),
    (lambda: T.dmatrices("a", 2), ArgumentError, r"expected names or one number"),
    (lambda: T.constant(T.dscalar("x")), DTypeError, "given a symbolic tensor"),
    (lambda: T.constant("a"), DTypeError, "given 'a' of type str"),
    (lambda: T.zeros((2, -3)), ShapeError, "given -3"),
    (lambda: T.full((2, 3), [1, 2]), ShapeError, "cannot be broadcast to (2, 3)"),
    (lambda: T.as_tensor(None), DTypeError, "given None"),
    (lambda: T.as_tensor([T.dscalar("x"), [1.0]]), ShapeError, "stack"),
])
def test_wrong_arguments_are_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


def test_constants_are_copies_of_values() -> None:
    array = np.array([[1, 2], [3, 4]], ">i4")
    x = T.constant(array, "c")
    array[0, 0] = 9
    same(value(x), np.array([[1, 2], [3, 4]], "int32"))
    assert x.name == "c"
    same(value(T.constant(2)), np.int64(2))
    same(value(T.constant([1, 2], dtype="float32")), np.array([1, 2], "float32"))
    assert T.constant(0.0).node is not T.constant(-0.0).node
    assert T.constant(1).node is not T.constant(True).node


def test_as_tensor_keeps_tensors_and_converts() -> None:
    x = T.dvector("x")
    assert T.as_tensor(x) is x
    assert T.as_tensor(x, dtype="float64") is x
    assert T.as_tensor(x, dtype="float32").dtype == np.dtype("float32")
    assert T.as_tensor(2, dtype="float32").node.op.name == "constant"
    same(value(T.as_tensor((1.5, 2))), np.array([1.5, 2.0]))
    same(value(T.as_tensor(np.arange(6).reshape(2, 3).T)), np.arange(6).reshape(2, 3).T)


def test_filled_arrays_are_numpys() -> None:
    x, array = T.imatrix("x"), np.zeros((2, 3), "int32")
    cases = [
        (T.zeros((2, 3)), np.zeros((2, 3))), (T.ones(2, dtype="int8"), np.ones(2, "int8")),
        (T.full((2,), 7), np.full(2, 7)), (T.full((2, 3), [1.5, 2, 3]), np.full((2, 3), [1.5, 2, 3])),
        (T.full((), 2.5, dtype="float32"), np.full((), 2.5, "float32")),
        (T.zeros_like(x), np.zeros_like(array)), (T.ones_like(x, dtype="int8"), np.ones_like(array, "int8")),
        (T.full_like(x, 3.7), np.full_like(array, 3.7)),
        (T.arange(4), np.arange(4)), (T.arange(1, 7, 2), np.arange(1, 7, 2)),
        (T.arange(0.0, 1.0, 0.25, dtype="float32"), np.arange(0.0, 1.0, 0.25, "float32")),
        (T.eye(3), np.eye(3)), (T.eye(2, 4, 1, dtype="int8"), np.eye(2, 4, 1, "int8"))]
    for got, expected in cases:
        same(value(got, {x: array}), expected)
