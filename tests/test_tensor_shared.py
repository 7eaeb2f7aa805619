"""Shared values: what they keep, what they take, what they refuse."""

from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import numpy as np
import pytest
from numpy_values import same, value

from symnum import tensor as T
from symnum.errors import ArgumentError, ArgumentValueError, DTypeError, GraphError, ShapeError
from symnum.tensor import SharedTensor, Tensor


@pytest.mark.parametrize(("given", "dtype", "rank"), [
    (1.5, "float64", 0), (2, "int64", 0), (True, "bool", 0), ([1, 2], "int64", 1), ([[0.5]], "float64", 2),
    (np.float32(1), "float32", 0), (np.zeros((2, 3), "int8"), "int8", 2), (np.zeros(2, ">f4"), "float32", 1),
    (np.zeros((2, 0)), "float64", 2),
])
def test_dtype_and_rank_are_the_values(given: Any, dtype: str, rank: int) -> None:
    w = T.shared(given, "w")
    assert isinstance(w, SharedTensor)
    assert isinstance(w, Tensor)
    assert (w.dtype, w.ndim, w.name) == (np.dtype(dtype), rank, "w")
    assert all(n.node.op.name == "dim" for n in w.shape), "all lengths may change"
    same(w.get_value(), np.asarray(given, dtype))
    assert w.get_value().dtype.isnative


def test_values_are_copied_in_and_out() -> None:
    array = np.array([1.0, 2.0])
    w = T.shared(array)
    array[0] = 9
    w.get_value()[0] = 9
    same(w.get_value(), np.array([1.0, 2.0]))
    array[:] = [3, 4]
    w.set_value(array)
    array[0] = 9
    same(w.get_value(), np.array([3.0, 4.0]))
    frame = FakeFrame(array)
    for holder in (T.shared(frame), w):
        holder.set_value(frame)
        array[0] = 7
        assert holder.get_value()[0] == 9
        array[0] = 9


