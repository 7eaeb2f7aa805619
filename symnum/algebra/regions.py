"""Regions of graphs that SymPy can say: as expressions, changed, and back in their places.

A region is what lies below a node down to what SymPy cannot say (leaves, reductions, products, casts), each of which is
a symbol in its expression; below these other regions begin.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from ..autodiff.derivative import expand
from ..bridge.sympy_expressions import to_sympy_nodes
from ..bridge.sympy_graphs import from_sympy_nodes
from ..errors import ArgumentError, SymnumError
from ..ir.build import broadcast_to, convert, rebuild
from ..ir.node import Node
from ..ir.text import formula
from ..ir.walk import topological
from ..ops.spec import Absent
from ..records import dataclass

_RING = frozenset({"add", "subtract", "multiply", "negative", "positive", "square", "broadcast_to", "constant"})
LARGEST = 300   # nodes of a region, written out as a tree; a larger one becomes several
_DEEPEST = 40   # SymPy recurses
_SHOWN = 60     # characters of a formula in a message


@dataclass(frozen=True, slots=True)
class Region:
    """What ends in a node: its expression, and the node that each symbol in it stands for."""

    root: Node
    expression: Any
    table: Mapping[Any, Node]

    def symbols(self, nodes: Collection[Node]) -> list[Any]:
        """The symbols that stand for some nodes, in the order of the nodes."""
        return [symbol for node in nodes for symbol, found in self.table.items() if found is node]


# What is done to a region: its expression afterwards; the same object if nothing is.
Change = Callable[[Region], Any]


def written_out(nodes: Sequence[Node]) -> list[Node]:
    """Nodes with all derivatives written out, none of them simplified."""
    return list(expand(nodes, lambda costs: costs))


def region_of(root: Node, opaque: Iterable[Node] = ()) -> Region:
    """The region that ends in a node; nodes in ``opaque`` are symbols.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (3,))
    >>> region_of(o.exp(o.sum(o.square(x), axis=(0,)))).expression.func
    exp
    """
    (expression,), table = to_sympy_nodes([root], max_nodes=LARGEST, opaque=list(opaque))
    return Region(root, expression, table)


def _cuts(root: Node, sizes: Mapping[Node, int], shared: Collection[Node]) -> list[Node]:
    """Where a region ends that would be too large: at what is shared, and beyond the nodes that are nearest.

    Regions then overlap little, and each is found by looking at its own nodes alone.
    """
    if sizes[root] <= LARGEST:
        return []
    depths, cuts, todo = {root: 1}, list[Node](), deque([root])
    while todo:
        node = todo.popleft()
        for x in node.operands:
            if x in depths or not _is_sayable(x) or not x.operands:
                continue
            if x in shared or len(depths) >= LARGEST or depths[node] >= _DEEPEST:
                cuts.append(x)
            else:
                depths[x] = depths[node] + 1
                todo.append(x)
    return cuts


def _sizes(order: Iterable[Node]) -> dict[Node, int]:
    """Nodes of the region that ends in each node, written out as a tree, up to a little more than is taken."""
    found: dict[Node, int] = {}
    for node in order:
        below = sum(found[x] for x in node.operands) if _is_sayable(node) else 0
        found[node] = min(1 + below, LARGEST + 1)
    return found


def _is_sayable(node: Node) -> bool:
    """Whether SymPy can say an op."""
    return node.op.name == "broadcast_to" or (node.op.kind == "elementwise" and not isinstance(node.op.sympy, Absent))


def changed(outputs: Sequence[Node], change: Change, opaque: Sequence[Node] = (),
            only: Node | None = None) -> list[Node]:
    """Outputs with each of their regions changed, or the region alone that ends in the node ``only``.

    Dtypes and shapes stay.  Regions that end in truth values are left as they are, and so are those of integers but
    sums and products of them, in which no number that is not whole may arise.
    """
    found = _regions(outputs if only is None else [only], opaque, inner=only is None)

    def below(node: Node) -> Sequence[Node]:
        return tuple(found[node].table.values()) if node in found else node.inputs

    new: dict[Node, Node] = {}
    for node in topological(outputs, below):
        new[node] = _replaced(found[node], new, change) if node in found else (
            rebuild(node, [new[x] for x in node.inputs]))
    return [new[x] for x in outputs]


def _regions(roots: Sequence[Node], opaque: Sequence[Node], inner: bool) -> dict[Node, Region]:
    """The regions that end in nodes and, if ``inner``, those below them, by their ends."""
    order = topological(roots)
    sizes, users = _sizes(order), Counter(x for node in order for x in dict.fromkeys(node.operands))
    shared = {x for x, count in users.items() if count > 1}
    found, seen, todo = dict[Node, Region](), set[Node](), list(roots)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        region = None if node in opaque else _usable(region_of(node, (*opaque, *_cuts(node, sizes, shared))))
        if region is not None:
            found[node] = region
        if inner:
            todo += node.operands if region is None else region.table.values()
    return found


def _usable(region: Region) -> Region | None:
    """A region if something may be done to it."""
    root = region.root
    if region.table.get(region.expression) is root or not root.operands or root.dtype.kind == "b":
        return None
    ends = set(region.table.values())
    inside = topological([root], lambda x: () if x in ends else x.operands)
    whole = root.dtype.kind not in "iu" or all(x in ends or x.op.name in _RING for x in inside)
    return region if whole else None


def _replaced(region: Region, new: Mapping[Node, Node], change: Change) -> Node:
    root = region.root
    after = change(region)
    if after is region.expression:
        ends = {x: new[x] for x in region.table.values()}
        return _rebuilt(root, ends)
    made = back(after, {symbol: new[x] for symbol, x in region.table.items()}, root)
    if root.dtype.kind in "iu" and made.dtype != root.dtype:
        return _rebuilt(root, {x: new[x] for x in region.table.values()})
    return fitted(made, root.dtype, root)


def _rebuilt(root: Node, ends: Mapping[Node, Node]) -> Node:
    """A region as it was, on what now stands at its ends."""
    new = dict(ends)
    for node in topological([root], lambda x: () if x in ends else x.inputs):
        if node not in new:
            new[node] = rebuild(node, [new[x] for x in node.inputs])
    return new[root]


def back(expression: Any, table: Mapping[Any, Node], root: Node, dtype: np.dtype[Any] | None = None) -> Node:
    """The node of an expression; numbers alone have ``dtype``, or that of ``root``.

    Raises:
        UnsupportedError: there is something in it that symnum cannot compute.
    """
    try:
        return from_sympy_nodes([expression], table, root.dtype if dtype is None else dtype)[0]
    except SymnumError as error:
        raise type(error)(f"SymPy makes {shown(expression)} of {short(root)}: {error}") from None


def fitted(made: Node, dtype: Any, like: Node) -> Node:
    """A node in a dtype and the shape of another."""
    return broadcast_to(convert(made, dtype), like.shape)


# messages -------------------------------------------------------------------------------------------------------

def short(node: Node) -> str:
    """A formula, cut where it is long."""
    return _cut("; ".join(formula([node]).split("\n")))


def shown(expression: Any) -> str:
    """An expression, cut where it is long."""
    return _cut(sympy.sstr(expression))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN - 3]}..."


def require(region: Region, node: Node, function: str) -> Any:
    """The symbol of a node in a region in which it is everywhere: in nothing that SymPy cannot say.

    Raises:
        ArgumentError: it is not in the region, or below a symbol too.
    """
    for symbol, end in region.table.items():
        if end is not node and node in topological([end]):
            raise ArgumentError(f"{function}: {short(node)} is inside of {short(end)}, which SymPy cannot say (its "
                                f"symbol is {symbol}); cure: where=, a region that it is in directly")
    symbols = region.symbols([node])
    if not symbols:
        raise ArgumentError(f"{function}: {short(node)} does not occur in {short(region.root)}")
    return symbols[0]
