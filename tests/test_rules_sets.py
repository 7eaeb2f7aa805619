"""Rule sets as values, rules that cannot be, numbers, and explanations."""

from __future__ import annotations

import pickle
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symnum.errors import ArgumentValueError, GraphError, UnknownNameError
from symnum.ir.build import constant, input_leaf, o
from symnum.simplify.catalogue import PRESETS, RULES, as_ruleset
from symnum.simplify.engine import rewrite
from symnum.simplify.explain import explanation
from symnum.simplify.numbers import constant_like, exact_of, is_exactly, is_held, rounded, scalar_of
from symnum.simplify.pattern import AnySum, instantiate, number, p, wild, wilds
from symnum.simplify.rule import CANONICALIZE, KEEPS, PHASES, STABILIZE, Rule, RuleSet

X, Y = wilds("x y")


def rule(name: str = "mine", **columns: Any) -> Rule:
    given: dict[str, Any] = {"phase": CANONICALIZE, "lhs": p.sin(X), "rhs": p.cos(X), "why": "a test"}
    return Rule(name=name, **(given | columns))


# sets ---------------------------------------------------------------------------------------------------------

def test_sets_are_values() -> None:
    assert RULES.without("log1p") == RULES.without("log1p") != RULES
    assert hash(RULES.without("log1p")) == hash(RULES.without("log1p"))
    assert RULES.without("log1p") + RULES["log1p"] != RULES
    assert set((RULES.without("log1p") + RULES["log1p"]).names) == set(RULES.names)


def test_a_set_is_read_like_a_mapping() -> None:
    assert len(RULES) == len(RULES.names) == len(list(RULES)) > 80
    assert "log1p" in RULES and "logp" not in RULES and RULES["log1p"].phase == STABILIZE
    assert repr(RULES["log1p"]) == "<rule log1p: log(1 + x) -> log1p(x)>"


def test_sets_are_joined_in_order() -> None:
    mine = rule()
    assert (RULES + mine).names == (*RULES.names, "mine")
    assert (RuleSet((mine,)) + RULES).names == ("mine", *RULES.names)
    assert RULES + RULES.only("stabilize") == RULES


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ArgumentValueError, match=r"name 'log1p'.*without"):
        RULES + rule("log1p")


@pytest.mark.parametrize("use", [lambda: RULES.without("logp1"), lambda: RULES["logp1"], lambda: RULES.without("expm1", "logp1")])
def test_an_unknown_rule_is_named_with_near_ones(use: Any) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown rule 'logp1'; did you mean 'log1p'"):
        use()


def test_unknown_phases_levels_and_sets_are_named() -> None:
    for use, message in ((lambda: RULES.only("stabilise"), "phase 'stabilise'; did you mean 'stabilize'"),
                         (lambda: RULES.keeping("special"), "level 'special'; did you mean 'specials'"),
                         (lambda: as_ruleset("reel"), "rewrites 'reel'; did you mean 'real'")):
        with pytest.raises(UnknownNameError, match=message):
            use()


def test_only_takes_phases() -> None:
    assert RULES.only(*PHASES) == RULES
    assert {r.phase for r in RULES.only("stabilize", "specialize")} == {"stabilize", "specialize"}


def test_named_sets_hold_what_they_promise() -> None:
    assert as_ruleset("real") == RULES.keeping("real") == RULES and as_ruleset("off") == RuleSet()
    assert as_ruleset(RULES.without("log1p")) == RULES.without("log1p")
    for name, level in (("exact", 0), ("specials", 1)):
        for kept in as_ruleset(name):
            original = RULES[kept.name]
            if KEEPS.index(original.keeps) > level:
                assert set(kept.dtypes) == set(original.dtypes) - {"f", "c"}
            else:
                assert kept is original or (kept.exact and kept.lhs is original.lhs and kept.rhs is original.rhs)
    assert {r.name for r in RULES if r.keeps == "bits"} <= set(as_ruleset("exact").names)
    assert set(PRESETS) == {"real", "specials", "exact", "off"}


