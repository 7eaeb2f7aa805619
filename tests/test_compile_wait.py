"""``Options.compile_wait``: NumPy serves while the compiler runs, and native code from then on."""

import importlib
import threading

import numpy as np
import pytest

import symnum as sn
from symnum.errors import CompileError
from symnum.options import Options

functions = importlib.import_module("symnum.function")


@pytest.fixture
def gate(monkeypatch):
    """What compiles waits until it is set."""
    gate, original = threading.Event(), functions.c_artifact

    def late(*args):
        assert gate.wait(30)
        return original(*args)
    monkeypatch.setattr(functions, "c_artifact", late)
    yield gate
    gate.set()


def counting(wait):
    x, total = sn.tensor.dvector("x"), sn.shared(0.0)
    with Options(compile_wait=wait).active():
        return sn.function([x], [x + 1, total], updates={total: total + x.sum()}, mode="c"), total


def test_numpy_serves_until_native_code_is_there(gate):
    f, total = counting(1)
    assert isinstance(f, functions._Awaited)
    np.testing.assert_array_equal(f([1.0, 2.0])[0], [2.0, 3.0])
    assert total.get_value() == 3.0
    gate.set()
    native = f._pending.within(None)
    assert isinstance(native, functions._Compiled)
    native_calls = []
    f._pending._made = lambda *args, **keywords: native_calls.append(args) or native(*args, **keywords)
    values, before = f(x=[4.0])
    assert native_calls and values == 5.0 and before == 3.0 and total.get_value() == 7.0
    out = [np.empty(1), np.empty(())]
    assert f([1.0], out=out)[0] is out[0] and out[0] == 2.0


def test_what_is_there_in_time_is_native(gate):
    gate.set()
    f, _ = counting(30_000)
    assert isinstance(f, functions._Compiled)


def test_by_default_functions_wait_for_the_compiler(gate):
    gate.set()
    f, _ = counting(0)
    assert Options().compile_wait == 0 and isinstance(f, functions._Compiled)


def test_an_error_of_the_compiler_is_raised_by_the_next_call(monkeypatch):
    begun = threading.Event()

    def failing(*args):
        assert begun.wait(30)
        raise CompileError("no space left")
    monkeypatch.setattr(functions, "c_artifact", failing)
    f, total = counting(1)
    f([1.0])
    begun.set()
    f._pending._thread.join()
    with pytest.raises(CompileError, match="no space left"):
        f([1.0])
    assert total.get_value() == 1.0
