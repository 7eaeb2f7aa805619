"""The own functions as C text: what of the files of this folder some functions need, with coefficients filled in.

Each function ``exp`` of the C library has an own one ``sn_own_exp``: plain C without branches, loops or calls of
anything but instructions, so that loops over it become vector code with any compiler, and every element has the
same bits whatever the width.  float32 is computed in double.  Some functions of float32 have a form ``sn_single_expf``
too, which is computed in float32: its error is that of the default precision, and it is short.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .coefficients import POLYNOMIALS, TURNS, TURNS_SHORT

PREFIX, SINGLE = "sn_own_", "sn_single_"
FILES = ("pairs.c", "exponential.c", "logarithmic.c", "circular.c", "inverse.c", "error.c", "single.c")

# Whether the processor multiplies and adds in one rounding; else exact products are made of halves.
FUSED = """\
#if defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__)
#define SN_FUSED
#endif
"""
_CONSTANTS: Mapping[str, str] = MappingProxyType({
    "SN_INFINITE": "snm_real(0x7ff0000000000000ULL)", "SN_NONE": "snm_real(0x7ff8000000000000ULL)",
    **{f"SN_TURNS_{letter}": ", ".join(column) for letter, column in zip("ABCD", TURNS, strict=True)},
    **{f"SN_TURNS_SHORT_{letter}": ", ".join(column) for letter, column in zip("AB", TURNS_SHORT, strict=True)}})
_POLYNOMIAL = re.compile(r"\bSN_([A-Z]+(?:_SHORT|_SINGLE)?)(?:_(0|1|2|TAIL|SLOPE))?\b(?:\(([^()]*)\))?")
_CONSTANT = re.compile(r"\bSN_(?:INFINITE|NONE|TURNS_(?:SHORT_)?[A-D])\b")
_NAME = re.compile(r"\b(snm?_\w+)")
_DEFINED = re.compile(r"static (?:inline|const) [\w ]*?\*?(snm?_\w+)[(\[]|\} (snm_\w+);")
# Quarters of a variable that has a polynomial for each.
_PIECES, _EDGES = {"ERFCX": 4}, ("-0.5", "0", "0.5")
_LONG = 6  # degree from which even and odd powers are summed apart, so that fewer wait for each other
_BETWEEN = re.compile(r"\n(?=\n|static const|static inline|typedef)")
_CALL = re.compile(r"\b([a-z]\w*)\(")


def own_names() -> frozenset[str]:
    """C names of the library functions that have an own form.

    >>> {"exp", "powf"} <= own_names(), "tgamma" in own_names()
    (True, False)
    """
    return frozenset(name.removeprefix(PREFIX) for name in _pieces() if name.startswith(PREFIX))


def single_names() -> frozenset[str]:
    """C names of the library functions that have a form in float32.

    >>> single_names() < own_names(), "expf" in single_names()
    (True, True)
    """
    return frozenset(name.removeprefix(SINGLE) for name in _pieces() if name.startswith(SINGLE))


def renamed(text: str, own: Collection[str], single: Collection[str] = ()) -> str:
    """C text in which calls of these library functions are calls of the own ones, and of those in float32.

    >>> renamed("exp(x) + sn_exp(y) + expf(z)", ["exp"], ["expf"])
    'sn_own_exp(x) + sn_exp(y) + sn_single_expf(z)'
    """
    if not own and not single:
        return text

    def prefix(name: str) -> str:
        return PREFIX if name in own else SINGLE if name in single else ""
    return _CALL.sub(lambda found: prefix(found[1]) + found[0], text)


def own_text(own: Iterable[str], qualifier: str = "static inline", single: Iterable[str] = ()) -> str:
    """Definitions of the own forms of library functions, and of those in float32, with all that they call; empty for
    no names.

    >>> own_text([])
    ''
    >>> "double sn_own_exp(const double x)" in own_text(["exp"])
    True
    """
    known, needed = _definitions(), set[str]()
    todo = [*(PREFIX + name for name in own), *(SINGLE + name for name in single)]
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo += [other for other in _NAME.findall(known[name]) if other in known]
    texts = dict.fromkeys(text for name, text in known.items() if name in needed)
    return FUSED + "".join(texts).replace("static inline", qualifier) if texts else ""


def instructions(names: Iterable[str]) -> frozenset[str]:
    """Library functions that the own forms call: processors have instructions for them.

    >>> sorted(instructions(["asin", "sinf"]))
    ['copysign', 'fabs', 'sqrt']
    """
    return frozenset(_CALL.findall(own_text(names))) & {"copysign", "fabs", "sqrt"}


@cache
def _pieces() -> Mapping[str, str]:
    """Every function, type and table by name, as the files have it, each after what it uses."""
    found: dict[str, str] = {}
    for file in FILES:
        text = Path(__file__).with_name(file).read_text(encoding="utf-8")
        for piece in _BETWEEN.split(text):
            name = _DEFINED.search(piece)
            if name:
                found[name[1] or name[2]] = piece.strip()
    return MappingProxyType(found)


@cache
def _definitions() -> Mapping[str, str]:
    """The same with coefficients filled in."""
    return MappingProxyType({name: _filled(piece) + "\n" for name, piece in _pieces().items()})


def _filled(text: str) -> str:
    text = _CONSTANT.sub(lambda found: _CONSTANTS[found[0]], text)
    return _POLYNOMIAL.sub(lambda found: _part(found[0], found[1], found[2], found[3] or ""), text)


def _part(whole: str, label: str, part: str | None, arguments: str) -> str:
    """A polynomial, or a part of one, as an expression; what is no polynomial stays."""
    base, _, suffix = label.partition("_")
    name = label.lower()
    if base in _PIECES:
        names = [f"{base.lower()}{k}{'_' + suffix.lower() if suffix else ''}" for k in range(_PIECES[base])]
    elif name in POLYNOMIALS:
        names = [name]
    else:
        return whole
    pieces, (chooser, _, variable) = [POLYNOMIALS[n] for n in names], arguments.partition(", ")
    if part == "TAIL":
        return _choice(chooser, [p.tail for p in pieces])
    rows = [_choice(chooser, row) for row in zip(*(p.coefficients for p in pieces), strict=True)]
    if part in ("0", "SLOPE"):
        return rows[0 if part == "0" else 1]
    x, coefficients = variable or chooser, rows[int(part or 0):]
    return _horner(x, coefficients, "snm_mad_single") if suffix == "SINGLE" else _sum(x, coefficients)


def _choice(chooser: str, values: Sequence[str]) -> str:
    """The value for the piece in which the variable lies."""
    *first, last = values
    if not first:
        return last
    return "(" + "".join(f"{chooser} < {edge} ? {v} : " for edge, v in zip(_EDGES, first, strict=True)) + last + ")"


def _sum(x: str, coefficients: Sequence[str]) -> str:
    """The value of a polynomial, by Horner's rule, in two interleaved halves where it is long."""
    if len(coefficients) <= _LONG:
        return _horner(x, coefficients)
    even, odd = (_horner(f"{x} * {x}", coefficients[k::2]) for k in (0, 1))
    return f"snm_mad({x}, {odd}, {even})"


def _horner(x: str, coefficients: Sequence[str], step: str = "snm_mad") -> str:
    *rest, text = coefficients
    for c in reversed(rest):
        text = f"{step}({x}, {text}, {c})"
    return text
