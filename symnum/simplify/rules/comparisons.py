"""Comparisons: what both sides have in common goes, and an unknown is compared with a number by itself."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from ...dtypes import FLOAT16, FLOAT32, FLOAT64, INT64
from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..match import Match
from ..moves import below_moves
from ..numbers import Exact, constant_like, exact_of, is_held, is_normal, magnitude, wrapped
from ..pattern import AnyNode, Call, Wild, p, wilds
from ..rule import CANONICALIZE, Build, Examples, Rule, Stays
from .structure import is_lossless

# Each comparison, and what it is from the other side.
MIRRORED: Mapping[str, str] = MappingProxyType({
    "less": "greater", "less_equal": "greater_equal", "greater": "less", "greater_equal": "less_equal",
    "equal": "equal", "not_equal": "not_equal"})
_EQUALITIES = ("equal", "not_equal")
_ORDERS = tuple(name for name in MIRRORED if name not in _EQUALITIES)
# Increasing, and of any two real numbers the larger has the larger value.
INCREASING = ("arcsinh", "arctan", "cbrt", "deg2rad", "erf", "exp", "exp2", "expm1", "rad2deg", "sigmoid", "sinh",
              "softplus", "tanh")
_LINEAR = ("add", "subtract", "negative", "multiply", "true_divide")


def _compared(name: str, a: Node, b: Node | Exact, like: Node) -> Node:
    right = b if isinstance(b, Node) else constant_like(b, like)
    found: Node = getattr(o, name)(a, right)
    return found


def mirrored(m: Match) -> Node | None:
    """the comparison that is there already, from the other side"""
    a, b = m.node.inputs
    name = m.node.op.name
    key = (name, a, b) if name in ("less", "less_equal") else (MIRRORED[name], b, a)
    return m.views.first(key, m.node)


# beside a number ----------------------------------------------------------------------------------------------

def solved(m: Match) -> Node | None:
    """x < d - c, from x + c < d, where d - c needs no rounding; and so for differences, products and quotients"""
    left, right = m.node.inputs
    name = m.node.op.name
    if exact_of(left) is not None:
        left, right, name = right, left, MIRRORED[name]
    number = exact_of(right)
    inner, moves = below_moves(left)
    if number is None or inner.op.name not in _LINEAR or exact_of(left) is not None:
        return None
    found = _sides(inner, number)
    if found is None:
        return None
    x, limit, flips = found
    dtype = left.dtype
    whole = dtype.kind in "iu"
    if whole and (name not in _EQUALITIES or inner.op.name not in ("add", "subtract", "negative")):
        return None
    limit = wrapped(limit, dtype)
    if not whole and not (is_held(limit, dtype) and (limit == 0 or is_normal(limit, dtype))):
        return None
    return _compared(MIRRORED[name] if flips else name, moves(x), limit, left)


def _sides(left: Node, d: Exact) -> tuple[Node, Exact, bool] | None:
    """The unknown of a linear expression, the number it is compared with, and whether the order turns round."""
    op, operands = left.op.name, left.inputs
    if op == "negative":
        return operands[0], -d, True
    known = [exact_of(x) for x in operands]
    a, b = known
    if (a is None) == (b is None):
        return None
    x = operands[0] if a is None else operands[1]
    c = b if a is None else a
    assert c is not None
    if op == "add":
        return x, d - c, False
    if op == "subtract":
        return (x, d + c, False) if a is None else (x, c - d, True)
    if not c or left.dtype.kind != "f" or not is_normal(c, left.dtype) or (op == "true_divide" and a is not None):
        return None
    return x, Fraction(d) / c if op == "multiply" else d * c, c < 0


def without_difference(m: Match) -> Node | None:
    """x < y, from x - y < 0"""
    left, right = m.node.inputs
    name = m.node.op.name
    if exact_of(left) == 0:
        left, right, name = right, left, MIRRORED[name]
    inner, moves = below_moves(left)
    if exact_of(right) != 0 or inner.op.name != "subtract" or (left.dtype.kind != "f" and name not in _EQUALITIES):
        return None
    return _compared(name, moves(inner.inputs[0]), moves(inner.inputs[1]), left)


# on both sides ------------------------------------------------------------------------------------------------

def without_function(m: Match) -> Node | None:
    """x < y, from f(x) < f(y) with an increasing function f"""
    (a, move_a), (b, move_b) = map(below_moves, m.node.inputs)
    if a.op is not b.op or a.op.name not in INCREASING:
        return None
    return _compared(m.node.op.name, move_a(a.inputs[0]), move_b(b.inputs[0]), a)


def without_negatives(m: Match) -> Node | None:
    """y < x, from -x < -y"""
    (a, move_a), (b, move_b) = map(below_moves, m.node.inputs)
    if not (a.op.name == b.op.name == "negative") or (a.dtype.kind != "f" and m.node.op.name not in _EQUALITIES):
        return None
    return _compared(MIRRORED[m.node.op.name], move_a(a.inputs[0]), move_b(b.inputs[0]), a)


def without_casts(m: Match) -> Node | None:
    """the comparison of what was cast, where the casts change no value that matters"""
    left, right = m.node.inputs
    (a, move_a), (b, move_b) = below_moves(left), below_moves(right)
    if a.op.name == b.op.name == "cast":
        x, y = move_a(a.inputs[0]), move_b(b.inputs[0])
        exact = x.dtype == y.dtype != FLOAT16 and is_lossless(x.dtype, a.dtype)
        return _compared(m.node.op.name, x, y, a) if exact else None
    if a.op.name == "cast":
        limit = _uncast(a, right)
        return None if limit is None else _compared(m.node.op.name, move_a(a.inputs[0]), limit, move_a(a.inputs[0]))
    limit = _uncast(b, left)
    return None if limit is None else _compared(MIRRORED[m.node.op.name], move_b(b.inputs[0]), limit,
                                                move_b(b.inputs[0]))


def _uncast(cast: Node, other: Node) -> Exact | None:
    """The number beside a cast, if what was cast can be compared with it in its own dtype."""
    number = exact_of(other)
    if cast.op.name != "cast" or number is None or cast.inputs[0].dtype.kind == "b" or cast.inputs[0].dtype == FLOAT16:
        return None
    given, wanted = cast.inputs[0].dtype, cast.dtype
    exact = is_lossless(given, wanted) or _is_counted(given, wanted, number)
    return number if exact and _is_in(number, given) else None


def _is_in(number: Exact, dtype: np.dtype[Any]) -> bool:
    if dtype.kind == "f":
        return is_held(number, dtype)
    ends = np.iinfo(dtype)
    return isinstance(number, int) and int(ends.min) <= number <= int(ends.max)


def _is_counted(given: np.dtype[Any], wanted: np.dtype[Any], number: Exact) -> bool:
    """Whether no integer is rounded across a number by a cast to a float dtype."""
    return given.kind in "iu" and wanted.kind == "f" and magnitude(number) < 1 << np.finfo(wanted).nmant + 1


_x, _y = wilds("x y")
_ALL = tuple(MIRRORED)
_FINITE = Interval(-1e150, 1e150)
_int, _wide = p.cast(_x, dtype=INT64), p.cast(_x, dtype=FLOAT64)



def _chosen(comparison: str, x: Wild, y: Wild) -> Call:
    return p.where(getattr(p, comparison)(x, y), _x, _y)


def _pair(name: str, having: tuple[str, ...], rhs: Build, why: str, keeps: str,
          floats: Examples, whole: Examples, stays: Stays,
          **columns: Any) -> tuple[Rule, Rule]:
    """A rule for all comparisons of floats, and one for those of integers that hold although these wrap around."""
    return (Rule(name=name, phase=CANONICALIZE, lhs=AnyNode(tuple(MIRRORED), having=having), rhs=rhs, why=why, keeps=keeps,
                 examples=floats, stays=stays, **columns),
            Rule(name=f"{name}_of_integers", phase=CANONICALIZE, lhs=AnyNode(_EQUALITIES, having=having), rhs=rhs, why=why,
                 keeps="bits", dtypes="iu", examples=whole, stays=stays))


_ON_BOTH_SIDES = (
    *_pair("compared_difference", ("subtract",), without_difference,
           "no difference is needed to compare two numbers", "real",
           lambda: ((p.less(_x - _y, 0), p.less(_x, _y)), (p.less_equal(0, _x - _y), p.greater_equal(_x, _y)),
                    (p.equal(_x - _y, 0), p.equal(_x, _y))),
           lambda: ((p.equal(_x - _y, 0), p.equal(_x, _y)), (p.not_equal(0, _x - _y), p.not_equal(_x, _y))),
           lambda: (p.equal(_x - _y, 1),), domain={"x": _FINITE, "y": _FINITE}),
    *_pair("compared_negatives", ("negative",), without_negatives,
           "the order of negatives is the opposite order", "bits",
           lambda: ((p.less(-_x, -_y), p.greater(_x, _y)), (p.equal(-_x, -_y), p.equal(_x, _y))),
           lambda: ((p.equal(-_x, -_y), p.equal(_x, _y)),), lambda: (p.equal(-_x, _y),)),
    Rule(name="compared_increasing", phase=CANONICALIZE, lhs=AnyNode(_ALL, having=INCREASING), rhs=without_function,
         why="an increasing function keeps the order",
         examples=lambda: ((p.less(p.exp(_x), p.exp(_y)), p.less(_x, _y)),
                           (p.greater_equal(p.tanh(_x), p.tanh(_y)), p.greater_equal(_x, _y))),
         stays=lambda: (p.less(p.exp(_x), p.tanh(_y)), p.less(p.absolute(_x), p.absolute(_y)))),
    Rule(name="compared_casts", phase=CANONICALIZE, lhs=AnyNode(_ALL, having=("cast",)), rhs=without_casts, keeps="bits",
         why="a comparison needs no wider dtype",
         examples=lambda: ((p.less(p.cast(_int, dtype=FLOAT64), 3), p.less(_int, 3)),
                           (p.less(_wide, p.cast(_y, dtype=FLOAT64)), p.less(_x, _y)),
                           (p.greater(2, _wide), p.less(_x, 2))),
         stays=lambda: (p.less(p.cast(_int, dtype=FLOAT64), 2.5), p.less(p.cast(_int, dtype=FLOAT32), 2.0 ** 30),
                        p.less(p.cast(_int, dtype=FLOAT64), p.cast(_int, dtype=FLOAT32)))),
)

_JOINED = tuple(
    Rule(name=name, phase=CANONICALIZE, lhs=join(getattr(p, a)(_x, _y), getattr(p, b)(_x, _y)), rhs=getattr(p, after)(_x, _y),
         keeps="bits", dtypes="b", why="one comparison instead of two")
    for name, join, a, b, after in (
        ("less_or_equal", p.logical_or, "less", "equal", "less_equal"),
        ("greater_or_equal", p.logical_or, "greater", "equal", "greater_equal"),
        ("less_equal_but_not_equal", p.logical_and, "less_equal", "not_equal", "less"),
        ("greater_equal_but_not_equal", p.logical_and, "greater_equal", "not_equal", "greater")))

_SAME = (
    Rule(name="less_equal_same_float", phase=CANONICALIZE, lhs=p.less_equal(_x, _x), rhs=p.equal(_x, _x), keeps="bits",
         why="one name for not being NaN"),
    Rule(name="greater_equal_same_float", phase=CANONICALIZE, lhs=p.greater_equal(_x, _x), rhs=p.equal(_x, _x),
         keeps="bits", why="one name for not being NaN"),
    Rule(name="not_equal_same_float", phase=CANONICALIZE, lhs=p.not_equal(_x, _x), rhs=p.isnan(_x), keeps="bits",
         why="one name for being NaN"),
    Rule(name="merge_mirrored", phase=CANONICALIZE, lhs=AnyNode(_ORDERS, among_others=True), rhs=mirrored, keeps="bits",
         dtypes="fiub", why="computed once instead of twice",
         examples=lambda: ((p.add(_chosen("less_equal", _x, _y), _chosen("greater_equal", _y, _x)),
                            p.add(_chosen("less_equal", _x, _y), _chosen("less_equal", _x, _y))),
                           (p.add(_chosen("greater", _x, _y), _chosen("less", _y, _x)),
                            p.add(_chosen("greater", _x, _y), _chosen("greater", _x, _y)))),
         stays=lambda: (p.logical_or(p.less(_x, _y), p.greater(_x, _y)), p.logical_or(p.less(_x, _y), p.less(_y, _x)))),
)

RULES = (
    *_SAME,
    *_pair("compared_beside_number", _LINEAR, solved,
           "fewer operations, and no rounding before the comparison", "specials",
           lambda: ((p.less(_x + 1, 3), p.less(_x, 2)), (p.less_equal(3, _x - 1), p.greater_equal(_x, 4)),
                    (p.greater(1 - _x, 3), p.less(_x, -2)), (p.less(_x * -2, 6), p.greater(_x, -3)),
                    (p.greater_equal(_x / 3, 2), p.greater_equal(_x, 6)), (p.less(-_x, 2), p.greater(_x, -2)),
                    (p.equal(_x + 1, 3), p.equal(_x, 2)), (p.not_equal(5, 3 - _x), p.not_equal(_x, -2))),
           lambda: ((p.equal(_x + 1, 3), p.equal(_x, 2)), (p.not_equal(5, 3 - _x), p.not_equal(_x, -2))),
           lambda: (p.equal(_x * 3, 1), p.equal(_x + _y, 1), p.equal(_x * 0, 1))),
    *_ON_BOTH_SIDES,
    *_JOINED,
)
