"""Where indices run that no sum binds: over their ranges, and over all places that the arrays have.

An index that stands alone on an axis runs over all of it.  One that is shifted or has a factor, as in u[i + 1] - u[i]
or u[2*i], runs as far as all elements exist.  The same says what n is in Idx("i", n) where no tensor is given for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import ShapeError
from ..ir import dims
from ..ir.build import o
from ..ir.lengths import as_dim
from ..ir.node import Dim, Node
from ..records import dataclass
from .sympy_expressions import subexpressions

Ends = tuple[Dim, Dim]


@dataclass(frozen=True, slots=True)
class Use:
    """An index times a factor plus an offset, as index of an axis of an array; ``axis`` counts from the end."""

    index: Any
    factor: int
    offset: Any
    array: Any
    axis: int
    length: Dim


@dataclass(frozen=True, slots=True)
class Extents:
    """The first and last place of each index, and arrays whose axes have been made to fit."""

    ends: Mapping[Any, Ends]
    arrays: Mapping[Any, Node]


def lengths_of_ranges(exprs: Sequence[Any], symbols: Mapping[Any, Any]) -> dict[Any, Node]:
    """What n stands for in Idx("i", n) if no tensor is given for it, and arrays with axes of that length.

    Raises:
        ShapeError: an index runs over axes of different lengths.
    """
    found = extents(exprs, symbols, of_ranges=True)
    lengths: dict[Any, Node] = {}
    for index in sorted(found.ends, key=_order):
        n = _unknown(index, symbols) if isinstance(index, sympy.Idx) else None
        if n:   # the last place is n and a number
            lengths.setdefault(n, dims.as_node(dims.subtract(found.ends[index][1], int(index.args[1][1] - n))))
    return {**lengths, **found.arrays}


def extents(exprs: Sequence[Any], symbols: Mapping[Any, Any], *, of_ranges: bool = False) -> Extents:
    """Where the indices of expressions run, as far as it is known; ``of_ranges`` makes arrays fit only those.

    Raises:
        ShapeError: an index runs over axes of different lengths.
    """
    uses, ends = list(_uses(exprs, symbols)), dict(_of_sums(exprs, symbols))
    arrays: dict[Any, Node] = {}
    todo = sorted({use.index for use in uses} - {*ends}, key=_order)
    for index in todo:
        whole = _whole_axes(index, uses)
        if whole and _is_count(_unknown(index, symbols), index):
            ends[index] = 0, dims.subtract(whole[0].length, 1)
            if len(index.args) > 1 or not of_ranges:
                arrays.update(_fitted(index, whole, {**symbols, **arrays}))
    for _ in todo:      # where one index ends may depend on all others
        ends.update({i: both for i in todo if i not in ends and (both := _ends(i, uses, symbols, ends)) is not None})
    return Extents(ends, arrays)


def _order(index: Any) -> Any:
    return str(index), sympy.default_sort_key(index)


# uses -------------------------------------------------------------------------------------------------------

def _uses(exprs: Sequence[Any], symbols: Mapping[Any, Any]) -> Iterator[Use]:
    """Each index, alone or with a factor and an offset, on an axis whose length is known."""
    for x in subexpressions(exprs):
        node = symbols.get(x.args[0]) if isinstance(x, sympy.Indexed | MatrixElement) else None
        if isinstance(node, Node):
            for axis, (place, n) in enumerate(zip(reversed(x.args[1:]), reversed(node.shape), strict=False)):
                for index in sorted(place.atoms(sympy.Idx), key=_order):
                    factor = place.coeff(index)
                    offset = sympy.expand(place - factor * index)
                    if factor.is_Integer and not offset.has(index):
                        yield Use(index, int(factor), offset, x.args[0], -1 - axis, n)


def _of_sums(exprs: Sequence[Any], symbols: Mapping[Any, Any]) -> Iterator[tuple[Any, Ends]]:
    """The variables of sums whose bounds are known."""
    for x in subexpressions(exprs):
        for limit in x.limits if isinstance(x, ExprWithLimits) else ():
            both = [_between(end, symbols, {}) for end in limit[1:]]
            if len(both) == 2 and both[0] and both[1]:
                yield limit[0], (both[0][0], both[1][1])


def _whole_axes(index: Any, uses: Sequence[Use]) -> list[Use]:
    """Axes that an index runs over by itself alone; it does not say where it ends if it is shifted there too."""
    own = [use for use in uses if use.index == index]
    moved = {(use.array, use.axis) for use in own if use.factor != 1 or use.offset != 0}
    return [use for use in own if (use.array, use.axis) not in moved]


def _fitted(index: Any, whole: Sequence[Use], symbols: Mapping[Any, Any]) -> Iterator[tuple[Any, Node]]:
    """Arrays with the first length on other axes of an index too, checked when the graph runs.

    Raises:
        ShapeError: it is known to be another.
    """
    length = whole[0].length
    for use in whole[1:]:
        node = symbols[use.array]
        if not dims.may_equal(length, use.length):
            raise ShapeError(f"the index {index} runs over {dims.name_of(length)} places of {whole[0].array}, and "
                             f"{dims.name_of(use.length)} of {use.array}")
        if not dims.equal(length, node.shape[use.axis]):
            shape = [*node.shape]
            shape[use.axis] = length
            yield use.array, o.reshape(node, shape=tuple(shape))


# ends -------------------------------------------------------------------------------------------------------

def _unknown(index: Any, symbols: Mapping[Any, Any]) -> Any:
    """The symbol n of which nothing is known, in a range whose last place is n and a number."""
    if len(index.args) < 2:
        return None
    first, last = index.args[1]
    free = sorted(last.free_symbols - {*symbols}, key=str)
    known = _between(first, symbols, {}) is not None
    return free[0] if known and len(free) == 1 and (last - free[0]).is_Integer else None


def _is_count(n: Any, index: Any) -> bool:
    """Whether an index has no range, or n places from 0 on, and n is not known."""
    return len(index.args) < 2 or (n is not None and index.args[1] == (0, n - 1))


def _ends(index: Any, uses: Sequence[Use], symbols: Mapping[Any, Any], known: Mapping[Any, Ends]) -> Ends | None:
    """The first and last place where all elements exist, within the range of the index; None if it is not known."""
    first, last = (_between(end, symbols, {}) for end in index.args[1]) if len(index.args) > 1 else (None, None)
    if first and last:
        return first[0], last[1]
    own = [(use, _between(use.offset, symbols, known)) for use in uses if use.index == index]
    if any(offset is None for _, offset in own) or (len(index.args) > 1 and _unknown(index, symbols) is None):
        return None
    both = [_inside(use, offset) for use, offset in own if offset]
    start = first[0] if first else reduce(dims.maximum, (low for low, _ in both), 0)
    return start, reduce(dims.minimum, (high for _, high in both))


def _inside(use: Use, offset: Ends) -> Ends:
    """The first and last i for which factor*i + offset lies on the axis, for all values of the offset."""
    low, high = dims.subtract(0, offset[0]), dims.subtract(dims.subtract(use.length, 1), offset[1])
    if use.factor < 0:
        low, high = dims.subtract(0, high), dims.subtract(0, low)
    k = abs(use.factor)
    return dims.subtract(0, dims.floor_divide(dims.subtract(0, low), k)), dims.floor_divide(high, k)


def _between(e: Any, symbols: Mapping[Any, Any], known: Mapping[Any, Ends]) -> Ends | None:
    """The least and greatest value of a sum of whole numbers, integers of rank 0, and indices; None of others."""
    low: Dim = 0
    high: Dim = 0
    for term in sympy.Add.make_args(e):
        factor, rest = term.as_coeff_Mul()
        both = known.get(rest) or _given(rest, symbols)
        if both is None or not factor.is_Integer:
            return None
        a, z = (dims.multiply(int(factor), x) for x in (both if factor > 0 else reversed(both)))
        low, high = dims.add(low, a), dims.add(high, z)
    return low, high


def _given(e: Any, symbols: Mapping[Any, Any]) -> Ends | None:
    value = symbols.get(e, e)
    if isinstance(value, Node):
        return (as_dim(value),) * 2 if value.dtype.kind in "iu" and not value.shape else None
    return (int(value),) * 2 if value.is_Integer else None
