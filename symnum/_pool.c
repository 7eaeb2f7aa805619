/* One small persistent pool of threads.
 *
 * One parallel_for owns the pool at a time; a second caller that finds it busy runs its work alone, because
 * every core is taken already and waiting could only make it later.  A worker may join a call while its door
 * is open; the owner shuts the door when no chunk is left and waits only for those inside, so a worker that
 * the system does not schedule in time costs nothing. */
#include "_pool.h"

#define CHUNKS_PER_THREAD 1024  /* to stop soon and to balance uneven work; a chunk costs about 50 ns */
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
#define SPIN_NS 30000  /* how long an idle worker, or an owner waiting for the last chunk, spins */
#define OPEN (UINT64_C(1) << 31)
#define INSIDE (OPEN - 1)

typedef struct {
  int (*body)(void *, sn_i64, sn_i64);
  void *ctx;
  sn_i64 n, chunk;
  _Atomic sn_i64 next;
  atomic_int error;
} job;

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t work, done, parked;
  atomic_int busy, sleepers, limit;
  _Atomic uint64_t door;  /* number of the call << 32 | OPEN | workers inside */
  job *job;               /* valid for whoever came in through the open door */
  int started;            /* workers alive; the owner's */
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

static void run_chunks(job *j, const sn_rt *rt) {  /* rt is NULL in workers: only the caller polls */
  job *outer = inside;
  inside = j;
  while (!atomic_load_explicit(&j->error, memory_order_relaxed)) {
    sn_i64 begin = atomic_fetch_add_explicit(&j->next, j->chunk, memory_order_relaxed);
    if (begin >= j->n) break;
    int code = j->body(j->ctx, begin, j->n - begin < j->chunk ? j->n : begin + j->chunk);
    if (code) first_error(j, code);
    else if (rt && rt->poll_interrupt(rt)) first_error(j, SN_INTERRUPTED);
  }
  inside = outer;
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
  for (sn_i64 end = now(CLOCK_MONOTONIC) + SPIN_NS; now(CLOCK_MONOTONIC) < end;)
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
    if (!go_in()) continue;
    run_chunks(pool.job, NULL);
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
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void open_door(job *j, sn_i64 helpers) {
  pool.job = j;
  atomic_store(&pool.door, ((uint64_t)(call_number() + 1) << 32) | OPEN);
  if (!atomic_load(&pool.sleepers)) return;
  pthread_mutex_lock(&pool.mutex);
  if (helpers >= pool.started) pthread_cond_broadcast(&pool.work);
  else while (helpers-- > 0) pthread_cond_signal(&pool.work);
  pthread_mutex_unlock(&pool.mutex);
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
  job j = {.body = body, .ctx = ctx, .n = n, .chunk = chunk_length(n, grain, threads)};
  sn_i64 helpers = (n - 1) / j.chunk;
  if (helpers > threads - 1) helpers = threads - 1;
  if (helpers < 1 || !atomic_compare_exchange_strong(&pool.busy, &idle, 1)) {
    run_chunks(&j, rt);
    return atomic_load(&j.error);
  }
  start_workers(threads - 1);
  open_door(&j, helpers);
  run_chunks(&j, rt);
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
