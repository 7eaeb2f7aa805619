"""The systems whose results ``tools/stability.py`` scores: each takes formulas and points, and gives values."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import symnum as sn
from symnum import options
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.pipeline import Optimised, optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.rule import RuleSet
from symnum.sympy_engine.floats import Values
from tools.stability_problems import AsWritten, Points, Problem, value

Given = tuple[Problem, Points]
PEERS = ("pytensor", "jax")
_TOGETHER = 23       # formulas in one kernel: enough that few are compiled, few enough that none takes long


def written(given: Sequence[Given], dtype: str) -> list[Values]:
    """NumPy, each operation as it is written."""
    with np.errstate(all="ignore"):
        return [_filled(value(p.tree, AsWritten(points, np.dtype(dtype)), p.formula), points, dtype)
                for p, points in given]


def _filled(found: Any, points: Points, dtype: str) -> Values:
    count = len(next(iter(points.values()))) if points else 1
    return np.broadcast_to(np.asarray(found, dtype), count)


# symnum -------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Symbols:
    """Tensors; numbers stay Python's, unless nothing else is in a formula."""

    names: Mapping[str, Any]
    dtype: str

    def number(self, value: int | float, text: str) -> Any:
        """As in ``tools.stability_problems.Algebra``."""
        return value if self.names else sn.asarray(np.array(value, self.dtype))

    def name(self, name: str) -> Any:
        """As in ``tools.stability_problems.Algebra``."""
        return np.pi if name == "pi" else self.names[name]

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """As in ``tools.stability_problems.Algebra``."""
        return getattr(np if all(isinstance(x, int | float) for x in arguments) else sn, name)(*arguments)


def graph(problem: Problem, dtype: str = "float64", count: int | None = None) -> tuple[dict[str, Any], Any]:
    """A formula as a tensor, and its variables: scalars, or vectors of ``count``."""
    shape = () if count is None else (count,)
    names = {name: sn.tensor.tensor(name, dtype=dtype, shape=shape) for name in problem.variables}
    return names, value(problem.tree, Symbols(names, dtype), problem.formula)


def optimised(problem: Problem, rules: RuleSet = RULES, dtype: str = "float64",
              count: int | None = None) -> tuple[dict[str, Any], Optimised]:
    """A formula in the form that is computed, and what was rewritten."""
    names, result = graph(problem, dtype, count)
    return names, optimise([result.node], rules, options.current())


def interpreted(given: Sequence[Given], dtype: str, rules: RuleSet = RULES) -> list[Values]:
    """symnum's default mode, rewritten but not compiled."""
    found = []
    for problem, points in given:
        names, result = optimised(problem, rules, dtype, _count(points))
        values: dict[Node, Values] = {x.node: points[name] for name, x in names.items()}
        with np.errstate(all="ignore"):
            found.append(_filled(evaluate(result.outputs, values)[0], points, dtype))
    return found


def _count(points: Points) -> int | None:
    return len(next(iter(points.values()))) if points else None


def compiled(given: Sequence[Given], dtype: str) -> list[Values]:
    """symnum's default mode, as a kernel of C."""
    found: list[Values] = []
    for start in range(0, len(given), _TOGETHER):
        part = given[start:start + _TOGETHER]
        inputs: list[Any] = []
        outputs: list[Any] = []
        arguments: list[Values] = []
        for problem, points in part:
            names, result = graph(problem, dtype, _count(points))
            inputs += names.values()
            arguments += points.values()
            outputs.append(result)
        results = sn.function(inputs, outputs, mode="c")(*arguments)
        found += [_filled(x, points, dtype) for x, (_, points) in zip(results, part, strict=True)]
    return found


# others -------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Module:
    """The functions and variables of another system."""

    functions: Any
    names: Mapping[str, Any]
    dtype: str

    def number(self, value: int | float, text: str) -> Any:
        """As in ``tools.stability_problems.Algebra``."""
        return value if self.names else np.array(value, self.dtype)

    def name(self, name: str) -> Any:
        """As in ``tools.stability_problems.Algebra``."""
        return np.pi if name == "pi" else self.names[name]

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """As in ``tools.stability_problems.Algebra``."""
        if all(isinstance(x, int | float) for x in arguments):
            return getattr(np, name)(*arguments)
        return getattr(self.functions, name)(*arguments)


def peer(name: str, given: Sequence[Given], dtype: str) -> list[Values] | None:
    """The results of another system, in a process of its own; None if it is not installed."""
    if importlib.util.find_spec(name) is None:
        return None
    root = Path(__file__).resolve().parent.parent
    asked = pickle.dumps((name, list(given), dtype))
    done = subprocess.run([sys.executable, "-m", "tools.stability_systems"], input=asked, capture_output=True,
                          check=False, cwd=root, env={**os.environ, "JAX_PLATFORMS": "cpu"})
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr.decode()[-2000:]}")
    found: list[Values] | None = pickle.loads(done.stdout)
    return found


def _jax(given: Sequence[Given], dtype: str) -> list[Values]:
    jax: Any = import_module("jax")
    special = import_module("jax.scipy.special")
    jax.config.update("jax_enable_x64", dtype == "float64")
    found = []
    for problem, points in given:
        def whole(problem: Problem = problem, **names: Any) -> Any:
            return value(problem.tree, Module(_Either(jax.numpy, special), names, dtype), problem.formula)
        found.append(_filled(jax.jit(whole)(**points), points, dtype))
    return found


def _pytensor(given: Sequence[Given], dtype: str) -> list[Values]:
    pytensor: Any = import_module("pytensor")
    functions: Any = import_module("pytensor.tensor")
    mode = pytensor.compile.mode.Mode(linker="py", optimizer="fast_run")
    found = []
    for problem, points in given:
        names = {name: functions.vector(name, dtype=dtype) for name in points}
        result = value(problem.tree, Module(_PyTensorNames(functions), names, dtype), problem.formula)
        called = pytensor.function(list(names.values()), functions.as_tensor(result), mode=mode)
        with np.errstate(all="ignore"):
            found.append(_filled(called(*points.values()), points, dtype))
    return found


@dataclass(frozen=True)
class _Either:
    """The functions of one module, or of another."""

    first: Any
    second: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.first if hasattr(self.first, name) else self.second, name)


@dataclass(frozen=True)
class _PyTensorNames:
    """PyTensor's functions under NumPy's names; what it lacks is written out."""

    functions: Any

    def __getattr__(self, name: str) -> Any:
        t = self.functions
        own = {"cbrt": lambda x: t.sgn(x) * abs(x) ** (1 / 3), "hypot": lambda x, y: t.sqrt(x * x + y * y),
               "fmod": lambda x, y: x - t.trunc(x / y) * y,
               "copysign": lambda x, y: t.switch(y < 0, -abs(x), abs(x))}
        return own[name] if name in own else getattr(t, name)


def _main() -> None:
    name, given, dtype = pickle.loads(sys.stdin.buffer.read())
    with contextlib.redirect_stdout(sys.stderr):
        found = {"jax": _jax, "pytensor": _pytensor}[name](given, dtype)
    sys.stdout.buffer.write(pickle.dumps([np.array(x) for x in found]))


if __name__ == "__main__":
    _main()
