"""Scalar C types of the dtypes, and ``Support``: a C function that the texts of rows call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .spec import Text

_SIGNED = {"i8": "signed char", "i16": "short", "i32": "int", "i64": "long long"}
_UNSIGNED = {"u8": "unsigned char", "u16": "unsigned short", "u32": "unsigned int", "u64": "unsigned long long"}
_FLOATS = {"f32": "float", "f64": "double"}

# Short key of a dtype -> its C type in support functions, which include no headers.
C_TYPES: Mapping[str, str] = MappingProxyType({**_FLOATS, **_SIGNED, **_UNSIGNED, "b": "unsigned char"})

_FIELD = re.compile(r"\{([A-Za-z]+)\}")


@dataclass(frozen=True, slots=True)
class Support:
    """A C function ``sn_name_key`` that rows call, one for each dtype that its body has a text for.

    Templates know the fields of :func:`fields`; other braces are C's.  ``to`` is the key of the result's dtype
    where that is part of the name (``sn_cast_f64_i32``), and ``result`` its C type.  A function must be total
    and pure; calls of the mathematical library stand in statements of their own, so that loops vectorise.
    """

    name: str
    params: tuple[str, ...]
    body: Text
    result: str = "{T}"
    to: str = ""

    @property
    def label(self) -> str:
        """The function's name without its operand's key."""
        return f"{self.name}:{self.to}" if self.to else self.name


def key_class(key: str) -> str:
    """The dtype class ``f``, ``i``, ``u`` or ``b`` of a short key."""
    return key[0]


def fields(key: str) -> dict[str, str]:
    """What the fields of a support template stand for.

    ``T`` the C type, ``U`` the unsigned type of its width, ``W`` the unsigned type that arithmetic happens in,
    ``k`` the key, ``n`` the width in bits, ``s`` the suffix of the mathematical library, ``MIN`` the least
    integer, ``M`` and ``B`` a float's mantissa bits and exponent bias.

    >>> fields("i16")["W"], fields("f64")["U"]
    ('unsigned int', 'unsigned long long')
    """
    n = int(key[1:] or 8)
    least = f"(-{2 ** (n - 1) - 1}{'LL' if n == 64 else ''} - 1)" if key_class(key) == "i" else "0"
    return {"T": C_TYPES[key], "U": _UNSIGNED[f"u{n}"], "W": _UNSIGNED[f"u{max(n, 32)}"], "k": key, "n": str(n),
            "s": "f" if key == "f32" else "", "MIN": least,
            "M": "23" if key == "f32" else "52", "B": "127" if key == "f32" else "1023"}


def fill(template: str, key: str) -> str:
    """A support template with the fields of a dtype filled in; braces that hold no field are C's and stay."""
    known = fields(key)
    return _FIELD.sub(lambda found: known.get(found[1], found[0]), template)
