"""Nodes as long as their data say: places that are not zero, elements under a mask, repeated elements.

``tensor.language`` makes the functions public; :mod:`indexing_steps` says what masks do among other keys.
"""

from __future__ import annotations

from ..dtypes import BOOL, INT64
from ..errors import ArgumentValueError, DTypeError, ShapeError
from ..ir import dims, interpret
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Node, Shape
from ..shapes import normalize_axis
from .convert import ArrayLike, as_node, operand
from .shaping import ravel

# places -----------------------------------------------------------------------------------------------------

def settled(node: Node) -> Node:
    """An application to one constant array as the constant that it gives, whose length is known."""
    source = node.operands[0]
    while source.op.name in ("cast", "reshape"):
        source = source.operands[0]
    return constant(interpret.evaluate([node], {})[0]) if source.op.name == "constant" else node


def selected(x: Node) -> Node:
    """Places, in C order, of the elements that are not zero."""
    return settled(o.flatnonzero(x))


def flatnonzero(x: Node) -> Node:
    """Places, in C order, of the elements that are not zero.

    Args:
        x: any dtype and shape.

    Returns:
        An int64 vector, as long as there are such elements.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.flatnonzero([[0, 7], [8, 0]]).eval()
    array([1, 2])
    """
    return selected(x)


def nonzero(a: ArrayLike) -> tuple[Node, ...]:
    """Places of the elements that are not zero, in C order.

    Args:
        a: any dtype; rank 1 or more.

    Returns:
        A tuple of one int64 vector for each axis.

    Raises:
        ArgumentValueError: the operand has rank 0.
        DTypeError: ``a`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> [places.eval() for places in T.nonzero([[0, 7], [8, 0]])]
    [array([0, 1]), array([1, 0])]
    """
    return places(as_node(a))


def places(x: Node) -> tuple[Node, ...]:
    """Places of the elements of a node that are not zero: one int64 vector for each axis."""
    if not x.ndim:
        raise ArgumentValueError("nonzero: the operand has rank 0; use atleast_1d(x)")
    found, rest = list[Node](), selected(x)
    for length in x.shape[:0:-1]:
        found.append(o.remainder(rest, dims.as_node(length)))
        rest = o.floor_divide(rest, dims.as_node(length))
    return (rest, *found[::-1])


def argwhere(x: Node) -> Node:
    """Places of the elements that are not zero, in C order, as rows.

    Args:
        x: any dtype and shape.

    Returns:
        int64, with one row for each such element and one column for each axis.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.argwhere([[0, 7], [8, 0]]).eval()
    array([[0, 1],
           [1, 0]])
    """
    if not x.ndim:
        count = places(o.expand_dims(x, axis=(0,)))[0].shape[0]
        return broadcast_to(o.constant(0, INT64), (count, 0))
    return o.concatenate(*(o.expand_dims(i, axis=(1,)) for i in places(x)), axis=1)


# masks ------------------------------------------------------------------------------------------------------

def fitting(mask: Node, lengths: Shape) -> Node:
    """A mask whose shape is ``lengths``, or an error, now or when the graph runs."""
    same = len(lengths) == mask.ndim and all(map(dims.equal, mask.shape, lengths))
    return mask if same else o.fitting_mask(mask, shape=tuple(lengths))


def compress(condition: Node, x: Node, axis: int | None = None) -> Node:
    """The elements along an axis (of the flattened operand without one) whose condition is true.

    Args:
        condition: a vector, of bool or of numbers that count as true unless they are 0; elements beyond its length are
            left out.
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape of ``x`` with a shorter axis; its dtype.

    Raises:
        AxisError: the axis is outside the rank.
        ShapeError: the condition is no vector.
        IndexBoundsError: the condition is true beyond the end of the axis; known when the graph runs.
        DTypeError: ``condition`` or ``x`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.compress([False, True], [[1, 2], [3, 4]], axis=0).eval()
    array([[3, 4]])
    """
    if condition.ndim != 1:
        raise ShapeError(f"compress: the condition must be a vector; given shape {dims.text(condition.shape)}")
    x = ravel(x) if axis is None else x
    return taken(x, selected(condition), normalize_axis(0 if axis is None else axis, x.ndim, "compress"))


