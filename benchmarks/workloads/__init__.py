"""The same computation for each system, one file a workload; sizes and tolerances stand in ``workloads.toml``.

``arrays(size)`` makes the operands in float64, and ``with_numpy(size, *arrays)`` is the reference.
``with_SYSTEM(system, size, *operands)`` writes the expression for systems that trace or build graphs, and computes the
result for NumExpr; ``with_numba(numba, size)`` returns the compiled function.  ``NUMPY`` is NumPy's own function where
a wrapper around it would count.
"""
