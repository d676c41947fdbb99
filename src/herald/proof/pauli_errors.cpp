#include "herald/proof/pauli_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "herald/base/entropy.h"

namespace herald {
namespace {

// Pairs alike in whether the bit is wrong: their share and phase error rate, at most 1/2 (a phase that is mostly wrong
// is as good as one that is mostly right).
struct Class {
  double share;
  double phase_error_rate;
};

std::array<Class, 2> classes(const PauliErrors& errors) {
  const auto of = [](double right, double wrong) {
    const double share = right + wrong;
    return Class{share, share > 0 ? std::min(right, wrong) / share : 0};
  };
  return {of(std::max(0.0, 1 - errors.bit - errors.phase - errors.both), errors.phase), of(errors.bit, errors.both)};
}

// h(r) - s(q, r), 0 <= r <= 1/2, x = 1 - 2q: what the flips leave Eve. s = h(r'), r' slightly below r.
double known_to_eve(double r, double x) {
  if (x == 1 || r == 0) return binary_entropy(r);
  const double u = 1 - 2 * r, w = 4 * r * (1 - r) * x * x, root = std::sqrt(u * u + w);
  const double d = w > 0 ? w / (2 * (root + u)) : 0, below = r - d;
  if (!(below > 0)) return binary_entropy(r);
  // h(r) - h(r') = d log2((1-r')/r') - D(r || r').
  return (d * std::log((1 - below) / below) - bernoulli_divergence(r, below)) / std::numbers::ln2;
}

// r (1-r) ln((1-r)/r)/(1-2r), 1/2 at r = 1/2.
double known_at_most_noise(double r) {
  if (r == 0) return 0;
  const double u = 1 - 2 * r;
  return r * (1 - r) * (u < 1e-5 ? 2 + u * u * (2.0 / 3) : std::log1p(u / r) / u);
}

}  // namespace

Result<void> validate(const PauliErrors& errors) {
  for (const double p : {errors.bit, errors.phase, errors.both, errors.bit + errors.phase + errors.both}) {
    if (!(p >= 0 && p <= 1 + 1e-12))
      return fail(ErrorCode::invalid_argument, fmt::format("errors with probabilities {}, {} and {} cannot be",
                                                           errors.bit, errors.phase, errors.both));
  }
  return {};
}

Result<double> one_way_rate(const PauliErrors& errors, double f, double noise) {
  HERALD_TRY_VOID(validate(errors));
  if (!(noise >= 0 && noise <= 0.5))
    return fail(ErrorCode::invalid_argument, fmt::format("bits are flipped with probability 0 to 1/2, not {}", noise));
  if (!(f >= 1 && f <= 100))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a reconciliation inefficiency f of {} is not possible; it is at least 1", f));
  const double bit = std::min(1.0, errors.bit_error_rate()), x = 1 - 2 * noise;
  // Of Alice's flipped bit against Bob's.
  const double flipped = std::clamp((1 - x * (1 - 2 * bit)) / 2, 0.0, 1.0);
  double rate = bsc_capacity(flipped) - (f - 1) * binary_entropy(flipped);
  for (const Class& c : classes(errors)) rate -= c.share * known_to_eve(c.phase_error_rate, x);
  return rate;
}

Result<double> one_way_rate_at_most_noise(const PauliErrors& errors) {
  HERALD_TRY_VOID(validate(errors));
  const double u = 1 - 2 * errors.bit_error_rate();
  double rate = u * u / 2;
  for (const Class& c : classes(errors)) rate -= c.share * known_at_most_noise(c.phase_error_rate);
  return rate / std::numbers::ln2;
}

}  // namespace herald
