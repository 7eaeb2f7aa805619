"""``function``: from expressions to something that can be called."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _pyruntime, options
from .artifact import Artifact, c_artifact, has_compiler, interface
from .errors import UnsupportedError, unknown_name
from .functiongraph import FunctionGraph, Updates, function_graph
from .options import MODES, REWRITES, UNUSED
from .process import Caller
from .settings import Settings
from .specialise import leaf_dims
from .tensor.symbolic import Tensor

if TYPE_CHECKING:
    from .pipeline import Lowered
    from .simplify.rule import RuleSet

_MOST_SPECIALISATIONS = 64  # that one Function keeps


def function(inputs: Sequence[Tensor], outputs: Any = None, *, updates: Updates | None = None,
             givens: Mapping[Tensor, Any] | None = None, name: str | None = None, mode: str | None = None,
             rewrites: str | RuleSet = "real", on_unused_input: str | None = None,
             allow_input_downcast: bool = False) -> Function:
    """Compile expressions into a function of arrays.

    Args:
        inputs: list of leaves, in the order of the arguments; they can also be passed by name.
        outputs: one tensor, a list, tuple or dict of them, or None; results come in the same structure, as
            arrays of the tensor's dtype (0-d for scalars) that share no memory with anything else.
        updates: new values of shared values, as pairs or a dict; all are computed from the old values and take
            effect together, after everything has succeeded.
        givens: tensors to be replaced by others of the same dtype and rank.
        name: what errors call the function.
        mode: "c" (native code), "numpy" (interpreter), "cython", "debug" (interpreter, each pass checked),
            or "auto": "c" where there is a C compiler, else "numpy".
        rewrites: "real", "specials", "exact", "off", or a RuleSet.
        on_unused_input: "raise", "warn" or "ignore".
        allow_input_downcast: let arguments be cast where that loses digits.

    Raises:
        GraphError: the inputs, outputs, updates or givens are not what they must be (see its subclasses).
        UnknownNameError: a mode or rule set of that name does not exist.

    >>> import symnum as sn
    >>> x, y = sn.tensor.dscalars("x", "y")
    >>> f = sn.function([x, y], x + y, mode="numpy")
    >>> f(1.5, 2.5)
    array(4.)
    """
    settings = _settings(name, mode, rewrites, allow_input_downcast)
    unused = options.current().on_unused_input if on_unused_input is None else on_unused_input
    if unused not in UNUSED:
        raise unknown_name("on_unused_input", unused, UNUSED)
    return _made(function_graph(inputs, outputs, updates, givens, unused), settings)


def _settings(name: str | None, mode: str | None, rewrites: str | RuleSet, downcast: bool) -> Settings:
    active = options.current()
    wanted = active.mode if mode is None else mode
    if wanted not in MODES:
        raise unknown_name("mode", wanted, MODES)
    if wanted == "auto":
        wanted = "c" if has_compiler(active) else "numpy"
    if wanted == "debug":
        active = active.but(verify=True)
    if isinstance(rewrites, str) and rewrites not in REWRITES:
        raise unknown_name("rewrites", rewrites, REWRITES)
    return Settings(name or "function", wanted, rewrites, active, downcast)


def _made(graph: FunctionGraph, settings: Settings) -> Function:
    if settings.mode in ("numpy", "debug"):
        return _Interpreted(graph, settings)
    if settings.mode == "c":
        return _Compiled(graph, settings)
    if settings.mode == "cython":
        return _Cythonized(graph, settings)
    raise UnsupportedError(f"function: mode {settings.mode!r} only gives its source in this version; cure: "
                           f"mode='c', then f.source({settings.mode!r})")


class Function:
    """A compiled function; made by :func:`function`.  Call it with arrays, by position or by input name."""

    graph: FunctionGraph
    settings: Settings

    if TYPE_CHECKING:
        def __call__(self, *args: Any, out: Any = None, **keywords: Any) -> Any:
            """Run it; inherited from the call path at run time."""

    @property
    def name(self) -> str:
        """What errors call this function."""
        return self.settings.name

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The input tensors."""
        return tuple(Tensor(leaf) for leaf in self.graph.inputs)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The result expressions, as they were given."""
        return tuple(Tensor(node) for node in self.graph.outputs[:self.graph.n_results])

    def explain(self) -> Any:
        """What was rewritten, and which kernels run; prints as text, and as a table in notebooks."""
        from .seeing import explanation
        return explanation(self._lowered(), self.settings)

    def source(self, target: str = "c") -> str:
        """The generated text for a target: ``"c"``, ``"cython"``, ``"cuda"``, or ``"c99"`` as it is exported."""
        from .seeing import source
        return source(self._lowered(), self.settings, target)

    def export_c(self, directory: str, name: str | None = None) -> list[str]:
        """Write the function as C99 files that need neither Python nor symnum; returns their paths."""
        from .export import export_c
        return export_c(self._lowered(name or self.name), self.graph, directory, name or self.name)

    def _lowered(self, name: str = "sn_program") -> Lowered:
        from .making import made_lowered
        return made_lowered(self.graph, {}, self.settings, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.graph, self.settings)

    def __repr__(self) -> str:
        names = ", ".join(self.graph.input_names)
        return f"<symnum function {self.name}({names}), mode {self.settings.mode!r}>"


class _Interpreted(Function, _pyruntime.Caller):
    """A function that the NumPy interpreter runs."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        from .making import made_interpreter
        self.graph, self.settings = graph, settings
        super().__init__(interface(graph), made_interpreter(graph, settings), **_call_settings(graph, settings))


