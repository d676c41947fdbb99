#include "herald/optics/bell_statistics.h"

#include <fmt/format.h>

#include <numbers>

#include "herald/base/entropy.h"

namespace herald {

Result<BellStatistics> bell_statistics(double visibility, double efficiency_alice, double efficiency_bob,
                                       double noise) {
  for (const double value : {visibility, efficiency_alice, efficiency_bob, 2 * noise}) {
    if (!(value >= 0 && value <= 1))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a Bell test of visibility {}, efficiencies {} and {} and noise {} is not possible",
                              visibility, efficiency_alice, efficiency_bob, noise));
  }
  const double a = efficiency_alice, b = efficiency_bob;
  BellStatistics shown;
  shown.chsh = 2 * std::numbers::sqrt2 * visibility * a * b + 2 * (1 - a) * (1 - b);
  shown.key_error = ErrorRate(a * b * (1 - visibility) / 2 + (a * (1 - b) + b * (1 - a)) / 2);
  const auto flipped = [noise](double minus) { return binary_entropy(minus * (1 - noise) + (1 - minus) * noise); };
  shown.flagged_entropy =
      b / 2 * (flipped(a * (1 - visibility) / 2) + flipped(a * (1 + visibility) / 2)) + (1 - b) * flipped(a / 2);
  return shown;
}

}  // namespace herald
