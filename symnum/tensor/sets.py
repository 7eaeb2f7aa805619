"""Nodes as sets: different elements, what several arrays have in common, and whether elements are among others."""

from __future__ import annotations

from typing import NamedTuple

from .. import dtypes
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from ..shapes import normalize_axis
from .convert import ArrayLike, as_node
from .counting import selected, settled, taken
from .shaping import ravel


def unique(ar: ArrayLike, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
           axis: int | None = None, *, equal_nan: bool = True, sorted: bool = True) -> Node | tuple[Node, ...]:
    """The different elements, sorted, of the flattened operand; or along an axis what differs there.

    Args:
        ar: any dtype and shape.
        return_index: also the first place of each (int64, in the flattened operand or along the axis).
        return_inverse: also for each element its number among the different ones (int64, in the operand's shape, or
            along the axis).
        return_counts: also how often each occurs (int64).
        axis: compare all that lies at one place of this axis, element after element.
        equal_nan: whether all NaN count as one element; along an axis they never do.
        sorted: the elements are sorted in either case.

    Returns:
        One tensor, or a tuple of those asked for.  Its length depends on the data; the derivative of each element goes
        to its first place.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``ar`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> values, counts = T.unique([3, 1, 3], return_counts=True)
    >>> values.eval(), counts.eval()
    (array([1, 3]), array([1, 2]))
    """
    x = as_node(ar)
    wanted = [0, *(k for k, asked in enumerate((return_index, return_inverse, return_counts), 1) if asked)]
    if axis is not None:
        found = tuple(_along(x, normalize_axis(axis, x.ndim, "unique"), k) for k in wanted)
        return found if len(found) > 1 else found[0]
    if len(wanted) == 1:
        return _different(x, equal_nan)
    return tuple(_result(x, k, equal_nan) for k in wanted)


def _along(x: Node, axis: int, which: int) -> Node:
    """A result for what lies at the places of an axis, as rows of a matrix."""
    order = (axis, *(k for k in range(x.ndim) if k != axis))
    first = o.transpose(x, axes=order) if axis else x
    rows = o.reshape(first, shape=(x.shape[axis], dims.product(first.shape[1:])))
    found = settled(o.unique(rows, equal_nan=True, which=which))
    if which:
        return found
    found = o.reshape(found, shape=(found.shape[0], *first.shape[1:]))
    back = tuple(order.index(k) for k in range(x.ndim))
    return o.transpose(found, axes=back) if axis else found


def _different(x: Node, equal_nan: bool = True) -> Node:
    return settled(o.unique_values(ravel(x), equal_nan=bool(equal_nan)))


def _result(x: Node, which: int, equal_nan: bool) -> Node:
    found = settled(o.unique(ravel(x), equal_nan=bool(equal_nan), which=which))
    return o.reshape(found, shape=x.shape) if which == 2 and x.ndim != 1 else found


class UniqueAll(NamedTuple):
    """What :func:`unique_all` gives."""

    values: Node
    indices: Node
    inverse_indices: Node
    counts: Node


class UniqueCounts(NamedTuple):
    """What :func:`unique_counts` gives."""

    values: Node
    counts: Node


class UniqueInverse(NamedTuple):
    """What :func:`unique_inverse` gives."""

    values: Node
    inverse_indices: Node


def unique_all(x: ArrayLike) -> UniqueAll:
    """The different elements, their first places, the number of each element among them, and how often each occurs.

    As in the array API standard each NaN is an element of its own.

    Args:
        x: any dtype and shape.

    Returns:
        ``values``, in the dtype of ``x``, ``indices``, ``inverse_indices`` (in the shape of ``x``) and ``counts``,
        int64.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.unique_all([3, 1, 3]).inverse_indices.eval()
    array([1, 0, 1])
    """
    node = as_node(x)
    return UniqueAll(*(_result(node, k, False) for k in range(4)))


def unique_counts(x: ArrayLike) -> UniqueCounts:
    """The different elements, and how often each occurs; each NaN is an element of its own.

    Args:
        x: any dtype and shape.

    Returns:
        ``values``, a vector of the dtype of ``x``, and ``counts``, int64.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.unique_counts([3, 1, 3]).counts.eval()
    array([1, 2])
    """
    node = as_node(x)
    return UniqueCounts(*(_result(node, k, False) for k in (0, 3)))


def unique_inverse(x: ArrayLike) -> UniqueInverse:
    """The different elements, and the number of each element among them; each NaN is an element of its own.

    Args:
        x: any dtype and shape.

    Returns:
        ``values``, a vector of the dtype of ``x``, and ``inverse_indices``, int64, in the shape of ``x``.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.unique_inverse([3, 1, 3]).values.eval()
    array([1, 3])
    """
    node = as_node(x)
    return UniqueInverse(*(_result(node, k, False) for k in (0, 2)))


def unique_values(x: Node) -> Node:
    """The different elements, sorted; each NaN is an element of its own.

    Args:
        x: any dtype and shape.

    Returns:
        A vector of the dtype of ``x``.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.unique_values([3, 1, 3]).eval()
    array([1, 3])
    """
    return _different(x, False)


# several arrays -----------------------------------------------------------------------------------------------

