#include "herald/base/statistics.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>
#include <utility>

#include "herald/base/result.h"
#include "herald/base/tail_bounds.h"

namespace herald {
namespace {

constexpr double kLeastExpected = 5;

}  // namespace

double chi_square_p_value(double statistic, double degrees_of_freedom) {
  HERALD_CHECK(statistic >= 0 && degrees_of_freedom > 0);
  if (std::isinf(statistic)) return 0;
  return boost::math::gamma_q(degrees_of_freedom / 2, statistic / 2);
}

double chi_square_test(std::span<const std::uint64_t> observed, std::span<const double> probabilities) {
  HERALD_CHECK(observed.size() == probabilities.size());
  const double total = static_cast<double>(std::accumulate(observed.begin(), observed.end(), std::uint64_t{0}));
  const double norm = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  HERALD_CHECK(norm > 0 && std::isfinite(norm));
  std::vector<std::pair<double, double>> cells;  // observed, expected
  double seen = 0, expected = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    HERALD_CHECK(probabilities[i] >= 0);
    if (probabilities[i] == 0 && observed[i] != 0) return 0;
    seen += static_cast<double>(observed[i]);
    expected += total * probabilities[i] / norm;
    if (expected >= kLeastExpected) cells.emplace_back(std::exchange(seen, 0), std::exchange(expected, 0));
  }
  if (cells.empty()) return 1;
  cells.back().first += seen;
  cells.back().second += expected;
  if (cells.size() < 2) return 1;
  double statistic = 0;
  for (const auto& [o, e] : cells) statistic += (o - e) * (o - e) / e;
  return chi_square_p_value(statistic, static_cast<double>(cells.size() - 1));
}

double two_sample_chi_square_test(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  HERALD_CHECK(a.size() == b.size());
  const double total_a = static_cast<double>(std::accumulate(a.begin(), a.end(), std::uint64_t{0}));
  const double total_b = static_cast<double>(std::accumulate(b.begin(), b.end(), std::uint64_t{0}));
  if (total_a == 0 || total_b == 0) return 1;
  const double share_a = total_a / (total_a + total_b), share_b = 1 - share_a;
  std::vector<std::pair<double, double>> cells;
  double seen_a = 0, seen_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    seen_a += static_cast<double>(a[i]);
    seen_b += static_cast<double>(b[i]);
    if ((seen_a + seen_b) * std::min(share_a, share_b) >= kLeastExpected)
      cells.emplace_back(std::exchange(seen_a, 0), std::exchange(seen_b, 0));
  }
  if (cells.empty()) return 1;
  cells.back().first += seen_a;
  cells.back().second += seen_b;
  if (cells.size() < 2) return 1;
  double statistic = 0;
  for (const auto& [x, y] : cells) {
    const double expected = (x + y) * share_a;
    statistic += (x - expected) * (x - expected) / (expected * share_b);
  }
  return chi_square_p_value(statistic, static_cast<double>(cells.size() - 1));
}

std::pair<Probability, Probability> binomial_interval(std::uint64_t successes, std::uint64_t trials,
                                                      FailureProbability false_alarm) {
  HERALD_CHECK(successes <= trials && trials <= (std::uint64_t{1} << 53));
  const auto k = static_cast<std::int64_t>(successes), n = static_cast<std::int64_t>(trials);
  return {clopper_pearson_lower(k, n, false_alarm / 2), clopper_pearson_upper(k, n, false_alarm / 2)};
}

double mean(std::span<const double> values) {
  HERALD_CHECK(!values.empty());
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double sample_variance(std::span<const double> values) {
  HERALD_CHECK(values.size() >= 2);
  const double center = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - center) * (value - center);
  return sum / static_cast<double>(values.size() - 1);
}

double median(std::vector<double> values) {
  HERALD_CHECK(!values.empty());
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half), values.end());
  const double upper = values[half];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half))) / 2;
}

}  // namespace herald
