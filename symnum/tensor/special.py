"""Special functions of several results, and those with operands that may be left out, as SciPy has them."""

from __future__ import annotations

from ..ops.table import TABLE
from .convert import ArrayLike
from .symbolic import Tensor, applied

__all__ = ["airy", "fresnel", "shichi", "sici", "zeta"]


def _parts(x: ArrayLike, *names: str) -> tuple[Tensor, ...]:
    return tuple(applied(TABLE[name], x) for name in names)


def airy(z: ArrayLike, /) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Airy functions and their derivatives (DLMF 9.2), of real numbers.

    Args:
        z: a tensor, array, number or list, of any shape; Python numbers are weak.

    Returns:
        Ai, its derivative, Bi and its derivative, tensors of the same shape, float64, or float32 for float32.

    Raises:
        DTypeError: the operand is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> ai, slope, bi, other = T.airy(T.dvector("z"))
    >>> ai
    <Tensor: float64 (z.shape[0],)>
    """
    ai, slope, bi, other = _parts(z, "airyai", "airyaiprime", "airybi", "airybiprime")
    return ai, slope, bi, other


def sici(x: ArrayLike, /) -> tuple[Tensor, Tensor]:
    """Sine and cosine integrals (DLMF 6.2.9 and 6.2.11), of real numbers.

    Args:
        x: a tensor, array, number or list, of any shape; Python numbers are weak.

    Returns:
        Si and Ci, tensors of the same shape, float64, or float32 for float32; Ci is NaN below 0.

    Raises:
        DTypeError: the operand is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.sici(T.fvector("x"))[1]
    <Tensor: float32 (x.shape[0],)>
    """
    si, ci = _parts(x, "sine_integral", "cosine_integral")
    return si, ci


def shichi(x: ArrayLike, /) -> tuple[Tensor, Tensor]:
    """Hyperbolic sine and cosine integrals (DLMF 6.2.15 and 6.2.16), of real numbers.

    Args:
        x: a tensor, array, number or list, of any shape; Python numbers are weak.

    Returns:
        Shi and Chi, tensors of the same shape, float64, or float32 for float32.

    Raises:
        DTypeError: the operand is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.shichi(T.dvector("x"))[0]
    <Tensor: float64 (x.shape[0],)>
    """
    shi, chi = _parts(x, "sinh_integral", "cosh_integral")
    return shi, chi


def fresnel(z: ArrayLike, /) -> tuple[Tensor, Tensor]:
    """Fresnel integrals (DLMF 7.2.8 and 7.2.7), of real numbers.

    Args:
        z: a tensor, array, number or list, of any shape; Python numbers are weak.

    Returns:
        S and C, tensors of the same shape, float64, or float32 for float32.

    Raises:
        DTypeError: the operand is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.fresnel(T.dvector("z"))[0]
    <Tensor: float64 (z.shape[0],)>
    """
    s, c = _parts(z, "fresnel_s", "fresnel_c")
    return s, c


def zeta(x: ArrayLike, q: ArrayLike | None = None, /) -> Tensor:
    """Riemann's zeta function, and that of two numbers (DLMF 25.2.1 and 25.11.1).

    Below x = 1 it is the continuation, where SciPy has NaN for two numbers.

    Args:
        x: a tensor, array, number or list of real numbers, of any shape; Python numbers are weak.
        q: of a shape that broadcasts with that of ``x``; 1 if it is left out.

    Returns:
        A tensor of the common shape, float64, or float32 for float32: infinite at x = 1, NaN for q < 0.

    Raises:
        DTypeError: an operand is complex, or no array of numbers.
        ShapeError: the operands' shapes do not broadcast; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.zeta(T.dvector("x"), 0.5)
    <Tensor: float64 (x.shape[0],)>
    """
    return applied(TABLE["riemann_zeta"], x) if q is None else applied(TABLE["hurwitz_zeta"], x, q)
