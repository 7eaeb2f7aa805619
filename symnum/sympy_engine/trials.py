"""Trials: what SymPy makes of a function of scalars, measured beside the function as it was written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..bridge.sympy_expressions import to_sympy_nodes
from ..bridge.sympy_graphs import from_sympy_nodes
from ..errors import SymnumError
from ..ir.node import Node
from ..ir.walk import topological
from ..records import dataclass
from ..simplify.engine import rewrite
from ..simplify.facts import of_dtype, stated
from ..simplify.rule import RuleSet
from .calls import LateError, RefusedError
from .floats import wrong_bits
from .sampling import KINDS, Measured, Sample, measured, sample

BUILD = "build"     # SymPy evaluates while it builds an expression, which is a transform of its own
SLACK = 0.1             # mean wrong bits: differences below are those of the points that were drawn
_SLACK_OF_A_KIND = 0.5  # of the fewer points of each kind
_SLACK_OF_A_POINT = 0.25    # of the digits
_MOST = 1000            # functions whose trials are remembered
Transform = Callable[[str, Any], Any]       # name, expression -> expression; may raise LateError or RefusedError


@dataclass(frozen=True, slots=True)
class Trial:
    """What one or several transforms make of a function.

    Attributes:
        names: of the transforms.
        after: the function that SymPy's expression and rules lead to; None if there is none, or the same.
        measured: its values and wrong bits.
        reason: why it is refused, whatever it costs; empty if it is not.
        place: the point that shows it: a value for each leaf.
    """

    names: tuple[str, ...]
    after: Node | None = None
    measured: Measured | None = None
    reason: str = ""
    place: tuple[tuple[Node, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Trials:
    """A function of scalars as it was written, measured unless nothing changes it, and what was tried with it."""

    before: Measured | None
    tried: tuple[Trial, ...]


def trials(root: Node, names: Sequence[str], call: Transform, rules: RuleSet, key: Hashable) -> Trials:
    """What the transforms ``names`` make of a function of scalars.

    Results are remembered with the rules, under ``key``, which says what the names stand for; but for calls that were
    late: another time they may not be.
    """
    memory = rules.memo.setdefault("trials", {})
    found: Trials | None = memory.get((root, key))
    if found is None:
        found = _trials(root, names, call, rules)
        if not any(trial.reason.startswith("took") for trial in found.tried):
            if len(memory) >= _MOST:
                memory.clear()
            memory[root, key] = found
    return found


def _trials(root: Node, names: Sequence[str], call: Transform, rules: RuleSet) -> Trials:
    made: dict[tuple[Node | None, str], list[str]] = {}
    for name, after, reason in _made(root, names, call, rules):
        made.setdefault((after, reason), []).append(name)
    if all(after is None for after, _ in made):
        return Trials(None, tuple(Trial(tuple(by), reason=reason) for (_, reason), by in made.items()))
    given = sample(root, {x: _facts(x, root) for x in topological([root]) if x.op.name == "input"})
    before = measured(root, given)
    if 8 * given.known.sum() < len(given.known):
        return Trials(before, (Trial(tuple(names), reason="real values are known at too few points"),))
    return Trials(before, tuple(_judged(tuple(by), after, reason, before, given)
                                for (after, reason), by in made.items()))


def _judged(names: tuple[str, ...], after: Node | None, reason: str, before: Measured, given: Sample) -> Trial:
    if after is None:
        return Trial(names, reason=reason)
    found = measured(after, given)
    reason, where = worse(before, found, given)
    place = () if where is None else tuple((x, values[where]) for x, values in given.points.items())
    return Trial(names, after, found, reason, place)


def _facts(leaf: Node, root: Node) -> Any:
    """What is stated of an input."""
    return next((stated(x) for x in topological([root]) if x.op.name == "assume" and x.operands[0] is leaf),
                of_dtype(leaf.dtype))


def _made(root: Node, names: Sequence[str], call: Transform, rules: RuleSet) -> Iterator[tuple[str, Node | None, str]]:
    """For each transform the function that it leads to, or None and the reason."""
    (expression,), table = to_sympy_nodes([root])
    for name in (BUILD, *names):
        try:
            result = expression if name == BUILD else call(name, expression)
            after = _read(result, table, root, rules)
            yield (name, None, "changes nothing") if after is None or after is root else (name, after, "")
        except LateError as error:
            yield name, None, str(error)
        except (RefusedError, SymnumError) as error:
            yield name, None, f"{type(error).__name__.removesuffix('Error')}: {error}"


def _read(result: Any, table: Mapping[Any, Node], root: Node, rules: RuleSet) -> Node | None:
    made = from_sympy_nodes([result], table, root.dtype)[0]
    return rewrite([made], rules).outputs[0] if made.dtype == root.dtype and made.shape == root.shape else None


def worse(before: Measured, after: Measured, given: Sample) -> tuple[str, int | None]:
    """Why a function must not take the place of another, and the point that shows it: its domain is narrower, or its
    error larger; no reason if it may."""
    narrower = (np.isnan(after.values) & ~np.isnan(before.values)) | (
        ~np.isfinite(after.values) & np.isfinite(before.values))
    if narrower.any():
        k = int(np.flatnonzero(narrower)[0])
        return f"the domain is narrower: {after.values[k]} in place of {before.values[k]:.6g}", k
    finite = np.logical_and.reduce([np.isfinite(x) for x in given.points.values()])
    pole = finite & np.isinf(before.values)     # where either sign is as good
    special = (given.kinds == len(KINDS)) & ~np.isnan(before.values) & ~pole
    tolerance = float(np.sqrt(np.finfo(before.values.dtype).eps))
    with np.errstate(all="ignore"):
        other = special & ~np.isclose(after.values, before.values, rtol=tolerance, atol=tolerance)
    if other.any():
        k = int(np.flatnonzero(other)[0])
        return f"another value: {after.values[k]:.6g} in place of {before.values[k]:.6g}", k
    for kind, a, b in zip(KINDS, before.bits, after.bits, strict=True):
        if b > a + _SLACK_OF_A_KIND:
            return f"the error is larger: wrong bits {a:.1f} -> {b:.1f} at numbers {kind}", None
    lost = np.where(given.known, wrong_bits(after.values, given.truth) - wrong_bits(before.values, given.truth), 0.0)
    if lost.max(initial=0.0) > _SLACK_OF_A_POINT * np.finfo(before.values.dtype).nmant:
        k = int(np.argmax(lost))
        return f"the error is larger: {after.values[k]:.6g} in place of {before.values[k]:.6g}", k
    if after.mean > before.mean + SLACK:
        return f"the error is larger: wrong bits {before.mean:.1f} -> {after.mean:.1f}", None
    return "", None
