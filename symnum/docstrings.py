"""``told``: docstrings of several functions whose common parts are said once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from inspect import cleandoc
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def told(parts: Mapping[str, str]) -> Callable[[F], F]:
    """A decorator that puts parts in the place of their names, ``{name}``, in the docstring of a function.

    The docstring loses its indentation, as Python takes it away itself since 3.13; further lines of a part are indented
    as the line is on which its name stands.  A part whose first line is not like the others begins with a line break.

    >>> @told({"x": "x: a number."})
    ... def double(x):
    ...     "Twice a number; {x}"
    >>> double.__doc__
    'Twice a number; x: a number.'
    """
    def filled(function: F) -> F:
        text = cleandoc(function.__doc__ or "")
        for name, part in parts.items():
            text = _put(text, f"{{{name}}}", cleandoc(part))
        function.__doc__ = text
        return function
    return filled


def _put(text: str, name: str, part: str) -> str:
    def with_part(line: re.Match[str]) -> str:
        return line[1] + line[2] + part.replace("\n", f"\n{line[1]}")
    return re.sub(rf"^( *)(.*){re.escape(name)}", with_part, text, flags=re.MULTILINE)
