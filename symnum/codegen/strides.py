"""Index scalars as polynomials in axes and lengths: strides, and axes that can be walked as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from ..dtypes import INT64
from ..ir import dims
from ..ir.nest import AXIS, FOLD
from ..ir.node import Dim, Node, intern
from ..ir.walk import topological
from ..ops.table import TABLE
from ..records import dataclass

Monomial = tuple[Node, ...]
Polynomial = Mapping[Monomial, int]

_ADD, _SUBTRACT, _MULTIPLY, _CONSTANT = (TABLE[name] for name in ("add", "subtract", "multiply", "constant"))
_ARITHMETIC = frozenset((_ADD, _SUBTRACT, _MULTIPLY))


@dataclass(slots=True)
class Algebra:
    """Normal forms of index scalars.  Equal polynomials become one node; atoms are ordered by first sight."""

    ranks: dict[Node, int] = field(default_factory=dict)
    known: dict[Node, Polynomial] = field(default_factory=dict)
    axes: dict[Node, frozenset[int]] = field(default_factory=dict)

    def of(self, index: Dim) -> Polynomial:
        """The polynomial of an index scalar; what is not a sum, difference or product is an atom."""
        node = dims.as_node(index)
        found = self.known.get(node)
        if found is not None:
            return found
        for x in topological([node], self._below):
            if x not in self.known:
                self.known[x] = self._made(x)
        return self.known[node]

    def _below(self, node: Node) -> Sequence[Node]:
        return node.inputs if node.op in _ARITHMETIC and node not in self.known else ()

    def _made(self, node: Node) -> Polynomial:
        if node.op is _CONSTANT:
            return _nonzero({(): int(node.attr("literal").array)})
        if node.op not in _ARITHMETIC:
            self.ranks.setdefault(node, len(self.ranks))
            return {(node,): 1}
        a, b = (self.known[x] for x in node.inputs)
        return self.product(a, b) if node.op is _MULTIPLY else total(a, b, -1 if node.op is _SUBTRACT else 1)

    def product(self, a: Polynomial, b: Polynomial) -> Polynomial:
        """a · b."""
        result: dict[Monomial, int] = {}
        for m, j in a.items():
            for n, k in b.items():
                key = tuple(sorted(m + n, key=self.ranks.__getitem__))
                result[key] = result.get(key, 0) + j * k
        return _nonzero(result)

    def node(self, polynomial: Polynomial) -> Node:
        """The one node of a polynomial: terms by the rank of their atoms, the number last."""
        result: Node | None = None
        order = sorted(polynomial, key=lambda m: (not m, [self.ranks[x] for x in m]))
        for m in sorted(order, key=lambda m: polynomial[m] < 0):
            k = polynomial[m]
            term = _product((*((dims.as_node(abs(k)),) if abs(k) != 1 or not m else ()), *m))
            if result is None and k < 0:
                result = dims.as_node(0)
            result = term if result is None else intern(_SUBTRACT if k < 0 else _ADD, (result, term), (), INT64, ())
        return dims.as_node(0) if result is None else result

    def normal(self, index: Dim) -> Node:
        """The one node of all index scalars that are equal to this one."""
        return self.node(self.of(index))

    def dependence(self, node: Node) -> frozenset[int]:
        """Numbers of the axes that a scalar depends on; a fold does not depend on its own."""
        found = self.axes.get(node)
        if found is not None:
            return found
        for x in topological([node], lambda x: () if x in self.axes else x.inputs):
            if x not in self.axes:
                self.axes[x] = self._depends(x)
        return self.axes[node]

    def _depends(self, node: Node) -> frozenset[int]:
        if node.op is AXIS:
            return frozenset((node.attr("number"),))
        inputs = [self.axes[x] for x in node.inputs]
        found = inputs[0] if inputs else frozenset()
        for other in inputs[1:]:
            found = found if other <= found else found | other
        return found - frozenset(node.attr("axes")) if node.op is FOLD else found

    def stride(self, polynomial: Polynomial, axis: Node) -> Polynomial | None:
        """The change when an axis goes one up; None if it is not the same everywhere."""
        number, result = axis.attr("number"), dict[Monomial, int]()
        for m, k in polynomial.items():
            if not any(number in self.dependence(x) for x in m):
                continue
            rest = tuple(x for x in m if x is not axis)
            if len(rest) != len(m) - 1 or any(number in self.dependence(x) for x in rest):
                return None
            result[rest] = result.get(rest, 0) + k
        return _nonzero(result)

    def can_collapse(self, index: Dim, outer: Node, inner: Node, extent: Dim) -> bool:
        """Whether an index walks ``outer`` and ``inner`` (of that extent) as it would walk one axis of both."""
        polynomial = self.of(index)
        a, b = self.stride(polynomial, outer), self.stride(polynomial, inner)
        return a is not None and b is not None and a == self.product(b, self.of(extent))

    def flat(self, axes: Sequence[tuple[Node, Dim]]) -> Node:
        """The position in C order over axes, given with their extents."""
        position: Polynomial = {}
        for axis, extent in axes:
            position = total(self.product(position, self.of(extent)), self.of(axis), 1)
        return self.node(position)

    def offset(self, index: Dim, axes: Sequence[tuple[Node, Dim]]) -> Node | None:
        """``index`` minus the position in C order over ``axes``, if that does not depend on them: then the elements
        lie one after the other."""
        rest = self.node(total(self.of(index), self.of(self.flat(axes)), -1))
        inside = {axis.attr("number") for axis, _ in axes}
        return None if self.dependence(rest) & inside else rest


def total(a: Polynomial, b: Polynomial, factor: int) -> Polynomial:
    """a + factor · b."""
    result = dict(a)
    for m, k in b.items():
        result[m] = result.get(m, 0) + factor * k
    return _nonzero(result)


def _nonzero(polynomial: Mapping[Monomial, int]) -> Polynomial:
    return {m: k for m, k in polynomial.items() if k}


def _product(factors: Iterable[Node]) -> Node:
    first, *rest = factors
    for x in rest:
        first = intern(_MULTIPLY, (first, x), (), INT64, ())
    return first
