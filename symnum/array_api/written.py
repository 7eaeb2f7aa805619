"""Tensors for library code that fills arrays: ``x[i] = y`` on what the namespace's functions have made."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .. import tensor as T
from ..tensor import Tensor


def _operator(name: str) -> Any:
    """An operator of tensors, with a writable result."""
    return writable(getattr(Tensor, name))


def writable(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` with writable results.

    >>> from symnum import tensor as T
    >>> writable(T.ones)(2)
    <WritableTensor: float64 (2,)>
    """
    @functools.wraps(function)
    def public(*args: Any, **kwargs: Any) -> Any:
        return _writable(function(*args, **kwargs))
    return public


def _writable(found: Any) -> Any:
    if isinstance(found, Tensor):
        return WritableTensor(found.node, found.name)
    if isinstance(found, tuple | list):
        parts = [_writable(part) for part in found]
        return type(found)(*parts) if hasattr(found, "_fields") else type(found)(parts)
    return found


class WritableTensor(Tensor):
    """A tensor with item assignment, as the standard's functions give it, and operators on such tensors.

    The assignment gives this handle another expression, ``x.at[i].set(y)``; what was built from it before keeps the old
    one, and no other tensor changes.  Its hash follows its expression, so it is no key for what outlives an assignment.

    >>> from symnum import array_api as xp
    >>> x = xp.zeros(3)
    >>> y = x + 1
    >>> x[0] = 5.0
    >>> x.eval(), y.eval()
    (array([5., 0., 0.]), array([1., 1., 1.]))
    """

    __slots__ = ()
    __hash__ = Tensor.__hash__

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, Tensor) and key.dtype.kind == "b" and not key.ndim:  # all elements, or none
            self.node = T.where(key, T.astype(value, self.dtype), self).node
        else:
            self.node = self.at[key].set(value).node

    __add__, __radd__ = _operator("__add__"), _operator("__radd__")
    __sub__, __rsub__ = _operator("__sub__"), _operator("__rsub__")
    __mul__, __rmul__ = _operator("__mul__"), _operator("__rmul__")
    __truediv__, __rtruediv__ = _operator("__truediv__"), _operator("__rtruediv__")
    __floordiv__, __rfloordiv__ = _operator("__floordiv__"), _operator("__rfloordiv__")
    __mod__, __rmod__ = _operator("__mod__"), _operator("__rmod__")
    __pow__, __rpow__ = _operator("__pow__"), _operator("__rpow__")
    __matmul__, __rmatmul__ = _operator("__matmul__"), _operator("__rmatmul__")
    __and__, __rand__ = _operator("__and__"), _operator("__rand__")
    __or__, __ror__ = _operator("__or__"), _operator("__ror__")
    __xor__, __rxor__ = _operator("__xor__"), _operator("__rxor__")
    __lshift__, __rlshift__ = _operator("__lshift__"), _operator("__rlshift__")
    __rshift__, __rrshift__ = _operator("__rshift__"), _operator("__rrshift__")
    __lt__, __gt__, __le__, __ge__ = map(_operator, ("__lt__", "__gt__", "__le__", "__ge__"))
    __eq__, __ne__ = _operator("__eq__"), _operator("__ne__")
    __neg__, __pos__, __abs__, __invert__ = map(_operator, ("__neg__", "__pos__", "__abs__", "__invert__"))
    __getitem__ = _operator("__getitem__")
