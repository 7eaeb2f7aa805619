"""Convolutions of batches of images with many channels; ``tensor.functions`` makes them public.

Short kernels are sums of slices, which fuse; with many channels the windows of the image are laid out as a matrix,
whose product with the kernels is a BLAS call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from .. import dtypes
from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Dim, Node
from ..records import dataclass
from ..shapes import as_int
from .shaping import part, reshaped
from .windows import Window, at, check_fits, places, windows, written_out

Numbers = int | Sequence[int]
Padding = int | Sequence[int | tuple[int, int]] | Literal["same", "valid"]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a kernel is laid over an image: numbers for each spatial axis."""

    name: str
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def rank(self) -> int:
        """How many spatial axes there are."""
        return len(self.stride)

    def windows(self, weight: Node) -> list[Window]:
        """The windows of a batch of images under kernels."""
        return [Window(2 + k, n, s, d) for k, (n, s, d) in
                enumerate(zip(weight.shape[2:], self.stride, self.dilation, strict=True))]


def conv1d(x: Node, weight: Node, *, stride: Numbers = 1, padding: Padding = 0, dilation: Numbers = 1, groups: int = 1,
           flip: bool = False) -> Node:
    """Cross-correlation of signals with kernels, summed over channels.

    Args:
        x: (batch, channels, length); (channels, length); or one signal (length); any dtype.
        weight: (output channels, channels of a group, length), or one kernel (length) for one signal; any dtype.
        stride: distance of the places of the kernel.
        padding: zeros around the signals: a number, one for each spatial axis, a pair (before, after) for each,
            ``"valid"`` for none, or ``"same"`` for as many as keep the shape (with stride 1).
        dilation: distance of the elements that a kernel takes.
        groups: the channels are cut into so many groups, each with its own kernels.
        flip: turn the kernels around, as a convolution in the mathematical sense does.

    Returns:
        (batch, output channels, length), without the axes that ``x`` does not have; the common dtype.

    Raises:
        ShapeError: ranks or numbers of channels do not fit, or a kernel is larger than the padded signal.
        ArgumentValueError: a number is out of range, or the padding is another word.
        DTypeError: a number is not an integer, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.conv1d(T.tensor("x", shape=(8, 3, 100)), T.tensor("w", shape=(16, 3, 5)))
    <Tensor: float64 (8, 16, 96)>
    """
    return conv(x, weight, 1, "conv1d", stride, padding, dilation, groups, flip)


def conv2d(x: Node, weight: Node, *, stride: Numbers = 1, padding: Padding = 0, dilation: Numbers = 1, groups: int = 1,
           flip: bool = False) -> Node:
    """Cross-correlation of images with kernels, summed over channels.

    Args:
        x: (batch, channels, height, width); (channels, height, width); or one image (height, width); any dtype.
        weight: (output channels, channels of a group, height, width), or one kernel (height, width) for one image; any
            dtype.
        stride: distance of the places of the kernel, one number or one for each spatial axis.
        padding: zeros around the images: a number, one for each spatial axis, a pair (before, after) for each,
            ``"valid"`` for none, or ``"same"`` for as many as keep the shape (with stride 1).
        dilation: distance of the elements that a kernel takes.
        groups: the channels are cut into so many groups, each with its own kernels.
        flip: turn the kernels around, as a convolution in the mathematical sense does.

    Returns:
        (batch, output channels, height, width), without the axes that ``x`` does not have; the common dtype.

    Raises:
        ShapeError: ranks or numbers of channels do not fit, or a kernel is larger than the padded image.
        ArgumentValueError: a number is out of range, or the padding is another word.
        DTypeError: a number is not an integer, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.conv2d(T.tensor("x", shape=(8, 3, 32, 32)), T.tensor("w", shape=(16, 3, 5, 5)), padding="same")
    <Tensor: float64 (8, 16, 32, 32)>
    """
    return conv(x, weight, 2, "conv2d", stride, padding, dilation, groups, flip)


def conv3d(x: Node, weight: Node, *, stride: Numbers = 1, padding: Padding = 0, dilation: Numbers = 1, groups: int = 1,
           flip: bool = False) -> Node:
    """Cross-correlation of volumes with kernels, summed over channels.

    Args:
        x: (batch, channels, depth, height, width); (channels, depth, height, width); or one volume (depth, height,
            width); any dtype.
        weight: (output channels, channels of a group, depth, height, width), or one kernel (depth, height, width) for
            one volume; any dtype.
        stride: distance of the places of the kernel, one number or one for each spatial axis.
        padding: zeros around the volumes: a number, one for each spatial axis, a pair (before, after) for each,
            ``"valid"`` for none, or ``"same"`` for as many as keep the shape (with stride 1).
        dilation: distance of the elements that a kernel takes.
        groups: the channels are cut into so many groups, each with its own kernels.
        flip: turn the kernels around, as a convolution in the mathematical sense does.

    Returns:
        (batch, output channels, depth, height, width), without the axes that ``x`` does not have; the common dtype.

    Raises:
        ShapeError: ranks or numbers of channels do not fit, or a kernel is larger than the padded volume.
        ArgumentValueError: a number is out of range, or the padding is another word.
        DTypeError: a number is not an integer, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.conv3d(T.tensor("x", shape=(1, 2, 8, 8, 8)), T.tensor("w", shape=(4, 2, 3, 3, 3)), stride=2)
    <Tensor: float64 (1, 4, 3, 3, 3)>
    """
    return conv(x, weight, 3, "conv3d", stride, padding, dilation, groups, flip)


