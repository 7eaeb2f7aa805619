"""The CPU schedule of a chain: its kernels in turn, row by row and tile by tile.

The rows of the axis along which kernels look at their neighbours are walked from below.  For each of them every kernel
computes one row, the first ones some rows ahead, and only the rows that others still want are kept, in local arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import prod

from ..dtypes import INT64
from ..ir import dims, nest
from ..ir.nest import LOAD, Chain
from ..ir.node import Dim, Node, intern
from ..ops.table import TABLE
from ..records import dataclass
from .builder import FIRST, Builder
from .chains import ROWS, Stage, Tiling, tiling
from .indices import ZERO
from .instructions import ESTIMATES, is_estimate
from .loops import Declare, Memory, blocks
from .normal import FlatNest, rebuilt, rewrite
from .roots import lowered
from .schedule import KernelCode
from .shares import Schedule, price_of, share
from .sinks import Put, Sink, decompose, extent_of
from .spans import approximate, span
from .strides import Algebra
from .texts import calls, is_serial
from .walks import between, stretches

_AND = TABLE["bitwise_and"]


@dataclass(slots=True)
class _Chain:
    """A chain in the making; ``starts`` are the first elements of the tile at hand, by axis."""

    made: Tiling
    builder: Builder
    shapes: Mapping[int, Sequence[Dim]]
    starts: dict[int, Node]
    estimates: bool


def tiled(given: Chain, memories: Mapping[int, Memory], shapes: Mapping[int, Sequence[Dim]], name: str,
          vector: Collection[str], plain: Collection[str] = (), step: int = 0) -> KernelCode:
    """Loops for a chain on a CPU; the arguments are those of :func:`~symnum.codegen.schedule.schedule`."""
    allowed = frozenset(vector)
    builder = Builder(name, dict(memories), Algebra(), _no_fold, approximate,
                      lambda x: is_estimate(x) or not calls(x).isdisjoint(allowed),
                      lambda x: is_serial(x, allowed.union(plain)), FIRST * (step + 1))
    self = Schedule(name, builder, FlatNest((), {}, ()))
    with builder.function(name, "kernel", ()):
        _blocks(self, _Chain(tiling(given, memories), builder, shapes, {}, ESTIMATES in allowed))
    return KernelCode(tuple(builder.functions), tuple(self.scratch), self.parallel, self.work)


def _no_fold(builder: Builder, node: Node) -> None:
    raise AssertionError(f"{node!r} is in a chain")


def _blocks(self: Schedule, chain: _Chain) -> None:
    """All blocks of the last kernel, shared out to threads."""
    builder, made = chain.builder, chain.made
    lengths = made.stages[-1].lengths
    sizes = {**({} if made.slide is None else {made.slide: ROWS}), **dict(made.tile)}
    corners = {k: builder.axis() for k in sizes}
    place = [*((nest.axis(k), lengths[k]) for k in made.outer),
             *((corners[k], blocks(lengths[k], size)) for k, size in sizes.items())]
    price = sum(price_of([s.value for s in stage.nest.stores]) for stage in made.stages) * prod(sizes.values())
    item = builder.axis()

    def act(start: Dim, stop: Dim) -> None:
        puts = _puts(chain)
        with builder.loop(item, start, stop):
            decompose(builder, place, item)
            for k, size in sizes.items():
                builder.bind(chain.starts[k], dims.multiply(size, corners[k]))
            _block(chain, {k: dims.minimum(dims.add(chain.starts[k], size), lengths[k])
                           for k, size in sizes.items()}, puts)

    chain.starts.update((k, builder.axis()) for k in sizes)
    share(self, extent_of(place), price, 1, act)


# where values are kept --------------------------------------------------------------------------------------------

def _puts(chain: _Chain) -> list[list[Put]]:
    """What each stage stores: the last one in memory, the others in local arrays."""
    builder, stages = chain.builder, chain.made.stages
    makers: dict[int, Stage] = {}
    for stage in stages[:-1]:
        for store in stage.nest.stores:
            size, dtype = chain.made.elements(stage), builder.memories[store.buffer].dtype
            makers[store.buffer] = stage
            builder.memories[store.buffer] = builder.memory("tile", dtype, size)
            builder.add(Declare(builder.memories[store.buffer]))

    def place(buffer: int, index: Sequence[Node]) -> Node:
        if buffer in makers:
            return _kept_at(chain, makers[buffer], [i for i in index if i is not ZERO])
        return builder.algebra.flat(list(zip(index, chain.shapes[buffer], strict=True)))

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is not LOAD:
            return rebuilt(node, inputs)
        rank, buffer = len(inputs) - node.attr("masked"), node.attr("buffer")
        return nest.load(buffer, node.dtype, (place(buffer, inputs[:rank]),), *inputs[rank:])

    values = iter(lowered(rewrite([s.value for stage in stages for s in stage.nest.stores], step),
                          chain.estimates))
    return [[Put(builder.memories[s.buffer], place(s.buffer, s.index), next(values)) for s in stage.nest.stores]
            for stage in stages]


def _kept_at(chain: _Chain, stage: Stage, index: Sequence[Node]) -> Node:
    """The place of an element in the array of a stage: the row, of those that are kept, then the place in the tile."""
    row: Dim = 0
    if chain.made.slide is not None and stage.kept > 1:
        row = intern(_AND, (index[chain.made.slide], dims.as_node(stage.kept - 1)), (), INT64, ())
    for k, width in chain.made.widths(stage):
        first = dims.add(chain.starts[k], stage.reach[k][0])
        row = dims.add(dims.multiply(row, width), dims.subtract(index[k], first))
    return dims.as_node(row)


# loops ------------------------------------------------------------------------------------------------------------

def _block(chain: _Chain, stops: Mapping[int, Dim], puts: Sequence[Sequence[Put]]) -> None:
    """One block: all stages for each row, or one after the other if there are no rows."""
    builder, made, slide = chain.builder, chain.made, chain.made.slide
    ranges = [{k: _range(chain, stage, k, stop) for k, stop in stops.items()} for stage in made.stages]
    if slide is None:
        for stage, own, given in zip(made.stages, ranges, puts, strict=True):
            _tile(chain, stage, own, [k for k, _ in made.tile], given)
        return
    row, ahead = builder.axis(), max(stage.more(slide) for stage in made.stages)
    with builder.loop(row, dims.subtract(chain.starts[slide], ahead), stops[slide]):
        for stage, own, given in zip(made.stages, ranges, puts, strict=True):
            here, axis = dims.add(row, stage.reach[slide][1]), nest.axis(slide)
            for low, high, sinks in stretches(builder, axis, given):
                first, last = between(*own[slide], low, high)
                with builder.when(dims.subtract(first, 1), here), builder.when(here, last):
                    builder.bind(axis, here)
                    _tile(chain, stage, own, [k for k, _ in made.tile], sinks)


def _range(chain: _Chain, stage: Stage, axis: int, stop: Dim) -> tuple[Dim, Dim]:
    """The elements that a stage computes along an axis."""
    (low, high), builder = stage.reach[axis], chain.builder
    first, last = builder.axis(), builder.axis()
    builder.bind(first, dims.maximum(dims.add(chain.starts[axis], low), 0))
    builder.bind(last, dims.minimum(dims.add(stop, high), stage.lengths[axis]))
    return first, last


def _tile(chain: _Chain, stage: Stage, ranges: Mapping[int, tuple[Dim, Dim]], axes: Sequence[int],
          sinks: Sequence[Sink]) -> None:
    """All elements of a stage in a tile."""
    builder, (k, *rest) = chain.builder, axes
    axis = nest.axis(k)
    if not rest:
        most = dict(chain.made.tile)[k] + stage.more(k)
        span(builder, [(axis, stage.lengths[k])], *ranges[k], sinks, most)
        return
    for low, high, given in stretches(builder, axis, sinks):
        with builder.loop(axis, *between(*ranges[k], low, high)):
            _tile(chain, stage, ranges, rest, given)
