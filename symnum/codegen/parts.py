"""Parts of an expression: what a vector body computes, what comes from memory, and where it is split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..ir.nest import AXIS, FOLD, LOAD
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .builder import Builder

# How many statements a body may have before it is split.
STATEMENTS = 800


@dataclass(frozen=True, slots=True)
class Part:
    """A share of an expression: the values that come from memory, and those that go to memory."""

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    nodes: tuple[Node, ...]


def is_index(node: Node, known: dict[Node, bool]) -> bool:
    """Whether a scalar is made of axes and lengths alone."""
    found = known.get(node)
    if found is not None:
        return found
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


def parts_of(builder: Builder, found: Cut, roots: Sequence[Node], *, vectors: bool = True) -> list[Part]:
    """The computation in pieces of bounded size, cut where few values live.

    What no compiler makes ``vectors`` of stands apart, so that it does not keep its neighbours from it.
    """
    nodes, stage = _in_stages(builder, found.nodes) if vectors else (found.nodes, dict.fromkeys(found.nodes, 0))
    place = {x: k for k, x in enumerate(nodes)}
    last = {x: len(nodes) for x in roots if x in place}
    for k, x in enumerate(nodes):
        for y in x.operands:
            last[y] = max(last.get(y, 0), k)
    result, begin, sources = list[Part](), 0, set(found.sources)
    for end in _ends(nodes, stage, last):
        own = nodes[begin:end]
        made = set(own)
        inputs = dict.fromkeys(y for x in own for y in x.operands if y not in made and (y in place or y in sources))
        result.append(Part(tuple(inputs), tuple(x for x in own if last.get(x, 0) >= end), tuple(own)))
        begin = end
    return result


def _in_stages(builder: Builder, nodes: Sequence[Node]) -> tuple[list[Node], dict[Node, int]]:
    """Nodes by stage: even ones are for vector code, odd ones are not."""
    stage: dict[Node, int] = {}
    split = any(map(builder.is_approximate, nodes))
    for x in nodes:
        first = max((stage.get(y, 0) for y in x.operands), default=0)
        stage[x] = first + (split and first % 2 != builder.is_serial(x))
    return sorted(nodes, key=stage.__getitem__), stage


def _ends(nodes: Sequence[Node], stage: Mapping[Node, int], last: Mapping[Node, int]) -> list[int]:
    """Where to cut: at the end of each stage, and in long ones where fewest values live, each piece at least half
    of STATEMENTS long."""
    change = np.zeros(len(nodes) + 2, np.int64)
    for k, x in enumerate(nodes):
        if last.get(x, k) > k:
            change[k + 1] += 1
            change[last[x] + 1] -= 1
    living, ends, begin = np.cumsum(change), list[int](), 0
    for k, x in enumerate(nodes):
        if k + 1 < len(nodes) and stage[nodes[k + 1]] == stage[x]:
            continue
        while k + 1 - begin > STATEMENTS:
            first = begin + STATEMENTS // 2
            begin = first + int(np.argmin(living[first:begin + STATEMENTS + 1]))
            ends.append(begin)
        begin = k + 1
        ends.append(begin)
    return ends
