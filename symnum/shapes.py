"""Axes and index ranges as plain integers: NumPy's rules and NumPy's errors."""

from __future__ import annotations

import operator
from collections.abc import Iterable

from .errors import AxisError, DTypeError


def as_int(value: object, what: str) -> int:
    """``value`` as an int (``operator.index``).

    Raises:
        DTypeError: it is not an integer.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise DTypeError(f"{what} must be an integer; given {value!r} of type {type(value).__name__}") from None


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


def normalize_permutation(axes: Iterable[object] | None, ndim: int, name: str) -> tuple[int, ...]:
    """A permutation of all axes; ``None`` reverses them.

    Raises:
        AxisError: ``axes`` does not name each axis exactly once.
    """
    if axes is None:
        return tuple(reversed(range(ndim)))
    found = tuple(normalize_axis(a, ndim, name) for a in axes)
    if sorted(found) != list(range(ndim)):
        raise AxisError(f"{name}: axes {found} do not name each of the {ndim} axes once")
    return found
