"""Every public callable with its docstring taken apart, and calls with one bad argument made from its examples."""

from __future__ import annotations

import ast
import builtins
import doctest
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

import symnum as sn
from symnum import array_api, errors, fft, linalg
from symnum import tensor as T
from symnum.array_api.dtypes import NamespaceInfo
from symnum.tensor.at import Target
from symnum.tensor.creation import INPUTS

NAMESPACES: Mapping[str, ModuleType] = {"T": T, "linalg": linalg, "fft": fft, "xp": array_api, "sn": sn,
                                        "xp.linalg": array_api.linalg, "xp.fft": array_api.fft}
CLASSES: Mapping[str, type] = {
    "Tensor": T.Tensor, "SharedTensor": T.SharedTensor, "Target": Target, "Function": sn.Function,
    "Options": sn.Options, "In": sn.In, "Out": sn.Out, "Rule": sn.Rule, "RuleSet": sn.RuleSet,
    "NamespaceInfo": NamespaceInfo}


# what is public ---------------------------------------------------------------------------------------------

def functions() -> dict[str, Callable[..., Any]]:
    """Functions of all namespaces by label; those that ``sn`` has from ``T`` are listed once."""
    return {f"{place}.{name}": value for place, module in NAMESPACES.items() for name in module.__all__
            if callable(value := getattr(module, name)) and not isinstance(value, type)
            and not (place == "sn" and name in T.__all__)}


def members() -> dict[str, Any]:
    """Methods and properties of the public classes, each where it is defined first."""
    found: dict[str, Any] = {}
    for label, kind in CLASSES.items():
        for base in reversed(kind.__mro__):
            if base.__module__.startswith("symnum"):
                found.update({f"{label}.{name}": value for name, value in vars(base).items()
                              if not name.startswith("_") and is_member(value)})
    return {label: value for label, value in found.items() if not label.startswith("SharedTensor.")
            or f"Tensor.{label.partition('.')[2]}" not in found}


def is_member(value: object) -> bool:
    """A method or property, and no field of a dataclass."""
    return inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)


def parameters(value: Any) -> list[inspect.Parameter]:
    """What a call is given."""
    if isinstance(value, property):
        return []
    function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
    own = ("self", "cls") if "." in getattr(function, "__qualname__", "") else ()
    return [p for p in inspect.signature(function).parameters.values() if p.name not in own]


def is_array(parameter: inspect.Parameter) -> bool:
    """Whether a parameter is annotated as an array."""
    return "ArrayLike" in str(parameter.annotation)


# docstrings -------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Documented:
    """A docstring, taken apart."""

    text: str                   # without the examples
    summary: str
    arguments: dict[str, str]
    raises: dict[str, str]      # without a name: a sentence instead of errors
    examples: tuple[doctest.Example, ...]


def documented(value: Any) -> Documented:
    """The parts of a docstring."""
    whole = inspect.getdoc(value) or ""
    text = re.sub(r"(?ms)^>>> .*?(?=\n\n|\Z)", "", whole)
    return Documented(text, " ".join(text.partition("\n\n")[0].split()), _entries(text, "Args"),
                      _entries(text, "Raises"), tuple(doctest.DocTestParser().get_examples(whole)))


def _entries(text: str, title: str) -> dict[str, str]:
    body = re.search(rf"^{title}:\n((?:    .*\n|\n(?=    ))*)", text + "\n", re.M)
    found: dict[str, str] = {}
    names: list[str] = []
    for line in body[1].splitlines() if body else ():
        head = re.match(r"    (\w+(?:, \w+)*): (.*)", line)
        if head or not names:
            names = head[1].split(", ") if head else [""]
        for name in names:
            found[name] = f"{found.get(name, '')} {head[2] if head else line.strip()}".strip()
    return found


def error(name: str) -> Any:
    """The exception of that name; None if there is none."""
    found = getattr(errors, name, getattr(builtins, name, None))
    return found if isinstance(found, type) and issubclass(found, Exception) else None


