"""Nodes with elements added around them; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, DTypeError, UnsupportedError, unknown_name
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Dim, Node, Shape
from ..shapes import as_int, normalize_axis
from .convert import as_node
from .lengths import node_of
from .shaping_places import Run, of_runs, selected

# (node, axis, elements before, elements after, their values if the mode has an option) -> the padded node
Mode = Callable[[Node, int, int, int, Any], Node]


def pad(x: Node, pad_width: Any, mode: str = "constant", **options: Any) -> Node:
    """The operand with elements added before and after it along each axis.

    Args:
        x: any dtype and shape.
        pad_width: a number; (before, after); one such pair for each axis; or a dict from axes to either of them.
        mode: ``"constant"``, ``"empty"`` (zeros here), ``"edge"``, ``"reflect"``, ``"symmetric"``, ``"wrap"``,
            ``"linear_ramp"``, ``"maximum"``, ``"minimum"`` or ``"mean"``, all as in ``numpy.pad``.
        options: ``constant_values`` of mode "constant" and ``end_values`` of "linear_ramp" (both 0 without): one value,
            or pairs like those of ``pad_width``.

    Along an axis of unknown length "reflect" adds fewer elements than the axis has, and "symmetric" and "wrap" at
    most as many; that is checked when the graph runs.

    Returns:
        The shape with longer axes; the dtype of ``x``.

    Raises:
        ArgumentValueError: a width is negative, widths or values do not fit the rank, or an empty axis is to be
            repeated.
        DTypeError: a width is not an integer, or ``x`` is no array of numbers.
        UnknownNameError: no such mode.
        UnsupportedError: another option of ``numpy.pad``.

    >>> from symnum import tensor as T
    >>> T.pad(T.dmatrix("x"), ((1, 1), (0, 2)), mode="edge")
    <Tensor: float64 (x.shape[0] + 2, x.shape[1] + 2)>
    """
    if not isinstance(mode, str) or mode not in _MODES:
        raise unknown_name("mode of pad", mode, _MODES)
    widths = _widths(pad_width, x.ndim)
    option = _OPTION.get(mode)
    if set(options) - {option}:
        raise UnsupportedError(f"pad in mode {mode!r} does not take {', '.join(sorted(options))}")
    values = _pairs(options.get(option, 0), x.ndim, "values") if option else None
    if mode in ("constant", "empty") and _are_zero(values):
        return _embedded(x, widths)
    for axis, (before, after) in enumerate(widths):
        if before or after:
            x = _MODES[mode](x, axis, before, after, None if values is None else values[axis])
    return x


# arguments --------------------------------------------------------------------------------------------------

def _widths(given: Any, rank: int) -> list[tuple[int, int]]:
    if isinstance(given, dict):
        found: list[Any] = [(0, 0)] * rank
        for axis, width in given.items():
            found[normalize_axis(axis, rank, "pad")] = width if np.ndim(width) else (width, width)
        given = found
    pairs = _pairs(given, rank, "widths")
    widths = [(as_int(a, "a width of pad"), as_int(b, "a width of pad")) for a, b in pairs]
    if any(n < 0 for pair in widths for n in pair):
        raise ArgumentValueError(f"pad: widths must be at least 0; given {given!r}")
    return widths


def _pairs(given: Any, rank: int, what: str) -> list[tuple[Any, Any]]:
    """One pair for each axis, from one value, one pair, or a sequence of pairs."""
    if node_of(given) is not None:
        return [(given, given)] * rank
    try:
        array = np.asarray(given, dtype=object)
        return [(a, b) for a, b in np.broadcast_to(array, (rank, 2)).tolist()]
    except ValueError:
        raise ArgumentValueError(f"pad: {what} {given!r} are not a number, a pair, or a pair for each of the {rank} "
                                 f"axes") from None


def _are_zero(values: Sequence[tuple[Any, Any]] | None) -> bool:
    return values is None or all(node_of(v) is None and v == 0 and not np.signbit(v) for pair in values for v in pair)


def _cast(value: Any, x: Node) -> Node:
    """A value as numpy assigns it to elements of ``x``."""
    node = as_node(value)
    if node.shape:
        raise DTypeError(f"pad: a value that is added must have rank 0; given shape {dims.text(node.shape)}")
    if node.op.name == "constant":
        return constant(node.attr("literal").array.astype(x.dtype))
    return convert(node, x.dtype)


# modes ------------------------------------------------------------------------------------------------------

def _embedded(x: Node, widths: Sequence[tuple[int, int]]) -> Node:
    """Zeros on all sides."""
    if not any(map(any, widths)):
        return x
    shape = tuple(dims.add(n, a + b) for n, (a, b) in zip(x.shape, widths, strict=True))
    return o.embed(x, shape=shape, starts=tuple(a for a, _ in widths), steps=(1,) * x.ndim)


def _between(x: Node, axis: int, first: Node | None, last: Node | None) -> Node:
    parts = [p for p in (first, x, last) if p is not None]
    return o.concatenate(*parts, axis=axis)


def _lengthened(shape: Shape, axis: int, length: Dim) -> Shape:
    return (*shape[:axis], length, *shape[axis + 1:])


def _constant(x: Node, axis: int, before: int, after: int, values: Any) -> Node:
    first, last = (broadcast_to(_cast(v, x), _lengthened(x.shape, axis, n)) if n else None
                   for v, n in zip(values, (before, after), strict=True))
    return _between(x, axis, first, last)


def _statistic(name: str) -> Mode:
    def filled(x: Node, axis: int, before: int, after: int, values: Any) -> Node:
        value = _mean(x, axis) if name == "mean" else getattr(o, name)(x, axis=(axis,))
        kept = o.expand_dims(value, axis=(axis,))
        first, last = (broadcast_to(kept, _lengthened(x.shape, axis, n)) if n else None for n in (before, after))
        return _between(x, axis, first, last)
    return filled


def _mean(x: Node, axis: int) -> Node:
    """The mean in the dtype of ``x``: numpy rounds it for integers."""
    real = x if x.dtype.kind in "fc" else o.cast(x, dtype=np.dtype("float64"))
    count = x.shape[axis]
    mean = o.true_divide(o.sum(real, axis=(axis,)),
                         convert(count, real.dtype) if isinstance(count, Node) else float(count))
    return mean if mean.dtype == x.dtype else convert(o.rint(mean), x.dtype)


def _ramp(x: Node, axis: int, before: int, after: int, values: Any) -> Node:
    """Straight lines from the outermost values to the edges."""
    (low, high), length = values, x.shape[axis]
    if isinstance(length, int) and length == 0:
        raise ArgumentValueError(f"pad: axis {axis} is empty and has no edge for mode 'linear_ramp'; use mode "
                                 f"'constant'")
    first = _line(x, axis, before, low, _place(0, length), False) if before else None
    last = _line(x, axis, after, high, _place(-1, length), True) if after else None
    return _between(x, axis, first, last)


def _line(x: Node, axis: int, count: int, end: Any, edge: Dim, falling: bool) -> Node:
    real = x if x.dtype.kind in "fc" else o.cast(x, dtype=np.dtype("float64"))
    inner = of_runs(real, axis, (Run(edge, 1, 1),))
    outer = as_node(end)
    steps = np.arange(count, dtype=real.dtype)[::-1] if falling else np.arange(count, dtype=real.dtype)
    places = constant(steps.reshape(_lengthened((1,) * x.ndim, axis, count)))
    start = convert(outer, real.dtype)
    line = o.add(o.multiply(places, o.true_divide(o.subtract(inner, start), float(count))), start)
    return line if line.dtype == x.dtype else convert(o.floor(line), x.dtype)


def _moved(mode: Any, unknown: Callable[[int, int, Dim], list[Run]]) -> Mode:
    """Elements of the operand at other places: those that numpy gives for known lengths."""
    def filled(x: Node, axis: int, before: int, after: int, values: Any) -> Node:
        length = x.shape[axis]
        if isinstance(length, Node):
            return of_runs(x, axis, [run for run in unknown(before, after, length) if run.length != 0])
        if length == 0:
            raise ArgumentValueError(f"pad: axis {axis} is empty, so that mode {mode!r} has no element to repeat; use "
                                     f"mode 'constant'")
        return selected(x, axis, np.pad(np.arange(length), (before, after), mode=mode).tolist())
    return filled


def _place(i: int, length: Dim) -> Dim:
    """Element ``i``, from the back if it is negative; an error if the axis is too short."""
    if isinstance(length, int):
        return i % length
    return o.checked_index(dims.as_node(i), dims.as_node(length))


def _edge(before: int, after: int, n: Dim) -> list[Run]:
    return [Run(_place(0, n), before, 0), Run(0, n, 1), Run(_place(-1, n), after, 0)]


def _reflect(before: int, after: int, n: Dim) -> list[Run]:
    last = dims.add(_place(-1 - after, n), after - 1)
    return [Run(_place(before, n), before, -1), Run(0, n, 1), Run(last, after, -1)]


def _symmetric(before: int, after: int, n: Dim) -> list[Run]:
    last = dims.add(_place(-max(after, 1), n), after - 1)
    return [Run(_place(max(before, 1) - 1, n), before, -1), Run(0, n, 1), Run(last, after, -1)]


def _wrap(before: int, after: int, n: Dim) -> list[Run]:
    last = dims.subtract(_place(max(after, 1) - 1, n), max(after, 1) - 1)
    return [Run(_place(-max(before, 1), n), before, 1), Run(0, n, 1), Run(last, after, 1)]


_MODES: Mapping[str, Mode] = MappingProxyType({
    "constant": _constant, "empty": _constant, "linear_ramp": _ramp,
    "maximum": _statistic("max"), "minimum": _statistic("min"), "mean": _statistic("mean"),
    "edge": _moved("edge", _edge), "reflect": _moved("reflect", _reflect),
    "symmetric": _moved("symmetric", _symmetric), "wrap": _moved("wrap", _wrap)})
_OPTION: Mapping[str, str] = MappingProxyType({"constant": "constant_values", "linear_ramp": "end_values"})
