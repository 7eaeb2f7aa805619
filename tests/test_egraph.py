"""Equality saturation: what it finds beyond the rules one after the other, and what it never does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import exact
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_engine import ROUNDED, graphs, values_of

import symnum as sn
from symnum.errors import ArgumentValueError, UnknownNameError
from symnum.ir.build import input_leaf, o
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.ir.walk import topological
from symnum.options import current
from symnum.pipeline import optimise
from symnum.searching import search
from symnum.simplify.catalogue import RULES
from symnum.simplify.cost import cost_of_graph
from symnum.simplify.egraph import EGraph
from symnum.simplify.extraction import extracted
from symnum.simplify.rule import STABILIZE
from symnum.simplify.saturation import searched

NAMES = "abcdxyzw"
A, B, C, D, X, Y, Z, W = VARIABLES = sn.tensor.dscalars(*NAMES)
BUDGET = 200.0  # milliseconds

# name -> a formula, and what it costs after the rules one after the other, and after a search
CHEAPER: Mapping[str, tuple[Any, float, float]] = {
    "quotient of quotient": (X / Y / Z, 16, 9),
    "product of quotients": (X / Y * (Z / W), 17, 10),
    "quotient of quotients": ((X / Y) / (Z / W), 17, 10),
    "like quotients": (1 / X / Y + 1 / Y / X, 17, 9),
    "three terms, three factors": (A * B * C + A * B * D + A * C * D, 6, 5),
    "factors and what they multiply": (X * Y + X * Z + W * Y + W * Z + X + W, 5, 4),
    "polynomial in one of two": (A * X * X + B * X * X + A * X + B * X, 7, 4),
    "opposite differences": ((A * C - A * D) - (B * C - B * D), 5, 3),
    "products of two outputs": ([X * Y * Z, Y * Z * W], 4, 3),
    "products of three outputs": ([X * Y * Z, X * Z * W, X * Z * Y], 5, 3),
    "sums of two outputs": ([abs(X) + abs(Y) + abs(Z), abs(Y) + abs(Z)], 6, 5),
}
# Formulas that a search leaves as the rules leave them: anything cheaper would lose digits.
KEPT: Mapping[str, Any] = {
    "terms of any sign": [X + Y + Z, Y + Z],
    "compensated": (X + Y) - Y - X + Z,
    "scaled product": X / Z * (Y / Z),
    "scaled norm": Z * sn.sqrt((X / Z) * (X / Z) + (Y / Z) * (Y / Z)),
    "product of factors": (X + 1) * (X - 1) + 0 * Y,
    "softplus": sn.log(1 + sn.exp(X)),
    "difference of squares": [X * X - Y * Y, X * X, Y * Y],
    "hypot": sn.sqrt(X * X + Y * Y),
    "probabilities": sn.log(sn.exp(X) / (sn.exp(X) + sn.exp(Y))),
}


def _nodes(formula: Any) -> list[Node]:
    return [x.node for x in (formula if isinstance(formula, list) else [formula])]


@pytest.mark.parametrize("name", CHEAPER)
def test_cheaper_than_one_rule_after_the_other(name: str) -> None:
    formula, own, searched = CHEAPER[name]
    assert sn.cost(sn.simplify(formula)).flops == own
    assert sn.cost(sn.simplify(formula, engine="egraph")).flops == searched


@pytest.mark.parametrize("name", [*CHEAPER, *KEPT])
def test_values_and_digits_stay(name: str) -> None:
    formula = CHEAPER[name][0] if name in CHEAPER else KEPT[name]
    own, found = sn.simplify(formula), sn.simplify(formula, engine="egraph")
    rng = np.random.default_rng(1)
    for _ in range(20):
        values = {x.node: np.asarray(rng.uniform(0.5, 2.0) * rng.choice([-1.0, 1.0])) for x in VARIABLES}
        truth = exact.evaluate(_nodes(formula), values)
        before, after = (evaluate(_nodes(x), values) for x in (own, found))
        for t, a, b in zip(truth, before, after, strict=True):
            if all(map(exact.mp.isfinite, t.flat)):
                assert exact.wrong_bits(b, t) <= exact.wrong_bits(a, t) + 2


@pytest.mark.parametrize("name", KEPT)
def test_digits_are_not_traded(name: str) -> None:
    own, found = sn.simplify(KEPT[name]), sn.simplify(KEPT[name], engine="egraph")
    assert _nodes(found) == _nodes(own)


def test_a_scale_against_overflow_keeps_its_order() -> None:
    x = sn.tensor.tensor("x", dtype="float64", shape=(4,))
    norm = sn.sqrt((x * x).sum())
    gradient = sn.grad(x[0] / norm * x[1] / norm, x)
    own, found = sn.simplify(gradient), sn.simplify(gradient, engine="egraph")
    for size in (1e-200, 1e-100, 1.0, 1e100, 1e200):
        values = {x.node: np.array([1.0, -2.0, 3.0, 0.5]) * size}
        np.testing.assert_allclose(evaluate(_nodes(found), values)[0], evaluate(_nodes(own), values)[0], rtol=1e-13)


def test_what_keeps_more_is_not_rearranged() -> None:
    for rules in ("exact", "specials", "off", RULES.only("canonicalize")):
        assert sn.simplify(X / Y / Z, rules=rules, engine="egraph") is not None
        assert _nodes(sn.simplify(X / Y / Z, rules=rules, engine="egraph")) == _nodes(X / Y / Z)


def test_integers_are_rearranged_and_keep_every_bit() -> None:
    i, j, k = (sn.tensor.tensor(name, dtype="int64", shape=(50,)) for name in "ijk")
    formula = [i * j * k, j * k * k]
    found = sn.simplify(formula, engine="egraph")
    values = {x.node: np.random.default_rng(1).integers(-2**62, 2**62, 50) for x in (i, j, k)}
    assert sn.cost(found).flops < sn.cost(sn.simplify(formula)).flops
    for a, b in zip(evaluate(_nodes(formula), values), evaluate(_nodes(found), values), strict=True):
        np.testing.assert_array_equal(a, b)


def test_arrays_and_structures() -> None:
    x, y = (sn.tensor.tensor(name, dtype="float32", shape=(4, None)) for name in "xy")
    found = sn.simplify({"one": x / 3.0 / y / x.sum(), "more": (x, [y * 2])}, engine="egraph")
    assert list(found) == ["one", "more"] and isinstance(found["more"], tuple)
    assert found["one"].dtype == "float32" and found["one"].ndim == 2


def test_report() -> None:
    _, done = sn.simplify(X / Y / Z, engine="egraph", report=True)
    assert [(step.rule, step.before, step.after) for step in done.steps] == [
        ("one_division", "x/y/z", "x/(y*z)")]
    assert done.steps[0].why and "16 operations -> 9" in done.notes[0] and "nothing was new" in done.notes[0]
    assert sn.simplify(X / Y / Z, report=True)[1].notes == ()


def _large(count: int) -> Any:
    total = X
    for k in range(count):
        total = total * (VARIABLES[k % 8] + k) + VARIABLES[(3 * k) % 7] / (total + k)
    return total


def test_a_small_budget_ends_the_search() -> None:
    formula = _large(60)
    begun = time.perf_counter()
    own = sn.simplify(formula)
    between = time.perf_counter()
    found, done = sn.simplify(formula, engine="egraph", budget_ms=20, report=True)
    assert time.perf_counter() - between < 3 * (between - begun) + 3.0
    assert "budget" in done.notes[0] and sn.cost(found).flops <= sn.cost(own).flops


def test_large_graphs_are_not_searched() -> None:
    found, done = sn.simplify(_large(400), engine="egraph", report=True)
    assert "not used" in done.notes[0] and _nodes(found) == _nodes(sn.simplify(_large(400)))


@pytest.mark.parametrize(("columns", "error", "text"), [
    ({"engine": "own", "budget_ms": 10}, ArgumentValueError, "engine='egraph'"),
    ({"engine": "egraph", "budget_ms": 0}, ArgumentValueError, "positive"),
    ({"engine": "egraph", "budget_ms": -1.0}, ArgumentValueError, "positive"),
    ({"engine": "egraf"}, UnknownNameError, "egraph")])
def test_errors(columns: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        sn.simplify(X, **columns)


_PRINTED = """
import sys; sys.path.insert(0, "tests")
import test_egraph, symnum as sn
for formula, *_ in test_egraph.CHEAPER.values():
    print(sn.pp(sn.simplify(formula, engine="egraph")))
