#include "herald/optics/pair_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace herald {
namespace {

constexpr unsigned kMostPairs = 1'000'000;

Result<void> validate_probability(double value, const char* what) {
  if (!(value >= 0 && value <= 1))
    return fail(ErrorCode::invalid_argument, fmt::format("{} of {} is not between 0 and 1", what, value));
  return {};
}

Result<void> validate(const PairReceiver& alice, const PairReceiver& bob, const PairErrors& errors) {
  for (const PairReceiver& receiver : {alice, bob}) {
    HERALD_TRY_VOID(validate_probability(receiver.efficiency, "a receiver's efficiency"));
    HERALD_TRY_VOID(validate_probability(receiver.background, "a receiver's background yield"));
  }
  HERALD_TRY_VOID(validate_probability(errors.misalignment, "a misalignment"));
  return validate_probability(errors.background, "an error rate of background");
}

// From the gain and the correlation, the mean of (+1 for equal, -1 for different bits) over pairs without errors:
// E Q = e0 Q - (e0 - e_d) correlation.
CoincidenceRate coincidences(double gain, double correlation, const PairErrors& errors) {
  if (!(gain > 0)) return {0, errors.background};
  const double error = errors.background - (errors.background - errors.misalignment) * correlation / gain;
  return {gain, std::clamp(error, 0.0, 1.0)};
}

}  // namespace

double pair_number_probability(double mean_pairs, unsigned pairs) {
  HERALD_CHECK(mean_pairs >= 0);
  const double lambda = mean_pairs / 2, n = pairs;
  if (lambda == 0) return pairs == 0 ? 1 : 0;
  return (n + 1) * std::exp(n * std::log(lambda) - (n + 2) * std::log1p(lambda));
}

Result<CoincidenceRate> down_conversion(double mean_pairs, const PairReceiver& alice, const PairReceiver& bob,
                                        const PairErrors& errors) {
  if (!(mean_pairs > 0 && mean_pairs <= 1000))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} pairs per pulse are not possible; above 0 and up to 1000 are", mean_pairs));
  HERALD_TRY_VOID(validate(alice, bob, errors));
  const double lambda = mean_pairs / 2, a = alice.efficiency * lambda, b = bob.efficiency * lambda;
  const double both = alice.efficiency * b;  // eta_A eta_B lambda
  const double none = 1 + a + b - both;      // 1/none^2: that neither end detects a photon
  // Q = 1 - (1-Y0A)/(1+a)^2 - (1-Y0B)/(1+b)^2 + (1-Y0A)(1-Y0B)/none^2, as the product of what each end sees plus what
  // they see more often together.
  const double dark_a = 1 - alice.background, dark_b = 1 - bob.background;
  const double only_a = alice.background + dark_a * a * (2 + a) / ((1 + a) * (1 + a));
  const double only_b = bob.background + dark_b * b * (2 + b) / ((1 + b) * (1 + b));
  const double product = (1 + a) * (1 + b);
  const double joint = (a * b + both) * (product + none) / (product * product * none * none);
  const double gain = only_a * only_b + dark_a * dark_b * joint;
  const double correlation = 2 * both * (1 + lambda) / (product * none);
  return coincidences(std::min(gain, 1.0), correlation, errors);
}

Result<CoincidenceRate> pair_number_coincidence(unsigned pairs, const PairReceiver& alice, const PairReceiver& bob,
                                                const PairErrors& errors) {
  if (pairs > kMostPairs)
    return fail(ErrorCode::invalid_argument, fmt::format("{} pairs in a pulse are more than {}", pairs, kMostPairs));
  HERALD_TRY_VOID(validate(alice, bob, errors));
  const double n = pairs;
  const auto missed = [](double efficiency, double photons) {  // log of (1 - eta)^photons
    return photons == 0 ? 0.0 : photons * std::log1p(-efficiency);
  };
  const auto yield = [&](const PairReceiver& receiver) {
    return receiver.background - (1 - receiver.background) * std::expm1(missed(receiver.efficiency, n));
  };
  // m photons of a kind at Alice and m at Bob, n - m of the other, all m alike; a double click gives a random bit.
  double correlation = 0;
  for (double m = 0; m < n / 2; ++m) {
    const auto excess = [&](double efficiency) {
      return -std::exp(missed(efficiency, m)) * std::expm1(missed(efficiency, n - 2 * m));
    };
    correlation += 2 * excess(alice.efficiency) * excess(bob.efficiency) / (n + 1);
  }
  return coincidences(yield(alice) * yield(bob), correlation, errors);
}

}  // namespace herald
