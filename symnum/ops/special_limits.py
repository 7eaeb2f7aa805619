"""Operands up to which special functions are computed, by their C texts and by their references alike.

Beyond them SciPy takes a time without end, overflows its stack or prints errors of its own, and rows give NaN.
"""

from __future__ import annotations

MOST_ORDER = 100_000             # whole orders and degrees, which go by recurrence
POLYNOMIAL_OPERAND = 1e4         # operands of polynomials whose degree is no whole number
BESSEL_ORDER = 1e6               # orders of yv
LEGENDRE_ORDER = 1000            # orders of lpmv
CONFLUENT_OPERAND = 1e4          # operands of hyp1f1
GAUSS_PARAMETER = 1e5            # parameters of hyp2f1
CHI_SQUARE_PARAMETER = 1e9       # parameters of chndtr
LERCH_ORDER = 100                # orders of polylog and lerch
LERCH_OPERAND = 1e300            # operands of polylog and lerch
ALTERNATING_ORDER = -2           # orders of lerch of what is below 0, and of polylog unless they are whole
NEAR_ONE, FAR = 0.998, 500       # lerch of more than both needs too many terms, unless DLMF 25.14's series serves
POLYLOG_LOG = 2                  # logarithm of -z up to which polylog has orders that are no whole numbers
POLYGAMMA_ORDER = 100            # orders of polygamma of complex numbers, which go by a sum
POLYGAMMA_OPERAND = 1e4          # those numbers
SERIES_LOWER = 4                 # lower parameters of a hypergeometric series
SERIES_PARAMETER = 1e9           # its parameters
SERIES_OPERAND = 1e30            # what it is a series of
SERIES_TERMS = 10_000            # its terms; parameters are above minus this number
SERIES_CLOSE = 1e-15             # a term so small beside the sum may be the last
SERIES_REST = 1e-19              # what may be left out of the sum
SERIES_LOSS = 1e15               # the largest term, in units of the sum, or of its derivative times the operand
