"""Running a compiled Program through ctypes: for the call path in Python, where ``_runtime`` is not built.

``parallel_for`` runs its chunks one after the other in the calling thread.  Ctrl-C works; other signal
handlers that raise during a call do not stop it.
"""

from __future__ import annotations

import ctypes
import itertools
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from . import arguments
from .arguments import Array
from .codegen.abi import ABI_VERSION, BLAS, BLAS_SLOTS, Code
from .codegen.interface import HostCall, Interface
from .exported_blas import capsules
from .host_calls import serve

Shapes = Sequence[tuple[int, ...]]
# Looks at the shapes of all outputs before they are made or used.
Check = Callable[[Shapes], None]
# From the arrays of inputs and state, and the dims, to the arrays of all outputs.
Runner = Callable[[list[Array], list[int], Check], list[Array]]

_MOST_CHUNKS = 64


class CError(ctypes.Structure):
    """The C type ``sn_error``."""

    _fields_ = [("code", ctypes.c_int64), ("step", ctypes.c_int64), ("values", ctypes.c_int64 * 4)]


class CCall(ctypes.Structure):
    """The C type ``sn_call``."""

    _fields_ = [("buffers", ctypes.c_void_p), ("dims", ctypes.c_void_p), ("workspace", ctypes.c_void_p),
                ("error", CError)]


_BODY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
_PARALLEL_FOR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, _BODY, ctypes.c_void_p, ctypes.c_int64,
                                 ctypes.c_int64)
_POLL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_ALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_HOST_CALL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p,
                              ctypes.c_void_p)
_PLAN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_RUN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

_allocate = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("PyMem_RawMalloc", ctypes.pythonapi))
_free = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(("PyMem_RawFree", ctypes.pythonapi))


class CRt(ctypes.Structure):
    """The C type ``sn_rt``."""

    _fields_ = [("version", ctypes.c_int64), ("size", ctypes.c_int64), ("parallel_for", _PARALLEL_FOR),
                ("poll_interrupt", _POLL), ("alloc", _ALLOC), ("release", _RELEASE),
                ("host_call", _HOST_CALL), ("multiply", ctypes.c_void_p), ("threads", _POLL),
                ("by_rows", ctypes.c_void_p),
                ("blas", ctypes.c_void_p * BLAS_SLOTS)]


class ProgramError(Exception):
    """An error code of a Program on its way to the exception that the caller sees, or a callback's own."""

    def __init__(self, code: int, error: CError, raised: BaseException | None = None) -> None:
        super().__init__(code)
        self.code, self.step, self.values, self.raised = code, error.step, tuple(error.values), raised


class _Call(threading.local):
    """What the callbacks of the call that runs in this thread have met."""

    def __init__(self) -> None:
        self.raised: BaseException | None = None
        self.interrupted = False
        self.handler: Callable[[int, None], object] | None = None

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let Ctrl-C only set a flag, which :meth:`poll` serves: exceptions inside callbacks can get lost."""
        self.raised, self.interrupted = None, False
        handler = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(handler):
            yield
            return
        self.handler = handler
        signal.signal(signal.SIGINT, self._note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
            if self.interrupted:
                handler(signal.SIGINT, None)

    def _note(self, number: int, frame: object) -> None:
        self.interrupted = True

    def poll(self) -> int:
        """Run the handler of Ctrl-C, if that has come; nonzero if it raises."""
        handler, self.interrupted, come = self.handler, False, self.interrupted
        return self.guarded(Code.INTERRUPTED, lambda: handler(signal.SIGINT, None)) if come and handler else 0

    def guarded(self, code: Code, action: Callable[[], object]) -> int:
        """0; or ``code``, with the exception of ``action`` kept for the end of the call."""
        try:
            action()
        except BaseException as error:  # noqa: BLE001  (a callback cannot raise through C)
            self.raised = error
            return code
        return 0


def c_runner(interface: Interface, plan_address: int, run_address: int) -> Runner:
    """A Program by the addresses of its ``plan`` and ``run``.

    Raises:
        UnsupportedError: it needs BLAS, and SciPy is missing.
    """
    current = _Call()
    rt = _runtime_table(current, interface.hosts, interface.blas)
    plan, execute = _PLAN(plan_address), _RUN(run_address)
    ranks = [len(output.shape) for output in interface.outputs]

    def run(reads: list[Array], dims: list[int], check: Check) -> list[Array]:
        c_dims, lengths = (ctypes.c_int64 * len(dims))(*dims), (ctypes.c_int64 * sum(ranks))()
        call, size = CCall(dims=ctypes.addressof(c_dims)), ctypes.c_int64()
        code = plan(c_dims, lengths, ctypes.byref(size), ctypes.byref(call.error))
        if code:
            raise ProgramError(code, call.error)
        flat = iter(lengths)
        shapes = [tuple(itertools.islice(flat, rank)) for rank in ranks]
        check(shapes)
        made = [np.empty(shape, output.dtype)
                for shape, output in zip(shapes, interface.outputs, strict=True)]
        workspace = np.empty(size.value + 64, np.uint8)
        call.workspace = (workspace.ctypes.data + 63) // 64 * 64 if size.value else None
        buffers = (ctypes.c_void_p * (len(reads) + len(made)))(*(a.ctypes.data for a in reads + made))
        call.buffers = ctypes.addressof(buffers)
        with current.interruptible():
            code = execute(ctypes.byref(rt), ctypes.byref(call))
        if code:
            raise ProgramError(code, call.error, current.raised)
        return made
    return run


def _runtime_table(current: _Call, hosts: Sequence[HostCall], blas: Sequence[str]) -> CRt:
    def parallel_for(rt: int, body: Callable[..., int], ctx: int, n: int, grain: int) -> int:
        chunk = max(1, -(-n // max(grain, 1)) // _MOST_CHUNKS) * max(grain, 1)
        steps = (body(ctx, begin, min(begin + chunk, n)) or current.poll() for begin in range(0, n, chunk))
        return next((code for code in steps if code), 0)

    def host_call(rt: int, call: int, index: int, buffers: int, lengths: int) -> int:
        host = hosts[index]
        addresses = (ctypes.c_size_t * (len(host.operands) + len(host.results))).from_address(buffers)
        numbers = (ctypes.c_int64 * host.n_lengths).from_address(lengths)
        return current.guarded(Code.HOST, lambda: serve(host, tuple(addresses), tuple(numbers)))

    rt = CRt(ABI_VERSION, ctypes.sizeof(CRt), _PARALLEL_FOR(parallel_for), _POLL(lambda rt: current.poll()),
             _ALLOC(lambda rt, size: _allocate(size)), _RELEASE(lambda rt, block: _free(block)),
             _HOST_CALL(host_call), None, _POLL(lambda rt: 1))
    for name in blas:
        rt.blas[BLAS.index(name)] = blas_address(name)
    return rt


def blas_address(name: str) -> int:
    """Address of a Fortran BLAS or LAPACK function as SciPy exports it (SciPy is imported here, and only here).

    Raises:
        UnsupportedError: SciPy is missing, or has no such function.
    """
    try:
        capsule = capsules("cython_blas").get(name) or capsules("cython_lapack")[name]
    except (ImportError, KeyError):
        raise arguments.no_blas(name) from None
    get_name = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(("PyCapsule_GetName", ctypes.pythonapi))
    get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi))
    return int(get_pointer(capsule, get_name(capsule)))
