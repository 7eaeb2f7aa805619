"""The engine on random graphs, on deep ones, and with rules of a user."""

from __future__ import annotations

import functools
import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import exact
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from work import calls

import symnum as sn
from symnum.errors import GraphError, RewriteWarning
from symnum.ir.build import constant, input_leaf, o
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.order import graph_digest
from symnum.ir.verify import verify
from symnum.ir.walk import topological
from symnum.options import Options
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES, as_ruleset
from symnum.simplify.engine import Result, rewrite
from symnum.simplify.pattern import AnyNode, p, wilds
from symnum.simplify.rule import CANONICALIZE, SPECIALIZE, STABILIZE, Rule, RuleSet

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
import rewriting

X, Y = wilds("x y")
ROUNDED = [rule.name for rule in RULES if rule.rounded]
DEPTH = 20_000
UNARY = ("negative", "exp", "log", "log1p", "expm1", "sigmoid", "softplus", "square", "absolute", "sqrt", "sin", "cos",
         "tanh", "sinh", "cosh", "sign")
BINARY = ("add", "subtract", "multiply", "true_divide", "add", "subtract", "multiply", "maximum", "minimum",
          "logaddexp")
WHOLE_UNARY, WHOLE_BINARY = ("negative", "absolute", "square"), ("add", "subtract", "multiply", "maximum")
NUMBERS = (0.0, 1.0, -1.0, 2.0, 0.5, -0.0, 4.0)
LEAVES = [input_leaf("a", "float64", (2, 3)), input_leaf("b", "float64", (2, 3)), input_leaf("c", "float64", (3,)),
          input_leaf("d", "float64", ())]
SPECIALS = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -2.5, 1e-300, 5e-324, -2.0**-1030, 1.7976931348623157e308]
many = settings(max_examples=max(300, settings.default.max_examples))   # `make fuzz` asks for more


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Node, ...]:
    """One or two outputs over four leaves; every node may be used again."""
    pool = list(LEAVES)
    for _ in range(draw(st.integers(1, 14))):
        pool.append(draw(st.sampled_from((_unary, _binary, _binary, _binary, _power, _other, _stated)))(draw, pool))
    return tuple(pool[-k] for k in range(1, draw(st.integers(1, 2)) + 1))


def _any(draw: st.DrawFn, pool: list[Node]) -> Node:
    return draw(st.sampled_from(pool[-7:]))


def _unary(draw: st.DrawFn, pool: list[Node]) -> Node:
    return getattr(o, draw(st.sampled_from(UNARY)))(_any(draw, pool))  # type: ignore[no-any-return]


def _binary(draw: st.DrawFn, pool: list[Node]) -> Node:
    other = _any(draw, pool) if draw(st.integers(0, 3)) else draw(st.sampled_from(NUMBERS))
    operands: list[Any] = [_any(draw, pool), other]
    return getattr(o, draw(st.sampled_from(BINARY)))(*draw(st.permutations(operands)))  # type: ignore[no-any-return]


def _power(draw: st.DrawFn, pool: list[Node]) -> Node:
    return o.power(_any(draw, pool), draw(st.sampled_from((0.0, 1.0, 2.0, 3.0, -1.0))))  # type: ignore[no-any-return]


def _other(draw: st.DrawFn, pool: list[Node]) -> Node:
    x = _any(draw, pool)
    if x.shape == () or draw(st.booleans()):
        return o.where(o.less(x, _any(draw, pool)), x, _any(draw, pool))  # type: ignore[no-any-return]
    axis = (len(x.shape) - 1,)
    total = o.sum(x, axis=axis)
    return o.broadcast_to(o.expand_dims(total, axis=axis), shape=x.shape)  # type: ignore[no-any-return]


def _stated(draw: st.DrawFn, pool: list[Node]) -> Node:
    """Something with a fact about it, which holds."""
    x = _any(draw, pool)
    if draw(st.booleans()):
        return o.assume(o.absolute(x), facts=("nonnegative",), lower=None, upper=None)  # type: ignore[no-any-return]
    return o.assume(o.maximum(x, 0.5), facts=("positive",), lower=0.5, upper=None)  # type: ignore[no-any-return]


