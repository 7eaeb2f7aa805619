"""The gradient of the summed logistic function, side by side: ``python benchmarks/logistic_gradient.py``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from turns import System, installed, table, take_turns

Array = np.ndarray[Any, Any]
Step = Callable[[], Any]
THREADS = 2


def arrays(n: int, dtype: str) -> Array:
    """The same numbers in every process."""
    return np.random.default_rng(0).normal(scale=3.0, size=n).astype(dtype)


def with_symnum(n: int, dtype: str) -> Step:
    """A fresh result at each call."""
    import symnum as sn

    sn.set_num_threads(THREADS)
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,))
    f = sn.function([x], sn.grad((1 / (1 + sn.exp(-x))).sum(), x))
    values = arrays(n, dtype)
    return lambda: f(values)


def with_symnum_out(n: int, dtype: str) -> Step:
    """The result written into one array again and again."""
    import symnum as sn

    sn.set_num_threads(THREADS)
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,))
    f = sn.function([x], sn.grad((1 / (1 + sn.exp(-x))).sum(), x))
    values = arrays(n, dtype)
    out = np.empty_like(values)
    return lambda: f(values, out=out)


def with_numpy(n: int, dtype: str) -> Step:
    """Written out by hand."""
    values = arrays(n, dtype)

    def step() -> Array:
        s = 1 / (1 + np.exp(-values))
        return s * (1 - s)
    return step


def with_numexpr(n: int, dtype: str) -> Step:
    """The same, with the common part computed once."""
    import numexpr

    numexpr.set_num_threads(THREADS)
    values = arrays(n, dtype)
    names = {"x": values, "one": values.dtype.type(1)}

    def step() -> Array:
        s = numexpr.evaluate("one / (one + exp(-x))", local_dict=names)
        return numexpr.evaluate("s * (one - s)", local_dict={"s": s, **names})
    return step


def with_numba(n: int, dtype: str) -> Step:
    """A parallel loop."""
    import numba

    numba.set_num_threads(THREADS)

    @numba.njit(parallel=True, error_model="numpy")
    def gradient(x: Array) -> Array:
        result = np.empty_like(x)
        one = x.dtype.type(1)
        for i in numba.prange(x.size):
            s = one / (one + np.exp(-x[i]))
            result[i] = s * (one - s)
        return result
    values = arrays(n, dtype)
    return lambda: gradient(values)


def with_jax(n: int, dtype: str) -> Step:
    """``jit`` of ``grad``."""
    import jax

    jax.config.update("jax_enable_x64", True)
    f = jax.jit(jax.grad(lambda x: (1 / (1 + jax.numpy.exp(-x))).sum()))
    values = jax.numpy.asarray(arrays(n, dtype))
    return lambda: f(values).block_until_ready()


def with_torch(n: int, dtype: str) -> Step:
    """``torch.compile``."""
    import torch

    torch.set_num_threads(THREADS)

    @torch.compile
    def gradient(x: Any) -> Any:
        s = 1 / (1 + torch.exp(-x))
        return s * (1 - s)
    values = torch.from_numpy(arrays(n, dtype))
    return lambda: gradient(values)


SYSTEMS = (
    System("symnum", "logistic_gradient", "with_symnum"),
    System("symnum, out=", "logistic_gradient", "with_symnum_out"),
    System("NumPy", "logistic_gradient", "with_numpy"),
    System("NumExpr", "logistic_gradient", "with_numexpr", "numexpr"),
    System("Numba", "logistic_gradient", "with_numba", "numba"),
    System("JAX", "logistic_gradient", "with_jax", "jax"),
    System("torch.compile", "logistic_gradient", "with_torch", "torch"),
)


def main() -> None:
    """Print one table for each size and dtype."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10**3, 10**5, 10**7])
    parser.add_argument("--dtypes", nargs="*", default=["float64", "float32"])
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    for dtype in given.dtypes:
        for n in given.sizes:
            results = take_turns(installed(SYSTEMS), (n, dtype), rounds=given.rounds)
            expected = results["NumPy"].value
            for name, r in results.items():
                limit = 1e-12 if dtype == "float64" else 1e-5
                np.testing.assert_allclose(r.value, expected, rtol=0, atol=limit, err_msg=name)
            print(f"\n{n:,} elements, {dtype}\n\n| system | per element | of NumPy |\n| --- | --- | --- |")
            print("\n".join(table(results, "NumPy", n * 1e-9, "ns")))


if __name__ == "__main__":
    main()
