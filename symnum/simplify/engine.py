"""The engine: applies rules to a graph until none fires, in time linear in the graph and in what fires."""

from __future__ import annotations

import gc
import warnings
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import field

from ..errors import EndlessRewriteError, GraphError, RewriteWarning
from ..ir.build import broadcast_to, convert, rebuild
from ..ir.dims import equal
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .compile import PRODUCT_ROOTS, SUM_ROOTS
from .dispatch import Tables, tables
from .edits import Value, as_node, changed
from .match import Match
from .pattern import Pattern, instantiate
from .rule import PHASES, Rule, RuleSet
from .sight import KNOWN, SIGHT, step
from .terms import Leaf
from .views import Views

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


def rewrite(outputs: Sequence[Node], rules: RuleSet, phases: Sequence[str] = PHASES, strict: bool = True) -> Result:
    """``outputs`` under ``rules``: each phase runs its own rules and those of earlier phases, to a fixed point.

    Values, dtypes and shapes stay; nodes that no rule touches stay the same objects.

    Raises:
        EndlessRewriteError: rules undo each other without end.  If not ``strict``, the graph is rewritten without the
            last of them instead, with a ``RewriteWarning``.

    >>> from symnum.ir.build import input_leaf, o
    >>> from symnum.simplify.catalogue import RULES
    >>> x = input_leaf("x", "float64", ())
    >>> result = rewrite([o.log(o.add(1.0, x))], RULES)
    >>> result.outputs, [event.rule for event in result.events]
    ((<Node log1p float64 ()>,), ['log1p'])
    """
    with _uncollected():
        while True:
            try:
                return _rewritten(tuple(outputs), rules, phases)
            except EndlessRewriteError as error:
                if strict:
                    raise
                warnings.warn(f"{error}; this graph is rewritten without {error.rule}", RewriteWarning, stacklevel=3)
                rules = rules.without(error.rule)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles: rewriting makes millions of small values and no cycle, and would spend a quarter on it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _rewritten(current: tuple[Node, ...], rules: RuleSet, phases: Sequence[str]) -> Result:
    events, sweep = list[Event](), None
    tried: tuple[str, ...] = ()
    for phase in (p for p in PHASES if p in phases and any(rule.phase == p for rule in rules)):
        prepared = tables(rules, phase, tried)
        for k in range(_MOST_SWEEPS):
            sweep = _Sweep(phase, prepared.again if k else prepared.first, current).after(sweep)
            current = sweep.run(current)
            events += sweep.events
            if not sweep.events:
                break
        else:
            raise _endless(events)
        tried = PHASES[:PHASES.index(phase) + 1]
    return Result(current, tuple(events))


