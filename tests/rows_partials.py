"""``o`` for partials: the constructors of all rows, on NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from symnum.ops.table import TABLE


class Arrays:
    """``o.exp(x)`` runs the reference of ``exp``."""

    def __getattr__(self, name: str) -> Any:
        reference = TABLE[name].reference()

        def constructor(*operands: Any, **attrs: Any) -> Any:
            with np.errstate(all="ignore"):
                return reference(*operands, **attrs)
        return constructor

    @staticmethod
    def constant(value: Any, dtype: Any = None) -> Any:
        """The number as an array of rank 0."""
        return np.asarray(value, dtype)


o = Arrays()
