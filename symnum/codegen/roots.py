"""Inverse roots by an estimate and one correction, and squares that are added in one rounding.

With y near 1/sqrt(x) and e = 1 - x*y*y, 1/sqrt(x) is y*(1 - e)**(-1/2) and 1/(x*sqrt(x)) is y**3*(1 - e)**(-3/2).  As e
is below 2**-13, one term of these series is enough for float32, and four are for float64.  In units of half the last
place the errors are below 1.7 for the first (a root and a quotient: 2), and for the second below 2.1 for float64, whose
y*y and y**3 are exact as estimates have 17 bits, and 4 for float32 (a root, a product and a quotient: 3).  Where e is
not near 0 (x is 0, infinite, negative, NaN, or y*y is too large) y or y*y is the result.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..ir.build import constant
from ..ir.node import Node, intern
from ..ops.table import TABLE
from .instructions import ADD_SQUARE, ESTIMATE, EXPONENTIAL
from .normal import rebuilt, rewrite

_ROOT, _CUBED, _TERM, _ADD, _EXP = (TABLE[name] for name in ("rsqrt", "rsqrt_cubed", "square_term", "add", "exp"))
# Coefficients of (1 - e)**(-1/2) and (1 - e)**(-3/2) after 1.
_SERIES = {_ROOT: (1 / 2, 3 / 8, 5 / 16, 35 / 128), _CUBED: (3 / 2, 15 / 8, 35 / 16, 315 / 128)}
_TERMS = {np.dtype(np.float32): 1, np.dtype(np.float64): 4}


def lowered(roots: Sequence[Node], estimates: bool, exponentials: bool = False) -> list[Node]:
    """Expressions with sums of squares fused and, where processors have ``estimates``, inverse roots by these;
    ``exponentials`` of float32 by instructions."""
    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is _ADD and node.dtype.kind == "f":
            return _added(node, inputs)
        if estimates and node.op in _SERIES and node.dtype in _TERMS:
            return _corrected(node.op is _CUBED, inputs[0], _SERIES[node.op][:_TERMS[node.dtype]])
        if exponentials and node.op is _EXP and node.dtype == np.float32:
            return intern(EXPONENTIAL, inputs, (), node.dtype, ())
        return rebuilt(node, inputs)
    return rewrite(roots, step)


def _added(node: Node, inputs: tuple[Node, ...]) -> Node:
    a, b = inputs
    if a.op is _TERM and b.op is not _TERM:
        a, b = b, a
    return intern(ADD_SQUARE, (a, b.inputs[0]), (), node.dtype, ()) if b.op is _TERM else rebuilt(node, inputs)


def _corrected(cubed: bool, x: Node, series: Sequence[float]) -> Node:
    number = [constant(k, x.dtype) for k in series]
    one, near = constant(1.0, x.dtype), constant(-0.5, x.dtype)
    y = intern(ESTIMATE, (x,), (), x.dtype, ())
    factor, other = (_scalar("multiply", y, y), x) if cubed else (y, _scalar("multiply", x, y))
    first = _scalar("multiply", factor, y) if cubed else y
    rest = _scalar("fma", _scalar("negative", other), factor, one)
    slope = number[-1]
    for k in reversed(number[:-1]):
        slope = _scalar("fma", slope, rest, k)
    # The cube may be infinite: it is multiplied once, so that no difference of infinities comes up.
    found = (_scalar("multiply", first, _scalar("fma", slope, rest, one)) if cubed
             else _scalar("fma", first, _scalar("multiply", slope, rest), first))
    is_near = intern(TABLE["greater"], (rest, near), (), np.dtype(bool), ())
    return intern(TABLE["where"], (is_near, found, factor), (), x.dtype, ())


def _scalar(name: str, *operands: Node) -> Node:
    return intern(TABLE[name], operands, (), operands[0].dtype, ())
