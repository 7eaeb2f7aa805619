"""Programs in C beside the runtime's own files, that call these from many threads at once."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from symnum.codegen import compiler
from symnum.codegen.cache import Cache
from symnum.options import current

ROOT = Path(__file__).parent.parent


def run(folder: Path, program: str, runtime: Sequence[str], sanitizer: str, flags: Sequence[str] = ()) -> None:
    """Build ``tests/PROGRAM`` with files of the runtime, watched by a sanitizer if one is named, and run it."""
    options = current()
    found = compiler.find_compiler(options, Cache(options))
    assert found is not None
    sources = [ROOT / "tests" / program, *(ROOT / "symnum" / f"{name}.c" for name in runtime)]
    watched = [f"-fsanitize={sanitizer}"] if sanitizer else []
    command = [*found.command, "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", *watched, *flags,
               f"-I{ROOT / 'symnum'}", *map(str, sources), "-o", str(folder / "stress"), "-pthread", "-lm"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and sanitizer and "sanitize" in built.stderr:
        pytest.skip("the compiler has no such sanitizer")
    assert built.returncode == 0, built.stderr
    ran = subprocess.run([str(folder / "stress")], capture_output=True, text=True, timeout=100, check=False)
    if sanitizer and "unexpected memory mapping" in ran.stderr:
        pytest.skip("the sanitizer does not run on this kernel")
    assert ran.returncode == 0 and ran.stdout == "ok\n", ran.stdout + ran.stderr[:3000]
