"""What a call allocates: its results and the workspace that the plan says, not a byte more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from benchmark_modules import BENCHMARKS, benchmark_module

import symnum as sn
from symnum.codegen.chains import planned
from symnum.codegen.prepared import prepare, workspace_bytes
from symnum.ir import interpret
from symnum.ir.nest import Call, Product
from symnum.ir.node import Node
from symnum.options import Options

pytest.importorskip("symnum._runtime", reason="NumPy allocates where the compiled call path is not built")
pytest.importorskip("tomllib", reason="the plan of the benchmarks is TOML, which Python reads since 3.11")
systems, turns = benchmark_module("systems"), benchmark_module("turns")
PLAN = benchmark_module("plan").workloads()
ROOM = 2048     # bytes of workspace that a call finds on the stack
ROWS = {"rows": 7, "columns": 13, "axis": 1}
# (workload, its size if not the tiny one): what becomes one kernel.
FUSED: list[tuple[str, dict[str, int] | None]] = [
    ("logistic_gradient", None), ("black_scholes", None), ("softmax", ROWS), ("log_sum_exp", ROWS),
    ("layer_norm", None), ("heat", None), ("n_body", None), ("scalar_call", None), ("empty_call", None)]


@pytest.fixture(autouse=True)
def quickly_compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    given = Options.from_environment()
    with given.but(cflags=f"{given.cflags} -O0").active():
        yield


def allocated(call: Any) -> tuple[int, int]:
    """Bytes that a call allocates, and bytes of its results."""
    call()  # which may compile
    before = sn.pool_info().total_bytes
    results = turns.value_of(call())
    used = sn.pool_info().total_bytes - before
    return used, sum(x.nbytes for x in results) if isinstance(results, tuple) else results.nbytes


def workspace(function: Any, arguments: Any) -> int:
    """What the formula of a function's workspace gives for some arguments."""
    size = workspace_bytes(prepare(*planned(function._lowered().program)))
    known = interpret.bind_dims([x.node for x in function.inputs], [np.asarray(x) for x in arguments])
    return int(interpret.evaluate([size], known)[0]) if isinstance(size, Node) else size


@pytest.mark.parametrize("name", PLAN)
def test_workloads_allocate_results_and_workspace(name: str) -> None:
    work = PLAN[name]
    larger = {length: n if length in ("axis", "sweeps") else 9 * n for length, n in work.tiny.items()}
    for size in (work.tiny, larger):
        call = systems.symnum(name, size, work.dtypes[0], work.static)
        scratch = sn.pool_info().scratch_bytes
        used, results = allocated(call)
        room = workspace(call.func, call.args)
        assert used == results + (room if room > ROOM else 0)
        steps = call.func._lowered().program.steps
        assert sn.pool_info().scratch_bytes == scratch or any(isinstance(step, Product | Call) for step in steps)


@pytest.mark.parametrize("name, size", FUSED)
def test_what_becomes_one_kernel_allocates_results_only(name: str, size: dict[str, int] | None) -> None:
    work = PLAN[name]
    used, results = allocated(systems.symnum(name, size or work.tiny, work.dtypes[0], work.static))
    assert used == results


def test_a_sweep_over_a_grid_needs_one_more_grid() -> None:
    """The others lie in the memory of the result, until that is written."""
    size = {"n": 40, "sweeps": 6}
    used, results = allocated(systems.symnum("stencil", size, "float64"))
    assert results == 40 * 40 * 8 and used <= results + 40 * 40 * 8 + 64


def test_large_results_are_counted_as_small_ones_are() -> None:
    x = sn.tensor.dvector("x")
    f = sn.function([x], [x + 1, x.sum()])
    for n in (0, 3, 100, 1000, 100_000):
        used, results = allocated(lambda n=n: tuple(f(np.ones(n))))
        assert used - results <= 64 * (n > 4096) * 2


def test_arrays_for_results_are_not_allocated() -> None:
    x = sn.tensor.dvector("x")
    f, target = sn.function([x], x + 1), np.empty(3000)
    f(np.ones(3000), out=target)
    before = sn.pool_info().total_bytes
    f(np.ones(3000), out=target)
    assert sn.pool_info().total_bytes == before


def test_explain_states_the_workspace() -> None:
    x = sn.tensor.dmatrix("x")
    notes = str(sn.function([x], x @ x @ x @ x).explain())
    assert "workspace: 8*(x.shape[0]*x.shape[0]) bytes" in notes
    assert "workspace: none" in str(sn.function([x], sn.exp(x)).explain())
