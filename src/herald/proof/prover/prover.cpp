#include "herald/proof/prover/prover.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

#include "herald/base/entropy.h"
#include "herald/proof/assumptions.h"
#include "herald/proof/prover/certificate.h"
#include "herald/proof/prover/interior_point.h"

namespace herald {
namespace {

constexpr double kDigits = 1e-3;  // what passes for rounding in a file
constexpr std::size_t kMostOutcomes = 64;
constexpr int kMostSymbols = 16;

std::string fault_of_positive(const ComplexMatrix& op) {
  if (op.rows() == 0 || op.rows() != op.columns())
    return fmt::format("is a {} x {} matrix; it must be square", op.rows(), op.columns());
  if (!is_finite(op)) return "has entries that are not numbers";
  if (const double off = asymmetry(op); off > kDigits)
    return fmt::format("is not Hermitian: entries across the diagonal differ by {:.3g}", off);
  if (const double least = smallest_eigenvalue(op); least < -kDigits)
    return fmt::format("is not positive: it has the eigenvalue {:.4g}", least);
  return {};
}

Result<void> invalid(std::string_view owner, const std::string& name, const std::string& fault) {
  return fail(ErrorCode::invalid_argument, fmt::format("{} \"{}\" {}", owner, name, fault));
}

template <typename Outcome>
Result<void> sums_to_identity(std::string_view owner, const std::vector<Outcome>& outcomes) {
  ComplexMatrix sum(outcomes.front().op.rows(), outcomes.front().op.rows());
  for (const Outcome& outcome : outcomes) sum += outcome.op;
  for (std::size_t j = 0; j < sum.rows(); ++j)
    for (std::size_t k = 0; k < sum.rows(); ++k)
      if (const Complex expected = j == k ? 1 : 0; !(std::abs(sum(j, k) - expected) <= kDigits))
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} measurement is no POVM: its elements' sum has {:.6g}{:+.6g}i at row {}, column {} "
                                "and not {}; add the missing outcome",
                                owner, sum(j, k).real(), sum(j, k).imag(), j + 1, k + 1, expected.real()));
  return {};
}

template <typename Outcome>
Result<void> validate_outcomes(std::string_view owner, const std::vector<Outcome>& outcomes, bool states) {
  if (outcomes.empty() || outcomes.size() > kMostOutcomes)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} has {} outcomes; possible are 1 to {}", owner, outcomes.size(), kMostOutcomes));
  for (const Outcome& o : outcomes) {
    if (const std::string fault = states ? fault_of_state(o.op) : fault_of_effect(o.op); !fault.empty())
      return invalid(owner, o.name, fault);
    if (o.op.rows() != outcomes.front().op.rows())
      return invalid(owner, o.name,
                     fmt::format("has {} dimensions, \"{}\" has {}", o.op.rows(), outcomes.front().name,
                                 outcomes.front().op.rows()));
    if (o.key && (*o.key < 0 || *o.key >= kMostSymbols))
      return invalid(owner, o.name,
                     fmt::format("stands for the key symbol {}; possible are 0 to {}", *o.key, kMostSymbols - 1));
  }
  return {};
}

// In nats.
struct Attempt {
  double bound = -std::numeric_limits<double>::infinity();
  double estimate = std::numeric_limits<double>::infinity();
};

Attempt certified(const prover::Problem& problem, const prover::Minimum& minimum) {
  Attempt attempt{.estimate = minimum.objective};
  for (const double floor : {1e-15, 1e-13, 1e-11})
    attempt.bound =
        std::max(attempt.bound, prover::certified_minimum(problem, minimum.state, minimum.multipliers, floor));
  return attempt;
}

}  // namespace

std::string fault_of_state(const ComplexMatrix& state) {
  if (std::string fault = fault_of_positive(state); !fault.empty()) return fault;
  if (const double trace = state.trace().real(); !(std::abs(trace - 1) <= kDigits))
    return fmt::format("is not normalised: its trace is {:.6g}", trace);
  return {};
}

std::string fault_of_effect(const ComplexMatrix& effect) {
  if (std::string fault = fault_of_positive(effect); !fault.empty()) return fault;
  ComplexMatrix rest = effect;
  rest *= -1;
  rest += ComplexMatrix::identity(effect.rows());
  if (const double least = smallest_eigenvalue(rest); least < -kDigits)
    return fmt::format("is no element of a measurement: it has the eigenvalue {:.4g}, above 1", 1 - least);
  return {};
}

Result<void> validate_key_map(const CharacterisedProtocol& p) {
  const auto none = [](std::string what) {
    return fail(ErrorCode::invalid_argument, "the key map is no map: " + what);
  };
  if (p.kept.empty()) return none("no announcement is kept");
  std::set<std::pair<std::string, std::string>> seen;
  std::set<int> symbols;
  for (const auto& [a, b] : p.kept) {
    if (a.empty() || b.empty() || !seen.emplace(a, b).second)
      return none(fmt::format("({}, {}) is kept twice or has no name", a, b));
    const auto collect = [&](const auto& outcomes, const std::string& announcement, bool holds) -> Result<void> {
      bool there = false;
      for (const auto& o : outcomes) {
        if (o.announces != announcement) continue;
        there = true;
        if (holds && !o.key)
          return none(
              fmt::format("\"{}\" is announced as \"{}\", which is kept, and has no key symbol", o.name, announcement));
        if (holds) symbols.insert(*o.key);
      }
      if (!there) return none(fmt::format("\"{}\" is kept and never announced", announcement));
      return {};
    };
    HERALD_TRY_VOID(collect(p.alice, a, !p.key_from_bob));
    HERALD_TRY_VOID(collect(p.bob, b, p.key_from_bob));
  }
  if (symbols.size() < 2) return none("all kept rounds have the same key symbol");
  if (!(p.key_noise >= 0 && p.key_noise <= 0.5))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a key noise of {} is not possible; it lies in [0, 0.5]", p.key_noise));
  return {};
}

