"""Vector bodies: one function through which all elements of an approximated expression go.

gcc's vector functions of different widths, and the scalar one, give different last bits.  So an expression that calls
one is computed by a function over whole vectors only; what is left over, and single values, go through the same
function in padded local arrays.  A body sees contiguous pointers and scalars, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..dtypes import BOOL
from ..ir import dims
from ..ir.nest import LOAD
from ..ir.node import Dim, Node
from .builder import Builder
from .fetches import next_row
from .fission import Lanes, vectors_first
from .guards import is_below, read
from .instructions import WIDEST
from .loops import Call, Declare, Function, Memory, Prefetch, Store, element, number, quotient
from .parts import Part
from .streams import fetch_body


def width(part: Part) -> int:
    """Lanes of a body: as many as its smallest elements fill the widest vector with."""
    sizes = [x.dtype.itemsize for x in (*part.inputs, *part.outputs)]
    sizes += [y.dtype.itemsize for x in part.nodes for y in (x, *x.operands) if y.dtype != BOOL]
    return WIDEST // min(sizes, default=8)


def span_function(builder: Builder, part: Part) -> Function:
    """A function over any number of elements of a part: pointers to its inputs, then to its outputs.

    Inside is the body, over multiples of :func:`width` elements.
    """
    lanes = width(part)
    body = body_function(builder, part, lanes)
    length, main, lane = builder.axis(), builder.axis(), builder.axis()
    given = _pointers(builder, part)
    pads = [builder.memory("pad", m.dtype, lanes) for m in given]
    with builder.function(builder.unique(f"{builder.prefix}_v"), "span", (length,), given) as made:
        builder.bind(main, dims.multiply(lanes, quotient(length, lanes)))
        rest = dims.subtract(length, main)
        builder.add(Call(body, main, tuple((m, number(0)) for m in given)))
        with builder.when(main, length):
            builder.add(*map(Declare, pads))
            sources, targets = ([(m, pad) for m, pad in zip(given, pads, strict=True) if m.readonly == readonly]
                                for readonly in (True, False))
            builder.memories.update({m.number: m for m, _ in sources})
            first, stop, place = builder.axis(), builder.axis(), dims.add(main, lane)
            # Their own names keep what depends on them in here.
            builder.bind(first, main)
            builder.bind(stop, rest)
            with builder.loop(lane, 0, lanes, "vector"):
                for m, pad in sources:
                    value = read(m, place, first, is_below(lane, stop))
                    builder.need(value)
                    builder.add(Store(pad, lane, value))
            builder.add(Call(body, number(lanes), tuple((pad, number(0)) for pad in pads)))
            with builder.loop(lane, 0, lanes, "vector"), builder.when(lane, stop):
                for m, pad in targets:
                    builder.add(Store(m, number(place), element(pad, lane)))
    return made[0]


def _pointers(builder: Builder, part: Part) -> list[Memory]:
    return [*(builder.memory("x", x.dtype, scope="global", readonly=True) for x in part.inputs),
            *(builder.memory("y", x.dtype, scope="global") for x in part.outputs)]


def body_function(builder: Builder, part: Part, lanes: int) -> Function:
    """A function over a multiple of ``lanes`` elements of a part: pointers to its inputs, then to its outputs."""
    length, begin, lane = builder.axis(), builder.axis(), builder.axis()
    given = _pointers(builder, part)
    sources, targets = given[:len(part.inputs)], given[len(part.inputs):]
    with builder.function(builder.unique(f"{builder.prefix}_b"), "body", (length,), given) as made:
        ahead = _ahead(builder, part, sources)
        with builder.loop(begin, 0, length, step=lanes):
            builder.add(*(Prefetch(m, builder.need_index(dims.add(begin, far))) for m, far in ahead))
            if builder.row is None:
                loaded = [m for x, m in zip(part.inputs, sources, strict=True) if x.op is LOAD]
                fetch_body(builder, loaded, targets, begin, length)
            place = number(dims.add(begin, lane))

            @contextmanager
            def loop() -> Iterator[None]:
                with builder.loop(lane, 0, lanes, "lanes") as scope:
                    scope.stored.update({x: (m, place) for x, m in zip(part.inputs, sources, strict=True)})
                    yield

            inside = frozenset(part.nodes)
            vectors_first(builder, part.outputs, Lanes(lane, lanes, loop), lambda x: x not in inside)
            with loop():
                builder.need(*part.outputs)
                builder.add(*(Store(memory, place, x) for x, memory in zip(part.outputs, targets, strict=True)))
    return made[0]


def _ahead(builder: Builder, part: Part, sources: Sequence[Memory]) -> list[tuple[Memory, Node]]:
    """The sources that are loaded from rows, with the distance of the next row."""
    found = list[tuple[Memory, Node]]()
    for x, memory in zip(part.inputs, sources, strict=True):
        distance = next_row(builder, x) if x.op is LOAD else None
        if distance is not None:
            far = builder.axis()
            builder.bind(far, distance)
            found.append((memory, far))
    return found


# elements that do not lie one after the other ---------------------------------------------------------------------

def pointer(builder: Builder, span: Sequence[tuple[Node, Dim]], memory: Memory,
            index: Node) -> tuple[Memory, Node] | None:
    """The memory and the offset of element 0 of a span, if its elements lie one after the other."""
    offset = builder.algebra.offset(index, span)
    return None if offset is None else (memory, builder.need_index(offset))


def source_pointer(builder: Builder, span: Sequence[tuple[Node, Dim]], source: Node) -> tuple[Memory, Node] | None:
    """The same for the values of a source."""
    place = builder.place(source)
    if place:
        return pointer(builder, span, place[1], place[2])
    if source.op is LOAD and not source.attr("masked"):
        return pointer(builder, span, builder.memories[source.attr("buffer")], source.inputs[0])
    return None
