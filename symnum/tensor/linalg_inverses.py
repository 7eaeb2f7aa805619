"""Inverses and determinants; ``tensor.linalg`` makes them public.

Each function takes stacks of matrices on the last two axes.  Integers and bool are computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Node
from ..shapes import as_entries, as_int, normalize_axes, normalize_axis
from .linalg_factors import symmetric
from .linalg_systems import number, solve
from .products import shaped


class SlogdetResult(NamedTuple):
    """``sign * exp(logabsdet)`` is the determinant."""

    sign: Node
    logabsdet: Node


# inverses -----------------------------------------------------------------------------------------------------

def inv(a: Node) -> Node:
    """The inverse of each matrix; to solve equations, :func:`solve` is faster and more exact.

    Args:
        a: (..., n, n), not singular.

    Returns:
        (..., n, n); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs) or singular.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.inv([[2.0, 0.0], [0.0, 4.0]]).eval()
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return o.inv(a, singular="raise")


_NOT_GIVEN: Any = object()


def pinv(a: Node, rcond: float | None = None, hermitian: bool = False, *, rtol: Any = _NOT_GIVEN) -> Node:
    """The Moore-Penrose pseudo-inverse, by singular values.

    The derivative holds where the rank does not change.

    Args:
        a: (..., m, n).
        rcond: singular values up to ``rcond`` times the largest count as 0; 1e-15 without it.
        hermitian: read the lower triangle of a symmetric matrix.
        rtol: the same as ``rcond``; None is eps * max(m, n).

    Returns:
        (..., n, m); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: the rank is below 2.
        ArgumentValueError: both tolerances are given.
        UnsupportedError: a tolerance is no number.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.pinv([[2.0], [0.0]]).eval()
    array([[0.5, 0. ]])
    """
    if rcond is not None and rtol is not _NOT_GIVEN:
        raise ArgumentValueError("pinv: give either rcond or rtol")
    given = rcond if rcond is not None else 1e-15 if rtol is _NOT_GIVEN else rtol
    return o.pinv(symmetric(a) if hermitian else a, rcond=number(given, "pinv"))


def tensorinv(a: Node, ind: int = 2) -> Node:
    """The inverse of ``tensordot(a, ., ind)``.

    Args:
        a: as many elements along the first ``ind`` axes as along the others.
        ind: how many axes come first.

    Returns:
        The last axes of ``a``, then its first ``ind`` axes; floats and complex numbers keep their dtype, integers and
        bool are computed in float64.

    Raises:
        ArgumentValueError: ``ind`` is not positive.
        LinAlgError: the first axes do not have as many elements as the last ones, or ``a`` is singular.
        DTypeError: ``a`` is of float16 or no array of numbers, or ``ind`` is no integer.

    >>> from symnum import linalg, tensor as T
    >>> linalg.tensorinv(T.tensor("a", shape=(4, 6, 8, 3)))
    <Tensor: float64 (8, 3, 4, 6)>
    """
    first = as_int(ind, "ind of tensorinv")
    if first <= 0:
        raise ArgumentValueError(f"tensorinv: ind must be positive; given {first}")
    rows, columns = a.shape[:first], a.shape[first:]
    matrix = shaped(a, (dims.product(rows), dims.product(columns)))
    return shaped(inv(matrix), (*columns, *rows))


def tensorsolve(a: Node, b: Node, axes: Sequence[int] | None = None) -> Node:
    """x of ``tensordot(a, x, x.ndim) == b``.

    Args:
        a: the axes of ``b``, then those of x, of as many elements.
        b: any shape.
        axes: axes of ``a`` to move to the end first; None for none.

    Returns:
        The last axes of ``a``; floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: the numbers of elements differ, or ``a`` is singular.
        AxisError: an axis is outside the rank of ``a``, or named twice.
        ShapeError: the lengths of ``b`` are not the first ones of ``a``.
        DTypeError: an operand is of float16 or no array of numbers, or an axis is no integer.

    >>> from symnum import linalg, tensor as T
    >>> linalg.tensorsolve(T.tensor("a", shape=(2, 3, 6)), T.tensor("b", shape=(2, 3)))
    <Tensor: float64 (6,)>
    """
    if axes is not None:
        last = [normalize_axis(k, a.ndim, "tensorsolve") for k in as_entries(axes, "axes of tensorsolve")]
        moved = normalize_axes(last, a.ndim, "tensorsolve")
        a = o.transpose(a, axes=(*(k for k in range(a.ndim) if k not in moved), *last))
    free = a.shape[b.ndim:]
    matrix = shaped(a, (dims.product(a.shape[:b.ndim]), dims.product(free)))
    return shaped(solve(matrix, shaped(b, (dims.product(b.shape),))), free)


# determinants -------------------------------------------------------------------------------------------------

def det(a: Node) -> Node:
    """The determinant of each matrix.  Its derivative is right for singular matrices too, its second is not.

    Args:
        a: (..., n, n).

    Returns:
        (...); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square; known at once, or when the graph runs.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> round(float(linalg.det([[1.0, 2.0], [3.0, 4.0]]).eval()), 12)
    -2.0
    """
    return o.det(a)


def slogdet(a: Node) -> SlogdetResult:
    """Sign, and logarithm of the absolute value, of the determinant: no overflow where :func:`det` has one.

    Of singular matrices they are 0 and -inf, and the derivative of the logarithm is a LinAlgError.

    Args:
        a: (..., n, n).

    Returns:
        ``sign`` and ``logabsdet``, which is real, both (...); floats and complex numbers keep their dtype, integers and
        bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square; known at once, or when the graph runs.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> [float(x.eval()) for x in linalg.slogdet([[1.0, 0.0], [0.0, -1.0]])]
    [-1.0, 0.0]
    """
    return SlogdetResult(*(o.slogdet(a, which=k) for k in range(2)))
