#include "herald/cheating/coin_flip_errors.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {

TableErrors errors_honest() { return {0, 0.5}; }
TableErrors errors_lie() { return {0.5, 0}; }
TableErrors errors_mixture() { return {0.25, 0.25}; }
TableErrors errors_breidbart() { return {1 - breidbart_guess(), 1 - breidbart_guess()}; }

Result<TableErrors> errors_epr(double efficiency) {
  HERALD_TRY_VOID(permitted("an efficiency of storage and measurement", efficiency, 0, 1));
  return TableErrors{(1 - efficiency) / 2, 0.5};
}

Result<TableErrors> depolarised(const TableErrors& errors, double probability) {
  HERALD_TRY_VOID(permitted("a probability of depolarising", probability, 0, 1));
  const auto mixed = [&](double error) { return error + (0.5 - error) * probability; };
  return TableErrors{mixed(errors.opened), mixed(errors.other)};
}

namespace {

constexpr double kMostPulses = 1e5;
constexpr double kNegligible = 1e-19;  // terms that are left out

// P[Bin(n, p) <= k].
double at_most(double n, double p, double k) {
  if (k < 0) return 0;
  return k >= n ? 1 : boost::math::ibetac(k + 1, n - k, p);
}

double few_errors(double entries, double error, double tolerated) {
  return at_most(entries, error, std::floor(tolerated * entries));
}

double uncorrelated(double entries, double error, double bits) {
  if (entries == 0) return 1;
  const double apart = std::sqrt((bits + 1) * std::numbers::ln2 / (2 * entries));
  if (apart >= 0.5) return 1;
  return at_most(entries, error, std::floor(entries * (0.5 + apart))) -
         at_most(entries, error, std::ceil(entries * (0.5 - apart)) - 1);
}

// Values that are asked for again and again.
class Remembered {
 public:
  explicit Remembered(std::size_t size) : m_values(size, -1) {}
  template <typename Compute>
  double at(double entries, Compute compute) {
    double& value = m_values[static_cast<std::size_t>(entries)];
    if (value < 0) value = compute(entries);
    return value;
  }

 private:
  std::vector<double> m_values;
};

}  // namespace

Result<double> pass_comparison(const HoleRule& rule, double transmittance, const TableErrors& errors,
                               const Comparison& comparison) {
  HERALD_TRY_VOID(permitted("a number of pulses", static_cast<double>(rule.pulses), 0, kMostPulses));
  HERALD_TRY_VOID(permitted("a least number of clicks", static_cast<double>(rule.fewest_clicks), 0,
                            static_cast<double>(rule.pulses)));
  HERALD_TRY_VOID(permitted("a transmittance", transmittance, 0, 1));
  HERALD_TRY_VOID(permitted("a probability of an error", errors.opened, 0, 1));
  HERALD_TRY_VOID(permitted("a probability of an error in the other basis", errors.other, 0, 1));
  HERALD_TRY_VOID(permitted("a tolerated share of errors", comparison.tolerated, 0, 1));
  HERALD_TRY_VOID(permitted("a doubt of a correlation in bits", comparison.correlation_bits, 0, kMostCounted));
  Remembered opened(static_cast<std::size_t>(rule.pulses) + 1), other = opened;
  const auto pulses = static_cast<double>(rule.pulses);
  double sum = 0;
  for (auto clicks = static_cast<double>(rule.fewest_clicks); clicks <= pulses; ++clicks) {
    const double arrive = std::exp(binomial_log_pmf(pulses, transmittance, clicks));
    if (arrive < kNegligible) continue;
    for (double entries = 0; entries <= clicks; ++entries) {
      const double divided = arrive * std::exp(binomial_log_pmf(clicks, 0.5, entries));
      if (divided < kNegligible) continue;
      sum += divided *
             opened.at(entries, [&](double e) { return few_errors(e, errors.opened, comparison.tolerated); }) *
             other.at(clicks - entries,
                      [&](double o) { return uncorrelated(o, errors.other, comparison.correlation_bits); });
    }
  }
  return std::clamp(sum, 0.0, 1.0);
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"clicks-independent-of-basis", "Whether Bob's detectors click does not depend on the basis that he measures in."},
    {"single-photons", "Bob's apparatus measures one photon a pulse, in a basis of his own choice."},
    {"alike-and-independent",
     "Alice's photons are in a product of states of one kind, as those of all cheats run here are."}};

double lie(std::int64_t photons, double tolerated) {
  return pass_comparison({photons, photons}, 1, errors_lie(), {tolerated, 64}).value_or(-1);
}
constexpr PublishedPoint kPoints[] = {
    {"a lie about 2 photons, half of the table may be wrong: 11/16", "exact", 0.6875, 1e-15,
     [] { return lie(2, 0.5); }},
    {"a lie about 10 photons, nothing may be wrong: (3/4)^10", "exact", 0.05631351470947266, 1e-12,
     [] { return lie(10, 0); }},
    {"honest, 2 photons of which each has an error with 1/10: (19/20)^2", "exact", 0.9025, 1e-12, [] {
       return pass_comparison({2, 2}, 1, depolarised(errors_honest(), 0.2).value_or(TableErrors{}), {0, 64})
           .value_or(-1);
     }}};

}  // namespace

const CheatingTheorem& coin_flip_errors_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-bb84-errors",
      .title = "A coin flip whose errors are tolerated",
      .protocol = "coin-flip",
      .paper = "our derivation, docs/theory/mistrust.md",
      .equations = "a trinomial sum over both tables of binomial tails",
      .statement =
          "a string passes when few enough entries of the opened table differ and the other table has nothing to do "
          "with it; the second check is what stops a lie once half of a table may be wrong",
      .parameters = "pulses, fewest clicks accepted, transmittance, errors in either table, the tolerated share",
      .unsettled = "The best cheat against both checks together is not known here.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
