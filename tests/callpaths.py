"""Compiled functions on the call path in Python, as they run where ``_runtime`` is not built."""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import Any

import pytest

from symnum import _pyruntime
from symnum.artifact import c_artifact

MODES = ("c", "python", "numpy")  # "python": compiled programs, called by way of Python


def prepared(mode: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The mode to ask ``function`` for, so that its functions take the call path that ``mode`` names."""
    if mode == "python":
        use_python_path(monkeypatch)
    return "c" if mode == "python" else mode


def use_python_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let functions in mode "c" be called by way of Python."""
    module: Any = sys.modules["symnum.function"]
    compiled = module._Compiled

    class OnPython(module.Function, _pyruntime.Caller):
        """As ``_Compiled``, on the other base."""

        _by_ones, _by_lengths, _form = compiled._by_ones, compiled._by_lengths, compiled._form
        _lengths, _native = compiled._lengths, compiled._native

        def __init__(self, graph: Any, settings: Any) -> None:
            self.graph, self.settings = graph, settings
            self._family: OrderedDict[Any, Any] = OrderedDict()
            artifact = c_artifact(graph, {}, settings)
            self._uncertain = artifact.kept.uncertain
            _pyruntime.Caller.__init__(self, artifact.kept.interface, artifact.run, **self._native(artifact),
                                       on_guard=self._by_ones)
    monkeypatch.setattr(module, "_Compiled", OnPython)
    monkeypatch.setattr(module, "Caller", _pyruntime.Caller)
