"""Fusion: the steps and the workspace of Programs, and how they grow with graphs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from lowering import (
    array,
    check,
    counts,
    element,
    element_row,
    kept,
    layer_norm,
    leaf,
    logsumexp,
    part,
    scalars,
    softmax,
)
from nest_interpreter import run
from work import calls

import symnum as sn
from symnum import tensor as T
from symnum.codegen.chains import planned
from symnum.codegen.description import describe
from symnum.codegen.lower import lower
from symnum.codegen.probe import NO_VECTOR_MATH
from symnum.codegen.program_text import c_program
from symnum.ir import dims
from symnum.ir.build import constant, o
from symnum.ir.nest import FOLD, LOAD
from symnum.ir.node import Node
from symnum.ir.walk import topological

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


def test_long_nests_without_folds_stay_whole() -> None:
    x = leaf(None)
    assert counts(check([x], [chain(x, 2500)[-1]], array(5))) == (1, 0, 0)
    assert counts(check([x], [chain(o.multiply(x, float(k)), 500)[-1] for k in range(3)], array(5))) == (1, 0, 0)


def test_long_chains_are_split_where_little_lives() -> None:
    x = leaf(None, 3)
    program = check([x], [kept(chain(x, 2500)[-1], "sum", 1)], array(5, 3), exact=False)
    assert counts(program) == (4, 0, 3)
    bundles = [o.sin(o.multiply(x, float(k))) for k in range(450)]
    joined = bundles[0]
    for y in bundles[1:]:
        joined = o.add(joined, o.square(y))
    narrow = kept(chain(o.sin(joined), 300)[-1], "sum", 1)
    program = check([x], [narrow], array(5, 3), exact=False)
    sizes = [sum(n.op.kind == "elementwise" for n in topological(s.value for s in step.nest.stores))
             for step in program.steps]
    assert max(sizes) <= 801 and counts(program)[2] == counts(program)[0] - 1, "more than one value crosses a cut"


def test_a_nest_is_cut_where_little_lives() -> None:
    x = leaf(None, 3)
    bundle = [o.sin(o.multiply(x, float(k))) for k in range(150)]
    total = bundle[0]
    for y in bundle[1:]:
        total = o.add(total, y)
    weighted = total
    for y in bundle:
        weighted = o.add(weighted, o.multiply(total, y))
    program = check([x], [kept(chain(weighted, 500)[-1], "sum", 1)], array(5, 3), exact=False)
    assert counts(program) == (2, 0, 1), "the sums over the bundle stay together"


def test_large_nests_take_nothing_in() -> None:
    x = leaf(None, 3)
    program = check([x], [kept(chain(o.multiply(x, float(k)), 500)[-1], "sum", 1) for k in range(3)], array(5, 3),
                    exact=False)
    assert counts(program) == (3, 0, 0)


def test_small_column_folds_run_once() -> None:
    x = leaf(2, 20)
    program = check([x], [o.subtract(x, kept(x, "sum", 0))], array(2, 20))
    assert counts(program) == (2, 0, 1)


def test_work_is_linear() -> None:
    x = leaf(None)

    def work(length: int) -> int:
        output = [o.sin(chain(x, length)[-1])]
        return calls(lambda: lower("f", [x], output))
    work(100)
    assert work(4000) < 5 * work(1000)


_SCRIPT = """
import sys
from symnum.ir.build import input_leaf, o
if sys.argv[1:]:
    other = o.exp(input_leaf("other", "float64", (None, 3)))
from nest_interpreter import text
from symnum.codegen.lower import lower
import test_fusion
x = input_leaf("x", "float64", (None, None), token="1" * 32)
y = input_leaf("y", "float64", x.shape, token="2" * 32)
outputs = [node for _, make, _ in test_fusion.FUSION for node in make(x, y)]
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


def test_a_stack_of_many_elements_is_cut_in_little_work() -> None:
    def program(n: int) -> Callable[[], object]:
        x = T.tensor("x", dtype="float64", shape=(n,))
        stacked = T.stack([sn.sin(x[k]) * x[n - 1 - k] for k in range(n)])
        made = planned(lower("f", [x.node], [stacked.node]))
        return lambda: c_program(*made, NO_VECTOR_MATH)
    few, many = (calls(program(n)) for n in (15, 60))
    assert many < 7 * few, (few, many)


def test_elements_of_long_stacks_stand_in_their_places() -> None:
    n = 150     # more than a loop is cut into
    x = T.tensor("x", dtype="float64", shape=(n,))
    f = sn.function([x], T.stack([x[k] * (k + 1) - x[n - 1 - k] for k in range(n)]))
    values = np.linspace(-1, 2, n)
    np.testing.assert_array_equal(f(values), values * np.arange(1, n + 1) - values[::-1])
