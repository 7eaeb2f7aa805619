"""What the C compiler can begin with while the modules that write a program are still being imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Thread

from .codegen import probe
from .codegen.cache import Cache
from .codegen.compiler import Compiler
from .dtypes import dtype_class
from .ir.node import Node
from .ir.walk import topological
from .ops.spec import Text
from .options import Options


@contextmanager
def probing(outputs: Sequence[Node], compiler: Compiler, options: Options,
            cache: Cache) -> Iterator[Callable[[], None]]:
    """Compile the test programs of vector mathematics that the outputs will need, in a thread of its own.

    Gives the function that waits for it; on leaving it has ended.
    """
    thread = Thread(target=partial(probe.build_ahead, compiler, options, cache, _groups(outputs)), name="symnum-probe")
    thread.start()
    try:
        yield thread.join
    finally:
        thread.join()


def _groups(outputs: Sequence[Node]) -> dict[probe.Group, None]:
    """Dtypes and arities of the library functions that the ops of a graph call; rules may bring in others."""
    calling = (x for x in topological(outputs) if x.op.kind == "elementwise" and _calls(x))
    return dict.fromkeys((x.operands[0].dtype.char, arity) for x in calling for arity in range(1, _arity(x) + 1))


def _calls(node: Node) -> bool:
    dtype = node.operands[0].dtype
    text = node.op.c.of(dtype_class(dtype)) if dtype.kind == "f" and isinstance(node.op.c, Text) else None
    return isinstance(text, str) and ("{s}(" in text or "sn_" in text)


def _arity(node: Node) -> int:
    return 2 if node.op.name in ("power", "hypot", "arctan2") else 1
