"""Products, systems and determinants of Kronecker products, and products with rows of the identity."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...ir import dims
from ...ir.build import constant, convert, o
from ...ir.node import Dim, Node
from ..match import Match
from ..matrices import flipped
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import SPECIALIZE, Rule

_a, _b, _c, _d, _v, _w, _x = wilds("a b c d v w x")
_SHAPES = {"a": (6, 4), "b": (4, 5), "c": (4, 4), "d": (5, 5), "v": (5,), "w": (6,), "x": (8, 3)}

_MOST_ELEMENTS = 4096  # of a constant matrix that is looked at


def kronecker(x: Node) -> tuple[Node, Node] | None:
    """The matrices of whose elements ``x`` holds all products, as blocks."""
    inner = x.inputs[0] if x.op.name == "reshape" and x.ndim == 2 else None
    if inner is None or inner.op.name != "multiply" or inner.ndim != 4:
        return None
    parts = [y.inputs[0] if y.op.name == "broadcast_to" else y for y in inner.operands]
    found = [_matrix(parts[0], (0, 2)), _matrix(parts[1], (1, 3))]
    if None in found:
        found = [_matrix(parts[1], (0, 2)), _matrix(parts[0], (1, 3))]
    a, b = found
    if a is None or b is None:
        return None
    lengths = zip(x.shape, a.shape, b.shape, strict=True)
    return (a, b) if all(dims.equal(n, dims.multiply(k, m)) for n, k, m in lengths) else None


def _matrix(x: Node, axes: tuple[int, int]) -> Node | None:
    """A matrix that lies along two of four axes."""
    if x.ndim != 4 or any(x.shape[k] != 1 for k in range(4) if k not in axes):
        return None
    return o.reshape(x, shape=(x.shape[axes[0]], x.shape[axes[1]]))


def by_kronecker(m: Match) -> Node | None:
    """ravel(a @ reshape(v) @ b.T), where kron(a, b) @ v is asked for"""
    first, second = m.node.operands
    matrix, vector = (first, second) if second.ndim == 1 else (second, first)
    pair = kronecker(matrix) if vector.ndim == 1 and matrix.ndim == 2 else None
    if pair is None:
        return None
    a, b = pair if matrix is first else (flipped(pair[0]), flipped(pair[1]))
    grid = o.reshape(vector, shape=(a.shape[1], b.shape[1]))
    return o.reshape(o.dot(o.dot(a, grid), flipped(b)), shape=m.node.shape)


def kronecker_system(m: Match) -> Node | None:
    """the same of each of the two matrices"""
    pair = kronecker(m.node.inputs[0])
    if pair is None or any(x.shape[0] is not x.shape[1] and x.shape[0] != x.shape[1] for x in pair):
        return None
    a, b = pair
    n, k = a.shape[0], b.shape[0]
    match m.node.op.name:
        case "solve":
            return _solved(a, b, m.node.operands[1])
        case "inv":
            singular = m.node.attr("singular")
            return _product(*(o.inv(x, singular=singular) for x in pair))
        case "det":
            return o.multiply(o.power(o.det(a), _number(k, m.node)), o.power(o.det(b), _number(n, m.node)))
    which = m.node.attr("which")
    first, second = (o.slogdet(x, which=which) for x in pair)
    if which == 0:
        return o.multiply(o.power(first, _number(k, m.node)), o.power(second, _number(n, m.node)))
    return o.add(o.multiply(_number(k, m.node), first), o.multiply(_number(n, m.node), second))


def _number(length: Dim, like: Node) -> Node:
    return convert(length, like.dtype)


def _solved(a: Node, b: Node, right: Node) -> Node | None:
    """x of ``kron(a, b) @ x = right``: systems of a along rows, of b along columns of each right side as a matrix."""
    n, k, count = a.shape[0], b.shape[0], right.shape[1]
    first = o.reshape(o.solve(a, o.reshape(right, shape=(n, dims.multiply(k, count)))), shape=(n, k, count))
    turned = o.reshape(o.transpose(first, axes=(1, 0, 2)), shape=(k, dims.multiply(n, count)))
    second = o.reshape(o.solve(b, turned), shape=(k, n, count))
    return o.reshape(o.transpose(second, axes=(1, 0, 2)), shape=right.shape)


def _product(a: Node, b: Node) -> Node:
    """The Kronecker product of two matrices."""
    (m, n), (k, q) = a.shape, b.shape
    blocks = o.multiply(o.reshape(a, shape=(m, 1, n, 1)), o.reshape(b, shape=(1, k, 1, q)))
    return o.reshape(blocks, shape=(dims.multiply(m, k), dims.multiply(n, q)))


# rows of the identity -----------------------------------------------------------------------------------------

def selected(m: Match) -> Node | None:
    """the rows or columns that are selected"""
    a, b = m.node.operands
    rows = _selection(m, a)
    if rows is not None:
        return o.gather(b, rows, axes=(0,))
    columns = _selection(m, flipped(b)) if b.ndim == 2 else None
    return None if columns is None else flipped(o.gather(flipped(a), columns, axes=(0,)))


def _selection(m: Match, x: Node) -> Node | None:
    """The indices of rows of the identity that are the rows of a matrix."""
    if x.op.name == "transpose" and x.inputs[0].op.name == "constant":
        return _ones(x.inputs[0].attr("literal").array.T)
    if x.op.name == "constant":
        return _ones(x.attr("literal").array)
    if x.ndim != 2 or x.op.name != "gather" or x.attr("axes") != (0,) or len(x.operands) != 2:
        return None
    indices = x.operands[1]
    return indices if indices.ndim == 1 and "identity" in m.views.matrix(x.inputs[0]) else None


def _ones(array: np.ndarray[Any, Any]) -> Node | None:
    """Where the one of each row stands, if each has just one and zeros elsewhere."""
    if array.ndim != 2 or not array.size or array.size > _MOST_ELEMENTS:
        return None
    ones = array == 1
    single = bool((ones.sum(axis=1) == 1).all()) and np.count_nonzero(array) == array.shape[0]
    return constant(ones.argmax(axis=1), "int64") if single else None


def _dot(a: Pattern, b: Pattern) -> Pattern:
    return p.dot(a, b)


def _kron(a: Pattern, b: Pattern, m: tuple[int, int], n: tuple[int, int]) -> Pattern:
    grid = p.multiply(p.reshape(a, shape=(m[0], 1, m[1], 1)), p.reshape(b, shape=(1, n[0], 1, n[1])))
    return p.reshape(grid, shape=(m[0] * n[0], m[1] * n[1]))


_oblong = _kron(_a, _b, (6, 4), (4, 5))
_square = _kron(_c, _d, (4, 4), (5, 5))
_long = p.reshape(p.broadcast_to(_v, shape=(4, 5)), shape=(20,))
_wide = p.reshape(p.broadcast_to(_w, shape=(4, 6)), shape=(24,))
_right = p.reshape(_dot(_c, _b), shape=(20, 1))
_eye = p.band(p.broadcast_to(1.0, shape=(8, 8)), low=0, high=0)
_rows = p.gather(_eye, p.remainder(p.arange(5), 3), axes=(0,))
_turned = p.transpose(_x, axes=(1, 0))

RULES = (
    Rule(name="kronecker_product", phase=SPECIALIZE, lhs=AnyNode(("dot",), having=("reshape",)), rhs=by_kronecker,
         shapes=_SHAPES, why="two small products instead of one with all pairs of elements",
         examples=lambda: ((_dot(_oblong, _long), None), (_dot(_wide, _oblong), None)),
         stays=lambda: (_dot(p.reshape(_a, shape=(6, 4)), _b),)),
    Rule(name="kronecker_system", phase=SPECIALIZE, lhs=AnyNode(("solve", "inv", "det", "slogdet"), having=("reshape",)),
         rhs=kronecker_system, shapes=_SHAPES, why="two small systems instead of a large one",
         examples=lambda: ((p.solve(_square, _right), None), (p.inv(_square, singular="raise"), None), (p.det(_square), None),
                           (p.slogdet(_square, which=1), None), (p.slogdet(_square, which=0), None)),
         stays=lambda: (p.det(_c), p.det(p.reshape(_c, shape=(4, 4))))),
    Rule(name="selected_rows", phase=SPECIALIZE, lhs=AnyNode(("dot",)), rhs=selected, shapes=_SHAPES,
         why="rows of the identity select rows",
         examples=lambda: ((_dot(_rows, _x), None), (_dot(_turned, p.transpose(_rows, axes=(1, 0))), None)),
         stays=lambda: (_dot(_turned, _x),)),
)
