"""Structure: moves of elements, casts, selections, and transposes into matrix products."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...dtypes import FLOAT32, FLOAT64, INT64
from ...ir import dims
from ...ir.build import broadcast_to, constant, convert, make, o
from ...ir.node import Node
from ..match import Match
from ..numbers import scalar_of
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, Build, Example, Rule
from ..terms import moved

_a, _b, _c, _d, _x, _y = wilds("a b c d x y")
_SAME = "the operation changes nothing"
_ONE = "one operation instead of two"


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, *examples: Example, dtypes: str = "fiub",
          **columns: object) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=why, keeps=str(columns.pop("keeps", "bits")),
                dtypes=dtypes, examples=examples, **columns)  # type: ignore[arg-type]


def _on(*ops: str) -> AnyNode:
    return AnyNode(ops)


def _inner(m: Match, *ops: str) -> Node | None:
    """The operand, if it is of one of these ops."""
    x = m.node.inputs[0]
    return x if x.op.name in ops else None


# casts --------------------------------------------------------------------------------------------------------

def cast_twice(m: Match) -> Node | None:
    """cast(x, dtype), where the inner cast changes no value"""
    inner = _inner(m, "cast")
    if inner is None or not is_lossless(inner.inputs[0].dtype, inner.dtype):
        return None
    return convert(inner.inputs[0], m.node.dtype)


def is_lossless(given: np.dtype[Any], wanted: np.dtype[Any]) -> bool:
    """Whether every value of a dtype is a value of another."""
    if given.kind in "iu" and wanted.kind == "f":
        ends, digits = np.iinfo(given), np.finfo(wanted).nmant + 1
        return ends.max <= 1 << digits
    return bool(np.can_cast(given, wanted, "safe"))


# moves --------------------------------------------------------------------------------------------------------

def without_move(m: Match) -> Node | None:
    """x, where a move leaves every element in its place"""
    node = m.node
    return node.inputs[0] if node.inputs[0].shape == node.shape and _is_identity(node) else None


def _is_identity(node: Node) -> bool:
    if node.op.name == "transpose":
        return bool(node.attr("axes") == tuple(range(len(node.shape))))
    if node.op.name == "cast":
        return bool(node.inputs[0].dtype == node.dtype)
    if node.op.name in ("slice", "embed"):
        return all(start == 0 for start in o.attr(node, "starts")) and all(step == 1 for step in node.attr("steps"))
    return True


def transpose_twice(m: Match) -> Node | None:
    """one transpose"""
    inner = _inner(m, "transpose")
    if inner is None:
        return None
    axes = tuple(inner.attr("axes")[k] for k in m.node.attr("axes"))
    return o.transpose(inner.inputs[0], axes=axes)  # type: ignore[no-any-return]


def reshape_twice(m: Match) -> Node | None:
    """one reshape"""
    inner = _inner(m, "reshape", "expand_dims", "squeeze")
    return None if inner is None else o.reshape(inner.inputs[0], shape=m.node.shape)


def broadcast_twice(m: Match) -> Node | None:
    """one broadcast"""
    inner = _inner(m, "broadcast_to")
    return None if inner is None else broadcast_to(inner.inputs[0], m.node.shape)


def broadcast_expanded(m: Match) -> Node | None:
    """broadcast_to(x), which adds leading axes itself"""
    inner = _inner(m, "expand_dims")
    if inner is None or inner.attr("axis") != tuple(range(len(inner.attr("axis")))):
        return None
    return broadcast_to(inner.inputs[0], m.node.shape)


def axes_twice(m: Match) -> Node | None:
    """the axes of length 1 that are left"""
    inner = _inner(m, "expand_dims", "squeeze")
    if inner is None:
        return None
    x, node = inner.inputs[0], m.node
    if inner.op is node.op:
        return _both_expanded(x, inner, node) if node.op.name == "expand_dims" else _both_squeezed(x, inner, node)
    return x if inner.attr("axis") == node.attr("axis") else None


def _both_expanded(x: Node, inner: Node, node: Node) -> Node:
    outer = node.attr("axis")
    others = [k for k in range(len(node.shape)) if k not in outer]
    return o.expand_dims(x, axis=tuple(sorted((*outer, *(others[k] for k in inner.attr("axis"))))))  # type: ignore[no-any-return]


def _both_squeezed(x: Node, inner: Node, node: Node) -> Node:
    first = inner.attr("axis")
    others = [k for k in range(len(x.shape)) if k not in first]
    return o.squeeze(x, axis=tuple(sorted((*first, *(others[k] for k in node.attr("axis"))))))  # type: ignore[no-any-return]


def slice_twice(m: Match) -> Node | None:
    """one slice"""
    inner = _inner(m, "slice")
    if inner is None:
        return None
    parts = list(zip(o.attr(inner, "starts"), inner.attr("steps"), o.attr(m.node, "starts"), m.node.attr("steps"),
                     strict=True))
    starts = tuple(dims.add(start, dims.multiply(place, step)) for start, step, place, _ in parts)
    steps = tuple(step * more for _, step, _, more in parts)
    return o.slice(inner.inputs[0], starts=starts, lengths=m.node.shape, steps=steps)  # type: ignore[no-any-return]


def slice_of_embedded(m: Match) -> Node | None:
    """x, where exactly its own places are sliced"""
    inner = _inner(m, "embed")
    if inner is None or inner.inputs[0].shape != m.node.shape:
        return None
    same = all(o.attr(inner, name) == o.attr(m.node, name) for name in ("starts", "steps"))
    return inner.inputs[0] if same else None


_OUTWARD = ("broadcast_to", "expand_dims", "squeeze", "transpose")


def outward(m: Match) -> Node | None:
    """move(f(x)), which computes no element twice"""
    node = m.node
    if node.op.kind != "elementwise" or "may_raise" in node.op.facts:
        return None
    movers = [x for x in node.operands if scalar_of(x) is None]
    if not movers or movers[0].op.name not in _OUTWARD or not all(_moves_alike(x, movers[0]) for x in movers):
        return None
    shape = movers[0].inputs[0].shape
    inner = [x.inputs[0] if x in movers else broadcast_to(constant(scalar_of(x)), shape) for x in node.operands]
    return moved(make(node.op, inner, dict(node.attrs)), (movers[0],))


def _moves_alike(a: Node, b: Node) -> bool:
    same_move = a.op is b.op and a.attrs == b.attrs and a.inputs[1:] == b.inputs[1:]
    return same_move and a.inputs[0].shape == b.inputs[0].shape


# reductions and selections ------------------------------------------------------------------------------------

def reduce_nothing(m: Match) -> Node | None:
    """x, which is reduced over no axis"""
    x = m.node.inputs[0]
    return x if not m.node.attr("axis") and x.dtype == m.node.dtype else None


def repeated_sum(m: Match) -> Node | None:
    """n * sum(x), where x was repeated n times"""
    repeated, axis = m.node.inputs[0], m.node.attr("axis")
    if repeated.op.name != "broadcast_to":
        return None
    x = repeated.inputs[0]
    lead = len(repeated.shape) - len(x.shape)
    again = [k for k in axis if k < lead or (x.shape[k - lead] == 1 and repeated.shape[k] != 1)]
    if not again or any(n == 1 and repeated.shape[k + lead] != 1 for k, n in enumerate(x.shape) if k + lead not in axis):
        return None
    total = o.sum(x, axis=tuple(k - lead for k in axis if k >= lead))
    length = dims.product(repeated.shape[k] for k in again)
    count = convert(length, m.node.dtype) if isinstance(length, Node) else constant(length, m.node.dtype)
    return o.multiply(count, broadcast_to(total, m.node.shape))  # type: ignore[no-any-return]


def is_bool(m: Match) -> bool:
    """Whether the condition itself is bool."""
    return bool(m["c"].dtype.kind == "b")


# matrix products ----------------------------------------------------------------------------------------------

def transposed_dot(m: Match) -> Node | None:
    """dot(transpose(b), transpose(a))"""
    inner = _inner(m, "dot")
    if inner is None or m.node.attr("axes") != (1, 0):
        return None
    a, b = inner.inputs
    return o.dot(o.transpose(b, axes=(1, 0)), o.transpose(a, axes=(1, 0)))  # type: ignore[no-any-return]


_reductions = _on("sum", "prod", "max", "min", "any", "all", "peak")

# For operands of shape (3, 4).
_t, _e = p.transpose(_x, axes=(1, 0)), p.expand_dims(_x, axis=(1,))
_part = {"starts": (2, 0), "lengths": (2, 2), "steps": (-1, 2)}
_whole = {"starts": (0, 0), "steps": (1, 1)}
_one_of_three = p.slice(_x, starts=(1, 0), lengths=(1, 4), steps=(1, 1))

RULES = (
    _rule("cast_twice", _on("cast"), cast_twice, _ONE, (p.cast(p.cast(_x, dtype=FLOAT64), dtype=FLOAT32), None),
          (p.cast(p.cast(_x, dtype=FLOAT64), dtype=INT64), None), dtypes="f",
          stays=(p.cast(_x, dtype=INT64),)),
    _rule("move_nothing", _on("broadcast_to", "reshape", "transpose", "slice", "embed", "expand_dims", "squeeze", "cast",
                              "concatenate"), without_move, _SAME,
          (p.transpose(_x, axes=(0, 1)), _x), (p.broadcast_to(_x, shape=(3, 4)), _x), (p.reshape(_x, shape=(3, 4)), _x),
          (p.slice(_x, lengths=(3, 4), **_whole), _x), (p.embed(_x, shape=(3, 4), **_whole), _x),
          (p.expand_dims(_x, axis=()), _x), (p.squeeze(_x, axis=()), _x), (p.concatenate(_x, axis=0), _x),
          stays=(_t, p.transpose(p.reshape(_x, shape=(2, 2, 3)), axes=(1, 0, 2)), p.slice(_x, **_part),
                 p.slice(_x, starts=(2, 0), lengths=(3, 4), steps=(-1, 1)), p.concatenate(_x, _y, axis=0),
                 p.embed(_x, shape=(3, 5), **_whole))),
    _rule("transpose_twice", _on("transpose"), transpose_twice, _ONE, (p.transpose(_t, axes=(1, 0)), _x),
          (p.transpose(p.transpose(_e, axes=(1, 2, 0)), axes=(1, 2, 0)), p.transpose(_e, axes=(2, 0, 1))),
          stays=(_t,)),
    _rule("reshape_twice", _on("reshape"), reshape_twice, _ONE,
          (p.reshape(p.reshape(_x, shape=(12,)), shape=(2, 6)), p.reshape(_x, shape=(2, 6))),
          (p.reshape(_e, shape=(12,)), p.reshape(_x, shape=(12,))), stays=(p.reshape(_t, shape=(12,)),)),
    _rule("broadcast_twice", _on("broadcast_to"), broadcast_twice, _ONE,
          (p.broadcast_to(p.broadcast_to(_x, shape=(2, 3, 4)), shape=(5, 2, 3, 4)), p.broadcast_to(_x, shape=(5, 2, 3, 4))),
          stays=(p.broadcast_to(_e, shape=(3, 2, 4)),)),
    _rule("broadcast_expanded", _on("broadcast_to"), broadcast_expanded, _ONE,
          (p.broadcast_to(p.expand_dims(_x, axis=(0, 1)), shape=(5, 2, 3, 4)), p.broadcast_to(_x, shape=(5, 2, 3, 4))),
          stays=(p.broadcast_to(_e, shape=(3, 2, 4)),)),
    _rule("axes_twice", _on("expand_dims", "squeeze"), axes_twice, _ONE,
          (p.expand_dims(_e, axis=(0, 2)), p.expand_dims(_x, axis=(0, 2, 3))), (p.squeeze(_e, axis=(1,)), _x),
          (p.squeeze(p.squeeze(p.reshape(_x, shape=(1, 3, 1, 4)), axis=(2,)), axis=(0,)),
           p.squeeze(p.reshape(_x, shape=(1, 3, 1, 4)), axis=(0, 2))),
          (p.expand_dims(p.squeeze(_one_of_three, axis=(0,)), axis=(0,)), _one_of_three),
          stays=(_e, p.squeeze(p.expand_dims(_one_of_three, axis=(0,)), axis=(1,)))),
    _rule("slice_twice", _on("slice"), slice_twice, _ONE,
          (p.slice(p.slice(_x, **_part), starts=(1, 0), lengths=(1, 2), steps=(1, 1)),
           p.slice(_x, starts=(1, 0), lengths=(1, 2), steps=(-1, 2))),
          (p.slice(p.slice(_x, **_part), starts=(1, 1), lengths=(2, 2), steps=(-1, -1)),
           p.slice(_x, starts=(1, 2), lengths=(2, 2), steps=(1, -2))), stays=(p.slice(_x, **_part),)),
    _rule("slice_of_embedded", _on("slice"), slice_of_embedded, _SAME,
          (p.slice(p.embed(_x, shape=(9, 9), starts=(1, 2), steps=(2, 1)), starts=(1, 2), lengths=(3, 4), steps=(2, 1)), _x),
          stays=(p.slice(p.embed(_x, shape=(9, 9), starts=(1, 2), steps=(2, 1)), starts=(1, 1), lengths=(3, 4),
                         steps=(2, 1)),
                 p.slice(p.embed(_x, shape=(9, 9), starts=(1, 2), steps=(2, 1)), starts=(1, 2), lengths=(3, 4),
                         steps=(1, 1)))),
    _rule("move_last", AnyNode(), outward, "no element is computed twice, and equal expressions meet",
          (p.maximum(_t, p.transpose(_y, axes=(1, 0))), p.transpose(p.maximum(_x, _y), axes=(1, 0))),
          (p.maximum(p.broadcast_to(_x, shape=(2, 3, 4)), 2), p.broadcast_to(p.maximum(_x, 2), shape=(2, 3, 4))),
          (p.maximum(1, _e), p.expand_dims(p.maximum(1, _x), axis=(1,))),
          (p.absolute(p.squeeze(_one_of_three, axis=(0,))), p.squeeze(p.absolute(_one_of_three), axis=(0,))),
          stays=(p.maximum(_e, p.reshape(_y, shape=(3, 1, 4))), p.absolute(_x), p.absolute(p.reshape(_x, shape=(12,))),
                 p.maximum(p.broadcast_to(_x, shape=(3, 3, 4)), p.broadcast_to(_e, shape=(3, 3, 4)))), dtypes="fi"),
    _rule("reduce_nothing", _reductions, reduce_nothing, _SAME, (p.sum(_x, axis=()), _x), (p.max(_x, axis=()), _x),
          dtypes="f", keeps="real", stays=(p.sum(_x, axis=(0,)), p.sum(p.less(_x, _y), axis=()))),
    _rule("repeated_sum", _on("sum"), repeated_sum, "one multiplication instead of many additions",
          (p.sum(p.broadcast_to(_x, shape=(2, 3, 4)), axis=(0,)), 2 * _x),
          (p.sum(p.broadcast_to(_x, shape=(2, 3, 4)), axis=(0, 2)), 2 * p.sum(_x, axis=(1,))),
          (p.sum(p.broadcast_to(_e, shape=(3, 5, 4)), axis=(1,)), None), dtypes="f", keeps="real",
          stays=(p.sum(_x, axis=(0,)), p.sum(p.broadcast_to(_e, shape=(3, 5, 4)), axis=(0,)))),
    _rule("where_true", p.where(True, _a, _b), _a, "the condition is known"),
    _rule("where_false", p.where(False, _a, _b), _b, "the condition is known"),
    _rule("where_same", p.where(_c, _a, _a), _a, "both branches are equal"),
    _rule("where_not", p.where(p.logical_not(_c), _a, _b), p.where(_c, _b, _a), _ONE, when=is_bool,
          stays=(p.where(p.logical_not(p.cast(_x, dtype=FLOAT64)), _a, _b),)),
    _rule("where_in_first", p.where(_c, p.where(_c, _a, _b), _d), p.where(_c, _a, _d), "the condition is known there"),
    _rule("where_in_second", p.where(_c, _a, p.where(_c, _b, _d)), p.where(_c, _a, _d), "the condition is known there"),
    _rule("transpose_of_dot", _on("transpose"), transposed_dot, "the product reads its operands transposed at no cost",
          (p.transpose(p.dot(_x, p.transpose(_y, axes=(1, 0))), axes=(1, 0)), p.dot(_y, _t)), dtypes="fiu", keeps="real",
          stays=(p.transpose(p.dot(_x, p.transpose(_y, axes=(1, 0))), axes=(0, 1)),)),
    _rule("negative_in_dot", p.dot(p.negative(_a), _b), p.negative(p.dot(_a, _b)), keeps="real", dtypes="fiu",
          why="the result has fewer elements than the operand"),
    _rule("negative_in_dot_second", p.dot(_a, p.negative(_b)), p.negative(p.dot(_a, _b)), keeps="real", dtypes="fiu",
          why="the result has fewer elements than the operand"),
)
