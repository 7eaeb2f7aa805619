"""Functions of numbers, measured: points where they are looked at, their real values, and the bits that are wrong.

Points are of four kinds: drawn evenly over all floats of a range, so that magnitudes run over all exponents; ordinary
numbers; numbers close to each other and to the constants of a formula, where differences cancel; and special ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

import mpmath as mp
import numpy as np

from ..ir.interpret import evaluate
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from ..simplify.facts import Facts
from .floats import Values, drawn, wrong_bits
from .real_functions import FUNCTIONS, TESTS, guarded, meant

KINDS = ("of all exponents", "of ordinary size", "close to each other")
COUNT = 96          # points of each kind
_SPECIAL = (0.0, -0.0, 1.0, -1.0, np.inf, -np.inf)
_ORDINARY = 10.0    # powers of two
_BITS = (128, 512, 2200)    # precisions in which a real value is looked for
_CHANGED = 24       # last bits of results that are changed by chance
_MULTIPLES = 0.3    # of the numbers that are close to each other
_JUMPING = frozenset({"floor", "ceil", "rint", "trunc", "floor_divide", "remainder", "fmod"})
_FACTORS = 61       # a prime, so that two computations never draw the same ones
Points = Mapping[Node, Values]
_Draw = Callable[[np.random.Generator, Mapping[Node, Facts], Values], dict[Node, Values]]


@dataclass(frozen=True, slots=True)
class Sample:
    """Points of a formula's leaves, first those of each kind, then special ones; and its real values, where known.

    Attributes:
        points: values for each leaf.
        kinds: for each point the number of its kind; special ones have ``len(KINDS)``.
        truth: the real value at each point, rounded once.
        known: where there is a real value, and it is known.
    """

    points: Points
    kinds: Values
    truth: Values
    known: Values


@dataclass(frozen=True, slots=True)
class Measured:
    """What a formula gives on a sample: its values, and mean wrong bits for each kind of points."""

    values: Values
    bits: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean wrong bits over all kinds."""
        return float(np.mean(self.bits)) if self.bits else 0.0


def sample(root: Node, leaves: Mapping[Node, Facts], seed: int = 0) -> Sample:
    """Points of scalar leaves, which obey their facts, and the real values of ``root`` there.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> found = sample(o.subtract(o.add(x, 1.0), x), {x: Facts()})
    >>> set(found.truth[found.known].tolist())
    {1.0}
    """
    rng = np.random.default_rng(seed)
    rows, kinds = list[dict[Node, Values]](), list[int]()
    draws: Sequence[_Draw] = (_everywhere, _ordinary, partial(_close, jumps=_jumps(root)))
    for kind, draw in enumerate(draws):
        rows.append(draw(rng, leaves, _constants(root)))
        kinds += [kind] * COUNT
    for special in _specials(rng, leaves):
        rows.append(special)
        kinds += [len(KINDS)] * len(_SPECIAL)
    points = {x: np.concatenate([row[x] for row in rows]) for x in leaves}
    inside = np.logical_and.reduce([_admitted(points[x], facts) for x, facts in leaves.items()])
    points = {x: values[inside] for x, values in points.items()}
    found = np.asarray(kinds)[inside]
    truth, known = real_values(root, points, found < len(KINDS))
    return Sample(points, found, truth, known)


def measured(root: Node, sample: Sample) -> Measured:
    """A formula computed in its own dtype, and how many bits are wrong."""
    values = _computed(root, sample.points)
    wrong = wrong_bits(values, sample.truth)
    kinds = [(sample.kinds == k) & sample.known for k in range(len(KINDS))]
    return Measured(values, tuple(float(wrong[chosen].mean()) if chosen.any() else 0.0 for chosen in kinds))


def _computed(root: Node, points: Points) -> Values:
    count = len(next(iter(points.values())))
    return np.broadcast_to(evaluate([root], points)[0], (count,))   # NumPy computes arrays where scalars were meant


# points -------------------------------------------------------------------------------------------------------

