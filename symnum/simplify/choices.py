"""Parts of a pattern, and which terms or factors of a sum or product each of them may stand for."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Generic, TypeVar

from ..ir.node import Node
from ..records import dataclass
from .numbers import Exact
from .terms import PRODUCT, SUM, Leaf, is_joined
from .views import Key, Term, Views

Bound = Mapping[str, Any]
Movers = tuple[Node, ...]
Needs = tuple[frozenset[str], ...]
T = TypeVar("T")
_FEW = 8    # places that are tried one after the other


class Matcher:
    """A compiled pattern."""

    __slots__ = ()

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """The ways to match ``node`` under ``movers``, each with what is bound then."""
        raise NotImplementedError

    def may(self, op: str) -> bool:
        """Whether a node of this op can match."""
        return True

    def needed(self) -> Needs:
        """Sets of ops of which one each must stand in a sum or product where this matches a term or factor."""
        return ()


def same(views: Views, a: Node, b: Node) -> bool:
    """Whether two nodes are one, or sums of equal terms, of which some are left."""
    if a is b:
        return True
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    joined = any(is_joined(x, kind) for x in (a, b) for kind in (SUM, PRODUCT))
    if not joined:
        return False
    terms = _collected(views, a)
    return bool(terms) and terms == _collected(views, b)    # what is 0 is its own negative, and would match without end


def _collected(views: Views, node: Node) -> dict[Key, Exact]:
    """The terms of a sum, like ones added."""
    terms = views.terms(node)
    if len(terms) == 1:
        return {terms[0].key: terms[0].coefficient} if terms[0].coefficient else {}
    found: dict[Key, Exact] = {}
    for term in terms:
        found[term.key] = found.get(term.key, 0) + term.coefficient
    return {key: c for key, c in found.items() if c}


@dataclass(slots=True)
class Places(Generic[T]):
    """The terms or factors that one part of a pattern may match, each with the node that has to match.

    Of many only those are tried that a wildcard, which is bound already, may stand for there.
    """

    matcher: Matcher
    views: Views
    movers: Movers
    found: Sequence[tuple[T, Node]]
    wildcard: str = ""
    by_key: dict[object, dict[T, Node]] | None = None

    def near(self, bound: Bound) -> Iterable[tuple[T, Node]]:
        """The places where the part may match with what is ``bound``."""
        if not bound or len(self.found) <= _FEW:
            return self.found
        if self.by_key is None:
            self._sort(bound)
        if not self.wildcard or self.by_key is None:
            return self.found
        return self.by_key.get(_key(self.views, bound[self.wildcard]), {}).items()

    def _sort(self, bound: Bound) -> None:
        """Sort the places by what they bind a wildcard to that is bound already, if there is one."""
        self.by_key = {}
        for place, node in self.found:
            for made in self.matcher.at(self.views, node, self.movers, {}):
                self.wildcard = self.wildcard or next((x for x in made if isinstance(bound.get(x), Node)), "")
                if not self.wildcard:
                    return
                self.by_key.setdefault(_key(self.views, made[self.wildcard]), {})[place] = node


def _key(views: Views, node: Node) -> object:
    """What nodes have in common that are the same for a wildcard; see ``same``."""
    return node.dtype, node.shape, frozenset(_collected(views, node).items())


def ratio_of(term: Term, coefficient: Exact) -> Exact:
    """The number that a term has in the place of a coefficient, by that coefficient."""
    return term.coefficient * coefficient if abs(coefficient) == 1 else Fraction(term.coefficient) / coefficient


def chosen_terms(wanted: Sequence[tuple[Exact, Matcher]], places: Sequence[Places[int]], terms: Sequence[Term],
              bound: Bound, scales: Container[Exact] | None, scale: Exact, used: frozenset[int],
              taken: Container[Leaf]) -> Iterator[tuple[frozenset[int], Exact, Bound]]:
    """Different terms for all parts, each from its ``places``; their scale, and what is bound."""
    if not wanted:
        yield used, scale, bound
        return
    (coefficient, matcher), *others = wanted
    here = places[0]
    for k, node in here.near(bound):
        term, ratio = terms[k], ratio_of(terms[k], coefficient)
        if k in used or term.leaf in taken or not (scales is None or ratio in scales):
            continue
        for found in matcher.at(here.views, node, here.movers, bound):
            yield from chosen_terms(others, places[1:], terms, found, (ratio,), ratio, used | {k}, taken)
            if term.leaf in taken:
                if used:    # and so are all that were chosen before it
                    return
                break


def chosen_factors(places: Sequence[Places[tuple[Leaf, int]]], bound: Bound, used: Mapping[Leaf, int],
             taken: Container[Leaf]) -> Iterator[tuple[Mapping[Leaf, int], Bound]]:
    """Different factors for all parts, each from its ``places``, with the exponents left, and what is bound."""
    if not places:
        yield used, bound
        return
    here, *others = places
    for (leaf, left), base in here.near(bound):
        if leaf in used or leaf in taken:
            continue
        for found in here.matcher.at(here.views, base, here.movers, bound):
            yield from chosen_factors(others, found, {**used, leaf: left}, taken)
            if leaf in taken:
                if used:    # and so are all that were chosen before it
                    return
                break
