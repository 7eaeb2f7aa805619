"""Between graphs and SymPy: structure, names, numbers, sharing, and what is refused."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import S

from symnum.bridge.sympy_expressions import to_sympy_nodes
from symnum.bridge.sympy_graphs import from_sympy_nodes
from symnum.bridge.sympy_numbers import nearest, rounded, to_number
from symnum.errors import GraphError, UnsupportedError
from symnum.ir.build import constant, input_leaf, o
from symnum.ir.interpret import function
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.ir.walk import topological

F32, F64 = np.dtype("float32"), np.dtype("float64")
x, y = sympy.symbols("x y")
X, Y = input_leaf("x", F64, ()), input_leaf("y", F64, ())
BY_NAME = {x: X, y: Y}


def graph(expression: Any, symbols: Any = None, **options: Any) -> Node:
    return verify(from_sympy_nodes([expression], BY_NAME if symbols is None else symbols, **options))[0]


def at(node: Node, x: float, y: float = 0.0) -> Any:
    with np.errstate(all="ignore"):
        return function([X, Y], [node])([np.asarray(x), np.asarray(y)])[0]


def expression(node: Node, **options: Any) -> Any:
    return to_sympy_nodes([node], **options)[0][0]


# from SymPy: structure ------------------------------------------------------------------------------------

STRUCTURE = [
    (x - y, o.subtract(X, Y)),
    (1 - x, o.subtract(1.0, X)),
    (-x - y, o.subtract(o.negative(X), Y)),
    (x + 2, o.add(X, 2.0)),
    (x - 2, o.subtract(X, 2.0)),
    (x / y, o.true_divide(X, Y)),
    (1 / x, o.true_divide(1.0, X)),
    (x / 3, o.true_divide(X, 3.0)),
    (x / 2, o.multiply(0.5, X)),
    (2 * x / 3, o.true_divide(o.multiply(2.0, X), 3.0)),
    (-x / y, o.negative(o.true_divide(X, Y))),
    (x - y / 3, o.subtract(X, o.true_divide(Y, 3.0))),
    (x / (3 * y), o.true_divide(X, o.multiply(Y, 3.0))),
    (x**2, o.square(X)),
    (x**-2, o.true_divide(1.0, o.square(X))),
    (x**3, o.power(X, 3.0)),
    (sympy.sqrt(x), o.sqrt(X)),
    (y / sympy.sqrt(x), o.true_divide(Y, o.sqrt(X))),
    (x**sympy.Rational(2, 7), o.power(X, 2 / 7)),
    (x**y, o.power(X, Y)),
    (2**x, o.exp2(X)),
    (3**x, o.power(3.0, X)),
    (sympy.exp(x), o.exp(X)),
    (sympy.Pow(sympy.E, x, evaluate=False), o.exp(X)),
    (sympy.log(x, 2), o.log2(X)),
    (3 * sympy.log(x, 10), o.multiply(3.0, o.log10(X))),
    (sympy.log(x, 10) / y, o.true_divide(o.log10(X), Y)),
    (sympy.Mul(x, x, evaluate=False), o.multiply(X, X)),
    (sympy.Min(x, y), o.minimum(X, Y)),
    (sympy.Mod(x, 2), o.remainder(X, 2.0)),
    (sympy.sinc(sympy.pi * x), o.sinc(X)),
    (sympy.log(sympy.Abs(sympy.gamma(x))), o.lgamma(X)),
    (sympy.Piecewise((x, x > 1), (1, True)), o.where(o.greater(X, 1.0), X, 1.0)),
    (sympy.Piecewise((x, x > 1)), o.where(o.greater(X, 1.0), X, np.nan)),
    (sympy.And(x > 1, y < 1), o.logical_and(o.greater(X, 1.0), o.less(Y, 1.0))),
    (sympy.erf2(x, y), o.subtract(o.erf(Y), o.erf(X))),
    (sympy.cbrt(sympy.Abs(x)), o.cbrt(o.absolute(X))),
    (2 * sympy.pi * x, o.multiply(2 * math.pi, X)),
    (x + 1 + sympy.sqrt(2), o.add(X, 2.414213562373095)),
    (sympy.Float("0.1", 50) * x, o.multiply(0.1, X)),
    (x + sympy.oo, o.add(X, math.inf)),
]


@pytest.mark.parametrize(("given_expression", "wanted"), STRUCTURE, ids=lambda v: str(v))
def test_expressions_become_what_a_person_would_write(given_expression: Any, wanted: Node) -> None:
    assert graph(given_expression) is wanted


COMPOSED = [
    sympy.sec(x), sympy.csc(x), sympy.cot(x), sympy.sech(x), sympy.csch(x), sympy.coth(x), sympy.asec(1 + x),
    sympy.acsc(1 + x), sympy.acot(x), sympy.acot(-x), sympy.asech(x / 2), sympy.acsch(x), sympy.acoth(1 + x),
    sympy.frac(-x), sympy.factorial(x), sympy.sinc(x), sympy.sinc(2 * x), sympy.Heaviside(x - 1),
    x**sympy.Rational(1, 3), x**sympy.Rational(-5, 3), sympy.Max(x, y, 1, -x), sympy.polygamma(2, x),
    sympy.ceiling(x) + sympy.floor(-x), sympy.sign(-x) * sympy.Abs(y - x), sympy.atan2(-y, -x),
    sympy.log(x, 3), sympy.loggamma(x), (x - y) / (x + y) - x * y / (1 + x**2), -2 * sympy.sqrt(3) * x - sympy.pi,
    sympy.Piecewise((1, x < 0), (2, x < 1), (3, True)), sympy.Piecewise((x, sympy.Or(x > 5, y > x)), (y, True)),
    sympy.Piecewise((1, sympy.Xor(x > 0, y > 0, x > y)), (0, True)), x**1.0 + 0.25 * x**0.5, sympy.exp(x**2)**y,
    sympy.Piecewise((1, sympy.ITE(x > 1, y > 0, y < 0)), (0, True)), (x * y)**sympy.Rational(3, 2), x**(-y / 3),
    sympy.Piecewise((1, sympy.Implies(x > 1, y > 0)), (0, True)), sympy.gamma(x) / sympy.gamma(x + 1),
    sympy.Piecewise((1, sympy.Equivalent(x > 1, y > 0, x > y)), (0, True)), sympy.EulerGamma * x,
]


@pytest.mark.parametrize("e", COMPOSED, ids=str)
def test_composed_expressions_have_sympys_value(e: Any) -> None:
    node = graph(e)
    for a, b in [(0.6, 0.3), (1.7, 2.2), (0.9, 0.1), (-0.7, 0.4), (2.5, -1.5)]:
        exact = {x: sympy.Rational(a), y: sympy.Rational(b)}
        want = complex(e.subs(exact).evalf(30))
        if want.imag == 0:
            assert at(node, a, b) == pytest.approx(want.real, rel=1e-13), (a, b)


def test_code_generation_functions_of_sympy() -> None:
    from sympy.codegen import cfunctions
    names = {"expm1": "expm1", "log1p": "log1p", "exp2": "exp2", "log2": "log2", "log10": "log10",
             "Sqrt": "sqrt", "Cbrt": "cbrt"}
    for head, row in names.items():
        assert graph(getattr(cfunctions, head)(x)) is getattr(o, row)(X)
    assert graph(cfunctions.hypot(x, y)) is o.hypot(X, Y)
    assert graph(cfunctions.fma(x, y, x)) is o.fma(X, Y, X)


def test_roots_of_negative_numbers_are_nan() -> None:
    """SymPy's principal root is complex there."""
    for e in (x**sympy.Rational(1, 3), x**sympy.Rational(2, 7), sympy.sqrt(x)):
        assert np.isnan(at(graph(e), -8.0))
    assert at(graph(x**sympy.Rational(1, 3)), 27.0) == 3.0
    assert np.isnan(at(graph(sympy.Piecewise((x, x > 1), (2, x < 0))), 0.5))


