"""Facts of conditions: comparisons, checks of floats, logic, and bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..ir.node import Node
from .facts import TRUTH, Facts, Transfer, both, either, of_dtype
from .intervals import POINTS, Range


def decided(truth: bool | None) -> Facts:
    """Facts of a bool that is true, false, or either (None)."""
    if truth is None:
        return TRUTH
    return Facts(POINTS[truth], False, not truth, True, False)


def compared(name: str, a: Facts, b: Facts) -> bool | None:
    """What a comparison gives for all numbers (not NaN) of two ranges; None if both happens."""
    if name in ("greater", "greater_equal"):
        return compared(_SWAPPED[name], b, a)
    if name == "not_equal":
        same = compared("equal", a, b)
        return None if same is None else not same
    if name == "equal":
        apart = compared("less", a, b) or compared("less", b, a)
        return False if apart else True if a.lower == a.upper == b.lower == b.upper else None
    x, y = a.range, b.range
    if x.upper < y.lower or (x.upper == y.lower and (name == "less_equal" or x.upper_open or y.lower_open)):
        return True
    if x.lower > y.upper or (x.lower == y.upper and (name == "less" or x.lower_open or y.upper_open)):
        return False
    return None


_SWAPPED = MappingProxyType({"greater": "less", "greater_equal": "less_equal"})


def _comparison(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    found = compared(node.op.name, a, b)
    of_nan = node.op.name == "not_equal"
    return decided(None if (a.nan or b.nan) and found is not of_nan else found)


def _isnan(node: Node, operands: Sequence[Facts]) -> Facts:
    return decided(None if operands[0].nan else False)


def _isinf(node: Node, operands: Sequence[Facts]) -> Facts:
    return decided(False if operands[0].bounded else None)


def _isfinite(node: Node, operands: Sequence[Facts]) -> Facts:
    return decided(True if operands[0].finite else None)


def _signbit(node: Node, operands: Sequence[Facts]) -> Facts:
    x = operands[0]
    if x.nan:
        return TRUTH
    return decided(False if x.nonnegative and not x.minus_zero else True if x.upper < 0 else None)


def truth_of(x: Facts) -> bool | None:
    """Whether a value counts as true, if that is known."""
    if 0 not in x.range:
        return True
    return False if x.lower == x.upper == 0 and not x.nan else None


def _logical(node: Node, operands: Sequence[Facts]) -> Facts:
    name, found = node.op.name, [truth_of(x) for x in operands]
    if name == "logical_not":
        return decided(None if found[0] is None else not found[0])
    wins = name == "logical_or"
    if name != "logical_xor" and wins in found:
        return decided(wins)
    if None in found:
        return TRUTH
    return decided(found[0] != found[1] if name == "logical_xor" else not wins)


def chosen(condition: Facts, a: Facts, b: Facts) -> Facts:
    """Facts of ``where``."""
    truth = truth_of(condition)
    return either(a, b) if truth is None else a if truth else b


def _bits(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    if node.op.name == "bitwise_and" and (a.nonnegative or b.nonnegative):
        return Facts(Range(0, min(x.upper for x in operands if x.nonnegative)))
    whole = of_dtype(node.dtype)
    return both(whole, Facts(Range(lower=0))) if a.nonnegative and b.nonnegative else whole


def _count(node: Node, operands: Sequence[Facts]) -> Facts:
    return Facts(Range(0, 64))


CONDITIONS: Mapping[str, Transfer] = MappingProxyType({
    **dict.fromkeys(("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"), _comparison),
    "isnan": _isnan, "isinf": _isinf, "isfinite": _isfinite, "signbit": _signbit, "bitwise_count": _count,
    **dict.fromkeys(("logical_and", "logical_or", "logical_xor", "logical_not"), _logical),
    **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor"), _bits)})
