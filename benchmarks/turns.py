"""Systems measured side by side: each in a process of its own, on the same arrays, taking turns."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

Prepare = Callable[..., Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class System:
    """One competitor: ``function`` of ``module`` gets the arrays and returns what is timed."""

    name: str
    module: str
    function: str
    needs: str | None = None      # a package without which it is left out


@dataclass(slots=True)
class Result:
    """Seconds of each turn, and the value computed in the first."""

    seconds: list[float] = field(default_factory=list)
    value: Any = None

    @property
    def median(self) -> float:
        """Median seconds."""
        return statistics.median(self.seconds)


def installed(systems: Sequence[System]) -> list[System]:
    """Systems whose package is here."""
    return [s for s in systems if s.needs is None or importlib.util.find_spec(s.needs)]


def _serve(pipe: Connection, system: System, arguments: tuple[Any, ...]) -> None:
    try:
        step = getattr(importlib.import_module(system.module), system.function)(*arguments)
        pipe.send(np.asarray(step()))
    except Exception as error:  # noqa: BLE001  (whatever a competitor raises is reported)
        pipe.send(error)
        return
    while (repeats := pipe.recv()) is not None:
        begin = time.perf_counter()
        for _ in range(repeats):
            step()
        pipe.send((time.perf_counter() - begin) / repeats)


def take_turns(systems: Sequence[System], arguments: tuple[Any, ...], *, rounds: int = 15,
               turn_seconds: float = 0.05) -> dict[str, Result]:
    """Medians need at least ``rounds`` turns of each system; a turn repeats the step for ``turn_seconds``."""
    context = multiprocessing.get_context("spawn")
    running = {}
    for system in systems:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, system, arguments), daemon=True)
        process.start()
        running[system.name] = (ours, process)
    results = {name: Result(value=pipe.recv()) for name, (pipe, _) in running.items()}
    for name, result in results.items():
        if isinstance(result.value, Exception):
            raise RuntimeError(f"{name} failed: {result.value!r}")
    repeats = {name: max(1, int(turn_seconds / _turn(running[name][0], 1))) for name in running}
    for _ in range(rounds):
        for name, (pipe, _) in running.items():
            results[name].seconds.append(_turn(pipe, repeats[name]))
    for pipe, process in running.values():
        pipe.send(None)
        process.join()
    return results


def _turn(pipe: Connection, repeats: int) -> float:
    pipe.send(repeats)
    return float(pipe.recv())


def table(results: dict[str, Result], reference: str, unit: float, unit_name: str) -> list[str]:
    """Lines ``system, time in units, ratio to the reference``, fastest first."""
    base = results[reference].median
    rows = sorted(results.items(), key=lambda item: item[1].median)
    return [f"| {name} | {r.median / unit:.3g} {unit_name} | {r.median / base:.2f} |" for name, r in rows]
