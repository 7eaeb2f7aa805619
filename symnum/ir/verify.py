"""``verify``: a graph is what constructors would have built."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import GraphError
from . import build, dims
from .node import Node
from .walk import topological


def verify(outputs: Sequence[Node]) -> Sequence[Node]:
    """Check every node below ``outputs`` and return them.

    Each node's dtype and shape follow from its op, inputs and attributes; elementwise operands have one shape;
    each length is a number ≥ 0 or an int64 scalar node.

    Raises:
        GraphError: a node is invalid.
    """
    for node in topological(outputs):
        for length in node.shape:
            valid = (length.dtype.name == "int64" and length.shape == ()) if isinstance(length, Node) else length >= 0
            if not valid:
                raise GraphError(f"{node!r} has an invalid length {length!r}")
        if node.op.arity == 0:
            continue
        again = build.make(node.op, node.operands, build.filled_attrs(node))
        if again.dtype != node.dtype or not same_shape(again.shape, node.shape):
            raise GraphError(f"{node!r} should have dtype {again.dtype.name} and shape {dims.text(again.shape)}")
    return outputs


def same_shape(a: Sequence[object], b: Sequence[object]) -> bool:
    """Whether two shapes are equal for every value of their dims."""
    return len(a) == len(b) and all(map(dims.equal, a, b))
