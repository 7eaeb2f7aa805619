"""The call path, compiled and in Python: arguments, results, state, pools, threads, signals, processes."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnum import _pyruntime
from symnum.codegen import abi
from symnum.errors import (
    ArgumentValueError,
    IndexBoundsError,
    ShapeError,
    SymnumError,
    UnsupportedError,
)
from tests import stress
from tests.handmade import INTERFACES, argument, caller, host_call, signature

try:
    from symnum import _runtime
except ImportError:
    _runtime = None  # type: ignore[assignment]
native = pytest.mark.skipif(_runtime is None, reason="the compiled call path is not built")

ROOT = Path(__file__).parent.parent
F = float


@pytest.fixture(params=[pytest.param(_runtime, marks=native, id="_runtime"),
                        pytest.param(_pyruntime, id="_pyruntime")])
def path(request: pytest.FixtureRequest) -> Any:
    return request.param


class State:
    """Shared state as the call path sees it."""

    def __init__(self, token: str, value: object, dtype: str = "float64") -> None:
        self.token, self.name, self.lock = token, token, threading.RLock()
        self.value = np.array(value, dtype)


# --- errors, other forms, callbacks ---------------------------------------------------------------

CODES = [  # (code, exception, words)
    (abi.Code.INTERRUPTED, KeyboardInterrupt, []),
    (abi.Code.GUARD, ValueError, ["no other form"]),
    (abi.Code.BROADCAST, ShapeError, ["lengths 11 and 22 do not broadcast"]),
    (abi.Code.EMPTY_REDUCTION, ValueError, ["empty axis"]),
    (abi.Code.INDEX, IndexBoundsError, ["index 11 is out of bounds for length 22"]),
    (abi.Code.RESHAPE, ShapeError, ["11 elements into 22"]),
    (abi.Code.MEMORY, MemoryError, ["out of memory"]),
    (abi.Code.DIMENSION, ShapeError, ["length 11 is negative"]),
    (99, SymnumError, ["unknown error code 99"]),
]


@pytest.mark.parametrize("code, error, words", CODES)
def test_error_codes(path: Any, code: int, error: type, words: list[str]) -> None:
    f = caller(path, "fail")
    with pytest.raises(error) as caught:
        f(code, 11, 22)
    assert all(word in str(caught.value) for word in (words and [*words, "fail", "step 3"]))
    assert f(0, 11, 22) == 0


def test_errors_of_plan_and_of_chunks(path: Any) -> None:
    with pytest.raises(ShapeError, match="lengths 3 and 7"):
        caller(path, "failplan")([1, 2, 3])
    with pytest.raises(IndexBoundsError):
        caller(path, "failchunk")(1000)
    assert caller(path, "failchunk")(5) == 5


def test_own_errors(path: Any) -> None:
    seen = []

    def on_error(code: int, step: int, values: tuple[int, ...]) -> BaseException | None:
        seen.append((code, step, values))
        return RuntimeError("mine") if code == abi.Code.INDEX else None

    f = caller(path, "fail", on_error=on_error)
    with pytest.raises(RuntimeError, match="mine"):
        f(abi.Code.INDEX, 5, 6)
    with pytest.raises(ShapeError):
        f(abi.Code.BROADCAST, 5, 6)
    assert seen == [(abi.Code.INDEX, 3, (5, 6, 0, 0)), (abi.Code.BROADCAST, 3, (5, 6, 0, 0))]


def test_guard_chooses_another_form(path: Any) -> None:
    seen = []

    def on_guard(args: tuple[object, ...]) -> Any:
        seen.append(args)
        return caller(path, "any")

    f = caller(path, "guard", on_guard=on_guard)
    assert f([1, 2]).tolist() == [2, 4] and not seen
    target = np.zeros(1)
    assert f(x=[4.0], out=target) is target and target == 8
    assert len(seen) == 1 and list(seen[0]) == [[4.0]]


def test_host_calls(path: Any) -> None:
    seen = []

    def reference(x: Any, n: int) -> Any:
        seen.append((x.shape, x.dtype, x.flags.writeable, n))
        if x[0] < 0:
            raise LookupError("from the host")
        return 2 * x, x
    f = caller(path, "host", hosts=(host_call(reference),))
    assert f(2.0) == 4 and seen == [((1,), np.float64, False, 7)]
    with pytest.raises(LookupError, match="from the host"):
        f(-1.0)


def test_blas_comes_from_scipy(path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 1000))
    assert caller(path, "dot")(x, y) == pytest.approx(x @ y, rel=1e-12)
    for module in ("scipy.linalg", "scipy.linalg.cython_blas"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnsupportedError, match="ddot from SciPy"):
        caller(path, "dot")


def test_workspace_is_aligned_and_blocks_work(path: Any) -> None:
    for n in (1, 7, 1000, 500_000):
        x = np.random.default_rng(n).normal(size=n)
        np.testing.assert_array_equal(caller(path, "scratch")(x), x)


@native
def test_impossible_sizes_are_memory_errors() -> None:
    with pytest.raises(MemoryError):
        caller(_runtime, "huge")()


@native
def test_a_caller_that_was_not_initialised() -> None:
    with pytest.raises(TypeError, match="not initialised"):
        _runtime.Caller.__new__(_runtime.Caller)(1.0)


@native
def test_subclasses_and_the_function_interface() -> None:
    class Function(_runtime.Caller):
        """As symnum.Function."""

    f = Function(INTERFACES["add"], caller(_runtime, "add") and 0, plan=0)
    assert f.interface is INTERFACES["add"] and callable(f)
    plan, run = compiler_entries("add")
    f = Function(INTERFACES["add"], run, plan=plan)
    assert f(1, 2) == f.__call__(1, 2) == f(1, b=2) == Function.__call__(f, 1, 2) == 3

    class Other(Function):
        def __call__(self, *args: Any) -> Any:
            return super().__call__(*args) + 1
    assert Other(INTERFACES["add"], run, plan=plan)(1, 2) == 4


def compiler_entries(name: str) -> tuple[int, int]:
    from symnum.codegen.cache import entry_points
    from tests.handmade import library
    return entry_points(library(), name)


# --- shared state ---------------------------------------------------------------------------------

def step(path: Any, w: State, c: State, **keywords: Any) -> Any:
    return caller(path, "step", state=(w, c), updates=((0, 1), (1, 2)), **keywords)


def test_updates_are_applied_together_after_success(path: Any) -> None:
    w, c = State("b", [1, 2, 3]), State("a", 0, "int64")
    f = step(path, w, c)
    old = w.value
    assert f([1, 1, 1], 0).tolist() == [2, 3, 4]
    assert w.value.tolist() == [2, 3, 4] and c.value == 1 and c.value.shape == ()
    assert old.tolist() == [1, 2, 3]
    assert f([1, 1, 1], code=0).tolist() == [3, 4, 5] and c.value == 2
    a, b = State("p", [1, 2]), State("q", [3, 4, 5])
    swap = caller(path, "swap", state=(a, b), updates=((0, 0), (1, 1)), structure="none")
    assert swap() is None and a.value.tolist() == [3, 4, 5] and b.value.tolist() == [1, 2]


def test_a_failed_call_changes_nothing(path: Any) -> None:
    w, c = State("b", [1, 2, 3]), State("a", 0, "int64")
    f = step(path, w, c)
    before = w.value, c.value
    calls = [(([1, 1, 1], int(abi.Code.INDEX)), {}), (([1, 1], 0), {}), (([1, 1, 1],), {}), ((None, 0), {}),
             (([1, 1, 1], 0), {"out": np.zeros(4)})]
    for args, keywords in calls:
        with pytest.raises(SymnumError):
            f(*args, **keywords)
        assert w.value is before[0] and c.value is before[1]
        assert w.value.tolist() == [1, 2, 3] and c.value == 0
        assert locks_are_free(w, c)


def locks_are_free(*states: State) -> bool:
    free = []

    def attempt() -> None:
        for state in states:
            free.append(state.lock.acquire(blocking=False))
            if free[-1]:
                state.lock.release()
    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return all(free) and len(free) == len(states)


def test_state_that_somebody_holds_is_never_overwritten(path: Any) -> None:
    w, c = State("w", np.zeros(5000)), State("c", 0, "int64")
    f = step(path, w, c)
    held = []
    for _ in range(6):
        held.append((w.value, w.value[1:]))
        f(np.ones(5000), 0)
    assert [array[0] for array, _ in held] == [0, 1, 2, 3, 4, 5]
    assert [view[0] for _, view in held] == [0, 1, 2, 3, 4, 5]
    assert not np.shares_memory(f(np.ones(5000), 0), w.value)


def test_a_new_value_must_have_the_declared_shape(path: Any) -> None:
    fixed = signature("guard", (argument("x", "float64", -1),), (argument("x", "float64", -1),), 1,
                      (argument("w", "float64", 2),))
    w = State("w", [1, 2])

    def double(arrays: list[np.ndarray]) -> list[np.ndarray]:
        return [2 * arrays[0]]
    f = path.Caller(fixed, double, state=(w,), updates=((0, 0),), structure="none")
    f([5, 6])
    assert w.value.tolist() == [10, 12]
    with pytest.raises(ShapeError, match=r"update of shared value 'w': expected .* of shape \(2,\)"):
        f([1, 2, 3])
    assert w.value.tolist() == [10, 12]


def test_state_of_a_wrong_shape_is_named(path: Any) -> None:
    w, c = State("w", [[1.0]]), State("c", 0, "int64")
    with pytest.raises(ShapeError, match="shared value"):
        step(path, w, c)([1], 0)


def test_threads_that_update_one_state_take_turns(path: Any) -> None:
    w, c = State("w", np.zeros(100)), State("c", 0, "int64")
    f = step(path, w, c)
    in_threads(8, lambda k: [f(np.full(100, k), 0) for _ in range(50)])
    assert c.value == 400 and (w.value == 50 * sum(range(8))).all()


def test_callers_that_share_states_in_opposite_order_do_not_deadlock(path: Any) -> None:
    a, b = State("p", np.zeros(3)), State("q", np.ones(3))
    forth = caller(path, "swap", state=(a, b), updates=((0, 0), (1, 1)), structure="none")
    back = caller(path, "swap", state=(b, a), updates=((0, 0), (1, 1)), structure="none")
    in_threads(6, lambda k: [(forth if k % 2 else back)() for _ in range(300)])
    assert sorted([a.value[0], b.value[0]]) == [0, 1]


def in_threads(n: int, action: Any) -> None:
    """Run ``action(k)`` in n threads at once; raise what any of them raised."""
    errors, barrier = [], threading.Barrier(n)

    def run(k: int) -> None:
        try:
            barrier.wait()
            action(k)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
    threads = [threading.Thread(target=run, args=(k,)) for k in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


# --- functions that run in Python (mode "numpy") --------------------------------------------------

def test_a_python_function_serves(path: Any) -> None:
    copy = signature("f", (argument("x", "float64", -1),), (argument("x", "float64", -1),) * 2, 1)
    f = path.Caller(copy, lambda arrays: [arrays[0], arrays[0][::-1]], structure="list", name="g")
    x = np.arange(3.0)
    same, turned = f(x)
    assert not np.shares_memory(same, x) and not np.shares_memory(turned, x) and turned.flags.c_contiguous
    assert turned.tolist() == [2, 1, 0]
    target = np.zeros(3)
    assert f(x, out=(target, None))[0] is target and target.tolist() == x.tolist()
    with pytest.raises(ShapeError, match=r"g: argument 1 \('x'\)"):
        f([[1.0]])


def test_constants_of_a_python_function_are_not_handed_out(path: Any) -> None:
    constant = np.arange(3.0)
    constant.flags.writeable = False
    two = signature("f", (), (argument("x", "float64", 3),) * 2)
    f = path.Caller(two, lambda arrays: [constant, constant], structure="list")
    first, second = f()
    first[0] = 9
    assert constant[0] == 0 and second[0] == 0 and f()[0][0] == 0


# --- pools ----------------------------------------------------------------------------------------

@pytest.fixture
def clean_pool() -> Any:
    gc.collect()
    _runtime.clear_pool()
    yield
    _runtime.set_pool_limit(1 << 30)
    _runtime.clear_pool()


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


@native
def test_memory_returns_to_the_pool_with_the_last_view(clean_pool: None) -> None:
    f, x = caller(_runtime, "scale"), np.ones(100_000)
    first = f(1.0, x)
    where = address(first)
    assert where % 64 == 0 and first.flags.owndata
    view = first[::2].reshape(100, -1)
    del first
    assert address(f(1.0, x)) != where and (view == 1).all()
    del view
    assert address(f(2.0, x)) == where


@native
def test_a_live_array_is_never_handed_out_again(clean_pool: None) -> None:
    f, random, live = caller(_runtime, "scale"), np.random.default_rng(0), []
    for i in range(400):
        x = np.full(int(random.integers(100, 3000)), float(i))
        live.append((f(1.0, x), i))
        if len(live) > 20:
            del live[int(random.integers(20))]
        assert all((array == k).all() for array, k in live)
    assert _runtime.pool_info().hits > 100


@native
def test_the_pool_is_bounded_and_can_be_cleared(clean_pool: None) -> None:
    f, x = caller(_runtime, "scale"), np.ones(100_000)
    live = [f(1.0, x) for _ in range(10)]
    info = _runtime.pool_info()
    assert info.live_blocks >= 10 and info.live_bytes >= 8_000_000
    _runtime.set_pool_limit(3_000_000)
    del live
    info = _runtime.pool_info()
    assert 1_600_000 <= info.idle_bytes <= 3_000_000 and info.limit == 3_000_000
    _runtime.clear_pool()
    assert _runtime.pool_info().idle_bytes == 0 == _runtime.pool_info().idle_blocks
    _runtime.set_pool_limit(0)
    f(1.0, x)
    assert _runtime.pool_info().idle_bytes == 0


@native
def test_results_are_ordinary_arrays(clean_pool: None) -> None:
    f = caller(_runtime, "scale")
    result = f(2.0, np.arange(1000.0))
    result.resize(5000)
    assert result[999] == 1998 and not result[1000:].any()
    result.resize(10)
    assert result.tolist() == [2.0 * k for k in range(10)]
    import copy
    import pickle
    assert (pickle.loads(pickle.dumps(f(2.0, np.ones(500)))) == 2).all()
    assert (copy.deepcopy(f(2.0, np.ones(500))) == 2).all()


@native
def test_huge_blocks_are_aligned_and_reused(clean_pool: None) -> None:
    f, x = caller(_runtime, "scale"), np.ones(1_000_000)
    places = {address(f(1.0, x)) for _ in range(5)}
    assert len(places) == 1 and places.pop() % 64 == 0


@pytest.mark.parametrize("bad", [0, -1])
def test_number_of_threads_is_checked(path: Any, bad: int) -> None:
    with pytest.raises(ArgumentValueError, match="at least 1"):
        path.set_num_threads(bad)


@pytest.fixture(params=[1, 2, 4, 7])
def threads(request: pytest.FixtureRequest) -> Any:
    before = _runtime.get_num_threads()
    _runtime.set_num_threads(request.param)
    yield request.param
    _runtime.set_num_threads(before)


@native
def test_parallel_work_covers_everything_once(threads: int) -> None:
    assert _runtime.get_num_threads() == threads
    for program in ("scale", "nested"):
        f = caller(_runtime, program)
        for n in (0, 1, 255, 256, 257, 5000, 300_001):
            x = np.random.default_rng(n).normal(size=n)
            np.testing.assert_array_equal(f(3.0, x), 3.0 * x)


@native
def test_threads_that_call_at_once_agree(threads: int) -> None:
    f = caller(_runtime, "nested")

    def call(k: int) -> None:
        x = np.arange(20_000.0) + k
        for _ in range(30):
            np.testing.assert_array_equal(f(2.0, x), 2 * x)
    in_threads(6, call)


@native
def test_idle_workers_use_no_processor() -> None:
    before = _runtime.get_num_threads()
    _runtime.set_num_threads(4)
    caller(_runtime, "scale")(1.0, np.ones(1_000_000))
    _runtime.set_num_threads(before)
    time.sleep(0.05)
    start = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - start < 0.05


# --- processes and signals ------------------------------------------------------------------------

def in_child(action: Any, seconds: int = 20) -> int:
    """Exit status of a forked child that runs ``action``; a hang is killed by an alarm."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        try:
            action()
        except BaseException:  # noqa: BLE001
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


