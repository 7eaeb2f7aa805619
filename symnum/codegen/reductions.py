"""Reductions on a CPU: of everything, of rows, and of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..ir import dims, nest
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .crossing import span_across
from .folds import COLUMNS, Cells, Sums, block_size, fold_span, sums, tree
from .instructions import is_estimate
from .loops import Declare, blocks, number, quotient
from .packing import packed
from .phases import Level, Phase, dear_inside, inner_folds, remember
from .shares import LIMIT, Schedule, elementwise, price_of, share
from .sinks import Put, Span, decompose, extent_of
from .spans import span
from .together import joined, rows_at_once
from .wide_rows import add_rest, keep_leaves, rows_together, wide_rows

# The length up to which rows are folded side by side, as if they were columns.
SHORT = 32
# Rows whose results are finished together.
TAILS = 64
# Blocks of the tree in one share of a fold: powers of 2, so that the tree is the same for all shares.
BLOCKS, BLOCKS_OF_ROWS = 16, 8
# The most columns that are folded together, and bytes of their sums: these stay in the first-level cache.
LINE, LINE_BYTES = 1024, 1 << 13


def _partial(self: Schedule, node: Node, size: Dim) -> Sums:
    """Scratch memory for partial results."""
    made = sums(self.builder, node, "partial", 0, "global")
    self.scratch += [(memory, size) for memory in made.memories]
    return made


def _store_results(self: Schedule, results: Sequence[Sums], index: Node) -> None:
    self.builder.scopes[-1].stored.update({one.fold: (one.result, index) for one in results})


# of everything ----------------------------------------------------------------------------------------------------

def whole(self: Schedule, found: Level) -> None:
    """Folds to single values: each phase is shared out by blocks."""
    for phase in found.phases:
        if phase.folds:
            _fold_whole(self, phase)
        else:
            elementwise(self, phase.stores)
        remember(self.builder.scopes[-1].stored, phase, self.algebra)
    span(self.builder, [], 0, 1, found.tail)


def _fold_whole(self: Schedule, phase: Phase) -> None:
    builder, axes = self.builder, self.nest.span(phase.axes)
    extent, price = dims.simple(extent_of(axes)), price_of(phase.roots())
    size = BLOCKS * block_size(None)
    if isinstance(extent, int) and (extent <= size or extent * price < LIMIT):
        self.work += extent * price
        results = fold_span(builder, axes, 0, extent, phase.folds, phase.stores)
    else:
        results = _fold_shares(self, phase, extent, size, price)
    _store_results(self, results, number(0))


def _fold_shares(self: Schedule, phase: Phase, extent: Dim, size: int, price: int) -> list[Sums]:
    """A partial result of each ``size`` elements, then the tree of these."""
    builder, axes, count = self.builder, self.nest.span(phase.axes), blocks(extent, size)
    results = [_partial(self, f, dims.maximum(count, 1)) for f in phase.folds]
    item, end = builder.axis(), builder.axis()
    for one in results:
        one.clear(builder, 0)

    def act(begin: Dim, stop: Dim) -> None:
        with builder.loop(item, begin, stop):
            start = dims.multiply(size, item)
            builder.bind(end, dims.minimum(dims.add(start, size), extent))
            made = fold_span(builder, axes, start, end, phase.folds, phase.stores, most=size)
            for one, part in zip(results, made, strict=True):
                one.copy(builder, item, part, 0)
    share(self, count, price * size, 1, act)
    for one in results:
        tree(builder, one, count, 1)
    return results


# of rows ----------------------------------------------------------------------------------------------------------

def rows(self: Schedule, found: Level) -> None:
    """Folds inside outer axes, along contiguous memory: long rows one by one, short ones side by side."""
    longest: Dim = 0
    for phase in found.phases:
        longest = dims.maximum(longest, extent_of(self.nest.span(phase.axes)))
    longest = dims.simple(longest)
    if any(inner_folds(phase, self.algebra) for phase in found.phases):
        _one_by_one(self, found)
        return
    if isinstance(longest, int):
        (_side_by_side if longest <= SHORT else _one_by_one)(self, found)
        return
    with self.builder.when(longest, SHORT + 1):
        _side_by_side(self, found, SHORT)
    with self.builder.when(SHORT, longest):
        _one_by_one(self, found)


def _one_by_one(self: Schedule, found: Level) -> None:
    """Shares of rows, each of which goes through all phases before the next."""
    found = packed(self, found)
    builder, outer = self.builder, self.nest.span(found.outer)
    row = outer[0][0] if len(outer) == 1 else builder.axis()
    count = rows_at_once(found, self.algebra, lambda x: builder.is_approximate(x) and not is_estimate(x))

    def act(begin: Dim, end: Dim) -> None:
        if count == 1 and _has_dear_tail(self, found):
            _with_tails_at_end(self, found, row, begin, end)
            return
        with builder.loop(row, _together(self, found, begin, end, count) if count > 1 else begin, end):
            decompose(builder, outer, row)
            _phases(self, found)
    share(self, extent_of(outer), _price(self, found), count, act)


def _has_dear_tail(self: Schedule, found: Level) -> bool:
    """Whether what is stored for each row comes out of vector functions, to which one element is as dear as many."""
    nodes = topological([put.value for put in found.tail], lambda x: () if x.op in (LOAD, FOLD) else x.inputs)
    return any(map(self.builder.is_approximate, nodes))


def _with_tails_at_end(self: Schedule, found: Level, row: Node, begin: Dim, end: Dim) -> None:
    """Rows in groups: the folds of each row are kept, and the tails of a group are computed as vectors."""
    builder, outer = self.builder, self.nest.span(found.outer)
    folds = {f for phase in found.phases for f in phase.folds}
    wanted = [x for x in topological([put.value for put in found.tail], lambda x: () if x.op is FOLD else x.inputs)
              if x in folds]
    group, last = builder.axis(), builder.axis()
    with builder.loop(group, begin, end, step=TAILS):
        builder.bind(last, dims.minimum(dims.add(group, TAILS), end))
        kept = [Put(builder.memory("kept", x.dtype, TAILS), number(dims.subtract(row, group)), x) for x in wanted]
        builder.add(*(Declare(put.memory) for put in kept))
        with builder.loop(row, group, last):
            decompose(builder, outer, row)
            _phases(self, replace(found, tail=kept))
        place = number(dims.subtract(builder.algebra.flat(outer), group))
        builder.scopes[-1].stored.update({put.value: (put.memory, place) for put in kept})
        span(builder, outer, group, last, found.tail, TAILS)


def _together(self: Schedule, found: Level, begin: Dim, end: Dim, count: int) -> Dim:
    """``count`` rows at a time, as long as there are so many; the first row that is left."""
    builder = self.builder
    group, groups, first = (builder.axis() for _ in range(3))
    builder.bind(groups, quotient(dims.subtract(end, begin), count))
    with builder.loop(group, 0, groups):
        builder.bind(first, dims.add(begin, dims.multiply(count, group)))
        _phases(self, joined(found, [dims.add(first, k) for k in range(count)], self.algebra))
    return dims.add(begin, dims.multiply(count, groups))


def _side_by_side(self: Schedule, found: Level, most: int | None = None) -> None:
    """Shares of tiles along the last outer axis, each of which goes through all phases before the next.

    ``most`` is the longest extent of a fold, if that is known.
    """
    found = packed(self, found, found.outer[-1])
    builder, *outer = self.builder, *self.nest.span(found.outer)
    column = outer.pop()
    tiles = blocks(column[1], COLUMNS)
    item, place = builder.axis(), builder.axis()

    def act(begin: Dim, end: Dim) -> None:
        with builder.loop(item, begin, end):
            tile: Dim = item
            if outer:
                builder.bind(place, quotient(item, tiles))
                decompose(builder, outer, place)
                tile = dims.subtract(item, dims.multiply(place, tiles))
            _phases(self, found, _tile(self, column, tile), most)
    width = dims.simple(column[1])
    price = dims.multiply(_price(self, found), min(width, COLUMNS) if isinstance(width, int) else COLUMNS)
    share(self, dims.multiply(extent_of(outer), tiles), price, 1, act)


def _price(self: Schedule, found: Level) -> Dim:
    """The price of all phases of one outer element."""
    price: Dim = price_of([put.value for put in found.tail]) if found.tail else 0
    for phase in found.phases:
        price = dims.add(price, dims.multiply(_price_inside(self, phase), extent_of(self.nest.span(phase.axes))))
    return price


def _price_inside(self: Schedule, phase: Phase) -> Dim:
    """The price of one element of a phase, with the folds inside it."""
    price: Dim = price_of(phase.roots())
    for node in inner_folds(phase, self.algebra):
        inside = dims.multiply(price_of(node.inputs), extent_of(self.nest.span(node.attr("axes"))))
        price = dims.add(price, inside)
    return price


def _tile(self: Schedule, column: tuple[Node, Dim], tile: Dim, most: int = COLUMNS) -> Cells:
    """A tile of columns, its ends bound in the innermost scope; all columns, if they are known to be few."""
    builder, width = self.builder, dims.simple(column[1])
    if isinstance(width, int) and width <= most:
        return Cells(column[0], width, number(0), number(width), most)
    start, stop = builder.axis(), builder.axis()
    builder.bind(start, dims.multiply(most, tile))
    builder.bind(stop, dims.minimum(dims.add(start, most), column[1]))
    return Cells(column[0], column[1], start, stop, most)


def _keep_cells(self: Schedule, phase: Phase, cells: Cells) -> None:
    """Compute what is dear and the same for all rows once for a tile, and keep it."""
    builder = self.builder
    dear = dear_inside(phase, cells.axis.attr("number"), self.algebra, builder.is_approximate)
    puts = [Put(builder.memory("cell", x.dtype, cells.most), cells.place, x) for x in dear if not builder.place(x)]
    builder.add(*(Declare(put.memory) for put in puts))
    span(builder, [(cells.axis, cells.extent)], cells.start, cells.stop, puts, cells.most)
    builder.scopes[-1].stored.update({put.value: (put.memory, put.index) for put in puts})


def _phases(self: Schedule, found: Level, cells: Cells | None = None, most: int | None = None) -> None:
    """All phases of one outer element, or of a tile of columns, one after the other."""
    builder = self.builder
    for phase in found.phases:
        axes = self.nest.span(phase.axes)
        if cells:
            _keep_cells(self, phase, cells)
        if phase.folds:
            results = fold_span(builder, axes, 0, extent_of(axes), phase.folds, phase.stores, cells, most)
            _store_results(self, results, cells.place if cells else number(0))
        elif cells:
            row = axes[0][0] if len(axes) == 1 else builder.axis()
            with builder.loop(row, 0, extent_of(axes)):
                decompose(builder, axes, row)
                span_across(builder, (cells.axis, cells.extent), cells.start, cells.stop, phase.stores, cells.most)
        else:
            span(builder, axes, 0, extent_of(axes), phase.stores)
        remember(builder.scopes[-1].stored, phase, self.algebra)
        # The first phase has read the row: what follows computes, and leaves time for memory.
        builder.row = None if cells else nest.axis(found.outer[-1])
    builder.row = None
    if found.tail and cells:
        span(builder, [(cells.axis, cells.extent)], cells.start, cells.stop, found.tail, cells.most)
    elif found.tail:
        span(builder, [], 0, 1, found.tail)


# of columns -------------------------------------------------------------------------------------------------------

def columns(self: Schedule, found: Level) -> None:
    """Folds that keep the contiguous axis: each phase is shared out by blocks of rows and tiles of columns, or, inside
    further axes, all phases by tiles."""
    if len(found.outer) > 1:
        _side_by_side(self, found)
        return
    for phase in found.phases:
        if phase.folds:
            _fold_columns(self, self.nest.span(found.outer)[0], phase)
        else:
            elementwise(self, phase.stores)
        remember(self.builder.scopes[-1].stored, phase, self.algebra)
    elementwise(self, found.tail)


def _fold_columns(self: Schedule, column: tuple[Node, Dim], phase: Phase) -> None:
    """A partial result of each column and block of rows, then the tree of these; rows of narrow matrices are joined."""
    builder, rows, together = self.builder, self.nest.span(phase.axes), rows_together(self, column, phase)
    size, scratch = builder.axis(), _columns_scratch(together, extent_of(rows), column[1])
    builder.bind(size, _rows_of_share(dims.multiply(together, column[1])))
    results = [_partial(self, f, scratch) for f in phase.folds]
    if isinstance(together, int):
        _fold_lines(self, column, rows, phase, results, size)
    else:
        wide = wide_rows(self, column, phase, together, _line(phase))
        moved = replace(phase, axes=(wide.group.attr("number"),), folds=wide.folds(wide.group, self.algebra))
        _fold_lines(self, (wide.cell, wide.width), [(wide.group, wide.count)], moved, results, size,
                    lambda cells: keep_leaves(builder, wide, cells.start, cells.stop))
        add_rest(self, wide, results)
    _store_results(self, results, column[0])


def _rows_of_share(width: Dim) -> Dim:
    """Rows that one thread folds, the more the shorter they are."""
    number_of_blocks = dims.minimum(quotient(LINE, dims.maximum(width, 1)), BLOCKS_OF_ROWS)
    return dims.multiply(dims.maximum(number_of_blocks, 1), block_size(COLUMNS))


def _line(phase: Phase) -> int:
    """Columns that are folded together: whole rows if they fit, since memory is read best in its own order."""
    size, width = sum(x.dtype.itemsize for f in phase.folds for x in f.inputs), LINE
    while width > COLUMNS and width * size > LINE_BYTES:
        width //= 2
    return width


def _columns_scratch(together: Dim, rows: Dim, width: Dim) -> Dim:
    """How many partial results there are."""
    wide = dims.multiply(together, width)
    count = _blocks_of(quotient(rows, together), _rows_of_share(wide))
    return dims.multiply(dims.maximum(count, 1), wide)


def _blocks_of(extent: Dim, size: Dim) -> Node:
    return quotient(dims.add(extent, dims.subtract(size, 1)), size)


def _fold_lines(self: Schedule, column: tuple[Node, Dim], axes: Span, phase: Phase, results: Sequence[Sums], size: Dim,
                prepare: Callable[[Cells], None] = lambda cells: None) -> None:
    """The folds of a phase over rows, ``size`` of them to a share; ``prepare`` fills the cells of a tile of columns."""
    builder, width, extent = self.builder, column[1], extent_of(axes)
    line = _line(phase)
    count, tiles = _blocks_of(extent, size), blocks(width, line)
    for one in results:
        one.clear(builder, 0, width)
    item, block, end = (builder.axis() for _ in range(3))

    def act(begin: Dim, stop: Dim) -> None:
        with builder.loop(item, begin, stop):
            builder.bind(block, quotient(item, tiles))
            cells = _tile(self, column, dims.subtract(item, dims.multiply(block, tiles)), line)
            start = dims.multiply(size, block)
            builder.bind(end, dims.minimum(dims.add(start, size), extent))
            prepare(cells)
            _keep_cells(self, phase, cells)
            # Rows of a tile are short and lie apart: nothing but this lets memory know which one comes next.
            builder.row = axes[-1][0] if len(axes) == 1 else None
            made = fold_span(builder, axes, start, end, phase.folds, phase.stores, cells,
                             BLOCKS_OF_ROWS * block_size(COLUMNS))
            builder.row = None
            for one, part in zip(results, made, strict=True):
                one.copy(builder, dims.add(dims.multiply(block, width), cells.start), part, 0, cells.count)
    price = dims.multiply(dims.multiply(price_of(phase.roots()), dims.minimum(width, line)), dims.minimum(extent, size))
    share(self, dims.multiply(count, tiles), price, 1, act)
    for one in results:
        tree(builder, one, count, width)