def test_log_of_gamma_does_not_overflow() -> None:
    positive = sympy.Symbol("p", positive=True)
    node = graph(sympy.log(sympy.gamma(positive)), {positive: X})
    assert at(node, 1e5) == pytest.approx(1051287.7089736538, rel=1e-14)
    assert np.isnan(at(graph(sympy.log(sympy.gamma(x))), -0.5))


@pytest.mark.parametrize("head", [sympy.Implies, sympy.Equivalent, sympy.Xor, sympy.ITE, sympy.Nand, sympy.Nor])
def test_truth_tables(head: Any) -> None:
    names = sympy.symbols("p q r")
    bools = [input_leaf(str(name), "bool", ()) for name in names]
    node = graph(head(*names) if head is not sympy.Implies else head(*names[:2]), dict(zip(names, bools, strict=True)))
    for k in range(8):
        bits = [bool(k >> j & 1) for j in range(3)]
        want = bool(head(*map(sympy.sympify, bits[:2 if head is sympy.Implies else 3])))
        assert bool(function(bools, [node])([np.asarray(b) for b in bits])[0]) is want


# from SymPy: numbers and dtypes -------------------------------------------------------------------------------

def test_numbers_take_the_dtype_of_what_they_meet() -> None:
    v, n = input_leaf("v", F32, (3,)), input_leaf("n", "int32", ())
    assert graph(x / 10 + sympy.pi, {x: v}).dtype == F32
    assert graph(x + 1, {x: n}) is o.add(n, 1)
    assert graph(x + sympy.Rational(1, 2), {x: n}) is o.add(n, 0.5)
    assert graph(sympy.Piecewise((1, x > 0), (0, True)) * x, {x: v}).dtype == F32
    assert (graph(S(3)).dtype.name, graph(S(3) / 2).dtype.name, graph(S.true).dtype.name) == (
        "int64", "float64", "bool")
    assert graph(S(3), dtype=F32) is constant(np.float32(3))
    assert graph(sympy.pi) is constant(math.pi)


