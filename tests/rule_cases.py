"""Cases for the tests of rules, made from the rows of the rules themselves."""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import exact
import numpy as np

from symnum.assumptions import broken
from symnum.errors import SymnumError
from symnum.ir.build import broadcast_to, constant, convert, input_leaf, o
from symnum.ir.interpret import application, evaluate
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.ops.spec import Interval
from symnum.simplify.engine import Result, rewrite
from symnum.simplify.flops import flops
from symnum.simplify.numbers import MOVERS
from symnum.simplify.pattern import Attr, Call, Moved, Pattern, Wild, instantiate, names_of
from symnum.simplify.rule import PHASES, Rule, RuleSet

Array = np.ndarray[Any, Any]

CLASSES: Mapping[str, tuple[str, ...]] = {
    "f": ("float64", "float32"), "i": ("int64", "int8"), "u": ("uint64", "uint8"), "b": ("bool",),
    "c": ("complex128", "complex64")}
CONDITIONS = frozenset("c")  # the wildcard of conditions, in rules about `where` and logic
NUMBERS: Mapping[str, float] = {"c": 2, "d": 3}
SPECIALS = (0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0)
SHAPE = (3, 4)


@dataclass(frozen=True)
class Case:
    """One left side on leaves of one dtype and one choice of shapes."""

    rule: Rule
    side: int
    dtype: str
    shapes: str
    leaves: Mapping[str, Node] = field(repr=False)
    before: Node = field(repr=False)

    def __str__(self) -> str:
        return f"{self.rule.name}-{self.side}-{self.dtype}-{self.shapes}"

    def rewritten(self, rules: RuleSet | None = None, phases: Sequence[str] | None = None) -> Result:
        """The left side under the rule alone, or under other rules."""
        return rewrite([self.before], rules or RuleSet((self.rule,)), phases or PHASES)

    @cached_property
    def alone(self) -> Result:
        """The left side under the rule alone."""
        return self.rewritten()

    @property
    def after(self) -> Node:
        return self.alone.outputs[0]

    def declared(self) -> Node | None:
        """The right side as the rule states it."""
        pattern = self.rule.sides()[self.side][1]
        if pattern is None:
            return None
        try:
            node = instantiate(pattern, self.leaves, self.before)
        except SymnumError:
            return None  # a negative number has no unsigned dtype
        return broadcast_to(convert(node, self.before.dtype), self.before.shape)

    def fired(self) -> bool:
        return any(event.rule == self.rule.name for event in self.alone.events)


def cases(rules: RuleSet, dtypes: str | None = None) -> Iterator[Case]:
    """All cases of all rules, on the dtypes that they claim (or on those of ``dtypes``)."""
    for rule in rules:
        for side, (before, _) in enumerate(rule.sides()):
            for kind in dtypes or rule.dtypes:
                for dtype, shapes in itertools.product(CLASSES[kind], ("scalar", "matrix", "mixed")):
                    made = built(rule, before, dtype, shapes)
                    if made is not None and _class_of(made[1]) == kind:
                        yield Case(rule, side, dtype, shapes, *made)


def _class_of(node: Node) -> str:
    return node.operands[-1].dtype.kind if node.operands else node.dtype.kind


def has_axes(pattern: Pattern) -> bool:
    """Whether a pattern holds ops on axes, which are written for operands of shape (3, 4)."""
    if isinstance(pattern, Call):
        fixed = any(not isinstance(value, Attr) and not isinstance(value, np.dtype) for _, value in pattern.attrs)
        return (fixed and pattern.op != "assume") or pattern.op == "dot" or any(map(has_axes, pattern.args))
    return isinstance(pattern, Moved) and has_axes(pattern.inner)


def _reduces(pattern: Pattern) -> bool:
    if isinstance(pattern, Call):
        return any(isinstance(v, Attr) for _, v in pattern.attrs) or any(map(_reduces, pattern.args))
    return isinstance(pattern, Moved) and _reduces(pattern.inner)


