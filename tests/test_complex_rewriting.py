"""Rewriting of complex numbers: what holds of all numbers, and what is about their parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import tensor as T
from symnum.ir.interpret import evaluate
from symnum.ir.text import formula
from symnum.simplify.catalogue import RULES, as_ruleset
from symnum.simplify.engine import rewrite

x, y = T.zscalar("x"), T.zscalar("y")
v = T.tensor("v", dtype="complex128", shape=(6,))
A = T.tensor("A", dtype="complex128", shape=(4, 6))
r, p = T.dscalar("r"), T.bscalar("p").astype("bool")

ROWS: dict[str, tuple[Any, str]] = {
    "like terms": (2 * x + 3 * x, "(5+0j)*x"), "terms that cancel": (x + y - x, "y"),
    "products that commute": (x * y - y * x, "0j"), "factors that cancel": (x * y / x, "y"),
    "common factor": (x * y + x * sn.exp(y), "x*(y + exp(y))"), "zero": (x + 0, "x"), "one": (x * 1, "x"),
    "divided by one": (x / 1, "x"), "negated twice": (-sn.negative(x), "x"), "first power": (x**1, "x"),
    "conjugated twice": (sn.conj(sn.conj(x)), "x"), "conjugate of a real number": (sn.conj(r), "r"),
    "real part of a conjugate": (sn.real(sn.conj(x)), "real(x)"), "square": (x**2, "x*x"),
    "imaginary part of a conjugate": (sn.imag(sn.conj(x)), "-imag(x)"),
    "size of a conjugate": (abs(sn.conj(x)), "abs(x)"),
    "parts of a real number": (sn.real(r.astype("complex128")) + sn.imag(r.astype("complex128")), "r"),
    "slices": (v[1:][1:4], "v[2:5]"), "transposes": (A.T.T, "A"), "reshapes": (A.reshape((24,)).reshape((4, 6)), "A"),
    "parts joined": (sn.concatenate([v[:3], v[3:]]), "v"), "sums of sums": (A.sum(axis=0).sum(), "sum(A)"),
    "equal branches": (sn.where(p, x, x), "x"), "constant condition": (sn.where(True, x, y), "x"),
    "repeats": (sn.broadcast_to(x, (3,)) * sn.broadcast_to(y, (3,)), "broadcast_to(x*y, (3,))"),
    # what is about real numbers alone
    "logarithm of an exponential": (sn.log(sn.exp(x)), "log(exp(x))"),
    "root of a square": (sn.sqrt(x * x), "sqrt(x*x)"),
    "size of a size squared": (abs(x) ** 2, "abs(x)*abs(x)"),
    "logarithm near one": (sn.log(1 + x), "log((1+0j) + x)"),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_is_left(name: str) -> None:
    before, after = ROWS[name]
    assert formula(rewrite([before.node], RULES).outputs) == after


@pytest.mark.parametrize("name", ROWS)
def test_values_stay(name: str) -> None:
    before, _ = ROWS[name]
    random = np.random.default_rng(3)
    values = {leaf.node: np.asarray(random.normal(size=leaf.shape) + 1j * random.normal(size=leaf.shape))
              for leaf in (x, y, v, A)}
    values[r.node], values[p.node.inputs[0]] = np.asarray(0.3), np.asarray(1, np.int8)
    after = rewrite([before.node], RULES).outputs
    np.testing.assert_allclose(evaluate(after, values)[0], evaluate([before.node], values)[0], rtol=1e-13, atol=1e-13)


def test_exact_rules_keep_infinite_parts() -> None:
    kept = (x * 1, x + y - x, x + 0)
    for before in kept:
        assert rewrite([before.node], as_ruleset("exact")).outputs == (before.node,)
    assert formula(rewrite([v[1:][1:].node], as_ruleset("exact")).outputs) == "v[2:]"
