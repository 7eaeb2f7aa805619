"""Facts of nodes: in which range every element lies, whether it may be NaN or 0, whether it is whole.

They come from what ``assume`` states, from dtypes and constants, and flow through a graph by ``transfers``.  A fact
holds of the real value, and of the value that is computed, rounding included; only ``zero`` is about the real value
alone: ``exp(x)`` is never 0, though it may be rounded to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ir.node import Node
from ..records import dataclass
from .intervals import EVERYTHING, Number, Range, outward


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of all elements of a node.

    Attributes:
        range: where every element lies that is not NaN.
        nan: whether an element may be NaN.
        zero: whether the real value of an element may be 0.
        integer: whether all finite elements are whole numbers.
        minus_zero: whether an element may be -0.0.
    """

    range: Range = EVERYTHING
    nan: bool = True
    zero: bool = True
    integer: bool = False
    minus_zero: bool = True

    @property
    def lower(self) -> Number:
        """No element is below."""
        return self.range.lower

    @property
    def upper(self) -> Number:
        """No element is above."""
        return self.range.upper

    @property
    def nonnegative(self) -> bool:
        """Whether no element is below 0."""
        return self.range.lower >= 0

    @property
    def nonpositive(self) -> bool:
        """Whether no element is above 0."""
        return self.range.upper <= 0

    @property
    def nonzero(self) -> bool:
        """Whether the real value of no element is 0; the computed one may be rounded to it."""
        return not self.zero or 0 not in self.range

    @property
    def positive(self) -> bool:
        """Whether the real values of all elements are above 0; computed ones may be rounded to it."""
        return self.nonnegative and self.nonzero

    @property
    def negative(self) -> bool:
        """Whether the real values of all elements are below 0; computed ones may be rounded to it."""
        return self.nonpositive and self.nonzero

    @property
    def bounded(self) -> bool:
        """Whether no element is infinite; it may be NaN."""
        return self.range.is_bounded

    @property
    def finite(self) -> bool:
        """Whether no element is NaN or infinite."""
        return not self.nan and self.bounded


# A node and its operands' facts -> its own; ends may lie outside of the dtype.
Transfer = Callable[[Node, Sequence[Facts]], Facts]
UNKNOWN = Facts()
TRUTH = Facts(Range(0, 1), nan=False, integer=True, minus_zero=False)


def of_dtype(dtype: np.dtype[Any]) -> Facts:
    """What is known of every number of a dtype.

    >>> of_dtype(np.dtype("uint8")).upper
    255
    """
    if dtype.kind in "iu":
        ends = np.iinfo(dtype)
        return Facts(Range(int(ends.min), int(ends.max)), nan=False, integer=True, minus_zero=False)
    return TRUTH if dtype.kind == "b" else UNKNOWN


def fitted(facts: Facts, dtype: np.dtype[Any]) -> Facts:
    """Facts of a result in a dtype: integers wrap around if they leave its range; ends of floats are its numbers."""
    if dtype.kind in "iub":
        whole, found = of_dtype(dtype), facts.range.whole()
        inside = whole.lower <= found.lower and found.upper <= whole.upper
        return Facts(found, False, facts.zero, True, False) if inside else whole
    if dtype.kind != "f":
        return UNKNOWN
    given = facts.range.whole() if facts.integer else facts.range
    found = outward(given.lower, given.upper, dtype)
    ends = Range(found.lower, found.upper, given.lower_open and found.lower == given.lower,
                 given.upper_open and found.upper == given.upper)
    return Facts(ends, facts.nan, facts.zero, facts.integer, facts.minus_zero and 0 in ends)


def of_array(array: np.ndarray[Any, Any]) -> Facts:
    """What is known of a constant.

    >>> facts = of_array(np.array([1.0, 2.0]))
    >>> facts.lower, facts.upper, facts.integer, facts.nan
    (1.0, 2.0, True, False)
    """
    if array.dtype.kind == "c" or not array.size:
        return of_dtype(array.dtype)
    if array.dtype.kind != "f":
        return Facts(Range(int(array.min()), int(array.max())), False, bool((array == 0).any()), True, False)
    numbers = array[~np.isnan(array)]
    if not numbers.size:
        return Facts(integer=True)
    ends = Range(float(numbers.min()), float(numbers.max()))
    zeros = numbers == 0
    return Facts(ends, numbers.size != array.size, bool(zeros.any()), bool((np.trunc(numbers) == numbers).all()),
                 bool((zeros & np.signbit(numbers)).any()))


def stated(node: Node) -> Facts:
    """What an ``assume`` node states of elements; its operand may be known better."""
    names = frozenset(node.attr("facts"))
    lower, upper = node.attr("lower"), node.attr("upper")
    found = Range(EVERYTHING.lower if lower is None else lower, EVERYTHING.upper if upper is None else upper)
    for name, part in _STATED:
        if name in names:
            found = found & part
    return Facts(found, "finite" not in names, not names & {"nonzero", "positive", "negative"}, "integer" in names,
                 not names & {"nonzero", "positive", "negative"})


_STATED = (("nonnegative", Range(lower=0)), ("nonpositive", Range(upper=0)),
           ("positive", Range(lower=0, lower_open=True)), ("negative", Range(upper=0, upper_open=True)),
           ("finite", Range(lower_open=True, upper_open=True)))


def both(a: Facts, b: Facts) -> Facts:
    """The facts of a value of which two things are known."""
    return Facts(a.range & b.range, a.nan and b.nan, a.zero and b.zero, a.integer or b.integer,
                 a.minus_zero and b.minus_zero)


def either(a: Facts, b: Facts) -> Facts:
    """The facts of a value that is one or the other."""
    return Facts(a.range | b.range, a.nan or b.nan, not (a.nonzero and b.nonzero), a.integer and b.integer,
                 a.minus_zero or b.minus_zero)
