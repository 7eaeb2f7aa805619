"""Loop IR: what a schedule makes of a kernel nest, and what the renderer prints.

A function is a tree of statements.  Scalar expressions are nodes, and a node is its own variable: ``Assign(x)``
computes ``x`` from variables that exist, once, and every later use of ``x`` reads it.  Memory is one-dimensional.
Indices, bounds and offsets are int64 nodes of :data:`INLINE` ops, printed in place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..ir import dims
from ..ir.node import Dim, Node, intern
from ..ops.spec import Absent, OpSpec
from ..ops.table import TABLE
from ..records import dataclass

_WHY = Absent("exists in loops only")
QUOTIENT = OpSpec(
    name="quotient", kind="index", arity=2, numpy=np.floor_divide, dtype=_WHY, partials=_WHY, sympy=_WHY, c=_WHY,
    domain=_WHY, doc="The quotient of a length by a positive length, rounded down: neither is negative.")
ELEMENT = OpSpec(
    name="element", kind="index", arity=1, attrs=("memory", "dtype"), numpy=_WHY, dtype=_WHY, partials=_WHY,
    sympy=_WHY, c=_WHY, domain=_WHY, doc="An element of a memory that changes, read wherever it is printed.")
INLINE = frozenset((QUOTIENT, ELEMENT, *(
    TABLE[name] for name in ("add", "subtract", "multiply", "floor_divide", "minimum", "maximum", "bitwise_and"))))


@dataclass(frozen=True, slots=True)
class Memory:
    """Elements of one dtype.  Program buffers have their own numbers, a schedule's memories larger ones.

    ``scope``: ``global`` (an argument of the function), ``local`` (an array of ``size`` elements in the function),
    ``shared`` (of a GPU block).  ``readonly`` memory is never stored to; ``aliased`` memory may be that of another
    argument too.
    """

    number: int
    name: str
    dtype: np.dtype[Any]
    scope: str
    size: int = 0
    readonly: bool = False
    aliased: bool = False

    def __hash__(self) -> int:
        return self.number


@dataclass(frozen=True, slots=True)
class Bind:
    """Give a loop axis its value."""

    axis: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Assign:
    """Compute a node by the text of its op."""

    target: Node


@dataclass(frozen=True, slots=True)
class Apply:
    """Compute a node by a function of one element that has its operands as parameters."""

    target: Node
    function: Function


@dataclass(frozen=True, slots=True)
class Load:
    """Read the value of a node from memory; where ``mask`` is false nothing is read and the value is 0."""

    target: Node
    memory: Memory
    index: Node
    mask: Node | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """``memory[index] = value``: a variable, a constant, an axis, or an element that is read in place."""

    memory: Memory
    index: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Accumulate:
    """``memory[index] = combine(memory[index], value)``.

    ``argmax`` and ``argmin`` keep the position of the winning value beside it, in ``positions[index]``.
    """

    memory: Memory
    index: Node
    combine: str
    value: Node
    positions: Memory | None = None
    position: Node | None = None


@dataclass(frozen=True, slots=True)
class Declare:
    """A local or shared array."""

    memory: Memory


@dataclass(frozen=True, slots=True)
class Loop:
    """Statements for each value of an axis from ``start`` to below ``stop``.

    ``kind``: ``serial``; ``vector`` (iterations are independent); ``lanes`` (independent, a fixed number of them:
    the loop that becomes vector instructions, and nothing else); ``doubling`` (1, 2, 4, …); on the GPU ``grid``
    (over all threads), ``block`` (over the blocks) and ``thread`` (over the threads of a block).
    """

    axis: Node
    start: Node
    stop: Node
    body: tuple[Statement, ...]
    kind: str = "serial"
    step: Node | None = None


@dataclass(frozen=True, slots=True)
class If:
    """Statements where ``left < right``."""

    left: Node
    right: Node
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """Call a function for ``length`` elements, with pointers at offsets; a ``piece`` is not told the length."""

    function: Function
    length: Node
    pointers: tuple[tuple[Memory, Node], ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Run a ``task`` over [0, extent): in chunks that are multiples of ``grain`` where ``work`` reaches ``limit``."""

    function: Function
    extent: Node
    grain: Node
    work: Node
    limit: Node


@dataclass(frozen=True, slots=True)
class Prefetch:
    """A hint that an element is going to be read; it may lie behind the end of its memory."""

    memory: Memory
    index: Node


@dataclass(frozen=True, slots=True)
class Barrier:
    """Threads of a GPU block wait for each other."""


@dataclass(frozen=True, slots=True)
class Collective:
    """Combine one value of each thread of a GPU warp (``scope``) into lane 0, in a fixed tree."""

    memory: Memory
    combine: str
    positions: Memory | None = None
    scope: str = "warp"


Statement = (Bind | Assign | Apply | Load | Store | Accumulate | Declare | Loop | If | Call | Parallel | Prefetch
             | Barrier | Collective)


@dataclass(frozen=True, slots=True)
class Function:
    """Statements with parameters.

    ``kind``: ``kernel`` (one step of a Program), ``task`` (a share of parallel work: ``ranges`` are begin and
    end), ``span`` (any number of elements: ``ranges`` is their number), ``body`` (a multiple of the vector
    length), ``cells`` (any number of partial results), ``piece`` (some statements of a long one), ``single`` (of one
    element: it returns the first one of its local memory ``result``), ``grid`` (a GPU kernel).  Pointers are passed
    for ``memories``, values for ``scalars``.
    """

    name: str
    kind: str
    memories: tuple[Memory, ...]
    scalars: tuple[Node, ...]
    ranges: tuple[Node, ...]
    body: tuple[Statement, ...]
    result: Memory | None = None


# index scalars --------------------------------------------------------------------------------------------------

def number(value: Dim) -> Node:
    """A length as an int64 scalar node.

    >>> number(3)
    <Node constant int64 ()>
    """
    return dims.as_node(value)


def quotient(a: Dim, b: Dim) -> Node:
    """a // b, for a ≥ 0 and b > 0.

    >>> quotient(7, 2) is number(3)
    True
    """
    a, b = dims.simple(a), dims.simple(b)
    if isinstance(a, int) and isinstance(b, int):
        return number(a // b)
    return number(a) if b == 1 else intern(QUOTIENT, (number(a), number(b)), (), dtypes.INT64, ())


def blocks(extent: Dim, size: int) -> Node:
    """How many blocks of ``size`` elements cover ``extent`` elements.

    >>> blocks(4097, 4096) is number(2)
    True
    """
    return quotient(dims.add(extent, size - 1), size)


def element(memory: Memory, index: Dim) -> Node:
    """An element of a memory that changes.

    >>> element(Memory(0, "sum0", np.dtype("float64"), "local", 32), 5)
    <Node element float64 ()>
    """
    attrs = (("memory", memory), ("dtype", memory.dtype))
    return intern(ELEMENT, (number(index),), attrs, memory.dtype, ())
