"""Logarithms of elements taken by indices: taken of the whole, where its logarithm has a stable form."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.build import o, rebuild
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import changed
from ..match import Match
from ..moves import below_moves
from ..pattern import AnyNode, p, wilds
from ..rule import STABILIZE, Rule
from ..views import Views

_TAKEN = ("gather", "diagonal")
Exponent = Callable[[Node], Node | None]


def log_of_whole(m: Match) -> Node | None:
    """(x - log(y))[index], from log((exp(x)/y)[index])"""
    taken, moves = below_moves(m.node.inputs[0])
    if taken.op.name not in _TAKEN:
        return _log_of_product(m.views, m.node.inputs[0], _exponent_of_elements)
    whole = _log_of(m.views, taken.inputs[0])
    return None if whole is None else moves(rebuild(taken, (whole, *taken.inputs[1:])))


def _log_of(views: Views, x: Node) -> Node | None:
    """The logarithm of an exponential, of a product or quotient with one, or of a sigmoid; else None."""
    if x.op.name == "sigmoid":
        return o.negative(o.softplus(o.negative(x.inputs[0])))
    return _log_of_product(views, x, _exponent)


def _log_of_product(views: Views, x: Node, exponent_of: Exponent) -> Node | None:
    """The logarithm of a product or quotient with a factor whose exponent can be told; else None."""
    view = views.product(x)
    for leaf in view.leaves:
        exponent = exponent_of(leaf.node) if leaf.sign > 0 and not leaf.moved else None
        if exponent is not None:
            rest = changed(view, {leaf: None})
            if rest is None:
                return exponent
            join = o.subtract if rest.inverse else o.add
            return None if rest.sign < 0 else join(exponent, o.log(rest.node))
    return None


def _exponent(x: Node) -> Node | None:
    inner, moves = below_moves(x)
    return moves(inner.inputs[0]) if inner.op.name == "exp" else None


def _exponent_of_elements(x: Node) -> Node | None:
    """The same of elements that were taken of an exponential."""
    taken, moves = below_moves(x)
    whole = _exponent(taken.inputs[0]) if taken.op.name in _TAKEN else None
    return None if whole is None else moves(rebuild(taken, (whole, *taken.inputs[1:])))


_x, _y = wilds("x y")
_first, _second = p.argmax(_x, axis=(1,)), p.argmax(_y, axis=(1,))

RULES = (
    Rule(name="log_of_element", phase=STABILIZE, lhs=AnyNode(("log",), having=(*_TAKEN, "multiply", "true_divide")),
         rhs=log_of_whole,
         why="an exponential overflows, or underflows to 0, where its logarithm is an ordinary number",
         domain={"y": Interval(0.0, 1e300, avoid=(0.0,))},
         examples=lambda: ((p.log(p.gather(p.exp(_x) / _y, _second, axes=(1,))), None),
                           (p.log(p.gather(_y * p.exp(_x), _second, axes=(1,))), None),
                           (p.log(p.gather(p.sigmoid(_x), _first, axes=(1,))), None),
                           (p.log(p.gather(p.exp(_x), _first, axes=(1,)) / p.gather(_y, _first, axes=(1,))), None),
                           (p.log(p.diagonal(p.exp(_x)) / p.diagonal(_y)), None)),
         stays=lambda: (p.log(p.gather(_x, _first, axes=(1,))), p.log(p.gather(_y / p.exp(_x), _first, axes=(1,))))),
)
