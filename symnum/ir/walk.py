"""Walks over graphs, with an explicit stack: depth is limited by memory only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from . import build, dims
from .node import Node


def topological(outputs: Iterable[Node], below: Callable[[Node], Sequence[Node]] | None = None) -> list[Node]:
    """All nodes that ``outputs`` depend on, inputs before users, in the order of a first visit from the left.

    ``below`` gives the nodes to visit before a node (its inputs, if not given).
    """
    done: dict[Node, None] = {}
    opened: set[Node] = set()
    for output in outputs:
        todo = [output]
        while todo:
            node = todo.pop()
            if node in done:
                continue
            # What was opened before stands here again because all below it is done.
            inputs = () if node in opened else node.inputs if below is None else below(node)
            missing = [x for x in inputs if x not in done] if inputs else ()
            if missing:
                opened.add(node)
                todo.append(node)
                todo += reversed(missing)
            else:
                done[node] = None
    return list(done)


def users(order: Iterable[Node]) -> dict[Node, list[Node]]:
    """For each node the nodes that have it as an input, in order; a user that has it twice is listed once."""
    found: dict[Node, list[Node]] = {}
    for node in order:
        found.setdefault(node, [])
        for x in dict.fromkeys(node.inputs):
            found.setdefault(x, []).append(node)
    return found


def substitute(outputs: Sequence[Node], replaced: Mapping[Node, Node]) -> list[Node]:
    """``outputs`` with nodes replaced (simultaneously; replacements are not searched again).

    Replacing a leaf by a node of another shape maps the leaf's dims to that node's lengths.
    """
    mapping = dict(_dims_of(replaced))
    mapping.update(replaced)
    return transform(outputs, lambda node, inputs: build.rebuild(node, inputs), mapping)


def _dims_of(replaced: Mapping[Node, Node]) -> Iterable[tuple[Node, Node]]:
    for old, new in replaced.items():
        if old.op.kind == "leaf":
            for a, b in zip(old.shape, new.shape, strict=False):
                if isinstance(a, Node) and a.op.name == "dim" and a is not b:
                    yield a, dims.as_node(b)


def transform(outputs: Sequence[Node], step: Callable[[Node, tuple[Node, ...]], Node],
              known: Mapping[Node, Node] | None = None) -> list[Node]:
    """``outputs`` rebuilt from the leaves up: ``step(node, new inputs)`` gives the new node of each.

    Leaves whose lengths are mapped get the new lengths.  Nodes in ``known`` are not entered.
    """
    new: dict[Node, Node] = dict(known or {})
    order = topological(outputs, lambda node: () if known and node in known else _with_lengths(node, known))
    for node in order:
        if node in new:
            continue
        if node.op.kind == "leaf":
            new[node] = _with_new_shape(node, new) if known else node
        else:
            new[node] = step(node, tuple(new[x] for x in node.inputs))
    return [new[x] for x in outputs]


def _with_lengths(node: Node, known: Mapping[Node, Node] | None) -> Sequence[Node]:
    if node.op.kind == "leaf" and known:
        return [n for n in node.shape if isinstance(n, Node)] if node.op.name in ("input", "shared") else ()
    return node.inputs


def _with_new_shape(leaf: Node, new: Mapping[Node, Node]) -> Node:
    if leaf.op.name not in ("input", "shared"):
        return leaf
    shape = [new[n] if isinstance(n, Node) else n for n in leaf.shape]
    if all(a is b for a, b in zip(shape, leaf.shape, strict=True)):
        return leaf
    return build.leaf_with_shape(leaf, shape)


def leaves(outputs: Iterable[Node], op_name: str) -> list[Node]:
    """Leaves of one kind (``"input"``, ``"shared"``, ``"dim"``, ``"constant"``), in order of first visit."""
    return [x for x in topological(outputs) if x.op.name == op_name]
