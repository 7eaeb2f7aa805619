"""Graphs as SymPy expressions: each elementwise node by the ``sympy`` column of its row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
MAX_DEPTH = 50     # SymPy recurses while it builds, and fails near ten times this depth
_SUMS, _PRODUCTS = ("add", "subtract"), ("multiply", "true_divide", "negative", "reciprocal", "square")
_GROWING = ("power", "exp2", "ldexp", "left_shift", "gamma", "lgamma")
_OF_BOOLS = ("where", "logical_and", "logical_or", "logical_xor", "logical_not", "equal", "not_equal")


def to_sympy_nodes(outputs: Sequence[Node], names: Mapping[Node, str] | None = None, *,
                   max_nodes: int = MAX_NODES, opaque: Collection[Node] = (), functions: bool = False,
                   ) -> tuple[list[Any], dict[Any, Node]]:
    """Expressions for ``outputs``, and a table of the node that each symbol in them stands for.

    The expressions are scalar: a symbol for an array stands for any of its elements, and broadcasting is left to
    NumPy's rules, so that an expression that is converted back broadcasts to the shape of its output.  Symbols
    have the names of their leaves, or those given in ``names``; they are real (float), integer or plain (bool).

    A symbol also stands for what SymPy cannot say or cannot take: nodes that are not elementwise or whose row has
    no SymPy form, arrays of constants, −0.0 and NaN, casts, nodes in ``opaque``, and parts of expressions that
    are larger than ``max_nodes`` as a tree, because SymPy walks a shared graph as a tree.

    With ``functions`` undefined functions of their operands stand for nodes that SymPy cannot say, instead of symbols.

    SymPy evaluates while it builds: the value is equal on real numbers, the form need not be.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> to_sympy_nodes([o.add(o.exp(x), o.multiply(x, 0.5))])[0]
    [x/2 + exp(x)]
    """
    conversion = _Conversion(dict(names or {}), max_nodes, frozenset(opaque), functions)
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

    def __init__(self, names: dict[Node, str], max_nodes: int, opaque: frozenset[Node],
                 functions: bool) -> None:
        self.names = names
        self.functions = functions
        self.max_nodes = max_nodes
        self.opaque = opaque
        self.parts: dict[Node, _Part] = {}
        self.table: dict[Any, Node] = {}
        self.taken: set[str] = set()

    def below(self, node: Node) -> Sequence[Node]:
        """The nodes whose expressions make up that of ``node``."""
        return () if self.is_symbol(node) and not self.is_function(node) else node.operands

    def is_function(self, node: Node) -> bool:
        """Whether an undefined function stands for a node: one of numbers."""
        named = node in self.opaque or node in self.names or node.op.name == "cast" or name_of(node)
        return self.functions and node.op.kind != "leaf" and not named and not any(x.ndim for x in node.operands)

    def is_symbol(self, node: Node) -> bool:
        if node in self.opaque or node in self.names or number_of(node) is not None:
            return node in self.opaque or node in self.names
        return node.op.name != "broadcast_to" and not is_plain(node)

    def add(self, node: Node) -> None:
        number = number_of(node)
        if self.is_symbol(node):
            part = self.function(node) if self.is_function(node) else _Part(self.symbol(node))
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
        if size > self.max_nodes or depth > MAX_DEPTH:
            for x in node.operands:
                if self.parts[x].size > 1:
                    self.parts[x] = _Part(self.symbol(x))
            size, depth = self.measure(node.operands, chain)
        exprs = [self.parts[x].expr for x in node.operands]
        return _Part(scalar_form(node, exprs), size, depth, chain)

    def measure(self, operands: Iterable[Node], chain: tuple[str, ...]) -> tuple[int, int]:
        parts = [self.parts[x] for x in operands]
        depth = max(part.depth + (part.chain != chain) for part in parts)
        return 1 + sum(part.size for part in parts), depth

    def function(self, node: Node) -> _Part:
        """An undefined function of the operands, under a name of its own if another node has this one."""
        operands = [self.parts[x].expr for x in node.operands]
        if not all(isinstance(x, sympy.Expr) for x in operands):
            return _Part(self.symbol(node))
        found, number = sympy.Function(node.op.name)(*operands), 0
        while self.table.get(found, node) is not node:
            number += 1
            found = sympy.Function(f"{node.op.name}_{number}")(*operands)
        self.table[found] = node
        return _Part(found, *self.measure(node.operands, (node.op.name,)))

    def symbol(self, node: Node) -> Any:
        """A symbol for a node, a Dummy unless the node has a name that no other has."""
        name = self.names.get(node) or name_of(node)
        plain = name and name not in self.taken
        self.taken.add(name or "")
        make = sympy.Symbol if plain else sympy.Dummy
        found = make(name or node.op.name, **assumptions_of(node))
        self.table[found] = node
        return found

    def used_symbols(self, outputs: Sequence[Node]) -> dict[Any, Node]:
        found = set(subexpressions([self.parts[x].expr for x in outputs]))
        return {symbol: node for symbol, node in self.table.items() if symbol in found}


def subexpressions(exprs: Iterable[Any]) -> Iterator[Any]:
    """All objects in expressions, each once."""
    seen: set[int] = set()
    todo = list(exprs)
    while todo:
        e = todo.pop()
        if id(e) not in seen and isinstance(e, sympy.Basic):
            seen.add(id(e))
            yield e
            todo.extend(e.args)


def is_plain(node: Node) -> bool:
    """Whether a node is an op of elements that SymPy can say."""
    if node.op.name == "cast":
        return node.operands[0].dtype.kind == "b"
    return not (isinstance(node.op.sympy, Absent) or _is_boolean_algebra(node) or _is_huge(node))


def scalar_form(node: Node, exprs: Sequence[Any]) -> Any:
    """A plain node of expressions.

    Raises:
        UnsupportedError: SymPy refuses the operands.
    """
    if node.op.name == "cast":
        return sympy.Piecewise((1, exprs[0]), (0, True))
    try:
        return node.op.sympy.to(sympy, *exprs)  # type: ignore[union-attr]  # plain nodes have it
    except (TypeError, ValueError) as error:
        raise UnsupportedError(f"SymPy refuses {node.op.name} of {list(exprs)}: {error}; cure: name the node in "
                               f"opaque=") from None


def number_of(node: Node) -> Any:
    """The number of SymPy that a constant of rank 0 is; None of other nodes, −0.0 and NaN."""
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


def name_of(node: Node) -> str | None:
    """The name that a node has of its own: that of a leaf, also below a cast and statements."""
    while node.op.name in ("cast", "assume"):
        node = node.operands[0]
    if node.op.name == "dim":
        return str(node.attr("name"))
    named = node.op.name in ("input", "shared")
    return leaf_name(node) if named and (node.op.name == "shared" or node.attr("name")) else None


def assumptions_of(node: Node) -> dict[str, bool]:
    """What SymPy may assume of an element: its dtype's field of numbers, and what is stated."""
    kinds: dict[str, dict[str, bool]] = {
        "f": {"real": True}, "i": {"integer": True}, "u": {"integer": True, "nonnegative": True}}
    stated = node.attr("facts") if node.op.name == "assume" else ()
    return {**kinds.get(node.dtype.kind, {}), **{fact: True for fact in stated if fact in ELEMENT_FACTS}}
