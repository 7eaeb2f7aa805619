"""Calls of formulas in Python: what ``_runtime.Formula`` is where it is built, and what serves where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from .errors import UnsupportedError
from .records import dataclass
from .structures import Structure, pack

Slow = Callable[[Sequence[Any], dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """A result: one output, or if it has a ``shape`` so many of them from ``first`` on, side by side in one array."""

    first: int
    shape: tuple[int, ...] | None

    @property
    def count(self) -> int:
        """The number of outputs in it.

        >>> Layout(0, (2, 3)).count
        6
        """
        return 1 if self.shape is None else prod(self.shape)


class Formula:
    """Calls ``slow`` with the arguments and the keywords.

    Args:
        layouts: what the results are made of, one for each.
        structure: how results are handed out.
        slow: what serves a call.
        n_args: the number of arguments.
        leading: whether the axes that a layout has of its own come after those of its outputs.
        flat: whether each argument is one value.
    """

    def __init__(self, layouts: Sequence[Layout], structure: Structure, slow: Slow, n_args: int, leading: bool,
                 flat: bool) -> None:
        self._slow = slow

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """Compute the results for numbers or arrays; ``out`` takes arrays for them."""
        return self._slow(args, keywords)

    @staticmethod
    def can_serve(form: Any) -> bool:
        """Whether a function is native code that this class can call: none, here."""
        return False

    def add_form(self, form: Any) -> None:
        """Serve calls by a function that :meth:`can_serve`."""

    def serve_any(self, values: list[Any], out: Any) -> Any:
        """The results of a form that was added, None where no form serves: always, here."""
        return None

    def serve_by(self, form: Any, values: list[Any], out: Any) -> Any:
        """The results of one native form.

        Raises:
            UnsupportedError: always.
        """
        raise UnsupportedError("this call path has no native forms")


def assembled(made: Sequence[Any], layouts: Sequence[Layout], structure: Structure, leading: bool) -> Any:
    """Results from outputs, as :class:`Formula` hands them out: numbers are NumPy scalars.

    >>> assembled([np.array(1.0), np.array(2.0)], [Layout(0, (1, 2))], "one", True)
    array([[1., 2.]])
    """
    return pack(structure, [_result(made, layout, leading) for layout in layouts])


def _result(made: Sequence[Any], layout: Layout, leading: bool) -> Any:
    if layout.shape is None:
        return made[layout.first][()]
    parts = np.stack(made[layout.first:layout.first + layout.count])
    whole = parts.reshape(layout.shape + parts.shape[1:])
    n = len(layout.shape)
    return np.moveaxis(whole, range(n), range(whole.ndim - n, whole.ndim)) if leading else whole


def filled(results: Sequence[Any], targets: Sequence[Any]) -> list[Any]:
    """Results in the arrays that take them, where there is one.

    >>> out = np.zeros(2)
    >>> filled([np.ones(2)], [out])[0] is out
    True
    """
    done = []
    for result, target in zip(results, targets, strict=True):
        if target is not None:
            np.copyto(target, result)
        done.append(result if target is None else target)
    return done


def make_ufunc(name: str, doc: str, n_in: int, n_out: int, loops: list[tuple[list[np.dtype[Any]], Any]]) -> Any:
    """A ufunc whose loops are native code; None, because there is none on this call path."""
    return None
