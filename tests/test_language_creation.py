"""Ranges, grids and matrices made from numbers and lengths: NumPy's values, dtypes and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from language_cases import Cases
from language_checks import check_compiled, check_gradients, check_interpreted
from numpy_values import same, value

from symnum import tensor as T
from symnum.errors import ArgumentValueError, AxisError, DTypeError, ShapeError
from symnum.options import current

CASES: Cases = {
    "arange": lambda m: [m.arange(5), m.arange(2.5), m.arange(1, 7, 2), m.arange(5, 0, -2), m.arange(3, dtype="int8"),
                         m.arange(4, 1), m.arange(0, 1, 0.1)],
    "arange of lengths": lambda m, a: [
        m.arange(a.shape[0]), m.arange(1, a.shape[1], 2), m.arange(a.shape[1], 0, -3), m.arange(a.shape[0], a.shape[1]),
        m.arange(a.shape[1], a.shape[0]), m.arange(-a.shape[0], a.shape[0], dtype="float32")],
    "linspace": lambda m, s, w, c: [
        m.linspace(0, 1, 7), m.linspace(2, -3, 4, endpoint=False), m.linspace(1, 2, 1), m.linspace(0, 1, 0),
        *m.linspace(0, s, 5, retstep=True), m.linspace(w, 1, 3), m.linspace(c, w, 3, axis=1),
        m.linspace(c, 2.0, 2, axis=-1), m.linspace(0, 10, 4, dtype="int64"), m.linspace(-1, 1, 4, dtype="float32")],
    "linspace of lengths": lambda m, a, s: [m.linspace(0, s, a.shape[0]), m.linspace(0, 1, a.shape[0] - 2)],
    "logspace": lambda m, s, w: [m.logspace(0, 2, 5), m.logspace(0, s, 4, base=2), m.logspace(w, 1, 3, endpoint=False)],
    "geomspace": lambda m, q: [m.geomspace(1, 1000, 4), m.geomspace(-1, -16, 5), m.geomspace(q, 2, 3),
                               m.geomspace(1, 8, 3, endpoint=False)],
    "eye": lambda m: [m.eye(3), m.eye(2, 4, 1), m.eye(3, k=-1, dtype="int8"), m.identity(2), m.eye(70)],
    "eye of lengths": lambda m, a: [m.eye(a.shape[0]), m.eye(a.shape[0], a.shape[1], k=-1, dtype="bool")],
    "tri": lambda m: [m.tri(3), m.tri(2, 4, 1), m.tri(3, k=-1, dtype="int8")],
    "tril": lambda m, a, b, v, i: [m.tril(a), m.tril(b, -1), m.tril(i, 2), m.tril(v)],
    "triu": lambda m, a, b, v, p: [m.triu(a), m.triu(b, 1), m.triu(p, -1), m.triu(v)],
    "indices of triangles": lambda m: [*m.tril_indices(3), *m.triu_indices(3, 1), *m.tril_indices(2, 1, 4)],
    "vander": lambda m, w, j: [m.vander(w, 3), m.vander(w, 4, increasing=True), m.vander(j, 3), m.vander(w, 0)],
    "meshgrid": lambda m, v, j, s: [
        *m.meshgrid(v, j), *m.meshgrid(v, j, indexing="ij"), *m.meshgrid(v, j, s, sparse=True), *m.meshgrid(v)],
    "indices": lambda m: [m.indices((2, 3)), m.indices((2,), dtype="float32"), *m.indices((2, 3), sparse=True)],
    "mgrid": lambda m: [m.mgrid[0:2, 1:4], m.mgrid[0:3], m.mgrid[-1:1:5j], m.mgrid[0:1:3j, 2:5]],
    "ogrid": lambda m: [*m.ogrid[0:2, 1:4], m.ogrid[:3], *m.ogrid[0:1:3j, 2:5]],
    "fromfunction": lambda m: [m.fromfunction(lambda i, j: i - 2*j, (3, 4)),
                               m.fromfunction(lambda i, k: i*k, (3,), dtype="int64", k=3)],
    "tapers": lambda m: [m.bartlett(6), m.blackman(7), m.hamming(1), m.hanning(5), m.kaiser(8, 3.5), m.hanning(0)],
    "filled": lambda m, a: [
        m.zeros(3, "int8"), m.ones((2, 1), "bool"), m.full(2, 7, "float32"), m.zeros_like(a, "int8"),
        m.ones_like(a, shape=(2,)), m.full_like(a, 2.5, shape=(1, 2))],
}


@pytest.mark.parametrize("known", [True, False])
def test_arrays_made_from_numbers_are_numpys(known: bool) -> None:
    check_interpreted(CASES, known)


def test_compiled_arrays_made_from_numbers_are_numpys() -> None:
    check_compiled(CASES, True)


def test_compiled_arrays_of_unknown_lengths_are_numpys() -> None:
    names = ("arange of lengths", "linspace of lengths", "eye of lengths", "tril", "meshgrid", "vander")
    check_compiled({k: CASES[k] for k in names}, False)


@pytest.mark.parametrize("name", ["linspace", "logspace", "geomspace", "tril", "triu", "vander", "meshgrid"])
def test_gradients_of_arrays_made_from_numbers(name: str) -> None:
    check_gradients(CASES[name])


def test_dtypes_without_one_are_the_options() -> None:
    with current().but(float_dtype="float32").active():
        for x in (T.eye(2), T.identity(2), T.tri(2), T.empty(2), T.fromfunction(lambda i: i, 3)):
            assert x.dtype == np.dtype("float32")
    assert T.empty((2, 3)).shape == (2, 3)
    assert T.empty_like(T.fmatrix("x")).dtype == np.dtype("float32")


def test_constants_are_numpys_bit_for_bit() -> None:
    same(value(T.arange(0, 1, 0.1)), np.arange(0, 1, 0.1))
    assert T.arange(5).node.op.name == T.eye(3).node.op.name == "constant"


def test_asarray_takes_all_that_is_array_like() -> None:
    x = T.dvector("x")
    assert T.asarray(x) is x
    assert T.asarray([x, x]).ndim == 2
    same(value(T.asarray((1, 2), "float32", copy=True)), np.array([1, 2], "float32"))


def test_measures_are_numbers_where_they_are_known() -> None:
    x = T.tensor("x", shape=(None, 3))
    assert (T.ndim(x), T.shape([[1, 2]]), T.size(np.ones((2, 3)), 1)) == (2, (1, 2), 3)
    assert T.shape(x)[0].same_as(x.shape[0])
    assert T.size(x, axis=-1) == 3
    assert T.size(x).eval({x: np.ones((4, 3))}) == 12
    assert T.broadcast_shapes((2, 1), (3,), 1) == (2, 3)
    assert repr(T.broadcast_shapes((x.shape[0], 1), (4,))) == "(<Tensor x.shape[0]: int64 ()>, 4)"
    assert T.copy(x) is x


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: T.arange(0, 5, 0), ArgumentValueError, "step must not be 0"),
    (lambda: T.arange(0, T.dim("n"), 0), ArgumentValueError, "step must not be 0"),
    (lambda: T.arange(T.dscalar("x")), DTypeError, "must be an integer of rank 0; given float64"),
    (lambda: T.linspace(0, 1, -1), ShapeError, "must be at least 0; given -1"),
    (lambda: T.linspace([1, 2], [1, 2, 3]), ShapeError, "do not broadcast"),
    (lambda: T.geomspace(0, 1), ArgumentValueError, "must not be 0"),
    (lambda: T.eye(-1), ShapeError, "N of eye must be at least 0; given -1"),
    (lambda: T.eye(3, k=1.5), DTypeError, "must be an integer"),
    (lambda: T.tril(1.0), ShapeError, "tril: an operand of rank 0 is no matrix"),
    (lambda: T.vander(T.dmatrix("x")), ShapeError, "vander takes a vector"),
    (lambda: T.vander(T.dvector("x")), ShapeError, "give N"),
    (lambda: T.meshgrid([1], indexing="yx"), ArgumentValueError, "'xy' or 'ij'; given 'yx'"),
    (lambda: T.indices((2, -1)), ShapeError, "given -1"),
    (lambda: T.size(T.dvector("x"), 1), AxisError, "size: axis 1 is out of bounds"),
    (lambda: T.broadcast_shapes((2,), (3,)), ShapeError, "do not broadcast"),
    (lambda: T.hanning(1.5), DTypeError, "M of hanning must be an integer"),
    (lambda: T.mgrid[3], ArgumentValueError, "a grid is made of slices"),
])
def test_wrong_arguments_are_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)
