#include "herald/optics/alias_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace herald {

AliasTable::AliasTable(std::span<const double> weights) {
  HERALD_CHECK(!weights.empty() && weights.size() <= 65536);
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(2, weights.size()));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  HERALD_CHECK(sum > 0 && std::isfinite(sum));
  m_columns.resize(size);
  m_shift = 64 - std::countr_zero(size);

  std::vector<double> share(size, 0.0);
  std::vector<std::uint16_t> small, large;
  for (std::size_t i = 0; i < size; ++i) {
    if (i < weights.size()) share[i] = weights[i] / sum * static_cast<double>(size);
    (share[i] < 1 ? small : large).push_back(static_cast<std::uint16_t>(i));
  }
  while (!small.empty() && !large.empty()) {
    const std::uint16_t own = small.back(), other = large.back();
    small.pop_back();
    m_columns[own] = {static_cast<std::uint64_t>(share[own] * 0x1p64), own, other};
    share[other] -= 1 - share[own];
    if (share[other] < 1) {
      large.pop_back();
      small.push_back(other);
    }
  }
  // What is left is 1 up to rounding; an outcome of weight 0 left over takes the likeliest outcome instead.
  const auto likeliest = static_cast<std::uint16_t>(std::ranges::max_element(weights) - weights.begin());
  for (const auto& rest : {small, large}) {
    for (const std::uint16_t i : rest) {
      const std::uint16_t kept = i < weights.size() && weights[i] > 0 ? i : likeliest;
      m_columns[i] = {~std::uint64_t{0}, kept, kept};
    }
  }
}

}  // namespace herald
