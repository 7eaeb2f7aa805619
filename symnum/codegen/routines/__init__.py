"""Routines: Program steps that are no loops over indices, as C text or as calls of a row's reference function."""
