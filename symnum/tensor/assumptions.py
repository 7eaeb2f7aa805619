"""``assume``: what is known of a value, stated by the user; rules use it, and ``mode="debug"`` checks it."""

from __future__ import annotations

import math

import numpy as np

from ..errors import ArgumentError, ArgumentValueError
from ..ir.build import o
from ..ir.node import Node
from ..ops.assumptions import ELEMENT_FACTS, MATRIX_FACTS

Number = int | float


def assume(x: Node, *, positive: bool | None = None, nonnegative: bool | None = None, negative: bool | None = None,
           nonpositive: bool | None = None, nonzero: bool | None = None, lower: Number | None = None,
           upper: Number | None = None, integer: bool | None = None, finite: bool | None = None,
           symmetric: bool | None = None, positive_definite: bool | None = None, diagonal: bool | None = None,
           lower_triangular: bool | None = None, upper_triangular: bool | None = None,
           orthogonal: bool | None = None) -> Node:
    """The same values, of which rules may take for granted what is stated: ``sqrt(x**2)`` is ``x`` for positive x.

    What is stated holds of the result and of what is computed from it, not of ``x`` itself.  Where it is wrong, results
    are undefined; mode ``"debug"`` checks every statement in each call.  An element that is NaN contradicts ``finite``
    alone, and an infinite one is positive or negative.

    Args:
        x: any dtype and shape.
        positive: True: all elements are above 0.
        nonnegative: True: no element is below 0.
        negative: True: all elements are below 0.
        nonpositive: True: no element is above 0.
        nonzero: True: no element is 0.
        lower: a number that no element is below.
        upper: a number that no element is above.
        integer: True: all finite elements are whole numbers.
        finite: True: no element is infinite or NaN.
        symmetric: True: each matrix of the last two axes is its own transpose.
        positive_definite: True: each matrix is symmetric, and its eigenvalues are positive.
        diagonal: True: each matrix is 0 off its diagonal.
        lower_triangular: True: each matrix is 0 above its diagonal.
        upper_triangular: True: each matrix is 0 below its diagonal.
        orthogonal: True: the inverse of each matrix is its transpose.

    Returns:
        The dtype and shape of ``x``.

    Raises:
        ArgumentValueError: no number has all these properties, or one is False: state what is true, as in
            ``nonpositive=True`` in place of ``positive=False``.
        ArgumentError: a bound is not a number.
        DTypeError: of bool nothing can be stated; of complex numbers only nonzero, finite, diagonal and triangular.
        ShapeError: a property of matrices is stated of less than two axes, or of matrices that are not square.

    >>> from symnum import tensor as T
    >>> T.assume(T.dvector("x"), positive=True)
    <Tensor: float64 (x.shape[0],)>
    """
    given = {"positive": positive, "nonnegative": nonnegative, "negative": negative, "nonpositive": nonpositive,
             "nonzero": nonzero, "integer": integer, "finite": finite, "symmetric": symmetric,
             "positive_definite": positive_definite, "diagonal": diagonal, "lower_triangular": lower_triangular,
             "upper_triangular": upper_triangular, "orthogonal": orthogonal}
    for name, value in given.items():
        if value is not None and value is not True:
            raise ArgumentValueError(f"assume: {name}={value!r} states nothing; cure: {name}=True, leave it out, or "
                                     "state the opposite, such as nonpositive=True in place of positive=False")
    facts = tuple(name for name in (*ELEMENT_FACTS, *MATRIX_FACTS) if given[name])
    low, high = _bound(lower, "lower"), _bound(upper, "upper")
    _check(*_with_earlier(x, facts, low, high))
    if not facts and low is None and high is None:
        return x
    return o.assume(x, facts=facts, lower=low, upper=high)


def _bound(value: Number | None, name: str) -> Number | None:
    """A bound as a Python number; -0.0 as 0.0."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ArgumentError(f"assume: {name} is a number; given {value!r} of type {type(value).__name__}")
    number: Number = value if isinstance(value, int | float) else value.item()
    if math.isnan(number):
        raise ArgumentValueError(f"assume: {name} is NaN, which bounds nothing; cure: leave it out")
    return number + 0


def _with_earlier(x: Node, facts: tuple[str, ...], lower: Number | None, upper: Number | None
                  ) -> tuple[tuple[str, ...], Number | None, Number | None]:
    """What is stated, with what was stated of ``x`` before and what its dtype says of integers."""
    lows, highs = [lower], [upper]
    while x.op.name == "assume":
        facts = tuple(dict.fromkeys((*x.attr("facts"), *facts)))
        lows.append(x.attr("lower"))
        highs.append(x.attr("upper"))
        x = x.inputs[0]
    if x.dtype.kind in "iu":
        ends = np.iinfo(x.dtype)
        lows.append(int(ends.min))
        highs.append(int(ends.max))
    return facts, max([n for n in lows if n is not None], default=None), min(
        [n for n in highs if n is not None], default=None)


def _check(facts: tuple[str, ...], lower: Number | None, upper: Number | None) -> None:
    """Refuse what no number can be.

    Raises:
        ArgumentValueError: there is no such number.
    """
    low, low_open = _highest(lower, facts, "positive", "nonnegative")
    high, high_open = _highest(None if upper is None else -upper, facts, "negative", "nonpositive")
    high = -high
    first = math.floor(low) + 1 if low_open and math.isfinite(low) else low if math.isinf(low) else math.ceil(low)
    last = math.ceil(high) - 1 if high_open and math.isfinite(high) else high if math.isinf(high) else math.floor(high)
    empty = low > high or (low == high and (low_open or high_open or (low == 0 and "nonzero" in facts)))
    whole = "integer" in facts and (first > last or (first == last == 0 and "nonzero" in facts))
    infinite = "finite" in facts and (low == math.inf or high == -math.inf)
    if empty or whole or infinite:
        said = [*facts, *(f"{name}={x}" for name, x in (("lower", lower), ("upper", upper)) if x is not None)]
        raise ArgumentValueError(f"assume: no number is all of {', '.join(said)}")


def _highest(bound: Number | None, facts: tuple[str, ...], strict: str, weak: str) -> tuple[Number, bool]:
    """The largest of several lower ends, and whether it is open."""
    ends: list[tuple[Number, bool]] = [(-math.inf if bound is None else bound, False)]
    ends += [(0, True)] * (strict in facts) + [(0, False)] * (weak in facts)
    return max(ends)
