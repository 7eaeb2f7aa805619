"""Weighted sums of exponentials, their quotients and logarithms, shifted so that nothing overflows; variances."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from ...ir.build import convert, o
from ...ir.node import Node
from ...ops.spec import Interval
from ...records import dataclass
from ..edits import Value, as_node, changed
from ..match import Match, Moves
from ..moves import below_moves
from ..numbers import MOVERS, Exact
from ..pattern import AnyNode, AnyProduct, AnySum, p, wilds
from ..rule import STABILIZE, Rule
from ..terms import Leaf, power_of
from ..views import Key, Term
from .softmax import is_unshifted, shift_of, shifted_logsumexp, spread

_MOST_TERMS = 8  # of a sum in which all pairs are looked at
_OVERFLOWS = "exp overflows, or the sum underflows to 0, where the result is an ordinary number"


# sums of exponentials -----------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class ExpSum:
    """A factor ``moves(sum(exp(x) * weights, axis))`` of a product; ``weights`` is None if there are none."""

    leaf: Leaf
    moves: Moves
    x: Node
    weights: Node | None
    axis: tuple[int, ...]

    def shifted(self, shift: Node) -> Node:
        """The factor with ``exp(x - shift)``."""
        below = o.subtract(self.x, spread(shift, self.x, self.axis))
        if self.weights is None:
            terms = o.exp(below)
        else:               # where a weight is 0 the shift may be below x
            terms = o.multiply(o.exp(o.minimum(below, 0.0)), self.weights)
        return self.moves(o.sum(terms, axis=self.axis))

    @property
    def shift(self) -> Node:
        """The largest x that has a weight."""
        if self.weights is None:
            return shift_of(self.x, self.axis)
        return shift_of(o.where(o.equal(self.weights, 0.0), -float("inf"), self.x), self.axis)


def _exp_sums(m: Match, node: Node) -> Iterator[ExpSum]:
    """The factors of a product that are sums of exponentials, not shifted yet."""
    for leaf in m.views.product(node).leaves:
        total, moves = below_moves(leaf.node)
        if total.op.name != "sum":
            continue
        view, axis = m.views.product(total.inputs[0]), total.attr("axis")
        for inner in view.leaves:
            exponential, spread_out = below_moves(inner.node)
            if exponential.op.name != "exp" or inner.sign < 0:
                continue
            x = spread_out(exponential.inputs[0])
            rest = changed(view, {inner: None})
            weights = None if rest is None else as_node(rest, view)
            if x.op.name != "minimum" and is_unshifted(Match(m.node, {"x": x, "axis": axis}, m.views)):
                yield ExpSum(leaf, moves, x, weights, axis)
            break


def log_of_weighted_sum(m: Match) -> Node | None:
    """m + log(sum(exp(x - m) * w)) with m = max(x), the numbers and factors beside the sum as they are"""
    product = m.node.inputs[0]
    view = m.views.product(product)
    for found in _exp_sums(m, product):
        if found.leaf.sign > 0 and (found.weights is not None or len(view.leaves) > 1):
            shift = found.shift
            rest = as_node(changed(view, {found.leaf: Value(found.shifted(shift))}), view)
            return o.add(o.log(rest), found.moves(shift))
    return None


def weighted_mean(m: Match) -> Node | None:
    """sum(exp(x - m) * w) / sum(exp(x - m)) with m = max(x)"""
    found = list(_exp_sums(m, m.node))
    for below in found:
        for above in found:
            if above.leaf.sign > 0 > below.leaf.sign and (above.x, above.axis, above.moves) == (
                    below.x, below.axis, below.moves):
                shift, view = below.shift, m.views.product(m.node)
                return as_node(changed(view, {above.leaf: Value(_beside(above, shift)),
                                              below.leaf: Value(below.shifted(shift), inverse=True)}), view)
    return None


def _beside(above: ExpSum, shift: Node) -> Node:
    """A sum shifted as another one, whose weights are not 0."""
    terms = o.exp(o.subtract(above.x, spread(shift, above.x, above.axis)))
    terms = terms if above.weights is None else o.multiply(terms, above.weights)
    return above.moves(o.sum(terms, axis=above.axis))


def log_of_sums(m: Match) -> Node | None:
    """logaddexp(log(a), log(b)), from log(a + b), of sums of exponentials and numbers"""
    terms = m.views.terms(m.node.inputs[0])
    if len(terms) < 2 or not all(term.coefficient > 0 for term in terms) or not all(map(_is_safe, terms)) or not any(
            map(_is_sum, terms)):
        return None
    found: Node | None = None
    for term in terms:
        part = _log_of(m, term)
        found = part if found is None else o.logaddexp(found, part)
    return found


def _log_of(m: Match, term: Term) -> Node:
    total, moves = below_moves(term.leaf.node)
    if total.op.name == "sum" and total.inputs[0].op.name == "exp":
        match = Match(m.node, {"x": total.inputs[0].inputs[0], "axis": total.attr("axis")}, m.views)
        if is_unshifted(match):
            return moves(shifted_logsumexp(match))
    return o.log(term.leaf.node)


def _is_safe(term: Term) -> bool:
    return term.key == frozenset() or _op_of(term.key) == "exp" or _is_sum(term)


def _is_sum(term: Term) -> bool:
    inner = below_moves(term.key)[0] if isinstance(term.key, Node) else None
    return inner is not None and inner.op.name == "sum" and below_moves(inner.inputs[0])[0].op.name == "exp"


def _op_of(key: Key) -> str:
    return below_moves(key)[0].op.name if isinstance(key, Node) else ""


# variances ----------------------------------------------------------------------------------------------------

def variance(m: Match) -> Node | None:
    """mean((x - mean(x))**2), from mean(x*x) - mean(x)**2"""
    terms = m.views.terms(m.node)
    if len(terms) > _MOST_TERMS:
        return None
    for first in terms:
        for second in terms:
            new = _centred(m, first, second) if first.coefficient > 0 > second.coefficient else None
            if new is not None:
                view = m.views.sum(m.node)
                return as_node(changed(view, {first.leaf: Value(new), second.leaf: None}), view)
    return None


def _centred(m: Match, first: Term, second: Term) -> Node | None:
    """The variance that two terms are: c * sum(x*x) and -(c * sum(x))**2, where c is 1 over the number of terms."""
    (scale, above), (other, below) = _powers(m, first), _powers(m, second)
    for squares, exponent in above.items():
        inner, moves = below_moves(squares)
        if exponent != 1 or inner.op.name != "sum":
            continue
        x, axis = _base_of_square(inner.inputs[0]), inner.attr("axis")
        total = None if x is None else moves(o.sum(x, axis=axis))
        others = {base: e for base, e in above.items() if base is not squares}
        if x is None or total is None or below != {total: 2, **{base: 2 * e for base, e in others.items()}} or (
                other != -scale ** 2):
            continue
        length = _length(x, axis)
        if length is None or not _is_inverse(scale, others, length):
            continue
        number = float(length) if isinstance(length, int) else convert(length, x.dtype)
        mean = o.true_divide(o.sum(x, axis=axis), number)
        centred = o.subtract(x, spread(mean, x, axis))
        view = m.views.product(first.leaf.node)
        leaf = next((leaf for leaf in view.leaves if leaf.node is squares), None)
        if leaf is not None:
            return as_node(changed(view, {leaf: Value(moves(o.sum(o.multiply(centred, centred), axis=axis)))}), view)
    return None


def _powers(m: Match, term: Term) -> tuple[Exact, Mapping[Node, int]]:
    """A term as a number and powers; of a power of a quotient, those of its parts."""
    number, found = term.coefficient, dict[Node, int]()
    for base, exponent in ({term.key: 1} if isinstance(term.key, Node) else dict(term.key)).items():
        scale, key = m.views.monomial(base)
        if not scale:                                   # 0 times something, which may be a divisor
            scale, key = 1, base
        number = number * Fraction(scale) ** exponent
        for part, e in ((key, 1),) if isinstance(key, Node) else key:
            found[part] = found.get(part, 0) + e * exponent
    return number, found


def _base_of_square(node: Node) -> Node | None:
    base, exponent = power_of(node)
    if exponent == 2:
        return base
    is_square = node.op.name == "multiply" and node.inputs[0] is node.inputs[1]
    return node.inputs[0] if is_square else None


def _length(x: Node, axis: tuple[int, ...]) -> Node | int | None:
    """How many elements are added up; None if no number or dim says it."""
    lengths: list[Node | int] = [x.shape[k] for k in axis]
    if len(lengths) == 1:
        return lengths[0]
    known = [n for n in lengths if isinstance(n, int)]
    return math.prod(known) if len(known) == len(lengths) else None


def _is_inverse(scale: Exact, others: Mapping[Node, int], length: Node | int) -> bool:
    """Whether a number (or one divisor) is 1 over a length."""
    if isinstance(length, int):
        return not others and scale * length == 1
    if len(others) != 1 or scale != 1:
        return False
    (divisor, exponent), = others.items()
    while divisor.op.name in MOVERS or divisor.op.name == "cast":
        divisor = divisor.inputs[0]
    return divisor is length and exponent == -1


_x, _y = wilds("x y")
_exp, _log = p.exp, p.log
_sum_exp = p.sum(_exp(_x), axis=(1,))
_weighted = p.sum(_exp(_x) * _y, axis=(1,))

RULES = (
    Rule(name="log_of_weighted_sum", phase=STABILIZE, lhs=AnyNode(("log",), having=("multiply", "true_divide", "sum")),
         rhs=log_of_weighted_sum, why=_OVERFLOWS, domain={"y": Interval(0.0, 1e300, avoid=(0.0,))},
         examples=lambda: ((_log(_weighted), None), (_log(_sum_exp / 4), None)),
         stays=lambda: (_log(_sum_exp), _log(p.sum(_x * _y, axis=(1,))))),
    Rule(name="log_of_sums", phase=STABILIZE, lhs=AnyNode(("log",), having=("add",)), rhs=log_of_sums, why=_OVERFLOWS,
         examples=lambda: ((_log(1 + _sum_exp), None), (_log(p.sum(_exp(_y), axis=(1,)) + _sum_exp), None)),
         stays=lambda: (_log(1 + p.sum(_x, axis=(1,))), _log(_exp(_x) + _exp(_y)))),
    Rule(name="weighted_mean", phase=STABILIZE, lhs=AnyProduct(("sum",)), rhs=weighted_mean, why=_OVERFLOWS,
         examples=lambda: ((_weighted / _sum_exp, None),), stays=lambda: (_sum_exp * _weighted,)),
    Rule(name="variance", phase=STABILIZE, lhs=AnySum(("sum",)), rhs=variance,
         why="both means are large, and their difference is small",
         domain={"x": Interval(900.0, 1000.0)},
         examples=lambda: ((p.sum(_x * _x, axis=(1,)) / 4 - (p.sum(_x, axis=(1,)) / 4)**2, None),),
         stays=lambda: (p.sum(_x * _x, axis=(1,)) / 3 - (p.sum(_x, axis=(1,)) / 3)**2, p.sum(_x * _x, axis=(1,)) - _y)),
)
