"""The matcher: patterns compiled to values that find themselves at a node.

It looks through what changes no value: moves of elements and casts to wider floats between one elementwise op and
the next.  What a wildcard stands for is then given back under the same moves and casts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..errors import GraphError
from ..ir.build import o
from ..ir.node import Node
from ..ops.table import TABLE
from .numbers import MOVERS, Exact, constant_like, exact_of, is_exactly, scalar_of
from .pattern import AnyNode, AnyProduct, AnySum, Attr, Call, Exactly, Moved, Pattern, Wild
from .terms import (
    PRODUCT,
    SUM,
    Chain,
    Key,
    Leaf,
    Term,
    Value,
    Views,
    as_node,
    changed,
    coefficient_of,
    constant_factor,
    core,
    edited,
    is_joined,
    is_transparent,
    moved,
    power_of,
    powered,
    times,
)

Bound = Mapping[str, Any]
Movers = tuple[Node, ...]

SUM_ROOTS = ("add", "subtract", "negative")
_PRODUCTS = ("multiply", "true_divide", "reciprocal", "power", "square")
PRODUCT_ROOTS = ("multiply", "true_divide", "reciprocal", "negative")


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
        return moved(node, self.movers)


# A match, and how a right side takes its place in the whole sum or product.
Found = tuple[Match, Callable[[Node], Node]]


class Matcher:
    """A compiled pattern."""

    __slots__ = ()

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        """The ways to match ``node`` under ``movers``, each with what is bound then."""
        raise NotImplementedError

    def may(self, op: str) -> bool:
        """Whether a node of this op can match."""
        return True

    @property
    def local(self) -> bool:
        """Whether a match depends on the node and what is below it only, and not on who else needs that."""
        return True


@dataclass(frozen=True, slots=True)
class _Wild(Matcher):
    name: str
    constant: bool

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        if not self.constant or exact_of(node) is not None:
            yield from _bind(views, self.name, moved(node, movers), bound)


def _bind(views: Views, name: str, node: Node, bound: Bound) -> Iterator[Bound]:
    known = bound.get(name)
    if known is None:
        yield {**bound, name: node}
    elif same(views, known, node):
        yield bound


def same(views: Views, a: Node, b: Node) -> bool:
    """Whether two nodes are one, or sums of equal terms."""
    if a is b:
        return True
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    joined = any(is_joined(x, kind) for x in (a, b) for kind in (SUM, PRODUCT))
    return joined and _collected(views.terms(a)) == _collected(views.terms(b))


def _collected(terms: Sequence[Term]) -> dict[Key, Exact]:
    found: dict[Key, Exact] = {}
    for term in terms:
        found[term.key] = found.get(term.key, 0) + term.coefficient
    return {key: c for key, c in found.items() if c}


@dataclass(frozen=True, slots=True)
class _Number(Matcher):
    value: bool | int | float

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        found = scalar_of(node)
        if found is not None and is_exactly(found, self.value):
            yield bound

    def may(self, op: str) -> bool:
        return op == "constant" or op in MOVERS


@dataclass(frozen=True, slots=True)
class _Moved(Matcher):
    name: str
    inner: Matcher

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        while node.op.name in MOVERS:
            movers, node = (*movers, node), node.inputs[0]
        found = Moves(movers)
        if self.name not in bound:
            yield from self.inner.at(views, node, (), {**bound, self.name: found})
        elif bound[self.name] == found:
            yield from self.inner.at(views, node, (), bound)

    @property
    def local(self) -> bool:
        return self.inner.local


@dataclass(frozen=True, slots=True)
class _Call(Matcher):
    op: str
    args: tuple[Matcher, ...]
    attrs: tuple[tuple[str, Any], ...]
    elementwise: bool
    commutes: bool

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        while node.op.name != self.op:
            if not (self.elementwise and is_transparent(node)):
                return
            movers, node = (*movers, node), node.inputs[0]
        if movers and not self.elementwise:
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
        return op == self.op or (self.elementwise and (op in MOVERS or op == "cast"))

    def may_have(self, operands: Sequence[str]) -> bool:
        """Whether a node of this op with operands of these ops can match."""
        orders = (operands, operands[::-1]) if self.commutes else (operands,)
        return any(all(m.may(x) for m, x in zip(self.args, order, strict=True)) for order in orders)

    @property
    def local(self) -> bool:
        return all(m.local for m in self.args)


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
class _Sum(Matcher):
    """``constant`` plus terms (coefficient, matcher), plus a wildcard with coefficient 1 or -1 for all others."""

    constant: Exact
    terms: tuple[tuple[Exact, Matcher], ...]
    rest: tuple[int, _Wild] | None

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        movers, node = _opened(node, movers)
        terms = views.terms(node)
        wanted = len(self.terms) + bool(self.constant)
        if len(terms) < wanted + (self.rest is not None) or (self.rest is None and len(terms) > wanted):
            return
        for used, _, found in _assigned(self.terms, views, terms, movers, bound, 1):
            used = _with_constant(self.constant, terms, used)
            if used is not None and self.rest is None:
                yield found
            elif used is not None and self.rest is not None:
                sign, rest = self.rest
                yield from rest.at(views, _rest_of_sum(views.sum(node), terms, used, sign), movers, found)

    @property
    def local(self) -> bool:
        return False


def _opened(node: Node, movers: Movers) -> tuple[Movers, Node]:
    while is_transparent(node) and scalar_of(node) is None:
        movers, node = (*movers, node), node.inputs[0]
    return movers, node


def _assigned(wanted: Sequence[tuple[Exact, Matcher]], views: Views, terms: Sequence[Term], movers: Movers,
              bound: Bound, scale: Exact | None,
              used: frozenset[int] = frozenset()) -> Iterator[tuple[frozenset[int], Exact, Bound]]:
    """Different terms for all matchers, with coefficients ``scale`` times theirs (None: any scale)."""
    if not wanted:
        yield used, 1 if scale is None else scale, bound
        return
    (coefficient, matcher), *others = wanted
    for k, term in enumerate(terms):
        if k in used or not term.coefficient or not _likely(matcher, term):
            continue
        ratio = term.coefficient * coefficient if abs(coefficient) == 1 else Fraction(term.coefficient) / coefficient
        if scale is None or ratio == scale:
            for found in matcher.at(views, _core_of(views, term), movers, bound):
                yield from _assigned(others, views, terms, movers, found, ratio, used | {k})


def _likely(matcher: Matcher, term: Term) -> bool:
    if isinstance(term.key, Node):
        return matcher.may(term.key.op.name)
    return not isinstance(matcher, _Call) or matcher.op in _PRODUCTS


def _core_of(views: Views, term: Term) -> Node:
    return term.key if isinstance(term.key, Node) else core(views, term.leaf.node)


def _with_constant(constant: Exact, terms: Sequence[Term], used: frozenset[int]) -> frozenset[int] | None:
    """``used`` and the term that is this constant; None if there is no such term."""
    if not constant:
        return used
    for k, term in enumerate(terms):
        if term.key == frozenset() and term.coefficient == constant:
            return used | {k}
    return None


def _rest_of_sum(view: Chain, terms: Sequence[Term], used: frozenset[int], sign: int) -> Node:
    value = changed(view, {terms[k].leaf: None for k in used})
    return as_node(None if value is None else Value(value.node, sign * value.sign), view)


@dataclass(frozen=True, slots=True)
class _Product(Matcher):
    """``coefficient`` times factors (exponent, matcher), times a wildcard to the power 1 or -1 for all others."""

    coefficient: Exact
    factors: tuple[tuple[int, Matcher], ...]
    rest: tuple[int, _Wild] | None

    def at(self, views: Views, node: Node, movers: Movers, bound: Bound) -> Iterator[Bound]:
        if self.factors:
            movers, node = _opened(node, movers)
        view = views.product(node)
        for used, found in _divided(self.factors, views, view, movers, bound, partly=False):
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

    @property
    def local(self) -> bool:
        return False


def _divided(wanted: Sequence[tuple[int, Matcher]], views: Views, view: Chain, movers: Movers, bound: Bound,
             partly: bool, used: Mapping[Leaf, int] | None = None) -> Iterator[tuple[Mapping[Leaf, int], Bound]]:
    """Different factors for all matchers, with their exponents (``partly``: or larger ones); the exponents left."""
    used = used or {}
    if not wanted:
        yield used, bound
        return
    (exponent, matcher), *others = wanted
    for leaf in view.leaves:
        if leaf in used or (leaf.sign > 0) != (exponent > 0):
            continue
        base, power = power_of(leaf.node)
        left = leaf.sign * power - exponent
        if not matcher.may(base.op.name) or (left and not (partly and abs(left) < power)):
            continue
        for found in matcher.at(views, base, movers, bound):
            yield from _divided(others, views, view, movers, found, partly, {**used, leaf: left})


# compiling ----------------------------------------------------------------------------------------------------

def compiled(pattern: Pattern) -> Matcher:
    """The matcher of a pattern.

    Raises:
        GraphError: a sum or product holds several wildcards that could share its terms in many ways.
    """
    match pattern:
        case Wild(name, constant):
            return _Wild(name, constant)
        case Exactly(value):
            return _Number(value)
        case Moved(name, inner):
            return _Moved(name, compiled(inner))
        case Call(free=True):
            return _chain_matcher(pattern)
        case Call(op, args, attrs):
            row = TABLE[op]
            elementwise = row.kind == "elementwise" and op != "cast"
            commutes = len(args) == 2 and "commutative" in row.facts
            return _Call(op, tuple(map(compiled, args)), attrs, elementwise, commutes)
    raise GraphError(f"{pattern} can stand only for a whole left side")


def _chain_matcher(pattern: Pattern) -> Matcher:
    constant, terms = _flat_sum(pattern)
    if constant == 0 and len(terms) == 1:
        coefficient, factors = _flat_product(terms[0][1])
        return _product_matcher(coefficient * terms[0][0], factors)
    plain = [(c, t) for c, t in terms if isinstance(t, Wild)]
    _check_rest(pattern, plain)
    rest = (int(plain[0][0]), _Wild(plain[0][1].name, False)) if plain else None
    return _Sum(constant, tuple((c, compiled(t)) for c, t in terms if not isinstance(t, Wild)), rest)


def _product_matcher(coefficient: Exact, factors: Sequence[tuple[int, Pattern]]) -> Matcher:
    plain = [(e, f) for e, f in factors if isinstance(f, Wild)]
    _check_rest(factors, plain)
    rest = (plain[0][0], _Wild(plain[0][1].name, False)) if plain else None
    others = tuple((e, compiled(f)) for e, f in factors if not isinstance(f, Wild))
    if rest is None and coefficient == 1 and len(others) == 1 and others[0][0] == 1:
        return others[0][1]
    return _Product(coefficient, others, rest)


def _check_rest(pattern: object, plain: Sequence[tuple[Exact, Wild]]) -> None:
    if len(plain) > 1 or any(abs(c) != 1 or w.constant for c, w in plain):
        raise GraphError(f"pattern {pattern}: a sum or product can hold one wildcard, with factor or exponent 1 or -1; "
                         "cure: write a function as right side, for AnySum() or AnyProduct()")


def _flat_sum(pattern: Pattern, sign: int = 1) -> tuple[Exact, list[tuple[Exact, Pattern]]]:
    match pattern:
        case Exactly(value):
            return sign * Fraction(value), []
        case Call("add", (a, b), free=True):
            (c, s), (d, t) = _flat_sum(a, sign), _flat_sum(b, sign)
            return c + d, s + t
        case Call("subtract", (a, b), free=True):
            (c, s), (d, t) = _flat_sum(a, sign), _flat_sum(b, -sign)
            return c + d, s + t
        case Call("negative", (a,), free=True):
            return _flat_sum(a, -sign)
    return 0, [(sign, pattern)]


def _flat_product(pattern: Pattern, exponent: int = 1) -> tuple[Exact, list[tuple[int, Pattern]]]:
    match pattern:
        case Exactly(value):
            return Fraction(value) ** exponent, []
        case Call("multiply", (a, b), free=True):
            (c, s), (d, t) = _flat_product(a, exponent), _flat_product(b, exponent)
            return c * d, s + t
        case Call("true_divide", (a, b), free=True):
            (c, s), (d, t) = _flat_product(a, exponent), _flat_product(b, -exponent)
            return c * d, s + t
        case Call("negative", (a,), free=True):
            c, s = _flat_product(a, exponent)
            return -c, s
    return 1, [(exponent, pattern)]


# left sides ---------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Root:
    """A compiled left side: where to look for it, and how to find it there.

    ``ops`` are the ops of nodes where it can stand (none: any op); ``chain`` is ``"sum"`` or ``"product"`` if it is
    looked for among the terms of a whole chain, so that nodes inside a chain need no look.
    """

    ops: tuple[str, ...]
    chain: str
    matcher: Matcher | None

    def may_have(self, operands: Sequence[str]) -> bool:
        """Whether a node of one of ``ops`` with operands of these ops can match."""
        return not isinstance(self.matcher, _Call) or self.matcher.may_have(operands)

    @property
    def local(self) -> bool:
        """Whether a match depends on the node and what is below it only, and not on who else needs that."""
        return not self.chain and (self.matcher is None or self.matcher.local)

    def find(self, views: Views, node: Node) -> Iterator[Found]:
        """All matches at ``node``."""
        if self.matcher is None:
            yield Match(node, {}, views), _whole
        elif isinstance(self.matcher, _Sum):
            yield from _in_sum(self.matcher, views, node)
        elif isinstance(self.matcher, _Product):
            yield from _in_product(self.matcher, views, node)
        else:
            for bound in self.matcher.at(views, node, (), {}):
                yield Match(node, bound, views), _whole


def _whole(node: Node) -> Node:
    return node


def root(lhs: Pattern) -> Root:
    """Compile a left side.

    Raises:
        GraphError: it is a bare wildcard or number, or a sum or product with a wildcard of its own.
    """
    match lhs:
        case AnySum():
            return Root(SUM_ROOTS, "sum", None)
        case AnyProduct():
            return Root(PRODUCT_ROOTS, "product", None)
        case AnyNode(ops):
            return Root(ops, "", None)
    found = compiled(lhs)
    if isinstance(found, _Call):
        return Root((found.op,), "", found)
    if isinstance(found, _Sum) and found.rest is None:
        return Root(SUM_ROOTS, "sum", found)
    if isinstance(found, _Product) and found.rest is None and found.coefficient == 1:
        return Root(PRODUCT_ROOTS, "product", found)
    raise GraphError(f"{lhs} cannot be a left side: it must be an op, a sum, or a product without a wildcard of its own")


def _in_sum(matcher: _Sum, views: Views, node: Node) -> Iterator[Found]:
    """Some terms of a sum, all with one factor: ``2*exp(x) - 2`` is 2 times ``exp(x) - 1``."""
    terms, view = views.terms(node), views.sum(node)
    if len(terms) < len(matcher.terms) + bool(matcher.constant) or not all(
            any(_likely(m, term) for term in terms) for _, m in matcher.terms):
        return
    for used, scale, bound in _assigned(matcher.terms, views, terms, (), {}, None):
        everything = _with_constant(scale * matcher.constant, terms, used)
        if everything is None:
            continue
        first, *others = (terms[k].leaf for k in sorted(everything))

        def put(new: Node, first: Leaf = first, others: Sequence[Leaf] = others, scale: Exact = scale) -> Node:
            sign = -1 if scale < 0 else 1
            factor = new if abs(scale) == 1 else o.multiply(constant_like(abs(scale), new), new)
            return as_node(changed(view, {first: Value(factor, sign), **dict.fromkeys(others)}), view)
        yield Match(node, bound, views), put


def _in_product(matcher: _Product, views: Views, node: Node) -> Iterator[Found]:
    """Some factors of a product; of a higher power, what the pattern does not need stays."""
    view = views.product(node)
    for left, bound in _divided(matcher.factors, views, view, (), {}, partly=True):
        first = next(iter(left))

        def put(new: Node, first: Leaf = first, left: Mapping[Leaf, int] = left) -> Node:
            changes = {leaf: powered(power_of(leaf.node)[0], e) for leaf, e in left.items()}
            value = changes[first]
            changes[first] = Value(new) if value is None else times(Value(new), value)
            return as_node(changed(view, changes), view)
        yield Match(node, bound, views), put
