"""What ``symbols=`` of ``from_sympy`` may say: a tensor, a dtype and shape for an input, or a function of tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from ..errors import GraphError, SymbolicTruthError, SymnumError, UnsupportedError
from ..ir.node import Node
from ..operands import declared
from ..records import dataclass
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor


@dataclass(frozen=True, slots=True)
class Given:
    """What symbols stand for, and what undefined functions do with nodes."""

    nodes: Mapping[Any, Node]
    functions: Mapping[Any, Callable[..., Node]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be converted: expressions, and before them symbols with the expressions that they stand for.

    ``several`` is what holds the results, None for a single one.
    """

    exprs: Sequence[Any]
    replacements: Sequence[tuple[Any, Any]]
    several: type | None


def request(expr: Any) -> Request:
    """What an argument of ``from_sympy`` asks for; a pair as ``sympy.cse`` returns it is told by its lists.

    >>> x, y = sympy.symbols("x y")
    >>> request(sympy.cse([sympy.sin(x + y), x + y])).replacements
    [(x0, x + y)]
    """
    if isinstance(expr, tuple) and len(expr) == 2 and all(isinstance(part, list) for part in expr) and all(
            isinstance(pair, tuple) and len(pair) == 2 for pair in expr[0]):
        return Request(expr[1], expr[0], list)
    if isinstance(expr, list | tuple):
        return Request(expr, (), type(expr) if type(expr) in (list, tuple) else list)
    return Request([expr], (), None)


def given(symbols: Mapping[Any, Any]) -> Given:
    """``symbols`` as nodes and functions of nodes.

    Raises:
        GraphError: a function is given for what is no undefined function.
        DTypeError, ShapeError: a value is no tensor, array, number, dtype or pair of dtype and shape.
    """
    nodes: dict[Any, Node] = {}
    functions: dict[Any, Callable[..., Node]] = {}
    for key, value in symbols.items():
        if isinstance(key, type) or (callable(value) and not isinstance(value, type | Tensor)):
            functions[_function(key, value)] = _of_nodes(value, f"the function given for {key}")
        else:
            nodes[key] = _node(key, value)
    return Given(nodes, functions)


def _node(key: Any, value: Any) -> Node:
    if _is_dtype(value):
        return declared(key, value).node
    if isinstance(value, tuple) and len(value) == 2 and _is_dtype(value[0]):
        return declared(key, *value).node
    return as_tensor(value).node


def _is_dtype(value: Any) -> bool:
    return isinstance(value, str | np.dtype | type)


def _function(key: Any, value: Any) -> Any:
    if not isinstance(key, sympy.core.function.UndefinedFunction) or not callable(value):
        raise GraphError(f"symbols: {value!r} is given for {key!r}; expected a function of tensors for an undefined "
                         f"function of SymPy, such as {{sympy.Function('f'): lambda x: ...}}")
    return key


def _of_nodes(function: Callable[..., Any], what: str) -> Callable[..., Node]:
    """A function of tensors as one of nodes."""
    def call(*nodes: Node) -> Node:
        found = function(*map(Tensor, nodes))
        if not isinstance(found, Tensor | int | float | complex | np.ndarray | np.generic):
            raise GraphError(f"{what} returned {found!r} of type {type(found).__name__}; expected a tensor")
        return as_tensor(found).node
    return call


def implemented(function: Callable[..., Any], nodes: Sequence[Node]) -> Node:
    """What ``implemented_function`` attached, called with tensors.

    Raises:
        UnsupportedError: it takes no tensors.
    """
    name = getattr(function, "__name__", repr(function))
    try:
        return _of_nodes(function, f"the implementation {name}")(*nodes)
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, SymnumError) and not isinstance(error, SymbolicTruthError):
            raise
        raise UnsupportedError(f"the implementation {name} does not take tensors: {error}; cure: write it with "
                               f"functions of symnum or NumPy, or give the function in symbols=") from error
