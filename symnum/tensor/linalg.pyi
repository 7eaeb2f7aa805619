"""Linear algebra under the names of ``numpy.linalg``, and a few of ``scipy.linalg``, on stacks of matrices."""

# Written by tools/stubs.py; `make reference` writes it again.

from collections.abc import Sequence as _Sequence
from typing import Any as _Any
from typing import Literal as _Literal
from typing import NamedTuple as _NamedTuple
from typing import overload as _overload

from ..errors import LinAlgError as LinAlgError
from .convert import ArrayLike as _ArrayLike
from .linalg_norms import Order as _Order
from .products import Axes as _Axes
from .symbolic import Tensor as _Tensor

class EigResult(_NamedTuple):
    """Column k of the eigenvectors belongs to eigenvalue k."""

    eigenvalues: _Tensor
    eigenvectors: _Tensor

class EighResult(_NamedTuple):
    """Column k of the eigenvectors belongs to eigenvalue k."""

    eigenvalues: _Tensor
    eigenvectors: _Tensor

class LUResult(_NamedTuple):
    """``P @ L @ U`` is the matrix."""

    P: _Tensor
    L: _Tensor
    U: _Tensor

class LstsqResult(_NamedTuple):
    """What ``numpy.linalg.lstsq`` returns: solution, sums of squares, rank, and singular values."""

    x: _Tensor
    residuals: _Tensor
    rank: _Tensor
    s: _Tensor

class QRResult(_NamedTuple):
    """``Q @ R`` is the matrix."""

    Q: _Tensor
    R: _Tensor

class SVDResult(_NamedTuple):
    """``(U * S[..., None, :]) @ Vh`` is the matrix (without what full matrices have beyond S)."""

    U: _Tensor
    S: _Tensor
    Vh: _Tensor

class SlogdetResult(_NamedTuple):
    """``sign * exp(logabsdet)`` is the determinant."""

    sign: _Tensor
    logabsdet: _Tensor

__all__ = [
    "EigResult", "EighResult", "LUResult", "LinAlgError", "LstsqResult", "QRResult", "SVDResult", "SlogdetResult",
    "cho_factor", "cho_solve", "cholesky", "cond", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh",
    "expm", "inv", "lstsq", "lu", "matmul", "matrix_norm", "matrix_power", "matrix_rank", "matrix_transpose",
    "multi_dot", "norm", "outer", "pinv", "qr", "slogdet", "solve", "solve_triangular", "svd", "svdvals", "tensordot",
    "tensorinv", "tensorsolve", "trace", "vecdot", "vector_norm",
]
def cho_factor(a: _ArrayLike, /, lower: bool = False) -> tuple[_Tensor, bool]:
    """The triangular factor of a positive definite matrix and which triangle it is, for :func:`cho_solve`."""
def cho_solve(c_and_lower: tuple[_Any, bool], b: _Any) -> _Tensor:
    """x of ``a @ x == b`` from the result of :func:`cho_factor`: two triangular systems."""
def cholesky(a: _ArrayLike, /, *, upper: bool = False) -> _Tensor:
    """The lower triangular l with positive diagonal and ``l @ l.T == a``, for positive definite matrices."""
def cond(x: _ArrayLike, /, p: _Order = None) -> _Tensor:
    """The condition number of each matrix: the norm of order ``p`` times that of the inverse."""
def cross(x1: _Any, x2: _Any, /, *, axis: int = -1) -> _Tensor:
    """The cross product of vectors of three elements along an axis."""
def det(a: _ArrayLike, /) -> _Tensor:
    """The determinant of each matrix."""
def diagonal(x: _Any, /, *, offset: int = 0) -> _Tensor:
    """The diagonal of the matrices on the last two axes."""
def eig(a: _ArrayLike, /) -> EigResult:
    """Eigenvalues and eigenvectors of length 1, in no order."""
