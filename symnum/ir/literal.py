"""``Literal``: the value of a constant node, compared by its exact bits."""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np

from .. import dtypes
from ..dtypes import Weak
from ..errors import ArgumentValueError


class Literal:
    """A read-only array in a supported dtype; equal if dtype, shape and every bit are equal."""

    __slots__ = ("array", "_key")

    def __init__(self, value: object) -> None:
        array = np.array(value, dtype=dtypes.as_dtype(np.asarray(value).dtype), order="C")
        array.flags.writeable = False
        self.array = array
        self._key = (array.dtype.str, array.shape, array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"Literal({self.array!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Literal, (np.array(self.array),)


def weak_literal(value: bool | int | float | complex, dtype: np.dtype[Any]) -> Literal:
    """A Python number in the dtype that its neighbours gave it, rounded once.

    Raises:
        ArgumentValueError: a whole number outside the integer dtype, a float for an integer dtype, or a complex number
            for a real one.
    """
    if isinstance(value, complex):
        if dtype.kind != "c":
            raise ArgumentValueError(f"Python number {value!r} does not fit {dtype.name}; use its .real or .imag")
        return Literal(np.array(value, dtype=dtype))
    if dtype.kind in "iu" and not isinstance(value, bool):
        ends = np.iinfo(dtype)
        if isinstance(value, float) or not ends.min <= value <= ends.max:
            raise ArgumentValueError(f"Python number {value!r} does not fit {dtype.name} "
                                     f"({ends.min} to {ends.max}); cast the other operand first")
    try:
        return Literal(np.array(value, dtype=dtype))
    except OverflowError:
        return Literal(np.array(float("inf") if value > 0 else float("-inf"), dtype=dtype))


def weak_type(value: object) -> Weak | None:
    """The weak type of a Python number, or None if it is not one."""
    for weak in (bool, int, float, complex):
        if type(value) is weak:
            return weak
    return None


def is_weak(value: object) -> TypeGuard[bool | int | float | complex]:
    """Whether a value is a Python number, which takes the dtype of what it meets (NEP 50)."""
    return weak_type(value) is not None
