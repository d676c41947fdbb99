#include "herald/proof/bbm92_finite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/base/tail_bounds.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/growth.h"
#include "herald/proof/phase_error.h"

namespace herald {
namespace {

// The published formula at epsilon is epsilon (parameter estimation: twice the root of the sampling bound's
// (epsilon/2)^2) plus epsilon / (2 sqrt 2) (privacy amplification) in the composable distance of Tomamichel, Leverrier,
// Quantum 1, 14 (2017).
constexpr double kDistance = 1 + 1 / (2 * std::numbers::sqrt2);

Result<void> validate(const Bbm92Observation& o) {
  constexpr std::int64_t kLargest = std::int64_t{1} << 52;
  if (o.key_bits < 0 || o.key_bits > kLargest || o.test_errors < 0 || o.test_bits < o.test_errors ||
      o.test_bits > kLargest)
    return fail(ErrorCode::invalid_argument, fmt::format("{} key bits and {} errors in {} test bits cannot be",
                                                         o.key_bits, o.test_errors, o.test_bits));
  if (!(o.preparation_quality >= 0 && o.preparation_quality <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a preparation quality of {} is not between 0 and 1", o.preparation_quality));
  return {};
}

Result<void> validate_two_way(const Bbm92Observation& o, const Disclosure& disclosure) {
  if (disclosure.reconciliation == Reconciliation::two_way && o.preparation_quality < 1)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("with a preparation quality of {} Bob's reconciliation messages may tell about the key: count the "
                    "bits of both directions as leaked (one_way)",
                    o.preparation_quality));
  return {};
}

KeyLength observed_length(const Bbm92Observation& o, ErrorRate phase_error_rate) {
  KeyLength result;
  result.single_photon_events = static_cast<double>(o.key_bits);
  result.test_single_photon_events = static_cast<double>(o.test_bits);
  result.test_single_photon_errors = static_cast<double>(o.test_errors);
  result.phase_error_rate = phase_error_rate;
  const double per_bit = o.preparation_quality - binary_entropy(phase_error_rate);
  result.min_entropy = static_cast<double>(o.key_bits) * std::max(per_bit, 0.0);
  return result;
}

}  // namespace

Result<KeyLength> bbm92_finite(const Bbm92Observation& observation, const Disclosure& disclosure,
                               const Epsilon& epsilon, Accounting accounting) {
  HERALD_TRY_VOID(validate(observation));
  HERALD_TRY_VOID(validate(disclosure, epsilon));
  HERALD_TRY_VOID(validate_two_way(observation, disclosure));
  const bool rigorous = accounting == Accounting::rigorous;
  const double e = rigorous ? epsilon.secrecy.value / kDistance : epsilon.secrecy.value;
  const auto n = static_cast<double>(observation.key_bits), k = static_cast<double>(observation.test_bits);
  const FailureProbability sampling(e * e / 4);
  ErrorRate phase(0.5);
  if (rigorous) {
    phase = sampled_phase_error_rate(static_cast<double>(observation.test_errors), k, n, sampling);
  } else if (n > 0 && k > 0) {
    phase = ErrorRate(
        std::min(0.5, static_cast<double>(observation.test_errors) / k + serfling_unseen_deviation(n, k, sampling)));
  }
  KeyLength result = observed_length(observation, phase);
  result.theorem = "bbm92-finite";
  result.epsilon = epsilon;
  result.amplification_cost = 1 - 2 * std::log2(e);
  if (!(phase.value < 0.5))
    result.reason = "the test bits are too few, or too wrong, to bound the phase errors of the key";
  return settle(std::move(result), disclosure, observation.key_bits);
}

Result<KeyLength> bbm92_asymptotic(const Bbm92Observation& observation, const Disclosure& disclosure) {
  HERALD_TRY_VOID(validate(observation));
  HERALD_TRY_VOID(validate_two_way(observation, disclosure));
  ErrorRate phase(0.5);
  if (observation.test_bits > 0)
    phase = ErrorRate(
        std::min(0.5, static_cast<double>(observation.test_errors) / static_cast<double>(observation.test_bits)));
  KeyLength result = observed_length(observation, phase);
  result.theorem = "bbm92";
  return settle(std::move(result), {disclosure.leak, 0, disclosure.reconciliation}, observation.key_bits);
}

Result<double> bbm92_block_needed(const Bbm92Observation& observation, const Disclosure& disclosure,
                                  const Epsilon& epsilon) {
  HERALD_TRY_VOID(validate(observation));
  const auto most =
      static_cast<double>(std::max({observation.key_bits, observation.test_bits, disclosure.leak, std::int64_t{1}}));
  const auto length_at = [&](double factor) {
    const auto grown = [&](std::int64_t count) { return std::llround(static_cast<double>(count) * factor); };
    return bbm92_finite({grown(observation.key_bits), grown(observation.test_bits), grown(observation.test_errors),
                         observation.preparation_quality},
                        scaled(disclosure, factor), epsilon);
  };
  return growth_needed(length_at, 0x1p51 / most);
}

const Theorem& bbm92_finite_theorem() {
  static constexpr Assumption kAssumptions[] = {
      assumption::kAuthenticated,       assumption::kRandomChoices,     assumption::kBasesAfterDetection,
      assumption::kConjugateBases,      assumption::kEqualEfficiencies, assumption::kDoubleClicksAssigned,
      assumption::kMemorylessDetectors, assumption::kNoSideChannels,    assumption::kLeakCap};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kFunctionOfErrors};
  static constexpr EpsilonShare kShares[] = {
      {"phase errors of the key: twice the root of the probability that the sampling bound fails", 1 / kDistance},
      {"privacy amplification", 1 - 1 / kDistance}};
  static constexpr PublishedPoint kPoints[] = {
      {"n = k = 10^4, Q = 1 %, leak 1.1 n h(Q), epsilon_sec = epsilon_cor = 10^-10: key bits",
       "theory sheet 1.7, independent script", 5028, 1e-12, [] {
         const double leak = 1.1 * 1e4 * binary_entropy(0.01);
         const Epsilon epsilon{FailureProbability(1e-10), FailureProbability(1e-10), FailureProbability(1e-12)};
         const Disclosure disclosure{0, 34, Reconciliation::two_way};
         const auto key = bbm92_finite({10000, 10000, 100, 1}, disclosure, epsilon, Accounting::as_published);
         return key ? std::floor(key->exact_bits + 34 - leak - std::log2(1e10)) : -1;
       }}};
  static constexpr Theorem kTheorem = {
      .name = "bbm92-finite",
      .title = "BBM92 (and single-photon BB84), finite keys",
      .protocol = "bbm92",
      .finite = true,
      .paper =
          "Tomamichel, Lim, Gisin, Renner, Tight finite-key analysis for quantum cryptography, Nat. Commun. 3, 634 "
          "(2012), "
          "arXiv 1103.4130; the composable distance after Tomamichel, Leverrier, Quantum 1, 14 (2017), arXiv "
          "1506.08458",
      .equations =
          "the length l; in place of mu (Serfling) the hypergeometric test inverted (docs/theory/finite-keys.md)",
      .statement =
          "l = floor(n (q - h(phi)) - leak - tags - log2(2/epsilon^2)), epsilon = epsilon_sec / (1 + 1/sqrt 8)",
      .observed = "key bits n, test bits k and errors among them, preparation quality q (1 for conjugate bases)",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way =
          "The error pattern of the key is given to Eve. It commutes with the phase errors of qubit pairs measured in "
          "exact "
          "Pauli bases, so nothing is lost; both receivers must be qubit receivers and q = 1. Derived in "
          "docs/theory/two-way-reconciliation.md after Tupkary, Luetkenhaus, arXiv 2307.00576.",
      .block_length = assumption::kVariableLength,
      .epsilon_shares = kShares,
      .points = kPoints,
  };
  return kTheorem;
}

const Theorem& bbm92_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated, assumption::kRandomChoices,
                                                assumption::kConjugateBases, assumption::kEqualEfficiencies,
                                                assumption::kNoSideChannels};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kFunctionOfErrors};
  static constexpr PublishedPoint kPoints[] = {{"1 - 2h at Q = 1 %", "theory sheet 2, independent script", 0.838414,
                                                1e-6, [] { return 1 - 2 * binary_entropy(0.01); }},
                                               {"1 - 2h at Q = 2 %", "theory sheet 2, independent script", 0.717119,
                                                1e-6, [] { return 1 - 2 * binary_entropy(0.02); }}};
  static constexpr Theorem kTheorem = {
      .name = "bbm92",
      .title = "BBM92, infinitely long keys",
      .protocol = "bbm92",
      .finite = false,
      .paper =
          "Bennett, Brassard, Mermin, Phys. Rev. Lett. 68, 557 (1992); Koashi, Preskill, Phys. Rev. Lett. 90, 057902 "
          "(2003)",
      .equations = "Koashi and Preskill's rate with the error rates of the two bases",
      .statement = "l = n (q - h(Q_test)) - leak; with ideal reconciliation and equal rates 1 - 2h(Q) per bit",
      .observed = "key bits n, test bits k and errors among them, preparation quality q",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way = "As bbm92-finite.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
