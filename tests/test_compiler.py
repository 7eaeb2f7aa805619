"""The C compiler: found, identified once, run without a shell; programs compiled once."""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compilers import forbid_runs, found_in, in_folder

from symnum.codegen import compiler
from symnum.codegen.cache import warn_once
from symnum.codegen.compiler import Compiler, build, find_compiler, flags, optimising
from symnum.errors import CompileError
from symnum.options import Options


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


# --- finding and identifying ----------------------------------------------------------------------

ANSWERS = [  # (what it prints, kind, version)
    ("Target: t\ngcc version 12.2.0 (Debian 12.2.0-14)", "gcc", "gcc version 12.2.0 (Debian 12.2.0-14)"),
    ("Debian clang version 14.0.6\nTarget: t\nThread model: posix", "clang", "Debian clang version 14.0.6"),
    ("Apple clang version 15.0.0 (clang-1)\nTarget: t", "clang", "Apple clang version 15.0.0 (clang-1)"),
    ("clang version 22.1.8\nTarget: t", "clang", "clang version 22.1.8"),
]


@pytest.mark.parametrize("answer, kind, version", ANSWERS)
def test_compilers_are_told_apart(tmp_path: Path, answer: str, kind: str, version: str) -> None:
    program = script(tmp_path / "my cc", f"echo '{answer}' >&2")
    found, _, _ = found_in(tmp_path, compiler=str(program))
    assert (found.kind, found.version, found.target, found.command) == (kind, version, "t", (str(program),))


BAD_COMPILERS = [("/nowhere/cc", "no such program"), ("true", "neither gcc nor clang"),
                 ("false", "neither gcc nor clang"), ("   ", "no such program"),
                 ("nowhere -O2", "no such program")]


@pytest.mark.parametrize("text, words", BAD_COMPILERS)
def test_a_compiler_that_was_asked_for_must_work(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CompileError) as caught:
        found_in(tmp_path, compiler=text)
    assert words in str(caught.value) and "SYMNUM_CC" in str(caught.value) and "cure" in str(caught.value)


def test_a_command_with_arguments_serves(tmp_path: Path) -> None:
    found, options, cache = found_in(tmp_path, compiler="env gcc")
    assert found.command[1:] == ("gcc",) and found.kind == "gcc"
    assert cache.load(build("int a;", found, options, cache)) is not None


def test_a_compiler_is_identified_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, _ = found_in(tmp_path)
    forbid_runs(monkeypatch)
    again, _, _ = found_in(tmp_path)
    assert again == first and again.identity == first.identity


def test_a_changed_compiler_is_identified_again(tmp_path: Path) -> None:
    program = script(tmp_path / "cc", "echo 'gcc version 1'; echo 'Target: t'")
    first, _, _ = found_in(tmp_path, compiler=str(program))
    script(program, "echo 'gcc version 22'; echo 'Target: t'")
    second, _, _ = found_in(tmp_path, compiler=str(program))
    assert second.version == "gcc version 22" and first.identity != second.identity


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compiler.shutil, "which", lambda name: None)
    monkeypatch.setattr(compiler, "find_spec", lambda name: None)
    warn_once.cache_clear()
    yield
    warn_once.cache_clear()


def test_without_a_compiler_there_is_one_warning(tmp_path: Path, nothing_installed: None) -> None:
    with pytest.warns(RuntimeWarning, match=r"pip install symnum\[cc\]") as caught:
        found = [find_compiler(*in_folder(tmp_path)) for _ in range(3)]
    assert found == [None] * 3 and len(caught) == 1


def test_unsuitable_candidates_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = script(tmp_path / "cc", "exit 1")
    good = script(tmp_path / "gcc", "echo gcc version 3; echo Target: t")
    monkeypatch.setattr(compiler.shutil, "which", {"cc": str(broken), "gcc": str(good)}.get)
    found, _, _ = found_in(tmp_path)
    assert found.command == (str(good),)


@pytest.mark.slow
def test_zig_serves_where_nothing_else_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ziglang")
    monkeypatch.setattr(compiler.shutil, "which", lambda name: None)
    found, options, cache = found_in(tmp_path)
    library = cache.load(build("double twice(double x) { return 2 * x; }", found, options, cache))
    assert found.kind == "clang" and library is not None


# --- compiling ------------------------------------------------------------------------------------

ANSWER = "int answer(void) { return 42; }"


def test_a_text_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, options, cache = found_in(tmp_path)
    name = build(ANSWER, found, options, cache, libs=("-lm",))
    forbid_runs(monkeypatch)
    found, options, cache = found_in(tmp_path)
    assert build(ANSWER, found, options, cache, libs=("-lm",)) == name
    library = cache.load(name)
    assert library is not None and library.answer() == 42


Change = Callable[[Compiler, Options], dict[str, Any]]
CHANGES: list[tuple[str, Change]] = [
    ("text", lambda c, o: {"text": ANSWER + " "}),
    ("libs", lambda c, o: {"libs": ("-lm",)}),
    ("extra", lambda c, o: {"extra": ("-O0",)}),
    ("cflags", lambda c, o: {"options": o.but(cflags="-g0")}),
    ("compiler", lambda c, o: {"compiler": Compiler(c.command, c.kind, c.version, c.target, (1, 2))}),
]


