"""The CPU schedule: from a kernel nest to loops, shares of parallel work, and vector bodies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ..ir import dims
from ..ir.nest import FOLD, LOAD, Nest
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import FIRST, Builder
from .folds import Cells, Sums, fold, fold_span, over_cells, shares, sums, tree
from .loop_walks import verify
from .loops import Function, Memory, Parallel, blocks, number, quotient
from .normal import FlatNest, normal
from .parts import is_index
from .phases import HEAVY, Level, Phase, axes_of, folds_below, level, level_of, walks_columns
from .sinks import Put, Span, decompose, extent_of
from .spans import approximate, span
from .strides import Algebra
from .texts import calls, is_serial

# Work in additions: below LIMIT it is done by one thread, and GRAIN is the smallest share of it.
LIMIT, GRAIN = 1 << 17, 1 << 16
# Columns of one share when a fold keeps the contiguous axis, and elements that shares are multiples of.
COLUMNS, WHOLE_LINES = 128, 64
# Rows up to this length are folded side by side.
SHORT = 32


@dataclass(frozen=True, slots=True)
class KernelCode:
    """A kernel as functions, callees first, the kernel itself last; ``scratch`` memory is handed to it.

    ``work`` is the price of a call in additions, where all unknown lengths are 1.
    """

    functions: tuple[Function, ...]
    scratch: tuple[tuple[Memory, Dim], ...]
    parallel: bool
    work: int


@dataclass(slots=True)
class Schedule:
    """A kernel in the making."""

    name: str
    builder: Builder
    nest: FlatNest
    scratch: list[tuple[Memory, Dim]]
    parallel: bool = False
    work: int = 0

    @property
    def algebra(self) -> Algebra:
        """Index arithmetic of the kernel."""
        return self.builder.algebra


def schedule(given: Nest, memories: Mapping[int, Memory], shapes: Mapping[int, Sequence[Dim]], name: str,
             vector: Collection[str], step: int = 0) -> KernelCode:
    """Loops for a nest on a CPU.

    Args:
        given: the nest.
        memories: the nest's buffers by number.
        shapes: their shapes.
        name: prefix of all functions.
        vector: library functions that gcc has vector versions of; what calls them goes through vector bodies.
        step: keeps the numbers of its memories apart from those of other nests.
    """
    algebra = Algebra()
    flat = normal(given, memories, shapes, algebra)
    allowed = frozenset(vector)
    builder = Builder(name, dict(memories), algebra, lambda b, x: fold(b, x, flat.span(x.attr("axes"))), approximate,
                      lambda x: not calls(x).isdisjoint(allowed), lambda x: is_serial(x, allowed), FIRST * (step + 1))
    self = Schedule(name, builder, flat, [])
    with builder.function(name, "kernel", ()):
        _stores(self)
    verify(builder.functions, "cpu")
    return KernelCode(tuple(builder.functions), tuple(self.scratch), self.parallel, self.work)


def _stores(self: Schedule) -> None:
    found, algebra, stores = self.nest, self.algebra, self.nest.stores
    levels = {x: level_of(x, found, algebra) for x in folds_below([s.value for s in stores])}
    known = sorted({k for k in levels.values() if k is not None})

    def reusable(put: Put) -> bool:
        return not put.memory.aliased and all(
            x.attr("buffer") != put.memory.number for s in stores for x in topological([s.value]) if x.op is LOAD)

    def is_heavy(node: Node) -> bool:
        return self.builder.is_approximate(node) or node.op.cost >= HEAVY

    make = partial(level, found, algebra, reusable=reusable, is_heavy=is_heavy)
    if not known:
        for group in _groups(self, stores):
            _elementwise(self, group)
        return
    if known[0] == 0:
        _whole(self, make(0, stores if len(known) == 1 else ()))
    if known[-1] > 0:
        inner = make(known[-1], stores)
        if not walks_columns(inner, self.algebra):
            _long_or_short_rows(self, inner)
        elif len(inner.outer) == 1:
            _all_columns(self, inner)
        else:
            _rows(self, inner, columns=True)


# elementwise ------------------------------------------------------------------------------------------------------

def _groups(self: Schedule, stores: Sequence[Put]) -> list[list[Put]]:
    """Stores over the same axes."""
    found: dict[frozenset[int], list[Put]] = {}
    for store in stores:
        found.setdefault(axes_of(store, self.algebra), []).append(store)
    return list(found.values())


def _elementwise(self: Schedule, puts: Sequence[Put]) -> None:
    """Stores over the same axes, each element by itself."""
    axes = _in_memory_order(self, puts[0])
    if not axes:
        span(self.builder, [], 0, 1, puts)
        return
    price = _price(self, [put.value for put in puts])
    _share(self, extent_of(axes), price, WHOLE_LINES, lambda start, stop: span(self.builder, axes, start, stop, puts))


def _in_memory_order(self: Schedule, put: Put) -> Span:
    """The axes of a store, the one along which it is contiguous last."""
    depends = axes_of(put, self.algebra)
    axes = self.nest.span(k for k in self.nest.outer if k in depends)
    index = self.algebra.of(put.index)
    one = self.algebra.of(1)
    return sorted(axes, key=lambda item: self.algebra.stride(index, item[0]) == one)


def _share(self: Schedule, extent: Dim, price: Dim, least: int, act: Callable[[Dim, Dim], None]) -> None:
    """``act`` on all of [0, extent), by several threads if that is much work.

    ``price`` is that of one element; shares are multiples of ``least`` elements.
    """
    extent, price = dims.simple(extent), dims.simple(price)
    total = dims.simple(dims.multiply(extent, price))
    self.work += total if isinstance(total, int) else price if isinstance(price, int) else 1
    if isinstance(total, int) and total < LIMIT:
        act(0, extent)
        return
    builder, self.parallel = self.builder, True
    begin, end = builder.axis(), builder.axis()
    with builder.function(builder.unique(f"{self.name}_t"), "task", (begin, end)) as made:
        act(begin, end)
    if isinstance(price, int):
        grain: Dim = max(1, GRAIN // (price * least)) * least
    else:
        grain = dims.multiply(dims.maximum(quotient(GRAIN // least, dims.maximum(price, 1)), 1), least)
    with builder.when(0, extent):
        builder.add(Parallel(made[0], number(extent), number(grain), number(total), number(LIMIT)))


def _price(self: Schedule, roots: Sequence[Node]) -> int:
    """The price of expressions without their folds."""
    known: dict[Node, bool] = {}

    def below(node: Node) -> Sequence[Node]:
        return () if node.op in (FOLD, LOAD) or is_index(node, known) else node.inputs
    nodes = topological(roots, below)
    prices = (x.op.cost if x.op.kind == "elementwise" else 1.0 for x in nodes if not is_index(x, known))
    return 1 + round(sum(prices))


# whole reductions -------------------------------------------------------------------------------------------------

def _whole(self: Schedule, found: Level) -> None:
    """Folds to single values: each phase is shared out by blocks."""
    for phase in found.phases:
        puts = [*phase.puts, *phase.kept]
        if phase.folds:
            _fold_whole(self, phase, puts)
        else:
            for group in _groups(self, puts):
                _elementwise(self, group)
        _remember(self, phase)
    span(self.builder, [], 0, 1, found.tail)


def _fold_whole(self: Schedule, phase: Phase, puts: Sequence[Put]) -> None:
    builder, axes = self.builder, self.nest.span(phase.axes)
    extent, price = dims.simple(extent_of(axes)), _price(self, phase.roots())
    size, count = shares(extent, cells=False)
    if isinstance(extent, int) and (extent <= size or extent * price < LIMIT):
        self.work += extent * price
        results = fold_span(builder, axes, 0, extent, phase.folds, puts)
    else:
        results = [_partial(self, f, count) for f in phase.folds]
        item, end = builder.axis(), builder.axis()
        for one in results:
            one.clear(builder, 0)

        def act(begin: Dim, stop: Dim) -> None:
            with builder.loop(item, begin, stop):
                start = dims.multiply(size, item)
                builder.bind(end, dims.minimum(dims.add(start, size), extent))
                for one, part in zip(results, fold_span(builder, axes, start, end, phase.folds, puts, most=size), strict=True):
                    one.copy(builder, item, part, 0)
        _share(self, count, price * size, 1, act)
        for one in results:
            tree(builder, one, count, 1)
    _store_results(self, results, number(0))


def _partial(self: Schedule, node: Node, size: Dim) -> Sums:
    """Scratch memory for ``size`` partial results (at least one)."""
    made = sums(self.builder, node, "partial", 0, "global")
    for memory in (made.memory, made.positions):
        if memory:
            self.scratch.append((memory, dims.maximum(size, 1)))
    return made


def _store_results(self: Schedule, results: Sequence[Sums], index: Node) -> None:
    self.builder.scopes[-1].stored.update({one.fold: (one.result, index) for one in results})


def _remember(self: Schedule, phase: Phase) -> None:
    """What a phase has stored need not be computed again."""
    stored, depends = self.builder.scopes[-1].stored, self.algebra.dependence
    for put in (*phase.kept, *phase.puts):
        if put.value.op not in (LOAD, FOLD) and depends(put.value) == depends(put.index):
            stored.setdefault(put.value, (put.memory, put.index))


# reductions inside outer axes ---------------------------------------------------------------------------------------

def _long_or_short_rows(self: Schedule, found: Level) -> None:
    """Long rows one by one; short ones side by side, as if they were columns."""
    longest: Dim = 0
    for phase in found.phases:
        longest = dims.maximum(longest, extent_of(self.nest.span(phase.axes)))
    longest = dims.simple(longest)
    if isinstance(longest, int):
        _rows(self, found, columns=longest <= SHORT)
        return
    with self.builder.when(longest, SHORT + 1):
        _rows(self, found, columns=True)
    with self.builder.when(SHORT, longest):
        _rows(self, found, columns=False)


def _rows(self: Schedule, found: Level, columns: bool) -> None:
    """Shares of outer elements: each goes through all phases before the next, or a tile of columns at once."""
    builder, column = self.builder, self.nest.span(found.outer[-1:])[0]
    outer = self.nest.span(found.outer[:-1] if columns else found.outer)
    tiles = blocks(column[1], COLUMNS) if columns else number(1)
    row = outer[0][0] if len(outer) == 1 and not columns else builder.axis()

    def act(begin: Dim, end: Dim) -> None:
        with builder.loop(row, begin, end):
            if columns and not outer:
                _phases(self, found, _tile(self, column, row))
            elif columns:
                place = builder.axis()
                builder.bind(place, quotient(row, tiles))
                decompose(builder, outer, place)
                _phases(self, found, _tile(self, column, dims.subtract(row, dims.multiply(place, tiles))))
            else:
                decompose(builder, outer, row)
                _phases(self, found, None)

    price: Dim = _price(self, [put.value for put in found.tail]) if found.tail else 0
    for phase in found.phases:
        price = dims.add(price, dims.multiply(_price(self, phase.roots()), extent_of(self.nest.span(phase.axes))))
    if columns:
        price = dims.multiply(price, COLUMNS)
    _share(self, dims.multiply(extent_of(outer), tiles), price, 1, act)


def _tile(self: Schedule, column: tuple[Node, Dim], tile: Dim) -> Cells:
    """A tile of columns, its ends bound in the innermost scope."""
    builder = self.builder
    start, stop = builder.axis(), builder.axis()
    builder.bind(start, dims.multiply(COLUMNS, tile))
    builder.bind(stop, dims.minimum(dims.add(start, COLUMNS), column[1]))
    return Cells(column[0], column[1], start, stop, COLUMNS)


def _phases(self: Schedule, found: Level, cells: Cells | None) -> None:
    """All phases of one outer element, or of a tile of columns, one after the other."""
    builder = self.builder
    for phase in found.phases:
        axes, puts = self.nest.span(phase.axes), [*phase.puts, *phase.kept]
        if phase.folds:
            results = fold_span(builder, axes, 0, extent_of(axes), phase.folds, puts, cells)
            _store_results(self, results, cells.place if cells else number(0))
        elif cells:
            row = axes[0][0] if len(axes) == 1 else builder.axis()
            with builder.loop(row, 0, extent_of(axes)):
                decompose(builder, axes, row)
                span(builder, [(cells.axis, cells.extent)], cells.start, cells.stop, puts)
        else:
            span(builder, axes, 0, extent_of(axes), puts)
        _remember(self, phase)
    if found.tail and cells:
        span(builder, [(cells.axis, cells.extent)], cells.start, cells.stop, found.tail)
    elif found.tail:
        span(builder, [], 0, 1, found.tail)


def _all_columns(self: Schedule, found: Level) -> None:
    """Folds that keep one contiguous axis: each phase is shared out by blocks of rows and tiles of columns."""
    for phase in found.phases:
        if phase.folds:
            _fold_columns(self, found.outer, phase)
        else:
            for group in _groups(self, [*phase.puts, *phase.kept]):
                _elementwise(self, group)
        _remember(self, phase)
    if found.tail:
        _elementwise(self, found.tail)


def _fold_columns(self: Schedule, outer: Sequence[int], phase: Phase) -> None:
    builder, axes, column = self.builder, self.nest.span(phase.axes), self.nest.span(outer)[0]
    extent, width, puts = extent_of(axes), column[1], [*phase.puts, *phase.kept]
    size, count = shares(extent, cells=True)
    tiles = blocks(width, COLUMNS)
    results = [_partial(self, f, dims.multiply(dims.maximum(count, 1), width)) for f in phase.folds]
    for one in results:
        over_cells(builder, width, lambda cell, one=one: one.clear(builder, cell))  # type: ignore[misc]
    item, share, end = (builder.axis() for _ in range(3))

    def act(begin: Dim, stop: Dim) -> None:
        with builder.loop(item, begin, stop):
            builder.bind(share, quotient(item, tiles))
            cells = _tile(self, column, dims.subtract(item, dims.multiply(share, tiles)))
            start = dims.multiply(size, share)
            builder.bind(end, dims.minimum(dims.add(start, size), extent))
            parts = fold_span(builder, axes, start, end, phase.folds, puts, cells, size)
            base = dims.add(dims.multiply(share, width), cells.start)
            for one, part in zip(results, parts, strict=True):
                over_cells(builder, cells.count, lambda cell, one=one, part=part: one.copy(  # type: ignore[misc]
                    builder, dims.add(base, cell), part, cell))

    price = dims.multiply(_price(self, phase.roots()) * COLUMNS, dims.minimum(extent, size))
    _share(self, dims.multiply(count, tiles), price, 1, act)
    for one in results:
        tree(builder, one, count, width)
    _store_results(self, results, column[0])
