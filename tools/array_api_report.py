"""Writes ``docs/array_api.md``: how symnum compares with the array API standard, name by name.

The cases are those of ``tests/array_api_cases.py``, which ``tests/test_array_api.py`` runs; the standard's side is
``array_api_strict``.  ``python tools/array_api_report.py`` (or ``make reference``) writes the page.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "array_api.md"

_HEAD = """\
# The array API standard

`x.__array_namespace__()` of a tensor is `symnum.array_api`, which has the names of the
[Python array API standard](https://data-apis.org/array-api/2024.12/), version {version}, so that library code written
for the standard builds graph. Every function, attribute and operator is called with drawn arguments, evaluated, and
compared with `array-api-strict`: values, dtypes and shapes. `tools/array_api_report.py` writes this page.

| | names | calls |
|---|---|---|
| passed | {passed} | {calls} |
| failed | {failed} | {wrong} |
| refused: they need values or memory | {refused} | |
| excluded | {excluded} | |
| all names of the standard | {all} | |
"""

_DIFFERENCES = """\
## What differs by intention

- Mixed kinds of dtypes, which the standard leaves open, promote as in NumPy.
- Tensors are values: `x += y` gives `x` another value, and `x[i] = y` is `x = x.at[i].set(y)`. Library code fills what
  it has made, so that what the functions of the namespace return, and operators on it, does take item assignment,
  which gives this one handle another expression. No other tensor changes; there are no views.
- The truth of a tensor, `int(x)` and `float(x)` are errors, because a graph has no values while it is built. Library
  code that branches on values cannot be traced; code that branches on dtypes, ranks and known lengths can.
- A length that is not known while the graph is built is a tensor of rank 0 in `x.shape`, where the standard has None.
- `empty` and `empty_like` give zeros; `device` is `"cpu"`, since where a function runs is said by its `mode`.
"""


_LIBRARIES = """\
## Library code

- einops: `rearrange`, `reduce`, `repeat`, `pack` and `unpack` of `einops.array_api` take tensors, of unknown lengths
  too.
- SciPy, with `SCIPY_ARRAY_API=1` in the environment: among others `special.logsumexp`, `special.softmax`,
  `special.log_softmax`, `special.xlogy`, `special.rel_entr`, `stats.gmean`, `stats.skew`, `stats.kurtosis`,
  `stats.sem`, `stats.kstat`, `stats.circmean`, `stats.zscore`, `cluster.vq.whiten`, `signal.hilbert`,
  `fft.fft` and its kind, `integrate.trapezoid`, `integrate.cumulative_trapezoid` and `spatial.transform.Rotation`
  build graph.
- SciPy's functions that branch on values cannot: `stats.hmean`, `stats.pmean`, `stats.moment`, `stats.rankdata`,
  `stats.quantile`, `stats.chisquare`, `cluster.vq.vq`, `signal.convolve`. Nor can those that convert to NumPy's arrays
  first, such as `special.expit`, `special.gammaln` and `linalg.solve`: symnum has them under the same names.
"""


def page(failures: Mapping[str, list[str]] | None = None) -> str:
    """The text of the page; ``failures`` says what is wrong with calls of a name; without it all are run."""
    sys.path.insert(0, str(ROOT))
    cases: Any = importlib.import_module("tests.array_api_cases")
    compare: Any = importlib.import_module("tests.array_api_compare")
    names: Any = importlib.import_module("symnum.array_api.names")
    if failures is None:
        failures = {name: compare.failures(name) for name in cases.CASES}
    failed = {name: texts for name, texts in failures.items() if texts}
    head = _HEAD.format(
        version=names.VERSION, passed=len(cases.CASES) - len(failed), failed=len(failed),
        calls=sum(map(len, cases.CASES.values())) - sum(map(len, failed.values())),
        wrong=sum(map(len, failed.values())), refused=len(cases.REFUSED), excluded=len(cases.EXCLUDED),
        all=len(cases.STANDARD))
    return "\n".join((head, _DIFFERENCES, _LIBRARIES, *_sections(cases, failed)))


def _sections(cases: Any, failed: dict[str, list[str]]) -> Iterator[str]:
    yield _table("Failed", "what is wrong", {name: texts[0] for name, texts in failed.items()})
    yield _table("Refused", "why", {name: why for name, (_, why) in cases.REFUSED.items()})
    yield _table("Excluded", "why", cases.EXCLUDED)
    yield _table("Passed", "calls", {
        name: str(len(calls)) for name, calls in cases.CASES.items() if name not in failed})


def _table(title: str, column: str, rows: dict[str, str]) -> str:
    if not rows:
        return f"## {title}\n\nNone.\n"
    lines = "\n".join(f"| `{name}` | {text} |" for name, text in rows.items())
    return f"## {title}\n\n| name | {column} |\n|---|---|\n{lines}\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"wrote {PAGE.relative_to(ROOT)}")
