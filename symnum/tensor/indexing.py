"""``x[key]`` by NumPy's rules: whole numbers, slices, ``...``, None, arrays of integers, and masks."""

from __future__ import annotations

from ..ir.node import Node
from .indexing_steps import steps_of


def index(x: Node, key: object) -> Node:
    """``x[key]``; ``x`` itself if everything is taken.

    Arrays of integers are broadcast together; their axes stand where they stood in the key if they stood side by
    side, else first.  Places that are known are checked now, others when the graph runs.  A mask whose elements are
    not known makes the length of the result depend on data.

    Raises:
        IndexBoundsError: a place is known to lie outside its axis, there are too many parts, a part is of no kind that
            indexes, a mask does not fit its axes, or arrays do not broadcast.
    """
    for step in steps_of(x, key):
        x = step.take(x)
    return x
