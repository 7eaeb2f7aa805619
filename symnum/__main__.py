"""``python -m symnum``: what symnum finds on this machine."""

from __future__ import annotations

from .diagnosis import doctor

if __name__ == "__main__":
    print(doctor())