def _everywhere(rng: np.random.Generator, leaves: Mapping[Node, Facts], constants: Values) -> dict[Node, Values]:
    return {x: _all_of(rng, x, facts) if x.dtype.kind == "f" else rng.integers(0, 2, COUNT).astype(bool)
            for x, facts in leaves.items()}


def _all_of(rng: np.random.Generator, x: Node, facts: Facts) -> Values:
    found = _fitted(drawn(rng, float(facts.lower), float(facts.upper), COUNT, x.dtype), facts)
    return np.where(_admitted(found, facts), found, _ordinary_of(rng, x, facts, COUNT))


def _ordinary(rng: np.random.Generator, leaves: Mapping[Node, Facts], constants: Values) -> dict[Node, Values]:
    return {x: _ordinary_of(rng, x, facts, COUNT) for x, facts in leaves.items()}


def _ordinary_of(rng: np.random.Generator, x: Node, facts: Facts, count: int) -> Values:
    """Numbers of either sign between 1/1000 and 1000; of a range without such numbers, any of it."""
    if x.dtype.kind == "b":
        return rng.integers(0, 2, count).astype(bool)
    sizes = np.exp2(rng.uniform(-_ORDINARY, _ORDINARY, count))
    found = _fitted((sizes * rng.choice([-1.0, 1.0], count)).astype(x.dtype), facts)
    low, high = max(float(facts.lower), -2.0 ** _ORDINARY), min(float(facts.upper), 2.0 ** _ORDINARY)
    other = rng.uniform(low, high, count).astype(x.dtype) if low < high else drawn(
        rng, float(facts.lower), float(facts.upper), count, x.dtype)
    return np.where(_admitted(found, facts), found, _fitted(other, facts))


def _close(rng: np.random.Generator, leaves: Mapping[Node, Facts], constants: Values,
           jumps: bool) -> dict[Node, Values]:
    """Each number is near a constant, or near plus or minus another leaf's; or a multiple, if quotients may jump."""
    found: dict[Node, Values] = {}
    for x, facts in leaves.items():
        if x.dtype.kind == "b":
            found[x] = rng.integers(0, 2, COUNT).astype(bool)
            continue
        others = [y for y in found if y.dtype == x.dtype]
        base = rng.choice(constants, COUNT)
        if others:
            picked = np.stack([found[y] for y in others])[rng.integers(0, len(others), COUNT), np.arange(COUNT)]
            base = np.where(rng.random(COUNT) < 0.6, picked * rng.choice([-1.0, 1.0], COUNT), base)
        away = np.exp2(rng.uniform(-np.finfo(x.dtype).nmant, 0, COUNT)) * rng.choice([-1.0, 1.0], COUNT)
        near = np.where(base == 0, away, base * (1 + away))
        if jumps:
            times = rng.integers(3, 12, COUNT)
            multiple = np.where(rng.random(COUNT) < 0.5, times * base, base / times)
            near = np.where((rng.random(COUNT) < _MULTIPLES) & (base != 0), multiple, near)
        near = near.astype(x.dtype)
        near = _fitted(np.where(rng.random(COUNT) < 0.5, near, np.abs(near)).astype(x.dtype), facts)
        found[x] = np.where(_admitted(near, facts), near, _ordinary_of(rng, x, facts, COUNT))
    return found


def _specials(rng: np.random.Generator, leaves: Mapping[Node, Facts]) -> Iterator[dict[Node, Values]]:
    """For each leaf special values, beside ordinary ones of the others."""
    for x in leaves:
        if x.dtype.kind == "f":
            others = {y: _ordinary_of(rng, y, facts, len(_SPECIAL)) for y, facts in leaves.items()}
            yield {**others, x: np.array(_SPECIAL, x.dtype)}


def _constants(root: Node) -> Values:
    """Finite numbers in a formula and their roots, near which squares are equal to them; and 0 and 1."""
    arrays = [x.attr("literal").array for x in topological([root]) if x.op.name == "constant"]
    numbers = [float(x) for x in arrays if x.shape == () and x.dtype.kind == "f" and np.isfinite(x)]
    return np.array(list(dict.fromkeys([0.0, 1.0, *numbers, *(math.sqrt(abs(x)) for x in numbers)])))


