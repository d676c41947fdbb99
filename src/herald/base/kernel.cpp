#include "herald/base/kernel.h"

#include <cstdlib>
#include <cstring>

namespace herald {

bool available(Kernel kernel) {
#if defined(__x86_64__)
  static const bool bmi2 =
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul");
  static const bool avx512 = bmi2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("vpclmulqdq");
#else
  constexpr bool bmi2 = false, avx512 = false;
#endif
  switch (kernel) {
    case Kernel::portable: return true;
    case Kernel::bmi2: return bmi2;
    case Kernel::avx512: return avx512;
  }
  return false;
}

Kernel best_kernel() {
  static const Kernel best = [] {
    const char* asked = std::getenv("HERALD_KERNEL");
    for (Kernel kernel : available_kernels())
      if (asked != nullptr && std::strcmp(asked, to_string(kernel)) == 0) return kernel;
    return available_kernels().back();
  }();
  return best;
}

std::vector<Kernel> available_kernels() {
  std::vector<Kernel> kernels;
  for (Kernel kernel : {Kernel::portable, Kernel::bmi2, Kernel::avx512})
    if (available(kernel)) kernels.push_back(kernel);
  return kernels;
}

const char* to_string(Kernel kernel) {
  switch (kernel) {
    case Kernel::portable: return "portable";
    case Kernel::bmi2: return "bmi2";
    case Kernel::avx512: return "avx512";
  }
  return "unknown";
}

}  // namespace herald
