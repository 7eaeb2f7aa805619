"""Largest elements and means of windows of images; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Dim, Node
from .convolution import Numbers, Padding, numbers, widths, zero_padded
from .elements import inexact
from .windows import Window, at, check_fits, places, windows, written_out

Pairs = Sequence[tuple[Dim, Dim]]


def max_pool1d(x: Node, size: Numbers, *, stride: Numbers | None = None, padding: Padding = 0,
               dilation: Numbers = 1) -> Node:
    """Largest elements of windows of the last axis, NaN if there is one.

    The derivative is shared among equal elements.

    Args:
        x: any real dtype; any rank from 1 on; the axes before the last axis are batches and channels.
        size: lengths of a window, one number or one for each spatial axis.
        stride: distance of the windows; without it they lie side by side.
        padding: elements around x that are smaller than all others, as for :func:`conv1d`.
        dilation: distance of the elements of a window.

    Returns:
        The shape with shorter spatial axes; the dtype of ``x``.

    Raises:
        ShapeError: the rank is too small, or a window is larger than the padded operand.
        ArgumentValueError: a number is out of range, or a window could lie in the padding alone.
        DTypeError: a number is not an integer, or ``x`` is complex or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.max_pool1d(T.tensor("x", shape=(8, 3, 100)), 4)
    <Tensor: float64 (8, 3, 25)>
    """
    return _max_pool(x, 1, "max_pool1d", size, stride, padding, dilation)


def max_pool2d(x: Node, size: Numbers, *, stride: Numbers | None = None, padding: Padding = 0,
               dilation: Numbers = 1) -> Node:
    """Largest elements of windows of the last two axes, NaN if there is one.

    The derivative is shared among equal elements.

    Args:
        x: any real dtype; any rank from 2 on; the axes before the last two axes are batches and channels.
        size: lengths of a window, one number or one for each spatial axis.
        stride: distance of the windows; without it they lie side by side.
        padding: elements around x that are smaller than all others, as for :func:`conv2d`.
        dilation: distance of the elements of a window.

    Returns:
        The shape with shorter spatial axes; the dtype of ``x``.

    Raises:
        ShapeError: the rank is too small, or a window is larger than the padded operand.
        ArgumentValueError: a number is out of range, or a window could lie in the padding alone.
        DTypeError: a number is not an integer, or ``x`` is complex or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.max_pool2d(T.tensor("x", shape=(8, 3, 32, 32)), 2)
    <Tensor: float64 (8, 3, 16, 16)>
    """
    return _max_pool(x, 2, "max_pool2d", size, stride, padding, dilation)


def max_pool3d(x: Node, size: Numbers, *, stride: Numbers | None = None, padding: Padding = 0,
               dilation: Numbers = 1) -> Node:
    """Largest elements of windows of the last three axes, NaN if there is one.

    The derivative is shared among equal elements.

    Args:
        x: any real dtype; any rank from 3 on; the axes before the last three axes are batches and channels.
        size: lengths of a window, one number or one for each spatial axis.
        stride: distance of the windows; without it they lie side by side.
        padding: elements around x that are smaller than all others, as for :func:`conv3d`.
        dilation: distance of the elements of a window.

    Returns:
        The shape with shorter spatial axes; the dtype of ``x``.

    Raises:
        ShapeError: the rank is too small, or a window is larger than the padded operand.
        ArgumentValueError: a number is out of range, or a window could lie in the padding alone.
        DTypeError: a number is not an integer, or ``x`` is complex or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.max_pool3d(T.tensor("x", shape=(1, 2, 8, 8, 8)), (2, 2, 4))
    <Tensor: float64 (1, 2, 4, 4, 2)>
    """
    return _max_pool(x, 3, "max_pool3d", size, stride, padding, dilation)


def avg_pool1d(x: Node, size: Numbers, *, stride: Numbers | None = None, padding: Padding = 0,
               count_include_pad: bool = True) -> Node:
    """Means of windows of the last axis.

    Args:
        x: any dtype; any rank from 1 on; the axes before the last axis are batches and channels.
        size: lengths of a window, one number or one for each spatial axis.
        stride: distance of the windows; without it they lie side by side.
        padding: zeros around x, as for :func:`conv1d`.
        count_include_pad: whether those zeros count in the means.

    Returns:
        The shape with shorter spatial axes; floats keep their dtype, integers and bool give float64.

    Raises:
        ShapeError: the rank is too small, or a window is larger than the padded operand.
        ArgumentValueError: a number is out of range.
        DTypeError: a number is not an integer, or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.avg_pool1d(T.tensor("x", shape=(8, 3, 100)), 4)
    <Tensor: float64 (8, 3, 25)>
    """
    return _avg_pool(x, 1, "avg_pool1d", size, stride, padding, count_include_pad)


def avg_pool2d(x: Node, size: Numbers, *, stride: Numbers | None = None, padding: Padding = 0,
               count_include_pad: bool = True) -> Node:
    """Means of windows of the last two axes.

    Args:
        x: any dtype; any rank from 2 on; the axes before the last two axes are batches and channels.
        size: lengths of a window, one number or one for each spatial axis.
        stride: distance of the windows; without it they lie side by side.
        padding: zeros around x, as for :func:`conv2d`.
        count_include_pad: whether those zeros count in the means.

    Returns:
        The shape with shorter spatial axes; floats keep their dtype, integers and bool give float64.

    Raises:
        ShapeError: the rank is too small, or a window is larger than the padded operand.
        ArgumentValueError: a number is out of range.
        DTypeError: a number is not an integer, or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.avg_pool2d(T.tensor("x", shape=(8, 3, 32, 32)), (2, 4))
    <Tensor: float64 (8, 3, 16, 8)>
    """
    return _avg_pool(x, 2, "avg_pool2d", size, stride, padding, count_include_pad)


def avg_pool3d(x: Node, size: Numbers, *, stride: Numbers | None = None, padding: Padding = 0,
               count_include_pad: bool = True) -> Node:
    """Means of windows of the last three axes.

    Args:
        x: any dtype; any rank from 3 on; the axes before the last three axes are batches and channels.
        size: lengths of a window, one number or one for each spatial axis.
        stride: distance of the windows; without it they lie side by side.
        padding: zeros around x, as for :func:`conv3d`.
        count_include_pad: whether those zeros count in the means.

    Returns:
        The shape with shorter spatial axes; floats keep their dtype, integers and bool give float64.

    Raises:
        ShapeError: the rank is too small, or a window is larger than the padded operand.
        ArgumentValueError: a number is out of range.
        DTypeError: a number is not an integer, or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.avg_pool3d(T.tensor("x", shape=(1, 2, 8, 8, 8)), 2)
    <Tensor: float64 (1, 2, 4, 4, 4)>
    """
    return _avg_pool(x, 3, "avg_pool3d", size, stride, padding, count_include_pad)


def _max_pool(x: Node, rank: int, name: str, size: Numbers, stride: Numbers | None, padding: Padding,
              dilation: Numbers) -> Node:
    given = _windows(x, rank, name, size, stride, dilation)
    around = widths(padding, given, name)
    for w, pair in zip(given, around, strict=True):
        if any(isinstance(n, int) and isinstance(w.span(), int) and n >= w.span() for n in pair):
            raise ArgumentValueError(f"{name}: a padding of {pair} holds whole windows of {w.span()} elements")
    padded = _padded_below(x, around, given)
    _check(padded, given, name)
    return _combined(padded, given, o.maximum, o.max)


def _avg_pool(x: Node, rank: int, name: str, size: Numbers, stride: Numbers | None, padding: Padding,
              count_include_pad: bool) -> Node:
    x = inexact(x)
    given = _windows(x, rank, name, size, stride, 1)
    around = widths(padding, given, name)
    padded = zero_padded(x, around, x.ndim - rank)
    _check(padded, given, name)
    total = _combined(padded, given, o.add, o.sum)
    if count_include_pad or padded is x:
        return o.true_divide(total, float(np.prod([w.width for w in given])))
    ones = o.broadcast_to(constant(1, x.dtype), shape=(1,) * (x.ndim - rank) + x.shape[x.ndim - rank:])
    return o.true_divide(total, _combined(zero_padded(ones, around, x.ndim - rank), given, o.add, o.sum))


def _windows(x: Node, rank: int, name: str, size: Numbers, stride: Numbers | None, dilation: Numbers) -> list[Window]:
    if x.ndim < rank:
        raise ShapeError(f"{name} needs an operand of rank {rank} or more; given shape {dims.text(x.shape)}")
    sizes = numbers(size, rank, f"size of {name}", 1)
    steps = sizes if stride is None else numbers(stride, rank, f"stride of {name}", 1)
    gaps = numbers(dilation, rank, f"dilation of {name}", 1)
    return [Window(x.ndim - rank + k, n, s, d) for k, (n, s, d) in enumerate(zip(sizes, steps, gaps, strict=True))]


def _check(x: Node, given: Sequence[Window], name: str) -> None:
    for w in given:
        check_fits(x.shape[w.axis], w, name)


def _padded_below(x: Node, around: Pairs, given: Sequence[Window]) -> Node:
    """``x`` between elements that are smaller than all others."""
    lowest = constant(_lowest(x.dtype), x.dtype)
    for w, (before, after) in zip(given, around, strict=True):
        sides = [broadcast_to(lowest, (*x.shape[:w.axis], n, *x.shape[w.axis + 1:])) for n in (before, after)]
        x = o.concatenate(sides[0], x, sides[1], axis=w.axis) if (before, after) != (0, 0) else x
    return x


def _lowest(dtype: np.dtype[Any]) -> float | int | bool:
    if dtype.kind == "b":
        return False
    return int(np.iinfo(dtype).min) if dtype.kind in "iu" else float("-inf")


def _combined(x: Node, given: Sequence[Window], combine: Callable[[Any, Any], Any], reduce: Callable[..., Any]) -> Node:
    """The elements of each window, combined."""
    if not written_out(given):
        found = windows(x, given)
        return convert(reduce(found, axis=tuple(range(x.ndim, found.ndim))), x.dtype)
    parts = [at(x, given, place) for place in places(given)]
    while len(parts) > 1:  # in pairs: chains of maxima are slower
        parts = [combine(*parts[k:k + 2]) if k + 1 < len(parts) else parts[k] for k in range(0, len(parts), 2)]
    return parts[0]
