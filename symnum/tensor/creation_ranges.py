"""Numbers at equal distances or ratios, as constants where they are known; ``tensor.functions`` makes them public."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..errors import ArgumentValueError, DTypeError, UnsupportedError
from ..ir import dims
from ..ir.build import constant, convert, o
from ..ir.node import Dim, Node
from .convert import ArrayLike, as_node
from .lengths import Length, as_expression, as_length, node_of
from .shaping_axes import moveaxis


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: object = None) -> Node:
    """Numbers from ``start`` (0 if one number is given) up to but without ``stop``.

    Known numbers of any kind give a constant, the one of ``numpy.arange``.  Otherwise they are whole numbers:
    lengths, such as ``x.shape[0]``, or integer tensors of rank 0; the step is a known number.

    Args:
        start: the first number, or the end if ``stop`` is not given.
        stop: the end, which is left out.
        step: the distance of neighbours, known.
        dtype: of the result; without it, that of the numbers.

    Returns:
        A vector; int64 of whole numbers without ``dtype``.

    Raises:
        ArgumentValueError: the step is 0.
        DTypeError: an argument that is not known is not an integer of rank 0, another one is no number, or ``dtype`` is
            not supported.

    >>> from symnum import tensor as T
    >>> T.arange(3), T.arange(1.0, 2.0, 0.25), T.arange(T.dim("n"))
    (<Tensor: int64 (3,)>, <Tensor: float64 (4,)>, <Tensor: int64 (n,)>)
    """
    first, last = (0, start) if stop is None else (start, stop)
    if not any(node_of(x) is not None for x in (first, last, step)):
        for number in (first, last, step):
            if np.ndim(number) != 0 or np.asarray(number).dtype.kind not in "biufc":
                raise DTypeError(f"arange: expected numbers; given {number!r} of type {type(number).__name__}")
        if step == 0:
            raise ArgumentValueError("arange: the step must not be 0")
        return _as(constant(np.arange(first, last, step)), dtype)
    return _as(_whole_numbers(*(as_expression(x, "an argument of arange") for x in (first, last, step))), dtype)


def _whole_numbers(first: Dim, last: Dim, step: Dim) -> Node:
    if not isinstance(step, int):
        raise UnsupportedError("arange: the step must be a known number")
    if step == 0:
        raise ArgumentValueError("arange: the step must not be 0")
    extent = dims.subtract(last, first) if step > 0 else dims.subtract(first, last)
    count = dims.maximum(extent, 0)
    if abs(step) > 1:
        count = dims.floor_divide(dims.add(count, abs(step) - 1), abs(step))
    steps = places(count) if step == 1 else o.multiply(places(count), step)
    return steps if isinstance(first, int) and first == 0 else o.add(steps, dims.as_node(first))


def places(length: Dim) -> Node:
    """0, 1, … below a length, int64."""
    return o.arange(dims.as_node(length))


def linspace(start: ArrayLike, stop: ArrayLike, num: Length = 50, endpoint: bool = True, retstep: bool = False,
             dtype: object = None, axis: int = 0) -> Node | tuple[Node, Node]:
    """Numbers at equal distances between two ends, differentiable by both.

    Args:
        start: the first number, or an array of them, of any dtype.
        stop: the last number, or an array of them; their shapes broadcast.
        num: how many: a number, or a length such as ``x.shape[0]``.
        endpoint: whether ``stop`` is the last of them; else it would be the next.
        retstep: give the distance as well.
        dtype: without it, the float dtype that the ends have in common; integers are rounded down.
        axis: where the numbers lie along in the result, if the ends are arrays.

    Returns:
        The common shape of the ends with a new axis of length ``num``; with ``retstep`` also the distance.

    Raises:
        ShapeError: ``num`` is negative, or the ends do not broadcast.
        AxisError: the axis is outside the rank of the result.
        DTypeError: ``start`` or ``stop`` is no array of numbers, ``num`` or the axis is no integer, or ``dtype`` is not
            supported.

    >>> from symnum import tensor as T
    >>> T.linspace(0, T.dscalar("x"), 5)
    <Tensor: float64 (5,)>
    """
    low, high = _ends(start, stop)
    found, distance = evenly_spaced(low, high, as_length(num, "num of linspace"), endpoint)
    samples = moveaxis(_rounded(found, dtype), 0, axis) if low.ndim or axis not in (0, -1) else _rounded(found, dtype)
    return (samples, distance) if retstep else samples


def evenly_spaced(low: Node, high: Node, count: Dim, endpoint: bool = True) -> tuple[Node, Node]:
    """So many numbers along the first axis, from ends of one shape and float dtype; and their distance."""
    gaps = dims.subtract(count, 1) if endpoint else count
    distance = o.true_divide(o.subtract(high, low), _number(dims.maximum(gaps, 1), low))
    place = _along_first(places(count), low.ndim)
    found = o.add(o.multiply(convert(place, low.dtype), distance), low)
    return (_with_last(found, high) if endpoint else found), distance


def _with_last(x: Node, high: Node) -> Node:
    """Numbers the last of which is ``high`` exactly, unless there is only one."""
    last = dims.subtract(x.shape[0], 1)
    if isinstance(last, int) and last < 1:
        return x
    place = _along_first(places(x.shape[0]), x.ndim - 1)
    return o.where(o.equal(place, dims.as_node(dims.maximum(last, 1))), high, x)


def _ends(*ends: ArrayLike) -> list[Node]:
    """Both ends with one shape and one float dtype."""
    nodes = [as_node(x) for x in ends]
    common = dtypes.promote([*(x.dtype for x in nodes), float])
    shape = dims.broadcast_shapes([x.shape for x in nodes], "linspace")
    return [_repeated(convert(x, common), shape) for x in nodes]


def _repeated(x: Node, shape: tuple[Dim, ...]) -> Node:
    return x if x.shape == shape else o.broadcast_to(x, shape=shape)


def _along_first(x: Node, rank: int) -> Node:
    return o.expand_dims(x, axis=tuple(range(1, rank + 1))) if rank else x


def _number(length: Dim, like: Node) -> Any:
    return convert(length, like.dtype) if isinstance(length, Node) else float(length)


def _rounded(x: Node, dtype: object) -> Node:
    if dtype is None:
        return x
    found = dtypes.as_dtype(dtype)
    return convert(o.floor(x) if found.kind in "iu" else x, found)


def logspace(start: ArrayLike, stop: ArrayLike, num: Length = 50, endpoint: bool = True, base: ArrayLike = 10.0,
             dtype: object = None, axis: int = 0) -> Node:
    """``base`` to powers at equal distances between two ends.

    Args:
        start: the first power, or an array of them, of any dtype; their shapes broadcast.
        stop: the last power, or an array of them, of any shape that fits.
        num: how many: a number, or a length such as ``x.shape[0]``.
        endpoint: whether ``stop`` is the last of them; else it would be the next.
        base: a number, or an array that broadcasts with the powers.
        dtype: without it, the float dtype that the ends and the base have in common.
        axis: where the numbers lie along in the result, if the ends are arrays.

    Returns:
        The common shape of the ends with a new axis of length ``num``.

    Raises:
        ShapeError: ``num`` is negative, or the ends or the base do not broadcast.
        AxisError: the axis is outside the rank of the result.
        DTypeError: ``start``, ``stop`` or ``base`` is no array of numbers, ``num`` or the axis is no integer, or
            ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.logspace(0, 3, 4)
    <Tensor: float64 (4,)>
    """
    powers = linspace(start, stop, num, endpoint, axis=axis)
    assert isinstance(powers, Node)
    found = o.power(as_node(base) if node_of(base) is not None else base, powers)
    return _as(found, dtype)


def geomspace(start: ArrayLike, stop: ArrayLike, num: Length = 50, endpoint: bool = True, dtype: object = None,
              axis: int = 0) -> Node:
    """Numbers at equal ratios between two ends of one sign, neither of them 0.

    Args:
        start: the first number, or an array of them, of any dtype.
        stop: the last number, or an array of them; their shapes broadcast.
        num: how many: a number, or a length such as ``x.shape[0]``.
        endpoint: whether ``stop`` is the last of them; else it would be the next.
        dtype: without it, the float dtype that the ends have in common.
        axis: where the numbers lie along in the result, if the ends are arrays.

    Returns:
        The common shape of the ends with a new axis of length ``num``.

    Raises:
        ArgumentValueError: an end is known to be 0.
        ShapeError: ``num`` is negative, or the ends do not broadcast.
        AxisError: the axis is outside the rank of the result.
        DTypeError: ``start`` or ``stop`` is no array of numbers, ``num`` or the axis is no integer, or ``dtype`` is not
            supported.

    >>> from symnum import tensor as T
    >>> T.geomspace(1, 1000, 4)
    <Tensor: float64 (4,)>
    """
    low, high = _ends(start, stop)
    if any(x.op.name == "constant" and not x.attr("literal").array.all() for x in (as_node(start), as_node(stop))):
        raise ArgumentValueError("geomspace: the ends must not be 0")
    sign = o.sign(low)
    first, last = o.log10(o.multiply(low, sign)), o.log10(o.multiply(high, sign))
    exponents, _ = evenly_spaced(first, last, as_length(num, "num of geomspace"), endpoint)
    place = _along_first(places(exponents.shape[0]), low.ndim)
    found = o.where(o.equal(place, 0), low, o.multiply(o.power(10.0, exponents), sign))
    found = _with_last(found, high) if endpoint else found
    return _as(moveaxis(found, 0, axis) if low.ndim else found, dtype)


def _as(x: Node, dtype: object) -> Node:
    return x if dtype is None else convert(x, dtypes.as_dtype(dtype))
