"""``INDEXED``: elements of IndexedBase, and sums over indices as products of matrices and reductions.

An index that runs has an axis of its own, last of all axes; what does not depend on it has length 1 there.  Free
``Idx`` make an array: one axis for each, in the order of their names.  One that stands twice in a product, or twice in
one element, is summed over, as SymPy's ``get_indices`` has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions.array_expressions import ArrayElement

from .. import dtypes
from ..dtypes import INT64
from ..errors import UnsupportedError
from ..ir import build, dims
from ..ir.build import broadcast_to, o
from ..ir.labelled import Labelled
from ..ir.lengths import as_dim
from ..ir.node import Dim, Node
from .sympy_arithmetic import add, multiply
from .sympy_arrays import array_parts
from .sympy_axes import element, with_axes
from .sympy_builder import Builder, is_number
from .sympy_contraction import contract
from .sympy_expressions import subexpressions
from .sympy_extents import extents
from .sympy_numbers import exact

Head = Callable[[Builder, Any], Node]
_NOTHING: frozenset[Any] = frozenset()


# elements ---------------------------------------------------------------------------------------------------

def taken(b: Builder, e: Any) -> Node:
    """An element of an array: a view where all its indices run over whole axes, else gathered."""
    parent, *indices = array_parts(e) if isinstance(e, ArrayElement) else e.args
    x = b.node(parent)
    rank = b.ranks.get(id(parent), x.ndim)
    if len(indices) != rank:
        raise UnsupportedError(f"{e} has {len(indices)} indices, and {parent} {rank} axes; cure: give one for each")
    if isinstance(e, sympy.Indexed) and (e.base.offset or e.base.strides):
        raise UnsupportedError(f"{e.base} has an offset or strides; cure: map it to the array that it is a part of")
    twice = _repeated(b, indices)
    axes = [b.axes.index(i) if i in b.axes else None for i in indices]
    whole = x.ndim == rank and None not in axes and all(
        _runs_over(b, i, n) for i, n in zip(indices, x.shape, strict=True))
    if whole:
        labels = tuple(k for k in axes if k is not None)
        kept = tuple(sorted(set(labels) - {b.axes.index(i) for i in twice}))
        return _placed(contract([Labelled(x, labels)], kept), kept, len(b.axes))
    found = element(b, x, indices, parent)
    return _summed(found, [b.axes.index(i) for i in twice], len(b.axes))


def _runs_over(b: Builder, index: Any, length: Dim) -> bool:
    """Whether an index takes all places of an axis, in order."""
    node = b.symbols[index]
    while node.op.name == "expand_dims":
        node = node.operands[0]
    return node.op.name == "arange" and dims.equal(node.shape[0], length)


def _placed(x: Node, axes: Sequence[int], count: int) -> Node:
    """A value whose last axes are those of some indices, with all of ``count`` at its end."""
    lead = x.ndim - len(axes)
    new = tuple(lead + k for k in range(count) if k not in axes)
    return o.expand_dims(x, axis=new) if new else x


def _repeated(b: Builder, indices: Sequence[Any]) -> list[Any]:
    """Indices without a sum of their own that stand twice in an element."""
    counts = Counter(i for i in indices if i in b.implied)
    return [i for i, n in counts.items() if n > 1]


def _summed(x: Node, axes: Sequence[int], count: int) -> Node:
    """Sums over the axes of some indices, which stay with length 1."""
    places = tuple(sorted(x.ndim - count + k for k in axes))
    if not places:
        return x
    return o.expand_dims(build.convert(o.sum(x, axis=places), x.dtype), axis=places)


# which indices a value depends on ---------------------------------------------------------------------------

def indices_of(b: Builder, e: Any, parts: Sequence[Any]) -> frozenset[Any]:
    """The running indices that a visited expression still has."""
    if id(e) in b.running:
        return b.running[id(e)]
    if e in b.axes:
        return frozenset((e,))
    if isinstance(e, sympy.Indexed | MatrixElement | ArrayElement):
        _, *own = array_parts(e) if isinstance(e, ArrayElement) else e.args
        return _of_parts(b, own) - frozenset(_repeated(b, own))
    if isinstance(e, sympy.Mul):
        return _of_parts(b, parts) - frozenset(contracted_indices(b, parts))
    return _of_parts(b, parts)


def _of_parts(b: Builder, parts: Sequence[Any]) -> frozenset[Any]:
    return frozenset().union(*(b.running.get(id(x), _NOTHING) for x in parts))


def contracted_indices(b: Builder, factors: Sequence[Any]) -> list[Any]:
    """Indices without a sum of their own that stand in two factors."""
    counts = Counter(i for x in factors for i in b.running.get(id(x), _NOTHING) if i in b.implied)
    return [i for i, n in counts.items() if n > 1]


def check_sum(b: Builder, e: Any) -> None:
    """Terms have the same indices, or none.

    Raises:
        UnsupportedError: they have different ones.
    """
    found = {b.running.get(id(x), _NOTHING) & b.implied for x in e.args} - {_NOTHING}
    if len(found) > 1:
        raise UnsupportedError(f"the terms of {e} have different free indices; cure: sum over those that are not "
                               f"wanted with Sum, or write all terms with the same ones")


# products and sums ------------------------------------------------------------------------------------------

def contracted(b: Builder, factors: Sequence[Any], away: Sequence[Any]) -> Node:
    """The product of factors, summed over some indices."""
    terms = _of_one_kind(b, [x for x in factors if not is_number(b.of(x))])
    numbers = [b.of(x) for x in factors if is_number(b.of(x))]
    kept = tuple(sorted({k for t in terms for k in t.labels} - {b.axes.index(i) for i in away}))
    total = _placed(contract(terms, kept), kept, len(b.axes))
    return b.apply("multiply", sympy.Mul(*numbers), total) if numbers else total


def _of_one_kind(b: Builder, factors: Sequence[Any]) -> list[Labelled]:
    """Values with labels; indices among them have the dtype of the others, as numbers do."""
    firm = [b.of(x).dtype for x in factors if b.of(x) not in b.weak and b.of(x).dtype.kind != "b"]
    nodes = [build.convert(b.of(x), dtypes.promote(firm)) if firm and b.of(x) in b.weak else b.of(x) for x in factors]
    return [_labelled(b, x, node) for x, node in zip(factors, nodes, strict=True)]


def _labelled(b: Builder, e: Any, node: Node) -> Labelled:
    """A value with labels for the indices that it depends on; it may lack the first of the other axes."""
    count = len(b.axes)
    own = tuple(sorted(b.axes.index(i) for i in b.running.get(id(e), _NOTHING)))
    return Labelled(_without_others(node, own, count), own)


def indexed_sum(b: Builder, e: Any) -> Node | None:
    """Σ over variables that run between whole numbers; None for other bounds."""
    found = [_run(b, *limit[1:]) if len(limit) == 3 else None for limit in e.limits]
    runs = [run for run in found if run is not None]
    variables = [limit[0] for limit in e.limits]
    if None in found or len(set(variables)) < len(variables):
        return None
    inner = with_axes_for(b, variables, runs, b.implied - {*variables})
    body = inner.visit(e.function)
    factors = body.args if isinstance(body, sympy.Mul) else (body,)
    if id(body) in inner.ranks or all(is_number(inner.of(x)) for x in factors):
        return None
    total = contracted(inner, factors, [*variables, *contracted_indices(inner, factors)])
    b.running[id(e)] = inner.running.get(id(body), _NOTHING) - {*variables}
    if total.ndim:
        total = o.squeeze(total, axis=tuple(range(total.ndim - len(variables), total.ndim)))
    constant = [run for v, run in zip(variables, runs, strict=True) if v not in inner.running.get(id(body), _NOTHING)]
    for run in constant:
        total = o.multiply(total, build.convert(dims.as_node(run[1]), total.dtype))
    return total


# what runs --------------------------------------------------------------------------------------------------

def with_axes_for(b: Builder, variables: Sequence[Any], runs: Sequence[tuple[Dim, Dim]],
                  implied: frozenset[Any]) -> Builder:
    """A builder for expressions in which variables run: from the first number, so many."""
    nodes = []
    for k, (first, length) in enumerate(runs):
        places = o.arange(dims.as_node(length))
        moved = places if isinstance(first, int) and not first else o.add(places, dims.as_node(first))
        nodes.append(with_axes(moved, len(runs) - 1 - k))
    return b.inside(dict(zip(variables, nodes, strict=True)), len(variables), (*b.axes, *variables), implied)


def _run(b: Builder, low: Any, high: Any) -> tuple[Dim, Dim] | None:
    """The first number and how many there are; None if it is not known that they are not negative."""
    ends = [_whole(b, x) for x in (low, high)]
    if None in ends:
        return None
    length = dims.add(dims.subtract(ends[1], ends[0]), 1)
    least = dims.lower_bound(length)
    return None if least is None or least < 0 else (ends[0], length)


def _whole(b: Builder, e: Any) -> Dim | None:
    """A value as a whole number or an integer of rank 0, if it is one."""
    value = b.values.get(id(e))
    if isinstance(value, Node):
        return as_dim(build.convert(value, INT64)) if value.dtype.kind in "iu" and not value.shape else None
    number = None if value is None else exact(value)
    return None if number is None or number.denominator != 1 else int(number)


# indices that are free --------------------------------------------------------------------------------------

def has_indices(exprs: Sequence[Any]) -> bool:
    """Whether there is an ``Idx`` anywhere: without one nobody needs to look for those that are free."""
    return any(isinstance(x, sympy.Idx) for x in subexpressions(exprs))


def free_indices(e: Any, symbols: Mapping[Any, Node]) -> list[Any]:
    """The ``Idx`` of an expression that no sum binds and no tensor is given for, by name."""
    found = [x for x in subexpressions([e]) if isinstance(x, sympy.Idx)]
    bound = {limit[0] for x in subexpressions([e]) if isinstance(x, ExprWithLimits) for limit in x.limits}
    return sorted({*found} - bound - {*symbols}, key=lambda i: (str(i), sympy.default_sort_key(i)))


def over_free(b: Builder, e: Any, free: Sequence[Any]) -> Node:
    """The value of an expression with free indices: an array with an axis for each that is left.

    An equation y[i, j] = ... for an array y that is not given says which axes there are, and in which order.
    """
    if is_definition(e, b.symbols):
        left = list(e.lhs.indices)
        inner, body, runs = _over(b, e.rhs, [*left, *(i for i in free if i not in left)], {*free} - {*left})
        kept = range(len(left))
        return _without_others(_spread(
            inner.node(body), [length for _, length in runs[:len(left)]], len(runs)), kept, len(runs))
    inner, body, runs = _over(b, e, free, free)
    own = inner.running.get(id(body), _NOTHING)
    return _without_others(inner.node(body), [k for k, i in enumerate(free) if i in own], len(runs))


def is_definition(e: Any, symbols: Mapping[Any, Node]) -> bool:
    """Whether an expression is an equation that defines the elements of an array."""
    return (isinstance(e, sympy.Eq) and isinstance(e.lhs, sympy.Indexed) and e.lhs.base not in symbols
            and all(isinstance(i, sympy.Idx) for i in e.lhs.indices) and len({*e.lhs.indices}) == len(e.lhs.indices))


def _over(b: Builder, e: Any, order: Sequence[Any], implied: Collection[Any],
          ) -> tuple[Builder, Any, list[tuple[Dim, Dim]]]:
    """A body visited with axes for its free indices."""
    found = extents([e], b.symbols)
    b = b.inside(dict(found.arrays), 0, b.axes, b.implied)
    runs = [_extent(b, index, found.ends.get(index)) for index in order]
    inner = with_axes_for(b, order, runs, frozenset(implied))
    return inner, inner.visit(e), runs


def _without_others(node: Node, kept: Collection[int], count: int) -> Node:
    """A value without the axes of indices that are summed over."""
    first = node.ndim - count
    away = tuple(first + k for k in range(max(0, -first), count) if k not in kept)
    return o.squeeze(node, axis=away) if away else node


def _spread(node: Node, lengths: Sequence[Dim], count: int) -> Node:
    """A value repeated along the first axes of indices, where it does not depend on them."""
    rest = count - len(lengths)
    lead = node.shape[:max(0, node.ndim - count)]
    own = (1,) * (count - node.ndim + len(lead)) + node.shape[len(lead):]
    wide = [n if m == 1 and isinstance(m, int) else m for n, m in zip(lengths, own, strict=False)]
    return broadcast_to(node, (*lead, *wide, *own[len(own) - rest:]))


def _extent(b: Builder, index: Any, known: tuple[Dim, Dim] | None) -> tuple[Dim, Dim]:
    """The first number of an index and how many there are: of its range, or of the axes where it is used."""
    if len(index.args) > 1:
        ends = [b.inside({}, 0, b.axes, b.implied) for _ in range(2)]
        low, high = (x.visit(end) for x, end in zip(ends, index.args[1], strict=True))
        found = _run(_both(ends), low, high)
        if found is not None:
            return found
    if known is None:
        raise UnsupportedError(f"the range of the index {index} is not known; cure: Idx({str(index)!r}, n) with n in "
                               f"symbols=, or use it as the index of an array")
    count = dims.add(dims.subtract(known[1], known[0]), 1)
    return known[0], dims.maximum(count, 0)


def _both(parts: Sequence[Builder]) -> Builder:
    parts[0].values.update(parts[1].values)
    return parts[0]


def _product(b: Builder, e: Any) -> Node:
    away = contracted_indices(b, e.args)
    return contracted(b, e.args, away) if away else b.operand(multiply(b, e.args), [])


def _added(b: Builder, e: Any) -> Node:
    check_sum(b, e)
    return b.operand(add(b, e.args), [])


# Heads of chains where indices run.
INDEXED_CHAINS: Mapping[type, Head] = MappingProxyType({sympy.Mul: _product, sympy.Add: _added})


INDEXED: Mapping[type, Head] = MappingProxyType({
    sympy.Indexed: taken,
    MatrixElement: taken,
    ArrayElement: taken,
})
