"""Roots of quadratic equations: the discriminant without overflow and with its digits."""

from __future__ import annotations

from fractions import Fraction

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import as_node, changed, core
from ..match import Match
from ..numbers import Exact, constant_like, exact_of, magnitude
from ..pattern import AnyNode, p, wilds
from ..rule import STABILIZE, Rule
from ..terms import constant_factor, power_of
from ..views import Term, Views
from .squares import root_of

_a, _b, _c, _x, _y = wilds("a b c x y")


def scaled_discriminant(m: Match) -> Node | None:
    """2**k * discriminant_root(b / 2**k, c * x, y), with a number c below 1"""
    terms = m.views.terms(m.node.inputs[0])
    if len(terms) != 2 or m.node.dtype.kind != "f":
        return None
    for square, other in (terms, terms[::-1]):
        base = _base_of_square(m.views, square)
        number = other.leaf.sign * constant_factor(m.views.product(other.leaf.node))
        scale = _exact_root(square.coefficient)
        if base is not None and scale is not None and (number < 0 or not _is_even(other)):
            return _root(m, base if scale == 1 else o.multiply(constant_like(scale, base), base), other, number)
    return None


def _exact_root(number: Exact) -> Fraction | None:
    """The root of a number that is a power of 4, products by which are exact; None of others."""
    root = root_of(Fraction(number)) if number > 0 else None
    return root if root is not None and all(n & (n - 1) == 0 for n in (root.numerator, root.denominator)) else None


def _base_of_square(views: Views, term: Term) -> Node | None:
    """The x of a term x*x."""
    if isinstance(term.key, Node) or len(term.key) != 1:
        return None
    (base, exponent), = term.key
    return base if exponent == 2 else None


def _is_even(term: Term) -> bool:
    """Whether a term is a number or a square, which ``hypot`` takes."""
    return not isinstance(term.key, Node) and all(exponent % 2 == 0 for _, exponent in term.key)


def _root(m: Match, base: Node, other: Term, number: Exact) -> Node | None:
    """sqrt(base**2 + other), the number of ``other`` less a power of 4 that leaves the root as a power of 2."""
    factor, half = -Fraction(number), 0
    while magnitude(factor) > 1:
        factor, half = factor / 4, half + 1
    first, second = _two_factors(m.views, core(m.views, other.leaf.node), m.node)
    if factor != 1:
        first = o.multiply(constant_like(factor, m.node), first)
    scale: Exact = 2 ** half
    inner = base if scale == 1 else o.multiply(constant_like(1 / Fraction(scale), m.node), base)
    root = o.discriminant_root(inner, first, second)
    return root if scale == 1 else o.multiply(constant_like(scale, m.node), root)


def _two_factors(views: Views, node: Node, like: Node) -> tuple[Node, Node]:
    """A term without its number as a product of two."""
    base, exponent = power_of(node)
    if exponent == 2:
        return base, base
    view = views.product(node)
    first = next((leaf for leaf in view.leaves if leaf.sign > 0), None)
    rest = changed(view, {first: None}) if first is not None and len(view.leaves) > 1 else None
    if first is None or rest is None:
        return constant_like(1, like) if exact_of(node) is not None else node, constant_like(1, like)
    return first.node, as_node(rest, view)


RULES = (
    Rule(name="discriminant", phase=STABILIZE, lhs=AnyNode(("sqrt",), having=("add", "subtract")),
         rhs=scaled_discriminant, extreme=True,
         why="the squares overflow or underflow where the root is an ordinary number, and their difference cancels",
         domain={"x": Interval(2.0, 1e300), "y": Interval(-1.0, 1.0)},
         examples=lambda: ((p.sqrt(_b * _b - _a * _c), p.discriminant_root(_b, _a, _c)),
                           (p.sqrt(_b * _b - 4 * (_a * _c)), 2 * p.discriminant_root(0.5 * _b, _a, _c)),
                           (p.sqrt(_x * _x + _y), p.discriminant_root(_x, -_y, 1)),
                           (p.sqrt(_x * _x - 3 * _y), 2 * p.discriminant_root(0.5 * _x, 0.75 * _y, 1)),
                           (p.sqrt(_x * _x - _y * _y), p.discriminant_root(_x, _y, _y))),
         stays=lambda: (p.sqrt(_x * _x + _y * _y), p.sqrt(_x - _y), p.sqrt(1 - _x * _x))),
)
