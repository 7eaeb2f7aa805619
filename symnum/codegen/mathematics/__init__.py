"""Own vector mathematics: branch-free C functions, with coefficients found by ``tools/minimax.py``."""
