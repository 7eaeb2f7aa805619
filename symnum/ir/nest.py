"""Kernel nests and Programs: what lowering makes of a graph, and what schedules turn into loops.

A nest is a set of stores over loop axes.  Its scalar expressions are nodes of shape ``()``, hash-consed like all
others, with three ops of their own: ``axis`` (the value of a loop axis), ``load`` (an element of a buffer) and
``fold`` (a reduction of an expression over axes).  Row softmax of ``x`` with shape (m, n) is one nest::

    axes    0: m, 1: n reduce, 2: n reduce, 3: n
    store   out[a0, a3] = exp(x[a0, a3] - M) / S
    where   M = fold maximum over a1 of x[a0, a1],  S = fold add over a2 of exp(x[a0, a2] - M)

Where an expression is computed follows from the axes that it depends on: M and S inside axis 0, before axis 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import part_of
from ..errors import GraphError
from ..ops.spec import Absent, OpSpec
from ..records import dataclass
from .node import Dim, Node, Shape, intern

_WHY = Absent("exists in nests only")


def _op(name: str, kind: str, arity: int | None, attrs: tuple[str, ...], doc: str) -> OpSpec:
    return OpSpec(name=name, kind=kind, arity=arity, doc=doc, attrs=attrs, numpy=_WHY, dtype=_WHY, partials=_WHY,
                  sympy=_WHY, c=_WHY, domain=_WHY)


AXIS = _op("axis", "leaf", 0, ("number",), "The value of a loop axis of the nest, from 0 up to its extent.")
LOAD = _op("load", "load", None, ("buffer", "dtype", "masked"),
           "An element of a buffer: one int64 index for each axis of the buffer, then a bool mask if masked; "
           "where the mask is false nothing is read and the value is 0.")
FOLD = _op("fold", "fold", None, ("combine", "axes", "dtype"),
           "The reduction of input 0 over axes of the nest, by the op `combine` of the table, from its identity "
           "(from the first element where there is none).  argmax and argmin: input 0 is the value, input 1 the "
           "position that is given back as int64; the first extreme position wins, and NaN counts as extreme.")
PENDING = _op("pending", "pending", None, ("node", "masked"),
              "The value of a node of the graph at an index (then a bool mask if masked), while a nest is made: it "
              "stands in indices for an expression that is known only when all is placed.")


def axis(number: int) -> Node:
    """The value of axis ``number``: an int64 scalar."""
    return intern(AXIS, (), (("number", number),), dtypes.INT64, ())


def load(buffer: int, dtype: np.dtype[Any], index: tuple[Node, ...], mask: Node | None = None) -> Node:
    """Element ``index`` of buffer number ``buffer``; only where ``mask`` holds, else 0."""
    attrs = (("buffer", buffer), ("dtype", dtype), ("masked", mask is not None))
    return intern(LOAD, index if mask is None else (*index, mask), attrs, dtype, ())


def fold(combine: str, axes: tuple[int, ...], value: Node, position: Node | None = None) -> Node:
    """The reduction of ``value`` over ``axes``; with ``position`` (argmax, argmin) the winning position."""
    dtype = value.dtype if position is None else dtypes.INT64
    inputs = (value,) if position is None else (value, position)
    return intern(FOLD, inputs, (("combine", combine), ("axes", axes), ("dtype", dtype)), dtype, ())


def pending(node: Node, index: tuple[Node, ...], mask: Node | None = None) -> Node:
    """What stands for the value of ``node`` at an index in the indices of others."""
    attrs = (("node", node), ("masked", mask is not None))
    return intern(PENDING, index if mask is None else (*index, mask), attrs, node.dtype, ())


@dataclass(frozen=True, slots=True)
class Axis:
    """One loop axis: its number in expressions, its extent, and whether only folds run over it."""

    number: int
    extent: Dim
    reduce: bool


@dataclass(frozen=True, slots=True)
class Buffer:
    """Memory of a Program, C-contiguous.

    ``role``: ``input`` and ``state`` are read only, ``output`` is written, ``workspace`` is scratch,
    ``constant`` has its elements in ``data``.  ``base`` is the buffer whose memory this one views (reshape).
    """

    number: int
    role: str
    dtype: np.dtype[Any]
    shape: Shape
    name: str | None = None
    data: np.ndarray[Any, Any] | None = field(default=None, compare=False)
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """``buffer[index] = value`` for all values of the nest's non-reduce axes that occur in ``index``."""

    buffer: int
    index: tuple[Node, ...]
    value: Node


@dataclass(frozen=True, slots=True)
class Nest:
    """One kernel: stores over the outer axes, in order from outside in; folds run over the reduce axes."""

    axes: tuple[Axis, ...]
    stores: tuple[Store, ...]

    def axis(self, number: int) -> Axis:
        """The axis of that number."""
        return next(a for a in self.axes if a.number == number)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A Program step: run a nest."""

    nest: Nest


@dataclass(frozen=True, slots=True)
class Chain:
    """A Program step: run nests, each of which uses what those before it store, in tiles; no element of the buffers
    ``inner`` needs to be in memory for longer."""

    nests: tuple[Nest, ...]
    inner: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A Program step: ``c = a @ b`` by BLAS for float dtypes, with a and b read transposed if asked.

    Shapes after transposition: a (m, k), b (k, n), c (m, n); a vector has m or n equal to 1.
    """

    a: int
    b: int
    c: int
    transpose_a: bool
    transpose_b: bool
    m: Dim
    n: Dim
    k: Dim


