/* Blocks of memory kept for the next taker: fresh pages cost more than the arithmetic on them.
 *
 * Sizes are rounded up to eight classes per power of two.  Idle blocks hang in a stack per class and in one
 * list by age; when more than the limit is idle, the oldest are freed. */
#include "_pool.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef _WIN32
#include <malloc.h>
#include <windows.h>
static SRWLOCK mutex = SRWLOCK_INIT;
static void lock(void) { AcquireSRWLockExclusive(&mutex); }
static void unlock(void) { ReleaseSRWLockExclusive(&mutex); }
#else
#include <pthread.h>
#include <sys/mman.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void lock(void) { pthread_mutex_lock(&mutex); }
static void unlock(void) { pthread_mutex_unlock(&mutex); }
#endif

#define HEADER 64
#define HUGE_PAGE ((size_t)2 << 20)
#define CLASSES (64 * 8)

typedef struct block {
  struct block *older, *newer;  /* by age, among all idle blocks */
  struct block *below, *above;  /* in the stack of the class */
  size_t bytes;                 /* usable, after the header */
  int class;
} block;

static struct {
  block *tops[CLASSES], *oldest, *newest;
  sn_buffer_info info;
} pool = {.info = {.limit = (sn_i64)1 << 30}};

static int highest_bit(size_t n) {
  int bit = 0;
  while (n >>= 1) bit++;
  return bit;
}

static int size_class(size_t *bytes) {  /* rounds *bytes up to the size of its class */
  if (*bytes < HEADER) *bytes = HEADER;
  int bit = highest_bit(*bytes - 1);  /* 2^bit <= bytes - 1 < 2^(bit + 1) */
  size_t step = (size_t)1 << (bit - 3), steps = (*bytes - 1) / step + 1;  /* 9 <= steps <= 16 */
  *bytes = steps * step;
  return bit * 8 + (int)steps - 9;
}

static void *system_take(size_t bytes) {
#ifdef _WIN32
  return _aligned_malloc(bytes, HEADER);
#else
  void *memory;
  size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : HEADER;
  if (posix_memalign(&memory, alignment, bytes)) return NULL;
#ifdef MADV_HUGEPAGE
  if (bytes >= HUGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
#endif
}

static void system_give(block *b) {
#ifdef _WIN32
  _aligned_free(b);
#else
  free(b);
#endif
}

static void unlink_block(block *b) {
  *(b->older ? &b->older->newer : &pool.oldest) = b->newer;
  *(b->newer ? &b->newer->older : &pool.newest) = b->older;
  if (b->below) b->below->above = b->above;
  *(b->above ? &b->above->below : &pool.tops[b->class]) = b->below;
  pool.info.idle_bytes -= (sn_i64)b->bytes;
  pool.info.idle_blocks--;
}

static void link_block(block *b) {
  b->older = pool.newest;
  b->newer = NULL;
  *(pool.newest ? &pool.newest->newer : &pool.oldest) = b;
  pool.newest = b;
  b->below = pool.tops[b->class];
  b->above = NULL;
  if (b->below) b->below->above = b;
  pool.tops[b->class] = b;
  pool.info.idle_bytes += (sn_i64)b->bytes;
  pool.info.idle_blocks++;
}

static block *unlink_beyond(sn_i64 limit) {  /* chain (by newer) of blocks to free outside the lock */
  block *chain = NULL;
  while (pool.info.idle_bytes > limit) {
    block *b = pool.oldest;
    unlink_block(b);
    b->newer = chain;
    chain = b;
  }
  return chain;
}

static void free_chain(block *chain) {
  while (chain) {
    block *next = chain->newer;
    system_give(chain);
    chain = next;
  }
}

static void count_live(size_t bytes, int blocks) {
  pool.info.live_bytes += blocks * (sn_i64)bytes;
  pool.info.live_blocks += blocks;
}

static void *take(size_t bytes, sn_i64 *total) {
  if (bytes > PTRDIFF_MAX / 2) return NULL;
  sn_i64 asked = (sn_i64)bytes;
  int class = size_class(&bytes);
  lock();
  block *b = pool.tops[class];
  *total += asked;
  if (b) {
    unlink_block(b);
    pool.info.hits++;
    count_live(bytes, 1);
  }
  unlock();
  if (b) return (char *)b + HEADER;
  if (!(b = system_take(bytes + HEADER))) return NULL;
  b->bytes = bytes;
  b->class = class;
  lock();
  pool.info.misses++;
  count_live(bytes, 1);
  unlock();
  return (char *)b + HEADER;
}

void *sn_buffer_take(size_t bytes) { return take(bytes, &pool.info.total_bytes); }
void *sn_scratch_take(size_t bytes) { return take(bytes, &pool.info.scratch_bytes); }

void sn_buffer_give(void *data) {
  if (!data) return;
  block *b = (block *)((char *)data - HEADER);
  lock();
  count_live(b->bytes, -1);
  link_block(b);
  block *chain = unlink_beyond(pool.info.limit);
  unlock();
  free_chain(chain);
}

size_t sn_buffer_bytes(const void *data) { return ((const block *)((const char *)data - HEADER))->bytes; }

static void shrink(sn_i64 bytes, int keep) {
  lock();
  if (keep) pool.info.limit = bytes;
  block *chain = unlink_beyond(bytes);
  unlock();
  free_chain(chain);
}

void sn_buffers_set_limit(sn_i64 bytes) { shrink(bytes < 0 ? 0 : bytes, 1); }
void sn_buffers_clear(void) { shrink(0, 0); }

sn_buffer_info sn_buffers_info(void) {
  lock();
  sn_buffer_info info = pool.info;
  unlock();
  return info;
}

void sn_buffers_init(void) {
#ifndef _WIN32
  pthread_atfork(lock, unlock, unlock);  /* the child must not inherit a lock that another thread holds */
#endif
}
