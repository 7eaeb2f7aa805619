"""Factors of matrices, with NumPy's arguments and results; ``tensor.linalg`` makes them public.

Each function takes stacks of matrices on the last two axes.  Integers and bool are computed in float64.
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import ArgumentValueError, UnsupportedError
from ..ir.build import o
from ..ir.node import Node
from ..ops import linalg_matrices as matrices


class QRResult(NamedTuple):
    """``Q @ R`` is the matrix."""

    Q: Node
    R: Node


class SVDResult(NamedTuple):
    """``(U * S[..., None, :]) @ Vh`` is the matrix (without what full matrices have beyond S)."""

    U: Node
    S: Node
    Vh: Node


class EighResult(NamedTuple):
    """Column k of the eigenvectors belongs to eigenvalue k."""

    eigenvalues: Node
    eigenvectors: Node


class EigResult(NamedTuple):
    """Column k of the eigenvectors belongs to eigenvalue k."""

    eigenvalues: Node
    eigenvectors: Node


class LUResult(NamedTuple):
    """``P @ L @ U`` is the matrix."""

    P: Node
    L: Node
    U: Node


def cholesky(a: Node, *, upper: bool = False) -> Node:
    """The lower triangular l with positive diagonal and ``l @ l.T == a``, for positive definite matrices.

    Only the lower triangle of ``a`` is read, so that derivatives by elements above the diagonal are 0.

    Args:
        a: (..., n, n), symmetric and positive definite.
        upper: read the upper triangle and give the upper triangular ``l.T``.

    Returns:
        (..., n, n); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs) or not positive definite.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.cholesky([[4.0, 2.0], [2.0, 5.0]]).eval()
    array([[2., 0.],
           [1., 2.]])
    """
    if not upper or a.ndim < 2:
        return o.cholesky(a)
    found: Node = matrices.turned(o, o.cholesky(matrices.turned(o, a)))
    return found


def qr(a: Node, mode: str = "reduced") -> QRResult | Node:
    """q with orthonormal columns and upper triangular r, ``q @ r == a``.

    Derivatives need matrices whose first min(m, n) columns are independent (else LinAlgError when they are computed);
    the columns beyond n of a "complete" q have none.

    Args:
        a: (..., m, n).
        mode: "reduced" for q (..., m, k) and r (..., k, n) with k = min(m, n), "complete" for k = m, "r" for the
            reduced r alone.

    Returns:
        ``Q`` and ``R``, or R alone; floats and complex numbers keep their dtype, integers and bool are computed in
        float64.

    Raises:
        LinAlgError: the rank is below 2.
        ArgumentValueError: there is no such mode.
        UnsupportedError: mode "raw".
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.qr(T.tensor("a", shape=(3, 2)))
    QRResult(Q=<Tensor: float64 (3, 2)>, R=<Tensor: float64 (2, 2)>)
    """
    if mode == "r":
        return o.qr_r(a)
    if mode == "raw":
        raise UnsupportedError("qr: mode 'raw' (Householder reflectors) is not supported; cure: 'reduced'")
    if mode not in ("reduced", "complete"):
        raise ArgumentValueError(f"qr: mode must be 'reduced', 'complete' or 'r'; given {mode!r}")
    return QRResult(*(o.qr(a, mode=mode, which=k) for k in range(2)))


def svd(a: Node, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> SVDResult | Node:
    """Singular value decomposition: ``a == (u * s[..., None, :]) @ vh`` with orthonormal u, vh and descending s.

    Derivatives of u and vh exist for distinct singular values and for ``full_matrices=False`` or square matrices;
    where values are equal, or 0, the quotients by their difference, or by them, are left out.

    Args:
        a: (..., m, n).
        full_matrices: u (..., m, m) and vh (..., n, n); otherwise (..., m, k) and (..., k, n), k = min(m, n).
        compute_uv: without it only s is computed and returned.
        hermitian: read the lower triangle of a symmetric matrix.

    Returns:
        ``U``, ``S`` (..., min(m, n)) and ``Vh``, or S alone; S is real.  Floats and complex numbers keep their dtype,
        integers and bool are computed in float64.

    Raises:
        LinAlgError: the rank is below 2, or the iteration does not converge.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.svd(T.tensor("a", shape=(3, 2)), full_matrices=False).S
    <Tensor: float64 (2,)>
    """
    if hermitian:
        a = symmetric(a)
    if not compute_uv:
        return svdvals(a)
    return SVDResult(*(o.svd(a, full_matrices=bool(full_matrices), which=k) for k in range(3)))


def svdvals(a: Node) -> Node:
    """Singular values of each matrix, descending.

    Args:
        a: (..., m, n).

    Returns:
        (..., min(m, n)), real; floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: the rank is below 2, or the iteration does not converge.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.svdvals([[3.0, 0.0], [0.0, 4.0]]).eval()
    array([4., 3.])
    """
    return o.svdvals(a)


def symmetric(a: Node) -> Node:
    """The symmetric matrices with the lower triangles of ``a``, which must be square."""
    o.eigvalsh(a, uplo="L")  # refuses what is not square
    found: Node = matrices.from_triangle(o, a, "L")
    return found


def eigh(a: Node, UPLO: str = "L") -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors of symmetric (Hermitian) matrices.

    Only one triangle is read; derivatives by elements of the other are 0.  Where eigenvalues are equal, the derivatives
    of their eigenvectors leave out the quotient by their difference.

    Args:
        a: (..., n, n).
        UPLO: "L" reads the lower triangle, "U" the upper one.

    Returns:
        ``eigenvalues`` (..., n), real, and ``eigenvectors`` (..., n, n); floats and complex numbers keep their dtype,
        integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs), or no convergence.
        ArgumentValueError: ``UPLO`` is something else.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.eigh(T.tensor("a", shape=(3, 3))).eigenvalues
    <Tensor: float64 (3,)>
    """
    return EighResult(*(o.eigh(a, uplo=_triangle(UPLO), which=k) for k in range(2)))


