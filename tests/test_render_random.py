"""Random graphs of whole numbers through gcc, exactly as the interpreter computes them.

Blocks, tiles and shares are made small, and some exact ops are declared to be vector functions, so that arrays of a few
elements meet every edge of the schedule.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from cuda_programs import run_on_cpu
from hypothesis import HealthCheck, given, settings
from programs import FLAGS, Array, Native, one_share, reference, same, shares_of
from test_lower_random import graphs

from symnum.codegen import folds, parts, reductions, schedule, shares, spans
from symnum.codegen.lower import lower
from symnum.errors import SymnumError
from symnum.ir.nest import Program
from symnum.ir.node import Node

Graph = tuple[list[Node], list[Node], list[Array]]
CALLED = frozenset(("exp",))


def small(statements: int, short: int) -> Any:
    """Small sizes everywhere, and vector functions where there are none."""
    def calls(node: Node) -> frozenset[str]:
        return CALLED if node.op.name in ("negative", "square", "minimum") else frozenset()
    patches = [(folds, "BLOCK", 32), (folds, "ROWS", 2), (spans, "_tile_size", lambda values: 32),
               (spans, "STATEMENTS", statements), (parts, "STATEMENTS", statements), (shares, "LIMIT", 1),
               (shares, "GRAIN", 4), (shares, "WHOLE_LINES", 1), (shares, "SQUARE", 2), (reductions, "LIMIT", 1),
               (reductions, "COLUMNS", 3), (reductions, "LINE", 3), (reductions, "SHORT", short),
               (reductions, "BLOCKS", 2), (reductions, "BLOCKS_OF_ROWS", 2), (schedule, "calls", calls)]
    return [mock.patch.object(module, name, value) for module, name, value in patches]


def compiled(graph: Graph) -> tuple[Program, list[Array]] | None:
    """The Program of a graph and the interpreter's results, if NumPy has any."""
    leaves, outputs, arrays = graph
    program = lower("f", leaves, outputs)
    try:
        return program, list(map(np.asarray, reference(leaves, outputs, arrays)))
    except SymnumError:
        return None


@pytest.mark.parametrize("sizes", [None, (3, 2), (800, 0)], ids=["real", "tiny parts", "tiny blocks"])
def test_random_graphs_in_c(sizes: tuple[int, int] | None) -> None:
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(graphs())
    def check(graph: Graph) -> None:
        found = compiled(graph)
        if found is None:
            return
        program, expected = found
        patches = small(*sizes) if sizes else []
        for patch in patches:
            patch.start()
        try:
            native = Native(program, flags=("-O1", *FLAGS))
        finally:
            for patch in patches:
                patch.stop()
        for cut in (one_share, shares_of(1), shares_of(2, threads=True)):
            for got, wanted in zip(native(*graph[2], shares=cut), expected, strict=True):
                assert same(got, wanted), native.text.text
    check()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(graphs())
def test_random_graphs_in_cuda(graph: Graph) -> None:
    found = compiled(graph)
    if found is not None:
        for got, wanted in zip(run_on_cpu(found[0], graph[2]), found[1], strict=True):
            assert same(got, wanted)