def extract(condition: Node, x: Node) -> Node:
    """The elements whose condition is true, both flattened.

    Args:
        condition: bool, or numbers that count as true unless they are 0; as many elements as ``x``.
        x: any dtype and shape.

    Returns:
        A vector of the dtype of ``x``.

    Raises:
        IndexBoundsError: the condition is true beyond the last element; known when the graph runs.
        DTypeError: ``condition`` or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.extract([[True, False], [False, True]], [[1, 2], [3, 4]]).eval()
    array([1, 4])
    """
    return taken(ravel(x), selected(condition), 0)


def place(x: Node, mask: ArrayLike, vals: ArrayLike) -> Node:
    """``x`` with the elements of ``vals``, one after the other and over again, where the mask is true.

    NumPy's function of this name changes its operand; this one gives a new array.

    Args:
        x: any dtype and shape.
        mask: bool, or numbers that count as true unless they are 0, in the shape of ``x``.
        vals: at least one value, of any shape, which is converted to the dtype of ``x``.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        IndexBoundsError: the mask has another shape.
        ArgumentValueError: there are no values.
        DTypeError: ``x``, ``mask`` or ``vals`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.place([1, 2, 3, 4], [True, False, True, True], [8, 9]).eval()
    array([8, 2, 9, 8])
    """
    given, values = as_node(mask), ravel(convert(as_node(vals), x.dtype))
    if isinstance(values.shape[0], int) and not values.shape[0]:
        raise ArgumentValueError("place: there are no values to be put")
    under = selected(fitting(convert(given, BOOL), x.shape))
    turn = o.remainder(o.arange(dims.as_node(under.shape[0])), dims.as_node(values.shape[0]))
    found = o.scatter(ravel(x), taken(values, turn, 0), under, axes=(0,), combine="set")
    return o.reshape(found, shape=x.shape)


# elements at places -------------------------------------------------------------------------------------------

def taken(x: Node, index: Node, axis: int) -> Node:
    """The elements of ``x`` at a vector of places along an axis."""
    found: Node = o.gather(x, index, axes=(axis,))
    return o.transpose(found, axes=(*range(1, axis + 1), 0, *range(axis + 1, x.ndim))) if axis else found


def repeated(x: Node, counts: Node, axis: int) -> Node:
    """Each element along an axis as often as its count says.

    Raises:
        DTypeError: the counts are not integers.
        ShapeError: there are more or fewer counts than elements; known when the graph is built, or when it runs.
    """
    if counts.dtype.kind not in "iub":
        raise DTypeError(f"repeat: counts must be integers; given {counts.dtype.name}")
    if counts.ndim != 1:
        raise ShapeError(f"repeat: counts must be a number or a vector; given shape {dims.text(counts.shape)}")
    each = broadcast_to(convert(counts, INT64), (x.shape[axis],))
    return taken(x, settled(o.repeat_places(each)), axis)



# conditions -------------------------------------------------------------------------------------------------

def where(condition: ArrayLike, x: ArrayLike | None = None, y: ArrayLike | None = None, /) -> Node | tuple[Node, ...]:
    """``x`` where the condition is true and ``y`` elsewhere; of a condition alone the places where it is true.

    Args:
        condition: bool, of any shape; other elements count as true unless they are zero.
        x: what to take where it is true, of any dtype; Python numbers are weak; the three shapes broadcast.
        y: what to take elsewhere, a number or an array.

    Returns:
        A tensor of the common shape and dtype; without ``x`` and ``y`` a tuple, as :func:`nonzero` gives.

    Raises:
        ArgumentValueError: only one of ``x`` and ``y`` is given.
        DTypeError: there is no common dtype.
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.where(T.dvector("c") > 0, 1.0, T.dvector("y"))
    <Tensor: float64 (bdim(c.shape[0], y.shape[0]),)>
    >>> T.where([False, True])[0].eval()
    array([1])
    """
    if x is None and y is None:
        return places(as_node(condition))
    if x is None or y is None:
        raise ArgumentValueError("where: either both or neither of x and y should be given")
    return o.where(operand(condition), operand(x), operand(y))
