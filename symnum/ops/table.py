"""The op table: all rows, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import (
    arithmetic,
    comparison,
    exponential,
    integer,
    leaves,
    reductions,
    rounding,
    special,
    structure,
    trigonometric,
)
from . import selection as selection_rows
from .spec import OpSpec

ROWS: tuple[OpSpec, ...] = (
    *leaves.ROWS, *structure.ROWS, *reductions.ROWS,
    *arithmetic.ROWS, *exponential.ROWS, *trigonometric.ROWS, *rounding.ROWS, *comparison.ROWS,
    *integer.ROWS, *selection_rows.ROWS, *special.ROWS,
)

TABLE: Mapping[str, OpSpec] = MappingProxyType({row.name: row for row in ROWS})
