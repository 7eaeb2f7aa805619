"""Nodes that count: how often numbers occur, and how many elements lie in each of several bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import BOOL, FLOAT64, INT64, UINT8
from ..errors import ArgumentValueError, DTypeError, ShapeError, UnsupportedError
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Dim, Node
from ..shapes import as_entries, as_int
from .convert import ArrayLike, as_array, as_node
from .counting import settled
from .creation_ranges import evenly_spaced
from .lengths import node_of
from .shaping import ravel

Bins = int | ArrayLike
Range = Sequence[ArrayLike]


def bincount(x: Node, weights: ArrayLike | None = None, minlength: int = 0) -> Node:
    """How often each number from 0 up occurs in a vector of integers, or the sum of the weights at its places.

    Args:
        x: a vector of integers, none of them negative.
        weights: a vector as long as ``x``; the result is float64 then (of no numbers too), and int64 without them.
        minlength: the least length of the result, which otherwise ends with the largest number.

    Returns:
        A vector: int64, or the dtype of the weights.

    Raises:
        DTypeError: the numbers are not integers that fit int64.
        ShapeError: an operand is no vector, or their lengths differ.
        ArgumentValueError: a number is negative (known when the graph runs), or ``minlength`` is.

    >>> from symnum import tensor as T
    >>> T.bincount([1, 3, 1]).eval()
    array([0, 2, 0, 1])
    """
    numbers, least = x, as_int(minlength, "minlength of bincount")
    if least < 0:
        raise ArgumentValueError(f"bincount: minlength must be at least 0; given {least}")
    if numbers.ndim != 1:
        raise ShapeError(f"bincount: expected a vector; given shape {dims.text(numbers.shape)}")
    if numbers.dtype.kind not in "iub" or not np.can_cast(numbers.dtype, INT64):
        raise DTypeError(f"bincount: expected integers that fit int64; given {numbers.dtype.name}")
    places = convert(numbers, INT64)
    if weights is None:
        return settled(o.bincount(places, minlength=least))
    length = dims.count("bincount_length", places, minlength=least)
    return _added(places, _weights(weights, numbers, "bincount"), length)


def _weights(weights: ArrayLike | None, x: Node, name: str) -> Node:
    """What each element adds: its weight, or 1."""
    if weights is None:
        return broadcast_to(constant(1, INT64), x.shape)
    given = as_node(weights)
    if given.ndim != x.ndim or not all(map(dims.may_equal, given.shape, x.shape)):
        raise ShapeError(f"{name}: weights of shape {dims.text(given.shape)} for {dims.text(x.shape)} elements")
    return convert(given, given.dtype if given.dtype.kind == "c" else FLOAT64)


def _added(places: Node, values: Node, length: Dim) -> Node:
    """The sums of the values of each place."""
    zeros = broadcast_to(constant(0, values.dtype), (length,))
    return o.scatter(zeros, values, places, axes=(0,), combine="add")


# edges ------------------------------------------------------------------------------------------------------

def histogram_bin_edges(a: Node, bins: Bins = 10, range: Range | None = None, weights: ArrayLike | None = None
                        ) -> Node:
    """The edges of the bins that :func:`histogram` counts in.

    Args:
        a: real numbers of any shape.
        bins: the number of bins, all equally wide, or their edges, which must not decrease.
        range: the ends of the bins, two numbers; without it the smallest and the largest element.
        weights: for NumPy's sake; numbers of any shape, which make no difference.

    Returns:
        A vector with one edge more than there are bins; the dtype of edges that are given, else that of ``a``, float64
        of integers.

    Raises:
        ArgumentValueError: the number of bins is not positive, edges that are known decrease, or a range that is known
            is not finite or decreases.
        ShapeError: the edges are no vector.
        UnsupportedError: the bins are the name of a rule.
        DTypeError: ``a`` is complex or no array of numbers, or ``bins`` or ``range`` is no number.

    >>> from symnum import tensor as T
    >>> T.histogram_bin_edges([1, 2, 5], 2).eval()
    array([1., 3., 5.])
    """
    return _edges(_numbers(a), bins, range)


def _numbers(a: Node) -> Node:
    x = ravel(a)
    if x.dtype.kind == "c":
        raise DTypeError("histogram: complex numbers have no order")
    return convert(x, UINT8) if x.dtype == BOOL else x


def _edges(x: Node, bins: Bins, ends: Range | None) -> Node:
    if isinstance(bins, str):
        raise UnsupportedError(f"histogram: the rule {bins!r} chooses a number of bins, which must be known; cure: "
                               "numpy.histogram_bin_edges of a sample")
    if node_of(bins) is None and np.ndim(bins) == 0:  # type: ignore[arg-type]  # node_of has said that it is no tensor
        return _equal_edges(x, _positive(bins), ends)
    edges = as_node(bins)
    if edges.ndim != 1:
        raise ShapeError(f"histogram: edges of bins must be a vector; given shape {dims.text(edges.shape)}")
    if node_of(bins) is None and (np.diff(as_array(bins)) < 0).any():
        raise ArgumentValueError("histogram: edges of bins must not decrease")
    return edges


def _positive(bins: object) -> int:
    count = as_int(bins, "the number of bins")
    if count < 1:
        raise ArgumentValueError(f"histogram: the number of bins must be positive; given {count}")
    return count


def _equal_edges(x: Node, count: int, ends: Any) -> Node:
    dtype = x.dtype if x.dtype.kind == "f" else FLOAT64
    if ends is not None and len(ends := as_entries(ends, "range of histogram")) != 2:
        raise ArgumentValueError(f"histogram: a range has two ends; given {len(ends)}")
    if ends is not None and all(node_of(end) is None for end in ends):
        low, high = _known_ends(*map(as_array, ends))
        return constant(np.linspace(low, high, count + 1), np.result_type(dtype, *ends))
    first, last = _ends_of(x) if ends is None else map(as_node, ends)
    first, last = (convert(end, dtypes.promote((end.dtype, dtype))) for end in (first, last))
    alone = o.equal(first, last)
    first, last = o.where(alone, o.subtract(first, 0.5), first), o.where(alone, o.add(last, 0.5), last)
    return evenly_spaced(first, last, count + 1)[0]


def _known_ends(low: Any, high: Any) -> tuple[Any, Any]:
    if low > high or not (np.isfinite(low) and np.isfinite(high)):
        raise ArgumentValueError(f"histogram: a range must be finite and must not decrease; given ({low}, {high})")
    return (low - 0.5, high + 0.5) if low == high else (low[()], high[()])


def _ends_of(x: Node) -> tuple[Node, Node]:
    """The smallest and the largest element; 0 and 1 if there are none."""
    length = x.shape[0]
    if isinstance(length, int):
        return (o.min(x, axis=(0,)), o.max(x, axis=(0,))) if length else (constant(0.0), constant(1.0))
    info: Any = np.finfo(x.dtype) if x.dtype.kind == "f" else np.iinfo(x.dtype)
    empty = o.equal(dims.as_node(length), 0)
    # An element more, so that there is always one.
    low, high = (extreme(o.concatenate(x, constant([end], x.dtype), axis=0), axis=(0,))
                 for extreme, end in ((o.min, info.max), (o.max, info.min)))
    return o.where(empty, 0, low), o.where(empty, 1, high)


# bins -------------------------------------------------------------------------------------------------------

def histogram(a: ArrayLike, bins: Bins = 10, range: Range | None = None, density: bool | None = None,
              weights: ArrayLike | None = None) -> tuple[Node, Node]:
    """How many elements lie in each bin, and the edges of the bins; the last bin has both its ends.

    Args:
        a: real numbers of any shape.
        bins: the number of bins, all equally wide, or their edges, which must not decrease.
        range: the ends of the bins, two numbers; without it the smallest and the largest element, of which none may be
            NaN.
        density: divide by the whole count and the widths of the bins.
        weights: what each element counts, in the shape of ``a``; the counts have their dtype then.

    Returns:
        Counts (int64, or the dtype of the weights) and edges (the dtype of those that are given, else that of ``a``,
        float64 of integers), both vectors.

    Raises:
        ArgumentValueError: the number of bins is not positive, edges that are known decrease, or a range that is known
            is not finite or decreases.
        ShapeError: the edges are no vector, or the weights have another shape.
        UnsupportedError: the bins are the name of a rule.
        DTypeError: ``a`` is complex or no array of numbers, ``bins`` or ``range`` is no number, or the weights are not
            numbers.

    >>> from symnum import tensor as T
    >>> counts, edges = T.histogram([1, 2, 5, 5], bins=2)
    >>> counts.eval(), edges.eval()
    (array([2, 2]), array([1., 3., 5.]))
    """
    given = as_node(a)
    x = _numbers(given)
    edges = _edges(x, bins, range)
    values = ravel(_weights(weights, given, "histogram"))
    count = dims.subtract(edges.shape[0], 1)
    found = _counts(_bin_of(x, edges, _is_count(bins)), values, count)
    if weights is not None:
        found = convert(found, as_node(weights).dtype)
    if not density:
        return found, edges
    whole = o.sum(found, axis=(0,))
    return o.true_divide(o.true_divide(found, _widths(edges)), whole), edges


def histogram2d(x: ArrayLike, y: ArrayLike, bins: Any = 10, range: Sequence[Range | None] | None = None,
                density: bool | None = None, weights: ArrayLike | None = None) -> tuple[Node, Node, Node]:
    """How many pairs lie in each bin of a grid, and the edges of the bins along both axes.

    Args:
        x: a vector of real numbers.
        y: another one of the same length.
        bins: the number of bins along both axes, or their edges; or a pair of those.
        range: a pair of pairs, the ends of the bins along either axis.
        density: divide by the whole count and the areas of the bins.
        weights: what each pair counts, a vector of the same length.

    Returns:
        Counts as float64 with one row for each bin of ``x``, and the edges along both axes.

    Raises:
        ArgumentValueError: a number of bins is not positive, edges that are known decrease, or a range that is known is
            not finite, decreases, or is no pair.
        ShapeError: ``x`` and ``y`` are no vectors of one length, edges are no vector, or the weights have another
            shape.
        UnsupportedError: the bins are the name of a rule.
        DTypeError: an operand is complex or no array of numbers, or ``bins`` or ``range`` is no number.

    >>> from symnum import tensor as T
    >>> T.histogram2d([0, 1, 1], [0, 1, 1], bins=2)[0].eval()
    array([[1., 0.],
           [0., 2.]])
    """
    pair = tuple(bins) if node_of(bins) is None and np.ndim(bins) != 0 and len(bins) == 2 else (bins, bins)
    ends = (None, None) if range is None else as_entries(range, "range of histogram2d")
    if len(ends) != 2:
        raise ArgumentValueError(f"histogram2d: range takes a pair of pairs; given {len(ends)} of them")
    points = _numbers(as_node(x)), _numbers(as_node(y))
    if not dims.may_equal(points[0].shape[0], points[1].shape[0]):
        raise ShapeError(f"histogram2d: {dims.text(points[0].shape)} and {dims.text(points[1].shape)} numbers; "
                         "expected as many of either")
    edges = [_edges(p, b, e) for p, b, e in zip(points, pair, ends, strict=True)]
    rows, columns = (dims.subtract(e.shape[0], 1) for e in edges)
    number = [_bin_of(p, e, _is_count(b)) for p, e, b in zip(points, edges, pair, strict=True)]
    inside = o.logical_and(*(o.less(k, dims.as_node(n)) for k, n in zip(number, (rows, columns), strict=True)))
    place = o.add(o.multiply(number[0], dims.as_node(columns)), number[1])
    size = dims.multiply(rows, columns)
    values = convert(_weights(weights, points[0], "histogram2d"), FLOAT64)
    found = o.reshape(_counts(o.where(inside, place, dims.as_node(size)), values, size), shape=(rows, columns))
    if density:
        by_row = o.true_divide(found, o.expand_dims(_widths(edges[0]), axis=(1,)))
        found = o.true_divide(o.true_divide(by_row, _widths(edges[1])), o.sum(found, axis=(0, 1)))
    return found, edges[0], edges[1]


def _is_count(bins: Any) -> bool:
    return node_of(bins) is None and np.ndim(bins) == 0


def _widths(edges: Node) -> Node:
    count = dims.subtract(edges.shape[0], 1)
    high, low = (o.slice(edges, starts=(k,), lengths=(count,), steps=(1,)) for k in (1, 0))
    return o.subtract(high, low)


def _counts(number: Node, values: Node, count: Dim) -> Node:
    """The sums of the values in each bin; bin number ``count`` is for those outside."""
    whole = _added(number, values, dims.add(count, 1))
    return o.slice(whole, starts=(0,), lengths=(count,), steps=(1,))


def _bin_of(x: Node, edges: Node, are_equal: bool) -> Node:
    """The number of the bin that each element lies in, and the number of bins for those outside."""
    count = dims.as_node(dims.subtract(edges.shape[0], 1))
    first, last = (_at(edges, k) for k in (0, count))
    x = convert(x, dtypes.promote((x.dtype, edges.dtype)))
    inside = o.logical_and(o.greater_equal(x, first), o.less_equal(x, last))
    if not are_equal:
        found = o.subtract(o.searchsorted(edges, x, side="right"), 1)
        return o.where(inside, o.minimum(found, o.subtract(count, 1)), count)
    top = o.subtract(count, 1)
    share = o.true_divide(o.subtract(x, first), o.subtract(last, first))
    guess = convert(o.where(inside, o.multiply(share, convert(count, x.dtype)), 0), INT64)
    guess = o.minimum(o.maximum(guess, 0), top)
    # The guess may be one off where an element lies within a rounding of an edge.
    guess = o.where(o.less(x, _at(edges, guess)), o.subtract(guess, 1), guess)
    beyond = o.logical_and(o.greater_equal(x, _at(edges, o.add(guess, 1))), o.not_equal(guess, top))
    return o.where(inside, o.where(beyond, o.add(guess, 1), guess), count)


def _at(edges: Node, place: Node | int) -> Node:
    node = constant(place, INT64) if isinstance(place, int) else place
    return o.gather(edges, node, axes=(0,))
