"""All rules, in the order in which they are tried, and the rule sets that have names."""

from __future__ import annotations

from ..errors import unknown_name
from .rule import RuleSet
from .rules import algebra, constants, exponentials, powers, roots, softmax, structure, sums

RULES = RuleSet((*constants.RULES, *structure.RULES, *algebra.RULES, *sums.RULES, *powers.RULES, *roots.RULES,
                 *softmax.RULES, *exponentials.RULES))

# What `rewrites=` of `function` may be -> what the rules must keep.
PRESETS = ("real", "specials", "exact", "off")
_LEVELS = {"real": "real", "specials": "specials", "exact": "bits"}


def as_ruleset(rewrites: str | RuleSet) -> RuleSet:
    """The rules of a named set ("real": all; "specials", "exact": see ``Rule.keeps``; "off": none), or as given.

    >>> len(as_ruleset("off")), "log1p" in as_ruleset("real"), "log1p" in as_ruleset("exact")
    (0, True, False)

    Raises:
        UnknownNameError: there is no set of that name.
    """
    if isinstance(rewrites, RuleSet):
        return rewrites
    if rewrites not in PRESETS:
        raise unknown_name("rewrites", rewrites, PRESETS)
    return RuleSet() if rewrites == "off" else RULES.keeping(_LEVELS[rewrites])
