"""Every elementwise row through the whole pipeline: native code and interpreter give NumPy's results.

One function for each combination of operand dtypes holds all rows that take it.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum.ir.build import apply, input_leaf
from symnum.tensor import Tensor
from tests import rows_kernels as rk

KERNELS = [kernel for row in rk.ROWS for kernel in rk.loops(row)]
GROUPS = {key: list(found) for key, found in itertools.groupby(
    sorted(KERNELS, key=lambda k: [d.str for d in k.operands]), key=lambda k: k.operands)}
# libmvec is within 4 ulp, and a composed row calls several functions.
VECTOR_ULPS = 8
made: dict[tuple[object, ...], sn.Function] = {}


def function(operands, mode):
    """All rows for these dtypes as one function."""
    if (operands, mode) not in made:
        leaves = [input_leaf(f"x{k}", d, (None,)) for k, d in enumerate(operands)]
        nodes = [apply(k.row, *leaves, **k.attrs) for k in GROUPS[operands]]
        made[operands, mode] = sn.function([Tensor(x) for x in leaves], [Tensor(n) for n in nodes], mode=mode,
                                           rewrites="off")
    return made[operands, mode]


def check(operands, arrays, mode):
    results = function(operands, mode)(*arrays)
    for kernel, got in zip(GROUPS[operands], results, strict=True):
        want = rk.expected(kernel, arrays, got)
        limit = 0.0 if "exact" in kernel.row.facts or mode == "numpy" else kernel.row.tol + VECTOR_ULPS
        bad = np.flatnonzero(~(rk.ulps(got, want) <= limit) & ~cancelled(kernel, arrays, got, want, limit)
                             & ~vanished(kernel, got, want))
        shown = [f"{kernel.row.name}({', '.join(repr(x[i]) for x in arrays)}) = {got[i]!r}, NumPy {want[i]!r}"
                 for i in bad[:3]]
        assert not shown, f"{len(bad)} of {len(got)} differ by more than {limit} ulp: {shown}"


def cancelled(kernel, arrays, got, want, limit):
    """Where a sum of logarithms is near 0, its error is that of its terms."""
    if not kernel.row.name.startswith("logaddexp"):
        return np.zeros(len(got), bool)
    with np.errstate(all="ignore"):
        return np.abs(got - want) <= limit * np.spacing(np.maximum(np.abs(arrays[0]), np.abs(arrays[1])))


def vanished(kernel, got, want):
    """Where 1/(x*sqrt(x)) is subnormal, a quotient whose divisor overflows is 0."""
    if kernel.row.name != "rsqrt_cubed":
        return np.zeros(len(got), bool)
    return np.maximum(np.abs(got), np.abs(want)) < np.finfo(got.dtype).tiny


each_group = pytest.mark.parametrize("operands", GROUPS, ids=lambda ds: "_".join(d.name for d in ds))


def safe(operands, arrays):
    """Arrays without the pairs at which NumPy raises: integers to negative powers."""
    if len(operands) == 2 and operands[1].kind == "i":
        keep = arrays[1] >= 0
        return [x[keep] for x in arrays]
    return arrays


@each_group
@pytest.mark.parametrize("mode", ["c", "numpy"])
def test_special_values(operands, mode):
    grid = rk.grid(GROUPS[operands][0])
    some = grid if len(operands) < 3 else [x[::13] for x in grid]     # special functions of three take milliseconds
    check(operands, safe(operands, some), mode)


@each_group
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_bits_of_any_length(operands, data):
    n = data.draw(st.integers(0, 70))
    arrays = []
    for dtype in operands:
        raw = np.frombuffer(data.draw(st.binary(min_size=n * dtype.itemsize, max_size=n * dtype.itemsize)), np.uint8)
        arrays.append((raw & 1).astype(bool) if dtype.kind == "b" else raw.view(dtype).copy())
    check(operands, safe(operands, arrays), "c")


def test_all_rows_are_here():
    assert {k.row.name for k in KERNELS} == {row.name for row in rk.ROWS}
