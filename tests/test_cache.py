"""The cache: what is kept is found, what is damaged is not, processes stay out of each other's way."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import stat
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from symnum.codegen import cache as module
from symnum.codegen.cache import Cache, digest, entry_points, warn_once
from symnum.codegen.interface import Interface
from symnum.errors import CompileError
from symnum.options import Options
from tests.handmade import INTERFACES, argument

ROOT = Path(__file__).parent.parent


def cache_in(folder: Path, limit: int = 1 << 30) -> Cache:
    return Cache(Options(cache_dir=str(folder), cache_bytes=limit))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return cache_in(tmp_path)


@pytest.fixture
def shared_object(tmp_path: Path) -> Path:
    """A small shared object that exports ``sn_plan``, ``sn_run`` and ``answer``."""
    path = tmp_path / "made.so"
    text = "int answer(void) { return 42; } int sn_plan(void) { return 1; } int sn_run(void) { return 2; }"
    command = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)]
    subprocess.run(command, input=text.encode(), check=True)
    return path


def copier(source: Path, calls: list[Path]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        calls.append(path)
        path.write_bytes(source.read_bytes())
    return make


VALUES = [42, "text", b"\0\xff", {"a": (1, 2.5)}, INTERFACES["rows"], (INTERFACES["step"], "name.so")]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_are_found_again(tmp_path: Path, value: object) -> None:
    cache_in(tmp_path).put(digest("k"), value)
    found = cache_in(tmp_path).get(digest("k"))
    assert found == value and type(found) is type(value)
    assert cache_in(tmp_path).get(digest("other")) is None


def test_an_interface_survives_pickling() -> None:
    shape = Interface("f", (argument("x", "float32", -1, 3),), (), (), 1, ("dgemm",), True, 7)
    assert pickle.loads(pickle.dumps(shape)) == shape


def test_keys_delimit_their_parts() -> None:
    keys = {digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("ab", "c", ""), digest(b"ab", "c")}
    assert len(keys) == 4 and digest("ab", "c") == digest(b"ab", "c")


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "one bit": lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "checksum": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "truncated": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\0",
    "empty": lambda data: b"",
    "another file": lambda data: b"\x7fELF" + data,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_value_is_absent_and_deleted(cache: Cache, damage: Callable[[bytes], bytes]) -> None:
    cache.put(digest("k"), list(range(100)))
    path = cache.root / "values" / digest("k")
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(digest("k")) is None and not path.exists()
    cache.put(digest("k"), 5)
    assert cache.get(digest("k")) == 5


class Vanished:
    """A class that a later version does not have."""


def test_a_value_of_a_class_that_is_gone_is_absent(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put(digest("k"), Vanished())
    monkeypatch.delattr(sys.modules[__name__], "Vanished")
    assert cache.get(digest("k")) is None and not (cache.root / "values" / digest("k")).exists()


def test_objects_are_made_once(tmp_path: Path, cache: Cache, shared_object: Path) -> None:
    calls: list[Path] = []
    name = cache.build("key", copier(shared_object, calls))
    library = cache.load(name)
    assert library is not None and library.answer() == 42 and cache.load(name) is library
    assert cache_in(tmp_path).build("key", copier(shared_object, calls)) == name and len(calls) == 1
    assert cache_in(tmp_path).build("other", copier(shared_object, calls)) == name and len(calls) == 2
    assert not calls[0].exists() and sorted(p.name for p in cache.root.iterdir()) == ["objects", "values", "written"]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_object_is_made_again(tmp_path: Path, cache: Cache, shared_object: Path,
                                        damage: Callable[[bytes], bytes]) -> None:
    calls: list[Path] = []
    name = cache.build("key", copier(shared_object, calls))
    path = cache.root / "objects" / name
    good = path.read_bytes()
    path.unlink()  # the file that this process has mapped must not change
    path.write_bytes(damage(good))
    later = cache_in(tmp_path)
    assert later.load(name) is None and not path.exists()
    assert later.build("key", copier(shared_object, calls)) == name and len(calls) == 2
    assert path.read_bytes() == good


def test_what_cannot_be_loaded_is_an_error_and_not_kept(cache: Cache) -> None:
    def make(path: Path) -> None:
        path.write_bytes(b"not a shared object")
    for _ in range(2):
        with pytest.raises(CompileError, match="cannot load"):
            cache.build("key", make)
    assert not [p for p in cache.root.glob("*/*") if p.is_file()]


def test_a_failed_make_leaves_nothing(cache: Cache) -> None:
    def make(path: Path) -> None:
        path.write_bytes(b"half")
        raise CompileError("no")
    with pytest.raises(CompileError, match="no"):
        cache.build("key", make)
    assert not [p for p in cache.root.rglob("*") if p.is_file()]


def test_entry_points(cache: Cache, shared_object: Path) -> None:
    library = cache.load(cache.build("key", copier(shared_object, [])))
    assert library is not None
    plan, run = (ctypes.CFUNCTYPE(ctypes.c_int)(address) for address in entry_points(library, "sn"))
    assert (plan(), run()) == (1, 2)
    with pytest.raises(CompileError, match="no entry other"):
        entry_points(library, "other")


def test_the_size_is_bounded_and_what_was_used_last_stays(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, limit=100_000)
    for k in range(30):
        cache.put(f"{k:02}", os.urandom(10_000))
        past = time.time() - 10_000 + 100 * k
        os.utime(cache.root / "values" / f"{k:02}", (past, past))
        assert cache.get("00") is not None  # renews its time
    kept = sorted(p.name for p in (cache.root / "values").iterdir())
    assert 5 <= len(kept) <= 11 and {"00", "27", "28", "29"} <= set(kept) and "01" not in kept
    assert sum(p.stat().st_size for p in cache.root.rglob("*") if p.is_file()) <= 110_000


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files whose sizes are asked for, as they are."""
    found: list[Path] = []
    status = module._status
    monkeypatch.setattr(module, "_status", lambda path: found.append(path) or status(path))
    return found


