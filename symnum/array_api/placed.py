"""Functions with the standard's keyword ``device``, which tensors do not need."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..errors import ArgumentValueError
from ..tensor import Tensor


def placed(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``function`` with the keyword ``device``, which changes nothing; it must be ``"cpu"`` or None.

    Raises:
        ArgumentValueError: another device, when the function is called.

    >>> from symnum import tensor as T
    >>> placed(T.zeros)((2,), device="cpu")
    <Tensor: float64 (2,)>
    """
    @functools.wraps(function)
    def public(*args: Any, device: object = None, **kwargs: Any) -> Tensor:
        check_device(device)
        return function(*args, **kwargs)
    signature = inspect.signature(function)
    keyword = inspect.Parameter("device", inspect.Parameter.KEYWORD_ONLY, default=None)
    given = [p for p in signature.parameters.values() if p.name != "device"]
    vars(public)["__signature__"] = signature.replace(parameters=[*given, keyword])
    public.__doc__ = _with_device(function.__doc__ or "")
    return public


_DEVICE = 'device: ``"cpu"`` or None, which change nothing.'
_DEVICE_ERROR = 'ArgumentValueError: the device is not ``"cpu"`` or None.'


def _with_device(doc: str) -> str:
    """A docstring with a line for the keyword after its other arguments, and one for the error before others."""
    arguments, title, rest = inspect.cleandoc(doc).partition("\n\nReturns:\n")
    rest = rest.replace("Raises:\n", f"Raises:\n    {_DEVICE_ERROR}\n", 1)
    return f"{arguments}\n    {_DEVICE}{title}{rest}"


def check_device(device: object) -> None:
    """Nothing, or an error: a tensor has no device until its function is compiled.

    Raises:
        ArgumentValueError: the device is not ``"cpu"`` or None.
    """
    if device not in (None, "cpu"):
        raise ArgumentValueError(f"unknown device {device!r}; expected 'cpu': where a function runs is said by "
                                 f"its mode, as in function(inputs, outputs, mode='cuda')")
