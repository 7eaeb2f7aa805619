"""Cython text as a module: cythonized, compiled and imported."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
from programs import FOLDER, Array, bind

from symnum.codegen.cython_text import cython_module
from symnum.codegen.memory import plan
from symnum.ir.nest import Program

FLAGS = ("-O1", "-w", "-fPIC", "-shared", "-fwrapv", "-ffp-contract=off")


def module(text: str) -> ModuleType:
    """The module of a text, made at most once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = "cy_" + hashlib.sha256(text.encode()).hexdigest()[:20]
    source = FOLDER / f"{name}.pyx"
    output = FOLDER / f"{name}.so"
    if not output.exists():
        source.write_text(text)
        include = sysconfig.get_path("include")
        for command in ((sys.executable, "-m", "cython", "-3", str(source)),
                        ("gcc", *FLAGS, f"-I{include}", str(source.with_suffix(".c")), "-o", str(output), "-lm")):
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, f"{source}:\n{done.stderr[:4000]}"
    return load(name, output)


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def run_in_cython(program: Program, arrays: Sequence[Array]) -> list[Array]:
    """The outputs of a Program."""
    made, lengths = module(cython_module(program, plan(program))), bind(program, arrays)
    inputs = [np.asarray(a, order="C") for a in arrays]
    shapes, _ = made.plan(lengths)
    results = [np.full(shape, 0x5a, b.dtype) for shape, b in zip(shapes, program.of_role("output"), strict=True)]
    made.run([a.ctypes.data for a in (*inputs, *results)], lengths)
    return results
