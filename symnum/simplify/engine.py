"""The engine: applies rules to a graph until none fires, in time linear in the graph and in what fires."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import field

from ..dtypes import dtype_class
from ..errors import GraphError
from ..ir.build import broadcast_to, convert, rebuild
from ..ir.dims import equal
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .compile import PRODUCT_ROOTS, SUM_ROOTS
from .pattern import Pattern, instantiate
from .rule import PHASES, Rule, RuleSet
from .terms import Views

_KINDS = ("elementwise", "structural", "reduction")
_MOST_SWEEPS = 100
_MOST_EVENTS, _MOST_EVENTS_OF_A_NODE = 1000, 50  # in one sweep; more mean that rules undo each other
_MOST_NESTED = 100  # applications of one rule, each to what the one before has made


@dataclass(frozen=True, slots=True)
class Event:
    """One application of a rule: ``before`` became ``after``."""

    rule: str
    phase: str
    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Result:
    """Rewritten outputs, and what was done."""

    outputs: tuple[Node, ...]
    events: tuple[Event, ...]


def rewrite(outputs: Sequence[Node], rules: RuleSet, phases: Sequence[str] = PHASES) -> Result:
    """``outputs`` under ``rules``: each phase runs its own rules and those of earlier phases, to a fixed point.

    Values, dtypes and shapes stay; nodes that no rule touches stay the same objects.

    Raises:
        GraphError: rules undo each other without end.

    >>> from symnum.ir.build import input_leaf, o
    >>> from symnum.simplify.catalogue import RULES
    >>> x = input_leaf("x", "float64", ())
    >>> result = rewrite([o.log(o.add(1.0, x))], RULES)
    >>> result.outputs, [event.rule for event in result.events]
    ((<Node log1p float64 ()>,), ['log1p'])
    """
    current, events, last = tuple(outputs), list[Event](), _Sweep("", [])
    for phase in (p for p in PHASES if p in phases and any(rule.phase == p for rule in rules)):
        active = _active(rules, phase)
        for _ in range(_MOST_SWEEPS):
            last = _Sweep.after(last, phase, active)
            current = last.run(current)
            events += last.events
            if not last.events:
                break
        else:
            raise _endless(events)
    return Result(current, tuple(events))


def _active(rules: RuleSet, phase: str) -> list[Rule]:
    """The rules of a phase and of those before it, less what they invert."""
    found = [rule for rule in rules if PHASES.index(rule.phase) <= PHASES.index(phase)]
    inverted = {name for rule in found for name in rule.inverts}
    return [rule for rule in found if rule.name not in inverted]


def _endless(events: Sequence[Event]) -> GraphError:
    names = list(dict.fromkeys(event.rule for event in events[-20:]))
    what = (f"the rules {', '.join(names)} undo each other" if len(names) > 1
            else f"the rule {names[0]} fires on what it has made")
    return GraphError(f"rewriting does not end: {what}; cure: leave one of them out with rules.without(name), or name "
                      "it in `inverts`")


@dataclass(slots=True)
class _Frame:
    """Nodes to settle, inputs first, from the end of the list; then ``replaced`` are settled as ``root`` is."""

    nodes: list[Node]
    only_user: dict[Node, Node | None]
    root: Node | None = None
    replaced: tuple[Node, ...] = ()
    rule: str = ""


@dataclass(slots=True)
class _Sweep:
    """One pass over a graph from the leaves up.

    On nodes that are ``known`` the rules of ``tried`` phases did not fire in the sweep before, and will not fire
    now unless they look at chains: these may have changed when other nodes did.
    """

    phase: str
    active: list[Rule]
    known: set[Node] = field(default_factory=set)
    tried: tuple[str, ...] = ()
    same_graph: bool = False
    views: Views = field(default_factory=lambda: Views({}))
    events: list[Event] = field(default_factory=list)
    settled: dict[Node, Node] = field(default_factory=dict)
    running: set[Node] = field(default_factory=set)
    nested: Counter[str] = field(default_factory=Counter)
    most_events: int = 0
    by_op: dict[str, list[Rule]] = field(default_factory=dict)
    by_ops: dict[tuple[str, tuple[str, ...]], list[Rule]] = field(default_factory=dict)

    @staticmethod
    def after(last: _Sweep, phase: str, active: list[Rule]) -> _Sweep:
        """The sweep that follows on ``last``."""
        known = {node for node, settled in last.settled.items() if settled is node}
        tried = (*last.tried, last.phase)
        same = bool(last.phase) and not last.events
        return _Sweep(phase, active, known, tried, same, last.views if same else Views({}))

    def run(self, outputs: Sequence[Node]) -> tuple[Node, ...]:
        """The outputs, rewritten."""
        stack = [self._frame(outputs, dict.fromkeys(outputs), counted=self.same_graph)]
        self.most_events = _MOST_EVENTS + _MOST_EVENTS_OF_A_NODE * len(stack[0].nodes)
        while stack:
            replacement = self._advance(stack[-1])
            if replacement is not None:
                stack.append(replacement)
                continue
            frame = stack.pop()
            self.nested[frame.rule] -= 1
            for node in frame.replaced:
                assert frame.root is not None
                self.settled[node] = self.settled[frame.root]
                self.running.discard(node)
        return tuple(self.settled[x] for x in outputs)

    def _frame(self, roots: Sequence[Node], users: dict[Node, Node | None], counted: bool = False) -> _Frame:
        """A frame of all nodes below ``roots`` that are not settled; ``users`` holds the roots' users."""
        order = topological(roots, self._below)
        only_user, uses = dict(users), self.views.uses
        for node in order:
            for x in node.operands:
                only_user[x] = None if x in only_user else node
        if not counted:
            for x in itertools.chain(roots, *(node.operands for node in order)):
                uses[x] = uses.get(x, 0) + 1
        return _Frame(order[::-1], only_user)

    def _below(self, node: Node) -> Sequence[Node]:
        return [x for x in node.operands if x not in self.settled]

    def _advance(self, frame: _Frame) -> _Frame | None:
        """Settle nodes of a frame; a new frame, if a rule made nodes that must be settled before."""
        while frame.nodes:
            node = frame.nodes.pop()
            if node in self.settled:
                continue
            made = self._with_settled_operands(node)
            if made in self.settled:
                self.settled[node] = self.settled[made]
                continue
            user = frame.only_user.get(node)
            after = self._rewritten(made, user)
            if after is None:
                self.settled[node] = self.settled[made] = made
            elif after in self.settled:
                self.settled[node] = self.settled[made] = self.settled[after]
            else:
                return self._replacement(node, made, after, user)
        return None

    def _with_settled_operands(self, node: Node) -> Node:
        operands = node.operands
        new = [self.settled[x] for x in operands]
        if all(a is b for a, b in zip(new, operands, strict=True)):
            return node
        made = rebuild(node, (*new, *node.inputs[len(operands):]))
        uses = self.views.uses
        uses[made] = max(uses.get(made, 0), uses.get(node, 1))
        return made

    def _replacement(self, node: Node, made: Node, after: Node, user: Node | None) -> _Frame:
        self.running.update((node, made))
        rule = self.events[-1].rule
        self.nested[rule] += 1
        if after in self.running or self.nested[rule] > _MOST_NESTED or len(self.events) > self.most_events:
            raise _endless(self.events)
        frame = self._frame((after,), {after: user})
        frame.root, frame.replaced, frame.rule = after, (node, made), rule
        self.views.uses[after] = max(self.views.uses[after], self.views.uses.get(node, 1))
        return frame

    def _rewritten(self, node: Node, user: Node | None) -> Node | None:
        """What the first rule that fires makes of a node."""
        rules = self._rules_for(node)
        if not rules:
            return None
        kind = dtype_class(node.operands[-1].dtype) if node.operands else ""
        inside = _chains_around(node, user)
        for rule in rules:
            if kind not in rule.dtypes or rule.root.chain in inside:
                continue
            after = applied(rule, node, self.views)
            if after is not None:
                self.events.append(Event(rule.name, self.phase, node, after))
                return after
        return None

    def _rules_for(self, node: Node) -> list[Rule]:
        """The rules that could match a node, as far as its op and those of its operands tell."""
        if node.op.kind not in _KINDS:
            return []
        name, operands = node.op.name, tuple([x.op.name for x in node.operands])
        found = self.by_ops.get((name, operands))
        if found is None:
            if name not in self.by_op:
                self.by_op[name] = [rule for rule in self.active if not rule.root.ops or name in rule.root.ops]
            found = self.by_ops[name, operands] = [rule for rule in self.by_op[name] if rule.root.may_have(operands)]
        return [rule for rule in found if self._is_new(rule)] if node in self.known else found

    def _is_new(self, rule: Rule) -> bool:
        """Whether a rule may fire on a node that is known."""
        return rule.phase not in self.tried or not (self.same_graph or rule.local)


