"""Exceptions of symnum.  Each is also the built-in (or NumPy) exception that NumPy would raise in its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np


class SymnumError(Exception):
    """Base class of every error that symnum raises on purpose."""


class ShapeError(SymnumError, ValueError):
    """Shapes do not fit together."""


class DTypeError(SymnumError, TypeError):
    """A dtype is unknown, unsupported, or does not fit."""


class ArgumentError(SymnumError, TypeError):
    """A compiled function was called with a wrong argument."""


class ArgumentValueError(SymnumError, ValueError):
    """An argument has the right type and a value that cannot be used."""


class LinAlgError(SymnumError, np.linalg.LinAlgError):
    """A matrix is not what linear algebra demands: not square, singular, or not positive definite."""


class AxisError(SymnumError, np.exceptions.AxisError):
    """An axis is outside the rank of its operand, or named twice."""


class IndexBoundsError(SymnumError, IndexError):
    """An index lies outside its axis, or there are too many indices."""


class GraphError(SymnumError, ValueError):
    """A graph is not what its use demands: a missing input, a duplicate, an invalid node."""


class UnusedInputError(GraphError):
    """An input of a function is not part of the graph of its outputs."""


class MissingInputError(GraphError):
    """A graph depends on a leaf that is neither an input, nor given, nor shared."""


class DisconnectedInputError(GraphError):
    """A gradient was asked for with respect to something that the cost does not depend on."""


class UnknownNameError(SymnumError, ValueError):
    """A rule, mode, option or op of that name does not exist."""


class TextError(SymnumError, ValueError):
    """A text is not what ``loads`` reads; the message names the line and what was expected there."""


class UnsupportedError(SymnumError, NotImplementedError):
    """What was asked for makes sense but is not part of this version."""


class UnsupportedFunctionError(UnsupportedError, TypeError):
    """A function or ufunc of NumPy has no counterpart on tensors, or not with these arguments."""


class EndlessRewriteError(GraphError):
    """Rewriting does not end: ``rule`` undoes what another rule did, or fires on what it has made."""

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.rule = rule

    def __reduce__(self) -> tuple[type[EndlessRewriteError], tuple[str, str]]:
        return type(self), (str(self), self.rule)


class RewriteWarning(RuntimeWarning):
    """A rule was left out while a graph was rewritten, because rewriting did not end with it."""


class CompileError(SymnumError, RuntimeError):
    """The compiler refused generated code, or what it made cannot be loaded."""


class SymbolicTruthError(SymnumError, TypeError):
    """The truth of a symbolic tensor was asked for."""


def unknown_name(kind: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """Make the error for a name that does not exist, with near names, or all of a short list.

    >>> str(unknown_name("mode", "numpi", ["c", "numpy"]))
    "unknown mode 'numpi'; did you mean 'numpy'? known: c, numpy"
    """
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=3)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ";"
    listed = f" known: {', '.join(names)}" if len(names) <= 20 else f" there are {len(names)} names"
    return UnknownNameError(f"unknown {kind} {name!r}{hint}{listed}")
