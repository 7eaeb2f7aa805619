"""The ``complex`` column of elementwise rows: real and imaginary part as formulas of real parts.

Special values (infinities, NaN, signed zeros) and branch cuts follow C99, Annex G.  No step over- or underflows unless
the result does; nothing is subtracted that could cancel, unless the result itself is that ill conditioned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..dtypes import part_of
from . import powers
from .spec import Parts

# exp(x) of parts beyond this size is made of two factors: (the limit, exp(limit)) by the width of the dtype.
LARGE = {4: (80.0, 5.540622384393510e34), 8: (700.0, 1.0142320547350045e304)}


# helpers --------------------------------------------------------------------------------------------------------

def if_any(o: Any, tests: Sequence[Any], yes: Any, no: Any) -> Any:
    """``yes`` where a test holds.  One choice inside the other: gcc makes no vector code of joined conditions."""
    for test in reversed(tests):
        no = o.where(test, yes, no)
    return no


def if_all(o: Any, tests: Sequence[Any], yes: Any, no: Any) -> Any:
    """``yes`` where all tests hold."""
    for test in reversed(tests):
        yes = o.where(test, yes, no)
    return yes


def choose(o: Any, condition: Any, yes: Parts, no: Parts) -> Parts:
    """Both parts of one of two numbers."""
    return Parts(o.where(condition, yes.re, no.re), o.where(condition, yes.im, no.im))


def is_infinite(o: Any, x: Any) -> Any:
    """Whether x is an infinity."""
    return o.equal(o.absolute(x), math.inf)


def is_wild(o: Any, x: Any) -> Any:
    """Whether x is infinite or NaN."""
    return o.not_equal(x - x, 0.0)


def nonzero(o: Any, z: Any) -> Any:
    """Whether a complex or real number is true."""
    return o.logical_or(o.not_equal(z.re, 0), o.not_equal(z.im, 0)) if isinstance(z, Parts) else z


def modulus(o: Any, z: Parts) -> Any:
    """|z| without overflow in between."""
    return o.hypot(z.re, z.im)


# arithmetic -----------------------------------------------------------------------------------------------------

def multiplied(x: Parts, y: Parts) -> Parts:
    """(a + bi)(c + di) as NumPy writes it."""
    return Parts(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re)


def true_divide(o: Any, node: Any, x: Parts, y: Parts) -> Parts:
    """Smith's quotient (Algorithm 116, CACM 5, 1962), as in NumPy; a divisor of 0 divides both parts by it."""
    size, other = o.absolute(y.re), o.absolute(y.im)
    first = o.greater_equal(size, other)
    large, small = o.where(first, y.re, y.im), o.where(first, y.im, y.re)
    zero = o.equal(large, 0)
    a, b = o.where(first, x.re, x.im), o.where(first, x.im, x.re)
    ratio = small / large
    inner = o.where(zero, a, a + b * ratio)
    outer = o.where(zero, b, o.where(first, b - a * ratio, a * ratio - b))
    scale = 1.0 / o.where(zero, size, large + small * ratio)
    return Parts(inner * scale, outer * scale)


def reciprocal(o: Any, node: Any, z: Parts) -> Parts:
    """Smith's quotient of 1."""
    first = o.greater_equal(o.absolute(z.re), o.absolute(z.im))
    large, small = o.where(first, z.re, z.im), o.where(first, z.im, z.re)
    ratio = small / large
    divisor = large + small * ratio
    return Parts(o.where(first, 1.0, ratio) / divisor, o.where(first, -ratio, -1.0) / divisor)


def square(o: Any, node: Any, z: Parts) -> Parts:
    """z * z."""
    return multiplied(z, z)


def sign(o: Any, node: Any, z: Parts) -> Parts:
    """z / |z|, 0 at 0; an infinite part counts alone."""
    size = modulus(o, z)
    far = o.equal(size, math.inf)
    a, b = (o.where(far, o.where(is_infinite(o, x), o.sign(x), 0.0), x / size) for x in (z.re, z.im))
    both = is_infinite(o, z.re), is_infinite(o, z.im)
    a, b = (if_all(o, both, math.nan, x) for x in (a, b))
    zero = o.equal(size, 0)
    return Parts(o.where(zero, 0.0, a), o.where(zero, 0.0, b))


def absolute(o: Any, node: Any, z: Parts) -> Any:
    """|z| without overflow in between."""
    return modulus(o, z)


