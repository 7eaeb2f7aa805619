"""Products of matrices: of one column by one row, with numbers outside, summed, and of which only a diagonal is read."""

from __future__ import annotations

from ...ir import dims
from ...ir.build import broadcast_to, convert, o
from ...ir.node import Node
from ...ops.linalg_matrices import is_turned
from ..match import Match
from ..matrices import PRODUCTS, diagonal_of, factors, flipped, is_fewer, is_used_once, product, scaled_of
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, EVERY_DTYPE, SPECIALIZE, Rule

_a, _b, _c, _d, _s, _x, _y, _z = wilds("a b c d s x y z")
_SHAPES = {"a": (3, 4), "b": (4, 5), "c": (5, 2), "d": (4, 3), "x": (3,), "y": (4,), "z": (5,), "s": ()}


# vectors as matrices ------------------------------------------------------------------------------------------

def all_pairs(m: Match) -> Node | None:
    """products of elements, where a column meets a row"""
    pair = factors(m.node)
    if pair is None or any(x.ndim < 2 for x in pair) or not (pair[0].shape[-1] == 1 == pair[1].shape[-2]):
        return None
    a, b = (broadcast_to(x, m.node.shape) for x in pair)
    return o.multiply(a, b)


def by_vector(m: Match) -> Node | None:
    """the product by the vector, as a column or a row"""
    a, b = m.node.operands
    if a.ndim == 2 and _is_new_axis(b, 1):
        return o.expand_dims(o.dot(a, b.inputs[0]), axis=(1,))
    if b.ndim == 2 and _is_new_axis(a, 0):
        return o.expand_dims(o.dot(a.inputs[0], b), axis=(0,))
    return None


def _is_new_axis(x: Node, axis: int) -> bool:
    return x.ndim == 2 and x.op.name == "expand_dims" and x.attr("axis") == (axis,)


# numbers ------------------------------------------------------------------------------------------------------

def scaled(m: Match) -> Node | None:
    """the product, multiplied by a number afterwards"""
    pair = factors(m.node)
    if pair is None:
        return None
    for k, x in enumerate(pair):
        found = scaled_of(x)
        if found is not None and is_fewer(m.node, x):
            return found.times(product(found.matrix, pair[1]) if k == 0 else product(pair[0], found.matrix))
    return None


# sums, diagonals ----------------------------------------------------------------------------------------------

def sum_of_product(m: Match) -> Node | None:
    """the product of sums of rows and of columns"""
    x, axis = m.node.inputs[0], m.node.attr("axis")
    pair = factors(x)
    if pair is None or any(y.ndim < 2 for y in pair) or not is_used_once(m.views, x) or m.node.dtype != x.dtype:
        return None
    last = x.ndim - 1
    if not axis or any(k < last - 1 for k in axis) or pair[0].ndim != pair[1].ndim or x.ndim > 2:
        return None
    a, b = pair
    return product(o.sum(a, axis=(0,)) if last - 1 in axis else a, o.sum(b, axis=(1,)) if last in axis else b)


def diagonal_of_product(m: Match) -> Node | None:
    """sums of the products of rows and columns that meet on the diagonal"""
    x = m.node.inputs[0]
    pair = factors(x)
    if pair is None or not is_used_once(m.views, x):
        return None
    a, b = pair[0], flipped(pair[1])
    if a.ndim != b.ndim:
        stack = x.shape[:-2]
        a, b = (broadcast_to(y, (*stack, *y.shape[-2:])) for y in (a, b))
    length = m.node.shape[-1]
    a, b = (_first_rows(y, length) for y in (a, b))
    if not dims.equal(a.shape[-1], b.shape[-1]):
        return None
    products = o.multiply(a, b)
    return convert(o.sum(products, axis=(products.ndim - 1,)), m.node.dtype)


def _first_rows(x: Node, length: object) -> Node:
    if x.shape[-2] == length:
        return x
    lengths = (*x.shape[:-2], length, x.shape[-1])
    return o.slice(x, starts=(0,) * x.ndim, lengths=lengths, steps=(1,) * x.ndim)


def diagonal_inward(m: Match) -> Node | None:
    """the elements of the diagonal alone"""
    x = m.node.inputs[0]
    if is_turned(x):
        found = diagonal_of(x.inputs[0])
        return found if found.shape == m.node.shape else None
    if x.op.name == "band":
        low, high = x.attr("low"), x.attr("high")
        inside = (low is None or low <= 0) and (high is None or high >= 0)
        return diagonal_of(x.inputs[0]) if inside else None
    if x.op.name == "broadcast_to":
        return _diagonal_of_repeated(x, m.node)
    if x.op.kind != "elementwise" or "may_raise" in x.op.facts or not is_used_once(m.views, x):
        return None
    return o_like(x, [diagonal_of(y) for y in x.operands])


def o_like(x: Node, operands: list[Node]) -> Node:
    """The op of a node on other operands."""
    found: Node = getattr(o, x.op.name)(*operands, **dict(x.attrs))
    return found


