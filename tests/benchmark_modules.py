"""Modules of ``benchmarks/`` for tests: their names are general, so they stand on the path only while one is loaded."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def benchmark_module(name: str) -> Any:
    """A module by its name."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(BENCHMARKS))
