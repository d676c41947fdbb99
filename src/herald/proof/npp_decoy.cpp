#include "herald/proof/npp_decoy.h"

#include <array>

#include "herald/proof/untrusted_node.h"

namespace herald {

Result<ErrorRate> npp_decoy_phase_error(MeanPhotonNumber signal, Probability conclusive, const DecoyGains& decoys) {
  HERALD_TRY(const CatAmplitudes c, CatAmplitudes::of(signal));
  HERALD_TRY_VOID(check_probability(conclusive.value, "a probability of an outcome"));
  std::array<double, CatAmplitudes::kMost> amplitudes{};
  for (unsigned n = 0; n < amplitudes.size(); ++n) amplitudes[n] = c(n);
  double total = 0;
  for (unsigned parity = 0; parity < 2; ++parity) {
    HERALD_TRY(const double sum, root_yield_sum_upper(amplitudes, parity, decoys));
    total += sum * sum;
    if (total >= conclusive.value / 2) return ErrorRate(0.5);
  }
  return ErrorRate(total / conclusive.value);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                       assumption::kPhaseRandomised, assumption::kIntensitiesExact,
                                       assumption::kNoSideChannels,  assumption::kUntrustedNode};

}  // namespace

const Theorem& npp_decoy_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "npp-decoy",
      .title = "Twin-field QKD without phase post-selection, a few decoys, infinitely long keys",
      .protocol = "npp",
      .finite = false,
      .paper =
          "Curty, Azuma, Lo, npj Quantum Inf. 5, 64 (2019), arXiv:1807.07667; few decoys as in Grasselli, Curty, New "
          "J. "
          "Phys. 21, 073001 (2019), with a convex program in place of their bounds on single yields",
      .equations =
          "the phase error rate's bound, maximised over all yields that the gains leave possible; the value is that of "
          "a "
          "dual point with rounding allowed for, so it holds however well the search did (docs/theory/twin-field.md)",
      .statement = "rate = 2 p_XX [1 - f h(e_X) - h(e_Z)], e_Z <= sum_j max [sum c_n c_m sqrt(p(n, m))]^2 / p_XX",
      .observed =
          "probability p_XX and error rate e_X of an outcome for signals of mean mu, gains of each pair of 2 to 5 "
          "decoy "
          "intensities for that outcome, reconciliation inefficiency f",
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
