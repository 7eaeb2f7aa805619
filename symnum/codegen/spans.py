"""Spans: elements that are computed alike, by plain loops or through vector bodies in tiles."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field

from ..ir import dims
from ..ir.node import Dim, Node
from ..records import dataclass
from . import large
from .bodies import pointer, source_pointer, span_function
from .builder import Builder
from .instructions import is_estimate
from .loops import Call, Declare, Memory, Store, number
from .parts import STATEMENTS, Part, cut, parts_of
from .sinks import Fold, Put, Sink, Span, emit, extent_of, has_lanes
from .walks import Stretch, between, stretches, walk

# Elements of a tile, and bytes of all its blocks together: they stay in the first-level cache.
TILE, TILE_BYTES = 1024, 1 << 15
# Where a value lies: a memory and an index.
Place = tuple[Memory, Node]


def span(builder: Builder, axes: Span, start: Dim, stop: Dim, sinks: Sequence[Sink], most: int | None = None) -> None:
    """Statements for elements [start, stop) of all sinks, in C order over ``axes``; with no axes, for one element.

    ``most`` is how many elements there are at most, if that is known.
    """
    numbers = frozenset(axis.attr("number") for axis, _ in axes)
    roots = list(dict.fromkeys(sink.value for sink in sinks))
    inside = cut(builder, numbers, roots)
    in_body = len(inside.nodes) > STATEMENTS or any(map(builder.is_approximate, inside.nodes))
    if in_body and len(axes) == 1 and has_lanes(sinks) and len(inside.nodes) <= STATEMENTS:
        # Sums in lanes have whole vectors of their own: estimates need no body.
        in_body = any(builder.is_approximate(x) and not is_estimate(x) for x in inside.nodes)
    is_large = len(inside.nodes) > STATEMENTS and not has_lanes(sinks)
    parts = parts_of(builder, inside, roots, vectors=bool(axes) or not is_large) if in_body else []
    if not axes and is_large:
        large.point(builder, sinks, parts)
    elif not axes:
        _point(builder, sinks, parts)
    elif in_body and not has_lanes(sinks) and len(found := stretches(builder, axes[0][0], sinks)) > 1:
        _apart(builder, axes, start, stop, found, most)
    elif is_large:
        large.tiles(builder, axes, start, stop, sinks, parts)
    elif in_body or (len(axes) > 1 and has_lanes(sinks)):
        _tiles(builder, axes, start, stop, sinks, parts, most)
    else:
        walk(builder, axes, start, stop, sinks)


def _apart(builder: Builder, axes: Span, start: Dim, stop: Dim, found: Sequence[Stretch], most: int | None) -> None:
    """Each stretch of the first axis through bodies of its own."""
    length = extent_of(axes[1:])
    for low, high, given in found:
        bounds = (None if bound is None else dims.multiply(bound, length) for bound in (low, high))
        first, last = between(start, stop, *bounds)
        with builder.when(first, last):
            span(builder, axes, first, last, given, most)


# one element ------------------------------------------------------------------------------------------------------

def approximate(builder: Builder, node: Node) -> None:
    """Compute one approximated value in the innermost scope, through a vector body."""
    if builder.scopes[-1].single and node.dtype.kind == "f":
        large.apply(builder, node)
        return
    places = _call_on_one(builder, parts_of(builder, cut(builder, frozenset(), [node]), [node]), {})
    builder.load(node, *places[node])


def _point(builder: Builder, sinks: Sequence[Sink], parts: Sequence[Part]) -> None:
    made = {x for part in parts for x in part.nodes}
    direct: dict[Node, Place] = {}
    for sink in sinks:
        if isinstance(sink, Put) and sink.value in made:
            direct.setdefault(sink.value, (sink.memory, builder.need_index(sink.index)))
    builder.scopes[-1].stored.update(_call_on_one(builder, parts, direct))
    emit(builder, [s for s in sinks if not isinstance(s, Put) or direct.get(s.value) != (s.memory, s.index)])


def _call_on_one(builder: Builder, parts: Sequence[Part], places: dict[Node, Place]) -> dict[Node, Place]:
    """Call the functions of parts for one element; outputs without a place get local arrays."""
    places = dict(places)
    made = {x for part in parts for x in part.nodes}
    for part in parts:
        inputs = []
        for x in part.inputs:
            if x in made:
                inputs.append(places[x])
            else:
                inputs.append((_block(builder, x, 1), number(0)))
                builder.need(x)
                builder.add(Store(*inputs[-1], x))
        for x in part.outputs:
            if x not in places:
                places[x] = (_block(builder, x, 1), number(0))
        outputs = [places[x] for x in part.outputs]
        builder.add(Call(span_function(builder, part), number(1), (*inputs, *outputs)))
    return places


def _block(builder: Builder, value: Node, size: int) -> Memory:
    memory = builder.memory("block", value.dtype, size)
    builder.add(Declare(memory))
    return memory


# many elements ----------------------------------------------------------------------------------------------------

@dataclass(slots=True)
class _Layout:
    """Where the values of a span lie: one after the other in memory (an offset from element 0 on), or in blocks."""

    pointers: dict[Node, Place] = field(default_factory=dict)
    filled: dict[Node, None] = field(default_factory=dict)     # values that plain loops put into blocks
    drained: dict[Node, None] = field(default_factory=dict)    # values that the bodies put into blocks
    rest: list[Sink] = field(default_factory=list)             # sinks that are served from blocks, after the bodies
    early: list[Sink] = field(default_factory=list)            # sinks that are served while blocks are filled


def _layout(builder: Builder, axes: Span, sinks: Sequence[Sink], parts: Sequence[Part]) -> _Layout:
    layout = _Layout()
    made = {x for part in parts for x in part.nodes}
    for x in dict.fromkeys(x for part in parts for x in part.inputs if x not in made):
        found = source_pointer(builder, axes, x)
        if found:
            layout.pointers[x] = found
        else:
            layout.filled[x] = None
    for sink in sinks:
        if not parts and isinstance(sink, Put):
            layout.early.append(sink)
            continue
        # What shares its memory with another buffer is written last, unless it is all that there is to do.
        free = isinstance(sink, Put) and (not sink.memory.aliased or len(sinks) == len(parts) == 1)
        found = pointer(builder, axes, sink.memory, sink.index) if free and isinstance(sink, Put) else None
        if found and sink.value in made and sink.value not in layout.pointers:
            layout.pointers[sink.value] = found
            layout.drained.pop(sink.value, None)
            continue
        layout.rest.append(sink)
        if sink.value not in layout.pointers and sink.value not in layout.filled:
            (layout.drained if sink.value in made else layout.filled)[sink.value] = None
        if len(axes) > 1 and isinstance(sink, Fold) and sink.index is None and sink.position is not None:
            layout.filled[sink.position] = None
    between = (x for part in parts for x in part.outputs if x in made and x not in layout.pointers)
    layout.drained.update(dict.fromkeys(between))
    return layout


def _tiles(builder: Builder, axes: Span, start: Dim, stop: Dim, sinks: Sequence[Sink], parts: Sequence[Part],
           most: int | None) -> None:
    layout = _layout(builder, axes, sinks, parts)
    wanted = [*layout.filled, *layout.drained]
    size, count = _tile_size(wanted), dims.simple(dims.subtract(stop, start))
    most = count if isinstance(count, int) else most
    whole = not wanted or (most is not None and most <= size)
    if whole and most is not None:
        size = most
    blocks = {x: _block(builder, x, size) for x in wanted}
    tile, end = builder.axis(), builder.axis()
    loop: AbstractContextManager[object] = nullcontext() if whole else builder.loop(tile, start, stop, step=size)
    with loop:
        first: Dim = start if whole else tile
        if not whole:
            builder.bind(end, dims.minimum(dims.add(tile, size), stop))
            stop = end
        _tile(builder, axes, first, stop, layout, parts, blocks)


def _tile_size(values: Sequence[Node]) -> int:
    size, total = TILE, sum(x.dtype.itemsize for x in values)
    while size > 64 and size * total > TILE_BYTES:
        size //= 2
    return size


def _tile(builder: Builder, axes: Span, start: Dim, stop: Dim, layout: _Layout, parts: Sequence[Part],
          blocks: dict[Node, Memory]) -> None:
    place = number(dims.subtract(builder.algebra.flat(axes), start))
    fills = [Put(blocks[x], place, x) for x in layout.filled]
    if fills or layout.early:
        walk(builder, axes, start, stop, [*fills, *layout.early])
    for part in parts:
        pointers = [_at(layout, blocks, x, start) for x in (*part.inputs, *part.outputs)]
        builder.add(Call(span_function(builder, part), number(dims.subtract(stop, start)), tuple(pointers)))
    line = list(axes) if len(axes) == 1 else [(builder.axis(), stop)]
    in_lanes = [s for s in layout.rest if isinstance(s, Fold) and s.index is None]
    others = [s for s in layout.rest if s not in in_lanes]
    for walked, served in ((line, in_lanes), (axes, others)):
        if served:
            with builder.scope() as inner:
                inner.stored.update(_places(builder, layout, blocks, walked, start))
                walk(builder, walked, start, stop, served)
            builder.add(*inner.statements)


def _at(layout: _Layout, blocks: dict[Node, Memory], value: Node, start: Dim) -> Place:
    """The pointer to the value of the first element of a tile."""
    if value in blocks:
        return blocks[value], number(0)
    memory, offset = layout.pointers[value]
    return memory, number(dims.add(offset, start))


def _places(builder: Builder, layout: _Layout, blocks: dict[Node, Memory], axes: Span,
            start: Dim) -> dict[Node, Place]:
    flat = builder.algebra.flat(axes)
    places = {x: (memory, number(dims.subtract(flat, start))) for x, memory in blocks.items()}
    places.update({x: (memory, number(dims.add(offset, flat))) for x, (memory, offset) in layout.pointers.items()})
    return places
