"""SymPy, both ways: ``from_sympy`` and ``to_sympy`` for expressions of elementwise functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from ..bridge.sympy_array_style import ARRAY_STYLE
from ..bridge.sympy_expressions import MAX_NODES, to_sympy_nodes
from ..bridge.sympy_forms import in_style
from ..bridge.sympy_graphs import from_sympy_nodes
from ..bridge.sympy_index_style import in_index_style
from ..bridge.sympy_matrix_style import MATRIX_STYLE
from ..bridge.sympy_quadrature import NODES, TOLERANCE
from ..errors import GraphError, UnsupportedError, unknown_name
from ..ir import dims
from ..ir.node import Node
from ..ir.walk import leaves, topological
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor
from .specs import given, implemented, request


def from_sympy(expr: Any, *, symbols: Mapping[Any, Any], tolerance: float = TOLERANCE, nodes: int = NODES) -> Any:
    """The tensor that a SymPy expression describes; a list of them for a list of expressions.

    Common subexpressions are shared.  Numbers are weak: they take the dtype of what they meet, and so do variables of
    sums.  A Piecewise without a default is NaN where no condition holds; branches that are not taken raise no warnings
    and spoil no derivatives.  Sums and products between bounds in the wrong order follow Karr's convention, as in
    SymPy.  Derivatives are found by differentiating the tensor, integrals by double exponential quadrature.

    Args:
        expr: an expression, a matrix or array, a list or tuple of them, or ``(replacements, exprs)`` as ``sympy.cse``
            returns them.
        symbols: for each SymPy symbol, matrix symbol, ``q(t)`` or derivative of it: a tensor, array or number of any
            shape, or a dtype or ``(dtype, shape)``, which makes an input of that name.  ``sn.inputs_of(result)``
            lists the inputs.  For an undefined function ``f``, a function of tensors.
        tolerance: an integral that is not known to this, relative to the integral of the modulus, is NaN; 1e-4 in
            float32.
        nodes: the number of values of an integrand, one more than a multiple of 4.

    Returns:
        A tensor, or a list or tuple of them, of the common shape and dtype of what the symbols stand for.

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
    >>> t = sympy.Symbol("t")
    >>> area = from_sympy(sympy.Integral(sympy.exp(-s * t ** 2), (t, 0, 1)), symbols={s: "float64"})
    >>> sn.function(sn.inputs_of(area), area)(0.0)
    array(1.)
    """
    if nodes < 9 or nodes % 4 != 1:
        raise GraphError(f"from_sympy: nodes must be one more than a multiple of 4, and at least 9; given {nodes}")
    asked, meant = request(expr), given(symbols)
    found = [Tensor(node) for node in from_sympy_nodes(
        asked.exprs, meant.nodes, functions=meant.functions, caller=implemented, replacements=asked.replacements,
        nodes=nodes, tolerance=tolerance)]
    return found[0] if asked.several is None else asked.several(found)


def inputs_of(outputs: Any) -> list[Tensor]:
    """The inputs that tensors are made of, in the order of a first visit from the left.

    Args:
        outputs: a tensor, or a list or tuple of tensors, of any dtypes and shapes.

    Returns:
        A list of tensors; shared values are not among them.

    Raises:
        DTypeError: something is no tensor, array or number.

    >>> import symnum as sn
    >>> x, y = sn.tensor.dscalars("x", "y")
    >>> inputs_of([sn.sin(y), x * y])
    [<Tensor y: float64 ()>, <Tensor x: float64 ()>]
    """
    several = outputs if isinstance(outputs, list | tuple) else [outputs]
    return [Tensor(node) for node in leaves([as_tensor(x).node for x in several], "input")]


def to_sympy(x: Any, *, style: str | None = None, max_nodes: int = MAX_NODES,
             opaque: str | Iterable[Tensor] = "function") -> tuple[Any, dict[Any, Tensor]]:
    """A SymPy expression for a tensor, and a table of the tensor that each symbol in it stands for.

    ``from_sympy(expression, symbols=table)`` is a tensor of the same dtype, shape and value.  SymPy evaluates while it
    builds: the value is equal, the form need not be.

    The styles:

    - "scalar" says what happens to one element: a symbol for an array stands for any of its elements, and the way back
      broadcasts to the shape again.
    - "matrix" has MatrixSymbol and its algebra; a vector is a matrix of one column.
    - "array" has ArraySymbol and the classes of ``sympy.tensor.array.expressions``.
    - "index" has elements of IndexedBase, and Sum; an array is an equation ``Eq(y[i, j], ...)`` of its elements.

    What SymPy cannot say, -0.0, NaN, arrays of constants, and parts that are larger than ``max_nodes`` stand for
    themselves: symbols, which the table names, or undefined functions of what they depend on.

    Args:
        x: a tensor, array or number of any dtype and shape.
        style: "scalar", "matrix", "array" or "index"; without it "scalar" of a number and "array" of an array.
        max_nodes: larger parts are symbols of their own.
        opaque: what stands for a number that SymPy cannot say, "function" or "symbol"; or tensors inside ``x`` that are
            to be symbols.

    Returns:
        The expression, and a dict from symbols and applied functions to tensors.

    Raises:
        DTypeError: ``x`` is no tensor, array or number.
        UnknownNameError: another word for the style, or for ``opaque``.
        UnsupportedError: an array of more than two axes in style "matrix".

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> expression, table = to_sympy(sn.exp(x) * 2 + x)
    >>> expression
    x + 2*exp(x)
    >>> [t.same_as(x) for t in table.values()]
    [True]
    >>> A, b = sn.tensor.tensor("A", shape=(3, 3)), sn.tensor.tensor("b", shape=(3,))
    >>> to_sympy(sn.exp(A) @ b, style="index")[0]
    Eq(y[i], Sum(exp(A[i, k_6])*b[k_6], (k_6, 0, 2)))
    """
    node = as_tensor(x).node
    found = ("array" if node.ndim else "scalar") if style is None else style
    if found not in _STYLES:
        raise unknown_name("style", found, _STYLES)
    if isinstance(opaque, str) and opaque not in _OPAQUE:
        raise unknown_name("opaque", opaque, _OPAQUE)
    carried = [] if isinstance(opaque, str) else [as_tensor(t).node for t in opaque]
    for more in _carried_more(node):
        expression, table = _STYLES[found](node, max_nodes=max_nodes, opaque=[*carried, *more],
                                           functions=opaque == "function")
        if _comes_back(node, expression, table, with_shape=found != "scalar"):
            break
    return expression, {symbol: Tensor(made) for symbol, made in table.items()}


def _carried_more(node: Node) -> Iterator[list[Node]]:
    """What else is carried as symbols, if dtype or shape would be lost: nothing, ops of integers, and all."""
    yield []
    yield [x for x in topological([node])
           if x.op.kind == "elementwise" and all(y.dtype.kind in "biu" for y in x.operands)]
    yield [node]


def _comes_back(node: Node, expression: Any, table: Mapping[Any, Node], with_shape: bool) -> bool:
    """Whether an expression has the dtype of the node that it was made of, and the shape; numbers alone may not."""
    try:
        found, = from_sympy_nodes([expression], table)
    except UnsupportedError:
        return False
    same = found.ndim == node.ndim and all(map(dims.equal, found.shape, node.shape))
    return found.dtype == node.dtype and (same or not with_shape)


def _scalar(node: Node, **options: Any) -> tuple[Any, dict[Any, Node]]:
    (expression,), table = to_sympy_nodes([node], **options)
    return expression, table


_OPAQUE = ("function", "symbol")
_STYLES: Mapping[str, Callable[..., tuple[Any, dict[Any, Node]]]] = MappingProxyType({
    "scalar": _scalar,
    "matrix": partial(in_style, MATRIX_STYLE),
    "array": partial(in_style, ARRAY_STYLE),
    "index": in_index_style,
})
