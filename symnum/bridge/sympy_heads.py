"""``HEADS``: for each class of SymPy that symnum knows, how a node is built from its arguments' values.

Heads of single ops come from the rows' ``sympy`` columns; written here is only what no row has as its head.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from sympy.codegen import cfunctions, numpy_nodes

from ..dtypes import is_complex
from ..ir.node import Node
from ..ops.spec import Absent, OpSpec
from ..ops.table import TABLE
from .sympy_arithmetic import add, logarithm, multiply, power
from .sympy_arrays import ARRAYS
from .sympy_binders import BINDERS
from .sympy_builder import Builder, Value
from .sympy_indexed import INDEXED
from .sympy_matrices import MATRICES
from .sympy_special import SPECIAL

# (values so far, expression) -> its node
Head = Callable[[Builder, Any], Value]
# (builder, values of the arguments) -> node
Formula = Callable[..., Value]


def _row(name: str) -> Head:
    """The op of the values of all arguments."""
    return lambda b, e: b.apply(name, *map(b.of, e.args))


def _chain(name: str) -> Head:
    """A binary op from the left over any number of arguments."""
    return lambda b, e: reduce(lambda x, y: b.apply(name, x, y), map(b.of, e.args))


def _formula(formula: Formula) -> Head:
    return lambda b, e: formula(b, *map(b.of, e.args))


def _inverse_of(name: str) -> Head:
    """1/f(x)."""
    return _formula(lambda b, x: b.apply("reciprocal", b.apply(name, x)))


def _of_inverse(name: str) -> Head:
    """f(1/x)."""
    return _formula(lambda b, x: b.apply(name, b.apply("true_divide", sympy.S.One, x)))


def _piecewise(b: Builder, e: Any) -> Value:
    """Nested choices; NaN where no condition holds."""
    result: Value = sympy.nan
    for value, condition in reversed(e.args):
        holds = b.of(condition)
        if holds is sympy.true:
            result = b.of(value)
        elif holds is not sympy.false:
            result = b.apply("where", holds, b.of(value), result)
    return result


def _sinc(b: Builder, e: Any) -> Node:
    """SymPy's sinc is sin(x)/x, NumPy's sin(pi x)/(pi x)."""
    x = e.args[0]
    rest = [a for a in x.args if a is not sympy.pi] if isinstance(x, sympy.Mul) else []
    if rest and len(rest) < len(x.args):
        return b.apply("sinc", multiply(b, rest))
    value = b.of(x)
    quotient = b.apply("true_divide", b.apply("sin", value), value)
    return b.apply("where", b.apply("equal", value, sympy.S.Zero), sympy.S.One, quotient)


def _contained(b: Builder, e: Any) -> Value:
    """x in a set that comparisons describe."""
    if not b.parts(e):
        raise b.refusal(e, f"the set {e.args[1]} is not described by comparisons", "intervals, or a finite set")
    return b.of(b.parts(e)[0])


def _argument(b: Builder, x: Value) -> Value:
    """The angle of a number: 0 or pi of a real one."""
    if is_complex(x.dtype):
        return b.apply("arctan2", b.apply("imag", x), b.apply("real", x))
    return b.apply("arctan2", sympy.S.Zero, x)


def _choice(b: Builder, condition: Value, yes: Value, no: Value) -> Node:
    return b.apply("where", condition, yes, no)


def _implies(b: Builder, x: Value, y: Value) -> Node:
    return b.apply("logical_or", b.apply("logical_not", x), y)


def _equivalent(b: Builder, first: Value, *others: Value) -> Node:
    return reduce(lambda x, y: b.apply("logical_and", x, y), (b.apply("equal", first, x) for x in others))


_COMPOSED: Mapping[type, Head] = MappingProxyType({
    sympy.Add: lambda b, e: add(b, e.args),
    sympy.Mul: lambda b, e: multiply(b, e.args),
    sympy.Pow: lambda b, e: power(b, *e.args),
    sympy.log: logarithm,
    sympy.Piecewise: _piecewise,
    sympy.Contains: _contained,
    sympy.sinc: _sinc,
    sympy.ITE: _formula(_choice),
    sympy.Implies: _formula(_implies),
    sympy.Equivalent: _formula(_equivalent),
    sympy.sec: _inverse_of("cos"),
    sympy.csc: _inverse_of("sin"),
    sympy.cot: _inverse_of("tan"),
    sympy.sech: _inverse_of("cosh"),
    sympy.csch: _inverse_of("sinh"),
    sympy.coth: _inverse_of("tanh"),
    sympy.asec: _of_inverse("arccos"),
    sympy.acsc: _of_inverse("arcsin"),
    sympy.acot: _of_inverse("arctan"),
    sympy.asech: _of_inverse("arccosh"),
    sympy.acsch: _of_inverse("arcsinh"),
    sympy.acoth: _of_inverse("arctanh"),
    sympy.conjugate: _row("conjugate"),
    sympy.re: _formula(lambda b, x: b.apply("real", x) if is_complex(x.dtype) else x),
    sympy.im: _formula(lambda b, x: b.apply("imag", x) if is_complex(x.dtype) else sympy.S.Zero),
    sympy.arg: _formula(_argument),
    sympy.adjoint: _row("conjugate"),
    sympy.transpose: _formula(lambda b, x: x),
    sympy.UnevaluatedExpr: _formula(lambda b, x: x),
    sympy.frac: _formula(lambda b, x: b.apply("subtract", x, b.apply("floor", x))),
    sympy.erf2: _formula(lambda b, x, y: b.apply("subtract", b.apply("erf", y), b.apply("erf", x))),
    sympy.factorial: _formula(lambda b, x: b.apply("gamma", b.apply("add", x, sympy.S.One))),
    cfunctions.expm1: _row("expm1"),
    cfunctions.log1p: _row("log1p"),
    cfunctions.exp2: _row("exp2"),
    cfunctions.log2: _row("log2"),
    cfunctions.log10: _row("log10"),
    cfunctions.Sqrt: _row("sqrt"),
    cfunctions.Cbrt: _row("cbrt"),
    cfunctions.hypot: _row("hypot"),
    cfunctions.fma: _row("fma"),
    cfunctions.isnan: _row("isnan"),
    cfunctions.isinf: _row("isinf"),
    numpy_nodes.logaddexp: _row("logaddexp"),
    numpy_nodes.logaddexp2: _row("logaddexp2"),
    numpy_nodes.maximum: _chain("maximum"),
    numpy_nodes.minimum: _chain("minimum"),
})


def _of_rows(rows: Mapping[str, OpSpec]) -> dict[type, Head]:
    found: dict[type, Head] = {}
    for row in rows.values():
        if not isinstance(row.sympy, Absent) and isinstance(row.sympy.head, str):
            several = "associative" in row.facts and row.arity == 2
            found[getattr(sympy, row.sympy.head)] = _chain(row.name) if several else _row(row.name)
    return found


HEADS: Mapping[type, Head] = MappingProxyType({
    **_of_rows(TABLE), **_COMPOSED, **SPECIAL, **MATRICES, **ARRAYS, **INDEXED, **BINDERS})
