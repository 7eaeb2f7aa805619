"""Logarithms: differences and quotients near 1, of differences of exponentials, of long products, and beside a 0."""

from __future__ import annotations

from itertools import product
from typing import Any

from ...ir.build import o
from ...ir.node import Node
from ...ir.walk import substitute
from ...ops.spec import Interval
from ..cancellation import cancels, negated
from ..choices import same
from ..edits import Value, as_node, changed
from ..match import Match
from ..moves import below_moves
from ..numbers import Exact, constant_like, magnitude
from ..pattern import AnyNode, AnyProduct, AnySum, Attr, Pattern, p, wilds
from ..polynomial import ONE, Bases, Polynomial, added, multiplied, of_sum, value_of
from ..rule import STABILIZE, Build, Rule
from ..terms import Leaf
from ..views import Term, Views

_LOGS = ("log", "log1p")
_MOST_TERMS = 8  # of a sum in which all pairs are looked at


# quotients near 1 ---------------------------------------------------------------------------------------------

def log_difference(m: Match) -> Node | None:
    """log1p((a - b) / b), from log(a) - log(b), if a - b has fewer terms"""
    if len(m.views.terms(m.node)) > _MOST_TERMS:
        return None
    terms = [(t, x) for t in m.views.terms(m.node) if (x := _argument(t)) is not None]
    for k, (first, a) in enumerate(terms):
        for second, b in terms[k + 1:]:
            new = None
            if first.coefficient == -second.coefficient:
                new = _log_of_quotient(m, a, b)
            elif first.coefficient == second.coefficient:
                new = _log_of_product(m, a, b)
            if new is not None:
                return _in_place(m, first, second, new)
    return None


def _log_of_product(m: Match, a: Node, b: Node) -> Node | None:
    """log(a * b) near 1, if a + b is a positive number, so that not both are negative; None if nothing cancels there."""
    bases = Bases(m.views)
    over, under = of_sum(bases, a), of_sum(bases, b)
    if over is None or under is None or _sign(added((over, under))) <= 0 or len(over) > 2:
        return None
    whole = multiplied(over, under)
    beside = added((whole, {ONE: -1}))
    value = value_of(beside, bases, a) if ONE not in beside else None
    return None if value is None else o.log1p(as_node(value, m.views.sum(a)))


def weighted_log_difference(m: Match) -> Node | None:
    """(p - q)*log(a) + q*log1p((a - b)/b), from p*log(a) - q*log(b), if p - q and a - b have fewer terms"""
    terms = m.views.terms(m.node)
    above, below = ([t for t in terms if t.coefficient == sign and _log_in(m.views, t)] for sign in (1, -1))
    if not above or not below:
        return None
    weighted = [[(t, parts) for t in found[:_MOST_TERMS] if (parts := _weighted(m.views, t)) is not None]
                for found in (above, below)]
    for (first, (weight, a)), (second, (other, b)) in product(*weighted):
        bases = Bases(m.views)
        over, under = of_sum(bases, weight), of_sum(bases, other)
        if over is None or under is None:
            continue
        rest = value_of(added((over, negated(under))), bases, weight) if cancels([over, negated(under)]) else None
        near = None if rest is None else _log_of_quotient(m, a, b)
        if rest is not None and near is not None:
            near, = substitute([near], {b: o.where(o.equal(b, 0.0), 1.0, b)})
            beside = o.multiply(as_node(rest, m.views.sum(weight)), o.log(a))
            changes = {first.leaf: Value(beside), second.leaf: Value(o.multiply(other, near))}
            return as_node(changed(m.views.sum(m.node), changes), m.views.sum(m.node))
    return None


def _weighted(views: Views, term: Term) -> tuple[Node, Node] | None:
    """The x and a of x*log(a); None of other terms."""
    log = _log_in(views, term)
    rest = changed(views.product(term.leaf.node), {log: None}) if log else None
    if log is None or rest is None or rest.inverse:
        return None
    inner, = log.node.operands
    if inner.op.name == "where" and inner.inputs[0].op.name == "equal":     # made by ``log_beside_zero``
        inner = inner.inputs[2]
    return rest.node, o.add(1.0, inner) if log.node.op.name == "log1p" else inner


def _log_in(views: Views, term: Term) -> Leaf | None:
    """The one logarithm that a term has as a factor."""
    logs = [leaf for leaf in views.product(term.leaf.node).leaves
            if leaf.sign > 0 and not leaf.moved and leaf.node.op.name in _LOGS]
    return logs[0] if len(logs) == 1 else None


def _argument(term: Term) -> Node | None:
    """What a term is the logarithm of; None if it is none."""
    if not isinstance(term.key, Node):
        return None
    inner, moves = below_moves(term.key)
    if inner.op.name not in _LOGS:
        return None
    argument = moves(inner.inputs[0])
    return o.add(1.0, argument) if inner.op.name == "log1p" else argument


