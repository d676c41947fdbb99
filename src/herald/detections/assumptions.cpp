#include "herald/detections/assumptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/statistics.h"

namespace herald {
namespace {

// The z with Pr[|normal| > z] = p.
double two_sided_quantile(double p) {
  double low = 0, high = 40;
  for (int i = 0; i < 200; ++i) (std::erfc((low + high) / 2 / std::sqrt(2.0)) > p ? low : high) = (low + high) / 2;
  return high;
}

struct Net {
  double count = 0, variance = 0;  // true coincidences and the variance of their count
};
Net net(double seen, double accidental) { return {seen - accidental, seen + accidental / 16}; }
Net operator+(Net a, Net b) { return {a.count + b.count, a.variance + b.variance}; }
double relative_variance(Net n) { return n.variance / (n.count * n.count); }

// A logarithm with a standard error, shown through a function that rises; nothing to test where a count is not
// positive.
template <typename Shown>
AssumptionFigure from_logarithm(std::string what, double logarithm, double variance, double z, Shown shown) {
  const double reach = z * std::sqrt(variance);
  return {std::move(what),
          shown(logarithm),
          shown(logarithm - reach),
          shown(logarithm + reach),
          shown(0),
          std::abs(shown(reach) - shown(0)),
          ""};
}

}  // namespace

bool AssumptionCheck::holds() const { return std::ranges::all_of(figures, &AssumptionFigure::holds); }

AssumptionCheck check_conjugate_bases(const CoincidenceMatrix& matrix, const AccidentalMatrix& accidentals,
                                      FailureProbability false_alarm) {
  AssumptionCheck check{"conjugate-bases", "correlation of mismatched bases, free of efficiencies (Yule's Y)", {}};
  const double z = two_sided_quantile(false_alarm.value / 2);
  for (const unsigned basis : {0U, 1U}) {
    double logarithm = 0, variance = 0;
    bool enough = true;
    for (const unsigned i : {0U, 1U})
      for (const unsigned j : {0U, 1U}) {
        const unsigned a = 2 * basis + i, b = 2 * (1 - basis) + j;
        const Net n = net(static_cast<double>(matrix[a][b]), accidentals[a][b]);
        enough = enough && n.count > 0;
        logarithm += (i == j ? 1 : -1) * std::log(std::max(n.count, 1e-300));
        variance += relative_variance(n);
      }
    if (!enough) continue;
    check.figures.push_back(from_logarithm(basis == 0 ? "Alice Z, Bob X" : "Alice X, Bob Z", logarithm, variance, z,
                                           [](double l) { return std::tanh(l / 4); }));
  }
  return check;
}

double suggested_preparation_quality(const AssumptionCheck& conjugate_bases) {
  double largest = 0;
  for (const AssumptionFigure& figure : conjugate_bases.figures) largest = std::max(largest, std::abs(figure.value));
  return std::log2(2 / (1 + largest));
}

AssumptionCheck check_equal_efficiencies(const CoincidenceMatrix& matrix, const AccidentalMatrix& accidentals,
                                         FailureProbability false_alarm) {
  AssumptionCheck check{"equal-efficiencies", "coincidences of one detector for each of the other of its basis", {}};
  const double z = two_sided_quantile(false_alarm.value / 4);
  for (const Side side : {Side::alice, Side::bob})
    for (const unsigned basis : {0U, 1U}) {
      std::array<Net, 2> of{};
      for (const unsigned bit : {0U, 1U})
        for (unsigned other = 0; other < kDetectors; ++other) {
          const unsigned own = 2 * basis + bit, a = side == Side::alice ? own : other,
                         b = side == Side::alice ? other : own;
          of[bit] = of[bit] + net(static_cast<double>(matrix[a][b]), accidentals[a][b]);
        }
      if (of[0].count <= 0 || of[1].count <= 0) continue;
      check.figures.push_back(
          from_logarithm(fmt::format("{} {} : {}", side == Side::alice ? "Alice" : "Bob", 2 * basis, 2 * basis + 1),
                         std::log(of[0].count / of[1].count), relative_variance(of[0]) + relative_variance(of[1]), z,
                         [](double l) { return std::exp(l); }));
    }
  return check;
}

AssumptionCheck check_unbiased_bits(const CoincidenceMatrix& matrix, FailureProbability false_alarm) {
  AssumptionCheck check{"unbiased-bits", "share of zeros among the sifted bits", {}};
  const FailureProbability each = false_alarm / 4;
  for (const Side side : {Side::alice, Side::bob})
    for (const unsigned basis : {0U, 1U}) {
      const unsigned zero = 2 * basis, one = zero + 1;
      const std::uint64_t zeros = matrix[zero][zero] + (side == Side::alice ? matrix[zero][one] : matrix[one][zero]);
      const std::uint64_t n = matrix[zero][zero] + matrix[zero][one] + matrix[one][zero] + matrix[one][one];
      if (n == 0) continue;
      const auto [low, high] = binomial_interval(zeros, n, each);
      const double threshold = binomial_interval(n / 2, n, each).second.value - 0.5;
      check.figures.push_back({fmt::format("{}, {}", side == Side::alice ? "Alice" : "Bob", basis == 0 ? "Z" : "X"),
                               static_cast<double>(zeros) / static_cast<double>(n), low.value, high.value, 0.5,
                               threshold, ""});
    }
  return check;
}

AssumptionCheck check_memoryless_detectors(const TimeTags& tags, std::uint64_t horizon,
                                           FailureProbability false_alarm) {
  AssumptionCheck check{"memoryless-detectors", "share of tags that repeat the one before, beyond chance", {}};
  std::array<std::vector<std::uint64_t>, kChannels> gaps;
  std::array<std::uint64_t, kChannels> before{};
  std::array<bool, kChannels> seen{};
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const unsigned c = tags.channel[i];
    if (seen[c]) gaps[c].push_back(tags.time[i] - before[c]);
    before[c] = tags.time[i], seen[c] = true;
  }
  // One-sided: a dead time makes repeats rarer, and that is no afterpulse.
  const double z = two_sided_quantile(2 * false_alarm.value / kChannels);
  for (unsigned c = 0; c < kChannels; ++c) {
    std::vector<std::uint64_t>& g = gaps[c];
    std::ranges::sort(g);
    const auto split = std::ranges::upper_bound(g, horizon);
    const auto repeats = static_cast<double>(split - g.begin()), longer = static_cast<double>(g.end() - split);
    if (longer < 100) continue;
    double beyond = 0;
    for (auto it = split; it != g.end(); ++it) beyond += static_cast<double>(*it - horizon);
    // Gaps of a Poisson process beyond any point are exponential: the rate of the long ones says how many short ones to
    // expect.
    const double open = static_cast<double>(horizon - std::min(g.front(), horizon)),
                 exponent = longer / std::max(beyond, 1.0) * open;
    const double chance = longer * std::expm1(exponent), n = static_cast<double>(g.size() + 1);
    const double grown =
        longer * std::exp(exponent) * exponent;  // derivative of `chance` by ln(rate), whose error is 1/sqrt(longer)
    const double error = std::sqrt(std::max(chance, 1.0) + grown * grown / longer),
                 reach = z * std::sqrt(std::max(repeats, 1.0) + grown * grown / longer);
    AssumptionFigure figure{
        fmt::format("detector {}", c), (repeats - chance) / n, (repeats - chance - reach) / n, 1, 0, z * error / n, ""};
    if (!figure.holds()) {
      const auto quantile = [&](double q) { return g[static_cast<std::size_t>(q * (repeats - 1))]; };
      figure.detail = fmt::format(
          "{} tags within {} ticks of the one before, {:.0f} by chance; nine tenths of them {} to {} ticks after it",
          static_cast<std::uint64_t>(repeats), horizon, chance, quantile(0.05), quantile(0.95));
    }
    check.figures.push_back(std::move(figure));
  }
  return check;
}

