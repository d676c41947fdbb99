#include "herald/base/entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/result.h"

namespace herald {
namespace {

bool is_probability(double p) { return p >= 0 && p <= 1; }

}  // namespace

double binary_entropy(double p) {
  HERALD_CHECK(is_probability(p));
  if (p > 0.5) p = 1 - p;  // exact
  if (p == 0) return 0;
  return -(p * std::log(p) + (1 - p) * std::log1p(-p)) / std::numbers::ln2;
}

double inverse_binary_entropy(double entropy) {
  HERALD_CHECK(is_probability(entropy));
  if (entropy == 0) return 0;
  // Bisection on log2 p, so that tiny values keep their relative accuracy.
  double low = -1080, high = -1;
  for (int i = 0; i < 70; ++i) {
    const double middle = (low + high) / 2;
    (binary_entropy(std::exp2(middle)) < entropy ? low : high) = middle;
  }
  return std::exp2(high);
}

double shannon_entropy(std::span<const double> probabilities) {
  double sum = 0, entropy = 0;
  for (const double p : probabilities) {
    HERALD_CHECK(is_probability(p));
    sum += p;
    if (p > 0) entropy -= p * std::log2(p);
  }
  HERALD_CHECK(std::abs(sum - 1) < 1e-9);
  return std::max(entropy, 0.0);
}

double bsc_capacity(double p) {
  HERALD_CHECK(is_probability(p));
  const double t = 1 - 2 * p;
  if (std::abs(t) > 0.01) return 1 - binary_entropy(p);
  // 1 - h = 1/(2 ln 2) * sum t^(2n) / (n (2n-1)).
  const double s = t * t;
  return s * (1 + s * (1.0 / 6 + s * (1.0 / 15 + s / 28))) / (2 * std::numbers::ln2);
}

double deviance(double x, double mean) {
  HERALD_CHECK(x >= 0 && mean > 0);
  if (x == 0) return mean;
  if (std::abs(x - mean) >= 0.1 * (x + mean)) return x * std::log(x / mean) + mean - x;
  const double v = (x - mean) / (x + mean);
  double sum = (x - mean) * v, term = 2 * x * v;
  for (int j = 1; j < 1000; ++j) {
    term *= v * v;
    const double next = sum + term / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

double bernoulli_divergence(double p, double q) {
  HERALD_CHECK(is_probability(p) && is_probability(q));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (q == 0) return p == 0 ? 0 : kInfinity;
  if (q == 1) return p == 1 ? 0 : kInfinity;
  return deviance(p, q) + deviance(1 - p, 1 - q);
}

}  // namespace herald
