"""``EGraph``: many spellings of the same values at once, as classes of nodes that are equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from ..dtypes import INT64
from ..ir.build import rebuild
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass


@dataclass(slots=True)
class EGraph:
    """Classes of equal nodes, by number; the older of two that are merged keeps its number.

    A spelling is a node over the ``names`` of its operands' classes, so that nodes that are equal in all operands are
    one spelling; operands of commutative ops stand in the order of their classes.  ``written`` has each spelling as it
    was first met.  Lengths are taken as they are.

    >>> from symnum.ir.build import input_leaf, o
    >>> x, y = input_leaf("x", "float64", ()), input_leaf("y", "float64", ())
    >>> graph = EGraph()
    >>> graph.add(o.exp(x)) == graph.add(o.exp(y)), graph.merge(graph.add(x), graph.add(y))
    (False, True)
    >>> graph.add(o.exp(x)) == graph.add(o.exp(y))
    True
    """

    leaders: list[int] = field(default_factory=list)
    names: list[Node] = field(default_factory=list)
    members: list[dict[Node, None]] = field(default_factory=list)
    users: list[dict[Node, None]] = field(default_factory=list)
    classes: dict[Node, int] = field(default_factory=dict)
    written: dict[Node, Node] = field(default_factory=dict)
    reasons: dict[Node, tuple[str, Node, Node]] = field(default_factory=dict)

    def find(self, number: int) -> int:
        """The class that a class has become part of."""
        while self.leaders[number] != number:
            self.leaders[number] = self.leaders[self.leaders[number]]
            number = self.leaders[number]
        return number

    def of(self, node: Node) -> int:
        """The class of a node that was added, or that is a spelling or a name."""
        return self.find(self.classes[node])

    def add(self, node: Node, reason: tuple[str, Node, Node] | None = None) -> int:
        """The class of a node; spellings that are new are kept with the ``reason``."""
        for x in topological((node,), lambda y: [z for z in operands(y) if z not in self.classes]):
            if x not in self.classes:
                self.classes[x] = self._class_of(self.canonical(x), x, reason)
        return self.of(node)

    def _class_of(self, spelling: Node, node: Node, reason: tuple[str, Node, Node] | None) -> int:
        found = self.classes.get(spelling)
        if found is None:
            found = self.classes[spelling] = len(self.names)
            self.leaders.append(found)
            self.names.append(spelling)
            self.members.append({spelling: None})
            self.users.append({})
            self.written[spelling] = node
            if reason is not None:
                self.reasons[spelling] = reason
            for x in operands(spelling):
                self.users[self.of(x)][spelling] = None
        return found

    def canonical(self, node: Node) -> Node:
        """A node whose operands are in classes, over the names of these."""
        below = [self.of(x) for x in operands(node)]
        if not below:
            return node
        if len(below) == 2 and "commutative" in node.op.facts:
            below.sort()
        return rebuild(node, (*[self.names[k] for k in below], *node.inputs[len(below):]))

    def merge(self, a: int, b: int) -> bool:
        """State that two classes are equal, and all that follows; whether that is new.

        Only values of one dtype and shape are equal.
        """
        changed, todo = False, [(a, b)]
        while todo:
            kept, gone = sorted(map(self.find, todo.pop()))
            if kept == gone or not _alike(self.names[kept], self.names[gone]):
                continue
            changed = True
            self.leaders[gone] = kept
            self.members[kept] |= self.members[gone]
            todo += self._respelled(self.users[gone], kept)
            self.members[gone], self.users[gone] = {}, {}
        return changed

    def _respelled(self, users: dict[Node, None], kept: int) -> Iterator[tuple[int, int]]:
        """Spellings over the names that their operands have now; pairs of classes that are equal therefore."""
        for old in users:
            new, own = self.canonical(old), self.of(old)
            self.members[own].pop(old, None)
            self.members[own][new] = None
            self.written.setdefault(new, self.written[old])
            if old in self.reasons:
                self.reasons.setdefault(new, self.reasons[old])
            for x in operands(new):
                self.users[self.of(x)][new] = None
            other = self.classes.setdefault(new, own)
            if self.find(other) != own:
                yield other, own

    def roots(self) -> list[int]:
        """All classes, in the order of their numbers."""
        return [k for k, leader in enumerate(self.leaders) if k == leader]

    def __len__(self) -> int:
        """How many spellings there are."""
        return sum(map(len, self.members))

    def built(self, spelling: Node, parts: Sequence[Node]) -> Node:
        """A spelling as it was first written, of these operands (in the order of ``written``)."""
        written = self.written[spelling]
        return rebuild(written, (*parts, *written.inputs[len(parts):]))


def operands(node: Node) -> Sequence[Node]:
    """What a node is computed from; a length is a leaf."""
    return () if node.dtype == INT64 and not node.shape else node.operands


def _alike(a: Node, b: Node) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape
