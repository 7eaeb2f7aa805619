"""``Explanation``: what was rewritten, for people to read: as a text table, and as HTML in notebooks."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from ..ir.node import Node
from ..ir.text import formula
from ..records import dataclass
from .engine import Event

_WIDEST = 60  # characters of a formula in a text table
_HEADS = ("phase", "rule", "before", "after", "why")


class Named(Protocol):
    """A rule, or another thing that is done to a graph, and why."""

    @property
    def name(self) -> str:
        """How it is listed."""

    @property
    def why(self) -> str:
        """What is gained."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rewrite: the formula at the place where the rule fired, before and after."""

    phase: str
    rule: str
    before: str
    after: str
    why: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The step as a row of a table."""
        return self.phase, self.rule, self.before, self.after, self.why


@dataclass(frozen=True, slots=True)
class Explanation:
    """Rewrites in order, ``notes`` such as a line for each kernel, and what was tried and ``refused``.

    >>> print(Explanation((Step("stabilize", "log1p", "log(1 + x)", "log1p(x)", "keeps digits"),)))
    phase      rule   before      after     why
    stabilize  log1p  log(1 + x)  log1p(x)  keeps digits
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    refused: tuple[Step, ...] = ()

    def __str__(self) -> str:
        refused = ["", "tried and refused", *_table(self.refused)] if self.refused else []
        return "\n".join((*(_table(self.steps) if self.steps else ["nothing was rewritten"]), *refused, *self.notes))

    def _repr_html_(self) -> str:
        notes = "".join(f"<li><code>{html.escape(note)}</code></li>" for note in self.notes)
        refused = f"<p>tried and refused</p>{_html_table(self.refused)}" if self.refused else ""
        return f"{_html_table(self.steps)}{refused}{f'<ul>{notes}</ul>' if notes else ''}"


def explanation(events: Sequence[Event], rules: Iterable[Named] | None = None,
                text: Callable[[Sequence[Node]], str] = formula, notes: Sequence[str] = ()) -> Explanation:
    """What ``events`` did, with the reasons that ``rules`` give; ``text`` writes a graph as a formula.

    >>> from symnum.ir.build import input_leaf, o
    >>> from symnum.simplify.catalogue import RULES
    >>> from symnum.simplify.engine import rewrite
    >>> x = input_leaf("x", "float64", ())
    >>> explanation(rewrite([o.log(o.exp(x))], RULES).events, RULES).steps[0].cells[1:4]
    ('log_exp', 'log(exp(x))', 'x')
    """
    reasons = {rule.name: rule.why for rule in rules or ()}
    steps = (Step(event.phase, event.rule, text([event.before]), text([event.after]), reasons.get(event.rule, ""))
             for event in events)
    return Explanation(tuple(dict.fromkeys(steps)), tuple(notes))


def _table(steps: Sequence[Step]) -> list[str]:
    rows = [_HEADS, *((*map(_short, step.cells[:-1]), step.why) for step in steps)]
    used = [k for k in range(len(_HEADS)) if any(row[k] for row in rows[1:])]
    widths = {k: max(len(row[k]) for row in rows) for k in used}
    return ["  ".join(row[k].ljust(widths[k]) for k in used).rstrip() for row in rows]


def _html_table(steps: Sequence[Step]) -> str:
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    rows = "".join(f"<tr>{''.join(f'<td>{_code(k, cell)}</td>' for k, cell in enumerate(step.cells))}</tr>"
                   for step in steps)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _short(text: str) -> str:
    line = "; ".join(text.split("\n"))
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST - 3]}..."


def _code(column: int, cell: str) -> str:
    shown = html.escape(cell).replace("\n", "<br>")
    return f"<code>{shown}</code>" if _HEADS[column] in ("before", "after") else shown
