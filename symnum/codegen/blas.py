"""Calls of what the runtime's table holds for matrices, as text: its own products, and the Fortran BLAS and LAPACK."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .abi import BLAS

_LETTERS = {"float": "s", "double": "d"}
# Parameters, all of them pointers: c characters, i integers, r numbers; w and o are numbers and integers written.
_PARAMETERS: Mapping[str, str] = MappingProxyType({
    "dot": "iriri", "gemv": "ciirririrwi", "gemm": "cciiirririrwi", "trsm": "cccciirriwi", "getrf": "iiwioo"})
_TYPES = {"c": "const char *", "i": "const int *", "o": "int *"}


def routine_name(routine: str, type_: str) -> str:
    """The name of a routine for a C type.

    >>> routine_name("gemm", "double")
    'dgemm'
    """
    return _LETTERS[type_] + routine


def function(routine: str, type_: str, table: str = "rt->blas") -> str:
    """A function as an expression that can be called.

    >>> function("getrf", "float")
    '((void (*)(const int *, const int *, float *, const int *, int *, int *))rt->blas[16])'
    """
    types = _TYPES | {"r": f"const {type_} *", "w": f"{type_} *"}
    result = type_ if routine == "dot" else "void"
    parameters = ", ".join(types[x] for x in _PARAMETERS[routine])
    return f"(({result} (*)({parameters})){table}[{BLAS.index(routine_name(routine, type_))}])"


def product(type_: str, lengths: tuple[str, str, str], a: tuple[str, str, str], b: tuple[str, str, str],
            c: tuple[str, str], sign: int = 0, vector: int = 0, room: tuple[str, str] = ("0", "0")) -> str:
    """The ``sn_product`` of lengths m, n, k, operands (pointer, distance of rows, distance of columns), and memory to
    work in (pointer, bytes).

    >>> product("double", ("3", "4", "5"), ("a", "5", "1"), ("b", "1", "5"), ("c", "4"), -1)
    '(const sn_product){ 3, 4, 5, 1, a, 5, 1, b, 1, 5, c, 4, -1, 0, 0, 0 }'
    """
    values = (*lengths, str(int(type_ == "double")), *a, *b, *c, str(sign), str(vector), *room)
    return f"(const sn_product){{ {', '.join(values)} }}"
