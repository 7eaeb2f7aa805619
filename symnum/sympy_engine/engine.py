"""The engine "sympy": windows of a graph go to SymPy, and what is better by measured error or cost comes back."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from ..bridge.sympy_numbers import to_number
from ..errors import ArgumentError, unknown_name
from ..ir.build import broadcast_to, input_leaf, rebuild
from ..ir.node import Node
from ..ir.text import formula
from ..ir.verify import verify
from ..ir.walk import topological, transform
from ..options import Options
from ..pipeline import optimise
from ..records import dataclass
from ..simplify.cost import cost_of_graph, total
from ..simplify.engine import rewrite
from ..simplify.explain import Explanation, Step, explanation
from ..simplify.facts import Facts
from ..simplify.rule import SPECIALIZE, RuleSet
from ..simplify.transfers import facts_of
from .calls import Calls
from .real_functions import FUNCTIONS, TESTS
from .sampling import Measured
from .trials import SLACK, Transform, Trial, Trials, trials
from .windows import Window, instance, of_one_element, windows
from .worker import NAMES

PHASE = "sympy"
Text = Callable[[Sequence[Node]], str]
_WORTH = 1.0     # wrong bits that are worth any cost


@dataclass(frozen=True, slots=True)
class _Decision:
    """The function of scalars that comes in place of a window, if one does, and what was tried."""

    leaves: Mapping[Node, Node]
    after: Node | None = None
    steps: tuple[Step, ...] = ()
    refused: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """A function that may come in place of a window: its mean wrong bits, its cost, and its number among the tried."""

    error: float
    cost: float
    number: int
    after: Node
    step: Step


def search_by_sympy(outputs: Sequence[Node], rules: RuleSet, options: Options, chosen: Iterable[Any] | None,
                    budget_ms: float, text: Text = formula) -> tuple[tuple[Node, ...], Explanation]:
    """:func:`searched`, with SymPy's functions applied in a process of their own, each within a budget.

    Raises:
        UnknownNameError: there is no transform of that name.
        ArgumentError: a transform is neither a name nor a function.
        GraphError: a pass made an invalid graph (looked for only if ``options.verify``).
    """
    names, functions = transforms(NAMES if chosen is None else chosen)
    with Calls(names, functions) as calls:
        key = tuple(functions.get(name, name) for name in names)
        return searched(outputs, rules, options, names, lambda name, e: calls(name, e, budget_ms), text, key,
                        math.ceil(budget_ms))


def searched(outputs: Sequence[Node], rules: RuleSet, options: Options, names: Sequence[str],
             call: Transform, text: Text = formula, key: Hashable = None,
             most: int | None = None) -> tuple[tuple[Node, ...], Explanation]:
    """What rules make of outputs, with windows replaced by what SymPy finds, where that is measured to be better; and
    what was tried, taken and refused.  Results are remembered with ``key``, if it is given.  Of more than ``most``
    windows the rest is left, those that cost least.

    Raises:
        GraphError: a pass made an invalid graph (looked for only if ``options.verify``).
    """
    made = optimise(outputs, rules, options)
    if not _may_round(rules):
        note = "SymPy: not asked, as the rules keep every bit or special value"
        return made.outputs, explanation(made.events, rules, text, [note])
    whole, known = frozenset(topological(made.outputs)), dict[Node, Facts]()
    found: dict[Node, _Decision] = {}
    all_windows = windows(made.outputs, is_known)
    for window in _dearest(all_windows, most):
        root, leaves = of_one_element(window, lambda node: facts_of(node, known))
        tried = trials(root, names, call, rules, key) if leaves else None
        found[window.root] = _decided(window, whole, leaves, tried, text) if tried else _Decision(leaves)
    spliced = _spliced(made.outputs, found)
    again = rewrite(spliced, rules)
    ends, events = (spliced, made.events) if _flops(spliced) < _flops(again.outputs) else (
        again.outputs, (*made.events, *again.events))
    if options.verify:
        verify(ends)
    steps = [step for x in found.values() for step in x.steps]
    told = explanation(events, rules, text, [_note(len(all_windows), len(found), len(steps), made.outputs, ends)])
    refused = tuple(step for x in found.values() for step in x.refused)
    return tuple(ends), Explanation((*told.steps, *steps), told.notes, refused)


def transforms(chosen: Iterable[Any]) -> tuple[list[str], dict[str, Callable[[Any], Any]]]:
    """The names of transforms, in order, and the functions among them."""
    names, functions = list[str](), dict[str, Callable[[Any], Any]]()
    for x in [chosen] if isinstance(chosen, str) or callable(chosen) else chosen:
        if isinstance(x, str):
            if x not in NAMES:
                raise unknown_name("transform", x, NAMES)
            names.append(x)
        elif callable(x):
            name = str(getattr(x, "__name__", "transform")).strip("<>")
            name = name if name not in (*NAMES, *names) else f"{name} ({len(names)})"
            names.append(name)
            functions[name] = x
        else:
            raise ArgumentError(f"simplify: a transform is a name or a function of SymPy expressions; given {x!r} of "
                                f"type {type(x).__name__}; names: {', '.join(NAMES)}")
    return names, functions


def is_known(node: Node) -> bool:
    """Whether SymPy can say a node, and its real value can be computed."""
    if node.op.name == "constant":
        return to_number(node.attr("literal").array[()]) is not None
    return node.op.name in FUNCTIONS or node.op.name in TESTS or node.op.name == "where"


def _may_round(rules: RuleSet) -> bool:
    """Whether some rule may round floats anew; then SymPy may too."""
    return any(rule.phase == SPECIALIZE and rule.keeps == "real" and "f" in rule.dtypes for rule in rules)


# one window -----------------------------------------------------------------------------------------------------

def _decided(window: Window, whole: frozenset[Node], leaves: Mapping[Node, Node], found: Trials,
             text: Text) -> _Decision:
    """What comes in place of a window of the graph whose nodes are ``whole``."""
    labels = {scalar: _label(leaf, text) for scalar, leaf in leaves.items()}
    shown = text([instance(window.root, {leaf: labels[scalar] for scalar, leaf in leaves.items()})])
    before, choices, refused = total(window.nodes), list[_Choice](), list[Step]()
    for number, trial in enumerate(found.tried):
        after = None if trial.after is None else instance(trial.after, leaves)
        cost = before if after is None else total(_new(after, whole, window))
        reason = _at(trial, labels, text) if trial.reason else _gain(found.before, trial.measured, before, cost)
        why = reason or _better(found.before, trial.measured, before, cost)
        text_after = "" if trial.after is None else text([instance(trial.after, labels)])
        step = Step(PHASE, ", ".join(trial.names), shown, text_after, why)
        if reason or trial.after is None or trial.measured is None:
            refused.append(step)
        else:
            choices.append(_Choice(trial.measured.mean, cost, number, trial.after, step))
    if not choices:
        return _Decision(leaves, refused=tuple(refused))
    least = min(x.error for x in choices)
    best = min((x for x in choices if x.error < least + _WORTH), key=lambda x: (x.cost, x.error, x.number))
    refused += [Step(PHASE, x.step.rule, x.step.before, x.step.after, f"{best.step.rule} is better; {x.step.why}")
                for x in choices if x is not best]
    return _Decision(leaves, best.after, (best.step,), tuple(refused))


def _placed(after: Node, leaves: Mapping[Node, Node], root: Node) -> Node:
    """A function of scalars at the place of a window."""
    return broadcast_to(instance(after, leaves), root.shape)


def _new(after: Node, whole: frozenset[Node], window: Window) -> list[Node]:
    """The nodes that are not computed anyway."""
    def is_new(node: Node) -> bool:
        return node not in whole or node in window.nodes
    return [x for x in topological([after], lambda x: x.operands if is_new(x) else ()) if is_new(x)]


def _label(leaf: Node, text: Text) -> Node:
    """A leaf of a window for people to read: an input with its formula, if that is short, as name."""
    if not leaf.operands:
        return leaf
    near = topological([leaf], lambda x: x.operands if x is leaf else ())
    far = any(y.operands for x in near if x is not leaf for y in x.operands)
    name = f"{leaf.op.name}(...)" if far else text([leaf])
    return input_leaf(f"({name})" if " " in name and not name.endswith(")") else name, leaf.dtype, leaf.shape)


def _at(trial: Trial, labels: Mapping[Node, Node], text: Text) -> str:
    """The reason of a refusal, and the point that shows it by the names of the window's own leaves."""
    point = ", ".join(f"{text([labels[x]])} = {value:.6g}" for x, value in trial.place if x in labels)
    return f"{trial.reason} at {point}" if point else trial.reason


