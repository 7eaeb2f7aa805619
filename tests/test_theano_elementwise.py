"""Theano's and PyTensor's optimisations of elementwise algebra and reductions: line by line, before and after."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from lowering import counts
from theano_elementwise_rows import GROUPS, LEAVES, A, Row, b, s, v, w, x, y, z

import symnum as sn
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.text import formula
from symnum.ir.walk import topological
from symnum.options import Options
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES, as_ruleset
from symnum.simplify.engine import rewrite

Array = np.ndarray[Any, Any]
Values = Mapping[Node, Array]
ROWS = [pytest.param(row, id=f"{group}-{row[0]}") for group, rows in GROUPS.items() for row in rows]
SPECIALS = (0.0, -0.0, np.inf, -np.inf, np.nan, -1.5)
every_row = pytest.mark.parametrize("row", ROWS)


def drawn(draw: int) -> Values:
    """Ordinary values for all arguments; 0 among them."""
    rng = np.random.default_rng(draw)
    found = {}
    for leaf in LEAVES:
        node = leaf.node
        if node.dtype.kind == "f":
            values = np.round(rng.normal(0, 3, node.shape), 3) * (rng.random(node.shape) > 0.1)
        else:
            low, high = {"b": (0, 2), "i": (-100, 101), "u": (0, 256)}[node.dtype.kind]
            values = rng.integers(low, high, node.shape)
        found[node] = np.asarray(values, node.dtype)
    return found


def special(node: Node) -> Iterator[Values]:
    """All combinations of special values of two arguments of a node, the same at every place; others are 1."""
    leaves = [leaf for leaf in topological([node]) if leaf.op.name == "input"]
    choices: list[tuple[float, ...]] = []
    for k, leaf in enumerate(leaves):
        choices.append((1,) if k > 1 else SPECIALS if leaf.dtype.kind == "f" else (0, 1))
    for values in itertools.product(*choices):
        yield {leaf: np.full(leaf.shape, value, leaf.dtype) for leaf, value in zip(leaves, values, strict=True)}


def run(node: Node, values: Values) -> Array:
    with np.errstate(all="ignore"):
        return evaluate([node], values)[0]


# lines --------------------------------------------------------------------------------------------------------

@every_row
def test_a_line_becomes_what_it_should(row: Row) -> None:
    line, before, after = row
    outputs = rewrite([before.node], RULES).outputs
    assert formula(outputs) == after, line
    assert rewrite(outputs, RULES).outputs == outputs, line


@every_row
def test_a_line_keeps_its_value(row: Row) -> None:
    line, before, _ = row
    after = rewrite([before.node], RULES).outputs[0]
    compared = 0
    for draw in range(8):
        values = drawn(draw)
        wanted, found = run(before.node, values), run(after, values)
        assert found.dtype == wanted.dtype and found.shape == wanted.shape, line
        if wanted.dtype.kind != "f":
            np.testing.assert_array_equal(found, wanted, err_msg=line)
            compared += 1
        elif np.isfinite(wanted).all():
            rtol = 1e-5 if wanted.dtype.itemsize == 4 else 1e-11
            np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-13, err_msg=line)
            compared += 1
    assert compared, line


@every_row
def test_a_line_keeps_infinities_and_nan_where_its_rules_do(row: Row) -> None:
    line, before, _ = row
    for rules in (as_ruleset("specials"), as_ruleset("exact")):
        after = rewrite([before.node], rules).outputs[0]
        for values in special(before.node) if after is not before.node else ():
            wanted, found = run(before.node, values), run(after, values)
            np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted), err_msg=f"{line} {values}")
            np.testing.assert_array_equal(found[np.isinf(wanted)], wanted[np.isinf(wanted)], err_msg=f"{line} {values}")


# where Theano's rules are wrong -------------------------------------------------------------------------------

NAN, INF = np.nan, np.inf
DOMAINS: list[tuple[str, sn.Tensor, tuple[float, ...], float]] = [
    ("acosh(cosh(x)) -> x for x < 0", sn.arccosh(sn.cosh(x)), (-2.0,), 2.0),
    ("cosh(acosh(x)) -> x for x < 1", sn.cosh(sn.arccosh(x)), (0.5,), NAN),
    ("tanh(atanh(x)) -> x beyond 1", sn.tanh(sn.arctanh(x)), (1.5,), NAN),
    ("exp(log(x)) -> x for x < 0", sn.exp(sn.log(x)), (-1.0,), NAN),
    ("expm1(log1p(x)) -> x for x < -1", sn.expm1(sn.log1p(x)), (-2.0,), NAN),
    ("sqrt(x)**2 -> x for x < 0", sn.sqrt(x) ** 2, (-1.0,), NAN),
    ("(x**2)**.5 -> x for x < 0", (x**2) ** 0.5, (-3.0,), 3.0),
    ("a**x * a**y -> a**(x + y) for a < 0", s**x * s**y, (-1.0, 0.5, 0.5), NAN),
    ("sigm(logit(x)) -> x beyond 1", sn.sigmoid(sn.logit(x)), (1.5,), NAN),
    ("constants matched nearly: log(1.00001 + x)", sn.log(1.00001 + x), (0.0,), float(np.log(1.00001))),
    ("not(x < y) -> x >= y of NaN", sn.where(~(x < y), 1.0, 0.0), (NAN, 1.0), 1.0),
    ("eq(x, x) -> 1 of NaN", sn.where(x == x, 1.0, 0.0), (NAN,), 0.0),
    ("max(x, x) keeps NaN", sn.maximum(x, x), (NAN,), NAN),
    ("log(sum(exp(x))) -> NaN if all are -inf", sn.log(sn.exp(x) + sn.exp(y)), (-INF, -INF), -INF),
    ("log(a/const) -> log(a) - log(const) near 1", sn.log(x / 3), (3 + 3e-12,), float(np.log1p(1e-12))),
    ("x*z/y overflows in x/(y/z)", x / (y / z), (1e200, 1e250, 1e200), 1e150),
    ("squares that were scaled", ((sn.stack([x, y]) / 1e200) * (sn.stack([x, y]) / 1e200)).sum(), (1e200, 0.0), 1.0),
]


@pytest.mark.parametrize("line, before, at, wanted", DOMAINS, ids=[line for line, *_ in DOMAINS])
def test_outside_of_their_domain_lines_are_right(line: str, before: sn.Tensor, at: tuple[float, ...],
                                                 wanted: float) -> None:
    leaves = [leaf for leaf in (s, x, y, z) if leaf.node in topological([before.node])]
    values = {leaf.node: np.asarray(value) for leaf, value in zip(leaves, at, strict=True)}
    found = run(rewrite([before.node], RULES).outputs[0], values)
    np.testing.assert_allclose(found, wanted, rtol=1e-3 if "near 1" in line else 1e-12)


@pytest.mark.parametrize("before", [0 * x, x - x, 0 / x, x / x], ids=str)
def test_what_absorbs_nan_is_for_real_numbers_only(before: sn.Tensor) -> None:
    assert formula(rewrite([before.node], RULES).outputs) in ("0", "1")
    assert rewrite([before.node], as_ruleset("specials")).outputs == (before.node,)


# passes -------------------------------------------------------------------------------------------------------

def ops(outputs: list[sn.Tensor]) -> list[str]:
    """The ops that are left in outputs, moves of elements not counted."""
    nodes = [output.node for output in outputs]
    left = topological(optimise(nodes, RULES, Options()).outputs)
    return sorted(x.op.name for x in left if x.operands and x.op.name not in ("broadcast_to", "expand_dims"))


OPS: list[tuple[str, list[sn.Tensor], list[str]]] = [
    ("merge: (x + y)*2 and (x + y)*3 share x + y", [(x + y) * 2, (x + y) * 3], ["add", "multiply", "multiply"]),
    ("merge: sin(a*b + c)*(b*a + c)", [sn.sin(x * y + z) * (y * x + z)], ["add", "multiply", "multiply", "sin"]),
    ("duplicate work between outputs", [sn.exp(x) + y, y + sn.exp(x)], ["add", "exp"]),
    ("constant folding", [x + sn.exp(sn.constant(1.0)) * sn.sum(sn.ones((3,)))], ["add"]),
    ("max and argmax, one unused", [sn.argmax(v)], ["argmax"]),
    ("fill cut: f(fill(a, b), c) -> f(b, c)", [sn.full_like(v, s) + w], ["add"]),
    ("fill cut: zeros_like(a) + c -> c", [sn.zeros_like(v) + w], []),
    ("fill of a fill", [sn.full_like(sn.full_like(v, 2.0), s)], []),
    ("grad of a sum of squares", [sn.grad((v**2).sum(), v)], ["multiply"]),
    ("grad of log(x)", [sn.grad(sn.log(v).sum(), v)], ["true_divide"]),
    ("grad of a Gaussian log likelihood", [sn.grad((-0.5 * (v - s) ** 2).sum(), v)], ["subtract"]),
    ("grad of relu", [sn.grad(sn.maximum(v, 0).sum(), v)], ["greater", "greater_equal", "where", "where"]),
    ("grad of a masked root", [sn.grad(sn.where(v > 0, sn.sqrt(v), 0).sum(), v)],
     ["greater", "multiply", "rsqrt", "where"]),
    ("grad of a quotient", [sn.grad((v / w).sum(), v)], ["true_divide"]),
    ("grad of softplus", [sn.grad(sn.softplus(v).sum(), v)], ["sigmoid"]),
    ("grad of a mean squared error", [sn.grad(((v - w) ** 2).mean(), v)], ["multiply", "subtract"]),
]


@pytest.mark.parametrize("line, outputs, left", OPS, ids=[line for line, *_ in OPS])
def test_ops_that_are_left(line: str, outputs: list[sn.Tensor], left: list[str]) -> None:
    assert ops(outputs) == left, line


FUSED: list[tuple[str, list[sn.Tensor], tuple[int, int, int]]] = [
    ("elemwise fusion: a chain is one kernel", [sn.exp(sn.sin(v) * w + 1) / 2], (1, 0, 0)),
    ("outputs with common work are one kernel", [sn.exp(v) + w, sn.exp(v) * w], (1, 0, 0)),
    ("reduction of elementwise work, without a temporary", [(sn.exp(A) * 2).sum()], (1, 0, 0)),
    ("row softmax, without a temporary", [sn.softmax(A, axis=1)], (1, 0, 0)),
    ("broadcasts are not stored", [(A * v + s).sum(axis=1)], (1, 0, 0)),
]


@pytest.mark.parametrize("line, outputs, expected", FUSED, ids=[line for line, *_ in FUSED])
def test_kernels_products_and_temporaries(line: str, outputs: list[sn.Tensor], expected: tuple[int, int, int]) -> None:
    final = optimise([output.node for output in outputs], RULES, Options()).outputs
    program = lower("f", [leaf.node for leaf in LEAVES if leaf.node in topological(final)], final)
    assert counts(program) == expected, line


def test_masked_branches_have_finite_gradients() -> None:
    cost = sn.where(v > 0, sn.sqrt(v), 0).sum()
    g = sn.function([v], sn.grad(cost, v), mode="numpy")
    np.testing.assert_array_equal(g([0.0, -1.0, 4.0, 1.0, -INF, 0.25]), [0, 0, 0.25, 0.5, 0, 1])
    product = sn.function([b, x, y], x * sn.where(b, 0.0, y), mode="numpy")
    assert product(True, np.inf, np.nan) == 0.0


@pytest.mark.parametrize("by_hand", [False, True])
def test_cross_entropies_by_index_are_finite(by_hand: bool) -> None:
    labels = sn.tensor.tensor("labels", dtype="int64", shape=(4,))
    p = sn.exp(A) / sn.exp(A).sum(axis=1, keepdims=True) if by_hand else sn.softmax(A, axis=1)
    f = sn.function([A, labels], [cost := -sn.log(p[np.arange(4), labels]).mean(), sn.grad(cost, A)], mode="numpy")
    value, gradient = f(np.tile([1000.0, 0, 0, 0, 0, 0], (4, 1)), [1, 0, 0, 0])
    np.testing.assert_allclose(value, 250.0)
    np.testing.assert_allclose(gradient, [[0.25, -0.25, 0, 0, 0, 0], *[[0] * 6] * 3])


def test_elementwise_work_is_done_in_place() -> None:
    square = sn.tensor.tensor("square", dtype="float64", shape=(30, 30))
    final = optimise([(sn.exp(square @ square) @ square).node], RULES, Options()).outputs
    found = plan(lower("f", [square.node], final))
    assert len(found.slot_of) == 2 and len(found.sizes) == 1
