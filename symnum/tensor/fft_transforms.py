"""Fourier transforms of complex numbers, with NumPy's arguments; ``tensor.fft`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

from ..docstrings import told
from ..ir.build import o
from ..ir.node import Node
from .fft_lengths import COMMON, Axes, axis_length, norm_of, one_length, places_of, resized
from .lengths import Length


def _complex(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, inverse: bool, name: str) -> Node:
    places, lengths = places_of(x, s, axes, name)
    for axis, n in zip(places, lengths, strict=True):
        x = resized(x, axis, axis_length(n, x.shape[axis]))
    return o.fftn(x, axes=places, norm=norm_of(norm), inverse=inverse)


@told(COMMON)
def fft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The discrete Fourier transform along one axis: sums of ``a[j] * exp(-2j*pi*j*k/n)``.

    Args:
        a: any dtype and shape; float32 and complex64 give complex64, others complex128.
        n: how many elements to transform: the first ones, or all and zeros.
        {axis}

    Returns:
        {spectrum}

    Raises:
        {errors_of_axis}
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.fft([1.0, 1.0]).eval()
    array([2.+0.j, 0.+0.j])
    """
    return _complex(a, one_length(n), (axis,), norm, False, "fft")


@told(COMMON)
def ifft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`fft`: sums of ``a[k] * exp(2j*pi*j*k/n)``, divided by n.

    Args:
        a: any dtype and shape.
        n: how many elements to transform: the first ones, or all and zeros.
        {axis}

    Returns:
        {spectrum}

    Raises:
        {errors_of_axis}
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.ifft([2.0, 0.0]).eval()
    array([1.+0.j, 1.+0.j])
    """
    return _complex(a, one_length(n), (axis,), norm, True, "ifft")


@told(COMMON)
def fft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The Fourier transform along two axes: :func:`fftn` over the last two.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        {axes}

    Returns:
        {spectrum}

    Raises:
        {errors_of_axes}
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.fft2(T.tensor("x", shape=(5, 4, 3)))
    <Tensor: complex128 (5, 4, 3)>
    """
    return _complex(a, s, axes, norm, False, "fft2")


@told(COMMON)
def ifft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The inverse of :func:`fft2`.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        {axes}

    Returns:
        {spectrum}

    Raises:
        {errors_of_axes}
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.ifft2(T.tensor("x", shape=(4, 3)))
    <Tensor: complex128 (4, 3)>
    """
    return _complex(a, s, axes, norm, True, "ifft2")


@told(COMMON)
def fftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The Fourier transform along several axes.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        {axes}

    Returns:
        {spectrum}

    Raises:
        {errors_of_axes}
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.fftn(T.tensor("x", shape=(4, 3)), s=(8, 3))
    <Tensor: complex128 (8, 3)>
    """
    return _complex(a, s, axes, norm, False, "fftn")


@told(COMMON)
def ifftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The inverse of :func:`fftn`.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        {axes}

    Returns:
        {spectrum}

    Raises:
        {errors_of_axes}
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.ifftn(T.tensor("x", shape=(4, 3)), axes=(0,))
    <Tensor: complex128 (4, 3)>
    """
    return _complex(a, s, axes, norm, True, "ifftn")
