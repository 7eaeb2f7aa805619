"""Callables from SymPy's expressions, with SymPy's own signatures: lambdify, ufuncify, autowrap."""
