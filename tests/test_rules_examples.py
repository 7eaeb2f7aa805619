"""Formulas before and after all rules, as a table; and formulas that lose everything unless they are rewritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import exact
import numpy as np
import pytest

from symnum.ir.build import broadcast_to, constant, input_leaf, o
from symnum.ir.interpret import bind_dims, evaluate
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.pattern import Pattern, instantiate, p, wilds

A, B, C, X, Y = wilds("a b c x y")
EXP, LOG = p.exp, p.log
SIGMOID = 1 / (1 + EXP(-X))

LEAVES = {name: input_leaf(name, "float64", (3,)) for name in "abcxy"}


def number(value: float) -> Node:
    return broadcast_to(constant(value), (3,))


# before, after all rules of canonicalize and stabilize
TABLE: list[tuple[Pattern, Pattern | float]] = [
    (X + Y - X, Y), ((X + Y) + A - (Y + X), A), (A * B - B * A, 0.0), (2 * X + 3 * X, 5 * X), (X - X, 0.0),
    (A * B + A * C, A * (B + C)),
    (p.power(A, 2) * B + p.power(A, 2) * C, p.power(A, 2) * (B + C)), (X * Y / X, Y), (X / Y + (1 - X) / Y, 1 / Y),
    (p.power(X, 2) * p.power(X, 3), p.power(X, 5)), ((1 + X) - X, 1.0), (-(-X), X), (X * 1 + 0, X), (X * 0 + Y, Y),
    (-X * -Y, X * Y), (A - -B, A + B), (-(A - B), B - A), ((2 * X) / (4 * Y), 0.5 * X / Y), (X / X, 1.0),
    (A * (B / C) * C, A * B), (X + X + X, 3 * X),
    # kept as they are
    (X + Y + A, X + Y + A), ((X + 1e16) + Y, (X + 1e16) + Y), (X + X, X + X), (X * Y * X, X * Y * X),
    (0.1 + X + 0.2, 0.1 + X + 0.2), (-X - Y, -X - Y), (X / 3, X / 3), (A * B + A, A * B + A), (-X, -X),
    (p.power(X, 0.5) * p.power(X, 0.5), p.power(X, 0.5) * p.power(X, 0.5)),
    (LOG(1.00001 + X), LOG(1.00001 + X)), (EXP(X) - 1.00001, EXP(X) - 1.00001), (EXP(X) - Y, EXP(X) - Y),
    # NaN where it was
    (p.sqrt(X) * p.sqrt(X), p.where(p.greater_equal(X, 0), X, float("nan"))),
    # stable forms
    (SIGMOID, p.sigmoid(X)), (A / (1 + EXP(-X)), A * p.sigmoid(X)), (1 / (EXP(A - B) + 1), p.sigmoid(B - A)),
    (EXP(X) / (1 + EXP(X)), p.sigmoid(X)), (EXP(X) * (1 / (1 + EXP(X))), p.sigmoid(X)), (1 - SIGMOID, p.sigmoid(-X)),
    (SIGMOID - 1, -p.sigmoid(-X)), (3 + (1 - SIGMOID), 4 - p.sigmoid(X)), (LOG(1 + X), p.log1p(X)),
    (LOG(X + 1 + Y), p.log1p(X + Y)), (LOG(1 - X), p.log1p(-X)), (EXP(X) - 1, p.expm1(X)), (1 - EXP(X), -p.expm1(X)),
    (EXP(X) - 1 + Y, p.expm1(X) + Y), (2 * EXP(X) - 2, 2 * p.expm1(X)), (EXP(X) + Y - 1, p.expm1(X) + Y),
    (LOG(1 + EXP(X)), p.softplus(X)), (LOG(EXP(-X) + 1), p.softplus(-X)), (p.log1p(EXP(X)), p.softplus(X)),
    (LOG(SIGMOID), -p.softplus(-X)), (LOG(1 - SIGMOID), -p.softplus(X)), (LOG(1 / (1 + EXP(X))), -p.softplus(X)),
    (LOG(EXP(X) / (1 + EXP(X))), -p.softplus(-X)), (LOG(EXP(A) + EXP(B)), p.logaddexp(A, B)),
    (LOG(EXP(X)), X), (LOG(EXP(X) * EXP(Y)), X + Y), (LOG(EXP(X) / (1 + EXP(Y))), X - p.softplus(Y)),
    (-Y * LOG(SIGMOID) - (1 - Y) * LOG(1 - SIGMOID), Y * p.softplus(-X) + (1 - Y) * p.softplus(X)),
]


@pytest.mark.parametrize(("before", "after"), TABLE, ids=lambda side: str(side).replace(" ", ""))
def test_table(before: Pattern, after: Pattern | float) -> None:
    wanted = number(after) if isinstance(after, float) else instantiate(after, LEAVES)
    assert rewrite([instantiate(before, LEAVES)], RULES, ("canonicalize", "stabilize")).outputs == (wanted,)


@pytest.mark.parametrize(("before", "after"), [
    (p.power(X, 2), p.multiply(X, X)), (p.power(X, 3), p.multiply(p.multiply(X, X), X)), (p.power(X, -1), 1 / X),
    (p.power(X, 0.5), p.sqrt(X)), (p.power(X, 1), X), (p.power(X, 7), p.power(X, 7)), (p.power(X, Y), p.power(X, Y)),
    (X / 4, X * 0.25)], ids=str)
def test_cheaper_forms(before: Pattern, after: Pattern) -> None:
    assert rewrite([instantiate(before, LEAVES)], RULES).outputs == (instantiate(after, LEAVES),)


def test_numbers_of_a_constant_sum_are_added_in_order() -> None:
    made = o.add(o.subtract(constant(1e16), constant(1e16)), 1.0)
    assert rewrite([made], RULES).outputs == (constant(1.0),)
    made = o.add(o.add(constant(1.0), 1e16), -1e16)
    assert rewrite([made], RULES).outputs == (constant(0.0),)


# sharing ------------------------------------------------------------------------------------------------------

def test_a_shared_sum_is_looked_through_only_where_that_gains() -> None:
    x, y, z = (input_leaf(name, "float64", ()) for name in "xyz")
    u = o.add(x, y)
    assert rewrite([u, o.subtract(u, x)], RULES).outputs == (u, y)
    kept = (u, o.add(u, x), o.add(o.add(u, z), x))
    assert rewrite(kept, RULES).outputs == kept


def test_a_shared_product_is_looked_through_only_where_that_gains() -> None:
    x, y, z = (input_leaf(name, "float64", ()) for name in "xyz")
    u = o.multiply(x, y)
    assert rewrite([u, o.true_divide(u, x)], RULES).outputs == (u, y)
    kept = (u, o.multiply(u, x), o.add(u, o.multiply(x, z)))
    assert rewrite(kept, RULES).outputs == kept


def test_prefix_sums_stay_one_addition_each() -> None:
    leaves = [input_leaf(f"x{k}", "float64", ()) for k in range(2000)]
    total, sums = leaves[0], []
    for leaf in leaves[1:]:
        total = o.add(total, leaf)
        sums.append(total)
    assert rewrite(sums, RULES).outputs == tuple(sums)


# moves and casts ----------------------------------------------------------------------------------------------

def test_patterns_look_through_moves() -> None:
    x, m = input_leaf("x", "float64", (4,)), input_leaf("m", "float64", (3, 4))
    row = o.broadcast_to(o.add(o.exp(x), 1.0), shape=(3, 4))
    part = o.slice(o.add(o.exp(m), 1.0), starts=(0, 0), lengths=(1, 4), steps=(1, 1))
    assert rewrite([o.log(row)], RULES).outputs == (o.broadcast_to(o.softplus(x), shape=(3, 4)),)
    assert rewrite([o.log(part)], RULES).outputs == (
        o.softplus(o.slice(m, starts=(0, 0), lengths=(1, 4), steps=(1, 1))),)
    mixed = o.log(o.add(m, o.broadcast_to(o.add(x, 1.0), shape=(3, 4))))
    assert rewrite([mixed], RULES).outputs == (o.log1p(o.add(m, o.broadcast_to(x, shape=(3, 4)))),)


def test_patterns_look_through_exact_casts_only() -> None:
    x, k = input_leaf("x", "float32", ()), input_leaf("k", "int64", ())
    wide = o.log(o.cast(o.add(x, 1.0), dtype=np.dtype("float64")))
    assert rewrite([wide], RULES).outputs == (o.log1p(o.cast(x, dtype=np.dtype("float64"))),)
    for kept in (o.log(o.cast(o.add(o.cast(x, dtype=np.dtype("float64")), 1.0), dtype=np.dtype("float32"))),
                 o.log(o.cast(o.add(k, 1), dtype=np.dtype("float64")))):
        assert rewrite([kept], RULES).outputs == (kept,)


# integers -----------------------------------------------------------------------------------------------------

def test_integers_wrap_around_as_they_did() -> None:
    x, y = input_leaf("x", "uint8", ()), input_leaf("y", "uint8", ())
    result = rewrite([o.subtract(o.subtract(o.multiply(x, 200), o.multiply(x, 56)), y),
                      o.add(o.multiply(x, 255), y)], RULES).outputs
    for a in (0, 1, 77, 255):
        for b in (0, 3, 255):
            values = {x: np.asarray(a, np.uint8), y: np.asarray(b, np.uint8)}
            assert [int(v) for v in evaluate(result, values)] == [(a * 144 - b) % 256, (a * 255 + b) % 256]


def test_integer_division_is_left_alone() -> None:
    x, y = input_leaf("x", "int64", ()), input_leaf("y", "int64", ())
    for kept in (o.floor_divide(o.multiply(x, y), x), o.floor_divide(x, x), o.remainder(x, x),
                 o.true_divide(o.multiply(x, y), x), o.true_divide(x, y)):
        assert rewrite([kept], RULES).outputs == (kept,)


# softmax and logsumexp ----------------------------------------------------------------------------------------

def softmax(x: Node, axis: tuple[int, ...]) -> Node:
    e = o.exp(x)
    return o.true_divide(e, o.broadcast_to(o.expand_dims(o.sum(e, axis=axis), axis=axis), shape=x.shape))


ROWS = np.array([[1000.0, 1001.0, -1000.0], [-2000.0, -2001.0, -2002.0], [0.5, 0.25, 0.0], [-1e6, 1e6, 3.0]])
STABLE = {
    "softmax by hand": lambda x: softmax(x, (1,)),
    "softmax over the first axis": lambda x: softmax(x, (0,)),
    "softmax over everything": lambda x: softmax(x, (0, 1)),
    "softmax of a sum": lambda x: softmax(o.add(x, 1.0), (1,)),
    "one element of a softmax": lambda x: o.slice(softmax(x, (1,)), starts=(0, 1), lengths=(4, 1), steps=(1, 1)),
    "softmax of one element": lambda x: o.true_divide(
        o.slice(o.exp(x), starts=(0, 2), lengths=(4, 1), steps=(1, 1)), o.expand_dims(o.sum(o.exp(x), axis=(1,)), axis=(1,))),
    "log of softmax": lambda x: o.log(softmax(x, (1,))),
    "logsumexp": lambda x: o.log(o.sum(o.exp(x), axis=(1,))),
    "logsumexp over the first axis": lambda x: o.log(o.sum(o.exp(x), axis=(0,))),
    "logsumexp over everything": lambda x: o.log(o.sum(o.exp(x), axis=(0, 1))),
    "logsumexp with kept axis": lambda x: o.log(o.expand_dims(o.sum(o.exp(x), axis=(1,)), axis=(1,))),
    "logsumexp of a transpose": lambda x: o.log(o.sum(o.exp(o.transpose(x, axes=(1, 0))), axis=(0,))),
}


@pytest.mark.parametrize("name", STABLE)
def test_sums_of_exponentials_are_shifted(name: str) -> None:
    x = input_leaf("x", "float64", (4, 3))
    before = STABLE[name](x)
    result = rewrite([before], RULES)
    truth = exact.evaluate([before], {x: ROWS})[0]
    assert exact.wrong_bits(evaluate([before], {x: ROWS})[0], truth) > 10
    assert exact.wrong_bits(evaluate(result.outputs, {x: ROWS})[0], truth) < 2
    assert rewrite(result.outputs, RULES).outputs == result.outputs


@pytest.mark.parametrize(("values", "expected"), [
    ([-np.inf, -np.inf], -np.inf), ([np.inf, 1.0], np.inf), ([np.inf, -np.inf], np.inf), ([np.nan, 1.0], np.nan), ([], -np.inf),
    ([-1000.0], -1000.0)])
def test_logsumexp_of_infinities_and_of_nothing(values: list[float], expected: float) -> None:
    x = input_leaf("x", "float64", (None,))
    after = rewrite([o.log(o.sum(o.exp(x), axis=(0,)))], RULES).outputs
    array = np.array(values)
    np.testing.assert_equal(float(evaluate(after, {x: array, **bind_dims([x], [array])})[0]), expected)


@pytest.mark.parametrize(("dtype", "between", "stays"), [
    ("float64", "float32", True), ("float32", "float64", False), ("float64", "int8", True), ("int64", "float64", True),
    ("int32", "float64", False), ("bool", "float32", False), ("int64", "int32", True)])
def test_casts_vanish_where_they_lose_nothing(dtype: str, between: str, stays: bool) -> None:
    x = input_leaf("x", dtype, (3,))
    twice = o.cast(o.cast(x, dtype=np.dtype(between)), dtype=x.dtype)
    assert rewrite([twice], RULES).outputs == ((twice,) if stays else (x,))


def test_constants_are_folded_up_to_a_size() -> None:
    parts = [constant(np.full(4096, float(k))) for k in range(2)]
    large = o.concatenate(*parts, axis=0)
    assert rewrite([large], RULES).outputs == (large,)
    small = o.concatenate(*(o.slice(x, starts=(0,), lengths=(2048,), steps=(1,)) for x in parts), axis=0)
    assert [x.op.name for x in rewrite([small], RULES).outputs] == ["constant"]


def test_a_sum_that_is_shifted_already_stays() -> None:
    x = input_leaf("x", "float64", (3,))
    shifted = o.subtract(x, o.broadcast_to(o.max(x, axis=(0,)), shape=(3,)))
    e = o.exp(shifted)
    kept = (o.log(o.sum(e, axis=(0,))), o.true_divide(e, o.broadcast_to(o.sum(e, axis=(0,)), shape=(3,))))
    assert rewrite(kept, RULES).outputs == kept


def test_a_difference_from_another_maximum_is_no_shift() -> None:
    x, y = input_leaf("x", "float64", (3, 3)), input_leaf("y", "float64", (3, 3))
    of_rows, of_columns = (o.max(x, axis=(k,)) for k in (1, 0))
    for other in (o.broadcast_to(o.max(y, axis=(0, 1)), shape=(3, 3)), o.broadcast_to(of_rows, shape=(3, 3)),
                  o.broadcast_to(o.max(x, axis=(0, 1)), shape=(3, 3)),
                  o.broadcast_to(o.expand_dims(of_columns, axis=(1,)), shape=(3, 3))):
        total = o.log(o.sum(o.exp(o.subtract(x, other)), axis=(1,)))
        assert rewrite([total], RULES).events[0].rule == "logsumexp"


# logistic regression ------------------------------------------------------------------------------------------

def cross_entropy(z: Node, y: Node) -> Node:
    probability = o.true_divide(1.0, o.add(1.0, o.exp(o.negative(z))))
    left = o.multiply(o.negative(y), o.log(probability))
    return o.subtract(left, o.multiply(o.subtract(1.0, y), o.log(o.subtract(1.0, probability))))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_cross_entropy_has_no_path_that_overflows(dtype: str) -> None:
    x, w, b = input_leaf("x", dtype, (6, 2)), input_leaf("w", dtype, (2,)), input_leaf("b", dtype, ())
    y = input_leaf("y", dtype, (6,))
    # As Python reads -x @ w - b: the negative binds first.
    z = o.negative(o.subtract(o.dot(o.negative(x), w), b))
    after = rewrite([cross_entropy(z, y)], RULES).outputs
    names = {each.op.name for each in topological(after)}
    assert "softplus" in names and not names & {"exp", "log", "true_divide", "sigmoid"}
    scores = np.array([1e4, -1e4, 700.0, -700.0, 0.0, 1e-8])
    values: dict[Node, Any] = {
        x: np.stack([scores, np.zeros(6)], 1).astype(dtype), w: np.array([1.0, 2.0], dtype), b: np.asarray(0.0, dtype),
        y: np.array([0.0, 1.0, 1.0, 0.25, 0.5, 0.0], dtype)}
    truth = exact.evaluate([cross_entropy(z, y)], values)[0]
    found = evaluate(after, values)[0]
    assert np.all(np.isfinite(found)) and exact.wrong_bits(found, truth) < 2


@pytest.mark.parametrize("spelled", [
    lambda s, x: o.multiply(s, o.subtract(1.0, s)),
    lambda s, x: o.multiply(o.subtract(1.0, s), s),
    lambda s, x: o.multiply(s, o.sigmoid(o.negative(x))),
    lambda s, x: o.true_divide(o.exp(o.negative(x)), o.power(o.add(1.0, o.exp(o.negative(x))), 2.0)),
    lambda s, x: o.true_divide(o.exp(o.negative(x)), o.square(o.add(1.0, o.exp(o.negative(x))))),
])
def test_slope_of_the_logistic_function(spelled: Callable[[Node, Node], Node]) -> None:
    x = input_leaf("x", "float64", (7,))
    before = spelled(o.true_divide(1.0, o.add(1.0, o.exp(o.negative(x)))), x)
    values = {x: np.array([-800.0, -40.0, -1.0, 0.0, 2.0, 40.0, 800.0])}
    truth = exact.evaluate([before], values)[0]
    after = rewrite([before], RULES).outputs
    assert exact.wrong_bits(evaluate(after, values)[0], truth) < 2
    assert sum(each.op.name in ("exp", "sigmoid") for each in topological(after)) == 1
