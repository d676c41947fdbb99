#include "herald/proof/device_independent_finite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/proof/device_independent.h"
#include "herald/proof/device_independent_assumptions.h"

namespace herald {
namespace {

constexpr double kClassicalWins = 0.75, kQuantumWins = chsh_wins(kTsirelson);
constexpr double kSmoothingShare = 5.0 / 9, kAccumulationShare = 2.0 / 9, kAmplificationShare = 2.0 / 9;

Result<void> open_unit_interval(double value, const char* what) {
  if (!(value > 0 && value < 1))
    return fail(ErrorCode::invalid_argument, fmt::format("{} of {} is not between 0 and 1", what, value));
  return {};
}

Result<void> validate(double rounds, double test_probability, double wins) {
  if (!(rounds >= 1 && rounds <= 1e18))
    return fail(ErrorCode::invalid_argument, fmt::format("{} rounds are not possible; 1 to 1e18 are", rounds));
  if (!(test_probability > 0 && test_probability <= 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a test probability of {} is not above 0 and up to 1", test_probability));
  if (!(wins >= 0 && wins <= kQuantumWins + 1e-12))
    return fail(ErrorCode::invalid_argument,
                fmt::format("winning {} of CHSH games is not possible; quantum devices win up to 0.8535534", wins));
  return {};
}

// g at a share of games won, in which it is convex, and below 3/4 its tangent there: the largest that any tangent of g
// says, all of which bound the entropy.
double best_tangent(double wins) {
  if (wins > kClassicalWins) return chsh_entropy(8 * (std::min(wins, kQuantumWins) - 0.5)).value_or(0);
  // The slope at 3/4: 4 (2w - 1) (2 atanh(s)/s)/ln 2 with s -> 0.
  return 4 / std::numbers::ln2 * (wins - kClassicalWins);
}

}  // namespace

Result<KeyLength> di_finite(const DiFiniteProtocol& protocol, const Epsilon& epsilon) {
  const double n = protocol.rounds, gamma = protocol.test_probability;
  HERALD_TRY_VOID(validate(n, gamma, protocol.least_wins));
  if (!(protocol.leak >= 0 && protocol.leak < 1e19))
    return fail(ErrorCode::invalid_argument, fmt::format("a leak of {} bits is not possible", protocol.leak));
  HERALD_TRY_VOID(open_unit_interval(epsilon.secrecy.value, "epsilon.secrecy"));
  HERALD_TRY_VOID(open_unit_interval(epsilon.correctness.value, "epsilon.correctness"));
  const double smoothing = epsilon.secrecy.value * kSmoothingShare / 4;
  const double passing = epsilon.secrecy.value * kAccumulationShare + epsilon.correctness.value;
  const double amplification = epsilon.secrecy.value * kAmplificationShare;

  // max over tangents t of f_t(least_wins) - (2/sqrt n)(log2 13 + t'/gamma) c: the term with t' shifts the point at
  // which the tangents are compared, and the highest tangent there is g itself.
  const double c = std::sqrt(1 - 2 * std::log2(smoothing * passing)), root = std::sqrt(n);
  const double accumulated = best_tangent(protocol.least_wins - 2 * c / (root * gamma)) - 2 * std::log2(13) * c / root;
  const double x = smoothing * smoothing;
  const double chain_rule = -3 * std::log2(x / (1 + std::sqrt(1 - x)));  // -3 log2(1 - sqrt(1 - smoothing^2))
  const double test_bits = gamma * n + 2 * std::log2(7) * c * root;

  KeyLength key;
  key.theorem = "di-finite";
  key.epsilon = epsilon;
  key.min_entropy = n * accumulated - test_bits - chain_rule;
  key.amplification_cost = 2 * std::log2(1 / amplification);
  key.leak = static_cast<std::int64_t>(std::min(std::ceil(protocol.leak), 9e18));
  key.exact_bits = key.min_entropy - key.amplification_cost - protocol.leak;
  key.bits = static_cast<std::int64_t>(std::floor(std::max(0.0, key.exact_bits)));
  if (key.bits == 0) key.reason = "the block is too short, or its Bell violation too weak, for the bits disclosed";
  return key;
}

Result<double> di_expected_leak(double rounds, double test_probability, ErrorRate error_rate, double wins,
                                FailureProbability correctness, FailureProbability failure) {
  HERALD_TRY_VOID(validate(rounds, test_probability, wins));
  if (!(error_rate.value >= 0 && error_rate.value <= 0.5))
    return fail(ErrorCode::invalid_argument, fmt::format("an error rate of {} is not 0 to 0.5", error_rate.value));
  HERALD_TRY_VOID(open_unit_interval(correctness.value, "epsilon.correctness"));
  HERALD_TRY_VOID(open_unit_interval(failure.value, "the failure probability of error correction"));
  const double e = failure.value;
  const double per_round =
      (1 - test_probability) * binary_entropy(error_rate) + test_probability * binary_entropy(std::min(wins, 1.0));
  const double spread =
      4 * std::log2(2 * std::numbers::sqrt2 + 1) * std::sqrt(2 * std::log2(8 / (e * e))) * std::sqrt(rounds);
  return rounds * per_round + spread + std::log2(8 / (e * e) + 2 / (2 - e)) + std::log2(1 / correctness.value);
}

namespace {

constexpr Assumption kAssumptions[] = {assumption::kAuthenticated,    assumption::kRandomChoices,
                                       assumption::kQuantumDevices,   assumption::kIsolatedDevices,
                                       assumption::kEveryRoundCounts, assumption::kLeakCap};
constexpr EpsilonShare kShares[] = {{"smoothing of the entropy", kSmoothingShare},
                                    {"passing the test although the entropy is less", kAccumulationShare},
                                    {"privacy amplification", kAmplificationShare}};

// The rate of depolarised pairs, the test probability being the best of a fine grid.
double rate(double q, double rounds) {
  const Epsilon epsilon{.secrecy = FailureProbability(4.5e-6), .correctness = FailureProbability(1e-6)};
  const double wins = chsh_wins(kTsirelson * (1 - 2 * q));
  double best = -1;
  for (double gamma = 1; gamma > 1e-6; gamma *= 0.99) {
    const double accepted = wins - std::sqrt(std::log(1 / 1e-2) / (2 * rounds)) / gamma;
    if (accepted < 0) break;
    const double leak =
        di_expected_leak(rounds, gamma, ErrorRate(q), wins, epsilon.correctness, FailureProbability(1e-3)).value_or(0);
    const Result<KeyLength> key = di_finite({rounds, gamma, accepted, leak}, epsilon);
    if (key) best = std::max(best, key->exact_bits / rounds);
  }
  return best;
}

constexpr std::string_view kSheet = "theory sheet 6.3, independent script with the same constants";
constexpr PublishedPoint kPoints[] = {
    {"Q = 0.5 %, 1e7 rounds", kSheet, .11084, 1e-3, [] { return rate(0.005, 1e7); }},
    {"Q = 0.5 %, 1e8 rounds", kSheet, .43259, 1e-3, [] { return rate(0.005, 1e8); }},
    {"Q = 0.5 %, 1e9 rounds", kSheet, .61909, 1e-3, [] { return rate(0.005, 1e9); }},
    {"Q = 0.5 %, 1e10 rounds", kSheet, .72748, 1e-3, [] { return rate(0.005, 1e10); }},
    {"Q = 0.5 %, 1e12 rounds", kSheet, .82618, 1e-3, [] { return rate(0.005, 1e12); }},
    {"Q = 0.5 %, 1e15 rounds", kSheet, .86495, 1e-3, [] { return rate(0.005, 1e15); }},
    {"Q = 5 %, 1e9 rounds", kSheet, .03951, 1e-3, [] { return rate(0.05, 1e9); }},
    {"Q = 5 %, 1e10 rounds", kSheet, .12089, 1e-3, [] { return rate(0.05, 1e10); }},
    {"Q = 5 %, 1e12 rounds", kSheet, .19210, 1e-3, [] { return rate(0.05, 1e12); }},
    {"Q = 5 %, 1e15 rounds", kSheet, .21911, 1e-3, [] { return rate(0.05, 1e15); }}};

}  // namespace

const Theorem& di_finite_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "di-finite",
      .title = "Device-independent key from the CHSH inequality, finite keys by entropy accumulation",
      .protocol = "di",
      .finite = true,
      .paper =
          "Arnon-Friedman, Dupuis, Fawzi, Renner, Vidick, Nat. Commun. 9, 459 (2018); Arnon-Friedman, Renner, Vidick, "
          "SIAM J. Comput. 48, 181 (2019), arXiv 1607.01797",
      .equations =
          "the length of the protocol that tests single rounds. Unsettled: the constants 13, 7 and 2 sqrt2 + 1 and the "
          "lower-order terms are quoted from memory and agree with the dimensions of the registers, not with a "
          "re-reading; the block version, better at equal size, is not here. Figures, not lengths to take a key by",
      .statement =
          "l = n [max_t f_t(w) - (2/sqrt n)(log 13 + t'/gamma) c - gamma - (2/sqrt n) log 7 c] - leak + 3 log(1 - "
          "sqrt(1 - (eps_s/4)^2)) - 2 log(1/eps_PA), c = sqrt(1 - 2 log(eps_s/4 (eps_EA + eps_EC))), f_t the tangents "
          "of g(w) = 1 - h(1/2 + sqrt(16 w (w-1) + 3)/2)",
      .observed = "rounds n, probability gamma of a test, share w of CHSH games that must be won, cap on the leak",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = "Not covered: every disclosed bit is counted, whichever way it travelled.",
      .block_length = "Fixed before the block by what must be won; a block that wins less is given up.",
      .epsilon_shares = kShares,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
