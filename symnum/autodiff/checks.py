"""What derivatives demand of their arguments, with the errors that say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import DisconnectedInputError, DTypeError, ShapeError
from ..ir import dims
from ..ir.node import Node

# A node's name for a message, such as the one that the user gave it.
Describe = Callable[[Node], str]


def check_cost(node: Node, describe: Describe = repr) -> None:
    """Check that a node can be the cost of a gradient: a float of rank 0.

    Raises:
        ShapeError: it is not a scalar.
        DTypeError: it is not float.

    >>> from symnum.ir.build import input_leaf
    >>> check_cost(input_leaf("x", "float64", (3,)), lambda node: "x")
    Traceback (most recent call last):
    symnum.errors.ShapeError: the cost of a gradient must be a scalar; given x of shape (3,); cure: reduce it first,
    as in x.sum(), or use jacobian or vjp
    """
    if node.shape != ():
        raise ShapeError(f"the cost of a gradient must be a scalar; given {describe(node)} of shape "
                         f"{dims.text(node.shape)}; cure: reduce it first, as in x.sum(), or use jacobian or vjp")
    _check_float(node, "the cost of a gradient", describe)


def check_wrt(node: Node, describe: Describe = repr) -> None:
    """Check that a node can be differentiated by.

    Raises:
        DTypeError: it is not float.
    """
    _check_float(node, "what is differentiated by", describe)


def _check_float(node: Node, what: str, describe: Describe) -> None:
    if node.dtype.kind != "f":
        raise DTypeError(f"{what} must be float; given {describe(node)} of dtype {node.dtype.name}, which has no "
                         f"derivative; cure: make the input float, or cast with .astype('float64') and "
                         f"differentiate by the result")


def check_known(node: Node, cotangent: Node, describe: Describe = repr) -> None:
    """Check that a cotangent (or tangent) fits its node: float, of the same dtype and shape.

    Raises:
        DTypeError: a dtype is not float, or they differ.
        ShapeError: the shapes differ.
    """
    _check_float(node, "what has a known derivative", describe)
    if cotangent.dtype != node.dtype:
        raise DTypeError(f"the derivative by {describe(node)} must have its dtype {node.dtype.name}; "
                         f"given {cotangent.dtype.name}; cure: cast it")
    same = len(cotangent.shape) == len(node.shape) and all(map(dims.may_equal, cotangent.shape, node.shape))
    if not same:
        raise ShapeError(f"the derivative by {describe(node)} must have its shape {dims.text(node.shape)}; "
                         f"given {dims.text(cotangent.shape)}")


def check_connected(nodes: Sequence[Node], reached: Sequence[bool], describe: Describe = repr) -> None:
    """Check that the cost depends on all nodes that it is differentiated by (see :func:`sweep.connected`).

    Raises:
        DisconnectedInputError: it does not depend on one of them.
    """
    missing = [describe(node) for node, found in zip(nodes, reached, strict=True) if not found]
    if missing:
        raise DisconnectedInputError(
            f"the cost does not depend on {', '.join(missing)} in a way that can be differentiated; cure: leave out "
            f"what it does not depend on, or pass disconnected_inputs='ignore' to get zeros")
