"""Reductions on a CPU: of everything, of rows, and of columns."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir import dims, nest
from ..ir.node import Dim, Node
from .folds import COLUMNS, Cells, Sums, block_size, fold_span, sums, tree
from .loops import Declare, blocks, number, quotient
from .packing import packed
from .phases import Level, Phase, dear_inside, inner_folds, remember
from .shares import LIMIT, Schedule, elementwise, price_of, share
from .sinks import Put, decompose, extent_of
from .spans import span

# The length up to which rows are folded side by side, as if they were columns.
SHORT = 32
# Blocks of the tree in one share of a fold: powers of 2, so that the tree is the same for all shares.
BLOCKS, BLOCKS_OF_ROWS = 16, 64


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

    def act(begin: Dim, end: Dim) -> None:
        with builder.loop(row, begin, end):
            decompose(builder, outer, row)
            _phases(self, found)
    share(self, extent_of(outer), _price(self, found), 1, act)


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


def _tile(self: Schedule, column: tuple[Node, Dim], tile: Dim) -> Cells:
    """A tile of columns, its ends bound in the innermost scope."""
    builder = self.builder
    start, stop = builder.axis(), builder.axis()
    builder.bind(start, dims.multiply(COLUMNS, tile))
    builder.bind(stop, dims.minimum(dims.add(start, COLUMNS), column[1]))
    return Cells(column[0], column[1], start, stop, COLUMNS)


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
                span(builder, [(cells.axis, cells.extent)], cells.start, cells.stop, phase.stores, cells.most)
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
    """A partial result of each column and block of rows, then the tree of these."""
    builder, axes, width = self.builder, self.nest.span(phase.axes), column[1]
    extent, size = extent_of(axes), BLOCKS_OF_ROWS * block_size(COLUMNS)
    count, tiles = blocks(extent, size), blocks(width, COLUMNS)
    results = [_partial(self, f, dims.multiply(dims.maximum(count, 1), width)) for f in phase.folds]
    for one in results:
        one.clear(builder, 0, width)
    item, block, end = (builder.axis() for _ in range(3))

    def act(begin: Dim, stop: Dim) -> None:
        with builder.loop(item, begin, stop):
            builder.bind(block, quotient(item, tiles))
            cells = _tile(self, column, dims.subtract(item, dims.multiply(block, tiles)))
            start = dims.multiply(size, block)
            builder.bind(end, dims.minimum(dims.add(start, size), extent))
            _keep_cells(self, phase, cells)
            # Rows of a tile are short and lie apart: nothing but this lets memory know which one comes next.
            builder.row = axes[-1][0] if len(axes) == 1 else None
            made = fold_span(builder, axes, start, end, phase.folds, phase.stores, cells, size)
            builder.row = None
            for one, part in zip(results, made, strict=True):
                one.copy(builder, dims.add(dims.multiply(block, width), cells.start), part, 0, cells.count)
    price = dims.multiply(price_of(phase.roots()) * COLUMNS, dims.minimum(extent, size))
    share(self, dims.multiply(count, tiles), price, 1, act)
    for one in results:
        tree(builder, one, count, width)
    _store_results(self, results, column[0])
