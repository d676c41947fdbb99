#include "herald/base/tail_bounds.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/base/result.h"

namespace herald {
namespace {

constexpr double kLargestCount = 0x1p53;
// Covers the rounding of the few operations behind each result.
constexpr double kSlack = 0x1p-44;

FailureProbability probability_at_most(double exponent) {
  HERALD_CHECK(!std::isnan(exponent));
  // The exponent's own rounding grows with its size.
  return FailureProbability(std::min(1.0, std::exp(exponent + kSlack * (1 + std::abs(exponent)))));
}

double rounded_up(double value) { return value * (1 + kSlack); }

double log_inverse(FailureProbability epsilon) {
  HERALD_CHECK(epsilon.value > 0 && epsilon.value <= 1);
  return -std::log(epsilon.value);
}

bool is_count(double n) { return n > 0 && n <= kLargestCount; }

double sum_of_squares(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) {
    HERALD_CHECK(value >= 0 && std::isfinite(value));
    sum += value * value;
  }
  return sum;
}

// ln n! - (n + 1/2) ln n + n - ln(2 pi)/2.
double stirling_error(double n) {
  if (n <= 15) return boost::math::lgamma(n + 1) - (n + 0.5) * std::log(n) + n - 0.5 * std::log(2 * std::numbers::pi);
  const double s = 1 / (n * n);
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / n;
}

}  // namespace

FailureProbability chernoff_divergence_tail(double n, double p, double x) {
  HERALD_CHECK(is_count(n));
  const double divergence = bernoulli_divergence(x, p);
  return std::isinf(divergence) ? FailureProbability(0) : probability_at_most(-n * divergence);
}

FailureProbability chernoff_additive_tail(double n, double t) {
  HERALD_CHECK(is_count(n) && t >= 0);
  return probability_at_most(-2 * n * t * t);
}

FailureProbability chernoff_multiplicative_upper_tail(double mu, double d) {
  HERALD_CHECK(mu >= 0 && d >= 0 && std::isfinite(mu) && std::isfinite(d));
  return probability_at_most(-d * d * mu / (2 + d));
}

FailureProbability chernoff_multiplicative_lower_tail(double mu, double d) {
  HERALD_CHECK(mu >= 0 && d >= 0 && d <= 1 && std::isfinite(mu));
  return probability_at_most(-d * d * mu / 2);
}

double hoeffding_deviation(double n, FailureProbability epsilon) {
  HERALD_CHECK(n == 0 || is_count(n));
  return rounded_up(std::sqrt(n / 2 * log_inverse(epsilon)));
}

FailureProbability hoeffding_tail(std::span<const double> ranges, double t) {
  HERALD_CHECK(t >= 0);
  const double squares = sum_of_squares(ranges);
  if (t == 0) return FailureProbability(1);
  return squares == 0 ? FailureProbability(0) : probability_at_most(-2 * t * t / squares);
}

FailureProbability azuma_tail(std::span<const double> steps, double t) {
  HERALD_CHECK(t >= 0);
  const double squares = sum_of_squares(steps);
  if (t == 0) return FailureProbability(1);
  return squares == 0 ? FailureProbability(0) : probability_at_most(-t * t / (2 * squares));
}

double azuma_deviation(double n, double c, FailureProbability epsilon) {
  HERALD_CHECK(is_count(n) && c >= 0 && std::isfinite(c));
  return rounded_up(c * std::sqrt(2 * n * log_inverse(epsilon)));
}

FailureProbability serfling_tail(double population, double k, double t) {
  HERALD_CHECK(is_count(population) && is_count(k) && k <= population && t >= 0);
  return probability_at_most(-2 * k * t * t / (1 - (k - 1) / population));
}

FailureProbability serfling_unseen_tail(double n, double k, double t) {
  HERALD_CHECK(is_count(n) && is_count(k) && t >= 0);
  return probability_at_most(-2 * n * k * k * t * t / ((n + k) * (k + 1)));
}

double serfling_unseen_deviation(double n, double k, FailureProbability epsilon) {
  HERALD_CHECK(is_count(n) && is_count(k));
  return rounded_up(std::sqrt((n + k) / n * ((k + 1) / k) / (2 * k) * log_inverse(epsilon)));
}

double binomial_log_pmf(double n, double p, double k) {
  HERALD_CHECK(n >= 0 && n <= 2 * kLargestCount && k >= 0 && k <= n && p >= 0 && p <= 1);
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  if (p == 0) return k == 0 ? 0 : kNever;
  if (p == 1) return k == n ? 0 : kNever;
  if (n == 0) return 0;
  if (k == 0) return n * std::log1p(-p);
  if (k == n) return n * std::log(p);
  return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * p) -
         deviance(n - k, n * (1 - p)) + 0.5 * std::log(n / (2 * std::numbers::pi * k * (n - k)));
}

