"""Which expressions are arrays, what becomes of scalar classes that hold them, and lengths that are symbols."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from sympy.matrices import MatrixBase
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.tensor.array.expressions import array_expressions as ax
from sympy.tensor.array.ndim_array import NDimArray

from ..errors import DTypeError, ShapeError, UnsupportedError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from .sympy_axes import lifted, node_of, with_axes
from .sympy_builder import Builder
from .sympy_matrices import added, multiplied, raised

_ARRAYS = (MatrixExpr, MatrixBase, NDimArray, ax._ArrayExpr, ax._CodegenArrayAbstract)
_KEEPING = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Subs)
WITH_INDICES = (sympy.MatrixSymbol, ax.ArraySymbol, sympy.IndexedBase)
NAMED = (sympy.Symbol, *WITH_INDICES)


def is_array(e: Any) -> bool:
    """Whether an expression is a matrix or array by its class."""
    return isinstance(e, _ARRAYS)


def own_rank(b: Builder, e: Any, parts: tuple[Any, ...]) -> int:
    """The number of axes that a visited expression itself has."""
    if isinstance(e, MatrixExpr | MatrixBase):
        return 2
    if is_array(e):
        return len(e.shape)
    if type(e) in MIXED or isinstance(e, _KEEPING):
        return max((b.ranks.get(id(x), 0) for x in parts), default=0)
    return 0


# scalar classes of arrays -----------------------------------------------------------------------------------

def _sum(b: Builder, e: Any) -> Node:
    if any(id(a) not in b.ranks for a in e.args):
        raise UnsupportedError(f"a sum of numbers and matrices has no meaning: {e}; cure: multiply the number by "
                               f"Identity(n) or OneMatrix(m, n)")
    return added(b, e)


def _exponential(b: Builder, e: Any) -> Node:
    return o.expm(node_of(b, e.args[0]))


def _power(b: Builder, e: Any) -> Node:
    base, exponent = e.args
    if id(exponent) in b.ranks:
        raise UnsupportedError(f"{e} has a matrix as exponent; cure: exp(X) for the exponential of a matrix, "
                               f"HadamardPower for powers with the elements")
    return raised(b, base, exponent)


def _choice(b: Builder, e: Any) -> Node:
    """Nested choices between arrays; NaN where no condition holds."""
    rank = max(b.ranks.get(id(pair.expr), 0) for pair in e.args)
    pairs = [(lifted(b, pair.expr, rank), pair.cond) for pair in e.args]
    last = pairs.pop()[0] if e.args[-1].cond is sympy.true else sympy.nan
    found = reduce(lambda rest, pair: b.apply("where", lifted(b, pair[1], rank), pair[0], rest), reversed(pairs), last)
    return b.operand(found, [])


MIXED: Mapping[type, Any] = MappingProxyType({
    sympy.Add: _sum,
    sympy.Mul: lambda b, e: multiplied(b, e.args),
    sympy.Pow: _power,
    sympy.exp: _exponential,
    sympy.Piecewise: _choice,
})


def mixed(b: Builder, e: Any) -> Node:
    """The value of a scalar class that has matrices or arrays among its arguments.

    Raises:
        UnsupportedError: SymPy does not say what it would mean.
    """
    if type(e) not in MIXED:
        raise UnsupportedError(f"{type(e).__name__} of a matrix or array has no meaning in SymPy: {e}; cure: "
                               f"X.applyfunc(f) applies a function to the elements")
    found: Node = MIXED[type(e)](b, e)
    return found


# symbols ----------------------------------------------------------------------------------------------------

def own_axes(e: Any) -> tuple[Any, ...]:
    """The lengths of the array that a symbol stands for; none of a scalar, or of what may have any."""
    if isinstance(e, sympy.MatrixSymbol | ax.ArraySymbol):
        return tuple(e.shape)
    return tuple(e.shape or ()) if isinstance(e, sympy.IndexedBase) else ()


def fitted(node: Node, e: Any) -> Node:
    """The node of a symbol of an array, with the axes that it has; a vector may stand for one row or column.

    Raises:
        ShapeError: its shape is another.
    """
    lengths = own_axes(e)
    if node.ndim == 1 and len(lengths) == 2 and 1 in lengths:
        node = o.expand_dims(node, axis=(1 if lengths[1] == 1 else 0,))
    fits = node.ndim >= len(lengths) and all(
        not isinstance(n, sympy.Integer) or dims.may_equal(int(n), m)
        for n, m in zip(lengths, node.shape[node.ndim - len(lengths):], strict=False))
    if not fits:
        raise ShapeError(f"{e} has shape {tuple(lengths)}; given a tensor of shape {dims.text(node.shape)}")
    return node


def with_lengths(symbols: Mapping[Any, Node]) -> dict[Any, Node]:
    """``symbols``, and what the symbols of lengths in shapes stand for.

    Raises:
        ShapeError: one symbol has two lengths that are known to differ.
    """
    found = {e: fitted(node, e) for e, node in symbols.items()}
    for e, node in tuple(found.items()):
        lengths = own_axes(e)
        lead = node.ndim - len(lengths)
        known = [_known_length(n, m, e, found) for n, m in zip(lengths, node.shape[lead:], strict=True)]
        if not all(map(dims.equal, known, node.shape[lead:])):
            # Checked when the graph runs, and known to be equal from here on.
            found[e] = o.reshape(node, shape=(*node.shape[:lead], *known))
    return found


def _known_length(n: Any, m: Dim, e: Any, found: dict[Any, Node]) -> Dim:
    """The length that a symbol in a shape stands for, the first that it was given."""
    if not isinstance(n, sympy.Symbol):
        return m
    given = dims.simple(found.setdefault(n, dims.as_node(m)))
    if isinstance(given, Node) and (given.dtype.kind not in "iu" or given.shape):
        raise DTypeError(f"{n} is a length of {e}; given {given!r}; cure: map it to an integer, or leave it out")
    if not dims.may_equal(given, m):
        raise ShapeError(f"the length {n} of {e} is {dims.name_of(m)}, and {dims.name_of(given)} elsewhere")
    return given


def lifted_symbol(node: Node, e: Any, rank: int) -> Node:
    """The node of a symbol where ``rank`` axes of others come last: before its own axes, which stay last.

    What an IndexedBase stands for has the axes of its indices, and no others.
    """
    if isinstance(e, sympy.IndexedBase):
        return node
    own = len(own_axes(e))
    if not own or not rank:
        return with_axes(node, rank)
    lead = node.ndim - own
    return o.expand_dims(node, axis=tuple(range(lead, lead + rank))) if lead else node
