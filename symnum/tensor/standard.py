"""What the array API standard asks of arrays beyond NumPy's attributes: namespace, device, exchange."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NoReturn

from ..errors import ArgumentError, ArgumentValueError, SymbolicTruthError
from .handle import Handle, describe

VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")


class StandardArray(Handle):
    """Attributes of the standard; an expression has no memory, so what hands memory over is refused."""

    __slots__ = ()

    @property
    def device(self) -> str:
        """``"cpu"``: where a function runs is said by its mode, not by its expressions.

        >>> from symnum import tensor as T
        >>> T.dvector("x").device
        'cpu'
        """
        return "cpu"

    def to_device(self, device: object, /, *, stream: object = None) -> Any:
        """The tensor itself, for ``"cpu"``.

        Args:
            device: ``"cpu"``.
            stream: None.

        Returns:
            The same tensor, of the same dtype and shape.

        Raises:
            ArgumentValueError: another device, or a stream.

        >>> from symnum import tensor as T
        >>> T.dvector("x").to_device("cpu")
        <Tensor x: float64 (x.shape[0],)>
        """
        if device != "cpu" or stream is not None:
            raise ArgumentValueError(f"to_device: expected 'cpu' and no stream; given {device!r}: where a function "
                                     f"runs is said by its mode, as in function(inputs, outputs, mode='cuda')")
        return self

    def __array_namespace__(self, *, api_version: str | None = None) -> ModuleType:
        if api_version is not None and api_version not in VERSIONS:
            raise ArgumentValueError(f"unknown version {api_version!r} of the array API standard; "
                                     f"expected one of {', '.join(VERSIONS)}")
        from .. import array_api

        return array_api

    def __setitem__(self, key: object, value: object) -> None:
        raise ArgumentError(f"a tensor ({describe(self)}) is a value and takes no item assignment: "
                            f"use y = x.at[key].set(value), or += as in y = x.at[key].add(value)")

    def __dlpack__(self, **_: object) -> NoReturn:
        raise SymbolicTruthError(f"a tensor ({describe(self)}) has no memory to hand over: x.eval({{input: value}}) "
                                 f"gives an array, which has")

    __dlpack_device__ = __dlpack__
