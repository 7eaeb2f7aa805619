"""Basic indexing: NumPy's values and errors, for known and for unknown lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_values import same, value

from symnum import tensor as T
from symnum.errors import (
    ArgumentValueError,
    DTypeError,
    IndexBoundsError,
    ShapeError,
    UnsupportedError,
)
from symnum.tensor import Tensor

BOUNDS = st.none() | st.integers(-7, 7)
STEPS = st.none() | st.integers(-4, 4).filter(bool)


def operand(lengths: tuple[int, ...], unknown: list[bool]) -> tuple[Tensor, np.ndarray[Any, Any]]:
    shape = tuple(None if hidden else n for n, hidden in zip(lengths, unknown, strict=True))
    return T.tensor("x", shape=shape), np.arange(float(np.prod(lengths, dtype=int))).reshape(lengths)


@st.composite
def keys(draw: st.DrawFn, rank: int) -> tuple[Any, ...]:
    """A key for an operand of some rank: integers, slices, at most one ellipsis, new axes."""
    part = st.integers(-6, 6) | st.builds(slice, BOUNDS, BOUNDS, STEPS)
    parts: list[Any] = draw(st.lists(part, max_size=rank))
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), ...)
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return tuple(parts)


@given(st.data())
@settings(deadline=None, max_examples=400)
def test_indexing_gives_what_numpy_gives(data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(0, 5), max_size=3).map(tuple))
    hidden = st.lists(st.booleans(), min_size=len(lengths), max_size=len(lengths))
    x, array = operand(lengths, data.draw(hidden))
    key = data.draw(keys(len(lengths)))
    try:
        expected = array[key]
    except IndexError:
        with pytest.raises(IndexBoundsError, match="out of bounds"):
            value(x[key], {x: array})
    else:
        same(value(x[key], {x: array}), expected)


@given(BOUNDS, BOUNDS, STEPS)
@settings(deadline=None, max_examples=300)
def test_slices_of_an_unknown_length_hold_for_every_length(start: Any, stop: Any, step: Any) -> None:
    x = T.dvector("x")
    part = x[start:stop:step]
    for n in range(7):
        array = np.arange(float(n))
        same(value(part, {x: array}), array[start:stop:step])


@given(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from(["start", "stop", "both"]), STEPS)
@settings(deadline=None, max_examples=200)
def test_bounds_may_be_arithmetic_of_lengths(a: int, b: int, which: str, step: int | None) -> None:
    x = T.dvector("x")
    n = x.shape[0]
    low = n // 2 + a if which != "stop" else a
    high = n - b if which != "start" else b
    part = x[low:high:step]
    for length in range(7):
        array = np.arange(float(length))
        numbers = (length // 2 + a if which != "stop" else a, length - b if which != "start" else b)
        same(value(part, {x: array}), array[slice(*numbers, step)])


def test_equal_lengths_are_one_node() -> None:
    x = T.dvector("x")
    assert x[1:-1].node.shape == x[2:].node.shape == x[:-2].node.shape
    assert x[1:].node.shape == x[:-1].node.shape
    assert x[::-1].node.shape == x[:].node.shape == x.node.shape
    assert (x[1:] - x[:-1]).node.op.name == "subtract"
    assert (x[1:] - x[:-1]).node.inputs[0].op.name == "slice", "no broadcast between equal lengths"


def test_even_strides_of_a_doubled_length_are_its_half() -> None:
    n = T.dim("n")
    x = T.tensor("x", shape=(2 * n,))
    assert x[::2].shape[0].same_as(n)
    assert T.tensor("y", shape=(n * 2,))[::2].shape[0].same_as(n)


def test_everything_taken_is_the_operand_itself() -> None:
    x = T.dmatrix("x")
    for part in (x[:], x[...], x[:, :], x[()], x[0:], x[::1]):
        assert part.same_as(x)


def test_static_places_need_no_check() -> None:
    x = T.tensor("x", shape=(3, None))
    assert x[0, 1:][0].node.op.name == "squeeze"
    assert all(n.op.name != "checked_index" for n in x[-1].node.inputs[0].inputs)


@pytest.mark.parametrize("place", [-4, 3])
def test_a_known_length_is_checked_when_the_graph_is_built(place: int) -> None:
    x = T.tensor("x", shape=(3,))
    words = f"index {place} is out of bounds for axis 0 with length 3"
    with pytest.raises(IndexBoundsError, match=words) as raised:
        x[place]
    assert "x: float64 (3,)" in str(raised.value)
    assert "test_indexing.py:" in str(raised.value)


@pytest.mark.parametrize(("place", "length"), [(3, 3), (-4, 3), (0, 0), (-1, 0)])
def test_an_unknown_length_is_checked_when_the_graph_runs(place: int, length: int) -> None:
    x = T.dvector("x")
    part = x[place]
    with pytest.raises(IndexBoundsError, match=f"index {place} is out of bounds for .* length {length}"):
        value(part, {x: np.zeros(length)})


def test_a_place_in_a_short_part_is_checked() -> None:
    x = T.dvector("x")
    for part in (x[:3][2], x[:3][-3], x[::2][1], x[1:][0]):
        with pytest.raises(IndexBoundsError):
            value(part, {x: [1.0]})
        assert value(part, {x: np.arange(9.0)}) in (0.0, 1.0, 2.0)


def test_a_place_may_be_arithmetic_of_lengths() -> None:
    x = T.dvector("x")
    same(value(x[x.shape[0] - 1], {x: [1.0, 2.0]}), 2.0)
    with pytest.raises(IndexBoundsError):
        value(x[x.shape[0]], {x: [1.0, 2.0]})


@pytest.mark.parametrize(("key", "error", "words"), [
    ((0, 0, 0), IndexBoundsError, "too many indices: the operand has rank 2, and 3 were given"),
    ((..., ...), IndexBoundsError, "one ellipsis"),
    (1.5, IndexBoundsError, "1.5 of type float"),
    ("a", IndexBoundsError, "'a' of type str"),
    ([1.5], IndexBoundsError, "arrays that index must be of integers or bools; given float64"),
    (T.dscalar("a"), IndexBoundsError, "arrays that index must be of integers or bools; given float64"),
    ([None], IndexBoundsError, "a list that indexes must hold integers or bools"),
    ([[1], [1, 2]], IndexBoundsError, "rows of a list have different lengths"),
    (np.array([1.0]), IndexBoundsError, "given float64"),
    (([0, 1], [0, 1, 2]), IndexBoundsError, "must broadcast together; their shapes are (2,), (3,)"),
    (T.tensor("b", dtype="bool", shape=()), UnsupportedError, "a bool of rank 0"),
    (np.ones((2, 2, 2), bool), IndexBoundsError, "the operand has rank 2, and 3 were given"),
    (slice(None, None, 0), ArgumentValueError, "step of a slice cannot be 0"),
    (slice(None, None, T.dim("n")), UnsupportedError, "step of a slice must be a number"),
    (slice(1.5), DTypeError, "a bound of a slice must be an integer"),
])
def test_other_keys_are_refused_clearly(key: Any, error: type[Exception], words: str) -> None:
    x = T.dmatrix("x")
    with pytest.raises(error) as raised:
        x[key]
    assert words in str(raised.value)
    assert "x: float64 (x.shape[0], x.shape[1])" in str(raised.value)


def test_numpy_integers_are_integers() -> None:
    x = T.dmatrix("x")
    assert x[np.int8(1)].same_as(x[1])
    assert x[np.array(1)].same_as(x[1])


@pytest.mark.parametrize(("key", "words"), [
    ([0, 3], "index 3 is out of bounds for axis 0 with length 3"),
    ((slice(None), [[-5]]), "index -5 is out of bounds for axis 1 with length 4"),
    (([0, 1], 4), "index 4 is out of bounds for axis 1 with length 4"),
    ([True, False], "a mask of shape (2,) does not fit: axis 0 has length 3, the mask 2"),
    ((0, np.ones(3, bool)), "a mask of shape (3,) does not fit: axis 1 has length 4, the mask 3"),
])
def test_known_places_are_checked_when_the_graph_is_built(key: Any, words: str) -> None:
    with pytest.raises(IndexBoundsError) as raised:
        T.tensor("x", shape=(3, 4))[key]
    assert words in str(raised.value)


def test_assignment_is_not_there() -> None:
    x = T.dvector("x")
    with pytest.raises(TypeError, match="item assignment"):
        x[0] = 1.0  # type: ignore[index]


def test_length_and_iteration() -> None:
    x = T.tensor("x", shape=(3, None))
    assert len(x) == 3
    assert [row.same_as(x[k]) for k, row in enumerate(x)] == [True] * 3
    with pytest.raises(ShapeError, match=r"the length of y: .* is not known .* use x\.shape\[0\]"):
        len(T.dvector("y"))
    with pytest.raises(ShapeError, match="not known"):
        list(T.dvector("y"))
    with pytest.raises(TypeError, match="rank 0"):
        len(T.dscalar("z"))
    with pytest.raises(TypeError, match="rank 0"):
        iter(T.dscalar("z"))
