"""Elementary functions of real numbers in high precision, NaN where a function has no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp

_NAN, _INF = mp.nan, mp.inf


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


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "arcsin": _on(-1, 1, mp.asin), "arccos": _on(-1, 1, mp.acos), "arctan": mp.atan, "arcsinh": mp.asinh,
    "arccosh": _on(1, float("inf"), mp.acosh), "arctanh": _arctanh, "exp2": lambda x: mp.mpf(2) ** x, "log2": _log2,
    "log10": lambda x: mp.log10(x) if x > 0 else -_INF if x == 0 else _NAN,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "deg2rad": lambda x: x * mp.pi / 180,
    "rad2deg": lambda x: x * 180 / mp.pi, "conjugate": lambda x: x, "erf": mp.erf, "erfc": mp.erfc, "sign": mp.sign,
    "floor": mp.floor, "ceil": mp.ceil, "rint": mp.nint, "trunc": lambda x: mp.sign(x) * mp.floor(abs(x)),
    "floor_divide": _floor_divide, "remainder": lambda x, y: x - y * _floor_divide(x, y),
    "fmod": lambda x, y: x - y * int(x / y),
    "copysign": lambda x, y: -abs(x) if y < 0 else abs(x), "hypot": mp.hypot,
    "sum_error": lambda x, y: mp.mpf(0) * (x + y),
    "discriminant_root": lambda b, a, c: mp.sqrt(b * b - a * c) if b * b >= a * c else _NAN,
    "arctan2": mp.atan2, "sqrt_product": lambda x, y: mp.sqrt(x * y) if x * y >= 0 else _NAN,
    "sinpi": mp.sinpi, "cospi": mp.cospi, "inverse_scale": _inverse_scale,
    "log1mexp": lambda x: mp.log(1 - mp.exp(x)) if x < 0 else -_INF if x == 0 else _NAN,
    "compound": lambda x, y: mp.power(1 + x, y) if x > -1 else _NAN,
    "compoundm1": lambda x, y: mp.power(1 + x, y) - 1 if x > -1 else _NAN,
    "sinc": lambda x: mp.sinc(mp.pi * x),
    "clip": lambda x, low, high: min(max(x, low), high), "digamma": mp.digamma, "trigamma": lambda x: mp.psi(1, x),
    "polygamma": lambda n, x: mp.psi(int(n), x)}
