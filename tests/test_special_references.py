"""References of special functions answer any operands: in bounded time, without messages, errors or crashes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mpmath
import pytest

import symnum as sn
from symnum.ir.build import apply
from symnum.ops.table import TABLE
from symnum.tensor import Tensor

PROGRAM = """
import faulthandler, itertools, warnings
import numpy as np
from symnum.ops.table import TABLE
faulthandler.dump_traceback_later(50, exit=True)
warnings.simplefilter("error")
ONE = [0.0, 5e-324, 1e-30, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 20.0, 171.5, 1e3, 1e5, 2.0**63, 1e200, np.inf, np.nan]
SHORT = {3: ONE[1::2], 4: ONE[1::3]}
for row in TABLE.values():
    if row.kind == "elementwise" and isinstance(row.numpy, str) and ":" in row.numpy and "REFERENCES" in row.numpy:
        values = np.array(SHORT.get(row.arity, ONE))
        values = np.concatenate([values, -values])
        drawn = np.random.default_rng(1).choice(values, (row.arity, 500))
        operands = [x.ravel() for x in np.meshgrid(*[values] * row.arity)] if row.arity <= 4 else list(drawn)
        with np.errstate(all="ignore"):
            assert row.reference()(*operands).shape == operands[0].shape, row
        print(row.name)
"""


@pytest.mark.parametrize("module", ["scipy.special", "scipy_reference", "mpmath_reference", "hypergeometric_reference"])
def test_references_answer_any_operands(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM.replace("REFERENCES", module)], capture_output=True, text=True,
                          check=False, timeout=60, cwd=Path(__file__).parents[1])
    assert (done.returncode, done.stderr) == (0, ""), (done.stdout.splitlines()[-1:], done.stderr)
    assert done.stdout


def test_polylogarithms_of_whole_orders_are_rational() -> None:
    """The text of whole orders up to 0, and of well below it on the negative axis."""
    s, z = sn.tensor.dscalars("s", "z")
    f = sn.function([s, z], Tensor(apply(TABLE["polylog"], s.node, z.node)))
    for x in (-7.0, -0.9, -0.3, 0.7):
        assert f(0.0, x) == pytest.approx(x / (1 - x), rel=1e-13)
        assert f(-2.0, x) == pytest.approx(x * (1 + x) / (1 - x)**3, rel=1e-12)
    assert f(-50.0, -0.9) == pytest.approx(_high(-50, -0.9), rel=1e-11)


def _high(s: int, z: float) -> float:
    with mpmath.workdps(150):
        return float(mpmath.fsum(mpmath.mpf(z)**k * mpmath.mpf(k)**-s for k in range(1, 9000)))
