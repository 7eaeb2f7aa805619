"""Threads and memory of the process: the call path that is in use, and its settings."""

from __future__ import annotations

try:
    from ._runtime import Caller, clear_pool, get_num_threads, pool_info, set_num_threads, set_pool_limit
except ImportError:
    from ._pyruntime import Caller, clear_pool, get_num_threads, pool_info, set_num_threads, set_pool_limit

__all__ = ["Caller", "clear_pool", "get_num_threads", "pool_info", "set_num_threads", "set_pool_limit"]
