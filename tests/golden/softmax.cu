// lengths: n0, n1; blocks of 256 threads
// b0: input double (n0, n1)
// b1: output double (n0, n1)
// f_k0_g0<<<sn_least(n0, 2147483647)>>>(b0, b1, n0, n1)

extern "C" __global__ void __launch_bounds__(256)
f_k0_g0(const double *__restrict__ b0, double *__restrict__ b1, const long long n0, const long long n1)
{
  for (long long i0 = blockIdx.x; i0 < n0; i0 += gridDim.x) {
    double sum0[1];
    sum0[0] = (-__longlong_as_double(0x7ff0000000000000LL));
    for (long long i1 = threadIdx.x; i1 < n1; i1 += blockDim.x) {
      const double t0 = b0[i0 * n1 + i1];
      sum0[0] = ((sum0[0] <= t0) | (t0 != t0)) ? t0 : sum0[0];
    }
    __shared__ double shared0[32];
    for (int d0 = 16; d0 > 0; d0 /= 2) {
      const double v0 = __shfl_down_sync(0xffffffffu, sum0[0], d0);
      sum0[0] = ((sum0[0] <= v0) | (v0 != v0)) ? v0 : sum0[0];
    }
    for (long long i2 = threadIdx.x; i2 < 256; i2 += blockDim.x) {
      const long long i3 = i2 / 32;
      if (i2 - 32 * i3 < 1) {
        shared0[i3] = sum0[0];
      }
    }
    __syncthreads();
    for (long long i4 = threadIdx.x; i4 < 32; i4 += blockDim.x) {
      sum0[0] = (-__longlong_as_double(0x7ff0000000000000LL));
      if (i4 < 8) {
        sum0[0] = shared0[i4];
      }
      for (int d1 = 16; d1 > 0; d1 /= 2) {
        const double v1 = __shfl_down_sync(0xffffffffu, sum0[0], d1);
        sum0[0] = ((sum0[0] <= v1) | (v1 != v1)) ? v1 : sum0[0];
      }
      if (i4 < 1) {
        shared0[0] = sum0[0];
      }
    }
    __syncthreads();
    const double t1 = shared0[0];
    __syncthreads();
    double sum1[1];
    sum1[0] = 0.0;
    for (long long i5 = threadIdx.x; i5 < n1; i5 += blockDim.x) {
      const double t2 = b0[i0 * n1 + i5];
      const double t3 = t2 - t1;
      const double t4 = exp(t3);
      b1[i0 * n1 + i5] = t4;
      sum1[0] = sum1[0] + t4;
    }
    __shared__ double shared1[32];
    for (int d2 = 16; d2 > 0; d2 /= 2) {
      const double v2 = __shfl_down_sync(0xffffffffu, sum1[0], d2);
      sum1[0] = sum1[0] + v2;
    }
    for (long long i6 = threadIdx.x; i6 < 256; i6 += blockDim.x) {
      const long long i7 = i6 / 32;
      if (i6 - 32 * i7 < 1) {
        shared1[i7] = sum1[0];
      }
    }
    __syncthreads();
    for (long long i8 = threadIdx.x; i8 < 32; i8 += blockDim.x) {
      sum1[0] = 0.0;
      if (i8 < 8) {
        sum1[0] = shared1[i8];
      }
      for (int d3 = 16; d3 > 0; d3 /= 2) {
        const double v3 = __shfl_down_sync(0xffffffffu, sum1[0], d3);
        sum1[0] = sum1[0] + v3;
      }
      if (i8 < 1) {
        shared1[0] = sum1[0];
      }
    }
    __syncthreads();
    const double t5 = shared1[0];
    __syncthreads();
    for (long long i9 = threadIdx.x; i9 < n1; i9 += blockDim.x) {
      const double t6 = b1[i0 * n1 + i9];
      const double t7 = t6 / t5;
      b1[i0 * n1 + i9] = t7;
    }
  }
}
