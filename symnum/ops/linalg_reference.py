"""Reference functions of linear algebra by NumPy alone: float32 or float64 matrices on the last two axes."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def band(x: Array, low: int | None, high: int | None) -> Array:
    """Elements x[i, j] with ``low <= j - i <= high``, zeros elsewhere; None bounds nothing.

    >>> band(np.ones((2, 2)), 0, None)
    array([[1., 1.],
           [0., 1.]])
    """
    x = x if low is None else np.triu(x, low)
    return x if high is None else np.tril(x, high)


def diagonal(x: Array) -> Array:
    """The diagonal of each matrix.

    >>> diagonal(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([1., 4.])
    """
    return np.diagonal(x, axis1=-2, axis2=-1)


def matmul(a: Array, b: Array, transpose_a: bool, transpose_b: bool) -> Array:
    """The products of matrices, each of them transposed first if that is asked for.

    >>> matmul(np.ones((5, 2, 3)), np.ones((5, 4, 3)), False, True).shape
    (5, 2, 4)
    """
    a = np.swapaxes(a, -1, -2) if transpose_a else a
    found: Array = a @ (np.swapaxes(b, -1, -2) if transpose_b else b)
    return found


def inv(x: Array, singular: str) -> Array:
    """The inverse; of a singular matrix an error, or for ``singular="nan"`` NaN.

    >>> inv(np.zeros((1, 1)), "nan")
    array([[nan]])

    Raises:
        LinAlgError: a matrix is singular.
    """
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        if singular == "raise" or x.shape[-1] != x.shape[-2]:
            raise
    if x.ndim == 2:
        return np.full_like(x, np.nan)
    flat = x.reshape(-1, *x.shape[-2:])
    return np.stack([inv(part, singular) for part in flat]).reshape(x.shape)


def pivots(x: Array) -> Array:
    """The operand.

    >>> pivots(np.ones(2))
    array([1., 1.])

    Raises:
        LinAlgError: an element is 0.
    """
    zeros = np.argwhere(np.atleast_1d(x) == 0)
    if len(zeros):
        raise np.linalg.LinAlgError(f"Singular matrix: element {zeros[0, -1]} on the diagonal is 0")
    return x


def cofactor(x: Array) -> Array:
    """The matrix of cofactors, ``det(x) * inv(x).T`` where there is an inverse, by singular values.

    >>> cofactor(np.array([[1.0, 2.0], [2.0, 4.0]])).round(12)
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    u, s, vh = np.linalg.svd(x)
    ones = np.ones_like(s[..., :1])
    before = np.cumprod(np.concatenate([ones, s[..., :-1]], axis=-1), axis=-1) if s.shape[-1] else s
    after = np.cumprod(np.concatenate([ones, s[..., :0:-1]], axis=-1), axis=-1)[..., ::-1] if s.shape[-1] else s
    sign = np.linalg.det(u) * np.linalg.det(vh)
    others: Array = (before * after * sign[..., np.newaxis])[..., np.newaxis, :]
    found: Array = (np.conj(u) * others) @ np.conj(vh)
    return found


def slogdet(x: Array) -> tuple[Any, Any]:
    """Sign and logarithm of the absolute value of the determinant.

    >>> [float(v) for v in slogdet(np.diag([1.0, -1.0]))]
    [-1.0, 0.0]
    """
    sign, logarithm = np.linalg.slogdet(x)
    return sign, logarithm


def eigh(x: Array, uplo: str) -> tuple[Array, Array]:
    """Eigenvalues, ascending, and eigenvectors, of the symmetric matrices with this triangle.

    >>> eigh(np.diag([2.0, 1.0]), "L")[0]
    array([1., 2.])
    """
    w, v = np.linalg.eigh(x, uplo)  # type: ignore[call-overload]  # NumPy's types want literals
    return w, v


def eigvalsh(x: Array, uplo: str) -> Array:
    """The first of :func:`eigh` alone.

    >>> eigvalsh(np.diag([2.0, 1.0]), "L")
    array([1., 2.])
    """
    found: Array = np.linalg.eigvalsh(x, uplo)  # type: ignore[call-overload]  # the same
    return found


def svd(x: Array, full_matrices: bool) -> tuple[Array, Array, Array]:
    """u, s and vh with ``x = (u * s) @ vh``.

    >>> svd(np.diag([3.0, 4.0]), True)[1]
    array([4., 3.])
    """
    u, s, vh = np.linalg.svd(x, full_matrices)
    return u, s, vh


def svdvals(x: Array) -> Array:
    """Singular values, descending.

    >>> svdvals(np.diag([3.0, 4.0]))
    array([4., 3.])
    """
    return np.linalg.svd(x, compute_uv=False)


def qr(x: Array, mode: str) -> tuple[Array, Array]:
    """q and r with ``x = q @ r``.

    >>> [part.shape for part in qr(np.ones((3, 2)), "reduced")]
    [(3, 2), (2, 2)]
    """
    q, r = np.linalg.qr(x, mode)  # type: ignore[call-overload]  # the same
    return q, r


def qr_r(x: Array) -> Array:
    """r of qr alone.

    >>> qr_r(np.ones((3, 2))).shape
    (2, 2)
    """
    found: Any = np.linalg.qr(x, "r")
    return np.asarray(found)


def pinv(x: Array, rcond: float | None) -> Array:
    """The pseudo-inverse; singular values up to ``rcond`` (None: eps * max(m, n)) times the largest count as zero.

    >>> pinv(np.array([[2.0], [0.0]]), 1e-15)
    array([[0.5, 0. ]])
    """
    return np.linalg.pinv(x, rtol=rcond)  # type: ignore[arg-type]  # None is the default


def eig(x: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors, complex also where all are real.

    >>> eig(np.diag([2.0, 1.0]))[0]
    array([2.+0.j, 1.+0.j])
    """
    w, v = np.linalg.eig(x)
    wide = np.result_type(x.dtype, np.complex64)
    return w.astype(wide), v.astype(wide)


def eigvals(x: Array) -> Array:
    """The first of :func:`eig` alone.

    >>> eigvals(np.diag([2.0, 1.0]))
    array([2.+0.j, 1.+0.j])
    """
    return np.linalg.eigvals(x).astype(np.result_type(x.dtype, np.complex64))
