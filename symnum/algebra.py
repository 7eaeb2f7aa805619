"""SymPy, both ways: ``from_sympy`` and ``to_sympy`` for expressions of elementwise functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .bridge.sympy_expressions import MAX_NODES, to_sympy_nodes
from .bridge.sympy_graphs import from_sympy_nodes
from .tensor.creation import as_tensor
from .tensor.symbolic import Tensor


def from_sympy(expr: Any, *, symbols: Mapping[Any, Any]) -> Any:
    """The tensor that a SymPy expression describes; a list of them for a list of expressions.

    Common subexpressions are shared.  Numbers are weak: they take the dtype of what they meet.

    Args:
        expr: an expression, or a list or tuple of them.
        symbols: for each SymPy symbol a tensor (of any shape), an array, or a number.

    Returns:
        A tensor, or a list of them, of the common shape and dtype of what the symbols stand for.

    Raises:
        UnsupportedError: a function that symnum does not have, with its place in the expression.
        GraphError: a symbol that ``symbols`` does not mention.
        DTypeError: dtypes of the tensors do not go together.
        ShapeError: shapes of the tensors do not broadcast.

    >>> import sympy
    >>> import symnum as sn
    >>> s, x = sympy.Symbol("s"), sn.tensor.dvector("x")
    >>> sn.pp(from_sympy(sympy.sin(s) ** 2 / 2, symbols={s: x}))
    '0.5*square(sin(x))'
    """
    several = isinstance(expr, list | tuple)
    nodes = {symbol: as_tensor(value).node for symbol, value in symbols.items()}
    found = [Tensor(node) for node in from_sympy_nodes(list(expr) if several else [expr], nodes)]
    return found if several else found[0]


def to_sympy(x: Any, *, max_nodes: int = MAX_NODES, opaque: Iterable[Tensor] = ()) -> tuple[Any, dict[Any, Tensor]]:
    """A SymPy expression for a tensor, and a table of the tensor that each symbol in it stands for.

    The expression says what happens to one element: a symbol for an array stands for any of its elements, and
    ``from_sympy(expression, symbols=table)`` broadcasts to the shape again.  Parts that SymPy cannot say
    (reductions, products, -0.0, NaN), that are named in ``opaque``, or that are larger than ``max_nodes`` are
    symbols of their own.  SymPy evaluates while it builds: the value is equal, the form need not be.

    Args:
        x: a tensor, array or number of any dtype and shape.
        max_nodes: larger parts are symbols of their own.
        opaque: tensors inside ``x`` that are to be symbols.

    Returns:
        The expression, and a dict from symbols to tensors.

    Raises:
        DTypeError: ``x`` is no tensor, array or number.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> expression, table = to_sympy(sn.exp(x) * 2 + x)
    >>> expression
    x + 2*exp(x)
    >>> [t.same_as(x) for t in table.values()]
    [True]
    """
    node = as_tensor(x).node
    expressions, table = to_sympy_nodes([node], max_nodes=max_nodes, opaque=[t.node for t in opaque])
    return expressions[0], {symbol: Tensor(found) for symbol, found in table.items()}

