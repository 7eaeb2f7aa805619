"""What earlier processes have built: small values by key, and shared objects, in a folder of the user's own.

Layout: ``values/<key>`` is the SHA-256 of a pickle followed by the pickle; ``objects/<sha256>.so`` is a
shared object named by its own content.  A file whose checksum does not hold is deleted and counts as absent.
``written`` has a byte for each 4 KiB that were written since somebody last looked at the sizes of all files.
Files appear by atomic rename, so processes may build the same thing at once; a file lock only saves the
second one the work.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import pickle
import stat
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import CompileError
from ..options import Options
from .scipy_pointers import connect

LAYOUT = "1"
SUFFIX = ".dylib" if sys.platform == "darwin" else ".pyd" if sys.platform == "win32" else ".so"
_CURE = "cure: set SYMNUM_CACHE_DIR to a private folder that can be written"
_STALE_SECONDS = 86400
_LOCK_SECONDS = 60
_UNIT = 4096  # bytes of disk for each byte of ``written``
_TOUCH_SECONDS = 3600  # how stale a file's time may be: it orders files by last use


def digest(*parts: str | bytes) -> str:
    """A key from texts: hexadecimal SHA-256; parts are delimited, so ("ab", "c") and ("a", "bc") differ.

    >>> digest("a", "b") == digest("ab")
    False
    """
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little") + data)
    return state.hexdigest()


class Cache:
    """The cache in ``Options.cache_dir`` (empty: the user's cache folder), of about ``Options.cache_bytes``.

    If the folder cannot be made, written or trusted, a temporary one takes its place, with one warning.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = Cache(Options(cache_dir=folder))
    ...     cache.put(digest("key"), {"answer": 42})
    ...     cache.get(digest("key"))
    {'answer': 42}
    """

    def __init__(self, options: Options) -> None:
        self.limit = options.cache_bytes
        self.root = _usable(Path(options.cache_dir or _user_folder()) / f"v{LAYOUT}")
        self._loaded: dict[str, ctypes.CDLL] = {}
        self._has_written = False

    def get(self, key: str) -> Any:
        """The value kept under ``key``; None if there is none, or it is damaged."""
        path = self.root / "values" / key
        try:
            data = path.read_bytes()
            if hashlib.sha256(data[32:]).digest() != data[:32]:
                raise ValueError("checksum")
            value = pickle.loads(data[32:])
        except FileNotFoundError:
            return None
        except Exception:  # noqa: BLE001  (a pickle of older classes may raise anything)
            _delete(path)
            return None
        _touch(path)
        return value

    def put(self, key: str, value: object) -> None:
        """Keep a picklable value under ``key``."""
        data = pickle.dumps(value, protocol=5)
        with suppress(OSError):  # a full disk costs the next process time, not this one its result
            self._write(self.root / "values" / key, hashlib.sha256(data).digest() + data)

    def load(self, name: str) -> ctypes.CDLL | None:
        """The shared object ``name``, never unloaded; None if it is absent, damaged or cannot be loaded."""
        if name in self._loaded:
            return self._loaded[name]
        path = self.root / "objects" / name
        try:
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
                raise OSError("checksum")
            library = ctypes.CDLL(str(path), mode=ctypes.RTLD_LOCAL | getattr(os, "RTLD_NOW", 0))
        except OSError:
            _delete(path)
            return None
        connect(library)
        _touch(path)
        return self._loaded.setdefault(name, library)

    def build(self, key: str, make: Callable[[Path], None]) -> str:
        """Name of the shared object for ``key``; ``make`` writes it to the path it is given, if need be.

        Raises:
            CompileError: whatever ``make`` raises; or what it made cannot be loaded.
        """
        name = self._built(key)
        if name is not None:
            return name
        with self._lock(key):
            name = self._built(key)  # another process may have been faster
            if name is None:
                name = self._make(make)
                if self.load(name) is None:
                    raise CompileError(f"the compiler made {name}, which this process cannot load")
                self.put(key, name)
        return name

    def _built(self, key: str) -> str | None:
        name = self.get(key)
        return name if isinstance(name, str) and self.load(name) is not None else None

    def _make(self, make: Callable[[Path], None]) -> str:
        try:
            with self.scratch() as path:
                make(path)
                data = path.read_bytes()
            name = hashlib.sha256(data).hexdigest() + SUFFIX
            self._write(self.root / "objects" / name, data)
        except OSError as error:
            raise CompileError(f"cannot write to the cache folder {self.root}: {error}; {_CURE}") from error
        return name

    @contextmanager
    def scratch(self, suffix: str = SUFFIX) -> Iterator[Path]:
        """A path for a new file in the cache's folder, deleted afterwards if it is still there."""
        path = self.root / f"tmp-{os.getpid()}-{os.urandom(8).hex()}{suffix}"
        try:
            yield path
        finally:
            _delete(path)

    def keep(self, name: str, data: bytes) -> Path:
        """Write a file for the user to look at (a source that failed to compile); its path."""
        path = self.root / "failed" / name
        self._write(path, data)
        return path

    def _write(self, path: Path, data: bytes) -> None:
        with self.scratch(".tmp") as temporary:
            temporary.write_bytes(data)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(temporary, path)
        if not self._has_written:
            self._has_written = True
            self._sweep()
        if self._counted(len(data)) * _UNIT > self.limit // 16:
            self._trim(path)

    def _counted(self, size: int) -> int:
        """Units that all processes have written since one of them looked, with those of ``size`` more bytes.

        Without a count, as in a folder of an older version, it is as many as the limit.
        """
        path = self.root / "written"
        with suppress(OSError):
            known = path.exists()
            with path.open("ab", buffering=0) as stream:
                stream.write(bytes(1 + size // _UNIT))
                return stream.tell() if known else 1 + self.limit // _UNIT
        return 0

    def _trim(self, newest: Path) -> None:
        """Delete the files used longest ago until three quarters of the limit remain, if it is passed."""
        with suppress(OSError):
            os.truncate(self.root / "written", 0)
        files = [(status.st_mtime_ns, status.st_size, path) for path in self.root.glob("*/*")
                 if path != newest and (status := _status(path)) is not None]
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files) if total > self.limit else ():
            if total <= self.limit * 3 // 4:
                break
            _delete(path)
            total -= size

    def _sweep(self) -> None:
        """Delete what was left by processes that were killed."""
        for path in self.root.glob("tmp-*"):
            status = _status(path)
            if status is not None and time.time() - status.st_mtime > _STALE_SECONDS:
                _delete(path)

    @contextmanager
    def _lock(self, key: str) -> Iterator[None]:
        """One process at a time, where the disk knows locks: elsewhere both build the same."""
        with ExitStack() as stack:
            with suppress(OSError, ImportError, TimeoutError):
                stack.enter_context(_locked(self.root / f"{key}.lock"))
            yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock; it ends with the process.  On Unix without ``filelock``, which takes 10 ms to import.

    Raises:
        OSError: the disk knows no locks, or another process has held this one for a minute.
    """
    if sys.platform == "win32":
        from filelock import FileLock
        with FileLock(path, timeout=_LOCK_SECONDS):
            yield
        return
    import fcntl
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(partial(fcntl.flock, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB))
        yield
    finally:
        _delete(path)
        os.close(descriptor)


def _wait_for(locking: Callable[[], None]) -> None:
    """Try until it can be done; it raises BlockingIOError until then, and after a minute TimeoutError."""
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return locking()
        except BlockingIOError:
            if time.monotonic() > end:
                raise
        time.sleep(0.005)


def entry_points(library: ctypes.CDLL, name: str) -> tuple[int, int]:
    """Addresses of ``NAME_plan`` and ``NAME_run``.

    Raises:
        CompileError: the library does not export them.
    """
    try:
        functions = library[f"{name}_plan"], library[f"{name}_run"]
        plan, run = (ctypes.cast(function, ctypes.c_void_p).value for function in functions)
    except AttributeError as error:
        raise CompileError(f"the compiled program has no entry {name}: {error}") from None
    return plan or 0, run or 0


@functools.cache
def warn_once(message: str) -> None:
    """Issue a RuntimeWarning, once in a process for each text."""
    warnings.warn(message, RuntimeWarning, stacklevel=2)


def _user_folder() -> str:
    if sys.platform == "linux":  # what platformdirs says, without the 7 ms of importing it
        return os.path.expanduser("~/.cache/symnum")
    import platformdirs
    return platformdirs.user_cache_dir("symnum", appauthor=False)


def _usable(root: Path) -> Path:
    """``root`` as a folder private to the user that can be written; else a temporary one."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = root.stat()
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            raise OSError("others may write to it")
        if not os.access(root, os.W_OK | os.X_OK):
            raise OSError("it cannot be written")
        return root
    except OSError as error:
        warn_once(f"symnum keeps no kernels: cache folder {root} is not usable ({error}); {_CURE}")
        return _temporary_folder()


def _temporary_folder() -> Path:
    import atexit
    import shutil
    import tempfile
    root, owner = Path(tempfile.mkdtemp(prefix="symnum-")), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a forked child still uses it
            shutil.rmtree(root, ignore_errors=True)
    atexit.register(remove)
    return root


def _status(path: Path) -> os.stat_result | None:
    """What is known of a file; None of what is gone, or a folder."""
    with suppress(OSError):
        status = path.stat()
        return None if stat.S_ISDIR(status.st_mode) else status
    return None


def _delete(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _touch(path: Path) -> None:
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _TOUCH_SECONDS:
            os.utime(path)
