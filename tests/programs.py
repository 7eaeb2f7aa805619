"""Programs on their way through gcc: compile the text, call it with arrays, cut parallel work as a test likes."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from symnum._cprogram import blas_address
from symnum.codegen.abi import ABI_VERSION, BLAS, BLAS_SLOTS
from symnum.codegen.compiler import EXTRA_FLAGS, optimising
from symnum.codegen.memory import plan
from symnum.codegen.probe import VectorMath
from symnum.codegen.program_text import ProgramText, c_program
from symnum.ir.interpret import evaluate
from symnum.ir.nest import Program
from symnum.ir.node import Node

Array = np.ndarray[Any, Any]
# `make sanitize` sets them; without them gcc compiles what users get.
COMMAND = tuple(os.environ.get("SYMNUM_CC", "gcc").split())
KIND = "clang" if "clang" in COMMAND[-1] else "gcc"
MORE_FLAGS = (*EXTRA_FLAGS.get(KIND, ("-fveclib=libmvec",)), *os.environ.get("SYMNUM_CFLAGS", "").split())
FLAGS = ("-std=gnu11", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fwrapv",
         "-fopenmp-simd", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", *MORE_FLAGS)
NAMES = ("exp", "log", "sin", "cos", "pow")
VECTOR = VectorMath(frozenset((*NAMES, *(name + "f" for name in NAMES))), (), ("-lmvec", "-lm"))
FOLDER = Path(__file__).parent.parent / ".pytest_cache" / "programs"
SYMNUM = Path(__file__).parent.parent / "symnum"

BODY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
# parallel_for's begin and end of each share, in the order in which they run
Shares = Callable[[int, int], list[tuple[int, int]]]


class Error(ctypes.Structure):
    _fields_ = (("code", ctypes.c_int64), ("step", ctypes.c_int64), ("values", ctypes.c_int64 * 4))


class Call(ctypes.Structure):
    _fields_ = (("buffers", ctypes.POINTER(ctypes.c_void_p)), ("dims", ctypes.POINTER(ctypes.c_int64)),
                ("workspace", ctypes.c_void_p), ("error", Error))


class Runtime(ctypes.Structure):
    _fields_ = (("version", ctypes.c_int64), ("size", ctypes.c_int64), *(
        (name, ctypes.c_void_p) for name in (
            "parallel_for", "poll_interrupt", "alloc", "release", "host_call", "multiply", "threads", "by_rows")),
        ("blas", ctypes.c_void_p * BLAS_SLOTS))


def build(text: str, flags: Sequence[str], suffix: str = ".c", command: Sequence[str] = COMMAND,
          libs: Sequence[str] = ("-lmvec", "-lm")) -> Path:
    """The shared object of a text, compiled at most once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256("\0".join((text, *flags, *command)).encode()).hexdigest()[:24]
    source, output = FOLDER / f"{name}{suffix}", FOLDER / f"{name}.so"
    if not output.exists():
        source.write_text(text)
        partial = FOLDER / f"{name}.{os.getpid()}.so"
        done = subprocess.run((*command, *flags, str(source), "-o", str(partial), *libs), capture_output=True,
                              text=True)
        assert done.returncode == 0, f"{source}:\n{done.stderr[:4000]}"
        partial.rename(output)
    return output


@functools.cache
def _blas() -> tuple[int, ...]:
    return tuple(map(blas_address, BLAS))


def one_share(extent: int, grain: int) -> list[tuple[int, int]]:
    return [(0, extent)]


def shares_of(count: int, threads: bool = False) -> Shares:
    """Shares of ``count`` grains, the last ones first."""
    def shares(extent: int, grain: int) -> list[tuple[int, int]]:
        size = grain * count
        return [(begin, min(begin + size, extent)) for begin in range(0, extent, size)][::-1]
    shares.threads = threads  # type: ignore[attr-defined]
    return shares


@functools.cache
def _pool() -> ctypes.CDLL:
    """The thread pool of the runtime, compiled like the Programs."""
    library = ctypes.CDLL(str(build((SYMNUM / "_pool.c").read_text(), (*FLAGS, "-O2", f"-I{SYMNUM}", "-pthread"))))
    idle = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)
    library.sn_pool_init(idle, ctypes.c_ulong(threading.main_thread().ident or 0))
    library.idle = idle  # as long as the library lives
    return library


def pooled(threads: int) -> Shares:
    """Shares as the runtime's own pool cuts them, with so many threads."""
    def shares(extent: int, grain: int) -> list[tuple[int, int]]:
        raise AssertionError("the pool cuts them")
    shares.pooled = threads  # type: ignore[attr-defined]
    return shares


