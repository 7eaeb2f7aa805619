"""Writes ``docs/sympy.md``, the classes of SymPy that ``from_sympy`` reads: ``make sympy``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.sympy_classes import ALL_TITLES, Refused, Row, refused, rows

PAGE = Path(__file__).resolve().parent.parent / "docs" / "sympy.md"
_PAGE = """\
# SymPy

`sn.from_sympy(expression, symbols={{symbol: tensor}})` reads the {count} forms below. `make sympy` writes this
page from the rows of `tests/sympy_classes*.py`; a test computes every row for scalars and arrays, and compares it with
SymPy's `evalf` with 50 digits.

- **Domain.** Where the numbers are drawn for each symbol, in the order of their names. Functions are defined elsewhere
  too; what SymPy has no real number for is NaN, unless the symbols are complex.
- **Tolerance.** In units in the last place of the result, for float64 and float32, over the domain. `+ a` is what it
  may be off besides, in units of the last place of 1: for results that pass through 0.
- **Complex.** Where real and imaginary parts are drawn for complex64 and complex128, on principal branches, and the
  tolerance there if it is another one.

{sections}"""
_HEAD = """\
| class | example | domain | float64 | float32 | complex | remark |
|---|---|---|---|---|---|---|
"""
_REFUSED = """
Refused, with an error that says where and what helps:

| class | example | why, and what helps |
|---|---|---|
"""


def page() -> str:
    """The text of ``docs/sympy.md``."""
    sections = [_section(title) for title in ALL_TITLES if rows(title)]
    return _PAGE.format(count=sum(len(rows(title)) for title in ALL_TITLES), sections="\n".join(sections))


def _section(title: str) -> str:
    lines = "".join(map(_line, rows(title)))
    other = "".join(map(_refused, refused(title)))
    return f"## {title}\n\n{_HEAD}{lines}{_REFUSED + other if other else ''}"


def _line(row: Row) -> str:
    domain = ", ".join(f"{s} {_interval(d)}" for s, d in zip(row.symbols, row.domain, strict=True))
    plane = "" if row.plane is None else " + i".join(map(_interval, row.plane))
    plane += "" if row.tol_plane is None else f": {row.tol_plane:g}"
    tol32 = row.tol if row.tol32 is None else row.tol32
    tolerances = (f"{t:g}{f' + {row.floor:g}' if row.floor else ''}" for t in (row.tol, tol32))
    exact = ("exact", "exact") if row.tol == 0 and not row.floor else tuple(tolerances)
    cells = (row.name, _code(row.expr), domain, *exact, plane, row.note)
    return f"| {' | '.join(cells)} |\n"


def _refused(row: Refused) -> str:
    return f"| {row.name} | {_code(row.expr)} | {row.reason} |\n"


def _interval(interval: tuple[float, float]) -> str:
    return f"[{interval[0]:g}, {interval[1]:g}]"


def _code(expr: object) -> str:
    text = str(expr).replace("\n", " ").replace("|", "\\|")
    return f"`{text if len(text) <= 70 else text[:67] + '...'}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
