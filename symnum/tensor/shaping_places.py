"""Elements at places along an axis that are known when the graph is built, as slices, which fuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..ir import dims
from ..ir.build import broadcast_to, constant, o
from ..ir.node import Dim, Node
from ..records import dataclass
from .shaping_axes import moveaxis

# More pieces than this are gathered: every element of a concatenation asks which piece it lies in.
PIECES = 24


@dataclass(frozen=True, slots=True)
class Run:
    """Elements ``start + i*step`` for each i below ``length``; step 0 repeats one element."""

    start: Dim
    length: Dim
    step: int


def selected(x: Node, axis: int, places: Sequence[int]) -> Node:
    """The elements of ``x`` at ``places`` along an axis, all of which lie inside it."""
    runs = tuple(runs_of(places))
    if len(runs) <= PIECES:
        return of_runs(x, axis, runs)
    found = o.gather(x, constant(np.asarray(places, np.int64)), axes=(axis,))
    return found if axis == 0 else moveaxis(found, 0, axis)


def of_runs(x: Node, axis: int, runs: Sequence[Run]) -> Node:
    """Runs of elements along an axis, one after the other."""
    parts = [_taken(x, axis, run) for run in runs]
    if not parts:
        return _taken(x, axis, Run(0, 0, 1))
    return parts[0] if len(parts) == 1 else o.concatenate(*parts, axis=axis)


def _taken(x: Node, axis: int, run: Run) -> Node:
    step, count = run.step or 1, 1 if run.step == 0 else run.length
    if step == 1 and dims.equal(run.start, 0) and dims.equal(count, x.shape[axis]):
        found = x
    else:
        found = o.slice(x, starts=_put(axis, run.start, (0,) * x.ndim), lengths=_put(axis, count, x.shape),
                        steps=_put(axis, step, (1,) * x.ndim))
    return broadcast_to(found, _put(axis, run.length, found.shape))


def _put(axis: int, value: Dim, values: Sequence[Dim]) -> tuple[Dim, ...]:
    return (*values[:axis], value, *values[axis + 1:])


def runs_of(places: Sequence[int]) -> Iterator[Run]:
    """The runs with steps of 1, 0 and -1 that places consist of.

    >>> list(runs_of([3, 4, 5, 5, 5, 1]))
    [Run(start=3, length=3, step=1), Run(start=5, length=2, step=0), Run(start=1, length=1, step=1)]
    """
    start = 0
    while start < len(places):
        step = places[start + 1] - places[start] if start + 1 < len(places) else 1
        end = start + 1
        if abs(step) <= 1:
            while end < len(places) and places[end] - places[end - 1] == step:
                end += 1
        yield Run(places[start], end - start, step if end - start > 1 else 1)
        start = end
