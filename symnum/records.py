"""``dataclass``: the standard one, with methods that all classes share or that are made when they are first used.

The standard decorator compiles up to six functions for each class, half a millisecond of the time of an import; half of
the classes that a build imports have no object made of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

T = TypeVar("T")
_set = object.__setattr__


def _dataclass(*, frozen: bool = False, slots: bool = True, eq: bool = True, repr: bool = True,
               kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A decorator that makes a dataclass; without ``slots`` there is none.

    >>> @dataclass(frozen=True, slots=True)
    ... class Point:
    ...     '''A place.'''
    ...     x: int
    ...     y: int = 0
    >>> Point(3), Point(3) == Point(3, 0), len({Point(3), Point(y=0, x=3)})
    (Point(x=3, y=0), True, 1)
    """
    def decorated(cls: type[T]) -> type[T]:
        made = _with_fields(cls, slots, kw_only)
        for name, method in _methods(made, frozen, eq, repr):
            if name not in made.__dict__:
                setattr(made, name, method)
        return made
    return decorated


def _with_fields(cls: type[T], slots: bool, kw_only: bool) -> type[T]:
    """The class with fields and no methods.

    Types that are texts would be searched for ``ClassVar``, which no class here has; that takes a fifth of the time.
    """
    types = cls.__annotations__
    cls.__annotations__ = {name: text if name == "_" else object for name, text in types.items()}  # _: KW_ONLY
    made: type[Any] = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
    made.__annotations__ = types
    for f in fields(made):
        f.type = types.get(f.name, f.type)
    return made


if TYPE_CHECKING:  # type checkers know what the standard one does
    from dataclasses import dataclass
else:
    dataclass = _dataclass


def _methods(cls: type, frozen: bool, eq: bool, shown: bool) -> Iterator[tuple[str, Any]]:
    yield "__init__", _Initialiser(cls)
    if shown:
        yield "__repr__", _shown
    if eq:
        values = _getter([f.name for f in fields(cls) if f.compare])
        yield "__eq__", lambda a, b: values(a) == values(b) if type(a) is type(b) else NotImplemented
        yield "__hash__", (lambda self: hash(values(self))) if frozen else None
    if frozen:
        yield from (("__setattr__", _refuse), ("__delattr__", _refuse), ("__getstate__", _state),
                    ("__setstate__", _restore))


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the attributes of these names."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


class _Initialiser:
    """Stands in a class for the method ``__init__``, which takes its place as soon as it is wanted."""

    __slots__ = ("owner",)

    def __init__(self, owner: type) -> None:
        self.owner = owner

    def __get__(self, instance: object, kind: type | None = None) -> Any:
        method = _initialiser(self.owner)
        setattr(self.owner, "__init__", method)  # noqa: B010  (an assignment would be one to a method)
        return method if instance is None else method.__get__(instance)


def _initialiser(cls: type) -> Any:
    """The method ``__init__`` of a dataclass."""
    all_fields: tuple[Field[Any], ...] = fields(cls)
    space: dict[str, Any] = {"__name__": cls.__module__, "_set": _set, "_missing": MISSING}
    given = [f for f in all_fields if f.init and not f.kw_only]
    named = [f for f in all_fields if f.init and f.kw_only]
    parameters = ["self", *map(_parameter, given), *(["*"] if named else []), *map(_parameter, named)]
    lines = [line for f in all_fields for line in _field_lines(f, cls.__setattr__ is _refuse)]
    lines += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    for f in all_fields:
        space[f"_of_{f.name}"] = f.default if f.default_factory is MISSING else f.default_factory
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), space)
    method = space["__init__"]
    method.__qualname__ = f"{cls.__qualname__}.__init__"
    method.__annotations__ = {**{f.name: f.type for f in (*given, *named)}, "return": None}
    return method


def _parameter(f: Field[Any]) -> str:
    if f.default_factory is not MISSING:
        return f"{f.name}=_missing"
    return f.name if f.default is MISSING else f"{f.name}=_of_{f.name}"


def _field_lines(f: Field[Any], frozen: bool) -> Iterator[str]:
    """The assignment of a field; none if it is left to ``__post_init__``."""
    value = f.name
    if f.default_factory is not MISSING:
        value = f"_of_{f.name}() if {f.name} is _missing else {f.name}" if f.init else f"_of_{f.name}()"
    elif not f.init:
        value = f"_of_{f.name}"
    if f.init or value != f"_of_{f.name}" or f.default is not MISSING:
        yield f"_set(self, {f.name!r}, {value})" if frozen else f"self.{f.name} = {value}"


@recursive_repr("...")
def _shown(self: Any) -> str:
    values = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({values})"


def _refuse(self: object, name: str, *value: object) -> None:
    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, f.name) for f in fields(self)]


def _restore(self: Any, state: Sequence[Any]) -> None:
    for f, value in zip(fields(self), state, strict=True):
        _set(self, f.name, value)
