"""Hyperbolic functions, their inverses and tails, recognised where they are written with exp, log, sqrt and erf."""

from __future__ import annotations

from typing import Any

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..cancellation import ROOTS, negated, radicand
from ..match import Match
from ..numbers import exact_of
from ..pattern import AnyNode, Pattern, p, wilds
from ..polynomial import ONE, Bases, added, multiplied, of_sum
from ..rule import STABILIZE, Build, Rule

_x, _y = wilds("x y")
_exp, _log, _expm1, _sigmoid, _sinh, _erf, _erfc = p.exp, p.log, p.expm1, p.sigmoid, p.sinh, p.erf, p.erfc
_CANCELS = "the difference loses digits where its terms are nearly equal"
_NO_OVERFLOW = "exp overflows to infinity where the result is an ordinary number"
_NOT_ZERO = {"x": Interval(-1e300, 1e300, avoid=(0.0,))}
_FAR = 24.0     # from here on exp(-2 * x) is nothing beside 1
_half_sinh = p.sinh(p.minimum(p.absolute(_x), _FAR) * 0.5)
_log1p = p.log1p
_TAIL = "the difference is 0 where the tail is far out"


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, **columns: Any) -> Rule:
    return Rule(name=name, phase=STABILIZE, lhs=lhs, rhs=rhs, why=why, **columns)


def is_far(m: Match) -> bool:
    """Whether x may be where sinh(x) overflows."""
    return m.views.facts(m["x"]).upper > _FAR


def of_root_and_operand(m: Match) -> Node | None:
    """arcsinh(x), from log(sqrt(x*x + 1) + x), and arccosh(x), from log(sqrt(x*x - 1) + x)"""
    found = _root_and_operand(m, m.node.inputs[0])
    if found is None:
        return None
    root, x, sign, beside, over = found
    bases = Bases(m.views)
    inside, operand = radicand(bases, root), of_sum(bases, x.inputs[0] if x.op.name == "absolute" else x)
    if inside is None or operand is None:
        return None
    left = added((inside, negated(multiplied(operand, operand))))
    if set(left) != {ONE} or abs(left[ONE]) != 1 or (left[ONE] == 1 and sign < 0) or over not in (0, left[ONE]):
        return None
    if left[ONE] == 1:
        return o.arcsinh(x) if beside > 0 else o.negative(o.arcsinh(x))
    inverse = o.arccosh(x if sign * beside > 0 else o.negative(x))
    return inverse if sign > 0 else o.negative(inverse)


def _root_and_operand(m: Match, node: Node) -> tuple[Node, Node, int, int, int] | None:
    """The root r, x, s and t of s*(r + t*x), as it is written or as a choice by the sign of x, and then n of n/(r + |x|)."""
    sign = 1
    while node.op.name == "negative":
        node, sign = node.inputs[0], -sign
    if node.op.name == "where":
        test, other, node = node.inputs
        limit, beside = {"less": ("maximum", 1), "greater": ("minimum", -1)}.get(test.op.name, ("", 0))
        found = m.views.terms(node)
        roots = [t.key for t in found if isinstance(t.key, Node) and t.key.op.name in ROOTS and t.coefficient == 1]
        sizes = [t.key for t in found if isinstance(t.key, Node) and t.key.op.name == limit and t.coefficient == beside]
        same = len(found) == 2 and roots and sizes and test.inputs[0] in sizes[0].inputs
        if not same:
            return None
        over = _over(other, o.add(roots[0], o.absolute(test.inputs[0])))
        return (roots[0], test.inputs[0], sign, beside, over) if over else None
    terms = m.views.terms(node)
    if len(terms) != 2:
        return None
    for root, operand in (terms, terms[::-1]):
        if isinstance(root.key, Node) and root.key.op.name in ROOTS and abs(root.coefficient) == 1:
            s = int(root.coefficient)
            return root.key, operand.leaf.node, sign * s, operand.leaf.sign * s, 0
    return None


