#include "herald/proof/decoy_observation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace herald {
namespace {

constexpr std::int64_t kLargest = (std::int64_t{1} << 53) / 4;  // of one count, so that sums stay exact in a double

std::int64_t sum(const DecoyObservation& observation, std::int64_t IntensityCounts::* count) {
  std::int64_t total = 0;
  for (const IntensityCounts& k : observation.intensities) total += k.*count;
  return total;
}

Result<void> validate_counts(double detections, double errors, const char* basis, double mean) {
  // Negated, so that NaN is refused.
  if (!(errors >= 0 && detections >= errors && detections <= static_cast<double>(kLargest)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("intensity {}: {} errors in {} detections of the {} basis cannot be", mean, errors,
                            detections, basis));
  return {};
}

}  // namespace

std::int64_t key_detections(const DecoyObservation& o) { return sum(o, &IntensityCounts::key_detections); }
std::int64_t key_errors(const DecoyObservation& o) { return sum(o, &IntensityCounts::key_errors); }
std::int64_t test_detections(const DecoyObservation& o) { return sum(o, &IntensityCounts::test_detections); }
std::int64_t test_errors(const DecoyObservation& o) { return sum(o, &IntensityCounts::test_errors); }

DecoyExpectation expectation_of(const DecoyObservation& observation) {
  DecoyExpectation result;
  for (const IntensityCounts& k : observation.intensities)
    result.intensities.push_back({k.mean, k.sent, static_cast<double>(k.key_detections),
                                  static_cast<double>(k.key_errors), static_cast<double>(k.test_detections),
                                  static_cast<double>(k.test_errors)});
  return result;
}

Result<void> validate(const DecoyObservation& observation, std::size_t intensities) {
  return validate(expectation_of(observation), intensities);
}

Result<void> validate(const DecoyExpectation& counts, std::size_t intensities) {
  const auto& all = counts.intensities;
  if (all.size() != intensities)
    return fail(ErrorCode::invalid_argument,
                fmt::format("this theorem takes {} intensities, not {}", intensities, all.size()));
  double total = 0;
  for (const ExpectedCounts& k : all) {
    if (!(k.mean.value >= 0 && k.mean.value <= 100))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a mean photon number of {} is not that of a weak pulse", k.mean.value));
    if (!(k.sent.value > 0 && k.sent.value < 1))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("intensity {} is sent with probability {}; it must lie between "
                              "0 and 1",
                              k.mean.value, k.sent.value));
    total += k.sent.value;
    HERALD_TRY_VOID(validate_counts(k.key_detections, k.key_errors, "key", k.mean.value));
    HERALD_TRY_VOID(validate_counts(k.test_detections, k.test_errors, "test", k.mean.value));
  }
  if (!(std::abs(total - 1) <= 1e-9))
    return fail(ErrorCode::invalid_argument,
                fmt::format("the probabilities of the intensities have the sum {}, not 1", total));
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!(all[i - 1].mean > all[i].mean))
      return fail(ErrorCode::invalid_argument, "the intensities must fall strictly, the strongest first");
  }
  if (intensities == 3 && !(all[0].mean.value > all[1].mean.value + all[2].mean.value))
    return fail(ErrorCode::invalid_argument, fmt::format("the theorem needs mu1 > mu2 + mu3; here {} <= {} + {}",
                                                         all[0].mean.value, all[1].mean.value, all[2].mean.value));
  if (intensities == 2 && !(all[1].mean.value > 0))
    return fail(ErrorCode::invalid_argument, "with two intensities the weaker one cannot be the vacuum");
  return {};
}

double photon_number_probability(const DecoyExpectation& counts, int n) {
  double probability = 0;
  for (const ExpectedCounts& k : counts.intensities)
    probability += k.sent.value * std::exp(-k.mean.value) * std::pow(k.mean.value, n) / std::tgamma(n + 1.0);
  return probability;
}

DecoyObservation scaled(const DecoyObservation& observation, double factor) {
  HERALD_CHECK(factor > 0);
  DecoyObservation result = observation;
  for (IntensityCounts& k : result.intensities) {
    for (std::int64_t IntensityCounts::* count : {&IntensityCounts::key_detections, &IntensityCounts::key_errors,
                                                  &IntensityCounts::test_detections, &IntensityCounts::test_errors}) {
      const double grown = static_cast<double>(k.*count) * factor;
      HERALD_CHECK(grown <= 0x1p60);
      k.*count = std::llround(grown);
    }
  }
  return result;
}

double largest_growth(const DecoyObservation& observation) {
  std::int64_t most = 1;
  for (const IntensityCounts& k : observation.intensities) most = std::max({most, k.key_detections, k.test_detections});
  return static_cast<double>(kLargest) / static_cast<double>(most) * (1 - 1e-9);
}

}  // namespace herald
