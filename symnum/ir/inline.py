"""Formulas in place of the ops that users made of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import DTypeError, ShapeError
from ..ops.formula import FormulaOp
from . import build, dims
from .node import Node
from .walk import topological, transform


def inlined(outputs: Sequence[Node]) -> list[Node]:
    """``outputs`` with each user's op written out, also those inside of other formulas.

    Raises:
        DTypeError, ShapeError: a formula is not elementwise.
    """
    found = list(outputs)
    while any(isinstance(node.op, FormulaOp) for node in topological(found)):
        found = transform(found, _step)
    return found


def _step(node: Node, inputs: tuple[Node, ...]) -> Node:
    return expanded(node.op, inputs) if isinstance(node.op, FormulaOp) else build.rebuild(node, inputs)


def expanded(op: FormulaOp, operands: Sequence[Node]) -> Node:
    """The formula of an op of operands that have their common dtype and shape.

    Raises:
        DTypeError, ShapeError: it is not elementwise: its result has another shape, or a dtype that depends on more.
    """
    found: Node = op.expand(*operands)
    shape = operands[0].shape
    if len(found.shape) > len(shape):
        raise ShapeError(f"{op.name} must be elementwise; of operands of shape {dims.text(shape)} it has the shape "
                         f"{dims.text(found.shape)}")
    wanted = op.dtype(op.name, [x.dtype for x in operands], {})[-1]  # type: ignore[operator]  # rows have it
    if found.dtype != wanted:
        raise DTypeError(f"{op.name} must have the dtype {wanted.name} here; its formula gives {found.dtype.name}")
    return build.broadcast_to(found, shape)
