"""Chains: kernels that run tile by tile, so that what they hand on to each other stays in the cache.

A sweep of a stencil wants its operand at a few neighbours.  Several sweeps one after the other, each in memory, move
the whole array once for each; a chain computes a block of rows of the last one from the rows of the others that it
needs.  What two blocks need is computed twice: the price of that decides how many kernels make a chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from math import prod

from ..ir import dims
from ..ir.nest import AXIS, FOLD, LOAD, Buffer, Chain, Kernel, Nest, Program, Step
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..records import dataclass
from .fuse import STORED
from .indices import ZERO
from .loops import Memory
from .memory import MemoryPlan, accesses, plan
from .row_passes import with_row_passes
from .shares import price_of

# Kernels of a chain, rows of a block, and elements of a tile along the last axis and along others, at most.
LONGEST, ROWS, COLUMNS, LINES = 16, 64, 1024, 16
# Bytes that are handed on in tiles of one axis, and of several (the first and the second cache hold them), and the
# shortest tile that is worth it; elements of a vector.
ONE_AXIS, SEVERAL_AXES, NARROWEST, VECTOR = 1 << 15, 1 << 17, 64, 8

Shift = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One kernel of a chain.

    ``reach`` says for each axis where the elements begin and end that are wanted of it, beside an element of the last
    kernel; ``kept`` is how many rows are kept, a power of two.
    """

    nest: Nest
    reach: tuple[tuple[int, int], ...]
    kept: int = 1

    @property
    def lengths(self) -> tuple[Dim, ...]:
        """The extents of its axes."""
        return tuple(a.extent for a in self.nest.axes)

    def more(self, axis: int) -> int:
        """How many elements more than the last kernel it computes along an axis."""
        low, high = self.reach[axis]
        return high - low


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a chain runs: the rows of axis ``slide`` are computed one after the other (None: there is no such axis), and
    ``tile`` gives the axes behind it with the length of a tile."""

    stages: tuple[Stage, ...]
    slide: int | None
    tile: tuple[tuple[int, int], ...]

    @property
    def outer(self) -> range:
        """The axes around."""
        return range(self.tile[0][0] if self.slide is None else self.slide)

    def widths(self, stage: Stage) -> list[tuple[int, int]]:
        """The axes of a tile with the elements that are kept of a stage along each, whole vectors along the last."""
        *wide, (last, width) = ((axis, length + stage.more(axis)) for axis, length in self.tile)
        return [*wide, (last, -(-width // VECTOR) * VECTOR)]

    def elements(self, stage: Stage) -> int:
        """Elements of what is kept of a stage."""
        return stage.kept * prod(width for _, width in self.widths(stage))


@dataclass(frozen=True, slots=True)
class _Link:
    """A kernel each element of which is computed by itself: what it stores, what it loads and how far beside the
    element at hand (None: elsewhere), and its price."""

    nest: Nest
    stores: tuple[int, ...]
    loads: tuple[tuple[int, Shift | None], ...]
    price: int


def planned(program: Program) -> tuple[Program, MemoryPlan]:
    """A Program as a CPU runs it, with chains, and its memory.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (100, 100))
    >>> y = o.exp(x)
    >>> shifted = (o.slice(y, starts=(k, 0), lengths=(99, 100), steps=(1, 1)) for k in (0, 1))
    >>> chained, memory = planned(lower("f", [x], [o.subtract(*shifted)]))
    >>> [type(step).__name__ for step in chained.steps], memory.sizes
    (['Chain'], ())
    """
    chained = with_chains(with_row_passes(program))
    return chained, plan(chained)


def with_chains(program: Program) -> Program:
    """The same Program with chains wherever they are cheaper than storing."""
    buffers = {b.number: b for b in program.buffers}
    links = [_link(step.nest) if isinstance(step, Kernel) else None for step in program.steps]
    steps: list[Step] = []
    begin = 0
    while begin < len(links):
        end = begin + max(1, len(list(takewhile(lambda link: link is not None, links[begin:]))))
        steps += _joined(program, begin, end, links, buffers) if end - begin > 1 else program.steps[begin:end]
        begin = end
    return program if len(steps) == len(program.steps) else replace(program, steps=tuple(steps))


def _joined(program: Program, begin: int, end: int, links: Sequence[_Link | None],
            buffers: Mapping[int, Buffer]) -> Iterator[Step]:
    """Kernels [begin, end) in the cheapest chains, each priced by what it stores and what it computes again."""
    last, best = _last_uses(program), [(0.0, begin)]
    for stop in range(begin + 1, end + 1):
        found = [(best[-1][0] + STORED, stop - 1)]
        for start in range(stop - 2, max(begin, stop - LONGEST) - 1, -1):
            chain = [link for link in links[start:stop] if link]
            if not all(_is_inner(buffers[b], last, stop) for b in chain[0].stores):
                break
            made = _tiling(chain, buffers)
            if made:
                found.append((best[start - begin][0] + STORED + _repeated(made, chain), start))
        best.append(min(found))
    cuts = [end]
    while cuts[-1] > begin:
        cuts.append(best[cuts[-1] - begin][1])
    for stop, start in reversed(list(pairwise(cuts))):
        nests = tuple(link.nest for link in links[start:stop] if link)
        inner = tuple(store.buffer for nest in nests[:-1] for store in nest.stores)
        yield Chain(nests, inner) if len(nests) > 1 else program.steps[start]


def _last_uses(program: Program) -> dict[int, int]:
    """The last step that touches each buffer or a view of it; those that are looked at in the end come after all."""
    base = {b.number: b.number if b.base is None else b.base for b in program.buffers}
    last = {base[n]: k for k, step in enumerate(program.steps) for numbers in accesses(step) for n in numbers}
    beyond = len(program.steps) + 1
    last.update((base[refusal.buffer], beyond) for refusal in program.refusals)
    last.update((owner, beyond) for number, owner in base.items() if owner != number)
    return last


def _is_inner(buffer: Buffer, last: Mapping[int, int], stop: int) -> bool:
    """Whether nobody from step ``stop`` on wants a buffer."""
    return buffer.role == "workspace" and buffer.base is None and last[buffer.number] < stop


def _link(nest: Nest) -> _Link | None:
    """What chains want to know of a kernel; None if it has folds, or stores elsewhere than where its axes say."""
    values, own = [s.value for s in nest.stores], [a.number for a in nest.axes]
    nodes = topological(values)
    here = all([i.attr("number") if i.op is AXIS else None for i in s.index if i is not ZERO] == own
               for s in nest.stores)
    if not own or not here or any(a.reduce for a in nest.axes) or any(x.op is FOLD for x in nodes):
        return None
    loads = tuple((x.attr("buffer"), _shift(x, own)) for x in nodes if x.op is LOAD)
    return _Link(nest, tuple(s.buffer for s in nest.stores), loads, price_of(values))


def _shift(load: Node, axes: Sequence[int]) -> Shift | None:
    """How far beside the element at hand a load is, by axis; None if it is elsewhere."""
    index = [i for i in load.inputs[:len(load.inputs) - load.attr("masked")] if i is not ZERO]
    found = [dims.linear(i) for i in index]
    wanted = [{atom.attr("number"): k for atom, k in terms.items() if atom.op is AXIS} for _, terms in found]
    same = wanted == [{number: 1} for number in axes] and all(len(terms) == 1 for _, terms in found)
    return tuple(constant for constant, _ in found) if same else None


def _repeated(made: Tiling, chain: Sequence[_Link]) -> float:
    """The price, for each element of the last kernel, of what several blocks compute."""
    price = 0.0
    for stage, link in zip(made.stages, chain, strict=True):
        times = prod(1 + stage.more(axis) / length for axis, length in made.tile)
        if made.slide is not None:
            times *= 1 + stage.more(made.slide) / _shorter(ROWS, made.stages[-1].lengths[made.slide])
        price += (times - 1) * link.price
    return price


# how a chain runs -------------------------------------------------------------------------------------------------

def tiling(chain: Chain, buffers: Mapping[int, Buffer | Memory]) -> Tiling:
    """The tiles of a chain."""
    made = _tiling([link for link in map(_link, chain.nests) if link], buffers)
    if made is None:
        raise AssertionError("these kernels make no chain")
    return made


def _tiling(chain: Sequence[_Link], buffers: Mapping[int, Buffer | Memory]) -> Tiling | None:
    """Tiles for kernels; None if what is handed on is wanted elsewhere than beside each element, or nowhere but at the
    element itself, or does not fit into the cache."""
    handed = _handed_on(chain)
    reaches = None if handed is None else _reaches(chain, handed)
    if handed is None or reaches is None:
        return None
    rank = len(chain[-1].nest.axes)
    slide = next((k for k in range(rank) if any(low[k] != high[k] for low, high in reaches)), rank)
    if slide == rank:
        return None
    stages = []
    for k, (link, (low, high)) in enumerate(zip(chain, reaches, strict=True)):
        first = [reaches[user][1][slide] + shift[slide] for maker, user, shift in handed if maker == k]
        rows = high[slide] - min(first, default=high[slide]) + 1 if slide < rank - 1 else 1
        stages.append(Stage(link.nest, tuple(zip(low, high, strict=True)), 1 << (rows - 1).bit_length()))
    return _that_fits(stages, slide if slide < rank - 1 else None, buffers)


def _that_fits(stages: Sequence[Stage], slide: int | None,
               buffers: Mapping[int, Buffer | Memory]) -> Tiling | None:
    """The widest tiles that the cache holds."""
    lengths = stages[-1].lengths
    first, last = len(lengths) - 1 if slide is None else slide + 1, len(lengths) - 1
    columns = COLUMNS
    while columns >= NARROWEST:
        tile = tuple((k, _shorter(columns if k == last else LINES, lengths[k])) for k in range(first, last + 1))
        made = Tiling(tuple(stages), slide, tile)
        size = sum(made.elements(stage) * buffers[s.buffer].dtype.itemsize
                   for stage in stages[:-1] for s in stage.nest.stores)
        if size <= (ONE_AXIS if len(tile) == 1 else SEVERAL_AXES):
            return made
        columns //= 2
    return None


def _shorter(length: int, extent: Dim) -> int:
    extent = dims.simple(extent)
    return max(1, min(length, extent)) if isinstance(extent, int) else length


def _handed_on(chain: Sequence[_Link]) -> list[tuple[int, int, Shift]] | None:
    """Which kernel reads which other one, and where, last readers first; None if somewhere else than beside."""
    makers = {number: k for k, link in enumerate(chain[:-1]) for number in link.stores}
    found = []
    for user in range(len(chain) - 1, -1, -1):
        for number, shift in chain[user].loads:
            maker = makers.get(number)
            if maker is not None and (shift is None or maker >= user):
                return None
            if maker is not None and shift is not None:
                found.append((maker, user, shift))
    return found


def _reaches(chain: Sequence[_Link], handed: Sequence[tuple[int, int, Shift]]) -> list[tuple[Shift, Shift]] | None:
    """Where the elements of each kernel begin and end that are wanted beside one of the last kernel; None if one is not
    wanted at all, or has other axes."""
    rank, last = len(chain[-1].nest.axes), len(chain) - 1
    found: dict[int, tuple[Shift, Shift]] = {last: ((0,) * rank, (0,) * rank)}
    for maker, user, shift in handed:
        if user not in found or len(shift) != rank:
            return None
        low, high = (tuple(a + d for a, d in zip(end, shift, strict=True)) for end in found[user])
        known = found.get(maker, (low, high))
        found[maker] = tuple(map(min, known[0], low)), tuple(map(max, known[1], high))
    return [found[k] for k in range(last + 1)] if len(found) == last + 1 else None
