"""Sinks: where the values of a span of elements go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..ir import dims
from ..ir.node import Dim, Node
from ..ops.table import TABLE
from ..records import dataclass
from .builder import Builder
from .instructions import ADD_SQUARE
from .loops import Accumulate, Memory, Store, quotient

LANES = 32
SQUARE = TABLE["square_term"]
# A loop axis with its extent; several of them are walked in C order, the last one fastest.
Span = Sequence[tuple[Node, Dim]]


@dataclass(frozen=True, slots=True)
class Put:
    """``memory[index] = value``."""

    memory: Memory
    index: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Fold:
    """``memory[index] = combine(memory[index], value)``, with positions for argmax and argmin.

    Without an index, element i of the span goes to ``memory[i % LANES]``.
    """

    memory: Memory
    combine: str
    value: Node
    index: Node | None = None
    positions: Memory | None = None
    position: Node | None = None


Sink = Put | Fold


def extent_of(span: Span) -> Dim:
    """The number of elements of a span.

    >>> from symnum.codegen.loops import number
    >>> extent_of([(number(0), 3), (number(1), 4)])
    12
    """
    return dims.product(extent for _, extent in span)


def has_lanes(sinks: Sequence[Sink]) -> bool:
    """Whether a sink sums into lanes."""
    return any(isinstance(sink, Fold) and sink.index is None for sink in sinks)


def emit(builder: Builder, sinks: Sequence[Sink], lane: Node | None = None) -> None:
    """Compute the values of sinks in the innermost scope and put them away; ``lane`` is the place in the lanes."""
    # All loads come before all stores: a store may be in the place of what another sink reads.
    sinks = [_fused(builder, sink) for sink in sinks]
    for sink in sinks:
        position = sink.position if isinstance(sink, Fold) else None
        builder.need(sink.value, *(() if position is None else (position,)))
        if sink.index is not None:
            builder.need_index(sink.index)
    for sink in sinks:
        index = lane if sink.index is None else sink.index
        if index is None:
            raise AssertionError("a sum in lanes stands outside a loop over lanes")
        builder.add(Store(sink.memory, index, sink.value) if isinstance(sink, Put) else Accumulate(
            sink.memory, index, sink.combine, sink.value, sink.positions, sink.position))


def _fused(builder: Builder, sink: Sink) -> Sink:
    """A sum of squares as a sum that squares what it adds."""
    if not isinstance(sink, Fold) or sink.combine != "add" or sink.value.op is not SQUARE or builder.place(sink.value):
        return sink
    return replace(sink, combine=ADD_SQUARE.name, value=sink.value.operands[0])


def decompose(builder: Builder, span: Span, position: Dim) -> None:
    """Bind the axes of a span to the index of the element at a position in C order."""
    (first, _), *rest = span
    for axis, extent in reversed(rest):
        outer = builder.axis()
        builder.bind(outer, quotient(position, extent))
        builder.bind(axis, dims.subtract(position, dims.multiply(outer, extent)))
        position = outer
    if first is not position:
        builder.bind(first, position)
