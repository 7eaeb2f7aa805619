"""Functions made from SymPy, side by side with SymPy's own ``lambdify(cse=True)`` and Numba of it, in one run.

``python benchmarks/sympy_bridge.py [pendulum | formulas | large | all]`` prints a table; ratios are medians over
rounds in which the systems take turns.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from physics_formulas import FORMULAS
from sympy.physics.mechanics import dynamicsymbols, find_dynamicsymbols
from sympy.physics.mechanics.models import n_link_pendulum_on_cart

import symnum as sn

POINTS = 100_000
ROUNDS = 7


def rounds(calls: dict[str, Callable[[], Any]], repeats: int, count: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each call, in rounds in which all take turns."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(count):
        for name, call in calls.items():
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            found[name].append((time.perf_counter() - start) / repeats)
    return found


def ratio(found: dict[str, list[float]], slow: str, fast: str = "symnum") -> float:
    """The median of how many times longer one takes than the other in the same round."""
    return statistics.median(a / b for a, b in zip(found[slow], found[fast], strict=True))


# pendulum ---------------------------------------------------------------------------------------------------

def pendulum(n: int) -> tuple[list[Any], list[Any]]:
    """Arguments, and mass matrix and forcing, of a pendulum of ``n`` links on a cart."""
    model = n_link_pendulum_on_cart(n=n, cart_force=True, joint_torques=False)
    results = [sympy.Matrix(model.mass_matrix), sympy.Matrix(model.forcing)]
    moving = set().union(*(find_dynamicsymbols(m) for m in results))
    constant = set().union(*(m.free_symbols for m in results)) - {dynamicsymbols._t}
    return [*sorted(constant, key=str), *sorted(moving, key=str)], results


_COLD = """
import sys, time
sys.path[:0] = {path!r}
import numpy as np, sympy, symnum as sn
from sympy_bridge import pendulum
x = sympy.Symbol("x")
sn.lambdify(x, sympy.sin(x) + sympy.cos(x))(1.0)        # what a machine tries once is known
args, results = pendulum({n})
start = time.perf_counter()
f = sn.lambdify(args, results)
f(*[1.0] * len(args))
scalar = time.perf_counter()
f(*[np.ones(100)] * len(args))
print(scalar - start, time.perf_counter() - scalar)
"""


def cold(n: int) -> tuple[float, float]:
    """Seconds to the first result for numbers, and from there to the first for vectors, in a process of its own."""
    code = _COLD.format(path=[str(Path(__file__).parent), str(Path(sn.__file__).parent.parent)], n=n)
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "SYMNUM_CACHE_DIR": folder},
                                  check=True, stdout=subprocess.PIPE, text=True)
        times.append(tuple(map(float, done.stdout.split())))
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def numba_of(function: Any) -> Callable[..., Any]:
    """What Numba makes of a list of expressions that ``sympy.lambdify`` printed, in one loop over all points."""
    import numba
    compiled = numba.njit(function)

    @numba.njit
    def run(args: Any, out: Any) -> None:
        for k in range(args.shape[1]):
            found = compiled(args[:, k])
            for i in range(len(found)):
                out[i, k] = found[i]
    return run


def measure_pendulum(n: int) -> None:
    """Print what the goals of a pendulum name."""
    args, results = pendulum(n)
    scalar, vector = cold(n)
    print(f"pendulum {n}: ready for numbers {scalar:.2f} s (goal 0.6), for vectors {vector:.2f} s more (goal 1.5)")
    f, rng = sn.lambdify(args, results), np.random.default_rng(0)
    values = [float(v) for v in rng.uniform(0.5, 1.5, len(args))]
    arrays = [np.array(v) for v in values]
    out = f(*values)
    calls = {"floats": partial(f, *values), "out": partial(f, *arrays, out=out)}
    found = rounds(calls, 20_000)
    print(f"  call with floats {min(found['floats']) * 1e6:.2f} us (goal 4), with float64 arrays and out= "
          f"{min(found['out']) * 1e6:.2f} us (goal 1.5)")
    points = [rng.uniform(0.5, 1.5, POINTS) for _ in args]
    theirs = sympy.lambdify(args, results, cse=True)
    first = zip(f(*points), theirs(*points), strict=True)
    assert all(np.allclose(np.moveaxis(mine, (1, 2), (0, 1)), other) for mine, other in first)
    calls = {"symnum": partial(f, *points), "lambdify": partial(theirs, *points), **_numba(args, results, points)}
    found = rounds(calls, 1)
    print(f"  {POINTS} points in {min(found['symnum']) * 1e3:.2f} ms: " + ", ".join(
        f"{ratio(found, name):.1f} times faster than {name}" for name in calls if name != "symnum"))


def _numba(args: Sequence[Any], results: Sequence[Any], points: Sequence[Any]) -> dict[str, Callable[[], Any]]:
    try:
        import numba  # noqa: F401
    except ImportError:
        return {}
    names = sympy.symbols(f"a0:{len(args)}")
    flat = [e.xreplace(dict(zip(args, names, strict=True))) for m in results for e in m]
    printed = sympy.lambdify([tuple(names)], flat, cse=True)
    run, data = numba_of(printed), np.array(points)
    target = np.empty((len(flat), data.shape[1]))
    run(data, target)
    return {"Numba": partial(run, data, target)}


# formulas ---------------------------------------------------------------------------------------------------

def measure_formulas() -> None:
    """Print the time of all formulas together at many points, and each ratio."""
    rng, total = np.random.default_rng(0), []
    print(f"{len(FORMULAS)} formulas at {POINTS} points")
    for name, (text, ranges) in FORMULAS.items():
        symbols = [sympy.Symbol(s) for s in ranges]
        expr = sympy.sympify(text, locals={s.name: s for s in symbols})
        points = [rng.uniform(low, high, POINTS) for low, high in ranges.values()]
        mine, theirs = sn.lambdify(symbols, expr), sympy.lambdify(symbols, expr, cse=True)
        np.testing.assert_allclose(mine(*points), theirs(*points), rtol=1e-9, atol=1e-12)
        found = rounds({"symnum": partial(mine, *points), "lambdify": partial(theirs, *points)}, 2)
        total.append(found)
        print(f"  {name:20} {min(found['symnum']) * 1e3:6.3f} ms, {ratio(found, 'lambdify'):5.1f} times faster")
    whole = {key: [sum(found[key][k] for found in total) for k in range(ROUNDS)] for key in ("symnum", "lambdify")}
    print(f"  together {ratio(whole, 'lambdify'):.1f} times faster than lambdify(cse=True) (goal 4)")


# large expressions ------------------------------------------------------------------------------------------

def shared(operations: int, seed: int = 0) -> tuple[list[Any], list[Any]]:
    """Ten symbols, and expressions with shared parts of about so many operations in all."""
    rng = random.Random(seed)
    pool = symbols = list(sympy.symbols("x0:10"))
    made: list[Any] = []
    while 4 * len(made) < operations:
        a, b, c = (rng.choice(pool) for _ in range(3))
        # Without evaluation: SymPy looks at shared parts as often as they stand somewhere, and multiplies sums out.
        f, g = rng.choice((sympy.sin, sympy.exp, sympy.tanh)), rng.choice((sympy.cos, sympy.atan))
        product = sympy.Mul(f(a, evaluate=False), b, evaluate=False)
        made.append(sympy.Add(product, g(c, evaluate=False), evaluate=False))
        if len(made) % 100 == 0:
            pool = [*symbols, *made[-100:]]
    return symbols, made


def measure_large() -> None:
    """Print how long large expressions take to convert and to compile."""
    symbols, results = shared(20_000)
    print("20,000 operations with shared parts")
    start = time.perf_counter()
    f = sn.lambdify(symbols, [sympy.Add(*results[k::7], evaluate=False) for k in range(7)])
    converted = time.perf_counter()
    f(*np.linspace(0.1, 0.9, 10))
    print(f"  converted in {converted - start:.2f} s (goal 2), compiled in {time.perf_counter() - converted:.2f} s "
          "(goal 20)")
    x, y = sympy.symbols("x y")
    deep = x
    for _ in range(400):
        deep = sympy.Add(sympy.Mul(deep, deep, evaluate=False), sympy.Mul(y, deep, evaluate=False), evaluate=False)
    start = time.perf_counter()
    sn.lambdify([x, y], deep)
    print(f"  depth 400 with sharing: converted in {(time.perf_counter() - start) * 1e3:.0f} ms")


def main(what: str = "all") -> None:
    """Run the measurements that are asked for."""
    if what in ("pendulum", "all"):
        measure_pendulum(3)
        measure_pendulum(5)
    if what in ("formulas", "all"):
        measure_formulas()
    if what in ("large", "all"):
        measure_large()


if __name__ == "__main__":
    main(*sys.argv[1:])
