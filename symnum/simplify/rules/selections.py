"""Selections: ``where`` between truth values and numbers, below products and other ops; the larger and the smaller."""

from __future__ import annotations

import math
from typing import Any

from ...dtypes import FLOAT64, INT64
from ...ir.build import broadcast_to, constant, o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import cost_of
from ..match import Match
from ..moves import below_moves
from ..numbers import constant_like, exact_of, scalar_of
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, Build, Rule
from .constants import folded

_a, _b, _c, _d, _x, _y = wilds("a b c d x y")
_KNOWN = "the result is known"
_LOGIC = "truth values are joined without a selection"
_FINITE = Interval(-1e150, 1e150)
_MERGED = ("add", "subtract", "multiply", "true_divide", "maximum", "minimum", "less", "less_equal", "greater",
           "greater_equal", "equal", "not_equal", "absolute", "exp", "log", "sqrt", "negative", "square")


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, dtypes: str = "fiu", **columns: Any) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=why, dtypes=dtypes, **columns)


# where --------------------------------------------------------------------------------------------------------

def as_number(m: Match) -> Node | None:
    """the truth value as a number, from where(c, 1, 0)"""
    condition, a, b = m.node.inputs
    if condition.dtype.kind != "b" or exact_of(a) != 1 or exact_of(b) != 0 or _is_negative_zero(b):
        return None
    return o.cast(condition, dtype=m.node.dtype)


def _is_negative_zero(node: Node) -> bool:
    value = scalar_of(node)
    return value is not None and math.copysign(1, value.item()) < 0


def merged(m: Match) -> Node | None:
    """where(c, f(a, d), f(b, e)), from f(where(c, a, b), where(c, d, e)), if that costs less"""
    chosen = [x for x in m.node.inputs if x.op.name == "where"]
    if not chosen or any(m.views.count(x) > 1 for x in chosen):
        return None
    condition = chosen[0].inputs[0]
    if any(x.inputs[0] is not condition for x in chosen) or any(
            scalar_of(x) is None for x in m.node.inputs if x not in chosen):
        return None
    branches = [_branch(m, [x.inputs[k] if x in chosen else x for x in m.node.inputs]) for k in (1, 2)]
    before = len(chosen) + cost_of(m.node)
    if 1 + sum(cost for _, cost in branches) >= before:
        return None
    return o.where(condition, branches[0][0], branches[1][0])


def _branch(m: Match, operands: list[Node]) -> tuple[Node, float]:
    """The op on other operands, and its cost: nothing if it is known, or one of the operands."""
    name, numbers = m.node.op.name, [exact_of(x) for x in operands]
    make = getattr(o, name)
    values = [scalar_of(x) for x in operands]
    if all(x is not None for x in values):
        known = folded(Match(make(*map(constant, values)), {}, m.views))
        return (make(*operands), cost_of(m.node)) if known is None else (broadcast_to(known, m.node.shape), 0.0)
    neutral = {"add": 0, "subtract": 0, "multiply": 1, "true_divide": 1}.get(name)
    if neutral is not None and (numbers[1] == neutral or (numbers[0] == neutral and name in ("add", "multiply"))):
        return operands[0] if numbers[1] == neutral else operands[1], 0.0
    return make(*operands), cost_of(m.node)


def masked(m: Match) -> Node | None:
    """where(c, 0, a*b), from a*where(c, 0, b)"""
    for k, x in enumerate(m.node.inputs):
        if x.op.name != "where" or m.views.count(x) > 1 or (k and m.node.op.name == "true_divide"):
            continue
        condition, a, b = x.inputs
        other = m.node.inputs[1 - k]
        if exact_of(other) is None and (exact_of(a) == 0 or exact_of(b) == 0) and a is not b:
            zero, kept = constant_like(0, m.node), b if exact_of(a) == 0 else a
            new = getattr(o, m.node.op.name)(*((kept, other) if k == 0 else (other, kept)))
            return o.where(condition, *((zero, new) if kept is b else (new, zero)))
    return None


def size(m: Match) -> Node | None:
    """|x|, from where(x < 0, -x, x)"""
    condition, a, b = m.node.inputs
    if condition.op.name not in _SIDES or exact_of(condition.inputs[1]) != 0:
        return None
    (low, high), x = ((a, b) if _SIDES[condition.op.name] < 0 else (b, a)), condition.inputs[0]
    inner, moves = below_moves(low)
    return o.absolute(x) if high is x and inner.op.name == "negative" and moves(inner.inputs[0]) is x else None


_SIDES = {"less": -1, "less_equal": -1, "greater": 1, "greater_equal": 1}


