#include "herald/proof/randomness_expansion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/base/tail_bounds.h"
#include "herald/proof/device_independent.h"
#include "herald/proof/device_independent_assumptions.h"

namespace herald {

Result<double> chsh_min_entropy(double chsh) {
  if (!(chsh >= 0 && chsh <= kTsirelson + 1e-12))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a CHSH value of {} is not possible; quantum devices reach 0 to 2.8284271", chsh));
  if (chsh <= 2) return 0.0;
  const double above_half = std::sqrt(std::max(0.0, (kTsirelson - chsh) * (kTsirelson + chsh))) / 2;
  return 1 - std::log1p(above_half) / std::numbers::ln2;
}

Result<CertifiedRandomness> randomness_expansion_finite(const BellRun& run, FailureProbability epsilon) {
  const double n = run.rounds, q = run.setting_probability;
  if (!(n >= 1 && n <= 1e15))
    return fail(ErrorCode::invalid_argument, fmt::format("{} rounds are not possible; 1 to 1e15 are", n));
  if (!(q > 0 && q <= 0.25))
    return fail(ErrorCode::invalid_argument,
                fmt::format("the least likely of four pairs of settings has a probability up to 0.25, not {}", q));
  if (!(epsilon.value > 0 && epsilon.value < 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("epsilon.secrecy of {} is not between 0 and 1", epsilon.value));
  HERALD_TRY_VOID(chsh_min_entropy(run.chsh));
  CertifiedRandomness certified;
  certified.chsh_lower = std::max(0.0, run.chsh - azuma_deviation(n, 1 / q + kTsirelson, epsilon) / n);
  HERALD_TRY(const double per_round, chsh_min_entropy(certified.chsh_lower));
  certified.min_entropy = n * per_round;
  // Three pairs of probability q and one of 1 - 3q, as the paper chooses them.
  certified.settings_entropy = -n * (3 * q * std::log2(q) + (1 - 3 * q) * std::log2(1 - 3 * q));
  return certified;
}

namespace {

constexpr Assumption kClassicalEve = {"classical-side-information",
                                      "What the adversary knows of the devices is classical: she keeps no quantum "
                                      "memory entangled with them."};
constexpr Assumption kAssumptions[] = {assumption::kRandomChoices, assumption::kQuantumDevices,
                                       assumption::kIsolatedDevices, assumption::kEveryRoundCounts, kClassicalEve};

double entropy(double chsh) { return chsh_min_entropy(chsh).value_or(-1); }

constexpr PublishedPoint kPoints[] = {
    {"f(2.1)", "theory sheet 6.4, independent script", 0.03847686, 2e-7, [] { return entropy(2.1); }},
    {"f(2.4)", "theory sheet 6.4, independent script", 0.19402126, 3e-8, [] { return entropy(2.4); }},
    {"f(2.5)", "theory sheet 6.4, independent script", 0.26756769, 2e-8, [] { return entropy(2.5); }},
    {"f(2.8): a guess is right with probability 0.6", "theory sheet 6.4, independent script", 0.73696559, 1e-8,
     [] { return entropy(2.8); }},
    {"f(2 sqrt2)", "exact", 1, 1e-15, [] { return entropy(kTsirelson); }}};
constexpr PublishedPoint kFinitePoints[] = {
    {"3016 rounds of ions, S = 2.414, 99 %",
     "theory sheet 6.4, independent script; the paper prints 42, which takes S = 2.415", 40.8, 2e-3, [] {
       const auto run = randomness_expansion_finite({3016, 2.414, 0.25}, FailureProbability(0.01));
       return run ? run->min_entropy : -1;
     }}};
constexpr EpsilonShare kShares[] = {{"the estimate of the CHSH value", 1}};
constexpr std::string_view kNoKey = "Not covered: the outcomes of one place, nothing is reconciled.";
constexpr std::string_view kPaper =
    "Pironio et al., Nature 464, 1021 (2010), arXiv 0911.3427; with classical side information Pironio, Massar, Phys. "
    "Rev. A 87, 012336 (2013) and Fehr, Gelles, Schaffner, Phys. Rev. A 87, 012335 (2013)";

}  // namespace

const Theorem& randomness_expansion_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "randomness-expansion",
      .title = "Randomness certified by the CHSH inequality, per round of a known CHSH value",
      .protocol = "randomness-expansion",
      .paper = kPaper,
      .equations = "the analytic bound on the min-entropy for a CHSH value S",
      .statement = "min-entropy >= 1 - log2(1 + sqrt(2 - S^2/4)) bits of one outcome per round",
      .observed = "CHSH value S over all rounds",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = kNoKey,
      .block_length = "None: a figure without failure probability.",
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

const Theorem& randomness_expansion_finite_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "randomness-expansion-finite",
      .title = "Randomness certified by the CHSH inequality in a finite run of devices with memory",
      .protocol = "randomness-expansion",
      .finite = true,
      .paper = kPaper,
      .equations = "the bound for n uses in succession, its estimate of S by Azuma's inequality",
      .statement = "min-entropy >= n f(S - e), e = (1/q + 2 sqrt2) sqrt(2 ln(1/epsilon)/n)",
      .observed = "rounds n, the CHSH value S estimated from them, probability q of the least likely settings",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = kNoKey,
      .block_length = "The min-entropy before extraction; the extractor's seed and loss come on top.",
      .epsilon_shares = kShares,
      .points = kFinitePoints,
  };
  return kTheorem;
}

}  // namespace herald
