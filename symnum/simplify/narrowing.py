"""What a condition says about an operand of it, where it holds or fails."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..ir.node import Node
from .facts import Facts, both
from .intervals import Range

_TURNED = MappingProxyType({"less": "greater", "less_equal": "greater_equal", "greater": "less",
                            "greater_equal": "less_equal", "equal": "equal", "not_equal": "not_equal"})
_FAILED = MappingProxyType({"less": "greater_equal", "less_equal": "greater", "greater": "less_equal",
                            "greater_equal": "less", "equal": "not_equal", "not_equal": "equal"})
_FINITE = Facts(Range(lower_open=True, upper_open=True), nan=False)


def narrowed(node: Node, condition: Node, holds: bool, known: Mapping[Node, Facts]) -> Facts:
    """The facts of a node where a condition holds, or where it fails."""
    found, todo = known[node], [(condition, holds)]
    while todo:
        test, truth = todo.pop()
        name = test.op.name
        if name == ("logical_and" if truth else "logical_or"):
            todo += [(x, truth) for x in test.operands]
        elif name == "logical_not":
            todo.append((test.operands[0], not truth))
        elif node in test.operands:
            more = both(found, _said(node, test, truth, known))
            found = found if more.range.is_empty else more
    return found


def _said(node: Node, test: Node, truth: bool, known: Mapping[Node, Facts]) -> Facts:
    """What one comparison or check says about its operand."""
    name = test.op.name
    if name in _TURNED:
        a, b = test.operands
        other = known[b if a is node else a]
        asked = name if a is node else _TURNED[name]
        real = truth != (name == "not_equal")   # beside a NaN `not_equal` alone holds
        if a is b or (other.nan and not real):
            return Facts(nan=not real)
        found = _beside(asked if truth else _FAILED[asked], other)
        return Facts(found.range, not real, found.zero, found.integer)
    if name == "isnan" and not truth:
        return Facts(nan=False)
    if name == "isinf" and not truth:
        return Facts(_FINITE.range)
    return _FINITE if name == "isfinite" and truth else Facts()


def _beside(name: str, other: Facts) -> Facts:
    """Facts of a number that stands in relation ``name`` to another, NaN aside."""
    x = other.range
    if name in ("less", "less_equal"):
        return Facts(Range(upper=x.upper, upper_open=name == "less" or x.upper_open))
    if name in ("greater", "greater_equal"):
        return Facts(Range(lower=x.lower, lower_open=name == "greater" or x.lower_open))
    if name == "equal":
        return Facts(x, True, other.zero, other.integer)
    return Facts(zero=not (x.lower == x.upper == 0), minus_zero=not (x.lower == x.upper == 0))
