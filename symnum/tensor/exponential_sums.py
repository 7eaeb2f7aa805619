"""Sums of exponentials over axes, and what is made of them, shifted so that nothing overflows in any mode."""

from __future__ import annotations

from typing import Any

from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node
from ..shapes import normalize_axes
from .convert import ArrayLike, as_node
from .elements import inexact
from .reductions import Axis, kept


def logsumexp(a: ArrayLike, axis: Axis = None, b: ArrayLike | None = None, keepdims: bool = False,
              return_sign: bool = False) -> Node | tuple[Node, ...]:
    """Logarithm of the sum of exponentials over axes, ``log(sum(b*exp(a)))``; -inf over an empty axis.

    It is ``m + log(sum(b*exp(a - m)))`` with m the largest element (or 0 where that is not finite).

    Args:
        a: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        b: factors, which broadcast with ``a``; elements with factor 0 do not count, not even infinite ones.
        keepdims: leave the reduced axes in the shape, with length 1.
        return_sign: give the logarithm of the sum's magnitude, and its sign; without it, NaN stands for the logarithm
            of a negative sum.

    Returns:
        The shape without the axes; floats keep their dtype, integers give float64.  With ``return_sign`` a pair of
        them.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the shapes of ``a`` and ``b`` do not broadcast.
        DTypeError: ``a`` or ``b`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> float(T.logsumexp([1000.0, 1000.0]).eval())
    1000.6931471805599
    """
    x = inexact(as_node(a))
    factors = None if b is None else as_node(b)
    if factors is not None:
        x = o.where(o.equal(factors, 0), convert(float("-inf"), x.dtype), x)
    axes = normalize_axes(axis, x.ndim, "logsumexp")
    shift, powers = shifted(x, axes)
    total = o.sum(powers if factors is None else o.multiply(factors, powers), axis=axes)
    found = kept(o.add(o.log(o.absolute(total) if return_sign else total), shift), axes, keepdims)
    return (found, kept(o.sign(total), axes, keepdims)) if return_sign else found


def softmax(x: Node, axis: Axis = None) -> Node:
    """Exponentials divided by their sum over axes, ``exp(x)/sum(exp(x))``: positive numbers whose sum is 1.

    The largest element is subtracted first, so that nothing overflows.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.

    Returns:
        The shape of ``x``; floats keep their dtype, integers give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.softmax([1000.0, 1000.0]).eval()
    array([0.5, 0.5])
    """
    x = inexact(x)
    axes = normalize_axes(axis, x.ndim, "softmax")
    _, powers = shifted(x, axes)
    return o.true_divide(powers, kept(o.sum(powers, axis=axes), axes, True))


def log_softmax(x: Node, axis: Axis = None) -> Node:
    """Logarithm of :func:`softmax`, ``x - log(sum(exp(x)))``, accurate where that is close to 0 or very small.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.

    Returns:
        The shape of ``x``; floats keep their dtype, integers give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.log_softmax([0.0, 2000.0]).eval()
    array([-2000.,     0.])
    """
    x = inexact(x)
    axes = normalize_axes(axis, x.ndim, "log_softmax")
    shift, powers = shifted(x, axes)
    total = kept(o.log(o.sum(powers, axis=axes)), axes, True)
    return o.subtract(o.subtract(x, kept(shift, axes, True)), total)


def shifted(x: Node, axes: tuple[int, ...]) -> tuple[Any, Any]:
    """The largest element over axes (0 where it is not finite), and the exponentials of what is above it."""
    peak = o.peak(x, axis=axes)
    shift = o.where(o.isfinite(peak), peak, 0.0)
    return shift, o.exp(o.subtract(x, broadcast_to(kept(shift, axes, True), x.shape)))
