"""Derivations that start in SymPy and end in compiled kernels."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from scipy.integrate import nquad, quad, solve_ivp
from sympy.physics.hydrogen import Psi_nlm, R_nl

import symnum as sn
from symnum import tensor as T

TIME = sympy.Symbol("t")


# a double pendulum: Lagrange's equations, solved for both accelerations at each call ----------------------------

def double_pendulum():
    """The equations of motion of two masses on two rods, and their energy."""
    m1, m2, l1, l2, g = sympy.symbols("m_1 m_2 l_1 l_2 g", positive=True)
    first, second = (sympy.Function(name)(TIME) for name in ("theta_1", "theta_2"))
    x1, y1 = l1 * sympy.sin(first), -l1 * sympy.cos(first)
    x2, y2 = x1 + l2 * sympy.sin(second), y1 - l2 * sympy.cos(second)
    speeds = [x.diff(TIME) ** 2 + y.diff(TIME) ** 2 for x, y in ((x1, y1), (x2, y2))]
    kinetic, potential = (m1 * speeds[0] + m2 * speeds[1]) / 2, g * (m1 * y1 + m2 * y2)
    lagrangian = kinetic - potential
    equations = [sympy.Eq(lagrangian.diff(q.diff(TIME)).diff(TIME), lagrangian.diff(q)) for q in (first, second)]
    return equations, [first, second], [m1, m2, l1, l2, g], kinetic + potential


def test_a_double_pendulum_keeps_its_energy():
    equations, angles, params, energy = double_pendulum()
    made = sn.ode(equations, angles, params)
    values, start = (1.0, 0.7, 1.0, 1.3, 9.81), [2.0, 1.0, 0.0, 0.5]
    path = solve_ivp(made.rhs, (0, 10), start, method="DOP853", args=values, rtol=1e-10, atol=1e-10)
    y = T.dmatrix("y")
    rows = {**dict(zip(made.state, (y[k] for k in range(4)), strict=True)),
            **{p: sn.as_tensor(p) for p in params}}
    energies = sn.function([y, *params], sn.from_sympy(energy.doit(), symbols=rows))(path.y, *values)
    assert path.success and np.ptp(path.y[0]) > 1
    np.testing.assert_allclose(energies, energies[0], rtol=1e-7)


def test_a_double_pendulum_moves_as_the_equations_say():
    equations, angles, params, _ = double_pendulum()
    made = sn.ode(equations, angles, params, mode="numpy")
    values, state = (1.0, 0.7, 1.0, 1.3, 9.81), [2.0, 1.0, 0.3, 0.5]
    rates = made.rhs(0.0, state, *values)
    known = {**dict(zip(params, values, strict=True)), **{d.diff(TIME): rates[k] for k, d in enumerate(made.state)},
             **dict(zip(made.state, state, strict=True))}
    order = sorted(known, key=lambda d: -d.derivative_count if isinstance(d, sympy.Derivative) else 0)
    for equation in equations:
        residual = (equation.lhs - equation.rhs).doit()
        assert abs(float(residual.subs([(d, known[d]) for d in order]).evalf())) < 1e-12


# hydrogen: wave functions are normalised, and their mean radii are those of theory ----------------------------

@pytest.mark.parametrize(("n", "angular"), [(1, 0), (2, 1), (3, 0), (4, 2)])
def test_radial_functions_of_hydrogen_are_normalised(n, angular):
    r = sympy.Symbol("r", positive=True)
    density = (R_nl(n, angular, r) * r) ** 2
    found = [quad(sn.integrand(density * weight, [r], mode="numpy").low_level, 0, np.inf, epsabs=1e-10)[0]
             for weight in (1, r)]
    np.testing.assert_allclose(found, [1, (3 * n ** 2 - angular * (angular + 1)) / 2], rtol=1e-8)


def test_a_whole_wave_function_of_hydrogen_is_normalised():
    r, theta = sympy.symbols("r theta", positive=True)
    psi = Psi_nlm(2, 1, 1, r, 0, theta)     # its size does not depend on the third angle
    made = sn.integrand(sympy.Abs(psi) ** 2 * r ** 2 * sympy.sin(theta) * 2 * sympy.pi, [r, theta], mode="numpy")
    np.testing.assert_allclose(nquad(made.low_level, [(0, 60), (0, np.pi)])[0], 1, rtol=1e-7)


# an extended Kalman filter: Jacobians from SymPy inside of matrix algebra on tensors --------------------------

def vehicle():
    """A vehicle that turns, seen by its distance and bearing: motion, measurement, their variables."""
    x, y, heading, speed, turn, step = sympy.symbols("x y h v w dt")
    motion = sympy.Matrix([x + speed * step * sympy.cos(heading), y + speed * step * sympy.sin(heading),
                           heading + turn * step])
    seen = sympy.Matrix([sympy.sqrt(x ** 2 + y ** 2), sympy.atan2(y, x)])
    return motion, seen, [x, y, heading], [speed, turn, step]


def kalman_step():
    """One step of the filter as one compiled function of the state and its covariance."""
    motion, seen, state, controls = vehicle()
    q, r = np.diag([1e-3, 1e-3, 1e-4]), np.diag([1e-2, 1e-3])
    mean, cov, z = T.tensor("mean", shape=(3,)), T.tensor("cov", shape=(3, 3)), T.tensor("z", shape=(2,))
    at = {s: mean[k] for k, s in enumerate(state)} | {c: sn.as_tensor(c) for c in controls}
    moved, slope = entries(motion, at)[:, 0], entries(motion.jacobian(state), at)
    spread = slope @ cov @ slope.T + q
    there = {s: moved[k] for k, s in enumerate(state)}
    view, expected = entries(seen.jacobian(state), there), entries(seen, there)[:, 0]
    gain = spread @ view.T @ sn.linalg.inv(view @ spread @ view.T + r)
    return sn.function([mean, cov, z, *controls], [moved + gain @ (z - expected),
                                                   (np.eye(3) - gain @ view) @ spread, slope])


def entries(matrix, symbols):
    """A matrix of SymPy as a tensor."""
    rows, columns = matrix.shape
    found = sn.from_sympy(list(matrix), symbols=symbols)
    return sn.stack([x.astype("float64") for x in map(sn.as_tensor, found)]).reshape(rows, columns)


def test_jacobians_of_a_kalman_filter_are_those_of_the_motion():
    motion, _, state, controls = vehicle()
    f = sn.function([*state, *controls], list(motion), mode="numpy")
    point, given = np.array([1.0, 2.0, 0.5]), (1.5, 0.2, 0.1)
    found = kalman_step()(point, np.eye(3), np.zeros(2), *given)[2]
    wanted = [[(f(*(point + e), *given)[k] - f(*(point - e), *given)[k]) / 2e-6 for e in 1e-6 * np.eye(3)]
              for k in range(3)]
    np.testing.assert_allclose(found, wanted, atol=1e-8)


def test_a_kalman_filter_finds_its_vehicle():
    motion, seen, state, controls = vehicle()
    moved, seen = (sn.function([*state, *more], list(exprs), mode="numpy", on_unused_input="ignore")
                   for exprs, more in ((motion, controls), (seen, [])))
    step, rng, given = kalman_step(), np.random.default_rng(1), (1.0, 0.1, 0.1)
    truth, mean, cov = np.array([5.0, 3.0, 0.4]), np.array([4.0, 4.0, 0.1]), np.eye(3)
    first = np.linalg.norm(mean - truth)
    for _ in range(100):
        truth = np.array(moved(*truth, *given))
        z = np.array(seen(*truth)) + rng.normal(size=2) * [0.1, 0.03]
        mean, cov, _ = step(mean, cov, z, *given)
    assert np.linalg.norm(mean - truth) < first / 5
    np.testing.assert_allclose(cov, cov.T, atol=1e-12)
    assert np.linalg.eigvalsh((cov + cov.T) / 2).min() > 0


# Black and Scholes: greeks by SymPy, by automatic derivatives, and in closed form -------------------------------

SPOT, STRIKE, RATE, SIGMA, TERM = sympy.symbols("S K r sigma T", positive=True)


def normal(x):
    return (1 + sympy.erf(x / sympy.sqrt(2))) / 2


def call_price():
    d1 = (sympy.log(SPOT / STRIKE) + (RATE + SIGMA ** 2 / 2) * TERM) / (SIGMA * sympy.sqrt(TERM))
    return SPOT * normal(d1) - STRIKE * sympy.exp(-RATE * TERM) * normal(d1 - SIGMA * sympy.sqrt(TERM)), d1


def test_greeks_by_sympy_and_by_derivatives_of_the_graph_are_those_in_closed_form():
    price, d1 = call_price()
    spots = sn.In(SPOT, shape=(None,))
    market = [STRIKE, RATE, SIGMA, TERM]
    values = (np.linspace(60, 160, 21), 100.0, 0.03, 0.25, 0.75)
    density = sympy.exp(-d1 ** 2 / 2) / sympy.sqrt(2 * sympy.pi)
    closed = {"delta": normal(d1), "gamma": density / (SPOT * SIGMA * sympy.sqrt(TERM)),
              "vega": SPOT * density * sympy.sqrt(TERM)}
    derived = {"delta": price.diff(SPOT), "gamma": price.diff(SPOT, 2), "vega": price.diff(SIGMA)}
    wanted, found = (sn.function([spots, *market], greeks)(*values) for greeks in (closed, derived))
    s = spots.variable
    cost = sn.from_sympy(price, symbols={SPOT: s, **{m: sn.as_tensor(m) for m in market}})
    delta = sn.grad(cost.sum(), s)
    volatility = sn.grad(cost.sum(), SIGMA)
    automatic = sn.function([s, *market], [delta, sn.grad(delta.sum(), s), volatility])(*values)
    for k, name in enumerate(wanted):
        np.testing.assert_allclose(found[name], wanted[name], rtol=1e-9, atol=1e-12, err_msg=name)
        whole = wanted[name].sum() if name == "vega" else wanted[name]
        np.testing.assert_allclose(automatic[k], whole, rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_call_is_worth_what_the_textbook_says():
    price, _ = call_price()
    f = sn.function([SPOT, STRIKE, RATE, SIGMA, TERM], price)
    np.testing.assert_allclose(f(42.0, 40.0, 0.1, 0.2, 0.5), 4.759422, rtol=1e-6)   # Hull's example


# chemistry: rate laws from reactions, and a stiff integration with their Jacobian -----------------------------

def robertson():
    """Robertson's reactions A → B, 2 B → B + C, B + C → A + C, by mass action."""
    species = [sympy.Function(name)(TIME) for name in "ABC"]
    slow, fast, back = sympy.symbols("k_1 k_2 k_3", positive=True)
    a, b, c = species
    reactions = ((slow * a, (-1, 1, 0)), (fast * b ** 2, (0, -1, 1)), (back * b * c, (1, -1, 0)))
    equations = [sympy.Eq(s.diff(TIME), sum(rate * change[k] for rate, change in reactions))
                 for k, s in enumerate(species)]
    return sn.ode(equations, species, [slow, fast, back])


def test_robertsons_reactions_are_integrated_with_their_jacobian():
    made, constants = robertson(), (0.04, 3e7, 1e4)
    calls, options = [0, 0], {"method": "Radau", "rtol": 1e-9, "atol": [1e-10, 1e-14, 1e-10]}

    def counted(k):
        def rhs(t, y):
            calls[k] += 1
            return made.rhs(t, y, *constants)
        return rhs
    end = solve_ivp(counted(0), (0, 40), [1, 0, 0], jac=lambda t, y: made.jac(t, y, *constants), **options)
    assert end.success
    np.testing.assert_allclose(end.y[:, -1], [0.7158270688, 9.185534765e-6, 0.2841637457], rtol=1e-6)
    np.testing.assert_allclose(end.y.sum(axis=0), 1, rtol=1e-9)
    solve_ivp(counted(1), (0, 40), [1, 0, 0], **options)
    assert calls[0] < calls[1]
