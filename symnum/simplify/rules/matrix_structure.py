"""Products, Cholesky factors and eigenvalues of matrices with a structure; norms that are squared.

As in ``structured_systems``, these rules run when derivatives have been taken.
"""

from __future__ import annotations

import math

from ...ir.build import broadcast_to, o
from ...ir.node import Node
from ...ops.linalg_matrices import is_turned
from ..bands import Band, band_of
from ..match import Match
from ..matrices import PRODUCTS, diagonal_of, factors, identity_like
from ..matrix_facts import LOWER, UPPER
from ..numbers import constant_like, exact_of
from ..pattern import AnyNode, Attr, Pattern, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule

_a, _b, _d, _x, _v = wilds("a b d x v")
_SHAPES = {"a": (8, 8), "b": (8, 3), "d": (16, 16), "v": (8,), "x": (3, 8)}


# products -----------------------------------------------------------------------------------------------------

def zero_product(m: Match) -> Node | None:
    """zeros"""
    pair = factors(m.node)
    assert pair is not None
    return constant_like(0, m.node) if any(exact_of(x) == 0 for x in pair) else None


def structured_product(m: Match) -> Node | None:
    """the other operand, or that with rows or columns scaled"""
    pair = factors(m.node)
    assert pair is not None
    if m.node.ndim > 1 and "identity" in m.views.matrix(m.node):
        return identity_like(m.node)
    a, b = pair
    found = [m.views.matrix(x) if x.ndim > 1 else frozenset[str]() for x in pair]
    for k, x in enumerate((b, a)):
        if "identity" in found[k]:
            return broadcast_to(x, m.node.shape)
    if "diagonal" in found[0] and _is_square(a):
        return _scaled_rows(diagonal_of(a), b, m.node)
    return _scaled_columns(a, diagonal_of(b), m.node) if "diagonal" in found[1] and _is_square(b) else None


def _is_square(x: Node) -> bool:
    return bool(x.shape[-1] == x.shape[-2])


def _scaled_rows(numbers: Node, x: Node, like: Node) -> Node:
    column = numbers if x.ndim == 1 else o.expand_dims(numbers, axis=(numbers.ndim,))
    return o.multiply(broadcast_to(column, like.shape), broadcast_to(x, like.shape))


def _scaled_columns(x: Node, numbers: Node, like: Node) -> Node:
    row = numbers if numbers.ndim == 1 else o.expand_dims(numbers, axis=(numbers.ndim - 1,))
    return o.multiply(broadcast_to(x, like.shape), broadcast_to(row, like.shape))


# factors and eigenvalues --------------------------------------------------------------------------------------

def structured_cholesky(m: Match) -> Node | None:
    """the triangle that is multiplied by its transpose, or the roots of a diagonal"""
    x = m.node.inputs[0]
    facts = m.views.matrix(x)
    if "identity" in facts:
        return x
    if "diagonal" in facts and "positive_definite" in facts:
        column = o.expand_dims(o.sqrt(diagonal_of(x)), axis=(x.ndim - 1,))
        return o.band(broadcast_to(column, x.shape), low=0, high=0)
    pair = factors(x)
    if pair is None or pair[0].ndim != pair[1].ndim:
        return None
    a, b = pair
    turned = (is_turned(b) and b.inputs[0] is a) or (is_turned(a) and a.inputs[0] is b)
    return a if turned and {LOWER, "positive_diagonal"} <= m.views.matrix(a) else None


def symmetric_eigenvalues(m: Match) -> Node | None:
    """those of a symmetric matrix, which are real"""
    x, name = m.node.inputs[0], m.node.op.name
    facts = m.views.matrix(x)
    if name == "eigvalsh":
        if "diagonal" not in facts:
            return None
        return o.sort(diagonal_of(x), axis=x.ndim - 2)
    if "symmetric" not in facts or m.node.dtype == x.dtype:
        return None
    if name == "eigvals":
        return o.eigvalsh(x, uplo="L")
    return o.eigh(x, uplo="L", which=m.node.attr("which"))


def of_diagonal(m: Match) -> Node | None:
    """that of the numbers on the diagonal"""
    x = m.node.inputs[0]
    if "diagonal" not in m.views.matrix(x) or not _is_square(x):
        return None
    column = o.expand_dims(o.exp(diagonal_of(x)), axis=(x.ndim - 1,))
    return o.band(broadcast_to(column, x.shape), low=0, high=0)


# triangles ----------------------------------------------------------------------------------------------------

# Ops that store zeros; what other ops compute where a real number is 0 may be rounded.
_STORING = ("band", "where", "cholesky", "constant")


