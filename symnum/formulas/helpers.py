"""Helpers of ``autowrap`` and ``ufuncify``: functions that a formula defines, and other formulas apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ..algebra.conversions import from_sympy
from ..errors import GraphError
from ..records import dataclass
from ..tensor.symbolic import Tensor


@dataclass(frozen=True, slots=True)
class Helper:
    """The helper of a name among ``others``, formulas with their arguments; ``around`` are those that apply it."""

    name: str
    others: Mapping[str, tuple[Any, tuple[Any, ...]]]
    around: tuple[str, ...] = ()

    def __call__(self, *values: Any) -> Tensor:
        """The formula of tensors."""
        expr, args = self.others[self.name]
        if self.name in self.around:
            raise GraphError(f"the helper {self.name} applies itself; cure: formulas without recursion")
        if len(values) != len(args):
            raise GraphError(f"the helper {self.name} takes {len(args)} arguments; given {len(values)}")
        inner = {type(f): Helper(f.name, self.others, (*self.around, self.name))
                 for f in expr.atoms(AppliedUndef) if f.name in self.others}
        found: Tensor = from_sympy(expr, symbols={**inner, **dict(zip(args, values, strict=True))})
        return found


def helpers_of(function: str, helpers: Any) -> dict[str, Helper]:
    """Helpers by name, of (name, expression, arguments), or a list or tuple of such; they may apply each other.

    Raises:
        GraphError: a helper is not as it must be.

    >>> x = sympy.Symbol("x")
    >>> list(helpers_of("autowrap", [("f", x**2, [x]), ("g", sympy.Function("f")(x) + 1, [x])]))
    ['f', 'g']
    """
    is_one = isinstance(helpers, tuple) and any(not isinstance(part, list | tuple) for part in helpers)
    several = [helpers] if is_one or not isinstance(helpers, list | tuple | None) else helpers or ()
    for one in several:
        if not isinstance(one, list | tuple) or len(one) != 3 or not isinstance(one[2], list | tuple | sympy.Tuple):
            raise GraphError(f"{function}: a helper must be (name, expression, arguments); given {one!r}")
    others = {str(name): (sympy.sympify(expr), tuple(args)) for name, expr, args in several}
    return {name: Helper(name, others) for name in others}
