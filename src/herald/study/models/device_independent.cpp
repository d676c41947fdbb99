#include "herald/study/models/device_independent.h"

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/optics/bell_statistics.h"
#include "herald/proof/device_independent.h"
#include "herald/proof/device_independent_finite.h"
#include "herald/proof/randomness_expansion.h"
#include "herald/study/models/two_arms.h"

namespace herald::study {
namespace {

using parameter::with;

constexpr ParameterSpec kErrorRate = {"error_rate", "", "of the rounds that make the key", 0.02, 0, 0.5};
constexpr ParameterSpec kChsh = {
    "chsh", "", "CHSH value over all rounds; 0: that of depolarised pairs with the error rate", 0, 0, kTsirelson};
constexpr ParameterSpec kReconciliation = with(parameter::kReconciliation, 1);
constexpr ParameterSpec kNoise = {
    "preprocessing.noise", "", "probability with which Alice flips a bit of the key", 0.1, 0, 0.5, true};

constexpr ParameterSpec kDiParameters[] = {kErrorRate, kChsh, kReconciliation};
constexpr ParameterSpec kPreprocessingParameters[] = {kErrorRate, kChsh, kReconciliation, kNoise};

Result<double> chsh_or_depolarised(double chsh, double error_rate) {
  if (chsh > 0) return chsh;
  return depolarised_chsh(ErrorRate(error_rate));
}

Result<RatePoint> with_noise(double error_rate, double chsh_set, double f, double noise) {
  HERALD_TRY(const double chsh, chsh_or_depolarised(chsh_set, error_rate));
  HERALD_TRY(const double entropy, chsh_entropy(chsh, noise));
  const double corrected = f * binary_entropy(error_rate * (1 - noise) + (1 - error_rate) * noise);
  HERALD_TRY(const double rate, device_independent_rate(chsh, corrected, noise));
  return RatePoint{rate, 0, {{"chsh", chsh}, {"conditional_entropy", entropy}, {"disclosed", corrected}}};
}

Result<RatePoint> di(std::span<const double> v, Kilometre) { return with_noise(v[0], v[1], v[2], 0); }
Result<RatePoint> di_preprocessing(std::span<const double> v, Kilometre) { return with_noise(v[0], v[1], v[2], v[3]); }

constexpr ParameterSpec kLossParameters[] = {
    parameter::kAttenuation,
    parameter::kInsertionLoss,
    kSourcePosition,
    with(parameter::kDetectorEfficiency, 1),
    with(kPairVisibility, 1),
    kReconciliation,
    {"preprocessing.noise", "", "probability with which Alice flips a bit of the key", 0, 0, 0.5},
    {"detections.flagged", "", "1: Bob keeps apart what he missed; 0: he gives it a fixed bit", 1, 0, 1}};

Result<RatePoint> di_loss(std::span<const double> v, Kilometre distance) {
  HERALD_TRY(const bool flagged, parameter::yes_or_no("detections.flagged", v[7]));
  HERALD_TRY(const TwoArms arms, two_arms(v[0], v[1], v[2], v[3], distance));
  HERALD_TRY(const BellStatistics shown, bell_statistics(v[4], arms.alice, arms.bob, v[6]));
  const double q = shown.key_error.value, noise = v[6];
  const double shannon = flagged ? shown.flagged_entropy : binary_entropy(q * (1 - noise) + (1 - q) * noise);
  HERALD_TRY(const double rate, device_independent_rate(shown.chsh, v[5] * shannon, noise));
  return RatePoint{rate,
                   0,
                   {{"efficiency_alice", arms.alice},
                    {"efficiency_bob", arms.bob},
                    {"chsh", shown.chsh},
                    {"error_rate", q},
                    {"disclosed", v[5] * shannon}}};
}

constexpr ParameterSpec kFiniteParameters[] = {
    with(kErrorRate, 0.005),
    kChsh,
    {"block.rounds", "rounds", "rounds of a block", 1e10, 1e3, 1e18, false, true},
    {"probability.test", "", "that a round is a test", 0.01, 1e-7, 1, true, true},
    with(parameter::kSecrecy, 4.5e-6),
    with(parameter::kCorrectness, 1e-6),
    {"completeness.test", "", "probability that an honest block fails the Bell test", 1e-2, 1e-50, 0.5, false, true},
    {"completeness.correction", "", "probability that an honest block's errors are not corrected", 1e-3, 1e-50, 0.5,
     false, true}};

Result<RatePoint> di_finite_rate(std::span<const double> v, Kilometre) {
  const double n = v[2], gamma = v[3];
  HERALD_TRY(const double chsh, chsh_or_depolarised(v[1], v[0]));
  const double wins = chsh_wins(chsh);
  // Hoeffding: an honest block wins fewer than n (gamma wins - delta) tests with probability exp(-2 n delta^2).
  const double accepted = std::max(0.0, wins - std::sqrt(std::log(1 / v[6]) / (2 * n)) / gamma);
  const Epsilon epsilon{
      .secrecy = FailureProbability(v[4]), .correctness = FailureProbability(v[5]), .authentication = {}};
  HERALD_TRY(const double leak,
             di_expected_leak(n, gamma, ErrorRate(v[0]), wins, epsilon.correctness, FailureProbability(v[7])));
  HERALD_TRY(const KeyLength key, di_finite({n, gamma, accepted, leak}, epsilon));
  return RatePoint{key.exact_bits / n,
                   v[4] + v[5],
                   {{"chsh", chsh},
                    {"least_wins", accepted},
                    {"key_bits", static_cast<double>(key.bits)},
                    {"min_entropy_per_round", key.min_entropy / n},
                    {"leak_per_round", leak / n}}};
}

constexpr ParameterSpec kRandomnessParameters[] = {{"chsh", "", "CHSH value over all rounds", 2.7, 0, kTsirelson}};

Result<RatePoint> randomness(std::span<const double> v, Kilometre) {
  HERALD_TRY(const double rate, chsh_min_entropy(v[0]));
  HERALD_TRY(const double von_neumann, chsh_entropy(v[0]));
  return RatePoint{rate, 0, {{"von_neumann_entropy", von_neumann}}};
}

constexpr ParameterSpec kRandomnessFiniteParameters[] = {
    {"chsh", "", "CHSH value estimated from the rounds", 2.414, 0, kTsirelson},
    {"block.rounds", "rounds", "rounds of a run", 3016, 1, 1e15, false, true},
    {"probability.setting", "", "of each of the three less likely pairs of settings", 0.25, 1e-9, 0.25, false, true},
    {"epsilon.secrecy", "", "probability that the CHSH value is overestimated", 0.01, 1e-50, 0.5, false, true}};

Result<RatePoint> randomness_finite(std::span<const double> v, Kilometre) {
  HERALD_TRY(const CertifiedRandomness certified,
             randomness_expansion_finite({v[1], v[0], v[2]}, FailureProbability(v[3])));
  return RatePoint{certified.min_entropy / v[1],
                   v[3],
                   {{"min_entropy", certified.min_entropy},
                    {"chsh_lower", certified.chsh_lower},
                    {"settings_entropy", certified.settings_entropy}}};
}

constexpr std::string_view kDiNames[] = {"diqkd", "acin"};
constexpr std::string_view kPreprocessingNames[] = {"diqkd-preprocessing", "di-noisy"};
constexpr std::string_view kLossNames[] = {"diqkd-loss"};
constexpr std::string_view kFiniteNames[] = {"diqkd-finite", "eat"};
constexpr std::string_view kRandomnessNames[] = {"expansion"};
constexpr std::string_view kRandomnessFiniteNames[] = {"expansion-finite"};

}  // namespace

const RateModel& di_model() {
  static constexpr RateModel kModel = {.name = "di",
                                       .aliases = kDiNames,
                                       .title = "Device-independent key from the CHSH inequality",
                                       .theorem = "di",
                                       .use = "round",
                                       .uses_distance = false,
                                       .parameters = kDiParameters,
                                       .evaluate = di};
  return kModel;
}

const RateModel& di_preprocessing_model() {
  static constexpr RateModel kModel = {.name = "di-preprocessing",
                                       .aliases = kPreprocessingNames,
                                       .title = "Device-independent key with noise added before correction",
                                       .theorem = "di-preprocessing",
                                       .use = "round",
                                       .uses_distance = false,
                                       .parameters = kPreprocessingParameters,
                                       .evaluate = di_preprocessing};
  return kModel;
}

const RateModel& di_loss_model() {
  static constexpr RateModel kModel = {
      .name = "di-loss",
      .aliases = kLossNames,
      .title = "Device-independent key over fibre, a missing detection being an outcome",
      .theorem = "di-preprocessing",
      .use = "round",
      .parameters = kLossParameters,
      .evaluate = di_loss};
  return kModel;
}

const RateModel& di_finite_model() {
  static constexpr RateModel kModel = {.name = "di-finite",
                                       .aliases = kFiniteNames,
                                       .title = "Device-independent key of finite length by entropy accumulation",
                                       .theorem = "di-finite",
                                       .use = "round",
                                       .uses_distance = false,
                                       .parameters = kFiniteParameters,
                                       .evaluate = di_finite_rate};
  return kModel;
}

const RateModel& randomness_expansion_model() {
  static constexpr RateModel kModel = {.name = "randomness-expansion",
                                       .aliases = kRandomnessNames,
                                       .title = "Randomness certified by the CHSH inequality, per round",
                                       .theorem = "randomness-expansion",
                                       .use = "round",
                                       .uses_distance = false,
                                       .parameters = kRandomnessParameters,
                                       .evaluate = randomness};
  return kModel;
}

const RateModel& randomness_expansion_finite_model() {
  static constexpr RateModel kModel = {.name = "randomness-expansion-finite",
                                       .aliases = kRandomnessFiniteNames,
                                       .title = "Randomness certified by the CHSH inequality in a finite run",
                                       .theorem = "randomness-expansion-finite",
                                       .use = "round",
                                       .uses_distance = false,
                                       .parameters = kRandomnessFiniteParameters,
                                       .evaluate = randomness_finite};
  return kModel;
}

}  // namespace herald::study
