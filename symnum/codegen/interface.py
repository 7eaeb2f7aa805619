"""``Interface``: what the call path must know of a Program to check its arguments and make its results."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops.spec import OpSpec
from ..records import dataclass


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
class HostArray:
    """An operand or result of a host call; a length ``Slot(k)`` is number k of the lengths that come with the call."""

    dtype: np.dtype[Any]
    shape: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class HostCall:
    """A step that the reference function of ``op`` computes; attributes have slots as shapes do."""

    op: OpSpec
    attrs: tuple[tuple[str, Any], ...]
    operands: tuple[HostArray, ...]
    results: tuple[HostArray | None, ...]   # None: nobody wants it
    n_lengths: int


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
    hosts: tuple[HostCall, ...] = ()