def test_a_number_is_rounded_once() -> None:
    third = input_leaf("x", F32, ())
    # 1 + 2**-24 + 2**-60 lies above the middle of two float32, and rounds to the middle in float64.
    number = 1 + sympy.Rational(1, 2**24) + sympy.Rational(1, 2**60)
    assert graph(x + number, {x: third}) is o.add(third, constant(np.float32(1 + 2**-23)))
    assert graph(x * (sympy.sqrt(2) + sympy.Rational(1, 10**30)), {x: third}) is o.multiply(np.float32(2**0.5), third)
    assert at(graph(x * (sympy.exp(100) - sympy.floor(sympy.exp(100)))), 1.0) == float(
        (sympy.exp(100) - sympy.floor(sympy.exp(100))).evalf(30))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.fractions(), st.integers(-1100, 1000))
def test_nearest_float(fraction: Fraction, scale: int) -> None:
    value = fraction * Fraction(2) ** scale
    for dtype in (F32, F64):
        got = nearest(value, dtype)
        with np.errstate(over="ignore"):
            sides = [got, np.nextafter(got, dtype.type(-np.inf)), np.nextafter(got, dtype.type(np.inf))]
        gaps = [abs(Fraction(float(v)) - value) for v in sides if np.isfinite(v)]
        assert np.isinf(got) or gaps[0] == min(gaps)
        assert not np.isinf(got) or abs(value) > Fraction(float(np.finfo(dtype).max))


@pytest.mark.parametrize("text", ["1e-5000", "-1e-5000", "1e5000", "-1e5000"])
def test_floats_beyond_all_dtypes(text: str) -> None:
    want = np.float64(text)
    got = rounded(sympy.Float(text), F64)
    assert got == want
    assert np.signbit(got) == np.signbit(want)


NUMBERS = [0.1, -0.1, 1 / 3, 0.5, -0.75, 2.0, 1e15 + 0.5, 2.0**53, 2.0**60, 1e308, 5e-324, -2.5e-310, math.pi, math.e,
           -math.pi, 1e22, 0.0, math.inf, -math.inf, 1 + 2**-52]


