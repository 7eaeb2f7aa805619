"""Functions, graphs and shared values that are copied, pickled, and called by many threads."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import errors
from tests import callpaths

T = sn.tensor


@pytest.fixture(params=callpaths.MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    return callpaths.prepared(request.param, monkeypatch)


def pickled(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


# pickle and deep copy -----------------------------------------------------------------------------------------

def test_what_is_pickled_together_stays_shared(mode: str) -> None:
    x, w = T.dvector("x"), sn.shared(np.ones(2), "w")
    train = sn.function([x], None, updates={w: w + x}, mode=mode, name="train")
    use = sn.function([x], {"y": (x * w).sum()}, mode=mode)
    model = {"w": w, "train": train, "use": use, "cost": (w * w).sum()}
    for make in (pickled, copy.deepcopy):
        new = make(model)
        new["train"]([1.0, 2.0])
        assert new["w"].get_value().tolist() == [2, 3] and w.get_value().tolist() == [1, 1]
        assert new["use"]([1.0, 1.0]) == {"y": 5.0} and use([1.0, 1.0]) == {"y": 2.0}
        assert new["train"].name == "train" and new["cost"].same_as((new["w"] * new["w"]).sum())
        assert new["train"].shared[0].same_as(new["w"])
    apart = pickled(train), pickled(w)
    apart[0]([1.0, 1.0])
    assert apart[1].get_value().tolist() == [1, 1], "pickled apart, a shared value is two"
    assert copy.copy(train).shared[0].same_as(w)


def test_forms_are_made_again(mode: str) -> None:
    x, y = T.dmatrix("x"), T.dvector("y")
    f = sn.function([x, y], x + y, mode=mode)
    f(np.ones((2, 1)), np.ones(3))
    for g in (pickled(f), copy.deepcopy(f)):
        if mode == "c":
            assert not g._family
        for shapes in (((2, 3), 3), ((2, 1), 3), ((2, 3), 1)):
            a, b = np.ones(shapes[0]), np.ones(shapes[1])
            np.testing.assert_array_equal(g(a, b), a + b)


def test_states_of_inputs_and_settings_are_kept(mode: str) -> None:
    s, k = T.dscalar("s"), T.bscalar("k")
    f = sn.function([sn.In(s, value=1.0, update=s * 2), sn.In(k, value=3)], s * k, mode=mode,
                    rewrites=sn.rules.without("log1p"), allow_input_downcast=True)
    f()
    for g in (pickled(f), copy.deepcopy(f)):
        assert (g(), g[s] if g.inputs[0].same_as(s) else g["s"], f[s]) == (6, 4, 2)
        assert g(1.0, 2.5) == 2 and "log1p" not in g.settings.rules
    own = replace(sn.rules["log1p"], when=lambda *found: True)
    f = sn.function([s], s, mode="numpy", rewrites=sn.RuleSet((own,)))
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(f)
    with pytest.raises(errors.UnsupportedError, match="rules of its own"):
        sn.dumps(f)


def test_deep_copies_have_lengths_of_their_own(mode: str) -> None:
    n, w, v = T.dim("n"), sn.shared(np.ones(2), "w"), sn.shared(np.ones(2), "v")
    u = sn.shared(np.ones(3), "u", shape=(n,))
    w.default_update = w * 2
    w2, v2, u2, total = copy.deepcopy((w, v, u, w.sum() + v.sum()))
    w2.set_value(np.ones(5))
    f = sn.function([], [w.sum(), w2.sum(), total], mode=mode)
    assert f() == [2, 5, 7] and w2.get_value().tolist() == [2] * 5 and w.get_value().tolist() == [2, 2]
    assert u2.shape[0].same_as(n) and not v2.shape[0].same_as(v.shape[0])
    assert w2.node.attr("state").token != w.node.attr("state").token
    x = T.dvector("x")
    assert copy.deepcopy(x).same_as(x) and copy.deepcopy({"y": x + 1})["y"].same_as(x + 1)


def test_a_default_update_is_pickled_with_its_state() -> None:
    w = sn.shared(1, "w")
    w.default_update = w + 1
    for new in (pickled(w), pickled([w + 1, w])[1], pickled({"f": sn.function([], w, mode="numpy")})["f"].shared[0]):
        assert new.default_update.same_as(new + 1) and not new.same_as(w)


def test_large_functions_pickle_each_node_once() -> None:
    x = T.dscalar("x")
    outputs, y = [], x
    for k in range(2000):
        y = sn.sin(y) + float(k)
        outputs.append(y)
    f = sn.function([x], outputs, mode="numpy", rewrites="off")
    data = pickle.dumps(f)
    assert len(data) < 600_000
    assert [float(r) for r in pickle.loads(data)(0.5)] == [float(r) for r in f(0.5)]


READ = """
import pickle, sys
import numpy as np
f, g, w, y = pickle.load(open(sys.argv[1], "rb"))
f(np.ones((2, 3)), np.ones(3))
print(g([2.0, 2.0, 2.0]).tolist(), w.get_value().tolist(), len({y: 1}), f.settings.mode)
print(f.source("c") if f.settings.mode == "c" else "")
"""


@pytest.mark.parametrize("mode", ["c", "numpy"])
def test_across_processes(mode: str, tmp_path: Path) -> None:
    x, y, w = T.dmatrix("x"), T.dvector("y"), sn.shared(np.ones(3), "w")
    f = sn.function([x, y], sn.exp(x).sum() + y, updates={w: w + y}, mode=mode)
    g = sn.function([y], y * w, mode=mode)
    path = tmp_path / "kept.pickle"
    path.write_bytes(pickle.dumps((f, g, w, sn.exp(x) * w)))
    texts = {subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True,
                            env=os.environ | {"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert len(texts) == 1
    text = texts.pop()
    assert text.startswith(f"[4.0, 4.0, 4.0] [2.0, 2.0, 2.0] 1 {mode}")
    assert mode == "numpy" or text.split("\n", 1)[1].strip() == f.source("c").strip()


def test_a_mode_that_was_found_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    x = T.dscalar("x")
    f = sn.function([x], x + 1, mode="auto")
    data = pickle.dumps(f)
    monkeypatch.setattr(sys.modules["symnum.function"], "has_compiler", lambda options: False)
    g = pickle.loads(data)
    assert g.settings.mode == "numpy" and g(1.0) == 2


# threads ------------------------------------------------------------------------------------------------------

def run(*works: Any) -> None:
    """Run each work in a thread of its own, all beginning together; the first exception is raised again."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def guarded(work: Any) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:  # noqa: BLE001  (raised again below)
            failures.append(error)
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert not any(t.is_alive() for t in threads), "threads wait for each other"
    if failures:
        raise failures[0]


