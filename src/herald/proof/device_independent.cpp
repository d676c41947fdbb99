#include "herald/proof/device_independent.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/device_independent_assumptions.h"

namespace herald {
namespace {

// How far a CHSH value may lie above 2 sqrt2 by rounding.
constexpr double kRounding = 1e-12;

Result<double> validate_chsh(double chsh) {
  if (!(chsh >= 0 && chsh <= kTsirelson + kRounding))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a CHSH value of {} is not possible; quantum devices reach 0 to 2.8284271", chsh));
  return std::min(chsh, kTsirelson);
}

Result<void> validate_noise(double noise) {
  if (!(noise >= 0 && noise <= 0.5))
    return fail(ErrorCode::invalid_argument, fmt::format("noise of {} is not possible; 0 to 0.5 is", noise));
  return {};
}

}  // namespace

Result<double> chsh_entropy(double chsh) { return chsh_entropy(chsh, 0); }

Result<double> chsh_entropy(double chsh, double noise) {
  HERALD_TRY(const double s, validate_chsh(chsh));
  HERALD_TRY_VOID(validate_noise(noise));
  if (s <= 2) return binary_entropy(noise);
  const double x = std::min(1.0, std::sqrt((s - 2) * (s + 2)) / 2);
  const double hidden = noise * (1 - noise) * std::max(0.0, 8 - s * s);
  // 1 - sqrt(1 - hidden) without cancellation for little noise.
  const double smaller = hidden / (2 * (1 + std::sqrt(1 - hidden)));
  return bsc_capacity((1 - x) / 2) + binary_entropy(smaller);
}

Result<double> device_independent_rate(double chsh, double correction, double noise) {
  if (!(correction >= 0 && correction <= 100))
    return fail(ErrorCode::invalid_argument,
                fmt::format("correcting a bit cannot take {} bits; 0 or more are possible", correction));
  HERALD_TRY(const double entropy, chsh_entropy(chsh, noise));
  return entropy - correction;
}

Result<double> depolarised_chsh(ErrorRate error_rate) {
  if (!(error_rate.value >= 0 && error_rate.value <= 0.5))
    return fail(ErrorCode::invalid_argument,
                fmt::format("an error rate of {} is not that of depolarised pairs: 0 to 0.5", error_rate.value));
  return kTsirelson * (1 - 2 * error_rate.value);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated, assumption::kRandomChoices,
                                       assumption::kQuantumDevices, assumption::kIsolatedDevices,
                                       assumption::kEveryRoundCounts};

double depolarised_rate(double q, double noise) {
  const double corrected = binary_entropy(q * (1 - noise) + (1 - q) * noise);
  return device_independent_rate(depolarised_chsh(ErrorRate(q)).value_or(-1), corrected, noise).value_or(-1);
}

// The error rate of depolarised pairs at which the rate vanishes.
double critical_error_rate(double noise) {
  double low = 0, high = 0.14;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (depolarised_rate(middle, noise) > 0 ? low : high) = middle;
  }
  return low;
}

constexpr PublishedPoint kPoints[] = {{"the error rate of depolarised pairs at which the rate is 0",
                                       "Acin et al. 2007: 7.1 %; digits by an independent script", 0.0714917588, 1e-9,
                                       [] { return critical_error_rate(0); }},
                                      {"the CHSH value there", "theory sheet 6.1, independent script", 2.424009, 4e-7,
                                       [] { return depolarised_chsh(ErrorRate(critical_error_rate(0))).value_or(-1); }},
                                      {"rate at Q = 0.5 %", "theory sheet 6.1, independent script", 0.873454, 1e-6,
                                       [] { return depolarised_rate(0.005, 0); }},
                                      {"rate at Q = 2.5 %", "theory sheet 6.1, independent script", 0.539062, 1e-6,
                                       [] { return depolarised_rate(0.025, 0); }},
                                      {"rate at Q = 5 %", "theory sheet 6.1, independent script", 0.224950, 3e-6,
                                       [] { return depolarised_rate(0.05, 0); }},
                                      {"H(A|E) at S = 2.4", "theory sheet 6.4, independent script", 0.34611244, 2e-8,
                                       [] { return chsh_entropy(2.4).value_or(-1); }},
                                      {"H(A|E) at S = 2.7", "theory sheet 6.4, independent script", 0.72848213, 1e-8,
                                       [] { return chsh_entropy(2.7).value_or(-1); }}};
// Noise near 1/2, where threshold and rate are limits; the rate falls as (1/2 - p)^2.
constexpr PublishedPoint kNoisePoints[] = {
    {"the error rate of depolarised pairs at which the rate is 0 for strong noise",
     "Ho et al. 2020: 8.08 %; digits by an independent script", 0.080847, 1e-5,
     [] { return critical_error_rate(0.499); }}};

constexpr std::string_view kNotTwoWay = "Not covered: every disclosed bit is counted, whichever way it travelled.";
constexpr std::string_view kNoLength = "None: a figure without failure probability, never the length of a key.";

}  // namespace

const Theorem& di_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "di",
      .title = "Device-independent key from the CHSH inequality, infinitely long keys",
      .protocol = "di",
      .paper =
          "Acin, Brunner, Gisin, Massar, Pironio, Scarani, Phys. Rev. Lett. 98, 230501 (2007); Pironio, Acin, Brunner, "
          "Gisin, Massar, Scarani, New J. Phys. 11, 045021 (2009), arXiv 0903.4460",
      .equations =
          "the bound on the Holevo quantity of Eve for a CHSH value S. Proved for collective attacks; entropy "
          "accumulation (di-finite) extends it to all",
      .statement = "rate = 1 - h((1 + sqrt(S^2/4 - 1))/2) - h(Q) per round of the key",
      .observed = "CHSH value S over all rounds, error rate Q of the key's rounds or the bits that correcting takes",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = kNotTwoWay,
      .block_length = kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

const Theorem& di_preprocessing_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "di-preprocessing",
      .title = "Device-independent key with noise added before correction, infinitely long keys",
      .protocol = "di",
      .paper =
          "Ho, Sekatski, Tan, Renner, Bancal, Sangouard, Phys. Rev. Lett. 124, 230502 (2020), arXiv 2005.13015; "
          "Woodhead, Acin, Pironio, Quantum 5, 443 (2021), arXiv 2007.16146",
      .equations =
          "the conditional entropy of the noisy bit for a CHSH value S. Thresholds of detection efficiency with "
          "optimised states (83.2 %, 82.6 %, 80.3 % in the literature) are not reproduced here",
      .statement = "rate = 1 + h((1 + sqrt(1 - p(1-p)(8 - S^2)))/2) - h((1 + sqrt(S^2/4 - 1))/2) - h(Q(1-p) + (1-Q)p)",
      .observed = "CHSH value S over all rounds, error rate Q of the key's rounds, probability p of Alice's flips",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = kNotTwoWay,
      .block_length = kNoLength,
      .epsilon_shares = {},
      .points = kNoisePoints,
  };
  return kTheorem;
}

}  // namespace herald
