"""Derivatives, made from the rows of the op table."""
