"""Every workload of the benchmarks, tiny: symnum's result is NumPy's, and the file tells all that a run needs."""

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tomllib", reason="the plan of the benchmarks is TOML, which Python reads since 3.11")
BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
try:
    import plan
    import systems
    import turns
finally:
    sys.path.remove(str(BENCHMARKS))

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
