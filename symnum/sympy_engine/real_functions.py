"""Ops as functions of real numbers in high precision, NaN where a function has no value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import mpmath as mp

_NAN, _INF = mp.nan, mp.inf


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with NaN of NaN and where there is no value."""
    def call(*xs: Any) -> Any:
        if any(isinstance(x, mp.mpf) and mp.isnan(x) for x in xs):
            return _NAN
        try:
            return function(*xs)
        except (ArithmeticError, ValueError):
            return _NAN
    return call


def meant(number: Any) -> Any:
    """The real number that a float stands for: pi, doubled or halved any number of times, and else itself.

    >>> import numpy as np
    >>> meant(np.float32(np.pi / 2)) == mp.pi / 2, meant(np.float64(0.1)) == 0.1
    (True, True)
    """
    value = mp.mpf(number.item())
    if math.frexp(abs(number.item()))[0] == math.frexp(number.dtype.type(math.pi))[0]:
        return mp.pi * value / mp.mpf(float(number.dtype.type(math.pi)))
    return value


# functions ----------------------------------------------------------------------------------------------------

def _on(low: float, high: float, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: function(x) if low <= x <= high else _NAN


def _arctanh(x: Any) -> Any:
    return mp.atanh(x) if abs(x) < 1 else x * _INF if abs(x) == 1 else _NAN


def _log2(x: Any) -> Any:
    return mp.log(x, 2) if x > 0 else -_INF if x == 0 else _NAN


def _floor_divide(x: Any, y: Any) -> Any:
    return mp.floor(x / y)


def _inverse_scale(x: Any) -> Any:
    return mp.mpf(2) ** -mp.floor(mp.log(abs(x), 2)) if x else mp.mpf(1)


def _log(x: Any) -> Any:
    return mp.log(x) if x > 0 else _NAN if x < 0 else -_INF


def _within(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: function(x) if abs(x) < 1e8 else _NAN  # beyond, the digits would fill the memory


def _exp(x: Any) -> Any:
    return mp.exp(x) if mp.isinf(x) else _within(mp.exp)(x)


def _power(x: Any, y: Any) -> Any:
    if y == 0:
        return mp.mpf(1)
    return mp.power(x, y) if x > 0 or y == int(y) else mp.mpf(0) if x == 0 and y > 0 else _NAN


def _erfcx(x: Any) -> Any:
    if x > 1e6:     # DLMF 7.12.1; beyond the first three terms are digits that no float has
        return (1 - (1 - 1.5 / x**2) / (2 * x**2)) / (x * mp.sqrt(mp.pi))
    return mp.exp(x * x) * mp.erfc(x) if x > -1e6 else _INF


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    "add": lambda x, y: x + y, "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y,
    "true_divide": lambda x, y: x / y, "negative": lambda x: -x, "positive": lambda x: x, "absolute": abs,
    "reciprocal": lambda x: 1 / x, "square": lambda x: x * x, "sqrt": lambda x: mp.sqrt(x) if x >= 0 else _NAN,
    "rsqrt": lambda x: 1 / mp.sqrt(x) if x > 0 else _NAN,
    "rsqrt_cubed": lambda x: x ** -1.5 if x > 0 else _NAN,
    "square_term": lambda x: x * x, "power": _power, "exp": _exp, "log": _log,
    "log1p": lambda x: _log(1 + x), "expm1": lambda x: _exp(x) - 1,
    "sigmoid": lambda x: 1 / (1 + _exp(-x)), "softplus": lambda x: mp.log(1 + _exp(x)),
    "logaddexp": lambda x, y: mp.log(_exp(x) + _exp(y)), "maximum": max, "minimum": min, "sin": _within(mp.sin),
    "cos": _within(mp.cos), "tan": _within(mp.tan), "sinh": _within(mp.sinh), "cosh": _within(mp.cosh),
    "tanh": _within(mp.tanh),
    "arcsin": _on(-1, 1, mp.asin), "arccos": _on(-1, 1, mp.acos), "arctan": mp.atan, "arcsinh": mp.asinh,
    "arccosh": _on(1, float("inf"), mp.acosh), "arctanh": _arctanh, "exp2": lambda x: mp.mpf(2) ** x, "log2": _log2,
    "log10": lambda x: mp.log10(x) if x > 0 else -_INF if x == 0 else _NAN,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "deg2rad": lambda x: x * mp.pi / 180,
    "rad2deg": lambda x: x * 180 / mp.pi, "conjugate": lambda x: x, "erf": mp.erf, "erfc": mp.erfc, "erfcx": _erfcx,
    "sign": mp.sign,
    "floor": mp.floor, "ceil": mp.ceil, "rint": mp.nint, "trunc": lambda x: mp.sign(x) * mp.floor(abs(x)),
    "floor_divide": _floor_divide, "remainder": lambda x, y: x - y * _floor_divide(x, y),
    "fmod": lambda x, y: x - y * int(x / y),
    "copysign": lambda x, y: -abs(x) if y < 0 else abs(x), "hypot": mp.hypot,
    "sum_error": lambda x, y: mp.mpf(0) * (x + y),
    "discriminant_root": lambda b, a, c: mp.sqrt(b * b - a * c) if b * b >= a * c else _NAN,
    "arctan2": mp.atan2, "sqrt_product": lambda x, y: mp.sqrt(x * y) if x * y >= 0 else _NAN,
    "sinpi": mp.sinpi, "cospi": mp.cospi, "inverse_scale": _inverse_scale,
    "frexp_mantissa": lambda x: mp.frexp(x)[0], "frexp_exponent": lambda x: mp.mpf(mp.frexp(x)[1]),
    "log1mexp": lambda x: mp.log(1 - mp.exp(x)) if x < 0 else -_INF if x == 0 else _NAN,
    "compound": lambda x, y: mp.power(1 + x, y) if x > -1 else _NAN,
    "compoundm1": lambda x, y: mp.power(1 + x, y) - 1 if x > -1 else _NAN,
    "sinc": lambda x: mp.sinc(mp.pi * x),
    "clip": lambda x, low, high: min(max(x, low), high), "digamma": mp.digamma, "trigamma": lambda x: mp.psi(1, x),
    "polygamma": lambda n, x: mp.psi(int(n), x)})
TESTS: Mapping[str, Callable[..., bool]] = MappingProxyType({
    "less": lambda x, y: x < y, "less_equal": lambda x, y: x <= y, "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y, "equal": lambda x, y: x == y, "not_equal": lambda x, y: x != y,
    "isfinite": lambda x: bool(mp.isfinite(x)), "logical_not": lambda x: not x,
    "logical_and": lambda x, y: bool(x and y), "logical_or": lambda x, y: bool(x or y)})
