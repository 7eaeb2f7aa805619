"""Walks: the plain loops that compute the elements of a span and put them away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from ..dtypes import BOOL
from ..ir import dims
from ..ir.build import constant
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..ops.table import TABLE
from .builder import Builder
from .fetches import fetch_ahead
from .fission import Lanes, vectors_first
from .guards import chosen, is_below, read
from .instructions import WIDEST, is_of_vectors
from .loops import number, quotient
from .normal import rebuilt, rewrite, with_axes
from .regions import regions
from .sinks import LANES, SQUARE, Fold, Put, Sink, Span, decompose, emit, extent_of, has_lanes
from .streams import stream
from .texts import LAST, identity

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
        if _takes_vectors(builder, given):
            _walk_vectors(builder, axis, *bounds, given)
        elif not stream(builder, axis, *bounds, given, alone=alone):
            with builder.loop(axis, *bounds, "vector"):
                emit(builder, given)


def _takes_vectors(builder: Builder, sinks: Sequence[Sink]) -> bool:
    """Whether an instruction for whole vectors stands in the values of folds; stores gain nothing by it."""
    if any(isinstance(sink, Put) for sink in sinks):
        return False
    nodes = topological([sink.value for sink in sinks],
                        lambda x: () if x.op in (LOAD, FOLD) or builder.place(x) else x.inputs)
    return any(is_of_vectors(x) and not builder.place(x) for x in nodes)


def _walk_vectors(builder: Builder, axis: Node, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """Whole groups of LANES elements, then the elements that are left over, one by one."""
    group, begin, end = (builder.axis() for _ in range(3))
    builder.bind(begin, start)
    builder.bind(end, stop)
    groups = quotient(dims.subtract(end, begin), LANES)
    with builder.loop(group, 0, groups):
        _lanes(builder, axis, builder.axis(), dims.add(begin, dims.multiply(LANES, group)), LANES, sinks)
    with builder.loop(axis, dims.add(begin, dims.multiply(LANES, groups)), end, "vector"):
        emit(builder, sinks)


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
    group, groups = builder.axis(), builder.axis()
    count = dims.subtract(stop, start)
    builder.bind(groups, quotient(count, LANES))
    with builder.loop(group, 0, groups):
        first = dims.add(start, dims.multiply(LANES, group))
        fetch_ahead(builder, [sink.value for sink in sinks], axis, first, LANES)
        _lanes(builder, axis, builder.axis(), first, LANES, sinks)
    whole = dims.multiply(LANES, groups)
    _rest(builder, axis, dims.add(start, whole), dims.simple(dims.subtract(count, whole)), sinks)


def _lanes(builder: Builder, axis: Node, lane: Node, first: Dim, size: int, sinks: Sequence[Sink], place: Dim = 0,
           stop: Dim | None = None) -> None:
    """One element in each of ``size`` lanes from ``place`` on; from lane ``stop`` on nothing is stored."""
    @contextmanager
    def loop() -> Iterator[None]:
        with builder.loop(lane, 0, size, "vector"):
            builder.bind(axis, dims.add(first, lane))
            yield

    inside = {axis.attr("number"), lane.attr("number")}
    vectors_first(builder, [sink.value for sink in sinks], Lanes(lane, size, loop),
                  lambda node: inside.isdisjoint(builder.algebra.dependence(node)))
    puts = [] if stop is None else [sink for sink in sinks if isinstance(sink, Put)]
    with loop():
        builder.need(*(put.value for put in puts))
        emit(builder, [sink for sink in sinks if sink not in puts], number(dims.add(place, lane)))
        if stop is not None and puts:
            with builder.when(lane, stop):
                emit(builder, puts)


def _rest(builder: Builder, axis: Node, first: Dim, count: Dim, sinks: Sequence[Sink]) -> None:
    """``count`` elements, less than LANES, a vector at a time.

    Lanes that have none compute the vector's first one again: what they would find in memory may be far slower to
    compute with, as numbers below the normal range are.
    """
    if dims.equal(count, 0):
        return
    place, lane, stop, size = builder.axis(), builder.axis(), builder.axis(), _vector(sinks)
    with builder.loop(place, 0, count, step=size):
        begin = dims.add(first, place)
        builder.bind(stop, dims.subtract(count, place))
        guarded = _guarded(builder, sinks, axis, begin, is_below(lane, stop))
        _lanes(builder, axis, lane, begin, size, guarded, place, stop)


def _vector(sinks: Sequence[Sink]) -> int:
    """Lanes of the widest vector of what sinks compute."""
    nodes = topological([sink.value for sink in sinks], lambda x: () if x.op in (LOAD, FOLD) else x.inputs)
    return min(LANES, WIDEST // min((x.dtype.itemsize for x in nodes if x.dtype != BOOL), default=1))


def _guarded(builder: Builder, sinks: Sequence[Sink], axis: Node, first: Dim, is_own: Node) -> list[Sink]:
    """Sinks that read and fold what belongs to an element of an axis where ``is_own`` holds; elsewhere they read
    element ``first``, and fold what changes nothing."""
    algebra, own = builder.algebra, axis.attr("number")

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        place = builder.place(node)
        if own not in algebra.dependence(place[2] if place else node):
            return node
        if not place and node.op is not LOAD:
            return rebuilt(node, inputs)
        memory = place[1] if place else builder.memories[node.attr("buffer")]
        given = [place[2]] if place else list(inputs)
        builder.memories[memory.number] = memory
        index, *mask = with_axes(given, {own: first}, algebra)
        return read(memory, given[0], index, is_own, *given[1:], *mask)

    values = rewrite([sink.value for sink in sinks], step)
    return [replace(sink, value=value) if isinstance(sink, Put) else _fold_own(builder, sink, value, is_own)
            for sink, value in zip(sinks, values, strict=True)]


def _fold_own(builder: Builder, sink: Fold, value: Node, is_own: Node) -> Fold:
    """A fold of a value where ``is_own`` holds."""
    if value.op is SQUARE and sink.combine == "add" and not builder.place(value):
        # Sums of squares round once: the square stays what is added.
        term = chosen(is_own, value.inputs[0], constant(0, value.dtype))
        return replace(sink, value=rebuilt(value, (term,)))
    start = constant(identity(sink.combine, value.dtype), value.dtype)
    position = sink.position and chosen(is_own, sink.position, number(LAST))
    return replace(sink, value=chosen(is_own, value, start), position=position)
