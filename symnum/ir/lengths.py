"""``as_dim``: whole numbers that are computed, as lengths in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..dtypes import INT64
from . import build, dims, interpret
from .node import Dim, Node
from .walk import topological


def _quotient(a: Dim, b: Dim) -> Dim:
    known = isinstance(b, int) and b > 0
    return dims.floor_divide(a, b) if known else build.o.floor_divide(dims.as_node(a), dims.as_node(b))


def _power(a: Dim, b: Dim) -> Dim | None:
    return dims.product([a] * b) if isinstance(b, int) and 0 <= b <= _MOST_FACTORS else None


_MOST_FACTORS = 4
# What each op makes of lengths; None where that has no canonical form.
_ARITHMETIC: Mapping[str, Callable[..., Dim | None]] = MappingProxyType({
    "add": dims.add, "subtract": dims.subtract, "multiply": dims.multiply, "maximum": dims.maximum,
    "minimum": dims.minimum, "clip": lambda a, low, high: dims.minimum(dims.maximum(a, low), high),
    "negative": lambda a: dims.subtract(0, a), "absolute": lambda a: dims.maximum(a, dims.subtract(0, a)),
    "positive": lambda a: a, "cast": lambda a: a, "floor_divide": _quotient, "power": _power,
    "remainder": lambda a, b: dims.subtract(a, dims.multiply(b, _quotient(a, b))),
})


def as_dim(node: Node) -> Dim:
    """Formulas of lengths in canonical form; what else is computed is one whole number that depends on data.

    >>> n = build.dim("n")
    >>> as_dim(build.o.subtract(build.o.add(n, 1), n))
    1
    """
    found: dict[Node, Dim] = {}
    for x in topological([node], lambda x: x.inputs if _is_arithmetic(x) else ()):
        length = _ARITHMETIC[x.op.name](*(found[y] for y in x.inputs)) if _is_arithmetic(x) else None
        found[x] = _atom(x) if length is None else length
    return found[node]


def _is_arithmetic(node: Node) -> bool:
    """Whether a node is a formula of whole numbers, which may have a canonical form."""
    return node.op.name in _ARITHMETIC and all(x.dtype.kind in "iu" and not x.shape for x in node.inputs)


def _atom(node: Node) -> Dim:
    if node.op.kind in ("dim", "count") or node.op.name == "dim":
        return node
    if all(x.op.name == "constant" for x in topological([node]) if x.op.kind == "leaf"):
        return int(interpret.evaluate([node], {})[0])
    return dims.count("whole", build.convert(node, INT64))