def _gain(before: Measured | None, after: Measured | None, cost_before: float, cost: float) -> str:
    """Why nothing is gained, if nothing is."""
    lower = before.mean - after.mean if before and after else 0.0
    if cost < cost_before or lower >= _WORTH or (cost == cost_before and lower > SLACK):
        return ""
    return f"neither cost nor error is lower: {_better(before, after, cost_before, cost)}"


def _better(before: Measured | None, after: Measured | None, cost_before: float, cost: float) -> str:
    bits = f", wrong bits {before.mean:.1f} -> {after.mean:.1f}" if before and after else ""
    return f"{cost_before:,.0f} operations -> {cost:,.0f}{bits}"


# the graph ------------------------------------------------------------------------------------------------------

def _spliced(outputs: Sequence[Node], decisions: Mapping[Node, _Decision]) -> Sequence[Node]:
    """Outputs with windows replaced, and what windows are computed from too."""
    current: dict[Node, Node] = {}

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        found = decisions.get(node)
        if found is None or found.after is None:
            current[node] = rebuild(node, inputs)
        else:
            leaves = {scalar: current.get(leaf, leaf) for scalar, leaf in found.leaves.items()}
            current[node] = _placed(found.after, leaves, node)
        return current[node]
    return transform(outputs, step)


def _flops(outputs: Sequence[Node]) -> float:
    return cost_of_graph(outputs).flops


def _dearest(found: Sequence[Window], most: int | None) -> Sequence[Window]:
    """The windows that cost most, in their order."""
    if most is None or len(found) <= most:
        return found
    kept = sorted(range(len(found)), key=lambda k: (-total(found[k].nodes), k))[:most]
    return [found[k] for k in sorted(kept)]


def _note(windows: int, tried: int, taken: int, before: Sequence[Node], after: Sequence[Node]) -> str:
    rest = "" if tried == windows else f"the {tried} that cost most looked at, "
    costs = f"{_flops(before):,.0f} operations -> {_flops(after):,.0f}"
    return f"SymPy: {windows} windows, {rest}{taken} rewritten; {costs}"
