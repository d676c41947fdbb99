#include "herald/proof/sarg04.h"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace herald
