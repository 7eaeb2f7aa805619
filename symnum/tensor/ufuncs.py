"""Rows of the op table for NumPy's (and SciPy's) ufuncs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ops.spec import OpSpec
from ..ops.table import TABLE

_BY_UFUNC: Mapping[np.ufunc, OpSpec] = MappingProxyType(
    {row.numpy: row for row in TABLE.values() if isinstance(row.numpy, np.ufunc)})
_BY_PATH: Mapping[str, OpSpec] = MappingProxyType(
    {row.numpy.partition(":")[2]: row for row in TABLE.values() if isinstance(row.numpy, str)})


def row_of(ufunc: np.ufunc, method: str, options: Mapping[str, Any]) -> OpSpec:
    """The row whose meaning is ``ufunc``, for a plain call of it.

    Raises:
        UnsupportedError: no row, another method than a call, or an option such as ``out``.
    """
    if method != "__call__":
        raise UnsupportedError(f"ufunc.{method} of tensors is not supported; "
                               f"use symnum's sum, prod, max, min, any, all")
    if options:
        raise UnsupportedError(f"the argument {', '.join(sorted(options))} is not supported for tensors: "
                               f"results are new expressions, and x.astype(dtype) converts")
    found = _BY_UFUNC.get(ufunc) or _BY_PATH.get(ufunc.__name__)
    if found is None or (found.numpy is not ufunc and found.reference() is not ufunc):
        raise UnsupportedError("this ufunc has no counterpart in symnum's op table")
    return found