def _diagonal_of_repeated(x: Node, node: Node) -> Node | None:
    """Of rows that are all one vector, or columns, or of one number."""
    y = x.inputs[0]
    if y.ndim == 0 or (y.ndim <= x.ndim and all(n == 1 for n in y.shape[-2:])):
        flat = y if y.ndim < 2 else o.reshape(y, shape=(*y.shape[:-2], 1))
        return broadcast_to(flat, node.shape)
    if y.ndim == 1 or y.shape[-2] == 1:
        row = y if y.ndim == 1 else o.squeeze(y, axis=(y.ndim - 2,))
    elif y.shape[-1] == 1:
        row = o.squeeze(y, axis=(y.ndim - 1,))
    else:
        return None
    if row.shape[-1] != node.shape[-1]:
        return None
    return broadcast_to(row, node.shape)


def _dot(a: Pattern, b: Pattern) -> Pattern:
    return p.dot(a, b)


def _new(x: Pattern, axis: int) -> Pattern:
    return p.expand_dims(x, axis=(axis,))


def _sum(x: Pattern, *axis: int) -> Pattern:
    return p.sum(x, axis=axis)


_column = p.slice(_a, starts=(0, 1), lengths=(3, 1), steps=(1, 1))
_row = p.slice(_b, starts=(1, 0), lengths=(1, 5), steps=(1, 1))
_turned = p.transpose(_d, axes=(1, 0))
_stack = p.broadcast_to(_a, shape=(2, 3, 4))
_mm = {"transpose_a": False, "transpose_b": False}

RULES = (
    Rule(name="column_by_row", phase=CANONICALIZE, lhs=AnyNode(PRODUCTS), rhs=all_pairs, shapes=_SHAPES,
         why="a column by a row is one multiplication for each element",
         examples=lambda: ((_dot(_column, _row), p.multiply(_column, _row)),
                           (_dot(_new(_x, 1), _new(_y, 0)), p.multiply(_new(_x, 1), _y)),
                           (p.matmul(p.broadcast_to(_new(_x, 1), shape=(2, 3, 1)), _row, **_mm), None)),
         stays=lambda: (_dot(_a, _b), _dot(_x, _a))),
    Rule(name="product_by_column", phase=CANONICALIZE, lhs=AnyNode(("dot",), having=("expand_dims",)), rhs=by_vector,
         shapes=_SHAPES, why="a matrix is read once for a product by a vector",
         examples=lambda: ((_dot(_a, _new(_y, 1)), _new(_dot(_a, _y), 1)), (_dot(_new(_x, 0), _a), _new(_dot(_x, _a), 0))),
         stays=lambda: (_dot(_a, _b), _dot(_new(_x, 1), _row))),
    Rule(name="scaled_product", phase=CANONICALIZE, lhs=AnyNode(PRODUCTS, having=("multiply", "true_divide")), rhs=scaled,
         shapes=_SHAPES | {"a": (2, 4)}, why="the result has fewer elements than the operand",
         examples=lambda: ((_dot(2 * _a, _y), 2 * _dot(_a, _y)), (_dot(_a / _s, _d), _dot(_a, _d) / _s),
                           (_dot(_a, _s * _b), None), (_dot(_s * _y, _d), _s * _dot(_y, _d))),
         stays=lambda: (_dot(_a, _b), _dot(_a, _b * _z), _dot(2 * _a, _b), _dot(2 / _a, _y))),
    Rule(name="sum_of_product", phase=SPECIALIZE, lhs=AnyNode(("sum",), among_others=True, having=PRODUCTS),
         rhs=sum_of_product, shapes=_SHAPES, why="sums of rows and columns take one pass over each operand",
         examples=lambda: ((_sum(_dot(_a, _b), 0, 1), _dot(_sum(_a, 0), _sum(_b, 1))),
                   (_sum(_dot(_a, _b), 0), _dot(_sum(_a, 0), _b)), (_sum(_dot(_a, _b), 1), _dot(_a, _sum(_b, 1)))),
         stays=lambda: (_sum(_dot(_x, _a), 0), _sum(_a, 0))),
    Rule(name="diagonal_of_product", phase=SPECIALIZE, lhs=AnyNode(("diagonal",), among_others=True, having=PRODUCTS),
         rhs=diagonal_of_product, shapes=_SHAPES, why="of a product only the diagonal is computed",
         examples=lambda: ((p.diagonal(_dot(_a, _d)), _sum(p.multiply(_a, _turned), 1)), (p.diagonal(_dot(_a, _b)), None),
                           (p.diagonal(p.matmul(_stack, _d, **_mm)), None)),
         stays=lambda: (p.diagonal(_a),)),
    Rule(name="diagonal_inward", phase=CANONICALIZE, lhs=AnyNode(("diagonal",), among_others=True), rhs=diagonal_inward,
         shapes=_SHAPES, keeps="bits", dtypes=EVERY_DTYPE, why="only elements of the diagonal are computed",
         examples=lambda: ((p.diagonal(p.exp(_a)), p.exp(p.diagonal(_a))), (p.diagonal(p.transpose(_a, axes=(1, 0))), p.diagonal(_a)),
                           (p.diagonal(_a + _turned), p.diagonal(_a) + p.diagonal(_d)),
                   (p.diagonal(p.broadcast_to(_x, shape=(3, 3))), _x), (p.diagonal(p.band(_a, low=None, high=0)), p.diagonal(_a)),
                   (p.diagonal(p.broadcast_to(_new(_x, 1), shape=(3, 5))), _x), (p.diagonal(p.maximum(2, _a)), p.maximum(2, p.diagonal(_a)))),
         stays=lambda: (p.diagonal(_a), p.diagonal(p.band(_a, low=1, high=None)))),
)
