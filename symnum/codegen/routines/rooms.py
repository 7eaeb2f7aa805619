"""Memory that a step works in while it runs: one room, or one for each thread that works at once, in one block."""

from __future__ import annotations

from ...ir import dims
from ...ir.node import Dim
from .site import Site

# Rooms, and behind the last one a flag for each: whether somebody is in it.
ROOMS = """\
struct {name}_rooms {{ char *memory; sn_i64 bytes, count; }};
static inline char *{name}_enter(const struct {name}_rooms *const rooms) {{
  char *const flags = rooms->memory + rooms->bytes * rooms->count;
  sn_i64 k = 0;
  if (!rooms->bytes) return 0;
  while (__atomic_exchange_n(flags + k, 1, __ATOMIC_ACQUIRE)) k = (k + 1) % rooms->count;
  return rooms->memory + rooms->bytes * k;
}}
static inline void {name}_leave(const struct {name}_rooms *const rooms, const char *const room) {{
  char *const flags = rooms->memory + rooms->bytes * rooms->count;
  if (room) __atomic_store_n(flags + (room - rooms->memory) / rooms->bytes, 0, __ATOMIC_RELEASE);
}}
"""
_TAKE = """\
struct {name}_rooms rooms = {{ 0, ({bytes} + 63) / 64 * 64, {count} }};
if (rooms.bytes) {{
  rooms.memory = rt->alloc(rt, (rooms.bytes + 1) * rooms.count);
  if (!rooms.memory) return SN_MEMORY;
  for (sn_i64 k = 0; k < rooms.count; k++) rooms.memory[rooms.bytes * rooms.count + k] = 0;
}}
"""
GIVE = "if (rooms.memory) rt->release(rt, rooms.memory);\n"


def take(site: Site, bytes_: str, count: str) -> str:
    """Statements that declare ``rooms``, ``count`` of them, each of so many bytes rounded up to whole lines."""
    return _TAKE.format(name=site.name, bytes=bytes_, count=count)


def rooms_bytes(room: Dim) -> Dim:
    """The most that :func:`take` adds up to for each room.

    >>> rooms_bytes(100)
    164
    """
    return dims.add(room, 64)
