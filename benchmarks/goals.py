"""What symnum promises beside its peers, and whether a run shows it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from report import Case, rows, seconds

# Part of the traffic bound that is close to the machine, and from which on a peer leaves little to gain.
CLOSE, NEAR = 0.75, 0.6
# The geometric mean of the ratios where the best peer is farther from the bound than NEAR.
MEAN = 2.0


@dataclass(frozen=True, slots=True)
class Goal:
    """Times of the fastest of some peers (of all, if none is named) in times of symnum; ``or_close``: or the bound."""

    least: float
    peers: tuple[str, ...] = ()
    or_close: bool = False


GOALS = {"elementwise": Goal(1.0, or_close=True), "row-wise": Goal(1.0, or_close=True), "matrix": Goal(1.0),
         "stencil": Goal(1.0, ("numba",)), "small": Goal(5.0, ("jax", "pytensor", "torch"))}


def rival(case: Case) -> str | None:
    """The fastest peer that the goal of a case speaks of."""
    named = GOALS[case.kind].peers
    peers = [name for name in case.results if name != "symnum" and (not named or name in named)]
    return min(peers, key=case.ratio, default=None) if "symnum" in case.results else None


def part_of_bound(case: Case, system: str) -> float:
    """How close a system is to the traffic bound, 0 where there is none."""
    return 0.0 if case.bound is None else case.bound / case.results[system].median


def holds(case: Case, peer: str) -> bool:
    """Whether a case reaches its goal."""
    goal = GOALS[case.kind]
    return case.ratio(peer) >= goal.least or (goal.or_close and part_of_bound(case, "symnum") >= CLOSE)


def verdict(cases: Sequence[Case]) -> str:
    """Cases short of their goal, and the geometric mean that is promised for work not bound by memory."""
    compared = [(case, peer) for case in cases if (peer := rival(case)) is not None]
    short = [[case.title, f"{GOALS[case.kind].least:g} of {peer}", f"{case.ratio(peer):.2f}",
              seconds(case.results["symnum"].median), case.share("symnum")]
             for case, peer in compared if not holds(case, peer)]
    open_ = [case.ratio(peer) for case, peer in compared
             if GOALS[case.kind].or_close and part_of_bound(case, peer) < NEAR]
    lines = [f"{len(compared) - len(short)} of {len(compared)} cases reach their goal."]
    if open_:
        lines.append(f"Geometric mean over {len(open_)} elementwise and row-wise cases whose best peer is below "
                     f"{NEAR:.0%} of the bound: {statistics.geometric_mean(open_):.2f} (goal {MEAN:g}).")
    if short:
        lines.append("\n" + rows(("short", "goal", "ratio", "symnum", "of bound"), short))
    return "\n".join(lines)
