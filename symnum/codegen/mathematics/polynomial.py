"""``Polynomial``: coefficients for a function of the own vector mathematics, and how good they are."""

from __future__ import annotations

from ...records import dataclass


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A polynomial in C: coefficients from the lowest on, the interval of its variable, and its greatest weighted
    error as a power of 2.  ``tail`` is what the rounding of the lowest coefficient has lost."""

    interval: tuple[float, float]
    bits: float
    coefficients: tuple[str, ...]
    tail: str

    @property
    def degree(self) -> int:
        """The highest power of the variable."""
        return len(self.coefficients) - 1
