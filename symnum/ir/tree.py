"""Graphs as trees that show every node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import dims
from .build import filled_attrs
from .node import Node
from .text import constant_text, leaf_names, value_text
from .walk import topological

_DEEP = 16  # a subtree below this level is shown on its own, so that lines stay short


def tree(outputs: Sequence[Node]) -> str:
    """All nodes below ``outputs`` as trees: op, attributes, number in order of first visit, dtype and shape.

    A node that was shown already is marked with ``^`` and not entered again; one that lies deep is marked
    with ``v`` and shown as a tree of its own below.
    """
    names = leaf_names(topological(outputs))
    numbers: dict[Node, int] = {}
    lines: list[str] = []
    later = list(dict.fromkeys(outputs))
    shown: set[Node] = set()
    for root in later:  # grows while it is walked
        if root not in shown:
            _subtree(root, names, numbers, shown, lines, later)
    return "\n".join(lines)


def _subtree(root: Node, names: Mapping[Node, str], numbers: dict[Node, int], shown: set[Node],
             lines: list[str], later: list[Node]) -> None:
    todo = [(root, "", "", 0)]
    while todo:
        node, first, rest, depth = todo.pop()
        number = numbers.setdefault(node, len(numbers))
        line = f"{first}{_title(node, names)} [{number}] {node.dtype.name} {dims.text(node.shape)}"
        children = node.operands
        if children and node in shown:
            lines.append(f"{line} ^")
        elif children and depth == _DEEP:
            lines.append(f"{line} v")
            later.append(node)
        else:
            lines.append(line)
            shown.add(node)
            branches = [("|- ", "|  ")] * (len(children) - 1) + [("`- ", "   ")] * bool(children)
            todo += [(child, rest + branch, rest + below, depth + 1)
                     for child, (branch, below) in zip(children, branches, strict=True)][::-1]


def _title(node: Node, names: Mapping[Node, str]) -> str:
    if node in names:
        return f"{node.op.name} {names[node]}"
    if node.op.name == "constant":
        return f"constant {constant_text(node)}"
    attrs = ", ".join(f"{key}={value_text(value)}" for key, value in filled_attrs(node).items())
    return f"{node.op.name}{{{attrs}}}" if attrs else node.op.name

