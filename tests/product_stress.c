/* Products of random lengths, distances and signs against plain loops, by several threads; prints "ok". */
#include "_pool.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 40 };

static int no_poll(void) { return 0; }
static int no_interrupt(const sn_rt *rt) { (void)rt; return 0; }
static void *take(const sn_rt *rt, sn_i64 bytes) { (void)rt; return sn_buffer_take((size_t)bytes); }
static void give(const sn_rt *rt, void *block) { (void)rt; sn_buffer_give(block); }
static sn_rt rt = {.version = 1, .size = sizeof(sn_rt), .parallel_for = sn_parallel_for,
                   .poll_interrupt = no_interrupt, .alloc = take, .release = give};

static double at(const void *x, sn_i64 i, int wide) { return wide ? ((const double *)x)[i] : ((const float *)x)[i]; }

static void put(void *x, sn_i64 i, int wide, double value) {
  if (wide) ((double *)x)[i] = value;
  else ((float *)x)[i] = (float)value;
}

static void *filled(sn_i64 count, int wide, unsigned *seed) {
  void *x = malloc((size_t)(count + 1) * (wide ? sizeof(double) : sizeof(float)));
  for (sn_i64 i = 0; i < count; i++) put(x, i, wide, rand_r(seed) % 2001 / 1000.0 - 1);
  return x;
}

static sn_i64 length(unsigned *seed) {
  static const sn_i64 some[] = {0, 1, 2, 6, 12, 13, 16, 31, 33, 64, 70, 150, 260, 530};
  return some[(unsigned)rand_r(seed) % (sizeof(some) / sizeof(*some))];
}

static void round_of(unsigned *seed, int wide) {
  const int first = rand_r(seed) % 2, second = rand_r(seed) % 2, vector = rand_r(seed) % 6;
  const sn_i64 m = vector == 1 ? 1 : length(seed), n = vector == 2 ? 1 : vector == 3 ? m : length(seed);
  const sn_i64 k = length(seed) * (vector == 1 || vector == 2 ? 5 : 1), row = n + rand_r(seed) % 3 * (vector != 2);
  void *a = filled(m * k, wide, seed), *b = filled(k * n, wide, seed), *c = filled(m * row, wide, seed);
  sn_product p = {.m = m, .n = n, .k = k, .wide = wide, .a = a, .a_row = first ? 1 : k, .a_column = first ? m : 1,
                  .b = b, .b_row = second ? 1 : n, .b_column = second ? k : 1, .c = c, .c_row = row,
                  .sign = rand_r(seed) % 3 - 1, .vector = vector < 3 ? vector : 0};
  if (m == n && rand_r(seed) % 2) p.b = a, p.b_row = p.a_column, p.b_column = p.a_row;
  double *wanted = malloc((size_t)(m * row + 1) * sizeof(double));
  for (sn_i64 i = 0; i < m; i++)
    for (sn_i64 j = 0; j < row; j++) {
      double s = p.sign || j >= n ? at(c, i * row + j, wide) : 0;
      for (sn_i64 l = 0; l < k && j < n; l++)
        s += (p.sign < 0 ? -1 : 1) * at(a, i * p.a_row + l * p.a_column, wide) *
             at(p.b, l * p.b_row + j * p.b_column, wide);
      wanted[i * row + j] = s;
    }
  const int code = rt.multiply(&rt, &p);
  for (sn_i64 i = 0; i < m * row; i++) {
    const double error = fabs(at(c, i, wide) - wanted[i]), bound = (i % row >= n ? 0 : wide ? 1e-12 : 1e-3);
    if (code == 0 && error <= bound) continue;
    printf("%lld x %lld x %lld, element %lld: %g off, code %d\n", (long long)m, (long long)n, (long long)k,
           (long long)i, error, code);
    exit(1);
  }
  free(a), free(b), free(c), free(wanted);
}

static void *user(void *number) {
  unsigned seed = (unsigned)(size_t)number;
  for (int round = 0; round < ROUNDS; round++) round_of(&seed, round % 2);
  return NULL;
}

int main(void) {
  pthread_t threads[2];
  sn_pool_init(no_poll, (unsigned long)pthread_self());
  sn_buffers_init();
  sn_pool_set_threads(3);
  rt.multiply = sn_products_init();
  if (!rt.multiply) return puts("ok") < 0;
  for (size_t i = 0; i < 2; i++) pthread_create(&threads[i], NULL, user, (void *)(i + 1));
  for (size_t i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  puts("ok");
  return 0;
}
