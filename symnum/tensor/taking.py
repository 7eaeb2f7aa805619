"""Elements taken and put by arrays of indices, and chosen among arrays: take, put, choose, select and their kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import ArgumentValueError, DTypeError, ShapeError, unknown_name
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.literal import is_weak
from ..ir.node import Dim, Node
from ..shapes import as_entries, normalize_axis
from .at import written
from .convert import ArrayLike, as_node, common_dtype, in_dtype, operand
from .indexing import index
from .shaping import ravel, reshape
from .unraveling import inside

_MODES = ("raise", "wrap", "clip")


def take(x: Node, indices: ArrayLike, axis: int | None = None, *, mode: str = "raise") -> Node:
    """Elements along an axis at ``indices``, whose shape replaces the axis.

    Args:
        x: any dtype and shape.
        indices: integers of any shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        mode: what is done with indices outside: "raise" (negative ones count from the end), "wrap" (modulo the length),
            or "clip" (to the nearest place; negative ones become 0).

    Returns:
        The shape of ``x`` with that of ``indices`` in place of the axis; the dtype of ``x``.

    Raises:
        IndexBoundsError: an index is outside in mode "raise", or the axis is empty; known now, or when the graph runs.
        AxisError: the axis is outside the rank.
        DTypeError: the indices or the axis are not integers, or ``x`` is no array of numbers.
        UnknownNameError: another mode.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.take(x, [[0, -1], [1, 7]], mode="wrap").eval({x: [1, 2, 3]})
    array([[1., 3.],
           [2., 2.]])
    """
    if axis is None:
        x, place = ravel(x), 0
    else:
        place = normalize_axis(axis, x.ndim, "take")
    places = _moded(_integers(indices, "take"), x.shape[place], mode)
    return index(x, (*[slice(None)] * place, places))


def _integers(indices: object, name: str) -> Node:
    node = as_node(indices)
    if 0 in node.shape and node.op.name == "constant" and not isinstance(indices, np.ndarray):
        return constant(np.zeros(node.shape, np.int64))
    if node.dtype.kind not in "biu":
        raise DTypeError(f"{name}: indices must be integers; given {node.dtype.name}")
    if node.op.name == "constant":
        return constant(node.attr("literal").array.astype(np.int64))
    return convert(node, INT64)


def _moded(indices: Node, length: Dim, mode: str) -> Node:
    if mode not in _MODES:
        raise unknown_name("mode of take", mode, _MODES)
    if mode == "raise":
        return indices
    if indices.op.name == "constant" and isinstance(length, int) and length:
        array = indices.attr("literal").array
        return constant(array % length if mode == "wrap" else np.clip(array, 0, length - 1))
    n = dims.as_node(length)
    if mode == "wrap":
        return o.remainder(indices, n)
    # Of an empty axis this gives -1, which is outside.
    return o.minimum(o.maximum(indices, 0), dims.as_node(dims.subtract(length, 1)))


# along an axis --------------------------------------------------------------------------------------------------

def take_along_axis(x: Node, indices: ArrayLike, axis: int | None = -1) -> Node:
    """For each vector along an axis the elements at the indices of the vector in the same place of ``indices``.

    Args:
        x: any dtype and shape.
        indices: integers, of the rank of ``x``; their other lengths broadcast.
        axis: the axis, a negative one counts from the back; None takes both flat.

    Returns:
        The shape of ``indices``, broadcast; the dtype of ``x``.

    Raises:
        IndexBoundsError: an index is outside its axis.
        ShapeError: the ranks differ, or lengths do not broadcast.
        AxisError: the axis is outside the rank.
        DTypeError: the indices or the axis are not integers, or ``x`` is no array of numbers.

    >>> import symnum as sn
    >>> x = sn.tensor.dmatrix("x")
    >>> sn.tensor.take_along_axis(x, sn.tensor.argmax(x, 1)[:, None], 1).eval({x: [[1, 3], [4, 2]]})
    array([[3.],
           [4.]])
    """
    x, places, _ = _along(x, indices, axis, "take_along_axis")
    return o.gather(x, *places, axes=tuple(range(x.ndim)))


def put_along_axis(x: Node, indices: ArrayLike, values: ArrayLike, axis: int | None) -> Node:
    """A new array with ``values`` at the places that :func:`take_along_axis` takes.

    Args:
        x: any dtype and shape.
        indices: integers, of the rank of ``x``; their other lengths broadcast.
        values: a number, or an array that broadcasts to ``indices``.
        axis: the axis, a negative one counts from the back; None takes both flat.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        IndexBoundsError: an index is outside its axis.
        ShapeError: the ranks differ, or lengths do not broadcast.
        DTypeError: the values are of a kind that the dtype does not hold, the indices or the axis are not integers, or
            an operand is no array of numbers.
        AxisError: the axis is outside the rank.

    >>> import symnum as sn
    >>> x = sn.tensor.dmatrix("x")
    >>> sn.tensor.put_along_axis(x, [[1], [0]], 9, 1).eval({x: [[1, 3], [4, 2]]})
    array([[1., 9.],
           [9., 2.]])
    """
    flat, places, shape = _along(x, indices, axis, "put_along_axis")
    return reshape(written(flat, tuple(places), values, "set"), shape)


def _along(x: Node, indices: ArrayLike, axis: int | None, name: str) -> tuple[Node, list[Node], Any]:
    """The operand, one array of places for each of its axes, and the shape that it had."""
    given, shape = _integers(indices, name), x.shape
    if axis is None:
        x, given, axis = ravel(x), ravel(given), 0
    place = normalize_axis(axis, x.ndim, name)
    if given.ndim != x.ndim:
        raise ShapeError(f"{name}: the operand has rank {x.ndim} and the indices {given.ndim}; they must be equal")
    places = [given if k == place else _axis_places(x, k) for k in range(x.ndim)]
    common = dims.broadcast_shapes([p.shape for p in places], name)
    return x, [broadcast_to(p, common) for p in places], shape


def _axis_places(x: Node, axis: int) -> Node:
    rest = tuple(k for k in range(x.ndim) if k != axis)
    own = o.arange(dims.as_node(x.shape[axis]))
    return o.expand_dims(own, axis=rest) if rest else own


def put(x: Node, ind: ArrayLike, v: ArrayLike, mode: str = "raise") -> Node:
    """A new array with ``v``, repeated as often as needed, at the places ``ind`` among all elements in C order.

    Args:
        x: any dtype and shape.
        ind: integers of any shape.
        v: a number, or values of any shape.
        mode: what is done with indices outside: "raise" (negative ones count from the end), "wrap" (modulo the length),
            or "clip" (to the nearest place; negative ones become 0).

    Returns:
        The shape and dtype of ``x``.

    Raises:
        IndexBoundsError: an index is outside in mode "raise".
        DTypeError: the values are of a kind that the dtype does not hold, the indices are not integers, or an operand
            is no array of numbers.
        UnknownNameError: another mode.

    >>> import symnum as sn
    >>> x = sn.tensor.dmatrix("x")
    >>> sn.tensor.put(x, [0, -1, 1], [7, 8]).eval({x: [[1, 3], [4, 2]]})
    array([[7., 7.],
           [4., 8.]])
    """
    flat = ravel(x)
    places = ravel(_moded(_integers(ind, "put"), flat.shape[0], mode))
    if is_weak(v):
        return reshape(written(flat, places, v, "set"), x.shape)
    values = ravel(as_node(v))
    count, length = places.shape[0], values.shape[0]
    if isinstance(length, int) and length == 0:
        return x
    if not dims.equal(count, length):
        turns = o.remainder(o.arange(dims.as_node(count)), dims.as_node(length))
        values = o.gather(values, turns, axes=(0,))
    return reshape(written(flat, places, values, "set"), x.shape)


# chosen among arrays --------------------------------------------------------------------------------------------

def choose(a: ArrayLike, choices: ArrayLike, *, mode: str = "raise") -> Node:
    """For each element of ``a``, a number k from 0 on, the element in its place of ``choices[k]``; all broadcast.

    Args:
        a: integers of any shape.
        choices: a list of arrays of any dtypes, whose shapes broadcast, or an array whose first axis numbers them.
        mode: what is done with other numbers: "raise", "wrap" (modulo the number of choices) or "clip".

    Returns:
        The common shape; the common dtype of the choices.

    Raises:
        IndexBoundsError: a number is outside in mode "raise".
        ArgumentValueError: there are no choices.
        UnknownNameError: another mode.
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: ``a`` is not of integers, or the choices have no common dtype.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.choose([0, 1, 0], [x, -x]).eval({x: [1, 2, 3]})
    array([ 1., -2.,  3.])
    """
    which, arrays = _integers(a, "choose"), _sequence(choices, "choose")
    count = len(arrays)
    which = inside(which, count) if mode == "raise" else _moded(which, count, mode)
    result = in_dtype(arrays[-1], common_dtype(arrays))
    for k in range(count - 2, -1, -1):
        result = o.where(o.equal(which, k), arrays[k], result)
    shape = dims.broadcast_shapes([which.shape, result.shape], "choose")
    return broadcast_to(result, shape)


def _sequence(choices: Any, name: str) -> list[Any]:
    if isinstance(choices, list | tuple):
        found = [operand(x) for x in choices]
    else:
        x = as_node(choices)
        if not x.ndim or not isinstance(x.shape[0], int):
            raise ArgumentValueError(f"{name}: the number of choices must be known; give a list of them")
        found = [index(x, k) for k in range(x.shape[0])]
    if not found:
        raise ArgumentValueError(f"{name}: there must be at least one choice")
    return found


def select(condlist: Sequence[ArrayLike], choicelist: Sequence[ArrayLike], default: ArrayLike = 0) -> Node:
    """For each place the element of the first choice whose condition is true there, ``default`` if none is.

    Args:
        condlist: arrays of bool; all shapes broadcast.
        choicelist: as many arrays of any dtypes, whose shapes broadcast too.
        default: a number or an array.

    Returns:
        The common shape; the common dtype of the choices and ``default``.

    Raises:
        ArgumentValueError: there are no conditions, or not as many as choices.
        DTypeError: a condition is not bool, or an operand is no array of numbers.
        ShapeError: shapes do not broadcast.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.select([x < 0, x > 1], [-x, x**2], x).eval({x: [-2, 0.5, 3]})
    array([2. , 0.5, 9. ])
    """
    condlist, choicelist = as_entries(condlist, "condlist of select"), as_entries(choicelist, "choicelist of select")
    if len(condlist) != len(choicelist) or not condlist:
        raise ArgumentValueError(f"select: {len(condlist)} conditions and {len(choicelist)} choices; there must be as "
                                 "many, and at least one")
    conditions = [as_node(c) for c in condlist]
    for k, c in enumerate(conditions):
        if c.dtype.kind != "b":
            raise DTypeError(f"select: condition {k} is {c.dtype.name}, expected bool")
    choices = [operand(x) for x in (*choicelist, default)]
    common = common_dtype(choices)
    nodes = [in_dtype(x, common) for x in choices]
    shape = dims.broadcast_shapes([x.shape for x in (*conditions, *nodes)], "select")
    result = broadcast_to(nodes[-1], shape)
    for condition, choice in zip(reversed(conditions), reversed(nodes[:-1]), strict=True):
        result = o.where(condition, choice, result)
    return result
