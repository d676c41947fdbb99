#include "herald/proof/pm.h"

#include <algorithm>

#include "herald/base/entropy.h"
#include "herald/proof/untrusted_node.h"

namespace herald {

Result<ErrorRate> pm_phase_error(Probability vacuum, std::span<const PhotonNumberPart> odd) {
  HERALD_TRY_VOID(check_probability(vacuum.value, "a share of empty pulses"));
  double error = vacuum.value / 2, rest = 1 - vacuum.value;
  for (const PhotonNumberPart& part : odd) {
    HERALD_TRY_VOID(check_probability(part.share.value, "a share of a photon number"));
    HERALD_TRY_VOID(check_probability(part.error_rate.value, "an error rate"));
    error += part.share.value * part.error_rate.value;
    rest -= part.share.value;
  }
  if (rest < -1e-9)
    return fail(ErrorCode::invalid_argument, fmt::format("shares of photon numbers with the sum {}", 1 - rest));
  return ErrorRate(std::min(error + std::max(rest, 0.0), 0.5));
}

Result<double> pm_rate(Probability gain, ErrorRate bit, ErrorRate phase, unsigned slices, double f) {
  HERALD_TRY_VOID(check_probability(gain.value, "a gain"));
  HERALD_TRY_VOID(check_probability(bit.value, "an error rate"));
  HERALD_TRY_VOID(check_probability(phase.value, "a phase error rate"));
  HERALD_TRY_VOID(check_inefficiency(f));
  if (slices < 2) return fail(ErrorCode::invalid_argument, fmt::format("{} phase slices; at least 2", slices));
  return 2.0 / slices * gain.value * (bsc_capacity(std::min(phase.value, 0.5)) - f * binary_entropy(bit));
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                       assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                       assumption::kNoSideChannels,  assumption::kUntrustedNode,
                                       assumption::kAllDecoys};

}  // namespace

const Theorem& pm_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "pm",
      .title = "Phase-matching QKD, infinitely long keys",
      .protocol = "pm",
      .finite = false,
      .paper = "Ma, Zeng, Zhou, Phys. Rev. X 8, 031043 (2018), arXiv:1805.05538",
      .equations =
          "the rate with phase post-compensation, E^X from photon numbers 0, 1, 3 and 5. Unsettled: the paper's reach "
          "of "
          "418 km; its own formulas and parameters end at 402 km here and in an independent script, while its crossing "
          "at 250 km of the bound that includes the detectors' efficiency is reproduced",
      .statement =
          "rate = (2/M) Q [1 - f h(E^Z) - h(E^X)], E^X <= q_0/2 + sum e_k q_k (k = 1, 3, 5) + 1 - q_0 - sum q_k",
      .observed =
          "gain and error rate of the joint pulse, shares of the clicks and error rates of its photon numbers, number "
          "M of "
          "phase slices, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = {},
  };
  return kTheorem;
}

}  // namespace herald
