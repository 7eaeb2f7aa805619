"""NumPy's functions, ufuncs and their methods on tensors (NEP 13, NEP 18), compared with NumPy on arrays."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from symnum import tensor as T
from symnum.errors import SymnumError, UnsupportedError, UnsupportedFunctionError
from symnum.tensor import Tensor
from symnum.tensor.numpy_names import FUNCTIONS, UFUNCS
from symnum.tensor.protocols import counterpart
from tests import array_api_compare as compare
from tests.numpy_function_cases import FFT, LINALG, NUMPY, REASONS
from tests.numpy_values import same, value, values

Array = np.ndarray[Any, Any]

_DISPATCHED = type(np.sum)
MODULES = {"np": (np, NUMPY), "np.linalg": (np.linalg, LINALG), "np.fft": (np.fft, FFT)}


def dispatched(module: Any) -> dict[str, Any]:
    """The functions of a module of NumPy that arguments can override."""
    return {name: f for name in dir(module) if isinstance(f := getattr(module, name), _DISPATCHED)}


def calls() -> Iterator[tuple[str, Any]]:
    for prefix, (module, cases) in MODULES.items():
        for name, function in dispatched(module).items():
            if name in cases:
                supported = counterpart(function) is not None
                yield from ((f"{prefix}.{name}{part.strip()}", supported) for part in cases[name].split("; "))


CALLS = list(calls())


def plain(found: Any) -> Any:
    return [plain(part) for part in found] if isinstance(found, list | tuple) else found


@pytest.mark.parametrize("call", [call for call, supported in CALLS if supported])
def test_function_of_numpy_builds_graph(call: str) -> None:
    check(call, lambda array: array.shape)


# What needs a length while the graph is built
OF_KNOWN_LENGTHS = ("np.delete(g8, [0, 2])", "np.diag_indices_from", "np.poly", "np.resize", "np.squeeze(f8[:1])",
                    "np.tril_indices_from", "np.triu_indices_from", "np.unstack", "np.vander(g8)",
                    "np.vander(g8, increasing")


@pytest.mark.parametrize("call", [
    call for call, supported in CALLS if supported and not call.startswith(OF_KNOWN_LENGTHS)])
def test_function_of_numpy_takes_unknown_lengths(call: str) -> None:
    check(call, lambda array: (None,) * array.ndim)


def check(call: str, shape_of: Callable[[Array], tuple[int | None, ...]]) -> None:
    """Assert that a call gives NumPy's value on inputs of the shapes given."""
    arrays = compare.drawn("protocols", 3)
    inputs = {key: T.tensor(key, dtype=a.dtype, shape=shape_of(a)) for key, a in arrays.items()}
    found = eval(call, {"np": np, **inputs})
    results = values(compare.tensors(found), {inputs[key]: a for key, a in arrays.items()})
    with np.errstate(all="ignore"):
        wanted = plain(eval(call, {"np": np, **arrays}))
    assert compare.difference("linalg.", compare.filled(found, results), wanted) == ""


@pytest.mark.parametrize("call", [call for call, supported in CALLS if not supported])
def test_function_without_counterpart_is_refused(call: str) -> None:
    arrays = compare.drawn("protocols", 3)
    inputs = {key: T.tensor(key, dtype=a.dtype, shape=a.shape) for key, a in arrays.items()}
    with pytest.raises(UnsupportedFunctionError, match=r"has no counterpart.*x\.eval"):
        eval(call, {"np": np, **inputs})


OLD = {"in1d": "isin", "trapz": "trapezoid"}  # names that later versions of NumPy have no more


def test_every_function_of_numpy_has_a_case_or_a_reason() -> None:
    for module, cases in MODULES.values():
        missing = {name for name in dispatched(module) if not {name, OLD.get(name)} & {*cases, *REASONS}}
        assert missing == set()
    assert not set(REASONS) & set(NUMPY)
    assert not [name for name in REASONS if hasattr(np, name) and counterpart(getattr(np, name))]


# ufuncs and their methods -----------------------------------------------------------------------------------

UFUNC_CALLS = """
np.add.reduce(f8); np.add.reduce(f8, axis=1, keepdims=True); np.add.reduce(i1, axis=None)
np.multiply.reduce(f8, axis=-1)
np.maximum.reduce(f8); np.minimum.reduce(f8, axis=(0, 1)); np.logical_and.reduce(b); np.logical_or.reduce(b, axis=1)
np.add.reduce(f8, initial=2.0); np.add.reduce(f4, dtype="float64"); np.logaddexp.reduce(f8, axis=1)
np.add.accumulate(f8); np.multiply.accumulate(f8, axis=1); np.add.accumulate(i1, axis=1)
np.maximum.accumulate(f8); np.minimum.accumulate(f8, axis=1)
np.multiply.outer(f8, g8); np.subtract.outer(g8, [1.0, 2.0]); np.add.outer(2.0, g8); np.less.outer(g8, h8)
np.divmod(f8, 2.5); np.divmod(i4, j4); np.modf(f8); np.modf(f4); np.frexp(f8); np.fabs(i4); np.fabs(f4)
np.float_power(i4, 2); np.float_power(f4, g4); np.matmul(f8, g8); np.conjugate(z16)
np.vecdot(f8, g8); np.matvec(f8, g8); np.vecmat(h8, f8); np.exp(f8, out=None); np.add(f8, g8, where=True)
np.negative(i4, casting="same_kind")
"""


