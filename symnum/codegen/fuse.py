"""Fusion: which values a Program stores, and which nest computes what.

Nodes are visited users first, so that at a node's turn all places are known where its value is wanted: each is
a :class:`~symnum.codegen.drafts.Demand`, a nest and an index in it.  The node is then computed where it is
wanted, or stored by one nest and loaded by the others; computing it adds demands to its operands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from ..ir import dims
from ..ir.build import o
from ..ir.interpret import application
from ..ir.node import Node
from .drafts import Demand, Draft, Fusion, Home, demand_of
from .expression import expression
from .indices import ZERO, Ask, Context, Index, axes_of, extent_key, is_one, is_pending, zero_of
from .placement import is_misplaced, own_buffers, settle, store, store_copy
from .traits import LOAD_PRICE, is_move, same_memory, splat

# Prices in additions: of storing and loading an element; of another pass over rows that are at hand; of moved
# leaves that are loaded where they are although a moved copy is stored; of single elements that are computed
# beside the whole.
STORED, REREAD, MOVED, SINGLE = 8.0, 40.0, 2.0, 400.0


def fuse(order: Sequence[Node], state: Fusion) -> Fusion:
    """Decide about all nodes of a graph, given inputs first, and return the state."""
    for node in reversed(order):
        kind = state.traits.kind[node]
        if kind in ("leaf", "constant", "dim"):
            _visit_leaf(state, node, kind)
        elif kind == "product":
            _visit_product(state, node)
        elif kind == "routine":
            _visit_routine(state, node)
        elif kind == "view":
            _visit_view(state, node)
        else:
            _visit_computed(state, node)
    return state


def operand_memory(node: Node) -> tuple[Node, bool]:
    """The node whose memory a product reads for an operand, and whether it reads it transposed."""
    transposed = False
    while node.op.name == "transpose":
        transposed ^= node.attr("axes") == (1, 0)
        node = node.inputs[0]
    return same_memory(node), transposed


# visits ---------------------------------------------------------------------------------------------------

def _visit_leaf(state: Fusion, node: Node, kind: str) -> None:
    for buffer in state.outputs.get(node, ()):
        store_copy(state, node, buffer)
    if kind == "constant" and (node in state.readers or (node in state.demands and not splat(node))):
        data = node.attr("literal").array
        state.homes[node] = Home(state.new_buffer("constant", node, data=data), None)
    if kind == "dim" and node in state.readers:
        buffer = state.new_buffer("workspace", node)
        settle(state, node, Home(buffer, store_copy(state, node, buffer).step, copy=True), ())


def _visit_product(state: Fusion, node: Node) -> None:
    """A step of its own, whose operands must lie in memory."""
    step = state.new_step()
    state.products[step] = node, _result_of(state, node, step)
    for x in node.operands:
        state.readers.setdefault(operand_memory(x)[0], {})[step] = None


def _visit_routine(state: Fusion, node: Node) -> None:
    """One step for all results of an application; operands come later, when all results have been visited."""
    key = application(node)
    if key not in state.applied:
        state.applied[key] = state.new_step()
    step = state.applied[key]
    state.calls.setdefault(step, {})[node] = _result_of(state, node, step)
    for x in node.operands:
        state.readers.setdefault(same_memory(x), {})[step] = None


def _result_of(state: Fusion, node: Node, step: int) -> int:
    """The buffer that a step writes a node to; all that want the node wait for the step."""
    buffer, *copies = own_buffers(state, node)
    settle(state, node, Home(buffer, step), state.demands.get(node, ()))
    for copy in copies:
        state.need(store_copy(state, node, copy).step, step)
    return buffer


def _visit_view(state: Fusion, node: Node) -> None:
    """Another shape for the memory of a node below, or that node's memory if this one is an output."""
    base, numbers = same_memory(node), state.outputs.get(node, ())
    readers = state.readers.setdefault(base, {})
    readers.update(state.readers.get(node, {}))
    readers.update((demand.nest, None) for demand in state.demands.get(node, ()))
    given = state.traits.kind[base] in ("leaf", "constant") or base in state.outputs or base in state.within
    if numbers and not given:
        buffer, *numbers = numbers
        state.within[base] = buffer
    else:
        buffer = state.new_buffer("workspace", node)
        state.viewed[buffer] = base
    state.homes[node] = Home(buffer, None)
    for number in numbers:
        readers[store_copy(state, node, number).step] = None


def _visit_computed(state: Fusion, node: Node) -> None:
    demands = state.demands.setdefault(node, {})
    copy = is_move(node) and state.traits.work[node] <= MOVED and node not in state.cuts
    if node in state.outputs or node in state.readers:
        store(state, node, {} if copy else dict(demands), copy)
    elif _is_cut(state, node, demands):
        _take_parts(state, node)
        if _is_cut(state, node, demands):
            store(state, node, dict(demands))
    for demand, level in list(demands.items()):
        if not state.is_loaded(node, demand):
            _expand(state, node, demand, level)


def _take_parts(state: Fusion, node: Node) -> None:
    """Compute a node only at the places where it is wanted, if these are fixed along some axes."""
    groups: dict[Index, dict[Demand, int]] = {}
    for demand, level in state.demands[node].items():
        if demand.mask is None and node not in state.cuts:
            fixed = tuple(n if is_one(n) or axes_of((i,)) else i
                          for i, n in zip(demand.index, node.shape, strict=True))
            groups.setdefault(fixed, {})[demand] = level
    for places, demands in groups.items():
        if is_pending([i for i in places if isinstance(i, Node)]):
            continue
        fixed_axes = {k for k, (i, n) in enumerate(zip(places, node.shape, strict=True)) if i is not n}
        if fixed_axes and _is_cut(state, node, demands):
            _take_part(state, node, _part(node, places, fixed_axes), fixed_axes, demands)


