"""Lengths that are not known while a graph is built: arithmetic with them, and the errors that they cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import errors
from symnum import tensor as T
from symnum.ir import dims
from symnum.tensor.lengths import as_expression, as_length

Array = np.ndarray[Any, Any]
MODES = ("c", "numpy")
Case = Callable[..., Any]

MADE: dict[str, Case] = {
    "zeros": lambda m, x, y: m.zeros((x.shape[0], y.shape[0])) + y,
    "one more": lambda m, x, y: m.ones(y.shape[0] + 1),
    "half": lambda m, x, y: m.zeros((y.shape[0] // 2, 3)).sum(axis=0) + y.shape[0] // 2,
    "turned": lambda m, x, y: m.ones(x.shape[::-1]) + x.T,
    "full": lambda m, x, y: m.full((y.shape[0], 2), 3.0),
    "arange": lambda m, x, y: m.arange(y.shape[0]) * y,
    "arange from": lambda m, x, y: m.arange(1, y.shape[0] + 1),
    "arange by 2": lambda m, x, y: m.arange(0, 2 * y.shape[0], 2) + y,
    "arange down": lambda m, x, y: m.arange(y.shape[0], 0, -1) + y,
    "arange between": lambda m, x, y: m.arange(x.shape[0], y.shape[0]),
    "eye": lambda m, x, y: m.eye(y.shape[0]) * y,
    "linspace": lambda m, x, y: m.linspace(0, 1, y.shape[0] + 2),
    "power": lambda m, x, y: m.zeros(x.shape[0]**2),
    "triangle": lambda m, x, y: m.zeros(x.shape[0] * (x.shape[0] + 1) // 2),
    "rounded up": lambda m, x, y: m.zeros(-(-y.shape[0] // 4)),
    "distance": lambda m, x, y: m.zeros(abs(x.shape[0] - y.shape[0])),
    "remainder": lambda m, x, y: y[: y.shape[0] % 3],
    "quotient": lambda m, x, y: m.ones(y.shape[0] // x.shape[0]),
    "rounded": lambda m, x, y: m.zeros(m.ceil(m.sqrt(y.shape[0])).astype("int64")),
}
RESHAPED: dict[str, Case] = {
    "rows": lambda m, x, y: x.reshape(x.shape[0], -1),
    "columns": lambda m, x, y: x.reshape(-1, x.shape[0]),
    "all": lambda m, x, y: x.reshape(x.shape[0] * x.shape[1]),
    "turned": lambda m, x, y: x.T.reshape(x.shape[1], -1),
    "split": lambda m, x, y: m.concatenate([x, x]).reshape(2, x.shape[0], -1),
    "pairs": lambda m, x, y: x[:x.shape[0] // 2 * 2].reshape(-1, 2, x.shape[1]),
    "pairs by number": lambda m, x, y: x[:x.shape[0] // 2 * 2].reshape(x.shape[0] // 2, 2, x.shape[1]),
    "products": lambda m, x, y: (x[:, None, :] * x[None, :, :]).reshape(x.shape[0] * x.shape[0], x.shape[1]),
    "flat and back": lambda m, x, y: x.reshape(-1).reshape(x.shape) + x,
    "moved": lambda m, x, y: m.moveaxis(x[:, :, None] + y, 0, -1).reshape(-1, x.shape[0]),
    "broadcast": lambda m, x, y: m.broadcast_to(y[:, None], (y.shape[0], x.shape[0])),
    "tile": lambda m, x, y: m.tile(y, x.shape[0]),
    "tile both": lambda m, x, y: m.tile(x, (2, x.shape[0])),
    "repeat": lambda m, x, y: m.repeat(y, x.shape[0]),
    "product": lambda m, x, y: (x @ m.ones((x.shape[1], y.shape[0]))) * y,
}
TAKEN: dict[str, Case] = {
    "halves": lambda m, x, y: m.concatenate([y[: y.shape[0] // 2], y[y.shape[0] // 2:]]) - y,
    "both halves": lambda m, x, y: y[y.shape[0] - y.shape[0] // 2:] + y[: y.shape[0] // 2],
    "last": lambda m, x, y: y[y.shape[0] - 1],
    "first": lambda m, x, y: y[-y.shape[0]],
    "steps": lambda m, x, y: y[::2][: y.shape[0] // 2] + y[1::2],
    "reversed": lambda m, x, y: y[::-1] + y,
    "differences": lambda m, x, y: y[1:] - y[:-1],
    "one row more": lambda m, x, y: m.concatenate([x, m.zeros((1, x.shape[1]))]).sum(axis=0),
    "padded": lambda m, x, y: m.concatenate([y, m.zeros(x.shape[0])])[: y.shape[0]] + y,
    "twice": lambda m, x, y: m.concatenate([y, y]) + m.arange(2 * y.shape[0]),
    "outer": lambda m, x, y: y[:, None] * y + m.arange(y.shape[0]),
    "stack": lambda m, x, y: m.stack([y, m.arange(y.shape[0]) * 1.0]),
    "size": lambda m, x, y: x / x.size,
    "mean": lambda m, x, y: x.sum() / (x.shape[0] * x.shape[1]),
    "compared": lambda m, x, y: m.where(x.shape[0] > x.shape[1], x.sum(), 0.0),
    "equal": lambda m, x, y: m.where(m.equal(x.shape[0], y.shape[0]), 1, 2),
    "function": lambda m, x, y: m.exp(x.shape[0] * 0.1) + y,
    "least": lambda m, x, y: y[: m.minimum(x.shape[0], 2)],
    "most": lambda m, x, y: m.zeros(m.maximum(x.shape[0], y.shape[0])),
}


@pytest.mark.parametrize("cases", [MADE, RESHAPED, TAKEN], ids=["made", "reshaped", "taken"])
def test_arithmetic_with_lengths_is_that_of_numpy(cases: dict[str, Case]) -> None:
    x, y = T.dmatrix("x"), T.dvector("y")
    functions = [sn.function([x, y], {k: case(T, x, y) for k, case in cases.items()}, mode=mode) for mode in MODES]
    numbers = st.integers(1, 5)

    @settings(max_examples=20)
    @given(numbers, numbers, st.integers(1, 8))
    def examples(rows: int, columns: int, n: int) -> None:
        a, b = np.arange(1.0, 1 + rows * columns).reshape(rows, columns), np.arange(1.0, n + 1)
        for f in functions:
            for name, got in f(a, b).items():
                want = np.asarray(cases[name](np, a, b))
                assert got.shape == want.shape, name
                np.testing.assert_allclose(got, want, rtol=1e-14, err_msg=name)
    examples()


def test_equal_formulas_are_one_length() -> None:
    n, m = (T.dim(k).node for k in "nm")
    pairs = [(dims.subtract(dims.add(n, 1), 1), n), (dims.add(n, m), dims.add(m, n)),
             (dims.floor_divide(dims.multiply(n, 4), 2), dims.multiply(2, n))]
    assert all(dims.equal(a, b) for a, b in pairs)
    x = T.tensor("x", shape=(T.dim("k"),))
    k = x.shape[0]
    for a, b in ((k % 2 + k // 2 * 2, k), (abs(k), k), (T.clip(k, 0, k), k), (k**2, k * k), (-(0 - k), k)):
        assert dims.equal(as_length(a), as_length(b)), (a, b)
    assert as_expression(T.constant(7) % 4, "it") == 3


def test_comparisons_and_lengths_in_python() -> None:
    x, y = T.tensor("x", shape=(3, None)), T.dmatrix("y")
    assert len(x) == 3 and [t.ndim for t in x] == [1, 1, 1] and x.shape[0] == 3
    assert isinstance(x.size, T.Tensor) and T.tensor("z", shape=(2, 3)).size == 6
    with pytest.raises(errors.ShapeError, match=r"not known while a graph is built: use x\.shape\[0\]"):
        len(y)
    with pytest.raises(errors.ShapeError, match="not known"):
        list(y)
    with pytest.raises(errors.SymbolicTruthError, match="where"):
        bool(y.shape[0] > 2)
    with pytest.raises(errors.SymbolicTruthError):
        range(y.shape[0])
    assert bool(y.shape[0] == y.shape[0])


N = T.dim("n")


@pytest.mark.parametrize(("call", "words"), [
    (lambda: T.tensor("x", shape=(3,)) + T.tensor("y", shape=(4,)), "do not broadcast"),
    (lambda: T.tensor("x", shape=(3,)).reshape(2, -1), "not a multiple of 2"),
    (lambda: T.tensor("x", shape=(N, 3)) @ T.tensor("y", shape=(4, N)), "do not fit"),
    (lambda: T.tensor("x", shape=(N,)) @ T.tensor("y", shape=(N + 1,)), "do not fit"),
    (lambda: T.concatenate([T.tensor("x", shape=(N, 3)), T.tensor("y", shape=(N, 4))]), "differ elsewhere"),
    (lambda: T.broadcast_to(T.tensor("x", shape=(3,)), (N, 2)), "cannot be broadcast"),
    (lambda: T.zeros((2, -1)), "at least 0; given -1"),
    (lambda: T.zeros(N - N - 1), "at least 0; given -1"),
    (lambda: T.stack([T.tensor("x", shape=(N,)), T.tensor("y", shape=(N + 2,))]), "differ"),
    (lambda: T.linalg.solve(T.tensor("x", shape=(N, N + 1)), T.tensor("y", shape=(N,))), "square"),
])
def test_what_can_be_known_is_refused_when_the_graph_is_built(call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        call()
    assert "test_shapes.py" in str(raised.value)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("build", "a", "b", "words"), [
    (lambda x, y: x + y, (2, 3), (2,), r"3 and 2 \(x.shape\[1\] and y.shape\[0\]\)"),
    (lambda x, y: T.zeros(y.shape[0] - 3) + x[0, 0], (2, 3), (2,), r"length y.shape\[0\] - 3 is -1"),
    (lambda x, y: T.exp(T.zeros(y.shape[0] - 3) + x[0, 0]).sum(), (2, 3), (2,), r"length y.shape\[0\] - 3 is -1"),
    (lambda x, y: x.reshape(y.shape[0], -1), (2, 3), (4,), r"reshape of shapes \(x.shape\[0\], x.shape\[1\]\)"),
    (lambda x, y: x @ y, (2, 3), (2,), r"x.shape\[1\] and y.shape\[0\]"),
    (lambda x, y: T.concatenate([x, y[None]]), (2, 3), (2,), r"concatenate"),
    (lambda x, y: T.broadcast_to(y, x.shape), (2, 3), (2,), r"y.shape\[0\] and x.shape\[1\]"),
    (lambda x, y: x.T.reshape(2, 2) + y, (2, 3), (2,), r"6 and 4"),
    (lambda x, y: T.stack([x[0], y]), (2, 3), (2,), "concatenate"),
    (lambda x, y: T.linalg.solve(x, y), (2, 3), (2,), r"square|do not fit"),
])
def test_what_a_call_gets_wrong_is_refused_before_anything_runs(mode: str, build: Case, a: tuple[int, ...],
                                                               b: tuple[int, ...], words: str) -> None:
    x, y, count = T.dmatrix("x"), T.dvector("y"), sn.shared(0)
    f = sn.function([x, y], build(x, y), updates={count: count + 1}, mode=mode)
    with pytest.raises(ValueError, match=words if mode == "c" else "."):  # NumPy does not know names
        f(np.ones(a), np.ones(b))
    assert count.get_value() == 0


@pytest.mark.parametrize("mode", MODES)
def test_shared_dims_are_checked_in_each_call(mode: str) -> None:
    n = T.dim("n")
    x, y = T.tensor("x", shape=(n, n)), T.tensor("y", shape=(n,))
    f = sn.function([x, y], x @ y, mode=mode, name="product")
    assert f(np.eye(2), [1.0, 2.0]).tolist() == [1.0, 2.0]
    with pytest.raises(errors.ShapeError, match=r"product: argument 1 .'x'.*axis 1"):
        f(np.ones((2, 3)), [1.0, 2.0])
    with pytest.raises(errors.ShapeError, match=r"product: argument 2 .'y'.*3 long, but axis 0 of 'x' is 2"):
        f(np.eye(2), np.ones(3))


@pytest.mark.parametrize("mode", MODES)
def test_partly_known_shapes(mode: str) -> None:
    x, y = T.tensor("x", shape=(None, 3)), T.tensor("y", shape=(2, None))
    outputs = [x.reshape(-1, 3).sum(axis=0), (x[:, :, None] * y[:, None]).shape[2], y.T @ x[:2]]
    f = sn.function([x, y], outputs, mode=mode)
    total, n, product = f(np.ones((2, 3)), np.ones((2, 4)))
    assert total.tolist() == [2.0] * 3 and n == 4 and product.shape == (4, 3)
    with pytest.raises(errors.ShapeError, match="axis 1 3 long"):
        f(np.ones((2, 4)), np.ones((2, 4)))


@settings(max_examples=12)
@given(st.lists(st.sampled_from([0, 1, 2, 3]), min_size=4, max_size=4))
def test_run_time_broadcasting_of_lengths_that_meet(lengths: list[int]) -> None:
    a, b, c, d = lengths
    x, y = np.arange(1.0, 1 + a * b).reshape(a, b), np.arange(2.0, 2 + c * d).reshape(c, d)
    for f in _MEETING:
        try:
            want = x * y + x.sum(axis=0), np.where(x > y, x, y[:, :1])
        except ValueError:
            with pytest.raises(ValueError):  # noqa: PT011  (each mode has its own words)
                f(x, y)
            continue
        for got, wanted in zip(f(x, y), want, strict=True):
            np.testing.assert_array_equal(got, wanted)


def _meeting(mode: str) -> Any:
    x, y = T.dmatrix("x"), T.dmatrix("y")
    return sn.function([x, y], [x * y + x.sum(axis=0), T.where(x > y, x, y[:, :1])], mode=mode)


_MEETING = [_meeting(mode) for mode in MODES]
