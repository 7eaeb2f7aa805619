"""Derivatives, made from the rows of the op table."""

from .derivative import expand, grad_nodes
from .sweep import connected, forward, reverse

__all__ = ["connected", "expand", "forward", "grad_nodes", "reverse"]
