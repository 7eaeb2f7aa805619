"""Algebra with SymPy on tensors: expressions in both directions, transformations, equations, ops from formulas."""
