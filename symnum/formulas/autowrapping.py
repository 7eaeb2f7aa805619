"""``autowrap``: an expression of SymPy, or an equation for arrays, as a function with SymPy's order of arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bridge.sympy_parameters import arguments_of, computed, expressions_of
from ..errors import ArgumentError, UnsupportedError, unknown_name
from .helpers import helpers_of
from .lambdifying import Lambdified, lambdify

_BACKENDS = ("cython", "dummy", "f2py", "numpy")
_LANGUAGES = ("c", "c89", "c99", "c11", "f95", "fortran", "julia", "octave", "python", "rust")


def autowrap(expr: Any, language: Any = None, backend: Any = None, tempdir: Any = None, args: Any = None,
             flags: Any = None, verbose: bool = False, helpers: Any = None, code_gen: Any = None) -> Lambdified:
    """A function that computes an expression, with its arguments in the order in which SymPy's autowrap has them.

    That is the order of their names, unless ``args`` gives another.  The left side of an equation is a result, in
    whatever order it stands.  An equation of elements, ``Eq(y[i], A[i, j]*x[j])``, gives an array; indices that are not
    on its left side are summed over, and lengths are those of the arguments.  Where an index is shifted, as in
    ``Eq(y[i], u[i + 1] - u[i])``, it runs as far as all elements exist, so that y is shorter than u.

    Args:
        expr: an expression or matrix, an equation for what it computes, or a list of them.
        language, backend, tempdir, flags, verbose: mean nothing: symnum compiles by itself.
        args: all arguments, in the order of the function's; names of results among them are passed over.
        code_gen: must be None: no text is printed.
        helpers: (name, expression, arguments) of a function that ``expr`` applies, or a list of them; they may apply
            each other.

    Returns:
        A function as :func:`lambdify` returns it, of any dtypes and shapes.

    Raises:
        ArgumentError: ``args`` lacks something that the expression depends on.
        GraphError: a helper is not as it must be.
        UnknownNameError: SymPy has no such ``language`` or ``backend``.
        UnsupportedError: a function that symnum does not have, a left side such as ``y[i + 1]``, or ``code_gen``.

    >>> import sympy
    >>> x, y, z = sympy.symbols("x y z")
    >>> float(autowrap(((x - y + z)**13).expand())(1, 4, 2))
    -1.0
    >>> A, u, v = map(sympy.IndexedBase, ("A", "u", "v"))
    >>> i, j = (sympy.Idx(name, n) for name, n in zip("ij", sympy.symbols("m n", integer=True)))
    >>> autowrap(sympy.Eq(v[i], A[i, j] * u[j]))([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    array([3., 7.])
    """
    given = expressions_of(expr)
    named = helpers_of("autowrap", helpers)
    for what, name, known in (("backend", backend, _BACKENDS), ("language", language, _LANGUAGES)):
        if name is not None and str(name).lower() not in known:
            raise unknown_name(what, name, known)
    if code_gen is not None:
        raise UnsupportedError("autowrap: code_gen= has no use, because no text is printed; cure: helpers=(name, "
                               "expression, arguments) says what a function means")
    needed = arguments_of(given, named)
    order = needed if args is None else _ordered(args, needed, given)
    results = [computed(e) for e in given]
    several = isinstance(expr, list | tuple)
    return lambdify(order, results if several else results[0], modules=named)


def _ordered(args: Any, needed: Sequence[Any], given: Sequence[Any]) -> list[Any]:
    """The arguments in the order that was asked for, without results."""
    by_name = {str(x): x for x in needed}
    asked = [str(x) for x in (args if isinstance(args, list | tuple) else [args])]
    missing = [name for name in by_name if name not in asked]
    if missing:
        raise ArgumentError(f"autowrap: args lacks {', '.join(missing)}, on which the expression depends")
    results = {str(getattr(e.lhs, "base", e.lhs)) for e in given if hasattr(e, "lhs")}
    others = {str(x): x for x in (args if isinstance(args, list | tuple) else [args])}
    return [by_name.get(name, others[name]) for name in asked if name in by_name or name not in results]
