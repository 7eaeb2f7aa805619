"""Every rule, tested from its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import exact
from rule_cases import CLASSES, Case, built, cases, cost, moderate, special, wide
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.rule import PHASES, Rule, RuleSet

Array = np.ndarray[Any, Any]
ALL = list(cases(RULES))
FLOATS = [case for case in ALL if case.dtype.startswith("float")]
OTHERS = [case for case in ALL if not case.dtype.startswith("float")]
BITS = [case for case in FLOATS if case.rule.keeps == "bits"]
SPECIALS = [case for case in FLOATS if case.rule.keeps in ("bits", "specials")]
DOUBLES = [case for case in FLOATS if case.dtype == "float64" and case.shapes == "matrix"]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def run(node: Node, values: Mapping[Node, Array]) -> Array:
    return evaluate([node], values)[0]


@every_rule
def test_a_rule_has_cases_on_every_dtype_that_it_claims(rule: Rule) -> None:
    kinds = {case.before.operands[-1].dtype.kind for case in ALL if case.rule is rule}
    assert kinds == set(rule.dtypes)


@every_rule
def test_a_guard_has_left_sides_that_it_refuses(rule: Rule) -> None:
    assert rule.stays or (rule.when is None and not callable(rule.rhs)) or rule.name in UNGUARDED


# Right sides that are functions and apply wherever the left side matches.
UNGUARDED = ("power_four", "power_minus_two", "sigmoid_slope", "logsumexp", "softmax")


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_rule_fires_and_keeps_dtype_and_shape(case: Case) -> None:
    assert case.fired()
    assert case.after.dtype == case.before.dtype and case.after.shape == case.before.shape
    verify([case.after])


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_rule_fires_among_all_others_unless_it_is_left_out(case: Case) -> None:
    def fired(rules: RuleSet) -> set[str]:
        return {event.rule for event in case.rewritten(rules).events}
    assert case.rule.name in fired(RULES) | fired(_before(case.rule))
    assert case.rule.name not in fired(RULES.without(case.rule.name))


def _before(rule: Rule) -> RuleSet:
    """The rule with those of its own phase that come before it."""
    place = RULES.names.index(rule.name)
    return RuleSet(tuple(r for r in RULES.rules[:place + 1] if r.phase == rule.phase))


@pytest.mark.parametrize("case", [case for case in ALL if case.declared() is not None], ids=str)
def test_the_right_side_is_canonical(case: Case) -> None:
    declared = case.declared()
    assert declared is not None
    phases = PHASES[:PHASES.index(case.rule.phase) + 1]
    assert rewrite([declared], RULES, phases).events == ()
    assert rewrite([case.after], RULES, phases).outputs == rewrite([declared], RULES, phases).outputs


@every_rule
def test_a_rule_refuses_what_it_says(rule: Rule) -> None:
    for pattern in rule.stays:
        for kind in rule.dtypes:
            for dtype in CLASSES[kind]:
                made = built(rule, pattern, dtype, "matrix")
                assert made is None or rewrite([made[1]], RuleSet((rule,))).events == (), str(pattern)


@every_rule
def test_a_rule_leaves_dtypes_alone_that_it_does_not_claim(rule: Rule) -> None:
    for kind in set("fiub") - set(rule.dtypes):
        for before, _ in rule.sides():
            for dtype in CLASSES[kind]:
                made = built(rule, before, dtype, "matrix")
                for event in rewrite([made[1]], RuleSet((rule,))).events if made else ():
                    assert event.before.operands[-1].dtype.kind in rule.dtypes


# values -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("case", FLOATS, ids=str)
def test_both_sides_are_equal_as_real_numbers(case: Case) -> None:
    valid = 0
    for draw in range(6):
        values = moderate(case, draw)
        before, after = exact.evaluate([case.before, case.after], values)
        assert exact.agree(before, after), (values, before, after)
        valid += not (before.dtype == object and all(exact.mp.isnan(x) for x in before.flat))
    assert valid


@pytest.mark.parametrize("case", OTHERS, ids=str)
def test_integers_and_bools_keep_all_bits(case: Case) -> None:
    for values in [*(moderate(case, draw) for draw in range(5)), *special(case)]:
        before, after = run(case.before, values), run(case.after, values)
        if before.dtype.kind == "f":
            np.testing.assert_allclose(after, before, rtol=1e-6)
        else:
            np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("case", BITS, ids=str)
def test_bits_are_kept(case: Case) -> None:
    draws = [*(moderate(case, draw) for draw in range(5)), *(wide(case, draw) for draw in range(5)), *special(case)]
    for values in draws:
        before, after = run(case.before, values), run(case.after, values)
        np.testing.assert_array_equal(after, before, err_msg=str(values))
        if before.dtype.kind == "f":
            kept = np.signbit(before) == np.signbit(after)
            assert np.all(kept | np.isnan(before)), (values, before, after)


@pytest.mark.parametrize("case", SPECIALS, ids=str)
def test_specials_are_kept(case: Case) -> None:
    for values in special(case):
        before, after = run(case.before, values), run(case.after, values)
        np.testing.assert_array_equal(np.isnan(after), np.isnan(before), err_msg=str(values))
        for matters in (np.isinf(before) | np.isinf(after), (before == 0) & (after == 0)):
            np.testing.assert_array_equal((np.signbit(after) + 2 * np.isinf(after))[matters],
                                          (np.signbit(before) + 2 * np.isinf(before))[matters], err_msg=str(values))


def errors(case: Case) -> tuple[float, float]:
    """Mean wrong bits of both sides, on values of all sizes."""
    found = []
    for draw in range(12):
        values = wide(case, draw)
        truth = exact.evaluate([case.after], values)[0]
        found.append([exact.wrong_bits(run(node, values), truth) for node in (case.before, case.after)])
    before, after = np.mean(found, axis=0)
    return float(before), float(after)


@pytest.mark.parametrize("case", DOUBLES, ids=str)
def test_errors_do_not_grow(case: Case) -> None:
    before, after = errors(case)
    assert after <= before + (0.05 if case.rule.keeps != "real" else 0.7), (before, after)


@pytest.mark.parametrize("case", [c for c in FLOATS if c.rule.phase == "stabilize" and c.shapes == "matrix"], ids=str)
def test_stabilize_rules_give_fewer_wrong_bits(case: Case) -> None:
    before, after = errors(case)
    assert after < before - 1, (before, after)
    assert after < 3, (before, after)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_only_stabilize_rules_may_cost_more(case: Case) -> None:
    before, after = cost(case.before), cost(case.after)
    if case.rule.phase == "specialize":
        assert after < before
    elif case.rule.phase == "canonicalize":
        assert after <= before
