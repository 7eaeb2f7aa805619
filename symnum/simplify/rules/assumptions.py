"""What ``assume`` states: statements met with each other, and dropped where they are known without them."""

from __future__ import annotations

from typing import Any

from ...ir.build import o
from ...ir.node import Node
from ...ops.assumptions import ELEMENT_FACTS, MATRIX_FACTS
from ...ops.spec import Interval
from ..facts import Facts, stated
from ..match import Match
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, Rule

_x, = wilds("x")
_POSITIVE = Interval(0.0, 1e300, avoid=(0.0,))


def assumed(x: Pattern, *facts: str, lower: float | None = None, upper: float | None = None) -> Pattern:
    """A pattern under ``assume``, for examples.

    >>> str(assumed(wilds("x")[0], "positive"))
    'assume(x, positive=True)'
    """
    return p.assume(x, facts=tuple(facts), lower=lower, upper=upper)


def known(m: Match) -> Node | None:
    """x, where all that is stated is known without it"""
    x = m.node.inputs[0]
    matrix = frozenset(m.node.attr("facts")) & frozenset(MATRIX_FACTS)
    return x if _says_more(m.views.facts(x), stated(m.node)) and matrix <= m.views.matrix(x) else None


def _says_more(a: Facts, b: Facts) -> bool:
    """Whether facts hold all that others do."""
    return (a.range & b.range == a.range and (b.nan or not a.nan) and (b.zero or a.nonzero)
            and (b.minus_zero or not a.minus_zero) and (a.integer or not b.integer))


def together(m: Match) -> Node | None:
    """one statement instead of two"""
    outer, inner = m.node, m.node.inputs[0]
    if inner.op.name != "assume":
        return None
    facts = {*outer.attr("facts"), *inner.attr("facts")}
    ends: dict[str, Any] = {name: _stricter(outer.attr(name), inner.attr(name), name) for name in ("lower", "upper")}
    named = tuple(fact for fact in (*ELEMENT_FACTS, *MATRIX_FACTS) if fact in facts)
    return o.assume(inner.inputs[0], facts=named, **ends)


def _stricter(a: float | None, b: float | None, name: str) -> float | None:
    if a is None or b is None:
        return b if a is None else a
    return max(a, b) if name == "lower" else min(a, b)


RULES = (
    Rule(name="assumed_and_known", phase=CANONICALIZE, lhs=AnyNode(("assume",)), rhs=known, keeps="bits", dtypes="fiu",
         why="it is known without being stated", domain={"x": _POSITIVE},
         examples=lambda: ((assumed(p.absolute(assumed(_x, "positive")), "nonnegative"), None),),
         stays=lambda: (assumed(_x, "positive"), assumed(p.multiply(_x, _x), upper=1))),
    Rule(name="assumed_twice", phase=CANONICALIZE, lhs=AnyNode(("assume",), having=("assume",)), rhs=together,
         keeps="bits", dtypes="fiu", why="one statement instead of two", domain={"x": Interval(1.0, 5.0)},
         examples=lambda: ((assumed(assumed(_x, "positive", upper=9), "finite", upper=5),
                            assumed(_x, "positive", "finite", upper=5)),
                           (assumed(assumed(_x, lower=1), "positive", lower=0), assumed(_x, "positive", lower=1))),
         stays=lambda: (assumed(_x, "positive"),)),
)