# the larger and the smaller -----------------------------------------------------------------------------------

def one_limit(m: Match) -> Node | None:
    """one limit, from max(max(x, c), d)"""
    op = m.node.op
    for x, limit in (m.node.inputs, m.node.inputs[::-1]):
        inner, moves = below_moves(x)
        if scalar_of(limit) is None or inner.op is not op:
            continue
        for y, other in (inner.inputs, inner.inputs[::-1]):
            if scalar_of(other) is not None and scalar_of(y) is None:
                found: Node | None = getattr(o, op.name)(moves(y), getattr(o, op.name)(moves(other), limit))
                return found
    return None



def _of_limits(op: str, other: str, low: int, high: int) -> tuple[Rule, ...]:
    f, g = getattr(p, op), getattr(p, other)
    return (
        _rule(f"{op}_again", f(_x, f(_x, _y)), f(_x, _y), "the operand is there already"),  # -0.0 or 0.0, whichever is second
        _rule(f"{op}_absorbed", f(_x, g(_x, _y)), _x, _KNOWN),
        _rule(f"{op}_of_negatives", f(p.negative(_x), p.negative(_y)), p.negative(g(_x, _y)),
              "two operations instead of three", "f"),
        _rule(f"{op}_of_limits", AnyNode((op,), having=(op,)), one_limit, "one comparison instead of two", keeps="bits",
              examples=lambda: ((f(f(_x, low), high), f(_x, high)),), stays=lambda: (f(f(_x, _y), 2),)))


_LIMITS = (*_of_limits("maximum", "minimum", 1, 2), *_of_limits("minimum", "maximum", 2, 1))

RULES = (
    _rule("where_true_or_false", p.where(_c, True, False), _c, "the selection is its condition", "b", keeps="bits"),
    _rule("where_false_or_true", p.where(_c, False, True), p.logical_not(_c), "the selection is a negation", "b",
          keeps="bits"),
    _rule("where_or_false", p.where(_c, _x, False), p.logical_and(_c, _x), _LOGIC, "b", keeps="bits"),
    _rule("where_or_true", p.where(_c, True, _x), p.logical_or(_c, _x), _LOGIC, "b", keeps="bits"),
    _rule("where_one_or_zero", AnyNode(("where",), having=("constant",)), as_number, "a cast costs less than a selection",
          "fi", keeps="bits", stays=lambda: (p.where(_c, 1.0, -0.0), p.where(_c, _x, 0)),
          examples=lambda: ((p.where(_c, 1.0, 0.0), p.cast(_c, dtype=FLOAT64)), (p.where(_c, 1, 0), p.cast(_c, dtype=INT64)))),
    _rule("where_merged", AnyNode(_MERGED, among_others=True, having=("where",)), merged,
          "fewer operations under one condition",
          examples=lambda: ((p.add(p.where(_c, _a, 0), p.where(_c, 0, _b)), p.where(_c, _a, _b)),
                            (p.multiply(p.where(_c, 2, 3), 4), p.where(_c, 8, 12)),
                            (p.multiply(p.where(_c, _a, 1), p.where(_c, _b, 1)), None)),
          stays=lambda: (p.add(p.where(_c, _a, _b), p.where(_c, _x, _y)), p.add(p.where(_c, _a, 0), p.where(_d, 0, _b)))),
    _rule("mask_last", AnyNode(("multiply", "true_divide"), among_others=True, having=("where",)), masked,
          "where the mask is 0 so is the product, even of infinity and NaN", domain={"b": _FINITE},
          examples=lambda: ((p.multiply(_a, p.where(_c, 0, _b)), p.where(_c, 0, p.multiply(_a, _b))),
                            (p.multiply(p.where(_c, _a, 0), _b), p.where(_c, p.multiply(_a, _b), 0))),
          stays=lambda: (p.multiply(_a, p.where(_c, 1, _b)), p.multiply(2, p.where(_c, 0, _b)))),
    _rule("size_selected", AnyNode(("where",), having=("less", "less_equal", "greater", "greater_equal")), size,
          "one operation instead of three", "fi",
          examples=lambda: ((p.where(p.less(_x, 0), -_x, _x), p.absolute(_x)),
                            (p.where(p.greater_equal(_x, 0), _x, -_x), p.absolute(_x))),
          stays=lambda: (p.where(p.less(_x, 1), -_x, _x), p.where(p.greater(_x, 0), -_x, _x))),
    _rule("larger_of_opposites", p.maximum(_x, p.negative(_x)), p.absolute(_x), "one operation instead of two", "f"),
    *_LIMITS,
)
