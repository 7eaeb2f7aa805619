"""Chains: kernels that run in tiles, and loops that are cut where comparisons of indices change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum.codegen.chains import planned, tiling, with_chains
from symnum.codegen.lower import lower
from symnum.ir.build import input_leaf
from symnum.ir.nest import Chain, Program

Array = np.ndarray[Any, Any]
Step = Callable[[Any, Any], Any]


def five_points(np_or_sn: Any, x: Any) -> Any:
    return 0.25 * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:])


def sweeps(count: int) -> Step:
    def swept(np_or_sn: Any, x: Any) -> Any:
        for _ in range(count):
            inner = five_points(np_or_sn, x)
            if np_or_sn is np:
                x = x.copy()
                x[1:-1, 1:-1] = inner
            else:
                x = x.at[1:-1, 1:-1].set(inner)
        return x
    return swept


def shrinking(np_or_sn: Any, x: Any) -> Any:
    for _ in range(3):
        x = five_points(np_or_sn, np_or_sn.sqrt(np_or_sn.abs(x) + 1.0))
    return x


def limited(np_or_sn: Any, x: Any) -> Any:
    """Two axes of shifts below one without, and values that several kernels want."""
    middle = 4 * x[:, 1:-1, 1:-1] - x[:, :-2, 1:-1] - x[:, 2:, 1:-1] - x[:, 1:-1, :-2] - x[:, 1:-1, 2:]
    across = middle[:, :, 1:] - middle[:, :, :-1]
    across = np_or_sn.where(across * (x[:, 1:-1, 2:-1] - x[:, 1:-1, 1:-2]) > 0, 0.0, across)
    along = middle[:, 1:, :] - middle[:, :-1, :]
    along = np_or_sn.where(along * (x[:, 2:-1, 1:-1] - x[:, 1:-2, 1:-1]) > 0, 0.0, along)
    return (across[:, 1:-1, 1:] - across[:, 1:-1, :-1]) + (along[:, 1:, 1:-1] - along[:, :-1, 1:-1])


def cubes(np_or_sn: Any, x: Any) -> Any:
    for _ in range(2):
        c = np_or_sn.sqrt(x * x + 1.0)
        beside = c[:-2, 1:-1, 1:-1] + c[2:, 1:-1, 1:-1] + c[1:-1, :-2, 1:-1] + c[1:-1, 2:, 1:-1]
        c = c[1:-1, 1:-1, 1:-1] + 0.1 * beside
        x = c[:, :, 1:] * c[:, :, :-1]
    return x


def line(np_or_sn: Any, x: Any) -> Any:
    for _ in range(4):
        x = np_or_sn.sqrt(np_or_sn.abs(x[1:] - x[:-1]) + x[1:] * x[:-1] * x[1:])
        x = x / (1.0 + x * x)
    return x


def far_rows(np_or_sn: Any, x: Any) -> Any:
    """Many rows have to be kept."""
    y = np_or_sn.sqrt(np_or_sn.sqrt(x * x + 1.0) + x * x)
    z = y[7:] * y[:-7] + y[3:-4]
    return z[:, 2:] - z[:, :-2] * z[:, 1:-1] + np_or_sn.sqrt(z[:, 2:] * z[:, 2:] + np_or_sn.sqrt(z[:, :-2] * z[:, :-2]))


CASES: dict[str, tuple[Step, Sequence[tuple[int, ...]]]] = {
    "sweeps": (sweeps(6), [(0, 5), (1, 1), (2, 3), (3, 3), (5, 700), (64, 64), (65, 257), (130, 12), (200, 1030)]),
    "shrinking": (shrinking, [(7, 7), (64, 71), (71, 64), (140, 530), (9, 1100)]),
    "levels": (limited, [(3, 9, 9), (1, 70, 600), (5, 131, 10), (2, 5, 1050)]),
    "cubes": (cubes, [(5, 6, 7), (70, 40, 9), (8, 20, 300)]),
    "line": (line, [(5,), (64,), (1500,), (5000,)]),
    "far rows": (far_rows, [(9, 4), (80, 30), (200, 300)]),
}


def function_of(step: Step, rank: int, dtype: str, **options: Any) -> Any:
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,) * rank)
    return sn.function([x], step(sn, x), **options)


def program_of(step: Step, *shape: int) -> Program:
    x = input_leaf("x", "float64", shape)
    return lower("f", [x], [step(sn, sn.tensor.Tensor(x)).node])


@pytest.mark.parametrize("name", CASES)
def test_chains_give_the_values_of_whole_arrays(name: str) -> None:
    step, shapes = CASES[name]
    for dtype in ("float64", "float32"):
        f = function_of(step, len(shapes[0]), dtype, rewrites="exact")
        assert "kernels in tiles" in str(f.explain())
        for shape in shapes:
            x = np.random.default_rng(0).normal(size=shape).astype(dtype)
            x.ravel()[5:6] = np.nan
            with np.errstate(invalid="ignore"):
                expected = step(np, x)
            for threads in (1, 3):
                before = sn.get_num_threads()
                sn.set_num_threads(threads)
                try:
                    np.testing.assert_array_equal(f(x), expected, err_msg=f"{name} {dtype} {shape} {threads}")
                finally:
                    sn.set_num_threads(before)


def test_known_lengths_shorten_tiles() -> None:
    x = np.random.default_rng(0).normal(size=(20, 30))
    given = sn.tensor.tensor("x", dtype="float64", shape=(20, 30))
    np.testing.assert_array_equal(sn.function([given], sweeps(5)(sn, given))(x), sweeps(5)(np, x))
    [chain] = with_chains(program_of(sweeps(3), 20, 30)).steps
    assert isinstance(chain, Chain)
    made = tiling(chain, {b.number: b for b in program_of(sweeps(3), 20, 30).buffers})
    assert made.tile == ((1, 30),) and made.slide == 0
    assert [stage.kept for stage in made.stages] == [4, 4, 1]
    assert [stage.reach[0] for stage in made.stages] == [(-2, 2), (-1, 1), (0, 0)]


def test_chains_need_no_workspace() -> None:
    chained, memory = planned(program_of(limited, 9, 200, 300))
    assert len(chained.steps) == 1 and memory.sizes == ()


def test_long_runs_are_cut_where_it_is_cheapest() -> None:
    lengths = [len(step.nests) for step in with_chains(program_of(sweeps(20), 1000, 1000)).steps
               if isinstance(step, Chain)]
    assert sum(lengths) == 20 and min(lengths) >= 3 and max(lengths) <= 7


def test_what_is_wanted_elsewhere_is_stored() -> None:
    x = input_leaf("x", "float64", (200, 300))
    t = sn.tensor.Tensor(x)
    middle = sweeps(1)(sn, t)
    last = sweeps(1)(sn, middle)
    for outputs in ([middle, last], [last, sn.sum(middle * last)]):
        program = lower("f", [x], [y.node for y in outputs])
        assert not any(isinstance(step, Chain) for step in with_chains(program).steps)


def test_turned_and_strided_values_make_no_chain() -> None:
    x = input_leaf("x", "float64", (200, 300))
    y = sn.sqrt(sn.sqrt(sn.tensor.Tensor(x)) + 1.0)
    for other in (y.T[1:] * y.T[:-1], y[::-1][1:] * y[::-1][:-1], y[::2][1:] * y[::2][:-1]):
        program = lower("f", [x], [sn.sqrt(other).node])
        assert not any(isinstance(step, Chain) for step in with_chains(program).steps)


# cut loops ----------------------------------------------------------------------------------------------------------

def pads(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.pad(x * 2.0, ((1, 2), (3, 0)))


def joined(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.concatenate([x, np_or_sn.exp(x), x * 3.0], axis=0)


def joined_columns(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.concatenate([x, np_or_sn.exp(x), x * 3.0], axis=1) + 1.0


def rolled(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.roll(x, 2, axis=0) + np_or_sn.roll(x, -1, axis=1)


def stacked(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.stack([x, x + 1.0, x * x], axis=1)


def triangle(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.tril(x, -1) + 2.0 * np_or_sn.triu(x, 1)


def compared(np_or_sn: Any, x: Any) -> Any:
    rows, columns = np_or_sn.arange(x.shape[0])[:, None], np_or_sn.arange(x.shape[1])[None]
    early = np_or_sn.logical_or(rows < 2, np_or_sn.logical_not(columns <= 4))
    return np_or_sn.where(early, x, np_or_sn.where(rows >= columns, -x, 1.0))


def padded_cube(np_or_sn: Any, x: Any) -> Any:
    return np_or_sn.pad(np_or_sn.stack([x, -x], axis=1), ((1, 1), (1, 1), (1, 1)))


@pytest.mark.parametrize("step", [pads, joined, joined_columns, rolled, stacked, triangle, compared, padded_cube])
def test_loops_are_cut_where_comparisons_change(step: Step) -> None:
    f = function_of(step, 2, "float64")
    for shape in ((0, 3), (1, 1), (3, 5), (5, 3), (2, 400), (400, 2), (300, 301)):
        x = np.random.default_rng(0).normal(size=shape)
        np.testing.assert_allclose(f(x), step(np, x), rtol=1e-14, err_msg=str(shape))


@pytest.mark.parametrize("step", [pads, stacked, rolled, sweeps(1)])
def test_nothing_is_chosen_inside_of_loops(step: Step) -> None:
    assert " ? " not in function_of(step, 2, "float64").source("c").split("k0_t0_context;")[-1].split("parallel_for")[0]
