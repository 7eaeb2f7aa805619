"""A pytest plugin: the compiled call path as ``tools/sanitize.py`` built it, with sanitizers."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec

PLACE = "SYMNUM_WATCHED_RUNTIME"


class WatchedRuntime:
    """Finds ``symnum._runtime`` at the path that the environment names."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where the module is; None for all others."""
        return importlib.util.spec_from_file_location(name, os.environ[PLACE]) if name == "symnum._runtime" else None


def pytest_load_initial_conftests() -> None:
    """Before anything imports symnum."""
    sys.meta_path.insert(0, WatchedRuntime)
