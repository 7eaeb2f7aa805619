"""SciPy's BLAS is found without importing ``scipy.linalg``, which stays as it should be for everybody else."""

import subprocess
import sys

import pytest

pytest.importorskip("scipy")

PROGRAM = """
import sys
import numpy as np
import symnum as sn
x = sn.tensor.dmatrix("x")
a = np.arange(9.0).reshape(3, 3) + 9 * np.eye(3)
product = sn.function([x], x @ x, mode="c")(a) if {native} else None
from symnum._cprogram import blas_address
found = blas_address("dgemm"), blas_address("dpotrf")
assert "scipy.linalg" not in sys.modules and "scipy.linalg.cython_blas" not in sys.modules
import scipy.linalg
import scipy.linalg.cython_blas
from scipy.linalg import cython_lapack
assert scipy.linalg.cython_blas.__spec__ is sys.modules["scipy.linalg.cython_blas"].__spec__
assert (blas_address("dgemm"), blas_address("dpotrf")) == found and all(found)
assert product is None or np.allclose(product, a @ a)
assert np.allclose(scipy.linalg.solve(a, a), np.eye(3)) and scipy.linalg.cholesky(a @ a.T).shape == (3, 3)
"""


@pytest.mark.parametrize("native", [False, True])
def test_blas_without_the_package_and_the_package_after_it(native):
    command = [sys.executable, "-W", "error", "-c", PROGRAM.format(native=native)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_unknown_module_is_an_import_error():
    from symnum.exported_blas import capsules

    with pytest.raises(ImportError, match="cython_nothing"):
        capsules("cython_nothing")
