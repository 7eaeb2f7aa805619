"""How facts pass through functions of one operand, and others that are monotone: by the rows' own references."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from ..ir.node import Node
from ..ops.spec import OpSpec
from ..ops.table import TABLE
from ..records import dataclass
from .facts import Facts, Transfer
from .intervals import EVERYTHING, Range

_INF = math.inf
SLACK = 2.0    # times the units in the last place that a row promises


@dataclass(frozen=True, slots=True)
class Image:
    """Where a function has values (NaN elsewhere), what they are, and whether they are ever 0 or -0.0."""

    domain: Range = EVERYTHING
    values: Range = EVERYTHING
    zero: bool = True
    minus_zero: bool = True


def _up(value: float) -> float:
    return math.nextafter(value, _INF)


HALF_TURN, _QUARTER_TURN = _up(math.pi), _up(math.pi / 2)
_POSITIVE = Image(values=Range(0, _INF), zero=False, minus_zero=False)
_SMALL, _NOT_NEGATIVE, _ANGLE = Range(-1, 1), Range(0, _INF), Range(-_QUARTER_TURN, _QUARTER_TURN)

# Rows that say "increasing", or are listed as falling; others have values and no more.
IMAGES: Mapping[str, Image] = MappingProxyType({
    "exp": _POSITIVE, "exp2": _POSITIVE, "softplus": _POSITIVE,
    "sigmoid": Image(values=Range(0, 1), zero=False, minus_zero=False), "expm1": Image(values=Range(-1, _INF)),
    "log": Image(_NOT_NEGATIVE), "log2": Image(_NOT_NEGATIVE), "log10": Image(_NOT_NEGATIVE),
    "log1p": Image(Range(-1, _INF)), "sqrt": Image(_NOT_NEGATIVE, _NOT_NEGATIVE), "cbrt": Image(),
    "arcsin": Image(_SMALL, _ANGLE), "arctan": Image(values=_ANGLE), "arcsinh": Image(), "sinh": Image(),
    "tanh": Image(values=_SMALL), "arccosh": Image(Range(1, _INF), _NOT_NEGATIVE, minus_zero=False),
    "arctanh": Image(_SMALL), "erf": Image(values=_SMALL), "sign": Image(values=_SMALL),
    "floor": Image(), "ceil": Image(), "trunc": Image(), "rint": Image(), "deg2rad": Image(), "rad2deg": Image(),
    "arccos": Image(_SMALL, Range(0, HALF_TURN), minus_zero=False),
    "erfc": Image(values=Range(0, 2), zero=False, minus_zero=False),
    "sin": Image(Range(-_INF, _INF, True, True), _SMALL), "cos": Image(Range(-_INF, _INF, True, True), _SMALL),
    "sinpi": Image(Range(-_INF, _INF, True, True), _SMALL), "cospi": Image(Range(-_INF, _INF, True, True), _SMALL),
    "tan": Image(Range(-_INF, _INF, True, True)), "inverse_scale": _POSITIVE,
    # Of larger numbers pi times them may be infinite.
    "sinc": Image(Range(-1e37, 1e37), Range(-0.218, 1)),
    "cosh": Image(values=Range(1, _INF), minus_zero=False),
})
_FALLING = frozenset({"arccos", "erfc"})
_WHOLE = frozenset({"floor", "ceil", "trunc", "rint", "sign"})
# What is finite inside of the domain.
_FINITE = _WHOLE | {"sqrt", "cbrt", "arcsinh", "log", "log2", "log10", "log1p", "softplus", "arccosh", "deg2rad"}


def _image(node: Node, operands: Sequence[Facts]) -> Facts:
    """Facts of a function of one operand, by its row and its image."""
    return _image_of(node.op.name, node.dtype, operands[0])


@lru_cache(4096)
def _image_of(name: str, dtype: np.dtype[Any], x: Facts) -> Facts:
    image, row = IMAGES[name], TABLE[name]
    if dtype.kind != "f" and name != "sign":
        return x
    monotone, keeps_zero = "increasing" in row.facts or row.name in _FALLING, "zero_preserving" in row.facts
    inside = x.range & image.domain
    values = image.values & _ends(row, dtype, [inside]) if monotone and not inside.is_empty else image.values
    zero = image.zero and (x.zero or not (keeps_zero and monotone) or row.name in _WHOLE)
    minus = image.minus_zero and (x.minus_zero or not (keeps_zero and x.nonnegative))
    return Facts(values, x.nan or not _within(x.range, image.domain), zero, row.name in _WHOLE, minus)


def _within(inner: Range, outer: Range) -> bool:
    return inner & outer == inner


def _ends(row: OpSpec, dtype: np.dtype[Any], operands: Sequence[Range]) -> Range:
    """What an op that is monotone in every operand gives at the ends, with room for its error."""
    function = row.reference()
    ends = [[x.lower for x in operands], [x.upper for x in operands]]
    with np.errstate(all="ignore"):
        found = [float(function(*map(np.float64, end))) for end in ends]
    low, high = found[::-1] if row.name in _FALLING else found
    if math.isnan(low) or math.isnan(high):
        return EVERYTHING
    steps = 0.0 if row.name in _WHOLE else SLACK * max(row.tol, 1.0)
    room = steps * float(np.finfo(dtype).eps) if dtype.kind == "f" else 0.0
    finite, x = row.name in _FINITE, operands[0]
    low_open = x.lower_open and ((finite and low == -_INF) or (row.name == "sqrt" and low == 0))
    return Range(with_room(low, -room), with_room(high, room), low_open, finite and x.upper_open and high == _INF)


def with_room(value: float, room: float) -> float:
    """A value with relative room; a subnormal one goes to 0."""
    if value == 0 or math.isinf(value):
        return value
    found = value + abs(value) * room
    return found if abs(value) > 1e-37 or (value < 0) == (room < 0) else 0.0


def _increasing(node: Node, operands: Sequence[Facts]) -> Facts:
    """Facts of a function that grows with both operands."""
    nan = any(x.nan for x in operands)
    return Facts(_ends(node.op, node.dtype, [x.range for x in operands]), nan)


FUNCTIONS: Mapping[str, Transfer] = MappingProxyType({
    **dict.fromkeys(IMAGES, _image), **dict.fromkeys(("logaddexp", "logaddexp2"), _increasing)})
