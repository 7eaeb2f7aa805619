"""Attributes of tensors as arrays have them: lengths, sizes, and views under other orders of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ir import dims
from ..ir.node import Dim, Node
from . import complex_numbers, shaping_axes
from .standard import StandardArray

if TYPE_CHECKING:
    from .symbolic import Tensor


class Attributes(StandardArray):
    """NumPy's attributes; those that are arrays are tensors."""

    __slots__ = ()

    def _new(self, node: Node) -> Tensor:
        """A tensor beside this one."""
        raise NotImplementedError

    def _length(self, n: Dim) -> int | Tensor:
        return self._new(n) if isinstance(n, Node) else n

    @property
    def shape(self) -> tuple[Any, ...]:
        """Lengths: an int where it is known, else an int64 tensor of rank 0 (a leaf, if of an input).

        >>> from symnum import tensor as T
        >>> T.tensor("x", shape=(2, None)).shape
        (2, <Tensor x.shape[1]: int64 ()>)
        """
        return tuple(map(self._length, self.node.shape))

    @property
    def size(self) -> Any:
        """Number of elements: an int, or an int64 tensor of rank 0.

        >>> from symnum import tensor as T
        >>> T.tensor("x", shape=(2, 3)).size
        6
        """
        return self._length(dims.product(self.node.shape))

    @property
    def T(self) -> Tensor:
        """All axes in reverse order; the dtype is kept.

        >>> from symnum import tensor as T
        >>> T.tensor("x", shape=(2, 3)).T
        <Tensor: float64 (3, 2)>
        """
        return self._new(shaping_axes.transpose(self.node))

    @property
    def real(self) -> Tensor:
        """Real part, in the same shape and a real dtype; a real tensor itself.

        >>> from symnum import tensor as T
        >>> T.zvector("z").real
        <Tensor: float64 (z.shape[0],)>
        """
        return self._new(complex_numbers.real(self.node))

    @property
    def imag(self) -> Tensor:
        """Imaginary part, in the same shape and a real dtype; zeros of a real tensor.

        >>> from symnum import tensor as T
        >>> T.cvector("z").imag
        <Tensor: float32 (z.shape[0],)>
        """
        return self._new(complex_numbers.imag(self.node))

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged; the dtype is kept.

        Raises:
            AxisError: the rank is less than 2.

        >>> from symnum import tensor as T
        >>> T.tensor("x", shape=(2, 3, 4)).mT
        <Tensor: float64 (2, 4, 3)>
        """
        return self._new(shaping_axes.matrix_transpose(self.node))

    @property
    def itemsize(self) -> int:
        """Bytes of an element, by the dtype.

        >>> from symnum import tensor as T
        >>> T.ivector("x").itemsize
        4
        """
        return self.dtype.itemsize

    @property
    def nbytes(self) -> Any:
        """Bytes of all elements: an int, or an int64 tensor of rank 0.

        >>> from symnum import tensor as T
        >>> T.tensor("x", shape=(2, 3)).nbytes
        48
        """
        return self.size * self.itemsize
