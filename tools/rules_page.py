"""Writes ``docs/rules.md``, the catalogue of all rewrite rules: ``make rules``.

What a rule gains is measured as its tests do it: bits of error for rules of the stabilize phase, else operations.
``python tools/rules_page.py log1p expm1`` measures these rules again, and those that the page does not have yet.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "tests"))

from symnum.simplify import rules as families
from symnum.simplify.catalogue import RULES
from symnum.simplify.rule import PHASES, Rule, RuleSet

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
_DTYPES = {"f": "float", "c": "complex", "i": "signed", "u": "unsigned", "b": "bool"}
_LINE = re.compile(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", re.MULTILINE)
_PAGE = """\
# Rules

All {count} rules that functions are rewritten by, in the order in which they are tried. `make rules` writes this page
from the rules themselves; a test fails while it is out of date.

- **Phases.** `canonicalize` gives a formula one spelling, which never costs more; `stabilize` makes its error smaller;
  `specialize` makes it cheaper. Each phase runs, together with the rules of the phases before it, until no rule fires.
- **Formula.** The left side is matched wherever it stands: `+` and `*` in any order and grouping, through moves of
  elements and casts that change no value. Numbers match exactly. What is no formula is said in words.
- **Keeps.** `bits`: no result changes. `specials`: infinities, NaN and signs of zero stay, and the error does not grow.
  `real`: both sides are equal as real numbers on the domain of the rule. This is about floats; on integers and bools
  every rule keeps all bits. `rewrites="exact"` of `sn.function` and `rules="exact"` of `sn.simplify` take the first
  kind only, `"specials"` the first two, `"real"` all, and `"off"` none.
- **Gain.** Of a rule that stabilizes, mean bits of error before and after, over arguments of all sizes; of any other,
  the price of both sides for one element, in additions. Both are for the first example of the rule, in float64.

`sn.rules` is this set of rules. It is a value: `sn.rules.without("log1p")`, `sn.rules.only("canonicalize")`,
`sn.rules.keeping("bits")` and `sn.rules + rule` are other sets, which `rewrites=` takes in place of a name.
`print(sn.rules)` lists a set, `f.explain()` what was done to a function.

{sections}"""
_HEAD = """\
| rule | phase | formula | where | keeps | dtypes | why | gain |
|---|---|---|---|---|---|---|---|
"""


def page(gains: Mapping[str, str]) -> str:
    """The text of ``docs/rules.md``, of what each rule gains."""
    sections = (f"## {title}\n\n{_HEAD}{''.join(_line(rule, gains[rule.name]) for rule in rules)}"
                for title, rules in sections_of(RULES))
    return _PAGE.format(count=len(RULES), sections="\n".join(sections))


def sections_of(rules: RuleSet) -> Iterator[tuple[str, list[Rule]]]:
    """The rules of each family, under the first sentence of its module's text, in the order in which they are tried."""
    modules = [import_module(f"{families.__name__}.{info.name}") for info in iter_modules(families.__path__)]
    family = {rule.name: (module.__doc__ or "").partition("\n")[0].rstrip(".") for module in modules
              for rule in (*getattr(module, "RULES", ()), *getattr(module, "LAST", ()))}
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(family[rule.name], []).append(rule)
    yield from found.items()


def _line(rule: Rule, gain: str) -> str:
    dtypes = ", ".join(_DTYPES[kind] for kind in rule.dtypes)
    cells = (f"`{rule.name}`", rule.phase, f"`{rule.formula}`", f"`{rule.where}`" if rule.where else "", rule.keeps,
             dtypes, rule.why)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} | {gain} |\n"


def known_gains() -> dict[str, str]:
    """What the page says that rules gain."""
    return dict(_LINE.findall(PAGE.read_text(encoding="utf-8"))) if PAGE.exists() else {}


def gain(rule: Rule) -> str:
    """What a rule gains on its first example: bits of error or operations, before and after; empty if nothing."""
    tests = import_module("rule_cases")
    chosen = [case for case in tests.cases(RuleSet((rule,))) if case.side == 0 and case.before.dtype.kind in "fiub"]
    floats = [case for case in chosen if case.dtype == "float64"]
    matrices = [case for case in floats if case.shapes == "matrix"]
    if rule.phase == "stabilize" and matrices:
        return _pair(tests.errors(matrices[0]), lambda bits: f"{bits:.1f}", "bits")
    case = next(iter((*floats, *chosen)), None)
    if case is None:
        return ""
    size = max(1, *(_size(node) for node in (case.before, *case.before.operands)))
    return _pair((tests.cost(case.before) / size, tests.cost(case.after) / size), lambda price: f"{price:.3g}", "")


def _size(node: Any) -> int:
    count = 1
    for n in node.shape:
        count *= n
    return count


def _pair(values: tuple[float, float], text: Callable[[float], str], unit: str) -> str:
    before, after = map(text, values)
    return "" if before == after else f"{before} to {after} {unit}".rstrip()


def measured(names: Iterable[str]) -> dict[str, str]:
    """The gains of these rules measured, those of others as the page has them."""
    wanted, known = set(names), known_gains()
    return {rule.name: gain(rule) if rule.name in wanted or rule.name not in known else known[rule.name]
            for rule in RULES}


def main() -> None:
    """Write the page."""
    assert all(rule.phase in PHASES for rule in RULES)
    PAGE.write_text(page(measured(sys.argv[1:] or RULES.names)), encoding="utf-8")


if __name__ == "__main__":
    main()