def _chains_around(node: Node, user: Node | None) -> tuple[str, ...]:
    """The kinds of chain that a node is inside of, where ``user`` is its only consumer."""
    if user is None or user.dtype != node.dtype:
        return ()
    name, above = node.op.name, user.op.name
    # A negative between two products is a matter of the product alone.
    in_sum = name in SUM_ROOTS and (above in SUM_ROOTS or (
        name == "negative" and above in PRODUCT_ROOTS and node.inputs[0].op.name not in SUM_ROOTS))
    in_product = name in PRODUCT_ROOTS and above in PRODUCT_ROOTS
    return ("sum",) * in_sum + ("product",) * in_product


def applied(rule: Rule, node: Node, views: Views) -> Node | None:
    """What ``rule`` makes of a node, with the dtype and shape of the node; None if it does not apply.

    Raises:
        GraphError: the rule's right side has another shape.
    """
    for match, put in rule.root.find(views, node):
        if rule.when is not None and not rule.when(match):
            continue
        new = instantiate(rule.rhs, match.bound, node) if isinstance(rule.rhs, Pattern) else rule.rhs(match)
        if new is None:
            continue
        after = put(_fitted(new, node))
        if after is not node:
            return after
    return None


def _fitted(new: Node, node: Node) -> Node:
    converted = convert(new, node.dtype)
    if converted.shape == node.shape:
        return converted
    if len(converted.shape) == len(node.shape) and all(map(equal, converted.shape, node.shape)):
        raise GraphError(f"{new!r} spells the shape of {node!r} in another way")
    return broadcast_to(converted, node.shape)
