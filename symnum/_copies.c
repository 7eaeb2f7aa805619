/* Copies of arrays whose elements lie apart into memory where they lie in order.
 *
 * Where the elements of another axis than the last one lie closest together, as in a transposed matrix, a tile of both
 * axes is read along the one and written along the other, while it is in the first-level cache. */
#include "_pool.h"

#include <stdint.h>
#include <string.h>

#define TILE 64          /* elements of a tile along each axis */
#define STRETCH 4096     /* elements of the last axis in one share, where that is read alone */
#define SHARE 65536      /* bytes that are worth a thread */
#define AXES 64

typedef struct { double re, im; } pair;

typedef struct {
  char *to;
  const char *from;
  int rank, near;                  /* near: the axis whose elements lie closest together */
  const sn_i64 *shape, *strides;   /* strides of the source, in bytes */
  sn_i64 rows[AXES];               /* strides of the target, in bytes */
  sn_i64 size, blocks;             /* bytes of an element; shares along the near axis */
} copy;

static sn_i64 least(sn_i64 a, sn_i64 b) { return a < b ? a : b; }

#define FOR_TYPE(T) \
static void line_##T(char *to, const char *from, sn_i64 step, sn_i64 n) { \
  for (sn_i64 j = 0; j < n; j++) memcpy(to + j * sizeof(T), from + j * step, sizeof(T)); \
} \
static void tile_##T(char *to, sn_i64 row, const char *from, sn_i64 down, sn_i64 along, sn_i64 m, sn_i64 n) { \
  T block[TILE][TILE]; \
  for (sn_i64 j = 0; j < n; j++) { \
    if (down == (sn_i64)sizeof(T)) memcpy(block[j], from + j * along, m * sizeof(T)); \
    else for (sn_i64 i = 0; i < m; i++) memcpy(&block[j][i], from + j * along + i * down, sizeof(T)); \
  } \
  for (sn_i64 i = 0; i < m; i++) \
    for (sn_i64 j = 0; j < n; j++) memcpy(to + i * row + j * sizeof(T), &block[j][i], sizeof(T)); \
}
FOR_TYPE(uint8_t)
FOR_TYPE(uint16_t)
FOR_TYPE(uint32_t)
FOR_TYPE(uint64_t)
FOR_TYPE(pair)

static void line(sn_i64 size, char *to, const char *from, sn_i64 step, sn_i64 n) {
  switch (size) {
    case 1: line_uint8_t(to, from, step, n); break;
    case 2: line_uint16_t(to, from, step, n); break;
    case 4: line_uint32_t(to, from, step, n); break;
    case 8: line_uint64_t(to, from, step, n); break;
    default: line_pair(to, from, step, n);
  }
}

static void tile(sn_i64 size, char *to, sn_i64 row, const char *from, sn_i64 down, sn_i64 along, sn_i64 m, sn_i64 n) {
  switch (size) {
    case 1: tile_uint8_t(to, row, from, down, along, m, n); break;
    case 2: tile_uint16_t(to, row, from, down, along, m, n); break;
    case 4: tile_uint32_t(to, row, from, down, along, m, n); break;
    case 8: tile_uint64_t(to, row, from, down, along, m, n); break;
    default: tile_pair(to, row, from, down, along, m, n);
  }
}

static int shares(void *context, sn_i64 begin, sn_i64 end) {
  const copy *c = context;
  const int last = c->rank - 1;
  for (sn_i64 share = begin; share < end; share++) {
    const sn_i64 length = c->near == last ? STRETCH : TILE, start = share % c->blocks * length;
    const sn_i64 count = least(length, c->shape[c->near] - start);
    char *to = c->to + start * c->rows[c->near];
    const char *from = c->from + start * c->strides[c->near];
    sn_i64 rest = share / c->blocks;
    for (int k = last - 1; k >= 0; k--) {
      if (k == c->near) continue;
      to += rest % c->shape[k] * c->rows[k];
      from += rest % c->shape[k] * c->strides[k];
      rest /= c->shape[k];
    }
    if (c->near == last) {
      line(c->size, to, from, c->strides[last], count);
      continue;
    }
    for (sn_i64 j = 0; j < c->shape[last]; j += TILE)
      tile(c->size, to + j * c->size, c->rows[c->near], from + j * c->strides[last], c->strides[c->near],
           c->strides[last], count, least(TILE, c->shape[last] - j));
  }
  return 0;
}

static sn_i64 distance(sn_i64 stride) { return stride < 0 ? -stride : stride; }

int sn_copy_in_order(const sn_rt *rt, void *to, const void *from, int rank, const sn_i64 *shape,
                     const sn_i64 *strides, sn_i64 size) {
  copy c = {.to = to, .from = from, .rank = rank, .near = rank - 1, .shape = shape, .strides = strides, .size = size};
  sn_i64 bytes = size, others = 1;
  for (int k = rank - 1; k >= 0; k--) {
    c.rows[k] = bytes;
    bytes *= shape[k];
    if (shape[k] > 1 && (shape[c.near] < 2 || distance(strides[k]) < distance(strides[c.near]))) c.near = k;
  }
  if (bytes == 0) return 0;
  const sn_i64 length = c.near == rank - 1 ? STRETCH : TILE;
  c.blocks = (shape[c.near] + length - 1) / length;
  for (int k = 0; k < rank - 1; k++)
    if (k != c.near) others *= shape[k];
  const sn_i64 count = others * c.blocks, share = bytes / count + 1;
  return bytes < SHARE ? shares(&c, 0, count) : rt->parallel_for(rt, shares, &c, count, SHARE / share + 1);
}
