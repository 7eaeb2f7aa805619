"""Nodes of medians and quantiles: elements by rank, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..dtypes import FLOAT64, INT64
from ..errors import ArgumentValueError, DTypeError, unknown_name
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from ..ops.along import take_along
from ..shapes import normalize_axes
from .convert import ArrayLike, as_node

Axis = int | tuple[int, ...] | None


# ranks: from the number of elements and the fractions to (possibly broken) places in the sorted elements --------

def _discrete(stays: Callable[[Node, Node], Node], shift: float) -> Callable[[Node, Node], Node]:
    """A method that takes single elements: the place ``n*q + shift`` or the next one."""
    def places(n: Node, q: Node) -> Node:
        place = o.add(o.multiply(n, q), shift)
        low = o.floor(place)
        found = o.where(stays(o.subtract(place, low), low), low, o.add(low, 1.0))
        return o.maximum(found, 0.0)
    return places


def _continuous(alpha: float, beta: float) -> Callable[[Node, Node], Node]:
    """The methods 4 to 9 of Hyndman and Fan, "Sample quantiles in statistical packages" (1996)."""
    def places(n: Node, q: Node) -> Node:
        own = o.add(alpha, o.multiply(q, 1 - alpha - beta))
        return o.subtract(o.add(o.multiply(n, q), own), 1.0)
    return places


def _linear(n: Node, q: Node) -> Node:
    return o.multiply(o.subtract(n, 1.0), q)


def _midpoint(n: Node, q: Node) -> Node:
    place = _linear(n, q)
    return o.multiply(0.5, o.add(o.floor(place), o.ceil(place)))


def _is_zero(fraction: Node, low: Node) -> Node:
    return o.equal(fraction, 0.0)


def _is_even_order(fraction: Node, low: Node) -> Node:
    return o.logical_and(o.equal(fraction, 0.0), o.equal(o.remainder(low, 2.0), 1.0))


# Methods that take one element keep the dtype; others interpolate.
_DISCRETE: Mapping[str, Callable[[Node, Node], Node]] = MappingProxyType({
    "inverted_cdf": _discrete(_is_zero, -1.0),
    "closest_observation": _discrete(_is_even_order, -1.5),
    "lower": lambda n, q: o.floor(_linear(n, q)),
    "higher": lambda n, q: o.ceil(_linear(n, q)),
    "nearest": lambda n, q: o.rint(_linear(n, q)),
})
_INTERPOLATED: Mapping[str, Callable[[Node, Node], Node]] = MappingProxyType({
    "averaged_inverted_cdf": lambda n, q: o.subtract(o.multiply(n, q), 1.0),
    "interpolated_inverted_cdf": _continuous(0.0, 1.0),
    "hazen": _continuous(0.5, 0.5),
    "weibull": _continuous(0.0, 0.0),
    "linear": _linear,
    "median_unbiased": _continuous(1 / 3, 1 / 3),
    "normal_unbiased": _continuous(3 / 8, 3 / 8),
    "midpoint": _midpoint,
})


# public functions ---------------------------------------------------------------------------------------------

def median(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """The middle element over axes once they are sorted, or the mean of the two middle ones; NaN if there is a NaN.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; floats keep their dtype, integers and bool give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.median([[10, 7, 4], [3, 2, 1]], axis=1).eval()
    array([7., 2.])
    """
    lines, axes = _lines(x, axis, "median")
    n = lines.shape[-1]
    # Without one element the places are those before the first.
    ranks = [dims.floor_divide(dims.subtract(n, 1), 2), dims.floor_divide(n, 2), dims.subtract(n, 1)]
    found = o.ranked(_inexact(lines), _vector([dims.as_node(k) for k in ranks]), axis=lines.ndim - 1)
    middle = o.multiply(o.add(_part(found, 0, 1), _part(found, 1, 1)), 0.5)
    return _restored(_without_nan(found, middle), x, axes, keepdims, ())


def quantile(x: Node, q: ArrayLike, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Node:
    """Quantiles over axes: what a fraction ``q`` of the elements is below; NaN if there is a NaN.

    Args:
        x: real numbers of any shape.
        q: fractions from 0 to 1; their shape comes first in that of the result.
        axis: an axis, several, or None for all; negative ones count from the back.
        method: "linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf", "averaged_inverted_cdf",
            "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased" or
            "normal_unbiased", with NumPy's meaning.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape of ``q``, then that of ``x`` without the axes.  Methods that take single elements keep the dtype of
        ``x``; others give the common dtype of ``x`` and ``q`` (Python numbers are weak), float64 of integers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: a fraction that is known lies outside 0 to 1.
        UnknownNameError: there is no such method.
        DTypeError: ``x`` or ``q`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.quantile([10, 7, 4, 3, 2, 1], 0.5).eval(), T.quantile([1.0, 2.0, 4.0], [0.25, 1.0]).eval()
    (array(3.5), array([1.5, 4. ]))
    """
    return _quantile(x, _fractions(q, 1.0, "quantile"), axis, method, keepdims, _by_rank)


def percentile(x: Node, q: ArrayLike, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Node:
    """Percentiles over axes: :func:`quantile` with ``q`` in percent.

    Args:
        x: real numbers of any shape.
        q: percentages from 0 to 100; their shape comes first in that of the result.
        axis: an axis, several, or None for all; negative ones count from the back.
        method: the name of a rule for what lies between two elements, as in :func:`quantile`.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape of ``q``, then that of ``x`` without the axes.  Methods that take single elements keep the dtype of
        ``x``; others give the common dtype of ``x`` and ``q`` (Python numbers are weak), float64 of integers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: a number ``q`` that is known lies outside 0 to 100.
        UnknownNameError: there is no such method.
        DTypeError: ``x`` or ``q`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.percentile([10, 7, 4, 3, 2, 1], 50).eval()
    array(3.5)
    """
    return _quantile(x, _fractions(q, 100.0, "percentile"), axis, method, keepdims, _by_rank)


def nanmedian(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """:func:`median` of the elements that are not NaN; NaN where there is none.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; floats keep their dtype, integers and bool give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.nanmedian([10.0, float("nan"), 4.0, 3.0]).eval()
    array(4.)
    """
    return _quantile(x, (as_node(0.5), True), axis, "linear", keepdims, _by_sorting)


def nanquantile(x: Node, q: ArrayLike, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Node:
    """:func:`quantile` of the elements that are not NaN; NaN where there is none.

    Args:
        x: real numbers of any shape.
        q: fractions from 0 to 1; their shape comes first in that of the result.
        axis: an axis, several, or None for all; negative ones count from the back.
        method: the name of a rule for what lies between two elements, as in :func:`quantile`.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape of ``q``, then that of ``x`` without the axes.  Methods that take single elements keep the dtype of
        ``x``; others give the common dtype of ``x`` and ``q`` (Python numbers are weak), float64 of integers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: a number ``q`` that is known lies outside 0 to 1.
        UnknownNameError: there is no such method.
        DTypeError: ``x`` or ``q`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.nanquantile([10.0, float("nan"), 4.0, 3.0], 0.5).eval()
    array(4.)
    """
    return _quantile(x, _fractions(q, 1.0, "nanquantile"), axis, method, keepdims, _by_sorting)


def nanpercentile(x: Node, q: ArrayLike, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
                  ) -> Node:
    """:func:`percentile` of the elements that are not NaN; NaN where there is none.

    Args:
        x: real numbers of any shape.
        q: percentages from 0 to 100; their shape comes first in that of the result.
        axis: an axis, several, or None for all; negative ones count from the back.
        method: the name of a rule for what lies between two elements, as in :func:`quantile`.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape of ``q``, then that of ``x`` without the axes.  Methods that take single elements keep the dtype of
        ``x``; others give the common dtype of ``x`` and ``q`` (Python numbers are weak), float64 of integers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: a number ``q`` that is known lies outside 0 to 100.
        UnknownNameError: there is no such method.
        DTypeError: ``x`` or ``q`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.nanpercentile([10.0, float("nan"), 4.0, 3.0], 50).eval()
    array(4.)
    """
    return _quantile(x, _fractions(q, 100.0, "nanpercentile"), axis, method, keepdims, _by_sorting)


# how ----------------------------------------------------------------------------------------------------------

def _fractions(q: ArrayLike, whole: float, name: str) -> tuple[Node, bool]:
    """Fractions as float64, and whether they are Python numbers, which do not widen the result."""
    node = as_node(q)
    if node.dtype.kind not in "fiu":
        raise DTypeError(f"{name}: q must be real numbers; given {node.dtype.name}")
    if node.op.name == "constant":
        values = node.attr("literal").array
        if not np.all((values >= 0) & (values <= whole)):
            raise ArgumentValueError(f"{name}: q must lie from 0 to {whole:g}; given {values}")
    fractions = convert(node, FLOAT64)
    return fractions if whole == 1.0 else o.true_divide(fractions, whole), isinstance(q, bool | int | float)


# From lines (the last axis), places and the next places to the two elements at each place.
_Found = tuple[Node, Node]


def _quantile(x: Node, q: tuple[Node, bool], axis: Axis, method: str, keepdims: bool,
              found_by: Callable[[Node, Node, Callable[[Node, Node], Node]], tuple[_Found, Node]]) -> Node:
    fractions, weak = q
    if not isinstance(method, str) or (method not in _DISCRETE and method not in _INTERPOLATED):
        raise unknown_name("method", method, (*_DISCRETE, *_INTERPOLATED))
    lines, axes = _lines(x, axis, "quantile")
    flat = o.reshape(fractions, shape=(dims.product(fractions.shape),))
    if method in _DISCRETE:
        (low, _), _ = found_by(lines, flat, _DISCRETE[method])
        return _restored(low, x, axes, keepdims, fractions.shape)
    lines = _inexact(lines)
    (low, high), place = found_by(lines, flat, _INTERPOLATED[method])
    part = o.subtract(place, o.floor(place))
    if method == "averaged_inverted_cdf":
        part = o.where(o.equal(part, 0.0), 0.5, 1.0)
    part = convert(part, lines.dtype) if weak else part
    return _restored(_between(low, high, part), x, axes, keepdims, fractions.shape)


def _between(low: Node, high: Node, part: Node) -> Node:
    """low + part * (high - low), from the nearer end, which it then hits exactly."""
    gap = o.subtract(high, low)
    below, above = o.add(low, o.multiply(gap, part)), o.subtract(high, o.multiply(gap, o.subtract(1, part)))
    found = o.where(o.less(part, 0.5), below, above)
    return o.where(o.equal(low, high), low, found)


def _by_rank(lines: Node, q: Node, places: Callable[[Node, Node], Node]) -> tuple[_Found, Node]:
    """Elements of lines of one length, by their ranks."""
    length = lines.shape[-1]
    place = places(convert(dims.as_node(length), FLOAT64), q)
    last = dims.as_node(dims.subtract(length, 1))
    low, high = _neighbours(place, last)
    found = o.ranked(lines, o.concatenate(low, high, _vector([last]), axis=0), axis=lines.ndim - 1)
    count = q.shape[0]
    return (_without_nan(found, _part(found, 0, count)), _without_nan(found, _part(found, count, count))), place


def _by_sorting(lines: Node, q: Node, places: Callable[[Node, Node], Node]) -> tuple[_Found, Node]:
    """Elements of lines of which only those that are not NaN count; these stand first once sorted."""
    axis = lines.ndim - 1
    is_number = o.equal(lines, lines)
    count = o.expand_dims(o.sum(o.cast(is_number, dtype=INT64), axis=(axis,)), axis=(axis,))
    place = places(convert(count, FLOAT64), q)
    ranks = (o.maximum(k, 0) for k in _neighbours(place, o.subtract(count, 1)))
    ordered = o.sort(lines, axis=axis)
    low, high = (take_along(o, ordered, k, axis) for k in ranks)
    return (low, high), place


def _neighbours(place: Node, last: Node) -> tuple[Node, Node]:
    """The places on both sides of a broken one, int64; inside 0 to ``last``."""
    low = convert(o.floor(place), INT64)
    inside = [o.minimum(o.maximum(k, 0), last) for k in (low, o.add(low, 1))]
    return inside[0], inside[1]


def _without_nan(found: Node, value: Node) -> Node:
    """NaN where the last element of a sorted line, which ``found`` ends with, is one."""
    if found.dtype.kind != "f":
        return value
    last = _part(found, dims.subtract(found.shape[-1], 1), 1)
    return o.where(o.equal(last, last), value, last)


def _part(x: Node, start: Any, length: Any) -> Node:
    """Some elements of the last axis."""
    rest = x.ndim - 1
    return o.slice(x, starts=(0,) * rest + (start,), lengths=(*x.shape[:-1], length),
                   steps=(1,) * x.ndim)


def _vector(numbers: list[Node]) -> Node:
    return o.concatenate(*(o.expand_dims(k, axis=(0,)) for k in numbers), axis=0)


# shapes -------------------------------------------------------------------------------------------------------

def _lines(x: Node, axis: Axis, name: str) -> tuple[Node, tuple[int, ...]]:
    """The reduced axes as the last one of x, of whose elements a bool is 0 or 1."""
    if x.dtype.kind == "c":
        raise DTypeError(f"{name}: complex numbers have no order")
    axes = normalize_axes(axis, x.ndim, name)
    kept = tuple(k for k in range(x.ndim) if k not in axes)
    moved = o.transpose(x, axes=(*kept, *axes)) if x.ndim > 1 else x
    shape = (*(x.shape[k] for k in kept), dims.product(x.shape[k] for k in axes))
    return o.reshape(moved, shape=shape), axes


def _inexact(x: Node) -> Node:
    return x if x.dtype.kind == "f" else convert(x, FLOAT64)


def _restored(found: Node, x: Node, axes: tuple[int, ...], keepdims: bool, first: tuple[Any, ...]) -> Node:
    """The last axis, that of the fractions, first and in its own shape."""
    rank = found.ndim
    moved = o.transpose(found, axes=(rank - 1, *range(rank - 1))) if rank > 1 else found
    kept = (1 if k in axes else n for k, n in enumerate(x.shape) if keepdims or k not in axes)
    return o.reshape(moved, shape=(*first, *kept))


