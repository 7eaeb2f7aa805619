"""Copies of functions: on other shared values, without updates, or on shared values of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .errors import DTypeError, GraphError, ShapeError
from .functiongraph import FunctionGraph
from .ir import dims
from .ir.copies import copied_leaf
from .ir.node import Node
from .ir.state import SharedState
from .ir.walk import substitute, topological
from .tensor.handle import describe
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor


def swapped(graph: FunctionGraph, swap: Mapping[SharedTensor, SharedTensor], delete_updates: bool) -> FunctionGraph:
    """The same function on other shared values, with copies of the states that belong to inputs.

    Raises:
        GraphError, DTypeError, ShapeError: see :meth:`Function.copy`.
    """
    replaced: dict[Node, Node] = {}
    for old, new in swap.items():
        if not isinstance(old, SharedTensor) or not isinstance(new, SharedTensor):
            raise GraphError(f"copy: swap must map shared values to shared values; given {old!r}: {new!r}")
        if old.node not in graph.shared:
            listed = ", ".join(str(leaf.attr("state").name or "?") for leaf in graph.shared)
            raise GraphError(f"copy: {describe(old)} is no shared value of this function; it has ({listed})")
        _check_fit(old, new)
        replaced[old.node] = new.node
    states = [replaced.get(leaf, leaf) for leaf in graph.states]
    twice = next((leaf for leaf in states if states.count(leaf) > 1), None)
    if twice is not None:
        raise GraphError(f"copy: after the swap {describe(Tensor(twice))} would stand for two shared values; cure: "
                         "swap in one that the function does not use yet")
    memo: dict[int, Any] = {}
    found = _on_states(graph, replaced | _own_states(graph, memo), memo)
    return _without_updates(found) if delete_updates else found


def independent(graph: FunctionGraph, memo: dict[int, Any]) -> FunctionGraph:
    """The same function on copies of all shared values; ``memo`` is that of ``copy.deepcopy``."""
    return _on_states(graph, {leaf: copied_leaf(leaf, memo) for leaf in graph.shared} | _own_states(graph, memo), memo)


def _check_fit(old: SharedTensor, new: SharedTensor) -> None:
    if old.dtype != new.dtype:
        raise DTypeError(f"copy: {describe(new)} cannot take the place of {describe(old)}: its dtype differs")
    if old.ndim != new.ndim or not all(map(dims.may_equal, old.node.shape, new.node.shape)):
        raise ShapeError(f"copy: {describe(new)} cannot take the place of {describe(old)}: its shape differs")


def _own_states(graph: FunctionGraph, memo: dict[int, Any]) -> dict[Node, Node]:
    """Copies of the states that belong to inputs."""
    return {graph.states[k]: copied_leaf(graph.states[k], memo) for k in graph.hidden if k in graph.updated}


def _on_states(graph: FunctionGraph, replaced: Mapping[Node, Node], memo: dict[int, Any]) -> FunctionGraph:
    nodes = tuple(substitute((*graph.inputs, *graph.states, *graph.outputs), replaced))
    ends = len(graph.inputs), len(graph.inputs) + len(graph.states)
    defaults = tuple(memo.get(id(d), d) if isinstance(d, SharedState) else d for d in graph.defaults)
    return replace(graph, inputs=nodes[:ends[0]], states=nodes[ends[0]:ends[1]], outputs=nodes[ends[1]:],
                   defaults=defaults)


def _without_updates(graph: FunctionGraph) -> FunctionGraph:
    outputs = graph.outputs[:graph.n_results]
    used = set(topological(outputs))
    left = [k for k in range(graph.n_read) if graph.states[k] in used]
    hidden = tuple(place for place, k in enumerate(left) if k in graph.hidden)
    return replace(graph, states=tuple(graph.states[k] for k in left), n_read=len(left), outputs=outputs, updated=(),
                   hidden=hidden)
