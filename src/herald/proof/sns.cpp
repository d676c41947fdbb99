#include "herald/proof/sns.h"

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/untrusted_node.h"

namespace herald {

Result<double> sns_rate(const SnsObservation& observation, double f) {
  HERALD_TRY_VOID(check_probability(observation.gain.value, "a gain"));
  HERALD_TRY_VOID(check_probability(observation.error_rate.value, "an error rate"));
  HERALD_TRY_VOID(check_probability(observation.untagged.value, "a share of untagged windows"));
  HERALD_TRY_VOID(check_probability(observation.phase_error.value, "a phase error rate"));
  HERALD_TRY_VOID(check_inefficiency(f));
  return observation.untagged.value * bsc_capacity(std::min(observation.phase_error.value, 0.5)) -
         f * observation.gain.value * binary_entropy(observation.error_rate);
}

Result<PairedWindows> sns_odd_parity_pairs(const SnsPairingObservation& o) {
  for (const Probability p : {o.alice, o.bob, o.both, o.none, o.untagged_alice, o.untagged_bob})
    HERALD_TRY_VOID(check_probability(p.value, "a share of windows"));
  HERALD_TRY_VOID(check_probability(o.phase_error.value, "a phase error rate"));
  if (o.untagged_alice > o.alice || o.untagged_bob > o.bob)
    return fail(ErrorCode::invalid_argument, "more windows are untagged than one end alone sent in");
  const double ones = o.bob.value + o.both.value, zeros = o.alice.value + o.none.value;  // Bob's bits
  if (!(ones > 0 && zeros > 0)) return PairedWindows{Probability(0), ErrorRate(0.5), Probability(0), ErrorRate(0.5)};
  const double larger = std::max(ones, zeros);  // N/(N_1 N_0) = 1/max
  const double right = o.bob.value * o.alice.value / larger, wrong = o.both.value * o.none.value / larger;
  const double e1 = std::min(o.phase_error.value, 0.5), surviving = right + wrong;
  return PairedWindows{Probability(surviving), ErrorRate(surviving > 0 ? wrong / surviving : 0.5),
                       Probability(o.untagged_bob.value * o.untagged_alice.value / larger),
                       ErrorRate(2 * e1 * (1 - e1))};
}

Result<double> sns_aopp_rate(const SnsPairingObservation& observation, double f) {
  HERALD_TRY(const PairedWindows pairs, sns_odd_parity_pairs(observation));
  return sns_rate({pairs.surviving, pairs.error_rate, pairs.untagged, pairs.phase_error}, f);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                       assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                       assumption::kNoSideChannels,  assumption::kUntrustedNode,
                                       assumption::kAllDecoys};
constexpr Assumption kPairing[] = {
    assumption::kAuthenticated,   assumption::kRandomChoices,
    assumption::kPhaseRandomised, assumption::kIntensitiesExact,
    assumption::kNoSideChannels,  assumption::kUntrustedNode,
    assumption::kAllDecoys,       {"random-pairing", "Bob pairs his windows at random, and announces the pairs."}};

// Numbers of windows in 1000: neat enough to check by hand.
constexpr SnsPairingObservation kByHand = {Probability(0.010), Probability(0.010), Probability(0.001),
                                           Probability(0.002), Probability(0.009), Probability(0.009),
                                           ErrorRate(0.05)};
constexpr PublishedPoint kPairingPoints[] = {
    {"error rate of pairs, n_D n_V / (n_D n_V + n_C^2)", "Xu et al. 2020, by hand", 2.0 / 102, 1e-12,
     [] { return sns_odd_parity_pairs(kByHand) ? sns_odd_parity_pairs(kByHand)->error_rate.value : -1; }}};

}  // namespace

const Theorem& sns_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "sns",
      .title = "Sending-or-not-sending twin-field QKD, infinitely long keys",
      .protocol = "sns",
      .finite = false,
      .paper = "Wang, Yu, Hu, Phys. Rev. A 98, 062323 (2018), arXiv:1805.09222",
      .equations = "the rate of Z windows, with yields and phase error rate of single photons as from all decoys",
      .statement = "rate = 2 eps (1-eps) mu e^-mu s_1 [1 - h(e_1)] - f S_Z h(E_Z) per window",
      .observed =
          "probability S_Z that a Z window counts, its error rate E_Z, share of windows that count with one photon "
          "from "
          "one end alone, phase error rate e_1, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = {},
  };
  return kTheorem;
}

const Theorem& sns_aopp_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "sns-aopp",
      .title = "Sending-or-not-sending with active odd-parity pairing, infinitely long keys",
      .protocol = "sns",
      .finite = false,
      .paper = "Xu, Yu, Jiang, Hu, Wang, Phys. Rev. A 101, 042330 (2020), arXiv:1910.06916",
      .equations = "the asymptotic rate after pairing",
      .statement = "rate = n_1' [1 - h(2 e_1 (1-e_1))] - f n_t' h(E') per window, n_1' = n_01 n_10 / max(N_0, N_1)",
      .observed =
          "probabilities that a window counts and Alice alone, Bob alone, both or neither sent; that it counts with "
          "one "
          "photon of one alone; phase error rate e_1; reconciliation inefficiency f",
      .assumptions = kPairing,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = kPairingPoints,
  };
  return kTheorem;
}

}  // namespace herald
