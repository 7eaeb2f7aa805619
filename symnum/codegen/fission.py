"""Loops over lanes that are cut where an instruction for whole vectors stands (see :mod:`.instructions`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from ..ir.nest import FOLD, LOAD
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .builder import Builder
from .instructions import is_of_vectors, of_vectors
from .loops import Declare, Memory, Store


@dataclass(frozen=True, slots=True)
class Lanes:
    """A loop over an axis of ``size`` lanes, a multiple of all vectors: ``loop`` opens one more."""

    axis: Node
    size: int
    loop: Callable[[], AbstractContextManager[object]]


def vectors_first(builder: Builder, roots: Sequence[Node], lanes: Lanes, stops: Callable[[Node], bool]) -> None:
    """Loops that compute what is taken of whole vectors in expressions, so that a loop over lanes reads it from local
    arrays.

    ``stops`` says what is not computed inside that loop.
    """
    def below(node: Node) -> Sequence[Node]:
        return () if node.op in (LOAD, FOLD) or builder.place(node) or stops(node) else node.operands

    while found := _first([x for x in topological(roots, below) if below(x)], below):
        sources = {x: _array(builder, x, lanes) for x in found}
        known = {*found, *(x.operands[0] for x in found)}
        later = _later(roots, known, below)
        kept = {x: _array(builder, x, lanes) for x in topological([x.operands[0] for x in found], below)
                if x in later and x not in known and below(x) and builder.is_approximate(x)}
        with lanes.loop():
            builder.need(*(x.operands[0] for x in found), *kept)
            builder.add(*(Store(memory, lanes.axis, x.operands[0]) for x, memory in sources.items()),
                        *(Store(memory, lanes.axis, x) for x, memory in kept.items()))
        targets = {x: _array(builder, x, lanes) for x in found}
        for x in found:
            builder.add(*of_vectors(x, sources[x], targets[x]))
        made = {**{x.operands[0]: memory for x, memory in sources.items()}, **kept, **targets}
        builder.scopes[-1].stored.update({x: (memory, lanes.axis) for x, memory in made.items()})


def _later(roots: Sequence[Node], known: set[Node], below: Callable[[Node], Sequence[Node]]) -> set[Node]:
    """What expressions need beside what is ``known``."""
    return set(topological(roots, lambda x: () if x in known else below(x)))


def _first(nodes: Sequence[Node], below: Callable[[Node], Sequence[Node]]) -> list[Node]:
    """What is taken of whole vectors and needs no other such value."""
    later: set[Node] = set()
    found = list[Node]()
    for node in nodes:
        if any(x in later or x in found for x in below(node)):
            later.add(node)
        elif is_of_vectors(node):
            found.append(node)
    return found


def _array(builder: Builder, value: Node, lanes: Lanes) -> Memory:
    memory = builder.memory("lanes", value.dtype, lanes.size)
    builder.add(Declare(memory))
    return memory
