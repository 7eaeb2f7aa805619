"""Loops of whole functions become vector code, whatever ops meet in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import symnum as sn
from symnum.codegen.compiler import EXTRA_FLAGS, optimising

FLAGS = ("-std=gnu11", *optimising("gcc", "-O3"), "-march=native", "-fno-math-errno", "-fno-trapping-math",
         "-ffp-contract=off", "-fwrapv", "-fopenmp-simd", *EXTRA_FLAGS["gcc"])

LOOPS: dict[str, Callable[[Any, Any], Any]] = {
    "both": lambda x, y: sn.where(sn.logical_and(x > 0, y < 1), x, y),
    "either": lambda x, y: sn.where((x > 0) | ~(y < 1), x, y),
    "one": lambda x, y: sn.where(sn.logical_xor(x > 0, y < 1), x, y),
    "several": lambda x, y: sn.where((x > 0) & (y < 1) & (x < y), x, 0),
    "nested": lambda x, y: sn.where(x > 0, sn.where(y > 0, x, y), sn.where(y < -1, 0, x)),
    "nan": lambda x, y: sn.where(sn.isnan(x), y, sn.where(sn.isfinite(y), x, 0)),
    "numbers": lambda x, y: sn.nan_to_num(x) + y,
    "extremes": lambda x, y: sn.maximum(x, sn.minimum(y, 0)),
    "extremes of extremes": lambda x, y: sn.minimum(sn.maximum(sn.maximum(x, y), -1), sn.maximum(y, 1)),
    "bounds": lambda x, y: sn.clip(x, -1, y),
    "signs": lambda x, y: sn.sign(x) * sn.copysign(y, x) + sn.heaviside(x, y),
    "rounding": lambda x, y: sn.floor(x) + sn.ceil(y) + sn.round(x) - sn.trunc(y),
    "masks as factors": lambda x, y: (x > 0) * y + (y > 0).astype(x.dtype),
    "masks as numbers": lambda x, y: (x > 0).astype("int64") + (y > 0).astype("int64"),
    "masks": lambda x, y: sn.logical_and(x > 0, (y < 1) == (x < y)),
    "narrow and wide": lambda x, y: sn.where(y > 0, x.astype("float32"), y.astype("float32")),
    "whole numbers": lambda x, y: sn.floor(x).astype("int64") + sn.floor(y).astype("int32"),
    "places": lambda x, y: sn.where(sn.arange(x.shape[0]) % 2 == 0, x, y),
    "backwards": lambda x, y: x[::-1] + y,
    "every second": lambda x, y: x[::2] + 1,
    "neighbours": lambda x, y: x[1:] - x[:-1],
    "derivative of neighbours": lambda x, y: sn.grad(sn.sum((x[1:] - x[:-1])**2), x) * 2.0,
    "derivative of choices": lambda x, y: sn.grad(sn.sum(sn.abs(x) * sn.maximum(x, y) + sn.clip(x, -1, 1)), x),
    "written slices": lambda x, y: x.at[1:].add(y[1:]) + x.at[::2].set(0.5),
    "rotation": lambda x, y: sn.roll(x, 3) + y,
}


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", LOOPS)
def test_loops_become_vector_code(name: str, tmp_path: Path) -> None:
    x, y = (sn.tensor.tensor(k, dtype="float64", shape=(None,)) for k in "xy")
    text = sn.function([x, y], LOOPS[name](x, y), on_unused_input="ignore").source("c")
    assert _loops_left(text, tmp_path) == []


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_a_loop_that_cannot_is_found(tmp_path: Path) -> None:
    x, y = (sn.tensor.tensor(k, dtype="float64", shape=(None,)) for k in "xy")
    assert len(_loops_left(sn.function([x, y], sn.fmod(x, y)).source("c"), tmp_path)) == 1


def _loops_left(text: str, folder: Path) -> list[str]:
    """The first lines of innermost loops of independent elements that load, and of which gcc makes no vector code, nor
    a copy."""
    (folder / "unit.c").write_text(text, encoding="utf-8")
    command = ["gcc", *FLAGS, "-fopt-info-vec-optimized", "-fopt-info-loop-optimized", "-c", str(folder / "unit.c"),
               "-o", str(folder / "unit.o")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    made = r"unit\.c:(\d+):\d+: optimized: +(?:loop vectorized|Loop \d+ distributed)"
    found = {int(line) for line in re.findall(made, done.stderr)}
    lines = text.splitlines()
    starts = [k for k, line in enumerate(lines) if re.search(r"SN_INDEPENDENT$|SN_LANES$", line)]
    loops = {k: lines[k + 2].strip() for k in starts if "SN_" not in lines[k + 1]}
    return [first for k, first in loops.items() if first.startswith("const") and found.isdisjoint(range(k + 1, k + 4))]
