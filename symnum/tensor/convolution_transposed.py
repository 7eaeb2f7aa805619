"""Transposes of convolutions of images: they spread each pixel by a kernel; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from .convolution import Numbers, conv, numbers, widths
from .shaping import part, reshaped
from .windows import Window

Around = int | Sequence[int | tuple[int, int]]


def conv_transpose1d(x: Node, weight: Node, *, stride: Numbers = 1, padding: Around = 0, output_padding: Numbers = 0,
                     dilation: Numbers = 1, groups: int = 1) -> Node:
    """Transpose of :func:`conv1d`: each element times a kernel, added up, so that signals grow.

    The length along an axis is (n - 1)*stride + (k - 1)*dilation + 1 + output_padding, less the padding.

    Args:
        x: (batch, channels, length); any dtype.
        weight: (channels, output channels of a group, length); any dtype.
        stride: distance of the places where kernels are added.
        padding: what is left out around the result: a number, one for each spatial axis, or a pair for each.
        output_padding: how much longer the result is along each axis, at the end; below the stride.
        dilation: distance of the elements that a kernel reaches.
        groups: the channels are cut into so many groups, each with its own kernels.

    Returns:
        (batch, output channels, length); the common dtype.

    Raises:
        ShapeError: ranks or numbers of channels do not fit, or the padding leaves nothing.
        ArgumentValueError: a number is out of range.
        DTypeError: a number is not an integer, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.conv_transpose1d(T.tensor("x", shape=(8, 16, 50)), T.tensor("w", shape=(16, 3, 4)), stride=2)
    <Tensor: float64 (8, 3, 102)>
    """
    return _transposed(x, weight, 1, "conv_transpose1d", stride, padding, output_padding, dilation, groups)


def conv_transpose2d(x: Node, weight: Node, *, stride: Numbers = 1, padding: Around = 0, output_padding: Numbers = 0,
                     dilation: Numbers = 1, groups: int = 1) -> Node:
    """Transpose of :func:`conv2d`: each element times a kernel, added up, so that images grow.

    The length along an axis is (n - 1)*stride + (k - 1)*dilation + 1 + output_padding, less the padding.

    Args:
        x: (batch, channels, height, width); any dtype.
        weight: (channels, output channels of a group, height, width); any dtype.
        stride: distance of the places where kernels are added, one number or one for each spatial axis.
        padding: what is left out around the result: a number, one for each spatial axis, or a pair for each.
        output_padding: how much longer the result is along each axis, at the end; below the stride.
        dilation: distance of the elements that a kernel reaches.
        groups: the channels are cut into so many groups, each with its own kernels.

    Returns:
        (batch, output channels, height, width); the common dtype.

    Raises:
        ShapeError: ranks or numbers of channels do not fit, or the padding leaves nothing.
        ArgumentValueError: a number is out of range.
        DTypeError: a number is not an integer, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.conv_transpose2d(T.tensor("x", shape=(8, 16, 7, 7)), T.tensor("w", shape=(16, 3, 4, 4)), stride=2, padding=1)
    <Tensor: float64 (8, 3, 14, 14)>
    """
    return _transposed(x, weight, 2, "conv_transpose2d", stride, padding, output_padding, dilation, groups)


def conv_transpose3d(x: Node, weight: Node, *, stride: Numbers = 1, padding: Around = 0, output_padding: Numbers = 0,
                     dilation: Numbers = 1, groups: int = 1) -> Node:
    """Transpose of :func:`conv3d`: each element times a kernel, added up, so that volumes grow.

    The length along an axis is (n - 1)*stride + (k - 1)*dilation + 1 + output_padding, less the padding.

    Args:
        x: (batch, channels, depth, height, width); any dtype.
        weight: (channels, output channels of a group, depth, height, width); any dtype.
        stride: distance of the places where kernels are added, one number or one for each spatial axis.
        padding: what is left out around the result: a number, one for each spatial axis, or a pair for each.
        output_padding: how much longer the result is along each axis, at the end; below the stride.
        dilation: distance of the elements that a kernel reaches.
        groups: the channels are cut into so many groups, each with its own kernels.

    Returns:
        (batch, output channels, depth, height, width); the common dtype.

    Raises:
        ShapeError: ranks or numbers of channels do not fit, or the padding leaves nothing.
        ArgumentValueError: a number is out of range.
        DTypeError: a number is not an integer, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.conv_transpose3d(T.tensor("x", shape=(1, 4, 3, 3, 3)), T.tensor("w", shape=(4, 2, 2, 2, 2)), stride=2)
    <Tensor: float64 (1, 2, 6, 6, 6)>
    """
    return _transposed(x, weight, 3, "conv_transpose3d", stride, padding, output_padding, dilation, groups)


def _transposed(x: Node, weight: Node, rank: int, name: str, stride: Numbers, padding: Around,
                output_padding: Numbers, dilation: Numbers, groups: int) -> Node:
    if x.ndim != rank + 2 or weight.ndim != rank + 2:
        raise ShapeError(f"{name}: x of shape {dims.text(x.shape)} and weight of shape {dims.text(weight.shape)}; both "
                         f"must have rank {rank + 2}")
    if not dims.may_equal(x.shape[1], weight.shape[0]):
        raise ShapeError(f"{name}: {dims.name_of(x.shape[1])} channels of x for {dims.name_of(weight.shape[0])} of "
                         f"weight")
    steps = numbers(stride, rank, f"stride of {name}", 1)
    gaps = numbers(dilation, rank, f"dilation of {name}", 1)
    extra = numbers(output_padding, rank, f"output_padding of {name}", 0)
    if any(e >= max(s, d) for e, s, d in zip(extra, steps, gaps, strict=True)):
        raise ArgumentValueError(f"{name}: output_padding {output_padding!r} must be below the stride or the dilation")
    given = [Window(2 + k, n, 1, d) for k, (n, d) in enumerate(zip(weight.shape[2:], gaps, strict=True))]
    spread = _spread(x, given, steps, extra)
    found = conv(spread, _turned(weight, groups, name), rank, name, 1, 0, dilation, groups, True)
    for axis, (before, after) in enumerate(widths(padding, given, name), 2):
        length = dims.subtract(found.shape[axis], dims.add(before, after))
        if isinstance(length, int) and length < 0:
            raise ShapeError(f"{name}: a padding of {before} and {after} leaves nothing of length {found.shape[axis]}")
        found = part(found, axis, before, length)
    return found


def _spread(x: Node, given: Sequence[Window], steps: Sequence[int], extra: Sequence[int]) -> Node:
    """Pixels at the distance of the stride, with zeros between them and around them."""
    lost: list[Dim] = [dims.subtract(w.span(), 1) for w in given]
    inner = [dims.maximum(dims.add(dims.multiply(dims.subtract(n, 1), s), 1), 0)
             for n, s in zip(x.shape[2:], steps, strict=True)]
    lengths = [dims.add(dims.add(n, dims.multiply(2, b)), e) for n, b, e in zip(inner, lost, extra, strict=True)]
    return o.embed(x, shape=(*x.shape[:2], *lengths), starts=(0, 0, *lost), steps=(1, 1, *steps))


def _turned(weight: Node, groups: int, name: str) -> Node:
    """Kernels with output channels first, group by group."""
    count = numbers(groups, 1, f"groups of {name}", 1)[0]
    inputs, outputs, *lengths = weight.shape
    if isinstance(inputs, int) and inputs % count:
        raise ShapeError(f"{name}: {inputs} channels are not a multiple of {count} groups")
    inner = dims.floor_divide(inputs, count)
    apart = reshaped(weight, (count, inner, outputs, *lengths))
    moved = o.transpose(apart, axes=(0, 2, 1, *range(3, 3 + len(lengths))))
    return reshaped(moved, (dims.multiply(count, outputs), inner, *lengths))
