// Stands before a .cu text, so that g++ compiles it and its kernels run on one CPU thread.
//
// Each thread of a block is a coroutine that yields at barriers and warp exchanges.  Shared memory is filled with NaN
// before each block, threads may take turns backwards, and threads that wait for each other in vain are an error.
#pragma once
#include <math.h>
#include <string.h>
#include <ucontext.h>

#include <utility>
#include <vector>

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(n)
#define __restrict__ __restrict
#define __shared__ static __attribute__((section("cuda_shared")))

struct Place { unsigned x; };
static Place threadIdx, blockIdx, blockDim, gridDim;

namespace cuda_host {

enum State { ready, at_barrier, at_warp, done };
struct Thread { ucontext_t context; State state; std::vector<char> stack; };

static const int warp_size = 32;
static std::vector<Thread> threads;
static ucontext_t scheduler;
static int current;
static unsigned long long exchanged[1024];
static void (*kernel)(void *);
static void *arguments;

static void wait(State state) {
  threads[current].state = state;
  swapcontext(&threads[current].context, &scheduler);
}

static void entry() {
  kernel(arguments);
  wait(done);
}

template <class T> static T from_lane(T value, int distance) {
  static_assert(sizeof(T) <= sizeof exchanged[0], "a warp exchanges at most 8 bytes");
  const int source = current % warp_size + distance < warp_size ? current + distance : current;
  memcpy(&exchanged[current], &value, sizeof value);
  wait(at_warp);
  memcpy(&value, &exchanged[source], sizeof value);
  wait(at_warp);
  return value;
}

// Lets threads [begin, end) go on if all that are not done wait for the same thing.
static bool release(int begin, int end, State state) {
  int waiting = 0, finished = 0;
  for (int t = begin; t < end; t++) {
    waiting += threads[t].state == state;
    finished += threads[t].state == done;
  }
  if (waiting == 0 || waiting + finished != end - begin || (finished && state == at_warp)) return false;
  for (int t = begin; t < end; t++)
    if (threads[t].state == state) threads[t].state = ready;
  return true;
}

// Runs the threads of a warp until all of them wait for other warps, so that races between warps show.
static bool run_warp(int begin, bool backwards) {
  bool any = false;
  for (bool moved = true; moved; any |= moved) {
    moved = false;
    for (int k = 0; k < warp_size; k++) {
      current = begin + (backwards ? warp_size - 1 - k : k);
      if (threads[current].state != ready) continue;
      threadIdx.x = current;
      swapcontext(&scheduler, &threads[current].context);
      moved = true;
    }
    moved |= release(begin, begin + warp_size, at_warp);
  }
  return any;
}

static bool run_block(bool backwards) {
  const int count = blockDim.x;
  for (int t = 0; t < count; t++) {
    threads[t].state = ready;
    getcontext(&threads[t].context);
    threads[t].context.uc_stack.ss_sp = threads[t].stack.data();
    threads[t].context.uc_stack.ss_size = threads[t].stack.size();
    makecontext(&threads[t].context, entry, 0);
  }
  const int warps = count / warp_size;
  for (bool moved = true; moved;) {
    moved = false;
    for (int w = 0; w < warps; w++) moved |= run_warp((backwards ? warps - 1 - w : w) * warp_size, backwards);
    moved |= release(0, count, at_barrier);
  }
  for (int t = 0; t < count; t++)
    if (threads[t].state != done) return false;
  return true;
}

template <class... A, size_t... I>
static void apply(void (*function)(A...), void **given, std::index_sequence<I...>) {
  function(*static_cast<A *>(given[I])...);
}

// 0, or 1 if threads of a block waited for each other in vain.
template <class... A>
static int launch(void (*function)(A...), unsigned blocks, unsigned size, void **given, bool backwards,
                  char *shared, char *shared_end) {
  struct Call { void (*function)(A...); void **given; } call = {function, given};
  kernel = [](void *p) {
    Call *c = static_cast<Call *>(p);
    apply(c->function, c->given, std::index_sequence_for<A...>{});
  };
  arguments = &call;
  threads.resize(size);
  for (Thread &t : threads) t.stack.resize(1 << 16);
  gridDim.x = blocks;
  blockDim.x = size;
  for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++) {
    for (volatile char *p = shared; p < shared_end; p++) *p = (char)0xff;
    if (!run_block(backwards)) return 1;
  }
  return 0;
}

}  // namespace cuda_host

extern "C" char __start_cuda_shared[] __attribute__((weak)), __stop_cuda_shared[] __attribute__((weak));

#define __syncthreads() cuda_host::wait(cuda_host::at_barrier)
#define __shfl_down_sync(mask, value, distance) cuda_host::from_lane(value, distance)
static inline float __int_as_float(int bits) { float x; memcpy(&x, &bits, sizeof x); return x; }
static inline double __longlong_as_double(long long bits) { double x; memcpy(&x, &bits, sizeof x); return x; }

#define CUDA_HOST_EXPORT(name) \
  extern "C" int name##_launch(unsigned blocks, unsigned size, void **given, int backwards) { \
    return cuda_host::launch(name, blocks, size, given, backwards, __start_cuda_shared, __stop_cuda_shared); \
  }
