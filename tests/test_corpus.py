"""Rules on the graphs that users write: each rule is of use somewhere, and what comes out is valid and final."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import corpus
import pytest

import symnum as sn
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.options import current
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.rule import Rule

# Expressions that are checked as a whole; the rest only say which rules fire.
SAMPLE = [name for k, name in enumerate(corpus.expressions()) if k % 4 == 0]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_fires_somewhere(rule: Rule) -> None:
    found = corpus.fired().get(rule.name)
    assert found is not None, f"no graph of tests/corpus.py fires {rule.name}: add one, or remove the rule"


def final(name: str) -> tuple[Node, ...]:
    nodes = [sn.as_tensor(x).node for x in corpus.expressions()[name]]
    return optimise(nodes, RULES, current()).outputs


@pytest.mark.parametrize("name", SAMPLE)
def test_results_are_valid_and_final(name: str) -> None:
    found = final(name)
    verify(found)
    assert rewrite(found, RULES).events == ()


DIGESTS = """
import sys
sys.path[:0] = [{tests!r}, {root!r}]
kept = [[k] for k in range({held})]   # other addresses, and so other orders of what is kept in sets
import corpus
from symnum.ir.order import graph_digest
from symnum.options import current
from symnum.pipeline import optimise
for _, made in sorted(corpus.expressions().items())[3::6]:
    nodes = [corpus.sn.as_tensor(x).node for x in made]
    print(graph_digest([], optimise(nodes, corpus.RULES, current()).outputs))
"""


def test_graphs_are_rewritten_in_the_same_order_in_every_process() -> None:
    tests = Path(__file__).parent
    texts = set()
    for held in (1, 70_000, 333_333):
        code = DIGESTS.format(tests=str(tests), root=str(tests.parent), held=held)
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                             env={**os.environ, "PYTHONHASHSEED": str(held)})
        texts.add(ran.stdout)
    assert len(texts) == 1 and len(texts.pop()) > 1000
