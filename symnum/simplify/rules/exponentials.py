"""Exponentials and logarithms that overflow or cancel although their value is an ordinary number."""

from __future__ import annotations

from typing import Any

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..match import Match
from ..pattern import Pattern, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, STABILIZE, Build, Rule
from ..terms import is_transparent

_x, _y, _a, _b = wilds("x y a b")
_exp, _log, _log1p, _expm1, _sigmoid, _softplus = p.exp, p.log, p.log1p, p.expm1, p.sigmoid, p.softplus
_NO_OVERFLOW = "exp overflows to infinity where the result is an ordinary number"
_CANCELS = "the 1 swallows the digits of the other term where that is small"
_POSITIVE = Interval(1e-300, 1e300)


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, keeps: str = "specials", **columns: Any) -> Rule:
    return Rule(name=name, phase=STABILIZE, lhs=lhs, rhs=rhs, why=why, keeps=keeps, **columns)


def is_no_negated_size(m: Match) -> bool:
    """Whether x is not -|u|, of which the exponential cannot overflow."""
    return not _is_size(m, -1)


def is_no_size(m: Match) -> bool:
    """Whether x is not |u|: the exponential of -|u| cannot overflow."""
    return not _is_size(m, 1)


def _is_size(m: Match, sign: int) -> bool:
    terms = m.views.terms(m["x"])
    return all(t.coefficient * sign > 0 and isinstance(t.key, Node) and t.key.op.name == "absolute" for t in terms)


def is_sum_of_exponentials(m: Match) -> bool:
    """Whether y is a sum of two or more exponentials and positive numbers, so that its logarithm has a stable form."""
    terms = m.views.terms(m["y"])
    return all(t.coefficient > 0 and (t.key == frozenset() or _is_exp(t.key)) for t in terms) and any(
        _is_exp(t.key) for t in terms)


def _is_exp(key: object) -> bool:
    while isinstance(key, Node) and is_transparent(key):
        key = key.inputs[0]
    return isinstance(key, Node) and key.op.name == "exp"


def are_sole_sigmoids(m: Match) -> bool:
    """Whether nothing else needs the logistic functions of a product."""
    return not any(leaf.shared for leaf in m.views.product(m.node).leaves if leaf.node.op.name == "sigmoid")


def by_one_exponential(m: Match) -> Node:
    """exp(-|x|) / (1 + exp(-|x|))**2"""
    e = o.exp(o.negative(o.absolute(m["x"])))
    below = o.add(e, 1.0)
    return o.true_divide(e, o.multiply(below, below))


RULES = (
    # logistic function
    Rule(name="sigmoid", phase=CANONICALIZE, lhs=1 / (1 + _exp(-_x)), rhs=_sigmoid(_x), when=is_no_size, keeps="specials",
         why="one name for the logistic function, which other rules know",
         stays=lambda: (1 / (1 + _exp(-p.absolute(_x))),)),
    _rule("sigmoid_times_exp", _exp(_x) * _sigmoid(-_x), _sigmoid(_x), _NO_OVERFLOW, "real"),
    _rule("one_minus_sigmoid", 1 - _sigmoid(_x), _sigmoid(-_x), _CANCELS),
    # cancellation beside 1
    _rule("expm1", _exp(_x) - 1, _expm1(_x), _CANCELS, "real"),
    # logarithms of sums
    _rule("softplus", _log(1 + _exp(_x)), _softplus(_x), _NO_OVERFLOW, when=is_no_negated_size,
          stays=lambda: (_log(1 + _exp(-p.absolute(_x))),)),
    _rule("log_of_exp_sum", _log(_exp(_a) + _exp(_b)), p.logaddexp(_a, _b), _NO_OVERFLOW),
    _rule("log_of_exp_and_more", _log(_exp(_x) + _y), p.logaddexp(_x, _log(_y)), _NO_OVERFLOW,
          when=is_sum_of_exponentials, domain={"y": _POSITIVE},
          examples=lambda: ((_log(_exp(_x) + _exp(_a) + _exp(_b)), p.logaddexp(_x, p.logaddexp(_a, _b))),),
          stays=lambda: (_log(_exp(_x) + _y), _log(_exp(_x) - _exp(_y)))),
    _rule("log1p", _log(1 + _x), _log1p(_x), _CANCELS, "real", domain={"x": Interval(-1.0, 1e300)}),
    _rule("softplus_of_log1p", _log1p(_exp(_x)), _softplus(_x), _NO_OVERFLOW, when=is_no_negated_size,
          stays=lambda: (_log1p(_exp(-p.absolute(_x))),)),
    _rule("log_sigmoid", _log(_sigmoid(_x)), -_softplus(-_x), "the logarithm of 0 is -inf, where sigmoid underflows",
          "real"),
    _rule("log1p_minus_sigmoid", _log1p(-_sigmoid(_x)), -_softplus(_x), "the logarithm of 0 is -inf, where sigmoid rounds to 1"),
    # inverses
    _rule("log_exp", _log(_exp(_x)), _x, _NO_OVERFLOW, "real"),
    _rule("log_of_exp_ratio", _log(_exp(_x) / _y), _x - _log(_y), _NO_OVERFLOW, "real", domain={"y": _POSITIVE}),
    _rule("log_of_exp_product", _log(_exp(_x) * _y), _x + _log(_y), _NO_OVERFLOW, "real", domain={"y": _POSITIVE}),
    _rule("log1p_expm1", _log1p(_expm1(_x)), _x, _NO_OVERFLOW),
    Rule(name="sigmoid_slope", phase=SPECIALIZE, lhs=_sigmoid(_x) * _sigmoid(-_x), rhs=by_one_exponential,
         when=are_sole_sigmoids, keeps="specials", why="one exponential instead of two",
         stays=lambda: (p.maximum(_sigmoid(_x) * _sigmoid(-_x), _sigmoid(_x)),)),
)
