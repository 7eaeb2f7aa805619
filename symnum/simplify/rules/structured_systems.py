"""Systems, inverses and determinants of matrices with a structure, and factors that several of them share.

These rules run when derivatives have been taken: those by a symmetric or triangular matrix are the derivatives of what
the user wrote, by each of its elements.
"""

from __future__ import annotations

from ...ir.build import broadcast_to, constant, convert, o
from ...ir.node import Node
from ...ops.spec import Interval
from ..definite import determinant, inverse, logarithm_of_det, solution, triangular_solution
from ..match import Match
from ..matrices import Scaled, scaled_of
from ..pattern import AnyNode, Pattern, p, wilds
from ..rule import SPECIALIZE, Rule
from ..shared_factors import by_shared_factors, has_system

_a, _b, _c, _s = wilds("a b c s")
_SHAPES = {"a": (16, 16), "b": (16, 2), "c": (16, 16), "s": ()}


def structured_solution(m: Match) -> Node | None:
    """a division, a product, a triangular system, or two of them after Cholesky"""
    a, b = m.node.operands
    return solution(m.views, a, b)


def structured_triangle(m: Match) -> Node | None:
    """a division by the diagonal"""
    return triangular_solution(m.views, m.node)


def structured_inverse(m: Match) -> Node | None:
    """the inverse by structure"""
    return inverse(m.views, m.node.inputs[0]) if m.node.attr("singular") == "raise" else None


def structured_det(m: Match) -> Node | None:
    """the product of what stands on the diagonal"""
    a = m.node.inputs[0]
    if a.op.name == "inv" and a.attr("singular") == "raise":
        return _of_inverse(m.node, a.inputs[0])
    if m.node.op.name == "det":
        return determinant(m.views, a)
    return logarithm_of_det(m.views, a, m.node.attr("which"))


def _of_inverse(node: Node, a: Node) -> Node:
    """The determinant of an inverse; an error, as that of the inverse, where there is none."""
    sign, size = o.pivots(o.slogdet(a, which=0)), o.negative(o.slogdet(a, which=1))
    if node.op.name == "slogdet":
        return sign if node.attr("which") == 0 else o.multiply(o.absolute(sign), size)
    return o.multiply(sign, o.exp(size))


def of_scaled(m: Match) -> Node | None:
    """the solution or inverse divided by the number, or the logarithm and n times that of the number"""
    node = m.node
    found = scaled_of(node.inputs[0])
    if found is None or not has_system(m.views, found.matrix):
        return None
    known = m.views.facts(found.number)
    if node.op.name == "slogdet":
        return _slogdet_of_scaled(node, found) if known.positive else None
    if not known.nonzero:
        return None
    return found.over(o.inv(found.matrix, singular=node.attr("singular")) if node.op.name == "inv"
                      else o.solve(found.matrix, node.operands[1]))


def _slogdet_of_scaled(node: Node, found: Scaled) -> Node:
    which, n = node.attr("which"), found.matrix.shape[-1]
    inner = o.slogdet(found.matrix, which=which)
    if which == 0:
        return inner
    count = convert(n, node.dtype) if isinstance(n, Node) else constant(n, node.dtype)
    more = broadcast_to(o.multiply(count, o.log(found.number)), node.shape)
    return (o.subtract if found.divided else o.add)(inner, more)


def shared(m: Match) -> Node | None:
    """triangular systems of factors that other nodes need too"""
    return by_shared_factors(m.views, m.node)


def _assumed(x: Pattern, *facts: str) -> Pattern:
    return p.assume(x, facts=facts, lower=None, upper=None)


def _t(x: Pattern) -> Pattern:
    return p.transpose(x, axes=(1, 0))


def _inv(x: Pattern) -> Pattern:
    return p.inv(x, singular="raise")


def _sld(x: Pattern, which: int = 1) -> Pattern:
    return p.slogdet(x, which=which)


def _band(x: Pattern, low: int | None, high: int | None) -> Pattern:
    return p.band(x, low=low, high=high)


