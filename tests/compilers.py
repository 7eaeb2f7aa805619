"""The compiler of this machine, for tests: found in a cache of their own, and forbidden to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symnum.codegen import compiler
from symnum.codegen.cache import Cache
from symnum.codegen.compiler import Compiler, find_compiler
from symnum.options import Options


def in_folder(folder: Path, **settings: Any) -> tuple[Options, Cache]:
    """Options and a cache in a folder."""
    options = Options(cache_dir=str(folder), **settings)
    return options, Cache(options)


def found_in(folder: Path, **settings: Any) -> tuple[Compiler, Options, Cache]:
    """The compiler, with options and a cache in a folder."""
    options, cache = in_folder(folder, **settings)
    found = find_compiler(options, cache)
    assert found is not None
    return found, options, cache


def forbid_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no compiler may run."""
    def run(command: object, text: str = "") -> tuple[int, str]:
        raise AssertionError(f"{command} runs")
    monkeypatch.setattr(compiler, "_run", run)
