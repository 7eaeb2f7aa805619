"""Fourier transforms from and to real numbers, with NumPy's arguments; ``tensor.fft`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

from ..docstrings import told
from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Node
from ..ops.fft import half
from .fft_lengths import COMMON, Axes, axis_length, norm_of, one_length, places_of, resized
from .lengths import Length
from .products_more import conjugate

# What a pair of transforms each has in common.
_PARTS = {
    "from_real_along_axis": """Args:
        a: real numbers of any shape.
        n: how many elements to transform: the first ones, or all and zeros.
        {axis}

    Returns:
        The shape of ``a``, with length n//2 + 1 along the axis; complex64 of float32 and complex64, else complex128.

    Raises:
        {errors_of_axis}
        DTypeError: ``a`` is complex or no array of numbers, or ``n`` or the axis is no integer.""",
    "to_real_along_axis": """Args:
        a: any dtype and shape.
        n: how many numbers to give; without it ``2*(m - 1)`` of m numbers.
        {axis}

    Returns:
        The shape of ``a``, with length n along the axis; float32 of float32 and complex64, else float64.

    Raises:
        {errors_of_axis}
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.""",
    "from_real_along_axes": """Args:
        a: real numbers of any shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        {axes}

    Returns:
        The shape of ``a``, with the first half along the last axis; complex64 of float32 and complex64, else
        complex128.

    Raises:
        {errors_of_axes}
        DTypeError: ``a`` is complex or no array of numbers, or a length or an axis is no integer.""",
    "to_real_along_axes": """Args:
        a: any dtype and shape.
        s: how many numbers to give along each axis; without it twice what lies along the last, less 2.
        {axes}

    Returns:
        The shape of ``a``, with the new lengths; float32 of float32 and complex64, else float64.

    Raises:
        {errors_of_axes}
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.""",
    **COMMON,
}
_OTHER = {"backward": "forward", "forward": "backward", "ortho": "ortho"}


def _one_or_more(x: Node, s: Sequence[Length] | None, axes: Axes,
                 name: str) -> tuple[tuple[int, ...], list[Length | None]]:
    """As ``places_of``, of one axis at least."""
    places, lengths = places_of(x, s, axes, name)
    if not places:
        raise ArgumentValueError(f"{name}: at least one axis must be transformed")
    return places, lengths


def _from_real(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, name: str) -> Node:
    places, lengths = _one_or_more(x, s, axes, name)
    for axis, n in zip(places, lengths, strict=True):
        x = resized(x, axis, axis_length(n, x.shape[axis]))
    return o.rfftn(x, axes=places, norm=norm_of(norm))


def _to_real(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, name: str) -> Node:
    places, lengths = _one_or_more(x, s, axes, name)
    for axis, n in zip(places[:-1], lengths[:-1], strict=True):
        x = resized(x, axis, axis_length(n, x.shape[axis]))
    last = places[-1]
    length = axis_length(lengths[-1], dims.multiply(2, dims.subtract(x.shape[last], 1)))
    x = resized(x, last, half(dims, length))
    return o.irfftn(x, length=length, axes=places, norm=norm_of(norm))


@told(_PARTS)
def rfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The first half, ``n//2 + 1`` numbers, of the Fourier transform of real numbers along one axis.

    {from_real_along_axis}

    >>> from symnum import fft, tensor as T
    >>> fft.rfft(T.tensor("x", shape=(5,)))
    <Tensor: complex128 (3,)>
    """
    return _from_real(a, one_length(n), (axis,), norm, "rfft")


@told(_PARTS)
def irfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`rfft`: n real numbers.

    {to_real_along_axis}

    >>> from symnum import fft, tensor as T
    >>> fft.irfft(T.tensor("x", shape=(3,)), n=5)
    <Tensor: float64 (5,)>
    """
    return _to_real(a, one_length(n), (axis,), norm, "irfft")


@told(_PARTS)
def rfft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The Fourier transform of real numbers along two axes: :func:`rfftn` over the last two.

    {from_real_along_axes}

    >>> from symnum import fft, tensor as T
    >>> fft.rfft2(T.tensor("x", shape=(4, 5)))
    <Tensor: complex128 (4, 3)>
    """
    return _from_real(a, s, axes, norm, "rfft2")


@told(_PARTS)
def irfft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The inverse of :func:`rfft2`.

    {to_real_along_axes}

    >>> from symnum import fft, tensor as T
    >>> fft.irfft2(T.tensor("x", shape=(4, 3)))
    <Tensor: float64 (4, 4)>
    """
    return _to_real(a, s, axes, norm, "irfft2")


@told(_PARTS)
def rfftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The Fourier transform of real numbers along several axes; along the last of them the first half.

    {from_real_along_axes}

    >>> from symnum import fft, tensor as T
    >>> fft.rfftn(T.tensor("x", shape=(4, 5)), axes=(1, 0))
    <Tensor: complex128 (3, 5)>
    """
    return _from_real(a, s, axes, norm, "rfftn")


@told(_PARTS)
def irfftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The inverse of :func:`rfftn`: real numbers.

    {to_real_along_axes}

    >>> from symnum import fft, tensor as T
    >>> fft.irfftn(T.tensor("x", shape=(4, 3)), s=(4, 5))
    <Tensor: float64 (4, 5)>
    """
    return _to_real(a, s, axes, norm, "irfftn")


@told(_PARTS)
def hfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The Fourier transform, which is real, of numbers of which the other half are the conjugates.

    {to_real_along_axis}

    >>> from symnum import fft, tensor as T
    >>> fft.hfft(T.tensor("x", shape=(3,)), n=4)
    <Tensor: float64 (4,)>
    """
    return _to_real(conjugate(a), one_length(n), (axis,), _OTHER[norm_of(norm)], "hfft")


@told(_PARTS)
def ihfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`hfft`: the first half of the inverse transform of real numbers.

    {from_real_along_axis}

    >>> from symnum import fft, tensor as T
    >>> fft.ihfft(T.tensor("x", shape=(4,)))
    <Tensor: complex128 (3,)>
    """
    return conjugate(_from_real(a, one_length(n), (axis,), _OTHER[norm_of(norm)], "ihfft"))
