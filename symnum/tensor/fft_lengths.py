"""What Fourier transforms are told: axes, how many elements along each, and how to scale."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from ..shapes import as_entries, normalize_axis
from .lengths import Length, as_length

Axes = Sequence[int] | None
_NORMS = {None: "backward", "backward": "backward", "ortho": "ortho", "forward": "forward"}


# What the docstrings of transforms have in common.
COMMON = MappingProxyType({
    "axis": """axis: the axis; a negative one counts from the back.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.""",
    "axes": """axes: which; None for all, or the last ``len(s)``.
        norm: "backward" (None) scales the inverse by 1/n, "forward" the transform, "ortho" both by the root.""",
    "errors_of_axis": """AxisError: the axis is outside the rank.
        ArgumentValueError: there are no elements along the axis, or there is no such norm.
        ShapeError: ``n`` is negative.""",
    "errors_of_axes": """AxisError: an axis is outside the rank.
        ArgumentValueError: there are no elements along an axis, ``s`` and ``axes`` do not fit, an axis is named twice,
            or there is no such norm.
        ShapeError: a length is negative.""",
    "spectrum": "The shape of ``a``, with the new lengths; complex64 of float32 and complex64, else complex128.",
})


def norm_of(norm: str | None) -> str:
    """The name of a way to scale, as NumPy has it.

    Raises:
        ArgumentValueError: there is none of that name.
    """
    if not isinstance(norm, str | None) or norm not in _NORMS:
        raise ArgumentValueError(f"norm must be None, 'backward', 'ortho' or 'forward'; given {norm!r}")
    return _NORMS[norm]


def resized(x: Node, axis: int, length: Dim) -> Node:
    """The first elements along an axis, or all of them and zeros."""
    if dims.equal(x.shape[axis], length):
        return x
    kept = dims.minimum(x.shape[axis], length)
    starts, steps = (0,) * x.ndim, (1,) * x.ndim
    if not dims.equal(kept, x.shape[axis]):
        x = o.slice(x, starts=starts, lengths=_with(x, axis, kept), steps=steps)
    return x if dims.equal(kept, length) else o.embed(x, shape=_with(x, axis, length), starts=starts, steps=steps)


def _with(x: Node, axis: int, length: Dim) -> tuple[Dim, ...]:
    return (*x.shape[:axis], length, *x.shape[axis + 1:])


def axis_length(n: Length | None, default: Dim) -> Dim:
    """How many elements to transform, at least one.

    Raises:
        ArgumentValueError: there are none.
        ShapeError: the number is negative.
    """
    found = default if n is None else as_length(n, "n of a Fourier transform")
    if isinstance(found, int) and found < 1:
        raise ArgumentValueError(f"a Fourier transform needs at least one element along its axis; given {found}")
    return found


def places_of(x: Node, s: Sequence[Length] | None, axes: Axes,
              name: str) -> tuple[tuple[int, ...], list[Length | None]]:
    """The axes to transform, and the length that is asked for along each; -1 and None keep it.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: an axis is named twice, or there are not as many lengths.
    """
    s = None if s is None else as_entries(s, f"s of {name}")
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    places = tuple(normalize_axis(k, x.ndim, name) for k in as_entries(axes, f"axes of {name}"))
    if len(set(places)) != len(places):
        raise ArgumentValueError(f"{name}: an axis is named twice in {tuple(axes)}")
    given: Sequence[Length | None] = [None] * len(places) if s is None else s
    lengths = [None if isinstance(n, int) and n == -1 else n for n in given]
    if len(lengths) != len(places):
        raise ArgumentValueError(f"{name}: s names {len(lengths)} lengths for {len(places)} axes")
    return places, lengths


def one_length(n: Length | None) -> list[Length] | None:
    """The lengths along one axis."""
    return None if n is None else [n]
