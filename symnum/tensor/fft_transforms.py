"""Fourier transforms with NumPy's arguments; ``tensor.fft`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import dtypes
from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from ..ops.fft import half
from ..shapes import normalize_axis
from .creation_ranges import arange
from .lengths import Length, as_length
from .products_more import conjugate

Axes = Sequence[int] | None
_NORMS = {None: "backward", "backward": "backward", "ortho": "ortho", "forward": "forward"}
_OTHER = {"backward": "forward", "forward": "backward", "ortho": "ortho"}


def _norm(norm: str | None) -> str:
    if norm not in _NORMS:
        raise ArgumentValueError(f"norm must be None, 'backward', 'ortho' or 'forward'; given {norm!r}")
    return _NORMS[norm]


# lengths ------------------------------------------------------------------------------------------------------

def _resized(x: Node, axis: int, length: Dim) -> Node:
    """The first elements along an axis, or all of them and zeros."""
    if dims.equal(x.shape[axis], length):
        return x
    kept = dims.minimum(x.shape[axis], length)
    starts, steps = (0,) * x.ndim, (1,) * x.ndim
    if not dims.equal(kept, x.shape[axis]):
        x = o.slice(x, starts=starts, lengths=_with(x, axis, kept), steps=steps)
    return x if dims.equal(kept, length) else o.embed(x, shape=_with(x, axis, length), starts=starts, steps=steps)


def _with(x: Node, axis: int, length: Dim) -> tuple[Dim, ...]:
    return (*x.shape[:axis], length, *x.shape[axis + 1:])


def _length(n: Length | None, default: Dim) -> Dim:
    found = default if n is None else as_length(n, "n of a Fourier transform")
    if isinstance(found, int) and found < 1:
        raise ArgumentValueError(f"a Fourier transform needs at least one element along its axis; given {found}")
    return found


def _places(x: Node, s: Sequence[Length] | None, axes: Axes, name: str) -> tuple[tuple[int, ...], list[Length | None]]:
    """The axes to transform, and the length that is asked for along each; -1 and None keep it."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    places = tuple(normalize_axis(k, x.ndim, name) for k in axes)
    if len(set(places)) != len(places):
        raise ArgumentValueError(f"{name}: an axis is named twice in {tuple(axes)}")
    given: Sequence[Length | None] = [None] * len(places) if s is None else s
    lengths = [None if isinstance(n, int) and n == -1 else n for n in given]
    if len(lengths) != len(places):
        raise ArgumentValueError(f"{name}: s names {len(lengths)} lengths for {len(places)} axes")
    return places, lengths


# complex transforms -------------------------------------------------------------------------------------------

def _complex(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, inverse: bool, name: str) -> Node:
    places, lengths = _places(x, s, axes, name)
    for axis, n in zip(places, lengths, strict=True):
        x = _resized(x, axis, _length(n, x.shape[axis]))
    return o.fftn(x, axes=places, norm=_norm(norm), inverse=inverse)  # type: ignore[no-any-return]


def _one(n: Length | None) -> list[Length] | None:
    return None if n is None else [n]


def fft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The discrete Fourier transform along one axis: sums of ``a[j] * exp(-2j*pi*j*k/n)``.

    Args:
        a: any dtype and shape; float32 and complex64 give complex64, others complex128.
        n: how many elements to transform: the first ones, or all and zeros.
        axis: along which.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.

    >>> from symnum import fft, tensor as T
    >>> fft.fft([1.0, 1.0]).eval()
    array([2.+0.j, 0.+0.j])
    """
    return _complex(a, _one(n), (axis,), norm, False, "fft")


def ifft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`fft`, whose arguments and errors it has.

    >>> from symnum import fft, tensor as T
    >>> fft.ifft([2.0, 0.0]).eval()
    array([1.+0.j, 1.+0.j])
    """
    return _complex(a, _one(n), (axis,), norm, True, "ifft")


