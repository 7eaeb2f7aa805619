"""Indexing by arrays, lists and masks, mixed with all else: NumPy's values, shapes and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from index_keys import is_quirk, keys, operands, with_inputs
from numpy_values import same, value

import symnum as sn
from symnum import tensor as T
from symnum.errors import IndexBoundsError, ShapeError

RNG = np.random.default_rng(5)


@given(st.data())
@settings(deadline=None, max_examples=250)
def test_indexing_by_anything_gives_what_numpy_gives(data: st.DataObject) -> None:
    x, array = data.draw(operands())
    key = data.draw(keys(array.shape))
    assume(not is_quirk(array, key))
    symbolic = data.draw(st.booleans())
    found, given_values = with_inputs(key) if symbolic else (key, {})
    try:
        expected = array[key]
    except (IndexError, DeprecationWarning):  # before NumPy 2.4 stray indices of nothing are only deprecated
        with pytest.raises((IndexBoundsError, ShapeError) if symbolic else IndexBoundsError):
            value(x[found], {x: array, **given_values})
    else:
        same(value(x[found], {x: array, **given_values}), expected)


PLACES = np.array([[2, 0, -1], [1, 1, -3]])
MASK = RNG.random((3, 4)) < 0.6
KEYS: list[Any] = [
    PLACES, [2, 2, 0], (slice(None), PLACES), (PLACES, slice(1, None)), (slice(None), PLACES, [0, 1, 4]),
    (PLACES, slice(None), [0, 1, 4]), (0, slice(None), [0, 4]), (..., [0, 4], None), (None, [0, 2], ..., 1),
    (slice(None, None, -1), [1, 0], slice(1, 4)), MASK, (MASK, 2), (slice(None), [True, False, True, True]),
    ([[0], [2]], [0, 1, 3]), np.array([], int), (True, [0, 1]), (slice(None), slice(None), [1, 3]),
    (np.array(1), [0, 1], np.array([2, 3], "uint8")), [0, 2], (slice(2), [0, 1, 2, 3][::-1]),
]


def test_compiled_keys_known_and_not() -> None:
    array = RNG.random((3, 4, 5))
    x = T.dtensor3("x")
    outputs, inputs, values = [], [x], [array]
    for key in KEYS:
        outputs.append(x[key])
        found, given_values = with_inputs(key)
        if any(t.dtype == bool for t in given_values):
            continue
        outputs.append(sn.tensor.exp(x[found]))
        inputs += given_values
        values += given_values.values()
    expected = [plain for key in KEYS for plain in (
        [array[key]] if any(isinstance(p, np.ndarray) and p.dtype == bool
                            for p in (key if isinstance(key, tuple) else [key])) else [array[key], np.exp(array[key])])]
    for mode in ("c", "numpy"):
        got = sn.function(inputs, outputs, mode=mode)(*values)
        for k, (a, b) in enumerate(zip(got, expected, strict=True)):
            assert a.shape == b.shape, (k, a.shape, b.shape)
            np.testing.assert_allclose(a, b, rtol=1e-14)


def test_masks_that_are_not_known_take_as_many_as_there_are() -> None:
    x, b = T.dmatrix("x"), T.tensor("b", dtype="bool", shape=(None,))
    array, mask = RNG.random((3, 4)), np.array([True, False, True])
    outputs = [x[x > 0.5], x[b], x[b, 1], x[b, 1:3], x[:, x[0] > 0.5]]
    expected = [array[array > 0.5], array[mask], array[mask, 1], array[mask, 1:3], array[:, array[0] > 0.5]]
    for mode in ("c", "numpy"):
        for a, e in zip(sn.function([x, b], outputs, mode=mode)(array, mask), expected, strict=True):
            same(a, e)
        with pytest.raises(IndexError, match="mask"):
            sn.function([x, b], x[b], mode=mode)(array, mask[:2])


def test_errors_name_the_axis_of_the_operand() -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    for mode in ("c", "numpy"):
        f = sn.function([x, i], x[None, :, i], mode=mode)
        same(f(np.eye(2), [1]), np.eye(2)[None, :, [1]])
        with pytest.raises(IndexBoundsError, match="index 2 is out of bounds for axis 1 with length 2"):
            f(np.eye(2), [2])


def test_a_symbolic_place_is_one_kernel() -> None:
    x, i, j = T.dmatrix("x"), T.lscalar("i"), T.iscalar("j")
    f = sn.function([x, i, j], (x[i] * 2).sum() + x[j, i] + x[-1, j], mode="c")
    array = RNG.random((3, 3))
    assert abs(f(array, -1, 0) - (2 * array[-1].sum() + array[0, -1] + array[-1, 0])) < 1e-12
    with pytest.raises(IndexBoundsError, match="index 3 is out of bounds for axis 0 with length 3"):
        f(array, 3, 0)


def test_a_window_at_a_symbolic_place() -> None:
    x, i = T.dvector("x"), T.lscalar("i")
    array = np.arange(6.0)
    for mode in ("c", "numpy"):
        f = sn.function([x, i], x[i:i + 3] * 2, mode=mode)
        for k in (0, 2, 5):
            same(f(array, k), array[k:k + 3] * 2)


def test_evenly_spaced_places_are_slices() -> None:
    x = T.tensor("x", shape=(5, 6))
    for key, as_slice in (([0, 2, 4], slice(0, 5, 2)), ([-1, -3], slice(-1, -4, -2)), ([3], slice(3, 4)),
                          ([4, 3, 2, 1, 0], slice(4, None, -1))):
        assert x[key].same_as(x[as_slice])
        assert x[:, key].same_as(x[:, as_slice])
    assert x[[0, 0]].node.op.name == x[[0, 1, 3]].node.op.name == "gather"


def test_a_mask_for_an_unknown_length_is_checked_when_the_graph_runs() -> None:
    x = T.dvector("x")
    part = x[[True, False, True]]
    same(value(part, {x: [1.0, 2.0, 3.0]}), np.array([1.0, 3.0]))
    for mode in ("c", "numpy"):
        f = sn.function([x], part, mode=mode)
        same(f([1.0, 2.0, 3.0]), np.array([1.0, 3.0]))
        with pytest.raises(IndexBoundsError, match="does not fit"):
            f([1.0, 2.0])


def test_arithmetic_of_lengths_indexes_in_every_mode() -> None:
    x = T.dvector("x")
    n = x.shape[0]
    for mode in ("c", "numpy"):
        f = sn.function([x], [x[n - 1], x[-n], x[n // 2], x[[0, 1]] + x[n - 2]], mode=mode)
        got = f(np.arange(5.0))
        assert [float(v) for v in got[:3]] == [4.0, 0.0, 2.0]
        assert got[3].tolist() == [3.0, 4.0]


def test_a_stencil_written_with_slices_is_one_kernel() -> None:
    x = T.dmatrix("x")
    inner = (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:] - 4.0 * x[1:-1, 1:-1])
    step = x.at[1:-1, 1:-1].add(0.1 * inner)
    for output in (inner, step):
        lines = [line for line in str(sn.function([x], output, mode="c").explain()).splitlines() if "kernel" in line]
        assert len(lines) == 1, lines
        assert "workspace" not in lines[0]
    a = RNG.random((6, 7))
    want = a.copy()
    want[1:-1, 1:-1] += 0.1 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] - 4.0 * a[1:-1, 1:-1])
    np.testing.assert_allclose(sn.function([x], step, mode="c")(a), want, rtol=1e-14)


@pytest.mark.parametrize("key", [PLACES, (slice(None), [0, 1]), (MASK,), ([0, 0, 2], slice(1, 3), [4, 4, -1])])
def test_gradients_of_indexing(key: Any) -> None:
    x = T.tensor("x", shape=(3, 4, 5))
    array = RNG.random((3, 4, 5))
    weights = np.cos(np.arange(array[key].size)).reshape(array[key].shape)
    grad = sn.grad((T.sin(x[key]) * weights).sum(), x)
    want = np.zeros_like(array)
    np.add.at(want, key, np.cos(array[key]) * weights)
    np.testing.assert_allclose(grad.eval({x: array}), want, rtol=1e-12, atol=1e-14)