class FakeFrame:
    """Something whose array is its own memory."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array = array

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return self.array


def test_borrowing_keeps_the_array_where_it_can() -> None:
    array = np.array([1.0, 2.0])
    w = T.shared(array, borrow=True)
    assert w.get_value(borrow=True) is array
    other = np.array([5.0])
    w.set_value(other, borrow=True)
    assert w.get_value(borrow=True) is other
    fixed = np.array([1.0, 2.0])
    fixed.flags.writeable = False
    for unfit in (fixed, np.zeros((4, 4)).T[::2], np.zeros(3, ">f8"), np.zeros(3, "int32")):
        v = T.shared(np.zeros(unfit.shape))
        v.set_value(unfit, borrow=True)
        kept = v.get_value(borrow=True)
        assert not np.shares_memory(kept, unfit)
        assert kept.flags.c_contiguous
        assert kept.flags.writeable
        same(kept, unfit.astype("float64"))


def test_values_are_kept_in_c_order_and_as_plain_arrays() -> None:
    w = T.shared(np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    assert w.get_value(borrow=True).flags.c_contiguous
    record = np.zeros(2).view(np.recarray)
    for borrow in (False, True):
        assert type(T.shared(record, borrow=borrow).get_value(borrow=True)) is np.ndarray


def test_fixed_lengths() -> None:
    n = T.dim("n")
    w = T.shared(np.zeros((2, 3)), "w", shape=(2, None))
    assert (w.node.shape[0], repr(w)) == (2, "<SharedTensor w: float64 (2, w.shape[1])>")
    w.set_value(np.zeros((2, 7)))
    with pytest.raises(ShapeError, match=r"set_value: shape \(3, 3\) does not fit \(2, w\.shape\[1\]\)"):
        w.set_value(np.zeros((3, 3)))
    assert T.shared(np.zeros(2), shape=(n,)).shape[0].same_as(n)
    for shape in ((3, None), (2,), (2, 3, 1)):
        with pytest.raises(ShapeError, match="does not fit the value's shape"):
            T.shared(np.zeros((2, 3)), shape=shape)


@pytest.mark.parametrize(("start", "new"), [
    (np.zeros(1, "float32"), [0.1]), (np.zeros(1, "float32"), [3]), (np.zeros(1), [True]),
    (np.zeros(1), np.array([1, 2], "int32")), (np.zeros(1), np.float32(1.5)),
    (np.zeros(1, "int8"), [127, -128]), (np.zeros(1, "uint8"), [255]), (np.zeros(1, "int64"), []),
    (np.zeros(1, "int16"), np.array([1], "int8")),
    (np.zeros((1, 1)), [[1, 2.5]]),
])
def test_what_fits_is_converted(start: Any, new: Any) -> None:
    w = T.shared(start)
    if np.ndim(new) != w.ndim:
        w = T.shared(start[0])
    w.set_value(new)
    same(w.get_value(), np.asarray(new).astype(start.dtype))


@pytest.mark.parametrize(("start", "new", "error", "words"), [
    (np.zeros(1, "float32"), np.zeros(1), DTypeError, "dtype float64 does not fit float32 safely"),
    (np.zeros(1, "int32"), [1.5], DTypeError, "do not fit int32"),
    (np.zeros(1, "int32"), np.array([1]), DTypeError, "convert it first, as in value.astype('int32')"),
    (np.zeros(1, "int8"), [128], ArgumentValueError, "do not fit int8 (-128 to 127)"),
    (np.zeros(1, "uint8"), [-1], ArgumentValueError, "do not fit uint8 (0 to 255)"),
    (np.zeros(1, "bool"), [1], DTypeError, "do not fit bool"),
    (np.zeros(1), 1.0, ShapeError, "shape () does not fit"),
    (np.zeros(1), [[1.0]], ShapeError, "shape (1, 1) does not fit"),
    (np.zeros(1), ["a"], DTypeError, "not supported"),
    (np.zeros(1), [1j], DTypeError, "Python numbers of dtype complex128 do not fit"),
    (np.zeros(1), None, DTypeError, "given None"),
    (np.zeros(1), T.dvector("x"), DTypeError, "given a symbolic tensor"),
])
def test_what_does_not_fit_is_refused_and_changes_nothing(
        start: Any, new: Any, error: type[Exception], words: str) -> None:
    w = T.shared(start, "w")
    with pytest.raises(error) as raised:
        w.set_value(new)
    assert words in str(raised.value)
    assert "w: " in str(raised.value)
    same(w.get_value(), start)


def test_only_values_can_be_shared() -> None:
    with pytest.raises(ArgumentError, match="not a symbolic tensor"):
        T.shared(T.dscalar("x"))
    with pytest.raises(DTypeError, match="is not supported"):
        T.shared(np.zeros(2, "longdouble"))
    with pytest.raises(GraphError, match="cannot rename the leaf 'w'"):
        T.shared(1.0, "w").name = "v"


def test_shared_values_are_tensors() -> None:
    w = T.shared([1.0, 2.0], "w")
    expression = 2 * w + np.ones(2)
    assert type(expression) is Tensor
    same(value(expression.sum(), {w: w.get_value()}), 8.0)
    w.tag.note = 1
    assert w.tag.note == 1


def test_pickling_keeps_the_value_and_copies_share_it() -> None:
    w = T.shared([1.0, 2.0], "w")
    again, double = pickle.loads(pickle.dumps((w, w * 2)))
    same(again.get_value(), np.array([1.0, 2.0]))
    assert type(again) is SharedTensor
    assert again.name == "w"
    assert double.same_as(again * 2), "one pickle holds one value"
    again.set_value([5.0])
    same(w.get_value(), np.array([1.0, 2.0]))
    assert copy.copy(w).same_as(w)


def test_the_value_is_guarded_by_the_states_lock() -> None:
    w = T.shared([1.0])
    done = threading.Event()

    def write() -> None:
        w.set_value([2.0])
        done.set()

    with w.node.attr("state").lock:
        thread = threading.Thread(target=write)
        thread.start()
        assert not done.wait(0.05)
        same(w.get_value(), np.array([1.0]))
    thread.join()
    same(w.get_value(), np.array([2.0]))
