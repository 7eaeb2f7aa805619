"""Reverse and forward mode through every elementwise row, in both float dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symnum.autodiff import expand, forward, grad_nodes, reverse
from symnum.errors import UnsupportedError
from symnum.ir.build import constant, input_leaf, o
from symnum.ir.interpret import function
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.ops.spec import Absent
from tests import rows_kernels as rk
from tests.rows_partials import o as arrays

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
N = 24
ROWS = [row for row in rk.ROWS if not isinstance(row.partials, Absent)]
KERNELS = [k for row in ROWS for k in rk.loops(row) if k.result in FLOATS and set(FLOATS) & set(k.operands)]
KERNELS = [k for k in KERNELS if k.row.name not in ("cast", "ldexp") or k.operands[-1] != np.int32]
each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: k.name)


def leaves(kernel: rk.Kernel) -> list[Node]:
    return [input_leaf(f"x{k}", dtype, (N,)) for k, dtype in enumerate(kernel.operands)]


def applied(kernel: rk.Kernel, operands: list[Node]) -> Node:
    return getattr(o, kernel.row.name)(*operands, **kernel.attrs)  # type: ignore[no-any-return]


def wanted(kernel: rk.Kernel, operands: list[Any], seed: Any) -> list[Any]:
    """The seed times each partial derivative of the row, on arrays; None where there is none."""
    z = rk.reference(kernel, operands)
    with np.errstate(all="ignore"):
        found = kernel.row.partials(arrays, z, *operands)  # type: ignore[operator]
        return [None if p is None or isinstance(p, Absent) else np.where(p == 0, 0, seed * p) for p in found]


def epsilon(kernel: rk.Kernel) -> float:
    """Of the coarsest float that is involved."""
    return max(float(np.finfo(d).eps) for d in (*kernel.operands, kernel.result) if d in FLOATS)


@each_kernel
def test_gradient_is_seed_times_partial(kernel: rk.Kernel) -> None:
    xs, seed = leaves(kernel), input_leaf("seed", kernel.result, (N,))
    values = rk.samples(kernel, N)
    weights = np.linspace(-1.5, 2.0, N, dtype=kernel.result)
    want = wanted(kernel, values, weights)
    asked = [x for x, w in zip(xs, want, strict=True) if w is not None]
    got = reverse(applied(kernel, xs), asked, seed=seed)
    assert None not in got or "locally_constant" in kernel.row.facts
    found = [g for g in got if g is not None]
    verify(found)
    results = iter(function([*xs, seed], found)([*values, weights]))
    for x, w in zip(xs, want, strict=True):
        if w is not None:
            result = next(results)
            assert (result.dtype, result.shape) == (x.dtype, (N,))
            np.testing.assert_allclose(result, w, rtol=4 * epsilon(kernel))


def places(kernel: rk.Kernel) -> list[int]:
    """The operands by which there is a partial derivative."""
    found = wanted(kernel, rk.samples(kernel, N), np.ones(N, kernel.result))
    return [k for k, w in enumerate(found) if w is not None and kernel.operands[k] in FLOATS]


@pytest.mark.parametrize("kernel", [k for k in KERNELS if places(k)], ids=lambda k: k.name)
def test_forward_is_the_transpose_of_reverse(kernel: rk.Kernel) -> None:
    xs, seed = leaves(kernel), input_leaf("seed", kernel.result, (N,))
    moving = [xs[k] for k in places(kernel)]
    tangents = [input_leaf("t", x.dtype, (N,)) for x in moving]
    z = applied(kernel, xs)
    pushed, = forward([z], moving, tangents)
    pulled = reverse(z, moving, seed=seed)
    assert pushed is not None
    verify([pushed])
    rng = np.random.default_rng(5)
    directions = [rng.normal(size=N).astype(t.dtype) for t in tangents]
    weights = rng.normal(size=N).astype(z.dtype)
    outputs = [pushed, *(g for g in pulled if g is not None)]
    moved, *grads = function([*xs, seed, *tangents], outputs)([*rk.samples(kernel, N), weights, *directions])
    assert moved.dtype == z.dtype
    terms = [g * t for g, t in zip(grads, directions, strict=True)]
    scale = sum(np.abs(term) for term in terms) + np.abs(weights * moved)
    with np.errstate(all="ignore"):
        small = np.abs(sum(terms) - weights * moved) <= 32 * epsilon(kernel) * scale
    assert np.all(small | ~np.isfinite(scale))


# second derivatives -------------------------------------------------------------------------------------

SECOND = [k for k in KERNELS if k.result == k.operands[-1] == np.float64 and "smooth" in k.row.facts]


@pytest.mark.parametrize("kernel", SECOND, ids=lambda k: k.name)
def test_second_derivative_is_the_slope_of_the_first(kernel: rk.Kernel) -> None:
    xs = leaves(kernel)
    place = places(kernel)[0]
    x = xs[place]
    first = grad_nodes(o.sum(applied(kernel, xs), axis=(0,)), [x])[0]
    assert first is not None
    second = grad_nodes(o.sum(first, axis=(0,)), [x])[0]
    grad, = expand([first])
    curve = o.multiply(0.0, x) if second is None else expand([second])[0]
    verify([grad, curve])
    values = rk.samples(kernel, N)
    slope = function(xs, [grad])
    step = np.maximum(np.abs(values[place]), 0.1) * 1e-4

    def moved(m: float) -> Any:
        return slope([*values[:place], values[place] + m * step, *values[place + 1:]])[0]

    want = (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * step)
    got = function(xs, [curve])(values)[0]
    noise = 1e-11 * np.abs(slope(values)[0]) / step + 1e-9
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= 1e-4 * np.abs(want) + noise
    assert np.mean(near[np.isfinite(want)]) > 0.85, (got[~near][:4], want[~near][:4])


# rows without a derivative --------------------------------------------------------------------------------

@pytest.mark.parametrize("kernel", [k for k in KERNELS if not places(k)], ids=lambda k: k.name)
def test_locally_constant_rows_are_disconnected(kernel: rk.Kernel) -> None:
    assert "locally_constant" in kernel.row.facts or kernel.operands[0] not in FLOATS
    operands = leaves(kernel)
    xs, z = [x for x in operands if x.dtype in FLOATS], applied(kernel, operands)
    assert reverse(z, xs) == [None] * len(xs)
    assert forward([z], xs, xs) == [None]


def test_order_of_polygamma_is_refused_by_name() -> None:
    n, x = input_leaf("n", "float64", ()), input_leaf("x", "float64", ())
    with pytest.raises(UnsupportedError, match=r"polygamma cannot be differentiated: .*whole orders"):
        reverse(o.polygamma(n, x), [n, x])
    assert reverse(o.polygamma(n, x), [x])[0] is not None


def test_power_by_a_number_needs_no_mask() -> None:
    x = input_leaf("x", "float64", ())
    got, = reverse(o.power(x, 2.0), [x])
    assert got is o.multiply(2.0, o.power(x, o.subtract(constant(2.0), 1.0)))


def test_casts_carry_cotangents_to_the_operand_dtype() -> None:
    x = input_leaf("x", "float32", ())
    got, = reverse(o.exp(o.cast(x, dtype=np.dtype("float64"))), [x])
    assert got is not None
    assert got.dtype == np.float32
    assert reverse(o.cast(o.cast(x, dtype=np.dtype("int32")), dtype=np.dtype("float64")), [x]) == [None]
