"""Facts of nodes are true: of what is computed, and of the real values, in random graphs and of each op."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import exact
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum.errors import SymnumError
from symnum.ir.build import apply, constant, input_leaf, o
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.ops.table import TABLE
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.facts import Facts
from symnum.simplify.intervals import Range
from symnum.simplify.transfers import facts_of
from symnum.simplify.transfers_functions import IMAGES

Array = np.ndarray[Any, Any]
N = 48
STATED: tuple[Mapping[str, Any], ...] = (
    {}, {"facts": ("positive",)}, {"facts": ("nonnegative",)}, {"facts": ("negative", "finite")},
    {"facts": ("nonpositive",)}, {"facts": ("nonzero",)}, {"facts": ("finite",)}, {"facts": ("integer",)},
    {"lower": -1, "upper": 1}, {"lower": 0.25, "upper": 3}, {"lower": 1}, {"lower": -2, "upper": 0},
    {"lower": 0, "upper": 1e300, "facts": ("finite",)}, {"facts": ("integer", "finite"), "lower": -5, "upper": 7})
# The table's ops of one to four operands, whatever they do; constructors refuse what does not fit.
OPS = tuple(row for row in TABLE.values() if row.kind == "elementwise" and row.name not in (
    "cast", "make_complex", "real", "imag") and (row.arity or 0) <= 4)
FLOATS = ("float64", "float32")
DTYPES = ("float64", "float32", "int64", "int8", "uint8", "bool")


def assumed(x: Node, stated: Mapping[str, Any]) -> Node:
    return o.assume(x, **{"facts": (), "lower": None, "upper": None, **stated})  # type: ignore[no-any-return]


def values(rng: np.random.Generator, dtype: str, node: Node) -> Array:
    """Numbers of all kinds that fit what ``node`` states."""
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return rng.random(N) < rng.choice([0, 0.5, 1])
    if kind.kind in "iu":
        ends = np.iinfo(kind)
        pool = np.concatenate([rng.integers(max(ends.min, -9), 9, 200), rng.integers(
            ends.min, ends.max, 20, kind, endpoint=True), [ends.min, ends.max, 0]]).astype(kind)
    else:
        top = np.finfo(kind)
        ends = [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, top.tiny, -top.tiny, top.max, -top.max, top.eps,
                top.smallest_subnormal, -top.smallest_subnormal, 1 + top.eps, 1 - top.eps / 2, np.pi, -2, 3]
        wide = np.exp(rng.uniform(-30, 30, 300)) * rng.choice([-1, 1], 300)
        near = rng.uniform(-3, 3, 300)
        with np.errstate(all="ignore"):
            pool = np.concatenate([ends, wide, near, np.round(near * 3), rng.choice([-1, 1], 100) * 1e200]).astype(kind)
    fits = pool[fitting(node, pool)] if node.op.name == "assume" else pool
    return rng.choice(fits, N) if len(fits) else np.empty(0, kind)


def fitting(node: Node, pool: Array) -> Array:
    """Which numbers are as an ``assume`` node states."""
    tests = {"positive": pool <= 0, "nonnegative": pool < 0, "negative": pool >= 0, "nonpositive": pool > 0,
             "nonzero": pool == 0, "finite": ~np.isfinite(pool),
             "integer": np.isfinite(pool) & (pool != np.floor(pool))}
    wrong = np.zeros(len(pool), bool)
    for fact in node.attr("facts"):
        wrong |= tests[fact]
    for name, beyond in (("lower", np.less), ("upper", np.greater)):
        if node.attr(name) is not None:
            wrong |= beyond(pool, np.float64(node.attr(name)))
    return ~wrong


def check(node: Node, facts: Facts, array: Array) -> None:
    """Every fact holds of every element."""
    numbers = [x for x in array.ravel().tolist() if x == x]
    assert facts.nan or len(numbers) == array.size, (node, facts, "NaN")
    for x in numbers:
        assert x in facts.range, (node, facts, x)
    if array.dtype.kind == "f":
        assert not facts.integer or all(math.isinf(x) or x == math.trunc(x) for x in numbers), (node, facts)
        assert facts.minus_zero or not np.any((array == 0) & np.signbit(array)), (node, facts)


def whole_graph(outputs: list[Node], found: Mapping[Node, Array]) -> None:
    known: dict[Node, Facts] = {}
    nodes = topological(outputs)
    for node, array in zip(nodes, evaluate(nodes, found), strict=True):
        if node.dtype.kind != "c":
            check(node, facts_of(node, known), array)


@pytest.mark.parametrize("row", OPS, ids=lambda row: row.name)
def test_each_op_keeps_what_is_known(row: Any) -> None:
    """On operands with each choice of statements."""
    rng = np.random.default_rng(7)
    tried = 0
    for dtype in DTYPES:
        for k, stated in enumerate(STATED):
            for other in STATED[k % 3::3]:
                leaves = [input_leaf(name, dtype, (N,)) for name in "xyzw"[:row.arity]]
                try:
                    statements = (stated, other, stated, other)
                    operands = [assumed(x, s) for x, s in zip(leaves, statements, strict=False)]
                    node = apply(row, *operands)
                except SymnumError:
                    continue
                given_values = {x: values(rng, dtype, y) for x, y in zip(leaves, operands, strict=True)}
                if not all(map(len, given_values.values())) or (row.name == "power" and dtype not in FLOATS):
                    continue
                whole_graph([node], given_values)
                tried += 1
    assert tried > 5


INFINITE = (lambda x: x, o.exp, lambda x: o.negative(o.exp(x)), lambda x: o.reciprocal(o.exp(x)),
            lambda x: o.reciprocal(o.absolute(x)), o.tanh)


@pytest.mark.parametrize("row", OPS, ids=lambda row: row.name)
@pytest.mark.parametrize("dtype", FLOATS)
def test_each_op_on_numbers_that_may_be_infinite(row: Any, dtype: str) -> None:
    """On operands that are never NaN, and may overflow to infinity or underflow to 0."""
    rng = np.random.default_rng(9)
    for k, first in enumerate(INFINITE):
        for second in INFINITE[k % 2::2]:
            leaves = [input_leaf(name, dtype, (N,)) for name in "xyz"[:row.arity]]
            finite = [assumed(x, {"facts": ("finite",)}) for x in leaves]
            try:
                node = apply(row, *(make(x) for make, x in zip((first, second, first), finite, strict=False)))
            except SymnumError:
                continue
            whole_graph([node], {x: values(rng, dtype, y) for x, y in zip(leaves, finite, strict=True)})


def test_sums_that_overflow_both_ways_are_undefined() -> None:
    x = input_leaf("x", "float64", (16,))
    found = np.zeros(16)
    found[[0, 8]], found[[1, 9]] = np.finfo(np.float64).max, -np.finfo(np.float64).max
    y = assumed(x, {"facts": ("finite",)})
    assert np.isnan(evaluate([o.sum(y, axis=(0,))], {x: found})[0])
    for node in (o.sum(y, axis=(0,)), o.cumsum(y, axis=0)):
        whole_graph([node], {x: found})


ENDS = st.sampled_from([0.0, 1.0, -1.0, 0.1, 1e308, -1e308, 5e-324])
def test_a_comparison_that_fails_says_nothing_beside_a_nan() -> None:
    x, y = (input_leaf(name, "float64", (N,)) for name in "xy")
    low = assumed(y, {"lower": 0})
    found = {x: np.linspace(-3, 3, N), y: np.where(np.arange(N) % 2, np.nan, 1.0)}
    for name in ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"):
        for test in (apply(TABLE[name], x, low), apply(TABLE[name], low, x)):
            whole_graph([o.where(test, low, x), o.where(test, x, low)], found)


NUMBERS = st.floats(allow_nan=False) | ENDS | st.integers(-9, 9)


@given(st.lists(NUMBERS, min_size=4, max_size=4))
def test_ranges_hold_exact_results(ends: list[float]) -> None:
    """Sums, products and inverses of numbers of two ranges, without rounding."""
    (a, b), (c, d) = sorted(ends[:2]), sorted(ends[2:])
    x, y = Range(a, b), Range(c, d)
    for u, v in itertools.product((a, b), (c, d)):
        if math.isfinite(u) and math.isfinite(v):
            u, v = Fraction(u), Fraction(v)
            assert (x + y).lower <= u + v <= (x + y).upper
            assert (x * y).lower <= u * v <= (x * y).upper
            assert not (a > 0 or b < 0) or x.inverse().lower <= 1 / u <= x.inverse().upper
            assert x.magnitude().lower <= abs(u) <= x.magnitude().upper


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "bool"])
@pytest.mark.parametrize("wanted", ["float64", "float32", "int8", "uint8", "int64", "bool"])
def test_casts(dtype: str, wanted: str) -> None:
    rng = np.random.default_rng(8)
    for stated in STATED if dtype != "bool" else STATED[:1]:
        x = input_leaf("x", dtype, (N,))
        try:
            y = assumed(x, stated)
        except SymnumError:
            continue
        with np.errstate(all="ignore"):
            whole_graph([o.cast(y, dtype=np.dtype(wanted))], {x: values(rng, dtype, y)})


class Maker:
    """Draws a graph over leaves of two dtypes."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.rng = np.random.default_rng(draw(st.integers(0, 2**32)))
        self.found: dict[Node, Array] = {}
        self.nodes: list[Node] = []
        for k in range(3):
            dtype = draw(st.sampled_from(["float64", "float64", "float32", "int64"]))
            x = input_leaf(f"x{k}", dtype, (N,))
            y = assumed(x, self.pick(STATED[:12] if dtype[0] == "f" else STATED[:2]))
            self.found[x] = values(self.rng, dtype, y)
            self.nodes.append(y)

    def pick(self, options: Any) -> Any:
        options = list(options)
        return options[int(self.rng.integers(len(options)))]

    def operand(self) -> Node:
        return self.pick(self.nodes[-5:])  # type: ignore[no-any-return]

    def step(self) -> None:
        x = self.operand()
        kind = self.rng.integers(8)
        try:
            if kind == 0:
                c = apply(TABLE[self.pick(("less", "less_equal", "greater", "equal", "not_equal"))], x, self.pick(
                    [self.operand(), constant(0.0), constant(1.0)]))
                made = apply(TABLE["where"], c, self.pick([x, self.operand()]), self.pick([x, o.negative(x)]))
            elif kind == 1:
                row = TABLE[self.pick(("sum", "prod", "max", "min"))]
                made = apply(row, o.reshape(x, shape=(4, N // 4)), axis=(0,))
                made = o.reshape(o.broadcast_to(made, shape=(4, N // 4)), shape=(N,))
            elif kind == 2:
                made = apply(TABLE[self.pick(("cumsum", "sort"))], x, axis=0)
            else:
                row = self.pick(OPS)
                made = apply(row, *(self.pick([self.operand(), self.operand(), x, self.constant(x)])
                                    for _ in range(row.arity)))
        except SymnumError:
            return
        if made.shape == (N,) and made.dtype.kind != "c" and "may_raise" not in made.op.facts:
            self.nodes.append(made)

    def constant(self, x: Node) -> Node:
        return constant(self.pick((0.0, 1.0, -1.0, 2.0, 0.5, 1e-3, np.inf)) if x.dtype.kind == "f" else 2, x.dtype)


@given(st.data())
@settings(max_examples=max(300, settings.default.max_examples))
def test_random_graphs_keep_what_is_known(data: Any) -> None:
    maker = Maker(data.draw)
    for _ in range(10):
        maker.step()
    whole_graph(maker.nodes, maker.found)



@given(st.data())
@settings(max_examples=max(60, settings.default.max_examples))
def test_rules_that_keep_bits_keep_them_where_facts_are_known(data: Any) -> None:
    maker = Maker(data.draw)
    for _ in range(10):
        maker.step()
    after = rewrite(maker.nodes, RULES.keeping("bits")).outputs
    for node, a, b in zip(maker.nodes, *(evaluate(x, maker.found) for x in (maker.nodes, after)), strict=True):
        same = ((a == b) & (np.signbit(a) == np.signbit(b))) | ((a != a) & (b != b)) if a.dtype.kind == "f" else a == b
        assert np.all(same), node


@pytest.mark.parametrize("dtype", FLOATS)
def test_native_code_keeps_what_is_known(dtype: str) -> None:
    """Functions of one operand, at their ends and beside them, by the vector code of kernels."""
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,))
    rows = [row for row in OPS if row.name in IMAGES]
    nodes = [apply(row, assumed(x.node, stated)) for row in rows for stated in ({}, NEAR[row.name])]
    f = sn.function([x], [sn.tensor.Tensor(node) for node in nodes], rewrites="off", mode="c")
    rng = np.random.default_rng(3)
    inside = np.concatenate([[0, -0.0, 1, -1, 0.5], rng.uniform(-1, 1, 3000), 1 - np.exp(rng.uniform(-37, 0, 500)),
                             np.exp(rng.uniform(-80, 0, 500))]).astype(dtype)
    for values in (inside, (1 / inside[2:]).astype(dtype)):
        for node, found in zip(nodes, f(values), strict=True):
            stated = fitting(node.operands[0], values)
            check(node, facts_of(node, {}), found[stated])


NEAR: Mapping[str, Mapping[str, Any]] = {name: {"lower": 0, "upper": 1} for name in IMAGES} | {
    "arccosh": {"lower": 1}, "log": {"lower": 1}, "cosh": {"facts": ("nonnegative",)}}


EXACT = [row for row in OPS if row.name in exact.FUNCTIONS]


@pytest.mark.parametrize("row", EXACT, ids=lambda row: row.name)
def test_facts_hold_of_real_values(row: Any) -> None:
    """In high precision values of ordinary size lie in the range, and are not 0 where that is said."""
    rng = np.random.default_rng(5)
    for k, stated in enumerate(STATED[:12]):
        leaves = [input_leaf(name, "float64", (4,)) for name in "xyz"[:row.arity]]
        operands = [assumed(x, s) for x, s in zip(leaves, (stated, STATED[(k + 1) % 12], {}), strict=False)]
        drawn = {x: values(rng, "float64", y) for x, y in zip(leaves, operands, strict=True)}
        found = {x: array[(np.abs(array) < 50) & ((np.abs(array) > 1e-3) | (array == 0))][:4]
                 for x, array in drawn.items()}
        if any(len(array) < 4 for array in found.values()):
            continue
        node = apply(row, *operands)
        facts = facts_of(node, {})
        for x in exact.evaluate([node], found)[0]:
            if isinstance(x, exact.mp.mpf) and exact.mp.isfinite(x):
                assert facts.range.lower <= x <= facts.range.upper, (node, facts, x)
                assert x or not facts.nonzero, (node, facts)
