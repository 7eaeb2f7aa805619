"""Systems of equations; ``tensor.linalg`` makes them public.

Each function takes stacks of matrices on the last two axes.  Integers and bool are computed in float64.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import ArgumentValueError, DTypeError, LinAlgError, ShapeError, UnsupportedError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Dim, Node
from ..ops.linalg_shapes import check_square
from ..shapes import as_entries
from .convert import as_node
from .linalg_factors import cholesky
from .products import check_lengths, matmul, same_length, shaped


class LstsqResult(NamedTuple):
    """What ``numpy.linalg.lstsq`` returns: solution, sums of squares, rank, and singular values."""

    x: Node
    residuals: Node
    rank: Node
    s: Node


# systems ------------------------------------------------------------------------------------------------------

def solve(a: Node, b: Node) -> Node:
    """x of ``a @ x == b``.

    Args:
        a: (..., n, n), not singular.
        b: (n,) as one vector, otherwise (..., n, k); stacks broadcast.

    Returns:
        (n,), or (..., n, k); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs) or singular.
        ShapeError: lengths do not fit or stacks do not broadcast.
        DTypeError: an operand is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0]).eval()
    array([1. , 0.5])
    """
    check_square("solve", dims, a.shape)
    return _solved(o.solve, "solve", a, b)


def _solved(op: Any, name: str, a: Node, b: Node) -> Node:
    """``op`` of stacks that broadcast, and of a vector as one column."""
    if b.ndim == 0:
        raise ShapeError(f"{name}: the right side has rank 0; expected a vector or matrices")
    if b.ndim == 1:
        return o.squeeze(_solved(op, name, a, o.expand_dims(b, axis=(1,))), axis=(a.ndim - 1,))
    check_lengths(a, b, a.ndim - 1, b.ndim - 2, name)
    if a.ndim == 2 and b.ndim > 2:
        return _side_by_side(op, a, b)
    stack = dims.broadcast_shapes([a.shape[:-2], b.shape[:-2]], name)
    first, second = (o.broadcast_to(x, shape=(*stack, *x.shape[-2:])) if x.shape[:-2] != stack else x for x in (a, b))
    found: Node = op(first, second)
    return found


def _side_by_side(op: Any, a: Node, b: Node) -> Node:
    """One matrix has all right sides of a stack as columns, so that it is factored once."""
    last = b.ndim - 2
    moved = o.transpose(b, axes=(last, *range(last), last + 1))
    solution = op(a, shaped(moved, (moved.shape[0], dims.product(moved.shape[1:]))))
    return o.transpose(shaped(solution, moved.shape), axes=(*range(1, last + 1), 0, last + 1))


def solve_triangular(a: Node, b: Node, trans: int | str = 0, lower: bool = False,
                     unit_diagonal: bool = False) -> Node:
    """x of ``a @ x == b`` for triangular matrices, as ``scipy.linalg.solve_triangular``; stacks broadcast.

    Args:
        a: (..., n, n), of which one triangle is read.
        b: (n,) as one vector, otherwise (..., n, k).
        trans: 0 or "N" for ``a``, 1 or "T" for ``a.T``, 2 or "C" for its conjugate.
        lower: read the lower triangle.
        unit_diagonal: take the diagonal to be ones.

    Returns:
        (n,), or (..., n, k); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square, or has a 0 on the diagonal (known when the graph runs).
        ShapeError: lengths do not fit or stacks do not broadcast.
        ArgumentValueError: ``trans`` is something else.
        DTypeError: an operand is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.solve_triangular([[2.0, 0.0], [1.0, 4.0]], [2.0, 5.0], lower=True).eval()
    array([1., 1.])
    """
    if trans not in (0, 1, 2, "N", "T", "C"):
        raise ArgumentValueError(f"solve_triangular: trans must be 0, 1, 2, 'N', 'T' or 'C'; given {trans!r}")
    check_square("solve_triangular", dims, a.shape)
    if trans in (2, "C") and a.dtype.kind == "c":
        a = o.conjugate(a)

    def op(a: Node, b: Node) -> Node:
        return o.solve_triangular(a, b, lower=bool(lower), trans=trans not in (0, "N"),
                                  unit_diagonal=bool(unit_diagonal))
    return _solved(op, "solve_triangular", a, b)


def cho_factor(a: Node, lower: bool = False) -> tuple[Node, bool]:
    """The triangular factor of a positive definite matrix and which triangle it is, for :func:`cho_solve`.

    As ``scipy.linalg.cho_factor``, with zeros in the other triangle.

    Args:
        a: (..., n, n), symmetric and positive definite, of which one triangle is read.
        lower: which triangle.

    Returns:
        The factor (..., n, n) and ``lower``; floats and complex numbers keep their dtype, integers and bool are
        computed in float64.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs) or not positive definite.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.cho_factor(T.dmatrix("a"))[1]
    False
    """
    return cholesky(a, upper=not lower), bool(lower)


def cho_solve(c_and_lower: tuple[Any, bool], b: Any) -> Node:
    """x of ``a @ x == b`` from the result of :func:`cho_factor`: two triangular systems.

    Args:
        c_and_lower: a pair, as :func:`cho_factor` gives it: a factor (..., n, n), and whether it is lower.
        b: (n,) as one vector, otherwise (..., n, k).

    Returns:
        (n,), or (..., n, k); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a factor is not square, or has a 0 on the diagonal (known when the graph runs).
        ShapeError: lengths do not fit or stacks do not broadcast.
        DTypeError: an operand is of float16 or no array of numbers, or the first is no pair.

    >>> from symnum import linalg, tensor as T
    >>> linalg.cho_solve(linalg.cho_factor([[4.0, 0.0], [0.0, 1.0]]), [4.0, 2.0]).eval()
    array([1., 2.])
    """
    if len(pair := as_entries(c_and_lower, "the factor and whether it is lower")) != 2:
        raise DTypeError(f"cho_solve: expected a pair as cho_factor gives it; given {len(pair)} entries")
    factor, lower = as_node(pair[0]), bool(pair[1])
    first = solve_triangular(factor, as_node(b), trans=0 if lower else 2, lower=lower)
    return solve_triangular(factor, first, trans=2 if lower else 0, lower=lower)


def lstsq(a: Node, b: Node, rcond: float | None = None) -> LstsqResult:
    """The x of least norm among those that make the norm of ``b - a @ x`` least, by the pseudo-inverse.

    The residuals are the sums of squares where a has more rows than columns, otherwise they are empty.  (NumPy leaves
    them empty too where the rank is below the number of columns, which a graph cannot know.)

    Args:
        a: (m, n).
        b: (m,) or (m, k).
        rcond: singular values up to ``rcond`` times the largest count as 0; None is eps * max(m, n).

    Returns:
        ``x`` (n,) or (n, k), ``residuals``, ``rank`` (int64) and ``singular_values``; floats and complex numbers keep
        their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: ``a`` does not have rank 2, or ``b`` not rank 1 or 2.
        ShapeError: the numbers of rows differ.
        UnsupportedError: ``rcond`` is no number.
        DTypeError: an operand is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.lstsq([[1.0], [1.0]], [1.0, 3.0]).x.eval()
    array([2.])
    """
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise LinAlgError(f"lstsq: expected a matrix, and a vector or matrix; given shapes {dims.text(a.shape)} and "
                          f"{dims.text(b.shape)}")
    a, b = same_length(a, b, 0, 0, "lstsq")
    x = matmul(o.pinv(a, rcond=number(rcond, "lstsq")), b)
    left = o.subtract(b, matmul(a, x))
    squares = o.sum(o.multiply(left, left), axis=(0,))
    values = o.svdvals(a)
    return LstsqResult(x, _first(squares, *a.shape), rank_of(values, a, rcond), values)


def _first(squares: Node, m: Dim, n: Dim) -> Node:
    """All squares (one as a vector) if m > n, else none."""
    squares = squares if squares.ndim else o.expand_dims(squares, axis=(0,))
    some = dims.minimum(dims.maximum(dims.subtract(m, n), 0), 1)
    return o.slice(squares, starts=(0,), steps=(1,),
                   lengths=(dims.multiply(some, squares.shape[0]),))


def rank_of(values: Node, a: Node, rtol: float | None) -> Node:
    """How many singular values exceed ``rtol`` (None: eps * max(m, n)) times the largest one."""
    last = (values.ndim - 1,)
    limit = o.multiply(o.peak(values, axis=last), tolerance(a, rtol))
    above = o.greater(values, o.expand_dims(limit, axis=last))
    return o.sum(above, axis=last)


def tolerance(a: Node, rtol: float | None) -> Any:
    """What singular values relative to the largest one must exceed."""
    if rtol is not None:
        return rtol
    real = np.dtype(o.svdvals(a).dtype)
    longest = dims.maximum(*a.shape[-2:])
    eps = float(np.finfo(real).eps)
    return o.multiply(convert(longest, real), eps) if isinstance(longest, Node) else longest * eps


def number(rcond: Any, name: str) -> float | None:
    """A tolerance that must be a number, or None."""
    if rcond is None:
        return None
    if not isinstance(rcond, int | float | np.integer | np.floating):
        raise UnsupportedError(f"{name}: the tolerance must be a number in this version; given {rcond!r}")
    return float(rcond)
