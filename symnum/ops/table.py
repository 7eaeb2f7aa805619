"""The op table: all rows, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import (
    arithmetic,
    assumptions,
    comparison,
    complex_rows,
    counting,
    exponential,
    fft,
    half_turns,
    indexing,
    integer,
    leaves,
    linalg,
    linalg_shared,
    reductions,
    roots,
    rounding,
    scales,
    scans,
    sorting,
    special,
    special_bessel,
    special_elliptic,
    special_errors,
    special_gammas,
    special_hypergeometric,
    special_integrals,
    special_polynomials,
    special_zeta,
    structure,
    sum_errors,
    trigonometric,
    windows,
)
from . import selection as selection_rows
from .spec import OpSpec

# Rows that rules make: no function of the public language has their names.
MADE_BY_RULES: tuple[OpSpec, ...] = (*roots.ROWS, *sum_errors.ROWS, *half_turns.ROWS, *scales.ROWS)

# Special functions under SciPy's names, and parts of those that SciPy has as tuples or not at all.
SPECIAL: tuple[OpSpec, ...] = (
    *special_errors.ROWS, *special_gammas.ROWS, *special_bessel.ROWS, *special_integrals.ROWS, *special_elliptic.ROWS,
    *special_polynomials.ROWS, *special_hypergeometric.ROWS)
SPECIAL_PARTS: tuple[OpSpec, ...] = (
    *special_gammas.INTERNAL, *special_bessel.INTERNAL, *special_integrals.INTERNAL, *special_zeta.INTERNAL,
    *special_hypergeometric.INTERNAL)
# Rows without a public function of their name.
NAMELESS: tuple[OpSpec, ...] = (*MADE_BY_RULES, *SPECIAL_PARTS)

ROWS: tuple[OpSpec, ...] = (
    *leaves.ROWS, *assumptions.ROWS, *counting.ROWS, *structure.ROWS, *windows.ROWS, *reductions.ROWS, *indexing.ROWS,
    *scans.ROWS, *sorting.ROWS, *linalg.ROWS, *linalg_shared.ROWS, *fft.ROWS,
    *arithmetic.ROWS, *MADE_BY_RULES, *exponential.ROWS, *trigonometric.ROWS, *rounding.ROWS, *comparison.ROWS,
    *complex_rows.ROWS, *integer.ROWS, *selection_rows.ROWS, *special.ROWS, *SPECIAL,
    *SPECIAL_PARTS,
)

TABLE: Mapping[str, OpSpec] = MappingProxyType({row.name: row for row in ROWS})