def eigh(a: _ArrayLike, /, UPLO: str = 'L') -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors of symmetric (Hermitian) matrices."""
def eigvals(a: _ArrayLike, /) -> _Tensor:
    """Eigenvalues of each matrix, in no order."""
def eigvalsh(a: _ArrayLike, /, UPLO: str = 'L') -> _Tensor:
    """Eigenvalues of symmetric (Hermitian) matrices, ascending."""
def expm(a: _ArrayLike, /) -> _Tensor:
    """The exponential of each matrix, as ``scipy.linalg.expm``."""
def inv(a: _ArrayLike, /) -> _Tensor:
    """The inverse of each matrix; to solve equations, :func:`solve` is faster and more exact."""
def lstsq(a: _ArrayLike, b: _ArrayLike, /, rcond: float | None = None) -> LstsqResult:
    """The x of least norm among those that make the norm of ``b - a @ x`` least, by the pseudo-inverse."""
@_overload
def lu(a: _ArrayLike, /, permute_l: _Literal[False] = False) -> LUResult:
    """Factors by elimination with row exchanges: ``p @ l @ u == a``, as ``scipy.linalg.lu``."""
@_overload
def lu(a: _ArrayLike, /, permute_l: bool = False) -> LUResult | tuple[_Tensor, _Tensor]:
    """Factors by elimination with row exchanges: ``p @ l @ u == a``, as ``scipy.linalg.lu``."""
def matmul(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """Matrix product, ``a @ b``: axes before the last two are stacks, which broadcast."""
def matrix_norm(x: _ArrayLike, /, *, keepdims: bool = False, ord: _Order = 'fro') -> _Tensor:
    """A norm of the matrices on the last two axes."""
def matrix_power(a: _ArrayLike, /, n: int) -> _Tensor:
    """Each matrix to a whole power, by repeated squaring; of a negative one the inverse to the positive power."""
def matrix_rank(A: _ArrayLike, /, tol: _Any = None, hermitian: bool = False, *, rtol: float | None = None) -> _Tensor:
    """How many singular values exceed a tolerance; of a vector whether any element is not 0."""
def matrix_transpose(x: _ArrayLike, /) -> _Tensor:
    """The last two axes exchanged."""
def multi_dot(arrays: _Sequence[_Any]) -> _Tensor:
    """The product of several matrices, in the order of fewest multiplications (unknown lengths count as 100)."""
def norm(
    x: _ArrayLike,
    /,
    ord: _Order = None,
    axis: int | _Sequence[int] | None = None,
    keepdims: bool = False,
) -> _Tensor:
    """A norm of vectors or matrices, with NumPy's orders."""
def outer(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """All products of an element of the first and an element of the second (each flattened)."""
def pinv(a: _ArrayLike, /, rcond: float | None = None, hermitian: bool = False, *, rtol: _Any = ...) -> _Tensor:
    """The Moore-Penrose pseudo-inverse, by singular values."""
@_overload
def qr(a: _ArrayLike, /, mode: _Literal['reduced', 'complete'] = 'reduced') -> QRResult:
    """q with orthonormal columns and upper triangular r, ``q @ r == a``."""
@_overload
def qr(a: _ArrayLike, /, mode: str = 'reduced') -> QRResult | _Tensor:
    """q with orthonormal columns and upper triangular r, ``q @ r == a``."""
def slogdet(a: _ArrayLike, /) -> SlogdetResult:
    """Sign, and logarithm of the absolute value, of the determinant: no overflow where :func:`det` has one."""
def solve(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """x of ``a @ x == b``."""
def solve_triangular(
    a: _ArrayLike,
    b: _ArrayLike,
    /,
    trans: int | str = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
) -> _Tensor:
    """x of ``a @ x == b`` for triangular matrices, as ``scipy.linalg.solve_triangular``; stacks broadcast."""
@_overload
def svd(
    a: _ArrayLike,
    /,
    full_matrices: bool = True,
    compute_uv: _Literal[True] = True,
    hermitian: bool = False,
) -> SVDResult:
    """Singular value decomposition: ``a == (u * s[..., None, :]) @ vh`` with orthonormal u, vh and descending s."""
@_overload
def svd(
    a: _ArrayLike,
    /,
    full_matrices: bool = True,
    compute_uv: bool = True,
    hermitian: bool = False,
) -> SVDResult | _Tensor:
    """Singular value decomposition: ``a == (u * s[..., None, :]) @ vh`` with orthonormal u, vh and descending s."""
def svdvals(a: _ArrayLike, /) -> _Tensor:
    """Singular values of each matrix, descending."""
def tensordot(a: _ArrayLike, b: _ArrayLike, /, axes: int | tuple[_Axes, _Axes] = 2) -> _Tensor:
    """Sum of products over several pairs of axes."""
def tensorinv(a: _ArrayLike, /, ind: int = 2) -> _Tensor:
    """The inverse of ``tensordot(a, ., ind)``."""
def tensorsolve(a: _ArrayLike, b: _ArrayLike, /, axes: _Sequence[int] | None = None) -> _Tensor:
    """x of ``tensordot(a, x, x.ndim) == b``."""
def trace(x: _Any, /, *, offset: int = 0, dtype: object = None) -> _Tensor:
    """The sum of the diagonal of the matrices on the last two axes."""
def vecdot(a: _ArrayLike, b: _ArrayLike, /, *, axis: int = -1) -> _Tensor:
    """Sum of products along one axis; the others broadcast."""
def vector_norm(
    x: _ArrayLike,
    /,
    *,
    axis: int | _Sequence[int] | None = None,
    keepdims: bool = False,
    ord: int | float = 2,
) -> _Tensor:
    """A norm of vectors that lie along one axis, several, or all (None) taken as one."""