def values_of(seed: int) -> dict[Node, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    return {x: np.asarray(rng.uniform(-2.0, 2.0, x.shape)) for x in LEAVES}


@many
@given(graphs(), st.integers(0, 1000))
def test_values_stay_as_real_numbers(outputs: tuple[Node, ...], seed: int) -> None:
    result = rewrite(outputs, RULES.without("fold_constants", *ROUNDED))  # which round their results
    values = values_of(seed)
    everything = exact.evaluate(topological(outputs), values)
    # Where a part of the user's formula has no value, the rewritten one may have one.
    assume(not any(exact.mp.isnan(x) for part in everything if part.dtype == object for x in part.flat))
    for a, b in zip(exact.evaluate(outputs, values), exact.evaluate(result.outputs, values), strict=True):
        for x, y in zip(a.flat, b.flat, strict=True):
            if 1e-30 < abs(x) < 1e30:
                assert exact.mp.isfinite(y) and abs(x - y) < abs(x) * exact.mp.mpf(10) ** -60, result.events


@many
@given(graphs())
def test_results_are_valid_and_final(outputs: tuple[Node, ...]) -> None:
    result = rewrite(outputs, RULES)
    verify(result.outputs)
    for before, after in zip(outputs, result.outputs, strict=True):
        assert before.dtype == after.dtype and before.shape == after.shape
    again = rewrite(result.outputs, RULES)
    assert again.outputs == result.outputs, [e.rule for e in again.events]
    assert result.events or result.outputs == outputs


@many
@given(graphs(), st.integers(0, 1000))
def test_exact_rules_keep_every_bit(outputs: tuple[Node, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = {x: np.asarray(rng.choice(SPECIALS, x.shape)) for x in LEAVES}
    after = evaluate(rewrite(outputs, as_ruleset("exact")).outputs, values)
    for a, b in zip(evaluate(outputs, values), after, strict=True):
        assert np.all((a == b) & (np.signbit(a) == np.signbit(b)) | (np.isnan(a) & np.isnan(b)))


@given(graphs(), st.integers(0, 1000))
def test_errors_do_not_grow_much(outputs: tuple[Node, ...], seed: int) -> None:
    values = values_of(seed)
    everything = exact.evaluate(topological(outputs), values)
    assume(not any(exact.mp.isnan(x) for part in everything if part.dtype == object for x in part.flat))
    truth = exact.evaluate(outputs, values)
    result = rewrite(outputs, RULES)
    for t, a, b in zip(truth, evaluate(outputs, values), evaluate(result.outputs, values), strict=True):
        assert exact.wrong_bits(b, t) <= exact.wrong_bits(a, t) + 6, [e.rule for e in result.events]


def test_which_of_two_zeros_is_larger_depends_on_their_order() -> None:
    a, b = LEAVES[:2]
    twice = o.maximum(o.maximum(a, b), a)
    assert rewrite([twice], as_ruleset("exact")).events == () and len(rewrite([twice], RULES).events) == 1


def test_what_is_equal_as_a_real_number_is_not_the_same_to_the_bit() -> None:
    a, b, c = LEAVES[:3]
    for x, y in ((o.subtract(a, a), o.subtract(b, b)), (o.add(o.add(a, b), c), o.add(a, o.add(b, c)))):
        chosen = o.where(o.less(c, 0.0), x, y)
        assert rewrite([chosen], as_ruleset("exact")).outputs == (chosen,)
        assert rewrite([chosen], RULES).outputs == rewrite([x], RULES).outputs
    i, j = (input_leaf(name, "int64", ()) for name in "ij")
    chosen = o.where(o.less(i, 0), o.subtract(i, i), o.subtract(j, j))
    assert rewrite([chosen], as_ruleset("exact")).outputs == (constant(0),)


@st.composite
def whole_graphs(draw: st.DrawFn) -> tuple[Node, list[Node]]:
    """One output over two integer leaves of one dtype."""
    dtype = draw(st.sampled_from(("int8", "uint8", "int64", "uint64")))
    leaves = [input_leaf(name, dtype, (50,)) for name in "ab"]
    pool = list(leaves)
    for _ in range(draw(st.integers(1, 12))):
        x = _any(draw, pool)
        if draw(st.integers(0, 3)) == 0:
            pool.append(getattr(o, draw(st.sampled_from(WHOLE_UNARY)))(x))
        else:
            y = _any(draw, pool) if draw(st.integers(0, 2)) else draw(st.integers(0, 127))
            pool.append(getattr(o, draw(st.sampled_from(WHOLE_BINARY)))(*draw(st.permutations((x, y)))))
    return pool[-1], leaves


@many
@given(whole_graphs(), st.integers(0, 1000))
def test_integers_keep_every_bit(made: tuple[Node, list[Node]], seed: int) -> None:
    output, leaves = made
    rng, ends = np.random.default_rng(seed), np.iinfo(output.dtype)
    values = {x: rng.integers(ends.min, ends.max, x.shape, x.dtype, endpoint=True) for x in leaves}
    result = rewrite([output], RULES)
    np.testing.assert_array_equal(evaluate(result.outputs, values)[0], evaluate([output], values)[0],
                                  err_msg=str([e.rule for e in result.events]))


def _repeated(x: Node, *shape: int) -> Node:
    return o.broadcast_to(x, shape=shape)  # type: ignore[no-any-return]


@pytest.mark.parametrize("build", [
    lambda x, y: o.power(o.power(o.multiply(x, y), 3.0), 2.0),
    lambda x, y: o.power(o.power(o.true_divide(o.sqrt(x), o.power(x, -1.0)), 3.0), 2.0),
    lambda x, y: o.subtract(o.power(o.power(x, 0.0), -1.0), o.true_divide(o.maximum(y, 0.5), 0.0)),
    lambda x, y: o.subtract(o.multiply(o.multiply(x, -0.0), y), o.log1p(o.multiply(o.multiply(x, -0.0), y))),
    lambda x, y: o.subtract(o.log1p(o.maximum(o.square(x), 0.125)), o.maximum(o.square(x), 0.125)),
    lambda x, y: o.square(o.sigmoid(o.multiply(x, 0.0))),
    lambda x, y: o.subtract(_repeated(o.multiply(o.square(LEAVES[2]), _repeated(o.multiply(x, o.exp(x)), 3)), 2, 3),
                            o.multiply(LEAVES[0], o.sin(LEAVES[0])))])
def test_graphs_on_which_rules_once_failed_or_met_each_other_without_end(build: Callable[[Node, Node], Node]) -> None:
    x, y = input_leaf("x", "float64", ()), input_leaf("y", "float64", ())
    result = rewrite([build(x, y)], RULES)
    assert rewrite(result.outputs, RULES).events == ()


# identity and order -------------------------------------------------------------------------------------------

def test_a_graph_on_which_no_rule_fires_stays_the_same_objects() -> None:
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", ())
    outputs = (o.sum(o.sin(o.add(x, 2.0)), axis=(0,)), o.exp(o.multiply(x, y)), x, x.shape[0], constant(2.0))
    result = rewrite(outputs, RULES)
    assert all(a is b for a, b in zip(result.outputs, outputs, strict=True)) and result.events == ()


def test_no_rules_change_nothing() -> None:
    x = input_leaf("x", "float64", ())
    made = o.add(o.log(o.add(1.0, x)), 0.0)
    assert rewrite([made], as_ruleset("off")).outputs == (made,)
    assert rewrite([made], RULES, ()).outputs == (made,)


def test_phases_can_be_run_alone() -> None:
    x = input_leaf("x", "float64", ())
    made = o.add(o.log(o.add(1.0, x)), o.power(x, 2.0))
    assert {e.phase for e in rewrite([made], RULES, ("canonicalize", "stabilize")).events} == {"stabilize"}
    assert {e.phase for e in rewrite([made], RULES, ("specialize",)).events} == {"specialize"}
    assert rewrite([made], RULES).outputs == (o.add(o.log1p(x), o.multiply(x, x)),)


def test_swapped_operands_are_computed_once() -> None:
    a, b, c = (input_leaf(name, "float64", ()) for name in "abc")
    made = o.multiply(o.sin(o.add(o.multiply(a, b), c)), o.add(o.multiply(b, a), c))
    first = o.add(o.multiply(a, b), c)
    assert rewrite([made], RULES).outputs == (o.multiply(o.sin(first), first),)


def test_lengths_in_slots_are_left_alone() -> None:
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", ())
    odd = o.add(o.multiply(x.shape[0], 1), 0)
    made = o.exp(o.broadcast_to(y, shape=(odd,)))
    [after] = rewrite([made], RULES).outputs
    assert after.shape == made.shape
    verify([after])


def corpus_digests() -> str:
    """Digests of rewritten graphs, and the names of the rules that made them: equal in every process."""
    lines = []
    rng = np.random.default_rng(7)
    for _ in range(40):
        pool = list(LEAVES)
        for _ in range(15):
            name = str(rng.choice(UNARY + BINARY))
            x, y = (pool[rng.integers(len(pool))] for _ in range(2))
            pool.append(getattr(o, name)(x, y) if name in BINARY else getattr(o, name)(x))
        result = rewrite(pool[-2:], RULES)
        lines.append(graph_digest(LEAVES, result.outputs) + ",".join(e.rule for e in result.events))
    return "\n".join(lines)


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    code = ("from symnum.ir.build import input_leaf; junk = [input_leaf(None, 'float64', ()) for _ in range({n})]; "
            "from test_engine import corpus_digests; print(corpus_digests())")
    found = {subprocess.run([sys.executable, "-c", code.format(n=n)], capture_output=True, check=True,
                            env={**os.environ, "PYTHONHASHSEED": str(n),
                                 "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}).stdout
             for n in (1, 2)}
    assert len(found) == 1 and len(next(iter(found))) > 1000


# size ---------------------------------------------------------------------------------------------------------

def deep(step: Callable[[Node, int], Node]) -> Node:
    node = input_leaf("x", "float64", ())
    for k in range(DEPTH):
        node = step(node, k)
    return node


@pytest.mark.slow
def test_deep_chains_pass_through() -> None:
    y = input_leaf("y", "float64", ())
    for kept in (deep(lambda x, k: o.sin(x) if k % 2 else o.add(x, y)),
                 deep(lambda x, k: o.exp(o.sin(x)) if k < 9 else o.cos(x))):
        assert rewrite([kept], RULES).outputs == (kept,)


@pytest.mark.slow
def test_a_sum_of_very_many_terms_is_collected_in_linear_time() -> None:
    x, y = input_leaf("x", "float64", ()), input_leaf("y", "float64", ())
    made = deep(lambda total, k: o.add(total, o.multiply(x, y) if k % 2 else o.sin(x)))
    events = rewrite([made], RULES).events
    assert [event.rule for event in events[:1]] == ["like_terms"] and len(events) < 10


def test_a_series_of_a_bounded_argument_is_made_once() -> None:
    x = o.tanh(input_leaf("x", "float64", ()))
    events = [event.rule for event in rewrite([o.subtract(x, o.sin(x))], RULES).events]
    assert events.count("series_near_zero") == 1


def test_small_functions_take_little_work() -> None:
    x, y = input_leaf("x", "float64", ()), input_leaf("y", "float64", ())
    logistic = o.true_divide(1.0, o.add(1.0, o.exp(o.negative(x))))
    for made, limit in ((o.add(x, y), 1_600), (o.multiply(logistic, o.subtract(1.0, logistic)), 30_000)):
        rewrite([made], RULES)
        assert calls(lambda made=made: rewrite([made], RULES)) < limit  # type: ignore[misc]


@pytest.mark.parametrize("kind", rewriting.KINDS)
def test_work_grows_as_the_graph_does(kind: str) -> None:
    small, large = (rewriting.KINDS[kind](size) for size in (200, 800))
    for made in (small, large):
        rewrite(made, RULES)
    few, many = (calls(lambda made=made: rewrite(made, RULES)) for made in (small, large))  # type: ignore[misc]
    nodes, more = len(topological(small)), len(topological(large))
    assert many / more < 2 * few / nodes and many / more < 4_000, (few / nodes, many / more)


def test_a_fixed_point_is_seen_at_little_cost() -> None:
    outputs = rewrite(rewriting.random_graph(500), RULES).outputs
    first = calls(lambda: rewrite(outputs, RULES.only("canonicalize")))
    assert calls(lambda: rewrite(outputs, RULES.only("canonicalize", "specialize"))) < 2.5 * first


def test_a_rule_that_makes_a_product_smaller_again_and_again_comes_to_an_end() -> None:
    xs = [[input_leaf(f"{name}{k}", "float64", ()) for name in "abx"] for k in range(120)]
    parts = [o.multiply(o.add(o.true_divide(a, x), b), x) for a, b, x in xs]
    result = rewrite([functools.reduce(o.multiply, parts)], RULES)
    assert [event.rule for event in result.events].count("distributed") == 120


def test_the_search_for_cycles_goes_on_after_rewriting() -> None:
    x = input_leaf("x", "float64", ())
    assert gc.isenabled()
    rewrite([o.add(x, 0.0)], RULES)
    with pytest.raises(GraphError):
        rewrite([o.sin(x)], RuleSet((rule("grow", p.sin(X), p.sin(p.exp(X))),)))
    assert gc.isenabled()


# rules of a user ----------------------------------------------------------------------------------------------

def rule(name: str, lhs: Any, rhs: Any, phase: str = CANONICALIZE, **columns: Any) -> Rule:
    return Rule(name=name, phase=phase, lhs=lhs, rhs=rhs, why="a test", **columns)


def run(rules: tuple[Rule, ...], node: Node) -> Result:
    return rewrite([node], RuleSet(rules))


def test_a_rule_that_fires_on_what_it_made_is_stopped_soon() -> None:
    x = input_leaf("x", "float64", ())
    grows = RuleSet((rule("grows", p.sin(X), p.sin(X + 1)),))
    made = x
    for _ in range(2000):
        made = o.exp(made)
    for start in (o.sin(x), o.sin(made)):

        def run(start: Node = start) -> None:
            with pytest.raises(GraphError, match=r"the rule grows fires on what it has made.*without"):
                rewrite([start], grows)
        assert calls(run) < 2_000_000


def test_rules_that_undo_each_other_are_named() -> None:
    x = input_leaf("x", "float64", ())
    there, back = rule("there", p.sin(X), p.cos(X)), rule("back", p.cos(X), p.sin(X))
    with pytest.raises(GraphError, match=r"there, back undo each other.*without"):
        run((there, back), o.sin(x))


def test_a_function_is_made_without_rules_that_do_not_end() -> None:
    x = sn.tensor.dscalar("x")
    there, back = rule("there", p.sin(X), p.cos(X)), rule("back", p.cos(X), p.sin(X))
    zero = rule("zero", p.add(X, 0), X)
    with pytest.warns(RewriteWarning, match=r"there, back undo each other.*without back"):
        found = optimise([(sn.sin(x) + 0).node], RuleSet((there, back, zero)), Options())
    assert found.outputs == (o.cos(x.node),)
    with pytest.warns(RewriteWarning, match="grow"):
        found = optimise([sn.sin(x).node], RuleSet((rule("grow", p.sin(X), p.sin(p.exp(X))),)), Options())
    assert found.outputs == (sn.sin(x).node,) and not found.events
    with pytest.raises(GraphError, match="undo each other"):
        optimise([sn.sin(x).node], RuleSet((there, back)), Options(verify=True))


def test_a_rule_that_only_grows_is_named() -> None:
    x = input_leaf("x", "float64", ())
    with pytest.raises(GraphError, match="grow"):
        run((rule("grow", p.sin(X), p.sin(p.exp(X))),), o.sin(x))


def test_a_later_phase_may_invert_a_rule() -> None:
    x = input_leaf("x", "float64", ())
    there = rule("there", p.sin(X), p.cos(X))
    back = rule("back", p.cos(X), p.sin(X), SPECIALIZE, inverts=("there",))
    result = run((there, back), o.sin(x))
    assert result.outputs == (o.sin(x),) and [e.rule for e in result.events] == ["there", "back"]


def test_later_phases_stay_closed_under_earlier_ones() -> None:
    x = input_leaf("x", "float64", ())
    make = rule("make", p.sin(X), p.negative(p.negative(p.cos(X))), STABILIZE)
    assert rewrite([o.sin(x)], RULES + make).outputs == (o.cos(x),)


def test_dtype_and_shape_of_the_left_side_are_restored() -> None:
    x = input_leaf("x", "float32", (2, 3))
    result = run((rule("one", p.sin(X), lambda m: constant(1.0)),), o.sin(x))
    assert result.outputs[0].dtype == x.dtype and result.outputs[0].shape == x.shape
    np.testing.assert_array_equal(evaluate(result.outputs, {})[0], np.ones((2, 3), np.float32))


def test_a_rule_on_another_dtype_does_not_fire() -> None:
    x = input_leaf("x", "int64", ())
    twice = rule("twice", p.absolute(X), X, dtypes="f")
    assert run((twice,), o.absolute(x)).events == ()


def test_a_function_that_gives_none_does_not_fire() -> None:
    x = input_leaf("x", "float64", ())
    assert run((rule("never", AnyNode(("sin",)), lambda m: None),), o.sin(x)).events == ()


def test_the_first_rule_in_order_wins() -> None:
    x = input_leaf("x", "float64", ())
    rules = (rule("first", p.sin(X), p.cos(X)), rule("second", p.sin(X), p.tan(X)))
    assert run(rules, o.sin(x)).outputs == (o.cos(x),)
    assert run(rules[::-1], o.sin(x)).outputs == (o.tan(x),)


