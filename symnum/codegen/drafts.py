"""What fusion works on: demands for values, nests in the making, and where values are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from ..ir import dims
from ..ir.nest import Buffer
from ..ir.node import Dim, Node, Shape
from ..records import dataclass
from .indices import ZERO, Index, axes_of, is_inside, is_one, space
from .traits import FoldKey, Traits, fold_key, fold_lengths


@dataclass(frozen=True, slots=True)
class Demand:
    """Where a value is wanted: in a nest (by step number), at an index, loading only where the mask holds."""

    nest: int
    index: Index
    mask: Node | None


Wanted = tuple[Node, Demand]


@dataclass(slots=True)
class Draft:
    """A nest that is being filled: ``roots`` are the nodes that it stores, with their buffers, and the place on the
    last axis of a buffer that holds several nodes side by side (else None).

    Axes are known by number, outer ones first; the scope of an axis is itself and the axes of the loops
    around it.  Sizes count statements; positions in a nest are sizes it had: they grow from stores to loads.
    """

    step: int
    outer: int
    extents: list[Dim]
    scopes: list[frozenset[int]]
    roots: list[tuple[Node, int, int | None]] = field(default_factory=list)
    fold_axes: dict[Any, tuple[int, ...]] = field(default_factory=dict)
    whole: FoldKey | None = None            # lengths of the folds, in a nest without outer axes
    size: int = 0
    wanted: dict[Node, int] = field(default_factory=dict)    # position where a node was first wanted
    expanded: dict[Node, int] = field(default_factory=dict)  # position where it is computed

    def begins_with(self, shape: Shape) -> bool:
        """Whether the outer axes begin with those of a shape."""
        own = space(shape)
        return len(own) <= self.outer and all(map(dims.equal, own, self.extents))

    def scope(self, axes: Iterable[int]) -> frozenset[int]:
        """The axes of all loops around an expression that depends on ``axes``."""
        return frozenset[int]().union(*(self.scopes[a] for a in axes))

    def axes_for(self, node: Node, index: Index, level: int) -> tuple[int, ...]:
        """The reduce axes of a fold; folds of one level, place and lengths share them.

        ``level`` counts the folds that wait for the result, so that no fold shares axes with one inside it.
        """
        place = axes_of(index)
        key = (level, place, fold_key(node))
        if key not in self.fold_axes:
            self.fold_axes[key] = self._new_axes(self.scope(place), space(fold_lengths(node)))
            if not self.outer and self.fold_axes[key]:
                self.whole = fold_key(node)
        return self.fold_axes[key]

    def _new_axes(self, around: frozenset[int], lengths: Sequence[Dim]) -> tuple[int, ...]:
        first = len(self.extents)
        for length in lengths:
            around |= {len(self.extents)}
            self.scopes.append(around)
            self.extents.append(length)
        return tuple(range(first, len(self.extents)))


@dataclass(frozen=True, slots=True)
class Home:
    """Where a node is stored: its buffer, and the step that writes it (None: given, or a view).

    A ``copy`` is for those that want it in memory; others load what it is a copy of.
    """

    buffer: int
    step: int | None
    copy: bool = False


@dataclass(slots=True)
class Fusion:
    """The state of a fusion, and its result.  Steps are numbered as they are met, users first.

    ``outputs`` gives the output buffers that a node fills; ``cuts`` are nodes that a nest must not share with
    their users.  In a ``large`` graph nests without folds are as long as they get: their schedule cuts them.
    """

    traits: Traits
    buffers: list[Buffer]
    homes: dict[Node, Home]
    outputs: Mapping[Node, Sequence[int]]
    cuts: set[Node]
    demands: dict[Node, dict[Demand, int]] = field(default_factory=dict)   # with the level of each
    readers: dict[Node, dict[int, None]] = field(default_factory=dict)     # steps that want a node in memory
    drafts: dict[int, Draft] = field(default_factory=dict)
    alike: dict[Any, list[Draft]] = field(default_factory=dict)            # drafts by extents and folds
    products: dict[int, tuple[Node, int]] = field(default_factory=dict)    # step: node and result buffer
    calls: dict[int, dict[Node, int]] = field(default_factory=dict)        # step: results and their buffers
    applied: dict[Any, int] = field(default_factory=dict)                  # application of a routine: its step
    needs: list[dict[int, None]] = field(default_factory=list)             # by step: the steps that it needs
    axes: dict[Wanted, tuple[int, ...]] = field(default_factory=dict)      # axes of folds
    viewed: dict[int, Node] = field(default_factory=dict)   # buffer: the node in whose memory it is
    within: dict[Node, int] = field(default_factory=dict)   # node: the output in whose memory it is
    parts: dict[Node, list[Node]] = field(default_factory=dict)            # slices made when a node was visited
    moved: dict[Wanted, Wanted] = field(default_factory=dict)              # demands that slices meet
    large: bool = False

    def is_loaded(self, node: Node, demand: Demand) -> bool:
        """Whether a demand for a visited node is met by a load."""
        home = self.homes.get(node)
        return home is not None and not home.copy and demand.nest != home.step

    def new_step(self) -> int:
        """The number of another step."""
        self.needs.append({})
        return len(self.needs) - 1

    def need(self, step: int, other: int) -> None:
        """Let a step wait for another one."""
        if step != other:
            self.needs[step][other] = None

    def new_buffer(self, role: str, node: Node, data: Any = None, base: int | None = None) -> int:
        """The number of another buffer, for the values of a node."""
        number = len(self.buffers)
        self.buffers.append(Buffer(number, role, node.dtype, node.shape, data=data, base=base))
        return number


def demand_of(draft: Draft, node: Node, index: Index, mask: Node | None) -> Demand:
    """The demand for an element: index 0 along lengths of 1, no mask if the index lies inside anyway."""
    index = tuple(ZERO if is_one(n) else i for i, n in zip(index, node.shape, strict=True))
    if mask is not None and is_inside(index, node.shape, draft.extents):
        mask = None
    return Demand(draft.step, index, mask)
