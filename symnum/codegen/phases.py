"""Phases of a nest: which folds and stores share a loop, in which order, and which values are kept between them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import field

from ..ir.nest import FOLD, LOAD, axis
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .loops import Memory
from .normal import FlatNest
from .sinks import Put
from .strides import Algebra

# From this price on (in additions) a value is stored rather than computed again.
HEAVY = 6.0


@dataclass(slots=True)
class Phase:
    """Folds and stores over the same axes, none of which needs another's result; ``kept`` are values that are stored
    in the place of a later result, to be read until then."""

    axes: tuple[int, ...]
    folds: list[Node] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    kept: list[Put] = field(default_factory=list)

    @property
    def stores(self) -> list[Put]:
        """All stores of the phase."""
        return [*self.puts, *self.kept]

    def roots(self) -> list[Node]:
        """All expressions of the phase."""
        return [*(x for f in self.folds for x in f.inputs), *(put.value for put in self.puts)]


@dataclass(slots=True)
class Level:
    """What is computed for each element of the outermost axes: phases in order, then stores of single elements."""

    outer: tuple[int, ...]
    phases: list[Phase]
    tail: list[Put]


def folds_below(roots: Sequence[Node]) -> list[Node]:
    """All folds in expressions, inner ones first."""
    return [x for x in topological(roots) if x.op is FOLD]


def inner_folds(phase: Phase, algebra: Algebra) -> list[Node]:
    """The folds that are computed for each element of a phase."""
    return [x for x in folds_below(phase.roots()) if not algebra.dependence(x).isdisjoint(phase.axes)]


def level_of(node: Node, found: FlatNest, algebra: Algebra) -> int | None:
    """How many outer axes a fold lies inside of; None if it lies inside another fold's loop."""
    depends = algebra.dependence(node)
    if not depends <= set(found.outer):
        return None
    return max((found.outer.index(k) + 1 for k in depends), default=0)


def level(found: FlatNest, algebra: Algebra, count: int, stores: Sequence[Put],
          is_heavy: Callable[[Node], bool]) -> Level:
    """All folds of a nest that lie inside ``count`` outer axes, and some of its stores, in phases.

    ``is_heavy`` tells which ops are worth being kept between phases.
    """
    outer, depths, phases = found.outer[:count], dict[Node, int](), dict[tuple[int, tuple[int, ...]], Phase]()
    for node in folds_below([s.value for s in found.stores]):
        if level_of(node, found, algebra) == count:
            depth = depths[node] = _depth(node.inputs, depths)
            axes = node.attr("axes")
            phases.setdefault((depth, axes), Phase(axes)).folds.append(node)
    tail, last = [], 1 + _depth([s.value for s in stores], depths)
    for store in stores:
        depends = axes_of(store, algebra)
        inner = tuple(k for k in found.outer[count:] if k in depends)
        if inner:
            # A store in the place of what others read comes after them.
            depth = last if store.memory.aliased and len(stores) > 1 else _depth([store.value], depths)
            phases.setdefault((depth, inner), Phase(inner)).puts.append(store)
        else:
            tail.append(store)
    ordered = [phases[key] for key in sorted(phases, key=lambda key: key[0])]
    loaded = {x.attr("buffer") for x in topological([s.value for s in found.stores]) if x.op is LOAD}
    _keep(ordered, algebra, loaded, is_heavy)
    return Level(outer, ordered, tail)


def axes_of(put: Put, algebra: Algebra) -> frozenset[int]:
    """The axes that a store runs over: an index does not show those beside an axis of length 0."""
    return algebra.dependence(put.index) | algebra.dependence(put.value)


def _depth(roots: Sequence[Node], depths: Mapping[Node, int]) -> int:
    """The first phase in which the folds inside expressions are known."""
    return 1 + max((depths.get(x, 0) for x in folds_below(roots)), default=0)


