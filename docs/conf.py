"""Sphinx configuration; ``make docs`` builds into ``docs/_build/html``."""

from __future__ import annotations

from typing import Any

from symnum import __version__

project = "symnum"
author = copyright = "symnum developers"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
autodoc_member_order = "bysource"
autodoc_typehints = "description"


def _without_substitutions(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Absolute values are written with bars, which Sphinx would read as the names of substitutions."""
    lines[:] = [line.replace("|", "\\|") for line in lines]


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", _without_substitutions, priority=900)
