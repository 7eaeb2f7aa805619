"""The generated pages and stubs are up to date, and the stubs serve a user's program."""

from __future__ import annotations

import functools
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from symnum import tensor as T
from symnum.ops.table import TABLE
from tools import array_api_report, reference, stubs

ROOT = Path(__file__).resolve().parent.parent
# test_array_api.py checks that no name fails, so that the page need not run all of them once more.
PAGES: dict[str, Callable[[], str]] = {
    **{f"docs/reference/{name}": page for name, page in reference.PAGES.items()}, **stubs.STUBS,
    "docs/array_api.md": lambda: array_api_report.page({})}


@functools.cache
def text_of(name: str) -> str:
    return PAGES[name]()


@pytest.mark.parametrize("name", PAGES)
def test_generated_file_is_up_to_date(name: str) -> None:
    path = ROOT / name
    if name.endswith("functions.md") and f"of NumPy {reference.numpy_version()}." not in path.read_text():
        pytest.skip("the page lists the functions of another version of NumPy")
    assert path.exists() and path.read_text() == text_of(name), f"{name} is out of date: run `make reference`"


def test_every_row_has_a_section() -> None:
    page = text_of("docs/reference/ops.md")
    assert page.count("\n### ") == len(TABLE)
    for name in TABLE:
        assert f"\n### {name}\n" in page
    section = page.partition("\n### arctan\n")[2].partition("\n### ")[0]
    for text in ("`arctan(x)`", "| aliases | `atan` |", "float32, float64", "by x: `reciprocal(1 + x*x)`",
                 "`numpy.arctan`", "`atan`", "8 ulp"):
        assert text in section


def test_stub_declares_every_public_name() -> None:
    text = text_of("symnum/tensor/__init__.pyi")
    for name in T.__all__:
        assert f"\ndef {name}(" in text or f" as {name}\n" in text or f"\n{name}: " in text


def test_stub_keeps_kinds_of_arguments_and_resolves_names() -> None:
    text = text_of("symnum/tensor/__init__.pyi")
    assert "def exp(x: _ArrayLike, /) -> _Tensor:" in text
    assert "from .convert import ArrayLike as _ArrayLike" in text
    assert inspect.signature(T.sum).parameters["keepdims"].kind is inspect.Parameter.KEYWORD_ONLY
    head = text.partition("\ndef sum(")[2].partition(":\n    \"")[0]
    assert head.index("*,") < head.index("keepdims")


GOOD = """\
import numpy as np

import symnum as sn
from symnum import tensor as T

x = T.dmatrix("x")
y: sn.Tensor = sn.exp(x) + np.ones(3) @ sn.matmul(x, x)
z: sn.Tensor = T.where(x > 0, T.sum(x, axis=0, keepdims=True), 0.5).reshape(-1)
joined: sn.Tensor = sn.concatenate([x, y], axis=0)
a, b = T.dvectors("a", "b")
f = sn.function([x], [y, z])
solved: sn.Tensor = sn.linalg.solve(x, a)
values: sn.Tensor = sn.linalg.svd(x).S
xp = sn.array_api
w: sn.Tensor = xp.astype(xp.asarray([1, 2]), xp.float32)
"""
BAD = {
    "sn.expp(x)": 'Module has no attribute "expp"', 'sn.exp(None)': "incompatible type",
    'sn.sum(x, axis="rows")': "incompatible type", "sn.sum(x, keepdim=True)": "Unexpected keyword argument",
    "n: int = sn.exp(x)": "Incompatible types in assignment"}


@pytest.mark.slow
def test_mypy_accepts_a_users_program_and_finds_its_errors(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(GOOD + "\n".join(BAD) + "\n")
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml", "--cache-dir", ".mypy_cache",
         str(program)], capture_output=True, text=True, cwd=ROOT, check=False, timeout=280)
    # mypy's cache may name the folder of an earlier run.
    errors = re.findall(r"program\.py:(\d+): error: (.*)", found.stdout)
    wanted = dict(enumerate(BAD.values(), GOOD.count("\n") + 1))
    assert {int(number) for number, _ in errors} == set(wanted), found.stdout
    for number, text in errors:
        assert wanted[int(number)] in text
