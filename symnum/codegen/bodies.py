"""Vector bodies: one function through which all elements of an approximated expression go.

gcc's vector functions of different widths, and the scalar one, give different last bits.  So an expression that calls
one is computed by a function over whole vectors only; what is left over, and single values, go through the same
function in padded local arrays.  A body sees contiguous pointers and scalars, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..dtypes import BOOL
from ..ir import dims
from ..ir.nest import AXIS, FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .builder import Builder
from .loops import Call, Declare, Function, Memory, Store, element, number, quotient

# Bytes of the widest vector, and how many statements a body may have before it is split.
WIDEST, STATEMENTS = 64, 800


@dataclass(frozen=True, slots=True)
class Part:
    """A share of an expression: the values that come from memory, and those that go to memory."""

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    nodes: tuple[Node, ...]


def is_index(node: Node, known: dict[Node, bool]) -> bool:
    """Whether a scalar is made of axes and lengths alone."""
    for x in topological([node], lambda x: () if x in known or x.op in (LOAD, FOLD) else x.inputs):
        if x not in known:
            leaf = x.op is AXIS or x.op.name in ("dim", "constant")
            known[x] = leaf or (bool(x.inputs) and x.op not in (LOAD, FOLD) and all(known[y] for y in x.inputs))
    return known[node]


@dataclass(slots=True)
class Cut:
    """What of an expression is computed in a body: ``sources`` come from memory, ``nodes`` are computed in order,
    and everything else is the same for all elements."""

    sources: list[Node]
    nodes: list[Node]


def cut(builder: Builder, axes: frozenset[int], roots: Sequence[Node]) -> Cut:
    """Split the expressions ``roots`` of a span over ``axes``; with no axes, everything but constants is inside."""
    known: dict[Node, bool] = {}
    sources: dict[Node, None] = {}

    def stops(node: Node) -> bool:
        if not axes:
            return builder.depth(node) is not None or node.op in (LOAD, FOLD) or node.op.name == "dim"
        if builder.place(node) or node.op in (LOAD, FOLD):
            return True
        return not builder.is_approximate(node) and is_index(node, known)

    def inside(node: Node) -> bool:
        return bool(builder.algebra.dependence(node) & axes) if axes else node.op.name != "constant"

    def below(node: Node) -> Sequence[Node]:
        return () if not inside(node) or stops(node) else node.operands

    nodes = []
    for node in topological(roots, below):
        if inside(node) and stops(node):
            sources[node] = None
        elif inside(node):
            nodes.append(node)
            # A function of constants is not for the compiler to compute.
            if builder.is_approximate(node) and all(x.op.name == "constant" for x in node.operands):
                sources.update(dict.fromkeys(node.operands))
    return Cut(list(sources), nodes)


def parts_of(found: Cut, roots: Sequence[Node]) -> list[Part]:
    """The computation in pieces of bounded size, cut where few values live."""
    place = {x: k for k, x in enumerate(found.nodes)}
    wanted = dict.fromkeys(x for x in roots if x in place)
    if len(found.nodes) <= STATEMENTS:
        return [Part(tuple(found.sources), tuple(wanted), tuple(found.nodes))]
    last = {x: len(found.nodes) for x in wanted}
    for k, x in enumerate(found.nodes):
        for y in x.operands:
            last[y] = max(last.get(y, 0), k)
    ends, sources = _ends(found.nodes, last, place), set(found.sources)
    result, begin = [], 0
    for end in ends:
        nodes = found.nodes[begin:end]
        own = set(nodes)
        inputs = dict.fromkeys(y for x in nodes for y in x.operands if y not in own and (y in place or y in sources))
        outputs = tuple(x for x in nodes if last.get(x, 0) >= end)
        result.append(Part(tuple(inputs), outputs, tuple(nodes)))
        begin = end
    return result


def _ends(nodes: Sequence[Node], last: dict[Node, int], place: dict[Node, int]) -> list[int]:
    """Where to cut: between half and the whole of STATEMENTS after the cut before, where fewest values live."""
    change = np.zeros(len(nodes) + 2, np.int64)
    for x, k in place.items():
        if last.get(x, k) > k:
            change[k + 1] += 1
            change[last[x] + 1] -= 1
    living, ends, begin = np.cumsum(change), list[int](), 0
    while len(nodes) - begin > STATEMENTS:
        first = begin + STATEMENTS // 2
        begin = first + int(np.argmin(living[first:begin + STATEMENTS + 1]))
        ends.append(begin)
    return [*ends, len(nodes)]


def width(part: Part) -> int:
    """Lanes of a body: as many as its smallest elements fill the widest vector with."""
    sizes = [x.dtype.itemsize for x in (*part.inputs, *part.outputs)]
    sizes += [y.dtype.itemsize for x in part.nodes for y in (x, *x.operands) if y.dtype != BOOL]
    return WIDEST // min(sizes, default=8)


def span_function(builder: Builder, part: Part) -> Function:
    """A function over any number of elements of a part: pointers to its inputs, then to its outputs.

    Inside is the body, over multiples of :func:`width` elements.
    """
    lanes = width(part)
    body = _body(builder, part, lanes)
    length, main, lane = builder.axis(), builder.axis(), builder.axis()
    given = _pointers(builder, part)
    pads = [builder.memory("pad", m.dtype, lanes) for m in given]
    with builder.function(builder.unique(f"{builder.prefix}_v"), "span", (length,), given) as made:
        builder.bind(main, dims.multiply(lanes, quotient(length, lanes)))
        rest = dims.subtract(length, main)
        builder.add(Call(body, main, tuple((m, number(0)) for m in given)))
        with builder.when(main, length):
            builder.add(*map(Declare, pads))
            with builder.loop(lane, 0, lanes, "vector"):
                place = dims.add(main, dims.minimum(lane, dims.subtract(rest, 1)))
                for m, pad in zip(given, pads, strict=True):
                    if m.readonly:
                        builder.add(Store(pad, lane, element(m, place)))
            builder.add(Call(body, number(lanes), tuple((pad, number(0)) for pad in pads)))
            with builder.loop(lane, 0, rest, "vector"):
                for m, pad in zip(given, pads, strict=True):
                    if not m.readonly:
                        builder.add(Store(m, number(dims.add(main, lane)), element(pad, lane)))
    return made[0]


def _pointers(builder: Builder, part: Part) -> list[Memory]:
    return [*(builder.memory("x", x.dtype, scope="global", readonly=True) for x in part.inputs),
            *(builder.memory("y", x.dtype, scope="global") for x in part.outputs)]


def _body(builder: Builder, part: Part, lanes: int) -> Function:
    length, begin, lane = builder.axis(), builder.axis(), builder.axis()
    given = _pointers(builder, part)
    sources, targets = given[:len(part.inputs)], given[len(part.inputs):]
    with (builder.function(builder.unique(f"{builder.prefix}_b"), "body", (length,), given) as made,
          builder.loop(begin, 0, length, step=lanes), builder.loop(lane, 0, lanes, "lanes") as scope):
        place = number(dims.add(begin, lane))
        scope.stored.update({x: (m, place) for x, m in zip(part.inputs, sources, strict=True)})
        builder.need(*part.outputs)
        builder.add(*(Store(memory, place, x) for x, memory in zip(part.outputs, targets, strict=True)))
    return made[0]


# elements that do not lie one after the other ---------------------------------------------------------------------

def pointer(builder: Builder, span: Sequence[tuple[Node, Dim]], memory: Memory,
            index: Node) -> tuple[Memory, Node] | None:
    """The memory and the offset of element 0 of a span, if its elements lie one after the other."""
    offset = builder.algebra.offset(index, span)
    return None if offset is None else (memory, builder.need_index(offset))


def source_pointer(builder: Builder, span: Sequence[tuple[Node, Dim]], source: Node) -> tuple[Memory, Node] | None:
    """The same for the values of a source."""
    place = builder.place(source)
    if place:
        return pointer(builder, span, place[1], place[2])
    if source.op is LOAD and not source.attr("masked"):
        return pointer(builder, span, builder.memories[source.attr("buffer")], source.inputs[0])
    return None
