"""The matcher: patterns compiled to values that find themselves at a node.

It looks through what changes no value: moves of elements and casts to wider floats between one elementwise op and
the next.  What a wildcard stands for is then given back under the same moves and casts.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from ..dtypes import is_complex
from ..ir.build import o
from ..ir.node import Node
from ..records import dataclass
from .choices import Bound, Matcher, Movers, Needs, Places, chosen_factors, chosen_terms, ratio_of, same
from .edits import Value, as_node, changed, core, edited
from .numbers import MOVERS, Exact, exact_of, is_exactly, scalar_of
from .pattern import Attr
from .terms import (
    Chain,
    Leaf,
    coefficient_of,
    constant_factor,
    is_hidden,
    is_transparent,
    moved,
    power_of,
)
from .views import Term, Views

_PRODUCTS = ("multiply", "true_divide", "reciprocal", "power", "square")
_SUMS = frozenset({"add", "subtract", "negative"})
_MOVES = MOVERS | {"cast", "assume"}


@dataclass(frozen=True, slots=True)
class Match:
    """A place where a left side was found: the node, what its wildcards stand for, and the views of the graph."""

    node: Node
    bound: Bound
    views: Views

    def __getitem__(self, name: str) -> Any:
        return self.bound[name]


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves that a ``Moved`` pattern stands for, as a function."""

    movers: Movers

    def __call__(self, node: Node) -> Node:
        """The moved node."""
        return moved(node, self.movers)


@dataclass(frozen=True, slots=True)
class WildMatcher(Matcher):
    """A wildcard: binds what it meets, and then meets the same again, ``exact`` or equal as a real number."""

    name: str
    constant: bool
    exact: bool

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        if not self.constant or exact_of(node) is not None:
            made, known = moved(node, movers), bound.get(self.name)
            if known is None:
                yield {**bound, self.name: made}
            elif made is known or (not (self.exact and made.dtype.kind in "fc") and same(views, known, made)):
                yield bound


@dataclass(frozen=True, slots=True)
class NumberMatcher(Matcher):
    """A number, matched exactly."""

    value: bool | int | float

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        found = scalar_of(node)
        if found is not None and is_exactly(found, self.value):
            yield bound

    def may(self, op: str) -> bool:
        """Whether a node of that op may match."""
        return op == "constant" or op in MOVERS

    def needed(self) -> Needs:
        """As in ``Matcher.needed``."""
        return (frozenset({"constant"}),)


@dataclass(frozen=True, slots=True)
class MovedMatcher(Matcher):
    """An operand behind broadcasts and other moves."""

    name: str
    inner: Matcher

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        while node.op.name in MOVERS:
            movers, node = (*movers, node), node.inputs[0]
        found = Moves(movers)
        if self.name not in bound:
            yield from self.inner.at(views, node, (), {**bound, self.name: found})
        elif bound[self.name] == found:
            yield from self.inner.at(views, node, (), bound)

    def may(self, op: str) -> bool:
        """Whether a node of this op can match."""
        return op in MOVERS or self.inner.may(op)


@dataclass(frozen=True, slots=True)
class CallMatcher(Matcher):
    """An op with operands that match in order."""

    op: str
    args: tuple[Matcher, ...]
    attrs: tuple[tuple[str, Any], ...]
    elementwise: bool
    commutes: bool
    of_complex: bool = False

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        while node.op.name != self.op:
            if node.op.name != "assume":
                if not (self.elementwise and is_transparent(node)):
                    return
                movers = (*movers, node)
            node = node.inputs[0]
        if movers and not self.elementwise:
            return
        if not self.of_complex and any(is_complex(x.dtype) for x in node.operands):     # the rule is about real numbers
            return
        for key, wanted in self.attrs:
            given = o.attr(node, key)
            if isinstance(wanted, Attr):
                if bound.get(wanted.name, given) != given:
                    return
                bound = {**bound, wanted.name: given}
            elif wanted != given:
                return
        yield from _all(self.args, views, node.operands, movers, bound)
        if self.commutes:
            yield from _all(self.args, views, node.operands[::-1], movers, bound)

    def may(self, op: str) -> bool:
        """Whether a node of that op may match."""
        return op in (self.op, "assume") or (self.elementwise and op in _MOVES)

    def needed(self) -> Needs:
        """As in ``Matcher.needed``."""
        return (frozenset({self.op}),)

    def may_have(self, operands: Sequence[str]) -> bool:
        """Whether a node of this op with operands of these ops can match."""
        orders = (operands, operands[::-1]) if self.commutes else (operands,)
        return any(all(m.may(x) for m, x in zip(self.args, order, strict=True)) for order in orders)


