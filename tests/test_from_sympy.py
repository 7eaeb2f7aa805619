"""``from_sympy``: what ``symbols=`` may say, functions of the user's, branches that are not taken, and size."""

from __future__ import annotations

import itertools
import math
import time
import warnings
from typing import Any

import numpy as np
import pytest
import sympy
from scipy.special import ndtr
from sympy.codegen import cfunctions, numpy_nodes
from sympy.physics.mechanics import dynamicsymbols
from sympy.utilities.lambdify import implemented_function

import symnum as sn
from symnum.errors import GraphError, UnsupportedError
from symnum.ir.walk import topological

x, y, t, k = sympy.symbols("x y t k")
f = sympy.Function("f")
q = dynamicsymbols("q")
TIME = dynamicsymbols._t


def value(expr: Any, symbols: Any, *, mode: str = "numpy", **values: Any) -> Any:
    """The value for inputs by name."""
    out = sn.from_sympy(expr, symbols=symbols)
    inputs = sn.inputs_of(out)
    return sn.function(inputs, out, mode=mode)(*(values[str(i.name)] for i in inputs))


# what symbols stand for -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["lambda", "x-1", r"\hat{\alpha}_{1}", "exp", "a b"])
def test_a_dtype_makes_an_input_of_any_name(name: str) -> None:
    symbol = sympy.Symbol(name)
    out = sn.from_sympy(2 * symbol, symbols={symbol: "float32"})
    found, = sn.inputs_of(out)
    assert (found.name, found.dtype, found.shape) == (name, np.float32, ())
    assert sn.function([found], out, mode="numpy")(1.5) == 3.0


def test_a_dtype_and_shape_make_an_input() -> None:
    out = sn.from_sympy(x + y, symbols={x: ("float32", (2, 3)), y: (np.float32, (3,))})
    assert (out.dtype, out.shape) == (np.float32, (2, 3))
    assert value(x + y, {x: (float, (None,)), y: 1.5}, x=np.array([1.0, 2.0])).tolist() == [2.5, 3.5]


def test_pairs_of_cse_are_definitions() -> None:
    exprs = [sympy.sin(x + y) * (x + y), sympy.exp(x + y)]
    first, second = value(sympy.cse(exprs), {x: "float64", y: "float64"}, x=0.5, y=0.25)
    assert (first, second) == (pytest.approx(math.sin(0.75) * 0.75), pytest.approx(math.exp(0.75)))


def test_the_structure_is_that_of_the_argument() -> None:
    found = sn.from_sympy((x, x + 1), symbols={x: "float64"})
    assert isinstance(found, tuple)
    assert isinstance(sn.from_sympy([x], symbols={x: "float64"}), list)


def test_motion_and_its_derivatives_are_inputs() -> None:
    speed, acceleration = q.diff(TIME), q.diff(TIME, 2)
    given = {q: sn.tensor.dscalar("q"), speed: sn.tensor.dscalar("u"), acceleration: sn.tensor.dscalar("a")}
    assert value(sympy.sin(q) * speed + acceleration, given, q=1.0, u=2.0, a=3.0) == pytest.approx(2 * math.sin(1) + 3)
    chain = sympy.Derivative(sympy.sin(q) * speed, TIME)
    assert value(chain, given, q=1.0, u=2.0, a=3.0) == pytest.approx(4 * math.cos(1) + 3 * math.sin(1))


def test_a_derivative_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnsupportedError, match=r"Derivative at exprs\[0\].*derivative is not known; cure: map"):
        sn.from_sympy(sympy.Derivative(q, TIME), symbols={q: "float64"})


# functions --------------------------------------------------------------------------------------------------

def test_functions_of_tensors_stand_for_undefined_ones() -> None:
    given = {f: lambda v: sn.sin(v) * v, x: "float64"}
    assert value(f(x) + sympy.Derivative(f(x), x), given, x=1.3) == pytest.approx(
        math.sin(1.3) * 2.3 + 1.3 * math.cos(1.3))
    at = sympy.Subs(sympy.Derivative(f(t), t), t, 2 * x)
    assert value(at, given, x=0.5) == pytest.approx(math.sin(1.0) + math.cos(1.0))


