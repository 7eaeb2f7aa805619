"""A function without arguments and results: what a call costs at least."""

from __future__ import annotations

from typing import Any


def arrays(size: Any) -> Any:
    return ()


def with_numpy(size: Any) -> Any:
    return ()


def with_symnum(sn: Any, size: Any) -> Any:
    return ()


with_jax = with_pytensor = with_casadi = with_symnum


def with_numba(numba: Any, size: Any) -> Any:
    return numba.njit(lambda: None)
