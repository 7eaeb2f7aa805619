"""Graphs as users write them: benchmark workloads, formulas that lose digits, tables of tests, and formulas below.

Each is rewritten as it stands and, where it is one float of real numbers, its gradients are too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_theano_linalg
import test_theano_places
import theano_elementwise_rows
from corpus_formulas import FORMULAS

import symnum as sn
from symnum import tensor as T
from symnum.ir.walk import leaves
from symnum.options import current
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
tomllib = pytest.importorskip("tomllib", reason="the tables of the corpus are TOML, which Python reads since 3.11")
systems, stability = import_module("systems"), import_module("tools.stability_problems")

ROOT = Path(__file__).resolve().parent.parent
LEAVES: Mapping[str, Any] = {
    **{name: T.dvector(name) for name in "xyz"}, **{name: T.dscalar(name) for name in "abcst"},
    **{name: T.tensor(name, dtype="float64", shape=(4, 4)) for name in ("A", "B", "C")},
    **{name: T.tensor(name, dtype="float64", shape=(16, 16)) for name in "DE"},
    "X": T.dmatrix("X"), "W": T.dmatrix("W"), "v": T.tensor("v", dtype="float64", shape=(4,)),
    "f": T.fvector("f"), "i": T.lvector("i"), "j": T.lvector("j"), "p": T.tensor("p", dtype="bool", shape=(None,)),
    "q": T.tensor("q", dtype="bool", shape=(None,)), "u": T.tensor("u", dtype="uint8", shape=(None,)),
    "sn": sn, "np": np, "pi": np.pi}

@cache
def expressions() -> Mapping[str, Sequence[sn.Tensor]]:
    """All expressions of the corpus by name, before derivatives are written out."""
    return dict([*_workloads(), *_problems(), *_tables(), *_formulas()])


def _workloads() -> Iterator[tuple[str, list[sn.Tensor]]]:
    rows = tomllib.loads((ROOT / "benchmarks" / "workloads.toml").read_text(encoding="utf-8"))
    for name, row in rows.items():
        for dtype in row["dtypes"]:
            values = systems.operands(name, row["tiny"], dtype)
            inputs = [T.tensor(f"x{k}", dtype=np.asarray(value).dtype, shape=(None,) * np.ndim(value))
                      for k, value in enumerate(values)]
            yield f"{name} {dtype}", _flat(systems.module_of(name).with_symnum(sn, row["tiny"], *inputs))


def _problems() -> Iterator[tuple[str, list[sn.Tensor]]]:
    functions = {name: getattr(sn, name) for name in sn.__all__}
    for name, problem in stability.problems().items():
        variables = {each: T.dvector(each) for each in problem.variables}
        made = eval(problem.formula, {**functions, "pi": np.pi, **variables})
        yield name, _flat(made)
        yield f"{name} and gradients", _with_gradient(made, list(variables.values()))


def _formulas() -> Iterator[tuple[str, list[sn.Tensor]]]:
    for line in FORMULAS:
        made = eval(line, dict(LEAVES))
        yield line, _flat(made)
        yield f"{line} and gradients", _with_gradient(made, [])


def _tables() -> Iterator[tuple[str, list[sn.Tensor]]]:
    """The lines of Theano's lists."""
    for group, rows in theano_elementwise_rows.GROUPS.items():
        for name, before, _ in rows:
            yield f"{group} {name}", [before]
    for line in test_theano_places.LINES:
        yield f"places {line.name} {line.after}", [line.before()]
    matrices = test_theano_linalg.Leaves("float64")
    for line in test_theano_linalg.LINES:
        yield f"linear algebra {line.name}", _flat(line.written(matrices))


def _with_gradient(made: Any, wrt: Sequence[sn.Tensor]) -> list[sn.Tensor]:
    """An expression, and its gradients in floats."""
    found = _flat(made)
    costs = [x for x in found if isinstance(x, sn.Tensor) and x.dtype.kind == "f"]
    return [*found, *(g for x in costs for g in _gradients(x, list(wrt) or _inputs(x)))]


def _gradients(x: sn.Tensor, wrt: list[sn.Tensor]) -> list[sn.Tensor]:
    found: list[sn.Tensor] = sn.grad(x.sum(), wrt, disconnected_inputs="ignore")
    return found


def _inputs(x: sn.Tensor) -> list[sn.Tensor]:
    known = {leaf.node: leaf for leaf in LEAVES.values() if isinstance(leaf, sn.Tensor)}
    return [known[node] for node in leaves([x.node], "input") if node in known and node.dtype.kind == "f"]


def _flat(made: Any) -> list[sn.Tensor]:
    if isinstance(made, dict):
        made = list(made.values())
    if isinstance(made, list | tuple):
        return [x for part in made for x in _flat(part)]
    return [made]


@cache
def fired() -> Mapping[str, str]:
    """Each rule that fires in the corpus, with the first expression in which it does."""
    found: dict[str, str] = {}
    for name, outputs in expressions().items():
        for event in optimise([sn.as_tensor(x).node for x in outputs], RULES, current()).events:
            found.setdefault(event.rule, name)
    return found
