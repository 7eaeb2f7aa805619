"""Axes of values: those of a matrix or array itself come last, those of the arrays that symbols stand for before them.

A SymPy scalar whose symbol stands for an array of shape S has a value of shape S, one number for each element.  A
matrix of m rows and n columns that holds it has a value of shape (*S, m, n): one matrix for each element.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy

from .. import dtypes
from ..dtypes import INT64
from ..errors import ShapeError, UnsupportedError
from ..ir import build, dims
from ..ir.build import broadcast_to, o
from ..ir.lengths import as_dim
from ..ir.node import Dim, Node, Shape
from .sympy_builder import Builder, NumberArray, Value, is_number, is_whole
from .sympy_numbers import exact

# values of expressions --------------------------------------------------------------------------------------

def rank_of(b: Builder, e: Any) -> int:
    """The number of axes that an expression itself has: 0 of a scalar, 2 of a matrix."""
    return b.ranks.get(id(e), 0)


def node_of(b: Builder, e: Any, rank: int | None = None) -> Node:
    """The value of an expression as a node; of a scalar with axes of length 1 for those of an array of ``rank``."""
    node = b.node(e)
    return node if rank is None or rank_of(b, e) else with_axes(node, rank)


def with_axes(node: Node, rank: int) -> Node:
    """A value with ``rank`` more axes of length 1 at its end; one of no axes broadcasts as it is."""
    if not node.ndim or not rank:
        return node
    return o.expand_dims(node, axis=tuple(range(node.ndim, node.ndim + rank)))


def lifted(b: Builder, e: Any, rank: int) -> Value:
    """The value of an operand of an elementwise op of arrays of ``rank``; numbers stay numbers."""
    value = b.of(e)
    return with_axes(value, rank) if isinstance(value, Node) and not rank_of(b, e) else value


def length_of(b: Builder, e: Any, what: str) -> Dim:
    """The value of an expression as a length.

    Raises:
        UnsupportedError: it is no whole number and no integer of rank 0.
    """
    value = b.of(e)
    if not is_number(value):
        if value.dtype.kind not in "iu" or value.shape:
            raise UnsupportedError(f"{what} must be a whole number; {e} is {value!r}; cure: map it to an integer")
        return as_dim(build.convert(value, INT64))
    number = exact(value)
    if number is None or number.denominator != 1:
        raise UnsupportedError(f"{what} must be a whole number; given {e}")
    return int(number)


def arrays_of(b: Builder, args: Sequence[Any]) -> list[Node]:
    """The values of arrays as nodes, those of numbers alone in the dtype that they meet."""
    values = [b.of(a) for a in args]
    nodes = [v for v in values if isinstance(v, Node)]
    return [b.operand(v, nodes) for v in values]


# arrays of numbers ------------------------------------------------------------------------------------------

def filled(number: int, shape: Shape) -> NumberArray:
    """An array of one whole number."""
    return NumberArray(lambda dtype: broadcast_to(build.convert(number, dtype), shape), True)


def grid_lines(n: Dim, m: Dim) -> tuple[Node, Node]:
    """Numbers of rows and of columns, which broadcast to (n, m)."""
    rows, columns = (o.arange(dims.as_node(length)) for length in (n, m))
    return o.expand_dims(rows, axis=(1,)), o.expand_dims(columns, axis=(0,))


def identity(n: Dim) -> NumberArray:
    """The n×n matrix with ones on its diagonal."""
    rows, columns = grid_lines(n, n)
    return NumberArray(lambda dtype: build.convert(o.equal(rows, columns), dtype), True)


# arrays of values -------------------------------------------------------------------------------------------

def stacked(b: Builder, values: Sequence[Value], shape: Sequence[int]) -> Node | NumberArray:
    """An array of ``shape`` after the axes of its elements; neighbours that are numbers are one constant."""
    nodes = [b.operand(v, []) for v in values if not is_number(v)]
    if not nodes and not any(v.has(sympy.I) for v in values):
        return _of_numbers(values, tuple(shape))
    kinds: list[Any] = [x.dtype for x in nodes if x.dtype.kind != "b" or len(nodes) == len(values)]
    found = dtypes.promote([*kinds, *(b.operand(v, nodes).dtype for v in values if is_number(v))])
    before = dims.broadcast_shapes([x.shape for x in nodes], "the elements of a matrix or array")
    runs = [_run(b, run, nodes, found, before) for run in _runs(values)]
    flat = runs[0] if len(runs) == 1 else o.concatenate(*runs, axis=len(before))
    return flat if len(shape) == 1 else o.reshape(flat, shape=(*before, *shape))


def _of_numbers(values: Sequence[Any], shape: Shape) -> NumberArray:
    """An array of numbers, each rounded once."""
    whole = all(map(is_whole, values))

    def make(dtype: np.dtype[Any]) -> Node:
        rows = [Builder(dtype).operand(v, []).attr("literal").array for v in values]
        return build.constant(np.array(rows, dtype).reshape(shape))
    return NumberArray(make, whole)


def _runs(values: Sequence[Value]) -> list[list[Value]]:
    """Values one by one, but numbers that follow each other together."""
    found: list[list[Value]] = []
    for value in values:
        if found and is_number(value) and is_number(found[-1][-1]):
            found[-1].append(value)
        else:
            found.append([value])
    return found


def _run(b: Builder, run: list[Value], nodes: list[Node], dtype: Any, before: Shape) -> Node:
    if is_number(run[0]):
        literals = [b.operand(v, nodes).attr("literal").array for v in run]
        return broadcast_to(build.constant(literals, dtype), (*before, len(run)))
    node = broadcast_to(build.convert(run[0], dtype), before)
    return o.expand_dims(node, axis=(node.ndim,))


def stacks_alike(nodes: Sequence[Node], rank: int, name: str) -> list[Node]:
    """Arrays of ``rank`` with the same axes before their own."""
    before = dims.broadcast_shapes([x.shape[:x.ndim - rank] for x in nodes], name)
    return [broadcast_to(x, (*before, *x.shape[x.ndim - rank:])) for x in nodes]


def joined(nodes: Sequence[Node], axis: int, rank: int) -> Node:
    """Arrays of ``rank`` one after the other along an axis, which counts from the end."""
    common = dtypes.promote([x.dtype for x in nodes])
    same = stacks_alike([build.convert(x, common) for x in nodes], rank, "blocks")
    return same[0] if len(same) == 1 else o.concatenate(*same, axis=same[0].ndim + axis)


# elements ---------------------------------------------------------------------------------------------------

def element(b: Builder, x: Node, indices: Sequence[Any], of: Any) -> Node:
    """x[..., i, j] for values of expressions i, j: whole numbers, or nodes of integers.

    Raises:
        ShapeError: a whole number is outside its axis.
        UnsupportedError: an index is no integer.
    """
    values = [b.of(i) for i in indices]
    lead = x.ndim - len(values)
    if all(map(is_number, values)):
        return _fixed(x, [length_of(b, i, f"an index of {of}") for i in indices], lead, of)
    before = x.shape[:lead]
    places = [_place(v, i, of) for v, i in zip(values, indices, strict=True)]
    if not before or not any(p.ndim for p in places):
        common = dims.broadcast_shapes([p.shape for p in places], f"the indices of {of}")
        taken = [broadcast_to(p, common) for p in places]
        return o.gather(x, *taken, axes=tuple(range(lead, x.ndim)))
    common = dims.broadcast_shapes([before, *(p.shape for p in places)], f"the indices of {of}")
    x = broadcast_to(x, (*common[len(common) - lead:], *x.shape[lead:]))
    own = [_along(x.shape[k], lead - 1 - k) for k in range(lead)]
    return o.gather(x, *(broadcast_to(p, common) for p in (*own, *places)), axes=tuple(range(x.ndim)))


def _along(length: Dim, after: int) -> Node:
    return with_axes(o.arange(dims.as_node(length)), after)


def _place(value: Value, e: Any, of: Any) -> Node:
    if is_number(value):
        number = exact(value)
        if number is None or number.denominator != 1 or number < 0:
            raise UnsupportedError(f"an index of {of} must be a whole number from 0; given {e}")
        return dims.as_node(int(number))
    if value.dtype.kind not in "iu":
        raise UnsupportedError(f"an index of {of} must be an integer; {e} has dtype {value.dtype.name}; "
                               f"cure: map it to a tensor of integers in symbols=")
    return build.convert(value, INT64)


def _fixed(x: Node, places: Sequence[Dim], lead: int, of: Any) -> Node:
    own = x.shape[lead:]
    for k, (place, length) in enumerate(zip(places, own, strict=True)):
        if not isinstance(place, int) or place < 0 or (isinstance(length, int) and place >= length):
            raise ShapeError(f"index {place} of {of} is outside axis {k}, of length {dims.name_of(length)}; "
                             f"indices count from 0")
    if all(isinstance(length, int) for length in own):
        part = o.slice(x, starts=(*(0,) * lead, *places), lengths=(*x.shape[:lead], *(1 for _ in own)),
                       steps=(1,) * x.ndim)
        return o.squeeze(part, axis=tuple(range(lead, x.ndim)))
    return o.gather(x, *map(dims.as_node, places), axes=tuple(range(lead, x.ndim)))
