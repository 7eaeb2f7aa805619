"""Matrix products as text, on C-contiguous memory: calls of the runtime or of the Fortran BLAS, or plain loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ir import dims
from ..ir.nest import Product
from ..ir.node import Dim
from ..records import dataclass
from .blas import function, product, routine_name

LARGEST = 2 ** 31 - 1
ON_STACK = 8192     # bytes of what a product works in that lie on its stack
_C_NAMES = {4: "float", 8: "double"}
# What the runtime's products work in (_products.c): the most rows of a tile and bytes of its columns; rows up to which
# no processor packs columns, and columns up to which all of them read rows where they lie; additions between two visits
# of a tile, bytes of packed operands, columns of a matrix that one sum goes over.
_ROWS, _TILE_BYTES, _FEW_ROWS, _FEW_BYTES = 12, 128, 96, 32
_DEPTH, _PACKED, _COLUMNS = 256, 1 << 26, 1024


@dataclass(frozen=True, slots=True)
class Operands:
    """A product with names for its matrices and text for its lengths.

    Memory that is C-contiguous with shape (m, n) is to Fortran the transposed matrix, so BLAS is asked for
    c.T = b.T @ a.T.
    """

    product: Product
    dtype: np.dtype[Any]
    a: str
    b: str
    c: str
    m: str
    n: str
    k: str


def is_one(length: Dim) -> bool:
    """Whether a length is known to be 1.

    >>> is_one(1), is_one(2)
    (True, False)
    """
    length = dims.simple(length)
    return isinstance(length, int) and length == 1


def routine(product: Product, dtype: np.dtype[Any]) -> str:
    """The BLAS function of a product.

    >>> routine(Product(0, 1, 2, False, False, 5, 1, 7), np.dtype("float32"))
    'sgemv'
    """
    vectors = is_one(product.m) + is_one(product.n)
    return routine_name(("gemm", "gemv", "dot")[vectors], _C_NAMES[dtype.itemsize])


def blas_call(given: Operands) -> str:
    """Statements that compute a product by the runtime, or by BLAS where that has none.

    ``return SN_DIMENSION`` if a length does not fit the integers of BLAS.  Its routines return at once if a length is
    0, so that an empty sum is stored here.
    """
    name, real = routine(given.product, given.dtype)[1:], _C_NAMES[given.dtype.itemsize]
    call = {"dot": _dot, "gemv": _gemv, "gemm": _gemm}[name](given)
    lengths = (("m", given.m), ("n", given.n), ("k", given.k))
    lines = [f"const sn_i64 {x} = {text};" for x, text in lengths]
    lines += [f"if (rt->multiply) return rt->multiply(rt, &{_own(given)});"] if name != "dot" else []
    lines += [f"if (m > {LARGEST} || n > {LARGEST} || k > {LARGEST}) return SN_DIMENSION;",
              "const int im = (int)m, in = (int)n, ik = (int)k, one = 1;",
              f"const {real} unit = 1, zero = 0;",
              "(void)im; (void)in; (void)ik; (void)one; (void)unit; (void)zero;",
              f"if (k == 0) for (sn_i64 i = 0; i < m * n; i++) {given.c}[i] = 0;",
              f"else if (m > 0 && n > 0) {{ {call.format(f=function(name, real))} }}"]
    return "{\n" + "".join(f"  {line}\n" for line in lines) + "}"


def _own(given: Operands) -> str:
    """The product as the runtime is asked for it."""
    a = ("1", "m") if given.product.transpose_a else ("k", "1")
    b = ("1", "k") if given.product.transpose_b else ("n", "1")
    vector = is_one(given.product.m) or 2 * is_one(given.product.n)
    return product(_C_NAMES[given.dtype.itemsize], ("m", "n", "k"), (given.a, *a), (given.b, *b), (given.c, "n"),
                   vector=int(vector))


def by_vector(wide: bool, rows: str, columns: str, places: Sequence[str], turned: bool) -> str:
    """The ``sn_product`` of a matrix of so many rows and columns, or with ``turned`` of its transpose, by a vector;
    ``places`` are the matrix, the vector and the result.

    >>> by_vector(False, "5", "7", ("a", "v", "y"), True)
    '(const sn_product){ 7, 1, 5, 0, a, 1, 7, v, 1, 1, y, 1, 0, 2, 0, 0 }'
    """
    matrix, vector, result = places
    lengths, steps = ((columns, "1", rows), ("1", columns)) if turned else ((rows, "1", columns), (columns, "1"))
    real = "double" if wide else "float"
    return product(real, lengths, (matrix, *steps), (vector, "1", "1"), (result, "1"), vector=2)


def _dot(given: Operands) -> str:
    return f"{given.c}[0] = {{f}}(&ik, {given.a}, &one, {given.b}, &one);"


def _gemv(given: Operands) -> str:
    """A matrix by a vector: C order makes a stored (rows, columns) matrix (columns, rows) to Fortran."""
    if is_one(given.product.n):
        matrix, vector, flipped, rows, columns = given.a, given.b, given.product.transpose_a, "im", "ik"
    else:
        matrix, vector, flipped, rows, columns = given.b, given.a, not given.product.transpose_b, "in", "ik"
    first, second = (rows, columns) if flipped else (columns, rows)
    # Old versions of OpenBLAS multiply what is in the result by 0, which keeps NaN.
    clear = f"for (int i = 0; i < {rows}; i++) {given.c}[i] = 0;"
    return (f"{clear} {{f}}(\"{'N' if flipped else 'T'}\", &{first}, &{second}, &unit, {matrix}, &{first}, "
            f"{vector}, &one, &zero, {given.c}, &one);")


def _gemm(given: Operands) -> str:
    flip_a, flip_b = given.product.transpose_a, given.product.transpose_b
    return (f"{{f}}(\"{'T' if flip_b else 'N'}\", \"{'T' if flip_a else 'N'}\", &in, &im, &ik, &unit, {given.b}, "
            f"&{'ik' if flip_b else 'in'}, {given.a}, &{'im' if flip_a else 'ik'}, &zero, {given.c}, &in);")


def packed_bytes(m: Dim, n: Dim, k: Dim, itemsize: int, reads: bool = False) -> Dim:
    """The most memory that the runtime takes for a product, whatever the processor; none of shorter ones takes more.

    With ``reads`` the rows of the first matrix are read where they lie, but for the last ones.

    >>> packed_bytes(1000, 1000, 1000, 8), packed_bytes(1000, 1000, 1000, 8, reads=True)
    (16216064, 8224064)
    """
    m, n = dims.simple(m), dims.simple(n)
    rows = _ROWS if reads else dims.add(m, _ROWS - 1)
    few = isinstance(m, int) and m <= _FEW_ROWS
    columns = 0 if few else dims.add(n, _TILE_BYTES // itemsize - 1)
    line = dims.multiply(dims.add(dims.add(rows, columns), 1), itemsize)
    whole = dims.multiply(line, k)
    return dims.add(dims.minimum(whole, dims.maximum(_PACKED, dims.multiply(line, _DEPTH))), 64)


def product_bytes(product: Product, dtype: np.dtype[Any]) -> Dim:
    """The most memory that a step takes while it runs.

    >>> product_bytes(Product(0, 1, 2, False, False, 5, 1, 7), np.dtype("float64"))
    0
    >>> product_bytes(Product(0, 1, 2, True, False, 500, 1, 3000), np.dtype("float64"))
    12000
    """
    size, k = dtype.itemsize, dims.simple(product.k)
    row, column = is_one(product.m), is_one(product.n)
    if row and column:
        return 0
    if row or column:
        along_rows = product.transpose_b if row else not product.transpose_a
        few = isinstance(k, int) and k <= _COLUMNS
        parts = dims.floor_divide(dims.add(k, _COLUMNS - 1), _COLUMNS)
        length = dims.multiply(product.n if row else product.m, size)
        return 0 if along_rows or few else dims.multiply(parts, length)
    n = dims.simple(product.n)
    lies_well = not product.transpose_a and isinstance(k, int) and k * size % 1024 != 0
    reads = lies_well or (isinstance(n, int) and n * size <= _FEW_BYTES)
    return packed_bytes(product.m, n, k, size, reads)


def loop_call(given: Operands) -> str:
    """A call of the function :func:`loops_text`, with strides for transposed operands.

    >>> product = Product(0, 1, 2, True, False, 5, 1, 7)
    >>> loop_call(Operands(product, np.dtype("float64"), "a", "b", "c", "5", "1", "7"))
    'sn_f64_product(5, 1, 7, a, 1, 5, b, 1, 1, c);'
    """
    a = ("1", given.m) if given.product.transpose_a else (given.k, "1")
    b = ("1", given.k) if given.product.transpose_b else (given.n, "1")
    short = {4: "f32", 8: "f64"}[given.dtype.itemsize]
    arguments = (given.m, given.n, given.k, given.a, *a, given.b, *b, given.c)
    return f"sn_{short}_product({', '.join(arguments)});"


_LOOPS = """\
static void sn_{short}_product(const sn_i64 m, const sn_i64 n, const sn_i64 k, const {real} *a, const sn_i64 a_row,
                           const sn_i64 a_column, const {real} *b, const sn_i64 b_row, const sn_i64 b_column,
                           {real} *c) {{
  for (sn_i64 i = 0; i < m; i++) {{
    for (sn_i64 j = 0; j < n; j++) c[i * n + j] = 0;
    for (sn_i64 l = 0; l < k; l++) {{
      const {real} factor = a[i * a_row + l * a_column];
      for (sn_i64 j = 0; j < n; j++) c[i * n + j] += factor * b[l * b_row + j * b_column];
    }}
  }}
}}
"""


def loops_text(short: str) -> str:
    """The definition of the product by plain loops for ``"f32"`` or ``"f64"``.

    >>> loops_text("f32").split("(")[0]
    'static void sn_f32_product'
    """
    return _LOOPS.format(short=short, real={"f32": "float", "f64": "double"}[short])
