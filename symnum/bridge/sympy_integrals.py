"""Integrals by double exponential quadrature, over pieces between the points where the integrand is not smooth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from .. import dtypes
from ..dtypes import FLOAT64, part_of
from ..ir import build
from ..ir.build import o
from ..ir.node import Node
from ..records import dataclass
from .sympy_axes import with_axes
from .sympy_bodies import body_of, limits_of, on_axis, remark
from .sympy_builder import Builder, Value, is_number
from .sympy_edges import Edges, edges_of
from .sympy_quadrature import Rule, finite, half_infinite, infinite, integrated


@dataclass(frozen=True, slots=True)
class End:
    """A bound of a piece: as an expression, and its value; ``symbols`` stand in it for what has no name of its own."""

    expr: Any
    value: Value
    symbols: tuple[tuple[Any, Node], ...] = ()

    @property
    def direction(self) -> int:
        """1 or -1 of an infinite bound, otherwise 0."""
        if isinstance(self.value, Node) or self.value.is_finite:
            return 0
        return 1 if self.value == sympy.oo else -1


def integral(b: Builder, e: Any) -> Value:
    """∫ over the last variable, as a sum along an axis of nodes."""
    variable, *bounds = limits_of(b, e)
    low, high = (End(x, b.of(x)) for x in bounds)
    if is_number(low.value) and is_number(high.value) and low.value == high.value:
        return sympy.S.Zero
    edges = edges_of(body_of(e), variable)
    inner = _inner_ends(b, e, edges, low, high)
    pieces = [_piece(b, e, edges, *ends, between=bool(inner)) for ends in pairwise([low, *inner, high])]
    total: Value = pieces[0]
    for one in pieces[1:]:
        total = b.apply("add", total, one)
    return total


def _piece(b: Builder, e: Any, edges: Edges, low: End, high: End, between: bool) -> Value:
    """The integral between two bounds, inside which the integrand is smooth."""
    places = low.direction, high.direction
    if all(places):
        return _line(b, e, places)
    if any(places):
        sign, start = (places[1], low) if places[1] else (places[0], high)
        found = _half_line(b, e, edges, start, sign)
        return found if (places[1] > 0) or (places[0] < 0) else b.apply("negative", found)
    return _between(b, e, edges, low, high, between)


def _line(b: Builder, e: Any, places: tuple[int, int]) -> Value:
    if places[0] == places[1]:
        return sympy.S.Zero
    dtype = part_of(b.fraction)
    rule = infinite(b.nodes, dtype)
    found = _over(b, e, [(e.limits[-1][0], body_of(e), build.constant(rule.nodes, dtype), ())], rule)
    return found if places[0] < 0 else b.apply("negative", found)


def _half_line(b: Builder, e: Any, edges: Edges, start: End, sign: int) -> Node:
    """From a bound to infinity in the direction of ``sign``."""
    variable, dtype = e.limits[-1][0], part_of(b.fraction)
    rule = half_infinite(b.nodes, dtype)
    if start.symbols or edges.vanish_at(start.expr):
        return _over(b, e, [_around(b, edges, e, start, sign, build.constant(rule.nodes, dtype))], rule)
    if isinstance(start.value, Node):
        return _half_line_of_any_start(b, e, _real(b, e, start.value, dtype), sign)
    first = with_axes(_real(b, e, start.value, dtype), 1)
    return _over(b, e, [(variable, body_of(e), o.add(first, build.constant(sign * rule.nodes, dtype)), ())], rule)


def _half_line_of_any_start(b: Builder, e: Any, start: Node, sign: int) -> Node:
    """From a bound that is known when the graph runs, perhaps infinite itself: up to 0, and from there on.

    Nodes lie close together where a half line begins, so that what an integrand does around 0 is seen from far away.
    """
    variable, body, dtype = e.limits[-1][0], body_of(e), start.dtype
    lines, inner = half_infinite(b.nodes, dtype), finite(b.nodes, dtype, (True, False))
    ahead = o.multiply(start, build.constant(sign, dtype))
    first, width = o.maximum(ahead, 0.0), o.negative(o.minimum(ahead, 0.0))

    def over(nodes: Node, towards: int, rule: Rule) -> Node:
        return _over(b, e, [(variable, body, o.multiply(nodes, build.constant(towards, dtype)), ())], rule)

    step = o.multiply(with_axes(width, 1), build.constant(inner.nodes, dtype))
    places = o.where(build.constant(inner.left), step, o.subtract(with_axes(width, 1), step))
    before = b.apply("multiply", width, over(places, -sign, inner))
    before = b.apply("where", o.equal(width, np.inf), over(build.constant(lines.nodes, dtype), -sign, lines), before)
    after = over(o.add(with_axes(first, 1), build.constant(lines.nodes, dtype)), sign, lines)
    return b.apply("add", b.apply("where", o.equal(width, 0.0), sympy.S.Zero, before),
                   b.apply("where", o.equal(first, np.inf), sympy.S.Zero, after))


def _between(b: Builder, e: Any, edges: Edges, low: End, high: End, between: bool) -> Node:
    """Between two finite bounds; by distances from them, where the integrand is singular there."""
    values = low.value, high.value
    dtype = dtypes.promote([part_of(b.fraction), *(v.dtype for v in values if isinstance(v, Node))])
    dtype = dtype if dtype.kind == "f" else FLOAT64
    by_distance = between or any(edges.vanish_at(end.expr) for end in (low, high))
    rule = finite(b.nodes, dtype, (by_distance or _is_zero(low.value), by_distance or _is_zero(high.value)))
    left, right = (_real(b, e, v, dtype) for v in values)
    width = o.subtract(right, left)
    step = o.multiply(with_axes(width, 1), build.constant(rule.nodes, dtype))
    if by_distance:
        found = _over(b, e, [_around(b, edges, e, low, 1, step), _around(b, edges, e, high, -1, step)], rule)
        empty = b.apply("equal", width, sympy.S.Zero)
        return b.apply("where", empty, sympy.S.Zero, b.apply("multiply", width, found))
    nodes = o.where(build.constant(rule.left), o.add(with_axes(left, 1), step), o.subtract(with_axes(right, 1), step))
    return b.apply("multiply", width, _over(b, e, [(e.limits[-1][0], body_of(e), nodes, ())], rule))


def _is_zero(value: Value) -> bool:
    return is_number(value) and value.is_zero is True


def _real(b: Builder, e: Any, value: Value, dtype: np.dtype[Any]) -> Node:
    node = b.operand(value, [])
    if node.dtype.kind == "c" and is_number(value) and value.is_real:
        node = o.real(node)
    if node.dtype.kind == "c":
        raise b.refusal(e, "its bounds are complex", "a path with a real parameter: substitute x = path(t)")
    return build.convert(node, dtype)


# bounds between pieces --------------------------------------------------------------------------------------

def _inner_ends(b: Builder, e: Any, edges: Edges, low: End, high: End) -> list[End]:
    """The points between the bounds at which the integrand is not smooth, in their order."""
    known = all(is_number(end.value) for end in (low, high))
    if known and all(point.is_number for point in edges.points):
        down, first, last = low.value > high.value, *sorted((low.value, high.value))
        found = sorted({x for x in edges.points if first < x < last}, reverse=bool(down))
        return [End(x, x) for x in found]
    inner = b.inside({}, 0, b.axes, b.implied)
    nodes = [inner.node(inner.visit(x)) for x in edges.points if x not in (low.expr, high.expr)]
    return _ordered(b, e, [x for x in nodes if x.dtype.kind != "c"], low, high)


def _ordered(b: Builder, e: Any, points: Sequence[Node], low: End, high: End) -> list[End]:
    """Points that are known when the graph runs, moved into the interval and sorted from its lower bound on."""
    dtype = part_of(b.fraction)
    nodes = [build.convert(x, dtype) for x in points]
    ends = [_real(b, e, end.value, dtype) for end in (low, high)]
    first, last = o.minimum(*ends), o.maximum(*ends)
    nodes = [o.minimum(o.maximum(x, first), last) for x in nodes]
    for k in range(len(nodes) - 1):
        for j in range(len(nodes) - 1 - k):
            nodes[j], nodes[j + 1] = o.minimum(*nodes[j:j + 2]), o.maximum(*nodes[j:j + 2])
    down = o.greater(*ends)
    found = [o.where(down, y, x) for x, y in zip(nodes, reversed(nodes), strict=True)] if len(nodes) > 1 else nodes
    names = [sympy.Dummy("c") for _ in found]
    return [End(name, x, ((name, x),)) for name, x in zip(names, found, strict=True)]


# sums over nodes --------------------------------------------------------------------------------------------

# A variable, a body in it, its values at the nodes, and what other new symbols stand for.
Branch = tuple[Any, Any, Node, tuple[tuple[Any, Node], ...]]


def _around(b: Builder, edges: Edges, e: Any, end: End, sign: int, distances: Node) -> Branch:
    """The body at distances from an end, with what vanishes there written as a polynomial of the distance."""
    distance = sympy.Dummy("s")
    body, rests = edges.around(body_of(e), end.expr, sign, distance)
    at_end = b.inside(dict(end.symbols), 0, b.axes, b.implied)
    found = [(name, at_end.node(at_end.visit(expr))) for name, expr in rests.items()]
    return distance, body, distances, (*end.symbols, *found)


def _over(b: Builder, e: Any, branches: Sequence[Branch], rule: Rule) -> Node:
    """The sum of a body at nodes, times their weights; of two branches the first is that of the left nodes."""
    found, ranks = [], []
    for variable, expr, nodes, more in branches:
        bound = {variable: nodes, **{name: with_axes(x, 1) for name, x in more}}
        inner = b.inside(bound, 1, (*b.axes, variable), b.implied - {e.limits[-1][0]})
        body = inner.visit(expr)
        remark(b, e, inner, body, variable)
        ranks.append(inner.ranks.get(id(body), 0))
        node, axis = on_axis(inner, body, len(rule.weights))
        found.append(node if node.dtype.kind in "fc" else build.convert(node, nodes.dtype))
    rank = ranks[0]
    real = part_of(found[0].dtype)

    def place(values: np.ndarray[Any, Any]) -> Node:
        return with_axes(build.constant(values if values.dtype == bool else values.astype(real)), rank)

    node = found[0] if len(found) == 1 or rule.left is None else o.where(place(rule.left), *found)
    return integrated(node, rule, axis, b.tolerance, place)
