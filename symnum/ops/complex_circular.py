"""The ``complex`` column of circular and hyperbolic functions and their inverses; see :mod:`.complex_parts`.

The inverse functions are those of W. Kahan, "Branch Cuts for Complex Elementary Functions" (1987).
"""

from __future__ import annotations

import math
from typing import Any

from .complex_parts import choose, cis, if_all, if_any, is_infinite, is_wild, limit_of, modulus, sqrt
from .spec import Parts


def _times_i(z: Parts) -> Parts:
    return Parts(-z.im, z.re)


def _over_i(z: Parts) -> Parts:
    return Parts(z.im, -z.re)


# circular and hyperbolic functions ------------------------------------------------------------------------------

def _hyperbolic(o: Any, a: Any) -> tuple[Any, Any, Any]:
    """cosh and sinh as two numbers and a factor, each finite where the product with a sine may be."""
    limit, power = limit_of(a)
    size = o.absolute(a)
    beyond = o.greater(size, limit)
    inside = o.where(beyond, 0.0, a)
    half = 0.5 * o.exp(o.where(beyond, size - limit, 0.0))
    return (o.where(beyond, half, o.cosh(inside)), o.where(beyond, o.copysign(half, a), o.sinh(inside)),
            o.where(beyond, power, 1.0))


def _product(o: Any, size: Any, factor: Any, scale: Any) -> Any:
    """A product in which 0 wins against all else."""
    signs = o.copysign(1.0, size) * o.copysign(0.0, factor)
    return if_any(o, (o.equal(size, 0), o.equal(factor, 0)), signs, size * factor * scale)


def cosh(o: Any, node: Any, z: Parts) -> Parts:
    """cosh a cos b + i sinh a sin b."""
    ch, sh, scale = _hyperbolic(o, z.re)
    c, s = cis(o, z.im)
    lost = is_infinite(o, z.re), is_wild(o, z.im)
    return Parts(if_all(o, lost, math.inf, ch * c * scale), _product(o, sh, s, scale))


def sinh(o: Any, node: Any, z: Parts) -> Parts:
    """sinh a cos b + i cosh a sin b."""
    ch, sh, scale = _hyperbolic(o, z.re)
    c, s = cis(o, z.im)
    lost = is_infinite(o, z.re), is_wild(o, z.im)
    return Parts(if_all(o, lost, z.re, _product(o, sh, c, scale)), _product(o, ch, s, scale))


def tanh(o: Any, node: Any, z: Parts) -> Parts:
    """Kahan's formula in tan b and sinh a; far out 1 with an imaginary part that fades."""
    far = 9.0 if z.re.dtype.itemsize == 4 else 20.0
    size = o.absolute(z.re)
    beyond = o.greater(size, far)
    t, s = o.tan(z.im), o.sinh(o.where(beyond, 0.0, z.re))
    beta, square = 1.0 + t * t, s * s
    divisor = 1.0 + beta * square
    near = Parts(beta * o.sqrt(1.0 + square) * s / divisor, t / divisor)
    c, sine = cis(o, z.im)
    fading = 4.0 * sine * c * o.exp(o.where(beyond, -2.0 * size, 0.0))
    fading = if_all(o, (o.equal(size, math.inf), is_wild(o, z.im)), o.copysign(0.0, z.im), fading)
    found = choose(o, beyond, Parts(o.copysign(1.0, z.re) + 0.0 * fading, fading), near)
    re = o.where(o.equal(z.re, 0), z.re, found.re)
    return Parts(re, if_all(o, (o.isnan(z.re), o.equal(z.im, 0)), z.im, found.im))


def sin(o: Any, node: Any, z: Parts) -> Parts:
    """sinh(iz)/i."""
    return _over_i(sinh(o, node, _times_i(z)))


def cos(o: Any, node: Any, z: Parts) -> Parts:
    """cosh(iz)."""
    return cosh(o, node, _times_i(z))


def tan(o: Any, node: Any, z: Parts) -> Parts:
    """tanh(iz)/i."""
    return _over_i(tanh(o, node, _times_i(z)))


# inverse functions: W. Kahan, "Branch Cuts for Complex Elementary Functions", 1987 --------------------------------

def _roots(o: Any, node: Any, z: Parts) -> tuple[Parts, Parts]:
    """sqrt(1 - z) and sqrt(1 + z)."""
    return sqrt(o, node, Parts(1.0 - z.re, -z.im)), sqrt(o, node, Parts(1.0 + z.re, z.im))


