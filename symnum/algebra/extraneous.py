"""Solutions put back into their equation: those that hold, those that never do, and those that hold somewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from ..bridge.sympy_graphs import from_sympy_nodes
from ..dtypes import FLOAT64
from ..ir.build import input_leaf, o
from ..ir.interpret import evaluate
from ..ir.node import Node

_COUNT = 64         # points at which a solution is put into its equation
_SIZES = 6.0        # powers of two of their sizes
_FEW = 0.05         # of the points: where rounding alone may hide that an equation holds


def checked(solution: Node, difference: Any, symbol: Any, table: Mapping[Any, Node]) -> str:
    """Whether a solution for ``symbol`` solves ``difference == 0``: at "all", "some" or "none" of the points drawn.

    The nodes of ``table`` are scalar leaves.  A solution that is finite at none of them passes.
    """
    rng = np.random.default_rng(0)
    scalars = {s: node for s, node in table.items() if s != symbol}
    points = {node: _drawn(rng, s, node) for s, node in scalars.items()}
    residual, scale = _terms(difference, {**scalars, symbol: solution}, FLOAT64)
    with np.errstate(all="ignore"):
        found, left, size = (np.broadcast_to(x, (_COUNT,)) for x in evaluate([solution, residual, scale], points))
    finite = np.isfinite(found)
    if not finite.any():
        return "all"
    good = (np.abs(left) <= _slack(FLOAT64) * (1 + size))[finite]
    return "none" if not good.any() else "all" if good.mean() >= 1 - _FEW else "some"


def scalars_of(table: Mapping[Any, Node]) -> dict[Any, Node]:
    """A scalar leaf for each symbol: a truth value, or a float64."""
    return {symbol: input_leaf(f"s{k}", node.dtype if node.dtype.kind == "b" else FLOAT64, ())
            for k, (symbol, node) in enumerate(table.items())}


def where_it_holds(solution: Node, difference: Any, symbol: Any, table: Mapping[Any, Node],
                   dtype: np.dtype[Any]) -> Node:
    """A solution, NaN where it does not solve the equation computed in floats of ``dtype``."""
    residual, scale = _terms(difference, {**table, symbol: solution}, dtype)
    holds = o.less_equal(o.absolute(residual), o.multiply(scale, _slack(dtype)))
    return o.where(holds, solution, np.nan)


def _slack(dtype: np.dtype[Any]) -> float:
    """Of the sizes of terms, what rounding may leave of their sum."""
    return float(np.sqrt(np.finfo(dtype).eps))


def _terms(difference: Any, table: Mapping[Any, Node], dtype: np.dtype[Any]) -> tuple[Node, Node]:
    """The sum of the terms of an expression, and the sum of their sizes."""
    nodes: Sequence[Node] = from_sympy_nodes(list(sympy.Add.make_args(sympy.expand_mul(difference))), table, dtype)
    residual, scale = nodes[0], o.absolute(nodes[0])
    for node in nodes[1:]:
        residual, scale = o.add(residual, node), o.add(scale, o.absolute(node))
    return residual, scale


def _drawn(rng: np.random.Generator, symbol: Any, node: Node) -> Any:
    """Numbers that obey what is assumed of a symbol."""
    if node.dtype.kind == "b":
        return rng.integers(0, 2, _COUNT).astype(bool)
    sizes = np.exp2(rng.uniform(-_SIZES, _SIZES, _COUNT))
    sign = 1.0 if symbol.is_nonnegative else -1.0 if symbol.is_nonpositive else rng.choice([-1.0, 1.0], _COUNT)
    return np.ceil(sizes) * sign if symbol.is_integer else sizes * sign
