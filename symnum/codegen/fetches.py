"""Fetches: hints that the elements of the next row are going to be read, while those of this one are at hand."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir import dims
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import Builder
from .loops import Memory, Prefetch
from .normal import with_axes

# Bytes of a line of memory, and how many bytes ahead is fetched at most.
LINE, FETCHED = 64, 1 << 17


def next_row(builder: Builder, load: Node) -> Dim | None:
    """How far behind an element that of the next row lies; None if it is not known to be wanted."""
    step = builder.algebra.stride(builder.algebra.of(load.inputs[0]), builder.row) if builder.row else None
    return dims.minimum(builder.algebra.node(step), FETCHED // load.dtype.itemsize) if step else None


def fetch_lines(builder: Builder, memory: Memory, index: Node, axis: Node, place: Dim, count: int,
                far: Dim = 0) -> None:
    """Hints for the lines that lie ``far`` behind ``count`` elements, the first of which has the place ``place``."""
    found, = with_axes([index], {axis.attr("number"): place}, builder.algebra)
    for offset in range(0, count, LINE // memory.dtype.itemsize):
        line = builder.algebra.normal(dims.add(dims.add(found, far), offset))
        builder.add(Prefetch(memory, builder.need_index(line)))


def fetch_ahead(builder: Builder, roots: Sequence[Node], axis: Node, start: Dim, count: int) -> None:
    """Hints for what expressions load from the next row, where an axis has ``count`` values from ``start`` on."""
    if builder.row is None:
        return
    nodes = topological(roots, lambda x: () if x.op in (FOLD, LOAD) or builder.place(x) else x.inputs)
    for load in nodes:
        if load.op is LOAD and not builder.place(load) and not load.attr("masked"):
            far, step = next_row(builder, load), builder.algebra.stride(builder.algebra.of(load.inputs[0]), axis)
            if far is not None and step == builder.algebra.of(1):
                fetch_lines(builder, builder.memories[load.attr("buffer")], load.inputs[0], axis, start, count, far)