def isin(element: ArrayLike, test_elements: ArrayLike, assume_unique: bool = False, invert: bool = False, *,
         kind: str | None = None) -> Node:
    """Whether each element is equal to one of others; NaN never is.

    Args:
        element: any dtype and shape.
        test_elements: any dtype and shape, known or not.
        assume_unique: for NumPy's sake; it makes no difference.
        invert: whether each element is equal to none instead.
        kind: for NumPy's sake; it makes no difference.



    Returns:
        bool, in the shape of ``element``.

    Raises:
        DTypeError: ``element`` or ``test_elements`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.isin([1, 2, 3], [3, 1]).eval()
    array([ True, False,  True])
    """
    found = _among(as_node(element), as_node(test_elements))
    return o.logical_not(found) if invert else found


def in1d(ar1: ArrayLike, ar2: ArrayLike, assume_unique: bool = False, invert: bool = False) -> Node:
    """Whether each element, in C order, is equal to one of others: :func:`isin` of the flattened operands.

    Args:
        ar1: any dtype and shape.
        ar2: any dtype and shape.
        assume_unique: for NumPy's sake; it makes no difference.
        invert: whether each element is equal to none instead.

    Returns:
        A vector of bool.

    Raises:
        DTypeError: ``ar1`` or ``ar2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.in1d([[1], [2]], [2]).eval()
    array([False,  True])
    """
    found = ravel(_among(as_node(ar1), as_node(ar2)))
    return o.logical_not(found) if invert else found


_FEW = 8  # so many comparisons with each element are faster than a sort and two searches


def _among(x: Node, others: Node) -> Node:
    common = dtypes.promote((x.dtype, others.dtype))
    x, tests = convert(x, common), ravel(convert(others, common))
    count = tests.shape[0]
    if isinstance(count, int) and count <= _FEW:
        found = o.equal(o.expand_dims(x, axis=(x.ndim,)), tests)
        return o.any(found, axis=(x.ndim,))
    ordered = o.sort(tests, axis=0)
    low, high = (o.searchsorted(ordered, ravel(x), side=side) for side in ("left", "right"))
    found = o.less(low, high)
    found = found if x.ndim == 1 else o.reshape(found, shape=x.shape)
    # All NaN are equal to a search.
    return o.logical_and(found, o.equal(x, x)) if common.kind in "fc" else found


def union1d(ar1: ArrayLike, ar2: ArrayLike) -> Node:
    """The different elements of both operands, sorted.

    Args:
        ar1: any dtype and shape.
        ar2: any dtype and shape.

    Returns:
        A vector of the common dtype.

    Raises:
        DTypeError: ``ar1`` or ``ar2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.union1d([3, 1], [2, 3]).eval()
    array([1, 2, 3])
    """
    return _different(o.concatenate(ravel(as_node(ar1)), ravel(as_node(ar2)), axis=0))


def intersect1d(ar1: ArrayLike, ar2: ArrayLike, assume_unique: bool = False, return_indices: bool = False
                ) -> Node | tuple[Node, ...]:
    """The different elements that both operands have, sorted.

    Args:
        ar1: any dtype and shape.
        ar2: any dtype and shape.
        assume_unique: for NumPy's sake; it makes no difference.
        return_indices: also give the first place of each in either operand, flattened.

    Returns:
        A vector of the common dtype; with ``return_indices`` a tuple of it and two vectors of int64.

    Raises:
        DTypeError: ``ar1`` or ``ar2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.intersect1d([3, 1, 3], [2, 3]).eval()
    array([3])
    """
    x, y = _alike(ar1, ar2)
    kept = _among(_different(x), y)
    found = _under(_different(x), kept)
    if not return_indices:
        return found
    return found, *(_under(_result(a, 1, True), _among(_result(a, 0, True), b)) for a, b in ((x, y), (y, x)))


def setdiff1d(ar1: ArrayLike, ar2: ArrayLike, assume_unique: bool = False) -> Node:
    """The different elements of the first operand that the second does not have, sorted.

    Args:
        ar1: any dtype and shape.
        ar2: any dtype and shape.
        assume_unique: keep the order, and the repetitions, that the first operand has.

    Returns:
        A vector of the dtype of ``ar1``.

    Raises:
        DTypeError: ``ar1`` or ``ar2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.setdiff1d([3, 1, 3], [2, 1]).eval()
    array([3])
    """
    x = ravel(as_node(ar1))
    x = x if assume_unique else _different(x)
    return _under(x, o.logical_not(_among(x, as_node(ar2))))


def setxor1d(ar1: ArrayLike, ar2: ArrayLike, assume_unique: bool = False) -> Node:
    """The different elements that only one of the operands has, sorted.

    Args:
        ar1: any dtype and shape.
        ar2: any dtype and shape.
        assume_unique: for NumPy's sake; it makes no difference.

    Returns:
        A vector of the common dtype.

    Raises:
        DTypeError: ``ar1`` or ``ar2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.setxor1d([3, 1], [2, 3]).eval()
    array([1, 2])
    """
    x, y = _alike(ar1, ar2)
    parts = [_under(_different(a), o.logical_not(_among(_different(a), b))) for a, b in ((x, y), (y, x))]
    return o.sort(o.concatenate(*parts, axis=0), axis=0)


def _under(x: Node, mask: Node) -> Node:
    """The elements of a vector under a mask of its own length."""
    return taken(x, selected(mask), 0)


def _alike(a: ArrayLike, b: ArrayLike) -> tuple[Node, Node]:
    """Two operands as vectors of their common dtype."""
    x, y = as_node(a), as_node(b)
    common = dtypes.promote((x.dtype, y.dtype))
    return ravel(convert(x, common)), ravel(convert(y, common))
