"""Notebooks run from top to bottom, and each pair of files says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_the_pair_agrees(path):
    jupytext = pytest.importorskip("jupytext")
    script, notebook = jupytext.read(path), jupytext.read(path.with_suffix(".ipynb"))
    assert [(c.cell_type, c.source) for c in script.cells] == [(c.cell_type, c.source) for c in notebook.cells]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_it_runs(path):
    jupytext = pytest.importorskip("jupytext")
    client = pytest.importorskip("nbclient")
    notebook = jupytext.read(path)
    client.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert any("image/png" in o.get("data", {}) for o in outputs)
    assert not any(o.output_type == "error" for o in outputs)


def test_there_is_a_notebook():
    assert SOURCES
