"""Derivatives of matrix expressions by automatic differentiation; SymPy's own of log(det(X)) is 0.

Of a number by a matrix it is the matrix of derivatives by each element; of a matrix by a number the matrix of the
derivatives of its elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions.array_expressions import ArrayElement, ArraySymbol

from ..ir import build, dims
from ..ir.build import broadcast_to, o
from ..ir.node import Node
from ..ops.table import TABLE
from .sympy_axes import element
from .sympy_builder import Builder

_ELEMENTS = (MatrixElement, ArrayElement, sympy.Indexed)
_ARRAYS = (sympy.MatrixSymbol, ArraySymbol)
_CURE = "take the derivative of one number by one matrix, or sn.jacobian of the tensor"


def has_array_variable(e: Any) -> bool:
    """Whether something is differentiated by a matrix or array, or by an element of one."""
    return any(isinstance(v, _ARRAYS + _ELEMENTS) for v in e.variables)


def array_derivative(b: Builder, e: Any) -> Node:
    """A derivative that has matrices in it.

    Raises:
        UnsupportedError: the derivative of a matrix by a matrix, or a second one by matrices.
    """
    arrays = [v for v in e.variables if isinstance(v, _ARRAYS + _ELEMENTS)]
    scalars = [v for v in e.variables if not isinstance(v, _ARRAYS + _ELEMENTS)]
    expr, rank = _visited(b, e, arrays)
    before = expr.shape[:expr.ndim - rank]
    if len(arrays) > 1 or (arrays and rank):
        raise b.refusal(e, "a derivative of a matrix, or a second one, by a matrix", _CURE)
    bound = {v: _apart(b.symbols[v], before, 0) for v in dict.fromkeys(scalars)}
    symbols = [_array_of(v) for v in arrays]
    bound.update({s: _apart(b.symbols[s], before, len(_own_shape(s, v))) for s, v in zip(symbols, arrays, strict=True)})
    inner = b.inside(bound, 0, b.axes, b.implied)
    value = inner.node(inner.visit(e.expr))
    for v in scalars:
        held = [x for other, x in bound.items() if other != v]
        value = (_by_number if rank else _by)(value, bound[v], *held)
    b.running[id(e)] = inner.running.get(id(e.expr), frozenset())
    if not arrays:
        b.ranks[id(e)] = rank
        return value
    gradient = _by(value, bound[symbols[0]], *(bound[v] for v in dict.fromkeys(scalars)))
    return _part(b, e, gradient, arrays[0])


def _visited(b: Builder, e: Any, arrays: Sequence[Any]) -> tuple[Node, int]:
    """The value that is differentiated, with the number of its own axes."""
    for v in e.variables:
        symbol = _array_of(v)
        if not isinstance(b.symbols.get(symbol), Node):
            raise b.refusal(e, f"{symbol} stands for no tensor", f"map {symbol} to a tensor in symbols=")
    whole = b.inside({}, 0, b.axes, b.implied)
    node = whole.node(whole.visit(e.expr))
    if node.dtype.kind != "f":
        raise b.refusal(e, f"a value of dtype {node.dtype.name}", "real floats in symbols=")
    return node, whole.ranks.get(id(e.expr), 0)


def _array_of(variable: Any) -> Any:
    """The symbol of the array that an element is of; other symbols themselves."""
    return variable.args[0] if isinstance(variable, _ELEMENTS) else variable


def _own_shape(symbol: Any, variable: Any) -> Sequence[Any]:
    return tuple(variable.indices if isinstance(variable, sympy.Indexed) else symbol.shape)


def _apart(x: Node, before: Sequence[Any], rank: int) -> Node:
    """What is differentiated by: one array for each value, apart from all other nodes."""
    lead = dims.broadcast_shapes([x.shape[:x.ndim - rank], tuple(before)], "a derivative")
    full = broadcast_to(x, (*lead, *x.shape[x.ndim - rank:]))
    return o.assume(full, facts=(), lower=None, upper=None)


def _by(value: Node, x: Node, *held: Node) -> Node:
    """∂Σvalue/∂x; rules leave what is ``held`` in its place, for the next derivative."""
    total = o.sum(value, axis=tuple(range(value.ndim))) if value.ndim else value
    counts = {"which": 0, "n_wrt": 1, "n_constant": len(held), "n_known": 0}
    return build.make(TABLE["derivative"], (total, x, *held), counts)


def _by_number(value: Node, x: Node, *held: Node) -> Node:
    """The derivative of all elements of arrays by one number for each array.

    The derivative of Σ value·weight by x is linear in the weights; its derivative by them is that of the elements.
    """
    weight = o.assume(o.multiply(value, 0), facts=(), lower=None, upper=None)
    return _by(_by(o.multiply(value, weight), x, weight, *held), weight, x, *held)


def _part(b: Builder, e: Any, gradient: Node, variable: Any) -> Node:
    """The derivative by an array, or its element."""
    if not isinstance(variable, _ELEMENTS):
        b.ranks[id(e)] = len(variable.shape)
        return gradient
    indices = variable.args[1] if isinstance(variable, ArrayElement) else variable.args[1:]
    for index in indices:
        b.visit(index)
    return element(b, gradient, indices, variable)
