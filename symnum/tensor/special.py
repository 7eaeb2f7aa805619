"""Special functions of several results, and those with operands that may be left out, as SciPy has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any

from ..ops.table import TABLE
from .convert import ArrayLike
from .symbolic import Tensor, applied

__all__ = ["airy", "fresnel", "shichi", "sici", "zeta"]


# functions of one operand, each result a row ----------------------------------------------------------------

_DOC = """{doc}, of real numbers.

    Args:
        {x}: a tensor, array, number or list, of any shape; Python numbers are weak.

    Returns:
        {results}, tensors of the same shape, float64, or float32 for float32{more}.

    Raises:
        DTypeError: the operand is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.{name}(T.dvector("{x}"))[0]
    <Tensor: float64 ({x}.shape[0],)>
    """


def _of_rows(name: str, x: str, rows: Sequence[str], doc: str, results: str, more: str = "") -> Any:
    def function(x: ArrayLike, /) -> tuple[Tensor, ...]:
        return tuple(applied(TABLE[row], x) for row in rows)
    found: Any = function
    found.__name__ = found.__qualname__ = name
    found.__doc__ = _DOC.format(name=name, x=x, doc=doc, results=results, more=more)
    found.__signature__ = Signature([Parameter(x, Parameter.POSITIONAL_ONLY, annotation="ArrayLike")],
                                    return_annotation=f"tuple[{', '.join(['Tensor'] * len(rows))}]")
    return found


Pair = Callable[[ArrayLike], tuple[Tensor, Tensor]]

airy: Callable[[ArrayLike], tuple[Tensor, Tensor, Tensor, Tensor]] = _of_rows(
    "airy", "z", ("airyai", "airyaiprime", "airybi", "airybiprime"),
    "Airy functions and their derivatives (DLMF 9.2)", "Ai, its derivative, Bi and its derivative")
sici: Pair = _of_rows(
    "sici", "x", ("sine_integral", "cosine_integral"),
    "Sine and cosine integrals (DLMF 6.2.9 and 6.2.11)", "Si and Ci", "; Ci is NaN below 0")
shichi: Pair = _of_rows(
    "shichi", "x", ("sinh_integral", "cosh_integral"),
    "Hyperbolic sine and cosine integrals (DLMF 6.2.15 and 6.2.16)", "Shi and Chi")
fresnel: Pair = _of_rows(
    "fresnel", "z", ("fresnel_s", "fresnel_c"), "Fresnel integrals (DLMF 7.2.8 and 7.2.7)", "S and C")


# functions with operands that may be left out ---------------------------------------------------------------

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
