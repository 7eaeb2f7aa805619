"""Complex numbers as pairs of real ones: the pass before lowering, after which no node computes with complex values.

What remains complex is memory: arguments, shared values, results, and operands and results of host calls, which
``as_pairs`` and ``as_complex`` view as real numbers with a last axis of length 2, and as complex ones again.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from .autodiff.formula import Formula, bare, formulas
from .dtypes import is_complex, part_of
from .errors import UnsupportedError
from .ir import build
from .ir.build import o
from .ir.node import Node
from .ir.walk import topological
from .ops.spec import Absent, EachPart, OnHost, OpSpec, Parts, Routine
from .records import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Real and imaginary part of a complex node; ``whole`` is a node in whose memory both lie, if there is one."""

    re: Node
    im: Node
    whole: Node | None = None


def split(outputs: Sequence[Node]) -> list[Node]:
    """``outputs`` computed from real nodes; complex ones are views of memory with both parts.

    Raises:
        UnsupportedError: an elementwise op has no formula for complex operands.

    >>> z = build.input_leaf("z", "complex128", ())
    >>> split([o.absolute(z)])
    [<Node hypot float64 ()>]
    """
    order = topological(outputs)
    if not any(is_complex(x.dtype) for x in order):
        return list(outputs)
    found: dict[Node, Node | Pair] = {}
    for node in order:
        found[node] = _split(node, found)
    results: list[Node] = []
    for node in outputs:
        result = found[node]
        results.append(result if isinstance(result, Node) else _result(result, results))
    return results


def _result(pair: Pair, others: Sequence[Node]) -> Node:
    """The memory of a result: that of a host call, unless another result is in it."""
    if pair.whole is not None and pair.whole.op.kind != "leaf" and pair.whole not in others:
        return pair.whole
    return _stored(pair)


def _stored(pair: Pair) -> Node:
    return o.as_complex(o.interleave(pair.re, pair.im))


def _split(node: Node, found: Mapping[Node, Node | Pair]) -> Node | Pair:
    given = [found[x] for x in node.inputs]
    nodes = [x for x in given if isinstance(x, Node)]
    if not is_complex(node.dtype) and len(nodes) == len(given):
        return build.rebuild(node, nodes)
    if node.op.name == "constant":
        array = node.attr("literal").array
        return Pair(build.constant(array.real), build.constant(array.imag))
    if node.op.kind == "leaf":
        return _parts_of(node)
    if callable(node.op.complex):
        return _by_column(node, given)
    if isinstance(node.op.complex, OnHost):
        return _by_host(node, given)
    if "linear" in node.op.facts or (isinstance(node.op.complex, EachPart) and node.op.complex.when(node)):
        return _linear(node, given)
    if "bilinear" in node.op.facts:
        return _bilinear(node, given)
    if node.op.kind == "elementwise" and isinstance(node.op.complex, Absent):
        raise UnsupportedError(f"{node.op.name} of complex numbers has no native form: {node.op.complex.reason}; "
                               "cure: mode='numpy'")
    return _by_host(node, given)


def _parts_of(whole: Node) -> Pair:
    """The two halves of the memory of a leaf, or of the result of a host call."""
    pairs = o.as_pairs(whole)
    rank = len(whole.shape)

    def part(k: int) -> Node:
        starts, lengths = (0,) * rank + (k,), (*whole.shape, 1)
        taken = o.slice(pairs, starts=starts, lengths=lengths, steps=(1,) * (rank + 1))
        return o.squeeze(taken, axis=(rank,))
    return Pair(part(0), part(1), whole)


# computing ------------------------------------------------------------------------------------------------------

def _by_column(node: Node, given: Sequence[Node | Pair]) -> Node | Pair:
    operands = [Formula(x) if isinstance(x, Node) else Parts(Formula(x.re), Formula(x.im)) for x in given]
    result = node.op.complex(formulas, node, *operands[:len(node.operands)])  # type: ignore[operator]  # it is there
    if not isinstance(result, Parts):
        return _fitted(result, node)
    return Pair(_fitted(result.re, node), _fitted(result.im, node))


def _fitted(value: Any, node: Node) -> Node:
    """What a formula gave, in the dtype of the node's parts and in its shape."""
    return build.broadcast_to(build.convert(bare(value), part_of(node.dtype)), node.shape)


def _linear(node: Node, given: Sequence[Node | Pair]) -> Pair:
    def part(name: str) -> Node:
        return build.rebuild(node, [x if isinstance(x, Node) else getattr(x, name) for x in given])
    return Pair(part("re"), part("im"))


def _bilinear(node: Node, given: Sequence[Node | Pair]) -> Pair:
    a, b, *rest = given
    assert isinstance(a, Pair) and isinstance(b, Pair)

    def product(x: Node, y: Node) -> Node:
        return build.rebuild(node, [x, y, *(z for z in rest if isinstance(z, Node))])  # lengths are no pairs
    return Pair(o.subtract(product(a.re, b.re), product(a.im, b.im)),
                o.add(product(a.re, b.im), product(a.im, b.re)))


def _by_host(node: Node, given: Sequence[Node | Pair]) -> Node | Pair:
    """The reference function called on complex arrays."""
    operands = [x if isinstance(x, Node) else x.whole or _stored(x) for x in given]
    call = build.make(_hosted(node.op), operands[:len(node.operands)],
                      {key: build.fill(operands, value) for key, value in node.attrs})
    return _parts_of(call) if is_complex(node.dtype) else call


@functools.cache
def _hosted(op: OpSpec) -> OpSpec:
    """The row of an op, computed by its reference function; the row itself if it is so already."""
    if isinstance(op.lower, Routine) and op.lower.name == "host":
        return op
    if op.kind == "elementwise":    # whose operands have been broadcast
        op = dataclasses.replace(op, kind="structural", shape=lambda dims, inputs, attrs: inputs[0].shape)
    return dataclasses.replace(op, lower=Routine("host"))
