// lengths: n0; blocks of 256 threads
// b0: input double (n0)
// b1: output double (n0)
// f_k0_g0<<<sn_least((n0 + 255) / 256, 65535)>>>(b0, b1, n0)

extern "C" __global__ void __launch_bounds__(256)
f_k0_g0(const double *__restrict__ b0, double *__restrict__ b1, const long long n0)
{
  for (long long i0 = (long long)blockIdx.x * blockDim.x + threadIdx.x; i0 < n0; i0 += (long long)gridDim.x * blockDim.x) {
    const double t0 = b0[i0];
    const double t1 = -(t0);
    const double t2 = exp(t1);
    const double t3 = 1.0 + t2;
    const double t4 = 1.0 / t3;
    b1[i0] = t4;
  }
}
