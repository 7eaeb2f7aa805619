"""Inverses, systems of equations and determinants, of all matrices: forms that are more exact, or cost less."""

from __future__ import annotations

import math

from ...ir.build import o
from ...ir.node import Node
from ...ops.linalg_matrices import is_turned
from ..match import Match
from ..matrices import PRODUCTS, factors, flipped, is_used_once, right_solved, scaled_of, solved
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, STABILIZE, Rule

_a, _b, _x = wilds("a b x")
_SQUARE = {"a": (3, 3), "x": (3, 3), "b": (3, 2)}
_MANY = {"a": (10, 10)}    # a determinant of many rows overflows
_SOLVED = "a system is solved in fewer operations than by an inverse, and as exactly"


def inverse_of(x: Node) -> Node | None:
    """The matrix whose inverse ``x`` is."""
    if x.op.name == "inv" and x.attr("singular") == "raise":
        return x.inputs[0]
    inner = inverse_of(x.inputs[0]) if is_turned(x) else None
    return None if inner is None else flipped(inner)


def solution(m: Match) -> Node | None:
    """solve(a, b), or of transposed matrices where the inverse is on the right"""
    pair = factors(m.node)
    assert pair is not None
    a, b = pair
    first, last = (inverse_of(x) if x.ndim > 1 else None for x in pair)
    if first is not None:
        return solved(first, b)
    return None if last is None else right_solved(flipped(last), a)


def inverse_of_transposed(m: Match) -> Node | None:
    """transpose(inv(x))"""
    x = m.node.inputs[0]
    return flipped(o.inv(x.inputs[0], singular=m.node.attr("singular"))) if is_turned(x) else None


def of_scaled_right_side(m: Match) -> Node | None:
    """the solution, with the sign or number of the right side"""
    a, b = m.node.operands
    if b.op.name == "negative":
        return o.negative(_same_system(m.node, a, b.inputs[0]))
    if b.op.name == "expand_dims" and b.inputs[0].op.name == "negative":
        return o.negative(_same_system(m.node, a, o.expand_dims(b.inputs[0].inputs[0], axis=b.attr("axis"))))
    found = scaled_of(b)
    return None if found is None else found.times(_same_system(m.node, a, found.matrix))


def _same_system(node: Node, a: Node, b: Node) -> Node:
    found: Node = getattr(o, node.op.name)(a, b, **dict(node.attrs))
    return found


def is_regular(m: Match) -> bool:
    """Whether the matrix is known to have an inverse."""
    return "regular" in m.views.matrix(m["a"])


def of_transposed(m: Match) -> Node | None:
    """the same of the matrix that is not transposed"""
    x = m.node.inputs[0]
    if not is_turned(x):
        return None
    which = {"which": m.node.attr("which")} if m.node.op.name == "slogdet" else {}
    found: Node | None = getattr(o, m.node.op.name)(x.inputs[0], **which)
    return found


def of_factors(m: Match) -> Node | None:
    """the determinants of square factors"""
    x = m.node.inputs[0]
    pair = factors(x)
    if pair is None or not is_used_once(m.views, x) or any(y.ndim != x.ndim or y.shape[-1] != y.shape[-2] for y in pair):
        return None
    if m.node.op.name == "det":
        return o.multiply(*map(o.det, pair))
    which = m.node.attr("which")
    parts = [o.slogdet(y, which=which) for y in pair]
    return (o.add if which else o.multiply)(*parts)


def _inv(x: Pattern) -> Pattern:
    return p.inv(x, singular="raise")


def _t(x: Pattern) -> Pattern:
    return p.transpose(x, axes=(1, 0))


def _sld(x: Pattern, which: int = 1) -> Pattern:
    return p.slogdet(x, which=which)


def _log_of_det(x: Pattern) -> Pattern:
    return p.where(p.greater_equal(_sld(x, 0), 0), _sld(x), math.nan)


_large, _small = 1e34 * _a, 1e-36 * _a
_vector = p.squeeze(p.slice(_x, starts=(0, 0), lengths=(3, 1), steps=(1, 1)), axis=(1,))
_stack = p.broadcast_to(_a, shape=(2, 3, 3))

_lower = {"lower": True, "trans": False, "unit_diagonal": False}
_eye = p.band(p.broadcast_to(1.0, shape=(3, 3)), low=0, high=0)
_positive = p.add(p.dot(_t(_a), _a), _eye)

