"""A CPU kernel in the making, and its shares: work that several threads may do, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..ir import dims
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import Builder
from .loops import Memory, Parallel, number, quotient
from .normal import FlatNest
from .parts import is_index
from .phases import axes_of
from .sinks import Put, Span, extent_of
from .spans import span
from .strides import Algebra

# Work in additions: below LIMIT it is done by one thread, and GRAIN is the smallest share of it.
LIMIT, GRAIN = 1 << 17, 1 << 16
# Elements that shares of elementwise work are multiples of.
WHOLE_LINES = 64


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
    price = price_of([put.value for put in puts])
    share(self, extent_of(axes), price, WHOLE_LINES, lambda start, stop: span(self.builder, axes, start, stop, puts))


def _in_memory_order(self: Schedule, put: Put) -> Span:
    """The axes of a store, the one along which it is contiguous last."""
    depends = axes_of(put, self.algebra)
    axes = self.nest.span(k for k in self.nest.outer if k in depends)
    index, one = self.algebra.of(put.index), self.algebra.of(1)
    return sorted(axes, key=lambda item: self.algebra.stride(index, item[0]) == one)
