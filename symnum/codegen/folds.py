"""Folds in a fixed tree, the same for every number of threads and every width of vectors.

Along the elements that are summed: LANES sums side by side over BLOCK elements, combined in pairs; then the sums of
blocks are combined in pairs, neighbours first.  Across rows: one sum for each column (cell) over ROWS rows, and the
same tree over blocks of rows.  Where the order does not matter there is one block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

from ..dtypes import INT64
from ..ir import dims
from ..ir.build import constant
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node, intern
from ..ir.walk import topological
from ..ops.table import TABLE
from ..records import dataclass
from .builder import Builder
from .crossing import span_across
from .loops import Accumulate, Call, Declare, Memory, Statement, Store, element, number, quotient
from .normal import with_axes
from .sinks import LANES, Fold, Put, Sink, Span, decompose, extent_of
from .spans import span
from .texts import LAST, POSITIONS, identity

BLOCK, ROWS = 4096, 128
# Columns that are folded together.
COLUMNS = 128
# Rows that are added to the sums of columns while these are in registers, and the most statements of one row for that.
TOGETHER, WIDE = 4, 60
# Levels of the tree over blocks: enough for any number of elements that there can be.
DEPTH = 48
_AND = TABLE["bitwise_and"]


def _cells(builder: Builder, name: str, elements: Sequence[tuple[Memory, Dim]], count: Dim,
           act: Callable[[Sequence[Memory], Sequence[Node]], list[Statement]]) -> None:
    """Statements for ``count`` cells, whose elements lie in memories from given places on.

    Where the number is not known they are a function of their own, made once, since a compiler takes its time for
    each loop.
    """
    memories = [memory for memory, _ in elements]
    if isinstance(count, int):
        cell: Dim = 0 if count == 1 else builder.axis()
        with nullcontext() if isinstance(cell, int) else builder.loop(cell, 0, count, "vector"):
            builder.add(*act(memories, [number(dims.add(start, cell)) for _, start in elements]))
        return
    key = (name, *(m.dtype for m in memories))
    function = builder.shared.get(key)
    if function is None:
        given = [builder.memory("c", m.dtype, scope="global") for m in memories]
        length, lane = builder.axis(), builder.axis()
        with (builder.function(builder.unique(f"{builder.prefix}_c"), "cells", (length,), given) as made,
              builder.loop(lane, 0, length, "vector")):
            builder.add(*act(given, [lane] * len(given)))
        function = builder.shared[key] = made[0]
    builder.add(Call(function, builder.need_index(count),
                     tuple((memory, builder.need_index(start)) for memory, start in elements)))


@dataclass(frozen=True, slots=True)
class Sums:
    """Memory for partial results of a fold: its values, and for argmax and argmin their positions.

    What is done to it is done to ``count`` elements, from an index on.
    """

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

    @property
    def memories(self) -> list[Memory]:
        """Values, then positions if there are any."""
        return [self.memory] if self.positions is None else [self.memory, self.positions]

    def clear(self, builder: Builder, index: Dim, count: Dim = 1) -> None:
        """Store what the fold starts from."""
        starts = (constant(identity(self.combine, self.memory.dtype), self.memory.dtype), number(LAST))

        def act(memories: Sequence[Memory], places: Sequence[Node]) -> list[Statement]:
            return [Store(m, place, x) for m, place, x in zip(memories, places, starts, strict=False)]
        _cells(builder, f"clear {self.combine}", [(m, index) for m in self.memories], count, act)

    def copy(self, builder: Builder, index: Dim, source: Sums, start: Dim, count: Dim = 1) -> None:
        """Store elements of other memory, from ``start`` on."""
        def act(memories: Sequence[Memory], places: Sequence[Node]) -> list[Statement]:
            half = len(memories) // 2
            return [Store(memories[k], places[k], element(memories[half + k], places[half + k])) for k in range(half)]
        _cells(builder, "copy", [*((m, index) for m in self.memories), *((m, start) for m in source.memories)], count,
               act)

    def merge(self, builder: Builder, index: Dim, source: Sums, start: Dim, count: Dim = 1) -> None:
        """Combine with elements of other memory, from ``start`` on."""
        def act(memories: Sequence[Memory], places: Sequence[Node]) -> list[Statement]:
            half = len(memories) // 2
            target, *positions = memories[:half]
            value, *position = (element(m, place) for m, place in zip(memories[half:], places[half:], strict=True))
            return [Accumulate(target, places[0], self.combine, value, positions[0] if positions else None,
                               position[0] if position else None)]
        _cells(builder, f"merge {self.combine}",
               [*((m, index) for m in self.memories), *((m, start) for m in source.memories)], count, act)

    def sink(self, index: Node | None = None) -> Fold:
        """The sink that sums the fold's values into this memory."""
        value, *position = self.fold.inputs
        return Fold(self.memory, self.combine, value, index, self.positions, position[0] if position else None)


