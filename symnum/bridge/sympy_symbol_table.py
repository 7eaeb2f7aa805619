"""``SymbolTable``: the symbols that stand for nodes in the expressions of one conversion, and the nodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sympy

from ..ir import dims
from ..ir.node import Dim, Node
from .sympy_expressions import assumptions_of, name_of, subexpressions


class SymbolTable:
    """The symbols that have been made, each for one node; names are unique."""

    def __init__(self, reserved: Collection[str] = ()) -> None:
        self.nodes: dict[Any, Node] = {}
        self.symbols: dict[Node, Any] = {}
        self.taken: set[str] = set(reserved)

    def scalar(self, node: Node) -> Any:
        """The symbol of a number: a Dummy unless the node has a name that no other has."""
        def make(name: str, plain: bool) -> Any:
            return (sympy.Symbol if plain else sympy.Dummy)(name, **assumptions_of(node))
        return self._once(node, make)

    def array(self, node: Node, make: Any) -> Any:
        """The symbol ``make(name)`` of an array, under a name that no other has."""
        return self._once(node, lambda name, plain: make(name if plain else self.unused(name)))

    def function(self, node: Node, operands: Sequence[Any]) -> Any:
        """An undefined function of expressions, named after the op, that stands for a node."""
        if node not in self.symbols:
            found = sympy.Function(node.op.name)(*operands)
            if found in self.nodes:
                found = sympy.Function(self.unused(node.op.name))(*operands)
            self._remember(node, found)
        return self.symbols[node]

    def length(self, length: Dim) -> Any:
        """A length as an expression of whole numbers and the symbols of dims."""
        constant, terms = dims.linear(length)
        return sympy.Add(constant, *(k * self._dim(atom) for atom, k in terms.items()))

    def lengths(self, shape: Sequence[Dim]) -> tuple[Any, ...]:
        """A shape as expressions."""
        return tuple(map(self.length, shape))

    def _dim(self, atom: Node) -> Any:
        return self._once(atom, lambda name, plain: (sympy.Symbol if plain else sympy.Dummy)(
            name, integer=True, nonnegative=True))

    def _once(self, node: Node, make: Any) -> Any:
        if node not in self.symbols:
            name = name_of(node)
            plain = bool(name) and name not in self.taken
            self._remember(node, make(name or node.op.name, plain))
            self.taken.add(name or "")
        return self.symbols[node]

    def _remember(self, node: Node, symbol: Any) -> None:
        self.symbols[node] = symbol
        self.nodes[symbol] = node

    def unused(self, name: str) -> str:
        """``name``, or it with the first number that no symbol has."""
        number, found = 0, name
        while found in self.taken:
            number += 1
            found = f"{name}_{number}"
        self.taken.add(found)
        return found

    def used(self, exprs: Sequence[Any]) -> dict[Any, Node]:
        """The symbols that occur in expressions, in the order in which they were made."""
        found = set(subexpressions(exprs))
        return {e: node for e, node in self.nodes.items() if e in found}
