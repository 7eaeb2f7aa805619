"""Graphs that lowering is tested with, and the check of one Program against the interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from nest_interpreter import Array, check_program, run

from symnum.codegen.description import describe
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.ir import interpret
from symnum.ir.build import input_leaf, o
from symnum.ir.nest import Kernel, Product, Program, verify_program
from symnum.ir.node import Node
from symnum.ir.walk import topological

RNG = np.random.default_rng(7)
F8 = np.dtype("float64")


def array(*shape: int, dtype: Any = F8) -> Array:
    """Small whole numbers, so that sums are exact in any order."""
    return RNG.integers(-9, 10, shape).astype(dtype)


def leaf(*shape: int | Node | None, name: str = "x", dtype: Any = F8) -> Node:
    return input_leaf(name, dtype, shape)


def check(inputs: Sequence[Node], outputs: Sequence[Node], *arrays: Array, exact: bool = True) -> Program:
    """Lower, verify, run with and without sharing of memory, and compare with the interpreter."""
    program = verify_program(lower("f", inputs, outputs))
    check_program(program)
    expected = interpret.function(inputs, outputs)(arrays)
    shared = plan(program)
    for memory, backwards in ((None, False), (shared, False), (shared, True)):
        for got, wanted in zip(run(program, inputs, arrays, memory, backwards), expected, strict=True):
            assert got.shape == wanted.shape and got.dtype == wanted.dtype
            np.testing.assert_allclose(got, wanted, rtol=0 if exact else 1e-12, atol=0)
    assert len(describe(program)) == len(program.steps)
    return program


def counts(program: Program) -> tuple[int, int, int]:
    """Kernels, products, and workspace buffers with memory of their own."""
    products = sum(isinstance(s, Product) for s in program.steps)
    own = sum(b.base is None for b in program.of_role("workspace"))
    return len(program.steps) - products, products, own


def scalars(program: Program) -> list[Node]:
    """All expressions of all nests."""
    return topological(s.value for step in program.steps if isinstance(step, Kernel) for s in step.nest.stores)


def kept(x: Node, name: str, axis: int) -> Node:
    """A reduction of a matrix, repeated to its shape."""
    return o.broadcast_to(o.expand_dims(getattr(o, name)(x, axis=(axis,)), axis=(axis,)), shape=x.shape)


def softmax(x: Node, axis: int = 1) -> Node:
    e = o.exp(o.subtract(x, kept(x, "max", axis)))
    return o.true_divide(e, kept(e, "sum", axis))


def logsumexp(x: Node) -> Node:
    return o.add(o.log(o.sum(o.exp(o.subtract(x, kept(x, "max", 1))), axis=(1,))), o.max(x, axis=(1,)))


def layer_norm(x: Node) -> Node:
    count = o.broadcast_to(o.cast(x.shape[1], dtype=F8), shape=x.shape)
    centred = o.subtract(x, o.true_divide(kept(x, "sum", 1), count))
    return o.true_divide(centred, o.sqrt(o.true_divide(kept(o.square(centred), "sum", 1), count)))


def part(x: Node, *ranges: tuple[Any, Any]) -> Node:
    starts, lengths = zip(*ranges, strict=True)
    return o.slice(x, starts=starts, lengths=lengths, steps=(1,) * len(ranges))


def element(x: Node, *index: int) -> Node:
    return o.squeeze(part(x, *((i, 1) for i in index)), axis=tuple(range(len(index))))


def element_row(x: Node) -> Node:
    return o.squeeze(part(x, (1, 1), (0, x.shape[1])), axis=(0,))