print(sn.pp(sn.simplify(test_egraph._large(12), engine="egraph", budget_ms=500)))
"""


def test_two_processes_find_the_same() -> None:
    texts = []
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        texts.append(subprocess.run([sys.executable, "-c", _PRINTED], cwd=Path(__file__).resolve().parent.parent,
                                    env=env, capture_output=True, text=True, check=True).stdout)
    assert texts[0] == texts[1] and "x/(y*z)" in texts[0]


# the e-graph ----------------------------------------------------------------------------------------------------

def _graph(*build: Callable[..., Node]) -> tuple[EGraph, list[Node], list[int]]:
    leaves = [input_leaf(name, "float64", ()) for name in "xyz"]
    graph, nodes = EGraph(), [make(*leaves) for make in build]
    return graph, nodes, [graph.add(node) for node in nodes]


def test_what_follows_from_an_equality_is_equal() -> None:
    graph, _, (x, y, fx, fy, gx, gy) = _graph(
        lambda x, y, z: x, lambda x, y, z: y, lambda x, y, z: o.exp(x), lambda x, y, z: o.exp(y),
        lambda x, y, z: o.multiply(o.exp(x), z), lambda x, y, z: o.multiply(z, o.exp(y)))
    assert len({x, y, fx, fy, gx, gy}) == 6
    assert graph.merge(x, y) and not graph.merge(y, x)
    assert graph.find(fx) == graph.find(fy) and graph.find(gx) == graph.find(gy)
    assert len(graph) == len({graph.canonical(m) for k in graph.roots() for m in graph.members[k]})


def test_only_values_of_one_dtype_and_shape_are_equal() -> None:
    graph = EGraph()
    a, b = (graph.add(input_leaf("a", dtype, shape)) for dtype, shape in (("float64", ()), ("float32", ())))
    assert not graph.merge(a, b) and graph.find(a) != graph.find(b)


def test_extraction_counts_shared_parts_once_and_passes_by_cycles() -> None:
    graph, nodes, (_, _, two, both) = _graph(
        lambda x, y, z: x, lambda x, y, z: o.exp(x), lambda x, y, z: o.log(o.exp(x)),
        lambda x, y, z: o.add(o.tanh(o.exp(x)), o.log(o.exp(x))))
    cheaper = graph.add(o.multiply(nodes[2], 1.0))
    assert graph.merge(graph.find(two), cheaper)  # log(exp(x)) is log(exp(x))*1: an operand of itself
    assert extracted(graph, [graph.find(two), graph.find(both)], 1000) == [nodes[2], nodes[3]]


def test_extraction_takes_nothing_that_is_barred() -> None:
    graph, nodes, (product, sum_) = _graph(lambda x, y, z: o.multiply(x, 2.0), lambda x, y, z: o.exp(x))
    graph.merge(product, sum_)
    assert extracted(graph, [product], 10) == [nodes[0]]
    barred = {graph.canonical(nodes[0])}
    assert extracted(graph, [product], 10, barred) == [nodes[1]]


def test_other_spellings_are_looked_at_and_never_taken() -> None:
    x, y, z = (input_leaf(name, "float64", ()) for name in "xyz")
    dear, cheap = o.exp(o.multiply(o.tanh(x), y)), o.true_divide(o.true_divide(x, y), z)
    assert searched([dear], [], [], RULES, 100).outputs == (dear,)
    quotient = searched([dear], [[cheap]], [], RULES, 100).outputs[0]  # found from what may not be taken
    assert quotient is o.true_divide(x, o.multiply(y, z))
    assert searched([dear], [[o.absolute(x)]], [], RULES, 100).outputs == (dear,)


# random graphs --------------------------------------------------------------------------------------------------

WITHOUT_ROUNDING = RULES.without("fold_constants", *ROUNDED)


@settings(max_examples=40)
@given(graphs(), st.integers(0, 1000))
def test_values_of_random_graphs_stay(outputs: tuple[Node, ...], seed: int) -> None:
    found, _ = search(outputs, WITHOUT_ROUNDING, current(), BUDGET)
    verify(found.outputs)
    values = values_of(seed)
    everything = exact.evaluate(topological(outputs), values)
    assume(not any(exact.mp.isnan(x) for part in everything if part.dtype == object for x in part.flat))
    for a, b in zip(exact.evaluate(outputs, values), exact.evaluate(found.outputs, values), strict=True):
        for x, y in zip(a.flat, b.flat, strict=True):
            if 1e-30 < abs(x) < 1e30:
                assert exact.mp.isfinite(y) and abs(x - y) < abs(x) * exact.mp.mpf(10) ** -60


@settings(max_examples=40)
@given(graphs(), st.integers(0, 1000))
def test_random_graphs_are_never_dearer_nor_worse(outputs: tuple[Node, ...], seed: int) -> None:
    own, (found, _) = optimise(outputs, RULES, current()), search(outputs, RULES, current(), BUDGET)
    before, after = cost_of_graph(own.outputs), cost_of_graph(found.outputs)
    assert after.flops <= before.flops and after.bytes <= before.bytes
    if not any(event.rule in RULES and RULES[event.rule].phase == STABILIZE for event in own.events):
        assert after.flops <= cost_of_graph(outputs).flops
    for a, b in zip(outputs, found.outputs, strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
    values = values_of(seed)
    for t, a, b in zip(exact.evaluate(outputs, values), evaluate(own.outputs, values),
                       evaluate(found.outputs, values), strict=True):
        assert exact.wrong_bits(b, t) <= exact.wrong_bits(a, t) + 6


@st.composite
def rational(draw: st.DrawFn) -> Sequence[Node]:
    """Sums, products and quotients by leaves, in which much can be rearranged."""
    leaves = [input_leaf(name, "float64", ()) for name in "abcd"]
    pool = list(leaves)
    for _ in range(draw(st.integers(3, 10))):
        name = draw(st.sampled_from(("add", "add", "multiply", "multiply", "subtract", "true_divide")))
        other = draw(st.sampled_from(leaves if name == "true_divide" else pool[-6:]))
        pool.append(getattr(o, name)(draw(st.sampled_from(pool[-6:])), other))
    return pool


@settings(max_examples=60)
@given(rational(), st.integers(0, 1000))
def test_rational_formulas(pool: Sequence[Node], seed: int) -> None:
    outputs, leaves = pool[-2:], pool[:4]
    own, (found, _) = optimise(outputs, RULES, current()), search(outputs, RULES, current(), BUDGET)
    assert cost_of_graph(found.outputs).flops <= cost_of_graph(own.outputs).flops
    values = {x: np.asarray(v) for x, v in zip(leaves, np.random.default_rng(seed).uniform(0.5, 2, 4), strict=True)}
    for t, a, b in zip(exact.evaluate(outputs, values), evaluate(own.outputs, values),
                       evaluate(found.outputs, values), strict=True):
        assert exact.wrong_bits(b, t) <= exact.wrong_bits(a, t) + 4
