"""``function``: structures, state, updates, specialisation, and every error."""

from __future__ import annotations

import pickle
import threading

import numpy as np
import pytest

import symnum as sn
from symnum import errors

T = sn.tensor


@pytest.fixture(params=["c", "numpy"])
def mode(request):
    return request.param


def test_outputs_come_in_the_structure_given(mode):
    x = T.dscalar("x")

    def call(outputs):
        return sn.function([x], outputs, mode=mode, on_unused_input="ignore")(3.0)
    assert call(x + 1) == 4.0
    assert call([x, x * 2]) == [3.0, 6.0]
    assert call((x, x * 2)) == (3.0, 6.0)
    assert call({"a": x, "b": x * 2}) == {"a": 3.0, "b": 6.0}
    assert call(None) is None
    assert isinstance(call(x + 1), np.ndarray) and call(x + 1).shape == ()


def test_outputs_never_alias_inputs_state_or_each_other(mode):
    x, s = T.dvector("x"), sn.shared(np.arange(3.0), name="s")
    given = np.arange(3.0)
    results = sn.function([x], [x, x, s, s, x[::1]], mode=mode)(given)
    everything = [given, s.get_value(borrow=True), *results]
    for k, a in enumerate(everything):
        assert not any(np.may_share_memory(a, b) for b in everything[:k])


@pytest.mark.parametrize("shapes", [((3, 4), (4,)), ((3, 1), (4,)), ((1, 4), (4,)), ((3, 4), (1,)), ((1, 1), (1,)),
                                    ((0, 4), (4,)), ((0, 1), (4,)), ((3, 0), (1,))])
def test_unknown_lengths_broadcast_as_in_numpy(mode, shapes):
    x, y = T.dmatrix("x"), T.dvector("y")
    f = sn.function([x, y], [x * y, (x + y).sum(axis=0), sn.grad((x * y).sum(), y)], mode=mode)
    a, b = (np.arange(1.0, 1 + np.prod(s)).reshape(s) for s in shapes)
    got = f(a, b)
    np.testing.assert_array_equal(got[0], a * b)
    np.testing.assert_array_equal(got[1], (a + b).sum(axis=0))
    full = np.broadcast_to(a, np.broadcast_shapes(a.shape, b.shape))
    by_y = full.sum(axis=0)
    np.testing.assert_allclose(got[2], by_y if b.shape == by_y.shape else [by_y.sum()])


def test_a_mismatch_that_numpy_refuses_is_an_error(mode):
    x, y = T.dvector("x"), T.dvector("y")
    f = sn.function([x, y], x + y, mode=mode, name="plus")
    with pytest.raises(ValueError, match=r"3.*4|4.*3"):
        f(np.ones(3), np.ones(4))
    np.testing.assert_array_equal(f(np.ones(3), np.ones(3)), np.full(3, 2.0))


@pytest.mark.parametrize("layout", ["reversed", "strided", "fortran", "readonly", "unaligned", "swapped", "zero"])
def test_layouts(mode, layout):
    x = T.dmatrix("x")
    f = sn.function([x], [sn.exp(x) + x.T.sum(), x.sum(axis=0)], mode=mode)
    base = np.random.default_rng(0).normal(size=(7, 5))
    given = {
        "reversed": base[::-1, ::-1], "strided": np.repeat(base, 2, axis=1)[:, ::2], "fortran": np.asfortranarray(base),
        "readonly": base.copy(), "unaligned": _unaligned(base), "swapped": base.astype(base.dtype.newbyteorder()),
        "zero": np.broadcast_to(base[0], (7, 5)),
    }[layout]
    if layout == "readonly":
        given.flags.writeable = False
    want = np.asarray(given, dtype=float)
    got = f(given)
    np.testing.assert_allclose(got[0], np.exp(want) + want.sum(), rtol=1e-13)
    np.testing.assert_allclose(got[1], want.sum(axis=0), rtol=1e-13, atol=1e-14)


