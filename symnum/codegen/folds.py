"""Folds in a fixed tree, the same for every number of threads and every width of vectors.

Along the elements that are summed: LANES sums side by side over BLOCK elements, combined in pairs; then the sums of
blocks are combined in pairs, neighbours first.  Across rows: one sum for each column (cell) over ROWS rows, and the same
tree over blocks of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..dtypes import INT64
from ..ir import dims
from ..ir.build import constant
from ..ir.node import Dim, Node, intern
from ..ops.table import TABLE
from .builder import Builder
from .loops import Accumulate, Declare, Memory, Store, blocks, element, number, quotient
from .sinks import LANES, Fold, Sink, Span, decompose, extent_of
from .spans import span
from .texts import identity

BLOCK, ROWS = 4096, 128
# Levels of the tree over blocks: enough for any number of elements that there can be.
DEPTH = 48
_LAST = 2 ** 63 - 1
_AND = TABLE["bitwise_and"]


@dataclass(frozen=True, slots=True)
class Sums:
    """Memory for partial results of a fold: its values, and for argmax and argmin their positions."""

    fold: Node
    memory: Memory
    positions: Memory | None

    @property
    def combine(self) -> str:
        """The combining op."""
        return str(self.fold.attr("combine"))

    @property
    def result(self) -> Memory:
        """Where the fold's own value lies."""
        return self.memory if self.positions is None else self.positions

    def clear(self, builder: Builder, index: Dim) -> None:
        """Store what the fold starts from."""
        place = number(index)
        start = constant(identity(self.combine, self.memory.dtype), self.memory.dtype)
        builder.add(Store(self.memory, place, start))
        if self.positions:
            builder.add(Store(self.positions, place, number(_LAST)))

    def merge(self, builder: Builder, index: Dim, source: Sums, place: Dim) -> None:
        """Combine the element at ``index`` with an element of other memory."""
        builder.add(Accumulate(
            self.memory, number(index), self.combine, element(source.memory, place), self.positions,
            None if source.positions is None else element(source.positions, place)))

    def copy(self, builder: Builder, index: Dim, source: Sums, place: Dim) -> None:
        """Store an element of other memory."""
        builder.add(Store(self.memory, number(index), element(source.memory, place)))
        if self.positions and source.positions:
            builder.add(Store(self.positions, number(index), element(source.positions, place)))

    def sink(self, index: Node | None = None) -> Fold:
        """The sink that sums the fold's values into this memory."""
        value, *position = self.fold.inputs
        return Fold(self.memory, self.combine, value, index, self.positions, position[0] if position else None)


def sums(builder: Builder, fold: Node, name: str, size: int, scope: str = "local") -> Sums:
    """New memory for a fold, declared in the innermost scope if it is local."""
    memory = builder.memory(name, fold.inputs[0].dtype, size, scope)
    positions = builder.memory(f"{name}_at", INT64, size, scope) if len(fold.inputs) > 1 else None
    if scope == "local":
        builder.add(*(Declare(m) for m in (memory, positions) if m))
    return Sums(fold, memory, positions)


@dataclass(frozen=True, slots=True)
class Cells:
    """Folds that keep one axis: columns ``start`` to below ``stop`` of it, at most ``most``."""

    axis: Node
    extent: Dim
    start: Node
    stop: Node
    most: int

    @property
    def place(self) -> Node:
        """The cell of the axis's value."""
        return number(dims.subtract(self.axis, self.start))

    @property
    def count(self) -> Dim:
        """How many cells there are."""
        return dims.subtract(self.stop, self.start)


def over_cells(builder: Builder, count: Dim, act: Callable[[Dim], None]) -> None:
    """Statements for each cell; without a loop if there is one."""
    if isinstance(count, int) and count == 1:
        act(0)
    else:
        cell = builder.axis()
        with builder.loop(cell, 0, count, "vector"):
            act(cell)


def fold(builder: Builder, node: Node, extents: Span) -> None:
    """Compute one fold in the innermost scope."""
    result, = fold_span(builder, extents, 0, extent_of(extents), [node])
    builder.load(node, result.result, 0)


