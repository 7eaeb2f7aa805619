"""What holds of every public name: it is listed once; what NumPy refuses is refused by the same classes."""

from __future__ import annotations

import inspect
import pkgutil
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import fft, linalg
from symnum import tensor as T
from symnum.errors import SymnumError
from symnum.ops.spec import Absent, Interval, OpSpec
from symnum.ops.table import TABLE
from symnum.tensor import Tensor
from symnum.tensor.creation import INPUTS
from tests import array_api_compare as compare
from tests.numpy_values import values
from tools.reference import public_functions


def test_every_public_class_and_method_has_a_docstring() -> None:
    classes = [value for _, found in public_functions() for value in found.values() if isinstance(value, type)]
    assert Tensor in classes
    for kind in classes:
        assert inspect.getdoc(kind), kind
        for name, member in vars(kind).items():
            if not name.startswith("_") and (callable(member) or isinstance(member, property)):
                assert inspect.getdoc(getattr(kind, name)), f"{kind.__name__}.{name}"


def test_public_lists_name_what_exists_once() -> None:
    for module in (sn, T, linalg, fft):
        names = module.__all__
        assert len(names) == len(set(names)), module
        assert [name for name in names if not hasattr(module, name)] == []


def test_no_module_takes_the_place_of_a_function_that_is_loaded_later() -> None:
    modules = {module.name for module in pkgutil.iter_modules(sn.__path__)}
    assert [name for name, (_, attribute) in sn._LATER.items() if attribute and name in modules] == []


def test_sn_has_the_array_language() -> None:
    assert set(T.__all__) - set(INPUTS) - set(sn.__all__) == {"SharedTensor"}


# the op table -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_row_has_a_test_domain_or_a_reason(row: OpSpec) -> None:
    if isinstance(row.domain, Absent):
        assert len(row.domain.reason) > 8
        return
    assert row.domain and all(isinstance(interval, Interval) for interval in row.domain)
    assert all(interval.low < interval.high for interval in row.domain)


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_empty_columns_of_a_row_have_reasons(row: OpSpec) -> None:
    columns = [getattr(row, name) for name in OpSpec.__slots__]
    assert all(len(found.reason) > 8 for found in columns if isinstance(found, Absent))
    assert row.doc.endswith(".")


# errors -----------------------------------------------------------------------------------------------------