double log_factorial(double n) {
  HERALD_CHECK(n >= 0 && n <= 2 * kLargestCount);
  return boost::math::lgamma(n + 1);
}

double log_binomial(double n, double k) { return binomial_log_pmf(n, 0.5, k) + n * std::numbers::ln2; }

double poisson_log_pmf(double mean, double n) {
  HERALD_CHECK(n >= 0 && n <= 2 * kLargestCount && mean >= 0 && std::isfinite(mean));
  if (n == 0) return -mean;
  if (mean == 0) return -std::numeric_limits<double>::infinity();
  return -stirling_error(n) - deviance(n, mean) - 0.5 * std::log(2 * std::numbers::pi * n);
}

double hypergeometric_log_pmf(std::int64_t population, std::int64_t marked, std::int64_t k, std::int64_t seen) {
  HERALD_CHECK(population > 0 && static_cast<double>(population) <= kLargestCount);
  HERALD_CHECK(marked >= 0 && marked <= population && k >= 0 && k <= population && seen >= 0);
  if (seen > k || seen > marked || k - seen > population - marked) return -std::numeric_limits<double>::infinity();
  const double p = static_cast<double>(k) / static_cast<double>(population);
  return binomial_log_pmf(static_cast<double>(marked), p, static_cast<double>(seen)) +
         binomial_log_pmf(static_cast<double>(population - marked), p, static_cast<double>(k - seen)) -
         binomial_log_pmf(static_cast<double>(population), p, static_cast<double>(k));
}

FailureProbability hypergeometric_lower_tail(std::int64_t population, std::int64_t marked, std::int64_t k,
                                             std::int64_t seen) {
  if (seen >= std::min(k, marked)) return FailureProbability(1);
  // The probability of one marked fewer, over that of `seen`.
  const double ratio = static_cast<double>(seen) * static_cast<double>(population - marked - k + seen) /
                       (static_cast<double>(marked - seen + 1) * static_cast<double>(k - seen + 1));
  const double log_pmf = hypergeometric_log_pmf(population, marked, k, seen);
  if (std::isinf(log_pmf)) return FailureProbability(seen < k - (population - marked) ? 0 : 1);
  if (!(ratio < 1)) return FailureProbability(1);
  return FailureProbability(std::min(1.0, std::exp(log_pmf + 1e-6) / (1 - ratio)));
}

std::int64_t unseen_marked_upper(std::int64_t seen, std::int64_t k, std::int64_t n, FailureProbability epsilon) {
  HERALD_CHECK(k > 0 && n >= 0 && seen >= 0 && seen <= k && epsilon.value > 0 && epsilon.value <= 1);
  HERALD_CHECK(n <= (std::int64_t{1} << 53) - k);
  // The tail falls as the unseen hold more: the last c that the sample does not exclude.
  const auto excluded = [&](std::int64_t c) {
    return hypergeometric_lower_tail(n + k, seen + c, k, seen).value < epsilon.value;
  };
  std::int64_t possible = 0, impossible = n + 1;
  while (impossible - possible > 1) {
    const std::int64_t middle = possible + (impossible - possible) / 2;
    (excluded(middle) ? impossible : possible) = middle;
  }
  return possible;
}

Probability clopper_pearson_lower(std::int64_t successes, std::int64_t trials, FailureProbability epsilon) {
  HERALD_CHECK(trials > 0 && successes >= 0 && successes <= trials && epsilon.value > 0 && epsilon.value < 1);
  if (successes == 0) return Probability(0);
  const double bound = boost::math::ibeta_inv(static_cast<double>(successes),
                                              static_cast<double>(trials - successes + 1), epsilon.value);
  return Probability(std::max(0.0, bound * (1 - 1e-12)));
}

Probability clopper_pearson_upper(std::int64_t successes, std::int64_t trials, FailureProbability epsilon) {
  HERALD_CHECK(trials > 0 && successes >= 0 && successes <= trials && epsilon.value > 0 && epsilon.value < 1);
  if (successes == trials) return Probability(1);
  const double bound = boost::math::ibetac_inv(static_cast<double>(successes + 1),
                                               static_cast<double>(trials - successes), epsilon.value);
  return Probability(std::min(1.0, bound * (1 + 1e-12)));
}

double log2_hamming_ball(std::int64_t n, std::int64_t t) {
  HERALD_CHECK(n >= 0 && static_cast<double>(n) <= kLargestCount && t >= 0);
  if (2 * t >= n) return static_cast<double>(n);  // at most all of them
  // C(n, t) (1 + t/(n-t+1) + ...), the terms falling at least geometrically.
  const double last = log_binomial(static_cast<double>(n), static_cast<double>(t));
  const double ratio = static_cast<double>(t) / static_cast<double>(n - t + 1);
  return std::min(static_cast<double>(n), (last - std::log1p(-ratio)) / std::numbers::ln2 + 1e-9);
}

}  // namespace herald
