"""Shared values: tensors whose value is kept between calls of functions, and changed by updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, ArgumentValueError, DTypeError, ShapeError, SymnumError
from ..ir import build, dims
from ..ir.node import Dim
from ..ir.state import SharedState
from .convert import as_array
from .handle import Handle, as_name, located
from .lengths import Length, as_leaf_length, parts_of
from .symbolic import Tensor

Array = np.ndarray[Any, Any]


def shared(value: Any, name: str | None = None, *, borrow: bool = False,
           shape: Sequence[Length | None] | None = None) -> SharedTensor:
    """A tensor with a value of its own, which functions read, and change by ``updates``.

    Args:
        value: an array, number, or nested list of numbers; its dtype and rank are kept for good (a Python float is
            float64 and an int int64, as in NumPy).
        name: shown in printed graphs and errors.
        borrow: keep the array itself where that is possible (C order, aligned, writable, native bytes); functions then
            change it in place.  Otherwise a copy is kept.
        shape: numbers for lengths that stay fixed, dims, and None for those that may change, as all may without it.

    Returns:
        A shared value, which is a tensor.

    Raises:
        DTypeError: the value is no array of a supported dtype.
        ShapeError: ``shape`` does not fit the value.
        ArgumentError: the value is a symbolic tensor, or the name is no text.

    >>> from symnum import tensor as T
    >>> w = T.shared([0.2, 0.7], "w")
    >>> w.set_value([1, 2, 3])
    >>> w, w.get_value()
    (<SharedTensor w: float64 (w.shape[0],)>, array([1., 2., 3.]))
    """
    try:
        return _new(value, name, borrow, shape)
    except SymnumError as error:
        raise located(error, f"shared value {name!r}" if name else "shared", ()) from None


def _new(value: Any, name: str | None, borrow: bool, shape: Sequence[Length | None] | None) -> SharedTensor:
    if isinstance(value, Handle):
        raise ArgumentError("a shared value needs numbers, not a symbolic tensor; "
                            "compute them first, as in shared(x.eval({input: value}))")
    array = _kept(as_array(value), borrow)
    lengths = [None] * array.ndim if shape is None else [as_leaf_length(n) for n in parts_of(shape)]
    if not _fits(array, lengths):
        raise ShapeError(f"shape={tuple(lengths)} does not fit the value's shape {array.shape}")
    return SharedTensor(build.shared_leaf(SharedState(array, as_name(name)), array.dtype, lengths))


def _fits(array: Array, lengths: Sequence[Dim | None]) -> bool:
    return array.ndim == len(lengths) and not any(
        isinstance(n, int) and n != m for n, m in zip(lengths, array.shape, strict=True))


def _kept(array: Array, borrow: bool) -> Array:
    """The array to keep: in C order, aligned, writable, and nobody else's unless borrowed."""
    if borrow:
        return np.require(array, requirements=["C_CONTIGUOUS", "ALIGNED", "WRITEABLE", "ENSUREARRAY"])
    return np.array(array, order="C", copy=True, subok=False)


