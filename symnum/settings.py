"""``Settings``: how a function is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .options import Options

if TYPE_CHECKING:
    from .simplify.rule import RuleSet


@dataclass(frozen=True, slots=True)
class Settings:
    """How a function is made: the arguments of ``function`` that are not its graph."""

    name: str
    mode: str
    rewrites: str | RuleSet
    options: Options
    allow_input_downcast: bool

    @property
    def rules(self) -> RuleSet:
        """The rewrite rules that apply (loaded only when they are needed)."""
        from .simplify.catalogue import as_ruleset
        return as_ruleset(self.rewrites)

    @property
    def rules_key(self) -> str:
        """Text that differs for different rules: part of the key of cached code."""
        return self.rewrites if isinstance(self.rewrites, str) else self.rewrites.key