Result<void> validate_bob(const CharacterisedProtocol& p) {
  HERALD_TRY_VOID(validate_outcomes("bob", p.bob, false));
  return sums_to_identity("bob's", p.bob);
}

Result<void> validate_alice(const CharacterisedProtocol& p) {
  HERALD_TRY_VOID(validate_outcomes("alice", p.alice, !p.entangled));
  if (p.entangled) return sums_to_identity("alice's", p.alice);
  double total = 0;
  for (const AliceOutcome& a : p.alice) {
    if (!(a.probability > 0 && a.probability <= 1))
      return invalid("alice", a.name, fmt::format("is sent with probability {}; it lies in (0, 1]", a.probability));
    total += a.probability;
  }
  if (!(std::abs(total - 1) <= kDigits))
    return fail(ErrorCode::invalid_argument,
                fmt::format("the signals' probabilities have the sum {:.6g} and not 1", total));
  return {};
}

Result<void> validate(const CharacterisedProtocol& p) {
  HERALD_TRY_VOID(validate_alice(p));
  HERALD_TRY_VOID(validate_bob(p));
  return validate_key_map(p);
}

Result<CharacterisedProtocol> mended(const CharacterisedProtocol& protocol) {
  HERALD_TRY_VOID(validate(protocol));
  return prover::normalised(protocol);
}

Result<ProverBound> prove(const CharacterisedProtocol& protocol, std::span<const Observed> observed) {
  HERALD_TRY(const prover::Problem problem, prover::make_problem(protocol, observed));
  // The wider the statistics are met, the farther the states are from the boundary, where rounding hurts.
  Attempt best;
  int iterations = 0;
  for (const double widening : {1e-9, 1e-8, 1e-7, 1e-6}) {
    HERALD_TRY(const prover::Minimum minimum, prover::minimise(problem, widening));
    iterations += minimum.iterations;
    const Attempt attempt = certified(problem, minimum);
    if (attempt.bound > best.bound) best = attempt;
    if (best.estimate - best.bound < 1e-8) break;
  }
  if (!std::isfinite(best.bound) || !std::isfinite(best.estimate))
    return fail(ErrorCode::exhausted, "the optimisation did not converge to anything that can be certified");
  constexpr double kDown = 1 - 0x1p-50, kUp = 1 + 0x1p-50;
  ProverBound bound;
  bound.rounding_bits = prover::rounding_bits(problem);
  bound.secret_bits = best.bound / std::numbers::ln2 * (best.bound > 0 ? kDown : kUp) - bound.rounding_bits;
  bound.secret_bits = std::max(0.0, bound.secret_bits * (bound.secret_bits > 0 ? kDown : kUp));
  bound.estimate = std::max(best.estimate / std::numbers::ln2, bound.secret_bits);
  bound.iterations = iterations;
  bound.dimension = problem.dimension;
  return bound;
}

std::vector<Observed> full_statistics(const CharacterisedProtocol& protocol, std::span<const double> joint,
                                      double tolerance) {
  HERALD_CHECK(joint.size() == protocol.alice.size() * protocol.bob.size());
  std::vector<Observed> result;
  for (std::size_t x = 0; x < protocol.alice.size(); ++x)
    for (std::size_t y = 0; y < protocol.bob.size(); ++y)
      result.push_back({{{x, y}}, joint[x * protocol.bob.size() + y], tolerance});
  return result;
}

int key_symbols(const CharacterisedProtocol& protocol) {
  int most = -1;
  for (const auto& outcome : protocol.alice) most = std::max(most, outcome.key.value_or(-1));
  for (const auto& outcome : protocol.bob) most = std::max(most, outcome.key.value_or(-1));
  return most + 1;
}

SiftedPart sift_joint(const CharacterisedProtocol& p, std::span<const double> joint) {
  HERALD_CHECK(joint.size() == p.alice.size() * p.bob.size());
  SiftedPart part;
  double wrong = 0;
  bool keyed = true;
  const int symbols = key_symbols(p);
  for (const auto& [announced_a, announced_b] : p.kept) {
    // The other's outcome -> key symbol -> probability.
    std::map<std::size_t, std::vector<double>> by_other;
    for (std::size_t x = 0; x < p.alice.size(); ++x) {
      for (std::size_t y = 0; y < p.bob.size(); ++y) {
        if (p.alice[x].announces != announced_a || p.bob[y].announces != announced_b) continue;
        const double probability = joint[x * p.bob.size() + y];
        const std::optional<int>&key = p.key_from_bob ? p.bob[y].key : p.alice[x].key,
              &guess = p.key_from_bob ? p.alice[x].key : p.bob[y].key;
        auto& known = by_other[p.key_from_bob ? x : y];
        known.resize(static_cast<std::size_t>(symbols));
        known[static_cast<std::size_t>(key.value())] += probability;
        part.kept += probability;
        keyed = keyed && guess.has_value();
        if (keyed && *guess != *key) wrong += probability;
      }
    }
    for (const auto& [other, known] : by_other) {
      const double total = std::accumulate(known.begin(), known.end(), 0.0);
      for (const double clean : known) {
        const double noisy = clean * (1 - p.key_noise) + (total - clean) * p.key_noise / (symbols - 1);
        if (noisy > 0) part.uncertainty += noisy * std::log2(total / noisy);
      }
    }
  }
  part.error_rate = keyed && part.kept > 0 ? wrong / part.kept : std::numeric_limits<double>::quiet_NaN();
  return part;
}

}  // namespace herald
