/* One small persistent pool of threads.
 *
 * One parallel_for owns the pool at a time; a second caller that finds it busy runs its work alone, because
 * every core is taken already and waiting could only make it later.  A worker may join a call while its door
 * is open; the owner shuts the door when no chunk is left and waits only for those inside, so a worker that
 * the system does not schedule in time costs nothing.
 *
 * Workers spin for a while before they sleep.  A sleeping one is woken (which takes tens of microseconds) only when
 * the owner sees that what remains is worth it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* Linux: processors and affinity */
#endif
#include "_pool.h"

/* Enough to stop soon and to balance uneven work; of more, neighbours that are walked by different cores are so short
 * that each core's prefetches are for lines that another one is about to write: rows of 8 kB one by one took 1.2 to
 * 1.9 times as long. */
#define CHUNKS_PER_THREAD 64
#define POLL_NS 20000000

static int (*poll_python)(void);

static sn_i64 chunk_length(sn_i64 n, sn_i64 grain, int threads) {
  if (grain < 1) grain = 1;
  sn_i64 units = (n - 1) / grain + 1, each = units / ((sn_i64)threads * CHUNKS_PER_THREAD);
  return (each < 1 ? 1 : each) * grain;
}

#ifdef _WIN32  /* serial; untested */

static int limit = 1;

void sn_pool_init(int (*poll)(void), unsigned long main_thread) { (void)main_thread; poll_python = poll; }
void sn_pool_set_threads(int threads) { limit = threads; }
int sn_pool_threads(void) { return limit; }
void sn_poll_restart(void) {}
int sn_poll_interrupt(const sn_rt *rt) { (void)rt; return poll_python(); }

int sn_parallel_for(const sn_rt *rt, int (*body)(void *, sn_i64, sn_i64), void *ctx, sn_i64 n, sn_i64 grain) {
  sn_i64 chunk = n > 0 ? chunk_length(n, grain, 1) : 1;
  for (sn_i64 begin = 0; begin < n; begin += chunk) {
    int code = body(ctx, begin, n - begin < chunk ? n : begin + chunk);
    if (code) return code;
    if (rt->poll_interrupt(rt)) return SN_INTERRUPTED;
  }
  return 0;
}

#else

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#ifdef CLOCK_MONOTONIC_COARSE
#define POLL_CLOCK CLOCK_MONOTONIC_COARSE  /* 5 ns a look instead of 25 */
#else
#define POLL_CLOCK CLOCK_MONOTONIC
#endif
#define SPIN_NS 100000  /* how long an idle worker, or an owner waiting for the last chunk, spins */
#define WAKE_NS 50000   /* work of one thread that is worth waking others for */
#define FEW_CHUNKS 8    /* of one element each, which may take long: none is waited for to see how long it takes */
#define PLACED 64       /* workers whose processor is known */
#define MOST_RANGES 64  /* that the chunks of a call are cut into */
#define LINE 64         /* bytes of a cache line */
#define OPEN (UINT64_C(1) << 31)
#define INSIDE (OPEN - 1)

typedef struct {  /* neighbouring chunks; in a line of their own, since each is counted by another thread */
  _Atomic sn_i64 next;
  sn_i64 end;
  char padding[LINE - 2 * sizeof(sn_i64)];
} range;

typedef struct {
  int (*body)(void *, sn_i64, sn_i64);
  void *ctx;
  sn_i64 n, chunk, helpers, begin;  /* helpers: that may have to be woken; begin: time */
  int count;                        /* of ranges */
  atomic_int error;
  _Alignas(LINE) range ranges[MOST_RANGES];
} job;

typedef struct {  /* a worker: the processor that it was last seen on, and whether it was sent away from there */
  pthread_t thread;
  atomic_int cpu, sent;  /* sent: 1 + the number of that processor */
} place;

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t work, done, parked;
  atomic_int busy, sleepers, limit;
  _Atomic uint64_t door;  /* number of the call << 32 | OPEN | workers inside */
  job *job;               /* valid for whoever came in through the open door */
  int started;            /* workers alive; the owner's */
  atomic_int owner;       /* the processor that the last call began on */
  place places[PLACED];
} pool;

static pthread_t main_thread;
static _Thread_local job *inside;  /* the job this thread works on: nested calls run serially */
static _Thread_local sn_i64 last_poll;

static sn_i64 now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (sn_i64)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void first_error(job *j, int code) {
  int none = 0;
  atomic_compare_exchange_strong(&j->error, &none, code);
}

static int processor(void) {
#ifdef __linux__
  return sched_getcpu();
#else
  return -1;
#endif
}

/* Linux may wake a worker on the processor of the thread that wakes it, and leave it waiting there though others are
 * idle.  So workers that were last seen there are sent elsewhere; when they run they may go back. */
static void send_away(int owner) {
#ifdef __linux__
  cpu_set_t others;
  if (owner < 0 || sched_getaffinity(0, sizeof others, &others)) return;
  CPU_CLR(owner, &others);
  if (!CPU_COUNT(&others)) return;
  for (int id = 0; id < pool.started && id < PLACED; id++)
    if (atomic_load(&pool.places[id].cpu) == owner) {
      atomic_store(&pool.places[id].sent, owner + 1);
      pthread_setaffinity_np(pool.places[id].thread, sizeof others, &others);
    }
#else
  (void)owner;
#endif
}

