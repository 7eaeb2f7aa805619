"""Ops that users make: of a formula of SymPy, or for a class of SymPy of their own."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import sympy
from mpmath.libmp import prec_to_dps
from sympy.core.function import AppliedUndef

from .. import dtypes
from ..bridge.sympy_graphs import from_sympy_nodes
from ..bridge.sympy_registered import ATTRIBUTE, Registered
from ..dtypes import Operand
from ..errors import ArgumentValueError, GraphError
from ..ir import build, interpret
from ..ir.inline import inlined
from ..ir.node import Node
from ..ops.formula import FormulaOp
from ..ops.spec import Absent, Sympy
from ..records import dataclass
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor, applied

_BY_FORMULA = Absent("the formula is written out before this is needed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class UserOp(FormulaOp):
    """An op that :func:`elementwise_from_sympy` or :func:`register_sympy` made; call it with tensors.

    ``head`` is its class in SymPy: ``op.head(x)`` stands for the op in SymPy's expressions, and comes back as it.
    """

    head: Any

    def __call__(self, *operands: Any) -> Tensor:
        """The op of tensors, arrays, numbers, lists, or expressions of SymPy."""
        return applied(self, *operands)


def elementwise_from_sympy(name: str, expr: Any, args: Sequence[Any] | None = None, *,
                           latex: str | None = None) -> UserOp:
    r"""An op of tensors, defined by a formula.

    It is one node, under its own name, wherever graphs are shown or handed to SymPy.  Where they are compiled the
    formula takes its place first, so that it is fused, made stable, and differentiated to any order as if it had been
    written out.

    Args:
        name: a name such as ``"softclip"``.
        expr: an expression of SymPy, or a ``Lambda``, which names its symbols in order.
        args: its symbols, in the order of the op's operands, or their names; without them all its symbols, by name.
        latex: how SymPy's LaTeX names it; the name in roman type without it.

    Returns:
        A :class:`UserOp`: call it with tensors of any shapes, which broadcast, and dtypes, which promote as NumPy's
        functions of floats do.  Two of one name and formula are the same op.

    Raises:
        ArgumentValueError: the name is no identifier.
        GraphError: no formula for one number, or one that has other symbols than ``args``, or none.
        UnsupportedError: it has a function that symnum does not have, with its place.

    >>> import symnum as sn
    >>> x, a = sympy.symbols("x a")
    >>> softclip = elementwise_from_sympy("softclip", sympy.log(1 + sympy.exp(a * x)) / a, [x, a])
    >>> t = sn.tensor.dvector("t")
    >>> y = softclip(t, 2.0)
    >>> sn.pp(y), y.sympy(), sympy.latex(y.sympy())
    ('softclip(t, 2)', softclip(t, 2), '\\operatorname{softclip}{\\left(t,2 \\right)}')
    >>> sn.function([t], sn.grad(y.sum(), t), mode="numpy")([0.0, 1000.0])
    array([0.5, 1. ])
    """
    if not name.isidentifier():
        raise ArgumentValueError(f"elementwise_from_sympy: {name!r} is no identifier")
    if isinstance(expr, sympy.Lambda):
        expr, args = expr.expr, expr.signature if args is None else args
    formula = _formula(name, expr)
    free = sorted(formula.free_symbols, key=str) if args is None else _arguments(formula, args)
    if not free or formula.free_symbols - {*free}:
        raise GraphError(f"elementwise_from_sympy: {name} needs each symbol of {formula} in args; given {free}")
    return _from_formula(name, formula, tuple(free), latex)


def _formula(name: str, expr: Any) -> Any:
    try:
        found = sympy.sympify(expr, strict=True)
    except sympy.SympifyError:
        found = None
    if not isinstance(found, sympy.Expr | sympy.logic.boolalg.Boolean) or getattr(found, "is_Matrix", False):
        raise GraphError(f"elementwise_from_sympy: {name} needs an expression of SymPy for one number; given {expr!r}")
    return found


def _arguments(formula: Any, args: Any) -> list[Any]:
    """Arguments, of which text names symbols of the formula."""
    by_name = {str(x): x for x in formula.free_symbols}
    given = args.replace(",", " ").split() if isinstance(args, str) else args
    return [by_name.get(x, sympy.Symbol(x)) if isinstance(x, str) else x for x in given]


def register_sympy(cls: Any, to: Callable[..., Any], back: Callable[..., Any] | None = None) -> UserOp | None:
    """Say what a user's own class of SymPy means on tensors, wherever expressions with it are converted.

    The class itself remembers it, so what is registered lives and dies with the class.

    Args:
        cls: a subclass of a class of SymPy, such as ``class Drag(sympy.Function)``; none of SymPy's own, and no
            ``sympy.Function("f")``, which everybody shares who uses that name.
        to: a function of tensors of any dtype and shape, one for each argument of an instance, that returns a tensor.
        back: a function of SymPy's expressions, such as the class itself.  With it an instance becomes one node, which
            ``to_sympy`` turns into ``back(*args)``; ``to`` must be elementwise then.

    Returns:
        With ``back`` the op, to be called with tensors; otherwise None.

    Raises:
        GraphError: no class of SymPy, one of its own, one that has been registered with something else, or ``to`` is no
            function.

    >>> import symnum as sn
    >>> class Drag(sympy.Function):
    ...     nargs = 1
    >>> drag = register_sympy(Drag, lambda v: v * sn.abs(v), back=Drag)
    >>> s, v = sympy.Symbol("s"), sn.tensor.dvector("v")
    >>> y = sn.from_sympy(2 * Drag(s), symbols={s: v})
    >>> sn.pp(y), y.sympy(), sn.function([v], y, mode="numpy")([3.0, -1.0])
    ('2*Drag(v)', 2*Drag(v), array([18., -2.]))
    """
    is_own = isinstance(cls, type) and issubclass(cls, sympy.Basic) and not issubclass(cls, AppliedUndef)
    if not is_own or cls.__module__.split(".")[0] == "sympy":
        raise GraphError(f"register_sympy: expected a class of your own below a class of SymPy; given {cls!r}; cure: "
                         f"class Mine(sympy.Function)")
    if not callable(to) or not (back is None or callable(back)):
        raise GraphError(f"register_sympy: to and back must be functions; given {to!r} and {back!r}")
    known = vars(cls).get(ATTRIBUTE)
    if known is not None and known.key != (to, back):
        raise GraphError(f"register_sympy: {cls.__name__} has been registered with another meaning; cure: a class of "
                         f"its own for each")
    made = None if back is None else _from_function(cls.__name__, to, back)
    setattr(cls, ATTRIBUTE, Registered((to, back), _nodewise(to) if made is None else partial(build.apply, made)))
    return made


# rows -------------------------------------------------------------------------------------------------------

@lru_cache(256)
def _from_formula(name: str, formula: Any, args: tuple[Any, ...], latex: str | None) -> UserOp:
    def expand(*nodes: Node) -> Node:
        return from_sympy_nodes([formula], dict(zip(args, nodes, strict=True)))[0]
    head = _head(name, formula, args, latex)
    made = _row(name, len(args), f"{name}({', '.join(map(str, args))}) = {formula}", expand, head,
                (name, formula, args, latex), _from_formula)
    setattr(head, ATTRIBUTE, Registered(made.definition, partial(build.apply, made)))
    made.expand(*_scalars((dtypes.FLOAT64,) * len(args)))   # refuses what symnum does not have
    return made


def _from_function(name: str, to: Callable[..., Any], back: Callable[..., Any]) -> UserOp:
    arity = len(inspect.signature(to).parameters)
    return _row(name, arity, inspect.getdoc(to) or name, _nodewise(to), back, (name, to, back), _from_function)


def _row(name: str, arity: int, doc: str, expand: Callable[..., Node], head: Any, definition: tuple[Any, ...],
         remake: Callable[..., UserOp]) -> UserOp:
    def reference(*arrays: Any) -> Any:
        given = np.broadcast_arrays(*arrays)
        leaves = [build.input_leaf(None, x.dtype, x.shape) for x in given]
        return interpret.evaluate(inlined([expand(*leaves)]), dict(zip(leaves, given, strict=True)))[0]

    def dtype(op: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> tuple[np.dtype[Any], ...]:
        common = dtypes.promote(operands) if len(operands) > 1 else operands[0]
        found = dtypes.resolve(np.exp, (common,), op)[0]
        return (*(found,) * arity, expand(*_scalars((found,) * arity)).dtype)
    return UserOp(
        name=name, kind="elementwise", arity=arity, doc=doc, numpy=reference, dtype=dtype, partials=_BY_FORMULA,
        sympy=Sympy(lambda sp, *xs: head(*xs), Absent("its class remembers it")), c=_BY_FORMULA, domain=_BY_FORMULA,
        cost=10.0, definition=definition, remake=remake, expand=expand, head=head)


def _scalars(kinds: Sequence[np.dtype[Any]]) -> list[Node]:
    """Inputs on which a formula is tried out; they have tokens, so that trying twice makes no new nodes."""
    return [build.input_leaf(None, dtype, (), token=f"operand {k}") for k, dtype in enumerate(kinds)]


def _nodewise(to: Callable[..., Any]) -> Callable[..., Node]:
    """A function of tensors as one of nodes."""
    def found(*nodes: Node) -> Node:
        return as_tensor(to(*map(Tensor, nodes))).node
    return found


# classes of SymPy -------------------------------------------------------------------------------------------

def _head(name: str, formula: Any, args: tuple[Any, ...], latex: str | None) -> Any:
    """A function of SymPy that knows its formula: for derivatives, numbers, and ``expand_func``."""
    def written_out(self: Any, e: Any = formula) -> Any:
        return e.xreplace(dict(zip(args, self.args, strict=True)))

    def fdiff(self: Any, argindex: int = 1) -> Any:
        return written_out(self, formula.diff(args[argindex - 1]))

    def evalf(self: Any, prec: int) -> Any:
        return written_out(self).evalf(prec_to_dps(prec))

    def shown(self: Any, printer: Any, exp: Any = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        inside = ",".join(printer._print(x) for x in self.args)
        shown_name = latex or rf"\operatorname{{{name}}}"
        return rf"{shown_name}{power}{{\left({inside} \right)}}"

    def reduce(self: Any) -> Any:
        return _instance, ((name, formula, args, latex), self.args)
    members = {"nargs": len(args), "fdiff": fdiff, "_eval_evalf": evalf, "_latex": shown, "__reduce__": reduce,
               "_eval_expand_func": lambda self, **hints: written_out(self), "__module__": __name__}
    return types.new_class(name, (sympy.Function,), {}, lambda namespace: namespace.update(members))


def _instance(definition: tuple[Any, ...], args: Sequence[Any]) -> Any:
    return _from_formula(*definition).head(*args)
