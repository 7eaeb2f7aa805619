"""Regions: stretches of a loop in which the comparisons of its axis with bounds are decided.

Slices that are written, pads and concatenations make expressions such as ``where(1 <= j and j < n, a, b)``.  A loop
over j is cut at 1 and at n: each of its parts computes what is wanted there, and nothing is chosen or masked inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from ..dtypes import INT64
from ..ir import dims, nest
from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node, intern
from ..ir.walk import topological
from ..ops.table import TABLE
from ..records import dataclass
from .builder import Builder
from .indices import FALSE, TRUE, conjunction, zero_of
from .parts import is_index

# Parts that a loop is cut into at most; what is not cut is masked.
MOST = 64
# Numbers in comparisons beyond which index arithmetic could wrap.
_LARGE = 1 << 40
_AND, _OR, _NOT, _WHERE = (TABLE[name] for name in ("logical_and", "logical_or", "logical_not", "where"))
# Op -> whether its operands are swapped, and whether equal ones fulfil it.
_COMPARED = {TABLE["less"]: (False, False), TABLE["less_equal"]: (False, True),
             TABLE["greater"]: (True, False), TABLE["greater_equal"]: (True, True)}


@dataclass(frozen=True, slots=True)
class Region:
    """Where ``low <= axis < high`` (None: to the end of the loop), and the expressions there."""

    low: Dim | None
    high: Dim | None
    roots: tuple[Node, ...]


def regions(builder: Builder, axis: Node, roots: Sequence[Node]) -> list[Region]:
    """The regions of a loop over ``axis`` that computes ``roots``, from below; one if nothing is to be decided.

    Each cut leaves about half of the bounds on either side: n of them take n log(n) steps.
    """
    found, whole = [Region(None, None, tuple(roots))], False
    while not whole:
        before, found, whole = found, [], True
        for k, region in enumerate(before):
            compared = _compared(builder, axis, region.roots) if len(found) + len(before) - k < MOST else {}
            if compared:
                bound = _middle([bound for bound, _ in compared.values()])
                found += [_within(builder, axis, region, compared, None, bound),
                          _within(builder, axis, region, compared, bound, None)]
                whole = False
            else:
                found.append(region)
    return found


def _middle(bounds: Sequence[Dim]) -> Dim:
    """The middle one of the bounds that are known; the first one, if none is."""
    known = sorted({bound for bound in bounds if isinstance(bound, int)})
    return known[len(known) // 2] if known else bounds[0]


def _within(builder: Builder, axis: Node, region: Region, compared: Mapping[Node, tuple[Dim, bool]], low: Dim | None,
            high: Dim | None) -> Region:
    """The part of a region from ``low`` on or below ``high``."""
    lows = [bound for bound in (low, region.low) if bound is not None]
    highs = [bound for bound in (high, region.high) if bound is not None]
    decided = {}
    for node, (bound, above) in compared.items():
        if any(_at_least(low, bound) for low in lows):
            decided[node] = TRUE if above else FALSE
        elif any(_at_least(bound, high) for high in highs):
            decided[node] = FALSE if above else TRUE
    return Region(reduce(dims.maximum, lows) if lows else None, reduce(dims.minimum, highs) if highs else None,
                  tuple(_simplified(builder, axis, region.roots, decided)))


def _at_least(a: Dim, b: Dim) -> bool:
    bound = dims.lower_bound(dims.subtract(a, b))
    return bound is not None and bound >= 0


# comparisons ------------------------------------------------------------------------------------------------------

def _compared(builder: Builder, axis: Node, roots: Sequence[Node]) -> dict[Node, tuple[Dim, bool]]:
    """The comparisons of the axis with a bound, and whether they hold from the bound on, or below it."""
    found: dict[Node, tuple[Dim, bool]] = {}
    known: dict[Node, bool] = {}
    for node in topological(roots, lambda x: _below(builder, axis, x)):
        if node.op in _COMPARED and node.inputs[0].dtype == INT64 and is_index(node, known):
            bound = _bound_of(builder, axis, node)
            if bound:
                found[node] = bound
    return found


def _below(builder: Builder, axis: Node, node: Node) -> Sequence[Node]:
    """The operands of what is still to be computed."""
    if node.op is FOLD or builder.depth(node) is not None or builder.place(node):
        return ()
    # What does not depend on the axis may be read outside of the loop, and then even if there is no element.
    masked = node.op is LOAD and node.attr("masked")
    return node.inputs[:-1] if masked and not _depends(builder, node.inputs[:-1], axis) else node.inputs


def _depends(builder: Builder, nodes: Sequence[Node], axis: Node) -> bool:
    return any(axis.attr("number") in builder.algebra.dependence(x) for x in nodes)


def _bound_of(builder: Builder, axis: Node, node: Node) -> tuple[Dim, bool] | None:
    swapped, equal = _COMPARED[node.op]
    a, b = reversed(node.inputs) if swapped else node.inputs
    difference = dims.subtract(dims.subtract(b, a), 0 if equal else 1)      # the comparison holds where it is >= 0
    constant, form = dims.linear(difference)
    factor, terms = form.get(axis, 0), {x: k for x, k in form.items() if x is not axis}
    others = {nest.axis(k) for x in terms for k in builder.algebra.dependence(x)}
    if abs(factor) != 1 or axis in others or any(builder.depth(other) is None for other in others):
        return None
    if max(map(abs, (constant, *terms.values()))) > _LARGE:
        return None
    rest = dims.subtract(difference, dims.multiply(factor, axis))
    return (dims.subtract(0, rest), True) if factor == 1 else (dims.add(rest, 1), False)


# what is left of expressions --------------------------------------------------------------------------------------

def _simplified(builder: Builder, axis: Node, roots: Sequence[Node], decided: Mapping[Node, Node]) -> list[Node]:
    """Expressions in which some comparisons are decided."""
    new: dict[Node, Node] = {}
    for node in topological(roots, lambda x: () if x in decided else _below(builder, axis, x)):
        below = () if node in decided else _below(builder, axis, node)
        inputs = (*(new[x] for x in below), *node.inputs[len(below):])
        new[node] = decided.get(node) or (
            node if all(a is b for a, b in zip(inputs, node.inputs, strict=True)) else
            _loaded(node, inputs) if node.op is LOAD else _chosen(node, inputs))
    return [new[x] for x in roots]


def _loaded(node: Node, inputs: tuple[Node, ...]) -> Node:
    """A load of which the mask, or an index that is a choice, has changed."""
    if not node.attr("masked"):
        return intern(node.op, inputs, node.attrs, node.dtype, ())
    *index, mask = inputs
    if mask is FALSE:
        return zero_of(node.dtype)
    return nest.load(node.attr("buffer"), node.dtype, tuple(index), None if mask is TRUE else mask)


def _chosen(node: Node, inputs: tuple[Node, ...]) -> Node:
    if node.op is _AND:
        return conjunction(*inputs)
    if node.op is _OR and TRUE in inputs:
        return TRUE
    if node.op is _OR and FALSE in inputs:
        return inputs[inputs[0] is FALSE]
    if node.op is _NOT and inputs[0] in (TRUE, FALSE):
        return FALSE if inputs[0] is TRUE else TRUE
    if node.op is _WHERE and inputs[0] in (TRUE, FALSE):
        return inputs[1 if inputs[0] is TRUE else 2]
    return intern(node.op, inputs, node.attrs, node.dtype, ())
