"""Phases without jumps; ``tensor.functions`` makes the function public."""

from __future__ import annotations

import math

from .. import dtypes
from ..ir.build import convert, o
from ..ir.node import Node
from ..shapes import as_float, normalize_axis
from .differences import diff
from .scans import cumsum


def unwrap(p: Node, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Node:
    """Phases along an axis with steps of at most half a period: multiples of the period are added to what follows a
    larger step.

    Args:
        p: phases, real numbers of rank 1 at least; integers with a whole period stay integers.
        discont: the largest step that is left as it is; half a period without it, and at least that.
        axis: a negative one counts from the back.
        period: the number of which multiples may be added.

    Returns:
        The shape of ``p``; floats keep their dtype.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``p`` is complex or no array of numbers, the axis is no integer, or ``period`` or ``discont`` is no
            number.

    >>> from symnum import tensor as T
    >>> T.unwrap([0, 1, 2, -1, 0], period=4).eval()
    array([0, 1, 2, 3, 4])
    """
    k = normalize_axis(axis, p.ndim, "unwrap")
    as_float(period, "period of unwrap")
    common = dtypes.promote([p.dtype, type(period)])
    steps = diff(p, axis=k)
    whole = common.kind in "iu"
    high = period // 2 if whole else period / 2
    wrapped = o.add(o.remainder(o.add(steps, high), period), -high)
    if not whole or period % 2 == 0:  # half a period up and half a period down are one step
        at_end = o.logical_and(o.equal(wrapped, -high), o.greater(steps, 0))
        wrapped = o.where(at_end, high, wrapped)
    change = o.subtract(wrapped, steps)
    limit = period / 2 if discont is None else discont
    change = o.where(o.less(o.absolute(steps), limit), 0, change)
    after_first = tuple(int(axis == k) for axis in range(p.ndim))
    changes = o.embed(change, shape=p.shape, starts=after_first, steps=(1,) * p.ndim)
    return o.add(p, convert(cumsum(changes, axis=k), common))
