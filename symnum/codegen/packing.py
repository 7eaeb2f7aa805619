"""Packing: what folds side by side read across memory, again for each outer element, is copied once into the order in
which they read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..ir import dims, nest
from ..ir.nest import FOLD, LOAD
from ..ir.node import Node
from ..ir.walk import topological
from .normal import rebuilt, rewrite
from .phases import Level, Phase, inner_folds
from .shares import Schedule, across
from .sinks import Put, extent_of

# How often a copy is read, at least, where that is known.
OFTEN = 8


def packed(self: Schedule, found: Level, column: int | None = None) -> Level:
    """The same level, loading from copies that statements in the innermost scope make.

    Folds are computed side by side along ``column``; without it only those inside other folds are, along the axis
    of these.
    """
    copies: dict[Node, Node] = {}
    for node, across_ in _side_by_side(self, found, column):
        for x in topological(node.inputs, lambda x: () if x.op is FOLD else x.inputs):
            if x not in copies and _is_crossed(self, x, node, across_):
                copies[x] = _copy(self, x, node.attr("axes")[0], across_)
    return _loading(found, copies) if copies else found


def _side_by_side(self: Schedule, found: Level, column: int | None) -> Iterator[tuple[Node, int]]:
    """Folds over one axis, with the axis along which they are computed side by side."""
    times = dims.simple(extent_of(self.nest.span(found.outer[:-1])))
    few = isinstance(times, int) and times < OFTEN
    for phase in found.phases:
        again = phase.folds if column is not None and not few else ()
        for node in (*again, *inner_folds(phase, self.algebra)):
            if len(node.attr("axes")) == 1:
                yield node, phase.axes[-1] if column is None else column


def _is_crossed(self: Schedule, load: Node, node: Node, column: int) -> bool:
    algebra, inner = self.algebra, node.attr("axes")[0]
    if load.op is not LOAD or load.attr("masked") or algebra.dependence(load) != {column, inner}:
        return False
    index, one = algebra.of(load.inputs[0]), algebra.of(1)
    return algebra.stride(index, nest.axis(inner)) == one and algebra.stride(index, nest.axis(column)) not in ({}, one)


def _copy(self: Schedule, load: Node, inner: int, column: int) -> Node:
    builder, axes = self.builder, self.nest.span((inner, column))
    memory = builder.memory("packed", load.dtype, scope="global")
    self.scratch.append((memory, extent_of(axes)))
    builder.memories[memory.number] = memory
    index = self.algebra.normal(dims.add(dims.multiply(axes[0][0], axes[1][1]), axes[1][0]))
    across(self, axes, Put(memory, index, load))
    return nest.load(memory.number, load.dtype, (index,))


def _loading(found: Level, copies: Mapping[Node, Node]) -> Level:
    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        return copies.get(node) or rebuilt(node, inputs)

    def puts(given: Sequence[Put]) -> list[Put]:
        return [replace(put, value=x) for put, x in zip(given, rewrite([p.value for p in given], step), strict=True)]

    phases = [Phase(p.axes, rewrite(p.folds, step), puts(p.puts), puts(p.kept)) for p in found.phases]
    return Level(found.outer, phases, puts(found.tail))