def test_integers_are_rewritten_by_every_named_set() -> None:
    x, y = input_leaf("x", "int64", ()), input_leaf("y", "float64", ())
    for name in ("real", "specials", "exact"):
        assert rewrite([o.subtract(o.add(x, 2), x)], as_ruleset(name)).outputs == (constant(2),)
    kept = o.subtract(o.add(y, 2.0), y)
    assert rewrite([kept], as_ruleset("specials")).outputs == (kept,)


def test_sets_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(RULES))
    assert again.names == RULES.names and again.key == RULES.key
    assert [rule.formula for rule in again] == [rule.formula for rule in RULES]
    x = input_leaf("x", "float64", ())
    assert rewrite([o.log(o.add(o.exp(x), 1.0))], again).outputs == (o.softplus(x),)


def test_keys_tell_sets_apart_and_are_equal_in_every_process() -> None:
    sets = [RULES, RULES.without("log1p"), RULES.only("stabilize"), as_ruleset("exact"), RULES + rule(),
            RULES + rule(rhs=p.tan(X)), RULES + rule(rhs=lambda m: None), RULES + rule(rhs=lambda m: m.node),
            RULES + rule(rhs=lambda m: None, when=lambda m: True), RULES + rule(dtypes="fi"), RULES + rule(inverts=("log1p",))]
    assert len({s.key for s in sets}) == len(sets)
    code = "from symnum.simplify.catalogue import RULES; print(RULES.key)"
    found = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True,
                            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path)}).stdout.strip()
             for seed in (1, 2)}
    assert found == {RULES.key}


# rules that cannot be -----------------------------------------------------------------------------------------

