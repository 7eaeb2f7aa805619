"""How elementwise rows are written: ``row`` with its defaults, and short forms of columns.

Facts are about real numbers, where the op is defined; ``FACTS`` says what each means.  A partial derivative
that is zero where a condition fails is a ``where`` with the number 0 as its other branch, so that a masked
cotangent can stay masked; None is zero everywhere, and ``Absent`` stands where there is no derivative.
Numbers in partials are Python numbers, which take the dtype of their neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from . import dtype_rules
from .spec import Absent, Interval, OpSpec, Sympy, Text

FACTS: Mapping[str, str] = MappingProxyType({
    "associative": "f(f(x, y), z) = f(x, f(y, z))",
    "bilinear": "linear in each operand while the others are held",
    "bool_result": "the result is bool",
    "commutative": "f(x, y, ...) = f(y, x, ...)",
    "even": "f(-x) = f(x)",
    "exact": "the nearest number to the real value, or a choice: C and NumPy agree in every bit",
    "idempotent": "f(x, x) = x, or f(f(x)) = f(x) for one operand",
    "increasing": "never falls when an operand grows",
    "linear": "f(a x + b y) = a f(x) + b f(y), with all operands together",
    "locally_constant": "all partial derivatives are zero wherever they exist",
    "may_raise": "NumPy raises ValueError for some operands; C gives 0 there",
    "odd": "f(-x) = -f(x)",
    "smooth": "infinitely often differentiable, but for poles and ends of the domain",
    "zero_preserving": "f(0, ...) = 0 with all operands 0",
})

# Vector libraries promise 4 units in the last place, and so do NumPy's loops.
LIBRARY = 8.0
NOT_REAL = Absent("no function of real numbers: it looks at the bits")
INTEGERS_ONLY = Absent("defined on integers, which are not differentiated")


def locally_constant(o: Any, z: Any, *xs: Any) -> tuple[None, ...]:
    """The partials of an op whose derivative is zero wherever it exists."""
    return (None,) * len(xs)


def everywhere(text: str) -> Text:
    """One C text for all dtype classes."""
    return Text(f=text, i=text, u=text, b=text)


def integers(text: str, b: str | None = None) -> Text:
    """One C text for both integer classes, and one for bool if it has a loop."""
    return Text(i=text, u=text) if b is None else Text(i=text, u=text, b=b)


def composed(to: Callable[..., Any]) -> Sympy:
    """SymPy has no class of its own for the op: it is written with others."""
    return Sympy(to=to, head=Absent("SymPy writes it with other functions"))


def head(name: str, to: Callable[..., Any] | None = None) -> Sympy:
    """SymPy's class ``name``, built by the function of the same name unless ``to`` says otherwise."""
    return Sympy(to=to or (lambda S, *xs: getattr(S, name)(*xs)), head=name)


def one(o: Any, x: Any) -> Any:
    """The number 1 in the dtype of ``x``, for partials that are made of numbers only."""
    return o.constant(1, x.dtype)


def conjugated(o: Any, x: Any) -> Any:
    """The complex conjugate; real numbers stay."""
    return o.conjugate(x) if x.dtype.kind == "c" else x


def row(name: str, doc: str, numpy: Any, *domain: Interval, facts: str = "", **columns: Any) -> OpSpec:
    """An elementwise row: arity and dtype come from ``numpy`` if it is a ufunc; ``facts`` are words."""
    ufunc = isinstance(numpy, np.ufunc)
    default: dict[str, Any] = {"arity": numpy.nin, "dtype": dtype_rules.by_ufunc(numpy)} if ufunc else {}
    given = default | columns
    spread = domain if len(domain) > 1 else domain * given["arity"]
    return OpSpec(name=name, kind="elementwise", doc=doc, numpy=numpy, domain=spread,
                  facts=frozenset(facts.split()), **given)
