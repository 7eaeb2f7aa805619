"""Parts first: what a slice takes of a computed array is computed alone, where nobody needs the rest."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir import dims
from ...ir.build import o, rebuild
from ...ir.node import Dim, Node
from ...ops.spec import Library, Routine
from ...ops.table import TABLE
from ..match import Match
from ..pattern import AnyNode, p, wilds
from ..places import Range, Ranges, below, is_smaller, part, ranges_of, taken
from ..rule import SPECIALIZE, Rule
from ..views import Views

_x, _y = wilds("x y")
_COPY = 4.0  # what it costs to copy an element, in multiplications
_FEW = 8     # places along an axis that are taken to be few, whatever its length


def computed_alone(m: Match) -> Node | None:
    """the same ops on parts of their operands"""
    if not is_smaller(m.node.shape, m.node.inputs[0].shape):
        return None
    return _rebuilt(m.node.inputs[0], _region(m.node, m.views))


# The ranges that are needed of each node, and of each of its operands; users come before operands.
_Region = dict[Node, tuple[Ranges, Sequence[Ranges]]]


def _region(node: Node, views: Views) -> _Region:
    """The nodes of which the same part is needed by all that need them."""
    found: _Region = {}
    needed: dict[Node, Ranges | None] = {node.inputs[0]: ranges_of(node)}
    missing: dict[Node, int] = {node.inputs[0]: views.count(node.inputs[0]) - 1}
    todo = [x for x, count in missing.items() if not count]
    while todo:
        x = todo.pop()
        ranges = needed[x]
        own = below(x, ranges) if ranges is not None and x.operands else None
        if ranges is None or own is None or not _pays(x, ranges, own):
            continue
        found[x] = ranges, own
        for operand, part_of_it in zip(x.operands, own, strict=True):
            needed[operand] = part_of_it if needed.get(operand, part_of_it) == part_of_it else None
            missing[operand] = missing.get(operand, views.count(operand)) - 1
            if not missing[operand]:
                todo.append(operand)
    return found


def rows_alone(m: Match) -> Node | None:
    """the same ops on rows of their operands"""
    x, *indices = m.node.operands
    if m.node.attr("axes") != (0,) or indices[0].ndim != 1 or not _are_fewer(m.node.shape[0], x.shape[0]):
        return None
    region = _region_of_rows(x, m.views)
    if not any(y.op.name == "dot" for y in region):
        return None
    new: dict[Node, Node] = {}
    for y in reversed(region):
        operands = [new[z] if z in new else _rows_of(z, y, k, indices[0]) for k, z in enumerate(y.operands)]
        new[y] = rebuild(y, (*operands, *y.inputs[len(operands):]))
    return new[x]


def _are_fewer(taken_rows: Dim, n: Dim) -> bool:
    if not isinstance(taken_rows, int):
        return False
    return taken_rows <= n // 2 if isinstance(n, int) else taken_rows <= _FEW


def _rows_of(operand: Node, user: Node, place: int, index: Node) -> Node:
    """Rows of an operand; the second one of a product has no rows of the result."""
    if user.op.name == "dot" and place == 1:
        return operand
    return o.gather(operand, index, axes=(0,))


def _region_of_rows(root: Node, views: Views) -> list[Node]:
    """Elementwise ops and products of matrices of which nobody needs other rows, users first."""
    found: dict[Node, None] = {}
    missing, todo = {root: views.uses.get(root, 1) - 1}, [root]
    while todo:
        x = todo.pop()
        if missing[x] or not (x.op.name == "dot" or x.op.kind == "elementwise") or _may_raise(x):
            continue
        found[x] = None
        for y in x.operands[:1] if x.op.name == "dot" else x.operands:
            missing[y] = missing.get(y, views.uses.get(y, 1)) - 1
            todo += [y] * (not missing[y])
    return list(found)


def _may_raise(x: Node) -> bool:
    return "may_raise" in x.op.facts and x.dtype.kind in "iu"


def _pays(x: Node, ranges: Ranges, own: Sequence[Ranges]) -> bool:
    """Whether what is not computed pays for copies of the parts that a step of its own reads from memory."""
    if not isinstance(x.op.lower, Library | Routine):
        return True
    parts = [r for r, y in zip(own, x.operands, strict=True) if not all(map(Range.is_all, r, y.shape))]
    before, after = dims.product(x.shape), dims.product(r.length for r in ranges)
    if x.op.name == "dot":  # all in rows of one length
        weight, copied = 1.0, dims.total(r.length for r, n in zip(ranges, x.shape, strict=True) if not r.is_all(n))
    else:
        weight, copied = x.op.cost, dims.total(dims.product(r.length for r in part) for part in parts)
    if isinstance(before, int) and isinstance(after, int) and isinstance(copied, int):
        return (before - after) * weight > _COPY * copied
    return any(isinstance(r.length, int) and r.length <= _FEW and not isinstance(n, int)
               for r, n in zip(ranges, x.shape, strict=True))


def _rebuilt(root: Node, region: _Region) -> Node | None:
    new: dict[Node, Node] = {}
    for x, (ranges, own) in reversed(region.items()):
        operands = [new[y] if y in new else taken(y, r) for y, r in zip(x.operands, own, strict=True)]
        new[x] = part(x, ranges, operands)
    return new.get(root)


_row = {"starts": (1, 0), "lengths": (1, 4), "steps": (1, 1)}
_rows = {"starts": (1, 0), "lengths": (2, 4), "steps": (1, 1)}
_one = p.slice(_x, **_row)
_t, _index = p.transpose(_y, axes=(1, 0)), p.argmax(p.slice(_x, starts=(0, 0), lengths=(3, 1), steps=(1, 1)), axis=(0,))
_ELEMENTWISE = tuple(sorted(op.name for op in TABLE.values() if op.kind == "elementwise"))

RULES = (
    Rule(name="part_first", phase=SPECIALIZE, lhs=AnyNode(("slice",), among_others=True), rhs=computed_alone,
         why="only what is needed is computed", dtypes="fiu", keeps="real",
         examples=lambda: ((p.slice(p.maximum(_x, _y), **_row), p.maximum(_one, p.slice(_y, **_row))),
                           (p.slice(p.cumsum(_x, axis=1), **_row), p.cumsum(_one, axis=1)),
                           (p.slice(p.max(_x, axis=(1,)), starts=(1,), lengths=(2,), steps=(1,)),
                            p.max(p.slice(_x, **_rows), axis=(1,)))),
         stays=lambda: (p.slice(_x, **_row), p.slice(p.absolute(_x), starts=(2, 0), lengths=(3, 4), steps=(-1, 1)),
                        p.slice(p.cumsum(_x, axis=0), **_row), p.slice(p.sort(_x, axis=0), **_row))),
    Rule(name="rows_first", phase=SPECIALIZE, lhs=AnyNode(("gather",), among_others=True, having=("dot", *_ELEMENTWISE)),
         rhs=rows_alone, why="only the rows that are needed are multiplied", dtypes="i", keeps="real",
         examples=lambda: ((p.gather(p.dot(_x, _t), _index, axes=(0,)), p.dot(p.gather(_x, _index, axes=(0,)), _t)),
                           (p.gather(p.negative(p.dot(_x, _t)), _index, axes=(0,)),
                            p.negative(p.dot(p.gather(_x, _index, axes=(0,)), _t)))),
         stays=lambda: (p.gather(p.negative(_x), _index, axes=(0,)), p.gather(p.dot(_x, _t), _index, axes=(1,)),
                        p.gather(p.dot(_x, _t), p.argmax(_x, axis=(0,)), axes=(0,)))),
)
