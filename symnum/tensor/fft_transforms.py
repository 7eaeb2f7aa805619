"""Fourier transforms with NumPy's arguments; ``tensor.fft`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from ..ops.fft import half
from ..shapes import as_entries, normalize_axis
from .lengths import Length, as_length
from .products_more import conjugate

Axes = Sequence[int] | None
_NORMS = {None: "backward", "backward": "backward", "ortho": "ortho", "forward": "forward"}
_OTHER = {"backward": "forward", "forward": "backward", "ortho": "ortho"}


def _norm(norm: str | None) -> str:
    if not isinstance(norm, str | None) or norm not in _NORMS:
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


def axis_length(n: Length | None, default: Dim) -> Dim:
    """How many elements to transform, at least one.

    Raises:
        ArgumentValueError: there are none.
        ShapeError: the number is negative.
    """
    found = default if n is None else as_length(n, "n of a Fourier transform")
    if isinstance(found, int) and found < 1:
        raise ArgumentValueError(f"a Fourier transform needs at least one element along its axis; given {found}")
    return found


def _places(x: Node, s: Sequence[Length] | None, axes: Axes, name: str) -> tuple[tuple[int, ...], list[Length | None]]:
    """The axes to transform, and the length that is asked for along each; -1 and None keep it."""
    s = None if s is None else as_entries(s, f"s of {name}")
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    places = tuple(normalize_axis(k, x.ndim, name) for k in as_entries(axes, f"axes of {name}"))
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
        x = _resized(x, axis, axis_length(n, x.shape[axis]))
    return o.fftn(x, axes=places, norm=_norm(norm), inverse=inverse)


def _one(n: Length | None) -> list[Length] | None:
    return None if n is None else [n]


def fft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The discrete Fourier transform along one axis: sums of ``a[j] * exp(-2j*pi*j*k/n)``.

    Args:
        a: any dtype and shape; float32 and complex64 give complex64, others complex128.
        n: how many elements to transform: the first ones, or all and zeros.
        axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.fft([1.0, 1.0]).eval()
    array([2.+0.j, 0.+0.j])
    """
    return _complex(a, _one(n), (axis,), norm, False, "fft")


def ifft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`fft`: sums of ``a[k] * exp(2j*pi*j*k/n)``, divided by n.

    Args:
        a: any dtype and shape.
        n: how many elements to transform: the first ones, or all and zeros.
        axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.ifft([2.0, 0.0]).eval()
    array([1.+0.j, 1.+0.j])
    """
    return _complex(a, _one(n), (axis,), norm, True, "ifft")


def fft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The Fourier transform along two axes: :func:`fftn` over the last two.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.fft2(T.tensor("x", shape=(5, 4, 3)))
    <Tensor: complex128 (5, 4, 3)>
    """
    return _complex(a, s, axes, norm, False, "fft2")


def ifft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The inverse of :func:`fft2`.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

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
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.fftn(T.tensor("x", shape=(4, 3)), s=(8, 3))
    <Tensor: complex128 (8, 3)>
    """
    return _complex(a, s, axes, norm, False, "fftn")


def ifftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The inverse of :func:`fftn`.

    Args:
        a: any dtype and shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

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
        x = _resized(x, axis, axis_length(n, x.shape[axis]))
    return o.rfftn(x, axes=places, norm=_norm(norm))


def _to_real(x: Node, s: Sequence[Length] | None, axes: Axes, norm: str | None, name: str) -> Node:
    places, lengths = _places(x, s, axes, name)
    if not places:
        raise ArgumentValueError(f"{name}: at least one axis must be transformed")
    for axis, n in zip(places[:-1], lengths[:-1], strict=True):
        x = _resized(x, axis, axis_length(n, x.shape[axis]))
    last = places[-1]
    length = axis_length(lengths[-1], dims.multiply(2, dims.subtract(x.shape[last], 1)))
    x = _resized(x, last, half(dims, length))
    return o.irfftn(x, length=length, axes=places, norm=_norm(norm))


def rfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The first half, ``n//2 + 1`` numbers, of the Fourier transform of real numbers along one axis.

    Args:
        a: real numbers of any shape.
        n: how many elements to transform: the first ones, or all and zeros.
        axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with length n//2 + 1 along the axis; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.
        DTypeError: ``a`` is complex or no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.rfft(T.tensor("x", shape=(5,)))
    <Tensor: complex128 (3,)>
    """
    return _from_real(a, _one(n), (axis,), norm, "rfft")


def irfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`rfft`: n real numbers.

    Args:
        a: any dtype and shape.
        n: how many numbers to give; without it ``2*(m - 1)`` of m numbers.
        axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with length n along the axis; float32 of float32 and complex64, else float64.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.irfft(T.tensor("x", shape=(3,)), n=5)
    <Tensor: float64 (5,)>
    """
    return _to_real(a, _one(n), (axis,), norm, "irfft")


def rfft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The Fourier transform of real numbers along two axes: :func:`rfftn` over the last two.

    Args:
        a: real numbers of any shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the first half along the last axis; complex64 of float32 and complex64, else
        complex128.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is complex or no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.rfft2(T.tensor("x", shape=(4, 5)))
    <Tensor: complex128 (4, 3)>
    """
    return _from_real(a, s, axes, norm, "rfft2")


def irfft2(a: Node, s: Sequence[Length] | None = None, axes: Axes = (-2, -1), norm: str | None = None) -> Node:
    """The inverse of :func:`rfft2`.

    Args:
        a: any dtype and shape.
        s: how many numbers to give along each axis; without it twice what lies along the last, less 2.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; float32 of float32 and complex64, else float64.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.irfft2(T.tensor("x", shape=(4, 3)))
    <Tensor: float64 (4, 4)>
    """
    return _to_real(a, s, axes, norm, "irfft2")


def rfftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The Fourier transform of real numbers along several axes; along the last of them the first half.

    Args:
        a: real numbers of any shape.
        s: how many elements along each axis: the first ones, or all and zeros; -1 takes all.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the first half along the last axis; complex64 of float32 and complex64, else
        complex128.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is complex or no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.rfftn(T.tensor("x", shape=(4, 5)), axes=(1, 0))
    <Tensor: complex128 (3, 5)>
    """
    return _from_real(a, s, axes, norm, "rfftn")


def irfftn(a: Node, s: Sequence[Length] | None = None, axes: Axes = None, norm: str | None = None) -> Node:
    """The inverse of :func:`rfftn`: real numbers.

    Args:
        a: any dtype and shape.
        s: how many numbers to give along each axis; without it twice what lies along the last, less 2.
        axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with the new lengths; float32 of float32 and complex64, else float64.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.irfftn(T.tensor("x", shape=(4, 3)), s=(4, 5))
    <Tensor: float64 (4, 5)>
    """
    return _to_real(a, s, axes, norm, "irfftn")


def hfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The Fourier transform, which is real, of numbers of which the other half are the conjugates.

    Args:
        a: any dtype and shape.
        n: how many numbers to give; without it ``2*(m - 1)`` of m numbers.
        axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with length n along the axis; float32 of float32 and complex64, else float64.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.
        DTypeError: ``a`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.hfft(T.tensor("x", shape=(3,)), n=4)
    <Tensor: float64 (4,)>
    """
    return _to_real(conjugate(a), _one(n), (axis,), _OTHER[_norm(norm)], "hfft")


def ihfft(a: Node, n: Length | None = None, axis: int = -1, norm: str | None = None) -> Node:
    """The inverse of :func:`hfft`: the first half of the inverse transform of real numbers.

    Args:
        a: real numbers of any shape.
        n: how many elements to transform: the first ones, or all and zeros.
        axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.

    Returns:
        The shape of ``a``, with length n//2 + 1 along the axis; complex64 of float32 and complex64, else complex128.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.
        DTypeError: ``a`` is complex or no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import fft, tensor as T
    >>> fft.ihfft(T.tensor("x", shape=(4,)))
    <Tensor: complex128 (3,)>
    """
    return conjugate(_from_real(a, _one(n), (axis,), _OTHER[_norm(norm)], "ihfft"))
