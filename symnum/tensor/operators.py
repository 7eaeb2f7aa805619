"""Operators of tensors, and what NumPy's functions do with them; they build graph and compute nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SymnumError
from ..ir.build import apply
from ..ir.node import Node
from ..ops.spec import OpSpec
from ..ops.table import TABLE
from . import products
from .attributes import Attributes
from .convert import as_node, is_sympy, operand
from .handle import Handle, located
from .ufuncs import row_of

if TYPE_CHECKING:
    from .symbolic import Tensor


def applied_node(op: OpSpec, *operands: object) -> Node:
    """The node of an elementwise op of tensors, arrays, numbers and lists."""
    try:
        return apply(op, *map(operand, operands))
    except SymnumError as error:
        raise located(error, op.name, operands) from None


def _product(a: Any, b: Any) -> Node:
    try:
        return products.matmul(as_node(a), as_node(b))
    except SymnumError as error:
        raise located(error, "matmul", (a, b)) from None


_OPERANDS = (Handle, bool, int, float, complex, np.ndarray, np.generic, list, tuple)


def _takes(other: Any) -> bool:
    """Whether an operator takes its other operand."""
    return isinstance(other, _OPERANDS) or is_sympy(other)


def _unary(name: str) -> Callable[[Operators], Tensor]:
    op = TABLE[name]

    def method(self: Operators) -> Tensor:
        return self._new(applied_node(op, self))
    return method


def _binary(name: str) -> Callable[[Operators, Any], Tensor]:
    op = TABLE[name]

    def method(self: Operators, other: Any) -> Tensor:
        return self._new(applied_node(op, self, other)) if _takes(other) else NotImplemented
    return method


def _reflected(name: str) -> Callable[[Operators, Any], Tensor]:
    op = TABLE[name]

    def method(self: Operators, other: Any) -> Tensor:
        return self._new(applied_node(op, other, self)) if _takes(other) else NotImplemented
    return method


class Operators(Attributes):
    """Python's operators, with NumPy's promotion and broadcasting."""

    __slots__ = ()

    __add__, __radd__ = _binary("add"), _reflected("add")
    __sub__, __rsub__ = _binary("subtract"), _reflected("subtract")
    __mul__, __rmul__ = _binary("multiply"), _reflected("multiply")
    __truediv__, __rtruediv__ = _binary("true_divide"), _reflected("true_divide")
    __floordiv__, __rfloordiv__ = _binary("floor_divide"), _reflected("floor_divide")
    __mod__, __rmod__ = _binary("remainder"), _reflected("remainder")
    __pow__, __rpow__ = _binary("power"), _reflected("power")
    __and__, __rand__ = _binary("bitwise_and"), _reflected("bitwise_and")
    __or__, __ror__ = _binary("bitwise_or"), _reflected("bitwise_or")
    __xor__, __rxor__ = _binary("bitwise_xor"), _reflected("bitwise_xor")
    __lshift__, __rlshift__ = _binary("left_shift"), _reflected("left_shift")
    __rshift__, __rrshift__ = _binary("right_shift"), _reflected("right_shift")
    __lt__, __gt__ = _binary("less"), _binary("greater")
    __le__, __ge__ = _binary("less_equal"), _binary("greater_equal")
    __eq__, __ne__ = _binary("equal"), _binary("not_equal")  # type: ignore[assignment]  # elementwise, as NumPy's
    __neg__, __pos__ = _unary("negative"), _unary("positive")
    __abs__, __invert__ = _unary("absolute"), _unary("invert")

    def __matmul__(self, other: Any) -> Tensor:
        return self._new(_product(self, other)) if _takes(other) else NotImplemented

    def __rmatmul__(self, other: Any) -> Tensor:
        return self._new(_product(other, self)) if _takes(other) else NotImplemented

    def __divmod__(self, other: Any) -> tuple[Tensor, Tensor]:
        return (self.__floordiv__(other), self.__mod__(other)) if _takes(other) else NotImplemented

    def __rdivmod__(self, other: Any) -> tuple[Tensor, Tensor]:
        return (self.__rfloordiv__(other), self.__rmod__(other)) if _takes(other) else NotImplemented

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if not all(map(_takes, inputs)):
            return NotImplemented
        op = row_of(ufunc) if method == "__call__" and not options else None
        if op is not None:
            return self._new(applied_node(op, *inputs))
        from .protocols import numpy_ufunc

        return numpy_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...],
                           kwargs: Mapping[str, Any]) -> Any:
        if not all(issubclass(kind, _OPERANDS) for kind in types):
            return NotImplemented
        from .protocols import numpy_function

        return numpy_function(function, args, kwargs)
