"""Factors by elimination that several systems, inverses and determinants of one matrix share."""

from __future__ import annotations

from ..ir.build import broadcast_to, o
from ..ir.node import Dim, Node
from ..ops.linalg_matrices import is_turned
from .matrices import diagonal_of, identity_like
from .views import Views

# Smaller matrices are eliminated again in less time than it takes to keep their factors.
_FEW = 16
_SYSTEMS = ("solve", "inv", "det", "slogdet")


def by_shared_factors(views: Views, node: Node) -> Node | None:
    """A system, inverse or determinant by the factors of its matrix, if there is another one of that matrix."""
    a, flip = _matrix(node)
    n = a.shape[-1]
    if not _is_eliminated(node) or (isinstance(n, int) and n < _FEW) or _count(views, a) < 2:
        return None
    if node.op.name in ("det", "slogdet"):
        return _determinant(node, a)
    right = node.operands[1] if node.op.name == "solve" else identity_like(node)
    return _solution(a, right, flip)


def _matrix(node: Node) -> tuple[Node, bool]:
    a = node.operands[0]
    return (a.inputs[0], True) if is_turned(a) else (a, False)


def _is_eliminated(node: Node) -> bool:
    return node.op.name in _SYSTEMS and node.dtype.kind == "f" and not (
        node.op.name == "inv" and node.attr("singular") != "raise")


def _count(views: Views, a: Node) -> int:
    """How many eliminations a graph holds of a matrix or its transpose."""
    found = (node for name in _SYSTEMS for node in views.of_op(name) if _is_eliminated(node) and _matrix(node)[0] is a)
    return len({(node.op, node.inputs) for node in found})


def has_system(views: Views, a: Node) -> bool:
    """Whether a graph holds a system, inverse, determinant or factor of a matrix."""
    return any(node.inputs[0] is a for name in (*_SYSTEMS, "cholesky", "lu_factor") for node in views.of_op(name))


def _solution(a: Node, b: Node, flip: bool) -> Node:
    factors, order, places = (o.lu_factor(a, which=k) for k in range(3))
    if flip:
        y = o.solve_triangular(factors, b, lower=True, trans=False, unit_diagonal=False)
        return _rows(o.solve_triangular(factors, y, lower=False, trans=False, unit_diagonal=True), places)
    y = o.solve_triangular(factors, _rows(b, order), lower=False, trans=True, unit_diagonal=True)
    return o.solve_triangular(factors, y, lower=True, trans=True, unit_diagonal=False)


def _rows(x: Node, order: Node) -> Node:
    """The rows of each matrix in another order."""
    stack = x.ndim - 2
    indices = [broadcast_to(_along(x.shape[k], k, stack + 1), order.shape) for k in range(stack)]
    return o.gather(x, *indices, order, axes=tuple(range(stack + 1)))


def _along(length: Dim, axis: int, rank: int) -> Node:
    """Places along one axis of several."""
    shape = tuple(length if k == axis else 1 for k in range(rank))
    return o.reshape(o.arange(o.dims.as_node(length)), shape=shape)


def _determinant(node: Node, a: Node) -> Node:
    numbers = diagonal_of(o.lu_factor(a, which=0))
    last = (numbers.ndim - 1,)
    size = o.sum(o.log(o.absolute(numbers)), axis=last)
    if node.op.name == "slogdet" and node.attr("which") == 1:
        return size
    sign = o.multiply(o.lu_factor(a, which=3), o.prod(o.sign(numbers), axis=last))
    return sign if node.op.name == "slogdet" else o.multiply(sign, o.exp(size))
