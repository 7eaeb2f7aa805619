"""Chains of products and solutions, a @ b⁻¹ @ c @ v, as rules see them: a row of matrices and inverses."""

from __future__ import annotations

from ..ir.build import o
from ..ir.node import Node
from ..ops.linalg_matrices import is_turned
from ..records import dataclass
from .flops import length_of
from .matrices import factors, flipped, right_solved, solved

_SOLVERS = ("solve", "solve_triangular")
MOST_LINKS = 12


@dataclass(frozen=True, slots=True)
class Link:
    """A matrix of a chain (or a vector, at its ends), or the inverse of one, for which a system is solved.

    ``solver`` is the solution that an inverse comes from, ``turned`` whether it is that of the transposed matrix.
    """

    node: Node
    solver: Node | None = None
    turned: bool = False

    def solve(self, right: Node) -> Node:
        """The inverse times matrices or a vector."""
        found = solved(self.node, right, self._system)
        assert found is not None
        return found

    def solve_left(self, left: Node) -> Node:
        """Matrices or a vector, times the inverse."""
        found = right_solved(self.node, left, Link(self.node, self.solver, not self.turned)._system)
        assert found is not None
        return found

    def _system(self, a: Node, b: Node) -> Node:
        solver = self.solver
        assert solver is not None
        if solver.op.name == "solve":
            return o.solve(flipped(a) if self.turned else a, b)
        return o.solve_triangular(a, b, lower=solver.attr("lower"), trans=solver.attr("trans") != self.turned,
                                  unit_diagonal=solver.attr("unit_diagonal"))

    def price(self, columns: int, guess: int) -> int:
        """The operations of solving for so many right sides, without the factors of the matrix."""
        assert self.solver is not None
        rows = length_of(self.node.shape[-1], guess)
        return (2 if self.solver.op.name == "solve" else 1) * rows * rows * columns


@dataclass(frozen=True, slots=True)
class Chain:
    """The links from left to right, and the products and solutions that make them as they are written."""

    links: tuple[Link, ...]
    nodes: tuple[Node, ...]


# what is in a chain -------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a chain: ``flip`` if it is transposed (a vector: a row), ``column`` if it is a matrix of one column."""

    node: Node
    flip: bool = False
    column: bool = False

    @property
    def link(self) -> Link:
        """The part as it is."""
        x = self.node
        if self.column:
            return Link(x.inputs[0] if x.op.name == "expand_dims" else o.squeeze(x, axis=(x.ndim - 1,)))
        return Link(flipped(x) if self.flip else x)


def chain_of(root: Node) -> Chain:
    """The chain that a product or solution is, opened down to what is neither."""
    links, nodes = list[Link](), list[Node]()
    todo: list[_Part | Link] = [_Part(root, root.ndim == 1 and root.op.name == "dot" and root.operands[0].ndim == 1)]
    while todo:
        top = todo.pop()
        if isinstance(top, Link):
            links.append(top)
            continue
        parts = _parts(top) if len(links) + len(todo) < MOST_LINKS - 1 and top.node.dtype.kind == "f" else None
        if parts is None:
            links.append(top.link)
            continue
        if not is_turned(top.node):
            nodes.append(top.node)
        todo += reversed(parts)
    return Chain(tuple(links), tuple(nodes))


def _parts(part: _Part) -> list[_Part | Link] | None:
    """What a part multiplies, from left to right."""
    x, flip, column = part.node, part.flip, part.column
    if is_turned(x) and not column:
        return [_Part(x.inputs[0], not flip)]
    pair = factors(x)
    if pair is not None:
        return _factors(part, *pair)
    system = x
    if x.op.name == "squeeze" and x.ndim == 1 and x.attr("axis") == (1,) and x.inputs[0].op.name in _SOLVERS:
        system, column = x.inputs[0], True
    if system.op.name not in _SOLVERS:
        return None
    a, right = system.operands[0], _Part(system.operands[1], flip, column)
    return [right, Link(a, system, True)] if flip else [Link(a, system), right]


def _factors(part: _Part, a: Node, b: Node) -> list[_Part | Link] | None:
    x, flip = part.node, part.flip
    if x.ndim > 2 and not a.ndim == b.ndim == x.ndim:
        return None
    if x.ndim == 0:
        return [_Part(a, True), _Part(b)]
    if x.ndim == 1 and a.ndim == 1:
        return [_Part(a, True), _Part(b)] if flip else [_Part(b, True), _Part(a)]
    right = _Part(b, flip, part.column)
    return [right, _Part(a, True)] if flip else [_Part(a), right]
