"""How facts of operands become facts of results: the walk that fills in a graph, and moves, choices and reductions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from ..ir import dims
from ..ir.node import Node
from .facts import Facts, Transfer, both, either, fitted, of_array, of_dtype, stated
from .intervals import POINTS, Range
from .matrix_facts import MatrixFacts, matrix_facts
from .narrowing import narrowed
from .transfers_arithmetic import ARITHMETIC
from .transfers_functions import FUNCTIONS
from .transfers_truth import CONDITIONS, chosen, truth_of

_T = TypeVar("_T")
_INF = math.inf
ZERO = Facts(POINTS[0], nan=False, integer=True, minus_zero=False)


def facts_of(node: Node, known: dict[Node, Facts]) -> Facts:
    """The facts of a node; those of all nodes below are added to ``known``.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> facts_of(o.add(o.square(x), 1.0), {}).positive
    True
    """
    return _filled(node, known, _known_of)


def matrix_facts_of(node: Node, known: dict[Node, MatrixFacts], elements: Callable[[Node], Facts]) -> MatrixFacts:
    """The facts of a matrix; those of all nodes below are added to ``known``.  ``elements`` tells those of elements."""
    return _filled(node, known, lambda x, known: matrix_facts(x, tuple([known[y] for y in x.operands]), elements))


def _filled(node: Node, known: dict[Node, _T], transfer: Callable[[Node, dict[Node, _T]], _T]) -> _T:
    todo = [node]
    while todo:
        top = todo[-1]
        missing = [] if top in known else [x for x in top.operands if x not in known]
        if missing:
            todo += missing
        else:
            todo.pop()
            if top not in known:
                known[top] = transfer(top, known)
    return known[node]


def _known_of(node: Node, known: Mapping[Node, Facts]) -> Facts:
    if node.op.name == "where" and node.dtype.kind != "c":
        return fitted(_where(node, known), node.dtype)
    return transferred(node, [known[x] for x in node.operands])


def transferred(node: Node, operands: Sequence[Facts]) -> Facts:
    """The facts of a node, given those of its operands."""
    transfer = TRANSFERS.get(node.op.name)
    if node.op.kind == "count" and node.op.name != "whole":
        transfer = _length
    if transfer is None or any(x.dtype.kind == "c" for x in (node, *node.operands)):
        return of_dtype(node.dtype)
    return fitted(transfer(node, operands), node.dtype)


def _where(node: Node, known: Mapping[Node, Facts]) -> Facts:
    """Each branch is narrowed by the condition under which it is taken."""
    condition, a, b = node.operands
    if truth_of(known[condition]) is not None:
        return chosen(*(known[x] for x in node.operands))
    return either(narrowed(a, condition, True, known), narrowed(b, condition, False, known))


# leaves and moves ---------------------------------------------------------------------------------------------

def _constant(node: Node, operands: Sequence[Facts]) -> Facts:
    return of_array(node.attr("literal").array)


def _length(node: Node, operands: Sequence[Facts]) -> Facts:
    return both(of_dtype(node.dtype), Facts(Range(lower=0)))


def _assumed(node: Node, operands: Sequence[Facts]) -> Facts:
    found = both(operands[0], stated(node))
    return stated(node) if found.range.is_empty else found


def _same(node: Node, operands: Sequence[Facts]) -> Facts:
    return operands[0]


def _with_zeros(node: Node, operands: Sequence[Facts]) -> Facts:
    return either(operands[0], ZERO)


def _any_of(node: Node, operands: Sequence[Facts]) -> Facts:
    found = operands[0]
    for x in operands[1:]:
        found = either(found, x)
    return found


def _places(node: Node, operands: Sequence[Facts]) -> Facts:
    return Facts(Range(0, max(operands[0].upper - 1, 0)))


# reductions ---------------------------------------------------------------------------------------------------

def _counted(node: Node) -> tuple[int, float]:
    """The least and the largest number of elements that one element of a reduction or scan comes from."""
    shape, axis = node.inputs[0].shape, node.attr("axis")
    size = dims.product(shape[k] for k in (axis if isinstance(axis, tuple) else (axis,)))
    if isinstance(size, int):
        return size, size
    return max(dims.lower_bound(size) or 0, 0), _INF


def _sum(node: Node, operands: Sequence[Facts]) -> Facts:
    least, most = _counted(node)
    return _total(node, operands[0], least, most)


def _cumsum(node: Node, operands: Sequence[Facts]) -> Facts:
    return _total(node, operands[0], 1, _counted(node)[1])


def _sum_to(node: Node, operands: Sequence[Facts]) -> Facts:
    return _total(node, operands[0], 0, _INF)


def _total(node: Node, x: Facts, least: int, most: float) -> Facts:
    """Facts of the sum of ``least`` to ``most`` terms."""
    one_sided = x.nonnegative or x.nonpositive
    if node.dtype.kind != "f" and most == _INF and node.inputs[0].dtype.kind != "b":
        return of_dtype(node.dtype)     # it may wrap around
    low = (x.lower if least else 0) if x.nonnegative else -_INF
    high = (x.upper if least else 0) if x.nonpositive else _INF
    found = Range(low, high) & _ends_of_sum(node, x.range, int(most)) if most != _INF else Range(low, high)
    nan = x.nan or (not (one_sided or found.is_bounded) and node.dtype.kind == "f")
    return Facts(found, nan, not (least and one_sided and x.nonzero), x.integer, x.minus_zero)


def _ends_of_sum(node: Node, x: Range, count: int) -> Range:
    """The least and the largest sum of up to ``count`` numbers, with room for what is rounded off."""
    low, high = min(count * x.lower, x.lower) if count else 0, max(count * x.upper, x.upper) if count else 0
    if node.dtype.kind != "f":
        return Range(low, high)
    room = count * float(np.finfo(node.dtype).eps) * max(abs(low), abs(high))
    return fitted(Facts(Range(low - room, high + room)), node.dtype).range if room < _INF else Range()


def _prod(node: Node, operands: Sequence[Facts]) -> Facts:
    x = operands[0]
    if node.dtype.kind != "f":
        return of_dtype(node.dtype)
    small = x.range & Range(-1, 1) == x.range
    found = Range(0 if x.nonnegative else -1, 1) if small else Range(0 if x.nonnegative else -_INF, _INF)
    return Facts(found, x.nan or not small, x.zero, x.integer, x.minus_zero or not x.nonnegative)


def _peak(node: Node, operands: Sequence[Facts]) -> Facts:
    x = operands[0]
    return x if _counted(node)[0] else either(x, Facts(Range(-_INF, -_INF), nan=False))


def _dot(node: Node, operands: Sequence[Facts]) -> Facts:
    """Sums of products: only signs are looked at."""
    a, b = operands
    if node.dtype.kind != "f":
        return of_dtype(node.dtype)
    first, second = node.operands
    plus = (a.nonnegative and b.nonnegative) or (first is second and len(first.shape) == 1)
    return Facts(Range(0 if plus else -_INF, _INF), minus_zero=not plus or a.minus_zero or b.minus_zero)


def _position(node: Node, operands: Sequence[Facts]) -> Facts:
    return Facts(Range(0, _INF)) if _counted(node)[1] == _INF else Facts(Range(0, max(_counted(node)[1] - 1, 0)))


def _singular_values(node: Node, operands: Sequence[Facts]) -> Facts:
    return Facts(Range(0, _INF))


_SAME = ("broadcast_to", "reshape", "transpose", "expand_dims", "squeeze", "slice", "positive", "conjugate", "stored",
         "max", "min", "cummax", "cummin", "sort", "diagonal", "gather", "unique_values")

TRANSFERS: Mapping[str, Transfer] = MappingProxyType({
    "assume": _assumed, "constant": _constant, "dim": _length, "bdim": _length, "checked_index": _length,
    "embed": _with_zeros, "concatenate": _any_of, "arange": _places, "sum": _sum, "sum_to": _sum_to, "prod": _prod,
    "cumsum": _cumsum, "peak": _peak, "dot": _dot, "matmul": _dot, "argmax": _position, "argmin": _position,
    "svdvals": _singular_values, **dict.fromkeys(_SAME, _same), **FUNCTIONS, **ARITHMETIC, **CONDITIONS,
})
