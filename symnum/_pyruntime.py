"""The call path in Python: for functions in mode "numpy", and for all where ``_runtime`` is not built.

Same surface and same results as ``_runtime``; slower per call, and ``parallel_for`` runs serially.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from . import arguments
from ._cprogram import Check, ProgramError, Runner, c_runner
from .arguments import Array, Structure
from .codegen.abi import Code
from .codegen.interface import Interface
from .errors import ArgumentValueError

Program = Callable[[list[Array]], Sequence[Array]]

class State(Protocol):
    """What the call path asks of shared state: a total order, an array, and a lock."""

    token: str
    name: str | None
    value: Array
    lock: Any


@dataclass(frozen=True, slots=True)
class PoolInfo:
    """Statistics of the buffer pool: blocks in use, blocks kept for reuse, and how often one was found."""

    live_bytes: int = 0
    live_blocks: int = 0
    idle_bytes: int = 0
    idle_blocks: int = 0
    hits: int = 0
    misses: int = 0
    limit: int = 0


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
        hosts: functions that the Program calls by index with the address of its ``sn_call``.
        allow_input_downcast: cast arrays and floats even where that loses digits.

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
                 hosts: Sequence[Callable[[int], object]] = (), allow_input_downcast: bool = False) -> None:
        self.interface = interface
        self._function = name or interface.name
        self._keepalive = keepalive
        self._state = tuple(state)
        self._locked = tuple(sorted({id(s): s for s in state}.values(), key=lambda s: s.token))
        self._updates = tuple(updates)
        written = {output for _, output in updates}
        self._visible = tuple(i for i in range(len(interface.outputs)) if i not in written)
        self._structure = structure
        self._on_guard = on_guard
        self._on_error = on_error
        self._downcast = allow_input_downcast
        self._names = tuple(argument.name for argument in interface.inputs)
        self._run = _python_runner(run) if callable(run) else c_runner(interface, plan, run, tuple(hosts))

    def __call__(self, *args: object, out: object = None, **keywords: object) -> Any:
        """Run the Program on positional or keyword arguments; ``out`` takes arrays for the results."""
        if keywords or len(args) != len(self._names):
            args = arguments.order(self._function, self._names, args, keywords)
        try:
            with _holding(self._locked):
                return self._serve(args, out)
        except ProgramError as error:
            if error.code == Code.GUARD and self._on_guard is not None:
                return self._on_guard(args)(*args, out=out)
            raise self._exception(error) from None

    def _serve(self, args: Sequence[object], out: object) -> object:
        interface, function = self.interface, self._function
        reads = [arguments.convert(function, i, argument, value, self._downcast)
                 for i, (argument, value) in enumerate(zip(interface.inputs, args, strict=True))]
        reads += [np.require(state.value, argument.dtype, ("C", "A"))
                  for state, argument in zip(self._state, interface.state, strict=False)]
        every = interface.inputs + interface.state
        dims = arguments.bind(function, every, len(args), reads, interface.n_dims)
        targets = arguments.split_out(function, out, len(self._visible))

        def check(shapes: Sequence[tuple[int, ...]]) -> None:
            self._check_outputs(shapes, targets, reads)

        made = self._run(reads, dims, check)
        results = [_filled(target, made[i]) for target, i in zip(targets, self._visible, strict=True)]
        for state, output in self._updates:
            self._state[state].value = made[output]
        return arguments.pack(self._structure, results)

    def _check_outputs(self, shapes: Sequence[tuple[int, ...]], targets: Sequence[Array | None],
                       reads: Sequence[Array]) -> None:
        visible = [self.interface.outputs[i] for i in self._visible]
        arguments.check_out(self._function, visible, [shapes[i] for i in self._visible], targets, reads)
        for state, output in self._updates:
            if state < len(self.interface.state):
                arguments.check_update(self._function, self.interface.state[state], shapes[output])

    def _exception(self, error: ProgramError) -> BaseException:
        if error.raised is not None:
            return error.raised
        own = self._on_error(error.code, error.step, error.values) if self._on_error else None
        return own or arguments.run_error(self._function, error.code, error.step, error.values)


@contextmanager
def _holding(states: Sequence[State]) -> Iterator[None]:
    held = []
    try:
        for state in states:
            state.lock.acquire()
            held.append(state.lock)
        yield
    finally:
        for lock in reversed(held):
            lock.release()


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
    """
    if n < 1:
        raise ArgumentValueError(f"set_num_threads: expected at least 1 thread, given {n}")
    return n


def set_num_threads(n: int) -> None:
    """Check ``n``; without the compiled runtime everything runs in the calling thread.

    >>> set_num_threads(4)
    >>> get_num_threads()
    1
    """
    check_threads(n)


def get_num_threads() -> int:
    """How many threads work on one call, the calling one included: 1."""
    return 1


def set_pool_limit(n_bytes: int) -> None:
    """Bytes kept for the next results; without the compiled runtime NumPy allocates them."""


def clear_pool() -> None:
    """Give memory that is kept for the next results back to the system."""


def pool_info() -> PoolInfo:
    """Statistics of the buffer pool; all zero without the compiled runtime."""
    return PoolInfo()
