"""Random programs, rewritten and compiled, agree with the interpreter on the graph as it was written."""

from __future__ import annotations

import os
import random
import warnings

import numpy as np
import pytest

import symnum as sn
from symnum.errors import ArgumentValueError, ShapeError

T = sn.tensor
SHAPES = ((4, 5, 5), (1, 5, 5), (4, 1, 5), (3, 4, 1), (2, 2, 2), (70, 33, 33))
UNARY = {
    "f": (sn.exp, sn.tanh, sn.sigmoid, sn.softplus, abs, sn.square, lambda a: a * 2, lambda a: -a, lambda a: 1 - a,
          lambda a: sn.log(1 + sn.exp(a)), lambda a: sn.where(a > 0, a, 0)),
    "i": (abs, sn.square, lambda a: -a, lambda a: a * 3 - 1, lambda a: sn.where(a > 0, a, 0), lambda a: a // 3,
          lambda a: a % 5)}
BINARY = (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, sn.maximum, lambda a, b: sn.where(a < b, a, b))
REDUCTIONS = {
    "f": (T.sum, T.max, T.mean, lambda a, **k: sn.log(T.sum(sn.exp(a), **k))),
    "i": (T.sum, T.max, T.min, T.prod)}
MOVES = (lambda a: a[1:], lambda a: a[::-1], lambda a: a[:-1], lambda a: a[0], lambda a: a[::2],
         lambda a: T.concatenate([a, a], axis=0), lambda a: a.reshape(-1), lambda a: a.T)


def program(draw, dtype):
    """Inputs, and the last three of some random steps, with gradients if the dtype has them."""
    kind = np.dtype(dtype).kind
    inputs = [T.tensor(name, dtype=dtype, shape=(None,) * rank) for name, rank in (("m", 2), ("v", 1), ("s", 0))]
    pool = list(inputs)
    for _ in range(draw.randint(3, 9)):
        a, sort = draw.choice(pool), draw.random()
        if sort < 0.3:
            pool.append(draw.choice(UNARY[kind])(a))
        elif sort < 0.6 or a.ndim == 0:
            pool.append(draw.choice(BINARY)(a, draw.choice(pool)))
        elif sort < 0.8:
            pool.append(draw.choice(REDUCTIONS[kind])(a, axis=draw.choice([None, 0, -1]),
                                                      keepdims=draw.choice([True, False])))
        else:
            pool.append(draw.choice(MOVES)(a))
    outputs = pool[-3:]
    if kind == "f":
        outputs += sn.grad(outputs[-1].sum(), inputs[:2], disconnected_inputs="ignore")
    return inputs, outputs


def outcome(f, arguments):
    try:
        return f(*arguments)
    except (ValueError, IndexError) as error:
        return error


@pytest.mark.parametrize("seed", range(int(os.environ.get("SYMNUM_FUZZ_EXAMPLES", "40"))))
def test_native_code_agrees_with_the_interpreter(seed):
    draw = random.Random(seed)
    dtype = draw.choice(["float64", "float64", "float32", "int64"])
    try:
        inputs, outputs = program(draw, dtype)
        written = sn.function(inputs, outputs, mode="numpy", rewrites="off", on_unused_input="ignore")
        native = [sn.function(inputs, outputs, mode="c", rewrites=r, on_unused_input="ignore") for r in ("real", "off")]
    except (ShapeError, ArgumentValueError):    # such programs are no programs in NumPy either
        return
    numbers = np.random.default_rng(seed)
    for a, b, c in SHAPES:
        given = [(3 * x).astype(dtype) for x in (numbers.normal(size=(a, b)), numbers.normal(size=c), np.array(0.7))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            want = outcome(written, given)
        for f in native:
            got = outcome(f, given)
            assert isinstance(got, Exception) == isinstance(want, Exception), (got, want)
            if not isinstance(want, Exception):
                for x, y in zip(want, got, strict=True):
                    agree(x, y)


def agree(want, got):
    """Equal where the value is finite and moderate as written; rewriting may repair the rest."""
    assert got.shape == want.shape and got.dtype == want.dtype
    usual = np.isfinite(want) & ((np.abs(want) < 1e6) | (want.dtype.kind == "i"))
    limit = {"float32": 2e-3, "float64": 1e-8, "int64": 0}[want.dtype.name]
    np.testing.assert_allclose(got[usual], want[usual], rtol=limit, atol=10 * limit)
