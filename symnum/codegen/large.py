"""Large expressions: functions of bounded length, one after the other, with local memory for what passes between them.

Compilers take long for pointers to hundreds of values, for copies of what vectors leave over, and for bodies of one
element.  So whole vectors in local memory are computed, where values that no later function reads make room for
others.  A single element is plain code: it calls one function for each op that vectors approximate or that is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..ir import dims
from ..ir.build import input_leaf
from ..ir.node import Dim, Node, intern
from ..records import dataclass
from .bodies import body_function, width
from .builder import Builder
from .fission import Lanes, vectors_first
from .loops import Apply, Call, Declare, Function, Memory, Store, element, number, quotient
from .parts import Part
from .sinks import Put, Sink, Span, emit
from .walks import walk

# Elements of a tile, and bytes of a stack that all values of one may take.
TILE, ROOM_BYTES = 64, 1 << 18


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where values that pass between parts lie: a memory for each dtype, with ``size`` elements for each place."""

    memories: Mapping[np.dtype[Any], Memory]
    places: Mapping[Node, int]
    size: int

    def at(self, value: Node, index: Dim = 0) -> tuple[Memory, Node]:
        """The memory of a value, and where in it an element of the tile lies."""
        return self.memories[value.dtype], number(dims.add(self.places[value] * self.size, index))


def point(builder: Builder, sinks: Sequence[Sink], parts: Sequence[Part]) -> None:
    """One element of all sinks."""
    sources = _sources(parts)
    rooms = _rooms(builder, parts, sinks, 1)
    builder.need(*sources)
    builder.add(*(Store(*rooms.at(x), x) for x in sources))
    for part in parts:
        _call(builder, _piece(builder, part, rooms), number(1))
    with builder.scope() as inner:
        inner.stored.update({x: rooms.at(x) for x in _results(parts, sinks)})
        emit(builder, sinks)
    builder.add(*inner.statements)


def tiles(builder: Builder, axes: Span, start: Dim, stop: Dim, sinks: Sequence[Sink], parts: Sequence[Part]) -> None:
    """Elements [start, stop) of all sinks, tile by tile; what a tile leaves over of a vector repeats its first
    element."""
    sources, lanes = _sources(parts), max(map(width, parts))
    rooms = _rooms(builder, parts, sinks, TILE)
    functions = [_vectors(builder, part, rooms) for part in parts]
    tile, end, count, whole, lane = (builder.axis() for _ in range(5))
    with builder.loop(tile, start, stop, step=rooms.size):
        builder.bind(end, dims.minimum(dims.add(tile, rooms.size), stop))
        builder.bind(count, dims.subtract(end, tile))
        builder.bind(whole, dims.multiply(lanes, quotient(dims.add(count, lanes - 1), lanes)))
        place = dims.subtract(builder.algebra.flat(axes), tile)
        if sources:
            walk(builder, axes, tile, end, [Put(*rooms.at(x, place), x) for x in sources])
        with builder.loop(lane, count, whole, "vector"):
            builder.add(*(Store(*rooms.at(x, lane), element(*rooms.at(x))) for x in sources))
        for function in functions:
            _call(builder, function, whole)
        with builder.scope() as inner:
            inner.stored.update({x: rooms.at(x, place) for x in _results(parts, sinks)})
            walk(builder, axes, tile, end, sinks)
        builder.add(*inner.statements)


# functions --------------------------------------------------------------------------------------------------------

def _call(builder: Builder, function: Function, length: Node) -> None:
    builder.add(Call(function, length, tuple((m, number(0)) for m in function.memories)))


def _piece(builder: Builder, part: Part, rooms: Rooms) -> Function:
    """A part for one element."""
    with builder.function(builder.unique(f"{builder.prefix}_p"), "piece", ()) as made:
        builder.scopes[-1].single = True
        builder.scopes[-1].stored.update({x: rooms.at(x) for x in part.inputs})
        builder.need(*part.outputs)
        builder.add(*(Store(*rooms.at(x), x) for x in part.outputs))
    return made[0]


