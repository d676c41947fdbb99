#include "herald/proof/sarg04.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/threshold.h"

namespace herald {

Result<PauliErrors> sarg04_errors(ErrorRate kept) {
  const double e = kept.value;
  if (!(e >= 0 && e <= 0.5))
    return fail(ErrorCode::invalid_argument, fmt::format("an error rate of {} is not between 0 and 1/2", e));
  const double bit = std::min(e / 2, e * (1 - 1.5 * e));
  return PauliErrors{bit, e / 2 + bit, e - bit};
}

Result<double> sarg04_rate(ErrorRate kept, double f, double noise) {
  HERALD_TRY(const PauliErrors errors, sarg04_errors(kept));
  return one_way_rate(errors, f, noise);
}

Result<ErrorRate> sarg04_two_photon_phase_error_rate(ErrorRate kept) {
  const double e = kept.value;
  if (!(e >= 0 && e <= 0.5))
    return fail(ErrorCode::invalid_argument, fmt::format("an error rate of {} is not between 0 and 1/2", e));
  constexpr double kOffset = 3 / std::numbers::sqrt2;  // u = 2x - 3/sqrt 2, 6 - 6 sqrt 2 x + 4x^2 = u^2 + 3/2
  if (e == 0) return ErrorRate((3 - kOffset) / 6);
  // The slope vanishes where 2u = g sqrt(u^2 + 3/2), g = 2 - 6e.
  const double g = 2 - 6 * e, u = g * std::sqrt(1.5 / (6 * e * (2 + g))), root = std::sqrt(u * u + 1.5);
  const double rest = u > 0 ? 1.5 / (root + u) : root - u;
  return ErrorRate(std::min(0.5, (u + kOffset) / 2 * e + (3 - kOffset + rest) / 6));
}

Result<double> sarg04_decoy_rate(const PulseStatistics& signal, const SinglePhotonPart& one,
                                 const SinglePhotonPart& two, double f) {
  // Of the single photons 1 - H(phase|bit): the one-way rate without the bit errors' own cost.
  HERALD_TRY(const double single, sarg04_rate(one.error_rate));
  HERALD_TRY(const ErrorRate phase, sarg04_two_photon_phase_error_rate(two.error_rate));
  HERALD_TRY(const double two_photons, decoy_rate(signal, {two.gain, phase}, f, 1));
  if (!(one.gain.value >= 0 && one.gain.value <= 1))
    return fail(ErrorCode::invalid_argument, fmt::format("a gain of {} is not between 0 and 1", one.gain.value));
  return two_photons + one.gain.value * std::max(0.0, single + binary_entropy(one.error_rate));
}

const Theorem& sarg04_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated, assumption::kRandomChoices,
                                                assumption::kConjugateBases, assumption::kEqualEfficiencies,
                                                assumption::kNoSideChannels};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kQubitSender,
                                           assumption::kFunctionOfErrors};
  static constexpr PublishedPoint kPoints[] = {
      {"the error rate of kept bits at which no key is left",
       "Tamaki, Lo, Phys. Rev. A 73, 010302 (2006): 9.68 %, from memory; 9.689 % by the derivation", 0.0968, 1e-3,
       [] { return threshold([](double e) { return sarg04_rate(ErrorRate(e)).value_or(-1); }, 0.05, 0.2); }},
      {"the same when Alice flips bits, noise towards 1/2",
       "Branciard, Gisin, Kraus, Scarani 2005, as Fung, Tamaki, Lo, quant-ph/0510025 quote it: 10.95 %", 0.1095, 5e-4,
       [] {
         const auto at_most_noise = [](double e) {
           const auto errors = sarg04_errors(ErrorRate(e));
           return errors ? one_way_rate_at_most_noise(*errors).value_or(-1) : -1;
         };
         return threshold(at_most_noise, 0.05, 0.2);
       }}};
  static constexpr Theorem kTheorem = {
      .name = "sarg04",
      .title = "SARG04 with single photons, infinitely long keys",
      .protocol = "sarg04",
      .finite = false,
      .paper =
          "Tamaki, Lo, Phys. Rev. A 73, 010302 (2006), quant-ph/0412035; Fung, Tamaki, Lo, Phys. Rev. A 73, 012337 "
          "(2006), quant-ph/0510025; Branciard, Gisin, Kraus, Scarani, Phys. Rev. A 72, 032301 (2005), "
          "quant-ph/0505035; Scarani, Acin, Ribordy, Gisin, Phys. Rev. Lett. 92, 057901 (2004)",
      .equations = "derived anew in docs/theory/bb84-rates.md; single photons alone, not the two-photon part",
      .statement = "rate = 1 - f h(E) - [H(1-2E, E/2, E, E/2) - h(E)] per kept bit; phase error rate 3E/2",
      .observed = "error rate E of the bits kept after the pairs are announced, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way =
          "Eve knows the error pattern of the key already, and her entropy is counted given it: nothing is lost, as "
          "long as Alice flips no bits.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

const Theorem& sarg04_decoy_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                                assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                                assumption::kConjugateBases,  assumption::kEqualEfficiencies,
                                                assumption::kNoSideChannels};
  static constexpr PublishedPoint kPoints[] = {
      {"two photons: the error rate of kept bits at which no key is left",
       "Tamaki, Lo 2006, as Fung, Tamaki, Lo, quant-ph/0510025 quote it: 2.71 %", 0.0271, 2e-3, [] {
         return threshold(
             [](double e) {
               const auto phase = sarg04_two_photon_phase_error_rate(ErrorRate(e));
               return phase ? shor_preskill_rate(ErrorRate(e), *phase).value_or(-1) : -1;
             },
             0.01, 0.1);
       }}};
  static constexpr Theorem kTheorem = {
      .name = "sarg04-decoy",
      .title = "SARG04 with weak pulses and decoys, infinitely long keys",
      .protocol = "sarg04",
      .finite = false,
      .paper =
          "Fung, Tamaki, Lo, Phys. Rev. A 73, 012337 (2006), quant-ph/0510025; Tamaki, Lo, Phys. Rev. A 73, 010302 "
          "(2006), quant-ph/0412035",
      .equations =
          "the rate of one- and two-photon pulses; both phase error bounds verified as the largest eigenvalue over "
          "Eve's maps (docs/theory/bb84-rates.md)",
      .statement =
          "rate = -Q f h(E) + Q1 {1 - [H(1-2E1, E1/2, E1, E1/2) - h(E1)]} + Q2 [1 - h(e2)] per pulse, e2 = min_x x E2 "
          "+ (3 - 2x + sqrt(6 - 6 sqrt(2) x + 4x^2))/6",
      .observed = "gain and error rate of the kept bits, and of those from one and two photons",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = "Not covered: derived for messages that are all counted.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