def _take_part(state: Fusion, node: Node, part: Node, fixed: set[int], demands: Mapping[Demand, int]) -> None:
    """Let ``part`` meet some demands of ``node``."""
    state.parts.setdefault(node, []).append(part)
    for demand, level in demands.items():
        del state.demands[node][demand]
        index = tuple(ZERO if k in fixed else i for k, i in enumerate(demand.index))
        state.moved[node, demand] = part, Demand(demand.nest, index, None)
        state.demands.setdefault(part, {})[Demand(demand.nest, index, None)] = level
    state.traits.learn((part,))
    state.cuts.add(part)
    _visit_computed(state, part)


def _part(node: Node, places: Index, fixed: set[int]) -> Node:
    """The elements of a node at given places along the axes ``fixed``, as axes of length 1."""
    starts = tuple(dims.simple(i) if k in fixed else 0 for k, i in enumerate(places))
    lengths = tuple(1 if k in fixed else n for k, n in enumerate(node.shape))
    part: Node = o.slice(node, starts=starts, lengths=lengths, steps=(1,) * len(places))
    return part


def _expand(state: Fusion, node: Node, demand: Demand, level: int) -> None:
    """Demand of the operands what computing ``node`` at ``demand`` takes."""
    kind, draft = state.traits.kind[node], state.drafts[demand.nest]
    axes: tuple[int, ...] = ()
    if kind == "fold":
        axes = state.axes[node, demand] = draft.axes_for(node, demand.index, level)
        level += 1
    if not is_move(node):
        draft.expanded.setdefault(node, draft.size)
        draft.size += node not in state.outputs
    ask = _asker(state, draft, level)
    if kind == "scalar":
        for x in node.operands:
            ask(x, demand.index, demand.mask)
    else:
        expression(kind, node, demand.index, Context(draft.extents, demand.mask, ask), axes)


def _asker(state: Fusion, draft: Draft, level: int) -> Ask:
    """A function that notes demands; the value that it gives stands in for the real one."""
    def ask(node: Node, index: Index, mask: Node | None) -> Node:
        demand = demand_of(draft, node, index, mask)
        found = state.demands.setdefault(node, {})
        found[demand] = max(found.get(demand, 0), level)
        draft.wanted.setdefault(node, draft.size)
        return zero_of(node.dtype)
    return ask


# decisions ------------------------------------------------------------------------------------------------

def _is_cut(state: Fusion, node: Node, demands: Mapping[Demand, int]) -> bool:
    """Whether storing a node is cheaper than computing it wherever it is wanted."""
    if node in state.cuts or any(is_misplaced(state, node, d, level) for d, level in demands.items()):
        return True
    if is_move(node):
        return False
    work = state.traits.work[node]
    varied = [d for d in demands if axes_of(d.index)]
    single = len(demands) - len(varied)
    if single * work > SINGLE and len(demands) > 1:
        return True
    if work > STORED and any(_takes_more(state.drafts[d.nest], node, d) for d in varied):
        return True
    groups = len(_groups(state.drafts, varied))
    saved = work - LOAD_PRICE   # by each that loads the value instead of computing it
    return ((groups - 1) * saved > STORED - LOAD_PRICE or (len(varied) - groups) * saved > REREAD
            or (work > STORED and any(_is_repeated(state.drafts[d.nest], d) for d in varied)))


def _takes_more(draft: Draft, node: Node, demand: Demand) -> bool:
    """Whether more elements may be taken at indices of the graph than there are: one may be wanted many times."""
    if not is_pending(demand.index):
        return False
    taken = [draft.extents[k] for k in axes_of(demand.index)]
    if all(isinstance(n, int) for n in (*taken, *node.shape)):
        return bool(prod(taken) > prod(node.shape))
    there = list(map(extent_key, node.shape))
    for key in map(extent_key, taken):
        if key not in there:
            return True
        there.remove(key)
    return False


def _is_repeated(draft: Draft, demand: Demand) -> bool:
    """Whether an expression at this index runs inside a loop that it does not depend on."""
    axes = axes_of(demand.index)
    return draft.scope(axes) != axes


def _groups(drafts: Mapping[int, Draft], demands: Iterable[Demand]) -> set[tuple[int, Node | None, Index]]:
    """Demands as (nest, mask, index), where those of one row are one, with the index of the row.

    A row are the elements that a fold runs over, wanted again by another fold or a store beside that fold.
    """
    found, rows, others = set(), dict[tuple[int, Node | None], list[Index]](), []
    for d in demands:
        outer = drafts[d.nest].outer
        row = next((k for k, i in enumerate(d.index) if max(axes_of((i,)), default=-1) >= outer), None)
        if row is None:
            others.append(d)
        else:
            found.add((d.nest, d.mask, d.index[:row]))
            rows.setdefault((d.nest, d.mask), []).append(d.index[:row])
    for d in others:
        beside = (row for row in rows.get((d.nest, d.mask), ()) if row and d.index[:len(row)] == row)
        found.add((d.nest, d.mask, next(beside, d.index)))
    return found
