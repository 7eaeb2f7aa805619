"""``python -m symnum``: what symnum finds on this machine."""

from __future__ import annotations

from .doctor import doctor

if __name__ == "__main__":
    print(doctor())