def rint(o: Any, node: Any, z: Parts) -> Parts:
    """Each part."""
    return Parts(o.rint(z.re), o.rint(z.im))


# roots, exponentials, logarithms --------------------------------------------------------------------------------

def sqrt(o: Any, node: Any, z: Parts) -> Parts:
    """The root with real part >= 0 (W. Kahan, "Branch Cuts for Complex Elementary Functions", 1987)."""
    # Powers of 4 that keep |z| away from both ends of the exponents, and their roots.
    top, tiny, up = (2.0 ** 126, 2.0 ** -100, 2.0 ** 24) if z.re.dtype.itemsize == 4 else (
        2.0 ** 1022, 2.0 ** -960, 2.0 ** 54)
    largest = o.maximum(o.absolute(z.re), o.absolute(z.im))
    low, high = o.less(largest, tiny), o.greater(largest, top)
    scale = o.where(low, up * up, o.where(high, 0.25, 1.0))
    back = o.where(low, 1.0 / up, o.where(high, 2.0, 1.0))
    a, b = z.re * scale, z.im * scale
    root = o.sqrt(0.5 * o.absolute(a) + 0.5 * o.hypot(a, b))
    half = b / (2.0 * root)
    right = o.greater_equal(a, 0)
    found = Parts(o.where(right, root, o.absolute(half)) * back,
                  o.where(right, half, o.copysign(root, b)) * back)
    found = choose(o, o.equal(root, 0), Parts(o.absolute(z.re), z.im), found)
    return choose(o, is_infinite(o, z.im), Parts(o.absolute(z.im), z.im), found)


def cis(o: Any, b: Any) -> tuple[Any, Any]:
    """Cosine and sine."""
    return o.cos(b), o.sin(b)


def limit_of(x: Any) -> tuple[float, float]:
    """The number beyond which the exponential is made of two factors, and its exponential."""
    return LARGE[x.dtype.itemsize]


def exp(o: Any, node: Any, z: Parts) -> Parts:
    """e**a (cos b + i sin b); e**a may overflow where a product with a small cosine or sine does not."""
    limit, power = limit_of(z.re)
    beyond = o.greater(z.re, limit)
    size = o.exp(o.where(beyond, z.re - limit, z.re))
    scale = o.where(beyond, power, 1.0)
    c, s = cis(o, z.im)
    re, im = size * c * scale, size * s * scale
    wild = is_wild(o, z.im)
    re = if_all(o, (wild, is_infinite(o, z.re)), size, re)
    im = if_all(o, (wild, o.equal(size, 0)), 0.0, im)
    return Parts(re, o.where(o.equal(z.im, 0), z.im, im))


def exp2(o: Any, node: Any, z: Parts) -> Parts:
    """exp(z log 2)."""
    return exp(o, node, Parts(z.re * math.log(2.0), z.im * math.log(2.0)))


def expm1(o: Any, node: Any, z: Parts) -> Parts:
    """exp, less 1; of small a the real part is "expm1(a) cos b - 2 sin(b/2)**2", in which nothing is lost near 0."""
    plain = exp(o, node, z)
    half = o.sin(0.5 * z.im)
    near = o.expm1(z.re) * o.cos(z.im) - 2.0 * half * half
    return Parts(o.where(o.less(o.absolute(z.re), 1.0), near, plain.re - 1.0), plain.im)


def _log_modulus(o: Any, z: Parts) -> Any:
    """log |z| as log m + log1p((n/m)**2)/2 for the larger and the smaller part: no overflow, no loss near 1."""
    a, b = o.absolute(z.re), o.absolute(z.im)
    large, small = o.fmax(a, b), o.minimum(a, b)
    ratio = o.where(o.equal(large, 0), small, o.where(o.equal(large, math.inf), 0.0, small / large))
    return o.log(large) + 0.5 * o.log1p(ratio * ratio)


def log(o: Any, node: Any, z: Parts) -> Parts:
    """log |z| and the angle in [-pi, pi]."""
    return Parts(_log_modulus(o, z), o.arctan2(z.im, z.re))


def _log_to(base: float) -> Any:
    def rule(o: Any, node: Any, z: Parts) -> Parts:
        found = log(o, node, z)
        return Parts(found.re * (1.0 / math.log(base)), found.im * (1.0 / math.log(base)))
    return rule


log2, log10 = _log_to(2.0), _log_to(10.0)


