"""Calls that raise the errors which docstrings state, where no bad argument of an example does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import symnum as sn
from symnum import array_api as xp
from symnum import fft, linalg
from symnum import tensor as T

# What calls may name.
HARMLESS: Mapping[str, Any] = {"sn": sn, "T": T, "linalg": linalg, "fft": fft, "xp": xp, "np": np}

# Arguments whose bad values raise what is not the function's own
ARTEFACTS: Mapping[str, str] = {
    "T.where(y)": "an argument without the one before it",
    "T.fromfunction(shape)": "the example's function takes as many arguments as its shape has lengths",
    "T.fromfunction(function)": "what is called must be a function",
    "T.piecewise(args)": "they go to the example's functions, which take none",
    "T.dprint(file)": "what it prints to must be a file, as for print",
}

_RAGGED = "[[1], [2, 3]]"
_X = "x = T.dvector('x'); "
_M = "x = T.dmatrix('x'); "
_W = "w = T.shared([1.0, 2.0]); "
_F = "f = sn.function([], T.shared([1.0, 2.0]) * 2, mode='numpy'); "
_N = "n = T.shared([1.0, 2.0]); f = sn.function([], n * 2, mode='numpy'); "
_S = "import sympy; s = sympy.Symbol('s'); "
_DELTA = "sympy.DiracDelta(s)"
_COST = "x = T.dvector('x'); i = T.lvector('i'); "

CALLS: Mapping[str, Mapping[str, str]] = {
    # functions from SymPy
    "sn.lambdify": {"GraphError": _S + "sn.lambdify(s, s + sympy.Symbol('y'))",
                    "UnsupportedError": _S + "sn.lambdify(s, s, printer=1)",
                    "DTypeError": _S + "sn.lambdify(s, s, dtype='float99')",
                    "UnknownNameError": _S + "sn.lambdify(s, s, batch='first')"},
    "sn.ufuncify": {"GraphError": _S + "sn.ufuncify([], s)",
                    "UnsupportedError": _S + "sn.ufuncify(s, sympy.Function('f')(s))",
                    "DTypeError": _S + "sn.ufuncify(s, s, dtypes=['float99'])"},
    "sn.autowrap": {"ArgumentError": _S + "sn.autowrap(s + sympy.Symbol('y'), args=[s])",
                    "GraphError": _S + "sn.autowrap(s, helpers=('f', s))",
                    "UnsupportedError": _S + "sn.autowrap(sympy.DiracDelta(s))",
                    "UnknownNameError": _S + "sn.autowrap(s, backend='nothing')"},
    # the language
    "T.as_tensor": {"ShapeError": f"T.as_tensor({_RAGGED})"},
    "T.asarray": {"ShapeError": f"T.asarray({_RAGGED})"},
    "T.constant": {"ShapeError": f"T.constant({_RAGGED})"},
    "T.tensor": {"UnsupportedError": _X + "T.tensor('y', shape=(x > 0).nonzero()[0].shape)"},
    "T.assume": {"ShapeError": "T.assume(T.dvector('x'), symmetric=True)"},
    "T.clip": {"ShapeError": "T.clip([1, 2], [1, 2, 3], None)"},
    "T.squeeze": {"ShapeError": "T.squeeze(T.tensor('x', shape=(2, 3)), 0)"},
    "T.var": {"ArgumentError": "T.var([1.0, 2.0], ddof=1, correction=1)"},
    "T.nanstd": {"ArgumentError": "T.nanstd([1.0, 2.0], ddof=1, correction=1)"},
    "T.histogram_bin_edges": {"ShapeError": "T.histogram_bin_edges([1.0], [[1.0, 2.0]])"},
    "T.roll": {"ArgumentValueError": "T.roll(T.dmatrix('x'), (1, 2, 3), (0, 1))"},
    "T.put_along_axis": {"IndexBoundsError": "T.put_along_axis(T.tensor('x', shape=(2,)), [5], 1.0, 0)"},
    "T.take": {"IndexBoundsError": "T.take(T.tensor('x', shape=(2,)), 5)"},
    "T.take_along_axis": {"IndexBoundsError": "T.take_along_axis([1, 2], [5], 0).eval()"},
    "T.insert": {"IndexBoundsError": "T.insert([1, 2], 5, 0)", "ShapeError": "T.insert([1, 2], [0, 1], [1, 2, 3])"},
    "T.append": {"AxisError": "T.append([1, 2], [3], axis=1)"},
    "T.pad": {"UnsupportedError": "T.pad([1, 2], 1, 'edge', constant_values=1)"},
    "T.convolve": {"IndexBoundsError": _X + "T.convolve(x, [1.0, 2.0], 'same').eval({x: [1.0]})"},
    "T.correlate": {"IndexBoundsError": _X + "T.correlate(x, [1.0, 2.0]).eval({x: [1.0]})"},
    "T.compress": {"IndexBoundsError": "T.compress([False, True], [1]).eval()"},
    "T.extract": {"IndexBoundsError": "T.extract([False, True], [1]).eval()"},
    "T.array_equal": {"ShapeError": _X + "T.array_equal(x, [1.0, 2.0]).eval({x: [1.0, 2.0, 3.0]})"},
    "T.array_equiv": {"ShapeError": _X + "T.array_equiv(x, [1.0, 2.0]).eval({x: [1.0, 2.0, 3.0]})"},
    "T.interp": {"ArgumentValueError": "T.interp(1.0, [], []).eval()"},
    "T.geomspace": {"ArgumentValueError": "T.geomspace(0, 1)", "AxisError": "T.geomspace([1, 2], 3, axis=5)"},
    "T.einsum": {"ShapeError": "T.einsum('ij,j', T.tensor('a', shape=(2, 3)), T.tensor('b', shape=(4,)))"},
    "T.where": {"ShapeError": "T.where(True, T.tensor('x', shape=(2,)), T.tensor('y', shape=(3,)))"},
    "T.fromfunction": {"ShapeError": "T.fromfunction(lambda i: i, (-1,))"},
    "T.set_subtensor": {"ShapeError": "T.set_subtensor(T.tensor('x', shape=(4,))[:2], [1.0, 2.0, 3.0])"},
    "linalg.matrix_rank": {"ArgumentValueError": "linalg.matrix_rank(T.dmatrix('x'), 1e-3, rtol=1e-3)",
                           "LinAlgError": "linalg.matrix_rank(T.tensor('x', shape=(2, 3)), hermitian=True)"},
    "linalg.multi_dot": {"ShapeError": "linalg.multi_dot([np.ones((2, 3)), np.ones((2, 3))])"},
    "linalg.pinv": {"ArgumentValueError": "linalg.pinv(T.dmatrix('x'), 1e-3, rtol=1e-3)"},
    "linalg.qr": {"UnsupportedError": "linalg.qr(T.dmatrix('x'), 'raw')"},
    **{f"fft.{name}": {"ShapeError": f"fft.{name}(T.dmatrix('x'), (-2, 3))"}
       for name in ("fft2", "fftn", "ifft2", "ifftn", "irfft2", "irfftn", "rfft2", "rfftn")},
    "xp.asarray": {"ShapeError": f"xp.asarray({_RAGGED})"},
    "xp.argsort": {"ArgumentError": "xp.argsort(T.dscalar('x'), descending=True)"},
    "xp.from_dlpack": {"UnsupportedError": "xp.from_dlpack(T.dvector('x'))",
                       "DTypeError": "xp.from_dlpack('text')"},
    # methods of tensors
    "Tensor.name": {"GraphError": "T.dvector('x').name = 'y'"},
    "Tensor.tag": {"GraphError": "(T.dvector('x') + 1).tag.unit = 'metres'"},
    "Tensor.to_device": {"ArgumentValueError": "T.dvector('x').to_device('cuda')"},
    "Tensor.mT": {"AxisError": "T.dvector('x').mT"},
    "Tensor.reshape": {"ShapeError": "T.tensor('x', shape=(2,)).reshape(3)", "DTypeError": _X + "x.reshape(1.5)",
                       "ArgumentValueError": _X + "x.reshape(-1, order='nothing')"},
    "Tensor.transpose": {"AxisError": _M + "x.transpose(0, 2)", "DTypeError": _M + "x.transpose(1.5)"},
    "Tensor.compress": {"AxisError": _X + "x.compress([True], 1)", "ShapeError": _X + "x.compress([[True]])",
                        "IndexBoundsError": "T.constant([1]).compress([False, True]).eval()",
                        "DTypeError": _X + "x.compress('text')"},
    "Tensor.eval": {"MissingInputError": _X + "x.eval()", "DTypeError": _X + "x.eval({x: np.ones(2, complex)})",
                    "ShapeError": _X + "x.eval({x: 1.0})"},
    "SharedTensor.set_value": {"DTypeError": _W + "w.set_value(np.ones(2, complex))",
                               "ShapeError": _W + "w.set_value(1)",
                               "ArgumentValueError": "T.shared(np.int8(1)).set_value(1000)"},
    "SharedTensor.converted": {"DTypeError": _W + "w.converted(np.ones(2, complex))",
                               "ShapeError": _W + "w.converted(1)",
                               "ArgumentValueError": "T.shared(np.int8(1)).converted(1000)"},
    "SharedTensor.default_update": {"DTypeError": _W + "w.default_update = w.astype('float32')",
                                    "ShapeError": _W + "w.default_update = w.sum()"},
    "Target.get": {"IndexBoundsError": "T.tensor('x', shape=(2,)).at[5].get()"},
    **{f"Target.{name}": {
        "IndexBoundsError": f"T.tensor('x', shape=(2,)).at[5].{name}(1.0)",
        "ShapeError": f"T.tensor('x', shape=(2,)).at[:].{name}([1.0, 2.0, 3.0])",
        "DTypeError": f"T.dvector('x').at[0].{name}(1j)"}
       for name in ("set", "add", "multiply", "min", "max", "divide", "power")},
    # derivatives, functions, text
    "sn.grad": {"ShapeError": _COST + "sn.grad(x, x)", "DTypeError": _COST + "sn.grad(i.sum(), i)",
                "DisconnectedInputError": _COST + "sn.grad(x.sum(), T.dscalar('y'))",
                "UnknownNameError": _COST + "sn.grad(x.sum(), x, disconnected_inputs='nothing')"},
    "sn.value_and_grad": {
        "ShapeError": _COST + "sn.value_and_grad(x, x)", "DTypeError": _COST + "sn.value_and_grad(i.sum(), i)",
        "DisconnectedInputError": _COST + "sn.value_and_grad(x.sum(), T.dscalar('y'))",
        "UnknownNameError": _COST + "sn.value_and_grad(x.sum(), x, disconnected_inputs='nothing')"},
    "sn.expand_derivatives": {"UnknownNameError": _X + "sn.expand_derivatives(x, rewrites='nothing')",
                              "DTypeError": "sn.expand_derivatives('text')"},
    "sn.simplify": {"UnknownNameError": _X + "sn.simplify(x, engine='nothing')", "DTypeError": "sn.simplify('text')",
                    "ArgumentValueError": _X + "sn.simplify(x, engine='own', budget_ms=10)",
                    "ArgumentError": _X + "sn.simplify(x, engine='own', transforms=['factor'])"},
    "sn.expand": {"ArgumentError": _X + "sn.expand(x * x, where=sn.exp(x))", "DTypeError": "sn.expand('text')"},
    "sn.factor": {"ArgumentError": _X + "sn.factor(x * x, where=sn.exp(x))", "DTypeError": "sn.factor('text')"},
    "sn.trigsimp": {"ArgumentError": _X + "sn.trigsimp(x * x, where=sn.exp(x))", "DTypeError": "sn.trigsimp('text')"},
    "sn.collect": {"ArgumentError": _X + "sn.collect(x * x, T.dvector('y'))",
                   "DTypeError": _X + "sn.collect('text', x)"},
    "sn.horner": {"ArgumentError": _X + "sn.horner(x * x, T.dvector('y'))", "DTypeError": _X + "sn.horner('text', x)",
                  "UnsupportedError": _X + "sn.horner(x * sn.sin(x) + x, x)"},
    "sn.series": {"ArgumentError": _X + "sn.series(x * x, T.dvector('y'), 3)",
                  "ArgumentValueError": _X + "sn.series(sn.exp(x), x, 0)",
                  "DTypeError": _X + "sn.series('text', x, 3)",
                  "UnsupportedError": _X + "sn.series(sn.exp(1 / x), x, 3)"},
    "sn.solve_for": {"ArgumentError": _X + "sn.solve_for(sn.less(x, 1), x)",
                     "DTypeError": _X + "sn.solve_for('text', x)",
                     "UnsupportedError": _X + "sn.solve_for(x * x + 1, x)"},
    "T.zeta": {"ShapeError": "T.zeta(T.tensor('x', shape=(2,)), T.tensor('y', shape=(3,)))"},
    "sn.cost": {"ArgumentValueError": _X + "sn.cost(x, length=0)", "DTypeError": "sn.cost('text')"},
    "sn.function": {"GraphError": _X + "sn.function([x, x], x)",
                    "UnsupportedError": _X + "sn.function([x], x, mode='cython', precision='high')",
                    "UnknownNameError": _X + "sn.function([x], x, mode='no')",
                    "ArgumentError": _X + "sn.function([x], x, rewrites=1)"},
    "Function.source": {"UnknownNameError": _F + "f.source('nothing')"},
    "Function.export_c": {"UnsupportedError": _X + "sn.function([x], T.nonzero(x), mode='numpy').export_c('nowhere')"},
    "Function.copy": {"GraphError": _F + "f.copy(swap={T.shared(1.0): T.shared(1.0)})",
                      "DTypeError": _N + "f.copy(swap={n: T.shared([1])})",
                      "ShapeError": _N + "f.copy(swap={n: T.shared(1.0)})"},
    "sn.dumps": {"UnsupportedError": _X + "sn.dumps(sn.function([x], x, mode='numpy', rewrites=sn.RuleSet((sn.Rule("
                                          "name='own', phase='specialize', lhs=sn.rules['log1p'].lhs, "
                                          "rhs=sn.rules['log1p'].rhs, why='a test'),))))",
                 "DTypeError": "sn.dumps('text')"},
    "sn.loads": {"TextError": "sn.loads('nothing')"},
    "sn.inputs_of": {"DTypeError": "sn.inputs_of('text')"},
    "sn.from_sympy": {
        "UnsupportedError": "import sympy; sn.from_sympy(sympy.DiracDelta(sympy.Symbol('s')), symbols={})",
        "GraphError": "import sympy; sn.from_sympy(sympy.Symbol('s'), symbols={})",
        "DTypeError": "import sympy; s = sympy.Symbol('s'); sn.from_sympy(s + 1, symbols={s: 'text'})",
        "ShapeError": "import sympy; s, t = sympy.symbols('s t'); "
                      "sn.from_sympy(s + t, symbols={s: np.ones(2), t: np.ones(3)})"},
    "sn.to_sympy": {"DTypeError": "sn.to_sympy('text')", "UnknownNameError": _X + "sn.to_sympy(x, style='words')",
                    "UnsupportedError": "sn.to_sympy(T.dtensor3('x'), style='matrix')"},
    "sn.ode": {"GraphError": f"{_S}sn.ode([s], [s, s])", "UnsupportedError": f"{_S}sn.ode([{_DELTA}], [s])"},
    "sn.minimizer": {"GraphError": f"{_S}sn.minimizer(s**2, [s + 1])",
                     "ShapeError": f"{_X}sn.minimizer(x.sum(), x)",
                     "DTypeError": "i = T.lscalar('i'); sn.minimizer(i * i, [i])"},
    "sn.curve": {"GraphError": f"{_S}sn.curve('text', s, [])", "UnsupportedError": f"{_S}sn.curve({_DELTA}, s, [])"},
    "sn.integrand": {"GraphError": f"{_S}sn.integrand(s, [s, s])",
                     "UnsupportedError": f"{_S}sn.integrand({_DELTA}, [s])"},
    "sn.elementwise_from_sympy": {"ArgumentValueError": f"{_S}sn.elementwise_from_sympy('a b', s)",
                                  "GraphError": f"{_S}sn.elementwise_from_sympy('f', s, [])",
                                  "UnsupportedError": f"{_S}sn.elementwise_from_sympy('f', {_DELTA})"},
    "sn.register_sympy": {"GraphError": "sn.register_sympy(dict, abs)"},
    "sn.coverage": {"GraphError": "sn.coverage('text')"},
    # settings and rules
    "sn.set_num_threads": {"ArgumentValueError": "sn.set_num_threads(0)", "DTypeError": "sn.set_num_threads('text')"},
    "Options.from_environment": {"ArgumentValueError": "sn.Options.from_environment({'SYMNUM_THREADS': 'many'})",
                                 "UnknownNameError": "sn.Options.from_environment({'SYMNUM_MODE': 'nothing'})"},
    "Options.but": {"TypeError": "sn.Options().but(nothing=1)", "UnknownNameError": "sn.Options().but(mode='nothing')"},
    "RuleSet.without": {"UnknownNameError": "sn.rules.without('nothing')"},
    "RuleSet.only": {"UnknownNameError": "sn.rules.only('nothing')"},
    "RuleSet.keeping": {"UnknownNameError": "sn.rules.keeping('nothing')"},
    "NamespaceInfo.default_dtypes": {
        "ArgumentValueError": "xp.__array_namespace_info__().default_dtypes(device='cuda')"},
    "NamespaceInfo.dtypes": {"ArgumentValueError": "xp.__array_namespace_info__().dtypes(kind='nothing')"},
}
