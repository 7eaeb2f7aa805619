"""``Tensor``: the symbolic array; NumPy's methods, which build graph and compute nothing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from ..errors import ArgumentError, ShapeError, SymnumError
from ..ir.node import Node
from ..ops.spec import OpSpec
from ..ops.table import TABLE
from . import (
    counting,
    elements,
    indexing,
    products,
    products_more,
    reductions,
    scans,
    shaping,
    shaping_axes,
    shaping_repeats,
    sorting,
    statistics,
    taking,
)
from .at import At
from .convert import ArrayLike, as_node
from .handle import Handle, describe, located
from .lengths import ShapeLike
from .operators import Operators, applied_node
from .sympy_operators import class_for_sympy, priority_for_sympy

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., Any])


# functions of nodes as functions of tensors -----------------------------------------------------------------

def applied(op: OpSpec, *operands: object) -> Tensor:
    """An elementwise op of tensors, arrays, numbers and lists."""
    return Tensor(applied_node(op, *operands))


def lift(rule: Callable[Concatenate[Node, P], Node]) -> Callable[Concatenate[ArrayLike, P], Tensor]:
    """A function of a node as a function (and method) of a tensor, array, number or list."""
    @functools.wraps(rule)
    def public(x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Tensor:
        try:
            return Tensor(rule(as_node(x), *args, **kwargs))
        except SymnumError as error:
            raise located(error, rule.__name__, (x,)) from None
    return _documented(public, rule, 1)


def lift2(rule: Callable[Concatenate[Node, Node, P], Node]
          ) -> Callable[Concatenate[ArrayLike, ArrayLike, P], Tensor]:
    """A function of two nodes as a function (and method) of two tensors, arrays, numbers or lists."""
    @functools.wraps(rule)
    def public(a: ArrayLike, b: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Tensor:
        try:
            return Tensor(rule(as_node(a), as_node(b), *args, **kwargs))
        except SymnumError as error:
            raise located(error, rule.__name__, (a, b)) from None
    return _documented(public, rule, 2)


def lift_list(rule: Callable[P, Node]) -> Callable[P, Tensor]:
    """A function of a sequence of array-likes that gives a node, as a function that gives a tensor."""
    @functools.wraps(rule)
    def public(*args: P.args, **kwargs: P.kwargs) -> Tensor:
        try:
            return Tensor(rule(*args, **kwargs))
        except SymnumError as error:
            listed = args[0] if args and isinstance(args[0], list | tuple) else [
                x for x in args if isinstance(x, Handle)]
            raise located(error, rule.__name__, tuple(listed)) from None
    return _documented(public, rule, 0)


def lift_many(rule: Callable[P, Node | Sequence[Node]]) -> Callable[P, Any]:
    """A function that gives a list or tuple of nodes (or one), as a function that gives a list or tuple of tensors."""
    @functools.wraps(rule)
    def public(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            found = rule(*args, **kwargs)
        except SymnumError as error:
            raise located(error, rule.__name__, args[:1]) from None
        if isinstance(found, Node):
            return Tensor(found)
        remade: Any = getattr(found, "_make", type(found))  # a named tuple is not made from an iterable
        return remade(map(Tensor, found))
    return _documented(public, rule, 0)


def _documented(public: F, rule: Callable[..., Any], operands: int) -> F:
    """The signature that users see: the first ``operands`` are array-like, nodes in the result are tensors."""
    signature = inspect.signature(rule)
    parameters = list(signature.parameters.values())
    parameters[:operands] = [
        p.replace(annotation="ArrayLike", kind=p.POSITIONAL_ONLY) for p in parameters[:operands]]
    result = str(signature.return_annotation).replace("Node", "Tensor")
    vars(public)["__signature__"] = signature.replace(parameters=parameters, return_annotation=result)
    return public


class Tensor(Operators):
    """A symbolic array: a handle on one vertex of a graph.

    Operators and methods build graph with NumPy's promotion (NEP 50), broadcasting and names.  ``==`` is
    elementwise; the truth of a tensor is an error, except that ``a == b`` of one and the same tensor is true,
    so that tensors work as dictionary keys.  ``a.same_as(b)`` is identity.

    >>> from symnum import tensor as T
    >>> x = T.dvector("x")
    >>> (2*x + 1).sum()
    <Tensor: float64 ()>
    """

    __slots__ = ()
    __array_priority__ = 1000.0     # NumPy's objects leave operators to a tensor
    __hash__ = Handle.__hash__
    __class__: Any = property(class_for_sympy)
    _op_priority = property(priority_for_sympy)

    def _new(self, node: Node) -> Tensor:
        return Tensor(node)

    def conjugate(self) -> Tensor:
        """The complex conjugate; a real tensor keeps its values.

        Returns:
            The shape and dtype of the tensor.

        Raises:
            Nothing of its own.

        >>> from symnum import tensor as T
        >>> T.zscalar("z").conjugate()
        <Tensor: complex128 ()>
        """
        return applied(TABLE["conjugate"], self)

    conj = conjugate

    def __len__(self) -> int:
        if not self.ndim:
            raise ArgumentError(f"a tensor of rank 0 has no length ({describe(self)})")
        if not isinstance(self.node.shape[0], int):
            raise ShapeError(
                f"the length of {describe(self)} is not known while a graph is built: use x.shape[0], or "
                f"give the input fixed lengths, as in tensor('x', shape=(3, None))")
        return self.node.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, key: object) -> Tensor:
        try:
            found = Tensor(indexing.index(self.node, key))
        except SymnumError as error:
            raise located(error, "index", (self,)) from None
        found.taken = self, key
        return found

    @property
    def at(self) -> At[Tensor]:
        """Writing to parts: ``x.at[key].set(y)``, ``add``, ``multiply``, ``min``, ``max``, ``divide``, ``power`` give
        new tensors.

        >>> from symnum import tensor as T
        >>> T.dvector("x").at[0].set(1.0)
        <Tensor: float64 (x.shape[0],)>
        """
        return At(self)

    def reshape(self, *shape: ShapeLike, order: shaping.Order = "C", copy: bool | None = None) -> Tensor:
        """The same elements under another shape: :func:`reshape`.

        Args:
            shape: the lengths, one after the other or as a sequence; one may be -1.
            order: ``"C"`` or ``"F"``: the last or the first axis changes fastest.
            copy: has no effect: tensors are values, which nothing changes.

        Returns:
            The new shape; the dtype is kept.

        Raises:
            ShapeError: the numbers of elements differ; known when the graph is built, or when it runs.
            DTypeError: a length is not an integer.
            ArgumentValueError: another order.

        >>> from symnum import tensor as T
        >>> x = T.tensor("x", shape=(2, 3))
        >>> x.reshape(3, -1), x.reshape((3, 2))
        (<Tensor: float64 (3, 2)>, <Tensor: float64 (3, 2)>)
        """
        wanted: Any = shape[0] if len(shape) == 1 else shape
        return _reshape(self, wanted, order, copy=copy)

    def transpose(self, *axes: int | Sequence[int] | None) -> Tensor:
        """The axes in another order: :func:`transpose`.

        Args:
            axes: the number of each axis, one after the other or as a sequence; none, or None, reverses them.

        Returns:
            The lengths in the new order; the dtype is kept.

        Raises:
            AxisError: ``axes`` does not name each axis once.
            DTypeError: an axis is no integer.

        >>> from symnum import tensor as T
        >>> x = T.tensor("x", shape=(2, 3))
        >>> x.transpose(), x.transpose(0, 1)
        (<Tensor: float64 (3, 2)>, <Tensor x: float64 (2, 3)>)
        """
        wanted: Any = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return _transpose(self, wanted)

    astype, clip, round = lift(elements.astype), lift(elements.clip), lift(elements.round)
    sum, prod = lift(reductions.sum), lift(reductions.prod)
    max, min = lift(reductions.max), lift(reductions.min)
    any, all = lift(reductions.any), lift(reductions.all)
    argmax, argmin = lift(reductions.argmax), lift(reductions.argmin)
    mean, var, std = lift(statistics.mean), lift(statistics.var), lift(statistics.std)
    ravel, squeeze, swapaxes = lift(shaping.ravel), lift(shaping.squeeze), lift(shaping_axes.swapaxes)
    flatten, repeat = ravel, lift(shaping_repeats.repeat)
    cumsum, cumprod = lift(scans.cumsum), lift(scans.cumprod)
    argsort, searchsorted, take = lift(sorting.argsort), lift2(sorting.searchsorted), lift(taking.take)
    diagonal, trace, choose = lift(products_more.diagonal), lift(products_more.trace), lift_list(taking.choose)
    nonzero, dot = lift_many(counting.nonzero), lift2(products.dot)

    def compress(self, condition: ArrayLike, axis: int | None = None) -> Tensor:
        """The elements along an axis whose condition is true: :func:`compress`, where the condition comes first.

        Args:
            condition: a vector; elements beyond its length are left out.
            axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

        Returns:
            The shape with a shorter axis; the dtype is kept.

        Raises:
            AxisError: the axis is outside the rank.
            ShapeError: the condition is no vector.
            IndexBoundsError: the condition is true beyond the end of the axis; known when the graph runs.
            DTypeError: ``condition`` is no array of numbers, or the axis is no integer.

        >>> from symnum import tensor as T
        >>> T.constant([5, 6, 7]).compress([True, False, True]).eval()
        array([5, 7])
        """
        return _compress(condition, self, axis)

    def copy(self) -> Tensor:
        """The same tensor: tensors are values, which nothing changes.

        Returns:
            A tensor of the same shape and dtype: itself.

        Raises:
            Nothing of its own.

        >>> from symnum import tensor as T
        >>> x = T.dvector("x")
        >>> x.copy() is x
        True
        """
        return self

    # doors: conveniences of higher floors

    def eval(self, values: Mapping[Tensor, Any] | None = None) -> np.ndarray[Any, Any]:
        """The value for given values of inputs; for more than one evaluation, compile a ``function``.

        Args:
            values: for each input that it depends on a number, array, or nested list.

        Returns:
            An array of the tensor's dtype and shape.

        Raises:
            MissingInputError: it depends on an input that has no value.
            DTypeError: a value's dtype does not fit its input.
            ShapeError: a value's shape does not fit its input, or lengths do not fit each other.

        >>> from symnum import tensor as T
        >>> x = T.dvector("x")
        >>> (x**2).sum().eval({x: [3, 4]})
        array(25.)
        """
        from ..function import function

        given = dict(values or {})
        compiled: Any = function(list(given), self, on_unused_input="ignore")
        result: np.ndarray[Any, Any] = compiled(*given.values())
        return result

    def sympy(self) -> Any:
        """The same expression in SymPy, for one element; :func:`symnum.to_sympy` says how it is converted.

        Returns:
            A SymPy expression, in which symbols stand for tensors of any dtype and shape; where it meets tensors again
            they are these tensors.

        Raises:
            Nothing of its own.

        >>> from symnum import tensor as T
        >>> x = T.dscalar("x")
        >>> (x + x).sympy()
        2*x
        """
        from ..operands import opened
        return opened(self.node)

    def _sympy_(self) -> Any:
        """What ``sympy.sympify`` and SymPy's functions make of a tensor: one symbol."""
        from ..operands import opaque
        return opaque(self)

    def _printed(self, printer: Any, **options: Any) -> Any:
        """What SymPy's printers make of a tensor: its formula, as they print that."""
        return printer._print(self.sympy(), **options)

    # SymPy has a class Tensor too: without these names its printers take ours for it.
    _latex = _pretty = _sympystr = _sympyrepr = _mathml_content = _mathml_presentation = _printed


_reshape, _transpose, _compress = lift(shaping.reshape), lift(shaping_axes.transpose), lift2(counting.compress)
