"""What expressions cost, and that rules of the last phase make them cheaper."""

from __future__ import annotations

import corpus
import numpy as np
import pytest

import symnum as sn
from symnum.errors import ArgumentValueError, DTypeError
from symnum.ir.build import input_leaf, o
from symnum.ops.table import TABLE
from symnum.options import current
from symnum.pipeline import STABILISING, optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.cost import cost_of_graph, elements, price
from symnum.simplify.engine import rewrite

T = sn.tensor


def test_a_node_costs_its_price_for_each_element() -> None:
    x = input_leaf("x", "float64", (20, 30))
    assert price(o.exp(x)) == TABLE["exp"].cost * 600
    assert price(o.sum(x, axis=(0, 1))) == TABLE["sum"].cost * 600
    assert price(o.transpose(x, axes=(1, 0))) == price(x) == price(o.broadcast_to(x, shape=(9, 20, 30))) == 0
    assert price(o.dot(x, o.transpose(x, axes=(1, 0)))) == 2 * 20 * 30 * 20


def test_lengths_that_are_not_known_are_taken_for_one_number() -> None:
    x = input_leaf("x", "float64", (None, 3))
    assert elements(x) == 300 and elements(x, 7) == 21
    assert price(o.exp(x), 7) == TABLE["exp"].cost * 21


def test_what_is_shared_counts_once() -> None:
    x = T.tensor("x", dtype="float64", shape=(10,))
    e = sn.exp(x)
    assert sn.cost(e * e).flops == sn.cost(e).flops + 10
    assert sn.cost([e, e]) == sn.cost([e]) != sn.cost([e, sn.exp(2 * x)])


def test_several_results_of_one_routine_count_once() -> None:
    a = T.tensor("a", dtype="float64", shape=(10, 10))
    sign, log = sn.linalg.slogdet(a)
    assert sn.cost([sign, log]).flops == sn.cost(sign).flops == sn.cost(log).flops > 600


def test_bytes_are_those_of_leaves_results_and_what_lies_between_loops() -> None:
    x = T.tensor("x", dtype="float32", shape=(1000,))
    assert sn.cost(sn.sin(x) + 1).bytes == 8000
    assert sn.cost(x - x.sum()).bytes == 8000 + 2 * 4
    a = T.tensor("a", dtype="float64", shape=(10, 10))
    assert sn.cost((a @ a) @ a).bytes == 800 + 800 + 2 * 800


def test_structures_and_derivatives_are_taken() -> None:
    x = T.dvector("x")
    cost = sn.exp(x).sum()
    whole = sn.cost({"value": cost, "gradient": [sn.grad(cost, x)]})
    assert whole.flops >= sn.cost(cost).flops and {share.op for share in whole.shares} >= {"exp", "sum"}
    assert sum(share.flops for share in whole.shares) == pytest.approx(whole.flops)


def test_costs_print_as_a_table() -> None:
    x = T.tensor("x", dtype="float64", shape=(4,))
    lines = str(sn.cost(sn.exp(x) + 1)).splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["op", "count", "operations"], ["exp", "4", "32"], ["add", "4", "4"], ["total", "8", "36"]]
    assert lines[4] == "64 bytes through memory"


def test_what_has_no_cost_is_refused() -> None:
    with pytest.raises(ArgumentValueError, match="length must be positive; given 0"):
        sn.cost(T.dvector("x"), length=0)
    with pytest.raises(DTypeError):
        sn.cost([T.dvector("x"), object()])
    assert sn.cost(np.ones(3)).flops == 0


# Rules of linear algebra look at their own counts of operations, of small and of large matrices.
ELEMENTWISE = [name for name in corpus.expressions() if not any(x in name for x in ("linalg", "linear algebra", "@"))]


@pytest.mark.parametrize("name", ELEMENTWISE[::9])
def test_the_last_phase_costs_less(name: str) -> None:
    nodes = [sn.as_tensor(x).node for x in corpus.expressions()[name]]
    expanded = optimise(nodes, RULES.only(*STABILISING), current()).outputs
    stable = rewrite(expanded, RULES, STABILISING).outputs
    # A root that something else needs as well stays beside its inverse.
    assert cost_of_graph(rewrite(stable, RULES).outputs).flops <= cost_of_graph(stable).flops * 1.02
