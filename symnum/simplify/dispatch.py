"""``Dispatch``: which rules can match a node, judged by its op, its dtype, and what stands next to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from ..dtypes import dtype_class
from ..ir.node import Node
from ..records import dataclass
from .match import lacks
from .rule import PHASES, Rule, RuleSet
from .sight import KNOWN, SIGHT
from .traits import in_product, in_sum
from .views import Views

KINDS = ("elementwise", "structural", "reduction")
_NONE: tuple[Rule, ...] = ()


@dataclass(slots=True)
class Candidates:
    """The rules that can match nodes of one op, one class of dtypes and operands of the same ops, in order.

    ``chains`` are the kinds of chain that some of them look at; ``by_ops`` holds those that are left for the ops that
    stand in a chain.
    """

    rules: tuple[Rule, ...]
    chains: tuple[str, ...]
    by_ops: dict[tuple[frozenset[str] | None, frozenset[str] | None], tuple[Rule, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Dispatch:
    """A decision table for some rules, which fills itself as nodes are met."""

    rules: tuple[Rule, ...]
    wanted: frozenset[str] = frozenset()
    by_node: dict[tuple[str, str, tuple[str, ...]], Candidates] = field(default_factory=dict)

    def of(self, node: Node, views: Views, inside: Sequence[str]) -> tuple[Rule, ...]:
        """The rules that could match a node, which is ``inside`` chains of these kinds."""
        operands = node.operands
        if node.op.kind not in KINDS or not operands:
            return _NONE
        key = (node.op.name, dtype_class(operands[-1].dtype), tuple([x.op.name for x in operands]))
        found = self.by_node.get(key)
        if found is None:
            found = self.by_node[key] = self._candidates(*key)
        if not found.chains:
            return found.rules
        return self._in_chains(found, node, views, inside)

    def _candidates(self, name: str, kind: str, operands: tuple[str, ...]) -> Candidates:
        rules = tuple(rule for rule in self.rules if kind in rule.dtypes and (
            not rule.root.ops or name in rule.root.ops) and rule.root.may_have(operands))
        return Candidates(rules, tuple(dict.fromkeys(rule.root.chain for rule in rules if rule.root.chain)))

    def _in_chains(self, found: Candidates, node: Node, views: Views, inside: Sequence[str]) -> tuple[Rule, ...]:
        looked = [kind for kind in found.chains if kind not in inside]
        of_sum = in_sum(views, node) & self.wanted if "sum" in looked else None
        of_product = in_product(views, node) & self.wanted if "product" in looked else None
        rules = found.by_ops.get((of_sum, of_product))
        if rules is None:
            ops = {"": frozenset[str](), "sum": of_sum, "product": of_product}
            rules = found.by_ops[of_sum, of_product] = tuple(
                rule for rule in found.rules if _may_stand(rule, ops[rule.root.chain]))
        return rules


def _may_stand(rule: Rule, ops: frozenset[str] | None) -> bool:
    """Whether a rule can match in a chain of these ops (None: the node is inside another chain of that kind)."""
    return ops is not None and not (rule.root.chain and lacks(ops, rule.root.needs))


@dataclass(slots=True)
class Tables:
    """The rules of one sweep: ``at`` each distance of what has changed those that see so far, and all that are new.

    At 0 these are all, at ``KNOWN`` those that no sweep has tried before, or that are about other nodes of the graph.
    """

    at: Mapping[int, Dispatch]


@dataclass(slots=True)
class PhaseTables:
    """The tables of the first sweep of a phase, and of those that come after it."""

    first: Tables
    again: Tables


def tables(rules: RuleSet, phase: str, tried: tuple[str, ...]) -> PhaseTables:
    """The decision tables of a phase after the ``tried`` ones, made once for each set of rules."""
    key = ("tables", phase, tried)
    found: PhaseTables | None = rules.memo.get(key)
    if found is None:
        active = active_rules(rules, phase)
        whole = _dispatch(active)
        found = rules.memo[key] = PhaseTables(_tables(active, whole, tried), _tables(active, whole, PHASES))
    return found


def _tables(active: Sequence[Rule], whole: Dispatch, tried: tuple[str, ...]) -> Tables:
    """The tables of a sweep after all rules of the ``tried`` phases; ``whole`` is that of all rules."""
    fresh = {rule for rule in active if rule.phase not in tried}
    others = {rule for rule in active if rule.root.among_others}
    far = {k: _dispatch(x for x in active if x.sight >= k or x in fresh or x in others) for k in range(1, SIGHT + 1)}
    return Tables({0: whole, **far, KNOWN: _dispatch(x for x in active if x in (fresh or others))})


def _dispatch(rules: Iterable[Rule]) -> Dispatch:
    chosen = tuple(rules)
    return Dispatch(chosen, frozenset().union(*(need for rule in chosen for need in rule.root.needs)))


def active_rules(rules: RuleSet, phase: str) -> list[Rule]:
    """The rules of a phase and of those before it, less what they invert."""
    found = [rule for rule in rules if PHASES.index(rule.phase) <= PHASES.index(phase)]
    inverted = {name for rule in found for name in rule.inverts}
    return [rule for rule in found if rule.name not in inverted]
