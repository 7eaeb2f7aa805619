"""``sn.simplify`` and ``sn.rules``: rules outside of functions."""

from __future__ import annotations

import pytest

import symnum as sn
from symnum.errors import UnknownNameError

T = sn.tensor


def test_expressions_are_rewritten_as_functions_rewrite_them() -> None:
    x = T.dscalar("x")
    made = sn.simplify(sn.log(1 + sn.exp(x)))
    assert sn.pp(made) == "softplus(x)" and made.dtype == "float64" and made.shape == ()


def test_structures_keep_their_form() -> None:
    x, y = T.dscalars("x", "y")
    made = sn.simplify({"a": [x + 0, (y * 1,)], "b": x - x})
    assert set(made) == {"a", "b"} and isinstance(made["a"], list) and isinstance(made["a"][1], tuple)
    assert [sn.pp(made["a"][0]), sn.pp(made["a"][1][0]), sn.pp(made["b"])] == ["x", "y", "0"]


def test_rules_can_be_chosen() -> None:
    x = T.dscalar("x")
    given = sn.log(1 + x)
    assert sn.pp(sn.simplify(given, rules="off")) == sn.pp(given) == sn.pp(sn.simplify(given, rules="exact"))
    assert sn.pp(sn.simplify(given, rules=sn.rules.without("log1p"))) == sn.pp(given)
    assert sn.pp(sn.simplify(given, rules=sn.rules.only("stabilize"))) == "log1p(x)"


def test_derivatives_are_written_out() -> None:
    x = T.dscalar("x")
    assert sn.pp(sn.simplify(sn.grad(sn.sin(x), x))) == "cos(x)"


def test_a_report_says_what_was_done() -> None:
    x = T.dscalar("x")
    made, report = sn.simplify(sn.log(1 + x), report=True)
    assert sn.pp(made) == "log1p(x)"
    assert [(step.rule, step.before, step.after) for step in report.steps] == [("log1p", "log(1 + x)", "log1p(x)")]
    assert str(sn.simplify(x, report=True)[1]) == "nothing was rewritten"


def test_unknown_names_are_refused() -> None:
    x = T.dscalar("x")
    with pytest.raises(UnknownNameError, match="engine 'owm'; did you mean 'own'"):
        sn.simplify(x, engine="owm")
    with pytest.raises(UnknownNameError, match="rewrites 'reel'; did you mean 'real'"):
        sn.simplify(x, rules="reel")


def test_what_is_given_chooses_the_engine() -> None:
    x = sn.tensor.dscalar("x")
    given = sn.sin(x) * sn.cos(x)
    assert sn.pp(sn.simplify(given, rules=None)) == sn.pp(given)
    assert sn.pp(sn.simplify(given, transforms=["trigsimp"])) == "0.5*sin(2*x)"
    assert sn.pp(sn.simplify(given, rules="real", budget_ms=2000)) == "0.5*sin(2*x)"


def test_rules_print_as_a_table() -> None:
    chosen = sn.rules.only("stabilize")
    lines = str(chosen).splitlines()
    assert lines[0].split() == ["phase", "rule", "dtypes", "keeps", "formula"] and len(lines) == len(chosen) + 1
    [line] = [line for line in lines if line.split()[1] == "log1p"]
    assert line.split(maxsplit=4) == ["stabilize", "log1p", "f", "real", "log(1 + x) -> log1p(x)"]
    assert chosen._repr_html_().count("<tr>") == len(chosen) + 1
    assert repr(sn.rules).startswith(f"<{len(sn.rules)} rules: fold_constants, ")


def test_a_set_says_where_rules_hold() -> None:
    assert (sn.rules["power_minus_half"].where, sn.rules["log1p"].where, sn.rules["expm1"].where) == (
        "x > 0", "x >= -1", "")
