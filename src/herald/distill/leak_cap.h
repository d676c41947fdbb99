#pragma once
// The cap on disclosed parities that both ends agree on before a block is corrected. The key length is computed from
// the cap, never from what was disclosed in fact (whose value depends on the errors and would need a variable-length
// theorem); so an honest run should hardly ever reach it, and Alice answers nothing beyond it.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "herald/base/entropy.h"
#include "herald/base/units.h"

namespace herald {

// Parities that Cascade (cascade.h) discloses for n bits whose error rate is `expected`, as estimated from `test_bits`
// bits of the same kind (0: known exactly), plus a margin that an honest run exceeds with probability below 1e-3.
//
// Mean, measured over n = 1e3 … 1e6 and Q = 0.2 … 11 %: below (1.055 + 0.15 Q) n h(Q) + 30. Variance: n h'(Q)^2 Q (1 -
// Q) from the number of errors, n / test_bits times as much from the estimate, and (measured) below n (0.2 + 10 Q) from
// Cascade itself. Margin: 4.5 deviations, because below n = 4096 the tail is heavier than the normal one (4.9
// deviations once in 400 runs at n = 1000, which the constant covers).
inline std::uint64_t leak_cap(std::uint64_t n, ErrorRate expected, std::uint64_t test_bits = 0) {
  if (n == 0) return 0;
  const double size = static_cast<double>(n);
  const double q = std::clamp(expected.value, std::min(0.25, std::max(1e-4, 2 / size)), 0.5);
  const double slope = std::log2((1 - q) / q), errors = slope * slope * q * (1 - q);
  const double estimate = test_bits == 0 ? 0 : errors * size / static_cast<double>(test_bits);
  const double mean = (1.055 + 0.15 * q) * size * binary_entropy(q) + 30;
  return static_cast<std::uint64_t>(std::ceil(mean + 4.5 * std::sqrt(size * (errors + estimate + 0.2 + 10 * q))));
}

}  // namespace herald
