"""What a run found, as a Markdown page and a chart."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from turns import Result


@dataclass(frozen=True, slots=True)
class Case:
    """A workload of one size and dtype: results by system, failures by system, seconds that the traffic takes."""

    title: str
    kind: str
    results: Mapping[str, Result]
    failures: Mapping[str, str]
    bound: float | None

    def ratio(self, system: str) -> float:
        """Median over the rounds of the system's time in times of symnum."""
        pairs = zip(self.results[system].seconds, self.results["symnum"].seconds, strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)

    @property
    def best_peer(self) -> str | None:
        """The fastest of the others."""
        peers = [name for name in self.results if name != "symnum"]
        return min(peers, key=self.ratio, default=None) if "symnum" in self.results else None

    def share(self, system: str) -> str:
        """Part of the measured bandwidth that the traffic bound makes of the system's time."""
        return "" if self.bound is None else f"{100 * self.bound / self.results[system].median:.0f}%"


def seconds(value: float) -> str:
    """With a unit that leaves few digits."""
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= unit:
            return f"{value / unit:.3g} {name}"
    return f"{value * 1e9:.3g} ns"


def rows(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, ["---"] * len(header), *lines))


def summary(cases: Sequence[Case]) -> str:
    """One line for each case; those in which symnum is not the fastest come first."""
    compared = [(case, peer) for case in cases if (peer := case.best_peer) is not None]
    compared.sort(key=lambda pair: pair[0].ratio(pair[1]))
    lines = [[case.title, case.kind, seconds(case.results["symnum"].median), case.share("symnum"), peer,
              seconds(case.results[peer].median), case.share(peer), f"{case.ratio(peer):.2f}"]
             for case, peer in compared]
    header = ("workload", "kind", "symnum", "of bound", "fastest peer", "its time", "of bound", "peer / symnum")
    return rows(header, lines)


def details(case: Case) -> str:
    """All systems of a case, the fastest first, and what failed."""
    found = sorted(case.results.items(), key=lambda item: item[1].median)
    base = case.results["symnum"].median if "symnum" in case.results else None
    lines = [[name, seconds(r.median), f"{r.median / base:.2f}" if base else "", case.share(name)] for name, r in found]
    failed = [f"\nLeft out: {name}, {why}" for name, why in case.failures.items()]
    return "\n".join([f"### {case.title}\n", rows(("system", "median", "of symnum", "of bound"), lines), *failed])


def chart(cases: Sequence[Case], path: Path) -> bool:
    """Bars of each peer's time in times of symnum; False without matplotlib or anything to compare."""
    shown = [case for case in cases if "symnum" in case.results]
    names = sorted({name for case in shown for name in case.results if name != "symnum"})
    if not names:
        return False
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 1.5 + 0.5 * len(shown)), layout="constrained")
    height = 0.85 / max(1, len(names))
    for k, name in enumerate(names):
        places = [(i + k * height, case.ratio(name)) for i, case in enumerate(shown) if name in case.results]
        axes.barh([p for p, _ in places], [r for _, r in places], height, label=name)
    axes.set_yticks([i + 0.4 for i in range(len(shown))], [case.title for case in shown], fontsize=7)
    axes.set_xscale("log")
    axes.axvline(1.0, color="black")
    axes.invert_yaxis()
    axes.set_xlabel("time in times of symnum's (right of 1: slower than symnum)")
    axes.legend(fontsize=7)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return True
