"""C functions that the texts of rows call: symnum's own ``sn_name_key``, those of ``libm``, and SciPy's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from . import support_functions, support_hypergeometric, support_numbers, support_polylog, support_special
from .scalars import C_TYPES, Support, fill, key_class
from .spec import Absent
from .support_scipy import definition as pointer
from .support_scipy import is_scipys

SUPPORT: Mapping[str, Support] = MappingProxyType(
    {one.label: one
     for one in (*support_numbers.FUNCTIONS, *support_functions.FUNCTIONS, *support_special.FUNCTIONS,
                 *support_polylog.FUNCTIONS, *support_hypergeometric.FUNCTIONS)})

# Functions of <math.h> -> number of arguments, all of one float type; float32 has the same names with an f.
LIBM: Mapping[str, int] = MappingProxyType({
    **dict.fromkeys((
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "erf", "erfc",
        "exp", "exp2", "expm1", "fabs", "floor", "lgamma", "log", "log10", "log1p", "log2", "rint", "sin",
        "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc"), 1),
    **dict.fromkeys(("atan2", "copysign", "fmod", "hypot", "pow"), 2),
    "fma": 3,
})

_APART = "static __attribute__((noinline, unused))"
_KEY = "|".join(C_TYPES)
_OWN = re.compile(rf"sn_(?P<name>\w+?)_(?P<key>{_KEY})(?:_(?P<to>{_KEY}))?")
# Looked for from the end: a search for a parenthesis is faster than one for any name before it.
_CALL = re.compile(r"\((\w*[a-z])\b")


def called(text: str) -> frozenset[str]:
    """Names of all support functions and library functions that a C text calls.

    >>> sorted(called("x < 0 ? expf(x) : sn_softplus_f32(x)"))
    ['expf', 'sn_softplus_f32']
    """
    return frozenset(filter(_is_known, (name[::-1] for name in set(_CALL.findall(text[::-1])))))


@lru_cache(maxsize=1024)
def _is_known(name: str) -> bool:
    return bool(_OWN.fullmatch(name) or _base(name) or is_scipys(name))


def prototype(name: str) -> str:
    """The C declaration of a library function; of one of SciPy's the definition of its pointer.

    >>> prototype("powf")
    'float powf(float, float);'
    """
    if is_scipys(name):
        return pointer(name)
    base = _base(name)
    if base is None:
        raise KeyError(f"{name!r} is not in LIBM")
    real = "double" if name == base else "float"
    return f"{real} {name}({', '.join([real] * LIBM[base])});"


def _base(name: str) -> str | None:
    return next((base for base in (name, name.removesuffix("f")) if base in LIBM), None)


def definition(name: str, qualifier: str = "static inline") -> str:
    """The C definition of one support function, such as ``"sn_remainder_i32"``.

    Raises:
        KeyError: there is no such function, or not for this dtype.
    """
    found = _OWN.fullmatch(name)
    one = SUPPORT.get(f"{found['name']}:{found['to']}" if found["to"] else found["name"]) if found else None
    if found is None or one is None:
        raise KeyError(f"there is no support function {name!r}")
    body = one.body.of(key_class(found["key"]))
    if isinstance(body, Absent):
        raise KeyError(f"there is no support function {name!r}: {body.reason}")
    head = f"{one.result} {name}({', '.join(one.params)})"
    text = f"{_APART if one.apart else qualifier} {head} {{\n{body}\n}}\n".replace("{R}", C_TYPES.get(one.to, ""))
    return fill(text, found["key"])


def expand(names: Iterable[str], qualifier: str = "static inline") -> tuple[str, frozenset[str]]:
    """Definitions of support functions and of all that they call, callees first; library functions called.

    ``names`` may hold library functions too, so that ``expand(called(text))`` says all that a text needs.

    >>> text, library = expand({"sn_softplus_f64", "sin"})
    >>> text.splitlines()[0], sorted(library)
    ('static inline double sn_softplus_f64(double x) {', ['exp', 'fabs', 'log1p', 'sin'])
    """
    texts: dict[str, str] = {}
    library: set[str] = set()

    def add(name: str) -> None:
        if _base(name) or is_scipys(name):
            library.add(name)
        elif name not in texts:
            text = definition(name, qualifier)
            for other in sorted(called(text) - {name}):
                add(other)
            texts[name] = text

    for name in sorted(names):
        add(name)
    return "".join(texts.values()), frozenset(library)
