"""Lengths and shapes as users write them: numbers, and arithmetic of ``x.shape[k]`` and ``dim("n")``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ..errors import DTypeError, ShapeError, UnsupportedError
from ..ir import build, dims
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

_ARITHMETIC: dict[str, Callable[..., Dim]] = {
    "add": dims.add, "subtract": dims.subtract, "multiply": dims.multiply,
    "maximum": dims.maximum, "minimum": dims.minimum,
    "negative": lambda a: dims.subtract(0, a), "cast": lambda a: a,
}


def node_of(value: object) -> Node | None:
    """The node of a tensor (or a node itself); None for everything else."""
    found = getattr(value, "node", value)
    return found if isinstance(found, Node) else None


def as_expression(value: object, what: str) -> Dim:
    """``value`` as an int, or as a node of lengths in canonical form; it may be negative.

    Raises:
        DTypeError: not an integer, or not of rank 0.
        UnsupportedError: it depends on the values of inputs.
    """
    node = node_of(value)
    if node is None:
        return as_int(value, what)
    if node.dtype.kind not in "iu" or node.shape:
        raise DTypeError(f"{what} must be an integer of rank 0; given {node.dtype.name} "
                         f"{dims.text(node.shape)} (divide lengths with //)")
    order = topological([node])
    data = next((x for x in order if x.op.name in ("input", "shared")), None)
    if data is not None:
        raise UnsupportedError(f"{what} depends on the values of {data!r}; this version takes numbers, dims "
                               f"and lengths such as x.shape[0]")
    return _canonical(order)


def _canonical(order: Sequence[Node]) -> Dim:
    found: dict[Node, Dim] = {}
    for node in order:
        parts = [found[x] for x in node.inputs]
        if node.op.name in _ARITHMETIC:
            found[node] = _ARITHMETIC[node.op.name](*parts)
        elif node.op.name == "floor_divide" and isinstance(parts[1], int) and parts[1] > 0:
            found[node] = dims.floor_divide(parts[0], parts[1])
        else:
            found[node] = dims.simple(build.rebuild(node, [dims.as_node(p) for p in parts]))
    return found[order[-1]]


def as_length(value: object, what: str = "a length") -> Dim:
    """``value`` as a length: an int ≥ 0, or a node of lengths in canonical form.

    Raises:
        ShapeError: it is negative.
        DTypeError: not an integer, or not of rank 0.
        UnsupportedError: it depends on the values of inputs.
    """
    length = as_expression(value, what)
    if isinstance(length, int) and length < 0:
        raise ShapeError(f"{what} must be at least 0; given {length}")
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
