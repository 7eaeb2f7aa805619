"""How each system gets a workload: ``SYSTEM(name, size, dtype)`` prepares it and returns the call that is timed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from turns import THREADS, System

Size = Mapping[str, int]
PACKAGES = {"symnum": "symnum", "numpy": "numpy", "numexpr": "numexpr", "numba": "numba", "jax": "jax",
            "pytensor": "pytensor", "torch": "torch", "casadi": "casadi"}


def module_of(name: str) -> Any:
    """The file of a workload."""
    return importlib.import_module(f"workloads.{name}")


def operands(name: str, size: Size, dtype: str) -> tuple[Any, ...]:
    """The same numbers in every process; Python's numbers stay what they are."""
    return tuple(x.astype(dtype) if isinstance(x, np.ndarray) else x for x in module_of(name).arrays(size))


def reference(name: str, size: Size, dtype: str) -> tuple[Any, ...]:
    """What NumPy computes in float64 from operands of the dtype."""
    exact = [x.astype(np.float64) if isinstance(x, np.ndarray) else x for x in operands(name, size, dtype)]
    found = module_of(name).with_numpy(size, *exact)
    return tuple(np.asarray(x) for x in found) if isinstance(found, tuple) else (np.asarray(found),)


def competitors(names: list[str]) -> list[System]:
    """Systems of these names whose package is here."""
    return [System(name, "systems", name) for name in names if importlib.util.find_spec(PACKAGES[name])]


def symnum(name: str, size: Size, dtype: str, static: bool = False, mode: str = "c") -> partial[Any]:
    """Native code; lengths are unknown unless ``static``."""
    import symnum as sn

    sn.set_num_threads(THREADS)
    values = operands(name, size, dtype)
    shapes = [np.shape(x) if static else (None,) * np.ndim(x) for x in values]
    inputs = [sn.tensor.tensor(f"x{k}", dtype=np.asarray(x).dtype, shape=shape)
              for k, (x, shape) in enumerate(zip(values, shapes, strict=True))]
    return partial(sn.function(inputs, module_of(name).with_symnum(sn, size, *inputs), mode=mode), *values)


def numpy(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """As it is written, or the one function of NumPy that does it."""
    direct = getattr(module_of(name), "NUMPY", None)
    return partial(direct or partial(module_of(name).with_numpy, size), *operands(name, size, dtype))


def numexpr(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """Its virtual machine on blocks."""
    import numexpr

    numexpr.set_num_threads(THREADS)
    return partial(module_of(name).with_numexpr, numexpr, size, *operands(name, size, dtype))


def numba(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """Loops written by hand, parallel where that pays."""
    import numba

    numba.set_num_threads(THREADS)
    return partial(module_of(name).with_numba(numba, size), *operands(name, size, dtype))


def jax(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """``jit``, waiting for the result."""
    import jax

    jax.config.update("jax_enable_x64", True)
    f = jax.jit(partial(module_of(name).with_jax, jax, size))
    values = [jax.numpy.asarray(x) if isinstance(x, np.ndarray) else x for x in operands(name, size, dtype)]
    return partial(lambda *x: jax.block_until_ready(f(*x)), *values)


def pytensor(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """Its default mode."""
    import pytensor
    import pytensor.tensor.linalg
    import pytensor.tensor.special

    pytensor.config.floatX = dtype
    values = operands(name, size, dtype)
    inputs = [pytensor.tensor.TensorType(np.asarray(x).dtype, np.shape(x) if static else (None,) * np.ndim(x))()
              for x in values]
    results = module_of(name).with_pytensor(pytensor, size, *inputs)
    return partial(pytensor.function(inputs, list(results) if isinstance(results, tuple) else results), *values)


def torch(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """``torch.compile``."""
    import torch

    torch.set_num_threads(THREADS)
    f = torch.compile(partial(module_of(name).with_torch, torch, size))
    return partial(f, *(torch.from_numpy(x) if isinstance(x, np.ndarray) else x for x in operands(name, size, dtype)))


def casadi(name: str, size: Size, dtype: str, static: bool = False) -> partial[Any]:
    """Its virtual machine."""
    import casadi

    values = operands(name, size, dtype)
    symbols = [casadi.MX.sym(f"x{k}", *np.shape(x)) for k, x in enumerate(values)]
    results = module_of(name).with_casadi(casadi, size, *symbols)
    return partial(casadi.Function("f", symbols, list(results) if isinstance(results, tuple) else [results]), *values)