def fft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """:func:`fftn` over the last two axes.

    >>> from symnum import fft, tensor as T
    >>> fft.fft2(T.tensor("x", shape=(5, 4, 3)))
    <Tensor: complex128 (5, 4, 3)>
    """
    return _complex(a, s, axes, norm, False, "fft2")


def ifft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The inverse of :func:`fft2`.

    >>> from symnum import fft, tensor as T
    >>> fft.ifft2(T.tensor("x", shape=(4, 3)))
    <Tensor: complex128 (4, 3)>
    """
    return _complex(a, s, axes, norm, True, "ifft2")


def fftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The Fourier transform along several axes.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        axes: which; None for all, or the last ``len(s)``.
        norm: as of :func:`fft`.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, or an axis is named
            twice.

    >>> from symnum import fft, tensor as T
    >>> fft.fftn(T.tensor("x", shape=(4, 3)), s=(8, 3))
    <Tensor: complex128 (8, 3)>
    """
    return _complex(a, s, axes, norm, False, "fftn")


def ifftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The inverse of :func:`fftn`, whose arguments and errors it has.

    >>> from symnum import fft, tensor as T
    >>> fft.ifftn(T.tensor("x", shape=(4, 3)), axes=(0,))
    <Tensor: complex128 (4, 3)>
    """
    return _complex(a, s, axes, norm, True, "ifftn")


# transforms of real numbers -----------------------------------------------------------------------------------

def _from_real(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, name: str) -> Node:
    places, lengths = _places(x, s, axes, name)
    if not places:
        raise ArgumentValueError(f"{name}: at least one axis must be transformed")
    for axis, n in zip(places, lengths, strict=True):
        x = _resized(x, axis, _length(n, x.shape[axis]))
    return o.rfftn(x, axes=places, norm=_norm(norm))  # type: ignore[no-any-return]


def _to_real(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, name: str) -> Node:
    places, lengths = _places(x, s, axes, name)
    if not places:
        raise ArgumentValueError(f"{name}: at least one axis must be transformed")
    for axis, n in zip(places[:-1], lengths[:-1], strict=True):
        x = _resized(x, axis, _length(n, x.shape[axis]))
    last = places[-1]
    length = _length(lengths[-1], dims.multiply(2, dims.subtract(x.shape[last], 1)))
    x = _resized(x, last, half(dims, length))
    return o.irfftn(x, length=length, axes=places, norm=_norm(norm))  # type: ignore[no-any-return]


def rfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The first half, ``n//2 + 1`` numbers, of the Fourier transform of real numbers along one axis.

    Arguments and errors are those of :func:`fft`; complex numbers are a DTypeError.

    >>> from symnum import fft, tensor as T
    >>> fft.rfft(T.tensor("x", shape=(5,)))
    <Tensor: complex128 (3,)>
    """
    return _from_real(a, _one(n), (axis,), norm, "rfft")


def irfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`rfft`: ``n`` real numbers, ``2*(m - 1)`` of m numbers without ``n``.

    >>> from symnum import fft, tensor as T
    >>> fft.irfft(T.tensor("x", shape=(3,)), n=5)
    <Tensor: float64 (5,)>
    """
    return _to_real(a, _one(n), (axis,), norm, "irfft")


def rfft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """:func:`rfftn` over the last two axes.

    >>> from symnum import fft, tensor as T
    >>> fft.rfft2(T.tensor("x", shape=(4, 5)))
    <Tensor: complex128 (4, 3)>
    """
    return _from_real(a, s, axes, norm, "rfft2")


def irfft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The inverse of :func:`rfft2`.

    >>> from symnum import fft, tensor as T
    >>> fft.irfft2(T.tensor("x", shape=(4, 3)))
    <Tensor: float64 (4, 4)>
    """
    return _to_real(a, s, axes, norm, "irfft2")


def rfftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The Fourier transform of real numbers along several axes; along the last of them the first half.

    Arguments and errors are those of :func:`fftn`; complex numbers are a DTypeError.

    >>> from symnum import fft, tensor as T
    >>> fft.rfftn(T.tensor("x", shape=(4, 5)), axes=(1, 0))
    <Tensor: complex128 (3, 5)>
    """
    return _from_real(a, s, axes, norm, "rfftn")


def irfftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The inverse of :func:`rfftn`; ``s`` says how many real numbers there are along the last axis.

    >>> from symnum import fft, tensor as T
    >>> fft.irfftn(T.tensor("x", shape=(4, 3)), s=(4, 5))
    <Tensor: float64 (4, 5)>
    """
    return _to_real(a, s, axes, norm, "irfftn")


def hfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The Fourier transform, which is real, of numbers of which the other half are the conjugates.

    >>> from symnum import fft, tensor as T
    >>> fft.hfft(T.tensor("x", shape=(3,)), n=4)
    <Tensor: float64 (4,)>
    """
    return _to_real(conjugate(a), _one(n), (axis,), _OTHER[_norm(norm)], "hfft")


def ihfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`hfft`.

    >>> from symnum import fft, tensor as T
    >>> fft.ihfft(T.tensor("x", shape=(4,)))
    <Tensor: complex128 (3,)>
    """
    return conjugate(_from_real(a, _one(n), (axis,), _OTHER[_norm(norm)], "ihfft"))


# frequencies and order ----------------------------------------------------------------------------------------

def fftfreq(n: Length, d: float = 1.0) -> Node:
    """The frequencies (n,), float64, of the numbers that :func:`fft` gives, for samples ``d`` apart.

    Raises:
        ArgumentValueError: ``n`` is below 1.

    >>> from symnum import fft
    >>> fft.fftfreq(4).eval()
    array([ 0.  ,  0.25, -0.5 , -0.25])
    """
    length = _length(n, 1)
    above = dims.floor_divide(dims.add(length, 1), 2)
    first, last = _numbers(0, above), _numbers(dims.subtract(above, length), 0)
    return _frequencies(o.concatenate(first, last, axis=0), length, d)


def rfftfreq(n: Length, d: float = 1.0) -> Node:
    """The frequencies (n//2 + 1,), float64, of the numbers that :func:`rfft` gives, for samples ``d`` apart.

    Raises:
        ArgumentValueError: ``n`` is below 1.

    >>> from symnum import fft
    >>> fft.rfftfreq(4).eval()
    array([0.  , 0.25, 0.5 ])
    """
    length = _length(n, 1)
    return _frequencies(_numbers(0, half(dims, length)), length, d)


def _numbers(start: Dim, stop: Dim) -> Node:
    if isinstance(start, int) and isinstance(stop, int):
        return o.constant(np.arange(start, stop))
    return arange(start, stop)


def _frequencies(numbers: Node, length: Dim, d: float) -> Node:
    count = o.cast(length, dtype=dtypes.FLOAT64) if isinstance(length, Node) else float(length)
    step = o.true_divide(1.0, o.multiply(count, d)) if isinstance(length, Node) else 1.0 / (length * d)
    return o.multiply(o.cast(numbers, dtype=dtypes.FLOAT64), step)  # type: ignore[no-any-return]


def fftshift(x: Node, axes: int | Sequence[int] | None = None) -> Node:
    """The zero frequency moved to the middle, along one axis, several, or all.

    Raises:
        AxisError: an axis is outside the rank.

    >>> from symnum import fft
    >>> fft.fftshift([0.0, 1.0, 2.0, -2.0, -1.0]).eval()
    array([-2., -1.,  0.,  1.,  2.])
    """
    return _shifted(x, axes, 0, "fftshift")


def ifftshift(x: Node, axes: int | Sequence[int] | None = None) -> Node:
    """The inverse of :func:`fftshift`.

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
    return o.slice(x, starts=starts, lengths=_with(x, axis, length), steps=(1,) * x.ndim)  # type: ignore[no-any-return]
