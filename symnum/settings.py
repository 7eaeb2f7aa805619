"""``Settings``: how a function is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .options import Options
from .records import dataclass

if TYPE_CHECKING:
    from .simplify.rule import Rule, RuleSet


@dataclass(frozen=True, slots=True)
class Settings:
    """How a function is made: the arguments of ``function`` that are not its graph."""

    name: str
    mode: str
    rewrites: str | RuleSet
    options: Options
    allow_input_downcast: bool
    asked: str = "auto"  # the mode that was asked for; ``mode`` is the one found for it here

    @property
    def rules(self) -> RuleSet:
        """The rewrite rules that apply (loaded only when they are needed)."""
        from .simplify.catalogue import as_ruleset
        return as_ruleset(self.rewrites)

    @property
    def rules_key(self) -> str:
        """Text that differs for different rules: part of the key of cached code."""
        return self.rewrites if isinstance(self.rewrites, str) else self.rewrites.key

    @property
    def rewrites_by_name(self) -> str | RuleSet | tuple[tuple[str, str], ...]:
        """``rewrites``; of a RuleSet of symnum's own rules, which hold functions, the names and dtypes."""
        if isinstance(self.rewrites, str):
            return self.rewrites
        from .simplify.catalogue import RULES
        own = dict(zip(RULES.names, RULES, strict=True))
        known = all(_is_narrowed(rule, own.get(rule.name)) for rule in self.rewrites)
        return tuple((rule.name, rule.dtypes) for rule in self.rewrites) if known else self.rewrites


def _is_narrowed(rule: Rule, own: Rule | None) -> bool:
    """Whether a rule is symnum's own, perhaps for fewer dtypes."""
    return own is not None and all(getattr(rule, part) is getattr(own, part) for part in ("lhs", "rhs", "when"))


def rewrites_of(named: str | RuleSet | tuple[tuple[str, str], ...]) -> str | RuleSet:
    """What :attr:`Settings.rewrites_by_name` names.

    >>> rewrites_of((("log1p", "f"),)).names
    ('log1p',)

    Raises:
        UnknownNameError: there is no such rule.
    """
    if not isinstance(named, tuple):
        return named
    from .simplify.catalogue import RULES
    return replace(RULES, rules=tuple(replace(RULES[name], dtypes=dtypes) for name, dtypes in named))
