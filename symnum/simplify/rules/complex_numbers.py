"""Real and imaginary parts, and conjugates: of real numbers, and of each other."""

from __future__ import annotations

from ...dtypes import COMPLEX128
from ...ir.build import convert
from ...ir.node import Node
from ..match import Match
from ..numbers import constant_like
from ..pattern import AnyNode, Pattern, p, wild
from ..rule import CANONICALIZE, Rule


def part_of_real(m: Match) -> Node | None:
    """x or 0, the parts of a real number that was made complex"""
    wide = m.node.inputs[0]
    if wide.op.name != "cast" or wide.inputs[0].dtype.kind == "c":
        return None
    return convert(wide.inputs[0], m.node.dtype) if m.node.op.name == "real" else constant_like(0, m.node)


def _rule(name: str, lhs: Pattern, rhs: Pattern, why: str, dtypes: str = "c") -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=why, dtypes=dtypes, keeps="bits")


_x = wild("x")
_conjugate = p.conjugate(_x)
_wide = p.cast(_x, dtype=COMPLEX128)
_SIGN = "the conjugate has the other sign in its imaginary part alone"

RULES = (
    _rule("conjugate_twice", p.conjugate(_conjugate), _x, "the imaginary part has its own sign again"),
    _rule("conjugate_of_real", _conjugate, _x, "there is no imaginary part", "fiu"),
    _rule("real_of_conjugate", p.real(_conjugate), p.real(_x), _SIGN),
    _rule("imag_of_conjugate", p.imag(_conjugate), p.negative(p.imag(_x)), _SIGN),
    _rule("size_of_conjugate", p.absolute(_conjugate), p.absolute(_x), _SIGN),
    Rule(name="part_of_real", phase=CANONICALIZE, lhs=AnyNode(("real", "imag"), having=("cast",)), rhs=part_of_real,
         why="the imaginary part is 0", keeps="bits", dtypes="c",
         examples=lambda: ((p.real(p.cast(p.absolute(_x), dtype=COMPLEX128)), None),
                           (p.imag(p.cast(p.absolute(_x), dtype=COMPLEX128)), None)),
         stays=lambda: (p.real(_x), p.real(_wide))),
)
