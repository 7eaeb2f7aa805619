"""Rewrite rules, and the engine that applies them."""
