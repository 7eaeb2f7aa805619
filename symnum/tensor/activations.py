"""Elementwise functions of machine learning and statistics that are formulas of rows."""

from __future__ import annotations

import math

from ..docstrings import told
from ..ir.build import o
from ..ir.node import Node
from .convert import ArrayLike, as_node
from .elements import OF_REALS, inexact


def relu(x: Node) -> Node:
    """Positive part, ``maximum(x, 0)``; the derivative at 0 is 1/2.

    Args:
        x: real numbers of any shape.

    Returns:
        The shape and dtype of ``x``; int64 of bool.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.relu(T.fvector("x"))
    <Tensor: float32 (x.shape[0],)>
    """
    return o.maximum(x, 0)


def silu(x: Node) -> Node:
    """``x*expit(x)``, a smooth positive part.

    Args:
        x: real numbers of any shape.

    Returns:
        The shape of ``x``; floats keep their dtype, integers give that of :func:`exp`.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.silu(T.dvector("x"))
    <Tensor: float64 (x.shape[0],)>
    """
    return o.multiply(x, o.sigmoid(x))


@told(OF_REALS)
def gelu(x: Node) -> Node:
    """``x`` times the normal distribution function of x, a smooth positive part.

    {of_reals}

    >>> from symnum import tensor as T
    >>> T.gelu(T.dvector("x"))
    <Tensor: float64 (x.shape[0],)>
    """
    node = inexact(x)
    return o.multiply(o.multiply(node, 0.5), o.erfc(o.multiply(node, -math.sqrt(0.5))))


def logit(x: Node) -> Node:
    """Logarithm of the odds, ``log(x/(1 - x))``: the inverse of ``expit``.

    Args:
        x: numbers of any shape; NaN outside 0 to 1.

    Returns:
        The shape of ``x``; floats keep their dtype, integers give float64.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.logit([0.0, 0.5]).eval()
    array([-inf,   0.])
    """
    node = inexact(x)
    return o.subtract(o.log(node), o.log1p(o.negative(node)))


def log_expit(x: Node) -> Node:
    """Logarithm of ``expit``, ``-log(1 + exp(-x))``, accurate where that is close to 0 or very small.

    Args:
        x: real numbers of any shape.

    Returns:
        The shape of ``x``; floats keep their dtype, integers give that of :func:`exp`.

    Raises:
        DTypeError: ``x`` is bool, complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.log_expit([-1000.0]).eval()
    array([-1000.])
    """
    return o.negative(o.softplus(o.negative(x)))


def xlogy(x: ArrayLike, y: ArrayLike) -> Node:
    """``x*log(y)``, and 0 where x is 0 and y is not NaN.

    Args:
        x: factors, of any dtype; the shapes of both broadcast.
        y: arguments of the logarithm, a number or an array.

    Returns:
        The common shape; the common dtype, float64 of integers.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: ``x`` or ``y`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.xlogy([0.0, 2.0], [0.0, 1.0]).eval()
    array([0., 0.])
    """
    a, b = inexact(as_node(x)), inexact(as_node(y))
    nothing = o.logical_and(o.equal(a, 0.0), o.logical_not(o.isnan(b)))
    return o.where(nothing, 0.0, o.multiply(a, o.log(b)))
