"""Axes and index ranges as plain integers: NumPy's rules and NumPy's errors."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from .errors import AxisError, DTypeError


def as_int(value: object, what: str) -> int:
    """``value`` as an int (``operator.index``).

    Raises:
        DTypeError: it is not an integer.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]  # a TypeError is wanted
    except TypeError:
        raise DTypeError(f"{what} must be an integer; given {value!r} of type {type(value).__name__}") from None


def as_float(value: object, what: str) -> float:
    """``value`` as a float.

    Raises:
        DTypeError: it is not a number that is known.
    """
    try:
        return float(value if not isinstance(value, str) else "no number")  # type: ignore[arg-type]  # or a TypeError
    except (TypeError, ValueError):
        raise DTypeError(f"{what} must be a number; given {value!r} of type {type(value).__name__}") from None


def as_entries(value: object, what: str) -> tuple[Any, ...]:
    """The entries of a list, a tuple, or another iterable.

    Raises:
        DTypeError: it is not iterable.
    """
    try:
        return tuple(value)  # type: ignore[arg-type]  # a TypeError is wanted
    except TypeError:
        raise DTypeError(f"{what} must be a list; given {value!r} of type {type(value).__name__}") from None


def normalize_axis(axis: object, ndim: int, name: str) -> int:
    """One axis of an operand of rank ``ndim``, counted from the front.

    >>> normalize_axis(-1, 3, "sum")
    2

    Raises:
        AxisError: the axis is outside the rank.
    """
    number = as_int(axis, f"axis of {name}")
    if not -ndim <= number < ndim:
        raise AxisError(f"{name}: axis {number} is out of bounds for an operand of rank {ndim}")
    return number % ndim


def normalize_axes(axis: object, ndim: int, name: str) -> tuple[int, ...]:
    """Axes as a sorted tuple; ``None`` means all of them.

    >>> normalize_axes((-1, 0), 3, "sum")
    (0, 2)

    Raises:
        AxisError: an axis is outside the rank, or named twice.
    """
    if axis is None:
        return tuple(range(ndim))
    given = tuple(axis) if isinstance(axis, Iterable) else (axis,)
    axes = tuple(normalize_axis(a, ndim, name) for a in given)
    if len(set(axes)) != len(axes):
        raise AxisError(f"{name}: an axis is named twice in {given}")
    return tuple(sorted(axes))


def normalize_permutation(axes: object, ndim: int, name: str) -> tuple[int, ...]:
    """A permutation of all axes; ``None`` reverses them.

    Raises:
        AxisError: ``axes`` does not name each axis exactly once.
        DTypeError: an axis is no integer.
    """
    if axes is None:
        return tuple(reversed(range(ndim)))
    given = axes if isinstance(axes, Iterable) else (axes,)
    found = tuple(normalize_axis(a, ndim, name) for a in given)
    if sorted(found) != list(range(ndim)):
        raise AxisError(f"{name}: axes {found} do not name each of the {ndim} axes once")
    return found
