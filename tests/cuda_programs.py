"""CUDA text on the CPU: the kernels of a Program, run thread by thread through ``cuda_host/cuda_host.h``."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from programs import Array, bind, build

from symnum.codegen.cuda_text import CudaSource, cuda_source
from symnum.codegen.gpu_schedule import THREADS, Launch
from symnum.ir import dims
from symnum.ir.interpret import evaluate
from symnum.ir.nest import Program
from symnum.ir.node import Dim, Node

HEADER = Path(__file__).parent / "cuda_host" / "cuda_host.h"
FLAGS = ("-std=c++17", "-O1", "-ffp-contract=off", "-fwrapv", "-fPIC", "-shared", "-w")


def build_for_cpu(source: CudaSource) -> ctypes.CDLL:
    """The kernels as a shared object: ``NAME_launch(blocks, threads, arguments, backwards)``."""
    exports = [f"CUDA_HOST_EXPORT({s.function.name})" for s in source.steps if isinstance(s, Launch)]
    text = "\n".join((HEADER.read_text(), source.text, *exports, ""))
    return ctypes.CDLL(str(build(text, FLAGS, ".cpp", ("g++",), ())))


def run_on_cpu(program: Program, arrays: Sequence[Array], backwards: bool = False,
               blocks: int | None = None) -> list[Array]:
    """The outputs of a Program, its grids run one after the other, of ``blocks`` blocks if that is given."""
    source = cuda_source(program)
    library = build_for_cpu(source)
    values: dict[Node, Array] = {x: np.asarray(n, np.int64) for x, n in
                                 zip(program.dims, bind(program, arrays), strict=True)}

    def length(dim: Dim) -> int:
        return int(evaluate([dims.as_node(dim)], values)[0])

    memory: dict[int, Array] = {}
    given = [b for role in ("input", "state") for b in program.of_role(role)]
    for buffer, array in zip(given, arrays, strict=True):
        memory[buffer.number] = np.array(array, buffer.dtype, order="C")
    for buffer in program.buffers:
        if buffer.data is not None:
            memory[buffer.number] = np.array(buffer.data, order="C")
        elif buffer.number not in memory and buffer.base is None:
            memory[buffer.number] = _poisoned(tuple(map(length, buffer.shape)), buffer.dtype)
    for buffer in program.buffers:
        if buffer.base is not None:
            memory[buffer.number] = memory[buffer.base]
    for scratch, count in source.scratch:
        memory[scratch.number] = _poisoned((length(count),), scratch.dtype)
    for step in source.steps:
        if isinstance(step, Launch):
            arguments = [ctypes.c_void_p(memory[m.number].ctypes.data) for m in step.function.memories]
            numbers = [ctypes.c_longlong(length(x)) for x in step.function.scalars]
            cells = [ctypes.cast(ctypes.byref(x), ctypes.c_void_p) for x in (*arguments, *numbers)]
            table = (ctypes.c_void_p * max(1, len(cells)))(*cells)
            launch = getattr(library, f"{step.function.name}_launch")
            count = length(step.blocks) if blocks is None else blocks
            assert launch(count, THREADS, table, int(backwards)) == 0, step.function.name
        else:
            a, b = (memory[k].reshape(tuple(map(length, program.buffers[k].shape))) for k in (step.a, step.b))
            memory[step.c][...] = (a.T if step.transpose_a else a) @ (b.T if step.transpose_b else b)
    return [memory[b.number] for b in program.of_role("output")]


def _poisoned(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> Array:
    array = np.empty(shape, dtype)
    array.reshape(-1).view(np.uint8)[:] = 0x7f
    return array