# bad calls --------------------------------------------------------------------------------------------------

def bad_calls(name: str, function: Callable[..., Any]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Calls like the last one of the examples, each with one argument that is likely to be wrong."""
    signature = inspect.signature(function)
    args, kwargs = _example_call(name, function)
    given = signature.bind(*args, **kwargs).arguments

    def call(**changes: object) -> Callable[[], object]:
        bound = signature.bind(*args, **kwargs)
        bound.arguments.update(changes)
        ordered = {p: bound.arguments[p] for p in signature.parameters if p in bound.arguments}
        bound.arguments.clear()
        bound.arguments.update(ordered)
        return lambda: function(*bound.args, **bound.kwargs)
    for p in signature.parameters.values():
        if p.kind is p.VAR_KEYWORD:
            continue
        several = p.kind is p.VAR_POSITIONAL
        usual = given.get(p.name, () if several else p.default)
        first = usual[0] if several and usual else usual
        for bad in _bad_arrays(first) if is_array(p) or isinstance(first, T.Tensor) else _BAD:
            yield f"{p.name}={_shown(bad)}", call(**{p.name: (bad, *usual[1:]) if several else bad})
            if several and len(usual) > 1:
                yield f"{p.name}={_shown(bad)} alone", call(**{p.name: (bad,)})
    arrays = [p.name for p in signature.parameters.values() if str(p.annotation) == "ArrayLike" and p.name in given
              and p.kind is not p.VAR_POSITIONAL]
    if len(arrays) > 1:
        lengths = {x: T.tensor(x, dtype=T.as_tensor(given[x]).dtype, shape=(7 + 2*k,)) for k, x in enumerate(arrays)}
        yield "vectors of different lengths", call(**lengths)


_BAD: tuple[object, ...] = ("nothing", -1, -99, 99, 0, 1.5, (0, 0), (99,), [], None, object())


def _bad_arrays(usual: object) -> list[object]:
    try:
        rank = T.as_tensor(usual).ndim  # type: ignore[arg-type]
    except errors.SymnumError:
        rank = 1
    dtypes = ("complex128", "bool", "float64", "float16")
    kinds = [T.tensor("bad", dtype=dtype, shape=(None,) * rank) for dtype in dtypes]
    ranks = [T.tensor("bad", shape=shape) for shape in ((), (7,), (7, 9), (7, 9, 11), (0,) * max(rank, 1))]
    return ["text", {}, object(), *kinds, *ranks, [10**6], -1]


def _shown(bad: object) -> str:
    return "object()" if type(bad) is object else repr(bad)


def _example_call(name: str, function: Callable[..., Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of the last call of the function in its examples."""
    own = getattr(function, "__name__", name)
    plain = {key: getattr(T, key) for key in T.__all__ if not hasattr(builtins, key)}
    scope: dict[str, Any] = {**plain, "T": T, "sn": sn, "linalg": linalg, "fft": fft, "np": np, own: function}
    found: tuple[list[Any], dict[str, Any]] | None = None
    for example in documented(function).examples:
        tree = ast.parse(example.source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and own in (getattr(node.func, "attr", ""), getattr(node.func, "id", "")):
                keywords = {k.arg or "": _value(k.value, scope) for k in node.keywords}
                found = ([_value(x, scope) for x in node.args], keywords)
        if not isinstance(tree.body[-1], ast.Expr):
            exec(compile(tree, own, "exec"), scope)
    if found is None:
        raise AssertionError(f"{name}: no example calls it")
    return found


def _value(node: ast.expr, scope: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "example", "eval"), scope)


def stands_nowhere(label: str, value: object) -> bool:
    """Whether no Python module holds an example: the docstring is made from a table, or belongs to compiled code."""
    place, _, name = label.partition(".")
    compiled = str(getattr(value, "__module__", "")).endswith("._runtime")
    return compiled or (place == "T" and (name in INPUTS or name in T.elementwise.FUNCTIONS))
