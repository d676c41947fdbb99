#include "herald/proof/bb84_finite.h"

#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/decoy_bounds.h"
#include "herald/proof/growth.h"
#include "herald/proof/phase_error.h"

namespace herald {
namespace {

// epsilon_sec = 2 (2 alpha_1 + alpha_2 + alpha_3) + nu + 10 epsilon_1 + 2 epsilon_2, all terms equal: eq. (B4).
constexpr double kTerms = 21;

}  // namespace

Result<KeyLength> bb84_finite(const DecoyObservation& observation, const Disclosure& disclosure, const Epsilon& epsilon,
                              Accounting accounting) {
  return bb84_finite_expected(expectation_of(observation), disclosure, epsilon, accounting);
}

Result<KeyLength> bb84_finite_expected(const DecoyExpectation& counts, const Disclosure& disclosure,
                                       const Epsilon& epsilon, Accounting accounting) {
  HERALD_TRY_VOID(validate(counts, 3));
  HERALD_TRY_VOID(validate(disclosure, epsilon));
  const FailureProbability each = epsilon.secrecy / kTerms;
  const Fluctuation fluctuation{each, accounting};
  const DecoyBounds key = three_intensity_bounds(counts, BasisRole::key, fluctuation);
  const DecoyBounds test = three_intensity_bounds(counts, BasisRole::test, fluctuation);

  KeyLength result;
  result.theorem = "bb84-finite";
  result.epsilon = epsilon;
  result.vacuum_events = key.vacuum_lower;
  result.single_photon_events = key.single_photon_lower;
  result.test_single_photon_events = test.single_photon_lower;
  result.test_single_photon_errors = test.single_photon_errors_upper;
  // Smoothing by alpha_1 takes a probability of alpha_1 squared.
  result.phase_error_rate =
      accounting == Accounting::rigorous
          ? sampled_phase_error_rate(test.single_photon_errors_upper, test.single_photon_lower, key.single_photon_lower,
                                     FailureProbability(each.value * each.value))
          : published_phase_error_rate(test.single_photon_errors_upper, test.single_photon_lower,
                                       key.single_photon_lower, epsilon.secrecy, kTerms);
  const double vacuum = disclosure.reconciliation == Reconciliation::one_way ? key.vacuum_lower : 0;
  result.min_entropy = vacuum + key.single_photon_lower * bsc_capacity(result.phase_error_rate.value);
  result.amplification_cost = -6 * std::log2(each.value);
  if (!(result.phase_error_rate.value < 0.5) && result.min_entropy == 0)
    result.reason = "the counts are too few, or too disturbed, to show any single photon undisturbed";
  double block = 0;
  for (const ExpectedCounts& k : counts.intensities) block += k.key_detections;
  return settle(std::move(result), disclosure, std::llround(block));
}

Result<double> bb84_block_needed(const DecoyObservation& observation, const Disclosure& disclosure,
                                 const Epsilon& epsilon) {
  HERALD_TRY_VOID(validate(observation, 3));
  return growth_needed(
      [&](double factor) { return bb84_finite(scaled(observation, factor), scaled(disclosure, factor), epsilon); },
      largest_growth(observation));
}

const Theorem& bb84_finite_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,
                                                assumption::kRandomChoices,
                                                assumption::kBasesAfterDetection,
                                                assumption::kPhaseRandomised,
                                                assumption::kIntensitiesExact,
                                                assumption::kConjugateBases,
                                                assumption::kEqualEfficiencies,
                                                assumption::kDoubleClicksAssigned,
                                                assumption::kMemorylessDetectors,
                                                assumption::kNoSideChannels,
                                                assumption::kLeakCap};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kQubitSender,
                                           assumption::kFunctionOfErrors};
  static constexpr EpsilonShare kShares[] = {
      {"smoothing for the phase errors of the key, 4 alpha_1 (the sampling bound fails with probability alpha_1^2)",
       4 / kTerms},
      {"chain rules, 2 (alpha_2 + alpha_3)", 4 / kTerms},
      {"privacy amplification, nu", 1 / kTerms},
      {"Hoeffding for detections, 5 uses in each basis", 10 / kTerms},
      {"Hoeffding for errors, 2 uses", 2 / kTerms}};
  static constexpr Theorem kTheorem = {
      .name = "bb84-finite",
      .title = "Decoy-state BB84, three intensities, finite keys",
      .protocol = "bb84",
      .finite = true,
      .paper =
          "Lim, Curty, Walenta, Xu, Zbinden, Concise security bounds for practical decoy-state quantum key "
          "distribution, "
          "Phys. Rev. A 89, 022307 (2014), arXiv 1311.7129",
      .equations =
          "(1) to (4) and (B4); in place of (5) the hypergeometric test inverted (docs/theory/finite-keys.md). Not "
          "reproduced: keys over 135 km with blocks of 1e4 bits; as published the formula ends at 125 km",
      .statement = "l = floor(s0 + s1 (1 - h(phi)) - leak - tags - 6 log2(21/epsilon_sec))",
      .observed =
          "per intensity mu1 > mu2 + mu3, mu2 > mu3 >= 0 (photons per pulse): its probability, sifted detections in "
          "both bases, errors in the test basis",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way = assumption::kTwoWayDecoy,
      .block_length = assumption::kVariableLength,
      .epsilon_shares = kShares,
      .points = {},
  };
  return kTheorem;
}

}  // namespace herald
