"""Subscripts of ``einsum``: text or lists of labels, as one tuple of whole numbers for each operand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import EllipsisType
from typing import Any

from ..errors import ArgumentValueError
from ..ir.labelled import Labels
from ..shapes import as_entries, as_int

# A label is a whole number, at least 0; the axes of an ellipsis are -1, -2, … from the last one on.
_Written = list[int | EllipsisType]


def parsed(subscripts: Any, ranks: Sequence[int]) -> tuple[list[Labels], Labels]:
    """The labels of each operand, and those of the result.

    >>> parsed("ij,j", [2, 1])
    ([(105, 106), (106,)], (105,))

    Raises:
        ArgumentValueError: the subscripts are not well formed, or do not fit the ranks.
    """
    inputs, output = _of_text(subscripts) if isinstance(subscripts, str) else _of_lists(*subscripts)
    if len(inputs) != len(ranks):
        raise ArgumentValueError(f"einsum: subscripts for {len(inputs)} operands, given {len(ranks)} operands")
    found = [_filled(labels, rank, k) for k, (labels, rank) in enumerate(zip(inputs, ranks, strict=True), 1)]
    dotted = max((-label for labels in found for label in labels if label < 0), default=0)
    result = _implicit(found, dotted) if output is None else _explicit(output, found, dotted)
    return found, result


def _of_text(text: str) -> tuple[list[_Written], _Written | None]:
    compact = "".join(text.split())
    left, arrow, right = compact.partition("->")
    if "-" in left + right or ">" in left + right:
        raise ArgumentValueError(f"einsum: subscripts {text!r} may hold one '->'")
    return [_letters(part, text) for part in left.split(",")], _letters(right, text) if arrow else None


def _letters(part: str, text: str) -> _Written:
    before, dots, after = part.partition("...")
    for letter in before + after:
        if not (letter.isascii() and letter.isalpha()):
            raise ArgumentValueError(f"einsum: {letter!r} in subscripts {text!r} is no letter, and no ',', '->' or "
                                     "single '...'")
    return [*map(ord, before), *([...] if dots else []), *map(ord, after)]


def _of_lists(inputs: Sequence[Sequence[Any]], output: Sequence[Any] | None) -> tuple[list[_Written], _Written | None]:
    return [_numbers(part) for part in inputs], None if output is None else _numbers(output)


def _numbers(part: object) -> _Written:
    labels: _Written = [label if label is Ellipsis else as_int(label, "a label of einsum")
                        for label in as_entries(part, "the labels of an operand of einsum")]
    for label in labels:
        if isinstance(label, int) and not 0 <= label < 52:
            raise ArgumentValueError(f"einsum: a label must be from 0 to 51; given {label}")
    if labels.count(...) > 1:
        raise ArgumentValueError("einsum: an operand has one ellipsis at most")
    return labels


def _filled(labels: _Written, rank: int, number: int) -> Labels:
    """One label for each axis of an operand."""
    if ... not in labels:
        if len(labels) != rank:
            raise ArgumentValueError(f"einsum: operand {number} has rank {rank}, and {len(labels)} labels")
        return tuple(label for label in labels if isinstance(label, int))
    more = rank - len(labels) + 1
    if more < 0:
        raise ArgumentValueError(f"einsum: operand {number} has rank {rank}, and {len(labels) - 1} labels beside '...'")
    return _with_axes(labels, more)


def _with_axes(labels: _Written, count: int) -> Labels:
    found: list[int] = []
    for label in labels:
        found += [label] if isinstance(label, int) else range(-count, 0)
    return tuple(found)


def _implicit(inputs: Sequence[Labels], dotted: int) -> Labels:
    """The axes of the ellipsis, then the labels that occur once, in order."""
    counts = Counter(label for labels in inputs for label in labels if label >= 0)
    return (*range(-dotted, 0), *sorted(label for label, n in counts.items() if n == 1))


def _explicit(output: _Written, inputs: Sequence[Labels], dotted: int) -> Labels:
    known = {label for labels in inputs for label in labels}
    for label in output:
        if isinstance(label, int) and (label not in known or output.count(label) > 1):
            what = "is in no operand" if label not in known else "is named twice"
            raise ArgumentValueError(f"einsum: label {_shown(label)} of the result {what}")
    if dotted and ... not in output:
        raise ArgumentValueError("einsum: operands have axes in '...', so the result needs '...' too")
    return _with_axes(output, dotted)


def _shown(label: int) -> str:
    return repr(chr(label)) if label >= ord("A") else str(label)
