"""Style "matrix": graphs in the matrix expressions of SymPy; a vector is a matrix of one column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sympy
from sympy.matrices import expressions as mx
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.tensor.array.expressions.array_expressions import Reshape

from ..ir.node import Node
from .sympy_forms import Forms, Style, factor_of

Structural = Callable[[Forms, Node], Any]


def _two(lengths: Sequence[Any]) -> tuple[Any, ...]:
    """The rows and columns of a matrix or vector."""
    return tuple(lengths) if len(lengths) == 2 else (*lengths, sympy.S.One)


def _apply(var: Any, body: Any, a: Any) -> Any:
    factor = factor_of(body, var)
    if factor is not None:
        return a if factor == 1 else _scale(factor, a)
    if isinstance(body, sympy.Pow) and body.base is var and not body.exp.has(var):
        return mx.HadamardPower(a, body.exp)
    return ElementwiseApplyFunction(sympy.Lambda(var, body), a)


def _scale(number: Any, a: Any) -> Any:
    return mx.MatMul(number, a)


def _uniform(number: Any, lengths: Sequence[Any]) -> Any:
    ones = mx.OneMatrix(*_two(lengths))
    return ones if number == 1 else _scale(number, ones)


def _dot(c: Forms, node: Node) -> Any:
    (a, b), (x, y) = node.operands, map(c.array, node.operands)
    if a.ndim == 2:
        return mx.MatMul(x, y)
    return mx.MatMul(mx.Transpose(y), x) if b.ndim == 2 else mx.Trace(mx.MatMul(mx.Transpose(x), y))


def _sum(c: Forms, node: Node) -> Any:
    x, = node.operands
    if x.dtype != node.dtype or not node.attr("axis"):
        return None
    if x.op.name == "diagonal" and x.ndim == 1:
        return mx.Trace(c.array(x.operands[0]))
    a = c.array(x)
    rows, columns = _two(c.lengths(x))
    if x.ndim == 1 or len(node.attr("axis")) == 2:
        return mx.Trace(mx.MatMul(mx.OneMatrix(1, rows), a, mx.OneMatrix(columns, 1)))
    if node.attr("axis") == (1,):
        return mx.MatMul(a, mx.OneMatrix(columns, 1))
    return mx.MatMul(mx.Transpose(a), mx.OneMatrix(rows, 1))


def _expanded(c: Forms, node: Node) -> Any:
    x = node.operands[0]
    if x.ndim == 1 and node.ndim == 2:
        return mx.Transpose(c.array(x)) if node.attr("axis") == (0,) else c.array(x)
    return c.array(x) if x.ndim == node.ndim else None


def _squeezed(c: Forms, node: Node) -> Any:
    x = node.operands[0]
    if x.ndim == 2 and node.ndim == 1:
        return mx.Transpose(c.array(x)) if node.attr("axis") == (0,) else c.array(x)
    return mx.Trace(c.array(x)) if x.ndim and not node.ndim else None


def _broadcast(c: Forms, node: Node) -> Any:
    x = node.operands[0]
    a, (rows, columns), own = c.array(x), _two(c.lengths(node)), c.lengths(x)
    if x.ndim == 1:
        if node.ndim == 1 or own[0] != columns:
            return None
        return mx.MatMul(mx.OneMatrix(rows, 1), mx.Transpose(a))
    if own == (1, 1):
        return mx.MatMul(mx.Trace(a), mx.OneMatrix(rows, columns))
    if own == (rows, 1):
        return mx.MatMul(a, mx.OneMatrix(1, columns))
    return mx.MatMul(mx.OneMatrix(rows, 1), a) if own == (1, columns) else None


def _slice(c: Forms, node: Node) -> Any:
    x = node.operands[0]
    starts, lengths, steps = (node.attr(name) for name in ("starts", "lengths", "steps"))
    if not all(isinstance(n, int) for n in (*starts, *lengths, *x.shape)) or min(steps) < 1 or min(lengths) < 1:
        return None
    bounds = [(s, s + (n - 1) * step + 1, step) for s, n, step in zip(starts, lengths, steps, strict=True)]
    return MatrixSlice(c.array(x), *(bounds if x.ndim == 2 else (*bounds, (0, 1, 1))))


def _joined(c: Forms, node: Node) -> Any:
    parts = [c.array(x) for x in node.operands]
    return mx.BlockMatrix([parts] if node.ndim == 2 and node.attr("axis") == 1 else [[x] for x in parts])


def _log_size(c: Forms, node: Node) -> Any:
    determinant = mx.Determinant(c.array(node.operands[0]))
    return sympy.log(sympy.Abs(determinant)) if node.attr("which") else sympy.sign(determinant)


def _square(function: Callable[[Any], Any]) -> Structural:
    def found(c: Forms, node: Node) -> Any:
        x = node.operands[0]
        return function(c.array(x)) if c.lengths(x)[0] == c.lengths(x)[1] else None
    return found


def _solved(c: Forms, node: Node) -> Any:
    a, b = node.operands
    return mx.MatMul(mx.Inverse(c.array(a)), c.array(b)) if c.lengths(a)[0] == c.lengths(a)[1] else None


def _finish(e: Any, lengths: Sequence[Any]) -> Any:
    """A vector that no vector is in says by itself that it is one."""
    if len(lengths) != 1 or any(isinstance(x, sympy.MatrixSymbol) and x.shape == (*lengths, 1) for x in (e,)):
        return e
    return Reshape(e, tuple(lengths))


_STRUCTURAL: Mapping[str, Structural] = MappingProxyType({
    "dot": _dot,
    "sum": _sum,
    "transpose": lambda c, node: mx.Transpose(c.array(node.operands[0])) if node.attr("axes") == (1, 0) else
    c.array(node.operands[0]),
    "expand_dims": _expanded,
    "squeeze": _squeezed,
    "broadcast_to": _broadcast,
    "slice": _slice,
    "concatenate": _joined,
    "diagonal": lambda c, node: DiagonalOf(c.array(node.operands[0])),
    "band": lambda c, node: DiagonalMatrix(c.array(node.operands[0])) if node.attr("low") == node.attr("high") == 0
    else None,
    "inv": _square(mx.Inverse),
    "det": _square(mx.Determinant),
    "slogdet": lambda c, node: _log_size(c, node),
    "solve": _solved,
})

MATRIX_STYLE = Style(
    rank=2, symbol=lambda name, lengths: sympy.MatrixSymbol(name, *_two(lengths)), apply=_apply, uniform=_uniform,
    add=mx.MatAdd, scale=_scale, product=lambda a, b, rank: mx.HadamardProduct(a, b), finish=_finish,
    structural=_STRUCTURAL)
