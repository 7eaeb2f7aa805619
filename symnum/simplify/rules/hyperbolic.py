"""Hyperbolic functions, their inverses and tails, recognised where they are written with exp, log, sqrt and erf."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..cancellation import ROOTS, negated, radicand, total
from ..choices import same
from ..edits import Value, as_node, changed
from ..match import Match
from ..numbers import exact_of
from ..pattern import AnyNode, AnyProduct, Pattern, instantiate, number, p, wilds
from ..polynomial import ONE, Bases, Polynomial, added, multiplied, of_sum
from ..rule import STABILIZE, Build, Rule

_x, _y = wilds("x y")
_c = number("c")
_exp, _log, _expm1, _sigmoid, _sinh, _erf, _erfc = p.exp, p.log, p.expm1, p.sigmoid, p.sinh, p.erf, p.erfc
_CANCELS = "the difference loses digits where its terms are nearly equal"
_NO_OVERFLOW = "exp overflows to infinity where the result is an ordinary number"
_NOT_ZERO = {"x": Interval(-1e300, 1e300, avoid=(0.0,))}
_MOST_OTHERS = 3    # terms beside a root
_FAR = 24.0     # from here on exp(-2 * x) is nothing beside 1
_half_sinh = p.sinh(p.minimum(p.absolute(_x), _FAR) * 0.5)
_half_csch = 0.5 / p.sinh(0.5 * _x)
_log1p = p.log1p
_log_cosh = p.add(_log1p(2 * p.multiply(_half_sinh, _half_sinh)), p.maximum(p.absolute(_x) - _FAR, 0))
_log_sinh = p.add(_log(_sinh(p.minimum(_x, _FAR))), p.maximum(_x - _FAR, 0))
_TAIL = "the difference is 0 where the tail is far out"
_TAIL_OVER = "erfc and the exponential are 0 or infinite where their product or quotient is an ordinary number"
_TAIL_LOG = "the logarithm of a tail that is 0 far out is -inf, and that of 1 has no digits"
_TAIL_FROM = 0.5    # from here on the logarithm of erfc(x) is that of erfcx(x), less a square
_log_far_tail = _log(p.erfcx(_x)) - _x * _x
_log_tail = p.where(p.greater(_x, _TAIL_FROM), _log_far_tail, _log1p(-_erf(_x)))
_ROUNDED = Fraction(1, 2**50)    # of the square of a number such as sqrt(2) beside the number that was meant


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, **columns: Any) -> Rule:
    return Rule(name=name, phase=STABILIZE, lhs=lhs, rhs=rhs, why=why, **columns)


def is_far(m: Match) -> bool:
    """Whether x may be where sinh(x) overflows."""
    return m.views.facts(m["x"]).upper > _FAR


def is_positive(m: Match) -> bool:
    """Whether the number c has a logarithm, and x may be where cosh(x) and sinh(x) overflow."""
    return has_logarithm(m) and is_far(m)


def has_logarithm(m: Match) -> bool:
    """Whether the number c is positive."""
    return (exact_of(m["c"]) or 0) > 0


def log_cosh_and_number(m: Match) -> Node:
    """log(cosh(x)) + log(c)"""
    return o.add(instantiate(_log_cosh, m.bound), o.log(m["c"]))


def log_sinh_and_number(m: Match) -> Node:
    """log(sinh(x)) + log(c)"""
    return o.add(instantiate(_log_sinh, m.bound), o.log(m["c"]))


def log_tail_and_number(m: Match) -> Node:
    """log(erfc(x)) + log(c), and log1p(-erfc(-x)/2) for x <= 0.5 where c is 0.5"""
    x, number = m["x"], o.log(m["c"])
    far, near = o.add(instantiate(_log_far_tail, m.bound), number), o.add(o.log1p(o.negative(o.erf(x))), number)
    if exact_of(m["c"]) == 0.5:
        near = o.log1p(o.multiply(-0.5, o.erfc(o.negative(x))))
    return o.where(o.greater(x, _TAIL_FROM), far, near)


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
        if len(found) != 2 or not roots or not sizes:
            return None
        x = next((x for x in sizes[0].inputs if exact_of(x) is None), node)
        over = _over(other, o.add(roots[0], o.absolute(x)))
        return (roots[0], x, sign, beside, over) if over and same(m.views, o.subtract(*test.inputs), x) else None
    terms = m.views.terms(node)
    for root in terms:
        if isinstance(root.key, Node) and root.key.op.name in ROOTS and abs(root.coefficient) == 1:
            s, others = int(root.coefficient), [term for term in terms if term is not root]
            if not 0 < len(others) <= _MOST_OTHERS:
                return None
            operand = total(others)
            return root.key, operand.node, sign * s, operand.sign * s, 0
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


def scaled_tail(m: Match) -> Node | None:
    """erfcx(x), from exp(x*x) * erfc(x), and 1/erfcx(x), from exp(-x*x) / erfc(x)"""
    view, bases = m.views.product(m.node), Bases(m.views)
    powers = [leaf for leaf in view.leaves if leaf.node.op.name == "exp"]
    for tail in view.leaves if powers else ():
        x = of_sum(bases, tail.node.inputs[0]) if tail.node.op.name == "erfc" else None
        for power in powers if x else ():
            exponent = of_sum(bases, power.node.inputs[0])
            if x and exponent and _is_multiple(exponent, multiplied(x, x), power.sign * tail.sign):
                new = Value(o.erfcx(tail.node.inputs[0]), inverse=tail.sign < 0)
                return as_node(changed(view, {tail: new, power: None}), view)
    return None


def _is_multiple(x: Polynomial, y: Polynomial, sign: int) -> bool:
    """Whether all numbers of x are those of y, with a sign, as near as roundings leave them."""
    return x.keys() == y.keys() and all(abs(Fraction(x[k]) - sign * y[k]) <= _ROUNDED * abs(Fraction(y[k])) for k in y)


RULES = (
    _rule("sinh", _exp(_x) - _exp(-_x), 2 * _sinh(_x), _CANCELS),
    _rule("tanh_of_sinh", _sinh(_x) / (_exp(_x) + _exp(-_x)), 0.5 * p.tanh(_x), _NO_OVERFLOW),
    _rule("coth_of_sinh", (_exp(_x) + _exp(-_x)) / _sinh(_x), 2 / p.tanh(_x), _NO_OVERFLOW, domain=_NOT_ZERO),
    _rule("tanh_of_sigmoid", _sigmoid(_x) - 0.5, 0.5 * p.tanh(0.5 * _x), _CANCELS),
    _rule("tanh_of_sigmoids", _sigmoid(_x) - _sigmoid(-_x), p.tanh(0.5 * _x), _CANCELS),
    _rule("tanh_of_expm1", _expm1(_x) * _sigmoid(-_x), p.tanh(0.5 * _x), _NO_OVERFLOW),
    _rule("coth_of_expm1", (1 + _exp(_x)) / _expm1(_x), 1 / p.tanh(0.5 * _x), _NO_OVERFLOW, domain=_NOT_ZERO),
    _rule("exp_over_squared_expm1", _exp(_x) / (_expm1(_x) * _expm1(_x)), p.multiply(_half_csch, _half_csch), _NO_OVERFLOW,
          domain=_NOT_ZERO),
    _rule("exp_over_expm1", _exp(_x) / _expm1(_x),
          p.exp(p.minimum(_x, 0)) / p.copysign(p.expm1(-p.absolute(_x)), _x), _NO_OVERFLOW, domain=_NOT_ZERO),
    _rule("expm1_times_exp", _expm1(_x) * _exp(-_x), -_expm1(-_x), _NO_OVERFLOW),
    _rule("log_of_root_and_operand", AnyNode(("log",), having=("add", "subtract", "where", "negative")),
          of_root_and_operand, "the square overflows, and the sum is rounded to 1 for small arguments",
          examples=lambda: ((_log(_x + p.sqrt(_x * _x + 1)), p.arcsinh(_x)), (_log(p.hypot(1, _x) - _x), -p.arcsinh(_x)),
                    (_log(_y + p.sqrt(_y * _y - 1)), p.arccosh(_y)), (_log(_y - p.sqrt(_y * _y - 1)), -p.arccosh(_y))),
          domain={"y": Interval(1.0, 1e300)},
          stays=lambda: (_log(_x + p.sqrt(_x * _x + _y)), _log(_x + p.sqrt(_x)), _log(2 * _x + p.sqrt(_x * _x + 1)))),
    _rule("log_of_cosh", _log(p.cosh(_x)), _log_cosh,
          "cosh overflows where its logarithm is ordinary, and rounds to 1 for small arguments", extreme=True),
    _rule("log_of_sinh", _log(_sinh(_x)), _log_sinh,
          "sinh overflows where its logarithm is ordinary", extreme=True, when=is_far,
          domain={"x": Interval(0.0, 1e300, avoid=(0.0,))}, stays=lambda: (_log(_sinh(p.minimum(_x, 3.0))),)),
    _rule("log_of_multiple_of_cosh", _log(p.multiply(_c, p.cosh(_x))), log_cosh_and_number,
          "cosh overflows where its logarithm is ordinary", when=is_positive,
          domain={"x": Interval(-1e4, 1e4)}, stays=lambda: (_log(p.multiply(-2, p.cosh(_x))),)),
    _rule("log_of_multiple_of_sinh", _log(p.multiply(_c, _sinh(_x))), log_sinh_and_number,
          "sinh overflows where its logarithm is ordinary", when=is_positive,
          domain={"x": Interval(0.0, 1e4, avoid=(0.0,))}, stays=lambda: (_log(p.multiply(-2, _sinh(_x))),)),
    _rule("erfc", 1 - _erf(_x), _erfc(_x), _TAIL),
    _rule("erfc_of_negative", 1 + _erf(_x), _erfc(-_x), _TAIL),
    _rule("erfc_of_other_tail", 2 - _erfc(_x), _erfc(-_x), _TAIL),
    _rule("erf_of_erfc", 1 - _erfc(_x), _erf(_x), _CANCELS),
    _rule("log_of_tail", _log(_erfc(_x)), _log_tail, _TAIL_LOG, domain={"x": Interval(-1e4, 1e4)}),
    _rule("log_of_multiple_of_tail", _log(p.multiply(_c, _erfc(_x))), log_tail_and_number, _TAIL_LOG,
          when=has_logarithm, domain={"x": Interval(-1e4, 1e4)}, stays=lambda: (_log(p.multiply(-2, _erfc(_x))),)),
    _rule("scaled_tail", AnyProduct(("erfc",)), scaled_tail, _TAIL_OVER, domain={"x": Interval(-1e4, 1e4)},
          examples=lambda: ((_exp(_x * _x) * _erfc(_x), p.erfcx(_x)), (_exp(-_x * _x) / _erfc(_x), 1 / p.erfcx(_x))),
          stays=lambda: (_exp(_x * _x) / _erfc(_x), _exp(_x * _y) * _erfc(_x), _exp(_x * _x / 2) * _erfc(_x))),
)