def _keep(phases: Sequence[Phase], algebra: Algebra, loaded: Container[int], is_heavy: Callable[[Node], bool]) -> None:
    """Let the first of several phases that need a heavy value keep it where a later phase puts its result."""
    for axes in dict.fromkeys(phase.axes for phase in phases):
        same = [phase for phase in phases if phase.axes == axes]
        inside = [_inside(phase.roots(), frozenset(axes), algebra) for phase in same]
        free = [(k, put) for k, phase in enumerate(same) for put in phase.puts
                if not put.memory.aliased and put.memory.number not in loaded]
        for node in _shared(same, inside):
            users = [k for k, nodes in enumerate(inside) if node in nodes]
            heavy = any(map(is_heavy, _inside([node], frozenset(axes), algebra)))
            fit = [(k, put) for k, put in free if k >= users[-1] and put.memory.dtype == node.dtype]
            if heavy and fit:
                free.remove(fit[0])
                same[users[0]].kept.append(Put(fit[0][1].memory, fit[0][1].index, node))


def dear_inside(phase: Phase, column: int, algebra: Algebra, is_approximate: Callable[[Node], bool]) -> list[Node]:
    """The largest expressions of a phase that take a heavy op, and that depend on a column but not on the row."""
    rows, found = frozenset(phase.axes), dict[Node, None]()

    def is_same(node: Node) -> bool:
        depends = algebra.dependence(node)
        return column in depends and depends.isdisjoint(rows)

    def below(node: Node) -> Sequence[Node]:
        return () if node.op in (FOLD, LOAD) else node.inputs

    roots = [*phase.roots(), *(put.value for put in phase.kept)]
    for node in topological(roots, lambda x: () if is_same(x) else below(x)):
        if is_same(node) and node.op not in (FOLD, LOAD) and any(
                x.op.cost >= HEAVY or is_approximate(x) for x in topological([node], below) if is_same(x)):
            found[node] = None
    return list(found)


def _inside(roots: Sequence[Node], axes: frozenset[int], algebra: Algebra) -> dict[Node, None]:
    """The nodes of expressions that are computed for each element."""
    def below(node: Node) -> Sequence[Node]:
        return () if node.op in (FOLD, LOAD) else node.inputs
    return dict.fromkeys(x for x in topological(roots, below) if algebra.dependence(x) & axes)


def _shared(phases: Sequence[Phase], inside: Sequence[Mapping[Node, None]]) -> list[Node]:
    """Nodes that several phases compute, and that some phase uses for more than another such node."""
    count: dict[Node, int] = {}
    for nodes in inside:
        for x in nodes:
            count[x] = count.get(x, 0) + 1
    found: dict[Node, None] = {}
    for phase, nodes in zip(phases, inside, strict=True):
        wanted = [*phase.roots(), *(y for x in nodes if count[x] == 1 and x.op not in (FOLD, LOAD) for y in x.inputs)]
        found.update(dict.fromkeys(x for x in wanted if count.get(x, 0) > 1 and x.op is not LOAD))
    return list(found)


def walks_columns(found: Level, algebra: Algebra) -> bool:
    """Whether the last outer axis, and not the folds' own, is the one along which elements are contiguous."""
    votes, one, column = 0, algebra.of(1), axis(found.outer[-1])
    for phase in found.phases:
        for x in topological([y for f in phase.folds for y in f.inputs]):
            if x.op is LOAD:
                index = algebra.of(x.inputs[0])
                votes += (algebra.stride(index, column) == one) - (algebra.stride(index, axis(phase.axes[-1])) == one)
    return votes > 0


def remember(stored: dict[Node, tuple[Memory, Node]], phase: Phase, algebra: Algebra) -> None:
    """Note where the values that a phase has stored lie: they need not be computed again."""
    for put in phase.stores:
        if put.value.op not in (LOAD, FOLD) and algebra.dependence(put.value) == algebra.dependence(put.index):
            stored.setdefault(put.value, (put.memory, put.index))
