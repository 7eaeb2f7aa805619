"""Nests that differ in nothing but the buffers and lengths that they name: one schedule serves all of them.

Layers of a network and steps of an iteration are often alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from ..ir.nest import LOAD, Nest
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..records import dataclass
from .builder import FIRST
from .loops import Memory, number
from .normal import rebuilt, rewrite
from .schedule import KernelCode


@dataclass(frozen=True, slots=True)
class Outline:
    """A nest without names: those with equal ``key`` have the same schedule but for ``memories`` and ``dims``, given in
    the order in which the nest names them first."""

    key: Hashable
    memories: tuple[Memory, ...]
    dims: tuple[Node, ...]


def outline(nest: Nest, memories: Mapping[int, Memory], shapes: Mapping[int, Sequence[Dim]]) -> Outline:
    """The outline of a nest over these buffers.

    >>> from symnum.ir.build import input_leaf, o
    >>> from symnum.codegen.lower import lower
    >>> def found(name):
    ...     x = input_leaf(name, "float64", (None,))
    ...     nest = lower("f", [x], [o.exp(x)]).steps[0].nest
    ...     return outline(nest, {k: Memory(k, f"b{k}", x.dtype, "global") for k in range(2)}, {0: x.shape, 1: x.shape})
    >>> found("x").key == found("y").key, found("x").dims == found("y").dims
    (True, False)
    """
    places: dict[int, int] = {}
    for store in nest.stores:
        places.setdefault(store.buffer, len(places))
    roots = [x for store in nest.stores for x in (*store.index, store.value)]
    roots += [number(axis.extent) for axis in nest.axes]
    order = topological(roots)
    for x in order:
        if x.op is LOAD:
            places.setdefault(x.attr("buffer"), len(places))
    lengths = [number(n) for k in places for n in shapes[k]]
    order += [x for x in topological(lengths) if x not in set(order)]
    at = {x: k for k, x in enumerate(order)}
    rows = tuple([_row(x, at, places) for x in order])
    stores = tuple([(places[s.buffer], *[at[i] for i in s.index], at[s.value]) for s in nest.stores])
    axes = tuple([(a.number, at[number(a.extent)], a.reduce) for a in nest.axes])
    used = tuple([memories[k] for k in places])
    # That a buffer is only read shows in what the nest does with it.
    kinds = tuple([(m.dtype, m.scope, m.aliased, len(shapes[m.number])) for m in used])
    return Outline((rows, stores, axes, kinds, tuple([at[n] for n in lengths])), used,
                   tuple([x for x in order if x.op.name == "dim"]))


def _row(node: Node, at: Mapping[Node, int], places: Mapping[int, int]) -> tuple[Hashable, ...]:
    """A node by the positions of its inputs, without the name of a buffer or a length."""
    attrs: tuple[Hashable, ...] = ()
    if node.op is LOAD:
        attrs = (places[node.attr("buffer")], node.attr("masked"))
    elif node.op.name != "dim":
        attrs = tuple([(type(value), value) for _, value in node.attrs])
    return node.op, attrs, node.dtype, tuple([at[x] for x in node.inputs])


def served(code: KernelCode, first: Outline, step: int, other: Outline, place: int) -> KernelCode:
    """The code of kernel number ``step`` as that of another one with the same outline, number ``place``."""
    lengths = dict(zip(first.dims, other.dims, strict=True))

    def moved(memory: Memory) -> Memory:
        return replace(memory, number=memory.number + FIRST * (place - step))

    counts = rewrite([number(n) for _, n in code.scratch], lambda x, inputs: lengths.get(x) or rebuilt(x, inputs))
    scratch = tuple((moved(memory), n) for (memory, _), n in zip(code.scratch, counts, strict=True))
    memories = dict(zip(first.memories, other.memories, strict=True))
    memories.update((memory, moved(memory)) for memory, _ in code.scratch)
    return replace(code, scratch=scratch, given=(memories, lengths))
