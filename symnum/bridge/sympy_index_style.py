"""Style "index": graphs as elements of IndexedBase under running indices, and sums over them.

An array is written as the equation of one of its elements, ``Eq(y[i, j], ...)``: its left side says which axis each
index runs along, and that products of elements are not summed over, as products with two equal indices would be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product as pairs
from string import ascii_lowercase
from types import MappingProxyType
from typing import Any

import sympy

from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .sympy_conversion import Conversion
from .sympy_expressions import scalar_form

_LETTERS = "ijklmnpqrstuvw"


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an array as an expression of one index for each axis."""

    expr: Any
    indices: tuple[Any, ...] = ()


class Elements(Conversion[Element]):
    """One conversion on its way."""

    def convert(self, output: Node) -> Any:
        """The expression of a number, or the equation of an element of an array."""
        self.opaque |= _shared_work(output)
        element = self.walk(output)
        if not output.ndim:
            return element.expr
        lengths = self.lengths(output)
        own = [sympy.Idx(name, n) for name, n in zip(self._free_names(), lengths, strict=False)]
        left = sympy.IndexedBase(self.table.unused("y"), shape=lengths)
        return sympy.Eq(left[tuple(own)], self.at(output, own), evaluate=False)

    def _free_names(self) -> Sequence[str]:
        names = {str(e.name) for e in self.table.nodes if hasattr(e, "name")}
        names |= {e.label.name for e in self.table.nodes if isinstance(e, sympy.IndexedBase)}
        letters = [*_LETTERS, *(a + b for a, b in pairs(_LETTERS, ascii_lowercase))]
        return [x for x in letters if x not in names]

    def new_index(self, length: Any) -> Any:
        """An index of its own that runs over an axis."""
        return sympy.Idx(self.table.unused("k"), length)

    def at(self, node: Node, indices: Sequence[Any]) -> Any:
        """The element of a node at given places."""
        element = self.found[node]
        moved = {old: new for old, new in zip(element.indices, indices, strict=True) if old is not new}
        return element.expr.xreplace(moved) if moved else element.expr

    def _can_say(self, node: Node) -> bool:
        return node.op.name in _STRUCTURAL

    def _number(self, expr: Any) -> Element:
        return Element(expr)

    def _leaf(self, node: Node) -> Element:
        base = self.table.array(node, lambda name: sympy.IndexedBase(name, shape=self.lengths(node)))
        indices = self._indices(node)
        # SymPy takes a symbol for a truth value, and an element of an array for a number.
        expr = sympy.Ne(base[indices], 0) if node.dtype.kind == "b" else base[indices]
        return Element(expr, indices)

    def _argument(self, node: Node) -> Any:
        return None if node.ndim else self.found[node].expr

    def _combined(self, node: Node) -> Element | None:
        indices = self._indices(node)
        if node.op.kind == "elementwise":
            expr = scalar_form(node, [self.at(x, indices) for x in node.operands])
        else:
            expr = _STRUCTURAL[node.op.name](self, node, indices)
        return None if expr is None else Element(expr, indices)

    def _indices(self, node: Node) -> tuple[Any, ...]:
        return tuple(self.new_index(n) for n in self.lengths(node))


def _shared_work(output: Node) -> frozenset[Node]:
    """Arrays that are needed at several places: under other indices they would be computed again."""
    order = topological([output])
    uses = Counter(x for node in order for x in node.operands)
    moved = {x for node in order if node.op.kind != "elementwise" for x in node.operands}
    return frozenset(x for x, count in uses.items() if count > 1 and x.ndim and x.op.cost >= 1 and x.operands and (
        x in moved or x.op.name in ("sum", "dot")))


# ops that are not elementwise: (elements, node, indices of the result) -> its element ---------------------------

def _sum(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    x, rest = node.operands[0], iter(indices)
    if x.dtype != node.dtype:
        return None
    lengths = c.lengths(x)
    own = [c.new_index(lengths[k]) if k in node.attr("axis") else next(rest) for k in range(x.ndim)]
    limits = [(own[k], 0, lengths[k] - 1) for k in node.attr("axis")]
    return sympy.Sum(c.at(x, own), *limits) if limits else c.at(x, own)


def _dot(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    a, b = node.operands
    length = c.lengths(a)[-1]
    k = c.new_index(length)
    left = c.at(a, [*indices[:a.ndim - 1], k])
    return sympy.Sum(left * c.at(b, [k, *indices[a.ndim - 1:]]), (k, 0, length - 1))


def _transposed(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    axes = node.attr("axes")
    return c.at(node.operands[0], [indices[axes.index(k)] for k in range(len(axes))])


def _broadcast(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    x = node.operands[0]
    own = indices[node.ndim - x.ndim:]
    return c.at(x, [sympy.S.Zero if n == 1 else i for i, n in zip(own, c.lengths(x), strict=True)])


def _expanded(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    return c.at(node.operands[0], [i for k, i in enumerate(indices) if k not in node.attr("axis")])


def _squeezed(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    rest = iter(indices)
    x = node.operands[0]
    return c.at(x, [sympy.S.Zero if k in node.attr("axis") else next(rest) for k in range(x.ndim)])


def _slice(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    starts, steps = node.attr("starts"), node.attr("steps")
    if not all(isinstance(start, int) for start in starts):
        return None
    return c.at(node.operands[0], [s + step * i for s, step, i in zip(starts, steps, indices, strict=True)])


def _diagonal(c: Elements, node: Node, indices: Sequence[Any]) -> Any:
    return c.at(node.operands[0], [*indices, indices[-1]])


_STRUCTURAL: Mapping[str, Callable[[Elements, Node, Sequence[Any]], Any]] = MappingProxyType({
    "sum": _sum,
    "dot": _dot,
    "transpose": _transposed,
    "broadcast_to": _broadcast,
    "expand_dims": _expanded,
    "squeeze": _squeezed,
    "slice": _slice,
    "diagonal": _diagonal,
})


def in_index_style(output: Node, *, max_nodes: int, opaque: Collection[Node] = (), functions: bool = False,
                   ) -> tuple[Any, dict[Any, Node]]:
    """The expression of a node, or the equation of its elements, and what each symbol in it stands for."""
    elements = Elements(max_nodes, opaque, functions)
    expr = elements.convert(output)
    return expr, elements.table.used([expr])
