"""Ranges of places along axes, and which ranges of its operands a part of an op is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import gcd
from types import MappingProxyType

import numpy as np

from ..ir import dims
from ..ir.build import broadcast_to, o, rebuild
from ..ir.node import Dim, Node
from ..records import dataclass
from .numbers import exact_of


@dataclass(frozen=True, slots=True)
class Range:
    """The places ``start + i*step`` of an axis, for each i below ``length``."""

    start: Dim
    length: Dim
    step: int

    def inside(self, other: Range) -> Range:
        """The places that this range takes of those that ``other`` took."""
        start = dims.add(other.start, dims.multiply(self.start, other.step))
        return Range(start, self.length, self.step * other.step)

    @property
    def is_start(self) -> bool:
        """Whether places are taken one by one from the first."""
        return self.step == 1 and self.start == 0

    def is_all(self, n: Dim) -> bool:
        """Whether all places of an axis of length ``n`` are taken, in their order."""
        return self.is_start and dims.equal(self.length, n)


Ranges = tuple[Range, ...]
# The ranges of each operand that a part of a node is made from; None where no such ranges exist.
Below = Callable[[Node, Ranges], Sequence[Ranges] | None]


def whole(n: Dim) -> Range:
    """All places of an axis."""
    return Range(0, n, 1)


def ranges_of(node: Node) -> Ranges:
    """What a slice takes of each axis."""
    return tuple(map(Range, o.attr(node, "starts"), node.shape, node.attr("steps")))


def taken(x: Node, ranges: Ranges) -> Node:
    """A part of a node; the node itself if all of it is taken.  A single place has step 1.

    >>> from ..ir.build import input_leaf
    >>> taken(input_leaf("x", "float64", (3,)), (Range(2, 1, -1),))
    <Node slice float64 (1)>
    """
    if all(r.is_all(n) for r, n in zip(ranges, x.shape, strict=True)):
        return x
    lengths = tuple(r.length for r in ranges)
    steps = tuple(1 if isinstance(r.length, int) and r.length < 2 else r.step for r in ranges)
    starts = tuple(r.start for r in ranges)
    return o.slice(x, starts=starts, lengths=lengths, steps=steps)


def places_of(node: Node) -> Ranges:
    """Where an embedded array lies along each axis."""
    return tuple(map(Range, o.attr(node, "starts"), node.inputs[0].shape, node.attr("steps")))


def embedded(x: Node, ranges: Ranges, shape: Sequence[Dim]) -> Node:
    """``x`` at these places of zeros; ``x`` itself where it takes all of them."""
    if all(r.is_all(n) for r, n in zip(ranges, shape, strict=True)):
        return x
    starts, steps = tuple(r.start for r in ranges), tuple(r.step for r in ranges)
    return o.embed(x, shape=tuple(shape), starts=starts, steps=steps)


# ranges that meet ---------------------------------------------------------------------------------------------

_NONE = Range(0, 0, 1), Range(0, 0, 1)


def met(a: Range, b: Range) -> tuple[Range, Range] | None:
    """The places that are in both ranges: which ones of ``a``, and which ones of ``b``; None if that is not known.

    >>> met(Range(4, 3, -2), Range(2, 9, 1))
    (Range(start=0, length=2, step=1), Range(start=2, length=2, step=-2))
    """
    if a == b:
        return whole(a.length), whole(a.length)
    if all(isinstance(n, int) for n in (a.start, a.length, b.start, b.length)):
        return _common(a, b)
    if a.step != 1 or b.step != 1:
        return None
    end_of_a, end_of_b = dims.add(a.start, a.length), dims.add(b.start, b.length)
    if is_at_most(end_of_a, b.start) or is_at_most(end_of_b, a.start):
        return _NONE
    if is_at_most(b.start, a.start) and is_at_most(end_of_a, end_of_b):
        return whole(a.length), Range(dims.subtract(a.start, b.start), a.length, 1)
    if is_at_most(a.start, b.start) and is_at_most(end_of_b, end_of_a):
        return Range(dims.subtract(b.start, a.start), b.length, 1), whole(b.length)
    return None


def is_at_most(a: Dim, b: Dim) -> bool:
    """Whether a <= b, whatever the lengths are."""
    bound = dims.lower_bound(dims.subtract(b, a))
    return bound is not None and bound >= 0


def _common(a: Range, b: Range) -> tuple[Range, Range]:
    """Of numbers: all i and k with a.start + i*a.step = b.start + k*b.step."""
    (start, length, step), (first, count, jump) = ((r.start, r.length, r.step) for r in (a, b))
    divisor = gcd(step, jump)
    if (first - start) % divisor or not (length and count):
        return _NONE
    period = abs(jump) // divisor
    i = (first - start) // divisor * pow(step // divisor, -1, period) % period
    k, by = (start + i * step - first) // jump, step * period // jump
    # Other solutions are i + t*period and k + t*by.
    low, high = (-k, count - 1 - k) if by > 0 else (k - count + 1, k)
    least, most = max(0, -(-low // abs(by))), min(high // abs(by), (length - 1 - i) // period)
    if most < least:
        return _NONE
    n = most - least + 1
    return Range(i + least * period, n, period), Range(k + least * by, n, by)


def is_smaller(shape: Sequence[Dim], other: Sequence[Dim]) -> bool:
    """Whether a shape is known to have fewer elements than another of the same rank: no axis longer, one shorter."""
    differences = [dims.lower_bound(dims.subtract(b, a)) for a, b in zip(shape, other, strict=True)]
    return (all(d is not None and d >= 0 for d in differences)
            and not all(dims.equal(a, b) for a, b in zip(shape, other, strict=True)))


# rows of places -----------------------------------------------------------------------------------------------

def row_of_places(index: Node) -> Range | None:
    """A vector of evenly spaced integers as a range: ``a*arange(n) + b``, parts of it, and constants.

    >>> from ..ir.build import constant
    >>> row_of_places(o.add(o.multiply(o.arange(constant(4)), 2), 1))
    Range(start=1, length=4, step=2)
    """
    scale, offset, part = 1, 0, whole(index.shape[0])
    while index.op.name in ("add", "subtract", "multiply", "negative", "slice"):
        if index.op.name == "slice":
            start, step = o.attr(index, "starts")[0], index.attr("steps")[0]
            index, part = index.inputs[0], part.inside(Range(start, index.shape[0], step))
            continue
        numbers = [exact_of(x) for x in index.inputs]
        place = next((k for k, n in enumerate(numbers) if n is None), None)
        number = next((int(n) for n in numbers if n is not None), None)
        if index.op.name == "negative":
            scale = -scale
        elif place is None or number is None:
            return None
        elif index.op.name == "multiply":
            scale *= number
        elif index.op.name == "add":
            offset += scale * number
        else:
            offset += scale * number * (1 if place else -1)
            scale *= -1 if place else 1
        index = index.inputs[place or 0]
    base = _evenly_spaced(index)
    if base is None or scale * base.step * part.step == 0:
        return None
    start = dims.add(offset, dims.multiply(scale, dims.add(base.start, dims.multiply(base.step, part.start))))
    return Range(start, part.length, scale * base.step * part.step)


def _evenly_spaced(index: Node) -> Range | None:
    if index.op.name == "arange":
        return whole(index.shape[0])
    if index.op.name != "constant" or not index.attr("literal").array.size:
        return None
    places = index.attr("literal").array
    jumps = np.unique(np.diff(places))
    return Range(int(places[0]), len(places), int(jumps[0]) if jumps.size else 1) if jumps.size < 2 else None


def lies_inside(r: Range, n: Dim) -> bool:
    """Whether all places of a range are places of an axis of length ``n``, whatever the lengths are."""
    last = dims.add(r.start, dims.multiply(dims.subtract(r.length, 1), r.step))
    low, high = (r.start, last) if r.step > 0 else (last, r.start)
    return is_at_most(0, low) and is_at_most(high, dims.subtract(n, 1))


# what a part is made from -------------------------------------------------------------------------------------

def below(node: Node, ranges: Ranges) -> Sequence[Ranges] | None:
    """The ranges of each operand from which the part ``ranges`` of a node is made by the same op; None if there are
    no such ranges, or errors would be lost."""
    if "may_raise" in node.op.facts and node.dtype.kind in "iu":
        return None
    if node.op.kind == "elementwise":
        return (ranges,) * len(node.operands)
    if node.op.kind == "reduction":
        return (_without_axes(node, ranges),)
    find = _BELOW.get(node.op.name)
    return None if find is None else find(node, ranges)


def part(node: Node, ranges: Ranges, operands: Sequence[Node]) -> Node:
    """The part ``ranges`` of a node, made from the parts of its operands that :func:`below` asks for."""
    shape = tuple(r.length for r in ranges)
    if node.op.name == "slice":
        return operands[0]
    if node.op.name == "broadcast_to":
        return broadcast_to(operands[0], shape)
    return rebuild(node, (*operands, *node.inputs[len(operands):]))


def _of_repeated(node: Node, ranges: Ranges) -> Sequence[Ranges]:
    shape = node.operands[0].shape
    own = ranges[len(ranges) - len(shape):]
    return (tuple(whole(1) if n == 1 else r for r, n in zip(own, shape, strict=True)),)


def _of_expanded(node: Node, ranges: Ranges) -> Sequence[Ranges] | None:
    axes = node.attr("axis")
    if any(ranges[k].length != 1 for k in axes):
        return None
    return (tuple(r for k, r in enumerate(ranges) if k not in axes),)


def _without_axes(node: Node, ranges: Ranges) -> Ranges:
    """Of an op without the axes ``axis`` of its operand: all of those."""
    rest, axes = iter(ranges), node.attr("axis")
    return tuple(whole(n) if k in axes else next(rest) for k, n in enumerate(node.operands[0].shape))


def _of_transposed(node: Node, ranges: Ranges) -> Sequence[Ranges]:
    axes = node.attr("axes")
    return (tuple(ranges[axes.index(k)] for k in range(len(axes))),)


def _of_sliced(node: Node, ranges: Ranges) -> Sequence[Ranges]:
    return (tuple(outer.inside(inner) for outer, inner in zip(ranges, ranges_of(node), strict=True)),)


def _of_product(node: Node, ranges: Ranges) -> Sequence[Ranges]:
    a, b = (x.shape for x in node.operands)
    rows = len(a) - 1
    return (*ranges[:rows], whole(a[-1])), (whole(b[0]), *ranges[rows:])


def _of_scan(node: Node, ranges: Ranges) -> Sequence[Ranges] | None:
    """Of the axis along which elements are combined, the first ones."""
    return (ranges,) * len(node.operands) if ranges[node.attr("axis")].is_start else None


def _of_sorted(node: Node, ranges: Ranges) -> Sequence[Ranges] | None:
    axis = node.attr("axis")
    return (ranges,) if ranges[axis].is_all(node.shape[axis]) else None


def _of_gathered(node: Node, ranges: Ranges) -> Sequence[Ranges] | None:
    """Of the other axes; all indices stay, because one outside is an error."""
    x, *indices = node.operands
    count, axes = indices[0].ndim, node.attr("axes")
    if not all(r.is_all(n) for r, n in zip(ranges[:count], node.shape[:count], strict=True)):
        return None
    rest = iter(ranges[count:])
    own = tuple(whole(n) if k in axes else next(rest) for k, n in enumerate(x.shape))
    return own, *(tuple(map(whole, i.shape)) for i in indices)


def _of_stack(node: Node, ranges: Ranges) -> Sequence[Ranges] | None:
    """Of the axes before the last two, which hold matrices."""
    lead = node.ndim - (2 if node.op.name == "band" else 1)
    kept = all(r.is_all(n) for r, n in zip(ranges[lead:], node.shape[lead:], strict=True))
    x = node.operands[0].shape
    return ((*ranges[:lead], *map(whole, x[lead:])),) if kept else None


_BELOW: Mapping[str, Below] = MappingProxyType({
    "broadcast_to": _of_repeated, "expand_dims": _of_expanded,
    "squeeze": lambda node, ranges: (_without_axes(node, ranges),),
    "transpose": _of_transposed, "slice": _of_sliced, "dot": _of_product, "gather": _of_gathered,
    "band": _of_stack, "diagonal": _of_stack,
    **dict.fromkeys(("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "recurrence"), _of_scan),
    **dict.fromkeys(("sort", "argsort"), _of_sorted)})
