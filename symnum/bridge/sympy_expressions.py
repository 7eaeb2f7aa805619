"""Graphs as SymPy expressions: each elementwise node by the ``sympy`` column of its row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from ..errors import UnsupportedError
from ..ir.interpret import leaf_name
from ..ir.node import Node
from ..ir.walk import topological
from ..ops.assumptions import ELEMENT_FACTS
from ..ops.spec import Absent
from ..records import dataclass
from .sympy_numbers import to_number

MAX_NODES = 1000
_MAX_DEPTH = 50     # SymPy recurses while it builds, and fails near ten times this depth
_SUMS, _PRODUCTS = ("add", "subtract"), ("multiply", "true_divide", "negative", "reciprocal", "square")
_GROWING = ("power", "exp2", "ldexp", "left_shift", "gamma", "lgamma")
_OF_BOOLS = ("where", "logical_and", "logical_or", "logical_xor", "logical_not", "equal", "not_equal")


def to_sympy_nodes(outputs: Sequence[Node], names: Mapping[Node, str] | None = None, *,
                   max_nodes: int = MAX_NODES, opaque: Collection[Node] = (),
                   ) -> tuple[list[Any], dict[Any, Node]]:
    """Expressions for ``outputs``, and a table of the node that each symbol in them stands for.

    The expressions are scalar: a symbol for an array stands for any of its elements, and broadcasting is left to
    NumPy's rules, so that an expression that is converted back broadcasts to the shape of its output.  Symbols
    have the names of their leaves, or those given in ``names``; they are real (float), integer or plain (bool).

    A symbol also stands for what SymPy cannot say or cannot take: nodes that are not elementwise or whose row has
    no SymPy form, arrays of constants, −0.0 and NaN, casts, nodes in ``opaque``, and parts of expressions that
    are larger than ``max_nodes`` as a tree, because SymPy walks a shared graph as a tree.

    SymPy evaluates while it builds: the value is equal on real numbers, the form need not be.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> to_sympy_nodes([o.add(o.exp(x), o.multiply(x, 0.5))])[0]
    [x/2 + exp(x)]
    """
    conversion = _Conversion(dict(names or {}), max_nodes, frozenset(opaque))
    for node in topological(outputs, conversion.below):
        conversion.add(node)
    return [conversion.parts[x].expr for x in outputs], conversion.used_symbols(outputs)


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression, its number of nodes as a tree, and its depth; ``chain`` is the op that SymPy flattens."""

    expr: Any
    size: int = 1
    depth: int = 1
    chain: tuple[str, ...] = ()


class _Conversion:
    """One call of ``to_sympy_nodes`` on its way."""

    def __init__(self, names: dict[Node, str], max_nodes: int, opaque: frozenset[Node]) -> None:
        self.names = names
        self.max_nodes = max_nodes
        self.opaque = opaque
        self.parts: dict[Node, _Part] = {}
        self.table: dict[Any, Node] = {}
        self.taken: set[str] = set()

    def below(self, node: Node) -> Sequence[Node]:
        """The nodes whose expressions make up that of ``node``."""
        return () if self.is_symbol(node) else node.operands

    def is_symbol(self, node: Node) -> bool:
        if node in self.opaque or node in self.names or _number(node) is not None:
            return node in self.opaque or node in self.names
        if node.op.name == "broadcast_to":
            return False
        if node.op.name == "cast":
            return node.operands[0].dtype.kind != "b"
        return isinstance(node.op.sympy, Absent) or _is_boolean_algebra(node) or _is_huge(node)

    def add(self, node: Node) -> None:
        number = _number(node)
        if self.is_symbol(node):
            part = _Part(self.symbol(node))
        elif number is not None:
            part = _Part(number)
        elif node.op.name == "broadcast_to":
            part = self.parts[node.operands[0]]
        else:
            part = self.applied(node)
        self.parts[node] = part

    def applied(self, node: Node) -> _Part:
        """The row's expression of those of the operands, which become symbols if it would be too large."""
        chain = next((names for names in (_SUMS, _PRODUCTS) if node.op.name in names), (node.op.name,))
        size, depth = self.measure(node.operands, chain)
        if size > self.max_nodes or depth > _MAX_DEPTH:
            for x in node.operands:
                if self.parts[x].size > 1:
                    self.parts[x] = _Part(self.symbol(x))
            size, depth = self.measure(node.operands, chain)
        exprs = [self.parts[x].expr for x in node.operands]
        if node.op.name == "cast":
            return _Part(sympy.Piecewise((1, exprs[0]), (0, True)), size, depth, chain)
        try:
            return _Part(node.op.sympy.to(sympy, *exprs), size, depth, chain)  # type: ignore[union-attr]
        except (TypeError, ValueError) as error:
            raise UnsupportedError(f"SymPy refuses {node.op.name} of {exprs}: {error}; cure: name the node in "
                                   f"opaque=") from None

    def measure(self, operands: Iterable[Node], chain: tuple[str, ...]) -> tuple[int, int]:
        parts = [self.parts[x] for x in operands]
        depth = max(part.depth + (part.chain != chain) for part in parts)
        return 1 + sum(part.size for part in parts), depth

    def symbol(self, node: Node) -> Any:
        """A symbol for a node, a Dummy unless the node has a name that no other has."""
        name = self.names.get(node) or _name(node)
        plain = name and name not in self.taken
        self.taken.add(name or "")
        make = sympy.Symbol if plain else sympy.Dummy
        found = make(name or node.op.name, **_assumptions(node))
        self.table[found] = node
        return found

    def used_symbols(self, outputs: Sequence[Node]) -> dict[Any, Node]:
        used = set().union(*(self.parts[x].expr.free_symbols for x in outputs))
        return {symbol: node for symbol, node in self.table.items() if symbol in used}


def _number(node: Node) -> Any:
    if node.op.name != "constant" or node.shape != ():
        return None
    return to_number(node.attr("literal").array[()])


def _is_boolean_algebra(node: Node) -> bool:
    """Whether an op takes bools for numbers, which SymPy does not."""
    if node.op.name == "where":
        return node.dtype.kind == "b"
    return any(x.dtype.kind == "b" for x in node.operands) and node.op.name not in _OF_BOOLS


def _is_huge(node: Node) -> bool:
    """Whether all operands are numbers, and the result one whose digits SymPy would all write down."""
    if node.op.name not in _GROWING or any(x.op.name != "constant" or x.shape for x in node.operands):
        return False
    with np.errstate(all="ignore"):
        size = abs(float(node.op.reference()(*(x.attr("literal").array for x in node.operands))))
    return not 2.0 ** -64 < size < 2.0 ** 64


def _name(node: Node) -> str | None:
    """The name that a node has of its own: that of a leaf, also below a cast and statements."""
    while node.op.name in ("cast", "assume"):
        node = node.operands[0]
    if node.op.name == "dim":
        return node.attr("name")  # type: ignore[no-any-return]
    named = node.op.name in ("input", "shared")
    return leaf_name(node) if named and (node.op.name == "shared" or node.attr("name")) else None


def _assumptions(node: Node) -> dict[str, bool]:
    kinds: dict[str, dict[str, bool]] = {
        "f": {"real": True}, "i": {"integer": True}, "u": {"integer": True, "nonnegative": True}}
    stated = node.attr("facts") if node.op.name == "assume" else ()
    return {**kinds.get(node.dtype.kind, {}), **{fact: True for fact in stated if fact in ELEMENT_FACTS}}
