"""Products and powers: like factors, numbers and signs of a whole product, and powers as products."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ...ops.table import TABLE
from ..match import Match
from ..numbers import Exact, constant_like, exact_of, is_held, rounded
from ..pattern import AnyProduct, number, p, wilds
from ..rule import CANONICALIZE, SPECIALIZE, Rule
from ..terms import Chain, Leaf, Value, as_node, changed, coefficient_of, constant_factor, edited, power_of, powered, saved

Changes = dict[Leaf, Value | None]


# whole products -----------------------------------------------------------------------------------------------

def like_factors(m: Match) -> Node | None:
    """powers of one base become one power"""
    view = m.views.product(m.node)
    groups: dict[Node, list[Leaf]] = {}
    for leaf in view.leaves:
        if coefficient_of(leaf) is None:
            groups.setdefault(power_of(leaf.node)[0], []).append(leaf)
    changes: Changes = {}
    for base, group in groups.items():
        changes.update(_merged(view, base, group) if len(group) > 1 else {})
    return as_node(changed(view, changes), view) if changes else None


def _merged(view: Chain, base: Node, group: list[Leaf]) -> Changes:
    """One power in the place of several; nothing, if that costs as much."""
    exponent = sum(leaf.sign * power_of(leaf.node)[1] for leaf in group)
    changes: Changes = {leaf: None for leaf in group}
    changes[group[0]] = powered(base, exponent)
    gain = saved(view, changes) - _cost_of(exponent)
    gain += sum(leaf.node.op.cost for leaf in group if leaf.node is not base and not leaf.kept)
    value = changed(view, changes)
    if value is not None and value.inverse:
        gain -= TABLE["true_divide"].cost
    return changes if gain > 0 else {}


def _cost_of(exponent: int) -> float:
    size = abs(exponent)
    return TABLE["power"].cost if size > 3 else max(size - 1, 0) * TABLE["multiply"].cost


def numbers(m: Match) -> Node | None:
    """the numbers of a product become one, if that needs no rounding"""
    view = m.views.product(m.node)
    found = [leaf for leaf in view.leaves if coefficient_of(leaf) is not None]
    if len(found) + (view.negations > 0) < 2 or not found:
        return None
    total = constant_factor(view)
    value = _as_factor(total, m.node)
    if value is None:
        return None
    changes: Changes = {leaf: None for leaf in found}
    plain = edited(changed_signs(view), {leaf.place: None for leaf in found}, loose=True)
    return None


RULES = ()
