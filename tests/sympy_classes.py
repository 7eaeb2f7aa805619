"""Classes of SymPy that ``from_sympy`` reads, one row each: an expression, where it is tested, and how close it is.

``tests/test_sympy_classes.py`` runs every row, and ``docs/sympy.md`` is written from them (``make sympy``).  Rows
stand in one file for each family, which :data:`SECTIONS` lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import sympy
from sympy.tensor.array.expressions import ArraySymbol

# Symbols of all rows: real arguments, whole numbers (int64), and truth values.
x, y, z = sympy.symbols("x y z")
n, m = sympy.symbols("n m", integer=True)
p, q, r = sympy.symbols("p q r")
WHOLE = frozenset({n, m})
TRUTH = frozenset({p, q, r})

# Where the numbers are drawn that a symbol stands for: both ends are drawn too.
Interval = tuple[float, float]
FLOATS = ("float32", "float64")


@dataclass(frozen=True, eq=False)
class Row:
    """One class, or one way to write it.

    ``tol`` is in units of the result's last place, for float64; ``tol32`` for float32, if it differs.  ``floor`` is
    what a result near 0 may be off by, in the same units of 1.  ``domain`` says for each symbol where it is drawn, in
    the order of their names; ``plane``, where complex numbers are drawn, has intervals of real and imaginary parts,
    and ``tol_plane`` is the tolerance there, if it differs.
    ``shapes`` are those of what stands for symbols of arrays; a matrix is drawn from the interval of its symbol.
    ``want`` is what the value is compared with, in place of the expression itself, such as a sum written out.
    """

    name: str
    expr: Any
    domain: tuple[Interval, ...] = ()
    tol: float = 4.0
    tol32: float | None = None
    floor: float = 0.0
    plane: tuple[Interval, Interval] | None = None
    tol_plane: float | None = None
    dtypes: tuple[str, ...] = FLOATS
    points: tuple[tuple[float, ...], ...] = ()
    shapes: Mapping[Any, tuple[int, ...]] = field(default_factory=dict)
    want: Any = None
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.domain) != len(self.symbols):
            raise ValueError(f"{self.name}: {len(self.domain)} intervals for the symbols {self.symbols}")

    @property
    def symbols(self) -> tuple[Any, ...]:
        """What the expression depends on, by name."""
        inside = self.expr.free_symbols | {e for e in self.shapes if isinstance(e, sympy.Basic)}
        # The labels of arrays and indices are symbols of their own.
        labels = {e.args[0] for e in inside if isinstance(e, sympy.Idx | sympy.IndexedBase | ArraySymbol)}
        labels |= {e.base.args[0] for e in inside if isinstance(e, sympy.Indexed)}
        inside = {e for e in inside - labels if not isinstance(e, sympy.Indexed | sympy.Idx)}
        return tuple(sorted(inside, key=str))


@dataclass(frozen=True, eq=False)
class Refused:
    """A class that is not read, why, and what helps; an error says the same."""

    name: str
    expr: Any
    reason: str


# Title -> the module that has ``ROWS``, and perhaps ``REFUSED``.
SECTIONS: Mapping[str, str] = {
    "Elementary functions, conditions, sums and integrals": "tests.sympy_classes_scalars",
    "Special functions": "tests.sympy_classes_special",
    "Matrices, arrays and indices": "tests.sympy_classes_matrices",
}


def rows(title: str) -> tuple[Row, ...]:
    """The rows of a section."""
    return tuple(import_module(SECTIONS[title]).ROWS)


def refused(title: str) -> tuple[Refused, ...]:
    """The classes of a section that are refused."""
    return tuple(getattr(import_module(SECTIONS[title]), "REFUSED", ()))


ALL_TITLES = tuple(SECTIONS)
