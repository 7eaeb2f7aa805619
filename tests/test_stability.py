"""Formulas that lose digits as they are written: the problems of the table, others of the same families, gradients."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tomllib", reason="the table of problems is TOML, which Python reads since 3.11")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import symnum as sn
from symnum.simplify.rule import RuleSet
from symnum.sympy_engine.floats import from_ordinal, ordinal
from tools import stability
from tools import stability_gradients as gradients
from tools import stability_systems as systems
from tools.stability_problems import Problem, problems
from tools.stability_truth import computed, truth

POINTS, FEW_POINTS = 24, 12
PROBLEMS, FAMILIES = problems(), problems("families")
FLOATS = ("float64", "float32")


@pytest.fixture(scope="module")
def scores() -> stability.Scores:
    return stability.scores(PROBLEMS, ["written", "symnum"], POINTS)


# the command --------------------------------------------------------------------------------------------------

def test_places_of_floats_are_in_order() -> None:
    values = np.array([-np.inf, -1.0, -5e-324, 0.0, 5e-324, 1.0, np.inf])
    places = ordinal(values)
    assert (np.diff(places) > 0).all() and ordinal(np.array([-0.0]))[0] == 0
    np.testing.assert_array_equal(from_ordinal(places, values.dtype), values)


def test_points_lie_in_their_domain_and_run_over_all_exponents() -> None:
    points, values = computed(PROBLEMS["H12"], 50, np.dtype("float64"))
    x, eps = points["x"], points["eps"]
    assert ((abs(x) <= 1e4) & (1e-16 * abs(x) < eps) & (eps < abs(x))).all() and np.isfinite(values).all()
    points, _ = computed(PROBLEMS["R1"], 5, np.dtype("float64"))
    assert (points["lo"] < -1e308).all() and (points["hi"] > 1e308).all()
    points, _ = computed(PROBLEMS["T1"], 200, np.dtype("float32"))
    assert points["x"].dtype == np.float32 and np.ptp(np.log2(abs(points["x"]))) > 200


@pytest.mark.parametrize(("formula", "point", "wanted"), [
    ("exp(x) - 1", {"x": 1e-300}, 1e-300), ("(1 + x) - x", {"x": 1e300}, 1.0), ("sqrt(x)", {"x": -1.0}, None),
    ("1 / x", {"x": 0.0}, None), ("exp(x)", {"x": 1e300}, None), ("exp(x)", {"x": -1e300}, 0.0),
    ("0.1 * x", {"x": 10.0}, 1.0), ("sin(x)", {"x": 1e22}, -0.8522008497671888), ("x ** 3", {"x": -2.0}, -8.0)])
def test_true_values_are_rounded_once(formula: str, point: dict[str, float], wanted: float | None) -> None:
    assert truth(Problem("", formula), point, np.dtype("float64")) == wanted


def test_bits_count_floats_between() -> None:
    one = np.array([1.0])
    assert stability.bits(one, one) == 0 and stability.bits(one + 3 * np.finfo(float).eps, one) == 2
    assert stability.bits(one * np.nan, one) == 64 and 60 < stability.bits(-one, one) <= 64


def test_as_written_scores_what_it_is_known_to() -> None:
    found = stability.scores({name: PROBLEMS[name] for name in ("H1", "H4", "H8", "N16")}, ["written"], 256)["written"]
    # Points score 0 or 64 here, so that the mean of 256 of them is known to 2 bits or so.
    assert found["H1"] == pytest.approx(39, abs=6) and found["H4"] == pytest.approx(59.3, abs=1)
    assert found["H8"] == pytest.approx(58.4, abs=1) and found["N16"] < 1


# the table ----------------------------------------------------------------------------------------------------

def test_no_problem_is_worse_than_as_written(scores: stability.Scores) -> None:
    suspects = {name: PROBLEMS[name] for name in worse(scores)}       # few points leave much to chance
    assert not worse(stability.scores(suspects, ["written", "symnum"]))


def worse(found: stability.Scores) -> list[str]:
    return [name for name, before in found["written"].items() if found["symnum"][name] > before + 0.5]


def test_the_page_has_all_problems() -> None:
    text = stability.PAGES["given"].read_text(encoding="utf-8")
    assert [name for name, p in PROBLEMS.items() if f"| {name} | `{p.formula}` | " not in text] == []


def test_the_default_mode_halves_the_wrong_bits(scores: stability.Scores) -> None:
    def mean(column: str, group: str) -> float:
        return float(np.mean([x for name, x in scores[column].items() if group in PROBLEMS[name].group]))
    assert mean("written", "classics") > 35 and mean("symnum", "classics") < 4
    assert mean("symnum", "") < mean("written", "") / 2


# others of the same families ----------------------------------------------------------------------------------

# formula, domain -> wrong bits at most
VARIATIONS = [
    ("exp(-t) / (1 - exp(-t))", "", 1), ("3 * exp(2 * x) / (exp(2 * x) - 1)", "", 1),
    ("(exp(x) - 1) / (exp(x) + 1)", "", 1), ("(exp(u) - exp(-u)) / (exp(u) + exp(-u))", "", 1),
    ("(exp(3 * x) - exp(-3 * x)) / 4", "", 1), ("1 - 2 / (1 + exp(2 * y))", "", 1),
    ("log(1 + a) - log(1 - a)", "abs(a) < 1", 1), ("0.5 * log((1 + z) / (1 - z))", "abs(z) < 1", 1),
    ("log((t + 3) / t)", "t > 0", 1), ("log(n + 2) - log(n)", "n > 0", 1), ("log(k) - log(k + 1)", "k > 0", 1),
    ("log(y + sqrt(y * y + 1))", "", 1), ("log(sqrt(w * w + 1) - w)", "", 1),
    ("log(exp(p) - exp(q))", "(q < p) and (p < 700)", 4), ("log(1 - exp(x))", "x < 0", 1),
    ("log(exp(x) - 1)", "x > 0", 1),
    ("exp(log(u) - log(v))", "(u > 0) and (v > 0)", 1), ("exp(log(u) + x)", "(u > 0) and (abs(x) < 50)", 2),
    ("sqrt(n + 2) - sqrt(n)", "(n > 1) and (n < 1e+300)", 1), ("sqrt(1 + x) - 1", "abs(x) < 1", 1),
    ("1 - sqrt(1 - y)", "(0 < y) and (y < 1)", 1), ("sqrt(a * a + h) - a", "(a > 0) and (h > 0)", 9),
    ("(p - sqrt(p * p - q)) / 2", "(p > 0) and (q < 0)", 9),
    ("(-(v) - sqrt(v ** 2 - 4 * u * w)) / (2 * u)", "", 2), ("(-p + sqrt(p * p + 4 * q * r)) / (2 * q)", "", 2),
    ("cbrt(y + 2) - cbrt(y)", "(y > 1) and (y < 1e+300)", 1),
    ("1 / n - 1 / (n + 1)", "", 1), ("1 / (x - 2) - 1 / (x + 2)", "", 2), ("1 - t / (1 + t)", "", 1),
    ("(r / (1 - s)) - r", "abs(s) < 1e-3", 1),
    ("(1 + r) ** n - 1", "(abs(r) < 1e-6) and (n > 1) and (n < 1000)", 2),
    ("(1 + 1 / m) ** m", "(m > 1e+3) and (m < 1e+15)", 2), ("(1 + x) ** 0.3 - 1", "abs(x) < 0.5", 2),
    ("2 ** x - 1", "abs(x) < 1", 1), ("10 ** x - 1", "", 1),
    ("x ** y - 1", "(x > 0.5) and (x < 2) and (abs(y) < 1)", 1),
    ("(x ** y - 1) / y", "(x > 0) and (abs(y) < 1)", 1), ("exp(a + h) - exp(a)", "(abs(a) < 10) and (abs(h) < 1)", 1),
    ("(x + 1) ** 0.25 - x ** 0.25", "x > 0", 2), ("(n + 1) ** 1.5 - n ** 1.5", "(n > 1) and (n < 1e+20)", 2),
    ("1 / sqrt(x) - 1 / sqrt(x + 1)", "(x > 0) and (x < 1e+100)", 2), ("1 / sqrt(1 - v * v) - 1", "abs(v) < 1", 1),
    ("1 / cbrt(x) - 1 / cbrt(x + 1)", "(x > 1) and (x < 1e+60)", 2), ("1 - x / sqrt(1 + x * x)", "", 1),
    ("pi / 2 - arctan(x)", "x > 0", 1), ("pi - 2 * arctan(x)", "x > 0", 1), ("pi / 2 - arccos(x)", "abs(x) < 1", 1),
    ("log(cosh(x))", "abs(x) < 1e4", 1), ("log(sinh(x))", "(x > 1e-4) and (x < 1e4)", 1),
]


@pytest.fixture(scope="module")
def family_scores() -> stability.Scores:
    return stability.scores(FAMILIES, ["written", "symnum"], FEW_POINTS)


def test_families_keep_their_digits(family_scores: stability.Scores) -> None:
    lost = {name: bits for name, bits in family_scores["symnum"].items() if bits > FAMILIES[name].most}
    assert not lost, {FAMILIES[name].formula: bits for name, bits in lost.items()}
    before, after = (np.mean(list(family_scores[column].values())) for column in ("written", "symnum"))
    assert before > 25 and after < before / 5


def test_no_family_is_worse_than_as_written(family_scores: stability.Scores) -> None:
    suspects = {name: FAMILIES[name] for name in worse(family_scores)}
    assert not worse(stability.scores(suspects, ["written", "symnum"]))


def test_a_bound_is_lost_with_its_rules() -> None:
    chosen = {name: FAMILIES[name] for name in ("S1", "E2", "X3", "U12")}
    points = [(problem, computed(problem, FEW_POINTS, np.dtype("float64"))) for problem in chosen.values()]
    plain = systems.interpreted([(problem, found[0]) for problem, found in points], "float64", RuleSet())
    assert all(stability.bits(x, truth) > problem.most for x, (problem, (_, truth)) in zip(plain, points, strict=True))


SLOPES = {name: FAMILIES[name] for name in (
    "A7", "E4", "G1", "G2", "G22", "S5", "U13", "X2", "X17", "D8", "A25", "Y11")}


def test_gradients_of_families_keep_their_digits() -> None:
    found = gradients.scores_of_slopes(SLOPES, FEW_POINTS)
    before, after = (np.mean(list(found[column].values())) for column in ("written", "symnum"))
    assert after < before / 4 and all(bits <= found["written"][name] + 0.5 for name, bits in found["symnum"].items())


@pytest.mark.parametrize(("formula", "point", "wanted"), [
    ("x * x", {"x": 3.0}, 6.0), ("sin(x) / x", {"x": 1e-8}, -1e-8 / 3), ("2 ** x", {"x": 0.0}, np.log(2.0)),
    ("sqrt(x * x - 1)", {"x": 2.0}, 2 / np.sqrt(3.0)), ("erf(x)", {"x": 0.0}, 2 / np.sqrt(np.pi)),
    ("abs(x) * y", {"x": -2.0, "y": 5.0}, -5.0), ("arctan2(x, y)", {"x": 1.0, "y": 1.0}, 0.5),
    ("hypot(x, 3)", {"x": 4.0}, 0.8), ("log(x)", {"x": 0.0}, np.nan), ("x ** 3", {"x": -2.0}, 12.0)])
def test_true_slopes_are_rounded_once(formula: str, point: dict[str, float], wanted: float) -> None:
    found = gradients.slope(Problem("", formula), point, "x", np.dtype("float64"))
    np.testing.assert_allclose(found, wanted, rtol=3e-16)


def test_the_page_of_families_has_all_of_them() -> None:
    text = stability.PAGES["families"].read_text(encoding="utf-8")
    assert [name for name, p in FAMILIES.items() if f"| {name} | `{p.formula}` | " not in text] == []


@pytest.mark.parametrize(("formula", "domain", "most"), VARIATIONS, ids=[v[0] for v in VARIATIONS])
def test_others_of_the_same_families_keep_their_digits(formula: str, domain: str, most: float) -> None:
    for dtype in FLOATS:
        if dtype == "float32" and "e+" in domain:
            continue
        found = stability.scores({"": Problem("", formula, "", domain)}, ["written", "symnum"], POINTS, dtype)
        assert found["written"][""] > found["symnum"][""] + 0.5, dtype
        assert found["symnum"][""] <= most, dtype


def test_kernels_keep_the_digits_too() -> None:
    chosen = {str(k): Problem("", formula, "", domain) for k, (formula, domain, _) in enumerate(VARIATIONS[:16])}
    found = stability.scores(chosen, ["symnum", "c"], POINTS)
    for name, value in found["c"].items():
        assert value <= found["symnum"][name] + 1.5, chosen[name]


# arrays and gradients -----------------------------------------------------------------------------------------

def computed_by(inputs: list[Any], output: Any, *values: Any) -> Any:
    return sn.function(inputs, output, mode="numpy")(*values)


def large(shape: tuple[int, ...]) -> Any:
    return np.linspace(-900.0, 900.0, int(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_log_sum_exp_in_all_shapes(axis: Any) -> None:
    x, w = (sn.tensor.tensor(name, dtype="float64", shape=(3, 4)) for name in "xw")
    values, weights = large((3, 4)), np.linspace(0.0, 2.0, 12).reshape(3, 4)
    with np.errstate(all="ignore"):
        long = np.exp(values.astype(np.longdouble))
    cases = [(sn.log(sn.sum(sn.exp(x), axis=axis)), np.log(long.sum(axis))),
             (sn.log(sn.mean(sn.exp(x), axis=axis)), np.log(long.mean(axis))),
             (sn.log(sn.sum(w * sn.exp(x), axis=axis)), np.log((weights * long).sum(axis))),
             (sn.log(1 + sn.sum(sn.exp(x), axis=axis)), np.log1p(long.sum(axis))),
             (sn.sum(w * sn.exp(x), axis=axis) / sn.sum(sn.exp(x), axis=axis),
              (weights * long).sum(axis) / long.sum(axis))]
    for formula, wanted in cases:
        found = sn.function([x, w], formula, mode="numpy", on_unused_input="ignore")(values, weights)
        np.testing.assert_allclose(found, wanted.astype(float), rtol=1e-13)


def test_log_sum_exp_of_nothing_but_minus_infinity() -> None:
    x = sn.tensor.dvector("x")
    nothing = np.full(3, -np.inf)
    for formula in (sn.log(sn.sum(sn.exp(x))), sn.log(sn.mean(sn.exp(x))), sn.log(2 * sn.sum(sn.exp(x)))):
        assert computed_by([x], formula, nothing) == -np.inf


def test_a_weight_of_zero_takes_its_term_out() -> None:
    x, w = sn.tensor.dvectors("x", "w")
    f = sn.function([x, w], sn.log(sn.sum(w * sn.exp(x))), mode="numpy")
    assert f([700.0, -100.0], [0.0, 1.0]) == -100.0 and f([900.0, 1.0], [0.0, 2.0]) == pytest.approx(1 + np.log(2))


def test_elements_of_a_softmax_written_by_hand() -> None:
    v = sn.tensor.dvector("v")
    for formula in ((sn.exp(v) / sn.sum(sn.exp(v)))[0], sn.exp(v)[0] / sn.sum(sn.exp(v))):
        assert computed_by([v], formula, np.array([1000.0, 999.0])) == pytest.approx(1 / (1 + np.exp(-1)))
        assert computed_by([v], sn.log(formula), np.array([-1000.0, 999.0])) == pytest.approx(-1999.0)


def test_variance_of_numbers_far_from_zero() -> None:
    x = sn.tensor.dmatrix("x")
    values = 1e8 + np.arange(12.0).reshape(3, 4)
    found = computed_by([x], sn.mean(x * x, axis=1) - sn.mean(x, axis=1) ** 2, values)
    np.testing.assert_allclose(found, np.full(3, 1.25))


def test_log_of_a_long_product() -> None:
    x = sn.tensor.dvector("x")
    f = sn.function([x], sn.log(sn.prod(x)), mode="numpy")
    assert f(np.full(500, 1e-3)) == pytest.approx(500 * np.log(1e-3))
    assert f(np.array([-2.0, -3.0])) == pytest.approx(np.log(6))
    assert np.isnan(f(np.array([-2.0, 3.0]))) and f(np.array([0.0, 3.0])) == -np.inf


def test_entropies_at_zero_and_one() -> None:
    p, q = sn.tensor.dscalars("p", "q")
    entropy = -(p * sn.log(p) + (1 - p) * sn.log(1 - p))
    divergence = p * sn.log(p / q) + (1 - p) * sn.log((1 - p) / (1 - q))
    assert [computed_by([p], entropy, x) for x in (0.0, 1.0, 0.5)] == pytest.approx([0, 0, np.log(2)])
    assert [computed_by([p, q], divergence, x, 0.25) for x in (0.0, 1.0, 0.25)] == pytest.approx(
        [-np.log(0.75), -np.log(0.25), 0])


def test_tails_of_a_normal_distribution() -> None:
    x = sn.tensor.dscalar("x")
    below = 0.5 * (1 + sn.erf(x / np.sqrt(2)))
    for formula, at in ((below, -20.0), (1 - below, 20.0), (0.5 * (1 - sn.erf(x / np.sqrt(2))), 20.0)):
        assert computed_by([x], formula, at) == pytest.approx(2.7536241186062337e-89, rel=1e-10)


GRADIENTS = [
    (lambda x: sn.sqrt(x + 1) - sn.sqrt(x), 1e12, -2.5e-19),
    (lambda x: sn.log(sn.exp(x) - 1), 1e-3, 1 / (1 - np.exp(-1e-3))),
    (lambda x: sn.log(sn.exp(x) - 1), 800.0, 1.0),
    (lambda x: (sn.exp(x) - sn.exp(-x)) / (sn.exp(x) + sn.exp(-x)), 800.0, 0.0),
    (lambda x: sn.log(x + sn.sqrt(x * x + 1)), -1e9, 1e-9),
    (lambda x: sn.log(x + 1) - sn.log(x), 1e10, -1e-20),
    (lambda x: 1 / (x + 1) - 1 / x, 1e7, 2e-21),
    (lambda x: (-x + sn.sqrt(x * x - 4)) / 2, 1e9, 1e-18),
    (lambda x: sn.sqrt(x * x + 1) - x, 0.0, -1.0),
    (lambda x: x + sn.hypot(x, 2), 0.0, 1.0),
    (lambda x: (-x - sn.sqrt(x * x + 4)) / 2, 0.0, -0.5),
    (lambda x: 1 - x / sn.sqrt(x * x + 1), 0.0, -1.0),
    (lambda x: sn.log(sn.cosh(x)), 1e-9, 1e-9),
    (lambda x: sn.log(sn.cosh(x)), -1000.0, -1.0),
    (lambda x: sn.log(sn.sinh(x)), 1000.0, 1.0),
    (lambda x: sn.exp(x * x + x) - sn.exp(x * x), 0.0, 1.0),
    (lambda x: 2.0 ** x - 1, 0.0, np.log(2)),
    (lambda x: x ** sn.sqrt(x) - 1, 1.0, 1.0),
    (lambda x: np.pi / 2 - sn.arctan(x), 1e9, -1e-18),
    (lambda x: 1 / sn.sqrt(1 - x * x) - 1, 1e-9, 1e-9),
]


@pytest.mark.parametrize(("formula", "at", "wanted"), GRADIENTS)
def test_gradients_keep_the_digits(formula: Any, at: float, wanted: float) -> None:
    x = sn.tensor.dscalar("x")
    slope = sn.grad(formula(x), x)
    assert float(computed_by([x], slope, at)) == pytest.approx(wanted, rel=1e-6, abs=1e-300)


def test_a_choice_is_an_inverse_only_if_both_of_its_sides_are() -> None:
    x = sn.tensor.dscalar("x")
    mended, other = (sn.log(sn.where(x < 0, side, sn.hypot(x, 1) + sn.maximum(x, -1))) for side in (
        1 / (sn.hypot(x, 1) + abs(x)), 5.0))
    assert computed_by([x], mended, -3.0) == pytest.approx(np.arcsinh(-3.0))
    assert computed_by([x], other, -3.0) == pytest.approx(np.log(5.0))
