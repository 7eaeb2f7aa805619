"""Windows: small elementwise regions of a graph, as functions of one element, that another engine may look at alone.

Regions are cut where a result is needed outside of them, and where they would be too large as a tree, because an
engine such as SymPy walks a shared graph as a tree.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from ..ir.build import input_leaf, o, rebuild
from ..ir.node import Node
from ..ir.walk import topological, transform
from ..ops.assumptions import ELEMENT_FACTS
from ..ops.spec import Absent
from ..records import dataclass
from ..simplify.facts import Facts

LARGEST = 40    # nodes of a window, written out as a tree
_LEAST = 2      # operations


@dataclass(frozen=True, slots=True)
class Window:
    """A region that ends in ``root``: its ``nodes``, and the ``leaves`` that it is computed from, by first visit."""

    root: Node
    nodes: frozenset[Node]
    leaves: tuple[Node, ...]


def windows(outputs: Sequence[Node], is_known: Callable[[Node], bool]) -> list[Window]:
    """Regions of known elementwise nodes that end in floats, later ones first; no node is in two of them.

    >>> from symnum.ir.build import input_leaf
    >>> x = input_leaf("x", "float64", (3,))
    >>> found = windows([o.sum(o.add(o.exp(x), 1.0), axis=(0,))], lambda node: True)
    >>> [(window.root.op.name, [leaf.op.name for leaf in window.leaves]) for window in found]
    [('add', ['input'])]
    """
    order = topological(outputs, _operands)
    users: dict[Node, set[Node]] = {node: set() for node in order}
    for node in order:
        for x in node.operands:
            users[x].add(node)
    kept, taken, found = frozenset(outputs), set[Node](), list[Window]()
    for node in reversed(order):
        if node.dtype.kind == "f" and node not in taken and is_inside(node, is_known):
            window = _grown(node, users, kept, is_known)
            taken |= window.nodes
            if sum(x.op.kind == "elementwise" for x in window.nodes) >= _LEAST:
                found.append(window)
    return found


def is_inside(node: Node, is_known: Callable[[Node], bool]) -> bool:
    """Whether a node may be part of a window: a known op on floats and truth values, a broadcast, or a number."""
    if node.op.name == "constant":
        return node.shape == () and node.dtype.kind == "f" and is_known(node)
    if node.op.name == "broadcast_to":
        return node.dtype.kind in "fb"
    if node.op.kind != "elementwise" or isinstance(node.op.sympy, Absent) or node.dtype.kind not in "fb":
        return False
    alike = all(x.dtype.kind == "b" or x.dtype == node.dtype or node.dtype.kind == "b" for x in node.operands)
    return alike and all(x.dtype.kind in "fb" for x in node.operands) and is_known(node)


def _grown(root: Node, users: Mapping[Node, set[Node]], kept: frozenset[Node],
           is_known: Callable[[Node], bool]) -> Window:
    """A window that takes in what nothing else needs, nearest first, while it is not too large."""
    times, waiting, passed = {root: 1}, dict[Node, int](), set[Node]()
    size, todo = 1 + len(root.operands), deque([root])
    while todo:
        node = todo.popleft()
        passed.add(node)
        for x in node.operands:
            waiting[x] = waiting.get(x, 0) + times[node]
            if x in times or x in kept or not is_inside(x, is_known) or not users[x] <= passed:
                continue
            if size + waiting[x] * len(x.operands) <= LARGEST:
                times[x] = waiting[x]
                size += times[x] * len(x.operands)
                todo.append(x)
    nodes = frozenset(times)
    order = topological([root], lambda x: x.operands if x in nodes else ())
    return Window(root, nodes, tuple(x for x in order if x not in nodes))


def _operands(node: Node) -> Sequence[Node]:
    return node.operands


# one element ----------------------------------------------------------------------------------------------------

def of_one_element(window: Window, facts: Callable[[Node], Facts]) -> tuple[Node, dict[Node, Node]]:
    """The window's function of scalars, equal for equal windows, and the leaf that each scalar stands for.

    What is known of a leaf is stated of its scalar.
    """
    scalars = {leaf: _scalar(k, leaf, facts(leaf)) for k, leaf in enumerate(window.leaves)}
    return instance(window.root, scalars), {unstated(x): leaf for leaf, x in scalars.items()}


def instance(root: Node, leaves: Mapping[Node, Node]) -> Node:
    """The same function of other leaves, broadcast against each other; what was stated and repeated is left out."""
    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        return inputs[0] if node.op.name in ("assume", "broadcast_to") else rebuild(node, inputs)
    return transform([root], step, leaves)[0]


def unstated(node: Node) -> Node:
    """The operand of an ``assume`` node; another node itself."""
    return node.operands[0] if node.op.name == "assume" else node


def _scalar(number: int, leaf: Node, facts: Facts) -> Node:
    found = input_leaf(f"s{number}", leaf.dtype, (), token=f"window {number}")
    if leaf.dtype.kind != "f":
        return found
    stated = tuple(name for name in ELEMENT_FACTS if getattr(facts, name))
    lower, upper = (None if math.isinf(x) else x for x in (facts.lower, facts.upper))
    if not stated and lower is None and upper is None:
        return found
    return o.assume(found, facts=stated, lower=lower, upper=upper)