def test_implementations_are_traced() -> None:
    traced = implemented_function("g", lambda v: np.exp(v) + 1)
    assert value(2 * traced(x), {x: "float64"}, x=0.5) == pytest.approx(2 * (math.exp(0.5) + 1))
    with pytest.raises(UnsupportedError, match=r"does not take tensors: .*; cure: "):
        sn.from_sympy(implemented_function("h", lambda v: math.exp(v))(x), symbols={x: "float64"})


def test_functions_are_given_for_functions() -> None:
    with pytest.raises(GraphError, match=r"expected a function of tensors for an undefined function"):
        sn.from_sympy(x, symbols={x: math.sin})


# branches ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_branches_that_are_not_taken_are_silent(mode: str) -> None:
    e = sympy.Piecewise((sympy.log(x) / x, x > 0), (1 / (x + 1), x < -1), (sympy.sqrt(x + 1), True))
    v = sn.tensor.dvector("x")
    out = sn.from_sympy(e, symbols={x: v})
    slope = sn.grad(out.sum(), v)
    at = np.array([-3.0, -0.75, 0.0, 4.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values, slopes = sn.function([v], [out, slope], mode=mode)(at)
    np.testing.assert_allclose(values, [-0.5, 0.5, 1.0, math.log(4) / 4], rtol=1e-14)
    np.testing.assert_allclose(slopes, [-0.25, 1.0, 0.5, (1 - math.log(4)) / 16], rtol=1e-14)


# integrals --------------------------------------------------------------------------------------------------

def test_an_integral_that_does_not_converge_is_nan() -> None:
    for e in (sympy.Integral(x / t, (t, 0, 1)), sympy.Integral(sympy.sin(x * t) / t, (t, 0, sympy.oo))):
        assert np.isnan(value(e, {x: "float64"}, x=1.0))


@pytest.mark.parametrize("e", [
    sympy.Integral(1 / (1 - t), (t, 0, 1)), sympy.Integral(1 / t, (t, 1, sympy.oo)),
    sympy.Integral(1 / sympy.Abs(t - x), (t, 0, 1)), sympy.Integral((x - t) ** sympy.Rational(-3, 2), (t, 0, x)),
    sympy.Integral(1 / sympy.sqrt(t - x), (t, x, sympy.oo)), sympy.Integral(sympy.sin(t) / t, (t, 0, sympy.oo)),
], ids=str)
def test_what_diverges_or_oscillates_for_ever_is_nan(e: sympy.Integral) -> None:
    assert np.isnan(value(e, dict.fromkeys(e.free_symbols, "float64"), **{str(s): 0.5 for s in e.free_symbols}))


def test_integrals_of_numbers_are_integrated_as_others_are() -> None:
    kink = sympy.Integral(sympy.Abs(t - sympy.Rational(1, 3)), (t, 0, 1))     # SymPy's own evalf is off by 6e-9
    assert (sn.as_tensor(kink) * 9).eval() == pytest.approx(2.5, rel=1e-14)
    assert np.isnan(sn.as_tensor(sympy.Integral(1 / t, (t, 1, sympy.oo))).eval())


@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_integrals_with_singularities_that_move(mode: str) -> None:
    inner = sympy.Integral(1 / sympy.sqrt(sympy.Abs((t - x) * (t - y))), (t, 0, 1))
    at, other = np.array([0.25, 0.5, 0.75, 0.0]), 0.5
    got = value(inner, {x: ("float64", (None,)), y: "float64"}, mode=mode, x=at, y=other)
    wanted = [_abel(a, other) for a in at]
    np.testing.assert_allclose(got, wanted, rtol=1e-9)
    assert np.isnan(got[1])
    v = sn.tensor.dvector("v")
    slope = sn.grad(sn.from_sympy(sympy.Integral(1 / sympy.sqrt(x - t), (t, 0, x)), symbols={x: v}).sum(), v)
    np.testing.assert_allclose(sn.function([v], slope, mode=mode)(at[:3]), 1 / np.sqrt(at[:3]), rtol=1e-12)


def test_kinks_are_sorted_when_the_integral_is_computed() -> None:
    z = sympy.Symbol("z")
    e = sympy.Integral(sum(sympy.Abs(t - s) for s in (x, y, z)), (t, 1, 0))
    for at in itertools.permutations((0.2, 0.3, 0.9)):
        got = value(e, dict.fromkeys((x, y, z), "float64"), x=at[0], y=at[1], z=at[2])
        assert got == pytest.approx(-sum((a**2 + (1 - a)**2) / 2 for a in at), rel=1e-14)


def _abel(x: float, y: float) -> float:
    """∫ from 0 to 1 of |(t - x)(t - y)|**(-1/2), by ∫ ds/sqrt(s² - h²) on both sides; infinite for x = y."""
    if x == y:
        return math.nan
    middle, half = (x + y) / 2, abs(x - y) / 2
    return math.pi + math.acosh(max(middle / half, 1.0)) + math.acosh((1 - middle) / half)


def test_tolerance_and_nodes_of_integrals() -> None:
    e = sympy.Integral(sympy.cos(x * t), (t, 0, 1))
    v = sn.tensor.dscalar("x")
    few, many = (sn.from_sympy(e, symbols={x: v}, nodes=n) for n in (33, 1025))
    got = sn.function([v], [few, many], mode="numpy")(300.0)
    assert np.isnan(got[0])
    assert got[1] == pytest.approx(math.sin(300) / 300, abs=1e-12)
    with pytest.raises(GraphError, match="one more than a multiple of 4"):
        sn.from_sympy(e, symbols={x: v}, nodes=100)


@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_bounds_may_be_arrays(mode: str) -> None:
    n = sympy.Symbol("n", integer=True)
    counts = np.array([0, 3, 7, -4])
    got = value(sympy.Sum(k * x, (k, 1, n)), {n: ("int64", (None,)), x: "float64"}, mode=mode, n=counts, x=2.0)
    assert got.tolist() == [0.0, 12.0, 56.0, 12.0]      # Σ from 1 to -4 is -(0 - 1 - 2 - 3)


# size -------------------------------------------------------------------------------------------------------

def test_shared_expressions_take_time_in_proportion_to_their_objects() -> None:
    """As a tree the first has 2**400 operations, and the second is deeper than Python's stack."""
    shared = chain = x
    for _ in range(400):
        shared = sympy.Add(sympy.sin(shared, evaluate=False),
                           sympy.Mul(sympy.Rational(1, 2), shared, evaluate=False), evaluate=False)
    for _ in range(5000):
        chain = sympy.sin(sympy.Add(chain, y, evaluate=False), evaluate=False)
    given = {x: sn.tensor.dscalar("x"), y: sn.tensor.dscalar("y")}
    start = time.perf_counter()
    nodes = [sn.from_sympy(e, symbols=given).node for e in (shared, chain)]
    assert time.perf_counter() - start < 5
    assert [sum(1 for _ in topological([node])) for node in nodes] == [1202, 10002]


# bounds and classes of generated code ------------------------------------------------------------------------

def test_half_lines_may_begin_anywhere() -> None:
    """A bound that is known when the graph runs may lie far away, or be infinite itself."""
    u, v = sympy.symbols("u v")
    density = sympy.exp(-u**2 / 2) / sympy.sqrt(2 * sympy.pi)
    points = np.array([-np.inf, -8.0, -1.0, 0.0, 0.5, 6.0, 30.0, np.inf])
    below = sn.lambdify(v, sympy.Integral(density, (u, -sympy.oo, v)))
    above = sn.lambdify(v, sympy.Integral(density, (u, v, sympy.oo)))
    np.testing.assert_allclose(below(points), ndtr(points), rtol=1e-10)
    np.testing.assert_allclose(above(-points), ndtr(points), rtol=1e-10)
    np.testing.assert_allclose(sn.lambdify(v, sympy.Integral(u**-2, (u, v, sympy.oo)))([0.5, 4.0]), [2, 0.25])
    at = sn.tensor.dscalar("at")
    slope = sn.function([at], sn.grad(sn.from_sympy(sympy.Integral(density, (u, -sympy.oo, v)), symbols={v: at}), at))
    np.testing.assert_allclose([slope(1.5), slope(-1.5)], np.exp(-1.125) / np.sqrt(2 * np.pi), rtol=1e-9)


def test_classes_of_generated_code() -> None:
    z = sympy.Symbol("z")
    given = np.array([1.0, np.nan, -np.inf])
    assert sn.lambdify(x, cfunctions.isnan(x))(given).tolist() == [False, True, False]
    assert sn.lambdify(x, sympy.Piecewise((7, cfunctions.isinf(x)), (x, True)))([1.0, np.inf]).tolist() == [1, 7]
    assert sn.lambdify([x, y, z], [numpy_nodes.maximum(x, y, z), numpy_nodes.minimum(x, y)])(1.0, 3.0, 2.0) == [3, 1]
