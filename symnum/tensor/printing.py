"""Printing of tensors: ``pp`` gives a formula, ``dprint`` shows every node."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from ..ir.node import Node
from ..ir.text import formula
from ..ir.tree import tree
from .convert import ArrayLike, as_node
from .handle import Handle


def pp(x: ArrayLike | Sequence[Handle]) -> str:
    """A formula in NumPy's notation, with only the parentheses that it needs.

    Long parts that are used again come first, as t1, t2, ...; a sequence of tensors gives one formula a line.
    Broadcasting and promotion that follow from the ops are not shown; :func:`dprint` shows them.

    Args:
        x: a tensor of any dtype and shape, or a sequence of them.

    Returns:
        The text.

    Raises:
        DTypeError: it is no tensor, array or number.

    >>> from symnum import tensor as T
    >>> x = T.dvector("x")
    >>> pp(1/(1 + T.exp(-x)))
    '1/(1 + exp(-x))'
    """
    return formula(_nodes(x))


def dprint(x: ArrayLike | Sequence[Handle], *, file: TextIO | None = None) -> None:
    """Print every node as a tree: op, attributes, number in order of first visit, dtype and shape.

    ``^`` marks a node that was shown above, ``v`` one whose tree comes below.

    Args:
        x: a tensor of any dtype and shape, or a sequence of them.
        file: where to print; without it ``sys.stdout``.



    Raises:
        DTypeError: it is no tensor, array or number.

    >>> from symnum import tensor as T
    >>> x = T.dscalar("x")
    >>> dprint(T.exp(x)*x)
    multiply [0] float64 ()
    |- exp [1] float64 ()
    |  `- input x [2] float64 ()
    `- input x [2] float64 ()
    """
    print(tree(_nodes(x)), file=file or sys.stdout)


def _nodes(x: ArrayLike | Sequence[Handle]) -> list[Node]:
    if isinstance(x, list | tuple) and all(isinstance(part, Handle) for part in x):
        return [part.node for part in x]
    return [as_node(x)]


__all__ = ["dprint", "pp"]
