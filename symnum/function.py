"""``function``: from expressions to something that can be called."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _pyruntime, arguments, options
from .artifact import Artifact, c_artifact, has_compiler, interface
from .copying import independent, swapped
from .errors import ArgumentError, GraphError, UnsupportedError, unknown_name
from .functiongraph import FunctionGraph, function_graph
from .givens import Givens
from .inspection import Inspected
from .ir.node import Node
from .ir.state import SharedState
from .options import MODES, REWRITES, UNUSED
from .process import Caller
from .settings import Settings, rewrites_of
from .specialise import leaf_dims
from .stages import StagedProgram, has_stages
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor
from .updates import NoDefaults, Updates
from .waiting import Pending

if TYPE_CHECKING:
    from .simplify.rule import RuleSet

_MOST_SPECIALISATIONS = 64  # that one Function keeps


def function(inputs: Sequence[Any], outputs: Any = None, *, updates: Updates | None = None,
             givens: Givens | None = None, no_default_updates: NoDefaults = False, name: str | None = None,
             mode: str | None = None, rewrites: str | RuleSet = "real", precision: str | None = None,
             on_unused_input: str | None = None, allow_input_downcast: bool | None = False) -> Function:
    """Compile expressions into a function of arrays.

    Args:
        inputs: list of leaves, in the order of the arguments; they can also be passed by name.  :class:`In` gives one a
            default value, or an update.  Symbols of SymPy are float64 scalars, unless :class:`In` declares another
            dtype and shape.
        outputs: one tensor or expression of SymPy, a list, tuple or dict of them (or of such structures), or None;
            results come in the same structure, as arrays of the tensor's dtype (0-d for scalars) that share no memory
            with anything else.
        updates: new values of shared values, as pairs or a dict; all are computed from the old values and take effect
            together, after everything has succeeded.  Numbers take the dtype of the shared value; tensors must have it.
        givens: tensors (inputs, shared values, or results) to be replaced by others of the same dtype and rank, as
            pairs or a dict; one may mention what others replace, and a tensor inside its own given means itself.
        no_default_updates: True, or a list of shared values whose ``default_update`` does not apply.
        name: what errors call the function.
        mode: "c" (native code), "numpy" (interpreter), "cython", "debug" (interpreter, each pass checked), or "auto":
            "c" where there is a C compiler, else "numpy".
        rewrites: "real", "specials", "exact", "off", or a RuleSet.
        precision: "default", or "high": functions such as exp and sin are computed in mode "c" with an error of at most
            1 unit in the last place, in place of 4; more slowly (see ``docs/accuracy.md``).
        on_unused_input: "raise", "warn" or "ignore".
        allow_input_downcast: let arguments be cast where that loses digits (None means False).

    Returns:
        A function of arrays, whose results have the dtypes and shapes of ``outputs``.

    Raises:
        GraphError: the inputs, outputs, updates or givens are not what they must be (see its subclasses).
        UnknownNameError: a mode, precision or rule set of that name does not exist.
        ArgumentError: ``rewrites`` is no name and no set of rules.
        UnsupportedError: high precision in mode "cython".

    >>> import symnum as sn
    >>> x, y = sn.tensor.dscalars("x", "y")
    >>> f = sn.function([x, y], x + y, mode="numpy")
    >>> f(1.5, 2.5)
    array(4.)
    """
    settings = _settings(name, mode, rewrites, bool(allow_input_downcast), precision)
    unused = options.current().on_unused_input if on_unused_input is None else on_unused_input
    if unused not in UNUSED:
        raise unknown_name("on_unused_input", unused, UNUSED)

    def expand(nodes: Sequence[Node]) -> Sequence[Node]:
        from .making import made_expanded
        return made_expanded(nodes, settings)
    graph = function_graph(inputs, outputs, updates, givens, unused, no_default_updates=no_default_updates,
                           expand=expand)
    return _made(graph, settings)


def _settings(name: str | None, mode: str | None, rewrites: str | RuleSet, downcast: bool,
              precision: str | None) -> Settings:
    active = options.current()
    if precision is not None:
        active = active.but(precision=precision)
    wanted = active.mode if mode is None else mode
    if wanted not in MODES:
        raise unknown_name("mode", wanted, MODES)
    if wanted == "auto":
        wanted = "c" if has_compiler(active) else "numpy"
    if wanted == "debug":
        active = active.but(verify=True)
    if not isinstance(rewrites, str) and not hasattr(rewrites, "rules"):
        raise ArgumentError(f"function: rewrites is one of {', '.join(REWRITES)}, or a RuleSet; given {rewrites!r}")
    if isinstance(rewrites, str) and rewrites not in REWRITES:
        raise unknown_name("rewrites", rewrites, REWRITES)
    asked = active.mode if mode is None else mode
    if wanted == "cython" and active.precision == "high":
        raise UnsupportedError("function: precision='high' is not for mode 'cython', which calls the C library's "
                               "functions; cure: mode='c'")
    return Settings(name or "function", wanted, rewrites, active, downcast, asked)


def _made(graph: FunctionGraph, settings: Settings) -> Function:
    if settings.mode in ("numpy", "debug"):
        return _Interpreted(graph, settings)
    if settings.mode in ("c", "cython") and has_stages(graph):
        return _Staged(graph, settings)
    if settings.mode == "c":
        return _awaited(graph, settings) if settings.options.compile_wait else _Compiled(graph, settings)
    if settings.mode == "cython":
        return _Cythonized(graph, settings)
    raise UnsupportedError(f"function: mode {settings.mode!r} only gives its source in this version; cure: "
                           f"mode='c', then f.source({settings.mode!r})")


class Function(Inspected):
    """A compiled function; made by :func:`function`.  Call it with arrays, by position or by input name."""

    if TYPE_CHECKING:
        def __call__(self, *args: Any, out: Any = None, **keywords: Any) -> Any:
            """Run it; inherited from the call path at run time."""

    def copy(self, *, swap: Mapping[SharedTensor, SharedTensor] | None = None, share_memory: bool = False,
             name: str | None = None, delete_updates: bool = False) -> Function:
        """A function of the same expressions, on the same shared values except those that ``swap`` replaces.

        Args:
            swap: shared values of this function, each with the one of the same dtype and rank that takes its place.
            share_memory: accepted for Theano's sake; memory between calls comes from one pool anyway.
            name: what errors call the copy; the same name if not given.
            delete_updates: leave the updates of shared values and inputs out.

        The states of inputs with an update are copied.

        Returns:
            A function of the same arguments and results.

        Raises:
            GraphError: ``swap`` names something that is no shared value of the function, or one twice.
            DTypeError: a shared value cannot take the place of one of another dtype.
            ShapeError: its rank or a fixed length differs.

        >>> import symnum as sn
        >>> a, b = sn.shared(1.0), sn.shared(10.0)
        >>> f = sn.function([], a, updates={a: a + 1}, mode="numpy")
        >>> g = f.copy(swap={a: b})
        >>> f(), g(), g()
        (array(1.), array(10.), array(11.))
        """
        settings = replace(self.settings, name=name or self.name)
        return _made(swapped(self.graph, swap or {}, delete_updates), settings)

    def __getitem__(self, key: Tensor | str | int) -> np.ndarray[Any, Any]:
        default = self._default(self._position(key))
        if isinstance(default, SharedState):
            with default.lock:
                return default.value.copy()
        return default.copy()

    def __setitem__(self, key: Tensor | str | int, value: Any) -> None:
        position = self._position(key)
        state, argument = self._default(position), interface(self.graph).inputs[position]
        if not isinstance(state, SharedState):
            raise GraphError(f"{self.name}: the default value of {argument.name!r} cannot be set; cure: pass the "
                             "argument, or make the input with update=, as in In(x, value=0.0, update=x)")
        array = arguments.convert(self.name, position, argument, value, self._own_castings()[position])
        arguments.bind(self.name, (argument,), 1, (array,), len(leaf_dims((*self.graph.inputs, *self.graph.read))))
        with state.lock:
            state.value = np.array(array, order="C", copy=True, subok=False)

    def _position(self, key: Tensor | str | int) -> int:
        """The position of an input, by tensor, name or position."""
        names = self.graph.input_names
        keys: Sequence[Any] = names if isinstance(key, str) else range(len(names))
        wanted: Any = key
        if isinstance(key, Tensor):
            keys, wanted = self.graph.inputs, key.node
        if wanted not in keys:
            raise GraphError(f"{self.name}: {key!r} is no input of this function; its inputs are ({', '.join(names)})")
        return keys.index(wanted)

    def _default(self, position: int) -> np.ndarray[Any, Any] | SharedState:
        default = self.graph.defaults[position] if self.graph.defaults else None
        if default is None:
            raise GraphError(f"{self.name}: input {self.graph.input_names[position]!r} has no value of its own; "
                             "cure: In(x, value=...)")
        return default

    def _call_settings(self) -> dict[str, Any]:
        graph = self.graph
        return {
            "name": self.name, "state": graph.state_values, "structure": graph.structure,
            "updates": tuple((state, graph.n_results + k) for k, state in enumerate(graph.updated)),
            "defaults": graph.defaults, "castings": self._own_castings(),
        }

    def _own_castings(self) -> tuple[arguments.Casting, ...]:
        usual: arguments.Casting = "any" if self.settings.allow_input_downcast else "safe"
        return tuple(c or usual for c in self.graph.castings or (None,) * len(self.graph.inputs))

    def __reduce__(self) -> tuple[Any, ...]:
        s = self.settings
        return _restored, (self.graph, s.name, s.asked, s.rewrites_by_name, s.allow_input_downcast,
                           s.options.precision)

    def __deepcopy__(self, memo: dict[int, Any]) -> Function:
        with _pyruntime.holding(_pyruntime.in_lock_order(self.graph.state_values)):  # no call comes between
            graph = independent(self.graph, memo)
        return _made(graph, self.settings)

    def __repr__(self) -> str:
        names = ", ".join(self.graph.input_names)
        return f"<symnum function {self.name}({names}), mode {self.settings.mode!r}>"


def _restored(graph: FunctionGraph, name: str, mode: str, rewrites: Any, downcast: bool, precision: str) -> Function:
    """A function from its pickle, under the options of this process."""
    return _made(graph, _settings(name, mode, rewrites_of(rewrites), downcast, precision))


class _Interpreted(Function, _pyruntime.Caller):
    """A function that the NumPy interpreter runs."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        from .making import made_interpreter
        self.graph, self.settings = graph, settings
        super().__init__(interface(graph), made_interpreter(graph, settings), **self._call_settings())


