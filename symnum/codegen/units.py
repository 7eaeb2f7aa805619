"""A long C text as several translation units, which compile side by side.

Every function of a Program may stand in another unit than its callers, where nothing outside the shared object sees
it.  Any other, which is to be a part of its callers, is repeated in the units that call it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Set

from ..records import dataclass

_SMALLEST = 7000  # characters that make a unit worth its own run of the compiler
_LOOP = 800
_HEAD = re.compile(r"^((?:SN_\w+ )*)static ((?:int|void) (\w+)\(.*\))$", re.MULTILINE)
_DEFINED = re.compile(r"\bstatic \w+ (\w+)\(")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sections:
    """A C text in pieces: what all of it needs, the texts of functions (callees first), and what is exported."""

    beginning: str
    functions: tuple[str, ...]
    end: str

    @property
    def text(self) -> str:
        """The whole."""
        return self.beginning + "\n".join((*self.functions, self.end))


@dataclass(frozen=True, slots=True)
class _Shared:
    """A function that may stand in any unit: the declaration that callers need, and its definition."""

    declaration: str
    definition: str


def units(sections: Sections, most: int) -> tuple[str, ...]:
    r"""Texts of at most ``most`` units that do together what the whole does; none if one is enough.

    >>> sections = Sections("typedef long T;", ("static int f(T *y)\n{\n  return *y = 1;\n}",), "T run(T *y)\n{ ... }")
    >>> units(sections, 2), len(sections.text)
    ((), 74)
    """
    n = min(most, sum(map(_weight, (*sections.functions, sections.end))) // _SMALLEST)
    shared = {text: found for text in sections.functions if (found := _shared(text))}
    if n < 2 or not shared:
        return ()
    owner = {name: text for text in sections.functions for name in _DEFINED.findall(text)}
    owner.update((_HEAD.findall(text)[-1][2], text) for text in shared)
    names = {text: owner.keys() & _WORD.findall(text) for text in (*sections.functions, sections.end)}
    needs = {text: _repeated(text, owner, names, shared) for text in names}
    filled: list[list[str]] = [[sections.end], *([] for _ in range(n - 1))]
    sizes = [_weight(sections.end), *([0] * (n - 1))]
    for text in sorted(shared, key=lambda text: -sum(map(_weight, needs[text]))):
        lightest = sizes.index(min(sizes))
        filled[lightest].append(text)
        sizes[lightest] += sum(map(_weight, needs[text]))
    return tuple(_unit(sections, {x for text in texts for x in needs[text]}, owner, names, shared)
                 for texts in filled if texts)


def _weight(text: str) -> int:
    """What a text costs to compile, in characters: loops that become vector code cost more than what is in them."""
    return len(text) + _LOOP * (text.count("SN_INDEPENDENT") + text.count("SN_LANES"))


def _shared(text: str) -> _Shared | None:
    """A text whose last function is static, made visible to other units; a struct before it is declared."""
    heads = list(_HEAD.finditer(text))
    if not heads:
        return None
    struct = text[:heads[0].start()] if text.startswith("struct ") and len(heads) == 1 else ""
    head = heads[-1]
    definition = f"{text[len(struct):head.start()]}{head[1]}{head[2]}{text[head.end():]}"
    return _Shared(f"{struct}{head[2]};\n", definition)


def _repeated(text: str, owner: Mapping[str, str], names: Mapping[str, Set[str]], shared: Container[str]) -> list[str]:
    """A text with all that it calls and that is not shared; ``names`` are those of functions in each text."""
    found, todo = {text: None}, [text]
    while todo:
        for name in names[todo.pop()]:
            other = owner[name]
            if other not in found and other not in shared:
                found[other] = None
                todo.append(other)
    return list(found)


def _unit(sections: Sections, whole: Set[str], owner: Mapping[str, str], names: Mapping[str, Set[str]],
          shared: Mapping[str, _Shared]) -> str:
    called = whole | {owner[name] for text in whole for name in names[text]}
    declared = [shared[text].declaration for text in sections.functions if text in shared and text in called]
    return "\n".join((
        sections.beginning, "#pragma GCC visibility push(hidden)", *declared, "#pragma GCC visibility pop",
        *(shared[text].definition if text in shared else text for text in sections.functions if text in whole),
        sections.end if sections.end in whole else ""))
