"""Linear algebra under the names of ``numpy.linalg``, and a few of ``scipy.linalg``, on stacks of matrices.

>>> from symnum import linalg, tensor as T
>>> linalg.solve(T.dmatrix("a"), T.dvector("b"))
<Tensor: float64 (b.shape[0],)>
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..errors import LinAlgError, SymnumError
from ..ir.node import Node
from . import (
    linalg_factors,
    linalg_inverses,
    linalg_norms,
    linalg_powers,
    linalg_systems,
    products,
    products_more,
    shaping_axes,
)
from .convert import as_node
from .handle import located
from .linalg_factors import EighResult, EigResult, LUResult, QRResult, SVDResult
from .linalg_inverses import SlogdetResult
from .linalg_systems import LstsqResult
from .symbolic import Tensor, lift, lift2, lift_list


def _results(rule: Callable[..., Any], operands: int = 1) -> Callable[..., Any]:
    """A function of nodes that gives a (named) tuple of nodes, or one, as a function of all that is array-like."""
    @functools.wraps(rule)
    def public(*args: Any, **kwargs: Any) -> Any:
        try:
            found = rule(*map(as_node, args[:operands]), *args[operands:], **kwargs)
        except SymnumError as error:
            raise located(error, rule.__name__, args[:operands]) from None
        return _as_tensors(found)
    signature = inspect.signature(rule)
    parameters = [p.replace(annotation="ArrayLike", kind=p.POSITIONAL_ONLY) if k < operands else p
                  for k, p in enumerate(signature.parameters.values())]
    shown = str(signature.return_annotation).replace("Node", "Tensor")
    vars(public)["__signature__"] = signature.replace(
        parameters=parameters, return_annotation=shown)
    return public


def _as_tensors(found: Any) -> Any:
    if isinstance(found, Node):
        return Tensor(found)
    parts = [Tensor(x) if isinstance(x, Node) else x for x in found]
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


cholesky, qr, svd = lift(linalg_factors.cholesky), _results(linalg_factors.qr), _results(linalg_factors.svd)
svdvals, eigh = lift(linalg_factors.svdvals), _results(linalg_factors.eigh)
eigvalsh, lu = lift(linalg_factors.eigvalsh), _results(linalg_factors.lu)
eig, eigvals = _results(linalg_factors.eig), lift(linalg_factors.eigvals)

solve, solve_triangular = lift2(linalg_systems.solve), lift2(linalg_systems.solve_triangular)
cho_factor, cho_solve = _results(linalg_systems.cho_factor), lift_list(linalg_systems.cho_solve)
lstsq, inv, pinv = _results(linalg_systems.lstsq, 2), lift(linalg_inverses.inv), lift(linalg_inverses.pinv)
tensorinv, tensorsolve = lift(linalg_inverses.tensorinv), lift2(linalg_inverses.tensorsolve)
det, slogdet = lift(linalg_inverses.det), _results(linalg_inverses.slogdet)
expm, matrix_power = lift(linalg_powers.expm), lift(linalg_powers.matrix_power)
multi_dot = lift_list(linalg_powers.multi_dot)

norm, vector_norm = lift(linalg_norms.norm), lift(linalg_norms.vector_norm)
matrix_norm, cond = lift(linalg_norms.matrix_norm), lift(linalg_norms.cond)
matrix_rank = lift(linalg_norms.matrix_rank)

matmul, outer, tensordot = lift2(products.matmul), lift2(products.outer), lift2(products.tensordot)
vecdot, matrix_transpose = lift2(products_more.vecdot), lift(shaping_axes.matrix_transpose)


# NumPy's functions of these names differ from those of its main namespace: matrices are on the last two axes.

def diagonal(x: Any, /, *, offset: int = 0) -> Tensor:
    """The diagonal of the matrices on the last two axes.

    Args:
        x: (..., m, n), of any dtype; ``T.diagonal`` takes other axes.
        offset: 0 for the main diagonal, k for the k-th above it, -k below.

    Returns:
        (..., k), in the dtype of ``x``.

    Raises:
        ShapeError: the rank is below 2.
        DTypeError: ``x`` is no array of numbers, or ``offset`` is no integer.

    >>> from symnum import linalg, tensor as T
    >>> linalg.diagonal(T.tensor("x", shape=(5, 3, 4)))
    <Tensor: float64 (5, 3)>
    """
    return _diagonal(x, offset, -2, -1)


def trace(x: Any, /, *, offset: int = 0, dtype: object = None) -> Tensor:
    """The sum of the diagonal of the matrices on the last two axes.

    Args:
        x: (..., m, n), of any dtype; ``T.trace`` takes other axes.
        offset: 0 for the main diagonal, k for the k-th above it, -k below.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.

    Returns:
        (...); the dtype of ``x`` or ``dtype``, where that is no bool or small integer.

    Raises:
        ShapeError: the rank is below 2.
        DTypeError: ``x`` is no array of numbers, ``offset`` is no integer, or ``dtype`` is not supported.

    >>> from symnum import linalg, tensor as T
    >>> linalg.trace(T.tensor("x", shape=(5, 3, 3)))
    <Tensor: float64 (5,)>
    """
    return _trace(x, offset, -2, -1, dtype)


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """The cross product of vectors of three elements along an axis.

    Args:
        x1: any dtype, with length 3 along the axis; the other axes broadcast.
        x2: the same; ``T.cross`` takes a different axis of each.
        axis: the axis; a negative one counts from the back.

    Returns:
        The common shape; the common dtype.

    Raises:
        AxisError: the axis is outside the rank.
        ShapeError: vectors do not have three elements, or the shapes do not broadcast.
        DTypeError: ``x1`` or ``x2`` is no array of numbers, or the axis is no integer.

    >>> from symnum import linalg, tensor as T
    >>> linalg.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]).eval()
    array([0., 0., 1.])
    """
    return _cross(x1, x2, axis=axis)


_diagonal, _trace, _cross = lift(products_more.diagonal), lift(products_more.trace), lift2(products_more.cross)

__all__ = [
    "EigResult", "EighResult", "LUResult", "LinAlgError", "LstsqResult", "QRResult", "SVDResult", "SlogdetResult",
    "cho_factor", "cho_solve", "cholesky", "cond", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh",
    "expm", "inv", "lstsq", "lu", "matmul", "matrix_norm", "matrix_power", "matrix_rank", "matrix_transpose",
    "multi_dot", "norm", "outer", "pinv", "qr", "slogdet", "solve", "solve_triangular", "svd", "svdvals", "tensordot",
    "tensorinv", "tensorsolve", "trace", "vecdot", "vector_norm",
]
