"""``ufuncify``: expressions of SymPy as one of NumPy's own ufuncs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import dtypes as dtype_names
from ..bridge.sympy_parameters import natural_dtypes, signature
from ..errors import GraphError
from ..process import make_ufunc
from ..structures import unpack
from .graphs import Kind, Recipe, compiled, graph_of
from .helpers import helpers_of
from .lambdifying import Lambdified, lambdify
from .results import leaf, parsed, structured

_MOST_OPERANDS = 64     # of a ufunc of NumPy
_NAME = "ufuncified"


def ufuncify(args: Any, exprs: Any, *, dtypes: Any = ("float64",), helpers: Any = None, language: Any = None,
             backend: Any = None, tempdir: Any = None, flags: Any = None,
             verbose: bool = False) -> np.ufunc | Lambdified:
    """A ufunc of NumPy that computes an expression of SymPy, or several.

    It has all that NumPy gives its own: ``out=``, ``where=``, ``casting=``, broadcasting, and if it has two arguments
    and one result ``reduce``, ``accumulate``, ``outer`` and ``at``.  Where a ufunc cannot be (more than 64 arguments
    and results together, or symnum's compiled part is missing), the function of :func:`lambdify` is returned, which is
    called in the same way, with ``out=`` alone.  NumPy pickles its ufuncs by name, so this one cannot be pickled; what
    :func:`lambdify` gives can.

    Args:
        args: a symbol, or a list of symbols, of which each takes an array of any shape; shapes broadcast.
        exprs: an expression, or a list of them for as many results.
        dtypes: one, or a list of them, of the arguments, one loop for each: arguments are cast to the first that holds
            them.  Symbols that are integers by declaration have int64 in all, conditions bool.
        helpers: functions that ``exprs`` apply, as of :func:`autowrap`.
        language, backend, tempdir, flags, verbose: mean nothing: symnum compiles by itself.

    Returns:
        A ``numpy.ufunc``.

    Raises:
        GraphError: no arguments, an argument or a result that holds more than one number, symbols that are no
            arguments, or a helper that is not as it must be.
        UnsupportedError: a function that symnum does not have.
        DTypeError: no such dtype.

    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> norm = ufuncify([x, y], sympy.sqrt(x**2 + y**2))
    >>> norm([3.0, 5.0], [4.0, 12.0])
    array([ 5., 13.])
    >>> float(norm.reduce([1.0, 1.0, 1.0, 1.0]))
    2.0
    """
    found = signature(args)
    several = structured(parsed(exprs, found.parameters))
    if not found.parameters or not found.is_flat or any(p.ndim for p in found.parameters):
        raise GraphError("ufuncify: args must be a list of symbols, each of which takes one number; cure: lambdify")
    results = [e for _, e in unpack(several)[1]]
    if any(leaf(e).shape is not None or leaf(e).ndim for e in results):
        raise GraphError("ufuncify: each result must be one number for each element; cure: lambdify takes matrices")
    named = helpers_of("ufuncify", helpers)
    operands = len(found.parameters) + len(results)
    asked = dtypes if isinstance(dtypes, list | tuple) else [dtypes]
    loops = [_loop(found, results, named, dtype_names.as_dtype(d)) for d in asked] if operands <= _MOST_OPERANDS else []
    made = make_ufunc(_NAME, _doc(found.names, results), len(found.parameters), len(results), loops) if loops else None
    return lambdify(args, results[0] if len(results) == 1 else tuple(results), named) if made is None else made


def _doc(names: Sequence[str], results: Sequence[Any]) -> str:
    return f"{_NAME}({', '.join(names)})\n\n{', '.join(map(str, results))}"


def _loop(found: Any, results: Sequence[Any], named: Mapping[str, Any],
          dtype: np.dtype[Any]) -> tuple[list[np.dtype[Any]], Any]:
    """The dtypes of all operands, and a function of vectors of one length that computes the results."""
    natural = natural_dtypes(found, results)
    given = [dtype if d == dtype_names.FLOAT64 else d for d in natural]
    kinds = tuple(Kind(d, (False,)) for d in given)
    graph = graph_of(Recipe(found, tuple(results), named, True, None, kinds, "leading", None), kinds)
    return [*given, *(np.dtype(x.dtype) for x in graph.outputs)], compiled(graph, _NAME)
