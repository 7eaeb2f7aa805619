"""Black-Scholes prices of call and put, with delta, gamma and vega."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

RATE, VOLATILITY = 0.02, 0.3


def arrays(size: Any) -> Any:
    random, n = np.random.default_rng(0), size["n"]
    return random.uniform(50, 150, n), random.uniform(50, 150, n), random.uniform(0.1, 2, n)


def formulas(m: Any, erf: Any, spot: Any, strike: Any, years: Any) -> Any:
    deviation = VOLATILITY * m.sqrt(years)
    d1 = (m.log(spot / strike) + (RATE + VOLATILITY**2 / 2) * years) / deviation
    d2 = d1 - deviation
    delta = 0.5 * (1 + erf(d1 * math.sqrt(0.5)))
    discounted = strike * m.exp(-RATE * years)
    call = spot * delta - discounted * (0.5 * (1 + erf(d2 * math.sqrt(0.5))))
    density = m.exp(-0.5 * d1 * d1) * (1 / math.sqrt(2 * math.pi))
    return call, call - spot + discounted, delta, density / (spot * deviation), spot * density * m.sqrt(years)


def with_numpy(size: Any, *x: Any) -> Any:
    from scipy.special import erf

    return formulas(np, erf, *x)


def with_symnum(sn: Any, size: Any, *x: Any) -> Any:
    return formulas(sn, sn.erf, *x)


def with_numba(numba: Any, size: Any) -> Any:
    @numba.njit(parallel=True, error_model="numpy")
    def prices(spot: Any, strike: Any, years: Any) -> Any:
        call, put, delta, gamma, vega = [np.empty_like(spot) for _ in range(5)]
        real = spot.dtype.type
        half, one, root = real(0.5), real(1), real(math.sqrt(0.5))
        for i in numba.prange(spot.size):
            deviation = real(VOLATILITY) * np.sqrt(years[i])
            d1 = (np.log(spot[i] / strike[i]) + real(RATE + VOLATILITY**2 / 2) * years[i]) / deviation
            d2 = d1 - deviation
            delta[i] = half * (one + math.erf(d1 * root))
            discounted = strike[i] * np.exp(-real(RATE) * years[i])
            call[i] = spot[i] * delta[i] - discounted * (half * (one + math.erf(d2 * root)))
            put[i] = call[i] - spot[i] + discounted
            density = np.exp(-half * d1 * d1) * real(1 / math.sqrt(2 * math.pi))
            gamma[i] = density / (spot[i] * deviation)
            vega[i] = spot[i] * density * np.sqrt(years[i])
        return call, put, delta, gamma, vega
    return prices


def with_jax(jax: Any, size: Any, *x: Any) -> Any:
    return formulas(jax.numpy, jax.scipy.special.erf, *x)


def with_torch(torch: Any, size: Any, *x: Any) -> Any:
    return formulas(torch, torch.erf, *x)


def with_pytensor(pytensor: Any, size: Any, *x: Any) -> Any:
    return formulas(pytensor.tensor, pytensor.tensor.erf, *x)
