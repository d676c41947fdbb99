#pragma once
// Every fast kernel is compiled for each instruction set that helps it and chosen at run time; the portable one is its
// twin.

#include <cstdint>
#include <vector>

namespace herald {

enum class Kernel : std::uint8_t {
  portable = 0,  // plain C++
  bmi2 = 1,      // x86: bit extraction, carry-less multiplication of 64 bits, AVX2
  avx512 = 2,    // x86: AVX-512, carry-less multiplication of four pairs at once (VPCLMULQDQ)
};

// Whether this processor runs it.
bool available(Kernel kernel);
// The fastest that it runs; HERALD_KERNEL=portable|bmi2|avx512 in the environment asks for a slower one.
Kernel best_kernel();
// All that it runs, for tests and benchmarks.
std::vector<Kernel> available_kernels();
const char* to_string(Kernel kernel);

}  // namespace herald
