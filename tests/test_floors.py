"""The floors hold, and the checker sees every kind of violation when one is planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import floors

# A small package that keeps to the floors, with one door.
SOUND = {
    "__init__.py": "from .function import function\n",
    "errors.py": "",
    "options.py": "import os\nfrom .errors import Error\n",
    "ops/__init__.py": "from ..options import Options\n",
    "ir/__init__.py": "from .node import Node\n",
    "ir/node.py": "from symnum.ops import table\nimport symnum.errors\n",
    "ir/walk.py": "if TYPE_CHECKING:\n    from .verify import verify\n",
    "ir/verify.py": "from .walk import walk\n",
    "tensor/__init__.py": "from ..ir import Node\n",
    "tensor/tensor.py": "def evaluate():\n    from ..function import function\n",
    "simplify/__init__.py": "from ..ir.node import Node\n",
    "codegen/__init__.py": "from ..simplify import rules\n",
    "pipeline.py": "from .codegen import build\n",
    "function.py": "from . import pipeline\nfrom .tensor import tensor\n",
    "_runtime.pyx": "cdef int not_python\n",
}
DOORS = {"symnum.tensor.tensor": frozenset({"symnum.function"})}

# (what is planted, file, its text, kind of the violation, words that its message must contain)
PLANTED = [
    ("relative upwards", "errors.py", "from . import ir", "upward", "imports symnum.ir of floor 2"),
    ("absolute upwards", "ops/table.py", "import symnum.ir.node", "upward", "imports symnum.ir.node of"),
    ("public face", "ir/walk.py", "import symnum as sn", "upward", "imports symnum of floor 8"),
    ("in a class body", "ir/walk.py", "class A:\n    from ..tensor import x", "upward", "symnum.tensor"),
    ("in a try block", "ir/walk.py", "try:\n    import symnum.grad\nfinally:\n    1", "upward", "grad"),
    ("for annotations", "ops/table.py", "if TYPE_CHECKING:\n    from ..ir import Node", "upward", "ir"),
    ("by name", "ops/table.py", "import_module('..ir', __package__)", "upward", "symnum.ir"),
    ("same floor", "simplify/rules.py", "from ..tensor import tensor", "sideways", "symnum.tensor.tensor"),
    ("same floor, package", "tensor/x.py", "from symnum import simplify", "sideways", "symnum.simplify"),
    ("in a package", "ir/walk.py", "from . import verify", "cycle", "ir.verify imports symnum.ir.walk"),
    ("cycle by __init__", "ir/node.py", "from symnum.ir import Node", "cycle", "ir imports symnum.ir.node"),
    ("cycle on a floor", "errors.py", "from . import options", "cycle", "symnum.options"),
    ("lazy", "ir/walk.py", "def f():\n    from .node import Node", "lazy", "symnum.ir.node"),
    ("lazy upwards", "ir/walk.py", "async def f():\n    import symnum.function", "lazy", "symnum.function"),
    ("lazy by name", "ir/walk.py", "f = lambda: import_module('symnum.grad')", "lazy", "symnum.grad"),
    ("past a door", "tensor/x.py", "def f():\n    from ..function import f", "lazy", "symnum.function"),
    ("unused door", "tensor/tensor.py", "", "stale door", "symnum.function"),
]


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / "symnum" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_symnum_keeps_to_its_floors() -> None:
    assert [str(violation) for violation in floors.check()] == []


def test_import_symnum_is_light() -> None:
    assert [str(violation) for violation in floors.check_import()] == []


def test_every_floor_is_occupied() -> None:
    units = {floors.unit(name) for name in floors.modules(floors.ROOT)}
    assert units >= {unit for named in floors.FLOORS if named is not ... for unit in named}


def test_sound_tree_has_no_violation(tmp_path: Path) -> None:
    assert floors.check(plant(tmp_path, SOUND), DOORS) == []


@pytest.mark.parametrize("row", PLANTED, ids=[row[0] for row in PLANTED])
def test_planted_violation_is_found(tmp_path: Path, row: tuple[str, str, str, str, str]) -> None:
    _, file, text, kind, words = row
    found = floors.check(plant(tmp_path, SOUND | {file: text}), DOORS)
    assert [violation.kind for violation in found] == [kind]
    assert words in found[0].message


def test_violation_names_file_and_line(tmp_path: Path) -> None:
    found = floors.check(plant(tmp_path, SOUND | {"ops/table.py": "\n\nfrom ..ir import node\n"}), DOORS)
    assert [violation.place for violation in found] == ["symnum/ops/table.py:3"]


@pytest.mark.parametrize(("text", "message"), [
    ("import scipy", "loads the package scipy"),
    ("import sympy.core.basic", "loads the package sympy"),
    ("import subprocess, sys; subprocess.run([sys.executable, '-c', ''])", "starts the process"),
    ("import os; os.system('true')", "starts the process"),
    ("import ctypes\ntry: ctypes.CDLL('libcuda.so.1')\nexcept OSError: pass", "opens the library"),
])
def test_heavy_import_is_found(tmp_path: Path, text: str, message: str) -> None:
    found = floors.check_import(plant(tmp_path, {"__init__.py": text + "\n"}))
    assert any(message in violation.message for violation in found)
    assert {violation.kind for violation in found} == {"import symnum"}
