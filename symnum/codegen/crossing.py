"""Crossing: elements that lie apart in memory are copied to where they lie in order, by functions that all loops share.

A compiler takes long for vector code that gathers and scatters; so it does that once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..ir import dims
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import Builder
from .loops import Call, Declare, Function, Memory, Store, element, number
from .normal import with_axes
from .sinks import Put, Sink
from .spans import span
from .strides import Polynomial

# Elements, if their number is known, that compilers write out one by one.
FEW = 32


def span_across(builder: Builder, line: tuple[Node, Dim], start: Dim, stop: Dim, sinks: Sequence[Sink],
                most: int) -> None:
    """A span over one axis, at most ``most`` elements of it, that loads and stores in order unless they are few."""
    axis, count = line[0], dims.simple(dims.subtract(stop, start))
    if isinstance(count, int) and count <= FEW:
        span(builder, [line], start, stop, sinks, most)
        return
    place, served, copies = number(dims.subtract(axis, start)), list[Sink](), list[Call]()
    with builder.scope() as inner:
        for value, memory, index, step in _apart(builder, axis, sinks):
            block, source = _block(builder, value, most), (memory, _first(builder, index, axis, start))
            inner.stored[value] = block, place
            builder.add(Call(_copy(builder, block, step, 0), builder.need_index(count), (source, (block, number(0)))))
        for sink in sinks:
            far = _step(builder, sink.index, axis) if isinstance(sink, Put) else None
            if far is not None and isinstance(sink, Put):
                block = _block(builder, sink.value, most)
                target = sink.memory, _first(builder, sink.index, axis, start)
                copies.append(Call(_copy(builder, block, 0, far), builder.need_index(count), (
                    (block, number(0)), target)))
                sink = replace(sink, memory=block, index=place)
            served.append(sink)
        span(builder, [line], start, stop, served, most)
        builder.add(*copies)
    builder.add(*inner.statements)


def _apart(builder: Builder, axis: Node, sinks: Sequence[Sink]) -> list[tuple[Node, Memory, Node, Node]]:
    """What is read that lies apart along an axis: where, and at which distance."""
    nodes = topological([sink.value for sink in sinks],
                        lambda x: () if x.op in (LOAD, FOLD) or builder.place(x) else x.inputs)
    found = list[tuple[Node, Memory, Node, Node]]()
    for x in nodes:
        place = builder.place(x)
        if place:
            _, memory, index = place
        elif x.op is LOAD and not x.attr("masked"):
            memory, index = builder.memories[x.attr("buffer")], x.inputs[0]
        else:
            continue
        step = _step(builder, index, axis)
        if step is not None:
            found.append((x, memory, index, step))
    return found


def _step(builder: Builder, index: Node, axis: Node) -> Node | None:
    """The distance of an index's next element along an axis, if it is known and neither 0 nor 1."""
    algebra = builder.algebra
    found: Polynomial | None = algebra.stride(algebra.of(index), axis)
    return None if found is None or found in ({}, algebra.of(1)) else algebra.node(found)


def _first(builder: Builder, index: Node, axis: Node, start: Dim) -> Node:
    found, = with_axes([index], {axis.attr("number"): start}, builder.algebra)
    return builder.need_index(found)


def _block(builder: Builder, value: Node, size: int) -> Memory:
    memory = builder.memory("across", value.dtype, size)
    builder.add(Declare(memory))
    return memory


def _copy(builder: Builder, like: Memory, step: Dim, other: Dim) -> Function:
    """The function that copies elements ``step`` apart (0: in order) to where they lie ``other`` apart."""
    key = ("across", like.dtype, step, other)
    function = builder.shared.get(key)
    if function is None:
        given = [builder.memory("c", like.dtype, scope="global", readonly=k == 0) for k in range(2)]
        length, lane = builder.axis(), builder.axis()
        with (builder.function(builder.unique(f"{builder.prefix}_c"), "cells", (length,), given) as made,
              builder.loop(lane, 0, length, "vector")):
            source, target = (number(dims.multiply(lane, far) if far != 0 else lane) for far in (step, other))
            builder.add(Store(given[1], builder.need_index(target), element(given[0], builder.need_index(source))))
        function = builder.shared[key] = made[0]
    return function
