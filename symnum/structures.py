"""Structures: how the results of a function are handed out, and how ``out=`` names arrays for them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .errors import ArgumentError, unknown_name
from .records import dataclass

Array = NDArray[Any]
# One result, a flat list or tuple of them, none at all, a flat dict (its keys), or a structure of structures.
Flat = Literal["one", "list", "tuple", "none"] | tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """A list, tuple or dict (its keys) whose parts are results, None, or such structures themselves."""

    kind: Literal["list", "tuple"] | tuple[Hashable, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Hashed:
    """A set of results, or a dict whose keys are computed too: keys and values in turn."""

    kind: Literal["set", "items"]
    parts: tuple[Part, ...]


Part = Literal["one", "none"] | Nested | Hashed


class Members(tuple[Any, ...]):
    """The members of a set, in the order in which they are computed."""

    __slots__ = ()


class Items(tuple[Any, ...]):
    """Keys and values of a dict in turn, where keys are computed too."""

    __slots__ = ()


class Nothing:
    """Stands for None among the results."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "None"


Structure = Flat | Nested | Hashed


def unpack(value: Any) -> tuple[Structure, list[tuple[str, Any]]]:
    """The structure of ``value``, and its leaves in order, each with the place where it stands.

    >>> unpack({"a": 1, "b": 2})
    (('a', 'b'), [("['a']", 1), ("['b']", 2)])
    >>> unpack([1, {"b": 2}])[1]
    [('[0]', 1), ("[1]['b']", 2)]
    """
    if value is None:
        return "none", []
    leaves: list[tuple[str, Any]] = []
    found = _unpacked(value, "", leaves)
    flat = isinstance(found, Nested) and all(part == "one" for part in found.parts)
    return found.kind if isinstance(found, Nested) and flat else found, leaves


def _unpacked(value: Any, path: str, leaves: list[tuple[str, Any]]) -> Part:
    if isinstance(value, Nothing):
        return "none"
    if isinstance(value, dict):
        return Nested(tuple(value), tuple(_unpacked(value[k], f"{path}[{k!r}]", leaves) for k in value))
    if isinstance(value, list | tuple):
        parts = tuple(_unpacked(x, f"{path}[{k}]", leaves) for k, x in enumerate(value))
        if isinstance(value, Members | Items):
            return Hashed("set" if isinstance(value, Members) else "items", parts)
        return Nested("list" if isinstance(value, list) else "tuple", parts)
    leaves.append((path, value))
    return "one"


def pack(structure: Structure, results: Sequence[Any]) -> Any:
    """Results in the structure that the user asked for.

    >>> pack(("a", "b"), [1, 2])
    {'a': 1, 'b': 2}
    """
    if isinstance(structure, tuple):
        return dict(zip(structure, results, strict=True))
    match structure:
        case "one":
            return results[0]
        case "list":
            return list(results)
        case "tuple":
            return tuple(results)
        case Nested() | Hashed():
            return _packed(structure, iter(results))
    return None


def _packed(structure: Part, rest: Iterator[Any]) -> Any:
    if isinstance(structure, Nested):
        return pack(structure.kind, [_packed(part, rest) for part in structure.parts])
    if isinstance(structure, Hashed):
        return _hashed(structure.kind, [_packed(part, rest) for part in structure.parts])
    return None if structure == "none" else next(rest)


def _hashed(kind: Literal["set", "items"], parts: Sequence[Any]) -> Any:
    try:
        return set(parts) if kind == "set" else dict(zip(parts[::2], parts[1::2], strict=True))
    except TypeError:
        what = "a set can hold" if kind == "set" else "the keys of a dict can be"
        raise ArgumentError(f"arrays do not hash, so that {what} none; cure: a list of them, or text as keys") from None


def paths(structure: Structure, count: int) -> list[str]:
    """What errors call each of ``count`` results.

    >>> paths("list", 2), paths(("loss", "error"), 2)
    (['output 1', 'output 2'], ["output 'loss'", "output 'error'"])
    """
    if isinstance(structure, tuple):
        return [f"output {key!r}" for key in structure]
    if isinstance(structure, Nested | Hashed):
        return [f"output {path}" for path, k in unpack(pack(structure, range(count)))[1] if k is not None]
    return [f"output {k + 1}" for k in range(count)]


def split_out(function: str, structure: Structure, out: object, count: int) -> tuple[Array | None, ...]:
    """The target of each visible output in ``out=``: one array; or arrays and ``None`` in the structure of the
    results, of which a key that is left out means ``None``; or a flat tuple or list of them.

    >>> split_out("f", ("p", "q"), {"q": np.zeros(2)}, 2)
    (None, array([0., 0.]))

    Raises:
        ArgumentError: not arrays, or not as many as there are outputs.
        UnknownNameError: a dict has a key that no output has.
    """
    if out is None:
        return (None,) * count
    if isinstance(structure, Nested | Hashed):
        targets = _targets(f"{function}: out=", structure, out)
    elif isinstance(structure, tuple) and isinstance(out, Mapping):
        targets = _values(f"{function}: out=", structure, out)
    else:
        targets = list(out) if isinstance(out, tuple | list) else [out]
    expected = "one array" if count == 1 else f"a tuple of {count} arrays (None for those to be made)"
    if len(targets) != count:
        raise ArgumentError(f"{function}: out= must be {expected}, one for each output; given {len(targets)}")
    for target in targets:
        if target is not None and not isinstance(target, np.ndarray):
            raise ArgumentError(f"{function}: out= must be {expected}; given {type(target).__name__}")
    return tuple(targets)


def _targets(what: str, structure: Part, out: Any) -> list[Any]:
    """The leaves of ``out`` under a structure; None stands for all leaves of a part."""
    if isinstance(structure, Hashed):
        raise ArgumentError(f"{what} results that are members of a set, or keys, are made anew")
    if not isinstance(structure, Nested):
        return [out] if structure == "one" else []
    values: Sequence[Any]
    if out is None:
        values = [None] * len(structure.parts)
    elif isinstance(structure.kind, tuple) and isinstance(out, Mapping):
        values = _values(what, structure.kind, out)
    elif not isinstance(structure.kind, tuple) and isinstance(out, tuple | list) and len(out) == len(structure.parts):
        values = out
    else:
        expected = f"a dict with the keys {structure.kind}" if isinstance(structure.kind, tuple) else (
            f"a {structure.kind} of {len(structure.parts)}")
        raise ArgumentError(f"{what} must be in the structure of the outputs, here {expected}; "
                            f"given {type(out).__name__}")
    return [leaf for part, value in zip(structure.parts, values, strict=True) for leaf in _targets(what, part, value)]


def _values(what: str, keys: Sequence[Hashable], out: Mapping[Any, Any]) -> list[Any]:
    for key in out:
        if key not in keys:
            raise unknown_name(f"output in {what}", key, map(str, keys))
    return [out.get(key) for key in keys]
