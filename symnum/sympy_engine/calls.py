"""``Calls``: SymPy's functions applied in another process, each within a budget."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import UnsupportedError
from ..records import dataclass
from .shipping import packed
from .worker import received, send

_WORKER = Path(__file__).with_name("worker.py")
_CODE = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')"
_SLOWEST_START = 60.0
_PATIENCE = 5.0     # seconds on the clock beyond a budget of processor time; a worker with children has less
Transform = Callable[[Any], Any]


class LateError(Exception):
    """A call took longer than its budget."""


class RefusedError(Exception):
    """SymPy, or a user's function, raised an error."""


class Calls:
    """A worker process, started when it is first needed, for the time of a ``with`` statement; it runs the functions
    of ``names``, which are of ``worker.NAMES`` or of the user's ``functions``.

    Hashes are drawn as in every other worker, so that SymPy's answers are the same.
    """

    def __init__(self, names: Sequence[str], functions: Mapping[str, Transform]) -> None:
        self._first = tuple(names), packed(functions)
        self._worker: _Worker | None = None

    def __enter__(self) -> Calls:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def __call__(self, name: str, expression: Any, budget_ms: float) -> Any:
        """What the function ``name`` makes of an expression.

        Raises:
            LateError: it takes longer than ``budget_ms`` of processor time.
            RefusedError: it raised an error.
        """
        worker = self._worker = self._worker or _started(self._first)
        answer = worker.ask((name, pickle.dumps(expression), budget_ms), _PATIENCE + 10 * budget_ms / 1000)
        if answer is None:
            self._stop()        # without a child of its own, a call ends with its worker
        state, content = answer or ("late", b"")
        if state == "done":
            return pickle.loads(content)
        raise LateError(f"took more than {budget_ms:g} ms") if state == "late" else RefusedError(content)

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process, a thread that reads what it sends, and what was read; None is the end."""

    process: subprocess.Popen[bytes]
    reader: threading.Thread
    answers: queue.SimpleQueue[Any]

    def ask(self, message: Any, seconds: float) -> Any:
        """The answer to a message; None if there is none in time."""
        try:
            send(self.process.stdin, message)
            return self.answers.get(timeout=seconds)
        except (queue.Empty, OSError):
            return None

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _started(first: Any) -> _Worker:
    """A worker that has imported SymPy.

    Raises:
        UnsupportedError: no process of Python can be started.
    """
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen([sys.executable, "-c", _CODE, str(_WORKER)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    reader = threading.Thread(target=_forward, args=(process.stdout, answers), daemon=True)
    reader.start()
    worker = _Worker(process, reader, answers)
    if worker.ask(first, _SLOWEST_START) is None:
        worker.stop()
        raise UnsupportedError(f"simplify: the process that runs SymPy did not start ({sys.executable}, exit status "
                               f"{process.returncode}); its error stands on stderr; cure: engine='own'")
    return worker


def _forward(stream: Any, answers: queue.SimpleQueue[Any]) -> None:
    """Put messages into a queue, and None at their end."""
    message: Any = ()
    while message is not None:
        message = received(stream)
        answers.put(message)
