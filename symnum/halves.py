"""float16 as a storage type: the pass after which all computing is in float32.

Arguments, shared values, constants and results keep float16; so does what only moves their elements.  Numbers are
rounded where a cast says so, and where they are stored at the end; what lies between keeps its digits and its range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .dtypes import FLOAT16, FLOAT32
from .errors import UnsupportedError
from .ir import build
from .ir.build import convert, rebuild
from .ir.node import Node
from .ir.walk import topological
from .records import dataclass
from .simplify.numbers import MOVERS

# Ops that look at the last bit of a number, which float32 has elsewhere.
_OF_BITS = ("nextafter", "spacing")


@dataclass(frozen=True, slots=True)
class Half:
    """The numbers of a float16 node: in float32, and in float16 where that is how they lie in memory."""

    value: Node
    stored: Node | None = None


def widened(outputs: Sequence[Node]) -> Sequence[Node]:
    """``outputs`` with everything between what is stored in float16 computed in float32.

    Raises:
        UnsupportedError: an op depends on the spacing of float16.

    >>> x = build.input_leaf("x", "float16", ())
    >>> (out,) = widened([build.o.exp(build.o.multiply(x, 2.0))])
    >>> out, out.inputs[0]
    (<Node cast float16 ()>, <Node exp float32 ()>)
    """
    order = topological(outputs)
    if not any(x.dtype == FLOAT16 for x in order):
        return outputs
    found: dict[Node, Half] = {}
    for node in order:
        found[node] = _widened(node, found)
    return [_stored(found[x], x) for x in outputs]


def _stored(half: Half, node: Node) -> Node:
    return half.stored or convert(half.value, node.dtype)


def _widened(node: Node, found: Mapping[Node, Half]) -> Half:
    given = [found[x] for x in node.inputs]
    if node.dtype == FLOAT16 and node.op.kind == "leaf":
        return _of_leaf(node)
    if node.op.name == "cast":
        return _cast(node, given[0].value)
    if node.op.name in _OF_BITS and node.dtype == FLOAT16:
        raise UnsupportedError(f"{node.op.name} of float16 is not supported: float16 is computed in float32; cure: "
                               "x.astype('float32') first")
    value = rebuild(node, [x.value for x in given])
    if node.op.name in MOVERS and given[0].stored is not None:
        return Half(value, rebuild(node, [given[0].stored, *(x.value for x in given[1:])]))
    return Half(value)


def _of_leaf(node: Node) -> Half:
    if node.op.name == "constant":
        return Half(build.constant(node.attr("literal").array, FLOAT32), node)
    return _in_memory(node)


def _in_memory(stored: Node) -> Half:
    return Half(convert(stored, FLOAT32), stored)


def _cast(node: Node, value: Node) -> Half:
    """A cast to float16 rounds, unless all numbers of the operand's dtype are numbers of float16."""
    exact = value.dtype.kind == "b" or (value.dtype.kind in "iu" and value.dtype.itemsize == 1)
    if node.dtype != FLOAT16:
        return Half(convert(value, node.dtype))
    return Half(convert(value, FLOAT32)) if exact else _in_memory(convert(value, FLOAT16))