def _vectors(builder: Builder, part: Part, rooms: Rooms) -> Function:
    """A part for whole vectors of a tile."""
    length, begin, lane = (builder.axis() for _ in range(3))
    lanes, inside = width(part), frozenset(part.nodes)
    with builder.function(builder.unique(f"{builder.prefix}_b"), "body", (length,)) as made, \
            builder.loop(begin, 0, length, step=lanes):
        place = dims.add(begin, lane)

        @contextmanager
        def loop() -> Iterator[None]:
            with builder.loop(lane, 0, lanes, "lanes") as scope:
                scope.stored.update({x: rooms.at(x, place) for x in part.inputs})
                yield

        vectors_first(builder, part.outputs, Lanes(lane, lanes, loop), lambda x: x not in inside)
        with loop():
            builder.need(*part.outputs)
            builder.add(*(Store(*rooms.at(x, place), x) for x in part.outputs))
    return made[0]


def apply(builder: Builder, node: Node) -> None:
    """Compute one element by a function that all ops like this one call."""
    key = ("single", node.op, node.attrs, *(x.dtype for x in node.operands))
    function = builder.shared.get(key)
    if function is None:
        function = builder.shared[key] = _single(builder, node)
    builder.add(Apply(node, function))


def _single(builder: Builder, node: Node) -> Function:
    """The function of an op: through a vector body of which all lanes are alike, if vectors approximate it."""
    given = tuple(input_leaf(f"x{k}", x.dtype, (), f"x{k}") for k, x in enumerate(node.operands))
    like = intern(node.op, given, node.attrs, node.dtype, ())
    part = Part(given, (like,), (like,))
    approximate, lanes = builder.is_approximate(node), width(part)
    body = body_function(builder, part, lanes) if approximate else None
    pads = [builder.memory("pad", x.dtype, lanes if body else 1) for x in (*given, like)]
    with builder.function(builder.unique(f"{builder.prefix}_s"), "single", (), result=pads[-1]) as made:
        builder.scopes[-1].names.update(dict.fromkeys(given))
        if body is None:
            builder.add(Declare(pads[-1]))
            builder.need(like)
            builder.add(Store(pads[-1], number(0), like))
        else:
            builder.add(*map(Declare, pads))
            lane = builder.axis()
            with builder.loop(lane, 0, lanes, "vector"):
                builder.add(*(Store(pad, lane, x) for pad, x in zip(pads, given, strict=False)))
            builder.add(Call(body, number(lanes), tuple((pad, number(0)) for pad in pads)))
    return made[0]


# memory -----------------------------------------------------------------------------------------------------------

def _sources(parts: Sequence[Part]) -> list[Node]:
    """What parts read and none of them computes."""
    made = {x for part in parts for x in part.nodes}
    return list(dict.fromkeys(x for part in parts for x in part.inputs if x not in made))


def _results(parts: Sequence[Part], sinks: Sequence[Sink]) -> list[Node]:
    """What parts compute for sinks."""
    made = {x for part in parts for x in part.outputs}
    return [x for x in dict.fromkeys(sink.value for sink in sinks) if x in made]


def _rooms(builder: Builder, parts: Sequence[Part], sinks: Sequence[Sink], size: int) -> Rooms:
    """Memory for what passes between parts, declared here: a place is free again after the last part that reads it."""
    last = {x: k for k, part in enumerate(parts) for x in part.inputs}
    last.update(dict.fromkeys(_results(parts, sinks), len(parts)))
    ends: list[list[Node]] = [[] for _ in range(len(parts) + 1)]
    places: dict[Node, int] = {}
    free: dict[np.dtype[Any], list[int]] = {}
    count: dict[np.dtype[Any], int] = {}

    def take(values: Sequence[Node]) -> None:
        for x in values:
            spare = free.setdefault(x.dtype, [])
            if not spare:
                spare.append(count.get(x.dtype, 0))
                count[x.dtype] = spare[0] + 1
            places[x] = spare.pop()
            ends[last[x]].append(x)

    take(_sources(parts))
    for k, part in enumerate(parts):
        take(part.outputs)
        for x in ends[k]:
            free[x.dtype].append(places[x])
    least = max(map(width, parts))
    while size > least and size * sum(n * dtype.itemsize for dtype, n in count.items()) > ROOM_BYTES:
        size //= 2
    memories = {dtype: builder.memory("room", dtype, n * size) for dtype, n in count.items()}
    builder.add(*map(Declare, memories.values()))
    return Rooms(memories, places, size)
