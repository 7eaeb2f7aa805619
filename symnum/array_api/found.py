"""The standard's names in symnum's modules, and its extensions as modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from .. import tensor
from .placed import placed
from .written import writable

_PLACED = frozenset({"fftfreq", "rfftfreq"})


def public(module: Any, name: str) -> Callable[..., Any] | None:
    """The public function of that name; None if the module does not have it.

    >>> public(tensor, "sum").__name__, public(tensor, "symbolic")
    ('sum', None)
    """
    return getattr(module, name) if name in module.__all__ else None


def extension(name: str, own: Any, functions: Iterable[str]) -> ModuleType:
    """A module with the functions of an extension of the standard, as far as symnum's module ``own`` has them.

    >>> extension("linalg", tensor, ["matmul"]).matmul.__name__
    'matmul'
    """
    made = ModuleType(f"symnum.array_api.{name}", f"The extension {name} of the array API standard.")
    for function in functions:
        found = public(own, function) or (public(tensor, function) if function in _SHARED else None)
        if found is not None:
            setattr(made, function, writable(placed(found) if function in _PLACED else found))
    vars(made)["__all__"] = [key for key in functions if hasattr(made, key)]
    return made


# Functions that the standard has in its main namespace too.
_SHARED = frozenset({"matmul", "matrix_transpose", "outer", "tensordot", "vecdot"})
