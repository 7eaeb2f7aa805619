"""Sums of exponentials over axes: logsumexp and softmax, shifted so that nothing overflows.

The shift is the largest element (``peak``: -inf over an empty axis), or 0 where that is not finite, so that infinities
and NaN go through the formula as they do unshifted: the logarithm of a sum of zeros is -inf, of one with inf is inf.
"""

from __future__ import annotations

from ...ir.build import broadcast_to, o
from ...ir.node import Node
from ...ops.spec import Interval
from ..choices import same
from ..edits import as_node, changed
from ..match import Match
from ..moves import below_moves
from ..numbers import MOVERS
from ..pattern import AnyNode, Attr, Moved, p, wild
from ..rule import STABILIZE, Rule

_PEAKS = ("peak", "max")


def shift_of(x: Node, axis: tuple[int, ...]) -> Node:
    """The largest element over axes where it is finite, else 0."""
    peak = o.peak(x, axis=axis)
    return o.where(o.isfinite(peak), peak, 0.0)


def spread(value: Node, x: Node, axis: tuple[int, ...]) -> Node:
    """A reduction's result, repeated along the axes that were reduced."""
    return broadcast_to(o.expand_dims(value, axis=axis), x.shape)


def is_unshifted(m: Match) -> bool:
    """Whether x is not a difference x' - max(x') already, with the maximum taken over some of the axes."""
    view = m.views.sum(m["x"])
    for leaf in view.leaves:
        peak = _peak_below(leaf.node)
        if leaf.sign < 0 and peak is not None and set(peak.attr("axis")) <= set(m["axis"]):
            rest = as_node(changed(view, {leaf: None}), view)
            if same(m.views, peak.inputs[0], rest) and _is_spread(leaf.node, rest, peak.attr("axis")):
                return False
    return True


def _peak_below(node: Node) -> Node | None:
    """The maximum that stands below moves, and below the choice that ``shift_of`` makes."""
    inner = _unmoved(node)
    peak = inner.inputs[1] if inner.op.name == "where" else inner
    return peak if peak.op.name in _PEAKS else None


def _unmoved(node: Node) -> Node:
    while node.op.name in MOVERS:
        node = node.inputs[0]
    return node


def _is_spread(node: Node, x: Node, axis: tuple[int, ...]) -> bool:
    inner, leading = _unmoved(node), axis == tuple(range(len(axis)))
    return node is spread(inner, x, axis) or (leading and node is broadcast_to(inner, x.shape))


def shifted_logsumexp(m: Match) -> Node:
    """m + log(sum(exp(x - m))) with m = max(x)"""
    x, axis = m["x"], m["axis"]
    shift = shift_of(x, axis)
    total = o.sum(o.exp(o.subtract(x, spread(shift, x, axis))), axis=axis)
    return o.add(o.log(total), shift)


def shifted_softmax(m: Match) -> Node:
    """exp(a - m) / sum(exp(x - m)) with m = max(x)"""
    x, axis, moves = m["x"], m["axis"], m["moves"]
    shift = shift_of(x, axis)
    total = o.sum(o.exp(o.subtract(x, spread(shift, x, axis))), axis=axis)
    return o.true_divide(o.exp(o.subtract(m["a"], moves(shift))), moves(total))


def without_peak(m: Match) -> Node | None:
    """(x - m) - log(sum(exp(x - m))), from x - (log(sum(exp(x - m))) + m), and so for the opposite difference"""
    first, second = m.node.inputs
    parts = _log_and_peak(second)
    if parts is not None:
        return o.subtract(o.subtract(first, parts[1]), parts[0])
    parts = _log_and_peak(first)
    return None if parts is None else o.add(parts[0], o.subtract(parts[1], second))


def _log_and_peak(node: Node) -> tuple[Node, Node] | None:
    """The operands of a logarithm plus a largest element, below moves."""
    inner, moves = below_moves(node)
    for log, peak in (inner.inputs, inner.inputs[::-1]) if inner.op.name == "add" else ():
        if below_moves(log)[0].op.name == "log" and peak.op.name == "where" and _peak_below(peak) is not None:
            return moves(log), moves(peak)
    return None


_a, _x, _axis = wild("a"), wild("x"), Attr("axis")
_sum_exp = p.sum(p.exp(_x), axis=_axis)
_peak = p.peak(_x, axis=(1,))
_shift = p.where(p.isfinite(_peak), _peak, 0)
_rows = p.expand_dims(p.add(p.log(p.sum(p.exp(p.subtract(_x, p.expand_dims(_shift, axis=(1,)))), axis=(1,))), _shift),
                      axis=(1,))

RULES = (
    Rule(name="logsumexp", phase=STABILIZE, lhs=p.log(_sum_exp), rhs=shifted_logsumexp, when=is_unshifted,
         keeps="specials", why="exp overflows, or the sum underflows to 0, where the logarithm is an ordinary number"),
    Rule(name="softmax", phase=STABILIZE, lhs=p.exp(_a) / Moved("moves", _sum_exp), rhs=shifted_softmax,
         when=is_unshifted,
         examples=lambda: ((p.exp(_x) / Moved("moves", _sum_exp), None), (p.exp(_a) / Moved("moves", _sum_exp), None)),
         why="exp and its sum overflow to inf/inf, or underflow to 0/0, where the ratio is an ordinary "
         "number"),
    Rule(name="softmax_by_inverse", phase=STABILIZE, lhs=p.exp(_a) * Moved("moves", 1 / _sum_exp), rhs=shifted_softmax,
         when=is_unshifted, examples=lambda: ((p.exp(_x) * Moved("moves", 1 / _sum_exp), None),),
         why="exp and its sum overflow, or underflow to 0, where the ratio is an ordinary number"),
    Rule(name="log_softmax", phase=STABILIZE, lhs=AnyNode(("subtract",), having=("add",)), rhs=without_peak,
         why="what is left beside the largest element is not rounded off by it", shapes={"x": (3, 4)},
         domain={"x": Interval(996.0, 1000.0)},
         examples=lambda: ((p.subtract(_x, _rows), None), (p.subtract(_rows, _x), None)),
         stays=lambda: (p.subtract(_x, p.add(p.log(_x), _x)), p.subtract(_x, p.add(_x, _shift)))),
)
