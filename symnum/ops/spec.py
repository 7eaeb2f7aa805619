"""``OpSpec``: everything symnum knows about one operation, in one row of the op table."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from ..dtypes import Operand
from ..records import dataclass


@dataclass(frozen=True, slots=True)
class Absent:
    """An empty column of a row, with the reason why it is empty."""

    reason: str

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in an attribute that holds a dim which is not a number: input number ``index`` of the node."""

    index: int


@dataclass(frozen=True, slots=True)
class Text:
    """C text of an elementwise op for one or more dtype classes; ``Absent`` where the op has no such loop.

    The class is that of the operands (``f`` float, ``i`` signed, ``u`` unsigned, ``b`` bool, ``h`` float16).  In a
    template ``{0} {1} {2}`` are operands (names or literals, never expressions), ``{T}`` the operands' C type, ``{U}``
    its unsigned twin, ``{R}`` the result's C type, ``{s}`` is ``f`` for float32 and empty for float64, ``{n}``
    the operands' width in bits, ``{MIN} {MAX}`` the ends of an integer type.  A word ``sn_name_{k}``, with
    ``{k}`` the operand dtype's short key (``f32 i8 u64 b``), calls a support function of ``ops/support.py``.
    """

    f: str | Absent = Absent("no float loop")
    i: str | Absent = Absent("no signed loop")
    u: str | Absent = Absent("no unsigned loop")
    b: str | Absent = Absent("no bool loop")
    h: str | Absent = Absent("float16 is stored only, and computed as float32")

    def of(self, dtype_class: str) -> str | Absent:
        """The template for a dtype class."""
        found: str | Absent = getattr(self, dtype_class)
        return found


@dataclass(frozen=True, slots=True)
class Sympy:
    """How an op looks in SymPy: ``to(sympy, *args)`` builds it; ``head`` is the class that comes back as it."""

    to: Callable[..., Any]
    head: str | Absent


@dataclass(frozen=True, slots=True)
class Reduce:
    """Lowering of a reduction: a binary op of the table.

    ``combine`` is associative over the reals; ``argmax`` and ``argmin`` carry the position beside the value.
    An empty axis is an error, or has the value that a fold starts from.
    """

    combine: str
    of_empty: bool


@dataclass(frozen=True, slots=True)
class Library:
    """Lowering to a call of a library routine (a Program step of its own), such as ``gemm``."""

    routine: str


@dataclass(frozen=True, slots=True)
class Routine:
    """Lowering to a Program step of its own, whose operands and results lie in memory.

    ``name`` is the routine whose C text ``codegen/routines`` writes, or ``"host"``: the row's reference function is
    called on arrays, with the GIL held (LAPACK, FFT, and sorting by NumPy and SciPy).  ``into(results, threads,
    *operands, **attrs)`` writes into the arrays of the results (None: not wanted), where that saves a host routine a
    copy; it may use so many threads.  ``over`` is the operand in whose memory the only result may be written.
    """

    name: str
    into: Callable[..., None] | None = None
    over: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Lowering to the operand's own memory under another shape."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where tests draw one operand: finite ends; ``integer`` draws whole numbers; ``avoid`` leaves points out."""

    low: float = -1e3
    high: float = 1e3
    integer: bool = False
    avoid: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """Real and imaginary part of a complex value: real expressions of one dtype and shape, or Python floats."""

    re: Any
    im: Any


# (name, operand dtypes, attrs) -> one dtype for each operand, then the result's.
DTypeRule = Callable[[str, Sequence[Operand], Mapping[str, Any]], tuple[np.dtype[Any], ...]]
# (dims, input nodes, attrs with slots filled in) -> shape; `dims` is handed in from `ir/`.
ShapeRule = Callable[[Any, Sequence[Any], Mapping[str, Any]], tuple[Any, ...]]
# (value of an operand at indices, node, indices) -> scalar node; the lowering context is handed in.
Pull = Callable[[Any, Any, tuple[Any, ...]], Any]

# (constructors, node, one Parts or real value for each operand) -> Parts, or the value of a real result.
ComplexRule = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class EachPart:
    """The op itself, on the real and on the imaginary part, for nodes of which ``when`` holds."""

    when: Callable[[Any], bool] = lambda node: True


@dataclass(frozen=True, slots=True)
class OnHost:
    """The reference function, called on arrays of complex numbers."""


NO_COMPLEX = Absent("no formula; linear rows act on each part, bilinear ones on all pairs of parts, others on the host")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OpSpec:
    """One row of the op table.  See ``CONTRIBUTING.md`` for how to add one.

    ``partials(o, z, *xs)`` gives the partial derivatives of ``z = op(*xs)`` by each operand (None where it is
    zero, ``Absent`` where there is none), ``vjp(o, node, cotangent)`` and ``jvp(o, node, tangents)`` the
    transposed and forward derivative of a structural op; ``o`` holds the constructors of all rows.

    An op with several results has the attribute ``which``: each result is a node of its own, and nodes that differ in
    it alone are computed together.  Its ``numpy`` function is called without ``which`` and returns a tuple of all.
    """

    name: str
    kind: str                                   # leaf, elementwise, structural, reduction, dim, count, counted
    arity: int | None                           # number of operands, slots not counted; None: any
    doc: str
    numpy: Callable[..., Any] | str | Absent    # "module:function" is imported when it is first used
    dtype: DTypeRule | Absent
    shape: ShapeRule | Absent = Absent("elementwise: the operands' common shape")
    attrs: tuple[str, ...] = ()
    partials: Callable[..., tuple[Any, ...]] | Absent
    vjp: Callable[..., tuple[Any, ...]] | Absent = Absent("made from partials")
    jvp: Callable[..., Any] | Absent = Absent("made from partials")
    sympy: Sympy | Absent
    c: Text | Absent
    cuda: Text | None = None                    # None: as C
    cython: Text | None = None                  # None: as C
    results: int = 1                            # of several, attribute ``which`` picks one; ``numpy`` gives all
    lower: Pull | Reduce | Library | Routine | View | Absent = Absent("elementwise: the scalar op at each index")
    complex: ComplexRule | EachPart | OnHost | Absent = NO_COMPLEX   # parts of the result; see ops/complex_parts.py
    facts: frozenset[str] = frozenset()
    domain: tuple[Interval, ...] | Absent
    tol: float = 0.0                            # units in the last place between C and NumPy
    cost: float = 1.0                           # price of one element, in additions
    aliases: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_by_name, (self.name,))

    def reference(self) -> Callable[..., Any]:
        """The NumPy function that is the meaning of this op."""
        if isinstance(self.numpy, Absent):
            raise TypeError(f"op {self.name} has no reference function: {self.numpy.reason}")
        return _import(self.numpy) if isinstance(self.numpy, str) else self.numpy

    def text(self, dialect: str) -> Text | Absent:
        """The scalar text of a dialect (``"c"``, ``"cuda"``, ``"cython"``)."""
        own = getattr(self, dialect)
        return self.c if own is None else own


def _import(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _by_name(name: str) -> OpSpec:
    table: Mapping[str, OpSpec] = importlib.import_module("symnum.ops.table").TABLE
    return table[name]
