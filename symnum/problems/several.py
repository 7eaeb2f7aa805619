"""One thing, or a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import GraphError
from ..tensor.convert import is_sympy
from ..tensor.symbolic import Tensor


def several(x: Any) -> list[Any]:
    """The members of a list or a column, or one thing alone; nothing for None.

    Raises:
        GraphError: text, or a dict.

    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> several(a), several((a, b)), several(sympy.Matrix([a, b]))
    ([a], [a, b], [a, b])
    """
    if isinstance(x, str | Mapping):
        raise GraphError(f"expected a symbol, an expression or a tensor, or a list of them; given {x!r}; cure: "
                         f"{'sympy.symbols and sympy.sympify read text' if isinstance(x, str) else 'a list'}")
    if x is None:
        return []
    return [x] if isinstance(x, Tensor) or (is_sympy(x) and not hasattr(x, "__len__")) else list(x)
