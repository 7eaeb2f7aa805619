"""Host calls: a step that the reference function of a row computes, with what the runtime must know of it."""

from __future__ import annotations

from typing import Any

from ...ir.nest import Call, Place, Program
from ...ir.node import Dim, Node
from ...ops.spec import Routine, Slot
from ..interface import HostArray, HostCall


def is_host(step: object) -> bool:
    """Whether a step is a call of a reference function."""
    return isinstance(step, Call) and isinstance(step.op.lower, Routine) and step.op.lower.name == "host"


def host_calls(program: Program) -> tuple[HostCall, ...]:
    """The host calls of a Program, in order."""
    return tuple(host_call(step)[0] for step in program.steps if isinstance(step, Call) and is_host(step))


def host_call(call: Call) -> tuple[HostCall, tuple[Dim, ...]]:
    """What the runtime must know of a call, and the unknown lengths that it must be told each time."""
    lengths: dict[Node, int] = {}

    def known(value: Any) -> Any:
        if isinstance(value, Node):
            return Slot(lengths.setdefault(value, len(lengths)))
        return tuple(map(known, value)) if isinstance(value, tuple) else value

    def array(place: Place) -> HostArray:
        return HostArray(place.dtype, known(tuple(place.shape)))

    attrs = tuple((name, known(value)) for name, value in call.attrs)
    operands = tuple(map(array, call.operands))
    results = tuple(None if place.buffer is None else array(place) for place in call.results)
    return HostCall(call.op, attrs, operands, results, len(lengths)), tuple(lengths)