class _Cythonized(Function, _pyruntime.Caller):
    """A function that Cython modules run."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        from .cython_mode import CythonForms
        self.graph, self.settings = graph, settings
        super().__init__(interface(graph), CythonForms(graph, settings), **self._call_settings())


class _Staged(Function, _pyruntime.Caller):
    """A function with lengths that depend on data: native programs, and NumPy between them."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        self.graph, self.settings = graph, settings
        super().__init__(interface(graph), StagedProgram(graph, settings, _made), **self._call_settings())


def _awaited(graph: FunctionGraph, settings: Settings) -> Function:
    """Native code if it is there soon, else the interpreter until it is."""
    pending = Pending(partial(_Compiled, graph, settings))
    return pending.within(settings.options.compile_wait / 1000) or _Awaited(graph, settings, pending)


class _Awaited(Function, _pyruntime.Caller):
    """A function that NumPy runs until its native code is there."""

    def __init__(self, graph: FunctionGraph, settings: Settings, pending: Pending[_Compiled]) -> None:
        from .making import made_interpreter
        self.graph, self.settings, self._pending = graph, settings, pending
        super().__init__(interface(graph), made_interpreter(graph, settings), **self._call_settings())

    def __call__(self, *args: Any, out: Any = None, **keywords: Any) -> Any:
        native = self._pending.within(0)
        return (super().__call__ if native is None else native)(*args, out=out, **keywords)


