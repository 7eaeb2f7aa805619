"""Problems ready for SciPy: systems of equations, minimisers, curves to fit, integrands."""
