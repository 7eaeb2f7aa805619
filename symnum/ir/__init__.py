"""Graphs of nodes: construction, walks, checks, and the NumPy interpreter."""
