"""Elementwise rows of the op table for NumPy's (and SciPy's) ufuncs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ..ops.spec import OpSpec
from ..ops.table import TABLE

_BY_UFUNC: Mapping[np.ufunc, OpSpec] = MappingProxyType(
    {row.numpy: row for row in TABLE.values()
     if row.kind == "elementwise" and isinstance(row.numpy, np.ufunc)})
_BY_PATH: Mapping[str, OpSpec] = MappingProxyType(
    {row.numpy.partition(":")[2]: row for row in TABLE.values()
     if row.kind == "elementwise" and isinstance(row.numpy, str)})


def row_of(ufunc: np.ufunc) -> OpSpec | None:
    """The elementwise row whose meaning is ``ufunc``; None if there is none."""
    found = _BY_UFUNC.get(ufunc) or _BY_PATH.get(ufunc.__name__)
    return found if found is not None and (found.numpy is ufunc or found.reference() is ufunc) else None