_BAD = """
np.sum(f8, axis=2); np.sum(f8, axis=-3); np.sum(f8, axis=(0, 0)); np.sum(f8, axis=1.5); np.sum(f8, axis="rows")
np.max(f8, axis=7); np.argmax(f8, axis=2); np.mean(f8, axis=5); np.std(f8, axis=-4); np.any(b, axis=2)
np.sum(f8, dtype="nothing"); np.max(f8[:0]); np.argmin(f8[:0]); np.min(f8[:, :0], axis=1)
np.cumsum(f8, axis=2); np.sort(f8, axis=2); np.argsort(f8, axis=-3); np.diff(f8, axis=3); np.median(f8, axis=2)
np.flip(f8, axis=2); np.roll(f8, 1, axis=2); np.repeat(f8, 2, axis=3); np.repeat(f8, [1, 2], axis=0)
np.take(f8, [0], axis=2); np.take(f8, [9], axis=0); np.take_along_axis(f8, kk8, axis=3)
np.expand_dims(f8, 4); np.expand_dims(f8, (0, 0)); np.squeeze(f8, axis=0); np.squeeze(f8, axis=4)
np.transpose(f8, (0, 0)); np.transpose(f8, (0,)); np.transpose(f8, (0, 2)); np.swapaxes(f8, 0, 2); np.moveaxis(f8, 0, 2)
np.moveaxis(f8, (0, 1), (0,)); np.reshape(f8, (5, 5)); np.reshape(f8, (-1, -1)); np.reshape(f8, (-1, 5))
np.reshape(f8, "ab"); np.reshape(f8, (2.0, 6)); np.broadcast_to(f8, (3, 5)); np.broadcast_to(f8, (4,))
np.concatenate([f8, g8]); np.concatenate([f8, f8[:, :2]]); np.concatenate([]); np.concatenate([f8, f8], axis=2)
np.concatenate([f8[0, 0], f8[0, 0]]); np.stack([f8, g8]); np.stack([]); np.stack([f8, f8], axis=4); np.hstack([f8, g8])
np.vstack([f8, h8]); np.split(f8, 2, axis=0); np.split(f8, 2, axis=3); np.array_split(g8, 0); np.hsplit(f8, 3)
np.tile(f8, (2, -1)); np.pad(f8, -1); np.pad(f8, 1, mode="nothing"); np.rot90(f8, axes=(0, 0)); np.rot90(g8)
np.add(f8, h8); np.multiply(f8, np.zeros((2, 4))); np.where(b, f8, h8); np.maximum(f8, h8); np.add(f8, "text")
np.invert(f8); np.bitwise_and(f8, f8); np.left_shift(f8, 1); np.logical_and(f8, h8); np.subtract(b, b); np.negative(b)
np.matmul(f8, h8); np.matmul(f8[0, 0], f8); np.dot(f8, h8); np.tensordot(f8, g8, axes=2); np.inner(f8, h8); f8 @ f8
np.tensordot(f8, f8, axes=((0,), (0, 1))); np.vdot(g8, h8); np.einsum("ij,jk", f8, f8); np.einsum("ij,j->k", f8, g8)
np.einsum("ijk", f8); np.cross(g8, g8); np.trace(g8); np.diagonal(g8); np.trace(f8, axis1=0, axis2=0)
np.linalg.inv(f8); np.linalg.det(g8); np.linalg.solve(m8, g8); np.linalg.cholesky(f8); np.linalg.eigh(f8)
np.linalg.matrix_power(m8, 1.5); np.linalg.matrix_power(f8, 2); np.linalg.norm(f8, ord="nothing"); np.linalg.svd(g8)
np.linalg.qr(g8); np.linalg.slogdet(f8); np.linalg.norm(f8, axis=2); np.linalg.norm(f8, axis=(0, 0))
np.fft.fft(f8, axis=2); np.fft.fft(f8, n=0); np.fft.fft(f8, norm="nothing"); np.fft.rfft(z16)
np.fft.fftn(f8, axes=(2,))
f8[3]; f8[-4]; f8[0, 4]; f8[0, 0, 0]; f8["a"]; f8[1.5]; f8[[5]]; f8[[0, 1], [0, 1, 2]]; f8[..., ...]; f8[c]; f8[h8]
np.clip(f8, h8, None); np.interp(f8, [0.0, 1.0], [0.0]); np.searchsorted(g8, f8, side="middle"); np.bincount(f8[0])
np.bincount(i8); np.digitize(f8, [[1.0]]); np.histogram(f8, bins=-1); np.quantile(f8, 1.5); np.percentile(f8, 101)
np.average(f8, weights=h8); np.average(f8, axis=2); np.cov(m8); np.convolve(f8, g8); np.convolve(g8, g8[:0])
np.convolve(g8, g8, "nothing"); np.meshgrid(g8, h8, indexing="ab"); np.linspace(0.0, 1.0, -1); np.full_like(f8, h8)
np.unravel_index([9], (2, 2)); np.ravel_multi_index(([5],), (3,)); np.choose([3], [g8, g8]); np.select([b], [f8, f8])
np.insert(g8, 9, 1.0); np.delete(g8, 9); np.append(f8, g8, axis=0); np.kron(f8, "a"); np.compress([True], f8, axis=2)
np.fabs(z16); np.isposinf(z16); np.isneginf(z16); np.round(b, 1); np.ptp(b); np.histogram(f8, range=(0.0, 1.0, 2.0))
np.var(f8, ddof="one"); np.rot90(f8, axes=1); np.tensordot(f8, f8, axes=[]); np.tril_indices("two")
np.arange("text"); np.fft.fftfreq(4, "text"); np.fft.fftn(f8, axes=1); np.linalg.tensorinv(f8, "two")
np.transpose(f8, 1); np.kaiser(3, "text")
np.astype(f8, "nothing"); np.round(f8, 1.5); np.unstack(f8, axis=2); np.gradient(f8, axis=2); np.vander(f8)
"""
# Where another class than NumPy's is raised, and why
OTHERWISE = dict.fromkeys(
    ("np.unravel_index([9], (2, 2))", "np.ravel_multi_index(([5],), (3,))", "np.choose([3], [g8, g8])"),
    "a number outside an axis is an IndexError in every function; NumPy has a ValueError here")
BAD = [call for line in _BAD.split("\n") for part in line.split("; ") if (call := part.strip())]
NUMPYS = (np.exceptions.AxisError, np.linalg.LinAlgError, IndexError, TypeError, ValueError)


def raised(call: str, namespace: Any, given: dict[str, Any]) -> Exception | None:
    try:
        found = eval(call, {"np": namespace, **given})
        if isinstance(found, Tensor):
            values([found], {x: compare.drawn("bad", 5)[name] for name, x in given.items()})
    except Exception as error:  # noqa: BLE001  any class is looked at
        return error
    return None


@pytest.mark.parametrize("call", BAD)
def test_bad_call_raises_what_numpy_raises(call: str) -> None:
    arrays = compare.drawn("bad", 5)
    theirs = raised(call, np, arrays)
    assert theirs is not None, "NumPy accepts this call"
    inputs = {name: T.tensor(name, dtype=a.dtype, shape=a.shape) for name, a in arrays.items()}
    ours = raised(call, T, inputs)
    assert ours is not None
    assert isinstance(ours, SymnumError), f"{type(ours).__name__}: {ours}"
    missing = [kind.__name__ for kind in NUMPYS if isinstance(theirs, kind) and not isinstance(ours, kind)]
    told = f"{type(theirs).__name__}: {theirs}, but {type(ours).__name__}: {ours}"
    assert bool(missing) == (call in OTHERWISE), told
