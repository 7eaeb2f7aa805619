"""The public functions that are more than one row of the op table; they take all that is array-like."""

from __future__ import annotations

from . import complex_numbers, elements, products, reductions, shaping, shaping_axes, shaping_joins, statistics
from .symbolic import lift, lift2, lift_list, lift_many

astype, clip, round = lift(elements.astype), lift(elements.clip), lift(elements.round)

real, imag, angle = lift(complex_numbers.real), lift(complex_numbers.imag), lift(complex_numbers.angle)
isreal, iscomplex = lift(complex_numbers.isreal), lift(complex_numbers.iscomplex)

sum, prod = lift(reductions.sum), lift(reductions.prod)
max, min = lift(reductions.max), lift(reductions.min)
any, all = lift(reductions.any), lift(reductions.all)
argmax, argmin = lift(reductions.argmax), lift(reductions.argmin)
mean, var, std = lift(statistics.mean), lift(statistics.var), lift(statistics.std)

reshape, ravel, squeeze = lift(shaping.reshape), lift(shaping.ravel), lift(shaping.squeeze)
expand_dims, broadcast_to = lift(shaping.expand_dims), lift(shaping.broadcast_to)
transpose, swapaxes = lift(shaping_axes.transpose), lift(shaping_axes.swapaxes)
moveaxis, concatenate = lift(shaping_axes.moveaxis), lift_list(shaping_joins.concatenate)
stack, atleast_1d = lift_list(shaping_joins.stack), lift_many(shaping.atleast_1d)

dot, matmul, outer = lift2(products.dot), lift2(products.matmul), lift2(products.outer)
tensordot = lift2(products.tensordot)

__all__ = [
    "all", "angle", "any", "argmax", "argmin", "astype", "atleast_1d", "broadcast_to", "clip", "concatenate",
    "dot", "expand_dims", "imag", "iscomplex", "isreal", "matmul", "max", "mean", "min",
    "moveaxis", "outer", "prod", "ravel", "real", "reshape", "round", "squeeze", "stack", "std", "sum",
    "swapaxes", "tensordot", "transpose", "var",
]
