"""Every name of the array API standard against array-api-strict: values, dtypes and shapes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import array_api_strict
import einops.array_api
import numpy as np
import pytest
import scipy

import symnum as sn
from symnum import array_api
from symnum import tensor as T
from symnum.array_api import names
from symnum.array_api.written import WritableTensor
from symnum.errors import ArgumentValueError, DTypeError, SymnumError, UnsupportedError
from symnum.tensor import Tensor
from tests import array_api_compare as compare
from tests.array_api_cases import CASES, EXCLUDED, FUNCTIONS, REFUSED, STANDARD
from tests.numpy_values import same, value


def strict_names() -> set[str]:
    """All names of the standard, as array-api-strict has them."""
    own = {"Device", "ArrayAPIStrictFlags", "__version__", "linalg", "fft"}
    later = {"isin", "broadcast_shapes"}  # of version 2025.12
    main = {name for name in array_api_strict.__all__ if name not in own | later and "_flags" not in name}
    members = {name for name in dir(array_api_strict.asarray(1.0)) if name not in dir(object)} | {"__eq__", "__ne__",
               "__lt__", "__le__", "__gt__", "__ge__"}
    inherited = {"__annotations__", "__array__", "__buffer__", "__module__", "__slots__", "__weakref__", "__iter__",
                 "__firstlineno__", "__static_attributes__"}
    array = {name for name in members - inherited if name.startswith("__") or not name.startswith("_")}
    return main | {f"linalg.{name}" for name in array_api_strict.linalg.__all__} | {
        f"fft.{name}" for name in array_api_strict.fft.__all__} | {f"array.{name}" for name in array}


def test_every_name_of_the_standard_has_a_case_or_a_reason() -> None:
    assert set(STANDARD) == strict_names()
    assert {*CASES, *REFUSED, *EXCLUDED} == set(STANDARD)
    assert not set(CASES) & {*REFUSED, *EXCLUDED}
    assert all(CASES.values())
    assert all(len(reason) > 8 for reason in (*EXCLUDED.values(), *(why for _, why in REFUSED.values())))


@pytest.mark.parametrize("name", CASES)
def test_name_agrees_with_the_standard(name: str) -> None:
    assert compare.failures(name) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_needs_values_is_refused(name: str) -> None:
    assert compare.refused(name)


def test_excluded_names_do_not_exist() -> None:
    for name in EXCLUDED:
        module, _, attribute = name.rpartition(".")
        assert not hasattr(getattr(array_api, module) if module else array_api, attribute)


def test_public_names_are_those_of_the_standard() -> None:
    main = {*names.CONSTANTS, *names.DTYPES, *names.INSPECTION, *names.FUNCTIONS}
    assert set(array_api.__all__) <= {*main, "linalg", "fft"}
    assert set(array_api.linalg.__all__) <= set(names.LINALG)
    assert set(array_api.fft.__all__) <= set(names.FFT)


def test_compiled_functions_agree_with_the_standard() -> None:
    arrays = compare.drawn("uniform", 2)
    compiled = [case for name in FUNCTIONS for case in CASES.get(name, ())[:1]]
    results, wanted, given = list[Tensor](), list[Any](), dict[Tensor, Any]()
    inputs = {key: T.tensor(key, dtype=a.dtype, shape=a.shape) for key, a in arrays.items()}
    for case in compiled:
        found = compare.evaluate(case, array_api, inputs)
        results += compare.tensors(found)
        expected = compare.strict(case, arrays)
        if compare.tensors(found):
            wanted += expected if isinstance(expected, list) else [expected]
    given = {inputs[key]: value for key, value in arrays.items()}
    f = sn.function(list(given), results, mode="c", on_unused_input="ignore")
    for ours, theirs in zip(f(*given.values()), wanted, strict=True):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5 if theirs.dtype.itemsize == 4 else 1e-12)


# the namespace ----------------------------------------------------------------------------------------------

def test_namespace_of_a_tensor_is_the_module() -> None:
    x = T.dvector("x")
    assert x.__array_namespace__() is array_api is sn.array_api
    assert x.__array_namespace__(api_version="2022.12") is array_api
    with pytest.raises(ArgumentValueError, match=r"unknown version '2031\.12'.*expected one of"):
        x.__array_namespace__(api_version="2031.12")


def test_other_devices_are_refused() -> None:
    x = T.dvector("x")
    for call in (lambda: array_api.zeros(2, device="cuda"), lambda: x.to_device("cuda"),
                 lambda: array_api.asarray([1.0], device="cuda"), lambda: x.to_device("cpu", stream=1)):
        with pytest.raises(ArgumentValueError, match=r"cpu.*mode='cuda'"):
            call()


def test_questions_about_dtypes_refuse_what_has_no_answer() -> None:
    with pytest.raises(ArgumentValueError, match="unknown kind of dtypes 'floating'"):
        array_api.isdtype(array_api.float32, "floating")
    with pytest.raises(DTypeError, match="finfo takes a floating dtype; given int8: use iinfo"):
        array_api.finfo(array_api.int8)
    with pytest.raises(DTypeError, match="use finfo"):
        array_api.iinfo(array_api.float32)


def test_symbolic_tensors_have_no_memory() -> None:
    with pytest.raises(UnsupportedError, match="is an expression already"):
        array_api.from_dlpack(T.dvector("x"))
    with pytest.raises(SymnumError, match="no memory to hand over"):
        np.from_dlpack(T.dvector("x"))


def test_a_correction_need_be_no_whole_number() -> None:
    x = T.dvector("x")
    found = array_api.var(x, correction=0.5).eval({x: [1.0, 2.0, 4.0]})
    np.testing.assert_allclose(found, np.var([1.0, 2.0, 4.0], ddof=0.5), rtol=1e-14)


# library code -----------------------------------------------------------------------------------------------

def test_what_the_namespace_makes_takes_item_assignment() -> None:
    x = T.dvector("x")
    filled = array_api.zeros(4)
    before = filled + 1
    filled[1:3] = x
    filled[0] += 5.0
    np.testing.assert_array_equal(filled.eval({x: [1, 2]}), [5.0, 1.0, 2.0, 0.0])
    np.testing.assert_array_equal(before.eval(), np.ones(4))
    filled[filled[0] > 1] = 7.0
    np.testing.assert_array_equal(filled.eval({x: [1, 2]}), np.full(4, 7.0))
    filled[filled[0] > 9] = 8.0
    np.testing.assert_array_equal(filled.eval({x: [1, 2]}), np.full(4, 7.0))
    copied = array_api.asarray(x, copy=True)
    copied[copied > 1] = 0.0
    np.testing.assert_array_equal(copied.eval({x: [1, 2]}), [1.0, 0.0])
    np.testing.assert_array_equal(x.eval({x: [1, 2]}), [1.0, 2.0])
    for made in (array_api.exp(x), 1 - array_api.exp(x), x*array_api.exp(x), -array_api.exp(x)[1:], copied == x,
                 *array_api.nonzero(x), *array_api.linalg.slogdet(array_api.eye(2)), array_api.fft.fft(x)):
        assert isinstance(made, WritableTensor)
    assert hash(copied) == hash(copied.node) != hash(x)


def test_other_tensors_take_no_item_assignment() -> None:
    x = T.dvector("x")
    for tensor in (x, x + 1, T.exp(x)):
        with pytest.raises(TypeError, match=r"takes no item assignment: use y = x\.at\[key\]\.set\(value\)"):
            tensor[0] = 1.0


@pytest.mark.parametrize("pattern, options", [
    ("b h (w k) -> (b w) k h", {"k": 3}), ("b h w -> w (b h)", {}), ("b h w -> b h w 1", {})])
def test_einops_rearranges(pattern: str, options: dict[str, int]) -> None:
    x, array = T.tensor("x", shape=(None, 4, 6)), np.arange(48.0).reshape(2, 4, 6)
    found = einops.array_api.rearrange(x, pattern, **options)
    same(value(found, {x: array}), einops.rearrange(array, pattern, **options))


def test_einops_reduces_repeats_and_packs() -> None:
    x, array = T.tensor("x", shape=(None, 4, 6)), np.arange(48.0).reshape(2, 4, 6)
    for reduction in ("mean", "sum", "max", "min", "prod"):
        found = einops.array_api.reduce(x, "b (h k) w -> b w h", reduction, k=2)
        same(value(found, {x: array}), einops.reduce(array, "b (h k) w -> b w h", reduction, k=2))
    repeated = einops.array_api.repeat(x, "b h w -> b (h 2) w k", k=3)
    same(value(repeated, {x: array}), einops.repeat(array, "b h w -> b (h 2) w k", k=3))
    packed, shapes = einops.array_api.pack([x, x[:, 0]], "b * w")
    same(value(packed, {x: array}), einops.pack([array, array[:, 0]], "b * w")[0])
    parts = einops.array_api.unpack(packed, shapes, "b * w")
    same(value(parts[1], {x: array}), array[:, 0])


SCIPY = """
import numpy as np, scipy.cluster.vq, scipy.fft, scipy.integrate, scipy.signal, scipy.special, scipy.stats
from scipy.spatial.transform import Rotation
from symnum import tensor as T
x, v = T.tensor("x", shape=(3, 4)), T.tensor("v", shape=(5,))
rng = np.random.default_rng(1)
given = {x: rng.uniform(0.1, 0.9, (3, 4)), v: rng.uniform(0.1, 0.9, 5)}
for f in (lambda x, v: scipy.special.softmax(x, axis=1), lambda x, v: scipy.special.xlogy(x, x),
          lambda x, v: scipy.special.logsumexp(x, axis=1), lambda x, v: scipy.special.log_softmax(x, axis=0),
          lambda x, v: scipy.stats.zscore(x), lambda x, v: scipy.cluster.vq.whiten(x),
          lambda x, v: scipy.signal.hilbert(v),
          lambda x, v: scipy.special.rel_entr(x, x + 1), lambda x, v: scipy.stats.gmean(x, axis=0),
          lambda x, v: scipy.fft.fft(v),
          lambda x, v: scipy.integrate.trapezoid(v), lambda x, v: scipy.integrate.cumulative_trapezoid(v),
          lambda x, v: Rotation.from_quat(x).as_matrix()):
    found = f(x, v)
    assert isinstance(found, T.Tensor)
    np.testing.assert_allclose(found.eval(given), f(*given.values()), rtol=1e-12, atol=1e-14)
# Which of these look for NaN in the values, which tensors do not have, depends on SciPy's version.
results = []
for f in (lambda x, v: scipy.stats.skew(v), lambda x, v: scipy.stats.kurtosis(v), lambda x, v: scipy.stats.sem(v),
          lambda x, v: scipy.stats.kstat(v), lambda x, v: scipy.stats.circmean(v), lambda x, v: scipy.stats.hmean(x),
          lambda x, v: scipy.stats.rankdata(v), lambda x, v: scipy.special.expit(x)):
    try:
        results.append((f(x, v), f(*given.values())))
    except TypeError as error:
        assert "x.eval" in str(error) or "where(condition" in str(error)
assert 1 < len(results) < 8
for found, wanted in results:
    np.testing.assert_allclose(found.eval(given), wanted, rtol=1e-12, atol=1e-14)
"""


@pytest.mark.skipif(tuple(map(int, scipy.__version__.split(".")[:2])) < (1, 17), reason="SciPy has fewer of them")
def test_scipys_functions_for_the_standard_build_graph() -> None:
    environment = {**os.environ, "SCIPY_ARRAY_API": "1", "SYMNUM_MODE": "numpy"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", SCIPY], env=environment, check=True, timeout=120)