@native
def test_fork_after_a_parallel_call(threads: int) -> None:
    f, x = caller(_runtime, "scale"), np.arange(300_000.0)
    f(2.0, x)

    def child() -> None:
        for _ in range(3):
            assert (f(2.0, x) == 2 * x).all()
        assert in_child(lambda: f(2.0, x)) == 0
    assert in_child(child) == 0
    assert (f(2.0, x) == 2 * x).all()


@native
def test_fork_while_the_pool_is_busy(threads: int) -> None:
    f, x, done = caller(_runtime, "scale"), np.arange(300_000.0), threading.Event()

    def keep_busy() -> None:
        while not done.is_set():
            f(2.0, x)
    others = [threading.Thread(target=keep_busy) for _ in range(2)]
    for other in others:
        other.start()
    try:
        small = np.arange(3000.0)
        for _ in range(15):
            assert in_child(lambda: np.testing.assert_array_equal(f(3.0, small), 3 * small)) == 0
    finally:
        done.set()
        for other in others:
            other.join()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as in a terminal: a process that runs in the background may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("program", ["spin", "wait"])
def test_interrupt_stops_a_long_call(path: Any, program: str, interruptible: None) -> None:
    f = caller(path, program)
    timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        f(300_000)  # fifteen seconds
    assert time.monotonic() - start < 10
    timer.join()
    assert f(10) == 10


