"""The public array language as a whole: every function is documented, and has NumPy's arguments."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

import symnum as sn
from symnum import tensor as T
from symnum.tensor.creation import INPUTS
from symnum.tensor.language import ALIASES

FUNCTIONS = {name: getattr(T, name) for name in T.__all__ if isinstance(getattr(T, name), types.FunctionType)}
LANGUAGE = {name: function for name, function in FUNCTIONS.items() if name not in INPUTS}
# Where names differ from NumPy's, and why.
DIFFERENT: Mapping[str, str] = {"arange": "NumPy calls its first argument start_or_stop, which it takes by place"}


def test_every_function_has_a_docstring_with_an_example() -> None:
    for name, function in FUNCTIONS.items():
        documentation = inspect.getdoc(function) or ""
        assert documentation.splitlines()[0].endswith(".") or documentation.count("\n") > 2, name
        assert ">>> " in documentation, name
        assert "\n" in documentation.partition(">>> ")[2], f"the example of {name} shows no result"


def test_every_function_is_in_the_top_of_the_package() -> None:
    for name, function in LANGUAGE.items():
        if name != "tensor":
            assert getattr(sn, name) is function, name
            assert name in sn.__all__, name


def _numpys(name: str) -> list[str] | None:
    """NumPy's argument names, if it has a Python function of that name."""
    theirs: Any = getattr(np, name, None)
    if theirs is None or isinstance(theirs, np.ufunc | type):
        return None
    try:
        return list(inspect.signature(theirs).parameters)
    except ValueError:  # built in
        return None


def test_arguments_have_numpys_names_and_order() -> None:
    compared = 0
    for name, function in LANGUAGE.items():
        theirs = _numpys(name)
        if theirs is None or name in DIFFERENT:
            continue
        own = [p.name for p in inspect.signature(function).parameters.values()
               if p.kind is p.POSITIONAL_OR_KEYWORD]
        assert _in_order(own, theirs), (name, own, theirs)
        compared += 1
    assert compared > 100


def _in_order(own: list[str], theirs: list[str]) -> bool:
    """Whether all names are NumPy's, in its order."""
    places = [theirs.index(p) if p in theirs else -1 for p in own]
    return -1 not in places and places == sorted(places)


def test_aliases_are_the_same_function_as_what_they_stand_for() -> None:
    assert T.fix is T.trunc
    for name in ALIASES:
        assert getattr(T, name) is ALIASES[name]
