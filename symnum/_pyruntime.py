"""The call path in Python: for functions in mode "numpy", and for all where ``_runtime`` is not built.

Same surface and same results as ``_runtime``; slower per call, and ``parallel_for`` runs serially.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, Protocol

import numpy as np

from . import arguments
from ._cprogram import Check, ProgramError, Runner, c_runner
from .arguments import Array, Casting
from .codegen.abi import Code
from .codegen.interface import Interface
from .errors import ArgumentValueError
from .records import dataclass
from .shapes import as_int
from .structures import Structure, pack, split_out

Program = Callable[[list[Array]], Sequence[Array]]


class State(Protocol):
    """What the call path asks of shared state: a total order, an array, and a lock."""

    token: str
    name: str | None
    value: Array

    @property
    def lock(self) -> Any:
        """What a call holds while it runs."""


@dataclass(frozen=True, slots=True)
class PoolInfo:
    """Statistics of the buffer pool: blocks in use, blocks kept for reuse, and how often one was found.

    ``total_bytes`` is what results and workspaces of all calls so far have asked for, small ones too, which
    NumPy makes room for.  ``scratch_bytes`` is what steps (products, factorisations, sorts) took while they ran,
    and gave back.  The difference of their sum around a call is what that call allocated: at most its results, its
    workspace and what its steps take, of which ``Function.explain`` shows the formulas.
    """

    live_bytes: int = 0
    live_blocks: int = 0
    idle_bytes: int = 0
    idle_blocks: int = 0
    hits: int = 0
    misses: int = 0
    limit: int = 0
    total_bytes: int = 0
    scratch_bytes: int = 0


class Caller:
    """Calls one Program: checks arguments, binds dims, makes outputs, applies updates of shared state.

    Args:
        interface: signature of the Program.
        run: address of ``NAME_run``; or a Python function from the arrays of inputs and state to those of
            all outputs.
        plan: address of ``NAME_plan`` (with an address in ``run``).
        name: what errors call the function; the interface's name if empty.
        keepalive: kept as long as the caller lives (the loaded library).
        state: shared state: first what the Program reads, in the interface's order; then what it only
            updates.
        updates: pairs (position in ``state``, position in the interface's outputs); the other outputs are
            results.
        structure: how results are handed out.
        on_guard: called with the arguments when this specialisation does not fit; returns the Caller that
            serves them.
        on_error: called with (code, step, values); returns the exception to raise, or None for the usual
            one.
        defaults: for each input its default value or None, which is an argument that must be passed; a state stands
            for its value at the time of the call.
        castings: how each argument may be cast; if empty, where nothing is lost.

    >>> import numpy as np
    >>> from symnum.codegen.interface import Argument, Interface
    >>> x = Argument("x", np.dtype("float64"), (-1,))
    >>> Caller(Interface("f", (x,), (), (x,), 1, (), False, 0), lambda arrays: [arrays[0] * 2])([1, 2])
    array([2., 4.])
    """

    def __init__(self, interface: Interface, run: int | Program, *, plan: int = 0, name: str = "",
                 keepalive: object = None, state: Sequence[State] = (),
                 updates: Sequence[tuple[int, int]] = (), structure: Structure = "one",
                 on_guard: Callable[[tuple[object, ...]], Any] | None = None,
                 on_error: Callable[[int, int, tuple[int, ...]], BaseException | None] | None = None,
                 defaults: Sequence[object] = (), castings: Sequence[Casting] = ()) -> None:
        self.interface = interface
        self._function = name or interface.name
        self._keepalive = keepalive
        self._state = tuple(state)
        self._locked = in_lock_order(state)
        self._updates = tuple(updates)
        written = {output for _, output in updates}
        self._visible = tuple(i for i in range(len(interface.outputs)) if i not in written)
        self._structure = structure
        self._on_guard = on_guard
        self._on_error = on_error
        self._defaults = tuple(defaults)
        usual: Casting = "safe"
        self._castings = tuple(castings) or (usual,) * len(interface.inputs)
        self._names = tuple(argument.name for argument in interface.inputs)
        self._run = _python_runner(run) if callable(run) else c_runner(interface, plan, run)

    def __call__(self, *args: object, out: object = None, **keywords: object) -> Any:
        """Run the Program on positional or keyword arguments; ``out`` takes arrays for the results."""
        if keywords or len(args) != len(self._names):
            args = arguments.order(self._function, self._names, args, keywords, self._defaults)
        # Another form is chosen with the locks held: it must meet the same lengths of shared values.
        with holding(self._locked):
            try:
                return self._serve(args, out)
            except ProgramError as error:
                if error.code != Code.GUARD or self._on_guard is None:
                    raise self._exception(error) from None
            return self._on_guard(args)(*args, out=out)

    def _serve(self, args: Sequence[object], out: object) -> object:
        interface, function = self.interface, self._function
        reads = [arguments.convert(function, i, argument, value, self._castings[i])
                 for i, (argument, value) in enumerate(zip(interface.inputs, args, strict=True))]
        reads += [np.require(state.value, argument.dtype, ("C", "A"))
                  for state, argument in zip(self._state, interface.state, strict=False)]
        every = interface.inputs + interface.state
        dims = arguments.bind(function, every, len(args), reads, interface.n_dims)
        targets = split_out(function, self._structure, out, len(self._visible))

        def check(shapes: Sequence[tuple[int, ...]]) -> None:
            self._check_outputs(shapes, targets, reads)

        made = self._run(reads, dims, check)
        results = [_filled(target, made[i]) for target, i in zip(targets, self._visible, strict=True)]
        _assign([self._state[state] for state, _ in self._updates], [made[output] for _, output in self._updates])
        return pack(self._structure, results)

    def _check_outputs(self, shapes: Sequence[tuple[int, ...]], targets: Sequence[Array | None],
                       reads: Sequence[Array]) -> None:
        visible, made = [self.interface.outputs[i] for i in self._visible], [shapes[i] for i in self._visible]
        arguments.check_out(self._function, self._structure, visible, made, targets, reads)
        for state, output in self._updates:
            if state < len(self.interface.state):
                arguments.check_update(self._function, self.interface.state[state], shapes[output])

    def _exception(self, error: ProgramError) -> BaseException:
        if error.raised is not None:
            return error.raised
        own = self._on_error(error.code, error.step, error.values) if self._on_error else None
        return own or arguments.run_error(self._function, error.code, error.step, error.values)


def in_lock_order(states: Sequence[State]) -> tuple[State, ...]:
    """Each state once, in the order in which all callers lock them; copies of one state may share a token."""
    return tuple(sorted({id(s): s for s in states}.values(), key=lambda s: (s.token, id(s))))


@contextmanager
def holding(states: Sequence[State]) -> Iterator[None]:
    """Hold the locks of states (see :func:`in_lock_order`).

    >>> from symnum.ir.state import SharedState
    >>> with holding(in_lock_order([SharedState(np.zeros(2))])):
    ...     pass
    """
    held = []
    try:
        for state in states:
            state.lock.acquire()
            held.append(state.lock)
        yield
    finally:
        for lock in reversed(held):
            lock.release()


def _assign(states: Sequence[State], values: Sequence[Array]) -> None:
    """Give states their new values; in one call into C, so that no signal handler raises between two of them."""
    deque(map(setattr, states, repeat("value"), values), maxlen=0)


def _filled(target: Array | None, made: Array) -> Array:
    if target is None:
        return made
    np.copyto(target, made)
    return target


def _python_runner(program: Program) -> Runner:
    def run(reads: list[Array], dims: list[int], check: Check) -> list[Array]:
        used = {id(array) for array in reads}
        made = [_own(np.asarray(result), used) for result in program(reads)]
        check([array.shape for array in made])
        return made
    return run


def _own(array: Array, used: set[int]) -> Array:
    """``array`` if nobody else can see its memory, else a copy."""
    flags = array.flags
    if not (flags.owndata and flags.writeable and flags.c_contiguous) or id(array) in used:
        array = array.copy(order="C")
    used.add(id(array))
    return array


def usable_cores() -> int:
    """How many cores this process may run on: the number of threads before :func:`set_num_threads`.

    >>> usable_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(n: int) -> int:
    """``n`` if it is a possible number of threads.

    >>> check_threads(4)
    4

    Raises:
        ArgumentValueError: it is below 1.
        DTypeError: it is no integer.
    """
    count = as_int(n, "the number of threads")
    if count < 1:
        raise ArgumentValueError(f"set_num_threads: expected at least 1 thread, given {count}")
    return count


def set_num_threads(n: int) -> None:
    """Check ``n``; without the compiled runtime everything runs in the calling thread.

    Args:
        n: a whole number, at least 1.

    Raises:
        ArgumentValueError: ``n`` is below 1.
        DTypeError: ``n`` is no integer.

    >>> set_num_threads(4)
    >>> get_num_threads()
    1
    """
    check_threads(n)


def get_num_threads() -> int:
    """How many threads work on one call, the calling one included: 1.

    Returns:
        A whole number, at least 1.

    Raises:
        Nothing.

    >>> import symnum as sn
    >>> sn.get_num_threads() >= 1
    True
    """
    return 1


def set_pool_limit(n_bytes: int) -> None:
    """Bytes kept for the next results; without the compiled runtime NumPy allocates them."""


def clear_pool() -> None:
    """Give memory that is kept for the next results back to the system.

    Raises:
        Nothing.

    >>> import symnum as sn
    >>> sn.clear_pool()
    >>> sn.pool_info().idle_bytes
    0
    """


def pool_info() -> PoolInfo:
    """Statistics of the buffer pool; all zero without the compiled runtime.

    Returns:
        Blocks in use, blocks kept for reuse, and how often one was found, as whole numbers by name.

    Raises:
        Nothing.

    >>> import symnum as sn
    >>> sn.pool_info().hits >= 0
    True
    """
    return PoolInfo()