RULES = (
    Rule(name="inverse_product", phase=CANONICALIZE, lhs=AnyNode(PRODUCTS), rhs=solution, why=_SOLVED, shapes=_SQUARE,
         examples=lambda: ((p.dot(_inv(_a), _b), p.solve(_a, _b)), (p.dot(_x, _inv(_a)), _t(p.solve(_t(_a), _t(_x)))),
                           (p.dot(_t(_inv(_a)), _b), p.solve(_t(_a), _b)),
                           (p.dot(_inv(_a), _vector), None), (p.dot(_vector, _inv(_a)), None),
                   (p.matmul(_inv(_stack), p.broadcast_to(_b, shape=(2, 3, 2)), transpose_a=True, transpose_b=False), None)),
         stays=lambda: (p.dot(_a, _b), p.dot(p.inv(_a, singular="nan"), _b))),
    Rule(name="inverse_of_transposed", phase=CANONICALIZE, lhs=AnyNode(("inv",), having=("transpose",)), keeps="real",
         rhs=inverse_of_transposed, why="a matrix and its transpose have one inverse", shapes=_SQUARE,
         examples=lambda: ((_inv(_t(_a)), _t(_inv(_a))),), stays=lambda: (_inv(_a),)),
    Rule(name="scaled_right_side", phase=CANONICALIZE, rhs=of_scaled_right_side, shapes=_SQUARE,
         lhs=AnyNode(("solve", "solve_triangular"), having=("multiply", "true_divide", "negative")),
         why="systems of one matrix and multiples of one right side are one system",
         examples=lambda: ((p.solve(_a, 2 * _b), 2 * p.solve(_a, _b)), (p.solve(_a, -_b), -p.solve(_a, _b)),
                           (p.solve(_a, p.expand_dims(_vector / 3, axis=(1,))), None),
                           (p.solve(_a, p.expand_dims(-_vector, axis=(1,))), None),
                           (p.solve_triangular(_a, _b * 2, **_lower), p.solve_triangular(_a, _b, **_lower) * 2)),
         stays=lambda: (p.solve(_a, _b), p.solve(2 * _a, _b))),
    Rule(name="inverse_of_inverse", phase=CANONICALIZE, lhs=_inv(_inv(_a)), rhs=_a, when=is_regular, shapes=_SQUARE,
         why="two inverses undo each other",
         examples=lambda: ((_inv(_inv(_positive)), _positive),),
         stays=lambda: (_inv(_inv(_a)),)),
    Rule(name="determinant_of_transposed", phase=CANONICALIZE, lhs=AnyNode(("det", "slogdet"), having=("transpose",)),
         rhs=of_transposed, why="a matrix and its transpose have one determinant", shapes=_SQUARE,
         examples=lambda: ((p.det(_t(_a)), p.det(_a)), (_sld(_t(_a)), _sld(_a)), (_sld(_t(_a), 0), _sld(_a, 0))),
         stays=lambda: (p.det(_a),)),
    Rule(name="log_det", phase=STABILIZE, lhs=p.log(p.det(_a)), rhs=_log_of_det(_a), shapes=_MANY, keeps="real",
         why="a determinant overflows long before its logarithm",
         examples=lambda: ((p.log(p.det(_large)), _log_of_det(_large)), (p.log(p.det(_a)), _log_of_det(_a)))),
    Rule(name="log_size_of_det", phase=STABILIZE, lhs=p.log(p.absolute(p.det(_a))), rhs=_sld(_a), shapes=_MANY,
         why="a determinant overflows long before its logarithm",
         examples=lambda: ((p.log(p.absolute(p.det(_large))), _sld(_large)), (p.log(p.absolute(p.det(_a))), _sld(_a)))),
    Rule(name="sign_of_det", phase=STABILIZE, lhs=p.sign(p.det(_a)), rhs=_sld(_a, 0), shapes=_MANY,
         why="a determinant underflows long before its sign is lost",
         examples=lambda: ((p.sign(p.det(_small)), _sld(_small, 0)), (p.sign(p.det(_a)), _sld(_a, 0)))),
    Rule(name="determinant_of_product", phase=SPECIALIZE, lhs=AnyNode(("det", "slogdet"), among_others=True, having=PRODUCTS),
         rhs=of_factors, why="elimination costs less than a product", shapes=_SQUARE,
         examples=lambda: ((p.det(p.dot(_a, _x)), p.multiply(p.det(_a), p.det(_x))),
                           (_sld(p.dot(_a, _x)), p.add(_sld(_a), _sld(_x)))),
         stays=lambda: (p.det(_a), p.det(p.dot(_t(_b), _b)))),
)
