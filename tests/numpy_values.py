"""Values of tensors by the NumPy interpreter, on graphs that have been verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnum.ir import interpret
from symnum.ir.node import Node
from symnum.ir.verify import verify
from symnum.tensor import Tensor
from symnum.tensor.convert import as_array


def values(outputs: list[Tensor], given: Mapping[Tensor, Any]) -> list[np.ndarray[Any, Any]]:
    """The values of ``outputs`` for given values of inputs and shared values."""
    nodes: list[Node] = [x.node for x in outputs]
    verify(nodes)
    leaves = [x.node for x in given]
    return interpret.function(leaves, nodes)([as_array(v) for v in given.values()])


def value(output: Tensor, given: Mapping[Tensor, Any] | None = None) -> np.ndarray[Any, Any]:
    """The value of one tensor; its dtype and rank are the ones that the tensor has."""
    found = values([output], given or {})[0]
    assert found.dtype == output.dtype
    assert found.ndim == output.ndim
    assert all(n == m for n, m in zip(output.node.shape, found.shape, strict=True) if isinstance(n, int))
    return found


def same(result: np.ndarray[Any, Any], expected: Any) -> None:
    """Assert that dtype, shape and every element (NaN too) are equal."""
    wanted = np.asarray(expected)
    assert result.dtype == wanted.dtype, (result.dtype, wanted.dtype)
    assert result.shape == wanted.shape, (result.shape, wanted.shape)
    np.testing.assert_array_equal(result, wanted)