def built(rule: Rule, pattern: Pattern, dtype: str, shapes: str) -> tuple[dict[str, Node], Node] | None:
    """Leaves for the wildcards of a pattern, and its node; None if the dtype or shapes do not fit."""
    names = names_of(pattern)
    if shapes == "mixed" and len(names) < 2:
        return None
    if (rule.shapes or has_axes(pattern)) and shapes != "matrix":
        return None
    if _reduces(pattern) and shapes == "scalar":
        return None
    leaves: dict[str, Any] = {}
    for k, (name, wildcard) in enumerate(names.items()):
        shape = {"scalar": (), "matrix": SHAPE, "mixed": (SHAPE, (4,), (3, 1), ())[k % 4]}[shapes]
        leaves[name] = _leaf(pattern, name, wildcard, dtype, rule.shapes.get(name, shape))
    if isinstance(pattern, Call) and pattern.op == "dot" and not rule.shapes:
        leaves["b"] = input_leaf("b", dtype, (4, 2))
    try:
        with_attrs = {**leaves, "axis": (len(SHAPE) - 1,), "moves": lambda x: x}
        if any(isinstance(part, Moved) for part in _parts(pattern)):
            with_attrs["moves"] = _kept_axis
        node = instantiate(pattern, with_attrs)
    except SymnumError:
        return None
    return {**leaves, "axis": (1,)} if _reduces(pattern) else leaves, node


def _kept_axis(x: Node) -> Node:
    return o.broadcast_to(o.expand_dims(x, axis=(1,)), shape=SHAPE)


def _parts(pattern: Pattern) -> Iterator[Pattern]:
    yield pattern
    if isinstance(pattern, Call):
        for part in pattern.args:
            yield from _parts(part)
    elif isinstance(pattern, Moved):
        yield from _parts(pattern.inner)


def _leaf(pattern: Pattern, name: str, wildcard: Wild, dtype: str, shape: tuple[int, ...]) -> Node:
    if wildcard.constant:
        return constant(NUMBERS[name], dtype)
    condition = any(isinstance(part, Call) and part.op == "where" and _decides(part, name) for part in _parts(pattern))
    return input_leaf(name, "bool" if condition else dtype, shape)


def _decides(call: Call, name: str) -> bool:
    test = call.args[0]
    return (isinstance(test, Wild) and test.name == name) or (
        isinstance(test, Call) and test.op == "logical_not" and isinstance(test.args[0], Wild)
        and test.args[0].name == name and name in CONDITIONS)


# values -------------------------------------------------------------------------------------------------------

def inputs_of(case: Case) -> dict[str, Node]:
    """The leaves that need values."""
    reached = set(topological([case.before]))
    return {name: x for name, x in case.leaves.items() if isinstance(x, Node) and x.op.name == "input" and x in reached}


def _random(case: Case, more: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(f"{case}{more}".encode()))


def moderate(case: Case, draw: int) -> dict[Node, Array]:
    """Values of ordinary size inside the domain."""
    rng = _random(case, f"moderate{draw}")
    assumed = {x.inputs[0] for x in assumptions(case)}
    return {x: _drawn(rng, x, case.rule.domain.get(name, Interval(-1e300, 1e300)), 20.0 / 4 ** (draw % 3), x in assumed)
            for name, x in inputs_of(case).items()}


def assumptions(case: Case) -> list[Node]:
    """The nodes that state something of others."""
    return [x for x in topological([case.before]) if x.op.name == "assume"]


def _drawn(rng: np.random.Generator, x: Node, domain: Interval, size: float, assumed: bool) -> Array:
    """Numbers of the domain; integers of all sizes, unless something is stated of them."""
    if x.dtype.kind == "b":
        return rng.random(x.shape) < 0.5
    if x.dtype.kind == "c":
        return np.asarray(rng.uniform(-size, size, x.shape) + 1j * rng.uniform(-size, size, x.shape), x.dtype)
    if x.dtype.kind in "iu":
        ends = np.iinfo(x.dtype)
        low, high = (max(ends.min, domain.low), min(ends.max, domain.high)) if assumed else (ends.min, ends.max)
        return rng.integers(int(low) + (low in domain.avoid and assumed), int(high) - (high in domain.avoid and assumed),
                            x.shape, x.dtype, endpoint=True)
    low, high = _ends(domain, x.dtype)
    values = rng.uniform(*((low, high) if low > size or high < -size else (max(low, -size), min(high, size))), x.shape)
    if domain.low <= 0.0 <= domain.high and 0.0 not in domain.avoid:
        values = np.where(rng.random(x.shape) < 0.1, 0.0, values)
    return np.asarray(np.round(values) if domain.integer else values, x.dtype)


