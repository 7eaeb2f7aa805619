"""Equality saturation: rules and rearrangements applied to all spellings of a graph, of which the cheapest is taken."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from ..dtypes import dtype_class
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .dispatch import Dispatch, active_rules, tables
from .egraph import EGraph, operands
from .engine import Event, applied
from .extraction import extracted, representatives
from .numbers import MOVERS
from .rearrangements import REARRANGEMENTS, Rearrangement, Search, pairs_of
from .rule import PHASES, SPECIALIZE, STABILIZE, RuleSet
from .terms import PRODUCT, SUM
from .views import Views

LARGEST = 1000       # nodes of a graph that is searched
_PER_MS = 4          # nodes that are looked at for each millisecond of a budget
_TRIALS_PER_MS = 200  # classes that extraction visits for each
_MOST_ROUNDS = 12
_ALTERNATIVES = 3    # spellings of each operand of a node that rules are tried on
_JOINING = MOVERS | {*SUM, *PRODUCT, "square", "power", "cast", "assume"}
_LARGEST_TREE = 300  # nodes of a formula, written out as a tree, whose shared parts are opened


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest outputs, the steps that made them, and a ``note`` on the search."""

    outputs: tuple[Node, ...]
    events: tuple[Event, ...]
    note: str


@dataclass(slots=True)
class Effort:
    """What is left of a budget: nodes to look at, and time; the clock decides only on a machine that is slow."""

    nodes: int
    deadline: float

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.nodes <= 0 or time.monotonic() > self.deadline


def searched(outputs: Sequence[Node], others: Sequence[Sequence[Node]], events: Sequence[Event], rules: RuleSet,
             budget_ms: float) -> Found:
    """The cheapest spelling of ``outputs`` that rules of canonicalize and specialize, in their own direction, and
    rearrangements find from them, from the specialising ``events`` that led to them, and from ``others``.

    ``others`` are further spellings of the outputs, whose own nodes are looked at but never taken.

    >>> from symnum.ir.build import input_leaf, o
    >>> from symnum.simplify.catalogue import RULES
    >>> x, y, z = (input_leaf(name, "float64", ()) for name in "xyz")
    >>> found = searched([o.true_divide(o.true_divide(x, y), z)], [], [], RULES, 100)
    >>> found.outputs[0].inputs[1], [event.rule for event in found.events]
    (<Node multiply float64 ()>, ['one_division'])
    """
    graph = EGraph()
    wanted = [graph.add(x) for x in outputs]
    new = list[Node]()
    for event in events:
        if event.phase == SPECIALIZE and event.rule in rules and rules[event.rule].phase == SPECIALIZE:
            graph.merge(graph.add(event.before), graph.add(event.after))
        elif event.rule in rules and rules[event.rule].phase == STABILIZE:
            new += _made(event)
    known = set(graph.written)
    for spelled in others:
        for number, node in zip(wanted, spelled, strict=True):
            graph.merge(number, graph.add(node))
    barred = {x for x in graph.written if operands(x) and x not in known}
    saturation = Saturation(graph, _usable(rules), _rearrangements(rules), {graph.add(x) for x in new}, barred)
    start = time.monotonic()
    effort = Effort(int(_PER_MS * budget_ms), start + budget_ms / 1000)
    ended = saturation.run(effort)
    found = extracted(graph, [graph.find(k) for k in wanted], int(_TRIALS_PER_MS * budget_ms), barred)
    note = f"e-graph: {len(graph)} spellings of {len(graph.roots())} values in {saturation.rounds} rounds, {ended}"
    return Found(tuple(found), tuple(dict.fromkeys(_reasons(graph, found))), note)


def _made(event: Event) -> Iterator[Node]:
    """The nodes that a rule has made."""
    before = set(topological((event.before,), operands))
    return (x for x in topological((event.after,), operands) if x not in before)


def _reasons(graph: EGraph, outputs: Sequence[Node]) -> Iterator[Event]:
    """The steps by which spellings of outputs were found, without those that lead to them."""
    for node in topological(outputs, operands):
        graph.add(node)
        reason = graph.reasons.get(graph.canonical(node))
        if reason is not None:
            name, before, after = reason
            yield Event(name, SPECIALIZE, before, after)


def _usable(rules: RuleSet) -> Dispatch:
    """The rules of the last phase but those that stabilise, which have been applied, or depend on other nodes."""
    found = rules.memo.get("saturation")
    if found is None:
        active = (r for r in active_rules(rules, PHASES[-1]) if r.phase != STABILIZE and not r.root.among_others)
        found = rules.memo["saturation"] = RuleSet(tuple(active))
    return tables(found, PHASES[-1], ()).first.at[0]


def _rearrangements(rules: RuleSet) -> dict[str, tuple[Rearrangement, ...]]:
    """Those for each class of dtypes that some rule of ``rules`` may round anew; integers lose nothing."""
    classes = {kind for rule in rules if rule.phase == SPECIALIZE and rule.keeps == "real" for kind in rule.dtypes}
    return dict.fromkeys(sorted(classes), REARRANGEMENTS)


