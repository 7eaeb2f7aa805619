"""Walks: the plain loops that compute the elements of a span and put them away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from ..ir import dims
from ..ir.nest import FOLD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..ops.table import TABLE
from .builder import Builder
from .fetches import fetch_ahead
from .fission import Lanes, estimate_first
from .loops import number, quotient
from .normal import with_axes
from .regions import regions
from .sinks import LANES, Fold, Put, Sink, Span, decompose, emit, extent_of, has_lanes
from .streams import stream

_MAXIMUM, _MINIMUM = TABLE["maximum"], TABLE["minimum"]
# From where, to where (None: to the end of the loop), and what is computed there.
Stretch = tuple[Dim | None, Dim | None, Sequence[Sink]]


def stretches(builder: Builder, axis: Node, sinks: Sequence[Sink]) -> list[Stretch]:
    """The regions of a loop, with the sinks of each."""
    positions = [s.position for s in sinks if isinstance(s, Fold) and s.position is not None]
    found = list[Stretch]()
    for region in regions(builder, axis, [*(s.value for s in sinks), *positions]):
        rest = iter(region.roots[len(sinks):])
        given = [replace(s, value=x) if isinstance(s, Put) else
                 replace(s, value=x, position=None if s.position is None else next(rest))
                 for s, x in zip(sinks, region.roots, strict=False)]
        found.append((region.low, region.high, given))
    return found


def between(start: Dim, stop: Dim, low: Dim | None, high: Dim | None) -> tuple[Dim, Dim]:
    """The part of [start, stop) inside [low, high)."""
    return (start if low is None else dims.maximum(start, low)), (stop if high is None else dims.minimum(stop, high))


def walk(builder: Builder, span: Span, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """Plain loops over elements [start, stop) of a span, in order; no sink may have lanes unless the span has one
    axis."""
    if has_lanes(sinks):
        _walk_lanes(builder, span[0][0], start, stop, sinks)
    elif len(span) == 1:
        _walk_line(builder, span[0][0], start, stop, sinks, alone=True)
    elif number(start) is number(0) and dims.equal(stop, extent_of(span)):
        _walk_all(builder, span, sinks)
    else:
        length = extent_of(span[1:])
        for low, high, given in stretches(builder, span[0][0], sinks):
            bounds = (None if bound is None else dims.multiply(bound, length) for bound in (low, high))
            first, last = _named(builder, *between(start, stop, *bounds))
            _walk_rows(builder, span, first, last, given)


def _walk_line(builder: Builder, axis: Node, start: Dim, stop: Dim, sinks: Sequence[Sink], *,
               alone: bool = False) -> None:
    found = stretches(builder, axis, sinks)
    if len(found) > 1:
        start, stop = _named(builder, start, stop)
    for low, high, given in found:
        bounds = between(start, stop, low, high)
        if not stream(builder, axis, *bounds, given, alone=alone):
            with builder.loop(axis, *bounds, "vector"):
                emit(builder, given)


def _named(builder: Builder, *bounds: Dim) -> list[Dim]:
    """Bounds that are computed once."""
    names = list(bounds)
    for k, bound in enumerate(bounds):
        if isinstance(bound, Node) and bound.op in (_MAXIMUM, _MINIMUM):
            names[k] = name = builder.axis()
            builder.bind(name, bound)
    return names


def _walk_all(builder: Builder, span: Span, sinks: Sequence[Sink]) -> None:
    (axis, extent), *rest = span
    if not rest:
        _walk_line(builder, axis, 0, extent, sinks)
        return
    for low, high, given in stretches(builder, axis, sinks):
        with builder.loop(axis, *between(0, extent, low, high)):
            _walk_all(builder, rest, given)


def _walk_rows(builder: Builder, span: Span, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """The rows that [start, stop) touches, and of each row the part inside."""
    *outer, (inner, length) = span
    row = builder.axis()
    with builder.loop(row, quotient(start, length), quotient(dims.add(stop, dims.subtract(length, 1)), length)):
        decompose(builder, outer, row)
        begin = dims.multiply(row, length)

        def act(given: Sequence[Sink]) -> None:
            _walk_line(builder, inner, dims.maximum(dims.subtract(start, begin), 0),
                       dims.minimum(dims.subtract(stop, begin), length), given)
        _places(builder, [axis for axis, _ in outer[1:]], sinks, act)


def _places(builder: Builder, axes: Sequence[Node], sinks: Sequence[Sink],
            act: Callable[[Sequence[Sink]], None]) -> None:
    """``act`` where the comparisons of some axes, which have their values, are decided."""
    puts = [s for s in sinks if isinstance(s, Put)]
    free = len(puts) == len(sinks) and not any(x.op is FOLD for x in topological(put.value for put in puts))
    cuts = ((axis, stretches(builder, axis, sinks)) for axis in axes if free)
    found = next((cut for cut in cuts if len(cut[1]) > 1), None)
    if found is None:
        act(sinks)
        return
    axis, parts = found
    for low, high, given in parts:
        with (nullcontext() if low is None else builder.when(dims.subtract(low, 1), axis),
              nullcontext() if high is None else builder.when(axis, high)):
            # Another name for the axis keeps what depends on it in here.
            own = builder.axis()
            builder.bind(own, axis)
            _places(builder, axes, _renamed(builder, given, axis, own), act)


def _renamed(builder: Builder, sinks: Sequence[Sink], axis: Node, name: Node) -> list[Sink]:
    puts = [s for s in sinks if isinstance(s, Put)]
    roots = [x for put in puts for x in (put.value, put.index)]
    new = iter(with_axes(roots, {axis.attr("number"): name}, builder.algebra))
    return [replace(put, value=next(new), index=next(new)) for put in puts]


def _walk_lanes(builder: Builder, axis: Node, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """Whole groups of LANES elements, then the elements that are left over, each in its own lane."""
    group, lane, groups = builder.axis(), builder.axis(), builder.axis()
    count = dims.subtract(stop, start)
    builder.bind(groups, quotient(count, LANES))
    with builder.loop(group, 0, groups):
        first = dims.add(start, dims.multiply(LANES, group))
        fetch_ahead(builder, [sink.value for sink in sinks], axis, first, LANES)
        _lanes(builder, axis, lane, first, None, sinks)
    whole = dims.multiply(LANES, groups)
    with builder.scope() as rest:
        _lanes(builder, axis, lane, dims.add(start, whole), dims.subtract(count, whole), sinks)
    builder.add(*rest.statements)


def _lanes(builder: Builder, axis: Node, lane: Node, first: Dim, count: Dim | None, sinks: Sequence[Sink]) -> None:
    """One element in each lane, in the first ``count`` of them (None: all)."""
    @contextmanager
    def loop() -> Iterator[None]:
        with (builder.loop(lane, 0, LANES, "vector"),
              nullcontext() if count is None else builder.when(lane, count)):
            builder.bind(axis, dims.add(first, lane))
            yield

    def stops(node: Node) -> bool:
        return axis.attr("number") not in builder.algebra.dependence(node)

    estimate_first(builder, [sink.value for sink in sinks], Lanes(lane, LANES, loop, count is None), stops)
    with loop():
        emit(builder, sinks, lane)
