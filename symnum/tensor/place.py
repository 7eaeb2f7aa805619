"""Where in the user's code something was made, for error messages."""

from __future__ import annotations

import os
import sys
from types import CodeType

# A code object and an instruction in it; the line is looked up only when somebody asks.
Place = tuple[CodeType, int] | str | None


def caller() -> Place:
    """The innermost frame that is not in symnum's own files."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(_PACKAGE):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return (frame.f_code, frame.f_lasti)


_PACKAGE = os.path.dirname(os.path.dirname(caller.__code__.co_filename)) + os.sep


def text(place: Place) -> str:
    """``file:line``, or an empty text if the place is not known.

    >>> text("script.py:3")
    'script.py:3'
    """
    if not isinstance(place, tuple):
        return place or ""
    code, instruction = place
    lines = (line for start, end, line in code.co_lines() if start <= instruction < end and line is not None)
    return f"{code.co_filename}:{next(lines, code.co_firstlineno)}"