def _in_place(m: Match, first: Term, second: Term, new: Node) -> Node:
    view, size = m.views.sum(m.node), magnitude(first.coefficient)
    scaled = new if size == 1 else o.multiply(constant_like(size, new), new)
    sign = 1 if first.coefficient > 0 else -1
    return as_node(changed(view, {first.leaf: Value(scaled, sign), second.leaf: None}), view)


def log_of_quotient(m: Match) -> Node | None:
    """log1p((a - b) / b), from log(a / b), if a - b has fewer terms"""
    quotient = m.node.inputs[0]
    if quotient.op.name != "true_divide":
        return None
    return _log_of_quotient(m, *quotient.inputs)


def _log_of_quotient(m: Match, a: Node, b: Node) -> Node | None:
    """log(a / b) near 1; None if nothing cancels there.  The smaller of both is divided by, as log1p needs more than -1/2."""
    bases = Bases(m.views)
    over, under = of_sum(bases, a), of_sum(bases, b)
    if over is None or under is None or not cancels([over, negated(under)]):
        return None
    difference = value_of(added((over, negated(under))), bases, a)
    whole = added((over, under))
    if difference is None:
        return None
    if set(whole) == {ONE}:
        return _by_arctanh(difference, whole[ONE])
    sign = _sign(added((over, negated(under))))
    if sign:
        found = o.log1p(o.true_divide(difference.node, b if sign > 0 else a))
        return found if sign > 0 else o.negative(found)
    return _by_smaller(a, b, as_node(difference, m.views.sum(a)))


def _sign(polynomial: Polynomial) -> int:
    """The sign of a number; 0 if it is none."""
    return 0 if set(polynomial) != {ONE} else 1 if polynomial[ONE] > 0 else -1


def _by_arctanh(difference: Value, whole: Exact) -> Node:
    """log(a / b) = 2 arctanh((a - b) / (a + b)), where a + b is a number."""
    node = difference.node
    ratio = node if whole == 1 else o.true_divide(node, constant_like(whole, node))
    found = o.multiply(2.0, o.arctanh(ratio))
    return o.negative(found) if difference.sign < 0 else found


def _by_smaller(a: Node, b: Node, difference: Node) -> Node:
    below = o.less(o.absolute(a), o.absolute(b))
    ratio = o.true_divide(o.where(below, o.negative(difference), difference), o.where(below, a, b))
    found = o.log1p(ratio)
    return o.where(below, o.negative(found), found)


# products -----------------------------------------------------------------------------------------------------

def sum_of_logs(m: Match) -> Node:
    """sum(log(|x|)), and NaN where the product is negative"""
    x, axis = m["x"], m["axis"]
    if m.views.facts(x).nonnegative:
        return o.sum(o.log(x), axis=axis)
    negative = o.less(o.prod(o.sign(x), axis=axis), 0.0)
    return o.where(negative, float("nan"), o.sum(o.log(o.absolute(x)), axis=axis))


def product_of_arguments(m: Match) -> Node | None:
    """a * b * exp(x), from exp(log(a) + log(b) + x)"""
    view = m.views.sum(m.node.inputs[0])
    logs = {t: x for t in m.views.terms(m.node.inputs[0])
            if abs(t.coefficient) == 1 and (x := _argument_of_log(t)) is not None}
    if not logs:
        return None
    rest = changed(view, dict.fromkeys(t.leaf for t in logs))
    found = None if rest is None else o.exp(as_node(rest, view))
    least: Node | None = None
    for t, x in sorted(logs.items(), key=lambda pair: pair[0].coefficient < 0):
        if t.coefficient > 0:
            found = x if found is None else o.multiply(found, x)
        else:
            found = o.true_divide(constant_like(1, x) if found is None else found, x)
        if not m.views.facts(x).nonnegative:
            least = x if least is None else o.minimum(least, x)
    if least is None:
        return found
    return o.where(o.greater_equal(least, 0.0), found, float("nan"))


def _argument_of_log(term: Term) -> Node | None:
    inner, moves = below_moves(term.key) if isinstance(term.key, Node) else (None, None)
    return moves(inner.inputs[0]) if inner is not None and moves is not None and inner.op.name == "log" else None


# beside a 0 ---------------------------------------------------------------------------------------------------

def log_beside_zero(m: Match) -> Node | None:
    """x * log(y) that is 0 where x is, of a y that has the factor x"""
    view = m.views.product(m.node)
    for leaf in view.leaves:
        if leaf.node.op.name not in (*_LOGS, "where") or leaf.sign < 0 or leaf.moved:
            continue
        for other in view.leaves:
            if other is leaf or other.sign < 0 or other.moved:
                continue
            made = _finite_at_zero(m.views, leaf.node, other.node)
            if made is not None and 0 in m.views.facts(other.node).range:
                return as_node(changed(view, {leaf: Value(made)}), view)
    return None


