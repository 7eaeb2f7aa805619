"""A search for the cheapest spelling of a graph, beside what the rules make of it one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .ir.node import Node
from .ir.verify import verify
from .ir.walk import topological
from .options import Options
from .pipeline import Optimised, optimise
from .simplify.cost import cost_of_graph
from .simplify.engine import Event, rewrite
from .simplify.explain import Named
from .simplify.rearrangements import REARRANGEMENTS
from .simplify.rule import STABILIZE, RuleSet
from .simplify.saturation import LARGEST, searched

# Rules that take factors out, one way among several; a search begins before them as well.
_FACTORING = ("common_factor", "horner")


def search(outputs: Sequence[Node], rules: RuleSet, options: Options, budget_ms: float) -> tuple[Optimised, str]:
    """What ``optimise`` makes of outputs, or something cheaper; and a note on the search.

    Digits are not traded for time: a search starts from the outputs after they were made stable, goes on by what has no
    larger error (``simplify.rearrangements``), and what it finds passes through the same rules again.

    Raises:
        GraphError: a pass made an invalid graph (looked for only if ``options.verify``).
    """
    made = optimise(outputs, rules, options)
    count = len(topological(made.outputs))
    if count > LARGEST or not len(rules):
        return made, "e-graph: not used, as there are no rules" if not len(rules) else (
            f"e-graph: not used on {count:,} nodes; it takes up to {LARGEST:,}")
    found = searched(made.outputs, _unfactored(outputs, made, rules, options), made.events, rules, budget_ms)
    again = rewrite(found.outputs, rules)
    stable = not _stabilising(again.events, rules)
    choices = [made, *[replace(made, outputs=found.outputs, events=(*made.events, *found.events))] * stable,
               Optimised(again.outputs, (*made.events, *found.events, *again.events))]
    best = min(choices, key=lambda x: _price(x, made))
    before, after = (cost_of_graph(x.outputs).flops for x in (made, best))
    if options.verify:
        verify(best.outputs)
    return best, f"{found.note}; {before:,.0f} operations -> {after:,.0f}"


def steps_of(rules: RuleSet) -> tuple[Named, ...]:
    """All that a search may have done."""
    return (*rules, *REARRANGEMENTS)


def _price(choice: Optimised, made: Optimised) -> tuple[bool, float]:
    """Operations count, but nothing is chosen that moves more bytes."""
    cost = cost_of_graph(choice.outputs)
    return cost.bytes > cost_of_graph(made.outputs).bytes, cost.flops


def _unfactored(outputs: Sequence[Node], made: Optimised, rules: RuleSet, options: Options) -> list[Sequence[Node]]:
    """The outputs before factors are taken out; nothing, if rules have made anything stable, perhaps by factors."""
    names = [name for name in _FACTORING if name in rules]
    if not names or _stabilising(made.events, rules) or not any(event.rule in names for event in made.events):
        return []
    other = optimise(outputs, rules.without(*names), options)
    return [] if _stabilising(other.events, rules) else [other.outputs]


def _stabilising(events: Sequence[Event], rules: RuleSet) -> bool:
    phases = {rule.name: rule.phase for rule in rules}
    return any(phases.get(event.rule) == STABILIZE for event in events)