def _all(matchers: Sequence[Matcher], views: Views, nodes: Sequence[Node], movers: Movers,
         bound: Bound) -> Iterator[Bound]:
    if len(matchers) != len(nodes):
        return
    if not matchers:
        yield bound
        return
    for found in matchers[0].at(views, nodes[0], movers, bound):
        yield from _all(matchers[1:], views, nodes[1:], movers, found)


@dataclass(frozen=True, slots=True)
class SumMatcher(Matcher):
    """``constant`` plus terms (coefficient, matcher), plus a wildcard with coefficient 1 or -1 for all others."""

    constant: Exact
    terms: tuple[tuple[Exact, Matcher], ...]
    rest: tuple[int, WildMatcher] | None
    needs: Needs

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        movers, node = _opened(node, movers)
        terms = views.terms(node)
        wanted = len(self.terms) + bool(self.constant)
        if len(terms) < wanted + (self.rest is not None) or (self.rest is None and len(terms) > wanted):
            return
        if self.needs and lacks(views.ops_of_sum(node), self.needs):
            return
        for used, _, found in assigned(self.terms, views, terms, movers, bound, (1,)):
            whole = with_constant(self.constant, terms, used)
            if whole is not None and self.rest is None:
                yield found
            elif whole is not None and self.rest is not None:
                sign, rest = self.rest
                yield from rest.at(views, _rest_of_sum(views.sum(node), terms, whole, sign), movers, found)

    @property
    def _joins(self) -> bool:
        """Whether it matches sums of two or more terms only."""
        return len(self.terms) + bool(self.constant) + (self.rest is not None) > 1

    def may(self, op: str) -> bool:
        """Whether a node of that op may match."""
        return not self._joins or op in _SUMS or op in _MOVES

    def needed(self) -> Needs:
        """As in ``Matcher.needed``."""
        return (_SUMS,) if self._joins else ()


def _opened(node: Node, movers: Movers) -> tuple[Movers, Node]:
    while (is_transparent(node) and scalar_of(node) is None) or (node.op.name == "assume" and is_hidden(node)):
        movers, node = movers if node.op.name == "assume" else (*movers, node), node.inputs[0]
    return movers, node


def assigned(wanted: Sequence[tuple[Exact, Matcher]], views: Views, terms: Sequence[Term], movers: Movers,
             bound: Bound, scales: Container[Exact] | None,
             taken: Container[Leaf] = ()) -> Iterator[tuple[frozenset[int], Exact, Bound]]:
    """Different terms for all matchers, with coefficients one of ``scales`` (None: anything) times theirs.

    Whoever puts the terms of what was found among the ``taken`` ones gets none of them again.
    """
    likely_places = [[k for k, term in enumerate(terms) if term.coefficient and likely(m, term) and (
        scales is None or ratio_of(term, number) in scales)] for number, m in wanted]
    if all(likely_places):
        places = [Places(m, views, movers, [(k, _core_of(views, terms[k])) for k in found])
                  for (_, m), found in zip(wanted, likely_places, strict=True)]
        yield from chosen_terms(wanted, places, terms, bound, scales, 1, frozenset(), taken)


def lacks(ops: frozenset[str], needs: Needs) -> bool:
    """Whether a sum or product of these ops cannot hold what is needed."""
    return any(need.isdisjoint(ops) for need in needs)


def likely(matcher: Matcher, term: Term) -> bool:
    """Whether a term may match, judged by its op alone."""
    if isinstance(term.key, Node):
        return matcher.may(term.key.op.name)
    if isinstance(matcher, PowerMatcher):
        return len(term.key) == 1
    return not isinstance(matcher, CallMatcher) or matcher.op in _PRODUCTS


def _core_of(views: Views, term: Term) -> Node:
    return term.key if isinstance(term.key, Node) else core(views, term.leaf.node)


