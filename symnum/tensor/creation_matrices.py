"""Matrices with ones, or with another array's elements, on one side of a diagonal; and powers of a vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes, options
from ..errors import ShapeError
from ..ir import dims
from ..ir.build import constant, convert, o
from ..ir.node import Dim, Node
from ..shapes import as_int
from .creation_ranges import places
from .lengths import Length, as_length

# Matrices of at most so many elements are constants; larger ones are computed where they are used.
CONSTANT_SIZE = 4096


def eye(N: Length, M: Length | None = None, k: int = 0, dtype: object = None) -> Node:
    """An N×M matrix (N×N without ``M``) with ones on diagonal number k and zeros elsewhere.

    Args:
        N: rows: a number, or a length such as ``x.shape[0]``.
        M: columns, as many as rows without it.
        k: 0 for the main diagonal, positive above it, negative below.
        dtype: of the result; without it ``Options.float_dtype``.

    Returns:
        (N, M), of that dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length or ``k`` is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.eye(2), T.eye(T.dim("n"), dtype="int32")
    (<Tensor: float64 (2, 2)>, <Tensor: int32 (n, n)>)
    """
    rows, columns = _lengths(N, M, "eye")
    found = dtypes.as_dtype(dtype or options.current().float_dtype)
    if isinstance(rows, int) and isinstance(columns, int) and rows * columns <= CONSTANT_SIZE:
        return constant(np.eye(rows, columns, as_int(k, "k of eye"), dtype=found))
    return convert(o.equal(_row_ends(rows, k), _columns(columns)), found)


def identity(n: Length, dtype: object = None) -> Node:
    """An n×n matrix with ones on the diagonal and zeros elsewhere.

    Args:
        n: rows and columns: a number, or a length such as ``x.shape[0]``.
        dtype: of the result; without it ``Options.float_dtype``.

    Returns:
        (n, n), of that dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.identity(3)
    <Tensor: float64 (3, 3)>
    """
    return eye(n, dtype=dtype)


def tri(N: Length, M: Length | None = None, k: int = 0, dtype: object = None) -> Node:
    """An N×M matrix (N×N without ``M``) with ones on and below diagonal number k and zeros above.

    Args:
        N: rows: a number, or a length such as ``x.shape[0]``.
        M: columns, as many as rows without it.
        k: 0 for the main diagonal, positive above it, negative below.
        dtype: of the result; without it ``Options.float_dtype``.

    Returns:
        (N, M), of that dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length or ``k`` is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.tri(2, 3, dtype="bool")
    <Tensor: bool (2, 3)>
    """
    rows, columns = _lengths(N, M, "tri")
    return convert(_lower(rows, columns, k), dtypes.as_dtype(dtype or options.current().float_dtype))


def tril(m: Node, k: int = 0) -> Node:
    """The matrices that the last two axes hold, with zeros above diagonal number k; a vector is the rows of one.

    Args:
        m: (..., m, n), or a vector, of any dtype.
        k: 0 for the main diagonal, positive above it, negative below.

    Returns:
        The shape and dtype of ``m``; (n, n) of a vector.

    Raises:
        ShapeError: the operand has no axis.
        DTypeError: ``m`` is no array of numbers, or ``k`` is no integer.

    >>> from symnum import tensor as T
    >>> T.tril(T.dmatrix("x"), -1)
    <Tensor: float64 (x.shape[0], x.shape[1])>
    """
    zero = convert(False, m.dtype)
    return o.where(_lower(*_matrix(m, "tril"), k), m, zero)


def triu(m: Node, k: int = 0) -> Node:
    """The matrices that the last two axes hold, with zeros below diagonal number k; a vector is the rows of one.

    Args:
        m: (..., m, n), or a vector, of any dtype.
        k: 0 for the main diagonal, positive above it, negative below.

    Returns:
        The shape and dtype of ``m``; (n, n) of a vector.

    Raises:
        ShapeError: the operand has no axis.
        DTypeError: ``m`` is no array of numbers, or ``k`` is no integer.

    >>> from symnum import tensor as T
    >>> T.triu(T.tensor("x", shape=(5, 2, 3)))
    <Tensor: float64 (5, 2, 3)>
    """
    zero = convert(False, m.dtype)
    return o.where(_lower(*_matrix(m, "triu"), as_int(k, "k of triu") - 1), zero, m)


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Node, ...]:
    """Rows and columns of the elements on and below diagonal number k of an n×m matrix (n×n without ``m``).

    Args:
        n: rows, a known number.
        k: 0 for the main diagonal, positive above it, negative below.
        m: columns, as many as rows without it.

    Returns:
        Two constant vectors of int64.

    Raises:
        DTypeError: a number is no integer.
        ShapeError: a length is negative.

    >>> from symnum import tensor as T
    >>> T.tril_indices(3)
    (<Tensor: int64 (6,)>, <Tensor: int64 (6,)>)
    """
    return _known_indices(np.tril_indices, n, k, m, "tril_indices")


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Node, ...]:
    """Rows and columns of the elements on and above diagonal number k of an n×m matrix (n×n without ``m``).

    Args:
        n: rows, a known number.
        k: 0 for the main diagonal, positive above it, negative below.
        m: columns, as many as rows without it.

    Returns:
        Two constant vectors of int64.

    Raises:
        DTypeError: a number is no integer.
        ShapeError: a length is negative.

    >>> from symnum import tensor as T
    >>> T.triu_indices(3, 1)
    (<Tensor: int64 (3,)>, <Tensor: int64 (3,)>)
    """
    return _known_indices(np.triu_indices, n, k, m, "triu_indices")


def _known_indices(find: Callable[..., tuple[Any, ...]], n: int, k: int, m: int | None, name: str) -> tuple[Node, ...]:
    rows, columns = (as_int(length, f"a length of {name}") for length in (n, n if m is None else m))
    if rows < 0 or columns < 0:
        raise ShapeError(f"{name}: lengths must be at least 0; given {(rows, columns)}")
    return tuple(map(constant, find(rows, as_int(k, f"k of {name}"), columns)))


def vander(x: Node, N: int | None = None, increasing: bool = False) -> Node:
    """The powers of each element of a vector as a row, the highest power first.

    Args:
        x: a vector of any dtype.
        N: how many columns; as many as elements without it.
        increasing: the lowest power first.

    Returns:
        A matrix of the common dtype of ``x`` and int64.

    Raises:
        ShapeError: the operand is no vector, or its length is not known and N is not given.
        DTypeError: ``x`` is no array of numbers, or ``N`` is no integer.

    >>> from symnum import tensor as T
    >>> T.vander(T.dvector("x"), 3)
    <Tensor: float64 (x.shape[0], 3)>
    """
    if x.ndim != 1:
        raise ShapeError(f"vander takes a vector; given shape {dims.text(x.shape)}")
    count = x.shape[0] if N is None else as_int(N, "N of vander")
    if isinstance(count, Node):
        raise ShapeError("vander: the number of columns is not known while a graph is built; give N")
    wide = dtypes.promote([x.dtype, dtypes.INT64])
    base = o.expand_dims(convert(x, wide), axis=(1,))
    powers = [o.broadcast_to(constant(1, wide), shape=(x.shape[0], 1))]
    for _ in range(count - 1):
        powers.append(o.multiply(powers[-1], base))
    ordered = powers[:count] if increasing else powers[:count][::-1]
    if not ordered:
        return o.broadcast_to(constant(1, wide), shape=(x.shape[0], 0))
    return o.concatenate(*ordered, axis=1)


def _lengths(n: Length, m: Length | None, name: str) -> tuple[Dim, Dim]:
    rows = as_length(n, f"N of {name}")
    return rows, rows if m is None else as_length(m, f"M of {name}")


def _matrix(m: Node, name: str) -> tuple[Dim, Dim]:
    if m.ndim == 0:
        raise ShapeError(f"{name}: an operand of rank 0 is no matrix")
    return m.shape[max(m.ndim - 2, 0)], m.shape[-1]


def _lower(rows: Dim, columns: Dim, k: int) -> Node:
    return o.greater_equal(_row_ends(rows, k), _columns(columns))


def _row_ends(rows: Dim, k: int) -> Node:
    """The column in which diagonal number k crosses each row, as a column."""
    return o.expand_dims(o.add(places(rows), as_int(k, "the number of a diagonal")), axis=(1,))


def _columns(columns: Dim) -> Node:
    return o.expand_dims(places(columns), axis=(0,))
