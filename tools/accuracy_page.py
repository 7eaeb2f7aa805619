"""Writes ``docs/accuracy.md``: the greatest errors of functions and of powers that become products.

``make accuracy`` writes the page, ``python tools/accuracy_page.py exp logf`` only the lines of these functions.
``--all`` looks at all floats of 32 bits where a function has one argument, which takes half a minute for each.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from symnum.codegen.probe import Function
from tools import accuracy

PAGE = Path(__file__).resolve().parent.parent / "docs" / "accuracy.md"
SIZE = 1 << 19
_PAGE = """\
# Accuracy of functions

Greatest errors found, in units in the last place, over the whole range of each function. `make accuracy` writes this
page; tests measure again and fail where a bound does not hold.

- **`precision="default"`** promises {default:g} units: functions of libmvec, where the C library has them, and own ones
  elsewhere. `exp` of float32 is a short form of its own everywhere, computed in float32.
- **`precision="high"`** promises {high:g} unit: own functions everywhere. Ask for it in
  `sn.function(..., precision="high")`, or for all functions by the option `precision` (`SYMNUM_PRECISION`).
- Own functions are plain C without branches, which any compiler makes vector code of, with coefficients found by
  `tools/minimax.py`; float32 is computed in double.
- `gamma` and `lgamma` are the C library's scalar functions in either precision, and neither promise holds for them.
- The interpreter (`mode="numpy"`) has NumPy's functions, a Cython module the C library's, CUDA its own.

The figures of libmvec are those of {library}. The column "tried" says at which arguments: `all` floats of 32 bits, or
`some`, which are random bits, usual sizes, neighbours of thresholds, limits and roots, and all special values, which
must be exact.

| function | dtype | tried | default | at | own | at |
|---|---|---|---|---|---|---|
{functions}
## Powers

With the default precision, powers of positive numbers with these exponents become products, roots and quotients. All
other powers are `pow` of the table above, as are all with `precision="high"` and `rewrites="specials"`.

| exponent | float64 | at | float32 | at |
|---|---|---|---|---|
{powers}"""


def page(lines: Mapping[str, str]) -> str:
    """The text of ``docs/accuracy.md``, of the lines of functions by their name in C."""
    known = (*accuracy.FUNCTIONS, *accuracy.SCALAR)
    return _PAGE.format(default=accuracy.DEFAULT, high=accuracy.HIGH, library=" ".join(platform.libc_ver()),
                        functions="".join(lines[f.c_name] for f in known), powers="".join(_powers()))


def _powers() -> Iterator[str]:
    tried = accuracy.bench([f for f in accuracy.FUNCTIONS if f.name == "pow"])
    for exponent in accuracy.EXPONENTS:
        found = [accuracy.measure_power(tried, exponent, dtype, SIZE) for dtype in ("float64", "float32")]
        yield f"| {exponent:g} | {' | '.join(map(_cells, found))} |\n"


def _cells(found: accuracy.Measured) -> str:
    return f"{found.ulps:.2f} | {', '.join(f'{x:.6g}' for x in found.where)}"


def line(tried: accuracy.Bench, function: Function, whole: bool) -> str:
    """The line of a function."""
    whole = whole and function.dtype == np.float32 and function.arity == 1 and function in accuracy.FUNCTIONS
    has = {"lib": function in accuracy.SCALAR or function.c_name in tried.declared,
           "own": function in accuracy.FUNCTIONS}
    forms = [form for form in has if has[form]]
    with np.errstate(all="ignore"):
        if whole:
            found = accuracy.all_floats(tried, function, forms)
        else:
            columns = accuracy.arguments(function, SIZE)
            found = {form: accuracy.measure(tried, function, form, columns) for form in forms}
    cells = [function.name.replace("tgamma", "gamma"), function.dtype.name, "all" if whole else "some"]
    return f"| {' | '.join(cells + [_cells(found[form]) if has[form] else '– | ' for form in has])} |\n"


def written() -> dict[str, str]:
    """The lines that the page has, by a function's name in C."""
    lines = {}
    for text in PAGE.read_text(encoding="utf-8").splitlines(keepends=True):
        cells = [cell.strip() for cell in text.split("|")]
        if len(cells) > 7 and cells[2] in ("float64", "float32"):
            name = "tgamma" if cells[1] == "gamma" else cells[1]
            lines[name + "f" * (cells[2] == "float32")] = text
    return lines


def main(given: Sequence[str]) -> None:
    """Write the page."""
    names = {name for name in given if not name.startswith("-")}
    lines, known = written() if names else {}, (*accuracy.FUNCTIONS, *accuracy.SCALAR)
    if unknown := names - {f.c_name for f in known}:
        raise SystemExit(f"no function of the page: {', '.join(sorted(unknown))}; there are "
                         f"{', '.join(f.c_name for f in known)}")
    tried = accuracy.bench(known)
    for function in known:
        if function.c_name in names or not names:
            lines[function.c_name] = line(tried, function, "--all" in given)
            print(lines[function.c_name], end="", flush=True)
    PAGE.write_text(page(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