@pytest.mark.parametrize("value", [*NUMBERS, -0.0, math.nan])
@pytest.mark.parametrize("dtype", [F32, F64])
def test_constants_come_back_with_equal_bits(value: float, dtype: Any) -> None:
    v, flag = input_leaf("v", dtype, ()), input_leaf("flag", "bool", ())
    with np.errstate(all="ignore"):
        node = o.where(flag, v, dtype.type(value))
    exprs, table = to_sympy_nodes([node])
    back, = from_sympy_nodes(exprs, table)
    assert back is node


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.floats(width=64), st.sampled_from([F32, F64]))
def test_bits_of_any_float_survive(value: float, dtype: Any) -> None:
    with np.errstate(over="ignore"):
        scalar = dtype.type(value)
    number = to_number(scalar)
    if number is None:
        assert np.isnan(scalar) or (scalar == 0 and np.signbit(scalar))
    else:
        assert rounded(number, dtype).tobytes() == scalar.tobytes()


def test_simple_numbers_are_exact_in_sympy() -> None:
    assert expression(o.power(X, 0.5)) == sympy.sqrt(sympy.Symbol("x", real=True))
    assert to_number(np.float64(math.pi)) is sympy.pi
    assert to_number(np.float32(math.e)) is sympy.E
    assert to_number(np.int8(-7)) == sympy.Integer(-7)
    for value in (1e300, 3.1415926, np.nextafter(math.pi, 4), 0.1):
        assert isinstance(to_number(np.float64(value)), sympy.Float)


# to SymPy ---------------------------------------------------------------------------------------------------

def test_names_are_taken_as_they_are() -> None:
    leaves = [input_leaf(name, F64, ()) for name in ("lambda", "x-1", "exp", "ünï code", "x", "x", None)]
    total = leaves[0]
    for leaf in leaves[1:]:
        total = o.add(total, o.sin(leaf))
    (e,), table = to_sympy_nodes([total], {leaves[4]: "given"})
    assert set(table.values()) == set(leaves)
    assert {s.name for s in table} >= {"lambda", "x-1", "exp", "ünï code", "given", "x"}
    assert len({s for s in table if not isinstance(s, sympy.Dummy)}) == 6
    back = graph(e, table)
    run, again = function(leaves, [total]), function(leaves, [back])
    values = [np.asarray(0.1 * k) for k in range(7)]
    np.testing.assert_allclose(again(values)[0], run(values)[0], rtol=1e-14)


def test_two_leaves_of_one_name_stay_two() -> None:
    a, b = input_leaf("x", F64, ()), input_leaf("x", F64, ())
    e = expression(o.subtract(a, b))
    assert e != 0
    assert len(e.free_symbols) == 2


def test_symbols_carry_the_kind_of_their_dtype() -> None:
    kinds = {"float32": "real", "int8": "integer", "uint8": "nonnegative"}
    for dtype, assumption in kinds.items():
        assert getattr(expression(input_leaf("v", dtype, ())), f"is_{assumption}")
    assert expression(input_leaf("v", "bool", ())).is_real is None


def test_what_is_not_elementwise_is_carried() -> None:
    v = input_leaf("v", F64, (None,))
    total = o.sum(o.exp(v), axis=(0,))
    (e,), table = to_sympy_nodes([o.true_divide(o.log(total), 2.0)])
    symbol, = table
    assert table == {symbol: total}
    assert e == sympy.log(symbol) / 2
    n = input_leaf("n", "int64", ())
    mixed = o.multiply(n, 0.5)
    (e,), table = to_sympy_nodes([mixed])
    assert (str(e), list(table.values())) == ("n/2", [o.cast(n, dtype=F64)])
    flags = o.add(o.less(X, 0.0), o.less(Y, 0.0))
    assert isinstance(expression(flags), sympy.Dummy)
    assert expression(o.cast(o.less(X, Y), dtype=F64)).func is sympy.Piecewise


def test_opaque_nodes_are_carried_on_request() -> None:
    inner = o.exp(X)
    (e,), table = to_sympy_nodes([o.log(inner)], opaque=[inner])
    assert [table[s] for s in e.free_symbols] == [inner]
    assert graph(e, table) is o.log(inner)
    assert expression(o.log(inner)) == sympy.Symbol("x", real=True)


