"""Functions that say the same in a C text: one of them is kept, and called in the place of the others.

Layers of a network and steps of an iteration are often alike; a compiler would take its time for each of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_HEAD = re.compile(r"^(?:SN_\w+ )*static (?:int|void) (\w+)\(", re.MULTILINE)
_NAME = re.compile(r"\b\w+_k\d+\w*")
# Variables; a number behind a function's name belongs to it.
_VARIABLE = re.compile(r"\b([a-z]+\d+)\b(?!\()")
_SIGNS = ("\n", ";", "(", "[", "=", "+", "-", "*", "<")


def without_repeats(functions: Sequence[str], end: str) -> tuple[tuple[str, ...], str]:
    r"""Texts of functions, callees first, without those that differ from another one in names alone, and the text
    behind them with the names of those that are left.

    >>> texts = ["static int f_k0(int b0)\n{ return b0; }", "static int f_k1(int b7)\n{ return b7; }"]
    >>> without_repeats(texts, "int f_run(void) { return f_k1(1); }")
    (('static int f_k0(int b0)\n{ return b0; }',), 'int f_run(void) { return f_k0(1); }')
    """
    kept, known, names = list[str](), dict[str, str](), dict[str, str]()

    def with_names(text: str) -> str:
        return _NAME.sub(lambda found: names.get(found[0], found[0]), text) if names else text

    alike = Counter(map(_signs, functions))
    for given in functions:
        text, heads = with_names(given), _HEAD.findall(given) if alike[_signs(given)] > 1 else ()
        own = heads[0] if len(heads) == 1 else ""
        same = known.setdefault(_plain(text, own), own) if own else own
        if same == own:
            kept.append(text)
        else:
            names.update({own: same, f"{own}_context": f"{same}_context"})
    return tuple(kept), with_names(end)


def _signs(text: str) -> tuple[int, ...]:
    """What texts that say the same have in common, and few others."""
    return tuple(map(text.count, _SIGNS))


def _plain(text: str, own: str) -> str:
    """A text with its own name left out, and variables numbered in the order in which they come."""
    count, numbered = dict[str, int](), dict[str, str]()
    pieces = _VARIABLE.split(re.sub(rf"\b{own}(_context)?\b", r"own\1", text))
    for name in pieces[1::2]:
        if name not in numbered:
            letters = name.rstrip("0123456789")
            count[letters] = count.get(letters, -1) + 1
            numbered[name] = f"{letters}{count[letters]}"
    pieces[1::2] = [numbered[name] for name in pieces[1::2]]
    return "".join(pieces)
