"""``doctor``: what symnum finds on this machine, as text."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from . import options
from .artifact import cache_of
from .codegen import compiler, probe
from .errors import CompileError
from .options import Options
from .process import Caller


def doctor() -> str:
    """Versions, compiler, vector mathematics, call path, cache and options, one line each.

    Returns:
        A text.

    Raises:
        Nothing.  What is missing is told.

    >>> print(doctor().splitlines()[0].split()[0])
    symnum
    """
    active = options.current()
    lines = [("symnum", _version("symnum")), ("python", f"{platform.python_version()}, {platform.platform()}"),
             *((name, _version(name)) for name in ("numpy", "scipy", "sympy")),
             ("call path", "compiled" if Caller.__module__.endswith("_runtime") else "Python (not compiled)"),
             *_compiler_lines(active), ("cache", str(cache_of(active).root))]
    lines += [(f"option {name}", f"{getattr(active, name)!r} ({variable}: {doc})")
              for name, variable, _, doc in Options.table()]
    return "\n".join(f"{name:24}{value}" for name, value in lines)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _compiler_lines(active: Options) -> list[tuple[str, str]]:
    cache = cache_of(active)
    try:
        found = compiler.find_compiler(active, cache)
    except CompileError as error:
        return [("compiler", str(error))]
    if found is None:
        return [("compiler", compiler.NO_COMPILER)]
    vector = probe.vector_math(found, active, cache)
    return [("compiler", f"{' '.join(found.command)}: {found.version} for {found.target}"),
            ("vector mathematics", " ".join(sorted(vector.functions)) or "none")]
