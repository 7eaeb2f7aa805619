"""Ready problems: what SciPy's integrators, minimisers, fits and quadrature call."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
import sympy
from scipy.integrate import nquad, quad, solve_ivp
from scipy.optimize import curve_fit, least_squares, minimize

import symnum as sn
from symnum import tensor as T
from symnum.errors import GraphError, MissingInputError, ShapeError, UnsupportedError

TIME, A, B, K = sympy.symbols("t a b k")


def differences(f, y, step=1e-6):
    """The Jacobian of ``f`` by central differences."""
    y = np.asarray(y, float)
    return np.stack([(f(y + step * e) - f(y - step * e)) / (2 * step) for e in np.eye(y.size)], axis=-1)


def doubles(*values):
    return (ctypes.c_double * max(1, len(values)))(*values)


# differential equations -------------------------------------------------------------------------------------

def pendulum(mode="numpy"):
    angle = sympy.Function("q")(TIME)
    equation = sympy.Eq(angle.diff(TIME, 2) + K * angle.diff(TIME), -sympy.sin(angle) + sympy.cos(TIME))
    return sn.ode([equation], [angle], [K], mode=mode), angle


def test_higher_orders_become_first_order():
    made, angle = pendulum()
    assert made.state == (angle, angle.diff(TIME))
    y, t, k = np.array([0.3, -0.7]), 0.4, 0.25
    np.testing.assert_allclose(made.rhs(t, y, k), [-0.7, 0.25 * 0.7 - np.sin(0.3) + np.cos(0.4)])
    np.testing.assert_allclose(made.jac(t, y, k), [[0, 1], [-np.cos(0.3), -0.25]])


def test_states_of_several_functions_are_ordered_by_derivative():
    x, y = (sympy.Function(name)(TIME) for name in "xy")
    made = sn.ode([sympy.Eq(4 * x.diff(TIME, 2), y), sympy.Eq(y.diff(TIME), x.diff(TIME) * TIME)], [x, y], mode="numpy")
    assert made.state == (x, y, x.diff(TIME))
    np.testing.assert_allclose(made.rhs(2.0, [1, 2, 3]), [3, 6, 0.5])


def test_coupled_highest_derivatives_are_solved_for():
    x, y = (sympy.Function(name)(TIME) for name in "xy")
    made = sn.ode([sympy.Eq(2 * x.diff(TIME) + sympy.cos(y) * y.diff(TIME), x),
                   sympy.Eq(x.diff(TIME) - y.diff(TIME), y * K)], [x, y], [K], mode="numpy")
    state, k = np.array([0.5, 1.2]), 3.0
    wanted = np.linalg.solve([[2, np.cos(1.2)], [1, -1]], [0.5, 1.2 * k])
    np.testing.assert_allclose(made.rhs(0.0, state, k), wanted)
    np.testing.assert_allclose(made.jac(0.0, state, k), differences(lambda y: made.rhs(0.0, y, k), state), atol=1e-8)


def test_right_hand_sides_may_be_sympy_or_tensors():
    x, v = sympy.symbols("x v")
    p, q = T.dscalars("p", "q")
    y = T.tensor("y", shape=(2,))
    for made in (sn.ode([v, -K * x], [x, v], [K], mode="numpy"), sn.ode([q, -K * p], [p, q], [K], mode="numpy"),
                 sn.ode(sn.stack([y[1], -K * y[0]]), y, [K], mode="numpy")):
        np.testing.assert_array_equal(made.rhs(0.0, [1, 2], 3.0), [2, -3])
        np.testing.assert_array_equal(made.jac(0.0, [1, 2], 3.0), [[0, 1], [-3, 0]])


def test_constant_rates_have_zero_rows():
    x, v = sympy.symbols("x v")
    made = sn.ode([1, x * TIME], [x, v], t=TIME, mode="numpy")
    np.testing.assert_array_equal(made.rhs(2.0, [3, 4]), [1, 6])
    np.testing.assert_array_equal(made.jac(2.0, [3, 4]), [[0, 0], [2, 0]])


def test_solve_ivp_takes_the_functions():
    made, _ = pendulum("auto")
    options = {"args": (0.1,), "rtol": 1e-9, "atol": 1e-9}
    stiff = solve_ivp(made.rhs, (0, 5), [1, 0], method="Radau", jac=made.jac, **options)
    plain = solve_ivp(made.rhs, (0, 5), [1, 0], method="DOP853", **options)
    np.testing.assert_allclose(stiff.y[:, -1], plain.y[:, -1], rtol=1e-6)


def test_systems_are_function_pointers():
    made, _ = pendulum("numpy")
    y, k = (0.3, -0.7), 0.25
    rates, rows = doubles(0, 0), doubles(0, 0, 0, 0)
    made.low_level.function(0.4, doubles(*y), rates, doubles(k))
    made.low_level_jac.function(0.4, doubles(*y), rows, doubles(k))
    np.testing.assert_allclose(list(rates), made.rhs(0.4, y, k), rtol=1e-14)
    np.testing.assert_allclose(np.reshape(list(rows), (2, 2)), made.jac(0.4, y, k), rtol=1e-14)
    kind = ctypes.CFUNCTYPE(None, ctypes.c_double, *[ctypes.POINTER(ctypes.c_double)] * 3)
    again = doubles(0, 0)
    kind(made.address)(0.4, doubles(*y), again, doubles(k))
    assert list(again) == list(rates)


def test_function_pointers_with_vector_parameters_and_elimination():
    y, m = T.tensor("y", shape=(2,)), T.tensor("m", shape=(2, 2))
    rates = sn.ode(sn.linalg.solve(m, y) * K, y, [m, K], mode="numpy").low_level.function
    matrix, out = np.array([[2.0, 1], [1, 3]]), doubles(0, 0)
    rates(0.0, doubles(1, 2), out, doubles(*matrix.ravel(), 5))
    np.testing.assert_allclose(list(out), 5 * np.linalg.solve(matrix, [1, 2]))
    rates(0.0, doubles(1, 2), out, doubles(0, 0, 0, 0, 5))
    assert np.isnan(list(out)).all()


def test_systems_that_do_not_fit_are_refused():
    x, y = (sympy.Function(name)(TIME) for name in "xy")
    with pytest.raises(GraphError, match="2 functions need as many equations"):
        sn.ode([sympy.Eq(x.diff(TIME), y)], [x, y])
    with pytest.raises(GraphError, match="no equation has a derivative of y"):
        sn.ode([sympy.Eq(x.diff(TIME), y), sympy.Eq(x.diff(TIME), 1)], [x, y])
    with pytest.raises(UnsupportedError, match="not linear in the highest derivatives"):
        sn.ode([sympy.Eq(x.diff(TIME) ** 2, x)], [x])
    with pytest.raises(GraphError, match="as many right-hand sides"):
        sn.ode([A], [A, B])
    with pytest.raises(MissingInputError, match="k"):
        sn.ode([A * K], [A], mode="numpy")
    with pytest.raises(GraphError, match="functions of one symbol"):
        sn.ode([sympy.Eq(x.diff(TIME), 1)], [A])


# minimisers -------------------------------------------------------------------------------------------------

def test_minimisers_give_what_scipy_takes():
    made = sn.minimizer((1 - A) ** 2 + K * (B - A ** 2) ** 2, [A, B], [K])
    start, args = np.array([-1.0, 2.0]), (100.0,)
    for method, options in (("BFGS", {"jac": made.grad}), ("trust-ncg", {"jac": made.grad, "hess": made.hess}),
                            ("Newton-CG", {"jac": made.grad, "hessp": made.hessp})):
        found = minimize(made.value, start, args=args, method=method, tol=1e-9, **options)
        np.testing.assert_allclose(found.x, [1, 1], rtol=1e-4)
    found = minimize(made.value_and_grad, start, args=args, jac=True)
    np.testing.assert_allclose(found.x, [1, 1], rtol=1e-4)


def test_minimisers_take_tensors_one_after_the_other():
    w, b, data = T.tensor("w", shape=(2, 2)), T.dscalar("b"), T.dmatrix("d")
    made = sn.minimizer((sn.tanh(data @ w + b) ** 2).sum() + b ** 4, [w, b], [data], mode="numpy")
    x, d = np.array([0.1, -0.4, 0.3, 0.8, 0.5]), np.arange(6.0).reshape(3, 2) / 4
    wanted = (np.tanh(d @ x[:4].reshape(2, 2) + 0.5) ** 2).sum() + 0.5 ** 4
    np.testing.assert_allclose(made.value(x, d), wanted)
    np.testing.assert_allclose(made.grad(x, d), differences(lambda x: made.value(x, d), x), rtol=1e-6)
    np.testing.assert_allclose(made.hess(x, d), differences(lambda x: made.grad(x, d), x), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(made.hessp(x, 2 * x, d), made.hess(x, d) @ (2 * x), rtol=1e-12)
    value, slope = made.value_and_grad(x, d)
    assert value == made.value(x, d) and (slope == made.grad(x, d)).all()


def test_parameters_that_cannot_be_varied_are_refused():
    with pytest.raises(ShapeError, match="not known"):
        sn.minimizer(T.dvector("v").sum(), T.dvector("v"))
    with pytest.raises(GraphError, match="symbol or an input"):
        sn.minimizer(A ** 2, [A + 1])


# fits -------------------------------------------------------------------------------------------------------

def test_curves_are_fitted_with_exact_jacobians():
    x = sympy.Symbol("x")
    made = sn.curve(A * sympy.exp(-K * x) + B, x, [A, K, B])
    xs = np.linspace(0, 4, 50)
    ys = 2.5 * np.exp(-1.3 * xs) + 0.5
    np.testing.assert_allclose(curve_fit(made.model, xs, ys, p0=[1, 1, 1], jac=made.model_jac)[0], [2.5, 1.3, 0.5])
    found = least_squares(made.residual, [1, 1, 1], jac=made.residual_jac, args=(xs, ys))
    np.testing.assert_allclose(found.x, [2.5, 1.3, 0.5])
    p = np.array([2.0, 1.0, 0.1])
    np.testing.assert_allclose(made.residual_jac(p, xs, ys), differences(lambda p: made.residual(p, xs, ys), p),
                               rtol=1e-6, atol=1e-8)


def test_curves_of_several_abscissae_and_of_parameters_alone():
    x, y = sympy.symbols("x y")
    made = sn.curve(A * x + sympy.sin(K * y), [x, y], [A, K], mode="numpy")
    points = np.random.default_rng(0).random((2, 30))
    ys = 2 * points[0] + np.sin(0.7 * points[1])
    np.testing.assert_allclose(curve_fit(made.model, points, ys, p0=[1, 1], jac=made.model_jac)[0], [2, 0.7])
    level = sn.curve(A, x, [A], mode="numpy")
    np.testing.assert_array_equal(level.model([1, 2, 3], 5.0), [5, 5, 5])
    np.testing.assert_array_equal(level.model_jac([1, 2, 3], 5.0), [[1]] * 3)


# quadrature -------------------------------------------------------------------------------------------------

def test_quadrature_of_compiled_integrands():
    x, y = sympy.symbols("x y")
    gauss = sn.integrand(sympy.exp(-A * x ** 2), [x], [A], mode="numpy")
    np.testing.assert_allclose(quad(gauss.low_level, 0, np.inf, args=(2.0,))[0], np.sqrt(np.pi / 8), rtol=1e-12)
    plane = sn.integrand(sympy.exp(-x * y) * sympy.cos(x), [x, y], mode="numpy")
    wanted = nquad(lambda x, y: np.exp(-x * y) * np.cos(x), [(0, 1), (0, 2)])[0]
    np.testing.assert_allclose(nquad(plane.low_level, [(0, 1), (0, 2)])[0], wanted, rtol=1e-12)
    np.testing.assert_allclose(gauss(0.5, 2.0), np.exp(-0.5))


def test_too_few_arguments_are_nan():
    made = sn.integrand(A * B, [A], [B], mode="numpy")
    assert np.isnan(made.low_level.function(1, doubles(1.0), None))
    assert made.low_level.function(2, doubles(3.0, 4.0), None) == 12


def test_pointers_need_float64_of_known_shape_and_no_state():
    single = T.fscalar("single")
    with pytest.raises(UnsupportedError, match="float64 of known shape"):
        sn.integrand(single * A, [A], [single], mode="numpy").low_level  # noqa: B018
    w = sn.shared(2.0, "w")
    with pytest.raises(UnsupportedError, match="shared values"):
        sn.integrand(w * A, [A], mode="numpy").low_level  # noqa: B018


def test_one_equation_and_one_function_may_stand_alone() -> None:
    t = sympy.Symbol("t")
    x = sympy.Function("x")(t)
    assert sn.ode(sympy.Eq(x.diff(t), -2 * x), x).rhs(0.0, [3.0]).tolist() == [-6.0]
    y = sn.tensor.dscalar("y")
    assert sn.ode(y * y, y).rhs(0.0, [3.0]).tolist() == [9.0]


def test_one_symbol_may_stand_alone() -> None:
    x, a = sympy.symbols("x a", real=True)
    f = sn.integrand(sympy.exp(-a * x**2), x, a)
    assert f(1.0, 2.0) == pytest.approx(np.exp(-2.0))
    assert quad(f.low_level, 0, 5, args=(2.0,))[0] == pytest.approx(np.sqrt(np.pi / 8))
    assert sn.minimizer(a * x**2, x, a).grad([3.0], 2.0) == pytest.approx([12.0])
    assert sn.curve(a * x, x, a).model([1.0, 2.0], 3.0) == pytest.approx([3.0, 6.0])
    assert sn.ode([-a * x], x, a).rhs(0.0, [2.0], 3.0) == pytest.approx([-6.0])


def test_equations_that_are_coupled_in_the_highest_derivatives() -> None:
    t = sympy.Symbol("t")
    x, y = (sympy.Function(name)(t) for name in "xy")
    sums = sn.ode([sympy.Eq(2 * x.diff(t) + y.diff(t), x), sympy.Eq(x.diff(t) - y.diff(t), 3 * y)], [x, y])
    np.testing.assert_allclose(sums.rhs(0.0, [2.0, 1.0]), [5 / 3, -4 / 3], rtol=1e-14)
    crossed = sn.ode([sympy.Eq(4 * y.diff(t), x), sympy.Eq(x.diff(t), 3 * y)], [x, y])
    np.testing.assert_allclose(crossed.rhs(0.0, [2.0, 1.0]), [3.0, 0.5], rtol=1e-14)
    half = sn.ode([sympy.Eq(x.diff(t), 2 * y), sympy.Eq(x.diff(t) + y.diff(t), x)], [x, y])
    np.testing.assert_allclose(half.rhs(0.0, [3.0, 1.0]), [2.0, 1.0], rtol=1e-14)
    with pytest.raises(GraphError, match="a list of functions of one symbol"):
        sn.ode([sympy.Eq(x.diff(t), 1), sympy.Eq(y.diff(t), 1)], [x, sympy.Symbol("y")])


def test_what_needs_python_has_no_pointer() -> None:
    m = T.tensor("m", shape=(2, 2))
    made = sn.ode(sn.linalg.eigvals(m).real, T.tensor("y", shape=(2,)), [m], mode="numpy")
    with pytest.raises(UnsupportedError):
        made.low_level  # noqa: B018


def test_systems_as_matrices_dicts_and_expressions_that_are_zero() -> None:
    v, M, (p, q) = sympy.MatrixSymbol("v", 2, 1), sympy.MatrixSymbol("M", 2, 2), sympy.symbols("p q")
    column, turn = sn.ode(M * v, v, M, mode="numpy"), np.array([[0.0, 1.0], [-4.0, 0.5]])
    np.testing.assert_array_equal(column.rhs(0.0, [1.0, 2.0], turn), [2, -3])
    np.testing.assert_array_equal(column.jac(0.0, [1.0, 2.0], turn), turn)
    named = sn.ode({q: -K * p, p: q}, [p, q], K, mode="numpy")
    np.testing.assert_array_equal(named.rhs(0.0, [1.0, 2.0], 3.0), [2, -3])
    x = sympy.Function("x")(TIME)
    np.testing.assert_array_equal(sn.ode([x.diff(TIME, 2) + 4 * x], [x], None, mode="numpy").rhs(0.0, [1, 2]), [2, -4])
    for system, state, words in (({p: q}, [p, q], "derivative of each element"), ([A], "p", "sympy.symbols"),
                                 (v.T * v, v, "must be a column")):
        with pytest.raises(GraphError, match=words):
            sn.ode(system, state)
    with pytest.raises(GraphError, match="a list"):
        sn.ode([A * K], [A], {K: 2.0})
    with pytest.raises(UnsupportedError, match=r"Eq\(sin\(Derivative\(x\(t\), t\)\), x\(t\)\) is not linear"):
        sn.ode([sympy.Eq(sympy.sin(x.diff(TIME)), x)], [x])


def test_curve_fit_counts_the_parameters() -> None:
    """Without p0 SciPy asks for the signature of the model."""
    x = sympy.Symbol("x")
    xs = np.linspace(0, 1, 9)
    assert curve_fit(sn.curve(A * x + B, x, [A, B], mode="numpy").model, xs, 2 * xs - 1)[0] == pytest.approx([2, -1])


def test_one_element_may_be_a_matrix() -> None:
    v = sympy.MatrixSymbol("v", 3, 1)
    np.testing.assert_array_equal(sn.minimizer(v.T * v, v, mode="numpy").grad([1.0, 2.0, 3.0]), [2, 4, 6])


def test_integrands_are_one_real_number() -> None:
    x = sympy.Symbol("x")
    assert quad(sn.integrand(3, x, mode="numpy").low_level, 0, 2)[0] == pytest.approx(6)
    for wrong in (sympy.exp(sympy.I * x), sympy.Matrix([x, 1]), T.dvector("v")):
        with pytest.raises(GraphError, match="one real number"):
            sn.integrand(wrong, x)
