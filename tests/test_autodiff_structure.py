"""Derivatives of ops that move and reduce elements, against finite differences of the interpreter."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnum.autodiff import forward, reverse
from symnum.ir.build import input_leaf, o
from symnum.ir.interpret import function
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.ir.walk import topological

Array = np.ndarray[Any, Any]
few = settings(max_examples=30, deadline=None, derandomize=True)


def weighted(node: Node) -> Node:
    """A scalar that depends on every element of a node, each by another weight, and not linearly."""
    k = np.arange(1, 1 + math.prod(n if isinstance(n, int) else 1 for n in node.shape))
    known = all(isinstance(n, int) for n in node.shape)
    weights = np.cos(k).reshape(node.shape) if known else np.float64(0.7)
    return o.sum(o.multiply(o.sin(node), weights), axis=tuple(range(node.ndim)))  # type: ignore[no-any-return]


def slopes(run: Callable[[Sequence[Array]], list[Array]], values: Sequence[Array], k: int) -> Array:
    """Central differences of a scalar by each element of one argument."""
    found, step = np.zeros(values[k].shape), 1e-5
    for index in np.ndindex(*values[k].shape):
        ends = []
        for sign in (1, -1):
            moved = values[k].copy()
            moved[index] += sign * step
            ends.append(float(run([*values[:k], moved, *values[k + 1:]])[0]))
        found[index] = (ends[0] - ends[1]) / (2 * step)
    return found


def check(inputs: Sequence[Node], cost: Node, values: Sequence[Array], second: bool = True) -> None:
    """First derivatives, forward mode and a second derivative of a cost against differences."""
    found = reverse(cost, inputs)
    grads = {k: g for k, g in enumerate(found) if g is not None}
    verify(list(grads.values()))
    run = function(inputs, [cost])
    for k in range(len(inputs)):
        want = slopes(run, values, k)
        if k not in grads:
            assert not np.any(want)
            continue
        got, = function(inputs, [grads[k]])(values)
        assert (got.shape, got.dtype) == (values[k].shape, np.float64)
        np.testing.assert_allclose(got, want, rtol=2e-6, atol=2e-8)
    directions = [np.sin(np.arange(v.size) + 1.0).reshape(v.shape) for v in values]
    along = [input_leaf("t", "float64", x.shape) for x in inputs]
    pushed, = forward([cost], inputs, along)
    assert pushed is not None
    total = sum(float(np.sum(function(inputs, [g])(values)[0] * directions[k])) for k, g in grads.items())
    moved, = function([*inputs, *along], verify([pushed]))([*values, *directions])
    np.testing.assert_allclose(moved, total, rtol=1e-10, atol=1e-12)
    if second:
        products = [o.sum(o.multiply(g, directions[k]), axis=tuple(range(g.ndim))) for k, g in grads.items()]
        scalar = products[0]
        for p in products[1:]:
            scalar = o.add(scalar, p)
        check(inputs, scalar, values, second=False)


def leaf(values: Array, known: bool = True) -> Node:
    return input_leaf("x", "float64", values.shape if known else (None,) * values.ndim)


def draws(shape: Sequence[int], seed: int = 1) -> Array:
    return np.random.default_rng(seed).uniform(-2, 2, shape)


shapes = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)


@st.composite
def axes_of(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A shape and some of its axes."""
    shape = draw(shapes)
    chosen = draw(st.sets(st.integers(0, len(shape) - 1)))
    return shape, tuple(sorted(chosen))


@few
@given(axes_of(), st.sampled_from(["sum", "prod", "max", "min"]), st.booleans())
def test_reductions(case: tuple[tuple[int, ...], tuple[int, ...]], name: str, known: bool) -> None:
    shape, axis = case
    values = draws(shape)
    x = leaf(values, known)
    check([x], weighted(getattr(o, name)(x, axis=axis)), [values])


@few
@given(axes_of(), st.integers(0, 2**9 - 1))
def test_product_with_zeros(case: tuple[tuple[int, ...], tuple[int, ...]], zeros: int) -> None:
    shape, axis = case
    values = draws(shape)
    values.flat[[k for k in range(values.size) if zeros >> k & 1]] = 0.0
    x = leaf(values)
    check([x], weighted(o.prod(x, axis=axis)), [values])


@pytest.mark.parametrize(("name", "values", "want"), [
    ("max", [1.0, 3.0, 3.0, 2.0], [0, 0.5, 0.5, 0]), ("min", [1.0, 1.0, 1.0, 2.0], [1 / 3, 1 / 3, 1 / 3, 0]),
    ("max", [1.0, np.nan, 3.0], [np.nan] * 3), ("max", [np.inf, 1.0], [1, 0]), ("min", [5.0], [1]),
    ("prod", [0.0, 0.0, 3.0], [0, 0, 0]), ("prod", [2.0, 0.0, 3.0], [0, 6, 0]),
    ("prod", [], []), ("sum", [], []),
])
def test_reductions_at_ties_zeros_and_nan(name: str, values: list[float], want: list[float]) -> None:
    x = input_leaf("x", "float64", (None,))
    g, = reverse(getattr(o, name)(x, axis=(0,)), [x])
    assert g is not None
    np.testing.assert_array_equal(function([x], [g])([np.array(values)])[0], want)


