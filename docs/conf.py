"""Sphinx configuration; ``make docs`` builds into ``docs/_build/html``."""

from __future__ import annotations

from symnum import __version__

project = "symnum"
author = copyright = "symnum developers"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
