"""Reference functions of linear algebra by SciPy, for stacks of matrices; imported by name when one first runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

Array = np.ndarray[Any, Any]


def solve_triangular(a: Array, b: Array, lower: bool, trans: bool, unit_diagonal: bool) -> Array:
    """x of ``a @ x = b`` (of ``a.T @ x = b`` for ``trans``), reading one triangle of ``a``.

    >>> solve_triangular(np.array([[2.0, 9.0], [1.0, 1.0]]), np.array([[2.0], [3.0]]), True, False, False)
    array([[1.],
           [2.]])

    Raises:
        LinAlgError: a number on the diagonal is 0, or a matrix is not square.
    """
    if a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if a.size == 0 or b.size == 0:
        return np.zeros_like(b)
    result = np.empty_like(b)
    trtrs: Any = linalg.get_lapack_funcs("trtrs", (a, b))
    for place in np.ndindex(*b.shape[:-2]):
        # To Fortran a matrix in C order is the transposed one, so that nothing is copied.
        result[place], info = trtrs(a[place].T, b[place], lower=not lower, trans=not trans, unitdiag=unit_diagonal)
        if info > 0:
            raise np.linalg.LinAlgError(f"Singular matrix: element {info - 1} on the diagonal is 0")
    return result


def cholesky_pulled(z: Array, g: Array) -> Array:
    """Z⁻ᵀ P Z⁻¹ with P the halved lower triangle of Zᵀ G, made symmetric and summed onto the lower triangle.

    Only the lower triangles of z and g are read.

    >>> cholesky_pulled(np.array([[2.0]]), np.array([[1.0]]))
    array([[0.25]])
    """
    z, g = np.tril(z), np.tril(g)
    half = np.tril(np.swapaxes(z, -1, -2) @ g)
    half -= half * np.eye(half.shape[-1], dtype=half.dtype) * half.dtype.type(0.5)
    left = solve_triangular(z, half, True, True, False)
    both = np.swapaxes(solve_triangular(z, np.swapaxes(left, -1, -2).copy(), True, True, False), -1, -2)
    both = (both + np.swapaxes(both, -1, -2)) * half.dtype.type(0.5)
    found: Array = np.tril(both) + np.tril(both, -1)
    return found


def lu(x: Array) -> tuple[Array, Array, Array]:
    """p, l and u with ``x = p @ l @ u``.

    >>> lu(np.array([[0.0, 1.0], [2.0, 0.0]]))[0]
    array([[0., 1.],
           [1., 0.]])
    """
    *stack, m, n = x.shape
    k = min(m, n)
    shapes, kinds = ((m, m), (m, k), (k, n)), (x.real.dtype, x.dtype, x.dtype)
    # SciPy gives factors of another shape for matrices without elements.
    p, low, u = (np.broadcast_to(np.eye(*shape, dtype=kind), (*stack, *shape)).copy()
                 for shape, kind in zip(shapes, kinds, strict=True))
    for place in np.ndindex(*stack) if k else ():
        p[place], low[place], u[place] = linalg.lu(x[place], check_finite=False)
    return p, low, u


def lu_factor(x: Array) -> tuple[Array, Array, Array, Array]:
    """u.T over the strict triangle of l.T, for ``x[order] = l @ u``; order; its inverse; its sign.

    >>> factors, order, places, sign = lu_factor(np.array([[0.0, 1.0], [2.0, 0.0]]))
    >>> factors.tolist(), order.tolist(), places.tolist(), float(sign)
    ([[2.0, 0.0], [0.0, 1.0]], [1, 0], [1, 0], -1.0)
    """
    if x.shape[-1] != x.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    factors, order = np.empty_like(x), np.empty(x.shape[:-1], np.int64)
    order[...] = np.arange(x.shape[-1])
    sign = np.ones(x.shape[:-2], x.dtype)
    getrf: Any = linalg.get_lapack_funcs("getrf", (x,))
    for place in np.ndindex(*x.shape[:-2]) if x.shape[-1] else ():
        found, exchanges, _ = getrf(x[place])
        factors[place] = found.T
        for i, j in enumerate(exchanges):
            if i != j:
                order[place][[i, j]] = order[place][[j, i]]
                sign[place] = -sign[place]
    return factors, order, np.argsort(order, axis=-1), sign


def expm(x: Array) -> Array:
    """The exponential of each matrix.

    >>> expm(np.zeros((2, 2)))
    array([[1., 0.],
           [0., 1.]])
    """
    if x.shape[-1] != x.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    found: Array = linalg.expm(x)
    return found
