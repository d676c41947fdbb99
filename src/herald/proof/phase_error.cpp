#include "herald/proof/phase_error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/base/tail_bounds.h"

namespace herald {

ErrorRate sampled_phase_error_rate(double errors, double test, double key, FailureProbability epsilon) {
  // Negated comparisons, so that NaN shows nothing.
  if (!(test >= 1) || !(key >= 1) || !(errors < test / 2)) return ErrorRate(0.5);
  const auto seen = static_cast<std::int64_t>(std::ceil(std::max(errors, 0.0)));
  const auto sample = static_cast<std::int64_t>(std::floor(test));
  const auto unseen = static_cast<std::int64_t>(std::floor(key));
  if (seen >= sample) return ErrorRate(0.5);
  // One more, for the fraction of an event that rounding took from the key.
  const double bound = static_cast<double>(unseen_marked_upper(seen, sample, unseen, epsilon) + 1);
  return ErrorRate(std::min(0.5, bound / static_cast<double>(unseen)));
}

ErrorRate published_phase_error_rate(double errors, double test, double key, FailureProbability epsilon, double terms) {
  if (!(test > 0) || !(key > 0) || !(errors < test)) return ErrorRate(0.5);
  const double b = std::max(errors, 0.0) / test, spread = (test + key) * (1 - b) * b / (test * key);
  if (b == 0) return ErrorRate(0);
  const double inside = (test + key) / (test * key * (1 - b) * b) * (terms / epsilon.value) * (terms / epsilon.value);
  const double gamma = inside > 1 ? std::sqrt(spread / std::numbers::ln2 * std::log2(inside)) : 0;
  return ErrorRate(std::min(0.5, b + gamma));
}

}  // namespace herald
