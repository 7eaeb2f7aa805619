"""Random graphs of moves, parts, joins, writes and reductions: values stay, whatever the rules make of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from symnum.ir.build import constant, input_leaf, o
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite

LEAVES = [input_leaf("a", "float64", (3, 4)), input_leaf("b", "float64", (4,)), input_leaf("c", "float64", (3, 1))]
VALUES = {x: np.random.default_rng(k).uniform(-2, 2, x.shape) for k, x in enumerate(LEAVES)}
_MOST_ELEMENTS = 400
_SLICES = (slice(None), slice(None), slice(1, None), slice(None, -1), slice(None, None, -1), slice(None, None, 2),
           slice(0, 1), slice(-1, None))
Draw = Callable[[Any], Any]


@st.composite
def graphs(draw: Draw) -> list[Node]:
    """One or two outputs; every node may be used again."""
    pool = list(LEAVES)
    for _ in range(draw(st.integers(2, 14))):
        made = draw(st.sampled_from(STEPS))(draw, draw(st.sampled_from(pool[-5:])), pool)
        if made is not None and 0 < math.prod(made.shape) <= _MOST_ELEMENTS and made.ndim <= 4:
            pool.append(made)
    return pool[-draw(st.integers(1, 2)):]


def _axis(draw: Draw, x: Node) -> int:
    return draw(st.integers(0, x.ndim - 1))  # type: ignore[no-any-return]


def _ranges(draw: Draw, shape: tuple[int, ...]) -> dict[str, Any]:
    """A range of places along each axis."""
    starts, lengths, steps = [], [], []
    for n in shape:
        taken = range(n)[draw(st.sampled_from(_SLICES))]
        taken = taken if len(taken) else range(n)
        starts.append(taken.start), lengths.append(len(taken)), steps.append(taken.step)
    return {"starts": tuple(starts), "lengths": tuple(lengths), "steps": tuple(steps)}


def _sliced(draw: Draw, x: Node, pool: list[Node]) -> Node:
    return o.slice(x, **_ranges(draw, x.shape))  # type: ignore[arg-type]


def _moved(draw: Draw, x: Node, pool: list[Node]) -> Node | None:
    kind = draw(st.sampled_from(("transpose", "expand", "squeeze", "repeat", "flat", "split")))
    if kind == "transpose":
        return o.transpose(x, axes=tuple(draw(st.permutations(range(x.ndim)))))
    if kind == "expand":
        return o.expand_dims(x, axis=(draw(st.integers(0, x.ndim)),))
    if kind == "squeeze":
        ones = [k for k, n in enumerate(x.shape) if n == 1]
        return o.squeeze(x, axis=(ones[0],)) if ones else None
    if kind == "repeat":
        return o.broadcast_to(x, shape=(2, *(3 if n == 1 else n for n in x.shape)))
    size = math.prod(x.shape)  # type: ignore[arg-type]
    return o.reshape(x, shape=(size,) if kind == "flat" or size % 2 else (2, size // 2))


def _computed(draw: Draw, x: Node, pool: list[Node]) -> Node:
    same = [y for y in pool if y.shape == x.shape]
    other = draw(st.sampled_from([*same, 2.0, 0.0]))
    return getattr(o, draw(st.sampled_from(("add", "subtract", "maximum", "multiply"))))(x, other)  # type: ignore[no-any-return]


def _reduced(draw: Draw, x: Node, pool: list[Node]) -> Node | None:
    return getattr(o, draw(st.sampled_from(("sum", "max"))))(x, axis=(_axis(draw, x),)) if x.ndim else None


def _joined(draw: Draw, x: Node, pool: list[Node]) -> Node | None:
    if not x.ndim:
        return None
    axis = _axis(draw, x)
    fits = [y for y in pool if y.ndim == x.ndim and all(k == axis or a == b for k, (a, b) in enumerate(
        zip(x.shape, y.shape, strict=True)))]
    return o.concatenate(*draw(st.lists(st.sampled_from(fits), min_size=1, max_size=3)), x, axis=axis)


def _embedded(draw: Draw, x: Node, pool: list[Node]) -> Node:
    steps = tuple(draw(st.sampled_from((1, 1, 2, -1))) for _ in x.shape)
    before = tuple(draw(st.integers(0, 2)) for _ in x.shape)
    spans = [abs(k) * (n - 1) for k, n in zip(steps, x.shape, strict=True)]  # type: ignore[operator]
    starts = tuple(b if k > 0 else b + m for b, k, m in zip(before, steps, spans, strict=True))
    return o.embed(x, shape=tuple(b + m + 2 for b, m in zip(before, spans, strict=True)), starts=starts, steps=steps)


def _written(draw: Draw, x: Node, pool: list[Node]) -> Node:
    ranges = _ranges(draw, x.shape)  # type: ignore[arg-type]
    part = o.slice(x, **ranges)
    value = draw(st.sampled_from([part, o.add(part, 1.0), *(y for y in pool if y.shape == part.shape)]))
    places = {"shape": x.shape, "starts": ranges["starts"], "steps": ranges["steps"]}
    truth = o.broadcast_to(constant(True), shape=part.shape)
    return o.where(o.embed(truth, **places), o.embed(value, **places), x)


def _at_indices(draw: Draw, x: Node, pool: list[Node]) -> Node | None:
    if not x.ndim or x.shape[0] == 1:
        return None
    n = x.shape[0]
    known = constant(np.array([draw(st.integers(-n, n - 1)) for _ in range(2)]))  # type: ignore[operator]
    index = draw(st.sampled_from([known, o.arange(constant(n)), o.subtract(n - 1, o.arange(constant(n)))]))  # type: ignore[operator]
    if draw(st.booleans()):
        return o.gather(x, index, axes=(0,))
    values = o.gather(x, o.arange(constant(index.shape[0])), axes=(0,))
    return o.scatter(x, values, index, axes=(0,), combine=draw(st.sampled_from(("set", "add"))))


def _along(draw: Draw, x: Node, pool: list[Node]) -> Node | None:
    return getattr(o, draw(st.sampled_from(("cumsum", "sort"))))(x, axis=_axis(draw, x)) if x.ndim else None


STEPS = (_sliced, _sliced, _sliced, _moved, _moved, _computed, _computed, _reduced, _joined, _embedded, _written,
         _at_indices, _along)


@settings(max_examples=max(300, settings.default.max_examples))
@given(graphs())
def test_values_stay_and_rules_end(outputs: list[Node]) -> None:
    result = rewrite(outputs, RULES)
    verify(result.outputs)
    for before, after in zip(evaluate(outputs, VALUES), evaluate(result.outputs, VALUES), strict=True):
        assert before.shape == after.shape and before.dtype == after.dtype
        np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9, err_msg=str([e.rule for e in result.events]))
    assert rewrite(result.outputs, RULES).outputs == result.outputs