def test_sizes_are_looked_at_rarely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = cache_in(tmp_path, limit=16 * 40 * 4096)
    for k in range(30):
        cache.put(f"{k:02}", k)
    found = looked_at(monkeypatch)
    for k in range(10):  # as if each were another process
        cache_in(tmp_path, limit=16 * 40 * 4096).put(f"{k:02}", k)
    assert not found
    cache_in(tmp_path, limit=16 * 40 * 4096).put("x", bytes(4096))
    assert {path.name for path in found} == {f"{k:02}" for k in range(30)}
    found.clear()
    cache.put("y", 1)
    assert not found and (cache.root / "written").stat().st_size == 1


def test_a_folder_without_a_count_is_looked_at(tmp_path: Path) -> None:
    cache_in(tmp_path).put("old", bytes(100_000))
    (cache_in(tmp_path).root / "written").unlink()
    cache_in(tmp_path, limit=50_000).put("new", 1)
    assert [path.name for path in (cache_in(tmp_path).root / "values").iterdir()] == ["new"]


def test_what_killed_processes_left_is_cleaned_up(tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    stale, fresh = cache.root / "tmp-1-a.so", cache.root / "tmp-2-b.so"
    for path in (stale, fresh):
        path.write_bytes(b"half")
    os.utime(stale, (1, 1))
    cache.put("k", 1)
    assert not stale.exists() and fresh.exists()


def test_the_folder_is_private(tmp_path: Path) -> None:
    cache = cache_in(tmp_path / "deep" / "folder")
    assert stat.S_IMODE(cache.root.stat().st_mode) == 0o700
    cache.put("k", 1)
    assert stat.S_IMODE((cache.root / "values").stat().st_mode) == 0o700


@pytest.fixture
def warnings_again() -> Iterator[None]:
    warn_once.cache_clear()
    yield
    warn_once.cache_clear()


def open_to_others(tmp_path: Path) -> Path:
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1").chmod(0o777)
    return tmp_path


def below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file"


UNUSABLE = [(open_to_others, "others may write"), (below_a_file, "Not a directory"),
            (lambda _: Path("/proc/symnum"), "No such file")]


@pytest.mark.parametrize("folder, words", UNUSABLE)
def test_an_unusable_folder_is_replaced_with_one_warning(
        tmp_path: Path, warnings_again: None, shared_object: Path, folder: Callable[[Path], Path],
        words: str) -> None:
    unusable = folder(tmp_path)
    with pytest.warns(RuntimeWarning, match=words) as caught:
        first, second = cache_in(unusable), cache_in(unusable)
    assert len(caught) == 1 and "SYMNUM_CACHE_DIR" in str(caught[0].message)
    assert not first.root.is_relative_to(tmp_path / "v1") and second.root.is_dir()
    first.put("k", 1)
    library = first.load(first.build("key", copier(shared_object, [])))
    assert first.get("k") == 1 and library is not None and library.answer() == 42


def test_a_full_disk_costs_nothing_but_time(cache: Cache, shared_object: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(module.os, "replace", full)
    cache.put("k", 1)
    assert cache.get("k") is None
    with pytest.raises(CompileError, match=r"No space left.*SYMNUM_CACHE_DIR"):
        cache.build("key", copier(shared_object, []))


def test_a_temporary_folder_outlives_forked_children(warnings_again: None) -> None:
    program = """
import os, sys
from symnum.codegen.cache import Cache
from symnum.options import Options
cache = Cache(Options(cache_dir="/proc/symnum"))
cache.put("k", 1)
if os.fork() == 0:
    sys.exit(0)
os.wait()
print(cache.get("k"), cache.root)
"""
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True,
                         cwd=ROOT, check=True)
    value, root = ran.stdout.split()
    assert value == "1" and not Path(root).exists()


BUILDER = """
import sys, time
from pathlib import Path
from symnum.codegen.cache import Cache
from symnum.options import Options
folder, source, log = sys.argv[1:4]
if sys.argv[4] == "without locks":
    sys.modules["fcntl"] = sys.modules["filelock"] = None
def make(path):
    with open(log, "a") as file:
        file.write("made\\n")
    time.sleep(0.5)
    path.write_bytes(Path(source).read_bytes())
cache = Cache(Options(cache_dir=folder))
for key in ("a", "b"):
    print(cache.load(cache.build(key, make)).answer())
"""


@pytest.mark.parametrize("locks, most", [("with locks", 2), ("without locks", 8)])
def test_processes_that_build_the_same_thing(tmp_path: Path, shared_object: Path, locks: str,
                                             most: int) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", BUILDER, str(tmp_path / "cache"), str(shared_object), str(log), locks]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
               for _ in range(4)]
    for process in running:
        output, errors = process.communicate(timeout=60)
        assert (output, errors) == ("42\n42\n", "")
    assert 2 <= len(log.read_text().split()) <= most
    root = tmp_path / "cache" / "v1"
    assert len(list((root / "objects").iterdir())) == 1 and not list(root.glob("tmp-*"))


