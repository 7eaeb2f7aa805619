"""Coordinates of grids: meshgrid, indices, mgrid and ogrid; and functions of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import dtypes, options
from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node
from .convert import as_node
from .creation_ranges import arange, linspace, places
from .lengths import ShapeLike, as_shape, node_of
from .shaping import ravel
from .symbolic import Tensor


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Node, ...]:
    """The coordinates of a grid, one array for each vector of coordinates along an axis.

    Args:
        xi: vectors of any dtypes (scalars are vectors of one element).
        copy: has no effect: tensors are values, which nothing changes.
        sparse: leave the axes along which a coordinate does not change at length 1.
        indexing: ``"ij"``: vector k lies along axis k; ``"xy"``: the first two axes are exchanged.

    Returns:
        A tuple of tensors, each of the dtype of its vector, in the shape of the grid.

    Raises:
        ArgumentValueError: another indexing.
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.meshgrid(T.dvector("x"), [0, 1])
    (<Tensor: float64 (2, x.shape[0])>, <Tensor: int64 (2, x.shape[0])>)
    """
    if indexing not in ("xy", "ij"):
        raise ArgumentValueError(f"meshgrid: indexing must be 'xy' or 'ij'; given {indexing!r}")
    rank, grids = len(xi), list[Node]()
    for k, x in enumerate(map(as_node, xi)):
        axis = 1 - k if indexing == "xy" and k < 2 <= rank else k
        grids.append(o.expand_dims(ravel(x), axis=tuple(a for a in range(rank) if a != axis)) if rank > 1 else ravel(x))
    return tuple(grids) if sparse else tuple(_spread(grids))


def _spread(grids: Sequence[Node]) -> list[Node]:
    shape = dims.broadcast_shapes([x.shape for x in grids], "meshgrid")
    return [broadcast_to(x, shape) for x in grids]


def indices(dimensions: ShapeLike, dtype: object = None, sparse: bool = False) -> Node | tuple[Node, ...]:
    """The indices of the elements of an array of a shape, one array for each axis.

    Args:
        dimensions: the lengths, numbers or such as ``x.shape[0]``.
        dtype: of the indices; without it int64.
        sparse: give a tuple of arrays that broadcast, instead of one array of them along a new first axis.

    Returns:
        (rank, ...) of that dtype, or a tuple if they are ``sparse``.

    Raises:
        ShapeError: a length is negative, or there is none.
        DTypeError: a length is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.indices((2, T.dim("n")))
    <Tensor: int64 (2, 2, n)>
    """
    shape, found = as_shape(dimensions), dtypes.as_dtype(dtype or dtypes.INT64)
    open_grids = [convert(_along(places(n), k, len(shape)), found) for k, n in enumerate(shape)]
    if sparse:
        return tuple(open_grids)
    if not shape:
        raise ShapeError("indices of an array of rank 0: there is no axis")
    return _stacked(_spread(open_grids))


def _along(x: Node, axis: int, rank: int) -> Node:
    return o.expand_dims(x, axis=tuple(k for k in range(rank) if k != axis)) if rank > 1 else x


def _stacked(grids: Sequence[Node]) -> Node:
    return o.concatenate(*(o.expand_dims(x, axis=(0,)) for x in grids), axis=0)


def fromfunction(function: Callable[..., Any], shape: ShapeLike, *, dtype: object = None, **kwargs: Any) -> Any:
    """``function`` of the indices of the elements of an array: one tensor for each axis, of the array's shape.

    Args:
        function: is called once, with one tensor for each axis.
        shape: the lengths, numbers or such as ``x.shape[0]``.
        dtype: of the indices; without it ``Options.float_dtype``.
        kwargs: go to the function.

    Returns:
        What the function returns.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.fromfunction(lambda i, j: i + j, (3, 3), dtype="int64")
    <Tensor: int64 (3, 3)>
    """
    lengths = as_shape(shape)
    found = dtypes.as_dtype(dtype or options.current().float_dtype)
    grids = [convert(_along(places(n), k, len(lengths)), found) for k, n in enumerate(lengths)]
    return function(*map(Tensor, _spread(grids)), **kwargs)


class Grid:
    """``mgrid`` and ``ogrid``: coordinates by indexing with slices, ``start:stop:step``.

    An imaginary step ``5j`` says how many numbers lie between the ends, which are both among them.
    """

    __slots__ = ("sparse",)

    def __init__(self, sparse: bool) -> None:
        self.sparse = sparse

    def __getitem__(self, key: Any) -> Tensor | tuple[Tensor, ...]:
        """The coordinates of the grid along each slice.

        >>> mgrid[0:2, 0:1:3j], ogrid[0:2, :4]
        (<Tensor: float64 (2, 2, 3)>, (<Tensor: int64 (2, 1)>, <Tensor: int64 (1, 4)>))
        """
        if not isinstance(key, tuple):
            return Tensor(_line(key))
        lines = [_line(part) for part in key]
        common = dtypes.promote([x.dtype for x in lines])
        grids = [convert(_along(x, k, len(lines)), common) for k, x in enumerate(lines)]
        return tuple(map(Tensor, grids)) if self.sparse else Tensor(_stacked(_spread(grids)))

    def __repr__(self) -> str:
        return "<ogrid>" if self.sparse else "<mgrid>"


def _line(part: Any) -> Node:
    if not isinstance(part, slice):
        raise ArgumentValueError(f"a grid is made of slices, as in mgrid[0:5, 0:1:3j]; given {part!r}")
    start, step = 0 if part.start is None else part.start, 1 if part.step is None else part.step
    if node_of(step) is None and isinstance(step, complex):
        found = linspace(start, part.stop, int(abs(step)))
        assert isinstance(found, Node)
        return found
    return arange(start, part.stop, step)


mgrid, ogrid = Grid(sparse=False), Grid(sparse=True)