@pytest.mark.parametrize("what, change", CHANGES)
def test_whatever_changes_the_result_is_in_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str,
                                                   change: Change) -> None:
    found, options, cache = found_in(tmp_path)
    given = {"text": ANSWER, "compiler": found, "options": options, "cache": cache}
    build(**given)
    forbid_runs(monkeypatch)
    with pytest.raises(AssertionError, match="runs"):
        build(**{**given, **change(found, options)})


@pytest.mark.parametrize("part", ["_processor", "_libmvec"])
def test_machine_and_libraries_are_in_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    found, options, cache = found_in(tmp_path)
    build(ANSWER, found, options, cache)
    forbid_runs(monkeypatch)
    assert getattr(compiler, part)() in compiler.machine()
    monkeypatch.setattr(compiler, part, lambda: "another")
    with pytest.raises(AssertionError, match="runs"):
        build(ANSWER, found, options, cache)


def test_a_refused_text_is_kept_with_the_way_to_see_it_again(tmp_path: Path) -> None:
    found, options, cache = found_in(tmp_path)
    text = "int f(void) { return undeclared_name; }"
    with pytest.raises(CompileError) as caught:
        build(text, found, options, cache)
    message = str(caught.value)
    assert "undeclared_name" in message and found.version in message and "error:" in message
    again = message.splitlines()[-1].split(": ", 1)[1].split()
    source = next(word for word in again if word.endswith(".c"))
    assert Path(source).read_text() == text and again[0] == found.command[0]
    ran = subprocess.run(again, capture_output=True, text=True, check=False)
    assert ran.returncode != 0 and "undeclared_name" in ran.stderr


def test_a_missing_function_fails_when_linked_and_not_when_called(tmp_path: Path) -> None:
    found, options, cache = found_in(tmp_path)
    with pytest.raises(CompileError, match="no_such_function"):
        build("double no_such_function(double); double f(double x) { return no_such_function(x); }", found,
              options, cache)


def test_messages_are_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = script(tmp_path / "cc", 'echo "gcc version $LC_ALL"; echo Target: t')
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    found, _, _ = found_in(tmp_path, compiler=str(program))
    assert found.version == "gcc version C"


def test_nothing_goes_through_a_shell(tmp_path: Path) -> None:
    program = script(tmp_path / "cc; touch broken", "echo gcc version 1; echo Target: t")
    found, _, _ = found_in(tmp_path, compiler=str(program))
    assert found.command == (str(program),) and not (Path.cwd() / "broken").exists()


def test_levels_fall_with_size(tmp_path: Path) -> None:
    found, options, _ = found_in(tmp_path)
    levels = [next(flag for flag in flags(found, size, options) if flag.startswith("-O"))
              for size in (10, 10**6, 10**7)]
    assert levels == ["-O3", "-O2", "-O1"]
    assert flags(found, 10, options.but(cflags="-g -DX=1"))[-2:] == ("-g", "-DX=1")


def test_arithmetic_is_compiled_as_written(tmp_path: Path) -> None:
    found, options, cache = found_in(tmp_path)
    text = """
void cross(const double *a, const double *b, double *y, long long n) {
  for (long long i = 0; i < n; i++) y[i] = a[i] * a[i] - b[i] * b[i];
}
double sum(double a, double b, double c) { return (a + b) + c; }
int wraps(int x) { return x + 1 < x; }
"""
    library = cache.load(build(text, found, options, cache))
    assert library is not None
    x = np.random.default_rng(0).normal(size=1000)
    arrays = x, x.copy(), (y := np.ones_like(x))
    library.cross(*(ctypes.c_void_p(array.ctypes.data) for array in arrays), ctypes.c_int64(1000))
    assert not y.any()
    library.sum.restype, library.sum.argtypes = ctypes.c_double, [ctypes.c_double] * 3
    assert library.sum(1e16, -1e16, 1.0) == 1.0 and library.sum(1e16, 1.0, -1e16) == 0.0
    assert library.wraps(2**31 - 1) == 1


@pytest.mark.parametrize("cflags, silent", [("", True), ("-O1 -Wl,-z,now", True), ("-Wall", False)])
def test_warnings_are_shown_to_who_asks_for_them(cflags: str, silent: bool) -> None:
    given = flags(Compiler(("cc",), "gcc", "gcc version 12", "t", (0, 0)), 1000, Options(cflags=cflags))
    assert ("-w" in given) == silent


@pytest.mark.skipif(platform.machine() != "x86_64" or not shutil.which("gcc"), reason="asks gcc for x86-64")
@pytest.mark.parametrize("level", ["-O1", "-O2", "-O3"])
def test_upper_halves_of_vectors_are_cleared(level: str) -> None:
    text = ("typedef double v __attribute__((vector_size(32)));"
            "void f(v *x) { v y = x[0] + x[1]; __asm__ volatile(\"\" : : \"x\"(y)); }")
    done = subprocess.run(("gcc", *optimising("gcc", level), "-mavx", "-S", "-xc", "-", "-o", "-"), input=text,
                          capture_output=True, text=True, check=True)
    assert "vzeroupper" in done.stdout
