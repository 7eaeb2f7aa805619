"""Theano's and PyTensor's rewrites of shapes, views, indices and joins: ``place_lines.py``, line by line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from place_lines import LEAVES, LINES, A, B, Line, S, X, d, i, j, s, x, y

import symnum as sn
import symnum.tensor as T
from symnum.codegen.memory import plan
from symnum.errors import IndexBoundsError
from symnum.ir import interpret
from symnum.ir.nest import Call, Product, Step
from symnum.ir.node import Node
from symnum.ir.text import formula
from symnum.options import Options
from symnum.pipeline import Lowered, lowered, optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.rule import RuleSet

Array = np.ndarray[Any, Any]
INPUTS = [leaf.node for leaf in LEAVES]
EXAMPLE_LENGTHS = (7, 2)

every_line = pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)


def compiled(line: Line) -> Lowered:
    return lowered("f", INPUTS, [], [line.before().node], {}, RULES, Options())


def step_name(step: Step) -> str:
    return "product" if isinstance(step, Product) else step.op.name if isinstance(step, Call) else "kernel"


def values(rng: np.random.Generator) -> list[Array]:
    return [_value(leaf, rng) for leaf in INPUTS]


def _value(leaf: Node, rng: np.random.Generator) -> Array:
    shape = tuple(n if isinstance(n, int) else EXAMPLE_LENGTHS[k] for k, n in enumerate(leaf.shape))
    # Indices name places twice, and from the end.
    return rng.integers(-3, 3, shape) if leaf.dtype.kind == "i" else rng.uniform(-2, 2, shape)


def test_lines_have_names_of_their_own() -> None:
    assert len({(line.name, line.after) for line in LINES}) == len(LINES)


@every_line
def test_the_graph_becomes_what_the_line_says(line: Line) -> None:
    assert formula(compiled(line).optimised.outputs).replace("\n", "; ") == line.after


@every_line
def test_the_program_has_these_steps_and_buffers(line: Line) -> None:
    program = compiled(line).program
    assert " ".join(map(step_name, program.steps)) == line.steps
    assert len(plan(program).sizes) == line.buffers


@every_line
def test_values_stay(line: Line) -> None:
    before = optimise([line.before().node], RuleSet(), Options()).outputs
    after = optimise([line.before().node], RULES, Options()).outputs
    arrays = values(np.random.default_rng(3))
    wanted, got = (interpret.function(INPUTS, outputs)(arrays)[0] for outputs in (before, after))
    assert got.dtype == wanted.dtype and got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)


# what stays ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("build", [
    lambda: x[i][j], lambda: X[i][:, 1], lambda: T.tanh(T.dot(A, B))[i], lambda: x.at[i].set(y[:3])[i],
    lambda: x.at[i].add(0.0), lambda: x.at[i].set(x[i]), lambda: S[i, 2]], ids=range(7))
def test_an_index_outside_stays_an_error(build: Any) -> None:
    t = build()
    program = lowered("f", INPUTS, [], [t.node], {}, RULES, Options()).program
    assert program.refusals or "scatter" in map(step_name, program.steps)
    f = sn.function(list(LEAVES), t, mode="numpy", on_unused_input="ignore")
    given = values(np.random.default_rng(3))
    f(*given)
    given[INPUTS.index(i.node)] = np.array([0, 1, 99])
    with pytest.raises(IndexBoundsError):
        f(*given)


@pytest.mark.parametrize("build", [
    lambda: T.flatnonzero(x), lambda: T.unique(x), lambda: x[x > 0], lambda: T.searchsorted(x, y)],
    ids=("nonzero", "unique", "mask", "searchsorted"))
def test_ops_whose_shape_or_meaning_is_in_the_data_are_untouched(build: Any) -> None:
    node = build().node
    assert optimise([node], RULES, Options()).outputs == (node,)


def test_values_written_to_one_place_twice_are_not_read_back() -> None:
    f = sn.function([x, y, i], x.at[i].set(y[:3])[i], mode="numpy")
    np.testing.assert_array_equal(f(np.zeros(6), np.arange(6.0), np.array([2, 2, 4])), [1, 1, 2])


def test_a_part_that_others_need_whole_is_read_from_memory() -> None:
    whole = T.sort(x)
    outputs = optimise([whole.node, whole[2].node], RULES, Options()).outputs
    assert formula(outputs[1:]) == "sort(x, axis=0)[2]"


def test_lengths_that_are_not_known_to_fit_are_left() -> None:
    assert formula(optimise([T.concatenate([d[:3], d[4:]]).node], RULES, Options()).outputs) == (
        "concatenate([d[:3], d[4:]], axis=0)")


def test_a_part_of_a_part_of_a_deep_graph() -> None:
    # Each level is needed twice by the one above; all of it is one region.
    deep = x
    for _ in range(300):
        deep = T.sin(deep) + deep * s
    made = optimise([deep[1].node], RULES, Options())
    assert [event.rule for event in made.events].count("part_first") == 1


def test_scatters_in_the_memory_of_what_they_change() -> None:
    twice = T.zeros(6).at[i].add(y[:3]).at[j].add(y[:2])
    changed, slope = T.exp(x).at[i].set(y[:3]), sn.grad(T.sum(x[i] ** 2) + T.sum(x[j] ** 3), x)
    given = np.linspace(-1, 1, 6), np.arange(6.0), np.array([0, -1, 0]), np.array([2, 0])
    native, plain = (sn.function([x, y, i, j], [twice, changed, slope], mode=mode)(*given) for mode in ("c", "numpy"))
    for a, b in zip(native, plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)
    np.testing.assert_array_equal(given[0], np.linspace(-1, 1, 6))
