"""``Rule`` and ``RuleSet``: rewrites as values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields, replace
from functools import partial
from types import CodeType
from typing import Any

from ..errors import ArgumentValueError, unknown_name
from ..ir.node import Node
from ..ops.spec import Interval
from ..records import dataclass
from .compile import Reading, Root, root
from .match import Match
from .pattern import AnyNode, AnyProduct, AnySum, Pattern
from .sight import SIGHT, depth

CANONICALIZE, STABILIZE, SPECIALIZE = PHASES = ("canonicalize", "stabilize", "specialize")
KEEPS = ("bits", "specials", "real")
EVERY_DTYPE = "fiubc"

# A right side that no pattern can say; None where the rule does not apply after all.
Build = Callable[[Match], Node | None]
# Both sides as tests and explanations show them; None if the right side cannot be written as a pattern.
Example = tuple[Pattern, Pattern | None]
# Only tests and explanations want these patterns, so that they are made by functions, when they are asked for.
Examples = Callable[[], tuple[Example, ...]]
Stays = Callable[[], tuple[Pattern, ...]]


def _none() -> tuple[()]:
    return ()


def _same(patterns: tuple[Any, ...]) -> tuple[Any, ...]:
    return patterns


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rule:
    """A rewrite from ``lhs`` to ``rhs``, with all that its tests and explanations need.

    Attributes:
        name: how it is switched off, and listed by ``explain``.
        phase: "canonicalize" (one spelling), "stabilize" (smaller error), or "specialize" (lower cost).
        lhs: a pattern.
        rhs: a pattern, or a function of the match where a pattern cannot say it.
        why: what is gained.
        when: a guard: a function of the match.
        domain: where both sides are equal as real numbers, for each wildcard; everywhere if it is not listed.
        keeps: "bits" (no result changes), "specials" (infinities, NaN and signs of zero stay, the error does not
            grow), or "real".  On integers and bools every rule keeps all bits.
        inverts: names of rules of earlier phases that do not run in this phase, because they would undo it.
        dtypes: classes of the last operand's dtype: any of "f", "i", "u", "b", "c" (complex).
        examples: a function that gives both sides as tests build them, if ``lhs`` does not say it all; errors are
            measured on the first.
        stays: a function that gives left sides that ``when`` or the right side refuses.
        shapes: of wildcards, as tests build them, where others than (3, 4) are meant.
        rounded: whether both sides are equal to the precision of their dtype only, as the right side holds rounded
            numbers such as the coefficients of a series.
        extreme: whether errors are measured on numbers of all exponents, where overflow and underflow are repaired.
        sight: how far it looks below its node, in ops as ``sight.py`` counts them; a pattern says it by itself.
        exact: whether a wildcard that occurs again stands for the same node, and not for a sum of equal terms too,
            which is equal as a real number.  Of integers all such sums have equal bits.
    """

    name: str
    phase: str
    lhs: Pattern
    rhs: Pattern | Build
    why: str
    when: Callable[[Match], bool] | None = None
    domain: Mapping[str, Interval] = field(default_factory=dict)
    keeps: str = "real"
    inverts: tuple[str, ...] = ()
    dtypes: str = "f"
    examples: Examples = _none
    stays: Stays = _none
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rounded: bool = False
    extreme: bool = False
    sight: int = -1
    exact: bool = False
    root: Root = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.phase not in PHASES:
            raise unknown_name(f"phase of rule {self.name}", self.phase, PHASES)
        if self.keeps not in KEEPS:
            raise unknown_name(f"keeps of rule {self.name}", self.keeps, KEEPS)
        if not set(self.dtypes) <= set(EVERY_DTYPE):
            raise unknown_name(f"dtypes of rule {self.name}", self.dtypes, EVERY_DTYPE)
        object.__setattr__(self, "root", root(self.lhs, Reading("c" in self.dtypes, self.exact)))
        if self.sight < 0:
            object.__setattr__(self, "sight", _sight(self))

    def __getstate__(self) -> list[Any]:
        # Lambdas cannot be pickled.
        made = {"examples": partial(_same, self.examples()), "stays": partial(_same, self.stays())}
        return [made.get(f.name, getattr(self, f.name)) for f in fields(self)]

    def __repr__(self) -> str:
        return f"<rule {self.name}: {self.formula}>"

    @property
    def formula(self) -> str:
        """The rule as text.

        >>> from symnum.simplify.catalogue import RULES
        >>> RULES["log1p"].formula
        'log(1 + x) -> log1p(x)'
        """
        before, after = self.lhs, self.rhs
        examples = self.examples() if isinstance(before, AnySum | AnyProduct | AnyNode) else ()
        if examples:
            before, after = examples[0][0], examples[0][1] or self.rhs
        text = str(after) if isinstance(after, Pattern) else _text_of(after)
        return text if " -> " in text else f"{before} -> {text}"

    def sides(self) -> tuple[Example, ...]:
        """Both sides, as tests build them.

        Returns:
            Pairs of patterns; None for a right side that is no pattern.

        Raises:
            Nothing.

        >>> from symnum.simplify.catalogue import RULES
        >>> len(RULES["log1p"].sides())
        1
        """
        return self.examples() or ((self.lhs, self.rhs if isinstance(self.rhs, Pattern) else None),)


    @property
    def where(self) -> str:
        """Where both sides are equal as real numbers; empty if everywhere.

        >>> from symnum.simplify.catalogue import RULES
        >>> RULES["power_minus_half"].where, RULES["log1p"].where, RULES["expm1"].where
        ('x > 0', 'x >= -1', '')
        """
        return ", ".join(f"{name} {text}" for name, domain in self.domain.items() if (text := _bounds(domain)))


def _sight(rule: Rule) -> int:
    """How far a rule sees that does not say it: a function about chains sees what terms are of, another one more."""
    if isinstance(rule.lhs, AnySum | AnyProduct):
        return SIGHT - 2
    plain = isinstance(rule.rhs, Pattern) and rule.when is None
    return depth(rule.lhs) if plain else max(depth(rule.lhs), SIGHT - 1)


_FAR = 1e100  # ends of domains beyond this stand for infinities


def _bounds(domain: Interval) -> str:
    low, high, avoided = domain.low, domain.high, set(domain.avoid)
    parts = []
    if low > -_FAR:
        parts.append(f"> {low:g}" if low in avoided or 0 < low < 1 / _FAR else f">= {low:g}")
    if high < _FAR:
        parts.append(f"< {high:g}" if high in avoided or -1 / _FAR < high < 0 else f"<= {high:g}")
    parts += [f"!= {x:g}" for x in domain.avoid if low < x < high]
    return " and ".join(part.replace("1e-300", "0").replace("-0", "0") for part in parts)


def _text_of(function: object) -> str:
    return str(getattr(function, "__doc__", None) or getattr(function, "__name__", function)).strip().rstrip(".")


_HEADS = ("phase", "rule", "dtypes", "keeps", "formula")


@dataclass(frozen=True, slots=True, repr=False)
class RuleSet:
    """Rules in the order in which they are tried; a value, which prints as a table.

    >>> from symnum.simplify.catalogue import RULES
    >>> rules = RULES.without("log1p").only("stabilize")
    >>> "log1p" in rules, "expm1" in rules, "add_zero" in rules
    (False, True, False)
    """

    rules: tuple[Rule, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        seen: dict[str, Rule] = {}
        for rule in self.rules:
            if seen.setdefault(rule.name, rule) is not rule:
                raise ArgumentValueError(f"two rules have the name {rule.name!r}; cure: rename one, or leave one out "
                                         f"with .without({rule.name!r})")
        object.__setattr__(self, "rules", tuple(seen.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the rules, in order.

        >>> from symnum.simplify.catalogue import RULES
        >>> RULES.only("stabilize").names[0] in RULES
        True
        """
        return tuple(rule.name for rule in self.rules)

    def __add__(self, other: RuleSet | Rule) -> RuleSet:
        added = other.rules if isinstance(other, RuleSet) else (other,)
        return RuleSet((*self.rules, *added))

    def __reduce__(self) -> Any:
        return RuleSet, (self.rules,)

    def __repr__(self) -> str:
        return f"<{len(self)} rules: {', '.join(self.names[:5])}{', ...' if len(self) > 5 else ''}>"

    def __str__(self) -> str:
        rows = [_HEADS, *_cells(self)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(_HEADS))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                         for row in rows)

    def _repr_html_(self) -> str:
        import html  # two milliseconds of every first build
        heads = "".join(f"<th>{head}</th>" for head in _HEADS)
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in _cells(self))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, name: object) -> bool:
        return any(rule.name == name for rule in self.rules)

    def __getitem__(self, name: str) -> Rule:
        return self.rules[self._places((name,))[0]]

    def _places(self, names: Sequence[str]) -> list[int]:
        known = self.names
        for name in names:
            if name not in known:
                raise unknown_name("rule", name, known)
        return [known.index(name) for name in names]

    def without(self, *names: str) -> RuleSet:
        """All rules but these.

        Args:
            names: of rules in the set.

        Returns:
            A set of rules.

        Raises:
            UnknownNameError: there is no rule of that name.

        >>> from symnum.simplify.catalogue import RULES
        >>> len(RULES) - len(RULES.without("log1p", "expm1"))
        2
        """
        gone = set(self._places(names))
        return RuleSet(tuple(rule for k, rule in enumerate(self.rules) if k not in gone))

    def only(self, *phases: str) -> RuleSet:
        """The rules of these phases.

        Args:
            phases: "canonicalize", "stabilize" or "specialize", in any number.

        Returns:
            A set of rules.

        Raises:
            UnknownNameError: there is no phase of that name.

        >>> from symnum.simplify.catalogue import RULES
        >>> {rule.phase for rule in RULES.only("stabilize")}
        {'stabilize'}
        """
        for phase in phases:
            if phase not in PHASES:
                raise unknown_name("phase", phase, PHASES)
        return RuleSet(tuple(rule for rule in self.rules if rule.phase in phases))

    def keeping(self, level: str) -> RuleSet:
        """The rules that keep at least this: "bits", "specials" or "real".  Others stay for integers and bools.

        Args:
            level: "bits", "specials" or "real".

        Returns:
            A set of rules, some of which are for fewer dtypes.

        Raises:
            UnknownNameError: there is no such level.

        >>> from symnum.simplify.catalogue import RULES
        >>> RULES.keeping("bits")["like_terms"].dtypes
        'iu'
        """
        if level not in KEEPS:
            raise unknown_name("level", level, KEEPS)
        found = self.memo.get(level)
        if found is None:
            allowed = KEEPS[:KEEPS.index(level) + 1]
            kept = (rule if rule.keeps in allowed else _without_floats(rule) for rule in self.rules)
            rules = tuple(_exactly(rule) for rule in kept if rule is not None)
            found = self.memo[level] = self if level == "real" else RuleSet(rules)
        return found

    @property
    def key(self) -> str:
        """A text that differs for different rules, the same in every process: part of the key of cached code.

        >>> from symnum.simplify.catalogue import RULES
        >>> RULES.key == RULES.without("log1p").key
        False
        """
        if "key" not in self.memo:
            digest = hashlib.blake2b(digest_size=16)
            for rule in self.rules:
                text = (rule.name, rule.phase, str(rule.lhs), rule.keeps, rule.inverts, rule.dtypes, rule.exact)
                digest.update(repr(text).encode())
                for part in (rule.rhs, rule.when):
                    digest.update(repr(str(part) if isinstance(part, Pattern) else _code(part)).encode())
            self.memo["key"] = digest.hexdigest()
        return str(self.memo["key"])


