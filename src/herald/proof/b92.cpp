#include "herald/proof/b92.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "herald/proof/assumptions.h"
#include "herald/proof/asymptotic.h"
#include "herald/proof/threshold.h"

namespace herald {
namespace {

Result<void> validate(const B92Observation& o) {
  if (!(o.alpha2 > 0 && o.alpha2 < 0.5))
    return fail(ErrorCode::invalid_argument,
                fmt::format("an alpha^2 of {} is not between 0 (equal states) and 1/2 (orthogonal ones)", o.alpha2));
  if (!(o.detected.value > 0 && o.detected.value <= 1 && o.conclusive.value > 0 &&
        o.conclusive.value <= o.detected.value && o.wrong.value >= 0 && o.wrong.value <= o.conclusive.value))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} detected, {} conclusive and {} wrong of each pulse cannot be", o.detected.value,
                            o.conclusive.value, o.wrong.value));
  return {};
}

std::unexpected<Error> impossible() {
  return fail(ErrorCode::invalid_argument, "no qubits are detected, conclusive and wrong in these shares");
}

constexpr double kRounding = 1e-9;  // of what a consistent observation may miss its limits by

}  // namespace

Result<ErrorRate> b92_phase_error_rate(const B92Observation& o) {
  HERALD_TRY_VOID(validate(o));
  const double alpha2 = o.alpha2, beta2 = 1 - alpha2, overlap = 1 - 2 * alpha2;
  const double detected = o.detected.value, conclusive = o.conclusive.value;
  // Bob's populations of |0> and |1>, from both shares.
  const double n0 = (beta2 * detected - conclusive) / overlap, n1 = (conclusive - alpha2 * detected) / overlap;
  if (!(n0 >= -kRounding * detected && n1 >= -kRounding * detected)) return impossible();
  const double a = std::sqrt(alpha2 * std::max(n0, 0.0)), b = std::sqrt(beta2 * std::max(n1, 0.0));
  if (!(a > 0 && b > 0)) return ErrorRate(0.5);

  // 2 wrong >= |a u - b v|^2 for unit vectors u, v at angles phi, psi in a quadrant: |phi - psi| <= delta.
  const double excess = 2 * o.wrong.value - (a - b) * (a - b);
  if (excess < -kRounding * conclusive) return impossible();
  const double delta = 2 * std::asin(std::sqrt(std::clamp(excess / (4 * a * b), 0.0, 1.0)));

  // Pairs with Alice's |-> number alpha^2: n0 sin^2 phi - n1 sin^2 psi <= spare. The largest such phi, psi = phi +
  // delta.
  constexpr double kQuarter = std::numbers::pi / 2;
  const double spare = alpha2 - n1;
  double phi = std::asin(std::sqrt(std::min(1.0, alpha2 / n0)));
  if (phi < kQuarter - delta) {
    const std::complex<double> turn = n0 - n1 * std::polar(1.0, 2 * delta);
    const double cosine = ((n0 - n1) / 2 - spare) / (std::abs(turn) / 2);
    if (!(cosine <= 1 + kRounding)) return impossible();
    phi = (std::acos(std::clamp(cosine, -1.0, 1.0)) - std::arg(turn)) / 2;
  }
  const double psi = std::min(phi + delta, kQuarter), s = a * std::sin(phi), t = b * std::sin(psi);
  return ErrorRate(std::clamp((s * s + t * t) / conclusive, 0.0, 0.5));
}

Result<double> b92_rate(const B92Observation& observation, double f) {
  HERALD_TRY(const ErrorRate phase, b92_phase_error_rate(observation));
  HERALD_TRY(const double per_bit, shor_preskill_rate(ErrorRate(observation.wrong / observation.conclusive), phase, f));
  return observation.conclusive.value * per_bit;
}

B92Observation b92_depolarised(double alpha2, Probability detected, ErrorRate error_rate) {
  const double kept = 2 * alpha2 * (1 - alpha2);  // conclusive, of undisturbed qubits
  const double e = error_rate.value;
  return {alpha2, detected, detected * ((1 - 2 * e) * kept + e), detected * (e / 2)};
}

namespace {

// The best over alpha, for (1-p) rho + p/3 (X rho X + Y rho Y + Z rho Z), whose error rate is 2p/3.
double best_depolarised(double p) {
  double best = -1;
  for (int i = 1; i < 400; ++i)
    best = std::max(best, b92_rate(b92_depolarised(i / 800.0, Probability(1), ErrorRate(2 * p / 3))).value_or(-1));
  return best;
}

}  // namespace

const Theorem& b92_theorem() {
  static constexpr Assumption kAssumptions[] = {assumption::kAuthenticated, assumption::kRandomChoices,
                                                assumption::kTwoPureStates, assumption::kEqualEfficiencies,
                                                assumption::kNoSideChannels};
  static constexpr Assumption kTwoWay[] = {assumption::kQubitReceiver, assumption::kTwoPureStates,
                                           assumption::kFunctionOfErrors};
  static constexpr PublishedPoint kPoints[] = {
      {"depolarising rate at which no key is left, best overlap, no loss",
       "Tamaki, Koashi, Imoto 2003: 3.4 % (figure from memory; Matsumoto, arXiv 1301.5083, says below 3.5 %)", 0.034,
       1.5e-2, [] { return threshold(best_depolarised, 0.02, 0.06); }},
      {"zero errors: detected share at which no key is left, overlap 0.6", "unambiguous discrimination: 1 - overlap",
       0.4, 1e-6, [] {
         return 1 - threshold(
                        [](double lost) {
                          return 0.5 - 1e-9 -
                                 b92_phase_error_rate(b92_depolarised(0.2, Probability(1 - lost), ErrorRate(0)))
                                     .value_or(ErrorRate(0.5))
                                     .value;
                        },
                        0, 0.99);
       }}};
  static constexpr Theorem kTheorem = {
      .name = "b92",
      .title = "B92 with single photons over a lossy and noisy channel, infinitely long keys",
      .protocol = "b92",
      .finite = false,
      .paper =
          "Tamaki, Koashi, Imoto, Phys. Rev. Lett. 90, 167904 (2003), quant-ph/0212162; Tamaki, Luetkenhaus, Phys. "
          "Rev. A 69, 032316 (2004), quant-ph/0308048",
      .equations =
          "the papers' bit and phase errors after Bob's filter; their estimation solved in closed form "
          "(docs/theory/bb84-rates.md). Matsumoto, arXiv 1301.5083, shows that a rate with correlated bit and phase "
          "errors reaches 6.5 % of depolarisation",
      .statement = "rate = conclusive {1 - f h(wrong/conclusive) - h(e)} per pulse, e the largest phase error rate",
      .observed =
          "alpha^2 of the two states, whose overlap is 1 - 2 alpha^2; shares of the pulses detected, conclusive, and "
          "wrong",
      .assumptions = kAssumptions,
      .two_way_assumptions = kTwoWay,
      .two_way = "The error pattern of the key is given to Eve and commutes with the phase errors: nothing is lost.",
      .block_length = assumption::kNoLength,
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
