"""``In`` and ``Out``: inputs and outputs of a function with more to say than which tensor they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY
from typing import Any

import numpy as np

from . import arguments
from .arguments import Casting
from .codegen.interface import Argument
from .errors import GraphError
from .ir.build import shared_leaf
from .ir.node import Node
from .ir.state import SharedState
from .records import dataclass
from .tensor.convert import is_sympy
from .tensor.handle import describe
from .tensor.symbolic import Tensor


@dataclass(frozen=True, slots=True)
class In:
    """An input of ``function`` with a default value, an update, or leave to do more with its argument.

    Args:
        variable: the input tensor, or a symbol of SymPy.
        name: the keyword under which the argument can be passed, instead of the tensor's name.
        value: the argument of calls that pass none: an array, number or nested list that fits the input; a copy.
        update: the value that takes the place of ``value`` after each call (also of one that passes the argument),
            an expression of the input's dtype and rank: the function then has a state of its own, which ``f[x]``
            reads and ``f[x] = value`` sets.
        mutable: the function may destroy the argument's array.  A permission; this version does not use it.
        borrow: outputs may lie in the argument's memory.  A permission too, as ``mutable``, which includes it.
        strict: refuse an argument with a dtype that is not exactly the input's (Python numbers have none, and fit).
        allow_downcast: let the argument be cast where that loses digits; None: as ``function`` says.
        dtype: of a symbol of SymPy; float64 without it.
        shape: of a symbol of SymPy, as of ``sn.tensor.tensor``; a scalar without it.

    Raises:
        GraphError: an update without a value to start from, ``strict`` with ``allow_downcast``, or a dtype or shape of
            a tensor, which has its own.

    >>> import symnum as sn
    >>> x, total = sn.tensor.dscalars("x", "total")
    >>> f = sn.function([x, In(total, value=10, update=total + x)], total * 2, mode="numpy")
    >>> f(1), f(5), f[total]
    (array(20.), array(22.), array(16.))
    """

    variable: Any
    _: KW_ONLY
    name: str | None = None
    value: Any = None
    update: Any = None
    mutable: bool = False
    borrow: bool = False
    strict: bool = False
    allow_downcast: bool | None = None
    dtype: Any = None
    shape: Any = None

    def __post_init__(self) -> None:
        if is_sympy(self.variable):
            from .operands import declared
            object.__setattr__(self, "variable", declared(self.variable, self.dtype, self.shape))
        elif self.dtype is not None or self.shape is not None:
            raise GraphError("In: dtype and shape are for symbols of SymPy; a tensor has its own")
        if not isinstance(self.variable, Tensor):
            raise GraphError(f"In: expected a tensor; given {self.variable!r} of type {type(self.variable).__name__}")
        what = f"In({describe(self.variable)})"
        if self.update is not None and self.value is None:
            raise GraphError(f"{what}: an update needs a value to start from; cure: In(x, value=..., update=...)")
        if self.strict and self.allow_downcast:
            raise GraphError(f"{what}: strict=True refuses the casts that allow_downcast=True asks for; cure: drop one")


@dataclass(frozen=True, slots=True)
class Out:
    """An output of ``function``; with ``borrow=True`` its array may lie in memory that the function uses again.

    ``borrow`` is a permission, which this version does not use: results never share memory.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.function([x], Out(x + 1, borrow=True), mode="numpy")([1, 2])
    array([2., 3.])
    """

    variable: Any
    borrow: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the call path must know of one input.

    ``default`` is None for an argument that must be passed, an array, or the state that the function keeps.
    ``casting`` is None where the function decides.
    """

    name: str
    default: np.ndarray[Any, Any] | SharedState | None = None
    casting: Casting | None = None


def as_inputs(inputs: Sequence[Any]) -> list[In]:
    """The inputs of a function, each as an :class:`In`.

    Raises:
        GraphError: no list, or something in it is no leaf or occurs twice.
    """
    if not isinstance(inputs, list | tuple):
        raise GraphError(f"function: inputs must be a list of tensors; given {type(inputs).__name__}; cure: [x]")
    seen: dict[Node, int] = {}
    found = []
    for k, given in enumerate(inputs):
        one = given if isinstance(given, In) else _plain(given, k)
        x = one.variable
        _check_leaf(x, k)
        if x.node in seen:
            raise GraphError(f"function: {describe(x)} is input {seen[x.node] + 1} and input {k + 1}")
        seen[x.node] = k
        found.append(one)
    return found


def _plain(given: Any, k: int) -> In:
    if not isinstance(given, Tensor) and not is_sympy(given):
        raise GraphError(f"function: input {k + 1} must be a tensor; given {given!r} of type {type(given).__name__}")
    return In(given)


def _check_leaf(x: Tensor, k: int) -> None:
    if x.node.op.name == "shared":
        raise GraphError(f"function: input {k + 1}, {describe(x)}, is a shared value: functions find those "
                         "by themselves; cure: leave it out, or use updates to change it")
    if x.node.op.name != "input":
        raise GraphError(f"function: input {k + 1}, {describe(x)}, is the result of {x.node.op.name}; only "
                         "leaves, made by constructors such as dvector, can be inputs; cure: use givens")


def parameter(one: In, k: int) -> Parameter:
    """How the call path takes input ``k``.

    Raises:
        ArgumentError, ArgumentValueError, DTypeError, ShapeError: the default value does not fit the input.
    """
    name = one.name or one.variable.name or f"argument {k + 1}"
    casting: Casting | None = "exact" if one.strict else None
    if one.allow_downcast is not None and not one.strict:
        casting = "any" if one.allow_downcast else "safe"
    if one.value is None:
        return Parameter(name, None, casting)
    value = _default(one, name, k, casting or "safe")
    return Parameter(name, value if one.update is None else SharedState(value, name), casting)


def _default(one: In, name: str, k: int, casting: Casting) -> np.ndarray[Any, Any]:
    shape = tuple(n if isinstance(n, int) else -1 - axis for axis, n in enumerate(one.variable.node.shape))
    argument = Argument(name, one.variable.dtype, shape)
    value = arguments.convert("function: default value of", k, argument, one.value, casting)
    arguments.bind("function: default value of", (argument,), 1, (value,), len(shape))
    value = np.array(value, order="C", copy=True, subok=False)
    value.flags.writeable = one.update is not None
    return value


def state_leaf(one: In, state: SharedState) -> Node:
    """The leaf of the state behind an input with an update: lengths that are known stay fixed."""
    lengths = [n if isinstance(n, int) else None for n in one.variable.node.shape]
    return shared_leaf(state, one.variable.dtype, lengths)
