"""``o`` for partials: the constructors of all elementwise rows, on NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from symnum.ops.spec import OpSpec
from tests.rows_kernels import ROWS


def constructor(row: OpSpec) -> Callable[..., Any]:
    """The row's reference, which is imported when it first runs."""
    def construct(*operands: Any, **attrs: Any) -> Any:
        with np.errstate(all="ignore"):
            return row.reference()(*operands, **attrs)
    return construct


o = SimpleNamespace(constant=np.asarray, **{row.name: constructor(row) for row in ROWS})