def _jumps(root: Node) -> bool:
    """Whether a formula has whole parts of quotients."""
    return any(x.op.name in _JUMPING for x in topological([root]))


def _fitted(values: Values, facts: Facts) -> Values:
    return np.rint(values) if facts.integer else values


def _admitted(values: Values, facts: Facts) -> Values:
    """Which values a leaf may have."""
    if values.dtype.kind == "b":
        return np.ones(values.shape, bool)
    found, range_ = values.astype(float), facts.range
    above = (found > range_.lower) | ((found == range_.lower) & (not range_.lower_open))
    below = (found < range_.upper) | ((found == range_.upper) & (not range_.upper_open))
    found_inside: Values = above & below & ((found != 0) | facts.zero)
    return found_inside


# real values --------------------------------------------------------------------------------------------------

def real_values(root: Node, points: Points, wanted: Values) -> tuple[Values, Values]:
    """The real values of a formula at the wanted points, rounded once to its dtype, and where they are known.

    A value is known if two computations whose every result was changed by chance in its last digits round to the same
    float; otherwise it is computed with more digits.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> big = np.array([1e300, 1e-300])
    >>> real_values(o.subtract(o.add(x, 1.0), x), {x: big}, np.array([True, True]))[0].tolist()
    [1.0, 1.0]
    """
    steps, last = _steps(root, list(points))
    truth = np.full(wanted.shape, np.nan, root.dtype)
    open_ = [k for k in range(len(wanted)) if wanted[k]]
    for bits in _BITS:
        with mp.workprec(bits):
            random = Random(bits)
            factors = [1 + mp.mpf(random.uniform(-1, 1)) * mp.ldexp(1, _CHANGED - bits) for _ in range(_FACTORS)]
            rest = []
            for k in open_:
                given = [mp.mpf(x[k].item()) if x.dtype.kind == "f" else bool(x[k]) for x in points.values()]
                one, other = (_rounded(_value(steps, last, given, factors, k + apart), root.dtype) for apart in (0, 29))
                if one == other:
                    truth[k] = one
                elif not (np.isnan(one) and np.isnan(other)):
                    rest.append(k)
            open_ = rest
    return truth, ~np.isnan(truth)


_Step = tuple[Callable[..., Any], tuple[int, ...], bool]


def _steps(root: Node, leaves: Sequence[Node]) -> tuple[list[_Step], int]:
    """What to compute in order, with the places of operands among what was found before; and the place of the end."""
    place = {x: k for k, x in enumerate(leaves)}
    steps = list[_Step]()
    for node in topological([root], lambda x: () if x in place else x.operands):
        if node in place:
            continue
        if node.op.name in ("assume", "broadcast_to"):
            place[node] = place[node.operands[0]]
            continue
        steps.append((_function(node), tuple(place[x] for x in node.operands), node.dtype.kind != "b"))
        place[node] = len(leaves) + len(steps) - 1
    return steps, place[root]


def _function(node: Node) -> Callable[..., Any]:
    name = node.op.name
    if name == "constant":
        number = node.attr("literal").array[()]
        return lambda: meant(number) if number.dtype.kind == "f" else bool(number)
    if name == "where":
        return lambda c, x, y: x if c else y
    if name == "cast":
        return lambda x: mp.mpf(bool(x))
    return guarded(FUNCTIONS[name]) if name in FUNCTIONS else TESTS[name]


def _value(steps: Sequence[_Step], last: int, given: Sequence[Any], factors: Sequence[Any], first: int) -> Any:
    found = list(given)
    for k, (function, operands, rounds) in enumerate(steps):
        value = function(*[found[i] for i in operands])
        found.append(value * factors[(first + 7 * k) % _FACTORS] if rounds else value)
    return found[last]


def _rounded(number: Any, dtype: np.dtype[Any]) -> Any:
    with np.errstate(over="ignore"):
        return dtype.type(float(number))
