"""Dataclasses of ``symnum.records`` behave as the standard library's do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field, replace

import pytest

from symnum import records

FLAVOURS = {"own": records._dataclass, "standard": dataclasses.dataclass}


def classes(dataclass):
    """A frozen class, a mutable one, one with a field that is made later, and one with the identity of objects."""
    @dataclass(frozen=True, slots=True)
    class Frozen:
        """Values."""

        a: int
        b: tuple[int, ...] = ()
        c: list[int] = field(default_factory=list, compare=False)
        d: int = field(default=4, repr=False, kw_only=True)

    @dataclass(slots=True)
    class Mutable:
        """A state."""

        only: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Later:
        """A value and what follows from it."""

        a: int
        twice: int = field(init=False)
        many: list[int] = field(init=False, default_factory=list)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.a)

    @dataclass(frozen=True, slots=True, eq=False, repr=False)
    class Same:
        """An object."""

        a: int

    return Frozen, Mutable, Later, Same


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_values(flavour):
    Frozen, Mutable, Later, Same = classes(FLAVOURS[flavour])
    x = Frozen(1, (2,), d=3)
    assert x == Frozen(a=1, b=(2,), c=[9], d=3) != Frozen(1, (2,)) and hash(x) == hash(Frozen(1, (2,), d=3))
    assert x != 1 and repr(x).endswith("Frozen(a=1, b=(2,), c=[])")
    assert Frozen(1).c is not Frozen(1).c and Frozen(1, d=5).d == 5 and Frozen(1).d == 4
    assert replace(x, a=7) == Frozen(7, (2,), d=3)
    assert copy.copy(x) == copy.deepcopy(x) == x and not hasattr(x, "__dict__")
    state = Mutable()
    state.only.append(1)
    assert state == Mutable([1]) != Mutable()
    assert (Later(3).twice, Later(3).many) == (6, [])
    assert Same(1) != Same(1) and len({Same(1), Same(1)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(state)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_refusals(flavour):
    Frozen, *_ = classes(FLAVOURS[flavour])
    x = Frozen(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'a'"):
        x.a = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'a'"):
        del x.a
    for arguments, keywords in (((), {}), ((1, (), [], 4), {}), ((1,), {"e": 1})):
        with pytest.raises(TypeError):
            Frozen(*arguments, **keywords)


def test_signatures_are_the_standard_ones():
    own, standard = (classes(flavour) for flavour in FLAVOURS.values())
    for mine, theirs in zip(own, standard, strict=True):
        assert list(inspect.signature(mine).parameters) == list(inspect.signature(theirs).parameters)
        assert [p.kind for p in inspect.signature(mine).parameters.values()] == [
            p.kind for p in inspect.signature(theirs).parameters.values()]


def test_fields_have_their_types_and_a_mark_makes_them_keywords():
    @records._dataclass(frozen=True, slots=True)
    class Marked:
        """A value and a keyword."""

        a: int
        _: dataclasses.KW_ONLY
        b: list[int] = field(default_factory=list)
    assert [(f.name, f.type, f.kw_only) for f in dataclasses.fields(Marked)] == [
        ("a", "int", False), ("b", "list[int]", True)]
    assert Marked.__annotations__ == {"a": "int", "_": "dataclasses.KW_ONLY", "b": "list[int]"}
    with pytest.raises(TypeError):
        Marked(1, [2])


def test_methods_are_made_when_they_are_wanted():
    Frozen, *_ = classes(records._dataclass)
    assert not inspect.isfunction(Frozen.__dict__["__init__"])
    Frozen(1)
    assert inspect.isfunction(Frozen.__dict__["__init__"])


@records._dataclass(frozen=True, slots=True)
class Kept:
    """What is pickled."""

    a: int
    b: list[int] = field(default_factory=list)


def test_pickles():
    assert pickle.loads(pickle.dumps(Kept(1, [2]))) == Kept(1, [2])
