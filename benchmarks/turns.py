"""Systems measured side by side: each in a process of its own, on the same arrays, taking turns."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import statistics
import timeit
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

THREADS = 2
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
                    "NUMEXPR_MAX_THREADS")


@dataclass(frozen=True, slots=True)
class System:
    """One competitor: ``function`` of ``module`` gets the arguments and returns what is timed."""

    name: str
    module: str
    function: str


@dataclass(slots=True)
class Result:
    """Seconds of each turn, and the value computed in the first: an array, or a tuple of them."""

    seconds: list[float] = field(default_factory=list)
    value: Any = None

    @property
    def median(self) -> float:
        """Median seconds."""
        return statistics.median(self.seconds)


def limit_threads() -> None:
    """Two threads for every system started from here: by name, and by cores for those that take all."""
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(THREADS)))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def timer(step: Callable[[], Any]) -> timeit.Timer:
    """A timer that calls the function below a ``partial`` itself, so that only its own call is timed."""
    if not isinstance(step, partial):
        return timeit.Timer("f()", globals={"f": step})
    names = {f"x{k}": x for k, x in enumerate(step.args)}
    return timeit.Timer(f"f({', '.join(names)})", globals={"f": step.func, **names})


def value_of(result: Any) -> Any:
    """Results as arrays of NumPy."""
    if result is None or (isinstance(result, dict) and not result):
        return ()
    return tuple(map(np.asarray, result)) if isinstance(result, (tuple, list)) else np.asarray(result)


def _serve(pipe: Connection, system: System, arguments: tuple[Any, ...]) -> None:
    try:
        step = getattr(importlib.import_module(system.module), system.function)(*arguments)
        pipe.send(value_of(step()))
    except Exception as error:  # noqa: BLE001  (whatever a competitor raises is reported)
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
        return
    clock = timer(step)
    while (repeats := pipe.recv()) is not None:
        pipe.send(clock.timeit(repeats) / repeats)


def take_turns(systems: Sequence[System], arguments: tuple[Any, ...], *, rounds: int = 15,
               turn_seconds: float = 0.05, strict: bool = True) -> dict[str, Result]:
    """Medians need at least ``rounds`` turns of each system; a turn repeats the step for ``turn_seconds``.

    A system that fails is an error if ``strict``; otherwise its value is the exception, and it has no turns.
    """
    context = multiprocessing.get_context("spawn")
    running = {}
    for system in systems:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, system, arguments), daemon=True)
        process.start()
        theirs.close()
        running[system.name] = (ours, process)
    results = {name: Result(value=_received(pipe)) for name, (pipe, _) in running.items()}
    for name, result in results.items():
        if isinstance(result.value, Exception):
            if strict:
                raise RuntimeError(f"{name} failed: {result.value!r}")
            running.pop(name)[1].join()
    repeats = {name: max(1, int(turn_seconds / min(_turn(running[name][0], k) for k in (1, 3)))) for name in running}
    for _ in range(rounds):
        for name, (pipe, _) in running.items():
            results[name].seconds.append(_turn(pipe, repeats[name]))
    for pipe, process in running.values():
        pipe.send(None)
        process.join()
    return results


def _received(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        return RuntimeError("its process ended")


def _turn(pipe: Connection, repeats: int) -> float:
    pipe.send(repeats)
    return float(pipe.recv())