static void come_back(int id) {
#ifdef __linux__
  cpu_set_t allowed;
  int sent = id < PLACED ? atomic_exchange(&pool.places[id].sent, 0) : 0;
  if (!sent || sched_getaffinity(0, sizeof allowed, &allowed)) return;
  CPU_SET(sent - 1, &allowed);
  sched_setaffinity(0, sizeof allowed, &allowed);
#else
  (void)id;
#endif
}

static int beside_owner(int id) {  /* whether a worker is where the owner was last: there it must not spin */
  int cpu = processor();
  if (id < PLACED) atomic_store_explicit(&pool.places[id].cpu, cpu, memory_order_relaxed);
  return cpu >= 0 && cpu == atomic_load_explicit(&pool.owner, memory_order_relaxed);
}

static void wake(job *j) {  /* by the owner */
  sn_i64 helpers = j->helpers;
  j->helpers = 0;
  if (!atomic_load(&pool.sleepers)) return;
  send_away(atomic_load(&pool.owner));
  pthread_mutex_lock(&pool.mutex);
  if (helpers >= pool.started) pthread_cond_broadcast(&pool.work);
  else while (helpers-- > 0) pthread_cond_signal(&pool.work);
  pthread_mutex_unlock(&pool.mutex);
}

static int is_power_of_2(unsigned n) { return (n & (n - 1)) == 0; }

/* After so many chunks.  The first one, which finds its data in no cache, tells too little. */
static int worth_waking(job *j, unsigned chunks) {
  sn_i64 done = j->n, time = now(CLOCK_MONOTONIC) - j->begin;
  for (int k = 0; k < j->count; k++) {
    sn_i64 rest = j->ranges[k].end - atomic_load_explicit(&j->ranges[k].next, memory_order_relaxed);
    if (rest > 0) done -= rest;
  }
  if (done >= j->n) return 0;
  return time > WAKE_NS || (chunks > 1 && (double)time * (double)(j->n - done) > (double)WAKE_NS * (double)done);
}

/* Each thread has a range of its own, so that in the next call it meets what lies in its caches; when that is done it
 * helps with the others.  home is 0 for the caller; rt is NULL in workers: only the caller polls. */
static void run_chunks(job *j, const sn_rt *rt, int home) {
  job *outer = inside;
  inside = j;
  unsigned chunks = 0;
  for (int k = 0; k < j->count; k++) {
    range *own = &j->ranges[(home + k) % j->count];
    while (!atomic_load_explicit(&j->error, memory_order_relaxed)) {
      if (atomic_load_explicit(&own->next, memory_order_relaxed) >= own->end) break;
      sn_i64 begin = atomic_fetch_add_explicit(&own->next, j->chunk, memory_order_relaxed);
      if (begin >= own->end) break;
      int code = j->body(j->ctx, begin, own->end - begin < j->chunk ? own->end : begin + j->chunk);
      if (code) first_error(j, code);
      else if (rt && rt->poll_interrupt(rt)) first_error(j, SN_INTERRUPTED);
      else if (rt && j->helpers && is_power_of_2(++chunks) && worth_waking(j, chunks)) wake(j);
    }
  }
  inside = outer;
}

static void cut_ranges(job *j, int threads) {
  sn_i64 chunks = (j->n - 1) / j->chunk + 1;
  int most = threads < MOST_RANGES ? threads : MOST_RANGES;
  j->count = chunks < most ? (int)chunks : most;
  for (int k = 0; k < j->count; k++) {
    atomic_init(&j->ranges[k].next, chunks * k / j->count * j->chunk);
    j->ranges[k].end = k + 1 == j->count ? j->n : chunks * (k + 1) / j->count * j->chunk;
  }
}

static int go_in(void) {
  uint64_t door = atomic_load(&pool.door);
  while (door & OPEN)
    if (atomic_compare_exchange_weak(&pool.door, &door, door + 1)) return 1;
  return 0;
}

static void go_out(void) {
  uint64_t door = atomic_fetch_sub(&pool.door, 1);
  if ((door & OPEN) || (door & INSIDE) != 1) return;
  pthread_mutex_lock(&pool.mutex);  /* last one out of a shut door: the owner may be asleep */
  pthread_cond_signal(&pool.done);
  pthread_mutex_unlock(&pool.mutex);
}

static uint32_t call_number(void) { return (uint32_t)(atomic_load(&pool.door) >> 32); }
static int surplus(int id) { return id >= atomic_load(&pool.limit) - 1; }

static uint32_t next_call(int id, uint32_t seen) {  /* returns when this worker may join a call */
  for (sn_i64 end = now(CLOCK_MONOTONIC) + SPIN_NS; now(CLOCK_MONOTONIC) < end && !beside_owner(id);)
    for (int i = 0; i < 16; i++, relax())
      if (call_number() != seen && !surplus(id)) return call_number();
  pthread_mutex_lock(&pool.mutex);
  atomic_fetch_add(&pool.sleepers, 1);
  while (surplus(id) || call_number() == seen)
    pthread_cond_wait(surplus(id) ? &pool.parked : &pool.work, &pool.mutex);
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.mutex);
  return call_number();
}

