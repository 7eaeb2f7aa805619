"""What derivatives demand of their arguments, with the errors that say so."""

from __future__ import annotations

from collections.abc import Callable

from ..dtypes import is_complex
from ..errors import DTypeError, ShapeError
from ..ir import dims
from ..ir.node import Node

# A node's name for a message, such as the one that the user gave it.
Describe = Callable[[Node], str]


def check_cost(node: Node, describe: Describe = repr) -> None:
    """Check that a node can be the cost of a gradient: a real float of rank 0.

    Raises:
        ShapeError: it is not a scalar.
        DTypeError: it is not float, or it is complex.

    >>> from symnum.ir.build import input_leaf
    >>> check_cost(input_leaf("x", "float64", (3,)), lambda node: "x")
    Traceback (most recent call last):
    symnum.errors.ShapeError: the cost of a gradient must be a scalar; given x of shape (3,); cure: reduce it
    first, as in x.sum()
    """
    if node.shape != ():
        raise ShapeError(f"the cost of a gradient must be a scalar; given {describe(node)} of shape "
                         f"{dims.text(node.shape)}; cure: reduce it first, as in x.sum()")
    if is_complex(node.dtype):
        raise DTypeError(f"the cost of a gradient must be real; given {describe(node)} of dtype {node.dtype.name}; "
                         "cure: take a part or the modulus, as in x.real or abs(x)")
    _check_float(node, "the cost of a gradient", describe)


def check_wrt(node: Node, describe: Describe = repr) -> None:
    """Check that a node can be differentiated by.

    Raises:
        DTypeError: it is not float.
    """
    _check_float(node, "what is differentiated by", describe)


def check_known(node: Node, derivative: Node, describe: Describe = repr) -> None:
    """Check that a cotangent or tangent fits its node: float, of the same dtype and shape.

    Raises:
        DTypeError: the node is not float, or the dtypes differ.
        ShapeError: the shapes differ.
    """
    _check_float(node, "what has a known derivative", describe)
    if derivative.dtype != node.dtype:
        raise DTypeError(f"the derivative given for {describe(node)} must have its dtype {node.dtype.name}; "
                         f"given {derivative.dtype.name}; cure: cast it")
    same = len(derivative.shape) == len(node.shape) and all(
        map(dims.may_equal, derivative.shape, node.shape))
    if not same:
        raise ShapeError(f"the derivative given for {describe(node)} must have its shape "
                         f"{dims.text(node.shape)}; given {dims.text(derivative.shape)}")


def _check_float(node: Node, what: str, describe: Describe) -> None:
    if node.dtype.kind not in "fc":
        raise DTypeError(f"{what} must be float; given {describe(node)} of dtype {node.dtype.name}; cure: "
                         f"make it float, or cast with .astype('float64') and differentiate by the result")
