"""Scatter: a copy of an array, with values written, added or combined at places that indices name.

Elements of the indices are taken in C order, so that repeated places have one result whatever the number of threads;
these share the axes that no index is for.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ir import dims
from ...ir.nest import Place
from ...ir.node import Dim
from ..texts import combine_text
from .site import RoutineText, Site

_COMBINES = {"add": "add", "multiply": "multiply", "min": "minimum", "max": "maximum"}

_PLACE = """\
struct {name}_context {{ {indices}const {T} *values; {T} *y; sn_i64 count, *record; const sn_i64 *dims; }};
static inline sn_i64 {name}_place(const struct {name}_context *const c, const sn_i64 b) {{
  {unpacked}
  sn_i64 place = 0;
{steps}
  return place;
}}
"""
_STEP = """\
  {{
    const sn_i64 length = {length}, given = c->i{k}[b], index = given + (given < 0 ? length : 0);
    if (index < 0 || index >= length) {{
      c->record[0] = given, c->record[1] = length, c->record[2] = {axis} + 1;
      return -1;
    }}
    place += index * {stride};
  }}"""
_TASK = """\
static int {name}_t(void *pointer, const sn_i64 begin, const sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  {unpacked}
  for (sn_i64 b = 0; b < c->count; b++) {{
    const {T} *restrict v = c->values + b * {block};
    {T} *restrict y = c->y + {name}_place(c, b);
{loops}
  }}
  return SN_OK;
}}
"""
_BEGIN = """\
struct {name}_context context = {{ {given}x1, y0, {count}, values, dims }};
"""
# The result may lie in the memory of the first operand.
_COPY = """\
if (y0 != x0) for (sn_i64 i = 0; i < {size}; i++) y0[i] = x0[i];
"""
_ELEMENTS = """\
for (sn_i64 b = 0; b < context.count; b++) {{
  const sn_i64 place = {name}_place(&context, b);
  if (place < 0) return SN_INDEX;
  const {T} old = y0[place], new = x1[b];
  (void)old;
  y0[place] = {combined};
}}
"""
_SLICES = """\
const int code = {run};
if (code) return code;
"""
# All indices are looked at first: a task that failed would leave others running.
_CHECK = """\
for (sn_i64 b = 0; b < context.count; b++) if ({name}_place(&context, b) < 0) return SN_INDEX;
"""


def scatter(site: Site) -> RoutineText:
    """Operands: x, values, one int64 array of indices for each of the attribute ``axes``; attribute ``combine``."""
    target, values, *indices = site.call.operands
    axes: tuple[int, ...] = site.call.attr("axes")
    others = merged(target.shape, axes)
    known = {
        "name": site.name, "unpacked": site.unpacked("c->dims"), "T": site.type(target),
        "count": site.count(values.shape[:_rank(indices)]),
        "size": site.count(target.shape), "block": site.count(length for length, _ in others),
        "indices": "".join(f"const {site.type(x)} *i{k}; " for k, x in enumerate(indices)),
        "given": "".join(f"x{k + 2}, " for k in range(len(axes))),
        "steps": "\n".join(_STEP.format(k=k, length=site.length(target.shape[axis]), axis=axis,
                                        stride=site.count(target.shape[axis + 1:])) for k, axis in enumerate(axes)),
        "combined": _combined(site, "old", "new"),
    }
    if not others:
        return RoutineText((_BEGIN + _COPY + _ELEMENTS).format(**known), _PLACE.format(**known))
    known["loops"] = _loops(site, others)
    known["run"] = site.share(f"{site.name}_t", "&context", site.length(others[0][0]),
                              f"({known['count']} * {site.count(length for length, _ in others[1:])})")
    return RoutineText((_BEGIN + _CHECK + _COPY + _SLICES).format(**known), (_PLACE + _TASK).format(**known), True)


def _rank(indices: Sequence[Place]) -> int:
    return len(indices[0].shape) if indices else 0


def merged(shape: Sequence[Dim], axes: Sequence[int]) -> list[tuple[Dim, Dim]]:
    """Lengths and strides of the axes that are not in ``axes``; those that lie side by side are one.

    >>> merged((2, 3, 4, 5), (1,))
    [(2, 60), (20, 1)]
    """
    groups: list[tuple[Dim, Dim]] = []
    previous = -2
    for k in (k for k in range(len(shape)) if k not in axes):
        stride = dims.product(shape[k + 1:])
        length = shape[k]
        if previous == k - 1:
            length = dims.multiply(groups.pop()[0], length)
        groups.append((length, stride))
        previous = k
    return groups


def _loops(site: Site, others: Sequence[tuple[Dim, Dim]]) -> str:
    """Loops over the axes without index, of which the first one is shared."""
    lines, place, element = [], "", ""
    for k, (length, stride) in enumerate(others):
        first, last = ("begin", "end") if k == 0 else ("0", site.length(length))
        lines.append(f"for (sn_i64 a{k} = {first}; a{k} < {last}; a{k}++)")
        place += f"{' + ' if place else ''}a{k} * {site.length(stride)}"
        element = f"({element}) * {site.length(length)} + a{k}" if element else f"a{k}"
    type_ = site.type(site.call.operands[0])
    lines += ["{", f"  const sn_i64 i = {place};", f"  const {type_} old = y[i], new = v[{element}];", "  (void)old;",
              f"  y[i] = {_combined(site, 'old', 'new')};", "}"]
    return "\n".join("    " + line for line in lines)


def _combined(site: Site, old: str, new: str) -> str:
    combine = site.call.attr("combine")
    return new if combine == "set" else combine_text(_COMBINES[combine], site.call.operands[0].dtype, (old, new),
                                                     "_Bool")
