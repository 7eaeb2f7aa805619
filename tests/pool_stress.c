/* Threads that call, nest, fail, fork, resize and allocate at once; prints "ok" if nothing was lost. */
#include "_pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef NO_FORK  /* sanitizers do not survive it */
#define NO_FORK 0
#endif

enum { MOST = 20000, ROUNDS = 1500, FAILED = 7 };

typedef struct { int *counts; int code; } work;

static int no_poll(void) { return 0; }
static void *no_alloc(const sn_rt *rt, sn_i64 bytes) { (void)rt; (void)bytes; return NULL; }
static void no_release(const sn_rt *rt, void *block) { (void)rt; (void)block; }
static int no_host(const sn_rt *rt, sn_call *call, sn_i64 i, void **buffers, const sn_i64 *lengths) {
  (void)rt; (void)call; (void)i; (void)buffers; (void)lengths;
  return 0;
}
static const sn_rt rt = {
  1, sizeof(sn_rt), sn_parallel_for, sn_poll_interrupt, no_alloc, no_release, no_host, 0, 0, 0, {0},
};

static void expect(int truth, const char *what) {
  if (truth) return;
  printf("%s\n", what);
  exit(1);
}

static int count(void *context, sn_i64 begin, sn_i64 end) {
  work *w = context;
  for (sn_i64 i = begin; i < end; i++) w->counts[i]++;
  return begin <= 500 && 500 < end ? w->code : 0;
}

static int count_nested(void *context, sn_i64 begin, sn_i64 end) {
  work *w = context, inner = {w->counts + begin, 0};
  return rt.parallel_for(&rt, count, &inner, end - begin, 3);
}

static void check_once(int *counts, sn_i64 n) {
  for (sn_i64 i = 0; i < n; i++) expect(counts[i] == 1, "an element was lost or done twice");
  expect(counts[n] == 0, "work beyond the end");
}

static void call(int (*body)(void *, sn_i64, sn_i64), int *counts, sn_i64 n, sn_i64 grain) {
  work w = {counts, 0};
  memset(counts, 0, (size_t)(n + 1) * sizeof(int));
  expect(rt.parallel_for(&rt, body, &w, n, grain) == 0, "an error from nowhere");
  check_once(counts, n);
}

static void fail(int *counts) {
  work w = {counts, FAILED};
  expect(rt.parallel_for(&rt, count, &w, 5000, 10) == FAILED, "an error was lost");
}

static void allocate(size_t bytes) {
  char *block = sn_buffer_take(bytes);
  expect(block && (size_t)block % 64 == 0 && sn_buffer_bytes(block) >= bytes, "a bad block");
  memset(block, 1, bytes < 64 ? bytes : 64);
  sn_buffer_give(block);
}

static void fork_and_call(int *counts) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    call(count, counts, 10000, 16);
    allocate(100);
    _exit(0);
  }
  waitpid(child, &status, 0);
  expect(status == 0, "the child of a fork failed");
}

static _Atomic int helped;
static pthread_t caller;

static int nap(void *microseconds, sn_i64 begin, sn_i64 end) {
  (void)begin, (void)end;
  if (!pthread_equal(pthread_self(), caller)) helped = 1;
  usleep((useconds_t)*(int *)microseconds);
  return 0;
}

static void wake_for_long_work(void) {
  int microseconds = 1000;
  caller = pthread_self();
  for (int round = 0; round < 2; round++) {  /* workers start in the first and sleep when the second begins */
    helped = 0;
    rt.parallel_for(&rt, nap, &microseconds, 64, 1);
    expect(helped, "long work was done alone");
    usleep(20000);
  }
}

static void *user(void *number) {
  unsigned seed = (unsigned)(size_t)number;
  int *counts = calloc(MOST + 1, sizeof(int));
  for (int round = 0; round < ROUNDS; round++) {
    call(count, counts, rand_r(&seed) % MOST, 1 + rand_r(&seed) % 300);
    allocate((size_t)(rand_r(&seed) % 5000000));
    if (round % 20 == 0) call(count_nested, counts, 5000, 7);
    if (round % 30 == 0) fail(counts);
    if (round % 200 == 7) sn_pool_set_threads(1 + rand_r(&seed) % 6);
    if (round % 100 == 11) usleep(200);  /* long enough for the workers to sleep */
    if (!NO_FORK && round % 300 == 13) fork_and_call(counts);
  }
  free(counts);
  return NULL;
}

int main(void) {
  pthread_t threads[3];
  sn_pool_init(no_poll, (unsigned long)pthread_self());
  sn_buffers_init();
  sn_buffers_set_limit(20000000);
  sn_pool_set_threads(4);
  wake_for_long_work();
  for (size_t i = 0; i < 3; i++) pthread_create(&threads[i], NULL, user, (void *)(i + 1));
  for (size_t i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  sn_buffer_info info = sn_buffers_info();
  expect(info.live_blocks == 0 && info.live_bytes == 0, "a block was lost");
  expect(info.idle_bytes <= info.limit && info.hits > 0, "the bound was passed, or nothing was reused");
  sn_buffers_clear();
  expect(sn_buffers_info().idle_blocks == 0, "blocks were left");
  puts("ok");
  return 0;
}
