"""Fetches: hints that the elements of the next row are going to be read, while those of this one are at hand."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir import dims
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import Builder
from .loops import Prefetch
from .normal import with_axes

# Bytes of a line of memory, and how many bytes ahead is fetched at most.
LINE, FETCHED = 64, 1 << 17


def next_row(builder: Builder, load: Node) -> Dim | None:
    """How far behind an element that of the next row lies; None if it is not known to be wanted."""
    step = builder.algebra.stride(builder.algebra.of(load.inputs[0]), builder.row) if builder.row else None
    return dims.minimum(builder.algebra.node(step), FETCHED // load.dtype.itemsize) if step else None


def fetch_ahead(builder: Builder, roots: Sequence[Node], axis: Node, start: Dim, count: int) -> None:
    """Hints for what expressions load from the next row, where an axis has ``count`` values from ``start`` on."""
    if builder.row is None:
        return
    nodes = topological(roots, lambda x: () if x.op in (FOLD, LOAD) or builder.place(x) else x.inputs)
    for load in nodes:
        if load.op is LOAD and not builder.place(load) and not load.attr("masked"):
            _fetch(builder, load, axis, start, count)


def _fetch(builder: Builder, load: Node, axis: Node, start: Dim, count: int) -> None:
    algebra, index, size = builder.algebra, load.inputs[0], load.dtype.itemsize
    far = next_row(builder, load)
    if far is None or algebra.stride(algebra.of(index), axis) != algebra.of(1):
        return
    first, = with_axes([index], {axis.attr("number"): start}, algebra)
    for offset in range(0, count, LINE // size):
        place = builder.need_index(algebra.normal(dims.add(dims.add(first, far), offset)))
        builder.add(Prefetch(builder.memories[load.attr("buffer")], place))
