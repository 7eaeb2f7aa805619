"""Expressions of more statements than one function holds: what is written for them, and its values."""

from __future__ import annotations

import numpy as np
import pytest
from programs import FLAGS, Native, reference

from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.codegen.parts import STATEMENTS
from symnum.codegen.probe import NO_VECTOR_MATH
from symnum.codegen.program_text import c_program
from symnum.ir.build import input_leaf, o
from symnum.ir.nest import Kernel
from symnum.ir.node import Node, Shape


def expression(count: int, shape: Shape, dtype: str = "float64") -> tuple[list[Node], list[Node]]:
    """Two leaves, and three results that share ``count`` sines, exponentials and products."""
    leaves = [input_leaf(name, dtype, shape) for name in "xy"]
    made = list(leaves)
    for k in range(count):
        term = o.multiply(made[-1], made[-min(len(made), 7)])
        made.append(o.multiply(o.add((o.sin(term), o.exp(o.cos(made[-1])), term)[k % 3], leaves[k % 2]), 0.25))
    return leaves, [made[-1], o.subtract(made[-2], made[-3]), o.add(made[count // 2], made[-1])]


def text_of(count: int, shape: Shape) -> str:
    leaves, outputs = expression(count, shape)
    program = lower("f", leaves, outputs)
    assert [type(step) for step in program.steps] == [Kernel]
    assert not program.of_role("workspace")
    return c_program(program, plan(program), NO_VECTOR_MATH).text


@pytest.mark.parametrize("shape", [(), (1000,)], ids=["one element", "array"])
def test_text_grows_with_the_expression(shape: Shape) -> None:
    small, large = (text_of(count, shape) for count in (500, 1000))
    assert 1.6 < len(large) / len(small) < 2.2
    bodies = large.split("SN_BODY static ")[1:]
    assert len(bodies) <= 2 * 2400 // STATEMENTS + 8
    assert max(body.partition("\n}")[0].count("const double t") for body in bodies) <= 2 * STATEMENTS + 20


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_element_has_the_bits_of_an_array(dtype: str) -> None:
    values = [np.random.default_rng(k).uniform(-1, 1, 131).astype(dtype) for k in range(2)]
    leaves, outputs = expression(700, (131,), dtype)
    many = Native(lower("f", leaves, outputs), flags=("-O1", *FLAGS))(*values)
    for got, wanted in zip(many, reference(leaves, outputs, values), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-9 if dtype == "float64" else 2e-3, atol=1e-3)
    one = Native(lower("f", *expression(700, (), dtype)), flags=("-O1", *FLAGS))
    assert "static double f_k0_s" in one.text.text or "static float f_k0_s" in one.text.text
    for k in (0, 63, 64, 130):
        assert [x.tobytes() for x in one(*(v[k] for v in values))] == [x[k].tobytes() for x in many]