def test_arrays_are_seen_by_element() -> None:
    a, b = input_leaf("a", F64, (None, 3)), input_leaf("b", F32, (3,))
    table_of_numbers = np.arange(3.0)
    node = o.multiply(o.add(a, o.exp(b)), o.add(table_of_numbers, 1.0))
    (e,), table = to_sympy_nodes([node])
    assert [x.op.name for x in table.values()] == ["input", "cast", "constant"]
    back = graph(e, table)
    values: list[Any] = [np.ones((2, 3)), np.arange(3, dtype=F32)]
    want, got = function([a, b], [node])(values)[0], function([a, b], [back])(values)[0]
    np.testing.assert_allclose(np.broadcast_to(got, want.shape), want, rtol=1e-14)


def test_huge_numbers_are_not_written_out() -> None:
    for node in (o.power(constant(3.0), constant(1e9)), o.gamma(constant(1e7)), o.exp2(constant(-1e9))):
        assert isinstance(expression(node), sympy.Dummy)
    assert expression(o.power(constant(2.0), constant(0.5))) == sympy.sqrt(2)


# sharing and depth -------------------------------------------------------------------------------------------

def _shared(depth: int) -> Node:
    node = X
    for _ in range(depth):
        node = o.add(o.multiply(0.5, o.tanh(node)), o.multiply(node, 0.5))
    return node


def test_shared_graphs_become_windows_in_linear_time() -> None:
    """As a tree this graph has 2**1000 nodes."""
    node = _shared(1000)
    exprs, table = to_sympy_nodes([node], max_nodes=40)
    assert sum(1 for _ in sympy.preorder_traversal(exprs[0])) <= 80
    assert set(table) == exprs[0].free_symbols
    back, = from_sympy_nodes(exprs, table)
    np.testing.assert_allclose(at(back, 0.7), at(node, 0.7), rtol=1e-13)


def test_small_graphs_are_not_cut() -> None:
    (e,), table = to_sympy_nodes([_shared(5)])
    assert list(table.values()) == [X]
    assert e.free_symbols == set(table)


def test_long_sums_are_not_deep() -> None:
    leaves = [input_leaf(f"x{k}", F64, ()) for k in range(150)]
    total = leaves[0]
    for leaf in leaves[1:]:
        total = o.add(total, leaf)
    assert len(expression(total).args) == 150


def _unevaluated(depth: int) -> Any:
    """Each level uses the one before it twice."""
    e = x
    for _ in range(depth):
        e = sympy.Add(sympy.sin(e, evaluate=False), e, evaluate=False)
    return e


def test_deep_shared_expressions_become_graphs_of_their_size() -> None:
    deep = _unevaluated(5000)
    node, = from_sympy_nodes([deep], BY_NAME)
    assert len(topological([node])) == 10_001
    assert len({graph(sympy.Add(*(sympy.sin(k * x) for k in range(1, 5)))), node}) == 2


# refusals ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("e", "error", "message"), [
    (1 + sympy.mathieus(x, x, x), UnsupportedError, r"class mathieus, at exprs\[0\].args\[1\]; cure"),
    (sympy.Integral(sympy.exp(-x**2), x), UnsupportedError, "Integral at .*has no bounds"),
    (x + sympy.zoo, UnsupportedError, "ComplexInfinity"),
    (sympy.MatrixSymbol("X", 2, 2), GraphError, r"symbols X \(of shape \(2, 2\)\)"),
    (sympy.Function("exp")(x), UnsupportedError, "undefined function exp"),
    (x * sympy.log(sympy.log(sympy.Rational(1, 2), evaluate=False), evaluate=False), UnsupportedError,
     "not a real number"),
    (x + sympy.Symbol("x", real=True), GraphError, r"symbols x \(real=True\); cure: .*same\s+assumptions"),
    (x + sympy.Symbol("z"), GraphError, r"symbols z \(no assumptions\); cure"),
    ("x + 1", GraphError, "given 'x \\+ 1' of type str"),
])
def test_refusals_say_what_and_where(e: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        from_sympy_nodes([e], BY_NAME)


def test_other_expressions_can_be_mapped_too() -> None:
    f = sympy.Function("f")(x)
    assert graph(sympy.sin(f) + f.diff(x), {f: X, f.diff(x): Y}) in (o.add(o.sin(X), Y), o.add(Y, o.sin(X)))


def test_sympy_is_loaded_by_its_own_modules_only() -> None:
    code = "import sys, symnum.bridge; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
