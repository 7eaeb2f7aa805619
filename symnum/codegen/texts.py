"""The scalar text of an op: its row's template for the operands' dtype class, and what it calls."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import numpy as np

from .. import dtypes
from ..errors import GraphError, UnsupportedError
from ..ir.node import Node
from ..ops.scalars import C_TYPES, fields
from ..ops.spec import Absent, OpSpec
from ..ops.support import called, expand
from ..ops.table import TABLE
from .instructions import ADD_SQUARE

_FIELD = re.compile(r"\{(\w+)\}")
_DIVISION, _LOOP = re.compile(r" [/%] "), re.compile(r"\b(for|while) \(")
# Library functions that processors have instructions for.
_INSTRUCTIONS = frozenset(("ceil", "copysign", "fabs", "floor", "fma", "rint", "sqrt", "trunc"))
_CAST = TABLE["cast"]
# Whether ({0}, {1}) wins against ({2}, {3}), value and position: the better value does, NaN above all, and of equal
# ones that with the lower position.
_BETTER = "({0} %s {2}) | (({0} == {2}) & ({1} < {3}))"
_BETTER_FLOAT = ("({0} %s {2}) | (({0} != {0}) & ({2} == {2})) | "
                 "((({0} == {2}) | (({0} != {0}) & ({2} != {2}))) & ({1} < {3}))")
POSITIONS = {"argmax": ">", "argmin": "<"}
# The position that every other one beats.
LAST = 2 ** 63 - 1
# What ops make of an integer and itself: compilers warn of texts that compare them, and of variables that none uses.
_OF_ITSELF = {"maximum": "{0}", "minimum": "{0}", "fmax": "{0}", "fmin": "{0}",
              **dict.fromkeys(("less", "greater", "not_equal"), "((void){0}, 0)"),
              **dict.fromkeys(("less_equal", "greater_equal", "equal"), "((void){0}, 1)")}


@cache
def key(dtype: np.dtype[Any]) -> str:
    """The short key of a dtype; memory of complex numbers has that of their parts.

    >>> key(np.dtype("float32")), key(np.dtype(bool)), key(np.dtype("complex128"))
    ('f32', 'b', 'f64')
    """
    part = dtypes.part_of(dtype)
    return "b" if part == dtypes.BOOL else f"{part.kind}{8 * part.itemsize}"


def template(op: OpSpec, operands: Sequence[np.dtype[Any]], dialect: str = "c") -> str:
    """The text of an op's row for operands of these dtypes.

    >>> template(TABLE["exp"], [np.dtype("float32")])
    'exp{s}({0})'

    Raises:
        UnsupportedError: the row has no text for them.
    """
    row = op.text(dialect)
    if isinstance(row, Absent):
        raise UnsupportedError(f"op {op.name} has no {dialect} text: {row.reason}")
    found = row.of(dtypes.dtype_class(operands[0]))
    if not isinstance(found, str):
        raise UnsupportedError(f"op {op.name} has no {dialect} text for {dtypes.names(operands)}: {found.reason}")
    return found


def scalar_text(op: OpSpec, result: np.dtype[Any], operands: Sequence[np.dtype[Any]], names: Sequence[str],
                truth: str, dialect: str = "c") -> str:
    """An op applied to names or literals; ``truth`` is the type whose conversion makes 0 or 1.

    >>> f64 = np.dtype("float64")
    >>> scalar_text(TABLE["add"], f64, [f64, f64], ["a", "b"], "_Bool")
    'a + b'
    """
    if op is _CAST and operands[0] == dtypes.BOOL and result != dtypes.FLOAT16:
        # A choice becomes vector code beside wide operands; a conversion of single bytes does not.
        return f"{names[0]} ? 1 : 0"
    of_itself = op.name in _OF_ITSELF and names[0] == names[1] and operands[0].kind in "biu"
    pieces = _pieces(op, result, tuple(operands), truth, dialect, of_itself)
    return "".join([names[x] if isinstance(x, int) else x for x in pieces])


@cache
def _pieces(op: OpSpec, result: np.dtype[Any], operands: tuple[np.dtype[Any], ...], truth: str, dialect: str,
            of_itself: bool) -> tuple[str | int, ...]:
    """The text of an op, with the numbers of operands in their places."""
    known = _fields(operands[0], result, truth)
    text = _OF_ITSELF[op.name] if of_itself else template(op, operands, dialect)
    parts = _FIELD.split(text)
    return tuple(int(x) if k % 2 and x.isdigit() else known[x] if k % 2 else x for k, x in enumerate(parts))


def _fields(operand: np.dtype[Any], result: np.dtype[Any], truth: str) -> dict[str, str]:
    known = dict(fields(key(operand)))
    known["R"] = truth if result == dtypes.BOOL else C_TYPES[key(result)]
    known["r"] = key(result)
    if operand.kind in "iu":
        suffix = ("U" if operand.kind == "u" else "") + ("LL" if operand.itemsize == 8 else "")
        known["MAX"] = f"{np.iinfo(operand).max}{suffix}"
    return known


def calls(node: Node) -> frozenset[str]:
    """Names of the library functions that computing a node calls, through support functions too.

    >>> from symnum.ir.build import input_leaf, o
    >>> sorted(calls(o.sigmoid(input_leaf("x", "float32", ()))))
    ['expf', 'fabsf']
    """
    return _whole(node)[1]


def is_serial(node: Node, vector: Collection[str]) -> bool:
    """Whether computing a node is never vector code: it has loops, divides integers, or calls a function that is
    neither in ``vector`` nor an instruction.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> is_serial(o.exp(x), ["exp"]), is_serial(o.exp(x), []), is_serial(o.sqrt(x), [])
    (False, True, False)
    """
    text, library = _whole(node)
    divides = bool(node.operands) and node.operands[0].dtype.kind in "iu" and _DIVISION.search(text)
    return bool(divides or _LOOP.search(text)) or any(
        name not in vector and name.removesuffix("f") not in _INSTRUCTIONS for name in library)


def _whole(node: Node) -> tuple[str, frozenset[str]]:
    """The text of a node with all support functions, and the library functions that are called."""
    if node.op.kind != "elementwise":
        return "", frozenset()
    return _expanded(node.op, node.dtype, tuple(x.dtype for x in node.operands))


@cache
def _expanded(op: OpSpec, result: np.dtype[Any], operands: tuple[np.dtype[Any], ...]) -> tuple[str, frozenset[str]]:
    names = [f"x{k}" for k in range(len(operands))]
    text = scalar_text(op, result, operands, names, "_Bool")
    support, library = expand(called(text))
    return text + support, library


def combine_text(combine: str, dtype: np.dtype[Any], names: Sequence[str], truth: str, dialect: str = "c") -> str:
    """One step of a fold; for argmax and argmin whether (value, position) beats (value, position).

    >>> combine_text("add", np.dtype("float64"), ["sum[i]", "x"], "_Bool")
    'sum[i] + x'
    """
    if combine in POSITIONS:
        text = (_BETTER_FLOAT if dtype.kind == "f" else _BETTER) % POSITIONS[combine]
        return _FIELD.sub(lambda found: names[int(found[1])], text)
    op = ADD_SQUARE if combine == ADD_SQUARE.name else TABLE[combine]
    return scalar_text(op, dtype, (dtype, dtype), names, truth, dialect)


def identity(combine: str, dtype: np.dtype[Any]) -> object:
    """The value that a fold starts from: it never wins against an element.

    >>> identity("maximum", np.dtype("int8")), identity("add", np.dtype("float64"))
    (-128, 0)
    """
    if combine in ("add", "logical_or"):
        return 0
    if combine in ("multiply", "logical_and"):
        return 1
    low = {"maximum": True, "argmax": True, "minimum": False, "argmin": False}.get(combine)
    if low is None:
        raise GraphError(f"{combine} is not a combining op of folds")
    if dtype.kind == "f":
        return -np.inf if low else np.inf
    if dtype == dtypes.BOOL:
        return not low
    return int(np.iinfo(dtype).min if low else np.iinfo(dtype).max)
