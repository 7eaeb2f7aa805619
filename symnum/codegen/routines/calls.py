"""The calls of routines and of the host in a Program's text, in C."""

from __future__ import annotations

from ...ir import dims
from ...ir.nest import Call
from ..prepared import Prepared, index_text
from .host import host_call, is_host
from .site import RoutineText
from .table import routine_text


def routine_texts(prepared: Prepared, dialect: str) -> dict[int, RoutineText]:
    """The texts of all steps that are native routines, by step; see :func:`routine_text`."""
    return {step: routine_text(call, f"{prepared.program.name}_k{step}", dialect, prepared.names)
            for step, call in enumerate(prepared.kernels) if isinstance(call, Call) and not is_host(call)}


def work_of(call: Call, text: RoutineText | None = None) -> int:
    """The price of a call in additions; unknown lengths count 1."""
    if text is not None and text.work is not None:
        return text.work
    sizes = (dims.product(n for n in place.shape if isinstance(n, int)) for place in call.places())
    return int(call.op.cost * max(sizes, default=1))


def c_call(prepared: Prepared, call: Call, name: str, runtime: bool) -> tuple[str, str]:
    """Declarations, and the expression that calls a routine's function or the host."""
    arrays = ", ".join("0" if p.buffer is None else f"(void *)b{p.buffer}" for p in call.places())
    before = f"void *arrays[] = {{ {arrays} }}; "
    if not is_host(call):
        return before, f"{name}({'rt, ' if runtime else ''}call->error.values, arrays, call->dims)"
    number = [step for step in prepared.kernels if is_host(step)].index(call)
    lengths = ", ".join(index_text(prepared, n) for n in host_call(call)[1]) or "0"
    return f"{before}const sn_i64 lengths[] = {{ {lengths} }}; ", f"rt->host_call(rt, call, {number}, arrays, lengths)"