def test_functions_that_share_state_agree_with_some_order(mode: str) -> None:
    a, b, x = sn.shared(np.zeros(100), "a"), sn.shared(np.zeros(100), "b"), T.dscalar("x")
    both = sn.function([x], [a, b], updates=[(a, a + x), (b, b + x)], mode=mode)      # a and b stay equal
    move = sn.function([x], [b, a], updates=[(b, a + x), (a, b + x)], mode=mode)
    rounds, wrong = 60, []

    def add(f: Any) -> None:
        for _ in range(rounds):
            first, second = f(1.0)
            if not (np.array_equal(first, second) and (first == first[0]).all()):
                wrong.append((first, second))
    run(*(lambda f=f: add(f) for f in (both, move, both, move)))
    assert not wrong
    assert a.get_value()[0] == b.get_value()[0] == 4 * rounds


def test_states_of_inputs_count_every_call(mode: str) -> None:
    s = T.lscalar("s")
    f = sn.function([sn.In(s, value=0, update=s + 1)], s, mode=mode)
    seen: list[int] = []
    run(*(lambda: seen.extend(int(f()) for _ in range(50)) for _ in range(4)))
    assert sorted(seen) == list(range(200)) and f[s] == 200


def test_lengths_that_change_under_way(mode: str) -> None:
    """Calls whose shared value changes its length between and during them find the form that serves."""
    w, x = sn.shared(np.ones(1), "w"), T.dvector("x")
    f = sn.function([x], w + x, mode=mode)
    lengths = (1, 3, 1, 3)
    done = threading.Event()

    def change() -> None:
        k = 0
        while not done.is_set():
            w.set_value(np.ones(lengths[k % 4]))
            k += 1

    def call() -> None:
        for k in range(150):
            result = f(np.ones(lengths[k % 3]))
            assert (result == 2).all() and result.size in (1, 3)
    changer = threading.Thread(target=change)
    changer.start()
    try:
        run(call, call)
    finally:
        done.set()
        changer.join()


def test_copies_with_one_token_lock_in_one_order() -> None:
    """A shared value and its pickled copy have the same token: functions on both must not wait for each other."""
    a = sn.shared(np.zeros(2000), "a")
    b = pickled(a)
    f = sn.function([], None, updates=[(a, a + b), (b, b + 1)], mode="c")
    g = sn.function([], None, updates=[(b, b + 1), (a, a + b)], mode="c")
    h = sn.function([], b + a * 0, updates=[(b, b + 1)], mode="c")

    def calls(k: Any) -> None:
        for _ in range(100):
            k()
    run(*(lambda k=k: calls(k) for k in (f, g, h)))
    assert b.get_value()[0] == 300


def test_a_failed_call_leaves_no_lock_and_no_change(mode: str) -> None:
    w, x = sn.shared(np.zeros(3), "w"), T.dvector("x")
    s, k = T.dscalar("s"), T.lscalar("k")
    f = sn.function([x, k, sn.In(s, value=0.0, update=s + 1)], x[5] + 2**k, updates={w: w + x[:3]}, mode=mode)
    target = np.full((), -1.0)
    for args, out in [((np.ones(3), 1), None), ((np.ones((2, 2)), 1), None), ((np.ones(6), 1), np.zeros(3)),
                      ((np.ones(6), 1, "a"), None), ((np.ones(3), 1), target), ((np.ones(6), -1), target)]:
        with pytest.raises((ValueError, TypeError, IndexError)):
            f(*args, out=out)
        assert w.get_value().tolist() == [0, 0, 0] and f[s] == 0
    assert target == -1 or mode == "c"    # native code writes out= in place
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(f(np.ones(6), 1)))
    thread.start()
    thread.join(30)
    assert done == [3] and w.get_value().tolist() == [1, 1, 1] and f[s] == 1


def test_errors_are_the_same_on_both_call_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    x, s = T.dvector("x"), T.dscalar("s")

    def messages() -> list[str]:
        f = sn.function([x, sn.In(s, value=1.0, update=s + 1, name="step")], {"a": x * s, "b": x}, mode="c", name="f")
        found = []
        for args, keywords in [((), {}), (([1.0],), {"stop": 1}), (([1.0], 2, 3), {}), (([1.0],), {"out": {"c": None}}),
                               (([1.0],), {"out": {"b": np.zeros(3)}}), (([1.0],), {"step": "a"}), ((1.0,), {})]:
            with pytest.raises(errors.SymnumError) as caught:
                f(*args, **keywords)
            found.append(str(caught.value))
        assert f([2.0], out={"b": np.zeros(1)})["a"] == 2 and f[s] == 2
        return found
    first = messages()
    callpaths.use_python_path(monkeypatch)
    assert messages() == first
