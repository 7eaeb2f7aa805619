"""``Cursor``: the values in a line of a graph's text, read one after the other.

Numbers are read to their last bit; names, dtypes, arrays and references to nodes are what else there is.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from typing import Any

import numpy as np

from .. import dtypes
from ..errors import TextError
from ..records import dataclass

_DEEPEST = 32      # tuples in tuples
_DTYPES = {dtype.name: dtype for dtype in dtypes.SUPPORTED}
_WORDS = {"true": True, "false": False, "none": None}
_TOKEN = re.compile(
    r'(?P<reference>[%$&]\d{1,9})(?!\w)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<float>-?0x[01]\.[0-9a-f]{1,13}p[+-]\d{1,4}|-?inf\b|nan\([0-9a-f]{1,16}\))"
    r"|(?P<int>-?\d{1,20})(?![\w.])|(?P<word>[A-Za-z_]\w*)|(?P<sign>[()\[\]{}=,:])|(?P<end>$)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A node ``%k``, a state ``&k``, or the operand ``$k`` of the op whose attribute this is."""

    kind: str
    number: int


class Cursor:
    """A place in a line, from which values are read."""

    __slots__ = ("number", "_text", "_place", "_next")

    def __init__(self, text: str, number: int) -> None:
        self._text, self.number, self._place = text, number, 0
        self._next: re.Match[str] | None = None

    def wrong(self, what: str) -> TextError:
        """The error that says what is wrong in this line."""
        shown = self._text if len(self._text) <= 60 else f"{self._text[:57]}..."
        return TextError(f"line {self.number}: {what}; the line is {shown!r}")

    def error(self, expected: str) -> TextError:
        """The error that says what was expected in this line."""
        return self.wrong(f"expected {expected}, before column {self._place + 1}")

    def rest(self) -> str:
        """What is left of the line."""
        return self._text[self._place:]

    def _token(self) -> re.Match[str]:
        if self._next is None:
            while self._text[self._place:self._place + 1] == " ":
                self._place += 1
            self._next = _TOKEN.match(self._text, self._place)
            if self._next is None:
                raise self.error("a value, a name or a sign")
        return self._next

    def peek(self) -> str:
        """The next token, as text."""
        return self._token().group()

    def _take(self, kind: str, expected: str) -> str:
        found = self._token()
        if found.lastgroup != kind:
            raise self.error(expected)
        self._place, self._next = found.end(), None
        return found.group()

    def word(self) -> str:
        """The next token, which must be a word."""
        return self._take("word", "a word")

    def text(self) -> str:
        """The next token, which must be a text in quotes."""
        token = self._take("text", "a text in quotes")
        try:
            found: str = json.loads(token)
        except ValueError:
            raise self.error("a text in quotes as JSON writes it") from None
        return found

    def sign(self, sign: str) -> None:
        """Pass a sign."""
        if self.peek() != sign:
            raise self.error(repr(sign))
        self._take("sign", repr(sign))

    def reference(self, kind: str, number: int) -> None:
        """Pass a reference that must be just this one."""
        if self.peek() != f"{kind}{number}":
            raise self.error(f"{kind}{number}")
        self._take("reference", f"{kind}{number}")

    def end(self) -> None:
        """Refuse anything more."""
        if self._token().lastgroup != "end":
            raise self.error("the end of the line")

    def value(self, depth: int = 0) -> Any:
        """The next value.

        >>> Cursor('(1, [2.5])', 1).value()
        Traceback (most recent call last):
        symnum.errors.TextError: line 1: expected a value, a name or a sign, before column 6; the line is '(1, [2.5])'
        >>> Cursor('(1, ["a", none], {2: true})', 1).value()
        (1, ['a', None], {2: True})

        Raises:
            TextError: there is none.
        """
        if depth > _DEEPEST:
            raise self.error(f"at most {_DEEPEST} parentheses in each other")
        found = self._token()
        match found.lastgroup:
            case "reference":
                token = self._take("reference", "a reference")
                return Reference(token[0], int(token[1:]))
            case "int":
                return int(self._take("int", "a number"))
            case "float":
                return self._fitting(np.dtype(np.float64)).item()
            case "text":
                return self.text()
            case "word":
                return self._worded(depth)
        closing = {"(": ")", "[": "]", "{": "}"}.get(found.group())
        if closing is None:
            raise self.error("a value")
        return self._several(found.group(), closing, depth)

    def _several(self, opening: str, closing: str, depth: int) -> Any:
        self.sign(opening)
        parts: list[Any] = []
        while self.peek() != closing:
            part = self.value(depth + 1)
            if opening == "{":
                self.sign(":")
                part = (_key(self, part), self.value(depth + 1))
            parts.append(part)
            if self.peek() != closing:
                self.sign(",")
        self.sign(closing)
        return tuple(parts) if opening == "(" else dict(parts) if opening == "{" else parts

    def _worded(self, depth: int) -> Any:
        word = self.word()
        if word in _WORDS:
            return _WORDS[word]
        if word == "complex":
            return self._complex(np.dtype(np.float64)).view(np.complex128)[0].item()
        dtype = _DTYPES.get(word)
        if dtype is None:
            raise self.error(f"a value or a dtype; {word!r} is none")
        return self._array(dtype, depth) if self.peek() == "(" else dtype

    def _array(self, dtype: np.dtype[Any], depth: int) -> np.ndarray[Any, Any]:
        shape = self.value(depth + 1)
        if not isinstance(shape, tuple) or len(shape) > _DEEPEST or not all(type(n) is int and n >= 0 for n in shape):
            raise self.error("a shape of at most 32 whole numbers")
        count = math.prod(shape)
        found = self._elements(dtype) if self.peek() == "[" else self._bytes(dtype)
        if found.size != count:
            raise self.error(f"{count} elements; given {found.size}")
        try:
            return found.reshape(shape)
        except ValueError:
            raise self.error("a shape that an array can have") from None

    def _elements(self, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        self.sign("[")
        parts: list[np.ndarray[Any, Any]] = []
        while self.peek() != "]":
            parts.append(self._element(dtype))
            if self.peek() != "]":
                self.sign(",")
        self.sign("]")
        return np.concatenate(parts) if parts else np.empty(0, dtype)

    def _element(self, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        """One element, as an array of length 1: arrays keep the bits of a NaN."""
        if dtype.kind == "c":
            if self.word() != "complex":
                raise self.error("complex(...)")
            return self._complex(dtypes.part_of(dtype)).view(dtype)
        if dtype.kind == "f":
            return self._fitting(dtype)
        value = self.value()
        if dtype.kind == "b":
            if not isinstance(value, bool):
                raise self.error("true or false")
        elif type(value) is not int or not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
            raise self.error(f"a whole number of {dtype.name}")
        return np.array([value], dtype)

    def _fitting(self, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        found = _float_of(self._take("float", f"a hexadecimal {dtype.name}"), dtype)
        if found.dtype != dtype:
            raise self.error(f"a number that {dtype.name} holds")
        return found

    def _complex(self, part: np.dtype[Any]) -> np.ndarray[Any, Any]:
        self.sign("(")
        real = self._fitting(part)
        self.sign(",")
        imag = self._fitting(part)
        self.sign(")")
        return np.concatenate([real, imag])

    def _bytes(self, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        text = self.text()
        try:
            data = base64.b64decode(text, validate=True)
            found = np.frombuffer(data, dtype.newbyteorder("<"))
        except (binascii.Error, ValueError):
            raise self.error(f"the bytes of {dtype.name} elements in base 64") from None
        if dtype.kind == "b" and not np.isin(np.frombuffer(data, np.uint8), (0, 1)).all():
            raise self.error("bytes 0 and 1 for bool")
        return found.astype(dtype)


def _float_of(token: str, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """One float as an array of length 1, of ``dtype`` if it is held exactly, else of float64."""
    if token.startswith("nan"):
        bits = int(token[4:-1], 16)
        size = dtype.itemsize
        found = np.array([bits % (1 << (8 * size))], f"u{size}").view(dtype)
        return found if np.isnan(found[0]) and bits < 1 << (8 * size) else np.zeros(1, np.longdouble)
    try:
        value = float.fromhex(token)
    except OverflowError:
        return np.zeros(1, np.longdouble)
    with np.errstate(over="ignore"):
        found = np.array([value], dtype)
    return found if float(found[0]) == value else np.array([value])


def _key(line: Cursor, key: Any) -> Any:
    plain = key if isinstance(key, tuple) else (key,)
    if not all(isinstance(k, str | int | float | None) for k in plain):
        raise line.error("a number, a text, none, or a tuple of them as a key")
    return key
