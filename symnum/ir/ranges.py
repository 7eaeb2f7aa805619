"""Between which numbers the elements of an integer node lie, as far as its ops say: indices that need no check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ..records import dataclass
from . import dims
from .build import fill
from .node import Dim, Node
from .walk import topological

# Numbers beyond this are not followed: sums of them could leave int64.
_MOST = 2 ** 31


@dataclass(frozen=True, slots=True)
class Range:
    """Elements are at least ``low`` and at most ``high``; None is not known."""

    low: Dim | None = None
    high: Dim | None = None


_UNKNOWN, _EMPTY = Range(), Range(0, -1)
Rule = Callable[[Node, Sequence[Range]], Range]


def range_of(node: Node) -> Range:
    """The range of an integer node.

    >>> from .build import constant, o
    >>> range_of(o.add(constant([1, 4]), 2))
    Range(low=3, high=6)
    """
    found: dict[Node, Range] = {}
    for x in topological([node], lambda x: x.operands if x.op.name in _RULES else ()):
        found[x] = _RULES.get(x.op.name, _leaf)(x, [found.get(y, _UNKNOWN) for y in x.operands])
    return found[node]


def is_inside(index: Node, length: Dim) -> bool:
    """Whether all elements are known to be at least 0 and below ``length``.

    >>> from .build import constant, o
    >>> is_inside(constant([0, 2]), 3), is_inside(constant([0, -1]), 3)
    (True, False)
    """
    found = range_of(index)
    return _at_least(found.low, 0) and _below(found.high, length)


def is_valid(index: Node, length: Dim) -> bool:
    """Whether all elements are known to be indices of an axis of this length: negative ones count from its end.

    >>> from .build import constant
    >>> is_valid(constant([0, -3]), 3), is_valid(constant([0, -4]), 3)
    (True, False)
    """
    found = range_of(index)
    return found.low is not None and _below(found.high, length) and _at_least(dims.add(found.low, length), 0)


def _at_least(a: Dim | None, b: int) -> bool:
    bound = None if a is None else dims.lower_bound(a)
    return bound is not None and bound >= b


def _below(a: Dim | None, b: Dim) -> bool:
    return a is not None and _at_least(dims.subtract(dims.subtract(b, a), 1), 0)


# one rule for each op ---------------------------------------------------------------------------------------

def _leaf(node: Node, _: Sequence[Range]) -> Range:
    if node.op.name == "constant":
        array = node.attr("literal").array
        if array.dtype.kind not in "biu":
            return _UNKNOWN
        return Range(int(array.min()), int(array.max())) if array.size else _EMPTY
    if node.op.name in ("dim", "bdim", "checked_index"):
        return Range(node, node)
    return Range(0) if node.dtype.kind == "u" else Range(0, 1) if node.dtype.kind == "b" else _UNKNOWN


def _of_operand(node: Node, given: Sequence[Range]) -> Range:
    return given[0]


def _cast(node: Node, given: Sequence[Range]) -> Range:
    source = node.operands[0].dtype
    keeps = source.kind in "biu" and node.dtype.kind in "iu" and (source.itemsize, source.kind) != (8, "u")
    return given[0] if keeps and node.dtype.itemsize == 8 else _UNKNOWN


def _union(given: Sequence[Range]) -> Range:
    low, high = given[0].low, given[0].high
    for other in given[1:]:
        low = None if low is None or other.low is None else dims.minimum(low, other.low)
        high = None if high is None or other.high is None else dims.maximum(high, other.high)
    return Range(low, high)


def _either(a: Dim | None, b: Dim | None, choose: Callable[[Dim, Dim], Dim]) -> Dim | None:
    return b if a is None else a if b is None else choose(a, b)


def _minimum(node: Node, given: Sequence[Range]) -> Range:
    a, b = given
    return Range(_union(given).low, _either(a.high, b.high, dims.minimum))


def _maximum(node: Node, given: Sequence[Range]) -> Range:
    a, b = given
    return Range(_either(a.low, b.low, dims.maximum), _union(given).high)


def _clip(node: Node, given: Sequence[Range]) -> Range:
    return _minimum(node, [_maximum(node, given[:2]), given[2]])


def _small(x: Dim | None) -> Dim | None:
    return None if isinstance(x, int) and abs(x) > _MOST else x


def _sum(a: Dim | None, b: Dim | None) -> Dim | None:
    a, b = _small(a), _small(b)
    return None if a is None or b is None else dims.add(a, b)


def _add(node: Node, given: Sequence[Range]) -> Range:
    a, b = given
    return Range(_sum(a.low, b.low), _sum(a.high, b.high))


def _subtract(node: Node, given: Sequence[Range]) -> Range:
    a, b = given
    negative = Range(*(None if x is None else dims.subtract(0, x) for x in (b.high, b.low)))
    return _add(node, [a, negative])


def _multiply(node: Node, given: Sequence[Range]) -> Range:
    a, b = given if isinstance(given[0].low, int) else given[::-1]
    factor = a.low
    if not isinstance(factor, int) or factor != a.high or not 0 <= factor <= _MOST:
        return _UNKNOWN
    return Range(*(None if _small(x) is None else dims.multiply(factor, x) for x in (b.low, b.high)))


def _floor_divide(node: Node, given: Sequence[Range]) -> Range:
    a, b = given
    divisor = b.low
    if not isinstance(divisor, int) or divisor != b.high or divisor < 1:
        return _UNKNOWN
    return Range(*(None if x is None else dims.floor_divide(x, divisor) for x in (a.low, a.high)))


def _remainder(node: Node, given: Sequence[Range]) -> Range:
    divisor = given[1]
    if not _at_least(divisor.low, 1):
        return _UNKNOWN
    return Range(0, None if divisor.high is None else dims.subtract(divisor.high, 1))


def _arange(node: Node, _: Sequence[Range]) -> Range:
    return Range(0, dims.subtract(node.shape[0], 1))


def _position(node: Node, _: Sequence[Range]) -> Range:
    x = node.operands[0]
    return Range(0, dims.subtract(dims.product(x.shape[k] for k in node.attr("axis")), 1))


def _places(node: Node, _: Sequence[Range]) -> Range:
    return Range(0, dims.subtract(node.operands[0].shape[-1], 1)) if node.dtype.kind == "i" else _UNKNOWN


def _inside(node: Node, _: Sequence[Range]) -> Range:
    return Range(0, dims.subtract(fill(node.inputs, node.attr("length")), 1))


_RULES: Mapping[str, Rule] = MappingProxyType({
    **dict.fromkeys(("broadcast_to", "reshape", "transpose", "expand_dims", "squeeze", "slice", "gather"), _of_operand),
    "cast": _cast, "concatenate": lambda node, given: _union(given), "where": lambda node, given: _union(given[1:]),
    "minimum": _minimum, "maximum": _maximum, "clip": _clip, "add": _add, "subtract": _subtract,
    "multiply": _multiply, "floor_divide": _floor_divide, "remainder": _remainder, "arange": _arange,
    "inside": _inside,
    "lu_factor": _places, "argmax": _position, "argmin": _position})
