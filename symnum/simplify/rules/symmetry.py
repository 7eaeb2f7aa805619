"""Signs and sizes: odd and even functions of negatives, absolute values and signs as factors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import field
from heapq import merge

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ...records import dataclass
from ..edits import Value, as_node, changed, edited
from ..match import Match
from ..moves import below_moves
from ..numbers import constant_like
from ..pattern import AnyNode, AnyProduct, p, wilds
from ..rule import CANONICALIZE, Rule
from ..terms import Chain, Leaf, coefficient_of, power_of
from ..views import Views

_x, _y = wilds("x y")
_ODD = ("arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "deg2rad", "erf", "rad2deg", "rint", "sin", "sinh",
        "tan", "tanh", "trunc")
_EVEN = ("absolute", "cos", "cosh", "sinc", "square")
_NOT_ZERO = Interval(-1e300, 1e300, avoid=(0.0,))
Changes = dict[Leaf, Value | None]


# odd and even functions ---------------------------------------------------------------------------------------

def outside(m: Match) -> Node | None:
    """-f(x), from f(-x)"""
    x = m.node.inputs[0]
    flipped = None if m.views.count(x) > 1 else _flipped(m.views, x, numbers=False)
    return None if flipped is None else o.negative(getattr(o, m.node.op.name)(flipped))


def dropped(m: Match) -> Node | None:
    """f(x), from f(-x) and f(|x|)"""
    x, moves = below_moves(m.node.inputs[0])
    flipped = moves(x.inputs[0]) if x.op.name == "absolute" else _flipped(m.views, m.node.inputs[0], numbers=True)
    return None if flipped is None else getattr(o, m.node.op.name)(flipped)


def _flipped(views: Views, x: Node, numbers: bool) -> Node | None:
    """A product with an odd number of negatives (``numbers``: and negative numbers) without these; else None."""
    view = views.product(x)
    negative = {leaf: Value(constant_like(-number, leaf.node)) for leaf in view.leaves
                if numbers and (number := coefficient_of(leaf)) is not None and number < 0 < leaf.sign}
    if (len(negative) + view.negations) % 2 == 0 or any(leaf.kept for leaf in view.leaves):
        return None
    value = changed(view, dict(negative), loose=True) if negative else edited(view, {}, loose=True)
    assert value is not None
    return as_node(Value(value.node, 1, value.inverse), view)


# factors ------------------------------------------------------------------------------------------------------

def sizes(m: Match) -> Node | None:
    """absolute values and signs of a product meet"""
    view = m.views.product(m.node)
    free = [leaf for leaf in view.leaves if not (leaf.kept or leaf.moved)]
    beside, changes = _Beside(free), Changes()
    for leaf in free:
        met = leaf if leaf not in changes else None
        while met is not None:
            met = _met(beside, changes, leaf, met.node)
    return as_node(changed(view, changes), view) if changes else _even_powers(view, free)


@dataclass(slots=True)
class _Beside:
    """Factors by what they are, and those that are sizes or signs, without moves, by what they are of."""

    free: Sequence[Leaf]
    same: dict[Node, list[Leaf]] = field(default_factory=dict)
    sizes: deque[Leaf] = field(default_factory=deque)
    signs: dict[Node, list[Leaf]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for leaf in self.free:
            self.same.setdefault(leaf.node, []).append(leaf)
            inner, moves = below_moves(leaf.node)
            if inner.op.name == "sign":
                self.signs.setdefault(moves(inner.inputs[0]), []).append(leaf)
            elif inner.op.name == "absolute":
                self.sizes.append(leaf)

    def near(self, name: str, node: Node, x: Node, changes: Changes) -> Iterable[Leaf]:
        """The factors that |x| or sign(x) may meet, which is ``node``, from left to right; ``changes`` are made already."""
        while self.sizes and self.sizes[0] in changes:
            self.sizes.popleft()
        if name == "sign":
            return self.same.get(x, ())
        alike = [*self.same.get(x, ()), *self.same.get(node, ()), *self.signs.get(x, ())]
        return merge(sorted(alike, key=_place), self.sizes, key=_place)


def _place(leaf: Leaf) -> int:
    return leaf.place


def _met(beside: _Beside, changes: Changes, leaf: Leaf, node: Node) -> Leaf | None:
    """The factor that ``node``, in the place of a leaf, becomes with the first one that it meets; None if with none."""
    inner, moves = below_moves(node)
    name = inner.op.name
    if name not in ("absolute", "sign") or inner.inputs[0].dtype != inner.dtype:
        return None
    x = moves(inner.inputs[0])
    for other in beside.near(name, node, x, changes):
        met = None if other is leaf or other in changes else _both(leaf._replace(node=node), name, x, other)
        if met is not None:
            changes |= {other: None, leaf: Value(met, inverse=leaf.sign < 0 and met.op.name != "sign")}
            return leaf._replace(node=met)
    return None


def _both(leaf: Leaf, name: str, x: Node, other: Leaf) -> Node | None:
    """|x| or sign(x), times another factor or divided by it."""
    inner, moves = below_moves(other.node)
    same_side = leaf.sign == other.sign
    if other.node is leaf.node and name == "absolute" and same_side:
        return o.multiply(x, x)
    if leaf.shared:
        return None
    if name == "sign":
        return o.absolute(x) if other.node is x and same_side else None
    if other.node is x and not same_side:
        return o.sign(x)
    if inner.op.name not in ("absolute", "sign") or other.shared:
        return None
    y = moves(inner.inputs[0])
    if inner.op.name == "sign":
        return x if x is y and same_side else None
    if leaf.node.op.name != "absolute" and other.node.op.name != "absolute":
        return None  # of fewer elements both, so that a product of both has more
    return o.absolute(o.multiply(x, y) if same_side else o.true_divide(x, y))


def sign_of_factors(m: Match) -> Node | None:
    """sign(x), from sign(c*x) with c above 0"""
    view = m.views.product(m.node.inputs[0])
    signs = {leaf: _sign_of(m.views, leaf) for leaf in view.leaves if not (leaf.kept or leaf.moved)}
    known: Changes = {leaf: None for leaf, sign in signs.items() if sign}
    if not known or len(known) == len(view.leaves) or m.views.count(m.node.inputs[0]) > 1:
        return None
    value = changed(view, known, loose=True)
    assert value is not None
    minus = value.sign * (-1) ** sum(sign < 0 for sign in signs.values()) < 0
    found = o.sign(as_node(Value(value.node, 1), view))  # an inverse has the sign of the number
    return o.negative(found) if minus else found


def _sign_of(views: Views, leaf: Leaf) -> int:
    """1 or -1, if the sign of a factor is known; a divisor may be 0 on the side of the sign."""
    facts = views.facts(leaf.node)
    above, below = (facts.positive, facts.negative) if leaf.sign > 0 else (facts.nonnegative, facts.nonpositive)
    return 1 if above else -1 if below else 0


def _even_powers(view: Chain, free: list[Leaf]) -> Node | None:
    """The product with x**n in the place of |x|**n, n even."""
    changes: Changes = {}
    for leaf in free:
        base, exponent = power_of(leaf.node)
        real = base.op.name == "absolute" and base.inputs[0].dtype == base.dtype
        if real and exponent % 2 == 0 and leaf.node.op.name == "power":
            changes[leaf] = Value(o.power(base.inputs[0], leaf.node.inputs[1]))
    return as_node(changed(view, changes), view) if changes else None


RULES = (
    Rule(name="odd_function", phase=CANONICALIZE, lhs=AnyNode(_ODD, among_others=True), rhs=outside, keeps="bits",
         why="negations meet and vanish outside of functions",
         examples=lambda: ((p.sin(-_x), -p.sin(_x)), (p.tanh(-_x * _y), -p.tanh(_x * _y)), (p.arctan(-_x / 3), -p.arctan(_x / 3))),
         stays=lambda: (p.sin(_x), p.sin(-2 * _x), p.sin(_x - _y), p.sin(-_x * -_y))),
    Rule(name="sign_of_negative", phase=CANONICALIZE, lhs=AnyNode(("sign",), among_others=True), rhs=outside,
         why="negations meet and vanish outside of functions", examples=lambda: ((p.sign(-_x), -p.sign(_x)),),
         stays=lambda: (p.sign(_x), p.sign(_x - _y))),
    Rule(name="even_function", phase=CANONICALIZE, lhs=AnyNode(_EVEN), rhs=dropped, keeps="bits",
         why="the sign does not matter",
         examples=lambda: ((p.cos(-_x), p.cos(_x)), (p.cosh(p.absolute(_x)), p.cosh(_x)), (p.cos(-2 * _x), p.cos(2 * _x)),
                           (p.square(-_x / _y), p.square(_x / _y))),
         stays=lambda: (p.cos(_x), p.cos(_x - _y), p.cos(-_x * -_y))),
    Rule(name="sizes_of_product", phase=CANONICALIZE, lhs=AnyProduct(having=("absolute", "sign")), rhs=sizes,
         why="fewer operations", domain={"x": _NOT_ZERO, "y": _NOT_ZERO},
         examples=lambda: ((_x / p.absolute(_x), p.sign(_x)), (p.absolute(_x) / _x, p.sign(_x)),
                           (_x * p.sign(_x), p.absolute(_x)), (p.absolute(_x) * p.sign(_x), _x),
                           (p.absolute(_x) * p.absolute(_y), p.absolute(_x * _y)),
                           (p.absolute(_x) / p.absolute(_y), p.absolute(_x / _y)),
                           (3 / p.absolute(_x) / p.absolute(_y), 3 / p.absolute(_x * _y)),
                   (3 / (p.absolute(_x) * p.sign(_x)), 3 / _x), (3 / (p.absolute(_x) * p.absolute(_x)), 3 / (_x * _x)),
                   (p.absolute(_x) * p.absolute(_x), _x * _x), (3 * p.power(p.absolute(_x), 2), 3 * p.power(_x, 2))),
         stays=lambda: (p.absolute(_x) * _y, p.sign(_x) * _y, 3 * p.power(p.absolute(_x), 3), p.absolute(_x) * _x)),
    Rule(name="even_power_of_size", phase=CANONICALIZE, lhs=p.power(p.absolute(_x), 2), rhs=p.power(_x, 2),
         keeps="bits", why="the sign does not matter"),
    Rule(name="sign_of_product", phase=CANONICALIZE, lhs=AnyNode(("sign",), among_others=True,
                                                                having=("multiply", "true_divide")),
         rhs=sign_of_factors, why="the sign of the other factors is known",
         domain={"x": _NOT_ZERO, "y": _NOT_ZERO}, examples=lambda: (
             (p.sign(2 * _x), p.sign(_x)), (p.sign(_x / p.absolute(_y)), p.sign(_x)), (p.sign(_x / -3), -p.sign(_x)),
                     (p.sign(p.exp(_y) * _x), p.sign(_x))),
         stays=lambda: (p.sign(_x * _y), p.sign(p.absolute(_y) * _x))),
    Rule(name="sign_of_sign", phase=CANONICALIZE, lhs=p.sign(p.sign(_x)), rhs=p.sign(_x), keeps="bits", dtypes="fiu",
         why="one operation instead of two"),
)
