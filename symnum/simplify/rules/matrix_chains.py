"""Products of several matrices: their order, halves that are equal, inverses that cancel."""

from __future__ import annotations

from ...ir.node import Node
from ..match import Match
from ..matrices import PRODUCTS
from ..matrix_grouping import are_inverse, are_orthonormal, cancelled, halved, regrouped
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule

_a, _b, _c, _d, _e, _f, _v, _w = wilds("a b c d e f v w")
_SHAPES = {"a": (6, 4), "b": (4, 5), "c": (5, 5), "d": (5, 6), "e": (9, 5), "f": (5, 2), "v": (5,), "w": (6,)}


def cheapest(m: Match) -> Node | None:
    """the same product in the cheapest order"""
    return regrouped(m.views, m.node)


def half(m: Match) -> Node | None:
    """z.T @ z, where z is half of the product"""
    return halved(m.views, m.node)


def without_inverses(m: Match) -> Node | None:
    """the product without a matrix and its inverse"""
    return cancelled(m.views, m.node, are_inverse)


def without_orthonormal(m: Match) -> Node | None:
    """the product without orthonormal columns and their transpose"""
    return cancelled(m.views, m.node, are_orthonormal)


def _dot(a: Pattern, b: Pattern) -> Pattern:
    return p.dot(a, b)


def _t(x: Pattern) -> Pattern:
    return p.transpose(x, axes=(1, 0))


_mm = {"transpose_a": False, "transpose_b": False}
_stacks = [p.broadcast_to(x, shape=(2, *_SHAPES[x.name])) for x in (_b, _d, _a)]
_CHAINS = (*PRODUCTS, "solve", "solve_triangular")
_columns = p.qr(_e, mode="reduced", which=0)
_eye = p.band(p.broadcast_to(1.0, shape=(5, 5)), low=0, high=0)
_positive = p.add(p.dot(_t(_c), _c), _eye)

RULES = (
    Rule(name="product_order", phase=SPECIALIZE, lhs=AnyNode(_CHAINS, among_others=True),
         rhs=cheapest, shapes=_SHAPES, why="the cheapest order of several products",
         examples=lambda: ((_dot(_dot(_a, _b), _v), _dot(_a, _dot(_b, _v))), (_dot(_w, _dot(_a, _b)), _dot(_dot(_w, _a), _b)),
                           (_dot(_dot(_a, _b), _d), None),
                           (_dot(p.solve(_c, _d), _w), None), (_dot(_dot(_b, _v), _dot(_b, _d)), None),
                           (p.matmul(p.matmul(_stacks[0], _stacks[1], **_mm), _stacks[2], **_mm), None)),
         stays=lambda: (_dot(_a, _b), _dot(_a, _dot(_b, _v)), _dot(_dot(_w, _a), _b))),
    Rule(name="inverse_cancels", phase=CANONICALIZE, lhs=AnyNode(_CHAINS), rhs=without_inverses, shapes=_SHAPES,
         why="a matrix and its inverse cancel",
         examples=lambda: ((p.solve(_positive, _dot(_positive, _f)), _f), (_dot(_positive, p.solve(_positive, _f)), _f)),
         stays=lambda: (p.solve(_c, _dot(_c, _f)), _dot(_c, _dot(_t(_c), _v)))),
    Rule(name="orthonormal_columns_cancel", phase=SPECIALIZE, lhs=AnyNode(_CHAINS), rhs=without_orthonormal,
         shapes=_SHAPES, why="orthonormal columns and their transpose cancel",
         examples=lambda: ((_dot(_t(_columns), _dot(_columns, _v)), _v), (_dot(_dot(_b, _t(_columns)), _columns), _b)),
         stays=lambda: (_dot(_columns, _dot(_t(_columns), _e)), _dot(_c, _dot(_t(_c), _v)))),
    Rule(name="quadratic_form", phase=SPECIALIZE, lhs=AnyNode(PRODUCTS, among_others=True), rhs=half, shapes=_SHAPES,
         why="a form that is its own transpose is computed once, and is never negative",
         examples=lambda: ((_dot(_v, _dot(_t(_e), _dot(_e, _v))), _dot(_dot(_e, _v), _dot(_e, _v))),
                           (_dot(_t(_f), _dot(_t(_c), _dot(_c, _f))), _dot(_t(_dot(_c, _f)), _dot(_c, _f)))),
         stays=lambda: (_dot(_v, _dot(_c, _v)), _dot(_v, _v))),
)
