"""What a call of a scalar function, a build and an import cost: ``python benchmarks/calls_and_builds.py``."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import timeit

BUILD = """
import time, numpy
begin = time.perf_counter()
import symnum as sn
imported = time.perf_counter()
x, y = sn.tensor.dscalars("x", "y")
f = sn.function([x, y], x + y, mode="c")
assert f(1.5, 2.5) == 4.0
print(imported - begin, time.perf_counter() - imported)
"""


def calls(rounds: int = 41, number: int = 20_000) -> tuple[float, float]:
    """Median nanoseconds of ``f(1.5, 2.5)`` and of ``np.add(1.5, 2.5)``, taking turns."""
    import numpy as np

    import symnum as sn

    x, y = sn.tensor.dscalars("x", "y")
    f = sn.function([x, y], x + y, mode="c")
    timers = [timeit.Timer("f(1.5, 2.5)", globals={"f": g}) for g in (f, np.add)]
    turns = [[t.timeit(number) / number * 1e9 for t in timers] for _ in range(rounds)]
    own, numpy = (statistics.median(column) for column in zip(*turns, strict=True))
    return own, numpy


def builds(rounds: int = 7) -> tuple[float, float, float]:
    """Median seconds: import beside NumPy's, a build with an empty cache, a build in a second process."""
    imports, cold, warm = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            once = [_in_process(folder) for _ in range(2)]
        imports += [first for first, _ in once]
        cold.append(once[0][1])
        warm.append(once[1][1])
    return statistics.median(imports), statistics.median(cold), statistics.median(warm)


LARGE = """
import time
import symnum as sn
x = sn.tensor.dvector("x")
y = x
for k in range(1000):
    y = sn.sin(y) + float(k % 7)
begin = time.perf_counter()
sn.function([x], y, mode="c")
print(time.perf_counter() - begin, 0)
"""


def large_build() -> float:
    """Seconds to build a chain of 2,000 nodes with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        return _in_process(folder, LARGE)[0]


def _in_process(cache: str, code: str = BUILD) -> tuple[float, float]:
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={**os.environ, "SYMNUM_CACHE_DIR": cache}).stdout
    first, second = map(float, found.split())
    return first, second


def main() -> None:
    """Print the figures."""
    own, numpy = calls()
    print(f"f(1.5, 2.5): {own:.0f} ns; np.add(1.5, 2.5): {numpy:.0f} ns; ratio {own / numpy:.2f}")
    imported, cold, warm = builds()
    print(f"import symnum after NumPy: {imported:.3f} s")
    print(f"build and first call of x + y: cold {cold * 1e3:.0f} ms, in a second process {warm * 1e3:.1f} ms")
    print(f"build of a chain of 2,000 nodes: {large_build():.1f} s")


if __name__ == "__main__":
    main()