WARM = """
import sys
import numpy, ctypes, pickle
import symnum.codegen.probe
from symnum.codegen import compiler, cache
from symnum.options import Options
before = set(sys.modules)
options = Options(cache_dir=sys.argv[1])
kept = cache.Cache(options)
found = compiler.find_compiler(options, kept)
name = compiler.build("int answer(void) { return 42; }", found, options, kept)
library = kept.load(name)
interface = kept.get("interface") or kept.put("interface", 1)
assert library.answer() == 42
print(*sorted(set(sys.modules) - before))
"""


def test_a_later_process_finds_everything_without_a_compiler(tmp_path: Path) -> None:
    imports = set[str]()
    for _ in range(2):
        ran = subprocess.run([sys.executable, "-c", WARM, str(tmp_path)], capture_output=True, text=True,
                             cwd=ROOT, check=True)
        imports = set(ran.stdout.split())
    # What starts a compiler, locks or looks for folders is slow to load; none of it was needed.
    assert not imports & {"subprocess", "filelock", "platformdirs", "tempfile"}


def test_libraries_stay_loaded(tmp_path: Path, shared_object: Path) -> None:
    cache = cache_in(tmp_path)
    library = cache.load(cache.build("key", copier(shared_object, [])))
    assert library is not None
    address = ctypes.cast(library.answer, ctypes.c_void_p).value
    assert address is not None
    del library, cache
    gc.collect()
    assert ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 42


def test_warnings_come_once(warnings_again: None) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for text in ("one", "two", "one"):
            warn_once(text)
    assert [str(w.message) for w in caught] == ["one", "two"]
