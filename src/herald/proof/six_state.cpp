#include "herald/proof/six_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/proof/assumptions.h"
#include "herald/proof/threshold.h"

namespace herald {

Result<PauliErrors> six_state_errors(ErrorRate key, ErrorRate x, ErrorRate y) {
  const double none = 1 - (key.value + x.value + y.value) / 2;
  PauliErrors errors{(key.value + y.value - x.value) / 2, (x.value + y.value - key.value) / 2,
                     (key.value + x.value - y.value) / 2};
  constexpr double kRounding = -1e-12;
  for (double* p : {&errors.bit, &errors.phase, &errors.both}) {
    if (!(*p >= kRounding && none >= kRounding))
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("no pair shows error rates of {}, {} and {} in the three bases", key.value, x.value, y.value));
    *p = std::max(*p, 0.0);
  }
  return errors;
}

Result<double> six_state_rate(ErrorRate key, ErrorRate x, ErrorRate y, double f, double noise) {
  HERALD_TRY(const PauliErrors errors, six_state_errors(key, x, y));
  return one_way_rate(errors, f, noise);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated, assumption::kRandomChoices,
                                       assumption::kUnbiasedBases, assumption::kEqualEfficiencies,
                                       assumption::kNoSideChannels};
constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kQubitSender, assumption::kFunctionOfErrors};

double rate_at(double q) { return six_state_rate(ErrorRate(q), ErrorRate(q), ErrorRate(q)).value_or(-1); }

double at_most_noise(double q) {
  const auto errors = six_state_errors(ErrorRate(q), ErrorRate(q), ErrorRate(q));
  return errors ? one_way_rate_at_most_noise(*errors).value_or(-1) : -1;
}

constexpr PublishedPoint kPoints[] = {
    {"the error rate at which no key is left", "Lo 2001: 12.7 %; digits by an independent script (theory sheet 1.1)",
     0.1261930833, 1e-9, [] { return threshold(rate_at, 0.1, 0.2); }},
    {"rate at 1 %", "theory sheet 1.1, independent script", 0.863865, 1e-6, [] { return rate_at(0.01); }},
    {"rate at 3 %", "theory sheet 1.1, independent script", 0.663912, 1e-6, [] { return rate_at(0.03); }},
    {"rate at 5 %", "theory sheet 1.1, independent script", 0.496816, 1e-6, [] { return rate_at(0.05); }},
    {"rate at 8 %", "theory sheet 1.1, independent script", 0.280444, 2e-6, [] { return rate_at(0.08); }},
    {"rate at 10 %", "theory sheet 1.1, independent script", 0.152415, 4e-6, [] { return rate_at(0.10); }}};

constexpr PublishedPoint kPreprocessingPoints[] = {
    {"the error rate at which no key is left, noise towards 1/2",
     "Renner, Gisin, Kraus 2005: 14.1 %; digits by an independent script (theory sheet 1.1)", 0.14112, 4e-5,
     [] { return threshold(at_most_noise, 0.1, 0.2); }}};

}  // namespace

const Theorem& six_state_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "six-state",
      .title = "Six-state protocol with single photons, infinitely long keys",
      .protocol = "six-state",
      .finite = false,
      .paper =
          "Lo, Quantum Inf. Comput. 1, 81 (2001), quant-ph/0102138; Bruss, Phys. Rev. Lett. 81, 3018 (1998); in this "
          "form Renner, Gisin, Kraus, Phys. Rev. A 72, 012332 (2005)",
      .equations = "the one-way rate of a Bell-diagonal pair whose weights the three error rates fix",
      .statement = "rate = 1 - f h(Q) - [H(1-3Q/2, Q/2, Q/2, Q/2) - h(Q)] per sifted bit, when all bases show Q",
      .observed = "error rates of the three bases, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way =
          "Eve knows the error pattern of the key already, and her entropy is counted given it: nothing is lost.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

const Theorem& six_state_preprocessing_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "six-state-preprocessing",
      .title = "Six-state protocol whose bits are flipped at random before correction, infinitely long keys",
      .protocol = "six-state",
      .finite = false,
      .paper =
          "Kraus, Gisin, Renner, Phys. Rev. Lett. 95, 080501 (2005), quant-ph/0410215; Renner, Gisin, Kraus, Phys. "
          "Rev. A 72, 012332 (2005), quant-ph/0502064",
      .equations = "S(X'|E) - H(X'|Y) of a Bell-diagonal pair (docs/theory/bb84-rates.md)",
      .statement =
          "rate = 1 - f h(Q*q) - (1-Q) [h(r) - s(q,r)] - Q [1 - s(q,1/2)], r = (Q/2)/(1-Q), s(q,r) = h((1 - sqrt(1 - "
          "16 q(1-q) r(1-r)))/2), the best q",
      .observed = "error rates of the three bases, reconciliation inefficiency f, Alice's flips q",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = assumption::kTwoWayPreprocessing,
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPreprocessingPoints,
  };
  return kTheorem;
}

}  // namespace herald
