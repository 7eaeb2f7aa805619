"""Builds and installs: one version, a complete source distribution, and life without a C compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import symnum

ROOT = Path(__file__).resolve().parent.parent
FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "MANIFEST.in")
BUILT = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "_runtime.c")

SDIST = "from setuptools import build_meta; print(build_meta.build_sdist('dist'))"
CALL = """
import sys
import warnings
# An editable install would lend its compiled module to this copy.
sys.meta_path[:] = [f for f in sys.meta_path if "Editable" not in getattr(f, "__name__", type(f).__name__)]
import numpy as np
import symnum as sn
try:
    import symnum._runtime
except ImportError:
    print("no runtime")
x, y = sn.tensor.dscalars("x", "y")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    f = sn.function([x, y], x + y)
    g = sn.function([x], sn.exp(x))
    print(f(1.5, 2.5), g(0.0))
print(len(caught), "warning")
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what a build reads, without anything that was built."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "symnum", tmp_path / "symnum", ignore=BUILT)
    return tmp_path


def run(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: text for name, text in os.environ.items() if name != "SYMNUM_REQUIRE_RUNTIME"}
    return subprocess.run([sys.executable, *arguments], cwd=tree, env=inherited | environment,
                          capture_output=True, text=True)


def extensions(tree: Path) -> list[str]:
    return [path.name for path in (tree / "symnum").iterdir() if path.suffix in (".so", ".pyd")]


def test_version_has_one_source(tree: Path) -> None:
    assert run(tree, "setup.py", "--quiet", "--version").stdout.split() == [symnum.__version__]


def test_without_compiler_the_install_works_and_functions_run(tree: Path) -> None:
    built = run(tree, "setup.py", "build_ext", "--inplace", CC="/bin/false")
    assert built.returncode == 0, built.stderr
    warned = [line for line in built.stderr.splitlines() if line.startswith("warning: symnum")]
    assert len(warned) == 1
    assert "install a C compiler" in warned[0]
    assert extensions(tree) == []

    called = run(tree, "-c", CALL, SYMNUM_CC="/bin/false", SYMNUM_CACHE_DIR=str(tree / "cache"))
    assert called.stdout.splitlines() == ["no runtime", "4.0 1.0", "1 warning"], called.stderr


def test_required_runtime_fails_without_compiler(tree: Path) -> None:
    built = run(tree, "setup.py", "build_ext", "--inplace", CC="/bin/false", SYMNUM_REQUIRE_RUNTIME="1")
    assert built.returncode != 0
    assert "/bin/false" in built.stderr


def test_source_distribution_is_complete(tree: Path) -> None:
    made = run(tree, "-c", SDIST)
    assert made.returncode == 0, made.stderr
    with tarfile.open(tree / "dist" / made.stdout.split()[-1]) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    source = {path.relative_to(tree).as_posix() for path in (tree / "symnum").rglob("*") if path.is_file()}
    assert source | set(FILES) <= packed
