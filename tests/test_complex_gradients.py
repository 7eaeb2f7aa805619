"""Gradients by complex tensors, dC/dRe + i dC/dIm, against differences in both directions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import symnum as sn

T = sn.tensor
Array = np.ndarray[Any, Any]
MODES = ("numpy", "c")
each_mode = pytest.mark.parametrize("mode", MODES)


def draw(*shape: int, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


# derivatives ----------------------------------------------------------------------------------------------------

def costs(z: Any, w: Any, x: Any) -> dict[str, Any]:
    return {
        "holomorphic": (T.sin(z * w) / (1 + z)).imag.sum(), "modulus": (abs(z) * x).sum(),
        "angle": (T.angle(z * w) * x).sum(), "sign": (T.sign(z) * w).real.sum(), "conjugate": (z.conj() * w).imag.sum(),
        "product": (z.prod() * w[0]).real, "dot": abs(T.dot(z, w.conj())) ** 2,
        "made": T.exp(T.make_complex(x, x * x)).real.sum(), "mixed": (x * z).imag.sum(),
        "masked": T.where(abs(z) > 1, T.log(z), w).real.sum(), "power": (z ** 2.5).real.sum(),
        "matrix": abs(T.outer(z, w) @ (z * x)).sum(), "variance": z.var(), "root": (T.sqrt(z) * T.arctan(w)).real.sum(),
        "narrow": (z.astype("complex64") * 2).real.sum()}


COMPILED = ("modulus", "sign", "conjugate", "dot", "made", "masked")


@cache
def slopes(mode: str) -> Any:
    z, w, x = T.zvector("z"), T.zvector("w"), T.dvector("x")
    made = {name: cost for name, cost in costs(z, w, x).items() if mode == "numpy" or name in COMPILED}
    grads = {name: sn.grad(cost, [z, w, x], disconnected_inputs="ignore") for name, cost in made.items()}
    return sn.function([z, w, x], {**made, **{f"{n} {k}": g for n, gs in grads.items() for k, g in enumerate(gs)}},
                       mode=mode)


@each_mode
def test_gradients(mode: str) -> None:
    """dC/dRe + i dC/dIm, against differences in both directions."""
    args = [draw(4, seed=1), draw(4, seed=2), draw(4, seed=3).real]
    values = slopes("numpy")
    found = slopes(mode)(*args)
    step = 1e-5
    for k, arg in enumerate(args):
        for place in range(arg.size):
            for direction in (1, 1j) if arg.dtype.kind == "c" else (1,):
                sides = []
                for sign in (1, -1):
                    moved_args = [a.copy() for a in args]
                    moved_args[k][place] += sign * step * direction
                    sides.append(values(*moved_args))
                for name in (n for n in sides[0] if n in found and " " not in n):
                    slope = (sides[0][name] - sides[1][name]) / (2 * step)
                    got = found[f"{name} {k}"][place]
                    got = got.imag if direction == 1j else got.real
                    tolerance = 2e-2 if name == "narrow" else 1e-6 * max(1.0, abs(slope))
                    assert abs(got - slope) < tolerance, (name, k, place, direction, got, slope)


def test_second_derivatives() -> None:
    z = T.zscalar("z")
    cost = abs(z) ** 4
    (first,) = sn.grad(cost, [z])
    second = sn.grad(first.real, z)
    at = 0.7 - 0.4j
    # |z|^4 has the gradient 4 |z|^2 z, whose real part has the gradient 8 x z + 4 |z|^2.
    f = sn.function([z], [first, second], mode="numpy")
    np.testing.assert_allclose(f(at), [4 * abs(at) ** 2 * at, 8 * at.real * at + 4 * abs(at) ** 2])


def test_gradient_at_zero_is_zero() -> None:
    z = T.zvector("z")
    f = sn.function([z], sn.grad(abs(z).sum(), z), mode="numpy")
    np.testing.assert_array_equal(f([0j, 3 + 4j]), [0, 0.6 + 0.8j])


# rows -------------------------------------------------------------------------------------------------------------

PLACES = np.array([0, 2, 2, 1])
SMOOTH = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sqrt", "square", "reciprocal", "absolute", "sign", "conjugate",
    "real", "imag", "angle", "negative", "positive")
STRUCTURAL: dict[str, Callable[[Any], Any]] = {
    "power": lambda z: z ** z, "divide": lambda z: z[:2] / z[1:], "cumsum": T.cumsum, "cumprod": T.cumprod,
    "gather": lambda z: z[PLACES], "add at": lambda z: z.at[PLACES].add(z[0] * z[PLACES]),
    "multiply at": lambda z: z.at[PLACES].multiply(z[PLACES[::-1]]),
    "set at": lambda z: z.at[PLACES[:2]].set(z[1:] * z[:2]), "prod": lambda z: z.prod(), "std": lambda z: z.std(),
    "outer": lambda z: T.outer(z, z.conj()), "dot": lambda z: T.dot(z, z * z),
    "matmul": lambda z: T.stack([z, z * z]) @ T.stack([z, z]).T, "joined": lambda z: T.concatenate([z, z * z])[::2],
    "rows": lambda z: T.outer(z, z).sum(axis=0), "repeated": lambda z: z[:, None] * z}


@pytest.mark.parametrize("name", [*SMOOTH, *STRUCTURAL])
def test_gradients_of_rows(name: str) -> None:
    """Of the real part of a result, with random weights."""
    z = T.tensor("z", dtype="complex128", shape=(3,))
    result = STRUCTURAL[name](z) if name in STRUCTURAL else getattr(T, name)(z)
    weights = draw(*map(int, result.shape), seed=7)
    cost = T.sum((result * weights).real)
    f = sn.function([z], [cost, sn.grad(cost, z)], mode="numpy")
    at, step = draw(3, seed=8), 1e-6
    _, found = f(at)
    for k, place in enumerate(np.eye(3) * step):
        slope = sum(d * (f(at + d * place)[0] - f(at - d * place)[0]) / (2 * step) for d in (1, 1j))
        assert abs(found[k] - slope) < 1e-6 * max(1, abs(slope)), (k, found[k], slope)