def conv(x: Node, weight: Node, rank: int, name: str, stride: Numbers, padding: Padding, dilation: Numbers,
         groups: int, flip: bool) -> Node:
    """:func:`conv2d` with any number of spatial axes, for the function ``name``."""
    form = _Form(name, numbers(stride, rank, f"stride of {name}", 1), numbers(dilation, rank, f"dilation of {name}", 1),
                 numbers(groups, 1, f"groups of {name}", 1)[0])
    common = dtypes.promote([x.dtype, weight.dtype])
    x, weight, extra = _batched(convert(x, common), convert(weight, common), form)
    weight = flipped(weight, range(2, 2 + rank)) if flip else weight
    x = zero_padded(x, widths(padding, form.windows(weight), name), 2)
    for window in form.windows(weight):
        check_fits(x.shape[window.axis], window, name)
    found = _grouped(x, weight, form)
    return o.squeeze(found, axis=extra) if extra else found


def _batched(x: Node, weight: Node, form: _Form) -> tuple[Node, Node, tuple[int, ...]]:
    """Images and kernels with all axes, and the axes that the result has too many."""
    full = form.rank + 2
    alone = weight.ndim == form.rank == x.ndim
    if not alone and (weight.ndim != full or x.ndim not in (full - 1, full)):
        raise ShapeError(f"{form.name}: x of shape {dims.text(x.shape)} and weight of shape {dims.text(weight.shape)}; "
                         f"expected rank {full} (batch, channels, …) and rank {full} (output channels, channels, …)")
    extra = tuple(range(full - x.ndim))
    if alone:
        return o.expand_dims(x, axis=(0, 1)), o.expand_dims(weight, axis=(0, 1)), extra
    x = o.expand_dims(x, axis=extra) if extra else x
    wanted = dims.multiply(weight.shape[1], form.groups)
    if not dims.may_equal(x.shape[1], wanted):
        raise ShapeError(f"{form.name}: {dims.name_of(x.shape[1])} channels of x for {form.groups} groups of "
                         f"{dims.name_of(weight.shape[1])} channels of weight")
    if isinstance(weight.shape[0], int) and weight.shape[0] % form.groups:
        raise ShapeError(f"{form.name}: {weight.shape[0]} output channels are not a multiple of {form.groups} groups")
    if not dims.equal(x.shape[1], wanted):  # the reshape checks it when the graph runs
        x = o.reshape(x, shape=(x.shape[0], wanted, *x.shape[2:]))
    return x, weight, extra


def _grouped(x: Node, weight: Node, form: _Form) -> Node:
    if form.groups == 1:
        return _one_group(x, weight, form)
    if dims.equal(weight.shape[0], form.groups) and dims.equal(weight.shape[1], 1):
        return _each_channel(x, weight, form)
    inputs, outputs = weight.shape[1], dims.floor_divide(weight.shape[0], form.groups)
    if not dims.equal(dims.multiply(outputs, form.groups), weight.shape[0]):
        weight = o.reshape(weight, shape=(dims.multiply(outputs, form.groups), *weight.shape[1:]))
    parts = [_one_group(part(x, 1, dims.multiply(inputs, g), inputs),
                        part(weight, 0, dims.multiply(outputs, g), outputs), form) for g in range(form.groups)]
    return o.concatenate(*parts, axis=1)


def _one_group(x: Node, weight: Node, form: _Form) -> Node:
    given, (outputs, inputs) = form.windows(weight), weight.shape[:2]
    if written_out(given, inputs):
        return _slices(x, weight, given)
    if written_out(given, limit=1):  # kernels of one pixel: a product over channels
        return _product(at(x, given, (0,) * form.rank), weight)
    if dims.equal(outputs, 1) and dims.equal(inputs, 1):
        return _each_channel(x, weight, form)
    return _product(windows(x, given), weight)


def _slices(x: Node, weight: Node, given: Sequence[Window]) -> Node:
    """A sum of slices of single channels."""
    terms = []
    for channel in range(int(weight.shape[1])):
        image = part(x, 1, channel, 1)
        terms += [o.multiply(at(image, given, place), _factor(weight, channel, place)) for place in places(given)]
    return total(terms)


