"""The workloads as ``workloads.toml`` fixes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomllib

Size = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Workload:
    """One section of the file."""

    name: str
    kind: str
    sizes: list[Size]
    quick: Size | list[Size]
    tiny: Size
    dtypes: list[str]
    tolerance: Mapping[str, float]
    traffic: str
    peers: list[str]
    static: bool = False

    def bytes_at_least(self, size: Size, dtype: str) -> float | None:
        """Bytes that have to be read and written, None where that bounds nothing."""
        if not self.traffic:
            return None
        return float(eval(self.traffic, {"__builtins__": {}}, dict(size))) * np.dtype(dtype).itemsize

    def cases(self, *, quick: bool) -> Iterator[tuple[Size, str]]:
        """Pairs of size and dtype to measure."""
        if quick:
            chosen = self.quick if isinstance(self.quick, list) else [self.quick]
            yield from ((size, self.dtypes[0]) for size in chosen)
        else:
            yield from ((size, dtype) for dtype in self.dtypes for size in self.sizes)


def workloads() -> dict[str, Workload]:
    """All of them, in the order of the file."""
    found: dict[str, Any] = tomllib.loads((Path(__file__).parent / "workloads.toml").read_text())
    return {name: Workload(name, **columns) for name, columns in found.items()}


def check(found: tuple[Any, ...], expected: tuple[Any, ...], tolerance: float) -> str | None:
    """What is wrong with results, None if nothing is."""
    if len(found) != len(expected):
        return f"{len(found)} results instead of {len(expected)}"
    for k, (x, y) in enumerate(zip(found, expected, strict=True)):
        if x.size != y.size:
            return f"result {k} has shape {x.shape} instead of {y.shape}"
        error = np.abs(x.astype(np.float64).reshape(y.shape) - y).max(initial=0.0)
        largest = np.abs(y).max(initial=0.0)
        if not error <= tolerance * largest:   # a NaN is no match either
            return f"result {k} is off by {error:.2g}, largest magnitude {largest:.2g}, tolerance {tolerance:.1g}"
    return None
