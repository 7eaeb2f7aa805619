"""``lambdify``: a SymPy expression as a function of numbers and arrays, compiled for their dtypes and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from inspect import Parameter
from typing import Any

from .. import arguments, dtypes
from .._pyformula import Layout, assembled
from ..bridge.sympy_parameters import natural_dtypes, signature, with_ranks
from ..call_signatures import CallSignature
from ..codegen.interface import Argument
from ..errors import GraphError, UnsupportedError, unknown_name
from ..function import Function
from ..process import Formula
from ..records import dataclass
from ..structures import unpack
from .calls import NAME, as_matrix, as_numbers, copied, flattened, kinds_of
from .graphs import Batch, Graph, Kind, Recipe, compiled, graph_of
from .implementations import named
from .results import Leaf, described, leaf, parsed, structured


def lambdify(args: Any, expr: Any, modules: Any = None, printer: Any = None, use_imps: bool = True,
             dummify: bool = False, cse: Any = False, docstring_limit: int | None = 1000, *,
             dtype: object = None, batch: Batch = "leading") -> Lambdified:
    """A function of numbers and arrays from an expression of SymPy, as ``sympy.lambdify`` makes it.

    It is compiled on the first call with arguments of new dtypes and ranks.  Every result has the shape to which all
    arguments broadcast, constants too; numbers give NumPy scalars.  Numbers of Python, and of SymPy and other
    libraries, are float64 beside float64, float32
    beside float32 arrays; whole ones are int64 for symbols that are integers by declaration.  ``f(..., out=array)``
    writes to arrays, in the structure of the results.  Arguments can be passed by the names of their symbols.

    Args:
        args: a symbol, or a list of them, of functions such as ``q(t)``, of their derivatives, of matrix symbols, or of
            lists of all these; text names symbols.
        expr: an expression, a matrix or array, or a list, tuple, set or dict of them (or of None, or of such
            structures); keys that depend on arguments are computed too.  Text is read by SymPy's parser, which runs
            it: only from sources that you trust.
        modules: a dict from names to what they mean, or a list with such dicts: numbers, or functions.  Those written
            with operators and NumPy's functions are compiled; others are called with numbers or arrays, and the
            whole formula runs in NumPy then.  Names of libraries mean nothing.
        printer: must be None: no text of Python is printed.
        use_imps: whether functions made by ``implemented_function`` are replaced by their implementations.
        dummify: means nothing: a name need not be one of Python.
        cse: means nothing: what is shared is computed once anyway.
        docstring_limit: the longest expression that the docstring shows, in letters; None for any.
        dtype: of all arguments; without it each array has its own.
        batch: where the axes of arrays come in matrices and arrays as results: ``"leading"`` gives (..., rows,
            columns), ``"trailing"`` (rows, columns, ...), as SymPy's own.

    Returns:
        A function of the arguments; its docstring shows the source.

    Raises:
        GraphError: an argument that can be none, symbols that are no arguments, a name that means neither function nor
            number, or text that SymPy cannot read.
        UnsupportedError: a function that symnum does not have, or a printer.
        DTypeError: no such dtype.
        UnknownNameError: no such ``batch``, or SymPy has no such module.

    >>> import numpy as np
    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> f = lambdify([x, y], [sympy.sin(x) * y, sympy.Matrix([[x, 1]])])
    >>> f(0.0, 2.0)
    [np.float64(0.0), array([[0., 1.]])]
    >>> f(np.zeros(3), 2.0)[1].shape
    (3, 1, 2)
    """
    if printer is not None:
        raise UnsupportedError("lambdify: printer= has no use, because no text is printed; cure: modules={'name': "
                               "function} says what a function means")
    if batch not in ("leading", "trailing"):
        raise unknown_name("batch", batch, ("leading", "trailing"))
    if expr is None:
        raise GraphError("lambdify: there is nothing to compute: the expression is None")
    found, meanings = signature(args), named(modules)
    keys = [p.key for p in found.parameters]
    whole = structured(parsed(expr, found.parameters, meanings), keys)
    exprs = [e for _, e in unpack(whole)[1]]
    asked = None if dtype is None else dtypes.as_dtype(dtype)
    usual = tuple(Kind(asked or x) for x in natural_dtypes(found, exprs))
    return Lambdified(Recipe(with_ranks(found, exprs), whole, meanings, bool(use_imps), asked, usual, batch,
                             docstring_limit))


@dataclass(frozen=True, slots=True)
class Form:
    """The function of one set of kinds; ``slots`` are what its arguments must be."""

    function: Function
    slots: tuple[Argument, ...]
    is_native: bool


class Lambdified(Formula):
    """A function of numbers and arrays; made by :func:`lambdify`."""

    __signature__ = CallSignature(lambda f: [(name, Parameter.empty) for name in f.recipe.signature.names])

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._forms: dict[tuple[Kind, ...], Form] = {}
        self._structure, leaves = unpack(recipe.expr)
        self._layouts = _layouts([leaf(e) for _, e in leaves])
        self.__name__ = self.__qualname__ = NAME
        found = recipe.signature
        super().__init__(self._layouts, self._structure, partial(_serve, self), len(found.patterns),
                         recipe.batch == "leading", found.is_flat)
        # What cannot be converted is refused now; the graph serves the first call with numbers.
        self._graphs = {recipe.usual: graph_of(recipe, recipe.usual)}

    def source(self, target: str = "c") -> str:
        """The generated text for numbers as arguments.

        Args:
            target: ``"c"``, ``"cython"``, ``"cuda"``, or ``"c99"`` as it is exported.

        Returns:
            The text.

        Raises:
            UnknownNameError: there is no such target.

        >>> import sympy
        >>> x = sympy.Symbol("x")
        >>> "exp(" in lambdify(x, sympy.exp(x)).source()
        True
        """
        return self._form(self.recipe.usual).function.source(target)

    def explain(self) -> Any:
        """What was rewritten, and which kernels run, for numbers as arguments.

        Returns:
            A text, with a table for notebooks.

        Raises:
            Nothing of its own.

        >>> import sympy
        >>> x = sympy.Symbol("x")
        >>> "log1p" in str(lambdify(x, sympy.log(1 + x)).explain())
        True
        """
        return self._form(self.recipe.usual).function.explain()

    def _form(self, kinds: tuple[Kind, ...]) -> Form:
        found = self._forms.get(kinds)
        if found is None:
            graph = self._graphs.pop(kinds, None) or graph_of(self.recipe, kinds)
            found = self._forms.setdefault(kinds, _made(self.recipe, graph))
            if found.is_native and [x.dtype for x in kinds] == [x.dtype for x in self.recipe.usual]:
                self.add_form(found.function)   # it takes Python numbers too
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return Lambdified, (self.recipe,)

    def __copy__(self) -> Lambdified:
        return self

    def __deepcopy__(self, memo: Any) -> Lambdified:
        return self

    def __repr__(self) -> str:
        return f"<symnum function {NAME}({', '.join(self.recipe.signature.names)})>"


class _Documentation:
    """The docstring of the class, and of each of its objects one of its own, made when it is asked for."""

    def __get__(self, one: Lambdified | None, owner: type) -> str:
        if one is None:
            return "A function of numbers and arrays; made by ``symnum.lambdify``."
        recipe = one.recipe
        try:
            return described(recipe.signature.names, recipe.expr, one.source, recipe.limit)
        except UnsupportedError as error:   # what needs Python has no source
            return described(recipe.signature.names, recipe.expr, partial(str, error), recipe.limit)


type.__setattr__(Lambdified, "__doc__", _Documentation())


def _layouts(leaves: Sequence[Leaf]) -> list[Layout]:
    found, first = [], 0
    for one in leaves:
        found.append(Layout(first, one.shape))
        first += found[-1].count
    return found


def _made(recipe: Recipe, graph: Graph) -> Form:
    made = compiled(graph, NAME)
    slots = tuple(Argument(p.name, x.dtype, tuple(n if isinstance(n, int) else -1 for n in x.node.shape))
                  for p, x in zip(recipe.signature.parameters, graph.inputs, strict=True))
    return Form(made, slots, Formula.can_serve(made))


def _serve(self: Lambdified, args: Sequence[Any], keywords: dict[str, Any]) -> Any:
    """A call that no form in use serves as it is."""
    out = keywords.pop("out", None)
    found = self.recipe.signature
    given = arguments.order(NAME, found.names, args, keywords)
    values = [x for pattern, name, value in zip(found.patterns, found.names, given, strict=True)
              for x in flattened(pattern, name, value)]
    result = self.serve_any(values, out)
    if result is not None:
        return result
    values = [as_matrix(p, as_numbers(x)) for p, x in zip(found.parameters, values, strict=True)]
    form = self._form(kinds_of(self.recipe, values))
    arrays = [arguments.convert(NAME, k, slot, value, "safe")
              for k, (slot, value) in enumerate(zip(form.slots, values, strict=True))]
    if not form.is_native:
        made = assembled(form.function(*arrays), self._layouts, self._structure, self.recipe.batch == "leading")
        return made if out is None else copied(self._structure, made, out)
    made = self.serve_by(form.function, arrays, out)
    if made is not None:
        return made
    made = self.serve_by(form.function, arrays, None)
    return form.function(*arrays) if made is None else copied(self._structure, made, out)   # the first raises


