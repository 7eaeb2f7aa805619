"""Functions of their inverses: the operand itself, where the pair is defined."""

from __future__ import annotations

import math

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..match import Match
from ..moves import below_moves
from ..numbers import exact_of
from ..pattern import AnyNode, Call, Pattern, p, wild
from ..rule import CANONICALIZE, Rule

_x = wild("x")
_NAN = math.nan
_UNDONE = "one function undoes the other, and in between nothing can overflow or round"
_GUARDED = "one function undoes the other where it is defined; elsewhere the result stays NaN"
_UNIT, _POSITIVE = Interval(-1.0, 1.0), Interval(0.0, 1e300)


def _undone(name: str, lhs: Pattern, rhs: Pattern, keeps: str = "real", domain: Interval | None = None) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=_UNDONE, keeps=keeps,
                domain={} if domain is None else {"x": domain})


def _guarded(name: str, lhs: Pattern, condition: Pattern, rhs: Pattern, domain: Interval) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=p.where(condition, rhs, _NAN), why=_GUARDED, keeps="real",
                domain={"x": domain})


def square_of_root(m: Match) -> Node | None:
    """x where it is not negative, from sqrt(x) * sqrt(x)"""
    root, moves = below_moves(m.node.inputs[0])
    name, uses = m.node.op.name, m.views.count(root)
    same = m.node.inputs[0] is m.node.inputs[-1] if name == "multiply" else name == "square" or exact_of(
        m.node.inputs[1]) == 2
    if root.op.name != "sqrt" or not same:
        return None
    x = moves(root.inputs[0])
    if uses > (2 if name == "multiply" else 1) and not m.views.facts(x).nonnegative:
        return None  # others need the root, and its square costs less than a selection
    return o.where(o.greater_equal(x, 0), x, _NAN)


_in_unit: Call = p.less_equal(p.absolute(_x), 1)
_nonnegative: Call = p.greater_equal(_x, 0)
_in_unit_interval: Call = p.logical_and(_nonnegative, p.less_equal(_x, 1))

_EVERYWHERE = (
    _undone("arctanh_tanh", p.arctanh(p.tanh(_x)), _x),
    _undone("arcsinh_sinh", p.arcsinh(p.sinh(_x)), _x),
    _undone("sinh_arcsinh", p.sinh(p.arcsinh(_x)), _x),
    _undone("arccosh_cosh", p.arccosh(p.cosh(_x)), p.absolute(_x)),
    _undone("tan_arctan", p.tan(p.arctan(_x)), _x),
    _undone("deg2rad_rad2deg", p.deg2rad(p.rad2deg(_x)), _x),
    _undone("rad2deg_deg2rad", p.rad2deg(p.deg2rad(_x)), _x),
    _undone("log2_exp2", p.log2(p.exp2(_x)), _x),
    _undone("cbrt_cube", p.cbrt(_x**3), _x),
    _undone("exp_softplus", p.exp(p.softplus(_x)), p.add(1, p.exp(_x)), "specials"),
    _undone("expm1_softplus", p.expm1(p.softplus(_x)), p.exp(_x), "specials"),
    _undone("sigmoid_odds", p.sigmoid(_x) / p.sigmoid(-_x), p.exp(_x)),
    _undone("logit_sigmoid", p.softplus(_x) - p.softplus(-_x), _x),
)

_WHERE_DEFINED = (
    _guarded("tanh_arctanh", p.tanh(p.arctanh(_x)), _in_unit, _x, _UNIT),
    _guarded("sin_arcsin", p.sin(p.arcsin(_x)), _in_unit, _x, _UNIT),
    _guarded("cos_arccos", p.cos(p.arccos(_x)), _in_unit, _x, _UNIT),
    _guarded("cosh_arccosh", p.cosh(p.arccosh(_x)), p.greater_equal(_x, 1), _x, Interval(1.0, 1e300)),
    _guarded("exp2_log2", p.exp2(p.log2(_x)), _nonnegative, _x, _POSITIVE),
    _guarded("expm1_log1p", p.expm1(p.log1p(_x)), p.greater_equal(_x, -1), _x, Interval(-1.0, 1e300)),
    _guarded("exp_log1p", p.exp(p.log1p(_x)), p.greater_equal(_x, -1), p.add(1, _x), Interval(-1.0, 1e300)),
    _guarded("expm1_log", p.expm1(p.log(_x)), _nonnegative, p.subtract(_x, 1), _POSITIVE),
    _guarded("softplus_log", p.softplus(p.log(_x)), _nonnegative, p.log1p(_x), _POSITIVE),
    _guarded("sigmoid_log", p.sigmoid(p.log(_x)), _nonnegative, _x / (1 + _x), _POSITIVE),
    _guarded("sigmoid_logit", p.sigmoid(p.log(_x) - p.log1p(-_x)), _in_unit_interval, _x,
             Interval(0.0, 1.0)),
)

_root = p.sqrt(_x)
_SQUARES = (
    Rule(name="square_of_root", phase=CANONICALIZE, rhs=square_of_root, why=_GUARDED, domain={"x": _POSITIVE},
         lhs=AnyNode(("multiply", "square", "power"), among_others=True, having=("sqrt",)),
         examples=lambda: tuple((square, p.where(_nonnegative, _x, _NAN)) for square in (
             p.multiply(_root, _root), p.square(_root), p.power(_root, 2))),
         stays=lambda: (p.power(_root, 3), _root * p.sqrt(1 + _x), _root + _root * _root)),
)

RULES = (*_EVERYWHERE, *_WHERE_DEFINED, *_SQUARES)
