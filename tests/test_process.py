"""Processes, threads and signals around compiled functions."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FORK = """
import os, sys
import numpy as np
import symnum as sn
sn.set_num_threads(2)
x = sn.tensor.dvector("x")
f = sn.function([x], [sn.exp(x), sn.exp(x).sum()], mode="c")
values = np.linspace(-1, 1, 2_000_000)
before = f(values)
child = os.fork()
if child == 0:
    after = f(values)
    os._exit(0 if all(np.array_equal(a, b) for a, b in zip(before, after)) else 3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert np.array_equal(f(values)[0], before[0])
print("agreed")
"""

INTERRUPT = """
import os, signal, threading, time
import numpy as np
import symnum as sn
x, y = sn.tensor.dvector("x"), sn.tensor.dvector("y")
f = sn.function([x, y], sn.tanh(x[:, None] * y[None, :]).sum(axis=1), mode="c")
f(np.ones(10), np.ones(10))
signal.signal(signal.SIGINT, signal.default_int_handler)   # in the background of a shell it is ignored
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
begin = time.perf_counter()
try:
    f(np.ones(200_000), np.ones(1_000_000))
except KeyboardInterrupt:
    assert time.perf_counter() - begin < 20
    assert f(np.ones(2), np.ones(2)).shape == (2,)
    print("stopped")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_fork_after_a_parallel_call():
    assert _printed(FORK) == "agreed"


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise on Windows")
def test_ctrl_c_stops_a_long_call():
    assert _printed(INTERRUPT) == "stopped"


def _printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=240,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
