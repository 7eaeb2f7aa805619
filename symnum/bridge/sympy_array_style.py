"""Style "array": graphs in the classes of ``sympy.tensor.array.expressions``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sympy
from sympy.tensor.array.expressions import array_expressions as ax

from ..ir.node import Node
from .sympy_forms import Forms, Style, factor_of

_MOST = 64      # axes, as NumPy has them


def _scale(number: Any, a: Any) -> Any:
    return ax.ArrayTensorProduct(number, a)


def _apply(var: Any, body: Any, a: Any) -> Any:
    factor = factor_of(body, var)
    if factor is not None:
        return a if factor == 1 else _scale(factor, a)
    return ax.ArrayElementwiseApplyFunc(sympy.Lambda(var, body), a)


def _uniform(number: Any, lengths: Sequence[Any]) -> Any:
    ones = ax.OneArray(*lengths)
    return ones if number == 1 else _scale(number, ones)


def _product(a: Any, b: Any, rank: int) -> Any:
    return ax.ArrayDiagonal(ax.ArrayTensorProduct(a, b), *((k, k + rank) for k in range(rank)))


def _number(e: Any) -> Any:
    """An array of no axes as a number."""
    return ax.ArrayElement(e, ())


def _sum(c: Forms, node: Node) -> Any:
    x, = node.operands
    if x.dtype != node.dtype:
        return None
    total = _summed(c.array(x), c.lengths(x), node.attr("axis"))
    return total if node.ndim else _number(total)


def _summed(a: Any, lengths: Sequence[Any], axes: Sequence[int]) -> Any:
    """The sum over axes: SymPy contracts the axes of a Reshape only with those of another factor."""
    if not axes:
        return a
    if not isinstance(a, ax.Reshape):
        return ax.ArrayContraction(a, *((k,) for k in axes))
    ones = ax.OneArray(*(lengths[k] for k in axes))
    return ax.ArrayContraction(ax.ArrayTensorProduct(a, ones), *((k, len(lengths) + j) for j, k in enumerate(axes)))


def _dot(c: Forms, node: Node) -> Any:
    a, b = node.operands
    left, right = c.array(a), c.array(b)
    if c.lengths(a)[-1] != c.lengths(b)[0]:     # SymPy knows only equal expressions to be equal
        right = ax.Reshape(right, (c.lengths(a)[-1], *c.lengths(b)[1:]))
    both = ax.ArrayContraction(ax.ArrayTensorProduct(left, right), (a.ndim - 1, a.ndim))
    return both if node.ndim else _number(both)


def _shaped(c: Forms, node: Node) -> Any:
    x = node.operands[0]
    if not node.ndim:
        return _number(_summed(c.array(x), c.lengths(x), range(x.ndim)))
    return ax.Reshape(c.array(x), c.lengths(node)) if _same_count(c, x, node) else None


def _same_count(c: Forms, x: Node, node: Node) -> bool:
    """Whether SymPy sees that two shapes have one number of elements."""
    return bool(sympy.Mul(*c.lengths(x)) == sympy.Mul(*c.lengths(node)))


def _broadcast(c: Forms, node: Node) -> Any:
    """Axes that are repeated become those of a factor of ones."""
    x = node.operands[0]
    lead, lengths, own = node.ndim - x.ndim, c.lengths(node), c.lengths(x)
    kept = [k for k in range(x.ndim) if own[k] == lengths[lead + k]]
    if any(own[k] != 1 for k in range(x.ndim) if k not in kept):
        return None
    new = [k for k in range(node.ndim) if k - lead not in kept]
    ones = ax.OneArray(*(lengths[k] for k in new))
    rest = tuple(own[k] for k in kept)
    if not rest:
        return _scale(_number(_summed(c.array(x), own, range(x.ndim))), ones)
    a = c.array(x) if len(kept) == x.ndim else ax.Reshape(c.array(x), rest)
    order = [*new, *(lead + k for k in kept)]
    whole = ax.ArrayTensorProduct(ones, a)
    places = [order.index(k) for k in range(node.ndim)]
    return whole if places == list(range(node.ndim)) else ax.PermuteDims(whole, places)


def _diagonal(c: Forms, node: Node) -> Any:
    x = node.operands[0]
    if x.shape[-1] != x.shape[-2]:
        return None
    return ax.ArrayDiagonal(c.array(x), (x.ndim - 2, x.ndim - 1))


_STRUCTURAL: Mapping[str, Callable[[Forms, Node], Any]] = MappingProxyType({
    "sum": _sum,
    "dot": _dot,
    "transpose": lambda c, node: ax.PermuteDims(c.array(node.operands[0]), list(node.attr("axes"))),
    "reshape": _shaped,
    "expand_dims": _shaped,
    "squeeze": _shaped,
    "broadcast_to": _broadcast,
    "diagonal": _diagonal,
})

ARRAY_STYLE = Style(
    rank=_MOST, symbol=ax.ArraySymbol, apply=_apply, uniform=_uniform, add=ax.ArrayAdd, scale=_scale,
    product=_product, finish=lambda e, lengths: e, structural=_STRUCTURAL)
