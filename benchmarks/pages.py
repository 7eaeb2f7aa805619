"""The page of the documentation from what a run wrote: ``python benchmarks/pages.py``, after ``run.py``.

The same results give the same page: nothing but the files of the run goes into it.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
DOCS = Path(__file__).parent.parent / "docs"
CHART = "benchmarks.png"
INTRODUCTION = """\
# Benchmarks

symnum beside NumPy, NumExpr, Numba, JAX, PyTensor, CasADi and torch, each with the form of the work that suits it best,
on the workloads of `benchmarks/workloads.toml`. That file fixes sizes, dtypes, tolerances and the memory traffic that
each workload needs at least. All systems get the same arrays and two threads, run in processes of their own and take
turns, so that a busy moment hits all of them; a system whose result is wrong is left out and named. Times are medians
of a call, ratios medians over the rounds; "of bound" is the share of the measured memory bandwidth that the needed
traffic makes.

```sh
make bench                                     # one size of each workload, a few minutes
make bench BENCH_ARGS=""                       # all sizes and dtypes
make bench BENCH_ARGS="--only softmax --peers jax torch"
python benchmarks/pages.py                     # this page, from what the run wrote
```
"""
# Sections of a run that times no workload.
STARTS = ("## Builds", "## Imports")
NOT_RUN = "\nNo run is recorded here yet.\n"


def page(found: str | None, has_chart: bool) -> str:
    """The page with the Markdown that a run wrote: a line about the machine, and sections."""
    if found is None:
        return INTRODUCTION + NOT_RUN
    machine, _, rest = found.partition("\n")
    chart = f"\n![Times of peers in times of symnum's]({CHART})\n" if has_chart else ""
    return f"{INTRODUCTION}\nMeasured on: {machine}.\n{chart}\n{rest.strip()}\n"


def with_starts(found: str, other: str) -> str:
    """What a run wrote, with the builds and imports of another one."""
    head, *parts = _sections(found)
    rest = [part for part in parts if not part.startswith(STARTS)]
    return "".join((head, *rest[:1], *(part for part in _sections(other) if part.startswith(STARTS)), *rest[1:]))


def _sections(text: str) -> list[str]:
    """The text before the first heading, and each section with its heading."""
    return re.split(r"^(?=## )", text, flags=re.MULTILINE)


def main() -> None:
    """Write ``docs/benchmarks.md`` and its chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="results", help="of the files that the run wrote")
    parser.add_argument("--starts", help="name of another run, whose builds and imports take the place of this one's")
    given = parser.parse_args()
    text, chart = RESULTS / f"{given.name}.md", RESULTS / f"{given.name}.png"
    others = [] if given.starts is None else [RESULTS / f"{given.starts}.md"]
    for path in (text, *others):
        if not path.exists():
            parser.error(f"{path} is missing: run benchmarks/run.py --name {path.stem} first")
    found, *starts = (path.read_text(encoding="utf-8") for path in (text, *others))
    for other in starts:
        found = with_starts(found, other)
    (DOCS / "benchmarks.md").write_text(page(found, chart.exists()), encoding="utf-8")
    if chart.exists():
        shutil.copyfile(chart, DOCS / CHART)


if __name__ == "__main__":
    main()
