"""Builds ``symnum._runtime``, the compiled call path; everything else is in ``pyproject.toml``.

The extension is optional: without a working C compiler the install succeeds with one warning, and the
package uses its Python call path.  ``SYMNUM_REQUIRE_RUNTIME=1`` makes that an error (``make`` sets it).
"""

from __future__ import annotations

import os
import sys
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CCompilerError, ExecError, PlatformError

SOURCES = ["symnum/_runtime.pyx", "symnum/_pool.c", "symnum/_buffers.c", "symnum/_copies.c",
           "symnum/_products.c"]
UNIX_ARGS = ["-O3", "-pthread", "-fvisibility=hidden"]
COMPILE_ARGS = {"unix": UNIX_ARGS, "mingw32": UNIX_ARGS, "msvc": ["/O2"]}
LINK_ARGS = {"unix": ["-pthread"], "mingw32": ["-pthread"]}


def numpy_include() -> list[str]:
    """NumPy's header folder; none where NumPy is not installed yet (metadata can be made without it)."""
    try:
        import numpy as np
    except ImportError:
        return []
    return [np.get_include()]


def runtime() -> Extension:
    """The extension module and its sources."""
    return Extension(
        "symnum._runtime",
        SOURCES,
        depends=[*glob("symnum/_*.h"), *glob("symnum/_*.px[di]")],
        include_dirs=["symnum", *numpy_include()],
        define_macros=[
            ("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"),
            ("NPY_TARGET_VERSION", "NPY_2_0_API_VERSION"),
        ],
        optional=os.environ.get("SYMNUM_REQUIRE_RUNTIME", "0") in ("", "0"),
    )


class BuildRuntime(build_ext):
    """``build_ext`` that adds the compiler's own flags and goes on without the extension where C fails."""

    def build_extension(self, ext: Extension) -> None:
        """Build one extension.

        Raises:
            CCompilerError: the C compiler failed and the extension is not optional.
        """
        kind = self.compiler.compiler_type
        ext.extra_compile_args = COMPILE_ARGS.get(kind, [])
        ext.extra_link_args = LINK_ARGS.get(kind, [])
        try:
            super().build_extension(ext)
        except (CCompilerError, ExecError, PlatformError) as error:
            if not ext.optional:
                raise
            reason = str(error)[-100:]  # the end says what failed, the start is the whole command
            print(f"warning: {ext.name} was not built ({reason}); symnum runs with its Python call path. "
                  "For the faster one, install a C compiler (or set CC) and install again.", file=sys.stderr)


setup(ext_modules=[runtime()], cmdclass={"build_ext": BuildRuntime})
