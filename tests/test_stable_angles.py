"""Angles, series near 0, and squares that overflow: formulas as users write them, beside their real values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import exact
import numpy as np
import pytest

import symnum as sn
from symnum.ir.build import input_leaf, o
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.tensor import Tensor

Array = np.ndarray[Any, Any]
Formula = Callable[..., Any]
N = 40
PI = np.pi


def near_zero(rng: np.random.Generator, dtype: str) -> Array:
    """Numbers of all sizes below 3."""
    lowest = -100 if dtype == "float64" else -30
    return np.exp2(rng.uniform(lowest, 1.5, N)) * rng.choice([-1, 1], N)


def ordinary(rng: np.random.Generator, dtype: str) -> Array:
    return rng.normal(size=N)


def large(rng: np.random.Generator, dtype: str) -> Array:
    """Numbers whose product with pi has lost its fraction."""
    return np.rint(rng.uniform(1, 8, N) * 2 ** (20 if dtype == "float64" else 15)) / 8


def all_sizes(rng: np.random.Generator, dtype: str) -> Array:
    limits = np.finfo(dtype)
    return np.exp2(rng.uniform(limits.minexp / 1.1, limits.maxexp / 1.1, N)) * rng.choice([-1, 1], N)


def positive(rng: np.random.Generator, dtype: str) -> Array:
    return np.abs(all_sizes(rng, dtype))


def near_one(rng: np.random.Generator, dtype: str) -> Array:
    return 1 + near_zero(rng, dtype) * (1e-9 if dtype == "float64" else 1e-4)


CASES: Mapping[str, tuple[Formula, Callable[[np.random.Generator, str], Array], str]] = {
    "versine of a sum": (lambda a, b: 1 - sn.cos(a + b), near_zero, "one_minus_cos"),
    "haversine": (lambda t: (1 - sn.cos(t)) / 2, near_zero, "one_minus_cos"),
    "versine by a square": (lambda t: 3 * (sn.cos(t) - 1) / t**2, near_zero, "one_minus_cos"),
    "half angle": (lambda t: (1 - sn.cos(2 * t)) / sn.sin(2 * t), near_zero, "tan_of_half_angle"),
    "cosh less one": (lambda t: 5 - 5 * sn.cosh(t), near_zero, "cosh_minus_one"),
    "exponentials less two": (lambda t: 3 * sn.exp(t / 2) + 3 * sn.exp(-t / 2) - 6, near_zero,
                              "exponentials_minus_two"),
    "angle of a chord": (lambda t: sn.arccos(1 - t**2 / 2), lambda rng, dtype: near_zero(rng, dtype) / 2,
                         "arccos_beside_one"),
    "step of sine": (lambda t, h: sn.sin(t) - sn.sin(t - h * 1e-4), ordinary, "difference_of_angles"),
    "step of cosine": (lambda t, h: 2 * sn.cos(h * 1e-4 + 3 * t) - 2 * sn.cos(3 * t), ordinary, "difference_of_angles"),
    "step of tangent": (lambda t, h: sn.tan(t + h * 1e-4) - sn.tan(t), ordinary, "difference_of_angles"),
    "step of arctangent": (lambda t: sn.arctan(t * 1e3 + 1) - sn.arctan(t * 1e3), ordinary, "difference_of_angles"),
    "half turns": (lambda t: sn.sin(PI * t) + 2, large, "half_turns"),
    "turns": (lambda t: sn.cos(2 * PI * t) + 2, large, "half_turns"),
    "quarter turns": (lambda t: sn.tan(t * PI / 4 + 0), lambda rng, dtype: large(rng, dtype) + 0.5, "half_turns"),
    "sine less argument": (lambda t: sn.sin(t) - t, near_zero, "series_near_zero"),
    "sine less two terms": (lambda t: sn.sin(t) - t + t**3 / 6, near_zero, "series_near_zero"),
    "exponential less two terms": (lambda t: sn.exp(t) - 1 - t, near_zero, "series_near_zero"),
    "logarithm less argument": (lambda t: 2 * sn.log1p(t) - 2 * t, lambda rng, dtype: np.abs(near_zero(rng, dtype)),
                                "series_near_zero"),
    "Langevin's function": (lambda t: 1 / sn.tanh(t) - 1 / t, near_zero, "series_near_zero"),
    "spherical Bessel function": (lambda t: sn.sin(t) - t * sn.cos(t), near_zero, "series_near_zero"),
    "tangent less sine": (lambda t: sn.tan(t / 4) - sn.sin(t / 4), near_zero, "series_near_zero"),
    "length of two": (lambda u, v: sn.sqrt(u * u + v * v), all_sizes, "root_of_squares"),
    "length of three": (lambda u, v, w: 1 / sn.sqrt(u**2 + 4 * v**2 + w**2), all_sizes, "root_of_squares"),
    "root of one square": (lambda u: sn.sqrt(3 * u * u), all_sizes, "root_of_squares"),
    "logarithm of a length": (lambda u, v: 0.5 * sn.log(u * u + v * v), all_sizes, "log_of_squares"),
    "geometric mean": (lambda u, v: sn.sqrt(u * v), positive, "root_of_product"),
    "power of a ratio": (lambda u, v: u**2 / v**2, all_sizes, "common_power"),
    "complex quotient": (lambda a, b, c, d: (b * c - a * d) / (c * c + d * d), all_sizes, "over_squares"),
    "complex inverse": (lambda c, d: -d / (c**2 + d**2), all_sizes, "over_squares"),
    "difference of squares": (lambda u, v: 4 * u**2 - v**2 * 4, near_one, "difference_of_squares"),
    "one less a square": (lambda u: 1 - u * u, near_one, "difference_of_squares"),
    "common number": (lambda u: 7.3 - 7.3 * u, near_one, "common_number"),
}


def leaves_of(formula: Formula, dtype: str, shape: tuple[int, ...]) -> list[Node]:
    count = formula.__code__.co_argcount
    return [input_leaf(f"q{k}", dtype, shape) for k in range(count)]


def values_of(name: str, dtype: str) -> tuple[list[Node], Node, dict[Node, Array]]:
    formula, draw, _ = CASES[name]
    rng = np.random.default_rng(len(name))
    leaves = leaves_of(formula, dtype, (N,))
    return leaves, formula(*map(Tensor, leaves)).node, {x: draw(rng, dtype).astype(dtype) for x in leaves}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
def test_few_bits_are_wrong_where_many_were(name: str, dtype: str) -> None:
    _, node, values = values_of(name, dtype)
    result = rewrite([node], RULES)
    assert CASES[name][2] in {event.rule for event in result.events}
    truth = exact.evaluate([node], values)[0]
    with np.errstate(all="ignore"):
        before, after = (exact.wrong_bits(evaluate([x], values)[0], truth) for x in (node, result.outputs[0]))
    assert after < 2.0 and after < before - 1.0, (before, after)


def test_compiled_arrays_of_all_formulas() -> None:
    found = [values_of(name, "float64") for name in CASES]
    inputs = [x for leaves, _, _ in found for x in leaves]
    outputs = [Tensor(node) for _, node, _ in found]
    run = sn.function([sn.In(Tensor(x), name=f"x{k}") for k, x in enumerate(inputs)], outputs)
    results = run(*(values[x] for leaves, _, values in found for x in leaves))
    for name, result, (_, node, values) in zip(CASES, results, found, strict=True):
        truth = exact.evaluate([node], values)[0]
        assert exact.wrong_bits(result, truth) < 2.5, name


GRADIENTS: Mapping[str, tuple[Formula, Callable[[Array], Array]]] = {
    "versine": (lambda t: 1 - sn.cos(t), np.sin),
    "sine less argument": (lambda t: sn.sin(t) - t, lambda t: -2 * np.sin(t / 2) ** 2),
    "half turns": (lambda t: sn.sin(PI * t), lambda t: PI * np.cos(PI * t)),
    "length": (lambda t: sn.sqrt(t * t + 4), lambda t: t / np.hypot(t, 2)),
    "quotient": (lambda t: t / (t * t + (3 * t) ** 2), lambda t: -0.1 / t**2),
    "mean": (lambda t: sn.sqrt(t**3 * sn.exp(t)), lambda t: np.sqrt(t**3 * np.exp(t)) * (1.5 / t + 0.5)),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_are_those_of_the_formula(name: str) -> None:
    formula, slope = GRADIENTS[name]
    x = sn.tensor.dvector("x")
    gradient = sn.function([x], sn.grad(formula(x).sum(), x))
    at = np.array([0.01, 0.3, 0.7, 1.9, 2.1, 40.0])
    np.testing.assert_allclose(gradient(at), slope(at), rtol=1e-12)


# what must stay -----------------------------------------------------------------------------------------------

def names_of_rules(formula: Formula) -> set[str]:
    node = formula(*map(Tensor, leaves_of(formula, "float64", ()))).node
    return {event.rule for event in rewrite([node], RULES).events}


def test_facts_keep_the_plain_root() -> None:
    def bounded(u: Any, v: Any) -> Any:
        return sn.sqrt(sn.sin(u) ** 2 + sn.exp(sn.cos(v)) ** 2)
    assert "root_of_squares" not in names_of_rules(bounded)
    assert "root_of_squares" in names_of_rules(lambda u, v: sn.sqrt(u**2 + v**2))


def test_a_sum_of_squares_that_others_need_is_not_taken_twice() -> None:
    def weight(u: Any, v: Any) -> Any:
        squares = u * u + v * v
        return 1 / (squares * sn.sqrt(squares))
    assert "root_of_squares" not in names_of_rules(weight)


def test_a_quotient_that_others_need_is_not_taken_apart() -> None:
    def density(u: Any, v: Any) -> Any:
        ratio = u / v
        return sn.exp(-0.5 * ratio * ratio) + ratio
    assert "common_power" not in names_of_rules(density)


def test_a_series_does_not_start_again_inside_its_own_formula() -> None:
    x = input_leaf("x", "float64", ())
    events = rewrite([o.subtract(o.sin(x), x)], RULES).events
    assert [event.rule for event in events].count("series_near_zero") == 1


def test_special_values_go_through_series_and_half_turns() -> None:
    x = sn.tensor.dvector("x")
    f = sn.function([x], [sn.sin(x) - x, sn.exp(x) - 1 - x, sn.sin(PI * x)])
    first, second, third = f([0.0, np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(first, [0.0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(second, [0.0, np.nan, np.inf, np.nan])
    np.testing.assert_array_equal(third, [0.0, np.nan, np.nan, np.nan])
