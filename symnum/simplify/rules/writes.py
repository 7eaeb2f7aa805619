"""Writes: embedded arrays and scattered values."""

from __future__ import annotations

import numpy as np

from ...dtypes import INT64
from ...ir.build import broadcast_to, constant, make, o
from ...ir.node import Node
from ...ir.ranges import is_valid
from ...ops.indexing import operands_at
from ..edits import Value, as_node, changed
from ..match import Match
from ..numbers import constant_like, exact_of, scalar_of
from ..pattern import AnyNode, AnySum, Pattern, p, wilds
from ..places import embedded, lies_inside, met, places_of, row_of_places, whole
from ..rule import CANONICALIZE, EVERY_DTYPE, SPECIALIZE, Build, Example, Rule, Stays
from ..views import Term, Views

_x, _y = wilds("x y")


# embedded arrays ----------------------------------------------------------------------------------------------

def embed_of_zeros(m: Match) -> Node | None:
    """zeros"""
    return broadcast_to(constant(0, m.node.dtype), m.node.shape) if _is_zero(m.node.inputs[0]) else None


def _is_zero(x: Node) -> bool:
    """Whether all elements are the zero that places without a value hold."""
    number = scalar_of(x.inputs[0] if x.op.name == "cast" else x)
    return number is not None and number.tobytes() == bytes(number.itemsize)


def embed_twice(m: Match) -> Node | None:
    """one embed"""
    inner = m.node.inputs[0]
    if inner.op.name != "embed":
        return None
    ranges = tuple(a.inside(b) for a, b in zip(places_of(inner), places_of(m.node), strict=True))
    return embedded(inner.inputs[0], ranges, m.node.shape)


def put_back(m: Match) -> Node | None:
    """where(written, x, b): elements of x in their own places are x"""
    mask, inside, other = m.node.inputs
    if not (_is_embedded_truth(mask) and inside.op.name == "embed" and inside.inputs[0].op.name == "slice"):
        return None
    part = inside.inputs[0]
    same = places_of(mask) == places_of(inside) and all(
        o.attr(part, name) == o.attr(inside, name) for name in ("starts", "steps"))
    x = part.inputs[0]
    return o.where(mask, x, other) if same and x.shape == inside.shape else None


def _is_embedded_truth(mask: Node) -> bool:
    number = scalar_of(mask.inputs[0]) if mask.op.name == "embed" else None
    return number is not None and bool(number)


def only_written(m: Match) -> Node | None:
    """the embedded array, of which all other places are zero"""
    mask, inside, other = m.node.inputs
    same = _is_embedded_truth(mask) and inside.op.name == "embed" and places_of(mask) == places_of(inside)
    return inside if same and _is_zero(other) else None


def written_over(m: Match) -> Node | None:
    """where(written, a, x): what was written before in the same places is lost"""
    mask, inside, other = m.node.inputs
    if not (other.op.name == "where" and _is_embedded_truth(mask) and _is_embedded_truth(other.inputs[0])):
        return None
    found = [met(a, b) for a, b in zip(places_of(mask), places_of(other.inputs[0]), strict=True)]
    lost = all(pair is not None and pair[1].is_all(n)
               for pair, n in zip(found, other.inputs[0].inputs[0].shape, strict=True))
    return o.where(mask, inside, other.inputs[2]) if lost else None


# scattered values ---------------------------------------------------------------------------------------------

def scatter_twice(m: Match) -> Node | None:
    """the second scatter, which writes all places again"""
    x, values, *indices = m.node.operands
    if not (x.op.name == "scatter" and m.node.attr("combine") == "set" and list(x.operands[2:]) == indices
            and x.attr("axes") == m.node.attr("axes")):
        return None
    return make(m.node.op, (x.operands[0], values, *indices), dict(m.node.attrs))


def scatter_of_nothing(m: Match) -> Node | None:
    """x, where no index can lie outside"""
    x, values, *indices = m.node.operands
    own = (values.op.name == "gather" and m.node.attr("combine") in ("set", "min", "max")
           and list(values.operands) == [x, *indices] and values.attr("axes") == m.node.attr("axes"))
    nothing = own or (m.node.attr("combine") == "add" and _adds_nothing(x, values)) or (
        m.node.attr("combine") == "multiply" and exact_of(values) == 1)
    return x if nothing and all(is_valid(index, n) for index, n, _ in operands_at(m.node)) else None