def eigvalsh(a: Node, UPLO: str = "L") -> Node:
    """Eigenvalues of symmetric (Hermitian) matrices, ascending.

    Args:
        a: (..., n, n).
        UPLO: "L" reads the lower triangle, "U" the upper one.

    Returns:
        (..., n), real; floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs), or no convergence.
        ArgumentValueError: ``UPLO`` is something else.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]]).eval()
    array([1., 2.])
    """
    return o.eigvalsh(a, uplo=_triangle(UPLO))


def _triangle(uplo: str) -> str:
    if str(uplo).upper() not in ("L", "U"):
        raise ArgumentValueError(f"UPLO must be 'L' or 'U'; given {uplo!r}")
    return str(uplo).upper()


def eig(a: Node) -> EigResult:
    """Eigenvalues and eigenvectors of length 1, in no order.

    The derivative takes matrices with n different eigenvalues; functions of the phases of eigenvectors have none.

    Args:
        a: (..., n, n).

    Returns:
        ``eigenvalues`` (..., n) and ``eigenvectors`` (..., n, n), complex also where all are real.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs), has an element that is not finite,
            or the iteration does not converge.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.eig(T.tensor("a", shape=(3, 3))).eigenvalues
    <Tensor: complex128 (3,)>
    """
    return EigResult(*(o.eig(a, which=k) for k in range(2)))


def eigvals(a: Node) -> Node:
    """Eigenvalues of each matrix, in no order.

    Args:
        a: (..., n, n).

    Returns:
        (..., n), complex also where all are real.

    Raises:
        LinAlgError: a matrix is not square (known at once, or when the graph runs), has an element that is not finite,
            or the iteration does not converge.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.eigvals([[0.0, 1.0], [-1.0, 0.0]]).eval().round(12) + 0
    array([0.+1.j, 0.-1.j])
    """
    return o.eigvals(a)


def lu(a: Node, permute_l: bool = False) -> LUResult | tuple[Node, Node]:
    """Factors by elimination with row exchanges: ``p @ l @ u == a``, as ``scipy.linalg.lu``.

    The derivative takes square matrices that are not singular.

    Args:
        a: (..., m, n).
        permute_l: give ``(p @ l, u)``.

    Returns:
        ``P`` (..., m, m), which is real, ``L`` (..., m, k) and ``U`` (..., k, n) with k = min(m, n); floats and complex
        numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: the rank is below 2.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.lu(T.tensor("a", shape=(3, 2))).L
    <Tensor: float64 (3, 2)>
    """
    p, low, u = (o.lu(a, which=k) for k in range(3))
    return (matrices.product(o, p, low), u) if permute_l else LUResult(p, low, u)
