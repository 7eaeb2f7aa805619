"""Host calls: what a Program asks of the reference functions of ops, on the Program's own memory."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arguments import Array
from .codegen.interface import HostCall
from .errors import GraphError
from .ir.interpret import reference_error
from .ops.spec import Routine, Slot

# From an address, dtype and shape to the array that lies there.
ArrayAt = Callable[[int, np.dtype[Any], tuple[int, ...]], Array]


def array_at(address: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    """The array at an address, by ctypes."""
    size = math.prod(shape) * dtype.itemsize
    if size == 0:
        return np.empty(shape, dtype)
    block: Array = np.frombuffer(memoryview((ctypes.c_char * size).from_address(address)), dtype)
    return block.reshape(shape)


def serve(call: HostCall, addresses: Sequence[int], lengths: Sequence[int], at: ArrayAt = array_at,
          threads: int = 1) -> None:
    """Compute one host call, whose operands and results lie at ``addresses``; operands can only be read.

    What the reference function raises goes through; a ValueError as the interpreter would raise it.

    Raises:
        GraphError: a result has another shape than the op's row says.
    """
    count = len(call.operands)
    operands = [at(address, place.dtype, filled(place.shape, lengths))
                for place, address in zip(call.operands, addresses, strict=False)]
    results = [None if place is None else at(address, place.dtype, filled(place.shape, lengths))
               for place, address in zip(call.results, addresses[count:], strict=True)]
    for operand in operands:
        operand.setflags(write=False)
    attrs = {name: filled(value, lengths) for name, value in call.attrs}
    try:
        if isinstance(call.op.lower, Routine) and call.op.lower.into is not None:
            call.op.lower.into(results, threads, *operands, **attrs)
            return
        found = call.op.reference()(*operands, **attrs)
    except ValueError as error:
        raise reference_error(call.op, operands, error) from None
    for target, value in zip(results, found if call.op.results > 1 else (found,), strict=True):
        if target is not None:
            _store(call, target, value)


def filled(value: Any, lengths: Sequence[int]) -> Any:
    """A shape or attribute with its unknown lengths filled in."""
    if type(value) is tuple:
        return tuple([v if type(v) is int else filled(v, lengths) for v in value])
    return lengths[value.index] if type(value) is Slot else value


def _store(call: HostCall, target: Array, value: Any) -> None:
    if np.shape(value) != target.shape:
        raise GraphError(f"{call.op.name}: the reference function gave shape {np.shape(value)}; expected "
                         f"{target.shape}; cure: correct the shape rule of the row")
    target[...] = value

