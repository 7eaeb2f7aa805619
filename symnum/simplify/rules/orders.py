"""Orders: reductions that do not depend on the order of elements, sorts of sorted arrays, and sums one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir import dims
from ...ir.build import convert, o
from ...ir.node import Dim, Node
from ..match import Match
from ..pattern import AnyNode, Pattern, p, wilds
from ..places import Range, embedded, places_of, ranges_of, taken, whole
from ..rule import CANONICALIZE, SPECIALIZE, Build, Example, Rule, Stays

(_x,) = wilds("x")
_FOLDS = ("sum", "prod", "max", "min", "any", "all", "peak")


# reductions ---------------------------------------------------------------------------------------------------

def reduce_moved(m: Match) -> Node | None:
    """the reduction of the elements as they lie in memory"""
    inner, axis = m.node.inputs[0], m.node.attr("axis")
    if inner.op.name == "transpose":
        return _of_transposed(m.node, inner)
    if inner.op.name == "reshape" and len(axis) == inner.ndim:
        return _reduced(m.node, inner.inputs[0], tuple(range(inner.inputs[0].ndim)))
    if inner.op.name == "sort" and inner.attr("axis") in axis:
        return _reduced(m.node, inner.inputs[0], axis)
    return _of_flipped(m.node, inner) if inner.op.name == "slice" else None


def _reduced(node: Node, x: Node, axis: tuple[int, ...]) -> Node:
    found: Node = getattr(o, node.op.name)(x, axis=axis)
    return found


def _of_transposed(node: Node, inner: Node) -> Node:
    axis, order = node.attr("axis"), inner.attr("axes")
    gone = tuple(sorted(order[k] for k in axis))
    left = [k for k in order if k not in gone]
    result = _reduced(node, inner.inputs[0], gone)
    axes = tuple(sorted(left).index(k) for k in left)
    return result if axes == tuple(range(len(axes))) else o.transpose(result, axes=axes)


def _of_flipped(node: Node, inner: Node) -> Node | None:
    x, axis = inner.inputs[0], node.attr("axis")
    ranges = ranges_of(inner)
    ahead = tuple(whole(n) if k in axis and _is_flip(r, n) else r for k, (r, n) in enumerate(zip(ranges, x.shape, strict=True)))
    return None if ahead == ranges else _reduced(node, taken(x, ahead), axis)


def _is_flip(r: Range, n: Dim) -> bool:
    return r.step == -1 and dims.equal(r.length, n) and dims.equal(r.start, dims.subtract(n, 1))


def sum_of_embedded(m: Match) -> Node | None:
    """the sum of the elements that are no zeros of the embedding, embedded along the other axes"""
    inner, axis = m.node.inputs[0], m.node.attr("axis")
    if inner.op.name != "embed":
        return None
    left = [k for k in range(inner.ndim) if k not in axis]
    places = places_of(inner)
    return embedded(o.sum(inner.inputs[0], axis=axis), tuple(places[k] for k in left), m.node.shape)


# sorts and scans ----------------------------------------------------------------------------------------------

def sort_twice(m: Match) -> Node | None:
    """one sort"""
    inner, axis = m.node.inputs[0], m.node.attr("axis")
    if inner.op.name == "sort":
        return inner if inner.attr("axis") == axis else None
    if inner.op.name != "slice":
        return None
    x, ranges = inner.inputs[0], ranges_of(inner)
    others = all(r.is_all(n) for k, (r, n) in enumerate(zip(ranges, x.shape, strict=True)) if k != axis)
    return o.sort(x, axis=axis) if others and _is_flip(ranges[axis], x.shape[axis]) else None


def last_sum(m: Match) -> Node | None:
    """the sum of all"""
    inner = m.node.inputs[0]
    if inner.op.name != "cumsum":
        return None
    axis, ranges = inner.attr("axis"), ranges_of(m.node)
    n = inner.shape[axis]
    if ranges[axis].length != 1 or not isinstance(n, int) or ranges[axis].start != n - 1:
        return None
    x = taken(inner.inputs[0], tuple(whole(n) if k == axis else r for k, r in enumerate(ranges)))
    total = o.sum(convert(x, inner.dtype), axis=(axis,))
    return o.expand_dims(total, axis=(axis,))


def differences_of_sums(m: Match) -> Node | None:
    """the elements that were summed"""
    after, before = m.node.inputs
    sums = after.inputs[0] if after.op.name == before.op.name == "slice" else m.node
    if sums.op.name != "cumsum" or before.inputs[0] is not sums:
        return None
    axis, ranges = sums.attr("axis"), ranges_of(after)
    places = [r if k != axis else Range(dims.add(r.start, r.step), r.length, r.step) for k, r in enumerate(ranges_of(before))]
    return convert(taken(sums.inputs[0], ranges), m.node.dtype) if tuple(places) == ranges and ranges[axis].step == 1 else None


def _rule(name: str, ops: Sequence[str], rhs: Build, why: str, *examples: Example, having: Sequence[str],
          stays: Stays, dtypes: str = "fi", phase: str = CANONICALIZE) -> Rule:
    return Rule(name=name, phase=phase, lhs=AnyNode(tuple(ops), having=tuple(having)), rhs=rhs, why=why, keeps="real",
                dtypes=dtypes, examples=lambda: examples, stays=stays)


# For operands of shape (3, 4).
_t, _flat = p.transpose(_x, axes=(1, 0)), p.reshape(_x, shape=(12,))
_flipped = p.slice(_x, starts=(2, 0), lengths=(3, 4), steps=(-1, 1))
_embedded = p.embed(_x, shape=(9, 9), starts=(1, 2), steps=(2, 1))
_sorted, _sums = p.sort(_x, axis=1), p.cumsum(_x, axis=1)


def _columns(x: Pattern, start: int, length: int) -> Pattern:
    return p.slice(x, starts=(0, start), lengths=(3, length), steps=(1, 1))


RULES = (
    _rule("reduce_moved", _FOLDS, reduce_moved, "elements are read in the order of memory",
          (p.max(_t, axis=(0,)), p.max(_x, axis=(1,))), (p.min(_flat, axis=(0,)), p.min(_x, axis=(0, 1))),
          (p.min(_flipped, axis=(0,)), p.min(_x, axis=(0,))), (p.max(_sorted, axis=(1,)), p.max(_x, axis=(1,))),
          (p.max(p.transpose(p.reshape(_x, shape=(2, 3, 2)), axes=(2, 1, 0)), axis=(1,)),
           p.transpose(p.max(p.reshape(_x, shape=(2, 3, 2)), axis=(1,)), axes=(1, 0))),
          having=("transpose", "reshape", "sort", "slice"),
          stays=lambda: (p.max(_x, axis=(0,)), p.sum(p.reshape(_x, shape=(6, 2)), axis=(0,)), p.max(_flipped, axis=(1,)),
                         p.max(_sorted, axis=(0,)))),
    _rule("sum_of_embedded", ("sum",), sum_of_embedded, "zeros are not added",
          (p.sum(_embedded, axis=(0, 1)), p.sum(_x, axis=(0, 1))),
          (p.sum(_embedded, axis=(0,)), p.embed(p.sum(_x, axis=(0,)), shape=(9,), starts=(2,), steps=(1,))),
          having=("embed",), stays=lambda: (p.sum(_x, axis=(0,)),), dtypes="f"),
    _rule("sort_twice", ("sort",), sort_twice, "the order does not depend on the one before", (p.sort(_sorted, axis=1), _sorted),
          (p.sort(_flipped, axis=0), p.sort(_x, axis=0)), having=("sort", "slice"),
          stays=lambda: (p.sort(_sorted, axis=0), p.sort(_flipped, axis=1), p.sort(_columns(_x, 1, 2), axis=1)), dtypes="fiu"),
    _rule("last_sum", ("slice",), last_sum, "the sums before are not stored",
          (_columns(_sums, 3, 1), p.expand_dims(p.sum(_x, axis=(1,)), axis=(1,))), having=("cumsum",),
          stays=lambda: (_columns(_sums, 2, 1), _columns(_sums, 2, 2)), phase=SPECIALIZE),
    _rule("differences_of_sums", ("subtract",), differences_of_sums, "nothing is added and taken away again",
          (p.subtract(_columns(_sums, 1, 3), _columns(_sums, 0, 3)), _columns(_x, 1, 3)), having=("slice",),
          stays=lambda: (p.subtract(_columns(_sums, 0, 3), _columns(_sums, 1, 3)), p.subtract(_columns(_x, 1, 3), _columns(_x, 0, 3)),
                         p.subtract(_columns(_sums, 2, 2), _columns(_sums, 0, 2)))),
)
