"""Functions of SciPy that texts of rows call through pointers: ``sn_scipy_jv(v, x, 0)``.

SciPy exports them to compiled code in ``scipy.special.cython_special``; they need no GIL.  A unit that calls some of
them defines a variable for each, which ``codegen/scipy_pointers.py`` fills when the unit is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PREFIX = "sn_scipy_"

# Name -> parameters: d a double, n a Py_ssize_t, o a pointer to a double that gets a result.  A function without
# results of that kind returns a double, and takes 0 as a last argument; e is one more, NULL.  Of functions that SciPy
# has for both kinds of degrees, ``_whole`` is the one for integers.
FUNCTIONS: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys((
        "dawsn", "ellipe", "ellipk", "erfcinv", "erfi", "erfinv", "exp1", "expi", "i0", "i1", "j0", "j1",
        "k0", "k1", "rgamma", "spence", "y0", "y1"), "d"),
    **dict.fromkeys((
        "beta", "betaln", "binom", "ellipeinc", "ellipkinc", "elliprc", "eval_chebyt", "eval_chebyu",
        "eval_laguerre", "eval_legendre", "gammainc", "gammaincc", "iv", "ive", "jv", "kv", "kve", "poch",
        "yv"), "dd"),
    **dict.fromkeys((
        "betainc", "chndtr", "elliprd", "elliprf", "elliprg", "eval_gegenbauer", "eval_genlaguerre", "hyp1f1",
        "lpmv"), "ddd"),
    **dict.fromkeys(("elliprj", "eval_jacobi", "hyp2f1"), "dddd"),
    **dict.fromkeys(("eval_hermite", "eval_hermitenorm", "expn"), "nd"),
    **dict.fromkeys(("eval_chebyt_whole", "eval_chebyu_whole", "eval_laguerre_whole", "eval_legendre_whole"), "nd"),
    **dict.fromkeys(("eval_gegenbauer_whole", "eval_genlaguerre_whole"), "ndd"), "eval_jacobi_whole": "nddd",
    **dict.fromkeys(("spherical_jn", "spherical_yn"), "nde"),
    "airy": "doooo", "fresnel": "doo", "shichi": "doo", "sici": "doo",
})

_C = {"d": "double", "n": "__PTRDIFF_TYPE__", "o": "double *", "e": "void *"}


def is_scipys(name: str) -> bool:
    """Whether a C name is that of a pointer to a function of SciPy.

    >>> is_scipys("sn_scipy_jv"), is_scipys("sn_scipy_exp")
    (True, False)
    """
    return name.startswith(PREFIX) and name.removeprefix(PREFIX) in FUNCTIONS


def exported_name(name: str) -> str:
    """SciPy's name of a function.

    >>> exported_name("eval_legendre_whole")
    'eval_legendre'
    """
    return name.removesuffix("_whole")


def definition(name: str) -> str:
    """The C definition of a pointer; all units of a shared object share one.

    >>> definition("sn_scipy_jv")
    '__attribute__((weak)) double (*sn_scipy_jv)(double, double, int);'
    """
    given = FUNCTIONS[name.removeprefix(PREFIX)]
    listed = [_C[code] for code in given]
    if "o" not in given:
        listed.insert(len(given.rstrip("e")), "int")
    return f"__attribute__((weak)) {'void' if 'o' in given else 'double'} (*{name})({', '.join(listed)});"


def listing(names: frozenset[str]) -> str:
    """The C definition of the list by which a loader knows what to fill."""
    found = " ".join(sorted(name.removeprefix(PREFIX) for name in names))
    return f'__attribute__((weak)) const char {PREFIX}names[] = "{found}";'
