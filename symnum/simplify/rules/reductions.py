"""Reductions: of reductions, of scaled and repeated operands, over axes of length 1, and of increasing functions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from ...dtypes import INT64
from ...ir import dims
from ...ir.build import broadcast_to, convert, o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed, edited
from ..match import Match
from ..numbers import Exact, constant_like, exact_of, is_held, magnitude, scalar_of
from ..pattern import AnyNode, Attr, Pattern, p, wilds
from ..rule import CANONICALIZE, EVERY_DTYPE, Build, Rule
from ..terms import coefficient_of, constant_factor
from .comparisons import INCREASING

_FOLDS = ("sum", "prod", "max", "min", "any", "all")
_EXTREMES = ("max", "min")
_POSITIONS = ("argmax", "argmin")
_OPPOSITE = {"max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any"}
_JOINS = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum", "any": "logical_or", "all": "logical_and"}
_MOST_PARTS = 8          # of a join that is reduced part by part
_MOST_SCALE = 1 << 10    # by which a sum may come nearer to overflow


def reduced(name: str, x: Node, axis: Sequence[int]) -> Node:
    """A reduction by its name; over no axes what is reduced."""
    return getattr(o, name)(x, axis=tuple(axis)) if axis else x


# axes ---------------------------------------------------------------------------------------------------------

def at_once(m: Match) -> Node | None:
    """one reduction over all axes, from reductions one after the other"""
    inner = m.node.inputs[0]
    if inner.op is not m.node.op or m.views.count(inner) > 1:
        return None
    first = inner.attr("axis")
    kept = [k for k in range(len(inner.inputs[0].shape)) if k not in first]
    return reduced(m.node.op.name, inner.inputs[0], sorted((*first, *(kept[k] for k in m.node.attr("axis")))))


def without_length_one(m: Match) -> Node | None:
    """the same over the other axes, where some have length 1"""
    x, axis = m.node.inputs[0], m.node.attr("axis")
    single = tuple(k for k in axis if x.shape[k] == 1)
    if not single:
        return None
    left = [k for k in axis if k not in single]
    rest = [k - sum(s < k for s in single) for k in left]
    if m.node.op.name in _POSITIONS:
        return reduced(m.node.op.name, o.squeeze(x, axis=single), rest) if rest else constant_like(0, m.node)
    return reduced(m.node.op.name, convert(o.squeeze(x, axis=single), m.node.dtype), rest)


# factors ------------------------------------------------------------------------------------------------------

def scale_outside(m: Match) -> Node | None:
    """c * sum(x), from sum(c*x)"""
    x, axis = m.node.inputs[0], m.node.attr("axis")
    if m.views.count(x) > 1 or x.dtype != m.node.dtype:
        return None
    found = _number_outside(m, x, axis)
    return _factor_outside(m, x, axis) if found is None else found


def _number_outside(m: Match, x: Node, axis: tuple[int, ...]) -> Node | None:
    """The sum of a product without its numbers and signs, times these, if no digit is lost on the way."""
    view = m.views.product(x)
    numbers = [leaf for leaf in view.leaves if coefficient_of(leaf) is not None]
    if not (numbers or view.negations) or any(leaf.kept or leaf.moved for leaf in view.leaves):
        return None
    factor = constant_factor(view)
    if not is_held(factor, x.dtype) or (x.dtype.kind == "f" and not 1 <= _MOST_SCALE * magnitude(factor) <= _MOST_SCALE**2):
        return None
    value = changed(view, dict.fromkeys(numbers), loose=True) if numbers else edited(view, {}, loose=True)
    if value is None:
        return None
    return _scaled(factor, o.sum(as_node(Value(value.node, 1, value.inverse), view), axis=axis))


def _scaled(factor: Exact, x: Node) -> Node:
    if factor == 1:
        return x
    return o.negative(x) if factor == -1 else o.multiply(constant_like(factor, x), x)


def _factor_outside(m: Match, x: Node, axis: tuple[int, ...]) -> Node | None:
    """A factor, or the last divisor, outside, if it is the same along the axes that are reduced."""
    above: list[Node] = []
    part = x
    while part.op.name == "multiply" or (part is x and part.op.name == "true_divide"):
        for place in (1, 0) if part.op.name == "multiply" else (1,):
            factor, rest = _narrowed(part.inputs[place], axis), part.inputs[1 - place]
            if factor is not None and scalar_of(rest) is None:
                for node in reversed(above):
                    rest = o.multiply(rest, node.inputs[1])
                total = o.sum(rest, axis=axis)
                found: Node | None = getattr(o, part.op.name)(*((factor, total) if place == 0 else (total, factor)))
                return found
        above.append(part)
        part = part.inputs[0]
        if m.views.count(part) > 1:
            return None
    return None


def _narrowed(x: Node, axis: Sequence[int]) -> Node | None:
    """An operand without axes along which it is repeated; None if it is not repeated along all of these."""
    if x.op.name != "broadcast_to":
        return None
    inner = x.inputs[0]
    lead = len(x.shape) - len(inner.shape)
    if any(k >= lead and inner.shape[k - lead] != 1 for k in axis):
        return None
    narrow = o.squeeze(inner, axis=tuple(k - lead for k in axis if k >= lead))
    return broadcast_to(narrow, tuple(n for k, n in enumerate(x.shape) if k not in axis))


def separated(m: Match) -> Node | None:
    """sum(x) * sum(y), from the sum of all products x[i]*y[j], and so for their squares"""
    x, axis = m.node.inputs[0], m.node.attr("axis")
    root, squared = _root_of_square(x)
    if root.op.name != "multiply" or x.dtype != m.node.dtype or m.views.count(x) > 1:
        return None
    free = [[k for k in axis if _narrowed(y, (k,)) is not None] for y in root.inputs]
    if sorted(free[0] + free[1]) != sorted(axis) or not all(free):
        return None
    return o.multiply(*(_sum_of_rest(y, own, axis, squared) for y, own in zip(root.inputs, free, strict=True)))


def _root_of_square(x: Node) -> tuple[Node, bool]:
    name = x.op.name
    if name == "square" or (name == "power" and exact_of(x.inputs[1]) == 2):
        return x.inputs[0], True
    return (x.inputs[0], True) if name == "multiply" and x.inputs[0] is x.inputs[1] else (x, False)


def _sum_of_rest(x: Node, free: Sequence[int], axis: Sequence[int], squared: bool) -> Node:
    """The sum of an operand, or of its squares, over the axes along which it is not repeated."""
    narrow = _narrowed(x, free)
    assert narrow is not None
    rest = tuple(k - sum(f < k for f in free) for k in axis if k not in free)
    return o.sum(o.multiply(narrow, narrow) if squared else narrow, axis=rest)


def powers_outside(m: Match) -> Node | None:
    """c**n * prod(x), from the product of n numbers c*x"""
    x, axis = m.node.inputs[0], m.node.attr("axis")
    count = dims.product(x.shape[k] for k in axis)
    view = m.views.product(x)
    numbers = [leaf for leaf in view.leaves if coefficient_of(leaf) is not None]
    plain = not any(leaf.kept or leaf.moved for leaf in view.leaves) and m.views.count(x) == 1
    if not isinstance(count, int) or not (numbers or view.negations) or not plain or x.dtype != m.node.dtype:
        return None
    factor = constant_factor(view)
    if magnitude(factor) != 1 and (magnitude(factor) > _MOST_SCALE or count > _MOST_PARTS):
        return None
    power = factor ** count if magnitude(factor) != 1 else factor ** (count % 2)
    if not is_held(power, x.dtype) or not 1 <= _MOST_SCALE * magnitude(power) <= _MOST_SCALE**2:
        return None
    value = changed(view, dict.fromkeys(numbers), loose=True) if numbers else edited(view, {}, loose=True)
    if value is None:
        return None
    return _scaled(power, o.prod(as_node(Value(value.node, 1, value.inverse), view), axis=axis))


# extremes and their positions ---------------------------------------------------------------------------------

def function_outside(m: Match) -> Node | None:
    """f(max(x)), from max(f(x)) with an increasing function f"""
    x, axis, name = m.node.inputs[0], m.node.attr("axis"), m.node.op.name
    if m.views.count(x) > 1 and name not in _POSITIONS:
        return None
    if x.op.name in INCREASING and name in _POSITIONS:
        return reduced(name, x.inputs[0], axis)
    if x.op.name in INCREASING:
        made: Node | None = getattr(o, x.op.name)(reduced(name, x.inputs[0], axis))
        return made
    if x.op.name == "negative":
        found = reduced(_OPPOSITE[name], x.inputs[0], axis)
        return found if name in _POSITIONS else o.negative(found)
    return _shift_outside(m, name, x, axis)


def _shift_outside(m: Match, name: str, x: Node, axis: tuple[int, ...]) -> Node | None:
    """max(x) + c, from max(x + c), c * max(x), from max(c*x), and so for differences and quotients."""
    op = x.op.name
    for place in (1, 0) if op in ("add", "subtract", "multiply", "true_divide") else ():
        factor = _narrowed(x.inputs[place], axis)
        if factor is None or scalar_of(x.inputs[1 - place]) is not None or (place == 0 and op == "true_divide"):
            continue
        facts = m.views.facts(factor)
        flips = op == "subtract" and place == 0
        if op in ("multiply", "true_divide"):
            if not (facts.positive or facts.negative):
                continue
            flips = facts.negative
        found = reduced(_OPPOSITE[name] if flips else name, x.inputs[1 - place], axis)
        if name in _POSITIONS:
            return found
        made: Node | None = getattr(o, op)(*((factor, found) if place == 0 else (found, factor)))
        return made
    return None


def negation_outside(m: Match) -> Node | None:
    """not any(x), from all(not x)"""
    x = m.node.inputs[0]
    if x.op.name not in ("logical_not", "invert") or x.inputs[0].dtype.kind != "b" or m.views.count(x) > 1:
        return None
    return o.logical_not(reduced(_OPPOSITE[m.node.op.name], x.inputs[0], m.node.attr("axis")))


# joins --------------------------------------------------------------------------------------------------------

def of_parts(m: Match) -> Node | None:
    """the reductions of all parts, added up"""
    x, axis, name = m.node.inputs[0], m.node.attr("axis"), m.node.op.name
    joined = x.inputs[0] if x.op.name == "cast" else x
    parts = joined.operands
    if joined.op.name != "concatenate" or joined.attr("axis") not in axis or len(parts) > _MOST_PARTS:
        return None
    if max(m.views.count(y) for y in (x, joined)) > 1 or any(_may_be_empty(part, axis) for part in parts):
        return None
    return reduce(getattr(o, _JOINS[name]), (reduced(name, convert(part, x.dtype), axis) for part in parts))


def _may_be_empty(x: Node, axis: Sequence[int]) -> bool:
    return any(not isinstance(x.shape[k], int) or x.shape[k] == 0 for k in axis)


_x, _y, _s = wilds("x y s")
_FINITE = Interval(-1e150, 1e150)
_ONE_PASS = "one pass over the elements instead of two"
_SHIFTED = ("add", "subtract", "multiply", "true_divide")
_row = p.expand_dims(_x, axis=(0,))
_whole = p.cast(_x, dtype=INT64)
_along = {"axis": Attr("axis")}


def _rule(name: str, lhs: Pattern, rhs: Build, why: str, dtypes: str = "fiu", keeps: str = "real",
          **columns: Any) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=why, dtypes=dtypes, keeps=keeps, **columns)


RULES = (
    _rule("reduce_at_once", AnyNode(_FOLDS, among_others=True, having=_FOLDS), at_once, _ONE_PASS, EVERY_DTYPE,
          examples=lambda: ((p.max(p.max(_x, axis=(0,)), axis=(0,)), p.max(_x, axis=(0, 1))),
                            (p.sum(p.sum(_x, axis=(1,)), axis=(0,)), p.sum(_x, axis=(0, 1))),
                            (p.all(p.all(_x, axis=(1,)), axis=(0,)), p.all(_x, axis=(0, 1)))),
          stays=lambda: (p.max(p.min(_x, axis=(0,)), axis=(0,)),)),
    _rule("reduce_length_one", AnyNode((*_FOLDS, *_POSITIONS)), without_length_one, "there is one element to reduce",
          EVERY_DTYPE, "bits",
          examples=lambda: ((p.max(_row, axis=(0,)), None), (p.sum(_row, axis=(0, 2)), None), (p.argmax(_row, axis=(0,)), None),
                            (p.argmin(_row, axis=(0, 1)), None)),
          stays=lambda: (p.max(_row, axis=(1,)),)),
    _rule("sum_of_scaled", AnyNode(("sum",), among_others=True, having=("multiply", "true_divide", "negative")),
          scale_outside, "one multiplication or division instead of many", "f", shapes={"s": ()},
          domain={"x": _FINITE, "y": _FINITE, "s": Interval(1.0, 1e5)},
          examples=lambda: ((p.sum(-_x, **_along), -p.sum(_x, **_along)), (p.sum(2 * _x, **_along), 2 * p.sum(_x, **_along)),
                            (p.sum(0.5 * _x * _y, axis=(1,)), 0.5 * p.sum(_x * _y, axis=(1,))),
                            (p.sum(_x / 3, axis=(1,)), p.sum(_x, axis=(1,)) / 3),
                            (p.sum(_x / _s, axis=(1,)), p.sum(_x, axis=(1,)) / _s)),
          stays=lambda: (p.sum(_x * _y, axis=(1,)), p.sum((_x / _s) * (_x / _s), axis=(1,)))),
    _rule("sum_of_scaled_integers", AnyNode(("sum",), among_others=True, having=("multiply", "negative")), scale_outside,
          "one multiplication instead of many", "i", "bits",
          examples=lambda: ((p.sum(3 * _whole, axis=(1,)), None), (p.sum(-_whole, axis=(0,)), None)),
          stays=lambda: (p.sum(_whole * _whole, axis=(1,)),)),
    _rule("sum_of_all_products", AnyNode(("sum",), among_others=True, having=("multiply", "square", "power")), separated,
          "two short sums instead of one of all products", "f", domain={"x": _FINITE, "s": _FINITE},
          shapes={"x": (3, 1), "s": (4,)},
          examples=lambda: ((p.sum(_x * _s, axis=(0, 1)), None), (p.sum(p.square(_x * _s), axis=(0, 1)), None), (p.sum(p.power(_x * _s, 2), axis=(0, 1)), None)),
          stays=lambda: (p.sum(_x * _s, axis=(1,)), p.sum(_x + _s, axis=(0, 1)))),
    _rule("prod_of_scaled", AnyNode(("prod",), among_others=True, having=("multiply", "true_divide", "negative")),
           powers_outside, "one multiplication instead of many", "f", domain={"x": _FINITE},
          examples=lambda: ((p.prod(-_x, axis=(0,)), -p.prod(_x, axis=(0,))), (p.prod(-_x, axis=(1,)), p.prod(_x, axis=(1,))),
                            (p.prod(2 * _x, axis=(1,)), 16 * p.prod(_x, axis=(1,)))),
          stays=lambda: (p.prod(_x, axis=(1,)), p.prod(_x * _y, axis=(1,)))),
    _rule("extreme_of_function", AnyNode((*_EXTREMES, *_POSITIONS), among_others=True,
                                         having=(*INCREASING, "negative", *_SHIFTED)), function_outside,
          "a function that keeps or reverses the order is needed of one element", "f", shapes={"s": ()},
          domain={"x": _FINITE, "s": _FINITE},
          examples=lambda: ((p.max(p.exp(_x), **_along), p.exp(p.max(_x, **_along))),
                    (p.max(-_x, **_along), -p.min(_x, **_along)), (p.argmin(-_x, axis=(1,)), p.argmax(_x, axis=(1,))),
                            (p.argmax(p.tanh(_x), axis=(0,)), p.argmax(_x, axis=(0,))),
                            (p.max(_x + _s, axis=(1,)), p.max(_x, axis=(1,)) + _s),
                            (p.min(_s - _x, axis=(1,)), _s - p.max(_x, axis=(1,))),
                            (p.max(_x * -2, axis=(1,)), p.min(_x, axis=(1,)) * -2),
                            (p.argmax(_x / p.exp(_s), axis=(1,)), None)),
          stays=lambda: (p.max(p.absolute(_x), axis=(1,)), p.max(_x * _s, axis=(1,)), p.max(_s / _x, axis=(1,)))),
    _rule("any_of_negations", AnyNode(("any", "all"), among_others=True, having=("logical_not", "invert")),
          negation_outside, "one negation instead of many", "b", "bits",
          examples=lambda: ((p.any(p.logical_not(_x), axis=(1,)), p.logical_not(p.all(_x, axis=(1,)))),
                            (p.all(p.logical_not(_x), axis=(0,)), p.logical_not(p.any(_x, axis=(0,))))),
          stays=lambda: (p.any(_x, axis=(1,)),)),
    _rule("reduce_join", AnyNode(_FOLDS, among_others=True, having=("concatenate",)), of_parts,
          "the parts need not be joined", EVERY_DTYPE,
          examples=lambda: ((p.max(p.concatenate(_x, _y, axis=0), axis=(0,)),
                             p.maximum(p.max(_x, axis=(0,)), p.max(_y, axis=(0,)))),
                            (p.sum(p.concatenate(_x, _y, axis=1), axis=(0, 1)), None)),
          stays=lambda: (p.max(p.concatenate(_x, _y, axis=0), axis=(1,)),)),
)
