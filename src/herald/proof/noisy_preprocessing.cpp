#include "herald/proof/noisy_preprocessing.h"

#include "herald/proof/assumptions.h"
#include "herald/proof/pauli_errors.h"
#include "herald/proof/threshold.h"

namespace herald {
namespace {

PauliErrors independent(ErrorRate bit, ErrorRate phase) {
  return {bit.value * (1 - phase.value), phase.value * (1 - bit.value), bit.value * phase.value};
}

}  // namespace

Result<double> bb84_preprocessing_rate(ErrorRate bit, ErrorRate phase, double noise, double f) {
  return one_way_rate(independent(bit, phase), f, noise);
}

const Theorem& bb84_preprocessing_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated, assumption::kRandomChoices,
                                                assumption::kConjugateBases, assumption::kEqualEfficiencies,
                                                assumption::kNoSideChannels};
  static constexpr PublishedPoint kPoints[] = {
      {"the error rate at which no key is left, noise towards 1/2",
       "Kraus, Gisin, Renner 2005: 12.4 %; digits by an independent script (theory sheet 1.1)", 0.12412, 4e-5, [] {
         return threshold(
             [](double q) { return one_way_rate_at_most_noise(independent(ErrorRate(q), ErrorRate(q))).value_or(-1); },
             0.1, 0.2);
       }}};
  static constexpr Theorem kTheorem = {
      .name = "bb84-preprocessing",
      .title = "BB84 whose bits are flipped at random before correction, infinitely long keys",
      .protocol = "bb84",
      .finite = false,
      .paper =
          "Kraus, Gisin, Renner, Phys. Rev. Lett. 95, 080501 (2005), quant-ph/0410215; Renner, Gisin, Kraus, Phys. "
          "Rev. A 72, 012332 (2005), quant-ph/0502064",
      .equations = "S(X'|E) - H(X'|Y) of the worst Bell-diagonal pair (docs/theory/bb84-rates.md)",
      .statement =
          "rate = 1 - f h(Q*q) - [h(e) - s(q,e)] per sifted bit, s(q,e) = h((1 - sqrt(1 - 16 q(1-q) e(1-e)))/2), the "
          "best q; 1 - f h(Q) - h(e) without flips",
      .observed = "error rates Q of the key basis and e of the other, reconciliation inefficiency f, Alice's flips q",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayPreprocessing,
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
