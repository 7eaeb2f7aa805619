"""What lowering knows of single nodes: the kind of work they are, its price, and the folds inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from ..errors import GraphError
from ..ir import dims
from ..ir.build import constant
from ..ir.node import Dim, Node
from ..ops.spec import Absent, Library, Reduce, Routine, View
from ..ops.table import TABLE
from ..records import dataclass
from .indices import extent_key, space

# Price of a load in additions, length that a fold over an unknown one is taken to have, and highest price.
LOAD_PRICE, FOLD_LENGTH, CEILING = 1.0, 1000, 1e9
# Products of at most so many multiplications are written out instead of calling a library.
SMALL_PRODUCT = 512

_MOVES = ("broadcast_to", "transpose", "expand_dims", "squeeze", "slice", "reshape")
_SAME_MEMORY = ("reshape", "expand_dims", "squeeze", "stored", "as_pairs", "as_complex")


def splat(node: Node) -> Node | None:
    """The scalar that all elements of a constant are equal to, bit for bit; None if there is none.

    >>> splat(constant(np.ones(3))) is constant(1.0), splat(constant(np.array([0.0, -0.0])))
    (True, None)
    """
    array = node.attr("literal").array
    first = array.reshape(-1)[:1]
    same = array.size > 0 and first.tobytes() * array.size == array.tobytes()
    return constant(first[0], array.dtype) if same else None


def kind_of(node: Node) -> str:
    """How lowering treats a node: ``leaf``, ``constant``, ``dim``, ``scalar`` (the op itself at each index),
    ``pull`` (its row's index function), ``fold``, ``view`` (the operand's memory), ``product`` (a library) or
    ``routine`` (a step of its own).

    >>> kind_of(constant(1.0))
    'constant'

    Raises:
        GraphError: the op is expanded or resolved before lowering.
    """
    op = node.op
    if op.kind == "leaf":
        return {"constant": "constant", "dim": "dim"}.get(op.name, "leaf")
    if op.kind == "elementwise":
        return "scalar"
    if isinstance(op.lower, Absent):
        raise GraphError(f"op {op.name} cannot be lowered: {op.lower.reason}")
    if isinstance(op.lower, Reduce):
        return "fold"
    if isinstance(op.lower, Library):
        return "product" if _for_library(node) else "fold"
    if isinstance(op.lower, Routine):
        return "routine"
    return "view" if isinstance(op.lower, View) and (op.name == "stored" or not _keeps_space(node)) else "pull"


def _for_library(node: Node) -> bool:
    """Float products with a matrix are for the library, unless they are small or outer ones; others are folds.

    The product of two vectors is a fold: it fuses with its operands, and its bits depend on no thread count.
    """
    a, b = node.operands
    lengths = (*a.shape, *b.shape[1:])
    small = all(isinstance(n, int) for n in lengths) and np.prod(lengths, dtype=object) <= SMALL_PRODUCT
    outer = dims.equal(a.shape[-1], 1)
    return node.dtype.kind == "f" and len(a.shape) + len(b.shape) > 2 and not small and not outer


def _keeps_space(node: Node) -> bool:
    """Whether a reshape only adds or drops lengths of 1."""
    given, wanted = space(node.inputs[0].shape), space(node.shape)
    return len(given) == len(wanted) and all(map(dims.equal, given, wanted))


def is_move(node: Node) -> bool:
    """Whether a node only renames indices: computing it is loading its operand's elements.

    >>> is_move(constant(1.0))
    False
    """
    return node.op.name in _MOVES


def same_memory(node: Node) -> Node:
    """The node below reshapes, new axes and dropped axes: stored in C order it has the same memory.

    >>> same_memory(constant(1.0)) is constant(1.0)
    True
    """
    while node.op.name in _SAME_MEMORY:
        node = node.inputs[0]
    return node


def reduced_axes(node: Node) -> tuple[int, ...]:
    """The axes of operand 0 that a fold reduces."""
    return node.attr("axis") if isinstance(node.op.lower, Reduce) else (len(node.inputs[0].shape) - 1,)


def fold_lengths(node: Node) -> tuple[Dim, ...]:
    """The lengths that a fold runs over."""
    return tuple(node.inputs[0].shape[k] for k in reduced_axes(node))


def is_fold(node: Node, kind: str) -> bool:
    """Whether a node takes a loop of its own for each element: folds over lengths of 1 do not."""
    return kind == "fold" and bool(space(fold_lengths(node)))


FoldKey = tuple[Any, ...]


def fold_key(node: Node) -> FoldKey:
    """A key that is equal for folds over equal lengths."""
    return tuple(map(extent_key, space(fold_lengths(node))))


@dataclass(slots=True)
class Traits:
    """Kinds, prices and folds of nodes, in tables that are filled from the leaves up.

    ``work`` is the price of one element when everything below is computed anew (capped); ``folds`` are keys of
    the folds below from which a node is reached without repeating elements; ``spread`` says whether all that lies
    below in memory is smaller than a node, and repeated on the way to it.
    """

    kind: dict[Node, str] = field(default_factory=dict)
    work: dict[Node, float] = field(default_factory=dict)
    folds: dict[Node, frozenset[FoldKey]] = field(default_factory=dict)
    spread: dict[Node, bool] = field(default_factory=dict)

    def learn(self, order: Iterable[Node]) -> None:
        """Fill the tables for nodes whose inputs are known."""
        for node in order:
            if node not in self.kind:
                kind = self.kind[node] = kind_of(node)
                self.work[node] = min(self._work(node, kind), CEILING)
                self.folds[node] = self._folds(node, kind)
                self.spread[node] = self._spread(node, kind)

    def _work(self, node: Node, kind: str) -> float:
        if kind in ("dim", "constant"):
            return 0.0 if kind == "dim" or splat(node) else LOAD_PRICE
        if kind in ("leaf", "view", "product", "routine"):
            return LOAD_PRICE
        below = sum(self.work[x] for x in node.operands)
        if kind == "fold":
            return _count(fold_lengths(node)) * (below + 1.0)
        return min(below, LOAD_PRICE) if _repeats(node) else node.op.cost + below

    def _spread(self, node: Node, kind: str) -> bool:
        if kind in ("dim", "constant") or _repeats(node):
            return True
        return kind in ("scalar", "fold", "pull") and all(self.spread[x] for x in node.operands)

    def _folds(self, node: Node, kind: str) -> frozenset[FoldKey]:
        if is_fold(node, kind):
            return frozenset((fold_key(node),))
        if kind not in ("scalar", "pull", "fold") or _repeats(node):
            return frozenset()
        return _union([self.folds[x] for x in node.operands])


def _repeats(node: Node) -> bool:
    """Whether a node repeats its operand along an axis, so that the price of the operand hardly counts."""
    return node.op is TABLE["broadcast_to"] and len(space(node.shape)) > len(space(node.inputs[0].shape))


def _union(sets: Sequence[frozenset[FoldKey]]) -> frozenset[FoldKey]:
    """The union, as the first set itself where that holds all: long chains share one object."""
    result = sets[0] if sets else frozenset()
    for other in sets[1:]:
        if not other <= result:
            result = result | other
    return result


def _count(lengths: Sequence[Dim]) -> int:
    return int(np.prod([n if isinstance(n, int) else FOLD_LENGTH for n in lengths], dtype=object))
