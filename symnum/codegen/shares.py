"""A CPU kernel in the making, and its shares: work that several threads may do, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace

from ..ir import dims
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..records import dataclass
from .builder import Builder
from .loops import Memory, Parallel, blocks, number, quotient
from .normal import FlatNest, with_axes
from .parts import is_index
from .phases import axes_of
from .sinks import Put, Span, decompose, extent_of
from .spans import span
from .strides import Algebra

# Work in additions: below LIMIT it is done by one thread, and GRAIN is the smallest share of it: half a microsecond or
# more, so that the pool sees how long the whole takes before it wakes a thread, and handing it out costs little.
LIMIT, GRAIN = 1 << 16, 1 << 15
# Elements that shares of elementwise work are multiples of, and the side of the squares that transposition goes by.
WHOLE_LINES, SQUARE = 64, 64


@dataclass(slots=True)
class Schedule:
    """A kernel in the making: ``scratch`` is memory with its number of elements, ``work`` the price of a call in
    additions where all unknown lengths are 1."""

    name: str
    builder: Builder
    nest: FlatNest
    scratch: list[tuple[Memory, Dim]] = field(default_factory=list)
    parallel: bool = False
    work: int = 0

    @property
    def algebra(self) -> Algebra:
        """Index arithmetic of the kernel."""
        return self.builder.algebra


def share(self: Schedule, extent: Dim, price: Dim, least: int, act: Callable[[Dim, Dim], None]) -> None:
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
    with builder.when(0, extent):
        builder.add(Parallel(made[0], number(extent), number(_grain(price, least)), number(total), number(LIMIT)))


def _grain(price: Dim, least: int) -> Dim:
    """How many elements are worth GRAIN, a multiple of ``least``."""
    if isinstance(price, int):
        return max(1, GRAIN // (price * least)) * least
    return dims.multiply(dims.maximum(quotient(GRAIN // least, dims.maximum(price, 1)), 1), least)


def price_of(roots: Sequence[Node]) -> int:
    """The price of expressions for one element, without their folds."""
    known: dict[Node, bool] = {}

    def below(node: Node) -> Sequence[Node]:
        return () if node.op in (FOLD, LOAD) or is_index(node, known) else node.inputs
    nodes = topological(roots, below)
    prices = (x.op.cost if x.op.kind == "elementwise" else 1.0 for x in nodes if not is_index(x, known))
    return 1 + round(sum(prices))


# elementwise ------------------------------------------------------------------------------------------------------

def elementwise(self: Schedule, stores: Sequence[Put]) -> None:
    """Stores each element of which is computed by itself; those over the same axes share a loop."""
    groups: dict[frozenset[int], list[Put]] = {}
    for store in stores:
        groups.setdefault(axes_of(store, self.algebra), []).append(store)
    for group in groups.values():
        _together(self, group)


def _together(self: Schedule, puts: Sequence[Put]) -> None:
    axes = _in_memory_order(self, puts[0])
    if not axes:
        span(self.builder, [], 0, 1, puts)
        return
    price, crossed = price_of([put.value for put in puts]), _crossed(self, axes, puts)
    if crossed is None:
        share(self, extent_of(axes), price, WHOLE_LINES, lambda begin, end: span(self.builder, axes, begin, end, puts))
    else:
        _in_squares(self, axes, crossed, puts, price)


def _in_memory_order(self: Schedule, put: Put) -> Span:
    """The axes of a store, the one along which it is contiguous last."""
    depends = axes_of(put, self.algebra)
    axes = self.nest.span(k for k in self.nest.outer if k in depends)
    index, one = self.algebra.of(put.index), self.algebra.of(1)
    return sorted(axes, key=lambda item: self.algebra.stride(index, item[0]) == one)


def _crossed(self: Schedule, axes: Span, puts: Sequence[Put]) -> int | None:
    """The place of an axis along which a load is contiguous although the store is along the last one."""
    algebra, one = self.algebra, self.algebra.of(1)
    loads = [algebra.of(x.inputs[0]) for x in _loads([put.value for put in puts])]
    last = axes[-1]
    for k, (axis, extent) in enumerate(axes[:-1]):
        lengths = [dims.simple(n) for n in (extent, last[1])]
        if all(not isinstance(n, int) or n >= SQUARE for n in lengths) and any(
                algebra.stride(p, axis) == one and algebra.stride(p, last[0]) not in ({}, one) for p in loads):
            return k
    return None


def _loads(roots: Sequence[Node]) -> list[Node]:
    return [x for x in topological(roots, lambda x: () if x.op is FOLD else x.inputs) if x.op is LOAD]


def across(self: Schedule, axes: Span, put: Put) -> None:
    """One store, contiguous along the second of two axes, of what is contiguous along the first."""
    _in_squares(self, axes, 0, [put], 1)


def _in_squares(self: Schedule, axes: Span, crossed: int, puts: Sequence[Put], price: int) -> None:
    """Squares of two axes one after the other, so that the lines of memory that loads touch are used whole."""
    builder, (row, rows), (column, columns) = self.builder, axes[crossed], axes[-1]
    place: list[tuple[Node, Dim]] = [axis for k, axis in enumerate(axes[:-1]) if k != crossed]
    corners, inner = (builder.axis(), builder.axis()), (builder.axis(), builder.axis())
    place += [(corner, blocks(extent, SQUARE)) for corner, extent in zip(corners, (rows, columns), strict=True)]
    first = [dims.multiply(SQUARE, corner) for corner in corners]
    moved = iter(with_axes([x for put in puts for x in (put.index, put.value)], {
        axis.attr("number"): dims.add(begin, i)
        for axis, begin, i in zip((row, column), first, inner, strict=True)}, self.algebra))
    square = [replace(put, index=next(moved), value=next(moved)) for put in puts]
    item, ends = builder.axis(), (builder.axis(), builder.axis())

    def act(start: Dim, stop: Dim) -> None:
        with builder.loop(item, start, stop):
            decompose(builder, place, item)
            for end, begin, extent in zip(ends, first, (rows, columns), strict=True):
                builder.bind(end, dims.minimum(dims.subtract(extent, begin), SQUARE))
            whole = list(zip(inner, ends, strict=True))
            span(builder, whole, 0, extent_of(whole), square, SQUARE * SQUARE)
    share(self, extent_of(place), price * SQUARE * SQUARE, 1, act)
