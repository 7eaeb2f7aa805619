"""Hyperbolic functions, their inverses and tails, recognised where they are written with exp, log, sqrt and erf."""

from __future__ import annotations

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..cancellation import ROOTS, negated, radicand
from ..match import Match
from ..pattern import AnyNode, Pattern, p, wilds
from ..polynomial import ONE, Bases, added, multiplied, of_sum
from ..rule import STABILIZE, Build, Rule

_x, _y = wilds("x y")
_exp, _log, _expm1, _sigmoid, _sinh, _erf, _erfc = p.exp, p.log, p.expm1, p.sigmoid, p.sinh, p.erf, p.erfc
_CANCELS = "the difference loses digits where its terms are nearly equal"
_NO_OVERFLOW = "exp overflows to infinity where the result is an ordinary number"
_NOT_ZERO = {"x": Interval(-1e300, 1e300, avoid=(0.0,))}
_TAIL = "the difference is 0 where the tail is far out"


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, **columns: object) -> Rule:
    return Rule(name=name, phase=STABILIZE, lhs=lhs, rhs=rhs, why=why, **columns)  # type: ignore[arg-type]


def of_root_and_operand(m: Match) -> Node | None:
    """arcsinh(x), from log(sqrt(x*x + 1) + x), and arccosh(x), from log(sqrt(x*x - 1) + x)"""
    found = _root_and_operand(m, m.node.inputs[0])
    if found is None:
        return None
    root, x, sign, beside = found
    bases = Bases(m.views)
    inside, operand = radicand(bases, root), of_sum(bases, x.inputs[0] if x.op.name == "absolute" else x)
    if inside is None or operand is None:
        return None
    left = added((inside, negated(multiplied(operand, operand))))
    if set(left) != {ONE} or abs(left[ONE]) != 1 or (left[ONE] == 1 and sign < 0):
        return None
    if left[ONE] == 1:
        return o.arcsinh(x) if beside > 0 else o.negative(o.arcsinh(x))
    inverse = o.arccosh(x if sign * beside > 0 else o.negative(x))
    return inverse if sign > 0 else o.negative(inverse)


def _root_and_operand(m: Match, node: Node) -> tuple[Node, Node, int, int] | None:
    """The root r, x, s and t of s*(r + t*x), as it is written or as a choice by the sign of x."""
    sign = 1
    while node.op.name == "negative":
        node, sign = node.inputs[0], -sign
    if node.op.name == "where":
        test, _, node = node.inputs
        if test.op.name not in ("less", "greater") or len(m.views.terms(node)) != 2:
            return None
        beside = 1 if test.op.name == "less" else -1
        found = [t.key for t in m.views.terms(node) if isinstance(t.key, Node) and t.coefficient == 1]
        sizes = [key for key in found if key is o.absolute(test.inputs[0])]
        roots = [key for key in found if key.op.name in ROOTS]
        return (roots[0], test.inputs[0], sign, beside) if sizes and roots else None
    terms = m.views.terms(node)
    if len(terms) != 2:
        return None
    for root, other in (terms, terms[::-1]):
        if isinstance(root.key, Node) and root.key.op.name in ROOTS and abs(root.coefficient) == 1:
            s = int(root.coefficient)
            return root.key, other.leaf.node, sign * s, other.leaf.sign * s
    return None


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
    _rule("erfc", 1 - _erf(_x), _erfc(_x), _TAIL),
    _rule("erfc_of_negative", 1 + _erf(_x), _erfc(-_x), _TAIL),
    _rule("erfc_of_other_tail", 2 - _erfc(_x), _erfc(-_x), _TAIL),
    _rule("erf_of_erfc", 1 - _erfc(_x), _erf(_x), _CANCELS),
)
