#include "herald/proof/sns_decoy.h"

#include <algorithm>
#include <cmath>

#include "herald/proof/untrusted_node.h"

namespace herald {

Result<SnsSinglePhotons> sns_decoy_bounds(const SnsDecoyObservation& o) {
  HERALD_TRY_VOID(check_mean(o.weak.value));
  HERALD_TRY_VOID(check_mean(o.strong.value));
  if (!(o.strong > o.weak))
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("the strong decoy of {} photons must exceed the weak one of {}", o.strong.value, o.weak.value));
  for (const Probability p : {o.vacuum, o.weak_alice, o.weak_bob, o.strong_alice, o.strong_bob, o.wrong})
    HERALD_TRY_VOID(check_probability(p.value, "a share of windows"));
  const double weak = o.weak.value, strong = o.strong.value;
  const auto single = [&](Probability of_weak, Probability of_strong) {
    const double sum = strong * strong * std::exp(weak) * of_weak.value -
                       weak * weak * std::exp(strong) * of_strong.value -
                       (strong * strong - weak * weak) * o.vacuum.value;
    return std::clamp(sum / (weak * strong * (strong - weak)), 0.0, 1.0);
  };
  const double yield = (single(o.weak_alice, o.strong_alice) + single(o.weak_bob, o.strong_bob)) / 2;
  const double empty = std::exp(-2 * weak);
  const double wrong = std::max(o.wrong.value - empty * o.vacuum.value / 2, 0.0) / (2 * weak * empty);
  return SnsSinglePhotons{Probability(yield), ErrorRate(yield > 0 ? std::min(wrong / yield, 0.5) : 0.5)};
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                       assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                       assumption::kNoSideChannels,  assumption::kUntrustedNode};

// Every photon of Alice's arrives and clicks alone, with no dark counts: S = mu e^-mu, and s_1 = 1 would be exact.
constexpr PublishedPoint kPoints[] = {
    {"yield when single photons alone click, always", "Yu et al. 2019, by hand", 1, 1e-12, [] {
       const Probability weak(0.1 * std::exp(-0.1)), strong(0.4 * std::exp(-0.4));
       const auto bounds = sns_decoy_bounds(
           {MeanPhotonNumber(0.1), MeanPhotonNumber(0.4), Probability(0), weak, weak, strong, strong, Probability(0)});
       return bounds ? bounds->yield.value : -1;
     }}};

}  // namespace

const Theorem& sns_decoy_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "sns-decoy",
      .title = "Sending-or-not-sending with vacuum and two decoys, infinitely long keys",
      .protocol = "sns",
      .finite = false,
      .paper =
          "Yu, Hu, Jiang, Xu, Wang, Sci. Rep. 9, 3080 (2019); the rate of Wang, Yu, Hu, Phys. Rev. A "
          "98, "
          "062323 (2018)",
      .equations = "bounds on s_1 and e_1 from vacuum and two decoys, without statistical fluctuations",
      .statement = "rate = 2 eps (1-eps) mu e^-mu s_1 [1 - h(e_1)] - f S_Z h(E_Z) per window, with those bounds",
      .observed =
          "as for sns, with the counting probabilities S_00, S_10, S_01, S_20, S_02 of decoy windows and the "
          "probability T "
          "of a wrong click in windows of matched phases in the place of s_1 and e_1",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayNotCovered,
      .block_length = assumption::kRateOnly,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
