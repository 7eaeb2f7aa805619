"""Work that another thread does, for a caller who waits only so long."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Pending(Generic[Made]):
    """The result of ``make``, which runs in a thread of its own from now on.

    The thread is waited for when the process ends, so that what it makes is kept.

    >>> Pending(lambda: 42).within(None)
    42
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._made: Made | None = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, args=(make,), name="symnum-compile")
        self._thread.start()

    def _work(self, make: Callable[[], Made]) -> None:
        try:
            self._made = make()
        except BaseException as error:  # noqa: BLE001  (whoever asks for the result gets it)
            self._error = error

    def within(self, seconds: float | None) -> Made | None:
        """The result, waited for at most so long (None: to the end); None if it is not there yet.

        Raises:
            BaseException: whatever ``make`` raised.
        """
        if self._made is None:
            self._thread.join(seconds)
        if self._error is not None:
            raise self._error
        return self._made
