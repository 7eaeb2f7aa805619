"""``dumps`` and ``loads``: tensors and functions as text that reads back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ._pyruntime import holding, in_lock_order
from .errors import SymnumError, TextError, UnsupportedError
from .function import Function, function
from .functiongraph import FunctionGraph
from .in_out import In
from .ir.inline import inlined
from .ir.node import Node
from .ir.state import SharedState
from .ir.textcursor import Cursor
from .ir.textreader import Reader
from .ir.textwriter import Writer, writer
from .settings import rewrites_of
from .structures import pack, unpack
from .tensor.creation import as_tensor
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor

MOST_CHARACTERS = 1 << 28  # that ``loads`` reads unless it is told otherwise


def dumps(x: Any, *, tokens: bool = True) -> str:
    """Tensors or a function as text, which :func:`loads` reads.

    The text has one line for each node of the graph, and holds everything to the last bit: dtypes, constants (with the
    payloads of NaN), the values of shared values, names (tags are left out), and the identity of leaves, so that what
    is read in the same process is the same graph.  Ops that :func:`elementwise_from_sympy` and :func:`register_sympy`
    made are written out as their formulas.

    Args:
        x: a tensor of any dtype and shape, a list, tuple or dict of tensors (or of such structures), or a function.
        tokens: False leaves the identity of leaves out: equal graphs then give equal text in every process, and
            ``loads`` makes new leaves.

    Returns:
        The text.

    Raises:
        UnsupportedError: something that text does not hold: rules of the user's own.
        DTypeError: something in it is no tensor, array or number.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> print(sn.dumps(sn.exp(x) * 0.5, tokens=False))
    symnum-graph 1
    %0 = input name="x" dtype=float64 shape=()
    %1 = exp(%0)
    %2 = constant literal=float64()[0x1.0p-1]
    %3 = multiply(%1, %2)
    tensors %3
    <BLANKLINE>
    """
    if not isinstance(x, Function):
        return "\n".join(_tensor_lines(x, tokens)) + "\n"
    with holding(in_lock_order(x.graph.state_values)):  # no call comes between the values
        return "\n".join(_function_lines(x, tokens)) + "\n"


def loads(text: str, *, fresh: bool = False, shared: Iterable[SharedTensor] = (), mode: str | None = None,
          limit: int = MOST_CHARACTERS) -> Any:
    """The tensors, in their structure, or the function that :func:`dumps` wrote.

    Reading builds the graph and nothing else: no code of the text is run.  Leaves are those that were written, unless
    ``fresh``.  Shared values are new ones with the values in the text, as after pickling.  To run what strangers wrote,
    use mode "numpy": native code trusts the bounds of slices, which constructors make and a text can forge.

    Args:
        text: what ``dumps`` gave.
        fresh: give inputs, dims and shared values an identity of their own.
        shared: shared values to use, with their own values, for those of the same identity in the text.
        mode: of a function, instead of the one in the text.
        limit: how many characters to read at most.

    Returns:
        Tensors of the dtypes and shapes that were written, or a function.

    Raises:
        TextError: the text is malformed, too long, or of another version; the message names the line.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> sn.loads(sn.dumps([x, x + 1]))[1].same_as(x + 1)
    True
    """
    if not isinstance(text, str):
        raise TextError(f"loads: expected a str; given {type(text).__name__}")
    if len(text) > limit:
        raise TextError(f"loads: the text has {len(text)} characters; at most {limit} are read; "
                        "cure: loads(..., limit=)")
    known = {x.node.attr("state").token: x.node.attr("state") for x in shared}
    reader, lines = Reader(fresh, known), _lines(text)
    reader.begin(next(lines))
    line = Cursor("", 2)
    for line in lines:
        if not reader.definition(line):
            break
    kind = line.peek()
    if kind in ("tensors", "name"):
        return _tensors(reader, line, lines)
    if kind == "function":
        return _function(reader, line, lines, mode)
    raise line.error("a node such as %0, or the line 'tensors' or 'function'")


def _lines(text: str) -> Iterator[Cursor]:
    start, number = 0, 1
    while start < len(text) or number == 1:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Cursor(text[start:end].removesuffix("\r"), number)
        start, number = end + 1, number + 1


# tensors ------------------------------------------------------------------------------------------------------

def _tensor_lines(x: Any, tokens: bool) -> list[str]:
    structure, leaves = unpack(x)
    tensors = [as_tensor(leaf) for _, leaf in leaves]
    nodes = inlined([t.node for t in tensors])
    found = writer(nodes, tokens)
    named = [f"name {found.text(node)} {found.text(t.name)}" for t, node in zip(tensors, nodes, strict=True)
             if t.name is not None and node.op.name not in ("input", "dim", "shared")]
    return [*found.lines, *dict.fromkeys(named), f"tensors {found.text(pack(structure, nodes))}"]


def _tensors(reader: Reader, line: Cursor, lines: Iterator[Cursor]) -> Any:
    names: dict[Node, str] = {}
    while line.peek() == "name":
        line.word()
        node = reader.node(line)
        names[node] = line.text()
        line.end()
        line = next(lines, Cursor("", line.number + 1))
    if line.peek() != "tensors":
        raise line.error("the line 'tensors'")
    line.word()
    nodes = reader.resolve(line, line.value())
    line.end()
    _end(lines)
    structure, leaves = unpack(nodes)
    return pack(structure, [_handle(line, node, names) for _, node in leaves])


def _handle(line: Cursor, node: Any, names: Mapping[Node, str]) -> Tensor:
    if not isinstance(node, Node):
        raise line.error("nodes in the structure of the tensors")
    return SharedTensor(node) if node.op.name == "shared" else Tensor(node, names.get(node))


def _end(lines: Iterator[Cursor]) -> None:
    for line in lines:
        line.end()


# functions ----------------------------------------------------------------------------------------------------

def _function_lines(f: Function, tokens: bool) -> list[str]:
    graph, settings = f.graph, f.settings
    rewrites = settings.rewrites_by_name
    if not isinstance(rewrites, str | tuple):
        raise UnsupportedError(f"dumps: {f.name} has rules of its own, which text does not hold; cure: rewrites='real'")
    outputs = graph.written
    found = writer([*graph.inputs, *graph.shared, *outputs], tokens)
    fields: dict[str, Any] = {
        "inputs": [_input(graph, found, k, outputs) for k in range(len(graph.inputs))],
        "outputs": pack(graph.structure, outputs[:graph.n_results]),
        "updates": [(graph.states[k], node) for k, node in zip(graph.updated, outputs[graph.n_results:], strict=True)
                    if k not in graph.hidden],
        "mode": settings.asked, "rewrites": rewrites, "precision": settings.options.precision,
        "allow_input_downcast": settings.allow_input_downcast}
    return [*found.lines, f"function {found.text(f.name)}", *(f"{k} {found.text(v)}" for k, v in fields.items())]


def _input(graph: FunctionGraph, found: Writer, k: int, outputs: Sequence[Node]) -> tuple[Any, ...]:
    """(leaf, name, default value or None, its update or None, casting or None)."""
    default = graph.defaults[k] if graph.defaults else None
    update = None
    if isinstance(default, SharedState):
        position = graph.state_values.index(default) if default in graph.state_values else -1
        if position in graph.updated:
            update = outputs[graph.n_results + graph.updated.index(position)]
        with default.lock:
            default = default.value.copy()
    return graph.inputs[k], graph.input_names[k], default, update, graph.castings[k] if graph.castings else None


_FIELDS = ("inputs", "outputs", "updates", "mode", "rewrites", "precision", "allow_input_downcast")


def _function(reader: Reader, line: Cursor, lines: Iterator[Cursor], mode: str | None) -> Function:
    line.word()
    name = line.text()
    line.end()
    fields: dict[str, Any] = {}
    for expected in _FIELDS:
        line = next(lines, Cursor("", line.number + 1))
        if line.peek() != expected:
            raise line.error(f"the line {expected!r}")
        line.word()
        fields[expected] = reader.resolve(line, line.value())
        line.end()
    _end(lines)
    if mode is not None:
        fields["mode"] = mode
    try:
        return _made(name, fields)
    except SymnumError as error:
        raise TextError(f"the function {name!r} cannot be made: {error}") from error
    except Exception as error:  # passes trust their graphs; a text cannot be trusted
        raise TextError(f"the function {name!r} cannot be made ({type(error).__name__}: {error})") from error


def _made(name: str, fields: Mapping[str, Any]) -> Function:
    rewrites, mode, downcast = fields["rewrites"], fields["mode"], fields["allow_input_downcast"]
    precision = fields["precision"]
    if not isinstance(mode, str) or not isinstance(precision, str) or not isinstance(downcast, bool) or not isinstance(
            rewrites, str | tuple):
        raise TextError("mode, rewrites and precision must be texts, allow_input_downcast true or false")
    structure, leaves = unpack(fields["outputs"])
    outputs = pack(structure, [_tensor(node, "outputs") for _, node in leaves])
    updates: list[Any] = [tuple(_tensor(node, "updates") for node in pair)
                          for pair in _tuples(fields["updates"], 2, "updates")]
    inputs = [_in(*parts) for parts in _tuples(fields["inputs"], 5, "inputs")]
    return function(inputs, outputs, updates=updates, no_default_updates=True, name=name, mode=mode,
                    rewrites=rewrites_of(_pairs(rewrites)), precision=precision, on_unused_input="ignore",
                    allow_input_downcast=downcast)


def _in(leaf: Any, name: Any, value: Any, update: Any, casting: Any) -> In:
    if casting not in (None, "exact", "safe", "any") or not isinstance(name, str):
        raise TextError("an input must be a node, a name, a value, an update, and \"exact\", \"safe\", \"any\" or none")
    downcast = None if casting in (None, "exact") else casting == "any"
    return In(_tensor(leaf, "inputs"), name=name, value=value, strict=casting == "exact", allow_downcast=downcast,
              update=None if update is None else _tensor(update, "the update of an input"))


def _tensor(node: Any, what: str) -> Tensor:
    if not isinstance(node, Node):
        raise TextError(f"{what} must be nodes; given {type(node).__name__}")
    return SharedTensor(node) if node.op.name == "shared" else Tensor(node)


def _tuples(value: Any, length: int, what: str) -> list[tuple[Any, ...]]:
    if not isinstance(value, list) or not all(isinstance(x, tuple) and len(x) == length for x in value):
        raise TextError(f"{what} must be a list of tuples of {length}")
    return value


def _pairs(rewrites: Any) -> Any:
    if isinstance(rewrites, tuple):
        for pair in rewrites:
            if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
                    and re.fullmatch("[fiubc]*", pair[1])):
                raise TextError("rewrites must be a text, or pairs of a rule's name and dtypes")
    return rewrites
