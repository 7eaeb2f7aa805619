"""Solutions, determinants and inverses of matrices with a structure, made of facts: see ``matrix_facts``."""

from __future__ import annotations

from ..ir.build import broadcast_to, o
from ..ir.node import Node
from .matrices import diagonal_of, flipped, identity_like, product, untransposed
from .matrix_facts import LOWER, UPPER
from .views import Views

_TRIANGLES = (LOWER, UPPER)


def is_definite(views: Views, x: Node) -> bool:
    """Whether a matrix is known to be positive definite, or has a Cholesky factor in the graph and is symmetric."""
    facts = views.matrix(x)
    return "positive_definite" in facts or ("symmetric" in facts and views.uses.get(o.cholesky(x), 0) > 0)


def pivots_of(views: Views, x: Node) -> Node:
    """The diagonal of each matrix; an error where there is a 0, unless that is known not to be."""
    found = diagonal_of(x)
    return found if "regular" in views.matrix(x) else o.pivots(found)


def solution(views: Views, a: Node, b: Node) -> Node | None:
    """x of ``a @ x = b`` by what is known of ``a``; None if that is nothing."""
    facts = views.matrix(a)
    if "identity" in facts:
        return b
    if "orthogonal" in facts:
        return product(flipped(a), b)
    if "diagonal" in facts:
        return o.true_divide(b, _as_column(pivots_of(views, a), b))
    triangle = next((t for t in _TRIANGLES if t in facts), None)
    if triangle is not None:
        return _triangular(a, b, triangle == LOWER, False)
    a = untransposed(views, a)
    if is_definite(views, a):
        low = o.cholesky(a)
        return _triangular(low, _triangular(low, b, True, False), True, True)
    return None


def _as_column(x: Node, like: Node) -> Node:
    return broadcast_to(o.expand_dims(x, axis=(x.ndim,)), like.shape)


def _triangular(a: Node, b: Node, lower: bool, trans: bool) -> Node:
    return o.solve_triangular(a, b, lower=lower, trans=trans, unit_diagonal=False)


def triangular_solution(views: Views, node: Node) -> Node | None:
    """A triangular system of a matrix of which the diagonal is all there is."""
    a, b = node.operands
    facts = views.matrix(a)
    if "identity" in facts or ("diagonal" in facts and node.attr("unit_diagonal")):
        return b
    return o.true_divide(b, _as_column(pivots_of(views, a), b)) if "diagonal" in facts else None


def inverse(views: Views, a: Node) -> Node | None:
    """The inverse of a matrix by what is known of it; None if that is nothing."""
    facts = views.matrix(a)
    if "orthogonal" in facts:
        return a if "symmetric" in facts else flipped(a)
    if "diagonal" in facts:
        numbers = o.true_divide(1, pivots_of(views, a))
        return o.band(_as_column(numbers, a), low=0, high=0)
    return solution(views, a, identity_like(a))


def determinant(views: Views, a: Node) -> Node | None:
    """The determinant of a matrix by what is known of it; None if that is nothing."""
    found = _pivots_of_factor(views, a)
    if found is None:
        return None
    pivots, is_root, sign = found
    last = (pivots.ndim - 1,)
    whole = o.prod(pivots, axis=last)
    whole = o.multiply(whole, whole) if is_root else whole
    _, size = _logarithm(pivots, is_root, sign)
    held = o.logical_and(o.isfinite(whole), o.not_equal(whole, 0))
    # A part of a product may overflow where the product does not.
    signed = o.exp(size) if sign is not None else o.multiply(o.prod(o.sign(pivots), axis=last), o.exp(size))
    return o.where(held, whole, signed)


def logarithm_of_det(views: Views, a: Node, which: int) -> Node | None:
    """Sign of the determinant, or logarithm of its size, by what is known of a matrix; None if that is nothing."""
    found = _pivots_of_factor(views, a)
    return None if found is None else _logarithm(*found)[which]


def _pivots_of_factor(views: Views, a: Node) -> tuple[Node, bool, Node | None] | None:
    """What stands on the diagonal of a triangle, whether its square is the determinant, and its sign if it is known."""
    facts = views.matrix(a)
    one = broadcast_to(o.cast(o.constant(1), dtype=a.dtype), a.shape[:-2])
    if any(t in facts for t in _TRIANGLES):
        return diagonal_of(a), False, one if "positive_diagonal" in facts else None
    return (diagonal_of(o.cholesky(a)), True, one) if is_definite(views, a) else None


def _logarithm(pivots: Node, is_root: bool, sign: Node | None) -> tuple[Node, Node]:
    last = (pivots.ndim - 1,)
    size = o.sum(o.log(o.absolute(pivots) if sign is None else pivots), axis=last)
    return o.prod(o.sign(pivots), axis=last) if sign is None else sign, o.multiply(2, size) if is_root else size