def _adds_nothing(x: Node, values: Node) -> bool:
    """Whether zeros are added; to -0.0 only -0.0 adds nothing."""
    number = scalar_of(values)
    return number is not None and exact_of(values) == 0 and (
        x.dtype.kind in "iu" or _is_zero(x) or bool(np.signbit(number)))


def scatter_of_row(m: Match) -> Node | None:
    """the values put, or added, in a row of places"""
    x, values, *indices = m.node.operands
    row = row_of_places(indices[0]) if len(indices) == 1 and indices[0].ndim == 1 else None
    axis, combine = m.node.attr("axes")[0], m.node.attr("combine")
    if row is None or combine not in ("set", "add") or not lies_inside(row, x.shape[axis]):
        return None
    if axis:
        values = o.transpose(values, axes=(*range(1, axis + 1), 0, *range(axis + 1, x.ndim)))
    ranges = tuple(row if k == axis else whole(n) for k, n in enumerate(x.shape))
    inside = embedded(values, ranges, x.shape)
    if inside is values:
        return values if combine == "set" else o.add(x, values)
    if combine == "add" and x.dtype.kind != "f":    # of floats, the sum with a zero has no -0
        return o.add(x, inside)
    mask = embedded(broadcast_to(constant(True), values.shape), ranges, x.shape)
    return o.where(mask, inside if combine == "set" else o.add(x, inside), x)


def scattered_together(m: Match) -> Node | None:
    """one array that all values are added to"""
    found = [term for term in m.views.terms(m.node) if _is_added_to_zeros(term, m.views)]
    if len(found) < 2:
        return None
    first, *others = (term.leaf for term in found)
    new = found[0].key
    assert isinstance(new, Node)
    x = new.operands[0]
    for term in found:
        assert isinstance(term.key, Node)
        _, values, *indices = term.key.operands
        c = term.coefficient
        scaled = values if c == 1 else o.negative(values) if c == -1 else o.multiply(constant_like(c, values), values)
        x = make(term.key.op, (x, scaled, *indices), dict(term.key.attrs))
    return as_node(changed(m.views.sum(m.node), {first: Value(x), **dict.fromkeys(others)}), m.views.sum(m.node))


def _is_added_to_zeros(term: Term, views: Views) -> bool:
    x = term.key
    return (isinstance(x, Node) and x.op.name == "scatter" and x.attr("combine") == "add" and not term.leaf.shared
            and not term.leaf.moved and views.count(x) == 1 and _is_zero(x.operands[0]))


# For operands of shape (3, 4).
_at, _near = {"starts": (0, 1), "steps": (2, 1)}, {"starts": (0, 1), "steps": (1, 1)}
_truth = p.broadcast_to(True, shape=(2, 2))
_mask, _other_mask = p.embed(_truth, shape=(3, 4), **_at), p.embed(_truth, shape=(3, 4), **_near)
_all = p.embed(p.broadcast_to(True, shape=(3, 3)), shape=(3, 4), **_near)
_piece = p.slice(_x, starts=(0, 0), lengths=(2, 2), steps=(1, 1))
_inside, _own = p.embed(_piece, shape=(3, 4), **_at), p.embed(p.slice(_x, lengths=(2, 2), **_at), shape=(3, 4), **_at)
_row, _ones = p.max(_x, axis=(0,)), p.broadcast_to(1, shape=(4,))
# Places below 3, and places that are not known.
_first, _second = p.argmax(_x, axis=(0,)), p.argmax(_y, axis=(0,))
_unknown = p.cast(_row, dtype=INT64)


def _added(values: Pattern, index: Pattern) -> Pattern:
    return p.scatter(p.broadcast_to(0, shape=(4,)), values, index, axes=(0,), combine="add")


def _written(x: Pattern, values: Pattern, index: Pattern, combine: str) -> Pattern:
    return p.scatter(x, values, index, axes=(0,), combine=combine)


def _rule(name: str, op: str, rhs: Build, why: str, *examples: Example, stays: Stays,
          dtypes: str = "fiu") -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=AnyNode((op,)), rhs=rhs, why=why, keeps="bits", dtypes=dtypes,
                examples=lambda: examples, stays=stays)