def runtime(shares: Shares) -> tuple[Runtime, tuple[Any, ...]]:
    """A runtime table, and what must stay alive with it, last the blocks of memory that are in use."""
    def parallel_for(rt: int, body: int, context: int, extent: int, grain: int) -> int:
        call = BODY(body)
        parts = shares(extent, grain)
        if getattr(shares, "threads", False):
            workers = [threading.Thread(target=call, args=(context, *part)) for part in parts]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return 0
        return next((code for code in (call(context, *part) for part in parts) if code), 0)
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64,
                            ctypes.c_int64)
    pointer = kind(parallel_for)
    table = Runtime(ABI_VERSION, ctypes.sizeof(Runtime), ctypes.cast(pointer, ctypes.c_void_p))
    if threads := getattr(shares, "pooled", 0):
        _pool().sn_pool_set_threads(threads)
        table.parallel_for = ctypes.cast(_pool().sn_parallel_for, ctypes.c_void_p)
        table.poll_interrupt = ctypes.cast(_pool().sn_poll_interrupt, ctypes.c_void_p)
    table.blas[:len(BLAS)] = _blas()
    alloc, release, blocks = memory(getattr(shares, "memory", True))
    table.alloc, table.release = ctypes.cast(alloc, ctypes.c_void_p), ctypes.cast(release, ctypes.c_void_p)
    several = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda rt: getattr(shares, "pooled", 3))
    table.threads = ctypes.cast(several, ctypes.c_void_p)
    return table, (pointer, alloc, release, several, blocks)


def memory(some: bool) -> tuple[Any, Any, dict[int, Array]]:
    """The runtime's alloc and release, and the blocks not given back intact; there is no memory without ``some``."""
    blocks: dict[int, Array] = {}

    def alloc(rt: int, size: int) -> int:
        block = np.full(size + 16, 0x7f, np.uint8)
        start = int(block.ctypes.data)
        if some:
            blocks[start] = block
        return start if some else 0

    def release(rt: int, start: int) -> None:
        if (blocks[start][-16:] == 0x7f).all():
            del blocks[start]
    return (ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)(alloc),
            ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(release), blocks)


def bind(program: Program, arrays: Sequence[Array]) -> list[int]:
    """Values of a Program's dims, from its inputs."""
    known: dict[Node, int] = {}
    given = [b for role in ("input", "state") for b in program.of_role(role)]
    for buffer, array in zip(given, arrays, strict=True):
        for length, n in zip(buffer.shape, array.shape, strict=True):
            if isinstance(length, Node) and length.op.name == "dim":
                known.setdefault(length, n)
    return [known[x] for x in program.dims]


class Native:
    """A compiled Program: ``native(x, y)`` gives the list of outputs."""

    def __init__(self, program: Program, made: ProgramText | None = None,
                 flags: Sequence[str] = (*optimising(KIND, "-O3"), *FLAGS), vector: VectorMath = VECTOR) -> None:
        self.program = program
        self.text = made or c_program(program, plan(program), vector)
        self.library = ctypes.CDLL(str(build(self.text.text, flags)))
        self.plan = getattr(self.library, f"{program.name}_plan")
        self.run = getattr(self.library, f"{program.name}_run")

    def prepare(self, arrays: Sequence[Array]) -> tuple[int, list[tuple[int, ...]], int, Error, Any]:
        """plan's code, shapes of outputs, bytes of workspace, the error record, and the dims."""
        dims = bind(self.program, arrays)
        numbers = (ctypes.c_int64 * max(1, len(dims)))(*dims)
        outputs = self.program.of_role("output")
        shapes = (ctypes.c_int64 * (1 + sum(len(b.shape) for b in outputs)))()
        size, error = ctypes.c_int64(), Error()
        code = self.plan(numbers, shapes, ctypes.byref(size), ctypes.byref(error))
        rest = iter(shapes)
        return code, [tuple(next(rest) for _ in b.shape) for b in outputs], size.value, error, numbers

    def __call__(self, *arrays: Array, shares: Shares = one_share) -> list[Array]:
        inputs = [np.asarray(a, order="C") for a in arrays]
        code, shapes, size, error, numbers = self.prepare(inputs)
        assert code == 0, f"plan failed with code {code}, values {list(error.values)}"
        results = []
        for shape, buffer in zip(shapes, self.program.of_role("output"), strict=True):
            result = np.empty(shape, buffer.dtype)
            result.reshape(-1).view(np.uint8)[:] = 0x7f
            results.append(result)
        buffers = (ctypes.c_void_p * (len(inputs) + len(results)))(*(a.ctypes.data for a in (*inputs, *results)))
        workspace = np.full(size + 128, 0x7f, np.uint8)
        start = -workspace.ctypes.data % 64
        call = Call(buffers, numbers, workspace.ctypes.data + start, Error())
        table, kept = runtime(shares)
        code = self.run(ctypes.byref(table), ctypes.byref(call))
        assert not kept[-1], "a block of memory is lost, or was written beyond its end"
        assert code == call.error.code == 0, f"run failed with code {code}"
        assert (workspace[:start] == 0x7f).all() and (workspace[start + size:] == 0x7f).all(), "workspace overrun"
        return results


def same(got: Array, expected: Array) -> bool:
    """Equal in shape, dtype and every bit, all NaNs being one."""
    if got.shape != expected.shape or got.dtype != expected.dtype:
        return False
    if got.dtype.kind != "f":
        return bool((got == expected).all())
    return bool((((got == expected) & (np.signbit(got) == np.signbit(expected))) | (np.isnan(got) & np.isnan(expected))
                 ).all())


def reference(inputs: Sequence[Node], outputs: Sequence[Node], arrays: Sequence[Array]) -> list[Array]:
    """The interpreter's results."""
    from symnum.ir.interpret import bind_dims
    values: dict[Node, Array] = dict(zip(inputs, arrays, strict=True))
    values.update(bind_dims(inputs, arrays))
    return evaluate(outputs, values)