@pytest.mark.parametrize(("columns", "error", "message"), [
    ({"phase": "stable"}, UnknownNameError, "phase of rule mine 'stable'"),
    ({"keeps": "most"}, UnknownNameError, "keeps of rule mine 'most'"),
    ({"dtypes": "fx"}, UnknownNameError, "dtypes of rule mine 'fx'"),
    ({"lhs": X}, GraphError, "x cannot be a left side"),
    ({"lhs": p.exp(X) + Y}, GraphError, "cannot be a left side"),
    ({"lhs": p.log(X + Y)}, GraphError, "one wildcard"),
    ({"lhs": p.log(X * Y)}, GraphError, "one wildcard"),
    ({"lhs": p.log(2 * p.exp(X) + number("c"))}, GraphError, "one wildcard"),
    ({"lhs": p.log(AnySum())}, GraphError, "only for a whole left side"),
])
def test_rules_that_cannot_be_are_refused(columns: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        rule(**columns)


def test_patterns_check_their_ops() -> None:
    with pytest.raises(AttributeError, match="no op 'expp'"):
        p.expp(X)
    with pytest.raises(GraphError, match=r"pattern sum takes 1 operands and attributes \('axis',\)"):
        p.sum(X)
    with pytest.raises(UnknownNameError, match="unknown wildcard 'x'"):
        instantiate(p.sin(X), {})


def test_patterns_read_as_formulas() -> None:
    for pattern, text in ((1 / (1 + p.exp(-X)), "1/(1 + exp(-x))"), (X - (Y - 1), "x - (y - 1)"), (-(X + Y) * 2, "(-(x + y))*2"),
                          (X - 2 * Y, "x - 2*y"), (X / (Y * 2), "x/(y*2)"), (X * 2 / Y, "x*2/y"), (X + Y - 1, "x + y - 1"),
                          (p.sum(X, axis=(0,)), "sum(x, axis=(0,))"), (p.add(X, -0.0), "add(x, -0.0)"), (wild("a") + -X, "a + (-x)")):
        assert str(pattern) == text


# numbers ------------------------------------------------------------------------------------------------------

def test_numbers_are_found_below_moves_only_if_they_are_one() -> None:
    assert exact_of(o.transpose(constant(np.full((2, 3), 0.5)), axes=(1, 0))) == Fraction(1, 2)
    for node in (constant(np.array([1.0, 2.0])), constant(np.array([0.0, -0.0])), constant(np.zeros(0)),
                 constant(np.ones(1000)), input_leaf("x", "float64", ()), o.sin(constant(1.0))):
        assert scalar_of(node) is None
    for value in (np.inf, np.nan, True):
        assert exact_of(constant(value)) is None


@pytest.mark.parametrize(("value", "wanted", "same"), [
    (0.0, 0, True), (-0.0, 0, True), (0.0, 0.0, True), (-0.0, 0.0, False), (-0.0, -0.0, True), (0, 0.0, True), (0, -0.0, True),
    (1.0, 1, True), (1.00001, 1, False), (np.float32(0.1), 0.1, False), (1, True, False), (True, True, True),
    (True, 1, False), (False, True, False), (np.nan, float("nan"), True), (np.nan, 0, False)])
def test_constants_match_exactly(value: Any, wanted: Any, same: bool) -> None:
    assert is_exactly(np.asarray(value)[()], wanted) is same


def test_exact_numbers_are_rounded_once() -> None:
    third = Fraction(1, 3)
    assert rounded(third, np.dtype("float64")) == 1 / 3 and rounded(third, np.dtype("float32")) == np.float32(1) / np.float32(3)
    # Halfway between two float32 but for a bit that float64 drops: rounding twice would go down.
    above = 1 + Fraction(1, 1 << 24) + Fraction(1, 1 << 60)
    assert rounded(above, np.dtype("float32")) == np.nextafter(np.float32(1), np.float32(2))
    assert rounded(1 + Fraction(1, 1 << 24), np.dtype("float32")) == 1
    assert rounded(Fraction(10) ** 400, np.dtype("float64")) == np.inf
    assert rounded(-3, np.dtype("uint8")) == 253 and rounded(130, np.dtype("int8")) == -126
    assert is_held(Fraction(1, 2), np.dtype("float32")) and not is_held(third, np.dtype("float64"))
    assert not is_held(16777217, np.dtype("float32")) and is_held(-1, np.dtype("uint8"))
    assert constant_like(2, input_leaf("x", "float32", (3,))).dtype == "float32"


# explanations -------------------------------------------------------------------------------------------------

def test_an_explanation_lists_each_step_once_with_its_reason() -> None:
    x = input_leaf("x", "float64", ())
    events = rewrite([o.add(o.log(o.add(1.0, x)), 0.0)], RULES).events
    shown = explanation((*events, *events), RULES, notes=("kernel over x",))
    assert str(shown).split("\n") == [
        "phase         rule      before          after       why",
        "canonicalize  add_zero  log(1 + x) + 0  log(1 + x)  the operation changes nothing",
        "stabilize     log1p     log(1 + x)      log1p(x)    the 1 swallows the digits of the other term where that is small",
        "kernel over x"]


def test_an_explanation_of_nothing_says_so() -> None:
    assert str(explanation(())) == "nothing was rewritten"


def test_an_explanation_shows_in_notebooks_and_escapes_text() -> None:
    x = input_leaf("x", "float64", ())
    events = rewrite([o.where(o.less(x, x), x, 1.0)], RULES).events
    text = explanation(events, RULES, notes=("a < b",))._repr_html_()
    assert "<code>x &lt; x</code>" in text and "<td>less_same</td>" in text and "<li><code>a &lt; b</code></li>" in text


def test_another_printer_can_be_handed_in() -> None:
    x = input_leaf("x", "float64", ())
    events = rewrite([o.log(o.exp(x))], RULES).events
    assert explanation(events, text=lambda nodes: nodes[0].op.name).steps[0].before == "log"
