"""Functions whose arguments in the standard differ from NumPy's, which symnum's public functions follow."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import tensor as T
from ..errors import ArgumentError, DTypeError, UnsupportedError
from ..tensor import Tensor
from ..tensor.convert import ArrayLike
from .placed import check_device


def asarray(obj: ArrayLike, /, *, dtype: object = None, device: object = None, copy: bool | None = None) -> Tensor:
    """As :func:`symnum.as_tensor`.

    Args:
        obj: a tensor, an array, a number, or nested lists of them; any shape.
        dtype: of the result; without it that of the value, int64 and the default float of Python numbers.
        device: ``"cpu"`` or None, which change nothing.
        copy: has no effect: tensors are values, which nothing changes.

    Returns:
        A tensor of the shape of the value.

    Raises:
        DTypeError: not a tensor, number, array, or list of them.
        ArgumentValueError: the device is not ``"cpu"`` or None.
        ShapeError: the parts of a list have different shapes.

    >>> asarray([1, 2], dtype="float32")
    <Tensor: float32 (2,)>
    """
    check_device(device)
    return T.as_tensor(obj, dtype=dtype)


def from_dlpack(x: Any, /, *, device: object = None, copy: bool | None = None) -> Tensor:
    """The values of another library's array, as a constant.

    Args:
        x: an array of another library, of a supported dtype and any shape.
        device: ``"cpu"`` or None, which change nothing.
        copy: has no effect: tensors are values, which nothing changes.

    Returns:
        A tensor of the same shape and dtype.

    Raises:
        UnsupportedError: a symbolic tensor, which has no values.
        DTypeError: it is no array that exchanges its memory, or its dtype is not supported.
        ArgumentValueError: the device is not ``"cpu"`` or None.

    >>> import numpy as np
    >>> from_dlpack(np.zeros(3))
    <Tensor: float64 (3,)>
    """
    check_device(device)
    if isinstance(x, Tensor):
        raise UnsupportedError("from_dlpack takes an array with values; a tensor is an expression already")
    if not hasattr(x, "__dlpack__"):
        raise DTypeError(f"from_dlpack: expected an array of a library; given {x!r} of type {type(x).__name__}")
    return T.constant(np.from_dlpack(x))


def empty(shape: Any, *, dtype: object = None, device: object = None) -> Tensor:
    """Zeros: an expression has no memory that could hold other values.

    Args:
        shape: the lengths: numbers, dims, or such as ``x.shape[0]``.
        dtype: of the result; without it ``Options.float_dtype``.
        device: ``"cpu"`` or None, which change nothing.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is not an integer, or ``dtype`` is not supported.
        ArgumentValueError: the device is not ``"cpu"`` or None.

    >>> empty((2, 3))
    <Tensor: float64 (2, 3)>
    """
    check_device(device)
    return T.zeros(shape, dtype=dtype)


def empty_like(x: ArrayLike, /, *, dtype: object = None, device: object = None) -> Tensor:
    """Zeros like another array.

    Args:
        x: any dtype and shape.
        dtype: of the result; without it that of ``x``.
        device: ``"cpu"`` or None, which change nothing.

    Returns:
        A tensor of the shape of ``x``.

    Raises:
        DTypeError: ``x`` is no array of numbers, or ``dtype`` is not supported.
        ArgumentValueError: the device is not ``"cpu"`` or None.

    >>> empty_like(asarray([1, 2]))
    <Tensor: int64 (2,)>
    """
    check_device(device)
    return T.zeros_like(x, dtype=dtype)


def astype(x: Tensor, dtype: object, /, *, copy: bool = True, device: object = None) -> Tensor:
    """As :func:`symnum.astype`.

    Args:
        x: any dtype and shape.
        dtype: a dtype or its name.
        copy: has no effect: tensors are values, which nothing changes.
        device: ``"cpu"`` or None, which change nothing.

    Returns:
        The shape of ``x``, in that dtype.

    Raises:
        DTypeError: not a supported dtype, or ``x`` is no array of numbers.
        ArgumentValueError: the device is not ``"cpu"`` or None.

    >>> astype(asarray([1, 2]), "float32")
    <Tensor: float32 (2,)>
    """
    check_device(device)
    return T.as_tensor(x).astype(dtype)


def clip(x: ArrayLike, /, min: Any = None, max: Any = None) -> Tensor:
    """Elements below ``min`` become it, those above ``max`` become that; None is no bound.

    Args:
        x: real numbers of any shape.
        min: a number or array of lower bounds, which broadcasts with ``x``, or None.
        max: a number or array of upper bounds, or None.

    Returns:
        The common shape; the dtype of ``x``.

    Raises:
        ShapeError: the shapes do not broadcast.
        DTypeError: ``x`` is complex, or an operand is no array of numbers.

    >>> clip(asarray([1.0, 2.0, 3.0]), min=2.0)
    <Tensor: float64 (3,)>
    """
    tensor = T.as_tensor(x)
    return T.clip(tensor, min, max).astype(tensor.dtype)


def var(x: ArrayLike, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """Variance over axes, as :func:`symnum.var`.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        correction: what is taken from the number of elements.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; floats keep their dtype, integers give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is no array of numbers, the correction is no number, or an axis is no integer.

    >>> var(asarray([1.0, 2.0]), correction=1)
    <Tensor: float64 ()>
    """
    return T.var(x, axis, ddof=correction, keepdims=keepdims)


def std(x: ArrayLike, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """Standard deviation over axes, as :func:`symnum.std`.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        correction: what is taken from the number of elements.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; floats keep their dtype, integers give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is no array of numbers, the correction is no number, or an axis is no integer.

    >>> std(asarray([1.0, 2.0]))
    <Tensor: float64 ()>
    """
    return T.std(x, axis, ddof=correction, keepdims=keepdims)


def sort(x: ArrayLike, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """Sorted along an axis, upwards or downwards.

    Args:
        x: any dtype and shape.
        axis: the axis; a negative one counts from the back.
        descending: from the largest to the smallest.
        stable: has no effect on the result: equal elements cannot be told apart.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> sort(asarray([2, 1, 3]), descending=True)
    <Tensor: int64 (3,)>
    """
    found = T.sort(x, axis=axis)
    return T.flip(found, axis=axis) if descending else found


def argsort(x: ArrayLike, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The positions that sort along an axis; equal elements keep their order, downwards too.

    Args:
        x: any dtype; rank 1 or more.
        axis: the axis; a negative one counts from the back.
        descending: from the largest to the smallest.
        stable: has no effect: the order is stable in any case.

    Returns:
        int64, in the shape of ``x``.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentError: ``x`` has rank 0, and the order is descending.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> argsort(asarray([2, 1, 3]))
    <Tensor: int64 (3,)>
    """
    if not descending:
        return T.argsort(x, axis=axis, stable=True)
    tensor = T.as_tensor(x)
    if not tensor.ndim:
        raise ArgumentError("argsort takes at least one axis; given a tensor of rank 0")
    # Sorted from the back, so that equal elements come out in their order after the whole is turned round.
    turned = T.flip(tensor, axis=axis)
    last: Any = tensor.shape[axis] - 1
    positions: Tensor = last - T.flip(T.argsort(turned, axis=axis, stable=True), axis=axis)
    return positions