class _Cythonized(Function, _pyruntime.Caller):
    """A function that Cython modules run."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        from .cython_mode import CythonForms
        self.graph, self.settings = graph, settings
        super().__init__(interface(graph), CythonForms(graph, settings), **_call_settings(graph, settings))


class _Compiled(Function, Caller):
    """A function that native code runs: a family of specialisations, the first of which is this object itself."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        self.graph, self.settings = graph, settings
        self._family: OrderedDict[tuple[tuple[int, int], ...], Any] = OrderedDict()
        artifact = c_artifact(graph, {}, settings)
        self._uncertain = artifact.kept.uncertain
        super().__init__(artifact.kept.interface, artifact.run, **self._native(artifact), on_guard=self._by_ones)

    def _native(self, artifact: Artifact) -> dict[str, Any]:
        return {"plan": artifact.plan, "keepalive": artifact.library, **_call_settings(self.graph, self.settings)}

    def _by_ones(self, args: Sequence[Any]) -> Any:
        """The form for calls in which the same uncertain lengths are 1 as in this one."""
        lengths = self._lengths(args)
        ones = {k: 1 for k in self._uncertain if lengths[k] == 1}
        return self._form(ones, self._by_lengths) if ones else self._by_lengths(args)

    def _by_lengths(self, args: Sequence[Any]) -> Any:
        """The form for exactly the lengths of this call."""
        return self._form(self._lengths(args), None)

    def _form(self, facts: Mapping[int, int], on_guard: Any) -> Any:
        key = tuple(sorted(facts.items()))
        if key not in self._family:
            artifact = c_artifact(self.graph, facts, self.settings)
            self._family[key] = Caller(artifact.kept.interface, artifact.run, **self._native(artifact),
                                       on_guard=on_guard)
            if len(self._family) > _MOST_SPECIALISATIONS:
                self._family.popitem(last=False)
        return self._family[key]

    def _lengths(self, args: Sequence[Any]) -> dict[int, int]:
        """The lengths of all dims in a call (its ranks have been checked)."""
        leaves = (*self.graph.inputs, *self.graph.read)
        shapes = [np.shape(a) for a in args] + [leaf.attr("state").value.shape for leaf in self.graph.read]
        values = {d: n for leaf, shape in zip(leaves, shapes, strict=True)
                  for d, n in zip(leaf.shape, shape, strict=True)}
        return {k: values[d] for k, d in enumerate(leaf_dims(leaves))}


def _call_settings(graph: FunctionGraph, settings: Settings) -> dict[str, Any]:
    return {
        "name": settings.name, "state": graph.state_values, "structure": graph.structure,
        "updates": tuple((state, graph.n_results + k) for k, state in enumerate(graph.updated)),
        "allow_input_downcast": settings.allow_input_downcast,
    }
