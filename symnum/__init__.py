"""symnum: mathematics over arrays, simplified, made stable, differentiated, and compiled."""

__version__ = "0.1.0.dev0"
