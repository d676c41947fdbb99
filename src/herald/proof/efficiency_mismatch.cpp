#include "herald/proof/efficiency_mismatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/asymptotic.h"

namespace herald {
namespace {

Result<void> validate(double ratio) {
  if (!(ratio > 0 && ratio <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("the weaker detector has above 0 and up to 1 of the stronger's efficiency, not {}", ratio));
  return {};
}

}  // namespace

Result<double> mismatch_rate(double ratio, ErrorRate bit, ErrorRate phase, double f) {
  HERALD_TRY_VOID(validate(ratio));
  // Checks the other arguments.
  if (const auto equal = shor_preskill_rate(bit, phase, f); !equal) return equal;
  const double e = std::min(phase.value, 1 - phase.value);
  // (1 - sqrt(1 - w))/2 without cancellation.
  const double w = std::min(1.0, 16 * ratio * e * (1 - e) / ((1 + ratio) * (1 + ratio)));
  const double eve = w / (2 * (1 + std::sqrt(1 - w)));
  return binary_entropy(1 / (1 + ratio)) - binary_entropy(eve) - f * binary_entropy(bit);
}

Result<double> mismatch_discarding_rate(double ratio, ErrorRate bit, ErrorRate phase, double f) {
  HERALD_TRY_VOID(validate(ratio));
  HERALD_TRY(const double equal, shor_preskill_rate(bit, phase, f));
  return 2 * ratio / (1 + ratio) * equal;
}

Result<double> mismatch_switching_rate(ErrorRate bit, ErrorRate phase, double f) {
  return shor_preskill_rate(bit, phase, f);
}

const Theorem& efficiency_mismatch_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,   assumption::kRandomChoices,
                                                assumption::kConjugateBases,  assumption::kKnownEfficiencyRatio,
                                                assumption::kSinglePhotonsIn, assumption::kNoSideChannels};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitSender, assumption::kFunctionOfErrors};
  static constexpr PublishedPoint kPoints[] = {
      {"no errors, r = 1/2: bits per detected bit", "theory sheet 13: h(1/(1+r))", 0.918296, 1e-6,
       [] { return mismatch_rate(0.5, ErrorRate(0), ErrorRate(0)).value_or(-1); }},
      {"equal detectors: the error rate at which no key is left", "Shor, Preskill 2000", 0.1100278644, 1e-9, [] {
         double low = 0.05, high = 0.2;
         for (int i = 0; i < 60; ++i) {
           const double q = (low + high) / 2;
           (mismatch_rate(1, ErrorRate(q), ErrorRate(q)).value_or(-1) > 0 ? low : high) = q;
         }
         return low;
       }}};
  static constexpr Theorem kTheorem = {
      .name = "bb84-mismatch",
      .title = "BB84 with single photons and detectors of unequal efficiency, infinitely long keys",
      .protocol = "bb84",
      .finite = false,
      .paper =
          "Fung, Tamaki, Qi, Lo, Ma, Quantum Inf. Comput. 9, 131 (2009), arXiv 0802.3788; Bochkov, Trushechkin, Phys. "
          "Rev. A 99, 032308 (2019), arXiv 1810.04663",
      .equations =
          "the least coherence of the pair after the detectors (docs/theory/bb84-rates.md); Fung et al.'s own formula "
          "with errors is not settled here and not used, their two remedies are",
      .statement =
          "rate = h(1/(1+r)) - h((1 - sqrt(1 - 16 r e(1-e)/(1+r)^2))/2) - f h(Q) per detected bit; 2r/(1+r) [1 - f "
          "h(Q) - h(e)] with clicks thrown away; 1 - f h(Q) - h(e) with bit values assigned at random",
      .observed = "efficiency ratio r, error rate Q of the key bits, phase error rate e of the light",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way = "Eve may know the error pattern of the key, and her entropy is counted given it: nothing is lost.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
