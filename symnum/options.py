"""``Options``: every setting of symnum, in one frozen value; the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .errors import ArgumentValueError, unknown_name

MODES = ("c", "numpy", "cython", "cuda", "debug", "auto")
REWRITES = ("real", "specials", "exact", "off")
UNUSED = ("raise", "warn", "ignore")
PRECISIONS = ("default", "high")


def _option(default: Any, variable: str, doc: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"variable": variable, "doc": doc, "choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of symnum; a value, changed for a block of code by :meth:`active`.

    Each field is read once from the environment variable ``SYMNUM_<NAME>`` when symnum is imported.

    >>> Options().float_dtype
    'float64'
    >>> with Options(mode="numpy").active():
    ...     current().mode
    'numpy'
    """

    float_dtype: str = _option("float64", "SYMNUM_FLOAT_DTYPE", "dtype of letterless constructors",
                               ("float32", "float64"))
    mode: str = _option("auto", "SYMNUM_MODE", "how functions run when none is asked for", MODES)
    on_unused_input: str = _option("raise", "SYMNUM_ON_UNUSED_INPUT", "an input that no output uses", UNUSED)
    precision: str = _option("default", "SYMNUM_PRECISION",
                             "error of functions like exp in compiled code: 4 ulp, or 1 (high)", PRECISIONS)
    compiler: str = _option("", "SYMNUM_CC", "path of the C compiler; empty: $CC, cc, gcc, clang, zig")
    cflags: str = _option("", "SYMNUM_CFLAGS", "more flags for the C compiler, separated by spaces")
    compile_wait: int = _option(0, "SYMNUM_COMPILE_WAIT", "milliseconds after which NumPy, whose last bits may differ, "
                                "serves until the compiler has ended; 0: never")
    cache_dir: str = _option("", "SYMNUM_CACHE_DIR", "where kernels are kept; empty: the user's cache folder")
    cache_bytes: int = _option(1 << 30, "SYMNUM_CACHE_BYTES", "size at which the oldest kernels are dropped")
    pool_bytes: int = _option(1 << 30, "SYMNUM_POOL_BYTES", "memory kept for the next results (bytes)")
    threads: int = _option(0, "SYMNUM_THREADS", "threads of the pool; 0: one for each usable core")
    verify: bool = _option(False, "SYMNUM_VERIFY", "check the graph after every pass")

    def __post_init__(self) -> None:
        for f in fields(self):
            choices, value = f.metadata["choices"], getattr(self, f.name)
            if choices and value not in choices:
                raise unknown_name(f.name, value, choices)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Options:
        """Options as the environment sets them; ``CC`` serves as ``SYMNUM_CC`` when that is unset, and
        ``XDG_CACHE_HOME`` holds the cache if ``SYMNUM_CACHE_DIR`` does not.

        Args:
            environment: names of variables and their texts.

        Returns:
            Options.

        Raises:
            ArgumentValueError: a variable's text is not of its option's type.
            UnknownNameError: a variable's text is not one of its option's choices.

        >>> Options.from_environment({"SYMNUM_MODE": "numpy", "SYMNUM_FLOAT_DTYPE": "float32"}).mode
        'numpy'
        """
        given: dict[str, Any] = {f.name: _parse(f.metadata["variable"], environment[f.metadata["variable"]], f.default)
                 for f in fields(cls) if f.metadata["variable"] in environment}
        given.setdefault("compiler", environment.get("CC", ""))
        if environment.get("XDG_CACHE_HOME"):
            given.setdefault("cache_dir", os.path.join(environment["XDG_CACHE_HOME"], "symnum"))
        return cls(**given)

    @contextmanager
    def active(self) -> Iterator[Options]:
        """Use these options inside a ``with`` block (in this thread or task only).

        Returns:
            A context manager that gives these options.

        Raises:
            Nothing of its own.

        >>> with Options(float_dtype="float32").active() as options:
        ...     options.float_dtype
        'float32'
        """
        token = _ACTIVE.set(self)
        try:
            yield self
        finally:
            _ACTIVE.reset(token)

    def but(self, **changes: Any) -> Options:
        """A copy with some fields changed.

        Args:
            changes: new values of fields, by name.

        Returns:
            Options.

        Raises:
            TypeError: there is no field of that name.
            UnknownNameError: a value is not one of its option's choices.

        >>> Options(mode="numpy").but(threads=2).mode
        'numpy'
        """
        return replace(self, **changes)

    @classmethod
    def table(cls) -> tuple[tuple[str, str, str, str], ...]:
        """Rows (name, environment variable, default, meaning) of all options, for the documentation.

        Returns:
            A tuple of tuples of texts.

        Raises:
            Nothing.

        >>> Options.table()[0][:3]
        ('float_dtype', 'SYMNUM_FLOAT_DTYPE', "'float64'")
        """
        return tuple((f.name, f.metadata["variable"], repr(f.default), f.metadata["doc"]) for f in fields(cls))


def _parse(variable: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() in ("0", "false", "no", "off", ""):
            return False
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        raise ArgumentValueError(f"{variable} must be 0 or 1; given {text!r}")
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise ArgumentValueError(f"{variable} must be a whole number; given {text!r}") from None
    return text


_FROM_ENVIRONMENT = Options.from_environment()
_ACTIVE: ContextVar[Options] = ContextVar("symnum_options", default=_FROM_ENVIRONMENT)


def current() -> Options:
    """The options in force here: the innermost :meth:`Options.active` block's, else the environment's."""
    return _ACTIVE.get()
