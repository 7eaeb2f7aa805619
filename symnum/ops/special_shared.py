"""How rows of special functions are written: ``scipys`` for those that SciPy computes, ``own`` for the others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from . import dtype_rules
from .elementwise import row
from .spec import Absent, Interval, OnHost, OpSpec, Text
from .support_scipy import FUNCTIONS

BY_ORDER = Absent("the derivative by an order or a parameter has no closed form")
NO_CUDA = Absent("SciPy computes it, on the CPU only")
WHOLE = Interval(0, 10, integer=True)
# Columns of rows whose last operand may be complex.
COMPLEX: Mapping[str, Any] = MappingProxyType({"dtype": dtype_rules.holomorphic, "complex": OnHost()})
# Columns of those whose operands may all be complex.
COMPLEX_IN_ALL: Mapping[str, Any] = MappingProxyType({"dtype": dtype_rules.analytic, "complex": OnHost()})
# Columns of those that are functions of complex numbers only.
COMPLEX_ONLY: Mapping[str, Any] = MappingProxyType({
    "dtype": dtype_rules.holomorphic_only, "complex": OnHost(), "c": Absent("of complex numbers, on the host")})
# What SciPy computes less well for float32, or not for complex numbers.
_IN_DOUBLE = frozenset({"betainc", "ellipe", "ellipeinc", "ellipk", "ellipkinc", "erfinv"})


def scipys(name: str, doc: str, *domain: Interval, **columns: Any) -> OpSpec:
    """A row that is SciPy's function of that name, which its text calls through a pointer."""
    n = len(FUNCTIONS[name])
    operands = ", ".join(f"{{{k}}}" for k in range(n))
    module = "symnum.ops.scipy_reference" if name in _IN_DOUBLE else "scipy.special"
    return _row(name, doc, f"{module}:{name}", domain, n,
                {"c": Text(f=f"({{T}})sn_scipy_{name}({operands}, 0)"), **columns})


def own(name: str, doc: str, reference: str, *domain: Interval, arity: int, **columns: Any) -> OpSpec:
    """A row whose text is a support function of its name; ``reference`` is in ``scipy_reference``, or SciPy's."""
    operands = ", ".join(f"{{{k}}}" for k in range(arity))
    path = reference if ":" in reference else f"symnum.ops.scipy_reference:{reference}"
    return _row(name, doc, path, domain, arity, {"c": Text(f=f"sn_{name}_{{k}}({operands})"), **columns})


def _row(name: str, doc: str, reference: str, domain: tuple[Interval, ...], arity: int,
         columns: dict[str, Any]) -> OpSpec:
    default: dict[str, Any] = {"dtype": dtype_rules.inexact, "cuda": NO_CUDA, "facts": "smooth", "tol": 16.0}
    return row(name, doc, reference, *domain, arity=arity, **(default | columns))
