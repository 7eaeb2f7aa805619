"""What helps where SymPy has something that is no number to compute."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from .sympy_special import CURES as SPECIAL_CURES

_CURES: Mapping[type, str] = MappingProxyType({
    **SPECIAL_CURES,
    sympy.exp_polar: "sympy.unpolarify(expression), which says on which sheet its value is taken",
    sympy.polar_lift: "sympy.unpolarify(expression), which says on which sheet its value is taken",
    sympy.DiracDelta: "integrate it in SymPy first; it has no values",
    sympy.SingularityFunction: "expression.rewrite(Piecewise); for negative exponents it has no values",
    sympy.Limit: "expression.doit(), which finds the limit",
    sympy.Order: "expression.removeO(), which leaves the error term out",
    sympy.Lambda: "apply it to its arguments",
    sympy.Poly: "poly.as_expr()",
    sympy.AccumBounds: "a number between the bounds; it has no value of its own",
    sympy.core.numbers.ComplexInfinity: "sympy.oo or sympy.nan; no float is infinite in all directions",
})


def cure_of(e: Any) -> str:
    """What to do where symnum has nothing for the class of an expression.

    >>> cure_of(sympy.Function("f")(1))
    "say what f means: modules={'f': function} of lambdify, symbols={f: function of tensors} of from_sympy"
    """
    if isinstance(e, AppliedUndef):
        return (f"say what {e.func} means: modules={{'{e.func}': function}} of lambdify, "
                f"symbols={{{e.func}: function of tensors}} of from_sympy")
    return _CURES.get(type(e), "rewrite it in SymPy, map that expression to a tensor in symbols= of from_sympy, or say "
                               f"what {type(e).__name__} means with register_sympy")
