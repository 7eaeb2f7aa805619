"""Sinks: where the values of a span of elements go, and the plain loops that put them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..ir import dims
from ..ir.node import Dim, Node
from .builder import Builder
from .loops import Accumulate, Memory, Store, number, quotient

LANES = 32
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


def walk(builder: Builder, span: Span, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """Plain loops over elements [start, stop) of a span, in order; no sink may have lanes unless the span has one
    axis."""
    if has_lanes(sinks):
        _walk_lanes(builder, span[0][0], start, stop, sinks)
    elif len(span) == 1:
        with builder.loop(span[0][0], start, stop, "vector"):
            emit(builder, sinks)
    elif number(start) is number(0) and dims.equal(stop, extent_of(span)):
        _walk_all(builder, span, sinks)
    else:
        _walk_rows(builder, span, start, stop, sinks)


def _walk_all(builder: Builder, span: Span, sinks: Sequence[Sink]) -> None:
    (axis, extent), *rest = span
    with builder.loop(axis, 0, extent, "serial" if rest else "vector"):
        if rest:
            _walk_all(builder, rest, sinks)
        else:
            emit(builder, sinks)


def _walk_rows(builder: Builder, span: Span, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """The rows that [start, stop) touches, and of each row the part inside."""
    *outer, (inner, length) = span
    row = builder.axis()
    with builder.loop(row, quotient(start, length), _rounded_up(stop, length)):
        decompose(builder, outer, row)
        begin = dims.multiply(row, length)
        with builder.loop(inner, dims.maximum(dims.subtract(start, begin), 0),
                          dims.minimum(dims.subtract(stop, begin), length), "vector"):
            emit(builder, sinks)


def _rounded_up(a: Dim, b: Dim) -> Node:
    return quotient(dims.add(a, dims.subtract(b, 1)), b)


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


def _walk_lanes(builder: Builder, axis: Node, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """Whole groups of LANES elements, then the elements that are left over, each in its own lane."""
    group, lane, groups = builder.axis(), builder.axis(), builder.axis()
    count = dims.subtract(stop, start)
    builder.bind(groups, quotient(count, LANES))
    with builder.loop(group, 0, groups), builder.loop(lane, 0, LANES, "vector"):
        builder.bind(axis, dims.add(start, dims.add(dims.multiply(LANES, group), lane)))
        emit(builder, sinks, lane)
    whole = dims.multiply(LANES, groups)
    with builder.loop(lane, 0, LANES, "vector"), builder.when(lane, dims.subtract(count, whole)):
        builder.bind(axis, dims.add(start, dims.add(whole, lane)))
        emit(builder, sinks, lane)

