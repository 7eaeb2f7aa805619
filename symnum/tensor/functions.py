"""The public functions that are more than one row of the op table; they take all that is array-like."""

from __future__ import annotations

from . import elements, products, reductions, shaping
from .symbolic import lift, lift2, lift_list

astype, clip, round = lift(elements.astype), lift(elements.clip), lift(elements.round)

sum, prod = lift(reductions.sum), lift(reductions.prod)
max, min = lift(reductions.max), lift(reductions.min)
any, all = lift(reductions.any), lift(reductions.all)
argmax, argmin = lift(reductions.argmax), lift(reductions.argmin)
mean, var, std = lift(reductions.mean), lift(reductions.var), lift(reductions.std)

reshape, ravel, squeeze = lift(shaping.reshape), lift(shaping.ravel), lift(shaping.squeeze)
expand_dims, broadcast_to = lift(shaping.expand_dims), lift(shaping.broadcast_to)
transpose, swapaxes, moveaxis = lift(shaping.transpose), lift(shaping.swapaxes), lift(shaping.moveaxis)
concatenate, stack = lift_list(shaping.concatenate), lift_list(shaping.stack)
atleast_1d = lift(shaping.atleast_1d)

dot, matmul, outer = lift2(products.dot), lift2(products.matmul), lift2(products.outer)
tensordot = lift2(products.tensordot)

__all__ = [
    "all", "any", "argmax", "argmin", "astype", "atleast_1d", "broadcast_to", "clip", "concatenate", "dot",
    "expand_dims", "matmul", "max", "mean", "min", "moveaxis", "outer", "prod", "ravel", "reshape", "round",
    "squeeze", "stack", "std", "sum", "swapaxes", "tensordot", "transpose", "var",
]
