"""Left sides compiled: patterns to matchers, and how a match takes its place in a whole sum or product."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from fractions import Fraction

from ..errors import GraphError
from ..ir.build import o
from ..ir.node import Node
from ..ops.table import TABLE
from ..records import dataclass
from .choices import Matcher, Needs
from .edits import Value, powered, times
from .match import (
    CallMatcher,
    Match,
    MovedMatcher,
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

# A match among the leaves of a sum or product, and how a right side takes their place.
Found = tuple[Match, Callable[[Node], Mapping[Leaf, Value | None]]]


# compiling ----------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Reading:
    """How a pattern is meant: it may be ``of_complex`` numbers; what a wildcard stands for twice is the same to the
    ``exact`` bit, where it may be equal as a real number else.
    """

    of_complex: bool = False
    exact: bool = False


def compiled(pattern: Pattern, reading: Reading) -> Matcher:
    """The matcher of a pattern.

    Raises:
        GraphError: a sum or product holds several wildcards that could share its terms in many ways.
    """
    match pattern:
        case Wild(name, constant):
            return WildMatcher(name, constant, reading.exact)
        case Exactly(value):
            return NumberMatcher(value)
        case Moved(name, inner):
            return MovedMatcher(name, compiled(inner, reading))
        case Call("power", (base, Exactly(exponent)), free=True):
            return PowerMatcher(int(exponent), compiled(base, reading))
        case Call(free=True):
            return _chain_matcher(pattern, reading)
        case Call(op, args, attrs):
            row = TABLE[op]
            elementwise = row.kind == "elementwise" and op != "cast"
            commutes = len(args) == 2 and args[0] != args[1] and "commutative" in row.facts
            operands = tuple([compiled(x, reading) for x in args])
            return CallMatcher(op, operands, attrs, elementwise, commutes, reading.of_complex)
    raise GraphError(f"{pattern} can stand only for a whole left side")


def _chain_matcher(pattern: Pattern, reading: Reading) -> Matcher:
    constant, terms = _flat_sum(pattern)
    if constant == 0 and len(terms) == 1:
        coefficient, factors = _flat_product(terms[0][1])
        return _product_matcher(coefficient * terms[0][0], factors, reading)
    plain = [(c, t) for c, t in terms if isinstance(t, Wild)]
    _check_rest(pattern, plain)
    rest = (int(plain[0][0]), WildMatcher(plain[0][1].name, False, reading.exact)) if plain else None
    others = tuple((c, compiled(t, reading)) for c, t in terms if not isinstance(t, Wild))
    return SumMatcher(constant, others, rest, _needs(constant not in (0,), others))


def _product_matcher(coefficient: Exact, factors: Sequence[tuple[int, Pattern]], reading: Reading) -> Matcher:
    plain = [(e, f) for e, f in factors if isinstance(f, Wild)]
    _check_rest(factors, plain)
    rest = (plain[0][0], WildMatcher(plain[0][1].name, False, reading.exact)) if plain else None
    others = tuple((e, compiled(f, reading)) for e, f in factors if not isinstance(f, Wild))
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

    def find(self, views: Views, node: Node, taken: Container[Leaf]) -> Iterator[Found]:
        """All matches at leaves of the sum or product at ``node``, none of which is ``taken`` by then."""
        if isinstance(self.matcher, SumMatcher):
            yield from _in_sum(self.matcher, views, node, taken)
        elif isinstance(self.matcher, ProductMatcher):
            yield from _in_product(self.matcher, views, node, taken)


def root(lhs: Pattern, reading: Reading) -> Root:
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
    found = compiled(lhs, reading)
    if isinstance(found, CallMatcher):
        return Root((found.op,), "", found)
    if isinstance(found, SumMatcher) and found.rest is None:
        return Root(SUM_ROOTS, "sum", found, needs=found.needs)
    if isinstance(found, ProductMatcher) and found.rest is None and found.coefficient == 1:
        return Root(PRODUCT_ROOTS, "product", found, needs=found.needs)
    raise GraphError(f"{lhs} cannot be a left side: it must be an op, a sum, or a product without a wildcard of "
                     "its own")


def _in_sum(matcher: SumMatcher, views: Views, node: Node, taken: Container[Leaf]) -> Iterator[Found]:
    """Some terms of a sum, all with one factor: ``2*exp(x) - 2`` is 2 times ``exp(x) - 1``."""
    terms = views.terms(node)
    if len(terms) < len(matcher.terms) + bool(matcher.constant):
        return
    constants = [term.coefficient for term in terms if term.key == frozenset()]
    scales = {Fraction(number) / matcher.constant for number in constants} if matcher.constant else None
    for used, scale, bound in assigned(matcher.terms, views, terms, (), {}, scales, taken):
        everything = with_constant(scale * matcher.constant, terms, used, taken)
        if everything is None:
            continue
        first, *others = (terms[k].leaf for k in sorted(everything))

        def put(new: Node, first: Leaf = first, others: Sequence[Leaf] = others,
                scale: Exact = scale) -> Mapping[Leaf, Value | None]:
            sign = -1 if scale < 0 else 1
            factor = new if abs(scale) == 1 else o.multiply(constant_like(magnitude(scale), new), new)
            return {first: Value(factor, sign), **dict.fromkeys(others)}
        yield Match(node, bound, views), put


def _in_product(matcher: ProductMatcher, views: Views, node: Node, taken: Container[Leaf]) -> Iterator[Found]:
    """Some factors of a product; of a higher power, what the pattern does not need stays."""
    for left, bound in divided(matcher.factors, views, views.product(node), (), {}, partly=True, taken=taken):
        first = next(iter(left))

        def put(new: Node, first: Leaf = first, left: Mapping[Leaf, int] = left) -> Mapping[Leaf, Value | None]:
            changes = {leaf: powered(power_of(leaf.node)[0], e) for leaf, e in left.items()}
            value = changes[first]
            changes[first] = Value(new) if value is None else times(Value(new), value)
            return changes
        yield Match(node, bound, views), put
