"""What it costs to begin: imports, and builds with an empty cache and from a filled one, in processes of their own.

A build is measured to its first result, on arrays so small that running costs nothing; they are made before the
clock starts.  Modules have their bytecode, as in any installed package.
"""

from __future__ import annotations

import compileall
import importlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

CACHES = ("SYMNUM_CACHE_DIR", "NUMBA_CACHE_DIR", "JAX_COMPILATION_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR")
# Workloads, and what of their tiny size is set.
BUILT: tuple[tuple[str, Mapping[str, int]], ...] = (
    ("scalar_call", {}), ("logistic_gradient", {}), ("black_scholes", {}), ("softmax", {"axis": 1}),
    ("softmax", {"axis": 0}), ("mlp", {}))
CHAIN = """
import time
import symnum as sn
x = sn.tensor.dvector("x")
y = x
for k in range(1000):
    y = sn.sin(y) + float(k % 7)
begin = time.perf_counter()
sn.function([x], y, mode="c")
print(time.perf_counter() - begin)
"""
IMPORT = "import numpy, time; begin = time.perf_counter(); import {}; print(time.perf_counter() - begin)"


def write_bytecode() -> None:
    """Give symnum's modules the bytecode that installing a package writes."""
    found = importlib.util.find_spec("symnum")
    for folder in found.submodule_search_locations or () if found else ():
        compileall.compile_dir(folder, quiet=2)


def import_seconds(package: str, rounds: int) -> float:
    """Median seconds of an import, NumPy being there."""
    return statistics.median(float(_output("-c", IMPORT.format(package))) for _ in range(rounds))


def build_seconds(system: str, arguments: tuple[Any, ...], rounds: int) -> tuple[float, float]:
    """Median seconds of a build with its first call: with an empty cache, and in a second process."""
    cold, warm = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**dict.fromkeys(CACHES, folder), "PYTENSOR_FLAGS": f"base_compiledir={folder}",
                           "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
            for found in (cold, warm):
                found.append(float(_output(__file__, system, json.dumps(arguments), **environment)))
    return statistics.median(cold), statistics.median(warm)


def chain_seconds() -> float:
    """Seconds of symnum to build a chain of 2,000 nodes with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        return float(_output("-c", CHAIN, SYMNUM_CACHE_DIR=folder))


def _output(*arguments: str, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parent, env={**inherited, **environment})
    return done.stdout.split()[-1]


def main() -> None:
    """One build, in this process: everything is imported before the clock starts."""
    import systems

    system, arguments = sys.argv[1], json.loads(sys.argv[2])
    package = importlib.import_module(systems.PACKAGES[system])
    values = systems.operands(*arguments[:3])
    if system == "jax":
        package.numpy.zeros(1).block_until_ready()
    begin = time.perf_counter()
    with mock.patch.object(systems, "operands", return_value=values):
        getattr(systems, system)(*arguments)()
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    main()
