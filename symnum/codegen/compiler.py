"""Finding, identifying and running the C compiler: called directly, never through a shell.

A compiler is identified once (one run, kept on disk by path and time of change); programs are compiled once
(kept by text, flags, compiler, processor, C library and ABI version), so a later process runs no compiler.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from types import MappingProxyType

from ..errors import CompileError
from ..options import Options
from ..records import dataclass
from .abi import ABI_VERSION
from .cache import Cache, digest, warn_once

NO_COMPILER = ("symnum found no C compiler: functions run in NumPy, more slowly; "
               "cure: pip install symnum[cc], or install gcc, or set SYMNUM_CC to a C compiler")
# Sizes of a text (in characters) beyond which a lower level pays: -O3 takes more than linear time.
_LEVELS = ((150_000, "-O3"), (1_500_000, "-O2"))
# Kind of compiler -> what vector bodies need of it beside its ordinary flags.  gcc must not move functions into the
# branches of a choice, nor join sin and cos of one operand.  Partial redundancy elimination makes choices of bools of
# nested choices, for which it has no vector code.
EXTRA_FLAGS: Mapping[str, tuple[str, ...]] = MappingProxyType({"gcc": (
    "-fno-tree-sink", "-fno-tree-pre",
    "-fno-builtin-sin", "-fno-builtin-cos", "-fno-builtin-sinf", "-fno-builtin-cosf")})
# Beyond these flags, gcc's -O2 and -O3 take up to twice the time, and make no program faster by more than 2%.
# Without expensive optimisations upper halves of vectors are not cleared, and all that runs later takes longer.
# Sums over lanes are written out; what a loop of vectors leaves over is a plain loop, which is not.
_GCC_LEAST = ("-O1", "-fexpensive-optimizations")
_GCC_FAST = (*_GCC_LEAST, "-fstrict-aliasing", "-ftree-loop-vectorize", "-ftree-slp-vectorize",
             "-fvect-cost-model=dynamic", "-fpeel-loops", "--param=max-completely-peel-times=4",
             "--param=vect-epilogues-nomask=0")
_NUMBERS = ("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fwrapv")


@dataclass(frozen=True, slots=True)
class Compiler:
    """A C compiler that answers: how to run it, and what it is.

    ``kind`` is "gcc" or "clang" (zig's is clang); ``version`` the line it names itself by; ``target`` its
    triple; ``stamp`` the size and time of change of its file.
    """

    command: tuple[str, ...]
    kind: str
    version: str
    target: str
    stamp: tuple[int, int]

    @property
    def identity(self) -> str:
        """Text that changes when the compiler does."""
        return "\n".join((*self.command, self.kind, self.version, self.target, repr(self.stamp)))


def find_compiler(options: Options, cache: Cache) -> Compiler | None:
    """The compiler of ``Options.compiler``, else the first that answers of cc, gcc, clang, and zig's wheel.

    ``None``, with one warning, if there is none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     options = Options(compiler="/nowhere/cc", cache_dir=folder)
    ...     find_compiler(options, Cache(options))
    Traceback (most recent call last):
    ...
    symnum.errors.CompileError: SYMNUM_CC='/nowhere/cc' cannot be used: no such program; ...

    Raises:
        CompileError: ``Options.compiler`` is set and cannot be used.
    """
    if options.compiler:
        return _asked_for(options.compiler, cache)
    for command in _candidates():
        found = _identify(command, cache)
        if isinstance(found, Compiler):
            return found
    warn_once(NO_COMPILER)
    return None


def flags(compiler: Compiler, size: int, options: Options) -> tuple[str, ...]:
    """Flags for a text of ``size`` characters: fast, with the arithmetic of the text kept as written.

    >>> flags(Compiler(("cc",), "gcc", "gcc version 12", "x86_64-linux-gnu", (0, 0)), 1000, Options())[:2]
    ('-std=gnu11', '-O3')
    """
    level = next((level for limit, level in _LEVELS if size <= limit), "-O1")
    linking = () if sys.platform in ("darwin", "win32") else ("-Wl,-z,now", "-Wl,--no-undefined")
    quiet = () if compiler.kind == "gcc" else ("-Wno-unused-command-line-argument",)
    native = "-march=native" if platform.machine() in ("x86_64", "AMD64", "i686") else "-mcpu=native"
    own = options.cflags.split()
    warnings = () if any(flag.startswith("-W") and "," not in flag for flag in own) else ("-w",)
    return ("-std=gnu11", level, native, *_NUMBERS, "-fopenmp-simd", "-fPIC", "-shared",
            *warnings, *quiet, *linking, *own)


def optimising(kind: str, level: str) -> tuple[str, ...]:
    """Flags for an optimisation level and a kind of compiler; of gcc's ``-O3`` what is worth its time.

    >>> optimising("gcc", "-O3")[:2], optimising("clang", "-O3")
    (('-O1', '-fexpensive-optimizations'), ('-O3',))
    """
    levels = {"-O3": _GCC_FAST, "-O1": _GCC_LEAST} if kind == "gcc" else {}
    return levels.get(level, (level,))


def build(text: str, compiler: Compiler, options: Options, cache: Cache, *, libs: Sequence[str] = (),
          extra: Sequence[str] = (), units: Sequence[str] = ()) -> str:
    """Name (for :meth:`Cache.load`) of the shared object that ``text`` compiles to; compiled at most once.

    Args:
        text: a C file that includes no headers.
        libs: what to link with, as in ``("-lmvec", "-lm")``.
        extra: flags on top of :func:`flags`.
        units: the same program as several texts, which are compiled side by side.

    Raises:
        CompileError: the compiler refused the text; the message has its words and where the source is kept.
    """
    arguments = (*flags(compiler, len(text), options), *extra)
    key = digest("object", text, *arguments, "libs", *libs, compiler.identity, machine(), str(ABI_VERSION))
    whole = partial(_compile, text, compiler, arguments, tuple(libs), cache)
    return cache.build(key, partial(_compile_units, tuple(units), whole, compiler, arguments, tuple(libs), cache))


def machine() -> str:
    """Text that changes with what ``-march=native`` and the C library mean: processor, library versions.

    >>> machine() == machine()
    True
    """
    glibc = "CS_GNU_LIBC_VERSION"
    library = os.confstr(glibc) if glibc in getattr(os, "confstr_names", ()) else platform.version()
    return "\n".join((platform.machine(), _processor(), library or "", _libmvec()))


_PROCESSOR_FIELDS = {"vendor_id", "cpu family", "model", "model name", "flags", "Features", "CPU implementer",
                     "CPU architecture", "CPU variant", "CPU part"}


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = file.read(16384).split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(line for line in lines if line.split(":")[0].strip() in _PROCESSOR_FIELDS)


def _libmvec() -> str:
    """Size and time of change of the vector mathematics library, wherever distributions put it."""
    folders = ("/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib", "/lib")
    for folder in folders:
        try:
            status = os.stat(f"{folder}/libmvec.so.1")
        except OSError:
            continue
        return f"{status.st_size} {status.st_mtime_ns}"
    return "none"


def _asked_for(text: str, cache: Cache) -> Compiler:
    program = shutil.which(text)
    command: tuple[str, ...] = (program,) if program else tuple(text.split())  # as in "ccache gcc"
    program = shutil.which(command[0]) if command else None
    found = _identify((program, *command[1:]), cache) if program else "no such program"
    if isinstance(found, Compiler):
        return found
    raise CompileError(f"SYMNUM_CC={text!r} cannot be used: {found}; "
                       "cure: set it (or CC) to the path of gcc or clang, or unset it")


def _candidates() -> Iterator[tuple[str, ...]]:
    for name in ("cc", "gcc", "clang"):
        path = shutil.which(name)
        if path:
            yield (path,)
    if find_spec("ziglang"):
        yield (sys.executable, "-m", "ziglang", "cc")


def _identify(command: tuple[str, ...], cache: Cache) -> Compiler | str:
    """The compiler behind a command, or why it cannot be used; kept on disk until its file changes."""
    zig = find_spec("ziglang") if "ziglang" in command else None
    file = zig.origin if zig else shutil.which(command[-1])  # the compiler itself, also behind ccache
    try:
        status = os.stat(file or command[0])
    except OSError as error:
        return str(error)
    stamp = (status.st_size, status.st_mtime_ns)
    key = digest("compiler", *command, repr(stamp))
    known = cache.get(key)
    if isinstance(known, Compiler):
        return known
    answer = _ask(command, stamp)
    if isinstance(answer, Compiler):
        cache.put(key, answer)
    return answer


def _ask(command: tuple[str, ...], stamp: tuple[int, int]) -> Compiler | str:
    code, answer = _run((*command, "-v"))
    lines = answer.splitlines()
    version = next((line.strip() for line in lines if " version " in line), "")
    target = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("Target:")), "")
    if code or not version or not target:
        return f"it is neither gcc nor clang (others are not supported); it says {answer[:200]!r}"
    return Compiler(command, "clang" if "clang" in version else "gcc", version, target, stamp)


def _run(command: Sequence[str], text: str = "") -> tuple[int, str]:
    """Exit status and messages (in English) of a command that reads ``text``."""
    import subprocess
    english = ("env", "LC_ALL=C") if os.name == "posix" else ()
    try:
        done = subprocess.run((*english, *command), input=text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.decode(errors="replace")


def _run_all(commands: Sequence[Sequence[str]], texts: Sequence[str]) -> list[tuple[int, str]]:
    """What :func:`_run` gives for each of several commands, all of which run at once."""
    answers: dict[int, tuple[int, str]] = {}

    def run(k: int) -> None:
        answers[k] = _run(commands[k], texts[k])
    threads = [Thread(target=run, args=(k,)) for k in range(len(commands))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[k] for k in range(len(commands))]


def _compile_units(units: tuple[str, ...], whole: Callable[[Path], None], compiler: Compiler,
                   arguments: tuple[str, ...], libs: tuple[str, ...], cache: Cache, output: Path) -> None:
    """Compile the units to objects and link these; the ``whole`` where there are none, or where that fails."""
    with ExitStack() as stack:
        objects = [str(stack.enter_context(cache.scratch(".o"))) for _ in units]
        compiling = [a for a in arguments if a != "-shared" and not a.startswith("-Wl,")]
        commands = [(*compiler.command, *compiling, "-c", "-x", "c", "-", "-o", name) for name in objects]
        failed = not units or any(code for code, _ in _run_all(commands, units))
        if failed or _run((*compiler.command, *arguments, *objects, "-o", str(output), *libs))[0]:
            whole(output)


def _compile(text: str, compiler: Compiler, arguments: tuple[str, ...], libs: tuple[str, ...], cache: Cache,
             output: Path) -> None:
    command = (*compiler.command, *arguments, "-x", "c", "-", "-o", str(output), *libs)
    code, answer = _run(command, text)
    if code:
        source = cache.keep(f"{digest(text)[:16]}.c", text.encode())
        retry = " ".join((*compiler.command, *arguments, str(source), *libs))
        raise CompileError(f"{compiler.version} failed with status {code}:\n{answer[:4000]}\n"
                           f"The source is kept; to see it again: {retry}")
