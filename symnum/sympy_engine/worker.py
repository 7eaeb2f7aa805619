"""A process that applies SymPy's functions to expressions, each in a child that its budget of processor time ends.

A call of SymPy may take minutes, and an exception that is thrown into the middle of one leaves SymPy's caches in
between states.  So each call runs in a child of its own, forked from this process; what a child leaves behind ends with
it.  This file imports nothing of symnum: it is run by its path (see ``calls``).

A message is 4 bytes of length and a pickle.  The first holds names, and the user's functions (see ``shipping``); each
later one is
``(name, expression as a pickle, milliseconds)``, answered by ``(state, content)``: ``"done"`` and a pickle,
``"refused"`` and the text of an error, or ``"late"``.
"""

from __future__ import annotations

import builtins
import importlib
import marshal
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from types import CellType, FunctionType
from typing import Any, BinaryIO

NAMES = ("together", "cancel", "factor", "expand", "trigsimp", "powsimp", "logcombine", "radsimp", "optims_c99",
         "simplify")
_GRACE = 2.0     # seconds on the clock beyond a budget of processor time, on a machine that is busy
Answer = tuple[str, Any]


def transforms() -> Mapping[str, Callable[[Any], Any]]:
    """SymPy's functions by the names that users give."""
    import sympy
    from sympy.codegen.rewriting import optimize, optims_c99
    found = {name: getattr(sympy, name) for name in NAMES if name != "optims_c99"}
    return {**found, "optims_c99": lambda e: optimize(e, optims_c99)}


def warm(chosen: Iterable[Callable[[Any], Any]]) -> None:
    """Call functions once, for they import modules of SymPy when they are first called, which children would repeat."""
    import sympy
    x = sympy.Symbol("x", real=True)
    for function in chosen:
        function(sympy.sin(x) ** 2 + sympy.cos(x) ** 2 + sympy.exp(x) / (1 + x))


def applied(function: Callable[[Any], Any], expression: bytes) -> Answer:
    """What a function makes of an expression, both as pickles."""
    try:
        return "done", pickle.dumps(function(pickle.loads(expression)))
    except Exception as error:  # noqa: BLE001  (whatever a user's function or SymPy raises is the answer)
        return "refused", f"{type(error).__name__}: {error}"


def in_a_child(function: Callable[[Any], Any], expression: bytes, budget_ms: float) -> Answer:
    """:func:`applied` in a child process, which a timer of its own processor time ends."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            signal.setitimer(signal.ITIMER_PROF, budget_ms / 1000)   # SIGPROF ends a process that does not catch it
            with os.fdopen(writing, "wb") as stream:
                send(stream, applied(function, expression))
        finally:
            os._exit(0)
    os.close(writing)
    content, patience = b"", 10 * budget_ms / 1000 + _GRACE
    while select.select([reading], [], [], patience)[0] and (part := os.read(reading, 1 << 16)):
        content += part
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    is_whole = len(content) > 4 and len(content) == 4 + int.from_bytes(content[:4], "little")
    return pickle.loads(content[4:]) if is_whole else ("late", b"")


def functions(shipped: tuple[Mapping[str, Any], list[Mapping[str, Any]]]) -> dict[str, Callable[..., Any]]:
    """Functions that ``shipping.packed`` packed by value."""
    wanted, parts = shipped
    made = [FunctionType(marshal.loads(part["code"]), {"__builtins__": builtins}, part["name"], None,
                         tuple(CellType() for _ in part["closure"])) for part in parts]

    def value(of: tuple[str, Any]) -> Any:
        kind, content = of
        return made[content] if kind == "function" else importlib.import_module(content) if kind == "module" else (
            pickle.loads(content))

    for function, part in zip(made, parts, strict=True):
        function.__globals__.update({name: value(x) for name, x in part["globals"].items()})
        function.__defaults__, function.__kwdefaults__ = value(part["defaults"]), value(part["kwdefaults"])
        for cell, x in zip(function.__closure__ or (), part["closure"], strict=True):
            cell.cell_contents = value(x)
    return {name: value(x) for name, x in wanted.items()}


def send(stream: Any, message: Any) -> None:
    """Write a message."""
    content = pickle.dumps(message)
    stream.write(len(content).to_bytes(4, "little") + content)
    stream.flush()


def received(stream: BinaryIO) -> Any:
    """The next message; None at the end."""
    head = stream.read(4)
    return pickle.loads(stream.read(int.from_bytes(head, "little"))) if len(head) == 4 else None


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer messages until there are no more."""
    names, shipped = received(incoming)
    known = {**transforms(), **functions(shipped)}
    warm([known[name] for name in names if name in NAMES])
    send(outgoing, "ready")
    run = in_a_child if hasattr(os, "fork") else lambda function, expression, _: applied(function, expression)
    while (message := received(incoming)) is not None:
        name, expression, budget_ms = message
        send(outgoing, run(known[name], expression, budget_ms))


if __name__ == "__main__":
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)       # what a user's function prints is no message
    serve(sys.stdin.buffer, outgoing)