def _far_angle(o: Any, y: Any, x: Any) -> Any:
    """The angle of a point of which a part is infinite."""
    def place(v: Any) -> Any:
        return o.where(o.isnan(v), v, o.copysign(o.where(is_infinite(o, v), 1.0, 0.0), v))
    return o.arctan2(place(y), place(x))


def arcsin(o: Any, node: Any, z: Parts) -> Parts:
    """Kahan's CASIN."""
    p, q = _roots(o, node, z)
    re = o.arctan2(z.re, p.re * q.re - p.im * q.im)
    im = o.arcsinh(p.re * q.im - p.im * q.re)
    infinite = o.equal(modulus(o, z), math.inf)
    far = Parts(_far_angle(o, z.re, o.absolute(z.im)), o.copysign(math.inf, z.im))
    found = choose(o, infinite, far, Parts(re, im))
    return Parts(o.where(o.equal(z.re, 0), z.re, found.re), found.im)


def arccos(o: Any, node: Any, z: Parts) -> Parts:
    """Kahan's CACOS."""
    p, q = _roots(o, node, z)
    re = 2.0 * o.arctan2(p.re, q.re)
    im = o.arcsinh(q.re * p.im - q.im * p.re)
    infinite = o.equal(modulus(o, z), math.inf)
    far = Parts(_far_angle(o, o.absolute(z.im), z.re), -o.copysign(math.inf, z.im))
    found = choose(o, infinite, far, Parts(re, im))
    return Parts(o.where(o.equal(z.re, 0), 0.5 * math.pi, found.re), found.im)


def arccosh(o: Any, node: Any, z: Parts) -> Parts:
    """Kahan's CACOSH."""
    p, q = sqrt(o, node, Parts(z.re - 1.0, z.im)), sqrt(o, node, Parts(z.re + 1.0, z.im))
    re = o.arcsinh(p.re * q.re + p.im * q.im)
    im = 2.0 * o.arctan2(p.im, q.re)
    infinite = o.equal(modulus(o, z), math.inf)
    found = choose(o, infinite, Parts(math.inf, _far_angle(o, z.im, z.re)), Parts(re, im))
    return Parts(found.re, o.where(o.equal(z.re, 0), o.copysign(0.5 * math.pi, z.im), found.im))


def arcsinh(o: Any, node: Any, z: Parts) -> Parts:
    """arcsin(iz)/i."""
    return _over_i(arcsin(o, node, _times_i(z)))


def arctanh(o: Any, node: Any, z: Parts) -> Parts:
    """Kahan's CATANH: log1p of 4x / ((1 - x)**2 + y**2), and the angle of (1 - x)(1 + x) - y*y + 2yi."""
    x, y = o.absolute(z.re), o.absolute(z.im)
    huge = 2.0 ** 60 if z.re.dtype.itemsize == 4 else 2.0 ** 500
    far = o.greater(o.fmax(x, y), huge)
    a, b = o.where(far, 1.0, x), o.where(far, 1.0, y)
    away = (1.0 - a) * (1.0 - a) + b * b
    near_re = 0.25 * o.log1p(4.0 * a / away)
    near_im = 0.5 * o.arctan2(2.0 * b, (1.0 - a) * (1.0 + a) - b * b)
    # Close to the pole at 1 the square of y may underflow.
    pole = o.equal(x, 1.0), o.less(y, 2.0 ** -60 if z.re.dtype.itemsize == 4 else 2.0 ** -500)
    near_re = if_all(o, pole, 0.5 * (math.log(2.0) - o.log(y)), near_re)
    large, small = o.fmax(x, y), o.minimum(x, y)
    endless = o.equal(large, math.inf)
    ratio = o.where(endless, 0.0, small / large)
    inverse = 1.0 / (large * (1.0 + ratio * ratio))
    far_re = o.where(endless, 0.0, o.where(o.greater(x, y), 1.0, ratio) * inverse)
    re = o.where(far, far_re, near_re)
    far_im = o.where(o.isnan(y), math.nan, 0.5 * math.pi + o.where(endless, 0.0, 0.0 * x))
    im = o.where(far, far_im, near_im)
    return Parts(o.where(o.equal(x, 0), z.re, o.copysign(re, z.re)), o.copysign(im, z.im))


def arctan(o: Any, node: Any, z: Parts) -> Parts:
    """arctanh(iz)/i."""
    return _over_i(arctanh(o, node, _times_i(z)))
