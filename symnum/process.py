"""Threads and memory of the process: the call path that is in use, and its settings."""

from __future__ import annotations

from .options import Options, current

try:
    from ._runtime import (
        Caller,
        Formula,
        clear_pool,
        get_num_threads,
        make_ufunc,
        pool_info,
        set_num_threads,
        set_pool_limit,
    )
except ImportError:
    from ._pyformula import Formula, make_ufunc
    from ._pyruntime import Caller, clear_pool, get_num_threads, pool_info, set_num_threads, set_pool_limit


def configure(options: Options) -> None:
    """Give the pools the threads and the memory that ``options`` ask for (0 threads: one for each usable core)."""
    if options.threads:
        set_num_threads(options.threads)
    set_pool_limit(options.pool_bytes)


configure(current())

__all__ = ["Caller", "Formula", "clear_pool", "configure", "get_num_threads", "make_ufunc", "pool_info",
           "set_num_threads", "set_pool_limit"]