def with_constant(constant: Exact, terms: Sequence[Term], used: frozenset[int],
                  taken: Container[Leaf] = ()) -> frozenset[int] | None:
    """``used`` and the term that is this constant; None if there is no such term, or it is ``taken``."""
    if not constant:
        return used
    for k, term in enumerate(terms):
        if term.key == frozenset() and term.coefficient == constant and term.leaf not in taken:
            return used | {k}
    return None


def _rest_of_sum(view: Chain, terms: Sequence[Term], used: frozenset[int], sign: int) -> Node:
    value = changed(view, {terms[k].leaf: None for k in used})
    return as_node(None if value is None else Value(value.node, sign * value.sign), view)


@dataclass(frozen=True, slots=True)
class PowerMatcher(Matcher):
    """A whole power in every spelling: ``x*x``, ``square(x)`` and ``power(x, 2)`` are all ``x**2``."""

    exponent: int
    base: Matcher

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        movers, node = _opened(node, movers)
        coefficient, key = views.monomial(node)
        if coefficient == 1 and not isinstance(key, Node) and len(key) == 1:
            (base, exponent), = key
            if exponent == self.exponent:
                yield from self.base.at(views, base, movers, bound)

    def may(self, op: str) -> bool:
        """Whether a node of that op may match."""
        return op in _PRODUCTS or op in _MOVES

    def needed(self) -> Needs:
        """As in ``Matcher.needed``."""
        return self.base.needed() if isinstance(self.base, CallMatcher) else ()


@dataclass(frozen=True, slots=True)
class ProductMatcher(Matcher):
    """``coefficient`` times factors (exponent, matcher), times a wildcard to the power 1 or -1 for all others."""

    coefficient: Exact
    factors: tuple[tuple[int, Matcher], ...]
    rest: tuple[int, WildMatcher] | None
    needs: Needs

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """Ways to match a node, as in ``Matcher.at``."""
        if self.factors:
            movers, node = _opened(node, movers)
        if self.needs and lacks(views.ops_of_product(node), self.needs):
            return
        view = views.product(node)
        for used, found in divided(self.factors, views, view, movers, bound, partly=False):
            value = changed(view, dict.fromkeys(used))
            if value is not None and self.coefficient != 1 and view.negations:
                value = edited(view, {leaf.place: None for leaf in used}, loose=True)
            if self.rest is None:
                if all(coefficient_of(leaf) is not None for leaf in view.leaves if leaf not in used) and (
                        constant_factor(view) == self.coefficient):
                    yield found
            elif value is not None and value.inverse == (self.rest[0] < 0):
                sign = value.sign if self.coefficient == 1 else -value.sign
                yield from self.rest[1].at(views, as_node(Value(value.node, sign), view), movers, found)

    def may(self, op: str) -> bool:
        """Whether a node of that op may match."""
        return not self.factors or op in _PRODUCTS or op == "negative" or op in _MOVES

    def needed(self) -> Needs:
        """As in ``Matcher.needed``."""
        return self.needs


def divided(wanted: Sequence[tuple[int, Matcher]], views: Views, view: Chain, movers: Movers, bound: Bound,
            partly: bool, taken: Container[Leaf] = ()) -> Iterator[tuple[Mapping[Leaf, int], Bound]]:
    """Different factors for all matchers, with their exponents (``partly``: or larger ones); the exponents left.

    Whoever puts the factors of what was found among the ``taken`` ones gets none of them again.
    """
    found = list[list[tuple[tuple[Leaf, int], Node]]]()
    for exponent, matcher in wanted:
        found.append(list(_factors(exponent, matcher, view, partly)))
        if not found[-1]:
            return
    places = [Places(matcher, views, movers, here) for (_, matcher), here in zip(wanted, found, strict=True)]
    yield from chosen_factors(places, bound, {}, taken)


def _factors(exponent: int, matcher: Matcher, view: Chain, partly: bool) -> Iterator[tuple[tuple[Leaf, int], Node]]:
    """The factors that may match to a power, with the exponents left, and their bases."""
    for leaf in view.leaves:
        if (leaf.sign > 0) == (exponent > 0):
            base, power = power_of(leaf.node)
            left = leaf.sign * power - exponent
            if matcher.may(base.op.name) and (not left or (partly and abs(left) < power)):
                yield (leaf, left), base
