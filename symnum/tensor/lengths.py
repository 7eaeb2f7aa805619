"""Lengths and shapes as users write them: numbers, arithmetic of ``x.shape[k]`` and ``dim("n")``, and whole numbers
computed from data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from ..dtypes import INT64
from ..errors import DTypeError, ShapeError, UnsupportedError
from ..ir import build, dims
from ..ir.lengths import as_dim
from ..ir.node import Dim, Node, Shape
from ..ir.walk import topological
from ..shapes import as_int


class HasNode(Protocol):
    """What stands for a node: a tensor."""

    @property
    def node(self) -> Node:
        """The vertex of the graph."""


Length = int | HasNode
ShapeLike = Length | Sequence[Length]



def node_of(value: object) -> Node | None:
    """The node of a tensor (or a node itself); None for everything else."""
    found = getattr(value, "node", value)
    return found if isinstance(found, Node) else None


def as_expression(value: object, what: str) -> Dim:
    """``value`` as an int, or as a node of lengths in canonical form; it may be negative.

    Raises:
        DTypeError: not an integer, or not of rank 0.
    """
    node = node_of(value)
    return as_int(value, what) if node is None else as_dim(_checked(node, what))


def _checked(node: Node, what: str) -> Node:
    if node.dtype.kind not in "iu" or node.shape:
        raise DTypeError(f"{what} must be an integer of rank 0; given {node.dtype.name} "
                         f"{dims.text(node.shape)} (divide lengths with //)")
    return node


def needs_data(node: Node) -> bool:
    """Whether a scalar depends on values of inputs, other than by lengths that are nodes of their own."""
    return any(x.op.name in ("input", "shared") for x in topological([node], _below))


def _below(node: Node) -> Sequence[Node]:
    return () if node.op.kind == "count" else node.inputs


def as_length(value: object, what: str = "a length") -> Dim:
    """``value`` as a length: an int ≥ 0, or a node of lengths in canonical form.

    A whole number computed from data is a length too; that it is not negative is checked when the graph runs.

    Raises:
        ShapeError: it is negative.
        DTypeError: not an integer, or not of rank 0.
    """
    length, node = as_expression(value, what), node_of(value)
    if isinstance(length, int) and length < 0:
        raise ShapeError(f"{what} must be at least 0; given {length}")
    if node is None or isinstance(length, int) or not _may_be_negative(length):
        return length
    return dims.count("length", length.inputs[0] if length.op.name == "whole" else build.convert(node, INT64))


def _may_be_negative(length: Node) -> bool:
    """Whether numbers computed from data can make a length negative; dims are checked when a call's are known."""
    return any(x.op.name == "whole" for x in topological([length], _below)) and (dims.lower_bound(length) or -1) < 0


def as_leaf_length(value: object) -> Dim | None:
    """A length of an input or shared value: as :func:`as_length`, or None for one that is not known yet.

    Raises:
        UnsupportedError: it depends on the values of inputs.
    """
    length = None if value is None else as_length(value, "a length of the shape")
    if isinstance(length, Node) and any(x.op.kind == "count" for x in topological([length])):
        raise UnsupportedError("a length of an argument depends on the values of others; give it a dim of its own, or "
                               "None")
    return length


def parts_of(shape: object) -> tuple[Any, ...]:
    """The entries of a shape that may be written as one length alone."""
    return tuple(shape) if isinstance(shape, Iterable) and node_of(shape) is None else (shape,)


def as_shape(shape: object, what: str = "a length of the shape") -> Shape:
    """A shape from a length or a sequence of lengths.

    >>> as_shape(3), as_shape([2, 3])
    ((3,), (2, 3))

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is not an integer of rank 0.
    """
    return tuple(as_length(n, what) for n in parts_of(shape))