@native
def test_a_signal_handler_that_returns_lets_the_call_go_on() -> None:
    f, seen = caller(_runtime, "spin"), []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert f(20_000) == 20_000
    finally:
        signal.signal(signal.SIGALRM, before)
    assert seen


@native
def test_other_threads_run_during_long_calls() -> None:
    f, ticks = caller(_runtime, "spin"), []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.005):
            ticks.append(1)
    thread = threading.Thread(target=tick)
    thread.start()
    import dataclasses
    costly = dataclasses.replace(INTERFACES["spin"], cost=10**9)
    plan, run = compiler_entries("spin")
    _runtime.Caller(costly, run, plan=plan)(20_000)
    done.set()
    thread.join()
    assert len(ticks) > 5 and f(1) == 1


@pytest.mark.parametrize("sanitizer", ["", "thread", "address,undefined"])
def test_pools_under_stress(tmp_path: Path, sanitizer: str) -> None:
    stress.run(tmp_path, "pool_stress.c", ("_pool", "_buffers"), sanitizer, ["-DNO_FORK"] if sanitizer else [])


# --- the interface --------------------------------------------------------------------------------

def test_header_and_abi_are_one_text() -> None:
    assert abi.C_DECLARATIONS in (ROOT / "symnum" / "_pool.h").read_text()
    assert f"#define SN_INTERRUPTED {abi.Code.INTERRUPTED.value}\n" in abi.C_CODES


@native
def test_both_paths_have_one_surface() -> None:
    for name in ("Caller", "PoolInfo", "set_num_threads", "get_num_threads", "set_pool_limit", "clear_pool",
                 "pool_info"):
        assert getattr(_runtime, name).__doc__ and getattr(_pyruntime, name).__doc__
    assert _pyruntime.get_num_threads() == 1 and _pyruntime.pool_info() == _pyruntime.PoolInfo()
