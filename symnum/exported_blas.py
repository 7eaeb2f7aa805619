"""BLAS and LAPACK as SciPy exports them to compiled code.

``scipy.linalg`` takes a third of a second to import, almost all of it for Python functions that nobody here calls.  The
two extension modules that hold the addresses need none of them and are loaded from their files.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def capsules(module: str) -> Mapping[str, object]:
    """What ``scipy.linalg.cython_blas`` or ``scipy.linalg.cython_lapack`` exports: capsules by name.

    >>> "dgemm" in capsules("cython_blas"), "dpotrf" in capsules("cython_lapack")
    (True, True)

    Raises:
        ImportError: SciPy is missing, or has no such module.
    """
    name = f"scipy.linalg.{module}"
    found: object = sys.modules.get(name)
    if found is None and "scipy.linalg" not in sys.modules:
        found = _loaded(name)
    exported: Mapping[str, object] = getattr(found or importlib.import_module(name), "__pyx_capi__", {})
    return exported


def _loaded(name: str) -> object | None:
    """The module alone, without its package; None where it has no file of its own.

    It is no entry of ``sys.modules``: a later import finds the same module, and puts it into its package.
    """
    import scipy
    spec = PathFinder.find_spec(name, [os.path.join(path, "linalg") for path in scipy.__path__])
    if spec is None or spec.loader is None:
        return None
    try:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError:
        return None
    finally:
        sys.modules.pop(name, None)
    return module