def _endless(events: Sequence[Event]) -> EndlessRewriteError:
    names = list(dict.fromkeys(event.rule for event in events[-20:]))
    what = (f"the rules {', '.join(names)} undo each other" if len(names) > 1
            else f"the rule {names[0]} fires on what it has made")
    return EndlessRewriteError(f"rewriting does not end: {what}; cure: leave one of them out with rules.without(name), "
                               "or name it in `inverts`", events[-1].rule)


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

    On nodes that are ``known`` the rules that were tried did not fire in the sweep before, and nothing that they look
    at has changed since: only new ones are tried there.  That may change without the node is how many consumers nodes
    below it have: ``asked`` says which of these the rules depend on, ``touched`` what counts they had in a sweep.
    A known node that is rebuilt is known as well to rules that do not see as far as to what has changed below it, which
    is how far ``apart`` it is from nodes that became others.
    """

    phase: str
    tables: Tables
    outputs: tuple[Node, ...]
    known: Container[Node] = frozenset()
    views: Views = field(default_factory=lambda: Views({}))
    only_user: dict[Node, Node | None] = field(default_factory=dict)
    order: list[Node] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    settled: dict[Node, Node] = field(default_factory=dict)
    inside: dict[Node, tuple[str, ...]] = field(default_factory=dict)
    asked: dict[Node, set[object]] = field(default_factory=dict)
    touched: dict[Node, tuple[int, int]] = field(default_factory=dict)
    apart: dict[Node, int] = field(default_factory=dict)
    running: set[Node] = field(default_factory=set)
    nested: Counter[str] = field(default_factory=Counter)
    most_events: int = 0

    def after(self, last: _Sweep | None) -> _Sweep:
        """This sweep, which knows what the ``last`` one has found."""
        if last is not None and not last.events:
            self.views, self.only_user, self.order = last.views, last.only_user, last.order
            self.inside, self.asked, self.known = last.inside, last.asked, last.settled
            return self
        self.order = topological(self.outputs, _operands)
        self.only_user, uses = _consumers(self.outputs, self.order)
        if last is None:
            self.views = Views(uses)
            return self
        self.views, stale = last.views.recounted(uses, last.changed(uses))
        self.asked, self.inside = last.asked, last.inside
        self.known = {node for node in self.order if last.settled.get(node) is node and self._stands(node, stale)}
        return self

    def changed(self, uses: Mapping[Node, int]) -> dict[Node, bool]:
        """The nodes that had other counts of consumers than in ``uses``; whether one became more, or more one."""
        before, found = self.views.uses, dict[Node, bool]()
        for node, count in uses.items():
            least = most = before.get(node, 0)
            if node in self.touched or least != count:
                least, most = self.touched.get(node, (least, most))
                found[node] = (min(least, count) > 1) != (max(most, count) > 1)
        return found

    def _stands(self, node: Node, stale: AbstractSet[object]) -> bool:
        """Whether a node is seen as it was in the last sweep."""
        asked, inside = self.asked.get(node), self.inside.get(node)
        return (asked is None or asked.isdisjoint(stale)) and (
            inside is None or inside == _chains_around(node, self.only_user[node]))

    def run(self, outputs: Sequence[Node]) -> tuple[Node, ...]:
        """The outputs, rewritten."""
        stack = [_Frame(self.order[::-1], self.only_user)]
        self.most_events = _MOST_EVENTS + _MOST_EVENTS_OF_A_NODE * len(self.order)
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

    def _below(self, node: Node) -> Sequence[Node]:
        return [x for x in node.operands if x not in self.settled]

    def _advance(self, frame: _Frame) -> _Frame | None:
        """Settle nodes of a frame; a new frame, if a rule made nodes that must be settled before."""
        nodes, only_user, settled = frame.nodes, frame.only_user, self.settled
        while nodes:
            node = nodes.pop()
            if node in settled:
                continue
            made = self._with_settled_operands(node)
            if made in settled:
                settled[node] = settled[made]
                continue
            user = only_user.get(node)
            after = self._rewritten(made, user, node)
            if after is None:
                settled[node] = settled[made] = made
                continue
            self.apart[node] = self.apart[made] = 0
            if after in settled:
                settled[node] = settled[made] = settled[after]
                self._recount(made, {settled[after]: self.views.uses.get(made, 1)})
            else:
                return self._replacement(node, made, after, user)
        return None

    def _with_settled_operands(self, node: Node) -> Node:
        operands, settled = node.operands, self.settled
        for x in operands:
            if settled[x] is not x:
                break
        else:
            return node
        made = rebuild(node, (*[settled[x] for x in operands], *node.inputs[len(operands):]))
        self._count(made, self.views.uses.get(node, 1))
        alike = self.views.follow(node, made)
        self.apart[node] = self._distance(node) if alike and made not in settled else 0
        return made

    def _distance(self, node: Node) -> int:
        """How far below a node that is rebuilt the first one is that became another, or has other consumers."""
        near, settled, touched = KNOWN, self.settled, self.touched
        for x in node.operands:
            y = settled[x]
            if y is not x:
                near = min(near, self.apart.get(x, 0))
            if (x in touched and _is_shared_otherwise(touched[x])) or (
                    y in touched and _is_shared_otherwise(touched[y])):
                near = 0
        return near + step(node)

    def _replacement(self, node: Node, made: Node, after: Node, user: Node | None) -> _Frame:
        self.running.update((node, made))
        order = topological((after,), self._below)
        only_user, more = _consumers((after,), order)
        only_user[after] = user
        more[after] += self.views.uses.get(made, 1) - 1
        gone = self._recount(made, more)
        rule = self.events[-1].rule if gone <= len(order) else ""   # what makes a graph smaller comes to an end
        self.nested[rule] += rule != ""
        too_deep = self.nested[rule] > _MOST_NESTED and not self._shrinks(made, after)
        if after in self.running or too_deep or len(self.events) > self.most_events:
            raise _endless(self.events)
        return _Frame(order[::-1], only_user, after, (node, made), rule)

    def _shrinks(self, before: Node, after: Node) -> bool:
        """Whether a sum or product became one of fewer terms or factors, which comes to an end as well."""
        views = self.views
        return any(len(view(after).leaves) < len(view(before).leaves) for view in (views.sum, views.product))

    def _recount(self, gone: Node, more: dict[Node, int]) -> int:
        """Count ``more`` consumers of nodes, and those less that ``gone`` and what it alone needed were: so many."""
        uses, todo, count = self.views.uses, [gone], 0
        while todo:
            count += 1
            for x in todo.pop().operands:
                more[x] = more.get(x, 0) - 1
                if uses.get(x, 1) + more[x] == 0:
                    todo.append(x)
        for x, change in more.items():
            if change:
                self._count(x, change)
        return count

    def _count(self, node: Node, change: int) -> None:
        """Count more consumers of a node, or less; ``touched`` has the least and the most it had in this sweep."""
        before = self.views.uses.get(node)
        now = self.views.uses[node] = (before or 0) + change
        if before is not None:
            least, most = self.touched.get(node, (before, before))
            self.touched[node] = min(least, now), max(most, now)

    def _rewritten(self, node: Node, user: Node | None, before: Node) -> Node | None:
        """What the first rule that fires makes of a node, which was ``before`` until what is below it was rewritten."""
        inside, views = _chains_around(node, user), self.views
        if inside:
            self.inside[node] = inside
        distance = self._known_up_to(node, before, inside)
        views.asked = asked = set[object]()
        rules = self.tables.at[distance].of(node, views, inside)
        if rules:
            whole = Match(node, {}, views)
        for rule in rules:
            after = _of_whole(rule, whole) if rule.root.matcher is None else applied(rule, node, views)
            if after is not None:
                self.events.append(Event(rule.name, self.phase, node, after))
                return after
        known = self.asked.get(before) if distance else None
        if known:
            asked = asked | known if asked else known
        if asked:
            self.asked[node] = asked
        return None

    def _known_up_to(self, node: Node, before: Node, inside: tuple[str, ...]) -> int:
        """How far the rules must see that may fire on a node: for those that see less it is as it was ``before``."""
        if before not in self.known:
            return 0
        if node is before:
            return KNOWN
        distance = self.apart.get(before, 0)
        if not distance or self.inside.get(before, inside) != inside:
            return 0
        self.views.inherit(before, node)
        return min(distance, SIGHT)


def _is_shared_otherwise(counts: tuple[int, int]) -> bool:
    """Whether the least and the most consumers in a sweep are one and several."""
    return (counts[0] > 1) != (counts[1] > 1)


def _operands(node: Node) -> Sequence[Node]:
    return node.operands


def _consumers(outputs: Sequence[Node], order: Sequence[Node]) -> tuple[dict[Node, Node | None], dict[Node, int]]:
    """The only consumer of each node (None: it has several, or is an output), and how often it is consumed."""
    only: dict[Node, Node | None] = dict.fromkeys(outputs)
    uses = dict[Node, int]()
    for x in outputs:
        uses[x] = uses.get(x, 0) + 1
    for node in order:
        for x in node.operands:
            if x in uses:
                uses[x] += 1
                only[x] = None
            else:
                uses[x] = 1
                only[x] = node
    return only, uses


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
    matcher = rule.root.matcher
    if matcher is None:
        return _of_whole(rule, Match(node, {}, views))
    if rule.root.chain:
        return _in_chain(rule, node, views)
    for bound in matcher.at(views, node, (), {}):
        new = _made(rule, Match(node, bound, views))
        after = None if new is None else _fitted(new, node)
        if after is not None and after is not node:
            return after
    return None


def _in_chain(rule: Rule, node: Node, views: Views) -> Node | None:
    """A sum or product with what a rule makes of some of its leaves, wherever it applies to leaves of their own."""
    changes = dict[Leaf, Value | None]()
    for match, put in rule.root.find(views, node, changes):
        new = _made(rule, match)
        if new is not None:
            changes.update(put(_fitted(new, node)))
    if not changes:
        return None
    view = views.sum(node) if rule.root.chain == "sum" else views.product(node)
    after = as_node(changed(view, changes), view)
    return None if after is node else after


def _of_whole(rule: Rule, match: Match) -> Node | None:
    """What a rule makes of a whole node, sum or product, as ``applied``."""
    new = _made(rule, match)
    after = None if new is None else _fitted(new, match.node)
    return None if after is match.node else after


def _made(rule: Rule, match: Match) -> Node | None:
    if rule.when is not None and not rule.when(match):
        return None
    return instantiate(rule.rhs, match.bound, match.node) if isinstance(rule.rhs, Pattern) else rule.rhs(match)


def _fitted(new: Node, node: Node) -> Node:
    converted = convert(new, node.dtype)
    if converted.shape == node.shape:
        return converted
    if len(converted.shape) == len(node.shape) and all(map(equal, converted.shape, node.shape)):
        raise GraphError(f"{new!r} spells the shape of {node!r} in another way")
    return broadcast_to(converted, node.shape)