def _over(node: Node, below: Node) -> int:
    """1 of ``1 / below``, -1 of ``-1 / below``, 0 of anything else."""
    sign = 1
    if node.op.name == "negative":
        node, sign = node.inputs[0], -1
    if node.op.name != "true_divide" or node.inputs[1] is not below:
        return 0
    number = exact_of(node.inputs[0])
    return sign if number == 1 else -sign if number == -1 else 0


RULES = (
    _rule("sinh", _exp(_x) - _exp(-_x), 2 * _sinh(_x), _CANCELS),
    _rule("tanh_of_sinh", _sinh(_x) / (_exp(_x) + _exp(-_x)), 0.5 * p.tanh(_x), _NO_OVERFLOW),
    _rule("coth_of_sinh", (_exp(_x) + _exp(-_x)) / _sinh(_x), 2 / p.tanh(_x), _NO_OVERFLOW, domain=_NOT_ZERO),
    _rule("tanh_of_sigmoid", _sigmoid(_x) - 0.5, 0.5 * p.tanh(0.5 * _x), _CANCELS),
    _rule("tanh_of_sigmoids", _sigmoid(_x) - _sigmoid(-_x), p.tanh(0.5 * _x), _CANCELS),
    _rule("tanh_of_expm1", _expm1(_x) * _sigmoid(-_x), p.tanh(0.5 * _x), _NO_OVERFLOW),
    _rule("coth_of_expm1", (1 + _exp(_x)) / _expm1(_x), 1 / p.tanh(0.5 * _x), _NO_OVERFLOW, domain=_NOT_ZERO),
    _rule("exp_over_expm1", _exp(_x) / _expm1(_x),
          p.exp(p.minimum(_x, 0)) / p.copysign(p.expm1(-p.absolute(_x)), _x), _NO_OVERFLOW, domain=_NOT_ZERO),
    _rule("log_of_root_and_operand", AnyNode(("log",), having=("add", "subtract", "where", "negative")),
          of_root_and_operand, "the square overflows, and the sum is rounded to 1 for small arguments",
          examples=lambda: ((_log(_x + p.sqrt(_x * _x + 1)), p.arcsinh(_x)), (_log(p.hypot(1, _x) - _x), -p.arcsinh(_x)),
                    (_log(_y + p.sqrt(_y * _y - 1)), p.arccosh(_y)), (_log(_y - p.sqrt(_y * _y - 1)), -p.arccosh(_y))),
          domain={"y": Interval(1.0, 1e300)},
          stays=lambda: (_log(_x + p.sqrt(_x * _x + _y)), _log(_x + p.sqrt(_x)), _log(2 * _x + p.sqrt(_x * _x + 1)))),
    _rule("log_of_cosh", _log(p.cosh(_x)),
          p.add(_log1p(2 * p.multiply(_half_sinh, _half_sinh)), p.maximum(p.absolute(_x) - _FAR, 0)),
          "cosh overflows where its logarithm is ordinary, and rounds to 1 for small arguments", extreme=True),
    _rule("log_of_sinh", _log(_sinh(_x)), p.add(_log(_sinh(p.minimum(_x, _FAR))), p.maximum(_x - _FAR, 0)),
          "sinh overflows where its logarithm is ordinary", extreme=True, when=is_far,
          domain={"x": Interval(0.0, 1e300, avoid=(0.0,))}, stays=lambda: (_log(_sinh(p.minimum(_x, 3.0))),)),
    _rule("erfc", 1 - _erf(_x), _erfc(_x), _TAIL),
    _rule("erfc_of_negative", 1 + _erf(_x), _erfc(-_x), _TAIL),
    _rule("erfc_of_other_tail", 2 - _erfc(_x), _erfc(-_x), _TAIL),
    _rule("erf_of_erfc", 1 - _erfc(_x), _erf(_x), _CANCELS),
)
