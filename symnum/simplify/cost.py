"""What a graph costs: operations by the prices of the op table, and bytes through memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from .flops import GUESS, flops, length_of
from .numbers import MOVERS

_FREE = frozenset({*MOVERS, "assume", "as_written", "stop_gradient"})
_HEADS = ("op", "count", "operations")


@dataclass(frozen=True, slots=True)
class Share:
    """What all nodes of one op cost: how many results are computed, and with how many operations."""

    op: str
    count: int
    flops: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a graph costs: ``flops`` in additions, ``bytes`` read and written, and the ``shares`` of its ops.

    >>> print(Cost(8.0, 16, (Share("exp", 1, 8.0),)))
    op     count  operations
    exp        1           8
    total      1           8
    16 bytes through memory
    """

    flops: float
    bytes: int
    shares: tuple[Share, ...]

    def __str__(self) -> str:
        total = Share("total", sum(share.count for share in self.shares), self.flops)
        rows = [_HEADS, *((x.op, f"{x.count:,}", f"{x.flops:,.0f}") for x in (*self.shares, total))]
        widths = [max(len(row[k]) for row in rows) for k in range(3)]
        lines = (f"{op:{widths[0]}}  {count:>{widths[1]}}  {work:>{widths[2]}}" for op, count, work in rows)
        return "\n".join((*lines, f"{self.bytes:,} bytes through memory"))


def cost_of_graph(outputs: Sequence[Node], length: int = GUESS) -> Cost:
    """What ``outputs`` cost; shared nodes count once, and lengths that are not known are ``length``.

    Loops over indices are fused: what they read is read once, and only what they end in is written.  Reductions and ops
    with routines of their own put their results into memory.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (1000,))
    >>> found = cost_of_graph([o.sum(o.exp(x), axis=(0,))])
    >>> found.flops, found.bytes
    (9000.0, 8008)
    """
    shares: dict[str, tuple[int, float]] = {}
    order = topological(outputs, lambda node: node.operands)
    computed = list(_computed(order))
    for node in computed:
        work = price(node, length)
        if work:
            count, before = shares.get(node.op.name, (0, 0.0))
            shares[node.op.name] = count + elements(node, length), before + work
    found = [Share(op, count, work) for op, (count, work) in shares.items()]
    return Cost(total(computed, length), _moved(order, outputs, length), tuple(sorted(found, key=lambda x: -x.flops)))


def total(order: Iterable[Node], length: int = GUESS) -> float:
    """The operations of some nodes, each counted once."""
    return math.fsum(price(node, length) for node in order)


def _computed(order: Iterable[Node]) -> Iterator[Node]:
    """The nodes, but of those that are several results of one routine the first only."""
    seen = set[object]()
    for node in order:
        attrs = tuple(pair for pair in node.attrs if pair[0] != "which")
        if len(attrs) == len(node.attrs) or (node.op, node.inputs, attrs) not in seen:
            yield node
            seen.add((node.op, node.inputs, attrs))


def price(node: Node, length: int = GUESS) -> float:
    """The operations of one op on all its elements; leaves and moves of elements cost nothing.

    >>> from symnum.ir.build import input_leaf, o
    >>> price(o.exp(input_leaf("x", "float64", (1000,))))
    8000.0
    """
    operands, op = node.operands, node.op
    if not operands or op.name in _FREE or not op.cost:
        return 0.0
    known = flops(node, length)
    return known if known is not None else op.cost * max(elements(x, length) for x in (node, *operands))


def elements(node: Node, length: int = GUESS) -> int:
    """How many elements a node has, where lengths that are not known are ``length``."""
    count = 1
    for n in node.shape:
        count *= n if isinstance(n, int) else length_of(n, length)
    return count


def _moved(order: Sequence[Node], outputs: Sequence[Node], length: int) -> int:
    """Bytes of leaves and intermediate results that are read, and of results that are written."""
    def size(node: Node) -> int:
        return elements(node, length) * node.dtype.itemsize

    results = dict.fromkeys(outputs)
    stored = [x for x in order if x.operands and x.op.kind != "elementwise" and price(x, length) and x not in results]
    leaves = [x for x in order if not x.operands and x.op.name in ("input", "shared", "constant") and x.shape]
    scalars = [x for x in order if not x.operands and x.op.name in ("input", "shared") and not x.shape]
    return sum(map(size, (*leaves, *scalars, *results))) + 2 * sum(map(size, stored))
