"""Rows that rules make of products and quotients whose factors are scaled by powers of two, so that none overflows."""

from __future__ import annotations

from . import dtype_rules
from .elementwise import NOT_REAL, composed, locally_constant, row
from .reference import inverse_scale as scale_of_one
from .reference import sqrt_product as scaled_root_of_product
from .spec import Interval, OpSpec, Text

_NOT_ZERO = Interval(-1e3, 1e3, avoid=(0.0,))

inverse_scale = row(
    "inverse_scale", "2**-k with |x| in [2**k, 2**(k+1)), where it is a normal number, else the nearest such power.",
    scale_of_one, _NOT_ZERO, arity=1, dtype=dtype_rules.floating, partials=locally_constant, sympy=NOT_REAL,
    c=Text(f="sn_inverse_scale_{k}({0})"), facts="even exact locally_constant", cost=3.0)

sqrt_product = row(
    "sqrt_product", "sqrt(x*y), which overflows only where the result does.", scaled_root_of_product,
    Interval(1e-3, 1e3), arity=2, dtype=dtype_rules.floating,
    partials=lambda o, z, x, y: (0.5 * (y / z), 0.5 * (x / z)), sympy=composed(lambda S, x, y: S.sqrt(x * y)),
    c=Text(f="sn_sqrt_product_{k}({0}, {1})"), facts="commutative smooth zero_preserving", cost=18.0, tol=2.0)

ROWS: tuple[OpSpec, ...] = (inverse_scale, sqrt_product)
