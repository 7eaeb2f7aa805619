"""Comparisons, tests of a float's kind, and logic: all give bool."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import complex_parts
from .elementwise import composed, everywhere, head, locally_constant, row
from .spec import Absent, Interval, OpSpec, Text

_WIDE = Interval(-1e3, 1e3)
UNORDERED = Absent("complex numbers have no order")
_FACTS = "bool_result exact locally_constant"

# int64 meets uint64 without a cast, as in NumPy.  The text compares after a cast to the first operand's type;
# a second operand that does not fit it is too large for a signed type or negative for an unsigned one.  Where
# both have one type these tests are constant and vanish; compilers must not warn of that.
_MISFIT = {"i": "({1} > 0 && ({T}){1} < 0)", "u": "({1} && !({1} > 0))"}


def _integer_text(sign: str, dtype_class: str, misfit: bool) -> str:
    compared, test = f"{{0}} {sign} ({{T}}){{1}}", _MISFIT[dtype_class]
    return f"{compared} || {test}" if misfit else f"{compared} && !{test}"


def _comparison(ufunc: np.ufunc, doc: str, sign: str, short: str, cls: str, too_large: bool, negative: bool,
                facts: str = "") -> OpSpec:
    """``too_large`` and ``negative``: the result where the second operand does not fit the first's type."""
    text = f"{{0}} {sign} {{1}}"
    c = Text(f=text, b=text, i=_integer_text(sign, "i", too_large), u=_integer_text(sign, "u", negative))
    rule = {"equal": complex_parts.equal, "not_equal": complex_parts.not_equal}.get(ufunc.__name__, UNORDERED)
    return row(ufunc.__name__, doc, ufunc, _WIDE, partials=locally_constant, c=c, facts=f"{_FACTS} {facts}",
               sympy=head(cls, lambda S, x, y: getattr(S, short)(x, y)), complex=rule)


equal = _comparison(np.equal, "Whether x = y; NaN equals nothing, 0.0 equals -0.0.",
                    "==", "Eq", "Equality", False, False, "commutative")
not_equal = _comparison(np.not_equal, "Whether x and y differ; NaN differs from itself.",
                        "!=", "Ne", "Unequality", True, True, "commutative zero_preserving")
less = _comparison(np.less, "Whether x < y; false beside NaN.",
                   "<", "Lt", "StrictLessThan", True, False, "zero_preserving")
less_equal = _comparison(np.less_equal, "Whether x <= y; false beside NaN.",
                         "<=", "Le", "LessThan", True, False)
greater = _comparison(np.greater, "Whether x > y; false beside NaN.",
                      ">", "Gt", "StrictGreaterThan", False, True, "zero_preserving")
greater_equal = _comparison(np.greater_equal, "Whether x >= y; false beside NaN.",
                            ">=", "Ge", "GreaterThan", False, True)

# Kinds of floats ------------------------------------------------------------------------------------------

_NO_NUMBER = Absent("real numbers are never NaN or infinite: SymPy would answer before the values are known")


def _kind(name: str, doc: str, ufunc: np.ufunc, text: str, whole: bool) -> OpSpec:
    known = f"((void){{0}}, {whole:d})"         # an operand that is not mentioned would be an unused variable
    return row(name, doc, ufunc, _WIDE, partials=locally_constant, sympy=_NO_NUMBER,
               c=Text(f=text, i=known, u=known, b=known),
               facts=f"{_FACTS} even{' zero_preserving' * (not whole)}", complex=getattr(complex_parts, name))


isnan = _kind("isnan", "Whether x is NaN.", np.isnan, "{0} != {0}", False)
isinf = _kind("isinf", "Whether x is inf or -inf.", np.isinf, "({0} - {0} != 0) & ({0} == {0})", False)
isfinite = _kind("isfinite", "Whether x is neither infinite nor NaN.", np.isfinite, "{0} - {0} == 0", True)

signbit = row(
    "signbit", "Whether the sign bit is set, as in -0.0 and some NaN.", np.signbit, Interval(avoid=(0.0,)),
    partials=locally_constant, sympy=composed(lambda S, x: x < 0),
    c=Text(f="copysign{s}(({T})1, {0}) < 0"), facts=f"{_FACTS} zero_preserving")


# Logic ----------------------------------------------------------------------------------------------------

def _truth(S: Any, x: Any) -> Any:
    """A truth value of SymPy; numbers, and symbols known to be real, are true if they are not 0."""
    number = isinstance(x, S.Symbol) and x.is_extended_real
    return x if isinstance(x, S.logic.boolalg.Boolean) and not number else S.Ne(x, 0)


def _logic(ufunc: np.ufunc, doc: str, text: str, cls: str, facts: str = "") -> OpSpec:
    return row(ufunc.__name__, doc, ufunc, Interval(-3, 3, integer=True), partials=locally_constant,
               complex=complex_parts.logic(ufunc.__name__),
               sympy=head(cls, lambda S, *xs: getattr(S, cls)(*(_truth(S, x) for x in xs))),
               c=everywhere(text), facts=f"{_FACTS} {facts}")


_JOINED = "associative commutative zero_preserving"

logical_and = _logic(np.logical_and, "Whether both operands are true, that is not 0; NaN is true.",
                     "({0} != 0) & ({1} != 0)", "And", _JOINED)
logical_or = _logic(np.logical_or, "Whether an operand is true, that is not 0; NaN is true.",
                    "({0} != 0) | ({1} != 0)", "Or", _JOINED)
logical_xor = _logic(np.logical_xor, "Whether one operand alone is true, that is not 0; NaN is true.",
                     "({0} != 0) != ({1} != 0)", "Xor", _JOINED)
logical_not = _logic(np.logical_not, "Whether the operand is false, that is 0.", "{0} == 0", "Not", "even")

ROWS: tuple[OpSpec, ...] = (
    equal, not_equal, less, less_equal, greater, greater_equal, isnan, isinf, isfinite, signbit,
    logical_and, logical_or, logical_xor, logical_not)