TimeDifferences time_differences(const Matches& matches, const Events& alice, const Events& bob,
                                 const CoincidencePlan& plan) {
  TimeDifferences differences;
  for (std::size_t k = 0; k < matches.size(); ++k) {
    const std::uint64_t i = matches.alice[k], j = matches.bob[k];
    if (alice.basis[i] != bob.basis[j] || alice.bit[i] != bob.bit[j]) continue;
    differences[alice.basis[i]][alice.bit[i]].push_back(static_cast<std::int64_t>(bob.time[j]) -
                                                        static_cast<std::int64_t>(alice.time[i]) -
                                                        std::llround(plan.delays.clock.at(alice.time[i])));
  }
  return differences;
}

AssumptionCheck check_equal_timing(const TimeDifferences& differences, FailureProbability false_alarm) {
  AssumptionCheck check{"equal-timing", "distance between the time profiles of the two bits (Kolmogorov-Smirnov)", {}};
  for (const unsigned basis : {0U, 1U}) {
    std::vector<std::int64_t> zero = differences[basis][0], one = differences[basis][1];
    if (zero.empty() || one.empty()) continue;
    std::ranges::sort(zero), std::ranges::sort(one);
    double distance = 0;
    for (const auto* points : {&zero, &one})
      for (const std::int64_t x : *points) {
        const auto share = [&](const std::vector<std::int64_t>& v) {
          return static_cast<double>(std::ranges::upper_bound(v, x) - v.begin()) / static_cast<double>(v.size());
        };
        distance = std::max(distance, std::abs(share(zero) - share(one)));
      }
    // Each empirical distribution function strays by more than sqrt(ln(2/a)/2n) with probability at most a; a quarter
    // of the false alarm for each of two functions of two bases.
    const double a = std::log(2 / (false_alarm.value / 4)) / 2;
    const double reach =
        std::sqrt(a / static_cast<double>(zero.size())) + std::sqrt(a / static_cast<double>(one.size()));
    check.figures.push_back({basis == 0 ? "Z" : "X", distance, std::max(0.0, distance - reach),
                             std::min(1.0, distance + reach), 0, reach, ""});
  }
  return check;
}

}  // namespace herald
