"""Facts of matrices, how they follow from operands: symmetric, definite, triangular, diagonal, orthogonal, regular.

A fact is a name of ``ops.assumptions.MATRIX_FACTS``, which users may state, or of ``DERIVED``.  It speaks of each
matrix of the last two axes, as a matrix of real numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ..ir.node import Node
from ..ops.linalg_matrices import is_turned
from .bands import Band, band_of
from .facts import Facts
from .numbers import exact_of, scalar_of

MatrixFacts = frozenset[str]
NO_FACTS: MatrixFacts = frozenset()
# What users do not state: no negative eigenvalue; an inverse; a diagonal of positive numbers, or of ones; ones on the
# diagonal and zeros elsewhere; columns, or rows, that are orthogonal and of length 1.
DERIVED = ("positive_semidefinite", "regular", "positive_diagonal", "unit_diagonal", "identity", "orthonormal_columns",
           "orthonormal_rows")
# A node, its operands' facts, and what tells the facts of elements -> its own.
Elements = Callable[[Node], Facts]
Transfer = Callable[[Node, tuple[MatrixFacts, ...], Elements], MatrixFacts]

LOWER, UPPER = "lower_triangular", "upper_triangular"
_TRIANGLES = frozenset({LOWER, UPPER})
_ALL_OF: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(given.split()), frozenset(found.split())) for given, found in (
        ("identity", "diagonal positive_definite orthogonal unit_diagonal"),
        ("positive_definite", "symmetric positive_semidefinite regular positive_diagonal"),
        ("positive_semidefinite", "symmetric"), ("positive_semidefinite regular", "positive_definite"),
        ("diagonal", "symmetric lower_triangular upper_triangular"), ("lower_triangular upper_triangular", "diagonal"),
        ("lower_triangular symmetric", "diagonal"), ("upper_triangular symmetric", "diagonal"),
        ("unit_diagonal", "positive_diagonal"), ("diagonal unit_diagonal", "identity"),
        ("diagonal positive_diagonal", "positive_definite"), ("lower_triangular positive_diagonal", "regular"),
        ("upper_triangular positive_diagonal", "regular"), ("orthogonal", "orthonormal_columns orthonormal_rows"),
        ("orthonormal_columns", "orthogonal"), ("orthonormal_rows", "orthogonal"), ("orthogonal", "regular")))
_OF_ANY_SHAPE = frozenset({"diagonal", *_TRIANGLES, "orthonormal_columns", "orthonormal_rows"})
_TURNED: Mapping[str, str] = MappingProxyType({
    LOWER: UPPER, UPPER: LOWER, "orthonormal_columns": "orthonormal_rows", "orthonormal_rows": "orthonormal_columns"})
_MOST_ELEMENTS = 4096  # of a constant matrix that is looked at


def matrix_facts(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    """What is known of a node, given what is known of each of its operands; nothing if it has no two axes.

    >>> from symnum.ir.build import input_leaf, o
    >>> a = input_leaf("a", "float64", (4, 3))
    >>> sorted(matrix_facts(o.dot(o.transpose(a, axes=(1, 0)), a), (NO_FACTS, NO_FACTS), lambda x: Facts()))
    ['positive_semidefinite', 'symmetric']
    """
    if len(node.shape) < 2 or node.dtype.kind == "c":
        return NO_FACTS
    transfer = _TRANSFERS.get(node.op.name, _elementwise if node.op.kind == "elementwise" else None)
    return NO_FACTS if transfer is None else closed(node, transfer(node, operands, elements))


def closed(node: Node, facts: MatrixFacts) -> MatrixFacts:
    """The facts, and all that follow from them."""
    if not facts:
        return facts
    square = _is_square(node)
    found = set(facts)
    for _ in range(len(_ALL_OF)):
        size = len(found)
        for given, more in _ALL_OF:
            if given <= found and (square or not given & {"orthonormal_columns", "orthonormal_rows"}):
                found |= more
        if len(found) == size:
            break
    return frozenset(found if square else found & _OF_ANY_SHAPE)


def _is_square(node: Node) -> bool:
    return bool(node.shape[-1] == node.shape[-2])


def turned_facts(facts: MatrixFacts) -> MatrixFacts:
    """The facts of the transposed matrix."""
    return frozenset(_TURNED.get(f, f) for f in facts)


# what is stated, and moves ------------------------------------------------------------------------------------

def _stated(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    return operands[0] | frozenset(f for f in node.attr("facts") if f not in ("positive", "nonnegative"))


def _constant(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    x = node.attr("literal").array
    if x.ndim != 2 or not 0 < x.size <= _MOST_ELEMENTS or x.dtype.kind not in "fiu":
        return NO_FACTS
    numbers = np.diagonal(x)
    checks = {LOWER: not np.triu(x, 1).any(), UPPER: not np.tril(x, -1).any(),
              "symmetric": x.shape[0] == x.shape[1] and np.array_equal(x, x.T),
              "positive_diagonal": (numbers > 0).all(), "unit_diagonal": (numbers == 1).all()}
    return frozenset(name for name, holds in checks.items() if holds)


def _transposed(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    axes, rank = node.attr("axes"), len(node.shape)
    if axes[-2:] == (rank - 2, rank - 1):
        return operands[0]
    return turned_facts(operands[0]) if axes[-2:] == (rank - 1, rank - 2) else NO_FACTS


def _repeated(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    x = node.inputs[0]
    if len(x.shape) >= 2 and x.shape[-2:] == node.shape[-2:]:
        return operands[0]
    if not all(n == 1 for n in x.shape[-2:]):
        return NO_FACTS
    return frozenset({"symmetric"} | ({"positive_semidefinite"} if elements(x).nonnegative else set()))


def _same(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    return operands[0]


# products and sums --------------------------------------------------------------------------------------------

def _product(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    if any(len(x.shape) < 2 for x in node.operands):
        return NO_FACTS
    flags = [node.op.name == "matmul" and node.attr(name) for name in ("transpose_a", "transpose_b")]
    a, b = (turned_facts(f) if flag else f for f, flag in zip(operands, flags, strict=True))
    found = a & b & {"diagonal", *_TRIANGLES, "orthogonal", "regular"}
    triangular = found & _TRIANGLES
    found |= a & b & {"positive_diagonal", "unit_diagonal"} if triangular else NO_FACTS
    first, second = node.operands
    if (first is second and flags[0] != flags[1]) or (flags[0] == flags[1] and is_transposed(first, second)):
        found |= {"positive_semidefinite"} | ({"identity"} if "orthonormal_rows" in a else set())
    return found


def is_transposed(a: Node, b: Node) -> bool:
    """Whether one of two matrices is the other's transpose."""
    return any(is_turned(x) and x.inputs[0] is y for x, y in ((a, b), (b, a)))


