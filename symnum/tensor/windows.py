"""Windows of axes: every stretch of so many elements, as index arithmetic that fuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ..errors import ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, o
from ..ir.node import Dim, Node
from ..records import dataclass
from ..shapes import normalize_axis
from .lengths import ShapeLike, as_shape

# Windows of at most so many elements are written out as slices.
WRITTEN_OUT = 36


@dataclass(frozen=True, slots=True)
class Window:
    """The windows of one axis: ``width`` elements at distance ``dilation``, one window every ``step`` elements."""

    axis: int
    width: Dim
    step: int = 1
    dilation: int = 1

    def span(self) -> Dim:
        """From the first to behind the last element of a window."""
        return dims.add(dims.multiply(dims.subtract(self.width, 1), self.dilation), 1)

    def count(self, length: Dim) -> Dim:
        """How many windows an axis of a length has."""
        last = dims.subtract(length, self.span())
        return dims.maximum(dims.add(dims.floor_divide(last, self.step), 1), 0)


def windows(x: Node, given: Sequence[Window], keep: bool = True) -> Node:
    """All windows of some axes: element i of an axis is window i, whose elements lie along a new axis at the end.

    What is windowed is kept in memory, unless it is there: so it is computed once, and not for every window.
    """
    rank, widths = x.ndim, tuple(w.width for w in given)
    x = o.stored(x) if keep else x
    spread = o.expand_dims(x, axis=tuple(range(rank, rank + len(given)))) if given else x
    found = broadcast_to(spread, (*x.shape, *widths))
    for k, w in enumerate(given):
        found = o.shear(found, axis=w.axis, by=rank + k, length=w.count(x.shape[w.axis]), step=w.step,
                        dilation=w.dilation)
    return found


def places(given: Sequence[Window]) -> Iterator[tuple[int, ...]]:
    """The places inside windows of known widths, the last one changing fastest."""
    return product(*(range(known(w.width)) for w in given))


def known(length: Dim) -> int:
    """A length that is a number."""
    assert isinstance(length, int)
    return length


def at(x: Node, given: Sequence[Window], place: Sequence[int]) -> Node:
    """The elements at one place of all windows: a slice of ``x``."""
    starts, lengths, steps = [0] * x.ndim, list(x.shape), [1] * x.ndim
    for w, k in zip(given, place, strict=True):
        starts[w.axis], lengths[w.axis], steps[w.axis] = k * w.dilation, w.count(x.shape[w.axis]), w.step
    return o.slice(x, starts=tuple(starts), lengths=tuple(lengths), steps=tuple(steps))


def written_out(given: Sequence[Window], factor: Dim = 1, limit: int = WRITTEN_OUT) -> bool:
    """Whether windows are few enough elements, so many times, to be written out as slices."""
    size = dims.multiply(dims.product(w.width for w in given), factor)
    return isinstance(size, int) and 0 < size <= limit


def sliding_window_view(x: Node, window_shape: ShapeLike, axis: int | Sequence[int] | None = None) -> Node:
    """All windows of an array, each along new axes at the end; they take no memory where they are reduced.

    Args:
        x: any dtype and shape.
        window_shape: the lengths of a window, one for each axis that is windowed.
        axis: the axes; all of them, without it.

    Returns:
        The shape with shorter axes, then the lengths of a window; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank.
        ShapeError: there are more or fewer lengths than axes, or a window is longer than its axis.
        DTypeError: ``x`` is no array of numbers, or a length or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.sliding_window_view(T.dvector("x"), 3)
    <Tensor: float64 (maximum(x.shape[0] - 2, 0), 3)>
    """
    widths = as_shape(window_shape, "a length of a window")
    given = range(x.ndim) if axis is None else axis if isinstance(axis, Sequence) else (axis,)
    axes = [normalize_axis(k, x.ndim, "sliding_window_view") for k in given]
    if len(axes) != len(widths):
        raise ShapeError(f"sliding_window_view: {len(widths)} lengths of a window for {len(axes)} axes")
    for k, n in zip(axes, widths, strict=True):
        check_fits(x.shape[k], Window(k, n), "sliding_window_view")
    return windows(x, [Window(k, n) for k, n in zip(axes, widths, strict=True)])


def check_fits(length: Dim, window: Window, name: str) -> None:
    """Raise ShapeError if an axis is known to be shorter than a window."""
    span = window.span()
    if isinstance(length, int) and isinstance(span, int) and length < span:
        raise ShapeError(f"{name}: a window of {span} elements is longer than axis {window.axis}, whose length is "
                         f"{length}")
