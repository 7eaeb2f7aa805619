"""The tests of kernels with generated C under sanitizers, and as strict compilers see it.

``python tools/sanitize.py`` (or ``make sanitize``) runs the tests below once for each check.  What generated code and
the runtime (call path, pools, products) do is watched; Python and NumPy run as they are.  A check first sees that a
kernel with the fault that it looks for is reported; then the tests must pass, and nothing may be reported.  Needs gcc
with its sanitizers (Debian: gcc, libc6-dev) and clang (Debian: clang); a check whose compiler is missing is an error.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS = ("test_render_programs.py", "test_render_bits.py", "test_render_random.py", "test_routines.py",
         "test_sorting.py", "test_scans.py", "test_gather.py", "test_fusion.py", "test_language_statistics.py",
         "test_language_shapes.py", "test_language_elements.py", "test_linalg.py", "test_complex.py",
         "test_float16.py", "test_training.py", "test_random_programs.py", "test_chains.py", "test_column_folds.py",
         "test_nested_folds.py", "test_quotients.py", "test_products.py", "test_small_matrices.py",
         "test_linalg_native.py", "test_vector_loops.py", "test_row_prefetch.py", "test_units.py", "test_memory.py",
         "test_calls.py", "test_runtime.py", "test_scratch.py", "test_clean_compile.py")
# Programs with sanitizers of their own, what measures or forks, what sanitizers do not see: not in the checks that run.
UNWATCHED = ("stress", "fork", "signal", "interrupt", "clean_compile", "without_scipy")
_OVERRUN = "void fault(double *x, long long n) { for (long long i = 0; i <= n; i++) x[i] = 1; }"
_SHIFT = "long long fault(double *x, long long n) { (void)x; return 1LL << (n + 70); }"
_CAST = "long long fault(double *x, long long n) { (void)n; return (long long)(x[0] + 1e30); }"
_RACE = "void fault(volatile double *x, long long n) { for (long long i = 0; i < 300 * n; i++) x[0] += 1; }"
_UNUSED = "static int unused(void) { return 1; }\nvoid fault(double *x, long long n) { (void)x; (void)n; }"
_PLACE = "SYMNUM_WATCHED_RUNTIME"    # where watched_runtime.py finds it
# The C library hands thread-local memory of ended threads to new ones, by means that the sanitizer cannot see.
_KNOWN_RACES = "race:_dl_deallocate_tls\n"
_REPORT = re.compile(r"runtime error:|ERROR: AddressSanitizer|WARNING: ThreadSanitizer")
_CALL = """
import ctypes, sys, threading
import numpy as np
fault, x, together = ctypes.CDLL(sys.argv[1]).fault, np.zeros(30_000), threading.Barrier(2)
def call():
    together.wait()
    fault(ctypes.c_void_p(x.ctypes.data), ctypes.c_longlong(x.size))
