"""Random graphs over whole numbers: their Programs give exactly what the interpreter gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from nest_interpreter import Array, CheckFailed, check_program, run

from symnum.codegen.description import describe
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.errors import SymnumError
from symnum.ir import dims, interpret
from symnum.ir.build import constant, dim, input_leaf, o
from symnum.ir.nest import verify_program
from symnum.ir.node import Dim, Node
from symnum.ir.verify import verify

I8, F8, BOOL = np.dtype("int64"), np.dtype("float64"), np.dtype("bool")
CHEAP = ("add", "subtract", "multiply", "minimum")


@dataclass
class Maker:
    """Draws a graph: ``values`` holds the length that each dim has in the call."""

    draw: Any
    values: dict[Node, Array] = field(default_factory=dict)
    leaves: list[Node] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))  # type: ignore[no-any-return]

    def size(self, length: Dim) -> int:
        return int(interpret.evaluate([length], self.values)[0]) if isinstance(length, Node) else length

    def add_leaves(self) -> None:
        lengths: list[Dim] = [dim("n"), dim("m"), 1, 3, 2]
        self.values = {n: np.int64(self.whole(0, 4)) for n in lengths[:2]}  # type: ignore[misc]
        bound = input_leaf("b", I8, lengths[:2])
        shapes = [[self.pick(lengths) for _ in range(self.whole(0, 3))] for _ in range(self.whole(1, 3))]
        self.leaves = [bound, *(input_leaf(f"x{k}", I8, s) for k, s in enumerate(shapes))]
        self.nodes = list(self.leaves)

    def operand(self) -> Node:
        return self.pick(self.nodes[-6:] if self.whole(0, 2) else self.nodes)  # type: ignore[no-any-return]

    def meets(self, a: Node, b: Node) -> bool:
        """Whether two shapes broadcast whatever the unknown lengths are."""
        pairs = zip(reversed(a.shape), reversed(b.shape), strict=False)
        return all(dims.equal(n, m) or 1 in (n, m) for n, m in pairs)

    def step(self) -> None:
        made = self.pick([self.binary, self.binary, self.unary, self.reduction, self.reduction, self.moved, self.cut,
                          self.embedded, self.joined, self.repeated, self.reshaped, self.product])(self.operand())
        if made is not None and made.ndim <= 4 and np.prod([self.size(n) for n in made.shape], dtype=int) <= 400:
            self.nodes.append(made)

    def binary(self, x: Node) -> Node | None:
        y = self.pick([y for y in self.nodes if self.meets(x, y)])
        if self.whole(0, 3):
            return getattr(o, self.pick(CHEAP))(x, y)  # type: ignore[no-any-return]
        return o.where(o.less(x, y), o.negative(x), y)  # type: ignore[no-any-return]

    def unary(self, x: Node) -> Node:
        return self.pick([o.negative, o.square, lambda x: o.floor_divide(x, 3), lambda x: o.add(x, 1),
                          lambda x: o.add(x, constant(np.int64(2))),
                          lambda x: o.multiply(x, o.dims.as_node(self.nodes[0].shape[0]))])(x)  # type: ignore[no-any-return]

    def reduction(self, x: Node) -> Node:
        axis = tuple(k for k in range(x.ndim) if self.draw(st.booleans()))
        name = self.pick(["sum", "sum", "max", "min", "prod", "argmax", "any", "all"])
        if any(isinstance(x.shape[k], int) and x.shape[k] == 0 for k in axis):
            name = "sum"
        if name in ("any", "all"):
            y = o.cast(getattr(o, name)(o.cast(x, dtype=BOOL), axis=axis), dtype=I8)
        else:
            y = getattr(o, name)(x, axis=axis)
        back = o.expand_dims(y, axis=axis) if self.whole(0, 2) else y
        return o.subtract(x, back) if back.ndim == x.ndim and self.whole(0, 1) else back  # type: ignore[no-any-return]

    def moved(self, x: Node) -> Node:
        ones = tuple(k for k, n in enumerate(x.shape) if isinstance(n, int) and n == 1)
        if ones and self.whole(0, 1):
            return o.squeeze(x, axis=ones[:1])  # type: ignore[no-any-return]
        return o.transpose(x, axes=tuple(self.draw(st.permutations(range(x.ndim)))))  # type: ignore[no-any-return]

    def cut(self, x: Node) -> Node | None:
        ranges = []
        for n in x.shape:
            kind = self.pick(["all", "all", "reversed", "tail", "head", "one"])
            size = self.size(n)
            if kind == "all" or size == 0:
                ranges.append((0, n, 1))
            elif kind == "reversed":
                ranges.append((dims.subtract(n, 1), n, -1))
            elif kind == "one":
                ranges.append((self.whole(0, size - 1), 1, 1))
            else:
                ranges.append((int(kind == "tail"), dims.subtract(n, 1), 1))
        starts, lengths, steps = zip(*ranges, strict=True) if ranges else ((), (), ())
        return o.slice(x, starts=starts, lengths=lengths, steps=steps)  # type: ignore[no-any-return]

    def embedded(self, x: Node) -> Node:
        steps = tuple(self.pick([1, 1, 2, -1]) for _ in x.shape)
        room = [dims.add(dims.multiply(n, abs(s)), self.whole(0, 2)) for n, s in zip(x.shape, steps, strict=True)]
        starts = tuple(0 if s > 0 else dims.subtract(n, 1) for n, s in zip(x.shape, steps, strict=True))
        room = [n if s > 0 else dims.add(r, 1) for n, r, s in zip(room, room, steps, strict=True)]
        return o.embed(x, shape=tuple(room), starts=starts, steps=steps)  # type: ignore[no-any-return]

    def joined(self, x: Node) -> Node | None:
        if not x.ndim:
            return None
        axis = self.whole(0, x.ndim - 1)
        same = [y for y in self.nodes if y.ndim == x.ndim and all(
            k == axis or dims.equal(n, m) for k, (n, m) in enumerate(zip(x.shape, y.shape, strict=True)))]
        return o.concatenate(x, self.pick(same), x, axis=axis)  # type: ignore[no-any-return]

    def repeated(self, x: Node) -> Node:
        lead = [self.pick([2, *self.values])] * self.whole(0, 1)
        kept = [self.pick([3, *self.values]) if isinstance(n, int) and n == 1 else n for n in x.shape]
        return o.broadcast_to(x, shape=(*lead, *kept))  # type: ignore[no-any-return]

    def reshaped(self, x: Node) -> Node:
        split = self.whole(0, x.ndim)
        merged = (dims.product(x.shape[:split]), dims.product(x.shape[split:]))
        shape = self.pick([merged, (dims.product(x.shape),), (1, *x.shape), (*x.shape[:split], 1, *x.shape[split:])])
        return o.reshape(x, shape=shape)  # type: ignore[no-any-return]

    def product(self, x: Node) -> Node | None:
        fits = [y for y in self.nodes if 1 <= y.ndim <= 2 and 1 <= x.ndim <= 2 and dims.equal(x.shape[-1], y.shape[0])]
        if not fits:
            return None
        a, b = (o.remainder(y, 7) for y in (x, self.pick(fits)))
        if self.whole(0, 2):
            a, b = (o.cast(y, dtype=F8) for y in (a, b))
        return o.cast(o.dot(a, b), dtype=I8)  # type: ignore[no-any-return]


@st.composite
def graphs(draw: Any) -> tuple[list[Node], list[Node], list[Array]]:
    """Leaves, outputs, and the leaves' values."""
    maker = Maker(draw)
    maker.add_leaves()
    for _ in range(maker.whole(1, 14)):
        maker.step()
    outputs = [maker.nodes[-1], *(maker.operand() for _ in range(maker.whole(0, 3)))]
    rng = np.random.default_rng(maker.whole(0, 1000))
    arrays = [rng.integers(-9, 10, [maker.size(n) for n in x.shape]) for x in maker.leaves]
    return maker.leaves, outputs, arrays


@settings(max_examples=max(300, settings.default.max_examples), suppress_health_check=list(HealthCheck))
@given(graphs())
def test_random_graphs(graph: tuple[list[Node], list[Node], list[Array]]) -> None:
    leaves, outputs, arrays = graph
    verify(outputs)
    program = verify_program(lower("f", leaves, outputs))
    check_program(program, repeats=True)
    try:
        expected = interpret.function(leaves, outputs)(arrays)
    except SymnumError:
        with_error = True
    else:
        with_error = False
    event(f"{min(len(program.steps), 6)} steps, error {with_error}")
    shared = plan(program)
    for memory, backwards in ((None, False), (shared, False), (shared, True)):
        try:
            got = run(program, leaves, arrays, memory, backwards)
        except CheckFailed:
            assert with_error
            continue
        assert not with_error
        for a, b in zip(got, expected, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b, "\n".join(describe(program)))