def kept_triangle(m: Match) -> Node | None:
    """the matrix, which is such a triangle already"""
    node = m.node
    if node.op.name == "band":
        low, high = (-math.inf if node.attr("low") is None else node.attr("low"),
                     math.inf if node.attr("high") is None else node.attr("high"))
        band: Band | None = Band(low, high)
        x = node.inputs[0]
    else:
        mask, x, other = node.operands
        band = band_of(mask) if exact_of(other) == 0 else None
    if band is None or x.op.name not in _STORING:
        return None
    facts = m.views.matrix(x)
    left = band.low == -math.inf or (band.low <= 0 and UPPER in facts)
    return x if left and (band.high == math.inf or (band.high >= 0 and LOWER in facts)) else None


def _t(x: Pattern) -> Pattern:
    return p.transpose(x, axes=(1, 0))


def _band(x: Pattern, low: int | None, high: int | None) -> Pattern:
    return p.band(x, low=low, high=high)


_eye = _band(p.broadcast_to(1.0, shape=(8, 8)), 0, 0)
_zeros = p.broadcast_to(0.0, shape=(3, 8))
_factor = p.cholesky(p.add(p.dot(_t(_a), _a), p.multiply(_eye, p.broadcast_to(100.0, shape=(8, 8)))))
_columns = p.qr(_b, mode="reduced", which=0)
_diagonal, _low = _band(_a, 0, 0), _band(_a, None, 0)
_squares = p.sum(p.square_term(_x), axis=Attr("axis"))
_norm = p.where(p.equal(_squares, 0), 0, p.sqrt(_squares))
_mask = p.greater_equal(p.expand_dims(p.arange(8), axis=(1,)), p.expand_dims(p.arange(8), axis=(0,)))
_definite = _band(1 + p.absolute(_d), 0, 0)

RULES = (
    Rule(name="zero_product", phase=CANONICALIZE, lhs=AnyNode(PRODUCTS), rhs=zero_product, shapes=_SHAPES,
         why="sums of zeros",
         examples=lambda: ((p.dot(_zeros, _b), p.broadcast_to(0.0, shape=(3, 3))), (p.dot(_zeros, _v), None)),
         stays=lambda: (p.dot(_a, _b),)),
    Rule(name="structured_product", phase=SPECIALIZE, lhs=AnyNode(PRODUCTS), rhs=structured_product, shapes=_SHAPES,
         why="zeros are not multiplied",
         examples=lambda: ((p.dot(_eye, _b), _b), (p.dot(_x, _eye), _x), (p.dot(_eye, _v), _v),
                           (p.dot(_diagonal, _b), p.multiply(p.expand_dims(p.diagonal(_a), axis=(1,)), _b)),
                           (p.dot(_x, _diagonal), p.multiply(_x, p.diagonal(_a))),
                           (p.dot(_diagonal, _v), p.multiply(p.diagonal(_a), _v)),
                           (p.dot(_t(_columns), _columns), None)),
         stays=lambda: (p.dot(_a, _b), p.dot(_low, _b), p.dot(_columns, _t(_columns)))),
    Rule(name="structured_cholesky", phase=SPECIALIZE, lhs=AnyNode(("cholesky",)), rhs=structured_cholesky, shapes=_SHAPES,
         why="a matrix that was multiplied out is not factored again",
         examples=lambda: ((p.cholesky(p.dot(_factor, _t(_factor))), _factor), (p.cholesky(_definite), None)),
         stays=lambda: (p.cholesky(_a), p.cholesky(p.dot(_low, _t(_low))))),
    Rule(name="symmetric_eigenvalues", phase=SPECIALIZE, lhs=AnyNode(("eigvals", "eig", "eigvalsh")),
         rhs=symmetric_eigenvalues, shapes=_SHAPES, why="real eigenvalues take a third of the operations",
         examples=lambda: ((p.eigvals(p.dot(_t(_a), _a)), None), (p.eig(p.add(_a, _t(_a)), which=1), None),
                           (p.eigvalsh(_diagonal, uplo="L"), None)),
         stays=lambda: (p.eigvals(_a), p.eigvalsh(_a, uplo="L"))),
    Rule(name="exponential_of_diagonal", phase=SPECIALIZE, lhs=AnyNode(("expm",)), rhs=of_diagonal, shapes=_SHAPES,
         why="powers of a diagonal are powers of its numbers",
         examples=lambda: ((p.expm(_diagonal), None),),
         stays=lambda: (p.expm(_a),)),
    Rule(name="kept_triangle", phase=SPECIALIZE, lhs=AnyNode(("band", "where"), having=_STORING), rhs=kept_triangle, shapes=_SHAPES, keeps="bits",
         why="zeros are zeros already",
         examples=lambda: ((_band(_factor, None, 0), _factor), (_band(_diagonal, None, 0), _diagonal),
                   (p.where(_mask, _factor, 0), _factor)),
         stays=lambda: (_band(_a, None, 0), _band(_low, 0, None), _band(p.dot(_low, _low), None, 0))),
    Rule(name="square_of_norm", phase=SPECIALIZE, lhs=p.multiply(_norm, _norm), rhs=_squares, shapes=_SHAPES,
         why="a root of squares is not squared again"),
)
