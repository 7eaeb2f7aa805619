"""Lowered Programs compute what the interpreter computes: all rows, products, views, leaves of all kinds."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from lowering import F8, array, check, counts, element, leaf, scalars
from nest_interpreter import CheckFailed, run

from symnum.codegen.description import describe
from symnum.codegen.lower import lower
from symnum.codegen.texts import identity
from symnum.errors import GraphError, MissingInputError
from symnum.ir import dims
from symnum.ir.build import constant, dim, o, shared_leaf
from symnum.ir.nest import LOAD, verify_program
from symnum.ir.state import SharedState
from symnum.ops.table import TABLE

# rows -----------------------------------------------------------------------------------------------------

STRUCTURAL: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("cast", (3, 2), {"dtype": np.dtype("int32")}),
    ("broadcast_to", (3, 1), {"shape": (2, 3, 4)}), ("broadcast_to", (), {"shape": (2, 0)}),
    ("reshape", (3, 4), {"shape": (2, 6)}), ("reshape", (3, 4), {"shape": (1, 3, 4)}),
    ("reshape", (), {"shape": (1, 1)}), ("reshape", (1, 5, 1), {"shape": (5,)}),
    ("reshape", (0, 3), {"shape": (3, 0, 2)}),
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


@pytest.mark.parametrize("name", ["sum", "prod", "any", "all", "peak"])
def test_identities_are_what_the_reference_makes_of_nothing(name: str) -> None:
    row = TABLE[name]
    for dtype in ("bool",) if name in ("any", "all") else ("float64", "float32", *["int64"] * (name != "peak")):
        empty = np.zeros(0, dtype)
        assert row.lower.of_empty  # type: ignore[union-attr]
        assert identity(row.lower.combine, empty.dtype) == row.reference()(empty, axis=(0,))  # type: ignore[union-attr]
        x = leaf(None, dtype=dtype)
        check([x], [getattr(o, name)(x, axis=(0,))], empty)


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
