"""What all tests and doctests share: a kernel cache of their own, and one way to draw random cases."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import settings

# Read by symnum when it is imported, and inherited by the workers and by the processes that tests start.
os.environ.setdefault("SYMNUM_CACHE_DIR", str(Path(__file__).parent / ".pytest_cache" / "kernels"))

# A first call may wait for a compiler, so no example has a deadline; every run draws the same cases.
settings.register_profile("symnum", deadline=None, derandomize=True, print_blob=True)
# `make fuzz` draws other and more cases in each run.
FUZZ_EXAMPLES = int(os.environ.get("SYMNUM_FUZZ_EXAMPLES", "10000"))
settings.register_profile("fuzz", deadline=None, max_examples=FUZZ_EXAMPLES, print_blob=True)
settings.load_profile("symnum")
