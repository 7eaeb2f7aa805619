"""``Inspected``: what a function tells of itself: arguments, results, rewrites, and its text in other languages."""

from __future__ import annotations

from inspect import Parameter
from typing import TYPE_CHECKING, Any

from .call_signatures import CallSignature
from .functiongraph import FunctionGraph
from .settings import Settings
from .stages import has_stages, refuse_export
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor

if TYPE_CHECKING:
    from .pipeline import Lowered


class Inspected:
    """A graph and the settings that it is compiled with."""

    graph: FunctionGraph
    settings: Settings
    __signature__ = CallSignature(lambda f: [
        (name, Parameter.empty if default is None else default)
        for name, default in zip(f.graph.input_names, f.graph.defaults or [None] * len(f.graph.inputs), strict=True)])

    @property
    def name(self) -> str:
        """What errors call this function.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> sn.function([x], x, name="same", mode="numpy").name
        'same'
        """
        return self.settings.name

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The input tensors, each of the dtype and shape that its argument must have.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> sn.function([x], x + 1, mode="numpy").inputs
        (<Tensor x: float64 (x.shape[0],)>,)
        """
        return tuple(Tensor(leaf) for leaf in self.graph.inputs)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The result expressions, as they were given; they tell dtypes and shapes of results.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> sn.function([x], x.sum(), mode="numpy").outputs
        (<Tensor: float64 ()>,)
        """
        return tuple(Tensor(node) for node in self.graph.written[:self.graph.n_results])

    def explain(self) -> Any:
        """What was rewritten, and which kernels run; prints as text, and as a table in notebooks.

        A call allocates at most its results, the workspace, and what the text says that its steps take.

        Returns:
            A text, with a table for notebooks.

        Raises:
            Nothing of its own.

        >>> import symnum as sn
        >>> x = sn.tensor.dscalar("x")
        >>> f = sn.function([x], sn.log(1 + x), mode="numpy")
        >>> "log1p" in str(f.explain())
        True
        """
        from . import seeing
        if has_stages(self.graph):
            return seeing.staged_explanation(self.graph, self.settings)
        return seeing.explanation(self._lowered(), self.settings)

    def source(self, target: str = "c") -> str:
        """The generated text of the function in a language.

        Args:
            target: ``"c"``, ``"cython"``, ``"cuda"``, or ``"c99"`` as it is exported.

        Returns:
            The text of the form that serves arrays of the usual layout.

        Raises:
            UnknownNameError: there is no such target.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> "exp" in sn.function([x], sn.exp(x), mode="numpy").source("c99")
        True
        """
        from . import seeing
        if has_stages(self.graph):
            return seeing.staged_source(self.graph, self.settings, target)
        return seeing.source(self._lowered(), self.settings, target)

    def export_c(self, directory: str, name: str | None = None) -> list[str]:
        """Write the function as C99 files that need neither Python nor symnum.

        Args:
            directory: where; it is made if need be.
            name: of the C function and of the files; that of the function without it.

        Returns:
            The paths of the files.

        Raises:
            UnsupportedError: the shape of an array depends on data, or the function needs more than plain C99.

        >>> import pathlib, tempfile
        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     paths = sn.function([x], x + 1, mode="numpy").export_c(folder, "plus_one")
        >>> "plus_one.c" in [pathlib.Path(path).name for path in paths]
        True
        """
        from .export import export_c
        refuse_export(self.graph, self.name)
        return export_c(self._lowered(name or self.name), self.graph, directory, name or self.name,
                        self.settings.options.precision)

    def _lowered(self, name: str = "sn_program") -> Lowered:
        from .making import made_lowered
        return made_lowered(self.graph, {}, self.settings, name)

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names under which arguments can be passed.

        >>> import symnum as sn
        >>> x = sn.tensor.dvector("x")
        >>> sn.function([x], x + 1, mode="numpy").input_names
        ('x',)
        """
        return self.graph.input_names

    @property
    def shared(self) -> tuple[SharedTensor, ...]:
        """The shared values that calls read or change, of any dtype and shape.

        >>> import symnum as sn
        >>> w = sn.shared(1.5, "w")
        >>> sn.function([], w * 2, mode="numpy").shared
        (<SharedTensor w: float64 ()>,)
        """
        return tuple(SharedTensor(leaf) for leaf in self.graph.shared)

    def get_shared(self) -> list[SharedTensor]:
        """The shared values that calls read or change, of any dtype and shape, as a list.

        Returns:
            A list of shared values.

        Raises:
            Nothing of its own.

        >>> import symnum as sn
        >>> w = sn.shared(1.5, "w")
        >>> sn.function([], w * 2, mode="numpy").get_shared()
        [<SharedTensor w: float64 ()>]
        """
        return list(self.shared)
