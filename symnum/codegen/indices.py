"""Index arithmetic of lowering: affine scalars, comparisons that bounds decide, and masks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..dtypes import BOOL
from ..ir import dims, ranges
from ..ir.build import constant, o
from ..ir.nest import AXIS, PENDING, axis, pending
from ..ir.node import Dim, Node, Shape, intern
from ..ir.walk import topological
from ..ops.table import TABLE
from ..records import dataclass

ZERO, TRUE, FALSE = dims.as_node(0), constant(True), constant(False)
_AND, _WHERE = TABLE["logical_and"], TABLE["where"]

Index = tuple[Node, ...]
# (node, its index, mask) -> the scalar value of the node there
Ask = Callable[[Node, Index, Node | None], Node]


def extent_key(length: Dim) -> tuple[int, frozenset[tuple[Node, int]]]:
    """A key that is equal for lengths that are equal for every value of their atoms.

    >>> extent_key(3)
    (3, frozenset())
    """
    number, terms = dims.linear(length)
    return number, frozenset(terms.items())


def is_one(length: Dim) -> bool:
    """Whether a length is known to be 1: an axis that needs no loop.

    >>> is_one(1)
    True
    """
    return isinstance(length, int) and length == 1


def space(shape: Shape) -> tuple[Dim, ...]:
    """The lengths of a shape that need a loop.

    >>> space((3, 1, 4))
    (3, 4)
    """
    return tuple(n for n in shape if not is_one(n))


def identity(shape: Shape) -> Index:
    """The index of an element by the axes 0, 1, … of a nest over ``space(shape)``; 0 along lengths of 1.

    >>> [i.op.name for i in identity((3, 1))]
    ['axis', 'constant']
    """
    numbers = iter(range(len(shape)))
    return tuple(ZERO if is_one(n) else axis(next(numbers)) for n in shape)


def axes_of(index: Sequence[Node]) -> frozenset[int]:
    """Numbers of the loop axes that index scalars depend on.

    >>> axes_of([axis(2), ZERO])
    frozenset({2})
    """
    return frozenset(x.attr("number") for x in topological(index) if x.op is AXIS)


def is_pending(index: Sequence[Node]) -> bool:
    """Whether an index depends on values of the graph: the same element may be wanted many times.

    >>> is_pending([axis(2), ZERO])
    False
    """
    return any(x.op is PENDING for x in topological(index))


def least(length: Dim, extents: Sequence[Dim]) -> int | None:
    """A number that an affine index is never below, or None; ``extents`` are those of the axes by number.

    >>> least(dims.subtract(3, axis(0)), [4])
    0
    """
    result, terms = dims.linear(length)
    total: Dim = result
    for atom, factor in terms.items():
        if atom.op is not AXIS:
            total = dims.add(total, dims.multiply(factor, atom))
        elif factor < 0:
            last = dims.subtract(extents[atom.attr("number")], 1)
            total = dims.add(total, dims.multiply(factor, last))
    return dims.lower_bound(total)


def is_nonnegative(length: Dim, extents: Sequence[Dim]) -> bool:
    """Whether an affine index is known to be at least 0 wherever the axes lie inside their extents.

    >>> is_nonnegative(dims.subtract(2, axis(0)), [4])
    False
    """
    bound = least(length, extents)
    return bound is not None and bound >= 0


def is_inside(index: Sequence[Node], shape: Shape, extents: Sequence[Dim]) -> bool:
    """Whether an index is known to lie inside a shape wherever the axes lie inside their extents.

    >>> is_inside([axis(0)], (4,), [4]), is_inside([axis(0)], (3,), [4])
    (True, False)
    """
    return all(is_nonnegative(i, extents) and is_nonnegative(dims.subtract(dims.subtract(n, i), 1), extents)
               for i, n in zip(index, shape, strict=True))


def conjuncts(condition: Node) -> Iterator[Node]:
    """The parts of a conjunction, from the left; none of ``TRUE``.

    >>> list(conjuncts(TRUE))
    []
    """
    todo = [condition]
    while todo:
        node = todo.pop()
        if node.op is _AND:
            todo.extend(reversed(node.inputs))
        elif node is not TRUE:
            yield node


def conjunction(*conditions: Node) -> Node:
    """Whether all conditions hold: ``TRUE`` of none, and no part twice.

    >>> conjunction(TRUE, FALSE) is FALSE
    True
    """
    parts = dict.fromkeys(part for condition in conditions for part in conjuncts(condition))
    if FALSE in parts:
        return FALSE
    result = TRUE
    for part in parts:
        result = part if result is TRUE else intern(_AND, (result, part), (), BOOL, ())
    return result


def zero_of(dtype: np.dtype[Any]) -> Node:
    """The scalar 0 (False) of a dtype.

    >>> zero_of(BOOL) is FALSE
    True
    """
    return constant(0, dtype)


def linear_position(index: Sequence[Node], lengths: Sequence[Dim]) -> Node:
    """The position of an index in C order over ``lengths``.

    >>> dims.simple(linear_position([dims.as_node(1), dims.as_node(2)], (3, 4)))
    6
    """
    position: Dim = 0
    for i, n in zip(index, lengths, strict=True):
        position = dims.add(dims.multiply(position, n), i)
    return dims.as_node(position)


@dataclass(frozen=True, slots=True)
class Context:
    """What a row's pull function is handed: constructors of index scalars, and the values of operands.

    ``extents`` are those of the nest's axes by number; ``mask`` guards every load below (None: no guard);
    ``ask`` gives values.  Index arithmetic is kept affine and folded, so that equal indices are one node.
    """

    extents: Sequence[Dim]
    mask: Node | None
    ask: Ask

    zero = ZERO
    true = TRUE
    zero_of = staticmethod(zero_of)

    def value(self, node: Node, index: Index, where: Node | None = None) -> Node:
        """The value of ``node`` at ``index``; loads below happen only where ``where`` holds."""
        mask = conjunction(*(m for m in (self.mask, where) if m is not None))
        if mask is FALSE:
            return zero_of(node.dtype)
        return self.ask(node, index, None if mask is TRUE else mask)

    def place(self, node: Node, index: Index) -> Node:
        """The value of an integer node as an index scalar."""
        self.value(node, index)
        return pending(node, index, self.mask)

    is_inside, is_one = staticmethod(ranges.is_inside), staticmethod(is_one)

    @staticmethod
    def lengths(node: Node, attr: str) -> tuple[Node, ...]:
        """A tuple of lengths in an attribute, as index scalars."""
        return tuple(map(dims.as_node, o.attr(node, attr)))

    @staticmethod
    def shape(node: Node) -> tuple[Node, ...]:
        """The shape of a node, as index scalars."""
        return tuple(map(dims.as_node, node.shape))

    @staticmethod
    def add(a: Dim, b: Dim) -> Node:
        """a + b."""
        return dims.as_node(dims.add(a, b))

    @staticmethod
    def subtract(a: Dim, b: Dim) -> Node:
        """a − b."""
        return dims.as_node(dims.subtract(a, b))

    @staticmethod
    def multiply(a: Dim, b: Dim) -> Node:
        """a · b."""
        return dims.as_node(dims.multiply(a, b))

    @staticmethod
    def floor_divide(a: Dim, b: int) -> Node:
        """a // b for a whole number b > 0."""
        number, terms = dims.linear(a)
        if all(factor % b == 0 for factor in terms.values()):
            parts = (dims.multiply(factor // b, atom) for atom, factor in terms.items())
            return dims.as_node(dims.add(dims.total(parts), number // b))
        return dims.as_node(dims.floor_divide(a, b))

    def less_equal(self, a: Dim, b: Dim) -> Node:
        """a ≤ b."""
        if is_nonnegative(dims.subtract(b, a), self.extents):
            return TRUE
        if is_nonnegative(dims.subtract(dims.subtract(a, b), 1), self.extents):
            return FALSE
        return _compare("less_equal", a, b)

    def less(self, a: Dim, b: Dim) -> Node:
        """a < b."""
        if is_nonnegative(dims.subtract(dims.subtract(b, a), 1), self.extents):
            return TRUE
        if is_nonnegative(dims.subtract(a, b), self.extents):
            return FALSE
        return _compare("less", a, b)

    @staticmethod
    def equal(a: Dim, b: Dim) -> Node:
        """a = b."""
        if dims.equal(a, b):
            return TRUE
        return _compare("equal", a, b) if dims.may_equal(a, b) else FALSE

    all = staticmethod(conjunction)

    @staticmethod
    def where(condition: Node, a: Node, b: Node) -> Node:
        """``a`` where the condition holds, else ``b``."""
        if condition in (TRUE, FALSE) or a is b:
            return b if condition is FALSE else a
        return intern(_WHERE, (condition, a, b), (), a.dtype, ())


def _compare(name: str, a: Dim, b: Dim) -> Node:
    return intern(TABLE[name], (dims.as_node(a), dims.as_node(b)), (), BOOL, ())
