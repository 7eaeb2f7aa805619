"""The op table: all rows, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import (
    arithmetic,
    comparison,
    complex_rows,
    counting,
    exponential,
    fft,
    indexing,
    integer,
    leaves,
    linalg,
    reductions,
    roots,
    rounding,
    scans,
    sorting,
    special,
    structure,
    trigonometric,
    windows,
)
from . import selection as selection_rows
from .spec import OpSpec

ROWS: tuple[OpSpec, ...] = (
    *leaves.ROWS, *counting.ROWS, *structure.ROWS, *windows.ROWS, *reductions.ROWS, *indexing.ROWS, *scans.ROWS,
    *sorting.ROWS,
    *linalg.ROWS, *fft.ROWS,
    *arithmetic.ROWS, *roots.ROWS, *exponential.ROWS, *trigonometric.ROWS, *rounding.ROWS, *comparison.ROWS,
    *complex_rows.ROWS,
    *integer.ROWS, *selection_rows.ROWS, *special.ROWS,
)

TABLE: Mapping[str, OpSpec] = MappingProxyType({row.name: row for row in ROWS})
