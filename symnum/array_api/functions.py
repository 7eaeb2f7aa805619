"""Functions whose arguments in the standard differ from NumPy's, which symnum's public functions follow."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import tensor as T
from ..errors import ArgumentError, UnsupportedError
from ..tensor import Tensor
from ..tensor.convert import ArrayLike
from .placed import check_device


def asarray(obj: ArrayLike, /, *, dtype: object = None, device: object = None, copy: bool | None = None) -> Tensor:
    """As :func:`symnum.as_tensor`; ``copy`` changes nothing, because tensors are values.

    Raises:
        DTypeError: not a tensor, number, array, or list of them.
        ArgumentValueError: the device is not ``"cpu"`` or None.

    >>> asarray([1, 2], dtype="float32")
    <Tensor: float32 (2,)>
    """
    check_device(device)
    return T.as_tensor(obj, dtype=dtype)


def from_dlpack(x: Any, /, *, device: object = None, copy: bool | None = None) -> Tensor:
    """The values of another library's array, as a constant.

    Raises:
        UnsupportedError: a symbolic tensor, which has no values.

    >>> import numpy as np
    >>> from_dlpack(np.zeros(3))
    <Tensor: float64 (3,)>
    """
    check_device(device)
    if isinstance(x, Tensor):
        raise UnsupportedError("from_dlpack takes an array with values; a tensor is an expression already")
    return T.constant(np.from_dlpack(x))


def empty(shape: Any, *, dtype: object = None, device: object = None) -> Tensor:
    """Zeros: an expression has no memory that could hold other values.

    >>> empty((2, 3))
    <Tensor: float64 (2, 3)>
    """
    check_device(device)
    return T.zeros(shape, dtype=dtype)


def empty_like(x: ArrayLike, /, *, dtype: object = None, device: object = None) -> Tensor:
    """Zeros in the shape, and without ``dtype`` the dtype, of another array.

    >>> empty_like(asarray([1, 2]))
    <Tensor: int64 (2,)>
    """
    check_device(device)
    return T.zeros_like(x, dtype=dtype)


def astype(x: Tensor, dtype: object, /, *, copy: bool = True, device: object = None) -> Tensor:
    """As :func:`symnum.astype`; ``copy`` changes nothing, because tensors are values.

    Raises:
        DTypeError: not a supported dtype.
        ArgumentValueError: the device is not ``"cpu"`` or None.

    >>> astype(asarray([1, 2]), "float32")
    <Tensor: float32 (2,)>
    """
    check_device(device)
    return T.as_tensor(x).astype(dtype)


def clip(x: ArrayLike, /, min: Any = None, max: Any = None) -> Tensor:
    """Elements below ``min`` become it, those above ``max`` become that; None is no bound.

    Raises:
        ShapeError: the shapes do not broadcast.

    >>> clip(asarray([1.0, 2.0, 3.0]), min=2.0)
    <Tensor: float64 (3,)>
    """
    tensor = T.as_tensor(x)
    return T.clip(tensor, min, max).astype(tensor.dtype)


def var(x: ArrayLike, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """As :func:`symnum.var`, with ``correction`` for ``ddof``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> var(asarray([1.0, 2.0]), correction=1)
    <Tensor: float64 ()>
    """
    return T.var(x, axis, ddof=_whole(correction), keepdims=keepdims)


def std(x: ArrayLike, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """As :func:`symnum.std`, with ``correction`` for ``ddof``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> std(asarray([1.0, 2.0]))
    <Tensor: float64 ()>
    """
    return T.std(x, axis, ddof=_whole(correction), keepdims=keepdims)


def _whole(correction: float) -> int:
    if correction != int(correction):
        raise UnsupportedError(f"the correction of a variance must be a whole number; given {correction}")
    return int(correction)


def sort(x: ArrayLike, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """Sorted along an axis, upwards or downwards.

    Raises:
        AxisError: the axis is outside the rank.

    >>> sort(asarray([2, 1, 3]), descending=True)
    <Tensor: int64 (3,)>
    """
    found = T.sort(x, axis=axis)
    return T.flip(found, axis=axis) if descending else found


def argsort(x: ArrayLike, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The positions that sort along an axis; equal elements keep their order, downwards too.

    Raises:
        AxisError: the axis is outside the rank.

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