def _unaligned(base):
    raw = np.zeros(base.nbytes + 1, dtype=np.uint8)[1:].view(base.dtype).reshape(base.shape)
    raw[...] = base
    assert not raw.flags.aligned
    return raw


def test_updates_are_simultaneous(mode):
    a, b = sn.shared(1.0, name="a"), sn.shared(2.0, name="b")
    swap = sn.function([], None, updates={a: b * 1, b: a * 1}, mode=mode)
    swap()
    assert (a.get_value(), b.get_value()) == (2.0, 1.0)


def test_a_failed_call_changes_nothing(mode):
    x, s, t = T.dvector("x"), sn.shared(np.zeros(3), name="s"), sn.shared(0.0, name="t")
    f = sn.function([x], x.max(), updates=[(s, s + x), (t, t + 1)], mode=mode)
    for bad in (np.ones(4), np.ones((2, 2)), np.ones(3, complex), "a", None):
        with pytest.raises((ValueError, TypeError)):
            f(bad)
        np.testing.assert_array_equal(s.get_value(), np.zeros(3))
        assert t.get_value() == 0.0
    f(np.ones(3))
    np.testing.assert_array_equal(s.get_value(), np.ones(3))
    assert t.get_value() == 1.0


def test_shared_values_may_change_their_length_unless_it_is_fixed(mode):
    s = sn.shared(np.ones(3), name="s")
    f = sn.function([], s.sum(), updates=[(s, T.concatenate([s, s]))], mode=mode)
    assert [float(f()) for _ in range(3)] == [3.0, 6.0, 12.0]
    fixed = sn.shared(np.ones(3), name="fixed", shape=(3,))
    with pytest.raises(errors.ShapeError, match="fixed"):
        sn.function([], None, updates=[(fixed, T.concatenate([fixed, fixed]))], mode=mode)


def test_an_update_must_keep_fixed_lengths_at_run_time(mode):
    x, s = T.dvector("x"), sn.shared(np.zeros(3), name="s", shape=(3,))
    f = sn.function([x], None, updates=[(s, x * 1.0)], mode=mode)
    f(np.ones(3))
    with pytest.raises(ValueError, match=r"'s'.*3"):
        f(np.ones(4))
    np.testing.assert_array_equal(s.get_value(), np.ones(3))


def test_givens_replace(mode):
    x, y = T.dvector("x"), T.dvector("y")
    f = sn.function([y], (x * 2).sum(), givens={x: y + 1}, mode=mode)
    assert f([1.0, 2.0]) == 10.0


def test_large_constants_are_not_in_the_text(mode):
    table = np.random.default_rng(0).normal(size=100_000)
    x = T.dscalar("x")
    f = sn.function([x], (x * table).sum(), mode=mode)
    np.testing.assert_allclose(f(2.0), 2 * table.sum(), rtol=1e-12, atol=1e-9)
    if mode == "c":
        assert len(f.source("c")) < 50_000


def test_functions_can_be_pickled(mode):
    x, s = T.dvector("x"), sn.shared(2.0, name="s")
    f = pickle.loads(pickle.dumps(sn.function([x], sn.exp(x) * s, mode=mode)))
    np.testing.assert_allclose(f([0.0, 1.0]), 2 * np.exp([0.0, 1.0]), rtol=1e-14)


def test_threads_calling_one_function_agree(mode):
    x = T.dmatrix("x")
    f = sn.function([x], (sn.exp(x) / sn.exp(x).sum(axis=1, keepdims=True)).sum(axis=0), mode=mode)
    inputs = [np.random.default_rng(k).normal(size=(50, 40)) for k in range(8)]
    expected = [f(v) for v in inputs]
    wrong = []

    def work(k):
        for _ in range(50):
            if not np.array_equal(f(inputs[k]), expected[k]):
                wrong.append(k)
    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


X, Y, COUNT = T.dvector("x"), T.dvector("y"), T.lvector("i")
S = sn.shared(np.zeros(3), name="s")


