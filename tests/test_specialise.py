"""Specialisation keeps NumPy's meaning of unknown lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnum.errors import ShapeError
from symnum.ir import dims, interpret
from symnum.ir.build import input_leaf, o
from symnum.ir.verify import verify
from symnum.ir.walk import topological
from symnum.specialise import leaf_dims, specialise


def holds(checks, values):
    return all(len({int(interpret.evaluate([dims.as_node(n)], values)[0]) for n in c.lengths}) == 1 for c in checks)


def run(special, arrays):
    """The outputs of a specialised graph, read through its own leaves."""
    values = dict(zip(special.inputs, arrays, strict=True))
    values.update(interpret.bind_dims(special.inputs, arrays))
    return interpret.evaluate(special.outputs, values)


def graph():
    x, y, z = (input_leaf(k, "float64", (None,) * r) for k, r in (("x", 2), ("y", 1), ("z", 2)))
    total = o.add(o.multiply(x, y), z)
    return (x, y, z), [total, o.sum_to(total, shape=y.shape), o.sum(o.sum_to(total, shape=x.shape), axis=(1,))]


@given(st.tuples(*[st.sampled_from([1, 1, 2, 3])] * 5))
def test_every_call_is_served_as_numpy_would(lengths):
    (x, y, z), outputs = graph()
    a, b, c, d, e = lengths
    arrays = [np.arange(1.0, 1 + n * m).reshape(n, m) for n, m in ((a, b), (d, e))]
    arrays = [arrays[0], np.arange(2.0, 2 + c), arrays[1]]
    values = interpret.bind_dims((x, y, z), arrays)
    try:
        expected = interpret.function((x, y, z), outputs)(arrays)
    except ValueError:
        with pytest.raises(ShapeError, match=r"do not fit|do not broadcast|cannot be"):
            specialise((x, y, z), (), outputs, {k: int(v) for k, v in values.items()})
        return
    first = specialise((x, y, z), (), outputs, {})
    ones = {k: 1 for k in first.uncertain if int(values[k]) == 1}
    for facts in ({}, ones, {k: int(v) for k, v in values.items()}):
        special = specialise((x, y, z), (), outputs, facts)
        verify(special.outputs)
        names = {n.op.name for n in topological(special.outputs)}
        assert not names & {"bdim", "sum_to"}
        if holds(special.checks, values):
            for got, want in zip(run(special, arrays), expected, strict=True):
                np.testing.assert_array_equal(got, want)
            break
    else:
        pytest.fail("no specialisation serves the call")


def test_equal_lengths_need_no_broadcast():
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", (None,))
    special = specialise((x, y), (), [o.add(x, y)], {})
    assert [n.op.name for n in topological(special.outputs)] == ["input", "input", "add"]
    assert [dims.text(c.lengths) for c in special.checks] == ["(y.shape[0], x.shape[0])"]
    assert set(special.uncertain) == set(leaf_dims((x, y)))


def test_a_known_mismatch_is_an_error():
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", (None,))
    with pytest.raises(ShapeError, match="lengths 3 and 4"):
        specialise((x, y), (), [o.add(x, y)], {x.shape[0]: 3, y.shape[0]: 4})


def test_static_graphs_need_no_checks():
    x = input_leaf("x", "float64", (2, 3))
    special = specialise((x,), (), [o.sum(o.add(x, 1.0), axis=(0,))], {})
    assert special.checks == () and special.uncertain == ()


@pytest.mark.parametrize("lengths", [(4, 4), (4, 2), (2, 4), (3, 3), (1, 1), (5, 3)])
def test_lengths_that_are_formulas(lengths):
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", (None,))
    parts = [o.slice(v, starts=(1,), lengths=(dims.maximum(dims.subtract(v.shape[0], 1), 0),), steps=(1,))
             for v in (x, y)]
    outputs = [o.exp(o.add(*parts))]
    first = specialise((x, y), (), outputs, {})
    assert [dims.text(c.lengths) for c in first.checks] == ["(y.shape[0], x.shape[0])"]
    arrays = [np.arange(1.0, 1 + n) for n in lengths]
    try:
        want = np.exp(arrays[0][1:] + arrays[1][1:])
    except ValueError:
        with pytest.raises(ShapeError):
            specialise((x, y), (), outputs, dict(zip(leaf_dims((x, y)), lengths, strict=True)))
        return
    special = specialise((x, y), (), outputs, dict(zip(leaf_dims((x, y)), lengths, strict=True)))
    np.testing.assert_array_equal(run(special, arrays)[0], want)
