"""Values that users hand in, as operands of ops: tensors, arrays, numbers, and lists of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..errors import DTypeError, ShapeError, UnsupportedError
from ..ir import build, dims
from ..ir.build import o
from ..ir.literal import is_weak
from ..ir.node import Node
from ..shapes import normalize_axis
from .lengths import HasNode, node_of

ArrayLike = HasNode | np.ndarray[Any, Any] | np.generic | bool | int | float | complex | Sequence[Any]
_NUMBERS = frozenset({bool, int, float, complex})
Operand = Node | np.ndarray[Any, Any] | np.generic | bool | int | float | complex


def operand(value: object) -> Operand:
    """``value`` as ``ir.build.apply`` takes it; Python numbers stay weak (NEP 50).

    Raises:
        DTypeError: not a tensor, number, array, or list of them.
    """
    if is_weak(value):
        return value
    node = node_of(value)
    if node is not None:
        return node
    if isinstance(value, np.generic) or (type(value) is np.ndarray and value.dtype != object):
        return value
    return _of_sympy(value) if is_sympy(value) else as_node(value)


def is_sympy(value: object) -> bool:
    """Whether a value is an object of SymPy, which is not imported to find out."""
    sympy: Any = sys.modules.get("sympy")
    found = getattr(sympy, "NDimArray", None)  # the last of its classes that is there while SymPy is imported
    return found is not None and isinstance(value, sympy.Basic | sympy.MatrixBase | found)


def _of_sympy(value: object) -> Operand:
    from ..operands import of_sympy
    return of_sympy(value)


def as_node(value: object) -> Node:
    """``value`` as a node; a Python number gets NumPy's default dtype.

    >>> as_node([[1, 2], [3, 4]])
    <Node constant int64 (2, 2)>

    Raises:
        DTypeError: not a tensor, number, array, or list of them, or its dtype is not supported.
        ShapeError: the rows of a nested list have different lengths.
    """
    node = node_of(value)
    if node is not None:
        return node
    if is_sympy(value):
        found = _of_sympy(value)
        return found if isinstance(found, Node) else build.constant(found)
    if isinstance(value, list | tuple) and _holds_node(value):
        return stacked([operand(part) for part in value])
    return build.constant(as_array(value))


def as_array(value: object) -> np.ndarray[Any, Any]:
    """A number, array, or nested list of numbers as an array in a supported dtype.

    Raises:
        DTypeError: it is something else, or its dtype is not supported.
        ShapeError: the rows of a nested list have different lengths.
    """
    masked = sys.modules.get("numpy.ma")  # NumPy loads it late
    if masked is not None and isinstance(value, masked.MaskedArray):
        raise UnsupportedError("masked arrays are not supported: fill them first, or use where(mask, x, y)")
    if node_of(value) is not None:
        raise DTypeError("expected numbers; given a symbolic tensor, which has values only with its inputs")
    if value is None or isinstance(value, str | bytes | dict | set):
        raise DTypeError(f"expected a tensor, a number, an array or a list of numbers; "
                         f"given {value!r} of type {type(value).__name__}")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(f"rows of a list have different lengths: {error}") from None
    if array.dtype == object:
        cure = "; cure: hand SymPy's objects over in a list, as array.tolist()" if _holds_sympy(array) else ""
        raise DTypeError(f"expected a tensor, a number, an array or a list of numbers that fit 64 bits; "
                         f"given {value!r} of type {type(value).__name__}{cure}")
    dtype = dtypes.as_dtype(array.dtype)
    return array if array.dtype.isnative else array.astype(dtype)


def _holds_node(value: Sequence[object]) -> bool:
    return any(node_of(part) is not None or (isinstance(part, list | tuple) and _holds_node(part)) or is_sympy(part)
               for part in value if type(part) not in _NUMBERS)


def _holds_sympy(array: np.ndarray[Any, Any]) -> bool:
    return any(map(is_sympy, array.flat))


def common_dtype(values: Iterable[Operand]) -> np.dtype[Any]:
    """The common dtype of operands; Python numbers are weak."""
    return dtypes.promote([x.dtype if isinstance(x, Node | np.ndarray | np.generic) else type(x) for x in values])


def in_dtype(value: object, dtype: np.dtype[Any]) -> Node:
    """A value as a node of another dtype; Python numbers take it as they are."""
    return build.convert(value if is_weak(value) else as_node(value), dtype)


def stacked(parts: Sequence[Operand], axis: int = 0) -> Node:
    """Operands of one shape along a new axis, in their common dtype (Python numbers are weak).

    Raises:
        ShapeError: their shapes differ.
        AxisError: the axis is outside the rank of the result.
    """
    common = common_dtype(parts)
    nodes = [in_dtype(p, common) for p in parts]
    first, place = nodes[0].shape, normalize_axis(axis, nodes[0].ndim + 1, "stack")
    for x in nodes[1:]:
        if x.ndim != len(first) or not all(map(dims.may_equal, first, x.shape)):
            raise ShapeError(f"stack: shapes {dims.text(first)} and {dims.text(x.shape)} differ")
    return o.concatenate(*(o.expand_dims(x, axis=(place,)) for x in nodes), axis=place)