class SharedTensor(Tensor):
    """A tensor whose value is kept between calls; made by :func:`shared`.

    Pickling keeps the value; what is pickled apart is no longer shared, what is pickled together is.
    ``copy.copy`` gives a handle on the same value, ``copy.deepcopy`` a shared value of its own.
    """

    __slots__ = ()

    def get_value(self, borrow: bool = False) -> Array:
        """The value: a copy, unless it is borrowed.

        Args:
            borrow: give the very array that functions read and change.

        Returns:
            An array of the value's dtype and shape.

        Raises:
            Nothing of its own.

        >>> from symnum import tensor as T
        >>> T.shared(1.5).get_value()
        array(1.5)
        """
        state = self._state()
        with state.lock:
            return state.value if borrow else state.value.copy()

    def set_value(self, value: Any, borrow: bool = False) -> None:
        """Replace the value, whose dtype and rank stay.

        Numbers and lists are converted if nothing is lost but precision; arrays need a safe cast.

        Args:
            value: an array, number, or nested list of numbers, of the rank and fixed lengths that the value has.
            borrow: keep the array itself where that is possible.

        Raises:
            DTypeError: the value's dtype does not fit.
            ShapeError: its rank or a fixed length differs.
            ArgumentValueError: a whole number is outside the integer dtype.

        >>> from symnum import tensor as T
        >>> w = T.shared([1.0, 2.0])
        >>> w.set_value(w.get_value()*2)
        >>> w.get_value()
        array([2., 4.])
        """
        state = self._state()
        try:
            array = self.converted(value)
        except SymnumError as error:
            raise located(error, "set_value", (self,)) from None
        array = _kept(array, borrow)
        with state.lock:
            state.value = array

    @property
    def default_update(self) -> Tensor | None:
        """The value that each call of a function that reads this one gives it, unless ``updates`` says otherwise.

        Raises:
            DTypeError: it is set to a value of another dtype.
            ShapeError: it is set to a value of another rank, or fixed lengths that differ.

        >>> import symnum as sn
        >>> count = sn.shared(0, "count")
        >>> count.default_update = count + 1
        >>> f = sn.function([], count * 10, mode="numpy")
        >>> f(), f(), count.get_value()
        (array(0), array(10), array(2))
        """
        node = self._state().default_update
        return None if node is None else Tensor(node)

    @default_update.setter
    def default_update(self, value: Any) -> None:
        if value is None:
            self._state().default_update = None
            return
        try:
            node = value.node if isinstance(value, Tensor) else build.constant(self.converted(value))
            if node.dtype != self.dtype:
                raise DTypeError(f"expected dtype {self.dtype.name}; given {node.dtype.name}; cure: "
                                 f".astype({self.dtype.name!r})")
            if node.ndim != self.ndim or not all(map(dims.may_equal, node.shape, self.node.shape)):
                raise ShapeError(f"expected shape {dims.text(self.node.shape)}; given {dims.text(node.shape)}")
        except SymnumError as error:
            raise located(error, "default_update", (self,)) from None
        self._state().default_update = node

    def _state(self) -> SharedState:
        found: SharedState = self.node.attr("state")
        return found

    def converted(self, value: Any) -> Array:
        """``value`` as an array that fits; it may be the user's own.

        Args:
            value: an array, number, or nested list of numbers.

        Returns:
            An array of the shared value's dtype.

        Raises:
            DTypeError: the value's dtype does not fit.
            ShapeError: its rank or a fixed length differs.
            ArgumentValueError: a whole number is outside the integer dtype.

        >>> from symnum import tensor as T
        >>> T.shared([1.5]).converted([2, 3])
        array([2., 3.])
        """
        array = as_array(value)
        if isinstance(value, np.ndarray | np.generic):
            if not np.can_cast(array.dtype, self.dtype, "safe"):
                raise DTypeError(f"dtype {array.dtype.name} does not fit {self.dtype.name} safely; "
                                 f"convert it first, as in value.astype({self.dtype.name!r})")
        else:
            _check_weak(array, self.dtype)
        if not _fits(array, self.node.shape):
            raise ShapeError(f"shape {array.shape} does not fit {dims.text(self.node.shape)}")
        return array.astype(self.dtype, copy=False)


def _check_weak(array: Array, dtype: np.dtype[Any]) -> None:
    """Python numbers fit a dtype of the same or a wider kind; whole numbers must be in its range."""
    if not array.size:
        return
    whole = dtype.kind in "iu" and array.dtype.kind in "iu"
    if not whole and not np.can_cast(array.dtype, dtype, "same_kind"):
        raise DTypeError(f"Python numbers of dtype {array.dtype.name} do not fit {dtype.name}")
    if whole and (array.min() < np.iinfo(dtype).min or array.max() > np.iinfo(dtype).max):
        raise ArgumentValueError(f"whole numbers from {array.min()} to {array.max()} do not fit {dtype.name} "
                                 f"({np.iinfo(dtype).min} to {np.iinfo(dtype).max})")


__all__ = ["SharedTensor", "shared"]