_eye = _band(p.broadcast_to(1.0, shape=(16, 16)), 0, 0)
_positive = p.add(p.dot(_t(_a), _a), p.multiply(_eye, p.broadcast_to(100.0, shape=(16, 16))))
_low, _high, _diagonal = _band(_a, None, 0), _band(_a, 0, None), _band(_a, 0, 0)
_orthogonal = p.qr(_a, mode="complete", which=0)
_factor = p.cholesky(_positive)
# A 0 on the diagonal of a triangle is an error on both sides.
_REGULAR = {"a": Interval(-1e300, 1e300, avoid=(0.0,))}
_SYSTEMS = ("solve", "inv", "det", "slogdet")

RULES = (
    Rule(name="multiple_of_matrix", phase=SPECIALIZE, lhs=AnyNode(("solve", "inv", "slogdet"), among_others=True, having=(
             "multiply", "true_divide")), rhs=of_scaled, why="a multiple of a matrix has the factors of the matrix",
         shapes=_SHAPES, domain=_REGULAR,
         examples=lambda: ((p.add(p.solve(2 * _a, _b), p.solve(_a, _b)), None), (p.add(_inv(_a / 3), _inv(_a)), None),
                           (p.multiply(p.solve(_a, _b), p.broadcast_to(_sld(2 * _a), shape=(16, 2))), None),
                           (p.multiply(_sld(_a / 3, 0), _sld(_a, 0)), None)),
         stays=lambda: (p.solve(2 * _a, _b), p.add(_inv(0 * _a), _inv(_a)), p.add(_sld(-2 * _a), _sld(_a)))),
    Rule(name="structured_solution", phase=SPECIALIZE, lhs=AnyNode(("solve",), among_others=True), rhs=structured_solution,
         shapes=_SHAPES, domain=_REGULAR, why="a matrix with a structure is not eliminated",
         examples=lambda: ((p.solve(_diagonal, _b), None), (p.solve(_low, _b), None), (p.solve(_high, _b), None),
                           (p.solve(_positive, _b), None)),
         stays=lambda: (p.solve(_a, _b), p.solve(p.dot(_t(_a), _a), _b))),
    Rule(name="structured_triangle", phase=SPECIALIZE, lhs=AnyNode(("solve_triangular",)), rhs=structured_triangle,
         shapes=_SHAPES, domain=_REGULAR, why="a system of a diagonal is a division",
         examples=lambda: ((p.solve_triangular(_diagonal, _b, lower=True, trans=False, unit_diagonal=False), None),),
         stays=lambda: (p.solve_triangular(_low, _b, lower=True, trans=False, unit_diagonal=False),)),
    Rule(name="structured_inverse", phase=SPECIALIZE, lhs=AnyNode(("inv",), among_others=True), rhs=structured_inverse,
         shapes=_SHAPES, domain=_REGULAR, why="a matrix with a structure is not eliminated",
         examples=lambda: ((_inv(_diagonal), None), (_inv(_positive), None)),
         stays=lambda: (_inv(_a), p.inv(_low, singular="nan"))),
    Rule(name="structured_determinant", phase=SPECIALIZE, lhs=AnyNode(("det", "slogdet"), among_others=True),
         rhs=structured_det, shapes=_SHAPES, domain=_REGULAR, why="of a triangle only the diagonal counts",
         examples=lambda: ((p.det(_low), None), (_sld(_high), None), (_sld(_high, 0), None), (p.det(_positive), None),
                   (_sld(_positive), None), (_sld(_positive, 0), None), (p.det(_inv(_a)), None), (_sld(_inv(_a)), None),
                           (_sld(_inv(_a), 0), None)),
         stays=lambda: (p.det(_a), _sld(_a))),
    Rule(name="shared_factors", phase=SPECIALIZE, lhs=AnyNode(_SYSTEMS, among_others=True), rhs=shared, shapes=_SHAPES,
         why="a matrix is eliminated once",
         examples=lambda: ((p.add(p.solve(_a, _b), p.solve(_t(_a), _b)), None),
                           (p.multiply(p.solve(_a, _b), p.broadcast_to(_sld(_a), shape=(16, 2))), None),
                           (p.multiply(_inv(_a), p.broadcast_to(p.det(_a), shape=(16, 16))), None)),
         stays=lambda: (p.solve(_a, _b), p.det(_a), p.add(_sld(_a), _sld(_a, 0)))),
)
