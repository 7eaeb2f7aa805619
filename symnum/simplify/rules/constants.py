"""Constants: what can be computed before the function runs."""

from __future__ import annotations

import numpy as np

from ...errors import SymnumError
from ...ir.build import broadcast_to, constant, o
from ...ir.interpret import evaluate
from ...ir.node import Node
from ..match import Match
from ..numbers import MOVERS, scalar_of
from ..pattern import AnyNode, number, p, wilds
from ..rule import CANONICALIZE, Rule

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
    if number is None or (m.node.op.name == "broadcast_to" and m.node.inputs[0].shape == ()):
        return None
    return broadcast_to(constant(number), m.node.shape)


def swapped(m: Match) -> Node | None:
    """op(b, a) -> op(a, b), where that is computed already"""
    return m.views.twin(m.node)


_ORDERLESS = ("add", "multiply", "equal", "not_equal", "logical_and", "logical_or", "logical_xor", "bitwise_and",
              "bitwise_or", "bitwise_xor")
_x = wilds("x")[0]
_c, _d = number("c"), number("d")

RULES = (
    Rule(name="fold_constants", phase=CANONICALIZE, lhs=AnyNode(), rhs=folded, keeps="bits", dtypes="fiub",
         why="computed once, before the function runs",
         examples=((p.add(_c, _d), None), (p.exp(_c), None), (p.less(_c, _d), None)),
         stays=(p.add(_x, _c), lambda o: o.power(o.constant(2), o.constant(-1)),
                lambda o: o.max(o.constant(np.zeros((0, 3))), axis=(0,)) if False else o.broadcast_to(o.constant(1.0), shape=(3,)))),
    Rule(name="moved_number", phase=CANONICALIZE, lhs=AnyNode(tuple(sorted(MOVERS))), rhs=moved_number, keeps="bits",
         dtypes="fiub", why="a number looks the same from everywhere"),
    Rule(name="merge_swapped", phase=CANONICALIZE, lhs=AnyNode(_ORDERLESS), rhs=swapped, keeps="bits", dtypes="fiub",
         why="computed once instead of twice"),
)
