"""Every workload of the benchmarks, tiny: symnum's result is NumPy's, and the file tells all that a run needs."""

import numpy as np
import pytest
from benchmark_modules import BENCHMARKS, benchmark_module

pytest.importorskip("tomllib", reason="the plan of the benchmarks is TOML, which Python reads since 3.11")
goals, pages, plan, report, systems, turns = map(
    benchmark_module, ("goals", "pages", "plan", "report", "systems", "turns"))
PLAN = plan.workloads()


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.mark.parametrize("name", PLAN)
def test_result_is_that_of_numpy(name):
    work = PLAN[name]
    dtype = work.dtypes[0]
    value = turns.value_of(systems.symnum(name, work.tiny, dtype, work.static, mode="numpy")())
    value = value if isinstance(value, tuple) else (value,)
    expected = systems.reference(name, work.tiny, dtype)
    assert plan.check(value, expected, work.tolerance[dtype]) is None
    assert all(x.dtype == dtype for x in value)


@pytest.mark.parametrize("name", PLAN)
def test_plan_is_whole(name):
    work = PLAN[name]
    module = systems.module_of(name)
    assert all(hasattr(module, f"with_{system}") for system in ("symnum", *work.peers))
    assert {n.removeprefix("with_") for n in dir(module) if n.startswith("with_")} == {"symnum", "numpy", *work.peers}
    assert set(work.dtypes) <= set(work.tolerance)
    for size, dtype in [*work.cases(quick=True), *work.cases(quick=False)]:
        assert size.keys() == work.tiny.keys()
        assert not work.traffic or work.bytes_at_least(size, dtype) > 0


def test_check_tells_wrong_results():
    right = (np.arange(3.0),)
    assert plan.check((np.arange(3.0) + 1e-13,), right, 1e-12) is None
    assert "off by" in plan.check((np.array([0.0, 1.0, 3.0]),), right, 1e-12)
    assert "off by" in plan.check((np.array([0.0, np.nan, 2.0]),), right, 1e-12)
    assert "shape" in plan.check((np.arange(4.0),), right, 1e-12)
    assert "results" in plan.check((), right, 1e-12)


def test_traffic_counts_bytes():
    assert PLAN["logistic_gradient"].bytes_at_least({"n": 10}, "float32") == 80
    assert PLAN["n_body"].bytes_at_least({"n": 10}, "float32") is None


def test_systems_take_turns_and_failures_are_named():
    work = PLAN["scalar_call"]
    contest = [*systems.competitors(["numpy"]), turns.System("broken", "systems", "no_such")]
    found = turns.take_turns(contest, (work.name, work.tiny, "float64"), rounds=3, turn_seconds=0.001, strict=False)
    assert len(found["numpy"].seconds) == 3 and found["numpy"].median > 0
    assert "no_such" in str(found["broken"].value) and not found["broken"].seconds


def case(kind, peer, times, bound=None):
    results = {"symnum": turns.Result([1.0, 1.0, 1.0]), peer: turns.Result([times, times, times])}
    return report.Case(f"{kind} against {peer}", kind, results, {}, bound)


@pytest.mark.parametrize("found, kept", [
    (case("elementwise", "jax", 1.1), True), (case("elementwise", "jax", 0.9), False),
    (case("row-wise", "jax", 0.9, bound=0.8), True), (case("row-wise", "jax", 0.9, bound=0.7), False),
    (case("matrix", "torch", 0.9, bound=0.8), False), (case("stencil", "numba", 0.9), False),
    (case("small", "torch", 4.9), False), (case("small", "torch", 5.1), True)])
def test_goals_are_told_from_what_falls_short(found, kept):
    assert goals.holds(found, goals.rival(found)) == kept
    assert (found.title in goals.verdict([found])) != kept


def test_goals_name_their_peers():
    assert goals.rival(case("stencil", "jax", 0.5)) is None
    assert goals.rival(case("small", "casadi", 0.5)) is None
    text = goals.verdict([case("elementwise", "jax", 2.0), case("elementwise", "jax", 8.0),
                          case("elementwise", "jax", 1.0, bound=0.9), case("matrix", "jax", 0.1)])
    assert "3 of 4" in text and "over 2" in text and "4.00" in text


def test_every_kind_has_a_goal():
    assert {work.kind for work in PLAN.values()} == goals.GOALS.keys()


def test_a_page_holds_what_a_run_found():
    found = "x86_64, 2 threads\n\n## Summary\n\n| a |\n"
    page = pages.page(found, has_chart=True)
    assert page.startswith("# Benchmarks\n") and page.endswith("## Summary\n\n| a |\n")
    assert "Measured on: x86_64, 2 threads." in page and f"({pages.CHART})" in page
    assert pages.CHART not in pages.page(found, has_chart=False) and pages.NOT_RUN in pages.page(None, has_chart=False)
    other = "n\n## Builds\nnew\n## Imports\nc\n"
    joined = pages.with_starts("m\n\n## Summary\na\n## Builds\nold\n## Details\nb\n", other)
    assert joined == "m\n\n## Summary\na\n## Builds\nnew\n## Imports\nc\n## Details\nb\n"
    assert (BENCHMARKS.parent / "docs" / "benchmarks.md").read_text(encoding="utf-8").startswith(pages.INTRODUCTION)


def test_no_chart_of_nothing(tmp_path):
    alone = report.Case("a", "small", {"symnum": turns.Result([1.0])}, {}, None)
    assert not report.chart([], tmp_path / "a.png") and not report.chart([alone], tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
