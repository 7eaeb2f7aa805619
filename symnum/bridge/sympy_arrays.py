"""``ARRAYS``: N-dimensional arrays of SymPy, explicit ones and expressions, as nodes whose last axes are theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from sympy.tensor import array as ndim
from sympy.tensor.array.expressions import array_expressions as ax

from ..ir.build import o
from ..ir.labelled import Labelled
from ..ir.node import Node
from .sympy_axes import arrays_of, filled, length_of, node_of, rank_of, stacked
from .sympy_builder import Builder, Value
from .sympy_contraction import contract

Head = Callable[[Builder, Any], Value]


# explicit arrays --------------------------------------------------------------------------------------------

def _dense(b: Builder, e: Any) -> Value:
    return _of_elements(b, [b.of(part) for part in array_parts(e)], e.shape)


def _sparse(b: Builder, e: Any) -> Value:
    places = {int(k): v for k, v in zip(e.args[0].keys(), array_parts(e), strict=True)}
    count = int(sympy.prod(e.shape))
    return _of_elements(b, [b.of(places[k]) if k in places else sympy.S.Zero for k in range(count)], e.shape)


def _of_elements(b: Builder, values: Sequence[Any], shape: Sequence[Any]) -> Value:
    lengths = tuple(map(int, shape))
    if not lengths:
        return b.operand(values[0], [])
    return stacked(b, values, lengths)


# expressions ------------------------------------------------------------------------------------------------

def _factors(b: Builder, e: Any) -> list[Labelled]:
    """The factors of a tensor product, each with its axes numbered on from those before; of another array itself."""
    count, found = 0, []
    parts = _factor_parts(e)
    for part, node in zip(parts, arrays_of(b, parts), strict=True):
        rank = rank_of(b, part)
        found.append(Labelled(node, tuple(range(count, count + rank))))
        count += rank
    return found


def _factor_parts(e: Any) -> tuple[Any, ...]:
    return tuple(e.args) if isinstance(e, ax.ArrayTensorProduct) else (e,)


def _tensor_product(b: Builder, e: Any) -> Node:
    terms = _factors(b, e)
    return contract(terms, tuple(label for t in terms for label in t.labels))


def _contraction(b: Builder, e: Any) -> Node:
    """Sums over groups of axes that have one index."""
    terms, groups = _grouped(b, e)
    inside = {axis for group in groups for axis in group}
    axes = [label for t in _factors(b, e.args[0]) for label in t.labels]
    return contract(terms, tuple(k for k in axes if k not in inside))


def _diagonal(b: Builder, e: Any) -> Node:
    """Groups of axes with one index, which come last."""
    terms, groups = _grouped(b, e)
    inside = {axis for group in groups for axis in group}
    axes = [label for t in _factors(b, e.args[0]) for label in t.labels]
    return contract(terms, (*(k for k in axes if k not in inside), *(group[0] for group in groups)))


def _grouped(b: Builder, e: Any) -> tuple[list[Labelled], list[tuple[int, ...]]]:
    """The factors below an expression with the first label of its group for each axis in one."""
    groups = [tuple(map(int, group)) for group in e.args[1:]]
    first = {axis: group[0] for group in groups for axis in group}
    return [Labelled(t.node, tuple(first.get(k, k) for k in t.labels)) for t in _factors(b, e.args[0])], groups


def _added(b: Builder, e: Any) -> Node:
    return reduce(o.add, arrays_of(b, e.args))


def _permuted(b: Builder, e: Any) -> Node:
    x, order = node_of(b, e.args[0]), e.args[1].array_form
    lead = x.ndim - len(order)
    return o.transpose(x, axes=(*range(lead), *(lead + k for k in order)))


def _reshaped(b: Builder, e: Any) -> Node:
    x = node_of(b, e.args[0])
    lengths = tuple(length_of(b, n, f"a length of {e}") for n in array_parts(e)[1:])
    return o.reshape(x, shape=(*x.shape[:x.ndim - rank_of(b, e.args[0])], *lengths))


def _constant(number: int) -> Head:
    def head(b: Builder, e: Any) -> Value:
        return filled(number, tuple(length_of(b, n, f"a length of {e}") for n in e.args))
    return head


# tables -----------------------------------------------------------------------------------------------------

def array_parts(e: Any) -> tuple[Any, ...]:
    """The expressions that the value of an array is made of, the same objects at every call."""
    if isinstance(e, ndim.ImmutableDenseNDimArray):
        return tuple(e.args[0])
    if isinstance(e, ndim.ImmutableSparseNDimArray):
        return tuple(e.args[0].values())
    if isinstance(e, ax.ArrayContraction | ax.ArrayDiagonal):
        return _factor_parts(e.args[0])
    if isinstance(e, ax.PermuteDims):
        return tuple(e.args[:1])
    if isinstance(e, ax.Reshape | ax.ArrayElement):
        return (e.args[0], *e.args[1])
    return tuple(e.args[1:]) if isinstance(e, ax.ArrayElementwiseApplyFunc) else tuple(e.args)


ARRAYS: Mapping[type, Head] = MappingProxyType({
    ndim.ImmutableDenseNDimArray: _dense,
    ndim.ImmutableSparseNDimArray: _sparse,
    ax.ArrayTensorProduct: _tensor_product,
    ax.ArrayContraction: _contraction,
    ax.ArrayDiagonal: _diagonal,
    ax.ArrayAdd: _added,
    ax.PermuteDims: _permuted,
    ax.Reshape: _reshaped,
    ax.ArrayElementwiseApplyFunc: lambda b, e: b.call(e.args[0], [node_of(b, e.args[1])], rank_of(b, e.args[1])),
    ax.ZeroArray: _constant(0),
    ax.OneArray: _constant(1),
})
