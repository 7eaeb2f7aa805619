"""Placement: which nest stores a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..ir.nest import AXIS
from ..ir.node import Node
from ..ops.table import TABLE
from .drafts import Demand, Draft, Fusion, Home
from .indices import ZERO, Index, axes_of, extent_key, identity, space
from .traits import fold_key, is_fold, is_move

# Statements and stores of one nest; nests that are tried for a store that shares nothing with them.
STATEMENTS, STORES, TRIED = 800, 4096, 8
_INTERLEAVE, _AS_COMPLEX = TABLE["interleave"], TABLE["as_complex"]


def store(state: Fusion, node: Node, demands: Mapping[Demand, int], copy: bool = False) -> None:
    """Let one nest compute and store a node; all ``demands`` of other nests become loads."""
    buffers = own_buffers(state, node)
    if node.op is _INTERLEAVE:
        home = Home(buffers[0], _store_parts(state, node, buffers, demands).step)
        settle(state, node, home, demands)
        return
    draft = _related(state, node, demands) or _unrelated(state, node, demands) or _open(state, node)
    for buffer in buffers:
        _add_root(state, draft, node, buffer)
    settle(state, node, Home(buffers[0], draft.step, copy), demands)


def _store_parts(state: Fusion, node: Node, buffers: Iterable[int], demands: Mapping[Demand, int]) -> Draft:
    """A nest that stores the operands of a node side by side."""
    first = node.operands[0]
    readers = state.readers.get(node, ())
    draft = _unrelated(state, first, demands, readers) or _open(state, first)
    for buffer in buffers:
        for k, part in enumerate(node.operands):
            _add_root(state, draft, part, buffer, k)
    return draft


def store_copy(state: Fusion, node: Node, buffer: int) -> Draft:
    """A nest that stores once more what lies in memory already, or is a number."""
    if node.op is _AS_COMPLEX:
        pair = node.operands[0]
        return _store_parts(state, pair, (state.new_buffer("workspace", pair, base=buffer),), {})
    draft = _unrelated(state, node, {}) or _open(state, node)
    _add_root(state, draft, node, buffer)
    return draft


def settle(state: Fusion, node: Node, home: Home, demands: Iterable[Demand]) -> None:
    """Let all that load a node wait for the step that stores it."""
    state.homes[node] = home
    if home.step is not None:
        for step in (*(demand.nest for demand in demands), *state.readers.get(node, ())):
            state.need(step, home.step)


def own_buffers(state: Fusion, node: Node) -> list[int]:
    """The buffers that a node is to be stored in: its outputs, or one of its own."""
    numbers = list(state.outputs.get(node, ()))
    return numbers or [state.new_buffer("workspace", node, base=state.within.get(node))]


def is_misplaced(state: Fusion, node: Node, demand: Demand, level: int) -> bool:
    """Whether a fold, or a node made from one element by element, should not be computed at a demand.

    Folds run once for each element of the outermost axes; folds of everything only in a nest without outer
    axes, outside other folds, and over one set of lengths, so that all of the nest can run in parallel.  A fold of what
    is small and repeated, such as all distances between points, may run for each element of another one: what would
    be stored instead is larger than all that there is to load.
    """
    fold = is_fold(node, state.traits.kind[node])
    if not fold and (not state.traits.folds[node] or (is_move(node) and node.op.name != "slice")):
        return False
    draft, axes = state.drafts[demand.nest], axes_of(demand.index)
    if axes:
        usual = axes == frozenset(range(len(axes))) and len(axes) <= draft.outer
        return not usual and not (level == 1 and _is_row(draft, demand.index) and state.traits.spread[node])
    if not fold and space(node.shape):
        return False
    return draft.outer > 0 or level > 0 or (fold and draft.whole not in (None, fold_key(node)))


def _is_row(draft: Draft, index: Index) -> bool:
    """Whether an index goes once over all outer axes of a nest and the axis of one fold for each of their elements."""
    axes, outer = axes_of(index), frozenset(range(draft.outer))
    plain = all(i is ZERO or i.op is AXIS for i in index) and sum(i.op is AXIS for i in index) == len(axes)
    return plain and bool(outer) and outer < axes == draft.scope(axes) and len(axes) == draft.outer + 1


def _add_root(state: Fusion, draft: Draft, node: Node, buffer: int, part: int | None = None) -> None:
    draft.roots.append((node, buffer, part))
    state.demands.setdefault(node, {}).setdefault(Demand(draft.step, identity(node.shape), None), 0)


def _related(state: Fusion, node: Node, demands: Mapping[Demand, int]) -> Draft | None:
    """A nest that computes the node anyway, once for each element, and may store it."""
    own = identity(node.shape)
    fits: dict[int, bool] = {}
    for d, level in demands.items():
        fit = d.mask is None and d.index == own and not is_misplaced(state, node, d, level)
        fits[d.nest] = fits.get(d.nest, True) and fit
    drafts = [state.drafts[step] for step, fit in fits.items() if fit and node not in state.cuts]
    return next((d for d in drafts if (space(node.shape) or not d.outer)
                 and _may_store(state, d, node, demands)), None)


def _unrelated(state: Fusion, node: Node, demands: Mapping[Demand, int],
               readers: Iterable[int] = ()) -> Draft | None:
    """A nest over the same axes with the same folds that has room."""
    nests = {demand.nest for demand in demands}
    drafts = state.alike.get(_likeness(state, node), ())[:-TRIED - 1:-1]
    return next((d for d in drafts if d.step not in nests and (state.large or 2 * d.size < STATEMENTS)
                 and _may_store(state, d, node, demands, readers)), None)


def _likeness(state: Fusion, node: Node) -> Any:
    return tuple(map(extent_key, space(node.shape))), state.traits.folds[node]


def _may_store(state: Fusion, draft: Draft, node: Node, demands: Iterable[Demand],
               readers: Iterable[int] = ()) -> bool:
    """Whether the nest has the axes, and depends on no step that is to load the node."""
    loaders = {d.nest for d in demands if d.nest != draft.step}.union(state.readers.get(node, ()), readers)
    return (len(draft.roots) < STORES and draft.begins_with(node.shape)
            and not _reaches(state, draft.step, loaders))


def _reaches(state: Fusion, step: int, wanted: set[int]) -> bool:
    seen, todo = {step}, [step] if wanted else []
    while todo:
        found = todo.pop()
        if found in wanted:
            return True
        todo.extend(s for s in state.needs[found] if s not in seen)
        seen.update(state.needs[found])
    return False


def _open(state: Fusion, node: Node) -> Draft:
    """A new nest over the axes of a node."""
    extents = list(space(node.shape))
    scopes = [frozenset(range(k + 1)) for k in range(len(extents))]
    draft = Draft(state.new_step(), len(extents), extents, scopes)
    state.drafts[draft.step] = draft
    state.alike.setdefault(_likeness(state, node), []).append(draft)
    return draft
