"""Writing to parts, ``x.at[key].set`` and its kind, and Theano's names for it, against NumPy's assignment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from index_keys import Array, is_quirk, keys, operands, with_inputs
from numpy_values import same, value

import symnum as sn
from symnum import tensor as T
from symnum.errors import DTypeError, GraphError, IndexBoundsError, ShapeError

RNG = np.random.default_rng(5)
UFUNCS = {"add": np.add, "multiply": np.multiply, "min": np.minimum, "max": np.maximum, "divide": np.divide}


def written(x: Array, key: Any, y: Any, how: str) -> Array:
    """A copy of ``x`` written to; values of places that are named more than once all count, in order."""
    result = x.copy()
    if how == "set":
        result[key] = y
        return result
    places = np.broadcast_to(np.arange(x.size).reshape(x.shape)[key], x[key].shape).reshape(-1)
    values = np.broadcast_to(y, x[key].shape).reshape(-1)
    UFUNCS[how].at(result.reshape(-1), places, values)
    return result


@given(st.data(), st.sampled_from(["set", *UFUNCS]))
@settings(deadline=None, max_examples=250)
def test_writing_to_anything_gives_what_numpy_gives(data: st.DataObject, how: str) -> None:
    x, array = data.draw(operands())
    key = data.draw(keys(array.shape))
    assume(not is_quirk(array, key))
    try:
        part = array[key]
    except IndexError:
        assume(False)
    shape = part.shape[data.draw(st.integers(0, part.ndim)):]
    given_y = RNG.integers(1, 9, tuple(1 if data.draw(st.integers(0, 4)) == 0 else n for n in shape)).astype("float64")
    found, given_values = with_inputs(key) if data.draw(st.booleans()) else (key, {})
    y = T.tensor("y", shape=given_y.shape)
    result = getattr(x.at[found], how)(y)
    assert result.node.shape == x.node.shape
    got = value(result, {x: array, y: given_y, **given_values})
    np.testing.assert_allclose(got, written(array, key, given_y, how), rtol=1e-14)


KEYS: list[Any] = [
    0, -1, slice(1, 3), (slice(None), 1), (slice(None, None, -2), slice(1, 3)), (..., None, 2), slice(None), (0, 1),
    [0, 2], [1, 1, 0], (slice(None), [3, 3]), ([0, 2], [1, 1]), (slice(1, None), [[0, 1], [1, 1]]),
    ([[0], [2]], [1, 3]), RNG.random((3, 4)) < 0.5, [True, False, True],
]


@pytest.mark.parametrize("how", ["set", *UFUNCS])
def test_compiled_writes(how: str) -> None:
    array = RNG.random((3, 4)) + 0.5
    x, inputs, values, outputs, expected = T.dmatrix("x"), [], [], [], []
    for k, key in enumerate(KEYS):
        y = np.asarray(RNG.random(array[key].shape) if k % 2 else 2.5)
        leaf = T.tensor(f"y{k}", shape=y.shape)
        inputs.append(leaf)
        values.append(y)
        outputs.append(getattr(x.at[key], how)(leaf))
        expected.append(written(array, key, y, how))
    for mode in ("c", "numpy"):
        for got, want in zip(sn.function([x, *inputs], outputs, mode=mode)(array, *values), expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-13)


def kernels(f: Any) -> list[str]:
    return [line for line in str(f.explain()).splitlines() if line.startswith(("kernel", "scatter"))]


def test_a_slice_or_mask_that_is_written_fuses() -> None:
    x, y = T.dmatrix("x"), T.dvector("y")
    z = T.sin(x)
    outputs = [z.at[1:-1, ::2].set(y[0]) + 1, z.at[0].add(2 * y), z.at[:, -1].multiply(2), z.at[x > 0.5].set(0.0),
               z.at[..., None, 1].max(0.5), z.at[:].min(y)]
    for output in outputs:
        found = kernels(sn.function([x, y], output, mode="c", on_unused_input="ignore"))
        assert len(found) == 1, found
        assert "workspace" not in found[0]


def test_what_is_outside_stays_bit_for_bit() -> None:
    x = np.array([-0.0, np.nan, np.inf, 1.0, -0.0])
    leaf = T.dvector("x")
    outputs = [leaf.at[3:].add(1.0), leaf.at[3:].divide(0.0), leaf.at[3:].power(2.0), leaf.at[[3, 4]].add(0.0)]
    f = sn.function([leaf], outputs, mode="c")
    for got in f(x):
        assert got[:3].tobytes() == x[:3].tobytes()


def test_powers_and_powers_of_integers() -> None:
    x = T.lvector("x")
    array = np.array([2, 3, 4])
    same(value(x.at[[0, 0, 2]].power([2, 3, 1]), {x: array}), np.array([64, 3, 4]))
    same(value(x.at[1:].power(2), {x: array}), np.array([2, 9, 16]))


def test_get_is_indexing() -> None:
    x = T.dmatrix("x")
    assert x.at[1:, [0, 2]].get().same_as(x[1:, [0, 2]])


def test_dtypes_are_those_of_numpys_assignment() -> None:
    small, single, b = T.tensor("x", dtype="int8", shape=(3,)), T.fvector("f"), T.tensor("b", dtype="bool", shape=(3,))
    assert small.at[0].set(T.lscalar("y")).dtype == small.at[[0]].add(1).dtype == np.int8
    assert single.at[0].add(T.dscalar("y")).dtype == single.at[0].set(1).dtype == np.float32
    same(value(b.at[[0, 1]].add(True), {b: [False, True, False]}), np.array([True, True, False]))
    for x, y in ((small, 1.5), (small, T.dscalar("y")), (b, 1), (T.tensor("u", dtype="uint8", shape=(2,)), [-1, 2])):
        with pytest.raises(DTypeError, match="do not fit into"):
            x.at[0].set(y)
    with pytest.raises(DTypeError, match="divide"):
        small.at[0].divide(2)


@pytest.mark.parametrize(("key", "y", "error", "words"), [
    (slice(0, 2), [1.0, 2.0, 3.0], ShapeError, "values of shape (3,) do not fit into (2, 4)"),
    ([0, 1], np.ones((2, 2, 4)), ShapeError, "values of shape (2, 2, 4) do not fit into (2, 4)"),
    (3, 1.0, IndexBoundsError, "index 3 is out of bounds for axis 0 with length 3"),
    ([0, -4], 1.0, IndexBoundsError, "index -4 is out of bounds for axis 0 with length 3"),
    (np.ones((3, 3), bool), 1.0, IndexBoundsError, "mask of shape (3, 3)"),
])
def test_what_does_not_fit_is_refused(key: Any, y: Any, error: type[Exception], words: str) -> None:
    x = T.tensor("x", shape=(3, 4))
    with pytest.raises(error) as raised:
        x.at[key].set(y)
    assert words in str(raised.value)
    assert "x: float64 (3, 4)" in str(raised.value)


def test_theanos_names_find_what_was_indexed() -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    y = x * 2
    for key in (slice(1), (slice(None), 0), (i, 0), slice(None), i):
        assert sn.tensor.set_subtensor(y[key], 1.0).same_as(y.at[key].set(1.0))
        assert sn.tensor.inc_subtensor(y[key], 1.0).same_as(y.at[key].add(1.0))
    for x in (y, y[0] + 1):
        with pytest.raises(GraphError, match=r"must be the result of indexing, as in set_subtensor\(a\[:3\], y\)"):
            sn.tensor.set_subtensor(x, 1.0)


@pytest.mark.parametrize("key", [slice(1, None, 2), (0, [1, 3]), (slice(None), [0, 0, 2]), ([2, 0, 2], [1, 1, 1])])
@pytest.mark.parametrize("how", ["set", "add", "multiply"])
def test_gradients_of_writes(key: Any, how: str) -> None:
    x = T.tensor("x", shape=(3, 4))
    array = RNG.random((3, 4)) + 0.5
    y = RNG.random(array[key].shape) + 0.5
    leaf = T.tensor("y", shape=y.shape)
    cost = T.sin(getattr(x.at[key], how)(leaf)).sum()
    f = sn.function([x, leaf], [cost, *sn.grad(cost, [x, leaf])], mode="numpy")
    _, *grads = f(array, y)
    for k, grad in enumerate(grads):
        given_values = [array, y]
        for index in np.ndindex(grad.shape):
            ends = []
            for sign in (1e-6, -1e-6):
                moved = [v.copy() for v in given_values]
                moved[k][index] += sign
                ends.append(f(*moved)[0])
            assert abs((ends[0] - ends[1]) / 2e-6 - grad[index]) < 1e-7
