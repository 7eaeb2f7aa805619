"""The walk over a graph on its way to SymPy, which the styles "matrix", "array" and "index" have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

import sympy

from ..ir.node import Node
from ..ir.walk import topological
from .sympy_expressions import MAX_DEPTH, is_plain, number_of
from .sympy_symbol_table import SymbolTable

P = TypeVar("P")


class Conversion(ABC, Generic[P]):
    """One conversion on its way: what a style calls a part is found for each node, operands first.

    A node that the style cannot say becomes a symbol, and so do the operands of one that would be too large.
    """

    def __init__(self, max_nodes: int, opaque: Collection[Node], functions: bool) -> None:
        self.max_nodes = max_nodes
        self.opaque = frozenset(opaque)
        self.functions = functions
        self.table = SymbolTable()
        self.found: dict[Node, P] = {}
        self._measures: dict[Node, tuple[int, int]] = {}  # nodes and depth of a part; those of symbols are not listed

    # what a style says

    @abstractmethod
    def _can_say(self, node: Node) -> bool:
        """Whether there is a way to write an op that is neither elementwise nor a constant."""

    @abstractmethod
    def _number(self, expr: Any) -> P:
        """The part of an expression that is a number."""

    @abstractmethod
    def _leaf(self, node: Node) -> P:
        """The part of an array for which a symbol stands."""

    @abstractmethod
    def _argument(self, node: Node) -> Any:
        """What stands for a node as an operand of an undefined function; None if nothing can."""

    @abstractmethod
    def _combined(self, node: Node) -> P | None:
        """The part of a node by those of its operands; None if it cannot be said."""

    def _same(self, node: Node) -> Node | None:
        """The operand that a node is written as, if it adds nothing."""
        return None

    # the walk

    def walk(self, output: Node) -> P:
        """The part of ``output``."""
        for node in topological([output], lambda x: () if self._is_symbol(x) else x.operands):
            self.found[node] = self._part(node)
        return self.found[output]

    def lengths(self, node: Node) -> tuple[Any, ...]:
        """The shape of a node as expressions."""
        return self.table.lengths(node.shape)

    def _is_symbol(self, node: Node) -> bool:
        if node in self.opaque:
            return True
        if node.op.kind == "elementwise":
            return not is_plain(node)
        if node.op.name == "constant":
            return node.ndim > 0 or number_of(node) is None
        return not self._can_say(node)

    def _part(self, node: Node) -> P:
        if self._is_symbol(node):
            return self._symbol(node)
        if node.op.name == "constant":
            return self._number(number_of(node))
        if (operand := self._same(node)) is not None:
            self._measures[node] = self._measure(operand)
            return self.found[operand]
        measure = self._together(node.operands)
        if measure[0] > self.max_nodes or measure[1] > MAX_DEPTH:
            self._cut(node.operands)
            measure = self._together(node.operands)
        part = self._combined(node)
        if part is None:
            return self._symbol(node)
        self._measures[node] = measure
        return part

    def _measure(self, node: Node) -> tuple[int, int]:
        return self._measures.get(node, (1, 1))

    def _together(self, operands: Sequence[Node]) -> tuple[int, int]:
        found = [self._measure(x) for x in operands]
        return 1 + sum(size for size, _ in found), 1 + max((depth for _, depth in found), default=0)

    def _cut(self, operands: Sequence[Node]) -> None:
        """Symbols for operands that are more than one."""
        for x in operands:
            if self._measure(x)[0] > 1:
                self.found[x] = self._symbol(x)
                del self._measures[x]

    def _symbol(self, node: Node) -> P:
        if node.ndim:
            return self._leaf(node)
        operands = [self._argument(x) for x in node.operands] if self._shows_operands(node) else []
        if operands and all(isinstance(x, sympy.Expr) for x in operands):
            return self._number(self.table.function(node, operands))
        return self._number(self.table.scalar(node))

    def _shows_operands(self, node: Node) -> bool:
        return (self.functions and node.op.kind != "leaf" and node not in self.opaque
                and all(x in self.found for x in node.operands))
