"""Sine and cosine of an angle in half turns: rows that rules make of sin(pi*x), whose product they need not round."""

from __future__ import annotations

import math

from . import dtype_rules
from .elementwise import LIBRARY, composed, row
from .reference import cospi as cosine_of_half_turns
from .reference import sinpi as sine_of_half_turns
from .spec import Interval, OpSpec, Text

_TURNS = Interval(-20.0, 20.0)

sinpi = row(
    "sinpi", "sin(pi*x) with the real pi: 0 at whole numbers, however large; NaN at infinities.", sine_of_half_turns,
    _TURNS, arity=1, dtype=dtype_rules.floating, partials=lambda o, z, x: (math.pi * o.cospi(x),),
    sympy=composed(lambda S, x: S.sin(S.pi * x)), c=Text(f="sn_sinpi_{k}({0})"),
    facts="odd smooth zero_preserving", tol=LIBRARY, cost=17.0)

cospi = row(
    "cospi", "cos(pi*x) with the real pi: 0 at halves of odd numbers, however large; NaN at infinities.",
    cosine_of_half_turns, _TURNS, arity=1, dtype=dtype_rules.floating,
    partials=lambda o, z, x: (-math.pi * o.sinpi(x),), sympy=composed(lambda S, x: S.cos(S.pi * x)),
    c=Text(f="sn_cospi_{k}({0})"), facts="even smooth", tol=LIBRARY, cost=17.0)

ROWS: tuple[OpSpec, ...] = (sinpi, cospi)
