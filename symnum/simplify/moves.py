"""Operands below moves of elements: what a rule written as a function looks at, as patterns do by themselves."""

from __future__ import annotations

from ..ir.node import Node
from .match import Moves
from .numbers import MOVERS, Exact
from .terms import is_transparent
from .views import Key, Term, Views


def is_about_result(node: Node) -> bool:
    """Whether a node states something of what another op computes, which is then free to be looked at."""
    return node.op.name == "assume" and node.inputs[0].op.kind != "leaf"


def below_moves(node: Node) -> tuple[Node, Moves]:
    """The node below broadcasts, new axes and other moves (and statements), and these moves as a function.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> inner, moves = below_moves(o.broadcast_to(o.exp(x), shape=(3,)))
    >>> inner, moves(x)
    (<Node exp float64 ()>, <Node broadcast_to float64 (3)>)
    """
    movers: list[Node] = []
    while node.op.name in MOVERS or is_about_result(node):
        movers += [node] * (node.op.name in MOVERS)
        node = node.inputs[0]
    return node, Moves(tuple(movers))


def term_below(views: Views, term: Term) -> tuple[Exact, Key, Moves]:
    """A term as a number and what it multiplies, below moves; and these moves, as a function."""
    number, key, movers = term.coefficient, term.key, list[Node]()
    while isinstance(key, Node) and is_transparent(key):
        movers.append(key)
        inner, key = views.monomial(key.inputs[0])
        number = number * inner
    return number, key, Moves(tuple(movers))
