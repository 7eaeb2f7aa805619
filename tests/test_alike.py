"""Kernels that are alike but for buffers and lengths are scheduled once, and computed each with its own."""

from __future__ import annotations

import numpy as np
import pytest
from programs import VECTOR

import symnum as sn
from symnum.codegen import prepared
from symnum.codegen.cython_text import cython_module
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.codegen.program_text import c99_program, c_program
from symnum.ir.build import input_leaf, o
from symnum.ir.nest import Program
from symnum.ir.node import Node
from symnum.options import Options


def summed(x: Node) -> Node:
    return o.sum(o.exp(x), axis=(0,))


def sums(*dtypes: str, axes: int = 2) -> Program:
    leaves = [input_leaf(f"x{k}", dtype, (None,) * axes) for k, dtype in enumerate(dtypes)]
    return lower("f", leaves, [summed(x) for x in leaves])


def scheduled(monkeypatch: pytest.MonkeyPatch, program: Program) -> tuple[int, int]:
    """How many kernels a C text has, and how many of them were scheduled for it."""
    names, original = list[str](), prepared.schedule
    monkeypatch.setattr(prepared, "schedule", lambda *given: (names.append(given[3]), original(*given))[1])
    c_program(program, plan(program), VECTOR)
    return len(program.steps), len(names)


def test_kernels_that_are_alike_are_scheduled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scheduled(monkeypatch, sums("float64", "float64", "float64")) == (3, 1)


def test_kernels_of_other_dtypes_or_axes_are_not_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scheduled(monkeypatch, sums("float64", "float32", "float64")) == (3, 2)
    x, y = input_leaf("x", "float64", (None, None)), input_leaf("y", "float64", (None, 8))
    assert scheduled(monkeypatch, lower("f", [x, y], [summed(x), summed(y)])) == (2, 2)


def test_equal_lengths_are_not_taken_for_different_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = input_leaf("x", "float64", (None, None)), input_leaf("y", "float64", (None, None))
    square = input_leaf("z", "float64", (x.shape[0], x.shape[0]))
    assert scheduled(monkeypatch, lower("f", [x, y, square], [summed(y), summed(square)])) == (2, 2)


def test_every_call_names_its_own_buffers_and_lengths() -> None:
    program = sums("float64", "float64")
    for text in (c_program(program, plan(program), VECTOR).text, c99_program(program, plan(program)).text):
        calls = [line for line in text.splitlines() if "code = f_k" in line]
        assert len(calls) == 2 and "f_k1(" not in text
        assert "b0" in calls[0] and "n0" in calls[0] and "b2" in calls[0]
        assert "b1" in calls[1] and "n2" in calls[1] and "b3" in calls[1]
    assert "f_k1(" in cython_module(program, plan(program))


@pytest.mark.parametrize("axis", [0, 1])
def test_results_are_those_of_each_kernel(axis: int, tmp_path: object) -> None:
    x, y = sn.tensor.dmatrices("x", "y")
    results = [sn.exp(z - sn.max(z, axis=axis, keepdims=True)).sum(axis=axis) for z in (x, y)]
    with Options(cache_dir=str(tmp_path)).active():
        f = sn.function([x, y], results, mode="c")
    random = np.random.default_rng(0)
    given = random.normal(size=(700, 13)), random.normal(size=(9, 2100))
    for got, a in zip(f(*given), given, strict=True):
        np.testing.assert_allclose(got, np.exp(a - a.max(axis, keepdims=True)).sum(axis), rtol=1e-13)
