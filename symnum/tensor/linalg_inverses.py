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
from ..shapes import normalize_axes
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

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs) or singular.

    >>> from symnum import linalg, tensor as T
    >>> linalg.inv([[2.0, 0.0], [0.0, 4.0]]).eval()
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return o.inv(a, singular="raise")  # type: ignore[no-any-return]


_NOT_GIVEN: Any = object()


def pinv(a: Node, rcond: float | None = None, hermitian: bool = False, *, rtol: Any = _NOT_GIVEN) -> Node:
    """The Moore-Penrose pseudo-inverse (..., n, m), by singular values.

    The derivative holds where the rank does not change.

    Args:
        a: (..., m, n).
        rcond: singular values up to ``rcond`` times the largest count as 0; 1e-15 without it.
        hermitian: read the lower triangle of a symmetric matrix.
        rtol: the same as ``rcond``; None is eps * max(m, n).

    Raises:
        LinAlgError: the rank is below 2.
        ArgumentValueError: both tolerances are given.

    >>> from symnum import linalg, tensor as T
    >>> linalg.pinv([[2.0], [0.0]]).eval()
    array([[0.5, 0. ]])
    """
    if rcond is not None and rtol is not _NOT_GIVEN:
        raise ArgumentValueError("pinv: give either rcond or rtol")
    given = rcond if rcond is not None else 1e-15 if rtol is _NOT_GIVEN else rtol
    return o.pinv(symmetric(a) if hermitian else a, rcond=number(given, "pinv"))  # type: ignore[no-any-return]


def tensorinv(a: Node, ind: int = 2) -> Node:
    """The inverse of ``tensordot(a, ., ind)``: an array of the last axes of ``a``, then its first ``ind`` axes.

    Raises:
        ArgumentValueError: ``ind`` is not positive.
        LinAlgError: the first axes do not have as many elements as the last ones, or ``a`` is singular.

    >>> from symnum import linalg, tensor as T
    >>> linalg.tensorinv(T.tensor("a", shape=(4, 6, 8, 3)))
    <Tensor: float64 (8, 3, 4, 6)>
    """
    if ind <= 0:
        raise ArgumentValueError(f"tensorinv: ind must be positive; given {ind}")
    rows, columns = a.shape[:ind], a.shape[ind:]
    matrix = shaped(a, (dims.product(rows), dims.product(columns)))
    return shaped(inv(matrix), (*columns, *rows))


def tensorsolve(a: Node, b: Node, axes: Sequence[int] | None = None) -> Node:
    """x of ``tensordot(a, x, x.ndim) == b``.

    Args:
        a: the axes of ``b``, then those of x, of as many elements.
        b: any shape.
        axes: axes of ``a`` to move to the end first.

    Raises:
        LinAlgError: the numbers of elements differ, or ``a`` is singular.

    >>> from symnum import linalg, tensor as T
    >>> linalg.tensorsolve(T.tensor("a", shape=(2, 3, 6)), T.tensor("b", shape=(2, 3)))
    <Tensor: float64 (6,)>
    """
    if axes is not None:
        moved = normalize_axes(axes, a.ndim, "tensorsolve")
        last = [k % a.ndim for k in axes]
        a = o.transpose(a, axes=(*(k for k in range(a.ndim) if k not in moved), *last))
    free = a.shape[b.ndim:]
    matrix = shaped(a, (dims.product(a.shape[:b.ndim]), dims.product(free)))
    return shaped(solve(matrix, shaped(b, (dims.product(b.shape),))), free)


# determinants -------------------------------------------------------------------------------------------------

def det(a: Node) -> Node:
    """The determinant (...) of each matrix.  Its derivative is right for singular matrices too, its second is not.

    Args:
        a: (..., n, n).

    Raises:
        LinAlgError: a matrix is not square; known at once, or when the graph runs.

    >>> from symnum import linalg, tensor as T
    >>> round(float(linalg.det([[1.0, 2.0], [3.0, 4.0]]).eval()), 12)
    -2.0
    """
    return o.det(a)  # type: ignore[no-any-return]


def slogdet(a: Node) -> SlogdetResult:
    """Sign, and logarithm of the absolute value, of the determinant: no overflow where :func:`det` has one.

    Of singular matrices they are 0 and -inf, and the derivative of the logarithm is a LinAlgError.

    Args:
        a: (..., n, n).

    Raises:
        LinAlgError: a matrix is not square; known at once, or when the graph runs.

    >>> from symnum import linalg, tensor as T
    >>> [float(x.eval()) for x in linalg.slogdet([[1.0, 0.0], [0.0, -1.0]])]
    [-1.0, 0.0]
    """
    return SlogdetResult(*(o.slogdet(a, which=k) for k in range(2)))
