"""``FormulaOp``: an op of a user, whose meaning is a formula of other ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..records import dataclass
from .spec import OpSpec


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FormulaOp(OpSpec):
    """A row that is a value of its own: nodes hold it, and no table does.

    ``expand(*nodes)`` writes the formula out; that is done before anything is rewritten, differentiated or compiled.
    Rows of one name and ``definition`` are equal, and ``remake(*definition)`` makes them again in another process.
    """

    definition: tuple[Any, ...]
    remake: Callable[..., FormulaOp]
    expand: Callable[..., Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormulaOp) and self.definition == other.definition

    def __hash__(self) -> int:
        return hash(self.definition)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.remake, self.definition
