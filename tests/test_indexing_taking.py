"""take, put, choose, select, diagonals, rolling and raveling, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_values import same, value

import symnum as sn
from symnum import tensor as T
from symnum.errors import (
    ArgumentValueError,
    AxisError,
    DTypeError,
    IndexBoundsError,
    ShapeError,
    UnknownNameError,
)

RNG = np.random.default_rng(1)
ARRAYS = {"x": RNG.random((5, 4)), "i": RNG.integers(-4, 4, (2, 3)), "v": RNG.random(6), "k": np.int64(-13),
          "s": RNG.random((4, 4))}


def filled(function: Any, x: Any, *rest: Any) -> Any:
    """What a function that writes in place makes of a copy."""
    copy = np.array(x)
    function(copy, *rest)
    return copy


def calls(m: Any, x: Any, i: Any, v: Any, k: Any, s: Any) -> list[Any]:
    """The same calls of symnum's functions and of NumPy's."""
    writes = m is np
    fill = (lambda *a: filled(np.fill_diagonal, *a)) if writes else m.fill_diagonal
    put = (lambda *a: filled(np.put, *a)) if writes else m.put
    put_along = (lambda *a: filled(np.put_along_axis, *a)) if writes else m.put_along_axis
    return [
        m.take(x, i), m.take(x, i, 0), m.take(x, i, 1), m.take(x, i * 9, 1, mode="wrap"), m.take(x, i * 9, mode="clip"),
        m.take(v, [5, 0]), m.take(v, 2), m.take(x, [[-1, 9]], axis=0, mode="clip"), m.take(v, [7, -8], mode="wrap"),
        m.take_along_axis(x, m.argmax(x, 1)[:, None], 1), m.take(x, []),
        m.take_along_axis(x, m.argmin(x, 0)[None], 0), put_along(x, m.argmin(x, 0)[None], 0, 0),
        put_along(x, m.argmax(x, 1)[:, None], v[:5][:, None], 1),
        put(x, i, v), put(x, i * 9, v[:2], "wrap"), put(v, [0, -1], 7), put(x, i + 100, v, "clip"),
        m.choose(abs(i) % 3, [v[:3], v[3:], 1.5]), m.choose(i, [v[:3], v[3:]], mode="wrap"),
        m.choose(i, [x[:2, :3], x[2:4, 1:]], mode="clip"),
        m.select([x < 0.3, x > 0.7], [x, 2 * x]), m.select([x < 0.3, x > 0.7], [1, 2], -1),
        m.diag(v), m.diag(v > 0.5), m.diag(v, -2), m.diag(v, 3), m.diag(x), m.diag(x, 1), m.diagflat(x[:2, :2], 1),
        fill(x, 3), fill(x, [1, 2], True), fill(x[:2], [1.5, 2.5]), fill(m.stack([s, s, s, s]), 0),
        m.piecewise(x, [x < 0.3, x > 0.7], [lambda x: -x, 9]),
        m.piecewise(i, [i < 0, i < -2], [1, lambda i: i * 2, 5]),
        m.flip(x), m.flip(x, 1), m.flip(x, (0, -1)), m.fliplr(x), m.flipud(v),
        m.rot90(x), m.rot90(x, 2), m.rot90(x, -1), m.rot90(s, 1, (1, 0)), m.rot90(m.stack([x, x]), 1, (0, 2)),
        m.roll(v, 2), m.roll(v, -8), m.roll(x, 3), m.roll(x, (-7, 2), (0, 1)), m.roll(x, (1, 1, 1), 0),
        m.roll(x, k, 1),
        m.roll(x, (k, 1), (0, 0)), m.roll(x, 2, (0, 1)), m.roll(x, 0), m.roll(v[:0], 1),
        m.ravel_multi_index((abs(i), abs(i) % 2), (6, 4)), m.ravel_multi_index((i, i), (2, 3), "wrap", "F"),
        m.ravel_multi_index((i, i), (2, 3), ("clip", "wrap")),
        *m.unravel_index(abs(i), (2, 3, 4)), *m.unravel_index(abs(i), (2, 3, 4), "F"),
        x[m.ix_([0, 2], [True, False, True, True])], x[m.diag_indices(3)], s[m.tril_indices_from(s, -1)],
        s[m.triu_indices_from(s)],
    ]


@pytest.mark.parametrize("mode", ["c", "numpy"])
@pytest.mark.parametrize("known", [True, False])
def test_functions_give_what_numpy_gives(mode: str, known: bool) -> None:
    leaves = []
    for name, a in ARRAYS.items():
        shape = np.shape(a) if known or name == "s" else (None,) * np.ndim(a)
        leaves.append(T.tensor(name, dtype=np.asarray(a).dtype, shape=shape))
    outputs = calls(T, *leaves)
    wanted = calls(np, *ARRAYS.values())
    assert len(outputs) == len(wanted)
    found = sn.function(leaves, outputs, mode=mode)(*ARRAYS.values())
    for k, (got, want) in enumerate(zip(found, wanted, strict=True)):
        assert got.dtype == np.asarray(want).dtype, k
        np.testing.assert_array_equal(got, want, err_msg=str(k))


@given(st.integers(0, 5), st.integers(0, 4), st.integers(-7, 7), st.sampled_from([0, 1, None, (0, 1)]))
@settings(deadline=None, max_examples=60)
def test_roll_of_every_length(n: int, m: int, shift: int, axis: Any) -> None:
    array = np.arange(float(n * m)).reshape(n, m)
    x = T.dmatrix("x")
    same(value(T.roll(x, shift, axis), {x: array}), np.roll(array, shift, axis))
    k = T.lscalar("k")
    same(value(T.roll(x, k, axis), {x: array, k: shift}), np.roll(array, shift, axis))


def test_what_moves_elements_alone_fuses() -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    for output in (T.roll(2 * x, (1, 2), (0, 1)), T.rot90(T.flip(x) * 2), T.diag(T.exp(x[0]), 1) + 1,
                   T.fill_diagonal(T.exp(x), 0), T.take(x * 2, i, 1, mode="clip"),
                   T.take_along_axis(x, i[:, None], 1) + 1,
                   T.select([x > 0], [x], -x), T.unravel_index(i, (4, 5))[0] + T.ravel_multi_index((i, i), (20, 20))):
        f = sn.function([x, i], output, mode="c", on_unused_input="ignore")
        writes = [line for line in str(f.explain()).splitlines() if "writes output" in line]
        others = [line for line in str(f.explain()).splitlines() if line.startswith("kernel") and line not in writes]
        assert len(writes) == 1
        assert "workspace" not in writes[0]
        assert all("over one element: folds maximum" in line for line in others), "only checks of indices"


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda x, i: T.take(x, [0, 3], 0), IndexBoundsError, "index 3 is out of bounds for axis 0 with length 3"),
    (lambda x, i: T.take(x, [0.5], 0), DTypeError, "indices must be integers"),
    (lambda x, i: T.take(x, i, 2), AxisError, "axis 2"),
    (lambda x, i: T.take(x, i, mode="near"), UnknownNameError, "mode of take"),
    (lambda x, i: T.take_along_axis(x, i, 0), ShapeError, "rank 2 and the indices 1"),
    (lambda x, i: T.choose([0, 2], [1, 2]), IndexBoundsError, "index 2 is out of bounds"),
    (lambda x, i: T.choose(i, []), ArgumentValueError, "at least one choice"),
    (lambda x, i: T.select([], []), ArgumentValueError, "0 conditions"),
    (lambda x, i: T.select([x], [x]), DTypeError, "condition 0 is float64"),
    (lambda x, i: T.diag(T.dscalar("a")), ShapeError, "a vector or a matrix"),
    (lambda x, i: T.fill_diagonal(i, 0), ShapeError, "rank 2"),
    (lambda x, i: T.fill_diagonal(T.lmatrix("m"), 0.5), DTypeError, "do not fit into int64"),
    (lambda x, i: T.fliplr(i), ShapeError, "rank 2"),
    (lambda x, i: T.rot90(x, 1, (0, 0)), AxisError, "named twice"),
    (lambda x, i: T.rot90(x, 1, (0,)), ArgumentValueError, "two axes"),
    (lambda x, i: T.roll(x, (1, 2), (0, 1, 0)), ArgumentValueError, "2 shifts for 3 axes"),
    (lambda x, i: T.ravel_multi_index((i, i), (2,)), ArgumentValueError, "2 arrays"),
    (lambda x, i: T.ravel_multi_index(([2],), (2,)), IndexBoundsError, "index 2 is out of bounds"),
    (lambda x, i: T.unravel_index([6], (2, 3)), IndexBoundsError, "index 6 is out of bounds"),
    (lambda x, i: T.ix_([[1]]), ShapeError, "must be a vector"),
])
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call(T.tensor("x", shape=(3, 4)), T.lvector("i"))
    assert words in str(raised.value)


@pytest.mark.parametrize("mode", ["c", "numpy"])
def test_indices_outside_are_refused_at_run_time(mode: str) -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    array = np.ones((3, 4))
    for output, places in ((T.take(x, i, 1), [4]), (T.take_along_axis(x, i[:, None], 0), [0, 3]),
                           (T.put(x, i, 1), [12]),
                           (T.choose(i, [x[0], x[1]]), [-1]), (T.unravel_index(i, (2, 3))[0], [6]),
                           (T.ravel_multi_index((i, i), (2, 3)), [-1]), (T.take(x, i, 1, mode="wrap"), [0])):
        f = sn.function([x, i], output, mode=mode, on_unused_input="ignore")
        with pytest.raises(IndexBoundsError):
            f(array[:, :0] if places == [0] else array, places)


def test_gradients_pass_through() -> None:
    x, v = T.tensor("x", shape=(3, 3)), T.tensor("v", shape=(3,))
    given_values = {x: RNG.random((3, 3)), v: RNG.random(3)}
    parts = [T.roll(x, 1, 0), T.diag(v, 0), T.fill_diagonal(x, v), T.take_along_axis(x, T.argmax(x, 1)[:, None], 1),
             T.put(x, [0, 4], v[:2]), T.select([x > 0.5], [x * v], v), T.choose([[0], [1], [1]], [x, 2 * x]),
             T.rot90(x)]
    cost = sum(((k + 1) * T.sin(part * (k + 1))).sum() for k, part in enumerate(parts))
    grads = sn.grad(cost, [x, v])
    f, g = (sn.function([x, v], out, mode=mode) for out, mode in ((cost, "numpy"), (grads, "c")))
    values = list(given_values.values())
    for k, found in enumerate(g(*values)):
        for index in np.ndindex(found.shape):
            ends = []
            for sign in (1e-6, -1e-6):
                moved = [a.copy() for a in values]
                moved[k][index] += sign
                ends.append(float(f(*moved)))
            assert abs((ends[0] - ends[1]) / 2e-6 - found[index]) < 1e-6
