"""The pointers of a loaded unit to SciPy's functions, filled with the addresses that SciPy exports."""

from __future__ import annotations

import ctypes
import importlib
import re
from functools import cache

from ..errors import UnsupportedError
from ..ops.support_scipy import FUNCTIONS, PREFIX, exported_name

_MODULE = "scipy.special.cython_special"
_TYPES = {"d": "double", "n": "Py_ssize_t", "o": "double *", "e": r"struct \w+ \*__pyx_optional_args"}


def connect(library: ctypes.CDLL) -> None:
    """Fill the pointers to SciPy's functions that a shared object has, if it has any.

    Raises:
        UnsupportedError: SciPy is not installed, or does not export one of them as it is called.
    """
    try:
        listed = (ctypes.c_char * 4096).in_dll(library, f"{PREFIX}names")
    except ValueError:
        return
    for name in ctypes.string_at(listed).decode().split():
        ctypes.c_void_p.in_dll(library, f"{PREFIX}{name}").value = address(name)


@cache
def address(name: str) -> int:
    """Where a function of ``scipy.special.cython_special`` lies.

    >>> address("jv") > 0
    True
    """
    try:
        exported = importlib.import_module(_MODULE).__pyx_capi__
    except ImportError as error:
        raise UnsupportedError(f"{name} is computed by SciPy, which cannot be imported ({error}); cure: pip install "
                               f"scipy") from error
    wanted, forms = _signature(name), re.compile(rf"(__pyx_fuse_\d(_\d)?)?{exported_name(name)}")
    for key, capsule in sorted(exported.items()):
        found = _capsule_name(capsule)
        if forms.fullmatch(key) and found is not None and wanted.fullmatch(found.decode()):
            return _capsule_pointer(capsule, found)
    raise UnsupportedError(f"this SciPy does not export {name}({FUNCTIONS[name]}) in {_MODULE}; cure: install SciPy "
                           f"1.11 or later, or use mode='numpy'")


def _signature(name: str) -> re.Pattern[str]:
    """The text of a function's type, as Cython writes it."""
    given = FUNCTIONS[name]
    listed = [_TYPES[code] if code == "e" else re.escape(_TYPES[code]) for code in given]
    if "o" not in given:
        listed.insert(len(given.rstrip("e")), "int __pyx_skip_dispatch")
    return re.compile(rf"{'void' if 'o' in given else 'double'} \({', '.join(listed)}\)")


def _capsule_name(capsule: object) -> bytes | None:
    function = ctypes.pythonapi.PyCapsule_GetName
    function.restype, function.argtypes = ctypes.c_char_p, [ctypes.py_object]
    found: bytes | None = function(capsule)
    return found


def _capsule_pointer(capsule: object, name: bytes) -> int:
    function = ctypes.pythonapi.PyCapsule_GetPointer
    function.restype, function.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(function(capsule, name))
