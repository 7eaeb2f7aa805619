"""Bytes a second that this machine copies from memory to memory, as STREAM counts them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from turns import THREADS


def copied_bytes_a_second(megabytes: int = 256, rounds: int = 9) -> float:
    """The best of some rounds; every byte counts twice, read and written."""
    source = np.ones(megabytes << 17)
    target = np.zeros_like(source)
    parts = list(zip(np.array_split(target, THREADS), np.array_split(source, THREADS), strict=True))
    fastest = np.inf
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(rounds):
            begin = time.perf_counter()
            list(pool.map(lambda pair: np.copyto(*pair), parts))
            fastest = min(fastest, time.perf_counter() - begin)
    return 2 * source.nbytes / fastest