def _finite_at_zero(views: Views, log: Node, x: Node) -> Node | None:
    """A logarithm that is finite where x is 0, if it is one of a product with the factor x; else None."""
    if log.op.name == "where":
        below, minus, plus = log.inputs
        beside = _smaller_of_quotient(log)
        if beside is None or not same(views, beside, x):
            return None
        return o.where(below, o.where(o.equal(x, 0.0), 0.0, minus), plus)
    inner = log.inputs[0]
    if log.op.name == "log1p":
        return o.log1p(o.where(o.equal(x, 0.0), 0.0, inner)) if same(views, o.add(1.0, inner), x) else None
    if any(leaf.sign > 0 and same(views, leaf.node, x) for leaf in views.product(inner).leaves):
        return o.log(o.where(o.equal(x, 0.0), 1.0, inner))
    return None


def _smaller_of_quotient(node: Node) -> Node | None:
    """The a of log(a / b) as ``_by_smaller`` writes it; None of other choices."""
    below, minus, plus = node.inputs
    if below.op.name != "less" or minus is not o.negative(plus) or plus.op.name != "log1p":
        return None
    return below.inputs[0].inputs[0] if below.inputs[0].op.name == "absolute" else None


_a, _b, _x, _y, _z = wilds("a b x y z")
_log, _log1p, _exp, _expm1 = p.log, p.log1p, p.exp, p.expm1
_CANCELS = "the difference loses digits where its terms are nearly equal"
_POSITIVE = Interval(0.0, 1e300, avoid=(0.0,))
_NOT_ONE = Interval(-1.0, 1.0, avoid=(-1.0, 1.0))


def _rule(name: str, lhs: Pattern, rhs: Pattern | Build, why: str, **columns: Any) -> Rule:
    return Rule(name=name, phase=STABILIZE, lhs=lhs, rhs=rhs, why=why, **columns)


RULES = (
    _rule("log_difference", AnySum(_LOGS), log_difference, _CANCELS, domain={"x": _POSITIVE, "z": _NOT_ONE},
          examples=lambda: ((_log(_x + 1) - _log(_x), _log1p(1 / _x)), (_log1p(_x) - _log(_x), _log1p(1 / _x)),
                            (_log(_x * _x + _x) - _log(_x * _x), None), (_log(1 + _z) + _log(1 - _z), _log1p(-_z * _z))),
          stays=lambda: (_log(_x) - _log(_y), _log(_x + 1) + _log(_x), _log(_x + 1) - _log(_y))),
    _rule("weighted_log_difference", AnySum(_LOGS), weighted_log_difference, _CANCELS,
          domain={"x": Interval(1.0, 1e300)},
          examples=lambda: (((_x + 1) * _log(_x + 1) - _x * _log(_x), None),),
          stays=lambda: (_x * _log(_x) - _y * _log(_y), _x * _log(_x + 1) - _y * _log(_x))),
    _rule("log_of_quotient", AnyNode(("log",), having=("true_divide",)), log_of_quotient,
          "the quotient is rounded to 1 where its terms are nearly equal",
          domain={"x": _NOT_ONE, "y": _POSITIVE},
          examples=lambda: ((_log((1 + _x) / (1 - _x)), 2 * p.arctanh(_x)), (_log((_y + 2) / _y), _log1p(2 / _y))),
          stays=lambda: (_log(_x / _y), _log((_x + 1) / _y))),
    _rule("log1mexp", _log1p(-_exp(_x)), p.log1mexp(_x), "exp rounds to 1 where x is small", domain={
        "x": Interval(-1e300, 0.0)}),
    _rule("log1mexp_of_expm1", _log(-_expm1(_x)), p.log1mexp(_x), "expm1 rounds to -1", domain={
        "x": Interval(-1e300, 0.0)}),
    _rule("log_of_expm1", _log(_expm1(_x)), _x + p.log1mexp(-_x), "exp overflows where the logarithm is ordinary",
          domain={"x": _POSITIVE}),
    _rule("log_of_exp_difference", _log(_exp(_a) - _exp(_b)), _a + p.log1mexp(_b - _a),
          "exp overflows, or both terms underflow to 0, where the logarithm is ordinary"),
    _rule("log_of_prod", _log(p.prod(_x, axis=Attr("axis"))), sum_of_logs,
          "a long product overflows or underflows where its logarithm is ordinary", extreme=True),
    _rule("exp_of_logs", AnyNode(("exp",), having=("add", "subtract", "negative", "log")), product_of_arguments,
          "the error of a large logarithm is many units of its exponential", domain={"a": _POSITIVE, "b": _POSITIVE},
          extreme=True,
          examples=lambda: ((_exp(_log(_a) + _log(_b)), None), (_exp(_x - _log(_b)), None), (_exp(_log(_a)), None)),
          stays=lambda: (_exp(_x + 2 * _log(_a)), _exp(_x + _y))),
    _rule("log_beside_zero", AnyProduct((*_LOGS, "where")), log_beside_zero, "0 times the logarithm of 0 is NaN; the limit is 0",
          domain={"x": _POSITIVE},
          examples=lambda: ((p.sigmoid(_a) * _log(p.sigmoid(_a)), None), (_x * _log(_x / _y), None)),
          stays=lambda: (_y * _log(_x), _exp(_x) * _log1p(_exp(_x)))),
)
