"""``told``: docstrings of several functions whose common parts are said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def told(parts: Mapping[str, str]) -> Callable[[F], F]:
    """A decorator that puts parts in the place of their names, ``{name}``, in the docstring of a function.

    >>> @told({"x": "x: a number."})
    ... def double(x):
    ...     "Twice a number; {x}"
    >>> double.__doc__
    'Twice a number; x: a number.'
    """
    def filled(function: F) -> F:
        text = function.__doc__ or ""
        for name, part in parts.items():
            text = text.replace(f"{{{name}}}", part)
        function.__doc__ = text
        return function
    return filled
