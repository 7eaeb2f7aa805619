"""The GPU schedule: from a kernel nest to grids of threads.

Elementwise stores run over a grid; a fold of everything takes two grids; folds of rows take a block of threads for each
row; folds that keep the contiguous axis take a thread for each column.  All trees depend on lengths alone, so that
results have the same bits on every device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial

from ..ir import dims
from ..ir.nest import Nest
from ..ir.node import Dim, Node
from ..records import dataclass
from .builder import FIRST, Builder, Scope
from .folds import Sums, sums
from .loop_walks import verify
from .loops import Barrier, Collective, Declare, Function, Memory, blocks, number, quotient
from .normal import FlatNest, normal
from .phases import HEAVY, Level, Phase, axes_of, folds_below, level, level_of, remember, walks_columns
from .sinks import Put, Sink, Span, decompose, emit, extent_of
from .strides import Algebra

THREADS, WARP = 256, 32
# Elements that a thread of a whole fold sums at least, and the most blocks of such a grid.
EACH, MOST_BLOCKS = 8, 1024


@dataclass(frozen=True, slots=True)
class Launch:
    """A grid: which kernel, how many blocks (a formula of lengths) of THREADS threads; nothing runs where that is 0."""

    function: Function
    blocks: Node


@dataclass(slots=True)
class GpuSchedule:
    """Grids in the making; ``scratch`` is memory that is handed from one to the next."""

    name: str
    builder: Builder
    nest: FlatNest
    launches: list[Launch] = field(default_factory=list)
    scratch: list[tuple[Memory, Dim]] = field(default_factory=list)
    known: dict[Node, tuple[Memory, Node]] = field(default_factory=dict)


def gpu_schedule(given: Nest, memories: Mapping[int, Memory], shapes: Mapping[int, Sequence[Dim]],
                 name: str, step: int = 0) -> GpuSchedule:
    """Grids for a nest: its ``launches`` in order, and the ``scratch`` memory that they share.

    ``step`` keeps the numbers of its memories apart from those of other nests.
    """
    algebra = Algebra()
    flat = normal(given, memories, shapes, algebra)
    builder = Builder(name, dict(memories), algebra, lambda b, x: _fold_alone(b, x, flat.span(x.attr("axes"))),
                      _never, lambda x: False, lambda x: False, FIRST * (step + 1))
    self = GpuSchedule(name, builder, flat)
    _stores(self)
    verify([launch.function for launch in self.launches], "gpu")
    return self


def _never(builder: Builder, node: Node) -> None:
    raise AssertionError("a GPU has no approximated functions")


def _stores(self: GpuSchedule) -> None:
    found, algebra, stores = self.nest, self.builder.algebra, self.nest.stores
    levels = [level_of(x, found, algebra) for x in folds_below([s.value for s in stores])]
    known = sorted({k for k in levels if k is not None})
    make = partial(level, found, algebra, is_heavy=lambda x: x.op.cost >= HEAVY)
    if not known:
        _elementwise(self, stores)
        return
    if known[0] == 0:
        whole = make(0, stores if len(known) == 1 else ())
        for phase in whole.phases:
            _whole(self, phase)
        _elementwise(self, whole.tail)
    if known[-1] > 0:
        inner = make(known[-1], stores)
        (_columns if walks_columns(inner, algebra) else _rows)(self, inner)


def _grid(self: GpuSchedule, count: Dim, act: Callable[[], None]) -> None:
    """A kernel of what ``act`` emits, on ``count`` blocks."""
    name = self.builder.unique(f"{self.name}_g")
    with self.builder.function(name, "grid", ()) as made:
        self.builder.scopes[-1].stored.update(self.known)
        act()
    self.launches.append(Launch(made[0], number(count)))


# elementwise ------------------------------------------------------------------------------------------------------

def _elementwise(self: GpuSchedule, puts: Sequence[Put]) -> None:
    groups: dict[frozenset[int], list[Put]] = {}
    for put in puts:
        groups.setdefault(axes_of(put, self.builder.algebra), []).append(put)
    for depends, group in groups.items():
        axes = self.nest.span(k for k in self.nest.outer if k in depends)
        _grid(self, _block_count(extent_of(axes)), partial(_each, self.builder, axes, group, "grid"))


def _block_count(extent: Dim) -> Dim:
    return dims.minimum(blocks(extent, THREADS), 65535)


def _each(builder: Builder, axes: Span, sinks: Sequence[Sink], kind: str) -> None:
    """Sinks for each element of a span, shared out among threads."""
    position = axes[0][0] if len(axes) == 1 else builder.axis()
    with builder.loop(position, 0, extent_of(axes), kind):
        if axes:
            decompose(builder, axes, position)
        emit(builder, sinks)


# sums of threads --------------------------------------------------------------------------------------------------

def _sums(builder: Builder, folds: Sequence[Node]) -> list[Sums]:
    """One sum for each fold in each thread."""
    made = [sums(builder, f, "sum", 1) for f in folds]
    for one in made:
        one.clear(builder, 0)
    return made


def _fold_alone(builder: Builder, node: Node, axes: Span) -> None:
    """A fold by one thread."""
    one, = _sums(builder, [node])
    _each(builder, axes, [one.sink(number(0))], "serial")
    builder.load(node, one.result, 0)


def _combine_block(builder: Builder, one: Sums) -> Sums:
    """Combine the sums of all threads of a block; gives shared memory whose element 0 is the result."""
    together = sums(builder, one.fold, "shared", WARP, "shared")
    builder.add(*map(Declare, together.memories), Collective(one.memory, one.combine, one.positions))
    thread, warp, first = builder.axis(), builder.axis(), builder.axis()
    with builder.loop(thread, 0, THREADS, "thread"):
        builder.bind(warp, quotient(thread, WARP))
        with builder.when(dims.subtract(thread, dims.multiply(WARP, warp)), 1):
            together.copy(builder, warp, one, 0)
    builder.add(Barrier())
    with builder.loop(first, 0, WARP, "thread"):
        one.clear(builder, 0)
        with builder.when(first, THREADS // WARP):
            one.copy(builder, 0, together, first)
        builder.add(Collective(one.memory, one.combine, one.positions))
        with builder.when(first, 1):
            together.copy(builder, 0, one, 0)
    builder.add(Barrier())
    return together


# whole reductions -------------------------------------------------------------------------------------------------

def _whole(self: GpuSchedule, phase: Phase) -> None:
    """A grid that leaves a sum of each block, then a block that combines them."""
    if not phase.folds:
        _elementwise(self, phase.stores)
        return
    axes = self.nest.span(phase.axes)
    count = dims.minimum(blocks(extent_of(axes), THREADS * EACH), MOST_BLOCKS)
    partials = [sums(self.builder, f, "partial", 0, "global") for f in phase.folds]
    self.scratch += [(m, count) for p in partials for m in p.memories]
    results = [sums(self.builder, f, "result", 0, "global") for f in phase.folds]
    self.scratch += [(m, 1) for r in results for m in r.memories]

    def blocks_of_all() -> None:
        builder = self.builder
        made = _sums(builder, phase.folds)
        _each(builder, axes, [*phase.stores, *(one.sink(number(0)) for one in made)], "grid")
        item, thread = builder.axis(), builder.axis()
        together = [_combine_block(builder, one) for one in made]
        with builder.loop(item, 0, count, "block"), builder.loop(thread, 0, 1, "thread"):
            for part, one in zip(partials, together, strict=True):
                part.copy(builder, item, one, 0)

    def one_block() -> None:
        builder = self.builder
        made, item, thread = _sums(builder, phase.folds), builder.axis(), builder.axis()
        with builder.loop(item, 0, count, "thread"):
            for one, part in zip(made, partials, strict=True):
                one.merge(builder, 0, part, item)
        together = [_combine_block(builder, one) for one in made]
        with builder.loop(thread, 0, 1, "thread"):
            for result, one in zip(results, together, strict=True):
                result.copy(builder, 0, one, 0)

    _grid(self, count, blocks_of_all)
    _grid(self, 1, one_block)
    self.known.update({r.fold: (r.result, number(0)) for r in results})
    remember(self.known, phase, self.builder.algebra)


# reductions inside outer axes -------------------------------------------------------------------------------------

def _rows(self: GpuSchedule, found: Level) -> None:
    """A block of threads for each row: phases one after the other, sums combined through shared memory."""
    outer = self.nest.span(found.outer)

    def act() -> None:
        builder = self.builder
        row = outer[0][0] if len(outer) == 1 else builder.axis()
        with builder.loop(row, 0, extent_of(outer), "block") as scope:
            decompose(builder, outer, row)
            for phase in found.phases:
                for one in _phase(self, phase, scope, "thread"):
                    together = _combine_block(builder, one)
                    builder.load(one.fold, together.result, 0)
                    builder.add(Barrier())
            if found.tail:
                thread = builder.axis()
                with builder.loop(thread, 0, 1, "thread"):
                    emit(builder, found.tail)
    _grid(self, dims.minimum(extent_of(outer), 2 ** 31 - 1), act)


def _phase(self: GpuSchedule, phase: Phase, scope: Scope, kind: str) -> Iterator[Sums]:
    """One phase over its axes: its sums, to be brought together before what it has stored is known."""
    made = _sums(self.builder, phase.folds)
    sinks: list[Sink] = [*phase.stores, *(one.sink(number(0)) for one in made)]
    _each(self.builder, self.nest.span(phase.axes), sinks, kind)
    yield from made
    remember(scope.stored, phase, self.builder.algebra)


def _columns(self: GpuSchedule, found: Level) -> None:
    """A thread for each outer element, so that neighbours read neighbouring elements."""
    outer = self.nest.span(found.outer)

    def act() -> None:
        builder = self.builder
        place = outer[0][0] if len(outer) == 1 else builder.axis()
        with builder.loop(place, 0, extent_of(outer), "grid") as scope:
            decompose(builder, outer, place)
            for phase in found.phases:
                for one in _phase(self, phase, scope, "serial"):
                    builder.load(one.fold, one.result, 0)
            emit(builder, found.tail)
    _grid(self, _block_count(extent_of(outer)), act)
