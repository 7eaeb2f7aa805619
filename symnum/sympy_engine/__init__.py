"""Simplification of windows of a graph by SymPy, in a process of its own, taken only if it measures better."""