@pytest.mark.parametrize("call", [call.strip() for call in UFUNC_CALLS.replace("\n", ";").split(";") if call.strip()])
def test_ufunc_builds_graph(call: str) -> None:
    if not hasattr(np, call.removeprefix("np.").partition("(")[0].partition(".")[0]):
        pytest.skip("a newer NumPy has it")
    test_function_of_numpy_builds_graph(call)


def test_modf_keeps_signs_of_zero_and_of_infinity() -> None:
    array = np.array([np.inf, -np.inf, np.nan, -0.0, 2.0, -2.0, -1.5])
    x = T.dvector("x")
    for ours, theirs in zip(np.modf(x), np.modf(array), strict=True):
        same(value(ours, {x: array}), theirs)
        np.testing.assert_array_equal(np.signbit(value(ours, {x: array})), np.signbit(theirs))


REFUSED = {
    "np.exp(x, out=a)": "argument out.*not changed in place", "np.sum(x, out=a)": "argument out.*a = a \\+ x",
    "np.exp(x, where=a > 0)": r"argument where.*where\(condition, x, y\)",
    "np.place(x, a > 0, [1.0])": r"not changed in place.*y = x\.at",
    "np.maximum.reduce(x, dtype='float32')": "argument dtype.*astype",
    "np.add(x, 1, dtype='float32')": "argument dtype.*astype",
    "np.add.at(a, [0], x)": r"x\.at\[i\]\.add\(y\)", "np.add.reduceat(x, [0, 1])": "reduceat has no counterpart.*sum",
    "np.hypot.reduce(x)": "reduce has no counterpart"}


@pytest.mark.parametrize("call", REFUSED)
def test_what_changes_memory_or_has_no_meaning_is_refused(call: str) -> None:
    with pytest.raises(UnsupportedError, match=REFUSED[call]):
        eval(call, {"np": np, "x": T.dvector("x"), "a": np.zeros(3)})


def test_arrays_are_not_changed_in_place() -> None:
    array = np.zeros(3)
    with pytest.raises(UnsupportedFunctionError, match="write a = a \\+ x"):
        array += T.dvector("x")
    assert not array.any()
    array = array + T.dvector("x")
    assert isinstance(array, Tensor)


def test_refusals_are_type_errors_that_name_the_function_operands_and_line() -> None:
    x = T.dmatrix("x")
    with pytest.raises(TypeError, match=r"numpy\.polyfit: (?s:.*)operand 1: x: float64(?s:.*)test_protocols") as caught:
        np.polyfit(x, x, 2)
    assert isinstance(caught.value, SymnumError)


def test_errors_inside_numpys_functions_name_the_users_line() -> None:
    with pytest.raises(ValueError, match=r"at .*test_protocols\.py:\d+"):
        np.concatenate([T.dmatrix("x"), np.zeros(3)])


def test_other_classes_may_take_over() -> None:
    class Other:
        def __array_function__(self, *_: Any) -> str:
            return "function"

        def __array_ufunc__(self, *_: Any) -> str:
            return "ufunc"

        def __radd__(self, other: object) -> str:
            return "operator"
    assert np.stack([T.dvector("x"), Other()]) == "function"
    assert np.add(T.dvector("x"), Other()) == "ufunc"
    assert T.dvector("x") + Other() == "operator"


def test_only_what_has_no_public_function_is_listed() -> None:
    assert not {*FUNCTIONS, *UFUNCS} & set(T.__all__)
    assert all(hasattr(np, name) for name in FUNCTIONS)


def test_defaults_of_common_arguments_are_numpys() -> None:
    differ = []
    for prefix, (module, _) in MODULES.items():
        for name, function in dispatched(module).items():
            target = counterpart(function)
            theirs, ours = (defaults(f) if f else {} for f in (function, target))
            differ += [f"{prefix}.{name} {key}: {theirs[key]!r}, not {ours[key]!r}"
                       for key in sorted(theirs.keys() & ours.keys())
                       if theirs[key] is not np._NoValue and theirs[key] != ours[key]]
    assert differ == ["np.einsum optimize: False, not True"]  # the best order, with the same value up to rounding


def defaults(function: Any) -> dict[str, Any]:
    try:
        signature = inspect.signature(function)
    except ValueError:  # a builtin of a version of NumPy that does not tell
        return {}
    return {name: p.default for name, p in signature.parameters.items() if p.default is not p.empty}


def test_protocols_are_loaded_on_first_use() -> None:
    program = ("import sys, symnum as sn, numpy as np; late = 'symnum.tensor.protocols', 'symnum.array_api'; "
               "assert not any(name in sys.modules for name in late); x = sn.tensor.dvector('x'); np.exp(x) + 1; "
               "assert late[0] not in sys.modules; np.sum(x); assert late[0] in sys.modules")
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
