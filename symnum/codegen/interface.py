"""``Interface``: what the call path must know of a Program to check its arguments and make its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Argument:
    """One array that a Program reads or writes.

    ``shape`` holds known lengths; in inputs and state a negative number ``-1 - k`` means that the length is
    ``dims[k]``, in outputs -1 means that ``plan`` computes it.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    def describe(self) -> str:
        """Text for messages: ``float64 array of shape (3, ?)`` or ``float64 scalar``.

        >>> Argument("x", np.dtype("float64"), (3, -1)).describe()
        'float64 array of shape (3, ?)'
        """
        if not self.shape:
            return f"{self.dtype.name} scalar"
        lengths = ", ".join(str(n) if n >= 0 else "?" for n in self.shape)
        return f"{self.dtype.name} array of shape ({lengths}{',' * (len(self.shape) == 1)})"


@dataclass(frozen=True, slots=True)
class Interface:
    """Signature of a Program: its buffers are inputs, state that it reads, outputs (updates of state too)."""

    name: str  # C prefix: the Program exports NAME_plan and NAME_run
    inputs: tuple[Argument, ...]
    state: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    n_dims: int
    blas: tuple[str, ...]  # names that must be in the runtime's table before the first call
    parallel: bool
    cost: int  # estimated ns at unit dims; only decides on releasing the GIL
