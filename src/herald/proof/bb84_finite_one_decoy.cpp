#include "herald/proof/bb84_finite_one_decoy.h"

#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/decoy_bounds.h"
#include "herald/proof/growth.h"
#include "herald/proof/phase_error.h"

namespace herald {
namespace {

// epsilon_sec = 2 (2 alpha_1 + alpha_2 + alpha_3) + nu + 6 epsilon_1 + 4 epsilon_2, all terms equal: eq. (A24).
constexpr double kTerms = 19;

}  // namespace

Result<KeyLength> bb84_finite_one_decoy(const DecoyObservation& observation, const Disclosure& disclosure,
                                        const Epsilon& epsilon, Accounting accounting) {
  return bb84_finite_one_decoy_expected(expectation_of(observation), disclosure, epsilon, accounting);
}

Result<KeyLength> bb84_finite_one_decoy_expected(const DecoyExpectation& counts, const Disclosure& disclosure,
                                                 const Epsilon& epsilon, Accounting accounting) {
  HERALD_TRY_VOID(validate(counts, 2));
  HERALD_TRY_VOID(validate(disclosure, epsilon));
  const FailureProbability each = epsilon.secrecy / kTerms;
  const Fluctuation fluctuation{each, accounting};
  const DecoyBounds key = two_intensity_bounds(counts, BasisRole::key, fluctuation);
  const DecoyBounds test = two_intensity_bounds(counts, BasisRole::test, fluctuation);
  const bool one_way = disclosure.reconciliation == Reconciliation::one_way;

  KeyLength result;
  result.theorem = "bb84-finite-one-decoy";
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
  result.min_entropy =
      (one_way ? key.vacuum_lower : 0) + key.single_photon_lower * bsc_capacity(result.phase_error_rate.value);
  result.amplification_cost = -6 * std::log2(each.value);
  if (one_way && accounting == Accounting::rigorous) {
    // A number of 0..n tells at most log2(n + 1) bits.
    for (const ExpectedCounts& k : counts.intensities) result.announced_bits += std::log2(k.key_detections + 1);
  }
  if (!(result.phase_error_rate.value < 0.5) && result.min_entropy == 0)
    result.reason = "the counts are too few, or too disturbed, to show any single photon undisturbed";
  double block = 0;
  for (const ExpectedCounts& k : counts.intensities) block += k.key_detections;
  return settle(std::move(result), disclosure, std::llround(block));
}

Result<double> bb84_one_decoy_block_needed(const DecoyObservation& observation, const Disclosure& disclosure,
                                           const Epsilon& epsilon) {
  HERALD_TRY_VOID(validate(observation, 2));
  return growth_needed(
      [&](double factor) {
        return bb84_finite_one_decoy(scaled(observation, factor), scaled(disclosure, factor), epsilon);
      },
      largest_growth(observation));
}

const Theorem& bb84_finite_one_decoy_theorem() {
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
      {"Hoeffding for detections and for the errors among the vacuum's, 3 uses in each basis", 6 / kTerms},
      {"Hoeffding for errors, 4 uses", 4 / kTerms}};
  static constexpr Theorem kTheorem = {
      .name = "bb84-finite-one-decoy",
      .title = "Decoy-state BB84, two intensities, finite keys",
      .protocol = "bb84",
      .finite = true,
      .paper =
          "Rusca, Boaron, Gruenenfelder, Martin, Zbinden, Finite-key analysis for the 1-decoy state QKD protocol, "
          "Appl. "
          "Phys. Lett. 112, 171104 (2018), arXiv 1801.03443",
      .equations =
          "(A14), (A16) with the decoy's errors, (A17), (A19), (A22), (A24), (A25), the weights e^k/p_k in (A18); in "
          "place of (A21) the hypergeometric test inverted (docs/theory/finite-keys.md)",
      .statement = "l = floor(s0 + s1 (1 - h(phi)) - leak - tags - 6 log2(19/epsilon_sec))",
      .observed =
          "per intensity mu1 > mu2 > 0 (photons per pulse): its probability, sifted detections and errors in both "
          "bases",
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