def _factor(weight: Node, channel: int, place: Sequence[int]) -> Node:
    """The weights of one pixel of one channel, as (1, output channels, 1, …)."""
    index = (channel, *place)
    pixel = o.slice(weight, starts=(0, *index), lengths=(weight.shape[0], *(1 for _ in index)),
                    steps=(1,) * weight.ndim)
    column = o.squeeze(pixel, axis=tuple(range(1, weight.ndim)))
    return o.expand_dims(column, axis=(0, *range(2, 2 + len(place))))


def _each_channel(x: Node, weight: Node, form: _Form) -> Node:
    """Every channel with a kernel of its own."""
    given = form.windows(weight)
    if written_out(given):
        return total([o.multiply(at(x, given, place), _factor(weight, 0, place)) for place in places(given)])
    found, rank = windows(x, given), form.rank
    kernels = o.expand_dims(o.squeeze(weight, axis=(1,)), axis=(0, *range(2, 2 + rank)))
    return o.sum(o.multiply(found, kernels), axis=tuple(range(2 + rank, 2 + 2 * rank)))


def _product(found: Node, weight: Node) -> Node:
    """Windows (batch, channels, places…, elements…) as a matrix, multiplied by the kernels."""
    rank = weight.ndim - 2
    inner = tuple(range(2 + rank, found.ndim))
    outer = (0, *range(2, 2 + rank))
    columns = o.transpose(found, axes=(1, *inner, *outer))
    height = dims.product(columns.shape[:1 + len(inner)])
    batch, *lengths = (found.shape[k] for k in outer)
    matrix = reshaped(columns, (height, dims.product((batch, *lengths))))
    product = o.dot(reshaped(weight, (weight.shape[0], dims.product(weight.shape[1:]))), matrix)
    apart = reshaped(product, (weight.shape[0], batch, *lengths))
    return o.transpose(apart, axes=(1, 0, *range(2, 2 + rank)))


# numbers for each axis --------------------------------------------------------------------------------------

def numbers(given: Numbers, rank: int, what: str, lowest: int) -> tuple[int, ...]:
    """One number for each of ``rank`` axes."""
    found = tuple(as_int(n, what) for n in (given if isinstance(given, Sequence) else (given,) * rank))
    if len(found) != rank:
        raise ArgumentValueError(f"{what}: expected one number or {rank} of them; given {given!r}")
    if any(n < lowest for n in found):
        raise ArgumentValueError(f"{what} must be at least {lowest}; given {given!r}")
    return found


def widths(padding: Padding, given: Sequence[Window], name: str) -> list[tuple[Dim, Dim]]:
    """How much is added before and after each spatial axis."""
    if isinstance(padding, str):
        if padding == "valid":
            return [(0, 0)] * len(given)
        if padding != "same":
            raise ArgumentValueError(f"{name}: padding must be numbers, 'same' or 'valid'; given {padding!r}")
        if any(w.step != 1 for w in given):
            raise ArgumentValueError(f"{name}: padding 'same' needs stride 1; give the padding as numbers")
        return [_halves(dims.subtract(w.span(), 1)) for w in given]
    listed = padding if isinstance(padding, Sequence) else (padding,) * len(given)
    pairs: list[Any] = [tuple(p) if isinstance(p, Sequence) else (p, p) for p in listed]
    if len(pairs) != len(given) or any(len(p) != 2 for p in pairs):
        raise ArgumentValueError(f"{name}: padding must be a number, or {len(given)} numbers or pairs of them; given "
                                 f"{padding!r}")
    (*checked,) = (numbers(p, 2, f"padding of {name}", 0) for p in pairs)
    return [(a, b) for a, b in checked]


def _halves(total: Dim) -> tuple[Dim, Dim]:
    before = dims.floor_divide(total, 2)
    return before, dims.subtract(total, before)


def zero_padded(x: Node, around: Sequence[tuple[Dim, Dim]], lead: int) -> Node:
    """Zeros around the axes after the first ``lead``."""
    if all(isinstance(n, int) and n == 0 for pair in around for n in pair):
        return x
    both = [(0, 0)] * lead + list(around)
    shape = tuple(dims.add(n, dims.add(a, b)) for n, (a, b) in zip(x.shape, both, strict=True))
    return o.embed(x, shape=shape, starts=tuple(a for a, _ in both), steps=(1,) * x.ndim)


# sums and slices ---------------------------------------------------------------------------------------------

def total(terms: Sequence[Node]) -> Node:
    """The sum of some nodes, from the first on."""
    found = terms[0]
    for term in terms[1:]:
        found = o.add(found, term)
    return found


def flipped(x: Node, axes: Sequence[int]) -> Node:
    """Some axes in reverse."""
    starts = tuple(dims.subtract(n, 1) if k in axes else 0 for k, n in enumerate(x.shape))
    steps = tuple(-1 if k in axes else 1 for k in range(x.ndim))
    return o.slice(x, starts=starts, lengths=x.shape, steps=steps)
