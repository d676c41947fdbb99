#include "herald/proof/mdi.h"

#include <algorithm>

#include "herald/base/entropy.h"
#include "herald/proof/untrusted_node.h"

namespace herald {

Result<double> mdi_rate(const MdiObservation& observation, double f) {
  HERALD_TRY_VOID(check_probability(observation.gain.value, "a gain"));
  HERALD_TRY_VOID(check_probability(observation.error_rate.value, "an error rate"));
  HERALD_TRY_VOID(check_probability(observation.single.gain.value, "a gain of single photons"));
  HERALD_TRY_VOID(check_probability(observation.single.error_rate.value, "an error rate"));
  HERALD_TRY_VOID(check_inefficiency(f));
  return observation.single.gain.value * bsc_capacity(std::min(observation.single.error_rate.value, 0.5)) -
         observation.gain.value * f * binary_entropy(observation.error_rate);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                       assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                       assumption::kConjugateBases,  assumption::kNoSideChannels,
                                       assumption::kUntrustedNode,   assumption::kAllDecoys};

}  // namespace

const Theorem& mdi_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "mdi",
      .title = "Measurement-device-independent QKD, infinitely long keys",
      .protocol = "mdi",
      .finite = false,
      .paper = "Lo, Curty, Qi, Phys. Rev. Lett. 108, 130503 (2012), arXiv:1109.1473",
      .equations = "the rate, per pair of signals in the key basis",
      .statement = "rate = P11 Y11 [1 - h(e11)] - Q f h(E)",
      .observed =
          "gain and error rate of the key basis, gain of pairs of single photons in the key basis and their error rate "
          "in "
          "the test basis, reconciliation inefficiency f",
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
