"""Left sides compiled: patterns to matchers, and how a match takes its place in a whole sum or product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from ..errors import GraphError
from ..ir.build import o
from ..ir.node import Node
from ..ops.table import TABLE
from ..records import dataclass
from .edits import Value, as_node, changed, powered, times
from .match import (
    CallMatcher,
    Match,
    Matcher,
    MovedMatcher,
    Needs,
    NumberMatcher,
    PowerMatcher,
    ProductMatcher,
    SumMatcher,
    WildMatcher,
    assigned,
    divided,
    with_constant,
)
from .numbers import MOVERS, Exact, constant_like, magnitude
from .pattern import AnyNode, AnyProduct, AnySum, Call, Exactly, Moved, Pattern, Wild
from .terms import Leaf, power_of
from .views import Views

SUM_ROOTS = ("add", "subtract", "negative")
PRODUCT_ROOTS = ("multiply", "true_divide", "reciprocal", "negative")
_MOVES = MOVERS | {"cast", "assume"}

# A match, and how a right side takes its place in the whole sum or product.
Found = tuple[Match, Callable[[Node], Node]]


# compiling ----------------------------------------------------------------------------------------------------

def compiled(pattern: Pattern) -> Matcher:
    """The matcher of a pattern.

    Raises:
        GraphError: a sum or product holds several wildcards that could share its terms in many ways.
    """
    match pattern:
        case Wild(name, constant):
            return WildMatcher(name, constant)
        case Exactly(value):
            return NumberMatcher(value)
        case Moved(name, inner):
            return MovedMatcher(name, compiled(inner))
        case Call("power", (base, Exactly(exponent)), free=True):
            return PowerMatcher(int(exponent), compiled(base))
        case Call(free=True):
            return _chain_matcher(pattern)
        case Call(op, args, attrs):
            row = TABLE[op]
            elementwise = row.kind == "elementwise" and op != "cast"
            commutes = len(args) == 2 and args[0] != args[1] and "commutative" in row.facts
            return CallMatcher(op, tuple(map(compiled, args)), attrs, elementwise, commutes)
    raise GraphError(f"{pattern} can stand only for a whole left side")


def _chain_matcher(pattern: Pattern) -> Matcher:
    constant, terms = _flat_sum(pattern)
    if constant == 0 and len(terms) == 1:
        coefficient, factors = _flat_product(terms[0][1])
        return _product_matcher(coefficient * terms[0][0], factors)
    plain = [(c, t) for c, t in terms if isinstance(t, Wild)]
    _check_rest(pattern, plain)
    rest = (int(plain[0][0]), WildMatcher(plain[0][1].name, False)) if plain else None
    others = tuple((c, compiled(t)) for c, t in terms if not isinstance(t, Wild))
    return SumMatcher(constant, others, rest, _needs(constant not in (0,), others))


def _product_matcher(coefficient: Exact, factors: Sequence[tuple[int, Pattern]]) -> Matcher:
    plain = [(e, f) for e, f in factors if isinstance(f, Wild)]
    _check_rest(factors, plain)
    rest = (plain[0][0], WildMatcher(plain[0][1].name, False)) if plain else None
    others = tuple((e, compiled(f)) for e, f in factors if not isinstance(f, Wild))
    if rest is None and coefficient == 1 and len(others) == 1 and others[0][0] == 1:
        return others[0][1]
    return ProductMatcher(coefficient, others, rest, _needs(False, others))


def _needs(constant: bool, parts: Sequence[tuple[Exact, Matcher]]) -> Needs:
    """What must stand in a sum (with a ``constant``) or product of these parts."""
    found = dict.fromkeys(need for _, part in parts for need in part.needed())
    return (*found, *[frozenset({"constant"})] * constant)


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
        case Call("power", (a, Exactly(whole)), free=True):
            return _flat_product(a, exponent * int(whole))
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
    among_others: bool = False
    having: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    needs: Needs = ()

    def may_have(self, operands: Sequence[str]) -> bool:
        """Whether a node of one of ``ops`` with operands of these ops can match."""
        if self.matcher is None:
            near = not self.having or any(x in self.having or x in _MOVES for x in operands)
            return near and (not self.every or all(x in self.every for x in operands))
        return not isinstance(self.matcher, CallMatcher) or self.matcher.may_have(operands)

    def find(self, views: Views, node: Node) -> Iterator[Found]:
        """All matches at ``node``."""
        if self.matcher is None:
            yield Match(node, {}, views), _whole
        elif isinstance(self.matcher, SumMatcher):
            yield from _in_sum(self.matcher, views, node)
        elif isinstance(self.matcher, ProductMatcher):
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
        case AnySum(having):
            return Root(SUM_ROOTS, "sum", None, needs=(frozenset(having),) if having else ())
        case AnyProduct(having):
            return Root(PRODUCT_ROOTS, "product", None, needs=(frozenset(having),) if having else ())
        case AnyNode(ops, among_others, having, every):
            return Root(ops, "", None, among_others, having, every)
    found = compiled(lhs)
    if isinstance(found, CallMatcher):
        return Root((found.op,), "", found)
    if isinstance(found, SumMatcher) and found.rest is None:
        return Root(SUM_ROOTS, "sum", found, needs=found.needs)
    if isinstance(found, ProductMatcher) and found.rest is None and found.coefficient == 1:
        return Root(PRODUCT_ROOTS, "product", found, needs=found.needs)
    raise GraphError(f"{lhs} cannot be a left side: it must be an op, a sum, or a product without a wildcard of "
                     "its own")


def _in_sum(matcher: SumMatcher, views: Views, node: Node) -> Iterator[Found]:
    """Some terms of a sum, all with one factor: ``2*exp(x) - 2`` is 2 times ``exp(x) - 1``."""
    terms, view = views.terms(node), views.sum(node)
    if len(terms) < len(matcher.terms) + bool(matcher.constant):
        return
    constants = [term.coefficient for term in terms if term.key == frozenset()]
    scales = {Fraction(number) / matcher.constant for number in constants} if matcher.constant else None
    for used, scale, bound in assigned(matcher.terms, views, terms, (), {}, scales):
        everything = with_constant(scale * matcher.constant, terms, used)
        if everything is None:
            continue
        first, *others = (terms[k].leaf for k in sorted(everything))

        def put(new: Node, first: Leaf = first, others: Sequence[Leaf] = others, scale: Exact = scale) -> Node:
            sign = -1 if scale < 0 else 1
            factor = new if abs(scale) == 1 else o.multiply(constant_like(magnitude(scale), new), new)
            return as_node(changed(view, {first: Value(factor, sign), **dict.fromkeys(others)}), view)
        yield Match(node, bound, views), put


def _in_product(matcher: ProductMatcher, views: Views, node: Node) -> Iterator[Found]:
    """Some factors of a product; of a higher power, what the pattern does not need stays."""
    view = views.product(node)
    for left, bound in divided(matcher.factors, views, view, (), {}, partly=True):
        first = next(iter(left))

        def put(new: Node, first: Leaf = first, left: Mapping[Leaf, int] = left) -> Node:
            changes = {leaf: powered(power_of(leaf.node)[0], e) for leaf, e in left.items()}
            value = changes[first]
            changes[first] = Value(new) if value is None else times(Value(new), value)
            return as_node(changed(view, changes), view)
        yield Match(node, bound, views), put