@few
@given(shapes, st.data())
def test_shapes(shape: tuple[int, ...], data: st.DataObject) -> None:
    values = draws(shape)
    x = leaf(values)
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    y = o.transpose(o.sin(x), axes=order)
    y = o.reshape(y, shape=(math.prod(shape),))
    y = o.expand_dims(y, axis=(0, 2))
    y = o.squeeze(o.sin(y), axis=data.draw(st.sampled_from([(0,), (2,), (0, 2)])))
    check([x], weighted(y), [values])


@st.composite
def parts(draw: st.DrawFn) -> tuple[tuple[int, ...], dict[str, tuple[int, ...]]]:
    """A shape, and a slice of it."""
    shape = draw(shapes)
    starts, lengths, steps = [], [], []
    for n in shape:
        step = draw(st.sampled_from([-2, -1, 1, 2]))
        length = draw(st.integers(0, 1 + (n - 1) // abs(step)))
        room = n - 1 - abs(step) * max(length - 1, 0)
        low = draw(st.integers(0, max(room, 0)))
        starts.append(low if step > 0 else n - 1 - low)
        lengths.append(length)
        steps.append(step)
    return shape, {"starts": tuple(starts), "lengths": tuple(lengths), "steps": tuple(steps)}


@few
@given(parts())
def test_slices_and_embeddings(case: tuple[tuple[int, ...], dict[str, tuple[int, ...]]]) -> None:
    shape, part = case
    values, inner = draws(shape), draws(part["lengths"], 2)
    x, y = leaf(values), leaf(inner)
    outside = o.embed(y, shape=shape, starts=part["starts"], steps=part["steps"])
    check([x, y], weighted(o.add(o.multiply(outside, x), o.sin(x))), [values, inner])
    check([x], weighted(o.slice(o.sin(x), **part)), [values])


@few
@given(st.lists(st.integers(0, 3), min_size=1, max_size=3), st.booleans(), st.integers(0, 1))
def test_concatenation(lengths: list[int], known: bool, axis: int) -> None:
    values = [draws((2, n) if axis else (n, 2), n) for n in lengths]
    xs = [leaf(v, known) for v in values]
    check(xs, weighted(o.concatenate(*map(o.sin, xs), axis=axis)), values)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("left", "right"), [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)),
                                             ((0, 3), (3, 1)), ((2, 0), (0, 2))])
def test_dot(left: tuple[int, ...], right: tuple[int, ...], known: bool) -> None:
    values = [draws(left), draws(right, 2)]
    a, b = (leaf(v, known) for v in values)
    check([a, b], weighted(o.dot(a, o.sin(b))), values)


def test_dot_of_a_matrix_with_itself() -> None:
    values = draws((3, 3))
    a = leaf(values)
    check([a], weighted(o.dot(o.dot(a, a), o.transpose(a, axes=(1, 0)))), [values])


@few
@given(shapes, st.data())
def test_broadcasting_with_unknown_lengths(shape: tuple[int, ...], data: st.DataObject) -> None:
    """Which axes are repeated is decided by the arguments only."""
    lead = data.draw(st.integers(0, len(shape) - 1))
    thin = tuple(1 if data.draw(st.booleans()) else n for n in shape[lead:])
    values = [draws(shape), draws(thin, 2)]
    x, y = (leaf(v, known=False) for v in values)
    check([x, y], weighted(o.multiply(o.sin(x), o.exp(y))), values)


def test_sum_to_is_the_transpose_of_broadcasting() -> None:
    values = draws((2, 3))
    x = leaf(values)
    check([x], weighted(o.sum_to(o.sin(x), shape=(1, 3))), [values])
    check([x], weighted(o.broadcast_to(o.sin(x), shape=(2, 2, 3))), [values])


def test_known_broadcasts_leave_no_sum_to() -> None:
    """After a graph is specialised nothing can turn it into sums."""
    n = input_leaf("x", "float64", (None,)).shape[0]
    bias, x = input_leaf("b", "float64", (1, n)), input_leaf("x", "float64", (None, n))
    mask = o.where(o.greater(o.add(x, bias), 0.0), o.log(o.add(x, bias)), 0.0)
    g, = reverse(o.sum(mask, axis=(0, 1)), [bias])
    assert g is not None
    assert "sum_to" not in {node.op.name for node in topological([g])}
    assert g.shape == bias.shape


@pytest.mark.parametrize("name", ["argmax", "argmin", "any", "all"])
def test_positions_and_truths_have_no_derivative(name: str) -> None:
    x = input_leaf("x", "float64", (3,))
    found = getattr(o, name)(o.greater(x, 0.0) if name in ("any", "all") else x, axis=(0,))
    assert reverse(o.cast(found, dtype=np.dtype("float64")), [x]) == [None]


def test_shift_of_a_sum_of_exponentials_is_held_constant() -> None:
    x = input_leaf("x", "float64", (3,))
    assert reverse(o.peak(x, axis=(0,)), [x]) == [None]
    assert forward([o.peak(x, axis=(0,))], [x], [x]) == [None]
