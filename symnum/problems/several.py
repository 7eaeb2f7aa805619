"""One thing, or a list of them."""

from __future__ import annotations

from typing import Any

from ..tensor.convert import is_sympy
from ..tensor.symbolic import Tensor


def several(x: Any) -> list[Any]:
    """The members of a list or a column, or one thing alone.

    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> several(a), several((a, b)), several(sympy.Matrix([a, b]))
    ([a], [a, b], [a, b])
    """
    return [x] if isinstance(x, Tensor) or (is_sympy(x) and not hasattr(x, "__len__")) else list(x)