_ADDED = frozenset({"diagonal", *_TRIANGLES, "symmetric", "positive_semidefinite"})


def _sum(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    a, b = operands
    if node.op.name == "subtract":
        return a & b & {"diagonal", *_TRIANGLES, "symmetric"}
    found = a & b & (_ADDED | {"positive_diagonal"})
    if "positive_semidefinite" in found:
        found |= (a | b) & {"positive_definite"}
    return found | {"symmetric"} if is_transposed(*node.operands) else found


def _negative(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    return operands[0] & {"diagonal", *_TRIANGLES, "symmetric", "orthogonal", "regular"}


_SCALED = frozenset({"diagonal", *_TRIANGLES, "symmetric"})
_POSITIVE = frozenset({"positive_definite", "positive_semidefinite", "positive_diagonal"})


def _times(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    """Of elements: zeros stay, both symmetric is symmetric, both definite is definite (Schur); or by one number."""
    found = (operands[0] | operands[1]) & {"diagonal", *_TRIANGLES} | operands[0] & operands[1] & {
        "symmetric", *_POSITIVE, "unit_diagonal"}
    if _is_outer_square(*node.operands):
        found |= {"positive_semidefinite"}
    for number, facts in zip(node.operands, operands[::-1], strict=True):
        found |= _by_number(number, facts, elements)
    return found


def _divided(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    a, b = operands
    return a & {"diagonal", *_TRIANGLES} | a & b & {"symmetric"} | _by_number(node.operands[1], a, elements)


def _by_number(number: Node, facts: MatrixFacts, elements: Elements) -> MatrixFacts:
    """What is left of the facts of a matrix times a number, or divided by one."""
    scalar = number_of(number)
    if scalar is None:
        return NO_FACTS
    known = elements(scalar)
    found = facts & _SCALED
    if known.nonzero:
        found |= facts & {"regular"}
    if known.positive:
        found |= facts & _POSITIVE
    return found | (facts & {"positive_semidefinite"} if known.nonnegative else NO_FACTS)


def number_of(node: Node) -> Node | None:
    """The number that is repeated at every place of a matrix, as a node of rank 0; None if there is none.

    >>> from symnum.ir.build import o, constant
    >>> number_of(o.broadcast_to(constant(2.0), shape=(3, 3)))
    <Node constant float64 ()>
    """
    while node.op.name in ("broadcast_to", "expand_dims", "reshape") and node.shape != ():
        node = node.inputs[0]
    return node if node.shape == () else None


def _is_outer_square(a: Node, b: Node) -> bool:
    """Whether two operands are one vector, as columns and as rows."""
    for x, y in ((a, b), (b, a)):
        column, row = _below_broadcast(x), _below_broadcast(y)
        if column.op.name == "expand_dims" and column.attr("axis") == (1,) and len(column.shape) == 2:
            inner = row.inputs[0] if row.op.name == "expand_dims" and row.attr("axis") == (0,) else row
            if inner is column.inputs[0]:
                return True
    return False


def _below_broadcast(node: Node) -> Node:
    return node.inputs[0] if node.op.name == "broadcast_to" else node


# elements -----------------------------------------------------------------------------------------------------

def _elementwise(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    found = {"symmetric"} if all("symmetric" in facts for facts in operands) else set()
    if "zero_preserving" in node.op.facts:
        found |= frozenset.intersection(*operands) & {"diagonal", *_TRIANGLES}
    band = band_of(node) if node.dtype.kind == "b" else None
    return frozenset(found | (_of_band(band, NO_FACTS) if band else NO_FACTS))


def _cast(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    """A mask as numbers: ones in a band; a matrix in another dtype keeps its zeros and symmetry alone."""
    band = band_of(node.inputs[0])
    if band is None:
        exact = node.dtype.kind == "f" and node.dtype.itemsize >= node.inputs[0].dtype.itemsize
        return operands[0] if exact else operands[0] & {"diagonal", *_TRIANGLES, "symmetric"}
    return _of_band(band, NO_FACTS) | (frozenset({"unit_diagonal"}) if band.has_diagonal else NO_FACTS)


def _of_band(band: Band, facts: MatrixFacts) -> MatrixFacts:
    """What is known of the elements of a matrix in a band, with zeros outside."""
    kept = {LOWER, UPPER, "diagonal"} | ({"symmetric"} if band.is_symmetric else set())
    kept |= {"positive_diagonal", "unit_diagonal"} if band.has_diagonal else set()
    return band.facts | facts & kept | ({"symmetric"} if band.low == band.high == 0 else set())


def _where(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    mask, a, b = node.operands
    band, kept, facts = band_of(mask), a, operands[1]
    if band is not None and exact_of(a) == 0:
        band, kept, facts = _outside(band), b, operands[2]
    elif exact_of(b) != 0:
        band = None
    if band is None:
        return _elementwise(node, (operands[0], operands[1], operands[2]), elements)
    found = _of_band(band, facts)
    if band.has_diagonal and elements(kept).positive:
        found |= {"positive_diagonal"}
    one = scalar_of(kept)
    return found | {"unit_diagonal"} if band.has_diagonal and one is not None and one == 1 else found


def _outside(band: Band) -> Band | None:
    """The places outside of a band that is bounded on one side."""
    if band.low == -np.inf:
        return Band(low=band.high + 1)
    return Band(high=band.low - 1) if band.high == np.inf else None


def _band(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    low, high = node.attr("low"), node.attr("high")
    band = Band(-np.inf if low is None else low, np.inf if high is None else high)
    found = _of_band(band, operands[0])
    if not band.has_diagonal:
        return found
    one, positive = scalar_of(node.inputs[0]), elements(node.inputs[0]).positive
    return found | ({"unit_diagonal"} if one == 1 else set()) | ({"positive_diagonal"} if positive else set())


# factors and functions of matrices ----------------------------------------------------------------------------

def _inverse(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    kept = {"symmetric", "positive_definite", "diagonal", *_TRIANGLES, "orthogonal", "identity"}
    triangular = operands[0] & _TRIANGLES
    return operands[0] & (kept | ({"positive_diagonal", "unit_diagonal"} if triangular else set())) | {"regular"}


def _exponential(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    found = operands[0] & {"symmetric", "diagonal", *_TRIANGLES} | {"regular"}
    return found | {"positive_definite"} if "symmetric" in found else found


def _solution(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    matrix, right = operands
    if node.op.name == "solve_triangular":
        kinds = frozenset({LOWER if node.attr("lower") != node.attr("trans") else UPPER})
    else:
        kinds = matrix & _TRIANGLES
    return kinds & right | right & {"regular"}


def _results(*kinds: str) -> Transfer:
    """The facts of each of several results."""
    return lambda node, operands, elements: frozenset(kinds[node.attr("which")].split())


def _orthogonal_factor(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    return frozenset({UPPER} if node.attr("which") else {"orthonormal_columns"})


def _lu(node: Node, operands: tuple[MatrixFacts, ...], elements: Elements) -> MatrixFacts:
    return (frozenset({"orthogonal"}), frozenset({LOWER, "unit_diagonal"}), frozenset({UPPER}))[node.attr("which")]


_TRANSFERS: Mapping[str, Transfer] = MappingProxyType({
    "assume": _stated, "constant": _constant, "transpose": _transposed, "broadcast_to": _repeated, "stored": _same,
    "dot": _product, "matmul": _product, "add": _sum, "subtract": _sum, "negative": _negative, "multiply": _times,
    "true_divide": _divided, "where": _where, "cast": _cast, "band": _band, "inv": _inverse, "expm": _exponential,
    "solve": _solution, "solve_triangular": _solution,
    "cholesky": lambda node, operands, elements: frozenset({LOWER, "positive_diagonal"}),
    "qr": _orthogonal_factor, "qr_r": lambda node, operands, elements: frozenset({UPPER}),
    "svd": _results("orthonormal_columns", "", "orthonormal_rows"), "eigh": _results("", "orthogonal"), "lu": _lu,
})
