"""The call path in Python: serves functions in mode "numpy", and all functions where ``_runtime`` is not built.

Same surface and same results as ``_runtime``; slower per call, and ``parallel_for`` runs serially.
"""

from __future__ import annotations

import ctypes
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from . import arguments
from .arguments import Array, Structure
from .codegen.abi import ABI_VERSION, BLAS, BLAS_SLOTS, Code
from .codegen.interface import Interface
from .errors import ArgumentValueError

Program = Callable[[list[Array]], Sequence[Array]]
_MOST_CHUNKS = 64


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
        run: address of ``NAME_run``; or a Python function from the arrays of inputs and state to those of all outputs.
        plan: address of ``NAME_plan`` (with an address in ``run``).
        name: what errors call the function; the interface's name if empty.
        keepalive: kept as long as the caller lives (the loaded library).
        state: shared state: first what the Program reads, in the interface's order; then what it only updates.
        updates: pairs (position in ``state``, position in the interface's outputs); the other outputs are results.
        structure: how results are handed out.
        on_guard: called with the arguments when this specialisation does not fit; returns the Caller that serves.
        on_error: called with (code, step, values); returns the exception to raise, or None for the usual one.
        hosts: functions that the Program calls by index with the address of its ``sn_call``.
        allow_input_downcast: cast arrays and floats even where that loses digits.

    >>> import numpy as np
    >>> from symnum.codegen.interface import Argument, Interface
    >>> x = Argument("x", np.dtype("float64"), (-1,))
    >>> Caller(Interface("f", (x,), (), (x,), 1, (), False, 0), lambda arrays: [arrays[0] * 2])([1, 2])
    array([2., 4.])
    """

    def __init__(self, interface: Interface, run: int | Program, *, plan: int = 0, name: str = "",
                 keepalive: object = None, state: Sequence[State] = (), updates: Sequence[tuple[int, int]] = (),
                 structure: Structure = "one", on_guard: Callable[[tuple[object, ...]], Any] | None = None,
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
        self._run = _python_runner(run) if callable(run) else _c_runner(interface, plan, run, tuple(hosts))

    def __call__(self, *args: object, out: object = None, **keywords: object) -> Any:
        """Run the Program on positional or keyword arguments; ``out`` takes arrays for the results."""
        if keywords or len(args) != len(self._names):
            args = arguments.order(self._function, self._names, args, keywords)
        try:
            with _holding(self._locked):
                return self._serve(args, out)
        except _ProgramError as error:
            if error.code == Code.GUARD and self._on_guard is not None:
                return self._on_guard(args)(*args, out=out)
            raise self._exception(error) from None

    def _serve(self, args: Sequence[object], out: object) -> object:
        interface, function = self.interface, self._function
        reads = [arguments.convert(function, i, argument, value, self._downcast)
                 for i, (argument, value) in enumerate(zip(interface.inputs, args, strict=True))]
        reads += [np.require(s.value, a.dtype, ("C", "A")) for s, a in zip(self._state, interface.state)]
        dims = arguments.bind(function, interface.inputs + interface.state, len(args), reads, interface.n_dims)
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

    def _exception(self, error: _ProgramError) -> BaseException:
        if error.raised is not None:
            return error.raised
        own = self._on_error(error.code, error.step, error.values) if self._on_error else None
        return own or arguments.run_error(self._function, error.code, error.step, error.values)


# Results of reads and dims; checks the shapes of all outputs before they are made or used.
_Runner = Callable[[list[Array], list[int], Callable[[Sequence[tuple[int, ...]]], None]], list[Array]]


class _ProgramError(Exception):
    """An error code of a Program, on its way to the exception that the caller sees."""

    def __init__(self, error: _CError, raised: BaseException | None = None) -> None:
        super().__init__(error.code)
        self.code, self.step, self.values, self.raised = error.code, error.step, tuple(error.values), raised


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


def _python_runner(program: Program) -> _Runner:
    def run(reads: list[Array], dims: list[int], check: Callable[[Sequence[tuple[int, ...]]], None]) -> list[Array]:
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


class _CError(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int64), ("step", ctypes.c_int64), ("values", ctypes.c_int64 * 4)]


class _CCall(ctypes.Structure):
    _fields_ = [("buffers", ctypes.c_void_p), ("dims", ctypes.c_void_p), ("workspace", ctypes.c_void_p),
                ("error", _CError)]


_BODY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
_PARALLEL_FOR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, _BODY, ctypes.c_void_p, ctypes.c_int64,
                                 ctypes.c_int64)
_POLL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_ALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_HOST_CALL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
_PLAN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_RUN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _CRt(ctypes.Structure):
    _fields_ = [("version", ctypes.c_int64), ("size", ctypes.c_int64), ("parallel_for", _PARALLEL_FOR),
                ("poll_interrupt", _POLL), ("alloc", _ALLOC), ("release", _RELEASE), ("host_call", _HOST_CALL),
                ("blas", ctypes.c_void_p * BLAS_SLOTS)]


class _Raised(threading.local):
    """The exception that a callback of the running Program met, in this thread."""

    error: BaseException | None = None


def _c_runner(interface: Interface, plan_address: int, run_address: int,
              hosts: tuple[Callable[[int], object], ...]) -> _Runner:
    raised = _Raised()
    rt = _runtime_table(raised, hosts, interface.blas)
    plan, execute = _PLAN(plan_address), _RUN(run_address)
    ranks = [len(output.shape) for output in interface.outputs]

    def run(reads: list[Array], dims: list[int], check: Callable[[Sequence[tuple[int, ...]]], None]) -> list[Array]:
        c_dims, lengths = (ctypes.c_int64 * max(len(dims), 1))(*dims), (ctypes.c_int64 * max(sum(ranks), 1))()
        call, size = _CCall(dims=ctypes.addressof(c_dims)), ctypes.c_int64()
        if plan(c_dims, lengths, ctypes.byref(size), ctypes.byref(call.error)):
            raise _ProgramError(call.error)
        flat = iter(lengths)
        shapes = [tuple(itertools.islice(flat, rank)) for rank in ranks]
        check(shapes)
        made = [np.empty(shape, output.dtype) for shape, output in zip(shapes, interface.outputs, strict=True)]
        workspace = np.empty(size.value + 64, np.uint8)
        call.workspace = (workspace.ctypes.data + 63) // 64 * 64 if size.value else None
        buffers = (ctypes.c_void_p * (len(reads) + len(made)))(*(a.ctypes.data for a in reads + made))
        call.buffers = ctypes.addressof(buffers)
        raised.error = None
        code = execute(ctypes.byref(rt), ctypes.byref(call))
        if code:
            call.error.code = code
            raise _ProgramError(call.error, raised.error)
        return made
    return run


def _runtime_table(raised: _Raised, hosts: tuple[Callable[[int], object], ...], blas: Sequence[str]) -> _CRt:
    def guarded(code: Code, action: Callable[[], object]) -> int:
        try:
            return int(action() or 0)  # type: ignore[call-overload, no-any-return]
        except BaseException as error:  # noqa: BLE001  (it goes on in the thread that called)
            raised.error = error
            return code

    def parallel_for(rt: int, body: Callable[..., int], ctx: int, n: int, grain: int) -> int:
        chunk = max(1, -(-n // max(grain, 1)) // _MOST_CHUNKS) * max(grain, 1)
        # Python runs signal handlers between two chunks by itself.
        codes = (body(ctx, begin, min(begin + chunk, n)) for begin in range(0, n, chunk))
        return guarded(Code.INTERRUPTED, lambda: next((code for code in codes if code), 0))

    def host_call(rt: int, call: int, index: int) -> int:
        return guarded(Code.HOST, lambda: hosts[index](call) and None)

    rt = _CRt(ABI_VERSION, ctypes.sizeof(_CRt), _PARALLEL_FOR(parallel_for),
              _POLL(lambda rt: guarded(Code.INTERRUPTED, lambda: ctypes.pythonapi.PyErr_CheckSignals() and None)),
              _ALLOC(lambda rt, size: _allocate(max(size, 1))), _RELEASE(lambda rt, block: _free(block)),
              _HOST_CALL(host_call))
    for name in blas:
        rt.blas[BLAS.index(name)] = blas_address(name)
    return rt


_allocate = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("PyMem_RawMalloc", ctypes.pythonapi))
_free = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(("PyMem_RawFree", ctypes.pythonapi))


def blas_address(name: str) -> int:
    """Address of a Fortran BLAS function as SciPy exports it (SciPy is imported here, and only here).

    Raises:
        UnsupportedError: SciPy is missing, or has no such function.
    """
    try:
        from scipy.linalg import cython_blas
        capsules: Mapping[str, object] = cython_blas.__pyx_capi__
        capsule = capsules[name]
    except (ImportError, KeyError):
        raise arguments.no_blas(name) from None
    get_name = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(("PyCapsule_GetName", ctypes.pythonapi))
    get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi))
    return int(get_pointer(capsule, get_name(capsule)))


def check_threads(n: int) -> int:
    """``n`` if it is a possible number of threads.

    Raises:
        ArgumentValueError: it is below 1.
    """
    if n < 1:
        raise ArgumentValueError(f"set_num_threads: expected at least 1 thread, given {n}")
    return n


def set_num_threads(n: int) -> None:
    """Check ``n``; without the compiled runtime everything runs in the calling thread."""
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
