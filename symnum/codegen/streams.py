"""Streams: memory that a loop walks from end to end, fetched a little ahead of the loop.

Processors fetch ahead by themselves, but not beyond a page, and not what is going to be stored.  A stencil reads many
places of one buffer; all but the foremost were read before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..ir import dims
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import Builder
from .fetches import fetch_lines
from .instructions import WIDEST
from .loops import Memory, Prefetch, number
from .sinks import Put, Sink, emit
from .strides import Polynomial

# Bytes that lie ahead of what is read and what is stored, where the next is fetched.
READ, STORED = 1 << 11, 1 << 10
# Elements of a loop alone that the first cache holds, and of one of many rows that are too few.
FEW, SHORT = 1 << 12, 64


def fetch_body(builder: Builder, sources: Iterable[Memory], targets: Iterable[Memory], begin: Node,
               length: Node) -> None:
    """Hints for a vector body whose pointers all stand at ``begin`` of ``length`` elements.

    What is stored is not fetched beyond the end: another thread may be at work there.
    """
    for memory in sources:
        builder.add(Prefetch(memory, number(dims.add(begin, READ // memory.dtype.itemsize))))
    for memory in targets:
        place = dims.minimum(dims.add(begin, STORED // memory.dtype.itemsize), dims.subtract(length, 1))
        builder.add(Prefetch(memory, number(place)))


def stream(builder: Builder, axis: Node, start: Dim, stop: Dim, sinks: Sequence[Sink], *, alone: bool) -> bool:
    """A loop in strips of whole vectors, with hints, if that suits its sinks; otherwise nothing.

    The last strip ends with the loop, and may compute again what the one before it did.  ``alone``: the loop is not
    one of many rows.
    """
    count = dims.simple(dims.subtract(stop, start))
    puts = [sink for sink in sinks if isinstance(sink, Put)]
    if builder.row or len(puts) < len(sinks) or (isinstance(count, int) and count < (FEW if alone else SHORT)):
        return False
    loads = _loads(builder, axis, puts)
    if loads is None or not (fetched := _foremost(builder, loads)):
        return False
    lanes = WIDEST // min(x.dtype.itemsize for x in (*loads, *(put.value for put in puts)))
    strip, first, lane, begin, end = (builder.axis() for _ in range(5))
    builder.bind(begin, start)
    builder.bind(end, stop)
    start, stop, count = begin, end, dims.subtract(end, begin)
    fewest = FEW if alone else lanes
    with builder.when(fewest - 1, count), builder.loop(strip, start, stop, step=lanes):
        builder.bind(first, dims.minimum(strip, dims.subtract(stop, lanes)))
        for load in fetched:
            fetch_lines(builder, builder.memories[load.attr("buffer")], load.inputs[0], axis,
                        dims.add(first, READ // load.dtype.itemsize), lanes)
        for put in puts:
            far = dims.add(first, STORED // put.value.dtype.itemsize)
            fetch_lines(builder, put.memory, put.index, axis,
                        dims.minimum(far, dims.subtract(stop, 1)) if alone else far, lanes)
        with builder.loop(lane, 0, lanes, "lanes"):
            builder.bind(axis, dims.add(first, lane))
            emit(builder, sinks)
    with builder.when(count, fewest), builder.loop(axis, start, stop, "vector"):
        emit(builder, sinks)
    return True


def _loads(builder: Builder, axis: Node, puts: Sequence[Put]) -> list[Node] | None:
    """What is loaded along an axis; None where not all lies one after the other in memory of its own."""
    algebra, one, found = builder.algebra, builder.algebra.of(1), list[Node]()
    for node in topological([put.value for put in puts], lambda x: () if x.op is LOAD else x.inputs):
        if axis.attr("number") not in algebra.dependence(node):
            continue
        if node.op is FOLD or builder.place(node) or builder.is_serial(node) or builder.is_approximate(node):
            return None
        if node.op is LOAD:
            if node.attr("masked") or algebra.stride(algebra.of(node.inputs[0]), axis) != one:
                return None
            found.append(node)
    stored = all(not put.memory.aliased and put.memory.scope == "global"
                 and algebra.stride(algebra.of(put.index), axis) == one for put in puts)
    return found if stored else None


def _foremost(builder: Builder, loads: Sequence[Node]) -> list[Node]:
    """Of the loads from each buffer in memory the one that lies farthest ahead, where lengths are large."""
    best: dict[int, Node] = {}
    for load in loads:
        buffer = load.attr("buffer")
        if builder.memories[buffer].scope == "global":
            best[buffer] = max((load, best.get(buffer, load)),
                               key=lambda x: _distance(builder.algebra.of(x.inputs[0])))
    return list(best.values())


def _distance(index: Polynomial) -> list[int]:
    """Factors of products of ever fewer lengths."""
    return [sum(k for m, k in index.items() if len(m) == degree) for degree in range(8, -1, -1)]
