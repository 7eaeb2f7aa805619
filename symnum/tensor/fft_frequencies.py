"""The frequencies of Fourier transforms, and their order; ``tensor.fft`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import dtypes
from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from ..ops.fft import half
from ..shapes import as_float, normalize_axis
from .creation_ranges import arange
from .fft_lengths import axis_length
from .lengths import Length


def fftfreq(n: Length, d: float = 1.0) -> Node:
    """The frequencies of the numbers that :func:`fft` gives, for samples ``d`` apart.

    Args:
        n: how many numbers: an int, or a length such as ``x.shape[0]``.
        d: the distance of samples, a number.

    Returns:
        (n,), float64.

    Raises:
        ArgumentValueError: ``n`` or ``d`` is 0.
        ShapeError: ``n`` is negative.
        DTypeError: ``n`` is no integer, or ``d`` is no number.

    >>> from symnum import fft
    >>> fft.fftfreq(4).eval()
    array([ 0.  ,  0.25, -0.5 , -0.25])
    """
    length, d = axis_length(n, 1), _distance(d)
    above = dims.floor_divide(dims.add(length, 1), 2)
    first, last = _numbers(0, above), _numbers(dims.subtract(above, length), 0)
    return _frequencies(o.concatenate(first, last, axis=0), length, d)


def rfftfreq(n: Length, d: float = 1.0) -> Node:
    """The frequencies of the numbers that :func:`rfft` gives, for samples ``d`` apart.

    Args:
        n: how many numbers: an int, or a length such as ``x.shape[0]``.
        d: the distance of samples, a number.

    Returns:
        (n//2 + 1,), float64.

    Raises:
        ArgumentValueError: ``n`` or ``d`` is 0.
        ShapeError: ``n`` is negative.
        DTypeError: ``n`` is no integer, or ``d`` is no number.

    >>> from symnum import fft
    >>> fft.rfftfreq(4).eval()
    array([0.  , 0.25, 0.5 ])
    """
    length, d = axis_length(n, 1), _distance(d)
    return _frequencies(_numbers(0, half(dims, length)), length, d)


def _distance(d: float) -> float:
    distance = as_float(d, "the distance of samples")
    if distance == 0:
        raise ArgumentValueError("the distance of samples must not be 0")
    return distance


def _numbers(start: Dim, stop: Dim) -> Node:
    if isinstance(start, int) and isinstance(stop, int):
        return o.constant(np.arange(start, stop))
    return arange(start, stop)


def _frequencies(numbers: Node, length: Dim, d: float) -> Node:
    count = o.cast(length, dtype=dtypes.FLOAT64) if isinstance(length, Node) else float(length)
    step = o.true_divide(1.0, o.multiply(count, d)) if isinstance(length, Node) else 1.0 / (length * d)
    return o.multiply(o.cast(numbers, dtype=dtypes.FLOAT64), step)


def fftshift(x: Node, axes: int | Sequence[int] | None = None) -> Node:
    """The zero frequency moved to the middle, along one axis, several, or all.

    Args:
        x: any dtype and shape.
        axes: an axis, several, or None for all; negative ones count from the back.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import fft
    >>> fft.fftshift([0.0, 1.0, 2.0, -2.0, -1.0]).eval()
    array([-2., -1.,  0.,  1.,  2.])
    """
    return _shifted(x, axes, 0, "fftshift")


def ifftshift(x: Node, axes: int | Sequence[int] | None = None) -> Node:
    """The inverse of :func:`fftshift`.

    Args:
        x: any dtype and shape.
        axes: an axis, several, or None for all; negative ones count from the back.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import fft
    >>> fft.ifftshift([-2.0, -1.0, 0.0, 1.0, 2.0]).eval()
    array([ 0.,  1.,  2., -2., -1.])
    """
    return _shifted(x, axes, 1, "ifftshift")


def _shifted(x: Node, axes: int | Sequence[int] | None, more: int, name: str) -> Node:
    given = range(x.ndim) if axes is None else axes if isinstance(axes, Sequence) else (axes,)
    for axis in (normalize_axis(k, x.ndim, name) for k in given):
        n = x.shape[axis]
        # The first half of n, rounded up for fftshift and down for its inverse, goes to the end.
        begin = dims.subtract(n, dims.floor_divide(n, 2)) if not more else dims.floor_divide(n, 2)
        parts = [_part(x, axis, begin, dims.subtract(n, begin)), _part(x, axis, 0, begin)]
        x = o.concatenate(*parts, axis=axis)
    return x


def _part(x: Node, axis: int, start: Dim, length: Dim) -> Node:
    starts = tuple(start if k == axis else 0 for k in range(x.ndim))
    return o.slice(x, starts=starts, lengths=(*x.shape[:axis], length, *x.shape[axis + 1:]), steps=(1,) * x.ndim)