def wide(case: Case, draw: int) -> dict[Node, Array]:
    """Values of all sizes inside the domain: their exponents are drawn evenly."""
    rng = _random(case, f"wide{draw}")
    found = {}
    for name, x in inputs_of(case).items():
        domain = case.rule.domain.get(name, Interval(-1e300, 1e300))
        if case.rule.extreme:
            found[x] = _extreme(rng, x, domain)
            continue
        top = 4.0 if x.dtype.itemsize == 8 else 3.0
        values = np.exp(rng.uniform(-12, np.log(10) * top, x.shape)) * rng.choice([-1.0, 1.0], x.shape)
        low, high = max(domain.low, -10.0 ** top), min(domain.high, 10.0 ** top)
        inside = (values >= low) & (values <= high)
        values = np.where(inside, values, rng.uniform(low, high, x.shape))
        found[x] = np.asarray(np.round(values) if domain.integer else values, x.dtype)
    return found


def _extreme(rng: np.random.Generator, x: Node, domain: Interval) -> Array:
    """Values of all exponents inside the domain."""
    limits, (low, high) = np.finfo(x.dtype), _ends(domain, x.dtype)
    sizes = np.exp2(rng.uniform(limits.minexp, limits.maxexp - 1, x.shape))
    values = sizes * (rng.choice([-1.0, 1.0], x.shape) if low < 0 < high else -1 if low < 0 else 1)
    inside = (values >= low) & (values <= high)
    return np.asarray(np.where(inside, values, rng.uniform(low / 2, high / 2, x.shape) * 2), x.dtype)


def _ends(domain: Interval, dtype: np.dtype[Any]) -> tuple[float, float]:
    """The ends of a domain in a dtype; beyond 1e300 they are fractions of the largest number."""
    largest = float(np.finfo(dtype).max)
    ends = (x if abs(x) <= 1e300 else x / float(np.finfo(np.float64).max) * largest for x in (domain.low, domain.high))
    low, high = (min(max(x, -largest), largest) for x in ends)
    return low, high


def special(case: Case) -> Iterator[dict[Node, Array]]:
    """All combinations of special values (of three leaves at most), the same at every place of an array.

    Those that contradict what the left side states are left out.
    """
    leaves = list(inputs_of(case).values())
    choices: list[Sequence[Any]] = []
    for k, x in enumerate(leaves):
        if x.dtype.kind == "f":
            choices.append(SPECIALS if k < 3 else (1.0,))
        else:
            choices.append((False, True) if x.dtype.kind == "b" else (0, 1, np.iinfo(x.dtype).min, np.iinfo(x.dtype).max))
    stated = assumptions(case)
    for values in itertools.product(*choices):
        found = {x: np.full(x.shape, v, x.dtype) for x, v in zip(leaves, values, strict=True)}
        if all(broken(x, evaluate([x.inputs[0]], found)[0]) is None for x in stated):
            yield found


def cost(node: Node) -> float:
    """The cost of all ops of a graph, for all their elements; moves of elements are only other indices."""
    once = {application(x): x for x in topological([node]) if x.operands and x.op.name not in MOVERS}
    return sum(map(_cost, once.values()))


def _cost(node: Node) -> float:
    known = flops(node)
    return node.op.cost * max(math.prod(x.shape) for x in (node, *node.operands)) if known is None else known


def errors(case: Case) -> tuple[float, float]:
    """Mean wrong bits of both sides, on values of all sizes."""
    found = []
    for draw in range(12):
        values = wide(case, draw)
        truth = exact.evaluate([case.before if case.rule.rounded else case.after], values)[0]
        found.append([exact.wrong_bits(evaluate([node], values)[0], truth) for node in (case.before, case.after)])
    before, after = np.mean(found, axis=0)
    return float(before), float(after)
