"""What a function has become: the rewrites and kernels behind it, and its text in each language."""

from __future__ import annotations

