"""Algebra that is written down in many ways: how many operations are left of each, beside what could be left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import tensor as T
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.options import current
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.numbers import MOVERS

x, y, a, b, c, mean, width = (T.dscalar(name) for name in ("x", "y", "a", "b", "c", "mean", "width"))
v = T.tensor("v", dtype="float64", shape=(4,))

# An expression -> operations that are left of it.
TABLE: dict[str, tuple[Any, int]] = {
    "a factor that cancels": (x * y / x, 0),
    "two negations": (sn.negative(-x), 0),
    "products that commute": (a * b - b * a, 0),
    "a common factor": (a * b + a * c, 2),
    "a common divisor": (x / y + (1 - x) / y, 1),
    "squares of sine and cosine": (sn.sin(x) ** 2 + sn.cos(x) ** 2, 0),
    "the same, spelled otherwise": (3 * sn.sin(x) * sn.sin(x) + b + 3 * sn.square(sn.cos(x)), 1),
    "squares of both hyperbolic functions": (a * sn.cosh(x) ** 2 - sn.sinh(x) ** 2 * a, 0),
    "sine over cosine": (a * sn.sin(x) / sn.cos(x), 2),
    "like terms": (2 * x + 3 * x, 1),
    "one term three times": (x + x + x, 1),
    "a square multiplied out": ((x + y) ** 2 - x**2 - 2 * x * y - y**2, 0),
    "a product multiplied out": ((x + 1) * (x - 1) + 1, 1),
    "an exact quotient": ((x**2 - y**2) / (x - y), 1),
    "an exact quotient of cubes": ((x**3 - 1) / (x - 1), 3),
    "powers of one base": (x**2 * x**3, 3),     # three products cost less than one power
    "one and the square of a tangent": (1 + sn.tan(x) ** 2, 3),     # as many as 1/cos(x)**2, and no pole of it is lost
    "a product of exponentials": (sn.exp(x) * sn.exp(y), 5),    # one exponential, and what x + y was rounded by
    "the root of a square": (sn.sqrt(x**2), 1),
    "a difference of equals": (x - x, 0),
    "logarithm of an exponential": (sn.log(sn.exp(x)), 0),
    "a polynomial": (x**4 + 2 * x**3 + 3 * x**2 + 4 * x + 5, 7),
    "a polynomial with symbols": (a * x**2 + b * x + c, 4),
    "equal up to order": (sn.sin(a * b + c) * (b * a + c), 4),
    "gradient of a sum of squares": (sn.grad((v**2).sum(), v), 1),
    # One operation for each element, and three for all.
    "gradient of a likelihood, spelled otherwise": (
        sn.grad((-0.5 * (v - mean) ** 2 / width**2 - sn.log(width)).sum(), mean), 4),
    "gradient of a likelihood": (sn.grad((-((v - mean) / width) ** 2 / 2 - sn.log(width)).sum(), mean), 4),
}


def optimised(expression: Any) -> Node:
    return optimise([expression.node], RULES, current()).outputs[0]


def operations(node: Node) -> list[Node]:
    return [found for found in topological([node]) if found.operands and found.op.name not in MOVERS]


@pytest.mark.parametrize("name", TABLE)
def test_operations_that_are_left(name: str) -> None:
    expression, most = TABLE[name]
    assert len(operations(optimised(expression))) == most


@pytest.mark.parametrize("name", TABLE)
def test_values_stay(name: str) -> None:
    expression, _ = TABLE[name]
    random = np.random.default_rng(0)
    values = {leaf.node: random.uniform(0.5, 2.0, 4 if leaf is v else ()) for leaf in (x, y, a, b, c, mean, width, v)}
    given = sn.expand_derivatives(expression).node
    before, after = evaluate([given], values)[0], evaluate([optimised(expression)], values)[0]
    np.testing.assert_allclose(after, before, rtol=1e-13, atol=1e-13)


def test_a_tangent_is_not_made_of_functions_that_are_needed_anyway() -> None:
    made = optimised(sn.sin(x) / sn.cos(x) + sn.sin(x) * sn.exp(sn.cos(x)))
    assert "tan" not in {node.op.name for node in operations(made)}


def test_no_cancellation_is_made_by_multiplying_out() -> None:
    for expression in ((x + 1) * (x - 1), (x - y) ** 2, (x + y) * (x - y) + a):
        assert {"add", "subtract"} & {node.op.name for node in operations(optimised(expression))[:2]}


def test_an_exact_quotient_is_a_number_where_both_sums_vanish() -> None:
    f = sn.function([x, y], (x**2 - y**2) / (x - y))
    assert f(3.0, 3.0) == 6.0


def test_polynomials_of_integers_keep_all_bits() -> None:
    k = T.tensor("k", dtype="int64", shape=(6,))
    expression = k**3 * 5 + k**2 * 3 - k + 7 + (k + 1) ** 2 - k * k
    values = np.array([0, 1, -1, 2**40 + 3, np.iinfo("int64").max, np.iinfo("int64").min])
    before = evaluate([expression.node], {k.node: values})[0]
    np.testing.assert_array_equal(sn.function([k], expression)(values), before)
