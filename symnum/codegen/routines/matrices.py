"""What routines on stacks of square matrices begin with, and the text of their calls of LAPACK."""

from __future__ import annotations

from ...ir import dims
from ..abi import LINALG
from ..blas import function, product, routine_name
from ..products import LARGEST
from .site import Site

# Matrices of known lengths up to this lie on the stack; blocks of large matrices that are worked on by loops.
SMALL, BLOCK = 24, 64
# c -= a @ b, by the runtime; all with distances of rows, a and b with those of columns too.
MINUS = """\
struct {name}_room {{ const sn_rt *rt; void *memory; sn_i64 bytes; }};
static int {name}_minus(const struct {name}_room *const room, const sn_i64 m, const sn_i64 n, const sn_i64 k,
                        const {T} *a, const sn_i64 a_row, const sn_i64 a_column, const {T} *b, const sn_i64 b_row,
                        const sn_i64 b_column, {T} *c, const sn_i64 c_row) {{
  return room->rt->multiply(room->rt, &{minus});
}}
"""
# Memory for all those products, if there are any.
ROOM = """\
struct {name}_room room = {{ rt, 0, rt->multiply && n > {block} ? {bytes} : 0 }};
if (room.bytes && !(room.memory = rt->alloc(rt, room.bytes))) return SN_MEMORY;
"""
LEAVE = "if (room.memory) rt->release(rt, room.memory);\n"

# The first operand has ``count`` matrices of shape (n, m); what is wrong with one goes into the error record.
_SQUARE = """\
const sn_i64 n = {n}, m = {m}, count = {count};
values[0] = n, values[1] = m, values[2] = {op}, values[3] = 0;
if (n != m) return SN_NOT_SQUARE;
if (n > {largest}) return SN_DIMENSION;
"""


def square(site: Site) -> str:
    """Declarations of ``n`` and ``count``, and the check that the matrices of the first operand are square."""
    shape = site.call.operands[0].shape
    return _SQUARE.format(n=site.length(shape[-2]), m=site.length(shape[-1]), count=site.count(shape[:-2]),
                          op=LINALG.index(site.call.op.name), largest=LARGEST)


def is_small(site: Site) -> bool:
    """Whether the matrices are known to be small, so that no library is called."""
    n = site.call.operands[0].shape[-1]
    return isinstance(n, int) and n <= SMALL


def work_on_small(site: Site) -> int | None:
    """The price, in additions, of factors of small matrices and of solving with all columns; None for others."""
    *stack, n = site.call.operands[0].shape[:-1]
    count = dims.product(x for x in stack if isinstance(x, int))
    return 2 * count * n ** 3 if is_small(site) and isinstance(n, int) and isinstance(count, int) else None


def minus(site: Site) -> str:
    """The product in :data:`MINUS`."""
    type_ = site.type(site.call.operands[0])
    return product(type_, ("m", "n", "k"), ("a", "a_row", "a_column"), ("b", "b_row", "b_column"), ("c", "c_row"), -1,
                   room=("room->memory", "room->bytes"))


def library(site: Site, *routines: str) -> dict[str, str]:
    """Each routine by its name in upper case, as an expression that can be called."""
    type_ = site.type(site.call.operands[0])
    return {name.upper(): function(name, type_) for name in routines}


def names(site: Site, *routines: str) -> tuple[str, ...]:
    """The routines as the runtime's table names them."""
    return tuple(routine_name(name, site.type(site.call.operands[0])) for name in routines)
