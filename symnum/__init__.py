"""symnum: mathematics over arrays, simplified, made stable, differentiated, and compiled.

>>> import symnum as sn
>>> x = sn.tensor.dvector("x")
>>> f = sn.function([x], sn.log(sn.exp(x).sum()), mode="numpy")
>>> float(f([1000.0, 1000.0]))
1000.6931471805599
"""

from importlib import import_module
from typing import Any

from . import errors, tensor
from .function import Function, function
from .grad import grad, value_and_grad
from .options import Options
from .process import clear_pool, get_num_threads, pool_info, set_num_threads
from .rewriting import cost, simplify  # this loads the package ``simplify``, whose name the function takes

__version__ = "0.1.0.dev0"

# Loaded when they are first asked for: few programs need them, and each costs import time.
_MODULES = {
    "algebra.conversions": ("from_sympy", "inputs_of", "to_sympy"),
    "algebra.covered": ("coverage",),
    "algebra.solving": ("solve_for",),
    "algebra.transformations": ("collect", "expand", "factor", "horner", "series", "trigsimp"),
    "algebra.user_ops": ("elementwise_from_sympy", "register_sympy"),
    "diagnosis": ("doctor",),
    "formulas.autowrapping": ("autowrap",),
    "formulas.lambdifying": ("lambdify",),
    "formulas.ufuncs": ("ufuncify",),
    "in_out": ("In", "Out"),
    "problems.curves": ("curve",),
    "problems.integrands": ("integrand",),
    "problems.minimizers": ("minimizer",),
    "problems.odes": ("ode",),
    "seeing": ("expand_derivatives",),
    "simplify.rule": ("Rule", "RuleSet"),
    "textform": ("dumps", "loads"),
}
_LATER = {"array_api": ("array_api", ""), "fft": ("fft", ""), "linalg": ("linalg", ""),
          "rules": ("simplify.catalogue", "RULES"),
          **{name: (module, name) for module, names in _MODULES.items() for name in names}}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'symnum' has no attribute {name!r}")
    module, attribute = _LATER[name]
    found = import_module(f"symnum.{module}")
    return getattr(found, attribute) if attribute else found


# The array language: ``symnum.exp`` is ``symnum.tensor.exp``.  Inputs are made by ``symnum.tensor`` alone.
_LANGUAGE = sorted({*tensor.__all__} - {*tensor.creation.INPUTS, "tensor", "SharedTensor"})
globals().update({name: getattr(tensor, name) for name in _LANGUAGE})

__all__ = [
    "Function", "Options", "__version__", "clear_pool", "cost", "errors", "function", "get_num_threads", "grad",
    "pool_info", "set_num_threads", "simplify", "tensor", "value_and_grad", *_LANGUAGE, *_LATER]
