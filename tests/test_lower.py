"""Lowered Programs compute what the interpreter computes, in the steps and with the workspace that are expected."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from nest_interpreter import Array, CheckFailed, check_program, run

from symnum.codegen.description import describe
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.errors import GraphError, MissingInputError
from symnum.ir import dims, interpret
from symnum.ir.build import constant, dim, input_leaf, o, shared_leaf
from symnum.ir.nest import FOLD, LOAD, Kernel, Product, Program, verify_program
from symnum.ir.node import Node
from symnum.ir.state import SharedState
from symnum.ir.walk import topological

RNG = np.random.default_rng(7)
F8 = np.dtype("float64")


def array(*shape: int, dtype: Any = F8) -> Array:
    """Small whole numbers, so that sums are exact in any order."""
    return RNG.integers(-9, 10, shape).astype(dtype)


def leaf(*shape: int | Node | None, name: str = "x", dtype: Any = F8) -> Node:
    return input_leaf(name, dtype, shape)


def check(inputs: Sequence[Node], outputs: Sequence[Node], *arrays: Array, exact: bool = True) -> Program:
    """Lower, verify, run with and without sharing of memory, and compare with the interpreter."""
    program = verify_program(lower("f", inputs, outputs))
    check_program(program)
    expected = interpret.function(inputs, outputs)(arrays)
    shared = plan(program)
    for memory, backwards in ((None, False), (shared, False), (shared, True)):
        for got, wanted in zip(run(program, inputs, arrays, memory, backwards), expected, strict=True):
            assert got.shape == wanted.shape and got.dtype == wanted.dtype
            np.testing.assert_allclose(got, wanted, rtol=0 if exact else 1e-12, atol=0)
    assert len(describe(program)) == len(program.steps)
    return program


def counts(program: Program) -> tuple[int, int, int]:
    """Kernels, products, and workspace buffers with memory of their own."""
    products = sum(isinstance(s, Product) for s in program.steps)
    own = sum(b.base is None for b in program.of_role("workspace"))
    return len(program.steps) - products, products, own


def scalars(program: Program) -> list[Node]:
    """All expressions of all nests."""
    return topological(s.value for step in program.steps if isinstance(step, Kernel) for s in step.nest.stores)


def kept(x: Node, name: str, axis: int) -> Node:
    """A reduction of a matrix, repeated to its shape."""
    return o.broadcast_to(o.expand_dims(getattr(o, name)(x, axis=(axis,)), axis=(axis,)), shape=x.shape)


def softmax(x: Node, axis: int = 1) -> Node:
    e = o.exp(o.subtract(x, kept(x, "max", axis)))
    return o.true_divide(e, kept(e, "sum", axis))


def logsumexp(x: Node) -> Node:
    return o.add(o.log(o.sum(o.exp(o.subtract(x, kept(x, "max", 1))), axis=(1,))), o.max(x, axis=(1,)))


def layer_norm(x: Node) -> Node:
    count = o.broadcast_to(o.cast(x.shape[1], dtype=F8), shape=x.shape)
    centred = o.subtract(x, o.true_divide(kept(x, "sum", 1), count))
    return o.true_divide(centred, o.sqrt(o.true_divide(kept(o.square(centred), "sum", 1), count)))


def part(x: Node, *ranges: tuple[Any, Any]) -> Node:
    starts, lengths = zip(*ranges, strict=True)
    return o.slice(x, starts=starts, lengths=lengths, steps=(1,) * len(ranges))


def element(x: Node, *index: int) -> Node:
    return o.squeeze(part(x, *((i, 1) for i in index)), axis=tuple(range(len(index))))


# rows -----------------------------------------------------------------------------------------------------

STRUCTURAL: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("cast", (3, 2), {"dtype": np.dtype("int32")}),
    ("broadcast_to", (3, 1), {"shape": (2, 3, 4)}), ("broadcast_to", (), {"shape": (2, 0)}),
    ("reshape", (3, 4), {"shape": (2, 6)}), ("reshape", (3, 4), {"shape": (1, 3, 4)}),
    ("reshape", (), {"shape": (1, 1)}), ("reshape", (1, 5, 1), {"shape": (5,)}), ("reshape", (0, 3), {"shape": (3, 0, 2)}),
    ("transpose", (2, 3, 4), {"axes": (2, 0, 1)}), ("transpose", (), {"axes": ()}),
    ("expand_dims", (3, 2), {"axis": (0, 2)}), ("squeeze", (1, 3, 1), {"axis": (0, 2)}),
    ("slice", (7, 5), {"starts": (6, 1), "lengths": (3, 2), "steps": (-2, 3)}),
    ("slice", (7,), {"starts": (7,), "lengths": (0,), "steps": (1,)}),
    ("slice", (3, 4), {"starts": (2, 0), "lengths": (1, 4), "steps": (1, 1)}),
    ("embed", (3, 2), {"shape": (9, 2), "starts": (7, 0), "steps": (-3, 1)}),
    ("embed", (3,), {"shape": (9,), "starts": (2,), "steps": (2,)}),
    ("embed", (1, 2), {"shape": (4, 2), "starts": (2, 0), "steps": (1, 1)}),
    ("embed", (), {"shape": (), "starts": (), "steps": ()}),
    ("embed", (0,), {"shape": (3,), "starts": (0,), "steps": (1,)}),
]


@pytest.mark.parametrize("name, shape, attrs", STRUCTURAL, ids=lambda v: v if isinstance(v, str) else "")
def test_structural_rows(name: str, shape: tuple[int, ...], attrs: dict[str, Any]) -> None:
    x = leaf(*shape)
    program = check([x], [getattr(o, name)(x, **attrs)], array(*shape))
    assert counts(program) == (1, 0, 0)
    y = o.multiply(x, x)
    check([x], [o.negative(getattr(o, name)(o.add(y, 1), **attrs))] if name != "cast" else [y], array(*shape))


@pytest.mark.parametrize("axis", [0, 1])
def test_concatenate(axis: int) -> None:
    shapes = [(2, 3), (2, 3), (0, 3) if axis == 0 else (2, 0), (1, 3) if axis == 0 else (2, 5)]
    xs = [leaf(*s, name=f"x{k}") for k, s in enumerate(shapes)]
    program = check(xs, [o.concatenate(*xs, axis=axis)], *(array(*s) for s in shapes))
    assert counts(program) == (1, 0, 0)
    assert sum(x.attr("masked") for x in scalars(program) if x.op is LOAD) == 3 + axis


REDUCTIONS = ["sum", "prod", "max", "min", "any", "all", "argmax", "argmin", "peak"]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axis", [(0,), (1,), (2,), (0, 2), (0, 1, 2), (3,), ()])
def test_reductions(name: str, axis: tuple[int, ...]) -> None:
    x = leaf(None, 3, None, 1, dtype="bool" if name in ("any", "all") else F8)
    value = array(2, 3, 4, 1)
    value[1, 1, 1] = np.nan if name in ("max", "argmin") else -0.0
    if name == "argmax":
        value = np.abs(value) // 8
    check([x], [getattr(o, name)(x, axis=axis)], value.astype(x.dtype))


def test_folds_of_one_element_are_no_folds() -> None:
    x, y = leaf(1), leaf(None, name="y")
    program = check([x, y], [o.add(o.sum(x, axis=(0,)), o.sum(y, axis=(0,)))], array(1), array(4))
    assert counts(program) == (1, 0, 0)
    z = leaf(3, 1, name="z")
    assert counts(check([z], [o.add(o.sum(z, axis=(1,)), 1), o.squeeze(z, axis=(1,))], array(3, 1))) == (1, 0, 0)


def test_sum_of_one_negative_zero() -> None:
    x = leaf(1, 3)
    program = verify_program(lower("f", [x], [o.sum(x, axis=(0,))]))
    (got,) = run(program, [x], [np.full((1, 3), -0.0)])
    assert not np.signbit(got).any()


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin"])
@pytest.mark.parametrize("shape, axis, fails", [((0,), (0,), True), ((0, 2), (1,), False), ((2, 0), (1,), True),
                                                ((2, 0), (0,), False)])
def test_empty_reductions(name: str, shape: tuple[int, ...], axis: tuple[int, ...], fails: bool) -> None:
    x = leaf(*[None] * len(shape))
    y = getattr(o, name)(x, axis=axis)
    if fails:
        with pytest.raises(CheckFailed):
            run(lower("f", [x], [y]), [x], [array(*shape)])
    else:
        check([x], [y], array(*shape))
    x = leaf(3, None)
    assert not lower("f", [x], [getattr(o, name)(x, axis=(0,))]).checks


# fusion: (outputs of x and y, kernels, products, workspace buffers) -------------------------------------------

def example_outputs(x: Node, y: Node) -> list[Node]:
    d = o.subtract(x, y)
    return [d, o.absolute(d), o.square(d)]


def row_chain_used_elsewhere(x: Node, y: Node) -> list[Node]:
    p = softmax(x)
    return [p, o.sum(o.multiply(p, y), axis=(0,))]


def distances(x: Node, y: Node) -> list[Node]:
    shape = (x.shape[0], y.shape[0], x.shape[1])
    a = o.broadcast_to(o.expand_dims(x, axis=(1,)), shape=shape)
    b = o.broadcast_to(o.expand_dims(y, axis=(0,)), shape=shape)
    return [o.sqrt(o.sum(o.square(o.subtract(a, b)), axis=(2,)))]


FUSION: list[tuple[str, Callable[[Node, Node], list[Node]], tuple[int, int, int]]] = [
    ("three stores", example_outputs, (1, 0, 0)),
    ("row softmax", lambda x, y: [softmax(x)], (1, 0, 0)),
    ("column softmax", lambda x, y: [softmax(x, 0)], (4, 0, 3)),
    ("log-sum-exp", lambda x, y: [logsumexp(x)], (1, 0, 0)),
    ("log-sum-exp after its shift", lambda x, y: [o.add(o.max(x, axis=(1,)), 1), logsumexp(x)], (1, 0, 0)),
    ("layer norm", lambda x, y: [layer_norm(x)], (1, 0, 0)),
    ("mean and max of rows", lambda x, y: [o.sum(x, axis=(1,)), o.max(x, axis=(1,))], (1, 0, 0)),
    ("distances", distances, (1, 0, 0)),
    ("full reductions", lambda x, y: [o.sum(x, axis=(0, 1)), o.max(o.exp(x), axis=(0, 1))], (1, 0, 0)),
    ("minus the sum", lambda x, y: [o.subtract(x, o.sum(x, axis=(0, 1)))], (2, 0, 1)),
    ("sum of log-sum-exp", lambda x, y: [o.sum(logsumexp(x), axis=(0,))], (2, 0, 1)),
    ("variance", lambda x, y: [o.sum(o.square(o.subtract(x, o.sum(x, axis=(0, 1)))), axis=(0, 1))], (2, 0, 1)),
    ("sums over other lengths", lambda x, y: [o.add(o.sum(x, axis=(0, 1)), o.sum(element_row(y), axis=(0,)))],
     (2, 0, 1)),
    ("dear row repeated", lambda x, y: [o.add(o.broadcast_to(o.exp(element_row(x)), shape=x.shape), y)], (2, 0, 1)),
    ("cheap row repeated", lambda x, y: [o.add(o.broadcast_to(o.add(element_row(x), 1), shape=x.shape), y)],
     (1, 0, 0)),
    ("dear column hoisted", lambda x, y: [
        o.multiply(o.broadcast_to(o.exp(part(x, (0, x.shape[0]), (0, 1))), shape=x.shape), y)], (1, 0, 0)),
    ("dear value in two kernels", lambda x, y: [o.add(o.exp(x), 1), o.sum(o.exp(x), axis=(0,))], (2, 0, 1)),
    ("cheap value in two kernels", lambda x, y: [o.add(x, 1), o.sum(o.add(x, 1), axis=(0,))], (2, 0, 0)),
    ("value and its mirror", lambda x, y: [o.add(o.exp(x), o.slice(
        o.exp(x), starts=(dims.subtract(x.shape[0], 1), 0), lengths=x.shape, steps=(-1, 1)))], (2, 0, 1)),
    ("rows with and without a fold", lambda x, y: [o.sum(x, axis=(1,)), o.sqrt(o.max(y, axis=(1,))), o.squeeze(
        part(y, (0, y.shape[0]), (0, 1)), axis=(1,))], (2, 0, 0)),
    ("output in another kernel", lambda x, y: [o.exp(x), o.sum(o.exp(x), axis=(0,))], (2, 0, 0)),
    ("softmax used elsewhere", row_chain_used_elsewhere, (2, 0, 0)),
    ("row of a softmax", lambda x, y: [element_row(softmax(x))], (4, 0, 3)),
    ("element of a log-sum-exp", lambda x, y: [o.add(x, element(logsumexp(x), 1))], (3, 0, 2)),
    ("copies", lambda x, y: [x, x, o.transpose(y, axes=(1, 0)), constant(np.arange(3)), constant(2.5)], (4, 0, 0)),
    ("products", lambda x, y: [o.dot(o.transpose(x, axes=(1, 0)), o.dot(x, o.transpose(y, axes=(1, 0))))], (0, 2, 1)),
    ("product of expressions", lambda x, y: [o.exp(o.dot(o.exp(x), o.transpose(o.negative(y), axes=(1, 0))))],
     (2, 1, 3)),
    ("product twice", lambda x, y: [o.dot(x, o.transpose(y, axes=(1, 0)))] * 2, (1, 1, 0)),
    ("product of twice transposed", lambda x, y: [o.dot(o.transpose(o.transpose(x, axes=(1, 0)), axes=(1, 0)),
                                                        o.transpose(y, axes=(1, 0)))], (0, 1, 0)),
    ("product of vectors", lambda x, y: [o.dot(o.exp(element_row(x)), element_row(y))], (1, 0, 0)),
]


def element_row(x: Node) -> Node:
    return o.squeeze(part(x, (1, 1), (0, x.shape[1])), axis=(0,))


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("name, outputs, expected", FUSION, ids=[case[0] for case in FUSION])
def test_fusion(name: str, outputs: Callable[[Node, Node], list[Node]], expected: tuple[int, int, int],
                known: bool) -> None:
    x = leaf(*((30, 20) if known else (None, None)))
    y = leaf(*x.shape, name="y")
    program = check([x, y], outputs(x, y), array(30, 20), array(30, 20), exact=False)
    assert counts(program) == expected, "\n".join(describe(program))


def test_shared_axes_follow_levels() -> None:
    """Mean and maximum run in one loop; softmax needs one loop after the other."""
    x = leaf(None, None)
    (nest,) = (step.nest for step in lower("f", [x], [o.sum(x, axis=(1,)), o.max(x, axis=(1,))]).steps)
    assert len(nest.axes) == 2
    (nest,) = (step.nest for step in lower("f", [x], [softmax(x)]).steps)
    first, second = (n for n in topological([nest.stores[0].value]) if n.op is FOLD)
    assert len(nest.axes) == 4 and first.attr("axes") != second.attr("axes")


def test_stencil_of_an_input_is_one_nest() -> None:
    x = leaf(None, 9)
    inner = (dims.subtract(x.shape[0], 2), 7)
    at = {(i, j): part(x, (i, inner[0]), (j, inner[1])) for i in range(3) for j in range(3)}
    laplacian = o.subtract(o.add(o.add(at[0, 1], at[2, 1]), o.add(at[1, 0], at[1, 2])), o.multiply(at[1, 1], 4))
    program = check([x], [laplacian], array(8, 9))
    assert counts(program) == (1, 0, 0) and sum(n.op is LOAD for n in scalars(program)) == 5
    assert not any(n.attr("masked") for n in scalars(program) if n.op is LOAD)


@pytest.mark.parametrize("function, kernels", [(o.square, 1), (o.exp, 2)])
def test_shifted_values_are_recomputed_if_cheap(function: Any, kernels: int) -> None:
    x = leaf(12)
    y = function(x)
    program = check([x], [o.subtract(part(y, (1, 11)), part(y, (0, 11)))], array(12), exact=False)
    assert counts(program) == (kernels, 0, kernels - 1)


def test_gradient_of_slices_is_one_masked_nest() -> None:
    x = leaf(None)
    n, shorter = x.shape[0], dims.subtract(x.shape[0], 1)
    g = o.multiply(o.subtract(part(x, (1, shorter)), part(x, (0, shorter))), 2.0)
    back = [o.embed(g, shape=(n,), starts=(k,), steps=(1,)) for k in (1, 0)]
    program = check([x], [o.subtract(*back)], array(10))
    assert counts(program) == (1, 0, 0)
    again = part(o.embed(x, shape=(dims.multiply(2, n),), starts=(1,), steps=(2,)), (1, 1))
    check([x], [again], array(4))


def test_a_slice_of_its_transpose_is_the_operand() -> None:
    x = leaf(10)
    wide = o.embed(x, shape=(25,), starts=(2,), steps=(2,))
    program = check([x], [o.slice(wide, starts=(2,), lengths=(10,), steps=(2,))], array(10))
    assert [n.op.name for n in scalars(program)] == ["axis", "load"]


# products, views, outputs ---------------------------------------------------------------------------------

@pytest.mark.parametrize("flip_a, flip_b", list(itertools.product([False, True], repeat=2)))
@pytest.mark.parametrize("rank_a, rank_b", list(itertools.product([1, 2], repeat=2)))
@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "bool", "small"])
def test_dot(rank_a: int, rank_b: int, flip_a: bool, flip_b: bool, dtype: str) -> None:
    m, n, k = (2, 3, 4) if dtype == "small" else (20, 30, 40)
    kind = np.dtype("float64" if dtype == "small" else dtype)
    shapes = [(m, k)[2 - rank_a:], (k, n)[:rank_b]]
    stored = [s[::-1] if flip and len(s) == 2 else s for s, flip in zip(shapes, (flip_a, flip_b), strict=True)]
    leaves = [leaf(*s, name=name, dtype=kind) for s, name in zip(stored, "ab", strict=True)]
    a, b = (o.transpose(x, axes=(1, 0)) if s != x.shape else x for x, s in zip(leaves, shapes, strict=True))
    program = check(leaves, [o.dot(a, b)], *(array(*s, dtype=kind) for s in stored))
    library = kind.kind == "f" and dtype != "small" and rank_a + rank_b > 2
    assert counts(program) == (0 if library else 1, int(library), 0)
    if library:
        (step,) = program.steps
        assert (step.transpose_a, step.transpose_b) == (flip_a and rank_a == 2, flip_b and rank_b == 2)
        assert (step.m, step.n, step.k) == (m if rank_a == 2 else 1, n if rank_b == 2 else 1, k)


def test_reshapes_are_views() -> None:
    x = leaf(3, 4)
    y = o.exp(x)
    program = check([x], [o.reshape(y, shape=(2, 6)), o.reshape(o.reshape(x, shape=(12,)), shape=(6, 2)),
                          o.reshape(y, shape=(12,)), o.reshape(o.sin(o.reshape(y, shape=(4, 3))), shape=(12,)),
                          o.reshape(constant(np.arange(6)), shape=(2, 3))], array(3, 4), exact=False)
    assert counts(program) == (5, 0, 0)
    program = check([x], [o.dot(o.reshape(x, shape=(12, 1)), o.reshape(o.negative(x), shape=(1, 12)))], array(3, 4))
    assert counts(program) == (2, 0, 1)
    z = leaf(None, 40)
    flat = o.reshape(o.dot(z, o.transpose(z, axes=(1, 0))), shape=(dims.multiply(z.shape[0], z.shape[0]),))
    assert counts(check([z], [flat], array(5, 40))) == (0, 1, 0)


def test_views_wait_for_what_they_view() -> None:
    x = leaf(12)
    y = o.exp(x)
    wide = o.reshape(y, shape=(3, 4))
    program = check([x], [o.add(x, element(wide, 1, 2))], array(12), exact=False)
    assert counts(program) == (2, 0, 1)
    program = check([x], [wide, y, o.reshape(y, shape=(4, 3))], array(12), exact=False)
    assert counts(program) == (3, 0, 0)


def test_single_elements_are_computed_alone_if_few() -> None:
    x = leaf(None)
    y = o.exp(x)
    for number, expected in ((9, (1, 0, 0)), (90, (2, 0, 1))):
        program = check([x], [element(y, k) for k in range(number)], array(100), exact=False)
        assert counts(program) == expected


def test_copies_are_not_read() -> None:
    x = leaf(None, None)
    flipped = o.transpose(x, axes=(1, 0))
    program = check([x], [flipped, o.sum(flipped, axis=(1,))], array(3, 4))
    assert not any("reads output" in line for line in describe(program))
    y = o.sin(flipped)
    program = check([x], [y, o.sum(y, axis=(1,))], array(3, 4), exact=False)
    assert any("reads output" in line for line in describe(program))


def test_folds_in_different_places_have_axes_of_their_own() -> None:
    x, y = leaf(3, 5), leaf(3, 4, 5, name="y")
    out = o.add(o.broadcast_to(o.expand_dims(o.sum(x, axis=(1,)), axis=(1,)), shape=(3, 4)), o.sum(y, axis=(2,)))
    (step,) = check([x, y], [out], array(3, 5), array(3, 4, 5)).steps
    assert [a.extent for a in step.nest.axes] == [3, 4, 5, 5]


def test_states_dims_and_buffer_numbers() -> None:
    n = dim("n")
    x, y = leaf(n, 2), leaf(None, n, name="y")
    s = shared_leaf(SharedState(np.ones(3), "s"), F8, (None,))
    program = verify_program(lower("f", [y, x], [o.exp(x), o.sum(s, axis=(0,)), o.multiply(n, 2)], [s]))
    assert program.dims == (y.shape[0], n, s.shape[0])
    assert [(b.role, b.name) for b in program.buffers[:3]] == [("input", "y"), ("input", "x"), ("state", "s")]
    assert [b.role for b in program.buffers[3:]] == ["output"] * 3
    arrays = array(4, 5), array(5, 2), array(3)
    got = run(program, [y, x, s], arrays)
    np.testing.assert_array_equal(got[1], arrays[2].sum())
    np.testing.assert_array_equal(got[2], 10)


def test_leaves_that_are_missing_are_named() -> None:
    x, y = leaf(None), leaf(None, name="weights")
    with pytest.raises(MissingInputError, match="weights"):
        lower("f", [x], [o.sum(y, axis=(0,))])
    with pytest.raises(MissingInputError, match=r"length y.shape"):
        lower("f", [x], [o.add(x, o.cast(leaf(None, name="y").shape[0], dtype=F8))])
    with pytest.raises(GraphError, match="sum_to"):
        lower("f", [x], [o.sum_to(x, shape=(1,))])


# size and order -------------------------------------------------------------------------------------------

def chain(x: Node, length: int) -> list[Node]:
    values = [x]
    for k in range(length):
        values.append(o.add(values[-1], float(k)))
    return values


def test_prefix_sums_stay_linear() -> None:
    x = leaf(2000)
    sums = [element(x, 0)]
    for k in range(1, 2000):
        sums.append(o.add(sums[-1], element(x, k)))
    program = lower("f", [x], sums)
    (step,) = program.steps
    assert len(step.nest.stores) == 2000 and sum(n.op.name == "add" for n in scalars(program)) == 1999
    value = array(2000)
    np.testing.assert_array_equal(run(program, [x], [value]), np.cumsum(value))


def test_long_chains_are_split_where_little_lives() -> None:
    x = leaf(None)
    program = check([x], [chain(x, 2500)[-1]], array(5))
    assert counts(program) == (4, 0, 3)
    bundles = [o.sin(o.multiply(x, float(k))) for k in range(450)]
    joined = bundles[0]
    for y in bundles[1:]:
        joined = o.add(joined, o.square(y))
    narrow = chain(o.sin(joined), 300)[-1]
    program = check([x], [narrow], array(5), exact=False)
    sizes = [sum(n.op.kind == "elementwise" for n in topological(s.value for s in step.nest.stores))
             for step in program.steps]
    assert max(sizes) <= 801 and counts(program)[2] == counts(program)[0] - 1, "more than one value crosses a cut"


def test_a_nest_is_cut_where_little_lives() -> None:
    x = leaf(None)
    bundle = [o.sin(o.multiply(x, float(k))) for k in range(150)]
    total = bundle[0]
    for y in bundle[1:]:
        total = o.add(total, y)
    weighted = total
    for y in bundle:
        weighted = o.add(weighted, o.multiply(total, y))
    program = check([x], [chain(weighted, 500)[-1]], array(5), exact=False)
    assert counts(program) == (2, 0, 1), "the sums over the bundle stay together"


def test_large_nests_take_nothing_in() -> None:
    x = leaf(None)
    program = check([x], [chain(o.multiply(x, float(k)), 500)[-1] for k in range(3)], array(5))
    assert counts(program) == (3, 0, 0)


def test_small_column_folds_run_once() -> None:
    x = leaf(2, 20)
    program = check([x], [o.subtract(x, kept(x, "sum", 0))], array(2, 20))
    assert counts(program) == (2, 0, 1)


def test_time_is_linear() -> None:
    x = leaf(None)

    def seconds(length: int) -> float:
        output = [o.sin(chain(x, length)[-1])]
        begin = time.process_time()
        lower("f", [x], output)
        return time.process_time() - begin
    seconds(100)
    short = seconds(2000)
    assert short < 1.0
    assert seconds(8000) < 10 * max(short, 0.02)


_SCRIPT = """
import sys
from symnum.ir.build import input_leaf, o
if sys.argv[1:]:
    other = o.exp(input_leaf("other", "float64", (None, 3)))
from nest_interpreter import text
from symnum.codegen.lower import lower
import test_lower
x = input_leaf("x", "float64", (None, None), token="1" * 32)
y = input_leaf("y", "float64", x.shape, token="2" * 32)
outputs = [node for _, make, _ in test_lower.FUSION for node in make(x, y)]
print(text(lower("f", [x, y], outputs)))
"""


def test_two_processes_lower_alike() -> None:
    here = os.path.dirname(__file__)
    paths = os.pathsep.join([here, os.path.dirname(here)])

    def output(seed: str, *args: str) -> str:
        environment = dict(os.environ, PYTHONHASHSEED=seed, PYTHONPATH=paths)
        return subprocess.run([sys.executable, "-c", _SCRIPT, *args], env=environment, check=True,
                              capture_output=True, text=True).stdout
    first = output("1")
    assert len(first) > 10_000 and first == output("2", "other")
