"""Every rule, tested from its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import exact
import numpy as np
import pytest
from rule_cases import CLASSES, Case, built, cases, cost, errors, moderate, special, wide

from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.ir.walk import topological
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.pattern import AnyNode, AnyProduct, AnySum
from symnum.simplify.rule import EVERY_DTYPE, PHASES, Rule, RuleSet

Array = np.ndarray[Any, Any]
CASES = {rule.name: list(cases(RuleSet((rule,)))) for rule in RULES}
# Right sides that are functions and apply wherever the left side matches.
UNGUARDED = ("power_four", "power_minus_two", "sigmoid_slope", "logsumexp", "softmax", "softmax_by_inverse", "log_of_prod")

# NumPy computes these in double precision, and rounds the result.
IN_DOUBLE = frozenset({"solve", "inv", "det", "slogdet", "cholesky", "eigvalsh"})

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def is_float(case: Case) -> bool:
    return case.before.dtype.kind == "f" and case.dtype.startswith("float")


def floats(rule: Rule, *shapes: str) -> list[Case]:
    return [case for case in CASES[rule.name] if is_float(case) and (not shapes or case.shapes in shapes)]


def run(node: Node, values: Mapping[Node, Array]) -> Array:
    return evaluate([node], values)[0]


@every_rule
def test_a_rule_has_cases_on_every_dtype_that_it_claims(rule: Rule) -> None:
    assert {case.before.operands[-1].dtype.kind for case in CASES[rule.name]} == set(rule.dtypes)


@every_rule
def test_a_guard_has_left_sides_that_it_refuses(rule: Rule) -> None:
    assert rule.stays() or (rule.when is None and not callable(rule.rhs)) or rule.name in UNGUARDED


@every_rule
def test_a_rule_fires_and_keeps_dtype_and_shape(rule: Rule) -> None:
    for case in CASES[rule.name]:
        assert case.fired(), case
        assert case.after.dtype == case.before.dtype and case.after.shape == case.before.shape, case
        verify([case.after])


@every_rule
def test_a_rule_fires_among_others_unless_it_is_left_out(rule: Rule) -> None:
    place = RULES.names.index(rule.name)
    earlier = RuleSet(tuple(r for r in RULES.rules[:place + 1] if r.phase == rule.phase))
    reached = 0
    for case in CASES[rule.name]:
        reached += any(rule.name in {e.rule for e in case.rewritten(rules).events} for rules in (RULES, earlier))
        assert rule.name not in {e.rule for e in case.rewritten(RULES.without(rule.name)).events}, case
    assert reached


@every_rule
def test_the_right_side_is_canonical(rule: Rule) -> None:
    phases = PHASES[:PHASES.index(rule.phase) + 1]
    whole = isinstance(rule.lhs, AnySum | AnyProduct | AnyNode)
    for case in CASES[rule.name]:
        declared = case.declared()
        if declared is not None:
            assert rewrite([declared], RULES, phases).events == (), case
            assert whole or rewrite([case.after], RULES, phases).outputs == (declared,), case


@every_rule
def test_a_rule_refuses_what_it_says(rule: Rule) -> None:
    tried = 0
    for pattern in rule.stays():
        for kind in rule.dtypes:
            for dtype in CLASSES[kind]:
                made = built(rule, pattern, dtype, "matrix")
                tried += made is not None
                assert made is None or rewrite([made[1]], RuleSet((rule,))).events == (), f"{dtype} {pattern}"
    assert tried or not rule.stays()


@every_rule
def test_a_rule_leaves_dtypes_alone_that_it_does_not_claim(rule: Rule) -> None:
    for kind in sorted(set(EVERY_DTYPE) - set(rule.dtypes)):
        for before, _ in rule.sides():
            for dtype in CLASSES[kind]:
                made = built(rule, before, dtype, "matrix")
                for event in rewrite([made[1]], RuleSet((rule,))).events if made else ():
                    assert event.before.operands[-1].dtype.kind in rule.dtypes


# values -------------------------------------------------------------------------------------------------------

@every_rule
def test_both_sides_are_equal_as_real_numbers(rule: Rule) -> None:
    for case in floats(rule):
        numbers = 0
        for draw in range(4):
            values = moderate(case, draw)
            before, after = exact.evaluate([case.before, case.after], values)
            same = exact.close(before, after, case.before.dtype) if rule.rounded else exact.agree(before, after)
            assert same, (case, values, before, after)
            numbers += sum(bool(exact.mp.isfinite(x)) for x in before.flat)
        assert numbers, case


@every_rule
def test_integers_and_bools_keep_all_bits(rule: Rule) -> None:
    for case in CASES[rule.name]:
        if not is_float(case) and "c" not in (case.before.dtype.kind, case.before.operands[-1].dtype.kind):
            # A comparison of floats must hold of the real numbers, which rounding may hide on the left side.
            of_reals = rule.keeps == "real" and case.dtype.startswith("float")
            for values in [*(moderate(case, draw) for draw in range(4)), *(() if of_reals else special(case))]:
                before = exact.evaluate([case.before], values)[0] if of_reals else run(case.before, values)
                np.testing.assert_array_equal(run(case.after, values), before, err_msg=f"{case} {values}")


@every_rule
def test_complex_numbers_keep_their_values(rule: Rule) -> None:
    for case in CASES[rule.name] if "c" in rule.dtypes else ():
        if case.before.operands[-1].dtype.kind == "c":
            for values in (moderate(case, draw) for draw in range(4)):
                before, after = run(case.before, values), run(case.after, values)
                if rule.keeps == "bits":
                    np.testing.assert_array_equal(after, before, err_msg=str(case))
                else:
                    size = max([1.0, *(float(np.abs(x).max(initial=0.0)) ** 2 for x in values.values())])
                    np.testing.assert_allclose(after, before, atol=1e-5 * size, rtol=1e-4, err_msg=str(case))


@every_rule
def test_bits_are_kept(rule: Rule) -> None:
    for case in floats(rule) if rule.keeps == "bits" else ():
        draws = [*(moderate(case, draw) for draw in range(4)), *(wide(case, draw) for draw in range(4)), *special(case)]
        for values in draws:
            before, after = run(case.before, values), run(case.after, values)
            same = (before == after) & (np.signbit(before) == np.signbit(after)) | (np.isnan(before) & np.isnan(after))
            assert np.all(same), (case, values, before, after)


@every_rule
def test_specials_are_kept(rule: Rule) -> None:
    for case in floats(rule, "scalar", "matrix") if rule.keeps == "specials" else ():
        for values in special(case):
            before, after = run(case.before, values), run(case.after, values)
            assert np.array_equal(np.isnan(before), np.isnan(after)), (case, values, before, after)
            infinite = np.isinf(before) | np.isinf(after)
            signed = infinite | ((before == 0) & (after == 0))
            assert np.array_equal(np.isinf(before)[infinite], np.isinf(after)[infinite]), (case, values, before, after)
            assert np.array_equal(np.signbit(before)[signed], np.signbit(after)[signed]), (case, values, before, after)


@every_rule
def test_errors_do_not_grow(rule: Rule) -> None:
    # A negative power multiplies inverses, as products of its base may overflow where it is a number.
    least = 0.75 if rule.name == "power_by_products" else 0.7
    for case in floats(rule, "matrix"):
        if case.dtype == "float32" and IN_DOUBLE & {x.op.name for x in topological([case.before])}:
            continue
        if case.side and rule.phase == "stabilize":
            continue
        before, after = errors(case)
        assert after <= before + (0.25 if rule.keeps != "real" else least), (case, before, after)
        if rule.phase == "stabilize":
            assert after < before - 0.5, (case, before, after)


@every_rule
def test_only_stabilize_rules_may_cost_more(rule: Rule) -> None:
    for case in CASES[rule.name]:
        before, after = cost(case.before), cost(case.after)
        if rule.phase == "specialize":
            assert after < before, case
        elif rule.phase == "canonicalize":
            assert after <= before, case