@pytest.mark.parametrize("make, error, words", [
    (lambda: sn.function(X, X + 1), errors.GraphError, "must be a list"),
    (lambda: sn.function([X, X], X + 1), errors.GraphError, "input 1 and input 2"),
    (lambda: sn.function([X + 1], X + 2), errors.GraphError, "result of add"),
    (lambda: sn.function([S], S + 1), errors.GraphError, "shared value"),
    (lambda: sn.function([X, Y], X + 1), errors.UnusedInputError, "'y'|y.*not used"),
    (lambda: sn.function([X], X + Y), errors.MissingInputError, "y.*not in inputs"),
    (lambda: sn.function([X], sn.grad(X, X)), errors.ShapeError, "scalar"),
    (lambda: sn.grad(X.sum(), Y), errors.DisconnectedInputError, "does not depend on"),
    (lambda: sn.grad(X.sum(), COUNT), errors.DTypeError, "float"),
    (lambda: sn.function([], None, updates=[(S, S + 1), (S, S + 2)]), errors.GraphError, "has two updates"),
    (lambda: sn.function([], None, updates=[(S, S.astype("float32"))]), errors.DTypeError, "float32.*expected"),
    (lambda: sn.function([], None, updates=[(S, S.sum())]), errors.ShapeError, "shape"),
    (lambda: sn.function([], None, updates=[(X, X)]), errors.GraphError, "pair"),
    (lambda: sn.function([X], X, mode="fast"), errors.UnknownNameError, "unknown mode 'fast'"),
    (lambda: sn.function([X], X, rewrites="reel"), errors.UnknownNameError, "did you mean 'real'"),
    (lambda: sn.function([X], X, rewrites=sn.rules.without("logaddexpp")), errors.UnknownNameError, "unknown rule"),
    (lambda: sn.function([X], X, on_unused_input="no"), errors.UnknownNameError, "unknown on_unused_input"),
    (lambda: sn.function([X], "a"), errors.GraphError, "must be a tensor"),
    (lambda: T.tensor("z", dtype="float64", shape=(9,))[0:3][5], IndexError, "5"),
    (lambda: T.tensor("z", dtype="float64", shape=(3,))[3], IndexError, "3"),
    (lambda: sn.function([X], X, mode="cuda"), errors.UnsupportedError, "source"),
])
def test_bad_requests_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize("args, keywords, error, words", [
    ((), {}, TypeError, "missing.*x"),
    ((1, 2), {}, TypeError, "expected 1 argument, given 2"),
    (([1.0, 2.0],), {"x": [1.0]}, TypeError, "x"),
    ((), {"z": [1.0]}, TypeError, "'z' is not an input"),
    ((1.0,), {}, ValueError, "rank"),
    ((np.ones((2, 2)),), {}, ValueError, "rank 2"),
    ((np.ones(2, complex),), {}, TypeError, "complex"),
    (("abc",), {}, TypeError, "str"),
    (([[1.0], [2.0, 3.0]],), {}, ValueError, "equally long"),
])
def test_bad_arguments_are_named(mode, args, keywords, error, words):
    f = sn.function([X], X + 1, mode=mode, name="plus_one")
    with pytest.raises(error, match=words) as info:
        f(*args, **keywords)
    assert "plus_one" in str(info.value)


def test_dtypes_of_arguments(mode):
    x = T.fvector("x")
    f = sn.function([x], x * 2, mode=mode)
    assert f([0.1, 2]).dtype == np.float32
    assert f(np.ones(2, np.float32)).dtype == np.float32
    assert f(np.ones(2, np.int8)).dtype == np.float32
    with pytest.raises(TypeError, match=r"float64.*safe"):
        f(np.ones(2))
    assert sn.function([x], x * 2, mode=mode, allow_input_downcast=True)(np.ones(2)).dtype == np.float32


def test_an_index_out_of_range_at_run_time(mode):
    x = T.dvector("x")
    f = sn.function([x], [x[5], x[-6]], mode=mode)
    assert f(np.arange(6.0)) == [5.0, 0.0]
    with pytest.raises(IndexError, match="5"):
        f(np.arange(5.0))


