"""The catalogue of rules is up to date, and lists every rule."""

from __future__ import annotations

from symnum.simplify.catalogue import RULES
from tools import rules_page


def test_the_catalogue_is_up_to_date() -> None:
    gains = rules_page.known_gains()
    missing = [name for name in RULES.names if name not in gains]
    assert not missing, f"docs/rules.md lacks {missing}: run `make rules`"
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.page(gains), "run `make rules`"


def test_gains_are_measured_of_what_a_rule_is_for() -> None:
    assert rules_page.gain(RULES["power_two"]) == "55 to 1"
    before, _, after = rules_page.gain(RULES["log1p"]).removesuffix(" bits").partition(" to ")
    assert float(before) > float(after) + 1


def test_every_rule_has_a_family_with_a_title() -> None:
    found = list(rules_page.sections_of(RULES))
    assert sorted(rule.name for _, rules in found for rule in rules) == sorted(RULES.names)
    assert all(title for title, _ in found)
