"""Diagonals and triangles: matrices made from diagonals, and the indices of both."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.literal import weak_type
from ..ir.node import Dim, Node
from ..shapes import as_int
from .at import chosen, fitted
from .convert import ArrayLike, as_node
from .creation_matrices import tril_indices, triu_indices
from .products_more import diagonal
from .shaping import ravel


def diag(v: Node, k: int = 0) -> Node:
    """A matrix with a vector on diagonal number k and zeros elsewhere; of a matrix its diagonal number k.

    Args:
        v: a vector or a matrix, of any dtype.
        k: 0 for the main diagonal, positive above it, negative below.

    Returns:
        A matrix of a vector, a vector of a matrix; the dtype of ``v``.

    Raises:
        ShapeError: the operand is neither a vector nor a matrix.
        DTypeError: ``v`` is no array of numbers, or ``k`` is no integer.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.diag(x, 1).eval({x: [1, 2]})
    array([[0., 1., 0.],
           [0., 0., 2.],
           [0., 0., 0.]])
    """
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise ShapeError(f"diag takes a vector or a matrix; given shape {dims.text(v.shape)}")
    offset = as_int(k, "k of diag")
    size = dims.add(v.shape[0], abs(offset))
    by_row = v if not offset else o.embed(v, shape=(size,), starts=(max(0, -offset),), steps=(1,))
    rows, columns = _places(size, size)
    spread = broadcast_to(o.expand_dims(by_row, axis=(1,)), (size, size))
    return o.where(o.equal(o.subtract(columns, rows), offset), spread, convert(0, v.dtype))


def _places(n: Dim, m: Dim) -> tuple[Node, Node]:
    """Row and column numbers, to be broadcast to (n, m)."""
    rows, columns = (o.arange(dims.as_node(length)) for length in (n, m))
    return o.expand_dims(rows, axis=(1,)), o.expand_dims(columns, axis=(0,))


def diagflat(v: ArrayLike, k: int = 0) -> Node:
    """A matrix with all elements, in C order, on diagonal number k and zeros elsewhere.

    Args:
        v: any dtype and shape.
        k: 0 for the main diagonal, positive above it, negative below.

    Returns:
        A matrix of the dtype of ``v``.

    Raises:
        DTypeError: ``v`` is no array of numbers, or ``k`` is no integer.

    >>> from symnum import tensor as T
    >>> T.diagflat([[1, 2], [3, 4]])
    <Tensor: int64 (4, 4)>
    """
    return diag(ravel(as_node(v)), k)


def fill_diagonal(x: Node, val: ArrayLike, wrap: bool = False) -> Node:
    """A new array with ``val`` (repeated as often as needed) on the main diagonal.

    Args:
        x: rank 2, or equal lengths along more axes; any dtype.
        val: a number, or values of any shape.
        wrap: let the diagonal of a tall matrix begin again after each block and a row.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        ShapeError: the rank is less than 2, or more than 2 with lengths that differ.
        DTypeError: the value is of a kind that the dtype does not hold, or an operand is no array of numbers.

    >>> import symnum as sn
    >>> x = sn.tensor.dmatrix("x")
    >>> sn.tensor.fill_diagonal(x, 0).eval({x: [[1, 2], [3, 4]]})
    array([[0., 2.],
           [3., 0.]])
    """
    if x.ndim < 2 or (x.ndim > 2 and not all(dims.may_equal(x.shape[0], n) for n in x.shape[1:])):
        raise ShapeError(f"fill_diagonal needs rank 2, or equal lengths; given shape {dims.text(x.shape)}")
    rows, *others = (_along(x, k) for k in range(x.ndim))
    number, on_diagonal = rows, constant(True)
    if wrap and x.ndim == 2:
        step = dims.add(x.shape[1], 1)
        flat = o.add(o.multiply(rows, dims.as_node(x.shape[1])), others[0])
        number = o.floor_divide(flat, dims.as_node(step))
        on_diagonal = o.equal(o.multiply(number, dims.as_node(step)), flat)
    else:
        for other in others:
            on_diagonal = o.logical_and(on_diagonal, o.equal(rows, other))
    value = fitted(val, x.dtype, "fill_diagonal")
    if value.ndim and not weak_type(val):
        value = ravel(value)
        value = o.gather(value, o.remainder(number, dims.as_node(value.shape[0])), axes=(0,))
    return chosen(broadcast_to(on_diagonal, x.shape), broadcast_to(value, x.shape), x, "set")


def _along(x: Node, axis: int) -> Node:
    rest = tuple(k for k in range(x.ndim) if k != axis)
    return o.expand_dims(o.arange(dims.as_node(x.shape[axis])), axis=rest)


# indices --------------------------------------------------------------------------------------------------------

def tril_indices_from(arr: Node, k: int = 0) -> tuple[Node, ...]:
    """:func:`tril_indices` for the shape of a matrix, which must be known.

    Args:
        arr: a matrix of any dtype, of known shape.
        k: 0 for the main diagonal, positive above it, negative below.

    Returns:
        Two constant vectors of int64.

    Raises:
        ShapeError: it is no matrix, or a length is not known.
        DTypeError: ``arr`` is no array of numbers, or ``k`` is no integer.

    >>> from symnum import tensor as T
    >>> T.tril_indices_from([[1, 2], [3, 4]])
    (<Tensor: int64 (3,)>, <Tensor: int64 (3,)>)
    """
    n, m = _known(arr, "tril_indices_from")
    return tril_indices(n, k, m)


def triu_indices_from(arr: Node, k: int = 0) -> tuple[Node, ...]:
    """:func:`triu_indices` for the shape of a matrix, which must be known.

    Args:
        arr: a matrix of any dtype, of known shape.
        k: 0 for the main diagonal, positive above it, negative below.

    Returns:
        Two constant vectors of int64.

    Raises:
        ShapeError: it is no matrix, or a length is not known.
        DTypeError: ``arr`` is no array of numbers, or ``k`` is no integer.

    >>> from symnum import tensor as T
    >>> T.triu_indices_from([[1, 2], [3, 4]])
    (<Tensor: int64 (3,)>, <Tensor: int64 (3,)>)
    """
    n, m = _known(arr, "triu_indices_from")
    return triu_indices(n, k, m)


def _known(arr: Any, name: str) -> tuple[int, int]:
    x = as_node(arr)
    n, m = x.shape if x.ndim == 2 else (None, None)
    if not isinstance(n, int) or not isinstance(m, int):
        raise ShapeError(f"{name} needs a matrix of known lengths; given shape {dims.text(x.shape)}")
    return n, m


def diag_indices(n: int, ndim: int = 2) -> tuple[Node, ...]:
    """Indices, as constants, of the main diagonal of an array with ``ndim`` axes of length n.

    Args:
        n: the length of each axis, a known number.
        ndim: how many axes.

    Returns:
        A tuple of one constant vector of int64 for each axis.

    Raises:
        DTypeError: a number is no integer.
        ArgumentValueError: ``ndim`` is not positive.

    >>> from symnum import tensor as T
    >>> x = T.tensor("x", shape=(3, 3))
    >>> x[T.diag_indices(3)]
    <Tensor: float64 (3,)>
    """
    if as_int(ndim, "ndim of diag_indices") < 1:
        raise ArgumentValueError(f"diag_indices: there must be one axis at least; given {ndim}")
    return _constants((np.arange(as_int(n, "n")),) * ndim)


def _constants(arrays: tuple[np.ndarray[Any, Any], ...]) -> tuple[Node, ...]:
    return tuple(constant(a, "int64") for a in arrays)
