"""The engines of ``simplify``: one rule after the other, a search over spellings, and SymPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from .domains import stated, without
from .errors import ArgumentError, ArgumentValueError, unknown_name
from .ir.node import Node
from .ir.text import formula
from .options import current
from .pipeline import optimise
from .records import dataclass
from .searching import search, steps_of
from .simplify.catalogue import as_ruleset
from .simplify.explain import Explanation, explanation
from .simplify.rule import RuleSet


@dataclass(frozen=True, slots=True)
class Task:
    """What an engine is given; ``text`` shows nodes without what is stated of them for its sake."""

    nodes: Sequence[Node]
    rules: RuleSet
    transforms: Any
    budget_ms: float
    text: Callable[[Sequence[Node]], str]


Engine = Callable[[Task], tuple[Sequence[Node], Explanation]]


def simplified(nodes: Sequence[Node], engine: str, rules: str | RuleSet, transforms: Any,
               domains: Mapping[Any, Any], budget_ms: float | None) -> tuple[Sequence[Node], Explanation]:
    """What an engine makes of nodes, and what it did; the arguments are those of ``simplify``.

    Raises:
        UnknownNameError: there is no rule set, engine or transform of that name.
        ArgumentError: ``transforms`` are given to an engine that has none, ``budget_ms`` is no number, or a range of
            ``domains`` is no pair.
        ArgumentValueError: ``budget_ms`` is not positive, or given to an engine that has none; or no number lies in
            a range.
    """
    budget = _budget(engine, transforms, budget_ms)
    chosen = as_ruleset(rules)
    inside, statements = stated(nodes, domains)

    def text(shown: Sequence[Node]) -> str:
        return formula(without(shown, statements))
    ends, done = _ENGINES[engine](Task(inside, chosen, transforms, budget, text))
    return without(ends, statements), done


_BUDGETS = {"egraph": 1000.0, "sympy": 50.0}  # milliseconds


def _budget(engine: str, transforms: Any, budget_ms: float | None) -> float:
    """The budget of an engine; 0 for one that has none."""
    if engine not in _ENGINES:
        raise unknown_name("engine", engine, tuple(_ENGINES))
    if budget_ms is not None and not isinstance(budget_ms, int | float):
        raise ArgumentError(f"simplify: budget_ms is a number of milliseconds; given {budget_ms!r} of type "
                            f"{type(budget_ms).__name__}")
    if budget_ms is not None and not (engine in _BUDGETS and budget_ms > 0):
        raise ArgumentValueError(f"simplify: budget_ms must be positive, and engine='egraph' or 'sympy'; given "
                                 f"{budget_ms!r} and engine={engine!r}")
    if transforms is not None and engine != "sympy":
        raise ArgumentError(f"simplify: transforms are SymPy's; given engine={engine!r}; cure: engine='sympy'")
    return _BUDGETS.get(engine, 0.0) if budget_ms is None else budget_ms


def _own(task: Task) -> tuple[Sequence[Node], Explanation]:
    made = optimise(task.nodes, task.rules, current())
    return made.outputs, explanation(made.events, task.rules, task.text)


def _egraph(task: Task) -> tuple[Sequence[Node], Explanation]:
    made, note = search(task.nodes, task.rules, current(), task.budget_ms)
    return made.outputs, explanation(made.events, steps_of(task.rules), task.text, [note])


def _sympy(task: Task) -> tuple[Sequence[Node], Explanation]:
    from .sympy_engine.engine import search_by_sympy
    return search_by_sympy(task.nodes, task.rules, current(), task.transforms, task.budget_ms, task.text)


_ENGINES: Mapping[str, Engine] = MappingProxyType({"own": _own, "egraph": _egraph, "sympy": _sympy})