@dataclass(frozen=True, slots=True)
class RowPass:
    """A Program step: a matrix by a vector, then a nest over the elements of the result (or none), then the transposed
    matrix by what that stores; one block of rows of the matrix after the other."""

    first: Product
    nest: Nest | None
    last: Product

    def parts(self) -> tuple[Product | Kernel, ...]:
        """The same as steps of their own."""
        return (self.first, *([] if self.nest is None else [Kernel(self.nest)]), self.last)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operand or result of a call lies: a buffer, and the shape that its elements have for the call.

    ``buffer`` is None for a result that nobody wants.
    """

    buffer: int | None
    dtype: np.dtype[Any]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Call:
    """A Program step: one application of an op whose row lowers to a ``Routine``, with all its results.

    Operands and results lie in memory of their own, C-contiguous; ``attrs`` (without ``which``) has its lengths
    filled in.
    """

    op: OpSpec
    attrs: tuple[tuple[str, Any], ...]
    operands: tuple[Place, ...]
    results: tuple[Place, ...]

    def attr(self, name: str) -> Any:
        """An attribute; lengths are dims."""
        return dict(self.attrs)[name]

    def places(self) -> Iterator[Place]:
        """All operands, then all results."""
        yield from self.operands
        yield from self.results


Step = Kernel | Chain | Product | RowPass | Call


def nests_of(step: Step) -> tuple[Nest, ...]:
    """The nests that a step runs.

    >>> nests_of(Product(0, 1, 2, False, False, 1, 1, 1))
    ()
    """
    if isinstance(step, Kernel):
        return (step.nest,)
    if isinstance(step, Chain):
        return step.nests
    return (step.nest,) if isinstance(step, RowPass) and step.nest is not None else ()


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of a call's dims: ``equal`` (two lengths; else another specialisation is wanted), ``index``
    (the first lies in an axis as long as the second; negative ones count from its end), or ``nonempty`` (all of
    ``lengths`` > 0 unless one of ``unless`` is 0)."""

    kind: str
    lengths: tuple[Dim, ...]
    unless: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The call fails with error ``code`` after all steps, if the bool in workspace ``buffer`` is true; or if the
    int64 there is not ``NO_STRAY``: then it is the first of the error's values, and ``values`` are the next ones."""

    buffer: int
    code: int
    values: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Steps over buffers, in order; rendered as one C entry."""

    name: str
    dims: tuple[Node, ...]
    buffers: tuple[Buffer, ...]
    steps: tuple[Step, ...]
    checks: tuple[Check, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def of_role(self, role: str) -> tuple[Buffer, ...]:
        """Buffers of one role, in order of number."""
        return tuple(b for b in self.buffers if b.role == role)


def verify_program(program: Program) -> Program:
    """Check that indices, loads and stores of every nest fit its buffers and axes, and return the Program.

    Raises:
        GraphError: a step is invalid.
    """
    by_number = {b.number: b for b in program.buffers}
    for step in program.steps:
        for nest in nests_of(step):
            _verify_nest(nest, by_number)
        if isinstance(step, Call):
            _verify_call(step, by_number)
    return program


def _verify_nest(nest: Nest, buffers: dict[int, Buffer]) -> None:
    known = {a.number for a in nest.axes}
    for store in nest.stores:
        target = buffers[store.buffer]
        if target.role not in ("output", "workspace") or len(store.index) != len(target.shape):
            raise GraphError(f"a store does not fit buffer {store.buffer} ({target.role})")
        if store.value.dtype != target.dtype:
            raise GraphError(f"a store of {store.value.dtype.name} into {target.dtype.name}")
        _verify_expression(store.value, known, buffers)


def _verify_call(step: Call, buffers: dict[int, Buffer]) -> None:
    if len(step.results) != step.op.results:
        raise GraphError(f"a call of {step.op.name} has {len(step.results)} results; expected {step.op.results}")
    for place in step.places():
        if place.buffer is not None and part_of(buffers[place.buffer].dtype) != part_of(place.dtype):
            raise GraphError(f"{step.op.name}: buffer {place.buffer} is no {place.dtype.name}")
    for place in step.results:
        if place.buffer is not None and buffers[place.buffer].role not in ("output", "workspace"):
            raise GraphError(f"{step.op.name} writes buffer {place.buffer}")


def _verify_expression(value: Node, axes: set[int], buffers: dict[int, Buffer]) -> None:
    seen, todo = set[Node](), [value]
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        todo.extend(node.inputs)
        if node.shape != ():
            raise GraphError(f"{node!r} in a nest is not a scalar")
        if node.op is AXIS and node.attr("number") not in axes:
            raise GraphError(f"axis {node.attr('number')} is not an axis of its nest")
        if node.op is LOAD:
            buffer = buffers[node.attr("buffer")]
            if len(node.inputs) - node.attr("masked") != len(buffer.shape) or node.dtype != buffer.dtype:
                raise GraphError(f"a load does not fit buffer {buffer.number}")