def log1p(o: Any, node: Any, z: Parts) -> Parts:
    """log(1 + z); near 0 the modulus is 1 + a(2 + a) + b*b, squared."""
    moved = Parts(1.0 + z.re, z.im)
    near = o.less(o.maximum(o.absolute(z.re), o.absolute(z.im)), 0.5)
    square = z.re * (2.0 + z.re) + z.im * z.im
    re = o.where(near, 0.5 * o.log1p(o.where(near, square, 0.0)), _log_modulus(o, moved))
    return Parts(re, o.arctan2(z.im, moved.re))


# powers ---------------------------------------------------------------------------------------------------------

_MOST_FACTORS = 99  # of a power that is written as a product, as in NumPy


def power(o: Any, node: Any, x: Parts, y: Parts) -> Parts:
    """A product for a small whole number that is known, else exp(y log x); 0 to a power of positive real part is 0."""
    known = _whole(node.operands[1])
    if known is not None and abs(known) <= _MOST_FACTORS:
        return _repeated(o, node, x, known)
    usual = exp(o, node, multiplied(y, log(o, node, x)))
    at_zero = o.equal(x.re, 0), o.equal(x.im, 0)
    none, once = (o.equal(y.re, 0), o.equal(y.im, 0)), (o.equal(y.re, 1), o.equal(y.im, 0))
    of_zero = o.where(o.greater(y.re, 0), 0.0, math.nan)
    re, im = (if_all(o, at_zero, of_zero, part) for part in (usual.re, usual.im))
    return Parts(if_all(o, none, 1.0, if_all(o, once, x.re, re)), if_all(o, none, 0.0, if_all(o, once, x.im, im)))


def _whole(exponent: Any) -> int | None:
    """The whole number that fills an exponent, if it is plainly a constant."""
    while exponent.op.name in ("broadcast_to", "expand_dims", "reshape", "cast"):
        exponent = exponent.inputs[0]
    if exponent.op.name != "constant" or exponent.shape != ():
        return None
    value = complex(exponent.attr("literal").array)
    return int(value.real) if value.imag == 0 and value.real.is_integer() else None


def _repeated(o: Any, node: Any, x: Parts, count: int) -> Parts:
    if not count:
        return Parts(0.0 * x.re + 1.0, 0.0 * x.re)
    product = powers.power(x, abs(count), multiplied)
    return reciprocal(o, node, product) if count < 0 else product


# comparisons, logic, and conversion -----------------------------------------------------------------------------

def equal(o: Any, node: Any, x: Parts, y: Parts) -> Any:
    """Both parts are equal."""
    return o.logical_and(o.equal(x.re, y.re), o.equal(x.im, y.im))


def not_equal(o: Any, node: Any, x: Parts, y: Parts) -> Any:
    """A part differs."""
    return o.logical_or(o.not_equal(x.re, y.re), o.not_equal(x.im, y.im))


def isnan(o: Any, node: Any, z: Parts) -> Any:
    """A part is NaN."""
    return o.logical_or(o.isnan(z.re), o.isnan(z.im))


def isinf(o: Any, node: Any, z: Parts) -> Any:
    """A part is infinite."""
    return o.logical_or(o.isinf(z.re), o.isinf(z.im))


def isfinite(o: Any, node: Any, z: Parts) -> Any:
    """Both parts are finite."""
    return o.logical_and(o.isfinite(z.re), o.isfinite(z.im))


def logic(name: str) -> Any:
    """A logical op of whether operands differ from 0."""
    def rule(o: Any, node: Any, *xs: Any) -> Any:
        return getattr(o, name)(*(nonzero(o, x) for x in xs))
    return rule


def where(o: Any, node: Any, condition: Any, x: Parts, y: Parts) -> Parts:
    """Each part."""
    return choose(o, condition, x, y)


def cast(o: Any, node: Any, x: Any) -> Any:
    """To complex with imaginary part 0, to bool by whether it is not 0, to other real dtypes the real part."""
    wanted = node.dtype
    if wanted.kind == "b":
        return nonzero(o, x)
    if wanted.kind != "c":
        return o.cast(x.re, dtype=wanted)
    given = x if isinstance(x, Parts) else Parts(x, 0.0)
    return Parts(_as(o, given.re, part_of(wanted)), _as(o, given.im, part_of(wanted)))


def _as(o: Any, x: Any, dtype: Any) -> Any:
    return x if isinstance(x, float) or x.dtype == dtype else o.cast(x, dtype=dtype)