static void *worker(void *start) {
  int id = (int)(intptr_t)start;
  for (uint32_t seen = call_number() - 1;;) {  /* the call that it was started for may be open by now */
    seen = next_call(id, seen);
    come_back(id);
    if (!go_in()) continue;
    run_chunks(pool.job, NULL, id + 1);
    go_out();
  }
  return NULL;
}

static void start_workers(int wanted) {  /* by the owner of the pool only */
  sigset_t all, before;
  if (pool.started >= wanted) return;
  sigfillset(&all);  /* signals are for Python's threads */
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (; pool.started < wanted; pool.started++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, (void *)(intptr_t)pool.started)) break;  /* fewer do as well */
    pthread_detach(thread);
    if (pool.started < PLACED) pool.places[pool.started].thread = thread;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void open_door(job *j, sn_i64 grain) {
  pool.job = j;
  j->begin = now(CLOCK_MONOTONIC);
  atomic_store(&pool.owner, processor());
  atomic_store(&pool.door, ((uint64_t)(call_number() + 1) << 32) | OPEN);
  if (grain <= 1 && j->n <= FEW_CHUNKS) wake(j);
}

static void shut_door(void) {
  atomic_fetch_and(&pool.door, ~OPEN);
  for (sn_i64 end = now(CLOCK_MONOTONIC) + SPIN_NS; now(CLOCK_MONOTONIC) < end;)
    for (int i = 0; i < 16; i++, relax())
      if (!(atomic_load(&pool.door) & INSIDE)) return;
  pthread_mutex_lock(&pool.mutex);
  while (atomic_load(&pool.door) & INSIDE) pthread_cond_wait(&pool.done, &pool.mutex);
  pthread_mutex_unlock(&pool.mutex);
}

int sn_parallel_for(const sn_rt *rt, int (*body)(void *, sn_i64, sn_i64), void *ctx, sn_i64 n, sn_i64 grain) {
  if (n <= 0) return 0;
  if (inside) return body(ctx, 0, n);
  int threads = atomic_load(&pool.limit), idle = 0;
  job j;
  j.body = body, j.ctx = ctx, j.n = n, j.chunk = chunk_length(n, grain, threads), j.helpers = 0;
  atomic_init(&j.error, 0);
  cut_ranges(&j, threads);
  sn_i64 helpers = (n - 1) / j.chunk;
  if (helpers > threads - 1) helpers = threads - 1;
  if (helpers < 1 || !atomic_compare_exchange_strong(&pool.busy, &idle, 1)) {
    run_chunks(&j, rt, 0);
    return atomic_load(&j.error);
  }
  start_workers(threads - 1);
  j.helpers = helpers;
  open_door(&j, grain);
  run_chunks(&j, rt, 0);
  shut_door();
  atomic_store(&pool.busy, 0);
  return atomic_load(&j.error);
}

void sn_poll_restart(void) { last_poll = now(POLL_CLOCK); }

int sn_poll_interrupt(const sn_rt *rt) {
  (void)rt;
  if (inside && atomic_load_explicit(&inside->error, memory_order_relaxed)) return 1;
  if (!pthread_equal(pthread_self(), main_thread)) return 0;
  sn_i64 time = now(POLL_CLOCK);
  if (time - last_poll < POLL_NS) return 0;
  int stop = poll_python();
  last_poll = now(POLL_CLOCK);
  return stop;
}

static void init_locks(void) {
  pthread_mutex_init(&pool.mutex, NULL);
  pthread_cond_init(&pool.work, NULL);
  pthread_cond_init(&pool.done, NULL);
  pthread_cond_init(&pool.parked, NULL);
}

static void after_fork(void) {  /* the child has this thread alone, whatever the others were doing */
  init_locks();
  atomic_store(&pool.busy, 0);
  atomic_store(&pool.sleepers, 0);
  atomic_store(&pool.door, 0);
  pool.started = 0;
  main_thread = pthread_self();
  if (inside) first_error(inside, SN_INTERRUPTED);  /* a signal handler forked: chunks are lost */
}

void sn_pool_init(int (*poll)(void), unsigned long main_ident) {
  poll_python = poll;
  main_thread = (pthread_t)main_ident;
  atomic_store(&pool.limit, 1);
  init_locks();
  pthread_atfork(NULL, NULL, after_fork);
}

void sn_pool_set_threads(int threads) {
  atomic_store(&pool.limit, threads < 1 ? 1 : threads);
  pthread_mutex_lock(&pool.mutex);
  pthread_cond_broadcast(&pool.parked);
  pthread_cond_broadcast(&pool.work);  /* so that workers now surplus go and park */
  pthread_mutex_unlock(&pool.mutex);
}

int sn_pool_threads(void) { return atomic_load(&pool.limit); }

#endif