def fold_span(builder: Builder, axes: Span, start: Dim, stop: Dim, folds: Sequence[Node],
              puts: Sequence[Sink] = (), cells: Cells | None = None, most: int | None = None) -> list[Sums]:
    """Statements that fold elements [start, stop) of ``axes``, at most ``most``, and serve other sinks on the way.

    Each result is element 0 of the memory that is given for it; with cells there is one for each cell.
    """
    size, width = (ROWS, cells.most) if cells else (BLOCK, LANES)
    accumulators = [sums(builder, f, "sum", width) for f in folds]
    count = dims.simple(dims.subtract(stop, start))
    if isinstance(count, int) and count <= size:
        _block(builder, axes, start, stop, accumulators, puts, cells)
        return accumulators
    depth = DEPTH if most is None else (most // size).bit_length() + 1
    return _blocks(builder, axes, start, stop, accumulators, puts, cells, depth)


def _blocks(builder: Builder, axes: Span, start: Dim, stop: Dim, accumulators: Sequence[Sums],
            puts: Sequence[Sink], cells: Cells | None, depth: int) -> list[Sums]:
    """Blocks one after the other; sums that wait for their neighbour are on a stack, the last on ``top``."""
    size, cell_count, stride = (ROWS, cells.count, cells.most) if cells else (BLOCK, 1, 1)
    stacks = [sums(builder, a.fold, "tree", depth * stride) for a in accumulators]
    top = builder.memory("top", INT64, 1)
    builder.add(Declare(top), Store(top, number(0), number(0)))
    for stack in stacks:
        over_cells(builder, cell_count, lambda cell, stack=stack: stack.clear(builder, cell))  # type: ignore[misc]
    block, end = builder.axis(), builder.axis()
    with builder.loop(block, start, stop, step=size):
        builder.bind(end, dims.minimum(dims.add(block, size), stop))
        _block(builder, axes, block, end, accumulators, puts, cells)
        done = dims.add(quotient(dims.subtract(block, start), size), 1)
        _push(builder, stacks, accumulators, top, done, cell_count, stride)
    height, step = builder.axis(), builder.axis()
    builder.bind(height, element(top, 0))
    with builder.loop(step, 1, height):
        last = dims.subtract(height, step)
        _merge_down(builder, stacks, last, cell_count, stride)
    return stacks


def _push(builder: Builder, stacks: Sequence[Sums], accumulators: Sequence[Sums], top: Memory, done: Dim,
          count: Dim, stride: int) -> None:
    """Put a block's sums on the stack, and combine them with neighbours of equal size: as often as ``done`` is even."""
    free, last, above, step = (builder.axis() for _ in range(4))
    builder.bind(free, element(top, 0))
    for stack, one in zip(stacks, accumulators, strict=True):
        base = dims.multiply(free, stride)
        over_cells(builder, count, lambda cell, stack=stack, one=one, base=base: stack.copy(  # type: ignore[misc]
            builder, dims.add(base, cell), one, cell))
    lowest = intern(_AND, (number(done), number(dims.subtract(0, done))), (), INT64, ())
    with builder.loop(step, 1, lowest, "doubling"):
        builder.bind(last, element(top, 0))
        _merge_down(builder, stacks, last, count, stride)
        builder.bind(above, dims.subtract(last, 1))
        builder.add(Store(top, number(0), above))
    above = builder.axis()
    builder.bind(above, dims.add(element(top, 0), 1))
    builder.add(Store(top, number(0), above))


def _merge_down(builder: Builder, stacks: Sequence[Sums], last: Dim, count: Dim, stride: int) -> None:
    base, below = dims.multiply(last, stride), dims.multiply(dims.subtract(last, 1), stride)
    for stack in stacks:
        over_cells(builder, count, lambda cell, stack=stack: stack.merge(  # type: ignore[misc]
            builder, dims.add(below, cell), stack, dims.add(base, cell)))


def _block(builder: Builder, axes: Span, start: Dim, stop: Dim, accumulators: Sequence[Sums],
           puts: Sequence[Sink], cells: Cells | None) -> None:
    """The sums of one block."""
    if cells:
        _block_of_rows(builder, axes, start, stop, accumulators, puts, cells)
        return
    lane = builder.axis()
    with builder.loop(lane, 0, LANES, "lanes"):
        for one in accumulators:
            one.clear(builder, lane)
    span(builder, axes, start, stop, [*puts, *(one.sink() for one in accumulators)])
    half = LANES // 2
    while half:
        with builder.loop(lane, 0, half, "lanes"):
            for one in accumulators:
                one.merge(builder, lane, one, dims.add(lane, half))
        half //= 2


def _block_of_rows(builder: Builder, axes: Span, start: Dim, stop: Dim, accumulators: Sequence[Sums],
                   puts: Sequence[Sink], cells: Cells) -> None:
    for one in accumulators:
        over_cells(builder, cells.count, lambda cell, one=one: one.clear(builder, cell))  # type: ignore[misc]
    row = axes[0][0] if len(axes) == 1 else builder.axis()
    with builder.loop(row, start, stop):
        decompose(builder, axes, row)
        span(builder, [(cells.axis, cells.extent)], cells.start, cells.stop,
             [*puts, *(one.sink(cells.place) for one in accumulators)])


def tree(builder: Builder, partial: Sums, count: Dim, cell_count: Dim) -> None:
    """Combine ``count`` sums (of ``cell_count`` cells each) in place, in the tree that stacks make."""
    step, place = builder.axis(), builder.axis()
    with (builder.loop(step, 1, count, "doubling"),
          builder.loop(place, 0, dims.subtract(count, step), step=dims.multiply(2, step))):
        base, other = (dims.multiply(x, cell_count) for x in (place, dims.add(place, step)))
        over_cells(builder, cell_count, lambda cell: partial.merge(
            builder, dims.add(base, cell), partial, dims.add(other, cell)))


def shares(extent: Dim, cells: bool) -> tuple[int, Node]:
    """Elements (or rows) of one share of parallel work, a power of 2 of blocks, and how many shares there are."""
    size = 64 * ROWS if cells else 16 * BLOCK
    return size, blocks(extent, size)