_LOST = "what is written over is not computed"
_nothing = p.broadcast_to(0, shape=(4,))

# Rules about scattered values are for every dtype: "i" is that of their last operand, an index.
RULES = (
    _rule("embed_of_zeros", "embed", embed_of_zeros, "zeros among zeros are not written",
          *((p.embed(p.cast(p.broadcast_to(0, shape=(2, 2)), dtype=dtype), shape=(3, 4), **_at), None)
            for dtype in map(np.dtype, ("float32", "int8", "uint8", "bool", "complex64"))),
          stays=lambda: (_inside, p.embed(p.broadcast_to(1, shape=(2, 2)), shape=(3, 4), **_at)), dtypes=EVERY_DTYPE),
    _rule("embed_twice", "embed", embed_twice, "one operation instead of two",
          (p.embed(_inside, shape=(99, 9), starts=(2, 0), steps=(3, 1)),
           p.embed(_piece, shape=(99, 9), starts=(2, 1), steps=(6, 1))), stays=lambda: (_inside,), dtypes=EVERY_DTYPE),
    _rule("put_back", "where", put_back, "elements in their own places need no other memory",
          (p.where(_mask, _own, _y), p.where(_mask, _x, _y)),
          stays=lambda: (p.where(_other_mask, _own, _y), p.where(_mask, _inside, _y))),
    _rule("only_written", "where", only_written, "the other places hold zeros already",
          (p.where(_mask, _inside, 0), _inside),
          stays=lambda: (p.where(_mask, _inside, 1), p.where(_other_mask, _inside, 0), p.where(_mask, _x, 0))),
    _rule("written_over", "where", written_over, _LOST,
          (p.where(_all, _x, p.where(_other_mask, _inside, _y)), p.where(_all, _x, _y)),
          stays=lambda: (p.where(_mask, _x, p.where(_other_mask, _inside, _y)), p.where(_mask, _x, _y))),
    _rule("scatter_twice", "scatter", scatter_twice, _LOST,
          (_written(_written(_row, _ones, _first, "add"), _row, _first, "set"), _written(_row, _row, _first, "set")),
          stays=lambda: (_written(_written(_row, _ones, _first, "set"), _row, _first, "add"),
                         _written(_written(_row, _ones, _first, "set"), _row, _second, "set")), dtypes="i"),
    _rule("scatter_of_nothing", "scatter", scatter_of_nothing, "nothing changes",
          (_written(_row, _nothing, _second, "add"), _row),
          (_written(_row, p.gather(_row, _second, axes=(0,)), _second, "set"), _row),
          stays=lambda: (_written(_row, _nothing, _unknown, "add"),
                         _written(_row, p.gather(_row, _unknown, axes=(0,)), _unknown, "set"),
                         _written(_row, _ones, _second, "add")), dtypes="i"),
    _rule("scatter_of_row", "scatter", scatter_of_row, "a row of places is written like a slice, fused with what is beside it",
          (_written(_row, p.max(_y, axis=(1,)), p.add(p.arange(3), 1), "set"), None),
          (_written(_row, p.max(_y, axis=(0,)), p.arange(4), "set"), p.max(_y, axis=(0,))),
          (_written(_row, p.max(_y, axis=(1,)), p.subtract(2, p.arange(3)), "add"), None),
          (p.scatter(_x, p.transpose(p.slice(_y, starts=(0, 0), lengths=(3, 2), steps=(1, 1)), axes=(1, 0)), p.arange(2),
                     axes=(1,), combine="set"), None),
          stays=lambda: (_written(_row, _ones, _first, "set"), _written(_row, _ones, p.add(p.arange(4), 1), "add"),
                         _written(_row, _ones, p.arange(4), "max")), dtypes="i"),
    Rule(name="scattered_together", phase=SPECIALIZE, lhs=AnySum(("scatter",)), rhs=scattered_together, keeps="real",
         dtypes="fi", why="one array of zeros instead of several",
         examples=lambda: ((p.add(_added(_row, _first), _added(p.max(_y, axis=(0,)), _second)), None),
                           (p.add(p.add(_added(_row, _first), _row), _added(p.max(_y, axis=(0,)), _second)), None)),
         stays=lambda: (p.add(_added(_row, _first), _row),
                        p.add(_written(_row, _row, _first, "add"), _added(_row, _second)))),
)