threads = [threading.Thread(target=call) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@dataclass(frozen=True, slots=True)
class Check:
    """How kernels are compiled, what must be loaded before Python, and kernels with faults that must be reported."""

    compiler: str
    flags: tuple[str, ...]
    faults: tuple[str, ...]
    libraries: tuple[str, ...] = ()


STRICT = ("-Wall", "-Wextra", "-Werror")
WATCHED = ("-O1", "-g", "-fno-omit-frame-pointer")
CHECKS: Mapping[str, Check] = {
    "gcc": Check("gcc", STRICT, (_UNUSED,)),
    "clang": Check("clang", STRICT, (_UNUSED,)),
    "address": Check("gcc", (*WATCHED, "-fsanitize=address,undefined,float-cast-overflow", "-fsanitize-recover=all"),
                     (_OVERRUN, _SHIFT, _CAST), ("libasan.so", "libubsan.so")),
    "thread": Check("gcc", (*WATCHED, "-fsanitize=thread"), (_RACE,), ("libtsan.so",)),
}


def environment(check: Check, folder: Path) -> dict[str, str]:
    """What a process that runs watched kernels needs; what it compiles is kept in ``folder``."""
    races = folder / "races"
    races.write_text(_KNOWN_RACES)
    found = {
        "SYMNUM_CC": f"env -u LD_PRELOAD {check.compiler}", "SYMNUM_CFLAGS": " ".join(check.flags),
        "SYMNUM_CACHE_DIR": str(folder / "cache"), "OPENBLAS_NUM_THREADS": "1", "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=0", "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": f"halt_on_error=0:exitcode=0:suppressions={races}"}
    if check.libraries:
        paths = (subprocess.run((check.compiler, f"-print-file-name={name}"), capture_output=True, text=True,
                                check=True).stdout.strip() for name in check.libraries)
        found["LD_PRELOAD"] = " ".join(paths)
    return {**os.environ, **found}


def runtime(check: Check, folder: Path) -> str:
    """The path of the call path, the pools and the products, built like the kernels."""
    flags = " ".join(check.flags)
    command = (sys.executable, "setup.py", "-q", "build_ext", f"--build-lib={folder}", f"--build-temp={folder}")
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "CC": check.compiler, "CFLAGS": flags,
                                                      "LDFLAGS": flags})
    return str(next(folder.glob("symnum/_runtime*.so")))


def command(check: Check, arguments: Sequence[str]) -> list[str]:
    """The tests; where they are watched, with a runtime that is."""
    paths = arguments or [str(ROOT / "tests" / test) for test in TESTS]
    plugins = ("-p", "watched_runtime") if check.libraries else ()
    without = " and ".join(f"not {word}" for word in (UNWATCHED if check.libraries else UNWATCHED[:1]))
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--capture=no", *plugins, "-k", without,
            *paths]


def reports(messages: str) -> list[str]:
    """What the sanitizers wrote among other messages, each report with the lines behind it."""
    places = [found.start() for found in _REPORT.finditer(messages)]
    return [messages[place:place + 2000] for place in places[:20]]


def is_reported(check: Check, fault: str) -> bool:
    """Whether a kernel with a fault is refused by the compiler, or reported when it runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fault.c").write_text(fault)
        built = subprocess.run((check.compiler, *check.flags, "-fPIC", "-shared", "fault.c", "-o", "fault.so"),
                               cwd=folder, capture_output=True, check=False)
        if built.returncode:
            return not check.libraries
        done = subprocess.run((sys.executable, "-c", _CALL, str(folder / "fault.so")), env=environment(check, folder),
                              stderr=subprocess.PIPE, text=True, check=False)
        return bool(reports(done.stderr))


def run(name: str, check: Check, arguments: Sequence[str]) -> list[str]:
    """What is wrong; empty if nothing is."""
    if not shutil.which(check.compiler):
        return [f"{check.compiler} is not installed; on Debian: apt-get install {check.compiler}"]
    for fault in check.faults:
        if not is_reported(check, fault):
            return [f"a fault stays unseen: {fault}"]
    with tempfile.TemporaryDirectory(prefix=f"symnum_{name}_") as folder:
        variables = environment(check, Path(folder))
        if check.libraries:
            variables[_PLACE] = os.environ.get(_PLACE) or runtime(check, Path(folder))
            variables["PYTHONPATH"] = str(ROOT / "tools")
        done = subprocess.run(command(check, arguments), cwd=ROOT, env=variables, stderr=subprocess.PIPE, text=True,
                              errors="replace", check=False)
    return reports(done.stderr) + ([f"the tests end with status {done.returncode}"] if done.returncode else [])


def main() -> int:
    """Run the checks that were asked for; 1 if one of them finds anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(CHECKS), default=list(CHECKS))
    parser.add_argument("arguments", nargs="*", help="for pytest, after --, instead of the tests of kernels")
    given = parser.parse_args()
    failed = False
    for name in given.only:
        print(f"--- {name}: {' '.join(CHECKS[name].flags)}", flush=True)
        for problem in run(name, CHECKS[name], given.arguments):
            failed = True
            print(problem[:4000], flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
