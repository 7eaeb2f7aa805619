"""What names mean to ``lambdify``: functions of tensors, functions of Python that need numbers, and constants."""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from .. import dtypes
from ..errors import GraphError, SymnumError, UnsupportedError, unknown_name
from ..ir import build
from ..ir.node import Node
from ..ir.walk import topological
from ..ops.spec import Absent, OpSpec
from ..records import dataclass
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor
from .helpers import Helper

_LIBRARIES = ("cmath", "cupy", "jax", "math", "mpmath", "numexpr", "numpy", "scipy", "sympy", "tensorflow", "torch")
_OF_PYTHON = Absent("a function of Python")
_BY_NUMBERS = (SymnumError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PythonOp(OpSpec):
    """A function of Python that takes numbers or arrays; each is an op of its own."""


def named(modules: Any) -> dict[str, Any]:
    """The implementations in ``modules``; the first that has a name wins.

    Raises:
        UnknownNameError: no such library.
        GraphError: something that neither can be called nor is a number.
    """
    found: dict[str, Any] = {}
    for one in reversed(modules if isinstance(modules, list | tuple) else [modules]):
        if isinstance(one, str) and one not in _LIBRARIES:
            raise unknown_name("module", one, _LIBRARIES)
        if isinstance(one, Mapping):
            found.update(one)
    wrong = next((name for name, value in found.items() if not callable(value) and not _is_number(value)), None)
    if wrong is not None:
        raise GraphError(f"lambdify: modules= says that {wrong} is {found[wrong]!r}; expected a function or a number")
    return found


def with_constants(expr: Any, meanings: Mapping[str, Any], keys: Sequence[Any]) -> Any:
    """An expression with the numbers that names stand for, in place of symbols other than ``keys`` and constants."""
    values = {name: sympy.sympify(x) for name, x in meanings.items() if not callable(x)}
    if not values or not isinstance(expr, sympy.Basic | sympy.MatrixBase | sympy.NDimArray):
        return expr
    found = expr.free_symbols.union(expr.atoms(sympy.NumberSymbol, sympy.core.numbers.ImaginaryUnit)) - {*keys}
    return expr.xreplace({x: values[str(x)] for x in found if str(x) in values})


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Number) or (isinstance(value, sympy.Expr) and value.is_number)


def applied(name: str, python: Callable[..., Any], given: Sequence[Node]) -> Node:
    """A function of tensors, or of numbers, of nodes.

    Raises:
        UnsupportedError: it does not take so many arguments.
    """
    if isinstance(python, Helper):
        return python(*map(Tensor, given)).node
    try:
        return as_tensor(python(*map(Tensor, given))).node
    except _BY_NUMBERS as error:
        _check_count(name, python, given, error)
        return build.apply(_op(name, python, len(given)), *given)


def needs_python(nodes: Sequence[Node]) -> bool:
    """Whether a function of Python is called in graphs."""
    return any(isinstance(node.op, PythonOp) for node in topological(nodes))


def _check_count(name: str, python: Callable[..., Any], given: Sequence[Node], error: Exception) -> None:
    try:
        inspect.signature(python).bind(*given)
    except ValueError:
        return      # a function of C that does not say what it takes
    except TypeError as wrong:
        raise UnsupportedError(f"lambdify: the implementation of {name} cannot be called with {len(given)} arguments: "
                               f"{wrong}") from error


def _op(name: str, python: Callable[..., Any], arity: int) -> PythonOp:
    def reference(*arrays: Any) -> Any:
        if not arrays[0].ndim:
            return python(*(x.item() for x in arrays))
        try:
            found = np.asarray(python(*arrays))
        except (TypeError, ValueError):
            found = np.asarray(None)
        return found if found.shape == arrays[0].shape else np.vectorize(python, otypes=[_result(arrays)])(*arrays)

    def dtype(op: str, operands: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[np.dtype[Any], ...]:
        return (*operands, _result(operands))
    return PythonOp(
        name=name, kind="elementwise", arity=arity, doc=inspect.getdoc(python) or name, numpy=reference, dtype=dtype,
        partials=_OF_PYTHON, sympy=_OF_PYTHON, c=_OF_PYTHON, domain=_OF_PYTHON, cost=1000.0)


def _result(operands: Sequence[Any]) -> np.dtype[Any]:
    """The dtype of what Python computes: that of floats, since whole numbers need not stay whole."""
    common = dtypes.promote([getattr(x, "dtype", x) for x in operands])
    return common if common.kind in "fc" else dtypes.FLOAT64
