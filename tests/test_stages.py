"""Functions in stages: cut where lengths depend on data, and otherwise like any other function."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import errors, stages
from symnum import tensor as T
from symnum.functiongraph import function_graph
from symnum.ir.walk import topological

Array = np.ndarray[Any, Any]


@pytest.fixture(params=["c", "numpy"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def steps_of(inputs: list[Any], outputs: Any) -> tuple[stages.Step, ...]:
    return stages.staged(function_graph(inputs, outputs, None, None, "raise"))


# cutting ----------------------------------------------------------------------------------------------------

def test_a_function_without_such_lengths_is_not_cut() -> None:
    x, m = T.dvector("x"), T.tensor("m", dtype="bool", shape=(None,))
    assert type(sn.function([x], x[1:] + 1, mode="c")).__name__ == "_Compiled"
    assert type(sn.function([x, m], T.where(m, x, 0.0).sum(), mode="c")).__name__ == "_Compiled"
    assert type(sn.function([x, m], x[m], mode="c")).__name__ == "_Staged"


def test_stages_alternate_and_each_value_is_computed_once() -> None:
    x = T.dvector("x")
    y = T.exp(x)
    chosen = (y * 2)[y > 1]
    steps = steps_of([x], [T.unique(chosen).sum(), chosen.sum()])
    assert [type(step).__name__ for step in steps] == ["Native", "Host", "Native", "Host", "Native"]
    computed = [node.op.name for step in steps if isinstance(step, stages.Native)
                for node in topological(step.graph.outputs)]
    assert computed.count("exp") == 1
    assert not {"flatnonzero", "nonzero_count", "unique_values", "unique_count"} & set(computed)


def test_what_is_at_hand_needs_no_program() -> None:
    x, m, k = T.dvector("x"), T.tensor("m", dtype="bool", shape=(None,)), T.lscalar("k")
    assert [type(step).__name__ for step in steps_of([x, m], x[m])] == ["Host", "Native"]
    assert [type(step).__name__ for step in steps_of([m], T.flatnonzero(m))] == ["Host"]
    assert [type(step).__name__ for step in steps_of([k], T.zeros(k))] == ["Host", "Native"]


# running ----------------------------------------------------------------------------------------------------

def reference(x: Array, y: Array, k: int) -> list[Array]:
    inner = x[1:][y[1:] > 0]
    values, counts = np.unique(inner, return_counts=True)
    nested = inner[inner > inner.mean()] if len(inner) else inner
    return [values[counts > 1], nested * 2, np.concatenate([inner, [1.0]])[np.append(inner, 1.0) > 0], x[:k], x[k:][:2],
            np.zeros((len(inner), 2)) + len(nested), x[x > 0].sum() + y[y > 0].sum(), np.repeat(nested, len(inner))]


def chains(x: Any, y: Any, k: Any) -> list[Any]:
    inner = x[1:][y[1:] > 0]
    values, counts = T.unique(inner, return_counts=True)
    mean = inner.sum() / T.maximum(inner.shape[0], 1)
    nested = inner[inner > mean]
    joined = T.concatenate([inner, [1.0]])
    return [values[counts > 1], nested * 2, joined[joined > 0], x[:k], x[k:][:2],
            T.zeros((inner.shape[0], 2)) + nested.shape[0], x[x > 0].sum() + y[y > 0].sum(),
            T.repeat(nested, inner.shape[0])]


def test_chains_of_such_lengths_are_those_of_numpy() -> None:
    x, y, k = T.dvector("x"), T.dvector("y"), T.lscalar("k")
    functions = [sn.function([x, y, k], chains(x, y, k), mode=mode) for mode in ("c", "numpy")]

    @settings(max_examples=30)
    @given(st.integers(0, 9), st.integers(0, 2**16), st.integers(-11, 11))
    def examples(n: int, seed: int, k: int) -> None:
        numbers = np.random.default_rng(seed)
        a, b = numbers.integers(-3, 4, n) * 1.0, numbers.normal(size=n)
        for f in functions:
            for got, want in zip(f(a, b, k), reference(a, b, k), strict=True):
                np.testing.assert_allclose(got, want, rtol=1e-15)
    examples()


LINKS: tuple[Any, ...] = (
    lambda m, v, w: v[v > 0], lambda m, v, w: m.unique(v), lambda m, v, w: m.concatenate([v, w]),
    lambda m, v, w: v[: v.shape[0] // 2], lambda m, v, w: v * v.shape[0], lambda m, v, w: v[1:] - v[:-1],
    lambda m, v, w: m.exp(-v * v), lambda m, v, w: m.repeat(v[:2], 3), lambda m, v, w: v[~m.isin(v, w)],
    lambda m, v, w: m.unique(v, return_inverse=True)[1] * 1.0, lambda m, v, w: v[v > v.sum() / (v.shape[0] + 1)],
    lambda m, v, w: m.flatnonzero(v) + v.shape[0] * 0.5, lambda m, v, w: v[v > 0] + v[v > 0] * w.sum(),
    lambda m, v, w: m.zeros(w.shape[0] + 1) + v.sum(),
    lambda m, v, w: m.bincount(m.clip(v, 0, 5).astype("int64")) * 1.0)


def chained(m: Any, x: Any, y: Any, seed: int) -> list[Any]:
    """A random chain of results, each as long as the data say, made from two vectors."""
    choice, found = random.Random(seed), []
    for _ in range(choice.randint(3, 6)):
        x = choice.choice(LINKS)(m, x, y)
        found.append(x.sum())
        x, y = (y, x) if choice.random() < 0.4 else (x, y)
    return [x, y, *found]


@pytest.mark.parametrize("seed", range(5))
def test_random_chains_and_their_derivatives(seed: int) -> None:
    x, y = T.dvector("x"), T.dvector("y")
    outputs = chained(T, x, y, seed)
    slopes = sn.grad(outputs[0].sum() * outputs[1].sum(), [x, y], disconnected_inputs="ignore")
    functions = [sn.function([x, y], outputs + slopes, mode=mode, on_unused_input="ignore") for mode in ("c", "numpy")]
    for k in range(5):
        numbers = np.random.default_rng(k)
        a, b = numbers.integers(-3, 4, numbers.integers(1, 7)) * 0.5, numbers.normal(size=numbers.integers(1, 6))
        native, interpreted = (f(a, b) for f in functions)
        for got, want in zip(native, [*chained(np, a, b, seed), *interpreted[len(outputs):]], strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-12)


def test_counts_that_meet_must_be_equal_or_one(mode: str) -> None:
    x, y = T.dvector("x"), T.dvector("y")
    f = sn.function([x, y], x[x > 0] + y[y > 0], mode=mode, name="sum of parts")
    np.testing.assert_array_equal(f([1.0, -1.0, 2.0], [3.0, 4.0]), [4.0, 6.0])
    np.testing.assert_array_equal(f([1.0, -1.0, 2.0], [3.0, -4.0]), [4.0, 5.0])
    assert f([-1.0], [-1.0, -2.0]).shape == (0,)
    with pytest.raises(errors.ShapeError, match=r"2 and 3|2, 3"):
        f([1.0, 2.0], [1.0, 2.0, 3.0])


def test_lengths_from_data_must_not_be_negative(mode: str) -> None:
    k, x = T.lscalar("k"), T.dvector("x")
    f = sn.function([k, x], [T.zeros(k) + 1, x.reshape(k, -1), T.arange(k), T.tile(x, k)], mode=mode)
    made = f(2, np.arange(4.0))
    assert [a.shape for a in made] == [(2,), (2, 2), (2,), (8,)]
    with pytest.raises(errors.ShapeError, match="at least 0; given -1"):
        f(-1, np.arange(4.0))
    with pytest.raises(ValueError, match="reshape"):
        f(3, np.arange(4.0))
    with pytest.raises(errors.UnsupportedError, match="values of others"):
        T.tensor("y", shape=(k,))


def test_counts_are_numbers_like_any_other(mode: str) -> None:
    x = T.dvector("x")
    positive = x[x > 0]
    n = positive.shape[0]
    f = sn.function([x], [n, n * 2 + 1, positive.size, positive.mean(), T.arange(n), x.shape[0] - n], mode=mode)
    got = f([1.0, -2.0, 3.0])
    assert [a.tolist() for a in got] == [2, 5, 2, 2.0, [0, 1], 1]
    assert got[0].dtype == np.int64 and got[0].shape == ()


# like any other function --------------------------------------------------------------------------------------

def test_updates_are_all_or_nothing(mode: str) -> None:
    x, total, kept = T.dvector("x"), sn.shared(0.0, "total"), sn.shared(np.ones(2), "kept")
    chosen = x[x > 0]
    f = sn.function([x], chosen, updates={total: total + chosen.sum(), kept: kept + chosen}, mode=mode)
    np.testing.assert_array_equal(f([1.0, -1.0, 2.0]), [1.0, 2.0])
    assert total.get_value() == 3.0
    np.testing.assert_array_equal(kept.get_value(), [2.0, 3.0])
    with pytest.raises(errors.ShapeError):
        f([1.0, 1.0, 2.0])
    assert total.get_value() == 3.0
    np.testing.assert_array_equal(kept.get_value(), [2.0, 3.0])


def test_masks_of_shared_values_and_updates_of_changing_length(mode: str) -> None:
    s = sn.shared(np.array([3.0, -1.0, 2.0]), "s")
    f = sn.function([], s[s > 0].sum(), updates={s: T.concatenate([s[s > 0], [-5.0]])}, mode=mode)
    assert [float(f()) for _ in range(3)] == [5.0, 5.0, 5.0]
    np.testing.assert_array_equal(s.get_value(), [3.0, 2.0, -5.0])


def test_structures_keywords_and_out(mode: str) -> None:
    x, y = T.dvector("x"), T.dvector("y")
    f = sn.function([x, y], {"kept": x[y > 0], "same": x}, mode=mode)
    given = np.array([1.0, 2.0])
    got = f(y=[1.0, -1.0], x=given)
    assert got["kept"].tolist() == [1.0] and not np.may_share_memory(got["same"], given)
    g = sn.function([x], x[x > 0], mode=mode)
    target = np.zeros(2)
    assert g([1.0, 2.0, -1.0], out=target) is target and target.tolist() == [1.0, 2.0]
    with pytest.raises(errors.ShapeError, match=r"expected shape \(1,\)"):
        g([1.0, -2.0], out=target)
    with pytest.raises(errors.ArgumentError, match="given 0"):
        g()


def test_pickling_keeps_the_stages(mode: str) -> None:
    x = T.dvector("x")
    f = pickle.loads(pickle.dumps(sn.function([x], [x[x > 0], sn.grad((x[x > 0] ** 2).sum(), x)], mode=mode)))
    np.testing.assert_array_equal(f([1.0, -1.0])[0], [1.0])
    np.testing.assert_array_equal(f([1.0, -1.0])[1], [2.0, 0.0])


@pytest.mark.parametrize("mode", ["c", "numpy"])
def test_each_stage_is_explained_and_shown(mode: str, tmp_path: Any) -> None:
    x = T.dvector("x")
    f = sn.function([x], T.log(1 + x[x > 0]), mode=mode)
    shown = str(f.explain())
    assert "log1p" in shown
    order = ["stage 1 of 3: native program", "stage 2 of 3: NumPy computes flatnonzero", "stage 3 of 3: native program"]
    assert [line for line in shown.splitlines() if line.startswith("stage")] == order
    text = f.source()
    assert [line[3:] for line in text.splitlines() if line.startswith("// stage")] == order
    assert text.count("sn_program_run(") == 2
    with pytest.raises(errors.UnsupportedError, match="lengths that depend on data"):
        f.export_c(str(tmp_path))


def test_rules_see_the_whole_function_before_it_is_cut(mode: str) -> None:
    x = T.dvector("x")
    y = T.exp(x)
    softplus = T.log(1 + y)  # y is computed for the mask, too
    f = sn.function([x], [softplus[y > 2], softplus], mode=mode)
    np.testing.assert_allclose(f([1000.0, -1.0])[0], [1000.0])


def test_debug_mode_checks_such_graphs() -> None:
    x = T.dvector("x")
    f = sn.function([x], sn.grad(T.exp(x[x > 0]).sum(), x), mode="debug")
    np.testing.assert_allclose(f([1.0, -1.0]), [np.e, 0.0])


def test_threads_share_a_function() -> None:
    x = T.dvector("x")
    f = sn.function([x], (x[x > 0]).sum(), mode="c")
    arrays = [np.arange(-5.0, 1000.0 + k) for k in range(4)]
    wrong: list[Any] = []

    def work(a: Array) -> None:
        wrong.extend(r for r in (f(a) for _ in range(50)) if r != a[a > 0].sum())
    threads = [threading.Thread(target=work, args=(a,)) for a in arrays]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


_PROGRAM = """
import numpy as np, symnum as sn
x = sn.tensor.dvector("x")
y = sn.sin(x)[x > 0.25]
f = sn.function([x], [y, sn.grad((y**3).sum(), x), sn.tensor.unique(y)], mode="c")
import hashlib
print(hashlib.sha256(b"".join(a.tobytes() for a in f(np.linspace(-1, 1, 101))) + f.source().encode()).hexdigest())
"""


def test_two_processes_give_the_same_bits_and_the_same_text() -> None:
    found = {subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True).stdout
             for _ in range(2)}
    assert len(found) == 1
