"""What ``inspect.signature`` says of compiled functions: editors show it, and SciPy's ``curve_fit`` counts it."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any


class CallSignature:
    """The attribute ``__signature__`` of objects that are called with named arguments, made when it is asked for.

    ``arguments`` gives name and default of each argument; ``Parameter.empty`` stands for none.
    """

    def __init__(self, arguments: Callable[[Any], Sequence[tuple[str, Any]]]) -> None:
        self.arguments = arguments

    def __get__(self, one: Any, owner: type) -> Signature | None:
        return None if one is None else signature_of(self.arguments(one))


def signature_of(arguments: Sequence[tuple[str, Any]]) -> Signature:
    """The signature of a call with arguments of these names and defaults, and ``out=``.

    >>> signature_of([("x", Parameter.empty), ("lambda", Parameter.empty)])
    <Signature (x, argument_2, *, out=None)>
    """
    names = [name for name, _ in arguments]
    last = max((k for k, (_, default) in enumerate(arguments) if default is Parameter.empty), default=-1)
    found = [Parameter("out", Parameter.KEYWORD_ONLY, default=None)]
    for k, (name, default) in reversed([*enumerate(arguments)]):
        plain = name.isidentifier() and not keyword.iskeyword(name) and names.count(name) == 1 and name != "out"
        found.insert(0, Parameter(name if plain else f"argument_{k + 1}", Parameter.POSITIONAL_OR_KEYWORD,
                                  default=default if k > last else Parameter.empty))
    return Signature(found)