@dataclass(slots=True)
class Saturation:
    """An e-graph that grows in ``rounds``: each looks at all spellings, over the cheapest spellings of their operands,
    and of each operand at some others.

    Classes that rules have made stable are ``frozen``, and so are sums and products of them: what holds a scale against
    overflow must keep its order.
    """

    graph: EGraph
    rules: Dispatch
    rearrangements: dict[str, tuple[Rearrangement, ...]]
    frozen: set[int]
    barred: set[Node]
    rounds: int = 0
    seen: set[Node] = field(default_factory=set)
    sizes: dict[Node, int] = field(default_factory=dict)
    views: Views = field(default_factory=lambda: Views({}))

    def run(self, effort: Effort) -> str:
        """Grow until nothing is new, or the effort is spent; says which."""
        while self.rounds < _MOST_ROUNDS:
            self.rounds += 1
            self._freeze()
            parts = representatives(self.graph, self.barred)
            nodes = list(self._nodes(parts, effort))
            cut = self._cut_views(parts.values())
            pairs = self._pairs(nodes, cut)
            changed = False
            for node in nodes:
                if effort.is_spent:
                    return "until the budget was spent"
                effort.nodes -= node not in self.seen
                changed |= self._look_at(node, cut if self._size(node) > _LARGEST_TREE else self.views, pairs)
            if not changed:
                return "until nothing was new"
        return "until the last round"

    def _nodes(self, parts: dict[int, Node], effort: Effort) -> Iterator[Node]:
        """Nodes to look at: every spelling over ``parts``, then with another spelling of one operand each."""
        graph = self.graph
        spellings = [x for k in graph.roots() for x in graph.members[k] if operands(x)]
        chosen = [(x, [parts[graph.of(y)] for y in operands(graph.written[x])]) for x in spellings]
        found = dict.fromkeys(graph.built(x, below) for x, below in chosen)
        for x, below in chosen:
            if len(found) > effort.nodes + len(self.seen):
                break
            for k, operand in enumerate(below):
                for other in itertools.islice(self._others(operand, parts), _ALTERNATIVES):
                    found[graph.built(x, (*below[:k], other, *below[k + 1:]))] = None
        return iter(found)

    def _others(self, node: Node, parts: dict[int, Node]) -> Iterator[Node]:
        """Other spellings of a node, the latest first."""
        graph = self.graph
        for x in reversed(graph.members[graph.add(node)]):
            made = graph.built(x, [parts[graph.of(y)] for y in operands(graph.written[x])])
            if made is not node:
                yield made

    def _cut_views(self, nodes: Iterable[Node]) -> Views:
        """Views that open no part that several of some nodes share, for formulas that are long as trees."""
        uses = Counter(x for node in dict.fromkeys(nodes) for x in node.operands)
        return self.views.recounted(dict(uses), {})[0] if uses else self.views

    def _pairs(self, nodes: Sequence[Node], cut: Views) -> Counter[tuple[str, int, int]]:
        """In how many classes two operands could be computed together."""
        search = Search(self.graph, self.views, Counter())
        found: dict[tuple[tuple[str, int, int], int], None] = {}
        for node in nodes:
            number = self.graph.add(node)
            if number not in self.frozen and (
                    node.dtype.kind in self.rearrangements and self._size(node) <= _LARGEST_TREE):
                found.update(dict.fromkeys((pair, number) for pair, _, _ in pairs_of(search, node)))
        return Counter(pair for pair, _ in found)

    def _freeze(self) -> None:
        """Freeze the sums, products and moves of what is frozen."""
        graph = self.graph
        todo = list(dict.fromkeys(map(graph.find, self.frozen)))
        self.frozen = set(todo)
        while todo:
            for spelling in graph.users[todo.pop()]:
                number = graph.of(spelling)
                if number not in self.frozen and spelling.op.name in _JOINING:
                    self.frozen.add(number)
                    todo.append(number)

    def _size(self, node: Node) -> int:
        """How many nodes a formula has as a tree."""
        sizes = self.sizes
        for x in topological((node,), lambda y: [z for z in operands(y) if z not in sizes]):
            sizes[x] = 1 + sum(sizes[y] for y in operands(x))
        return sizes[node]

    def _look_at(self, node: Node, views: Views, pairs: Counter[tuple[str, int, int]]) -> bool:
        """Apply all that applies to a node; whether something is new."""
        graph, before = self.graph, len(self.graph.leaders)
        number, changed = graph.add(node), False
        if number in self.frozen:
            return False
        search = Search(graph, views, pairs)
        for move in self.rearrangements.get(dtype_class(node.dtype), ()):
            if node.op.name in move.ops:
                for after in move.spellings(search, node):
                    changed |= self._state(number, node, after, move.name)
        if node not in self.seen:
            self.seen.add(node)
            for rule in self.rules.of(node, views, ()):
                made = applied(rule, node, views)
                if made is not None:
                    changed |= self._state(number, node, made, rule.name)
        return changed or len(graph.leaders) > before

    def _state(self, number: int, node: Node, after: Node, name: str) -> bool:
        other = self.graph.add(after, (name, node, after))
        frozen = other in self.frozen or self.graph.find(number) in self.frozen
        changed = self.graph.merge(number, other)
        if frozen:
            self.frozen.add(self.graph.find(number))
        return changed