def _cells(rules: Iterable[Rule]) -> list[tuple[str, ...]]:
    return [(rule.phase, rule.name, rule.dtypes, rule.keeps, rule.formula) for rule in rules]


def _exactly(rule: Rule) -> Rule:
    """A rule whose wildcards stand for what is equal to the bit; one that is a function compares nodes itself."""
    return rule if rule.exact or rule.root.matcher is None else replace(rule, exact=True)


def _without_floats(rule: Rule) -> Rule | None:
    left = rule.dtypes.replace("f", "").replace("c", "")
    return replace(rule, dtypes=left) if left else None


def _code(part: object) -> Any:
    """What a function does, or a value that it holds, as a value whose text is the same in every process."""
    if isinstance(part, CodeType):
        return part.co_code, [_code(x) for x in part.co_consts], part.co_names
    if isinstance(part, frozenset | set):
        return sorted(repr(_code(x)) for x in part)
    if isinstance(part, tuple | list):
        return [_code(x) for x in part]
    if isinstance(part, partial):
        return _code(part.func), _code(part.args), _code(sorted(part.keywords.items()))
    code = getattr(part, "__code__", None)
    if code is None:
        return part
    return _code(code), [_code(cell.cell_contents) for cell in getattr(part, "__closure__", None) or ()]
