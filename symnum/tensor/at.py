"""Writing to parts of tensors: ``x.at[key].set(y)`` and its kind give new tensors, and fuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

import numpy as np

from ..docstrings import told
from ..errors import DTypeError, GraphError, ShapeError, SymnumError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.literal import weak_type
from ..ir.node import Node, Shape
from .convert import as_node, in_dtype
from .counting import fitting
from .handle import Handle, located
from .indexing_keys import parts_of
from .indexing_steps import Gathered, Slices, Step, steps_of
from .lengths import node_of

H = TypeVar("H", bound=Handle)
_ELEMENTWISE: Mapping[str, Callable[[Node, Node], Node]] = MappingProxyType({
    "set": lambda x, y: y, "add": o.add, "multiply": o.multiply, "min": o.minimum, "max": o.maximum,
    "divide": o.true_divide, "power": o.power})


# What the methods below have in common.
_COMMON = MappingProxyType({"common": """Args:
            y: a number, or an array that broadcasts to the elements; its dtype is no wider kind than theirs.

        Returns:
            A new tensor of the same shape and dtype.

        Raises:
            IndexBoundsError: an index is outside its axis; known when the graph is built, or when it runs.
            ShapeError: ``y`` does not broadcast to the elements."""})


class At(Generic[H]):
    """``x.at``: index it to choose the elements to write."""

    __slots__ = ("_x",)

    def __init__(self, x: H) -> None:
        self._x = x

    def __getitem__(self, key: object) -> Target[H]:
        return Target(self._x, key)


class Target(Generic[H]):
    """``x.at[key]``: each method gives ``x`` with the elements at ``key`` changed; ``x`` itself stays.

    ``y`` is broadcast to the shape of ``x[key]`` and cast to the dtype of ``x``, which may lose digits but not change
    its kind.  Where a place is named more than once, all its values count, in order; ``set`` keeps the last.
    """

    __slots__ = ("_key", "_x")

    def __init__(self, x: H, key: object) -> None:
        self._x, self._key = x, key

    def get(self) -> H:
        """``x[key]``.

        Returns:
            A tensor of the shape that the key chooses, in the same dtype.

        Raises:
            IndexBoundsError: an index is outside its axis; known when the graph is built, or when it runs.

        >>> from symnum import tensor as T
        >>> T.dvector("x").at[:2].get().ndim
        1
        """
        x: Any = self._x  # a tensor of the floor that has indices
        return cast(H, x[self._key])

    @told(_COMMON)
    def set(self, y: object) -> H:
        """Elements replaced by ``y``.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[1:].set(0).eval({x: [1, 2, 3]})
        array([1., 0., 0.])
        """
        return self._written(y, "set")

    @told(_COMMON)
    def add(self, y: object) -> H:
        """``y`` added to elements.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[[0, 0, 2]].add(1).eval({x: [1, 2, 3]})
        array([3., 2., 4.])
        """
        return self._written(y, "add")

    @told(_COMMON)
    def multiply(self, y: object) -> H:
        """Elements multiplied by ``y``.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[::2].multiply(10).eval({x: [1, 2, 3]})
        array([10.,  2., 30.])
        """
        return self._written(y, "multiply")

    @told(_COMMON)
    def min(self, y: object) -> H:
        """The smaller one of element and ``y``; NaN if either is NaN.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[:].min([2, 2, 2]).eval({x: [1, 2, 3]})
        array([1., 2., 2.])
        """
        return self._written(y, "min")

    @told(_COMMON)
    def max(self, y: object) -> H:
        """The larger one of element and ``y``; NaN if either is NaN.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[x > 2].max(7).eval({x: [1, 2, 3]})
        array([1., 2., 7.])
        """
        return self._written(y, "max")

    @told(_COMMON)
    def divide(self, y: object) -> H:
        """Elements divided by ``y``; of floats only.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold, or the dtype is no float.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[0].divide(4).eval({x: [1, 2, 3]})
        array([0.25, 2.  , 3.  ])
        """
        return self._written(y, "divide")

    @told(_COMMON)
    def power(self, y: object) -> H:
        """Elements to the power ``y``.

        {common}
            DTypeError: ``y`` is of a kind that the dtype does not hold.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> x.at[-1].power(2).eval({x: [1, 2, 3]})
        array([1., 2., 9.])
        """
        return self._written(y, "power")

    def _written(self, y: object, how: str) -> H:
        try:
            return type(self._x)(written(self._x.node, self._key, y, how))
        except SymnumError as error:
            raise located(error, f"at[...].{how}", (self._x, y)) from None


# Theano's names -----------------------------------------------------------------------------------------------

def set_subtensor(x: H, y: object) -> H:
    """The tensor that ``x`` was taken from by indexing, with ``y`` in its place: ``set_subtensor(a[key], y)``.

    Args:
        x: what indexing gave, as ``a[key]``; any dtype and shape.
        y: a number, or an array that broadcasts to ``x``; its dtype is no wider kind.

    Returns:
        A tensor of the shape and dtype of ``a``.

    Raises:
        GraphError: ``x`` was not made by indexing.
        ShapeError: ``y`` does not broadcast to ``x``.
        DTypeError: ``y`` is of a kind that the dtype does not hold.

    >>> import symnum as sn
    >>> a = sn.tensor.dvector("a")
    >>> sn.tensor.set_subtensor(a[:2], 0).eval({a: [1, 2, 3]})
    array([0., 0., 3.])
    """
    return _origin(x, "set_subtensor").set(y)


def inc_subtensor(x: H, y: object) -> H:
    """The tensor that ``x`` was taken from by indexing, with ``y`` added there: ``inc_subtensor(a[key], y)``.

    Places that the key names more than once get all their values.

    Args:
        x: what indexing gave, as ``a[key]``; any dtype and shape.
        y: a number, or an array that broadcasts to ``x``; its dtype is no wider kind.

    Returns:
        A tensor of the shape and dtype of ``a``.

    Raises:
        GraphError: ``x`` was not made by indexing.
        ShapeError: ``y`` does not broadcast to ``x``.
        DTypeError: ``y`` is of a kind that the dtype does not hold.

    >>> import symnum as sn
    >>> a = sn.tensor.dvector("a")
    >>> sn.tensor.inc_subtensor(a[[0, 0]], [1, 2]).eval({a: [1, 2, 3]})
    array([4., 2., 3.])
    """
    return _origin(x, "inc_subtensor").add(y)


def _origin(x: H, name: str) -> Target[H]:
    found = getattr(x, "taken", None)
    if found is None:
        raise GraphError(f"{name}: the first operand must be the result of indexing, as in {name}(a[:3], y); "
                         "or write a.at[:3].set(y)")
    base, key = found
    return Target(base, key)


# nodes --------------------------------------------------------------------------------------------------------

def written(x: Node, key: object, y: object, how: str) -> Node:
    """``x`` with the elements at ``key`` combined with ``y``.

    Raises:
        IndexBoundsError: the key does not fit.
        ShapeError: ``y`` cannot be broadcast to the shape of ``x[key]``.
        DTypeError: ``y`` is of a kind that the dtype of ``x`` does not hold.
    """
    value = fitted(y, x.dtype, how)
    mask = _mask_alone(key, x)
    if mask is not None and all(n == 1 for n in value.shape[:max(0, value.ndim - x.ndim + mask.ndim)]):
        return _where(x, mask, value, how)
    steps = steps_of(x, key)
    before = [x]
    for step in steps:
        before.append(step.take(before[-1]))
    value = _broadcast(value, before[-1].shape)
    last = max((k for k, step in enumerate(steps) if isinstance(step, Gathered)), default=-1)
    for k in range(len(steps) - 1, max(last, 0), -1):
        value = steps[k].put(before[k], value)
    if last < 0:
        return _in_slices(x, steps, value, how)
    value = _scattered(before[last], steps[last], value, how)
    for k in range(last - 1, -1, -1):
        value = steps[k].put(before[k], value)
    return value


def _in_slices(x: Node, steps: list[Step], value: Node, how: str) -> Node:
    first = steps[0] if steps else None
    if first is None:
        return convert(_ELEMENTWISE[how](x, value), x.dtype)
    if not isinstance(first, Slices):
        return convert(_ELEMENTWISE[how](x, first.put(x, value)), x.dtype)
    return chosen(first.inside(x), first.embed(x, value), x, how)


def chosen(inside: Node, value: Node, x: Node, how: str) -> Node:
    """Elements outside stay as they are, whatever is computed there."""
    return o.where(inside, convert(_ELEMENTWISE[how](x, value), x.dtype), x)


def _scattered(x: Node, step: Step, value: Node, how: str) -> Node:
    if not isinstance(step, Gathered):
        raise AssertionError("only elements at places are scattered")
    if how not in ("divide", "power"):
        return step.put(x, value, how)
    ones = broadcast_to(convert(1, x.dtype), x.shape)
    return convert(_ELEMENTWISE[how](x, step.put(ones, value, "multiply")), x.dtype)


def _mask_alone(key: object, x: Node) -> Node | None:
    """The mask that is all of a key."""
    if isinstance(key, tuple | bool | np.bool_):
        return None
    node = node_of(key)
    if node is None and isinstance(key, list | np.ndarray):
        node = as_node(key) if np.asarray(key, object).size else None
    if node is None or node.dtype.kind != "b" or not node.ndim:
        return None
    parts_of(key, x.shape)      # refuses masks that do not fit
    return fitting(node, x.shape[:node.ndim])


def _where(x: Node, mask: Node, value: Node, how: str) -> Node:
    rest = x.ndim - mask.ndim
    value = o.squeeze(value, axis=tuple(range(value.ndim - rest))) if value.ndim > rest else value
    value = broadcast_to(_broadcast(value, x.shape[mask.ndim:]), x.shape)
    inside = o.expand_dims(mask, axis=tuple(range(mask.ndim, x.ndim))) if rest else mask
    return chosen(broadcast_to(inside, x.shape), value, x, how)


def fitted(y: object, dtype: np.dtype[Any], how: str) -> Node:
    """``y`` in the dtype of what is written to; Python numbers are weak."""
    kind = weak_type(y)
    holds = kind is not None and np.result_type(dtype, kind(0)) == dtype
    node = in_dtype(y, dtype) if holds else as_node(y)
    if not np.can_cast(node.dtype, dtype, "same_kind"):
        raise DTypeError(f"{how}: {node.dtype.name} values do not fit into {dtype.name}; "
                         f"cure: y.astype({dtype.name!r})")
    if how == "divide" and dtype.kind in "biu":
        raise DTypeError(f"divide: quotients are not {dtype.name}; cure: x.astype('float64') first")
    return convert(node, dtype)


def _broadcast(y: Node, shape: Shape) -> Node:
    while y.ndim > len(shape) and isinstance(y.shape[0], int) and y.shape[0] == 1:
        y = o.squeeze(y, axis=(0,))
    lead = len(shape) - y.ndim
    if lead < 0 or not all(dims.may_broadcast(a, b) for a, b in zip(y.shape, shape[lead:], strict=True)):
        raise ShapeError(f"values of shape {dims.text(y.shape)} do not fit into {dims.text(shape)}")
    return broadcast_to(y, shape)
