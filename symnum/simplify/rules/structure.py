"""Structure: casts, selections, reductions of repeats, and transposes into matrix products."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...dtypes import BOOL, COMPLEX64, COMPLEX128, FLOAT32, FLOAT64, INT64, UINT8
from ...ir.build import convert, o
from ...ir.node import Node
from ..match import Match
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, EVERY_DTYPE, Build, Example, Rule

_a, _b, _c, _d, _x, _y = wilds("a b c d x y")
_SAME = "the operation changes nothing"
_ONE = "one operation instead of two"


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, *examples: Example, dtypes: str = EVERY_DTYPE,
          **columns: Any) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=why, keeps=str(columns.pop("keeps", "bits")),
                dtypes=dtypes, examples=lambda: examples, **columns)


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
    if given.kind in "iu" and wanted.kind in "fc":
        ends, digits = np.iinfo(given), np.finfo(wanted).nmant + 1
        return ends.max <= 1 << digits
    return bool(np.can_cast(given, wanted, "safe"))


# reductions and selections ------------------------------------------------------------------------------------

def reduce_nothing(m: Match) -> Node | None:
    """x, which is reduced over no axis"""
    x = m.node.inputs[0]
    return x if not m.node.attr("axis") and x.dtype == m.node.dtype else None


def is_bool(m: Match) -> bool:
    """Whether the condition itself is bool."""
    return bool(m["c"].dtype.kind == "b")


# matrix products ----------------------------------------------------------------------------------------------

def transposed_dot(m: Match) -> Node | None:
    """dot(transpose(b), transpose(a))"""
    inner = _inner(m, "dot")
    if inner is None or m.node.attr("axes") != (1, 0) or m.views.count(inner) > 1:
        return None
    a, b = inner.inputs
    return o.dot(o.transpose(b, axes=(1, 0)), o.transpose(a, axes=(1, 0)))


_reductions = _on("sum", "prod", "max", "min", "any", "all", "peak")

# For operands of shape (3, 4).
_t, _e = p.transpose(_x, axes=(1, 0)), p.expand_dims(_x, axis=(1,))
_CASTS_OF_TRUTH = tuple((p.cast(p.cast(p.equal(_x, _y), dtype=inner), dtype=outer), None) for inner, outer in (
    (UINT8, INT64), (INT64, BOOL), (COMPLEX128, COMPLEX64)))

RULES = (
    _rule("cast_twice", _on("cast"), cast_twice, _ONE, (p.cast(p.cast(_x, dtype=FLOAT64), dtype=FLOAT32), None),
          (p.cast(p.cast(_x, dtype=FLOAT64), dtype=INT64), None), *_CASTS_OF_TRUTH, dtypes="fiuc",
          stays=lambda: (p.cast(_x, dtype=INT64),)),
    _rule("reduce_nothing", _reductions, reduce_nothing, _SAME, (p.sum(_x, axis=()), _x), (p.max(_x, axis=()), _x),
          dtypes="f", keeps="real", stays=lambda: (p.sum(_x, axis=(0,)), p.sum(p.less(_x, _y), axis=()))),
    _rule("where_true", p.where(True, _a, _b), _a, "the condition is known"),
    _rule("where_false", p.where(False, _a, _b), _b, "the condition is known"),
    _rule("where_same", p.where(_c, _a, _a), _a, "both branches are equal"),
    _rule("where_not", p.where(p.logical_not(_c), _a, _b), p.where(_c, _b, _a), _ONE, when=is_bool,
          stays=lambda: (p.where(p.logical_not(p.cast(_x, dtype=FLOAT64)), _a, _b),)),
    _rule("where_in_first", p.where(_c, p.where(_c, _a, _b), _d), p.where(_c, _a, _d), "the condition is known there"),
    _rule("where_in_second", p.where(_c, _a, p.where(_c, _b, _d)), p.where(_c, _a, _d), "the condition is known there"),
    _rule("transpose_of_dot", AnyNode(("transpose",), among_others=True, having=("dot",)), transposed_dot, "the product reads its operands transposed at no cost",
          (p.transpose(p.dot(_x, p.transpose(_y, axes=(1, 0))), axes=(1, 0)), p.dot(_y, _t)), dtypes="fiu", keeps="real",
          stays=lambda: (p.transpose(p.dot(_x, p.transpose(_y, axes=(1, 0))), axes=(0, 1)),)),
    _rule("negative_in_dot", p.dot(p.negative(_a), _b), p.negative(p.dot(_a, _b)), keeps="real", dtypes="fiu",
          why="the result has fewer elements than the operand"),
    _rule("negative_in_dot_second", p.dot(_a, p.negative(_b)), p.negative(p.dot(_a, _b)), keeps="real", dtypes="fiu",
          why="the result has fewer elements than the operand"),
)
