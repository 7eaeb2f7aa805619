"""Functions of the array language against NumPy and SciPy, side by side: ``python benchmarks/array_language.py``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from turns import System, take_turns

Array = np.ndarray[Any, Any]
Step = Callable[[], Any]
THREADS = 2


@dataclass(frozen=True, slots=True)
class Work:
    """What is measured: the operands for a number of elements, and one function for each side.

    ``symnum`` gets the module and the inputs.
    """

    operands: Callable[[int], tuple[Array, ...]]
    symnum: Callable[..., Any]
    numpy: Callable[..., Any]


def numbers(n: int, seed: int = 0) -> Array:
    """The same numbers in every process."""
    return np.random.default_rng(seed).normal(size=n)


def places(n: int) -> Array:
    """Indices in no order."""
    return np.random.default_rng(9).integers(-n, n, n)


def rows(n: int) -> Array:
    """Numbers of rows of :func:`square` in no order."""
    side = int(n ** 0.5)
    return np.random.default_rng(9).integers(-side, side, side)


def square(n: int) -> Array:
    """A matrix."""
    side = int(n ** 0.5)
    return numbers(side * side).reshape(side, side)


def added(x: Array, values: Array, index: Array) -> Array:
    """x with values added at an index, as NumPy does it."""
    result = x.copy()
    np.add.at(result, index, values)
    return result


def filled(x: Array, key: Any) -> Array:
    """x with zeros at a key."""
    result = x.copy()
    result[key] = 0.0
    return result


def convolve2d(x: Array, kernel: Array) -> Any:
    """SciPy's convolution of an image."""
    from scipy.signal import convolve2d as scipys

    return scipys(x, kernel, "same")


def logsumexp(x: Array, axis: int) -> Any:
    """SciPy's."""
    from scipy.special import logsumexp as scipys

    return scipys(x, axis=axis)


def stencil(x: Any) -> Any:
    """The mean of the four neighbours less the element, by slices."""
    return 0.25 * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:]) - x[1:-1, 1:-1]


