"""Conversion between tensors and the objects of other libraries."""
