"""Guards: lanes of a vector that have no element of their own read another one, and count for nothing."""

from __future__ import annotations

from ..dtypes import BOOL
from ..ir import nest
from ..ir.node import Dim, Node, intern
from ..ops.table import TABLE
from .loops import Memory, number


def is_below(index: Node, stop: Dim) -> Node:
    """Whether an index is below a bound.

    >>> is_below(number(1), 2).op.name
    'less'
    """
    return intern(TABLE["less"], (index, number(stop)), (), BOOL, ())


def chosen(condition: Node, value: Node, other: Node) -> Node:
    """One of two values.

    >>> chosen(is_below(number(1), 2), number(3), number(4)).dtype
    dtype('int64')
    """
    return intern(TABLE["where"], (condition, value, other), (), value.dtype, ())


def read(memory: Memory, index: Dim, other: Dim, is_own: Node, mask: Node | None = None,
         other_mask: Node | None = None) -> Node:
    """The element at ``index`` where ``is_own`` holds, elsewhere that at ``other``; 0 where a mask is false.

    What memory holds beyond its elements may be far slower to compute with than they are, as numbers below the
    normal range are.
    """
    masks = is_own if mask is None else intern(TABLE["logical_and"], (is_own, mask), (), BOOL, ())
    return chosen(is_own, nest.load(memory.number, memory.dtype, (number(index),), masks),
                  nest.load(memory.number, memory.dtype, (number(other),), other_mask))
