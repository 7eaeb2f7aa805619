"""Every elementwise row in SymPy: its value there, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

from symnum.bridge.sympy_expressions import to_sympy_nodes
from symnum.bridge.sympy_graphs import from_sympy_nodes
from symnum.bridge.sympy_heads import HEADS
from symnum.ir.build import input_leaf, o
from symnum.ir.interpret import function
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.ops.spec import Absent, OpSpec
from tests import rows_kernels as rk

N = 8
INT, FLOAT = np.dtype(np.int64), np.dtype(np.float64)
ROWS = [row for row in rk.ROWS if not isinstance(row.sympy, Absent)]

# Rows whose SymPy form loses digits or overflows in floats, with the operands that are left to test them by.
LIMITED = {
    "expm1": (0.5, 30.0), "log1p": (0.5, 30.0), "sigmoid": (-30.0, 30.0), "softplus": (-5.0, 30.0),
    "logaddexp": (-9.0, 9.0), "logaddexp2": (-9.0, 9.0), "rint": (-900.3, 900.7), "fma": (0.5, 9.0),
    "sinc": (-9.3, 9.7),
}


def kernel_of(row: Any) -> rk.Kernel:
    """The row in the dtypes that are nearest to real numbers."""
    found = rk.loops(row)
    return max(found, key=lambda k: (k.operands.count(FLOAT), k.operands.count(INT), k.result in (FLOAT, INT)))


KERNELS = [kernel_of(row) for row in ROWS]
each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: k.row.name)


def samples(kernel: rk.Kernel) -> list[Any]:
    values = rk.samples(kernel, N)
    if kernel.row.name in LIMITED:
        low, high = LIMITED[kernel.row.name]
        values = [np.linspace(low, high, N) ** (k + 1) / high**k for k in range(len(values))]
    return values


def graph(kernel: rk.Kernel) -> tuple[list[Node], Node]:
    xs = [input_leaf(f"x{k}", dtype, ()) for k, dtype in enumerate(kernel.operands)]
    return xs, getattr(o, kernel.row.name)(*xs, **kernel.attrs)


@each_kernel
def test_value_in_sympy_is_the_reference(kernel: rk.Kernel) -> None:
    xs, z = graph(kernel)
    (expression,), table = to_sympy_nodes([z])
    assert set(table.values()) == set(xs)
    values = rk.samples(kernel, N)
    wanted = rk.reference(kernel, values)
    for i in range(N):
        numbers = {s: _exact(values[xs.index(x)][i]) for s, x in table.items()}
        found = expression.subs(numbers)
        if kernel.result.kind == "b":
            assert found in (sympy.true, sympy.false)
            assert bool(found) == wanted[i]
        else:
            error = abs(found.evalf(60, maxn=3000) - _exact(wanted[i]))
            assert error <= 1e-13 * abs(wanted[i]), (numbers, found.evalf(20), wanted[i])


def _exact(x: Any) -> Any:
    if isinstance(x, np.bool_):
        return sympy.true if x else sympy.false
    return sympy.Rational(float(x)) if isinstance(x, np.floating) else sympy.Integer(int(x))


@each_kernel
def test_round_trip_has_equal_values(kernel: rk.Kernel) -> None:
    xs, z = graph(kernel)
    exprs, table = to_sympy_nodes([z])
    back, = verify(from_sympy_nodes(exprs, table))
    run, again = function(xs, [z]), function(xs, [back])
    with np.errstate(all="ignore"):
        for one in zip(*samples(kernel), strict=True):
            operands = [np.asarray(x, d) for x, d in zip(one, kernel.operands, strict=True)]
            np.testing.assert_allclose(again(operands)[0], run(operands)[0], rtol=1e-12, err_msg=str(exprs[0]))


def head(row: OpSpec) -> str | None:
    """The class that stands for the row alone."""
    assert not isinstance(row.sympy, Absent)
    return None if isinstance(row.sympy.head, Absent) else row.sympy.head


EXACT = [k for k in KERNELS if k.row.name in (
    "subtract", "negative", "square", "sqrt", "true_divide", "log2", "log10", "exp2", "sinc")
    or (head(k.row) and not k.row.name.startswith("logical"))]


@pytest.mark.parametrize("kernel", EXACT, ids=lambda k: k.row.name)
def test_round_trip_of_one_op_is_the_op(kernel: rk.Kernel) -> None:
    """Rows that have a head of their own, and those that have a form of their own, come back as they were."""
    xs, z = graph(kernel)
    exprs, table = to_sympy_nodes([z])
    back, = from_sympy_nodes(exprs, table)
    if kernel.row.name in ("greater", "greater_equal"):
        assert back in (z, o.less(xs[1], xs[0]), o.less_equal(xs[1], xs[0]))
    elif "commutative" in kernel.row.facts:
        assert {back.op, *back.inputs} == {z.op, *z.inputs}
    else:
        assert back is z


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor", "logical_not"])
def test_logic_of_bools_comes_back_as_it_was(name: str) -> None:
    bools = [input_leaf(name, "bool", ()) for name in "abcd"[:1 if name == "logical_not" else 4]]
    z = getattr(o, name)(*bools[:2])
    for b in bools[2:]:
        z = getattr(o, name)(z, b)
    exprs, table = to_sympy_nodes([z])
    assert set(exprs[0].args) == set(table)
    back, = from_sympy_nodes(exprs, table)
    assert back is z


def test_every_head_of_a_row_has_a_way_back() -> None:
    names = [name for row in ROWS if (name := head(row))]
    heads = {getattr(sympy, name) for name in names}
    assert len(heads) == len(names) > 40
    assert heads <= set(HEADS)
