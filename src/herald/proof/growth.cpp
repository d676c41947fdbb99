#include "herald/proof/growth.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace herald {

Result<double> growth_needed(const std::function<Result<KeyLength>(double factor)>& length_at, double largest) {
  HERALD_TRY(const KeyLength now, length_at(1));
  if (now.bits > 0) return 1.0;
  double too_small = 1, enough = 2;
  for (;; too_small = enough, enough *= 2) {
    if (!(enough <= largest)) return std::numeric_limits<double>::infinity();
    HERALD_TRY(const KeyLength key, length_at(enough));
    if (key.bits > 0) break;
  }
  while (enough / too_small > 1.001) {
    const double middle = std::sqrt(enough * too_small);
    HERALD_TRY(const KeyLength key, length_at(middle));
    (key.bits > 0 ? enough : too_small) = middle;
  }
  return enough;
}

Disclosure scaled(const Disclosure& disclosure, double factor) {
  Disclosure result = disclosure;
  result.leak = static_cast<std::int64_t>(std::min(std::ceil(static_cast<double>(disclosure.leak) * factor), 0x1p53));
  return result;
}

}  // namespace herald
