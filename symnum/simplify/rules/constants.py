"""Constants: what can be computed before the function runs."""

from __future__ import annotations

import numpy as np

from ...dtypes import FLOAT64
from ...errors import SymnumError
from ...ir.build import broadcast_to, constant
from ...ir.interpret import evaluate
from ...ir.node import Node
from ..match import Match
from ..numbers import MOVERS, scalar_of
from ..pattern import AnyNode, number, p, wilds
from ..rule import CANONICALIZE, EVERY_DTYPE, Rule

_MOST_ELEMENTS = 4096  # of a folded array; larger ones would bloat the program


def folded(m: Match) -> Node | None:
    """op(constants) -> constant"""
    node = m.node
    if node.op.name == "broadcast_to" or len(node.inputs) != len(node.operands):
        return None
    if not all(x.op.name == "constant" and x.attr("literal").array.size <= _MOST_ELEMENTS for x in node.operands):
        return None
    size = int(np.prod([n if isinstance(n, int) else _MOST_ELEMENTS + 1 for n in node.shape], dtype=object))
    if size > _MOST_ELEMENTS:
        return None
    try:
        value = evaluate([node], {})[0]
    except (ArithmeticError, SymnumError, ValueError):
        return None  # what raises must raise when the function runs
    return constant(value, node.dtype)


def moved_number(m: Match) -> Node | None:
    """move(number) -> the number, repeated to the shape"""
    number = scalar_of(m.node)
    return None if number is None else broadcast_to(constant(number), m.node.shape)


def swapped(m: Match) -> Node | None:
    """op(b, a) -> op(a, b), where that is computed already"""
    return m.views.twin(m.node)


_ORDERLESS = ("add", "multiply", "equal", "not_equal", "logical_and", "logical_or", "logical_xor", "bitwise_and",
              "bitwise_or", "bitwise_xor")
_x, _y = wilds("x y")
_c, _d = number("c"), number("d")
_repeated = p.broadcast_to(_c, shape=(3, 4))

RULES = (
    Rule(name="fold_constants", phase=CANONICALIZE, lhs=AnyNode(every=("constant",)), rhs=folded, keeps="bits", dtypes=EVERY_DTYPE,
         why="computed once, before the function runs",
         examples=lambda: ((p.maximum(_c, _d), None), (p.less(_c, _d), None), (p.where(p.less(_c, _d), _c, _d), None),
                           (p.expand_dims(_c, axis=(0,)), None), (p.cast(_c, dtype=FLOAT64), None)),
         stays=lambda: (p.maximum(_x, _c), p.power(2, -1), _repeated, p.maximum(_repeated, _repeated),
                        p.max(_repeated, axis=(0,)))),
    Rule(name="moved_number", phase=CANONICALIZE, lhs=AnyNode(tuple(sorted(MOVERS))), rhs=moved_number, keeps="bits",
         dtypes=EVERY_DTYPE, why="a number looks the same from everywhere",
         examples=lambda: ((p.transpose(_repeated, axes=(1, 0)), p.broadcast_to(_c, shape=(4, 3))),
                   (p.slice(_repeated, starts=(1, 0), lengths=(2, 2), steps=(1, 2)), p.broadcast_to(_c, shape=(2, 2))),
                           (p.reshape(_repeated, shape=(12,)), p.broadcast_to(_c, shape=(12,)))),
         stays=lambda: (_repeated, p.transpose(_x, axes=(1, 0)))),
    Rule(name="merge_swapped", phase=CANONICALIZE, lhs=AnyNode(_ORDERLESS, among_others=True), rhs=swapped, keeps="bits", dtypes=EVERY_DTYPE,
         why="computed once instead of twice",
         examples=lambda: ((p.maximum(p.add(_x, _y), p.add(_y, _x)), p.add(_x, _y)),
                           (p.logical_or(p.equal(_x, _y), p.equal(_y, _x)), p.equal(_x, _y)),
                           (p.concatenate(p.add(_x, _y), p.add(_y, _x), axis=0), None)),
         stays=lambda: (p.maximum(p.add(_x, _y), p.multiply(_y, _x)), p.maximum(p.subtract(_x, _y), p.subtract(_y, _x)))),
)