def sums(builder: Builder, fold: Node, name: str, size: int, scope: str = "local") -> Sums:
    """New memory for a fold, declared in the innermost scope if it is local."""
    memory = builder.memory(name, fold.inputs[0].dtype, size, scope)
    positions = builder.memory(f"{name}_at", INT64, size, scope) if len(fold.inputs) > 1 else None
    made = Sums(fold, memory, positions)
    if scope == "local":
        builder.add(*map(Declare, made.memories))
    return made


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
        return dims.simple(dims.subtract(self.stop, self.start))


def fold(builder: Builder, node: Node, extents: Span) -> None:
    """Compute one fold in the innermost scope."""
    result, = fold_span(builder, extents, 0, extent_of(extents), [node])
    builder.load(node, result.result, 0)


def fold_span(builder: Builder, axes: Span, start: Dim, stop: Dim, folds: Sequence[Node],
              puts: Sequence[Sink] = (), cells: Cells | None = None, most: int | None = None) -> list[Sums]:
    """Statements that fold elements [start, stop) of ``axes``, at most ``most``, and serve other sinks on the way.

    Each result is element 0 of the memory that is given for it; with cells there is one for each cell.
    """
    size, width = block_size(cells.most if cells else None), cells.most if cells else LANES
    accumulators = [sums(builder, f, "sum", width) for f in folds]
    count = dims.simple(dims.subtract(stop, start))
    most = count if isinstance(count, int) else most
    if (most is not None and most <= size) or all(is_exact(f) for f in folds):
        _block(builder, axes, start, stop, accumulators, puts, cells)
        return accumulators
    depth = DEPTH if most is None else (most // size).bit_length() + 1
    if most is not None or not cells:
        return _blocks(builder, axes, start, stop, accumulators, puts, cells, depth)
    # One block needs no tree; the sums of columns are many, and short columns are common.
    with builder.when(count, size + 1):
        _block(builder, axes, start, stop, accumulators, puts, cells)
    with builder.when(size, count):
        made = _blocks(builder, axes, start, stop, accumulators, puts, cells, depth)
        for one, part in zip(accumulators, made, strict=True):
            one.copy(builder, 0, part, 0, cells.count)
    return accumulators


def is_exact(node: Node) -> bool:
    """Whether a fold has the same result in every order: the greatest, whole numbers, truth.

    >>> from symnum.ir import build
    >>> from symnum.ir.nest import fold
    >>> [is_exact(fold("maximum", (), build.constant(1.5))), is_exact(fold("add", (), build.constant(1.5)))]
    [True, False]
    """
    combine, dtype = str(node.attr("combine")), node.inputs[0].dtype
    return dtype.kind in "biu" or combine in POSITIONS or "idempotent" in TABLE[combine].facts


def _blocks(builder: Builder, axes: Span, start: Dim, stop: Dim, accumulators: Sequence[Sums],
            puts: Sequence[Sink], cells: Cells | None, depth: int) -> list[Sums]:
    """Blocks one after the other; sums that wait for their neighbour are on a stack, the last on ``top``."""
    size = block_size(cells.most if cells else None)
    cell_count, stride = (cells.count, cells.most) if cells else (1, 1)
    stacks = [sums(builder, a.fold, "tree", depth * stride) for a in accumulators]
    top = builder.memory("top", INT64, 1)
    builder.add(Declare(top), Store(top, number(0), number(0)))
    for stack in stacks:
        stack.clear(builder, 0, cell_count)
    block, end = builder.axis(), builder.axis()
    with builder.loop(block, start, stop, step=size):
        builder.bind(end, dims.minimum(dims.add(block, size), stop))
        _block(builder, axes, block, end, accumulators, puts, cells)
        done = dims.add(quotient(dims.subtract(block, start), size), 1)
        _push(builder, stacks, accumulators, top, done, cell_count, stride)
    height, step = builder.axis(), builder.axis()
    builder.bind(height, element(top, 0))
    with builder.loop(step, 1, height):
        _merge_down(builder, stacks, dims.subtract(height, step), cell_count, stride)
    return stacks


def _push(builder: Builder, stacks: Sequence[Sums], accumulators: Sequence[Sums], top: Memory, done: Dim,
          count: Dim, stride: int) -> None:
    """Put a block's sums on the stack, and combine them with neighbours of equal size: as often as ``done`` is even."""
    free, last, above, step = (builder.axis() for _ in range(4))
    builder.bind(free, element(top, 0))
    for stack, one in zip(stacks, accumulators, strict=True):
        stack.copy(builder, dims.multiply(free, stride), one, 0, count)
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
    """Combine the sums on top of a stack with those below."""
    base, below = dims.multiply(last, stride), dims.multiply(dims.subtract(last, 1), stride)
    for stack in stacks:
        stack.merge(builder, below, stack, base, count)


def _block(builder: Builder, axes: Span, start: Dim, stop: Dim, accumulators: Sequence[Sums],
           puts: Sequence[Sink], cells: Cells | None) -> None:
    """The sums of one block."""
    if cells:
        _block_of_rows(builder, axes, start, stop, accumulators, puts, cells)
        return
    lane = builder.axis()
    with builder.loop(lane, 0, LANES, "vector"):
        for one in accumulators:
            one.clear(builder, lane)
    _span_of_folds(builder, axes, start, stop, [*puts, *(one.sink() for one in accumulators)])
    half = LANES // 2
    while half:
        with builder.loop(lane, 0, half, "vector"):
            for one in accumulators:
                one.merge(builder, lane, one, dims.add(lane, half))
        half //= 2


def _span_of_folds(builder: Builder, axes: Span, start: Dim, stop: Dim, sinks: Sequence[Sink]) -> None:
    """A span whose values may hold folds: these are computed for a tile of elements side by side."""
    (axis, extent), *others = axes
    if others or not _folds_inside(builder, sinks, axis):
        span(builder, axes, start, stop, sinks)
        return
    tile, end = builder.axis(), builder.axis()
    with builder.loop(tile, start, stop, step=COLUMNS):
        builder.bind(end, dims.minimum(dims.add(tile, COLUMNS), stop))
        _fold_inside(builder, sinks, Cells(axis, extent, tile, end, COLUMNS))
        span(builder, axes, tile, end, sinks, COLUMNS)


def _folds_inside(builder: Builder, sinks: Sequence[Sink], axis: Node) -> list[Node]:
    """The outermost folds in the values of sinks that depend on an axis and are not known yet."""
    def is_known(node: Node) -> bool:
        return node.op in (FOLD, LOAD) or builder.place(node) is not None
    nodes = topological([x for s in sinks for x in _scalars(s)], lambda x: () if is_known(x) else x.inputs)
    return [x for x in nodes if x.op is FOLD and builder.place(x) is None
            and axis.attr("number") in builder.algebra.dependence(x)]


def _fold_inside(builder: Builder, sinks: Sequence[Sink], cells: Cells) -> None:
    """Compute the folds inside the values of sinks for all cells."""
    groups: dict[tuple[int, ...], list[Node]] = {}
    for node in _folds_inside(builder, sinks, cells.axis):
        groups.setdefault(node.attr("axes"), []).append(node)
    for axes, folds in groups.items():
        extents = builder.span_of(axes)
        made = fold_span(builder, extents, 0, extent_of(extents), folds, (), cells)
        builder.scopes[-1].stored.update({one.fold: (one.result, cells.place) for one in made})


def _block_of_rows(builder: Builder, axes: Span, start: Dim, stop: Dim, accumulators: Sequence[Sums],
                   puts: Sequence[Sink], cells: Cells) -> None:
    for one in accumulators:
        one.clear(builder, 0, cells.count)
    sinks = [*puts, *(one.sink(cells.place) for one in accumulators)]
    line, row = (cells.axis, cells.extent), axes[0][0] if len(axes) == 1 else builder.axis()
    if len(axes) == 1 and _can_move(builder, row, sinks, cells.axis):
        group, groups, first = (builder.axis() for _ in range(3))
        builder.bind(groups, quotient(dims.subtract(stop, start), TOGETHER))
        with builder.loop(group, 0, groups):
            builder.bind(first, dims.add(start, dims.multiply(TOGETHER, group)))
            moved = [s for k in range(TOGETHER) for s in _moved(builder, sinks, row, dims.add(first, k))]
            span(builder, [line], cells.start, cells.stop, moved, cells.most)
        start = dims.add(start, dims.multiply(TOGETHER, groups))
    with builder.loop(row, start, stop):
        decompose(builder, axes, row)
        _fold_inside(builder, sinks, cells)
        span_across(builder, line, cells.start, cells.stop, sinks, cells.most)


def _can_move(builder: Builder, row: Node, sinks: Sequence[Sink], column: Node) -> bool:
    """Whether the values of several rows are computed in one loop: no vector bodies, nothing kept in memory, and
    elements that lie one after the other."""
    algebra, number_ = builder.algebra, row.attr("number")
    nodes = topological([x for s in sinks for x in _scalars(s)], lambda x: () if x.op in (FOLD, LOAD) else x.inputs)
    loads = (algebra.stride(algebra.of(x.inputs[0]), column) for x in nodes if x.op is LOAD)
    return len(nodes) <= WIDE and all(step in ({}, algebra.of(1)) for step in loads) and not any(
        number_ in algebra.dependence(x) and (builder.is_approximate(x) or builder.place(x) or x.op is FOLD)
        for x in nodes)


def _moved(builder: Builder, sinks: Sequence[Sink], row: Node, place: Dim) -> list[Sink]:
    """Sinks for another row."""
    new = iter(with_axes([x for s in sinks for x in _scalars(s)], {row.attr("number"): place}, builder.algebra))
    result = list[Sink]()
    for sink in sinks:
        value, index = next(new), None if sink.index is None else next(new)
        if isinstance(sink, Put):
            result.append(Put(sink.memory, number(index or 0), value))
        else:
            result.append(replace(sink, value=value, index=index, position=sink.position and next(new)))
    return result


def _scalars(sink: Sink) -> list[Node]:
    """Value, index and position of a sink."""
    found = (sink.value, sink.index, sink.position if isinstance(sink, Fold) else None)
    return [x for x in found if x is not None]


def tree(builder: Builder, partial: Sums, count: Dim, cell_count: Dim) -> None:
    """Combine ``count`` sums (of ``cell_count`` cells each) in place, in the tree that stacks make."""
    step, place = builder.axis(), builder.axis()
    with (builder.loop(step, 1, count, "doubling"),
          builder.loop(place, 0, dims.subtract(count, step), step=dims.multiply(2, step))):
        base, other = (dims.multiply(x, cell_count) for x in (place, dims.add(place, step)))
        partial.merge(builder, base, partial, other, cell_count)


def block_size(cells: int | None) -> int:
    """Elements of one block: fewer if they are rows of ``cells`` sums each.

    >>> block_size(None), block_size(128)
    (4096, 128)
    """
    return BLOCK if cells is None else ROWS
