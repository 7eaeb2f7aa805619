"""Whole powers by repeated squaring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def power(base: T, count: int, product: Callable[[T, T], T]) -> T:
    """The product of ``count`` factors, at least one, in about log2(count) multiplications.

    >>> power(3, 5, lambda a, b: a * b), power("ab", 3, lambda a, b: a + b)
    (243, 'ababab')
    """
    found = None
    while True:
        if count & 1:
            found = base if found is None else product(found, base)
        count >>= 1
        if not count:
            break
        base = product(base, base)
    assert found is not None, "there is at least one factor"
    return found
