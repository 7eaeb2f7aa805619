"""Bodies of sums, products and integrals: what the last variable runs over, and values along its axis."""

from __future__ import annotations

from typing import Any

from ..ir.build import broadcast_to
from ..ir.node import Dim, Node
from .sympy_builder import Builder


def body_of(e: Any) -> Any:
    """What the last variable runs over: the other variables run inside it."""
    return e.function if len(e.limits) == 1 else e.func(e.function, *e.limits[:-1])


def limits_of(b: Builder, e: Any) -> tuple[Any, Any, Any]:
    """The last variable and its bounds.

    Raises:
        UnsupportedError: it has none.
    """
    if len(e.limits[-1]) != 3:
        raise b.refusal(e, f"the variable {e.limits[-1][0]} has no bounds",
                        "expression.doit(), or bounds such as (x, 0, 1)")
    variable, low, high = e.limits[-1]
    return variable, low, high


def remark(b: Builder, e: Any, inner: Builder, body: Any, variable: Any) -> None:
    """What a value keeps of its body: its rank, and the indices that it depends on."""
    if id(body) in inner.ranks:
        b.ranks[id(e)] = inner.ranks[id(body)]
    of_bounds = [b.running.get(id(x), frozenset()) for x in b.parts(e)]
    b.running[id(e)] = inner.running.get(id(body), frozenset()).union(*of_bounds) - {variable}


def on_axis(inner: Builder, body: Any, length: Dim) -> tuple[Node, int]:
    """The value of a body with the axis of its variable in full length, and which axis that is."""
    node, rank = inner.node(body), inner.ranks.get(id(body), 0)
    lead = node.ndim - rank
    before = node.shape[:max(lead - 1, 0)]
    return broadcast_to(node, (*before, length, *node.shape[lead:])), len(before)