class _Compiled(Function, Caller):
    """A function that native code runs: a family of specialisations, the first of which is this object itself."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        self.graph, self.settings = graph, settings
        self._family: OrderedDict[tuple[tuple[int, int], ...], Any] = OrderedDict()
        artifact = c_artifact(graph, {}, settings)
        self._uncertain = artifact.kept.uncertain
        super().__init__(artifact.kept.interface, artifact.run, **self._native(artifact), on_guard=self._by_ones)

    def _native(self, artifact: Artifact) -> dict[str, Any]:
        return {"plan": artifact.plan, "keepalive": artifact.library, **self._call_settings()}

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
        found = self._family.get(key)
        if found is None:
            artifact = c_artifact(self.graph, facts, self.settings)
            made = Caller(artifact.kept.interface, artifact.run, **self._native(artifact), on_guard=on_guard)
            found = self._family.setdefault(key, made)  # another thread may have been first
            if len(self._family) > _MOST_SPECIALISATIONS:
                self._family.popitem(last=False)
        return found

    def _lengths(self, args: Sequence[Any]) -> dict[int, int]:
        """The lengths of all dims in a call (its ranks have been checked)."""
        leaves = (*self.graph.inputs, *self.graph.read)
        given = [a.value if isinstance(a, SharedState) else a for a in args]
        shapes = [np.shape(a) for a in given] + [leaf.attr("state").value.shape for leaf in self.graph.read]
        values = {d: n for leaf, shape in zip(leaves, shapes, strict=True)
                  for d, n in zip(leaf.shape, shape, strict=True)}
        return {k: values[d] for k, d in enumerate(leaf_dims(leaves))}