WORK: Mapping[str, Work] = {
    "cumsum": Work(lambda n: (numbers(n),), lambda sn, x: sn.cumsum(x), np.cumsum),
    "cumsum, axis 0": Work(lambda n: (square(n),), lambda sn, x: sn.cumsum(x, axis=0), lambda x: np.cumsum(x, axis=0)),
    "cumsum, axis 1": Work(lambda n: (square(n),), lambda sn, x: sn.cumsum(x, axis=1), lambda x: np.cumsum(x, axis=1)),
    "sort": Work(lambda n: (numbers(n),), lambda sn, x: sn.sort(x), np.sort),
    "sort, axis 1": Work(lambda n: (square(n),), lambda sn, x: sn.sort(x, axis=1), lambda x: np.sort(x, axis=1)),
    "argsort": Work(lambda n: (numbers(n),), lambda sn, x: sn.argsort(x), np.argsort),
    "argsort, stable": Work(lambda n: (numbers(n),), lambda sn, x: sn.argsort(x),
                            lambda x: np.argsort(x, kind="stable")),
    "argsort, axis 1": Work(lambda n: (square(n),), lambda sn, x: sn.argsort(x, axis=1),
                            lambda x: np.argsort(x, axis=1)),
    "median": Work(lambda n: (numbers(n),), lambda sn, x: sn.median(x), np.median),
    "searchsorted": Work(lambda n: (np.sort(numbers(n)), numbers(n, 1)),
                         lambda sn, a, v: sn.searchsorted(a, v), np.searchsorted),
    "scatter-add": Work(lambda n: (numbers(n), numbers(n, 1), places(n)),
                        lambda sn, x, values, index: x.at[index].add(values), added),
    "gather rows": Work(lambda n: (square(n), rows(n)), lambda sn, x, index: x[index], lambda x, index: x[index]),
    "take, clipped": Work(lambda n: (numbers(n), places(n)), lambda sn, x, index: sn.take(x, index, mode="clip"),
                          lambda x, index: np.take(x, index, mode="clip")),
    "slice, written": Work(lambda n: (square(n),), lambda sn, x: x.at[1:-1, ::2].set(0.0),
                           lambda x: filled(x, (slice(1, -1), slice(None, None, 2)))),
    "mask, written": Work(lambda n: (square(n),), lambda sn, x: x.at[x > 0].set(0.0), lambda x: filled(x, x > 0)),
    "mask": Work(lambda n: (numbers(n),), lambda sn, x: x[x > 0], lambda x: x[x > 0]),
    "roll": Work(lambda n: (square(n),), lambda sn, x: sn.roll(x, (3, -5), (0, 1)),
                 lambda x: np.roll(x, (3, -5), (0, 1))),
    "gather": Work(lambda n: (numbers(n), places(n)), lambda sn, x, index: x[index], lambda x, index: x[index]),
    "slices (stencil)": Work(lambda n: (square(n),), lambda sn, x: stencil(x), stencil),
    "conv2d, 5x5": Work(lambda n: (square(n), numbers(25, 1).reshape(5, 5)),
                        lambda sn, x, k: sn.conv2d(x, k, padding="same", flip=True), convolve2d),
    "convolve, 101": Work(lambda n: (numbers(n), numbers(101, 1)), lambda sn, x, k: sn.convolve(x, k, "valid"),
                          lambda x, k: np.convolve(x, k, "valid")),
    "concatenate": Work(lambda n: (square(n),), lambda sn, x: sn.concatenate([x, 2 * x, x], axis=1),
                        lambda x: np.concatenate([x, 2 * x, x], axis=1)),
    "pad, reflect": Work(lambda n: (square(n),), lambda sn, x: sn.pad(x, 8, "reflect"),
                         lambda x: np.pad(x, 8, "reflect")),
    "tile": Work(lambda n: (square(n),), lambda sn, x: sn.tile(x, (2, 2)), lambda x: np.tile(x, (2, 2))),
    "repeat": Work(lambda n: (square(n),), lambda sn, x: sn.repeat(x, 2, axis=0), lambda x: np.repeat(x, 2, axis=0)),
    "tril": Work(lambda n: (square(n),), lambda sn, x: sn.tril(x), np.tril),
    "nanmean, axis 1": Work(lambda n: (square(n),), lambda sn, x: sn.nanmean(x, axis=1),
                            lambda x: np.nanmean(x, axis=1)),
    "logsumexp, axis 1": Work(lambda n: (square(n),), lambda sn, x: sn.logsumexp(x, axis=1),
                              lambda x: logsumexp(x, axis=1)),
    "interp": Work(lambda n: (numbers(n), np.sort(numbers(1000, 1)), numbers(1000, 2)),
                   lambda sn, x, xp, fp: sn.interp(x, xp, fp), np.interp),
}


def with_symnum(name: str, n: int) -> Step:
    """Inputs of unknown lengths."""
    import symnum as sn

    sn.set_num_threads(THREADS)
    work = WORK[name]
    operands = work.operands(n)
    inputs = [sn.tensor.tensor(f"x{k}", dtype=x.dtype, shape=(None,) * x.ndim) for k, x in enumerate(operands)]
    f = sn.function(inputs, work.symnum(sn.tensor, *inputs))
    return lambda: f(*operands)


def with_numpy(name: str, n: int) -> Step:
    """NumPy, or SciPy where NumPy has no such function."""
    work = WORK[name]
    operands = work.operands(n)
    return lambda: work.numpy(*operands)


SYSTEMS = (System("symnum", "array_language", "with_symnum"), System("NumPy", "array_language", "with_numpy"))


def main() -> None:
    """Measure, compare the values, and print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=WORK, action="append", help="one function; can be repeated")
    options = parser.parse_args()
    print(f"{options.elements} elements of float64, {THREADS} threads\n")
    print("| function | symnum | NumPy | ratio |\n|---|---|---|---|")
    for name in options.only or WORK:
        results = take_turns(SYSTEMS, (name, options.elements), rounds=options.rounds)
        own, reference = results["symnum"], results["NumPy"]
        np.testing.assert_allclose(own.value, reference.value, rtol=1e-12, atol=1e-12)
        print(f"| {name} | {own.median * 1e3:.2f} ms | {reference.median * 1e3:.2f} ms "
              f"| {own.median / reference.median:.2f} |", flush=True)


if __name__ == "__main__":
    main()
