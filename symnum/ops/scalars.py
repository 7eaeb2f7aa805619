"""Scalar C types of the dtypes, and ``Support``: a C function that the texts of rows call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ..records import dataclass
from .spec import Text

_SIGNED = {"i8": "signed char", "i16": "short", "i32": "int", "i64": "long long"}
_UNSIGNED = {f"u{n}": f"unsigned {name}" for n, name in
             ((8, "char"), (16, "short"), (32, "int"), (64, "long long"))}
_FLOATS = {"f32": "float", "f64": "double"}

# Short key of a dtype -> its C type in support functions, which include no headers.
# float16 is only stored: its bits are what C sees.
C_TYPES: Mapping[str, str] = MappingProxyType({
    **_FLOATS, **_SIGNED, **_UNSIGNED, "b": "unsigned char", "f16": "unsigned short"})

_FIELD = re.compile(r"\{([A-Za-z]+)\}")


@dataclass(frozen=True, slots=True)
class Support:
    """A C function ``sn_name_key`` that rows call, one for each dtype that its body has a text for.

    Templates know the fields of :func:`fields`; other braces are C's.  ``result`` is the C type of the
    result, and ``to`` the key of its dtype where that is part of the name (``sn_cast_f64_i32``).  A function
    is total and pure; it calls the mathematical library in statements of their own, so that loops vectorise.  One that
    stands ``apart`` is never vector code and too long to be part of its callers.
    """

    name: str
    params: tuple[str, ...]
    body: Text
    result: str = "{T}"
    to: str = ""
    apart: bool = False

    @property
    def label(self) -> str:
        """The function's name without its operand's key."""
        return f"{self.name}:{self.to}" if self.to else self.name


def apart(name: str, params: tuple[str, ...], body: str) -> Support:
    """A support function of floats that stands apart."""
    return Support(name, params, Text(f=body), apart=True)


def key_class(key: str) -> str:
    """The dtype class ``f``, ``i``, ``u``, ``b`` or ``h`` (float16) of a short key."""
    return "h" if key == "f16" else key[0]


def fields(key: str) -> dict[str, str]:
    """What the fields of a support template stand for.

    ``T`` the C type, ``U`` the unsigned type of its width, ``W`` the unsigned type of arithmetic on it,
    ``k`` the key, ``n`` the width in bits, ``s`` the suffix of library functions, ``MIN`` and ``MAX`` the
    ends of an integer type, ``M`` and ``B`` a float's mantissa bits and exponent bias.

    >>> fields("i16")["W"], fields("f64")["U"]
    ('unsigned int', 'unsigned long long')
    """
    n, single = int(key[1:] or 8), key == "f32"
    least, most = _ends(key_class(key), n)
    return {"T": C_TYPES[key], "U": _UNSIGNED[f"u{n}"], "W": _UNSIGNED[f"u{max(n, 32)}"], "k": key,
            "n": str(n), "s": "f" if single else "", "MIN": least, "MAX": most,
            "M": "23" if single else "52", "B": "127" if single else "1023"}


def _ends(dtype_class: str, n: int) -> tuple[str, str]:
    """The least and the greatest value of an integer type, as C writes them."""
    if dtype_class == "i":
        most = f"{2 ** (n - 1) - 1}{'LL' if n == 64 else ''}"
        return f"(-{most} - 1)", most
    return "0", "1" if dtype_class == "b" else f"{2 ** n - 1}{'ULL' if n == 64 else 'u'}"


def fill(template: str, key: str) -> str:
    """A support template with the fields of a dtype filled in; braces that hold no field are C's and stay."""
    known = fields(key)
    return _FIELD.sub(lambda found: known.get(found[1], found[0]), template)