def test_integers_to_negative_powers_are_refused_as_in_numpy(mode):
    x, y, s = T.lvector("x"), T.lvector("y"), sn.shared(0, name="s")
    f = sn.function([x, y], x**y, updates=[(s, s + 1)], mode=mode)
    np.testing.assert_array_equal(f([2, 3, -2], [3, 0, 3]), [8, 1, -8])
    with pytest.raises(ValueError, match="negative integer power"):
        f([2, 3], [1, -1])
    assert s.get_value() == 1
    assert f([], []).shape == (0,)


def test_rewrites_off_is_obeyed_inside_gradients():
    x = T.dscalar("x")
    cost = sn.log(1 + sn.exp(x))
    gradient = sn.grad(cost, x)
    off = sn.function([x], [cost, gradient], rewrites="off", mode="numpy")
    on = sn.function([x], [cost, gradient], mode="numpy")
    assert not np.isfinite(off(1000.0)[0]) and np.isnan(off(1000.0)[1])
    assert on(1000.0) == [1000.0, 1.0]


@pytest.mark.parametrize("rewrites", ["real", "off"])
def test_gradient_by_an_intermediate_that_a_rule_removes(mode, rewrites):
    x = T.dscalar("x")
    e = sn.exp(x)
    cost = sn.log(1 + e)
    f = sn.function([x], [sn.grad(cost, e), sn.grad(cost, x)], mode=mode, rewrites=rewrites)
    np.testing.assert_allclose(f(0.3), [1 / (1 + np.exp(0.3)), 1 / (1 + np.exp(-0.3))], rtol=1e-14)


def test_two_thousand_nodes_compile():
    x = T.dvector("x")
    y = x
    for k in range(1000):
        y = sn.sin(y) + float(k % 7)
    f = sn.function([x], y, mode="c")
    want = np.linspace(0, 1, 5)
    for k in range(1000):
        want = np.sin(want) + float(k % 7)
    np.testing.assert_allclose(f(np.linspace(0, 1, 5)), want, rtol=1e-6)


def test_prefix_sums_stay_as_many_additions():
    x = T.tensor("x", dtype="float64", shape=(2000,))
    total, sums = x[0], []
    for k in range(1, 2000):
        total = total + x[k]
        sums.append(total)
    f = sn.function([x], T.stack(sums[-3:]), mode="numpy")
    np.testing.assert_allclose(f(np.ones(2000)), [1998, 1999, 2000])
    from symnum.ir.walk import topological
    from symnum.pipeline import optimise
    final = optimise([s.node for s in sums], sn.rules, sn.Options())
    assert sum(n.op.name == "add" for n in topological(final.outputs)) == 1999


def test_a_deep_chain_prints_differentiates_and_runs():
    x = T.dscalar("x")
    y = x
    for _ in range(20_000):
        y = sn.sin(y) + 1.0
    assert len(sn.pp(y)) > 20_000
    f = sn.function([x], [y, sn.grad(y, x)], mode="numpy", rewrites="off")
    value, slope = f(0.5)
    want, by = 0.5, 1.0
    for _ in range(20_000):
        by, want = by * np.cos(want), np.sin(want) + 1.0
    assert float(value) == want
    np.testing.assert_allclose(float(slope), by, rtol=1e-9, atol=1e-300)


def test_no_floating_point_warnings(mode):
    x = T.dvector("x")
    f = sn.function([x], [sn.log(x), 1 / x, sn.exp(x), sn.sqrt(x), x.max()], mode=mode)
    with np.errstate(all="raise"):
        f([0.0, -1.0, np.inf, np.nan, 1e308])


def test_the_sign_of_a_lone_number_stays(mode):
    x = T.dvector("x")
    f = sn.function([x], [sn.grad((abs(x) - x).sum(), x), -(x * 0 + 1)], mode=mode)
    assert [r.tolist() for r in f([-1.0, 2.0])] == [[-2.0, 0.0], [-1.0, -1.0]]
